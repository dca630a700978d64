"""幸福清单 as a PDF file."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from assistance.selectors import received
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Level, Office, Person
from reporting.prints.received import received_list
from reporting.prints.record import record_print
from reporting.prints.views import file_of


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def print_received(request: HttpRequest, pk: int) -> HttpResponse:
    people = Person.objects.select_related("office")
    person = access.to_read(people, request.posting, Permission.VIEW_PAYMENTS, pk=pk)
    scope, year = received.asked_for(request.GET)
    sheet = received.sheet(person, request.posting, request.today, scope, year)
    county = Office.objects.get(level=Level.COUNTY, code=f"{person.office_id[:6]}000000")
    paper = received_list(sheet, county, request.today)
    made = file_of(paper, f"幸福清单-{person.name}")
    record_print(
        paper=paper.title,
        subject=person,
        by=request.posting,
        details={"kind": sheet.scope_word, "lines": len(sheet.rows)},
    )
    return made
