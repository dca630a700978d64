"""The written notice of a change as a PDF file."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from assistance.models import EntitlementChange
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Level, Office
from reporting.prints.change import change_notice
from reporting.prints.record import record_print
from reporting.prints.views import file_of


@access.permitted(Permission.VIEW_LEDGER)
@require_GET
def print_change(request: HttpRequest, pk: int) -> HttpResponse:
    rows = EntitlementChange.objects.select_related(
        "entitlement__payee", "entitlement__scheme", "person", "payee", "leading"
    )
    change = access.to_read(rows, request.posting, Permission.VIEW_LEDGER, pk=pk)
    county = Office.objects.get(level=Level.COUNTY, code=f"{change.office_id[:6]}000000")
    paper = change_notice(change.group(), county)
    made = file_of(paper, f"{paper.title}-{change.number}")
    record_print(paper=paper.title, subject=change, by=request.posting, details={"number": change.number})
    return made
