"""The notice of a 追缴 as a PDF file."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from assistance.models import Adjustment
from assistance.selectors.claims import notice_number
from civaffairs.registry import access, county
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Level, Office
from reporting.prints.claim import claim_notice
from reporting.prints.record import record_print
from reporting.prints.views import file_of


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def print_claim(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Adjustment.objects.filter(amount_fen__lt=0).select_related(
        "scheme", "entitlement__payee", "entitlement__beneficiary"
    )
    claim = access.to_read(rows, request.posting, Permission.VIEW_PAYMENTS, pk=pk)
    bureau = Office.objects.get(level=Level.COUNTY, code=f"{claim.office_id[:6]}000000")
    number = notice_number(claim)
    days = county.value("claim_days", request.today)
    paper = claim_notice(claim, number, days, bureau, request.today)
    made = file_of(paper, f"{paper.title}-{number}")
    record_print(paper=paper.title, subject=claim, by=request.posting, details={"number": number})
    return made
