"""Targets of a year: what was set by which document, and how much is done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from reporting.forms.figure import TargetForm
from reporting.selectors import target as selector
from reporting.selectors.figure import default_month
from reporting.services.target import set_target


@access.permitted(Permission.VIEW_REPORTS)
@require_GET
def target_list(request: HttpRequest) -> HttpResponse:
    month = default_month(request.today)
    years = selector.years(request.posting, month.year)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else month.year
    context = {
        "year": year,
        "tabs": [{"label": f"{each}年", "url": f"?year={each}", "active": each == year} for each in years],
        "rows": selector.progress(request.posting, year, month),
        "replaced": selector.replaced(request.posting, year),
        "may_set": access.may(request.posting, Permission.SET_TARGETS),
    }
    return render(request, "reporting/target/list.html", context)


@access.permitted(Permission.SET_TARGETS)
@require_http_methods(["GET", "POST"])
def target_set(request: HttpRequest) -> HttpResponse:
    initial = {"year": request.today.year, "figure": request.GET.get("figure", "")}
    form = TargetForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            target = set_target(
                by=request.posting,
                year=data["year"],
                figure=data["figure"],
                value=data["value"],
                document_number=data["document_number"],
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, "已登记目标。")
            return redirect(f"{request.path.removesuffix('set/')}?year={target.year}")
    return render(request, "reporting/target/set.html", {"form": form}, status=422 if form.is_bound else 200)
