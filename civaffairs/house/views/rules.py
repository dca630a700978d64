"""County settings and working days: entered with a paper by one, settings put in force by another."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civaffairs.house.forms.rules import SettingForm, WorkdayYearForm
from civaffairs.house.selectors import rules
from civaffairs.lib.errors import Refused
from civaffairs.registry import access, county
from civaffairs.registry.access import Permission
from civaffairs.registry.calendar import year_to_enter
from civaffairs.registry.models import WorkdayYear
from civaffairs.registry.services import settings as service
from civaffairs.registry.services import workdays as workday_service


@access.permitted(Permission.VIEW_STANDARDS)
@require_GET
def county_settings(request: HttpRequest) -> HttpResponse:
    context = {
        "rows": rules.setting_rows(request.today),
        "may_enter": access.may(request.posting, Permission.ENTER_STANDARD),
        "may_confirm": access.may(request.posting, Permission.CONFIRM_STANDARD),
    }
    return render(request, "registry/county_settings.html", context)


def _spec(key: str) -> county.SettingSpec:
    try:
        return county.spec(key)
    except KeyError:
        raise access.NotVisible("没有这个参数。") from None


@access.permitted(Permission.VIEW_STANDARDS)
@require_GET
def county_setting(request: HttpRequest, key: str) -> HttpResponse:
    """One setting with everything it ever was."""
    spec = _spec(key)
    context = {
        "spec": spec,
        "default": rules.shown(spec, spec.default),
        "value": rules.shown(spec, county.value(key, request.today)),
        "history": rules.setting_history(key),
        "may_enter": access.may(request.posting, Permission.ENTER_STANDARD),
    }
    return render(request, "registry/county_setting.html", context)


@access.permitted(Permission.ENTER_STANDARD)
@require_http_methods(["GET", "POST"])
def county_setting_propose(request: HttpRequest, key: str) -> HttpResponse:
    spec = _spec(key)
    form = SettingForm(request.POST or None, spec=spec, initial={"value": county.value(key, request.today)})
    if request.method == "POST" and form.is_valid():
        try:
            service.propose_setting(key=key, by=request.posting, on=request.today, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"已录入“{spec.label}”的新值，等县级审批确认后生效。")
            return redirect("county_settings")
    status = 422 if form.is_bound else 200
    return render(request, "registry/county_setting_form.html", {"form": form, "spec": spec}, status=status)


@access.permitted(Permission.CONFIRM_STANDARD)
@require_POST
def county_setting_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    row = service.confirm_setting(setting_id=pk, by=request.posting, on=request.today)
    messages.success(request, f"“{county.spec(row.key).label}”的新值自{row.from_month:%Y年%-m月}起生效。")
    return redirect("county_settings")


@access.permitted(Permission.ENTER_STANDARD)
@require_POST
def county_setting_discard(request: HttpRequest, pk: int) -> HttpResponse:
    service.discard_setting(setting_id=pk, by=request.posting)
    messages.success(request, "已作废。")
    return redirect("county_settings")


@access.permitted(Permission.VIEW_STANDARDS)
@require_GET
def workday_years(request: HttpRequest) -> HttpResponse:
    context = {
        "years": rules.workday_years(),
        "missing": year_to_enter(request.today),
        "may_enter": access.may(request.posting, Permission.ENTER_STANDARD),
    }
    return render(request, "registry/workday_years.html", context)


@access.permitted(Permission.VIEW_STANDARDS)
@require_GET
def workday_year(request: HttpRequest, year: int) -> HttpResponse:
    row = WorkdayYear.objects.select_related("entered_by__user").filter(pk=year).first()
    if row is None:
        raise access.NotVisible("这一年的放假安排还没有录入。")
    context = {
        "year": row,
        "stretches": rules.stretches(year),
        "may_enter": access.may(request.posting, Permission.ENTER_STANDARD),
    }
    return render(request, "registry/workday_year.html", context)


@access.permitted(Permission.ENTER_STANDARD)
@require_http_methods(["GET", "POST"])
def workday_enter(request: HttpRequest) -> HttpResponse:
    """A year's notice, pasted as lines. ?year= starts from what is there."""
    form = WorkdayYearForm(request.POST or None, initial=_known_year(request))
    if request.method == "POST" and form.is_valid():
        year = form.cleaned_data["year"]
        try:
            lines = workday_service.read_lines(form.cleaned_data["lines"], year)
            workday_service.enter_year(
                year=year,
                document_number=form.cleaned_data["document_number"],
                lines=lines,
                by=request.posting,
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"已录入{year}年放假安排")
            return redirect("workday_year", year=year)
    status = 422 if form.is_bound else 200
    return render(request, "registry/workday_form.html", {"form": form}, status=status)


def _known_year(request: HttpRequest) -> dict:
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else year_to_enter(request.today)
    row = WorkdayYear.objects.filter(pk=year).first() if year else None
    if row is None:
        return {"year": year}
    return {"year": year, "document_number": row.document_number, "lines": rules.as_lines(year)}
