"""幸福清单: everything a person or household has received."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assistance.selectors import received as selectors
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Person


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def person_received(request: HttpRequest, pk: int) -> HttpResponse:
    """`of`: person or household; `year`: a calendar year, the last twelve months without one."""
    people = Person.objects.select_related("office")
    person = access.to_read(people, request.posting, Permission.VIEW_PAYMENTS, pk=pk)
    scope, year = selectors.asked_for(request.GET)
    sheet = selectors.sheet(person, request.posting, request.today, scope, year)
    return render(request, "assistance/people/received.html", {"sheet": sheet, "scopes": selectors.SCOPES})
