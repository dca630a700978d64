"""Money that people draw from other offices."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from assistance.forms.overlap import EndOutsideForm, OutsideForm
from assistance.models import OutsideBenefit
from assistance.services import outside as services
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Person
from civaffairs.shell.paging import page_of


@access.permitted(Permission.VIEW_CASES)
@require_GET
def outside_list(request: HttpRequest) -> HttpResponse:
    rows = OutsideBenefit.objects.visible_to(request.posting).select_related(
        "person", "office__parent", "entered_by__user"
    )
    context = {
        "page": page_of(rows, ("-id",), request.GET),
        "may": access.may(request.posting, Permission.HANDLE_APPLICATION),
    }
    return render(request, "assistance/overlap/outside_list.html", context)


@access.permitted(Permission.HANDLE_APPLICATION)
@require_http_methods(["GET", "POST"])
def outside_add(request: HttpRequest, pk: int) -> HttpResponse:
    people = Person.objects.select_related("office")
    person = access.to_read(people, request.posting, Permission.HANDLE_APPLICATION, pk=pk)
    form = OutsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.record_outside(
                person_id=pk,
                kind=data["kind"],
                amount_fen=data["amount"],
                from_month=data["from_month"],
                source=data["source"],
                by=request.posting,
                on=request.today,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, f"已登记{person.name}在别处领取的待遇。")
            return redirect("outside_list")
    context = {"person": person, "form": form}
    return render(
        request, "assistance/overlap/outside_form.html", context, status=422 if form.is_bound else 200
    )


@access.permitted(Permission.HANDLE_APPLICATION)
@require_http_methods(["GET", "POST"])
def outside_end(request: HttpRequest, pk: int) -> HttpResponse:
    rows = OutsideBenefit.objects.select_related("person", "office")
    row = access.to_read(rows, request.posting, Permission.HANDLE_APPLICATION, pk=pk)
    form = EndOutsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_outside(outside_id=pk, by=request.posting, on=request.today, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, f"已登记{row.person.name}停领{row.get_kind_display()}。")
            return redirect("outside_list")
    context = {"person": row.person, "row": row, "form": form}
    return render(
        request, "assistance/overlap/outside_form.html", context, status=422 if form.is_bound else 200
    )
