"""What excludes what: the table, what the county sets otherwise, and the conclusions on a case and on a list."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.overlap import ConcludeForm, SettingForm
from assistance.models import Application, PaymentRun
from assistance.selectors import case as case_selectors
from assistance.selectors import overlap as selectors
from assistance.selectors import overlap_month, overlap_table
from assistance.services import overlap as services
from assistance.services.grant import first_month
from assistance.services.overlap_run import conclude_run
from assistance.services.readiness import current_assessment
from assistance.workflow import OPEN_STATUSES, RunStatus
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of

# So many conclusions stand below the pairs of a list; the others are on the pages of the rights.
MOST_CONCLUDED = 100

# --- the table ----------------------------------------------------------------------------------------------


@access.permitted(Permission.VIEW_STANDARDS)
@require_GET
def overlap_list(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:40]
    groups = overlap_table.groups_on(request.today, words)
    rows = [row for group in groups for row in group.rows]
    context = {
        "groups": groups,
        "words": words,
        "pending": [row for row in rows if row.pending],
        "mine": {
            row.pending.pk for row in rows if row.pending and _is_mine(request, row.pending.proposed_by)
        },
        "history": [row for row in rows if any(paper.confirmed_at for paper in row.papers)],
        "may_enter": access.may(request.posting, Permission.ENTER_STANDARD),
        "may_confirm": access.may(request.posting, Permission.CONFIRM_STANDARD),
    }
    return render(request, "assistance/overlap/list.html", context)


def _is_mine(request: HttpRequest, posting: Any) -> bool:
    return posting is not None and posting.user_id == request.user.pk


@access.permitted(Permission.ENTER_STANDARD)
@require_http_methods(["GET", "POST"])
def overlap_set(request: HttpRequest, key: str) -> HttpResponse:
    row = overlap_table.row_of(key, request.today)
    if row is None:
        raise access.NotVisible("互斥表里没有这一项。")
    initial = {
        "from_day": request.today,
        "effect": row.now.effect,
        "level": row.now.level,
        "yields": row.now.yields,
    }
    form = SettingForm(request.POST or None, names=(row.a, row.b), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.propose_setting(key=key, by=request.posting, on=request.today, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, "已录入，等县级审批确认后生效。")
            return redirect("overlap_list")
    context = {"row": row, "form": form}
    return render(request, "assistance/overlap/set.html", context, status=422 if form.is_bound else 200)


@access.permitted(Permission.CONFIRM_STANDARD)
@require_POST
def overlap_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    setting = services.confirm_setting(setting_id=pk, by=request.posting, on=request.today)
    messages.success(request, f"已确认，自{setting.from_day:%Y-%m-%d}起执行。")
    return redirect("overlap_list")


@access.permitted(Permission.ENTER_STANDARD)
@require_POST
def overlap_discard(request: HttpRequest, pk: int) -> HttpResponse:
    services.discard_setting(setting_id=pk, by=request.posting)
    messages.success(request, "已作废。")
    return redirect("overlap_list")


# --- a case --------------------------------------------------------------------------------------------------


@access.permitted(Permission.VIEW_CASES)
@require_GET
def overlap_case(request: HttpRequest, pk: int) -> HttpResponse:
    """What a case meets, each with its conclusion, and the form for the one that was chosen."""
    case = case_selectors.readable(request.posting, pk)
    return _case_page(request, case, _met(request, case), request.GET.get("hit", ""))


@access.permitted(Permission.VIEW_CASES)
@require_POST
def overlap_case_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    case = case_selectors.readable(request.posting, pk)
    if not services.may_conclude(request.posting):
        raise access.Forbidden("待遇叠加由经办人登记处理结论。")
    found, key = _met(request, case), request.POST.get("hit", "")
    form = ConcludeForm(request.POST)
    met = next((each for each in found if each.key == key), None)
    if met is None:
        messages.warning(request, "这一项叠加现在已经没有了。")
        return redirect("overlap_case", pk)
    if form.is_valid():
        pair, number, person_id = met.numbers
        try:
            services.conclude_case(
                application_id=pk,
                pair=pair,
                number=number,
                person_id=person_id,
                by=request.posting,
                on=request.today,
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, "处理结论已登记。")
            return redirect("case_detail", pk)
    return _case_page(request, case, found, key, form)


def _met(request: HttpRequest, case: Application) -> list[selectors.Met]:
    month = first_month(case, request.today)
    return selectors.case_meets(case, current_assessment(case), month, request.today)


def _case_page(
    request: HttpRequest,
    case: Application,
    found: list[selectors.Met],
    key: str,
    form: ConcludeForm | None = None,
) -> HttpResponse:
    may = services.may_conclude(request.posting) and case.status in OPEN_STATUSES
    reminders = [each for each in found if not each.blocks]
    chosen = [each for each in reminders if each.key == key]
    waiting = [each for each in reminders if not each.is_settled]
    context = {
        "case": case,
        "found": found,
        "settled": all(each.is_settled for each in found),
        "met": next(iter(chosen or waiting), None) if may else None,
        "form": form or ConcludeForm(),
        "may": may,
    }
    return render(request, "assistance/overlap/case.html", context, status=422 if form else 200)


# --- a list --------------------------------------------------------------------------------------------------


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def overlap_run(request: HttpRequest, pk: int) -> HttpResponse:
    """The pairs that meet in a list, page by page."""
    return _run_page(request, _run(request, pk, Permission.VIEW_PAYMENTS))


@access.permitted(Permission.PREPARE_RUN)
@require_POST
def overlap_run_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """One conclusion for the reminders that were chosen, or for all of them."""
    run, form = _run(request, pk, Permission.PREPARE_RUN), ConcludeForm(request.POST, both=True)
    keys = None if request.POST.get("all") else request.POST.getlist("ids")
    if not form.is_valid():
        return _run_page(request, run, form)
    try:
        done = conclude_run(run_id=pk, keys=keys, by=request.posting, on=request.today, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _run_page(request, run, form)
    if done:
        messages.success(request, f"已登记 {done} 项的处理结论。")
    else:
        messages.warning(request, "勾选的都是拦截项或已登记过，没有可登记的。")
    return redirect("overlap_run", pk)


def _run(request: HttpRequest, pk: int, permission: Permission) -> PaymentRun:
    runs = PaymentRun.objects.select_related("scheme", "office")
    return access.to_read(runs, request.posting, permission, pk=pk)


def _run_page(request: HttpRequest, run: PaymentRun, form: ConcludeForm | None = None) -> HttpResponse:
    whole = access.covers_office(request.posting, run.office_id)
    open_run = run.status in (RunStatus.PREPARED, RunStatus.CHECKED)
    level = request.GET.get("level") if request.GET.get("level") in ("block", "warn") else None
    page = page_of(overlap_month.lines_met(run, request.posting, level), ("office_id", "id"), request.GET)
    context = {
        "run": run,
        "page": page,
        "rows": overlap_month.rows_of(run, page.rows, level),
        "level": level or "",
        "form": form or ConcludeForm(both=True),
        "may": open_run and whole and access.may(request.posting, Permission.PREPARE_RUN),
        "chosen": request.POST.getlist("ids"),
        "concluded": selectors.concluded_of(run, request.posting)[:MOST_CONCLUDED],
    }
    return render(request, "assistance/overlap/run.html", context, status=422 if form else 200)
