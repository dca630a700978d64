"""Payment runs: list, new, one run with its acts, its lines."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.payment import CheckForm, DifferenceFilter, LineFilter, OpinionForm, RunFilter, RunForm
from assistance.models import LineStatus, PaymentRun, RunKind
from assistance.selectors import fund_lines, run_calendar, run_checks, run_movement, run_signing
from assistance.selectors import payment as selectors
from assistance.selectors import run_difference as differences
from assistance.services import payment, run_acts, seal
from assistance.services import run_signing as signing
from assistance.tasks import prepare_run  # noqa: F401 registers the job kind in the web process
from assistance.workflow import PAYMENT_RUN, RunAct, RunStatus
from civaffairs.jobs.models import Job
from civaffairs.jobs.tasks import enqueue
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of

SERVICES = {
    RunAct.CHECK: payment.check_run,  # with its conclusions
    RunAct.APPROVE: payment.approve_run,
    RunAct.SEND_BACK: payment.send_back_run,
    RunAct.CANCEL: payment.cancel_run,
    RunAct.SET_ASIDE: payment.set_aside,
}
DONE = {
    RunAct.CHECK: "已核对，等待审批。",
    RunAct.APPROVE: "已审批并加封签，可以生成代发文件。",
    RunAct.SEND_BACK: "已退回重新核对。",
    RunAct.CANCEL: "批次已作废。",
    RunAct.SET_ASIDE: "没有账户的已移出本批，账户办好后用“当月补充”发放。",
}
# The button that keeps the conclusions without checking the list.
SAVE = "save"
# Said to everybody who looks, because the next step is mostly somebody else's.
NEXT_STEPS = {
    RunStatus.PREPARED: "下一步：县级财务核对",
    RunStatus.CHECKED: "下一步：县级审批（不能是生成人和核对人）",
    RunStatus.APPROVED: "下一步：县级财务生成代发文件",
    RunStatus.ISSUED: "下一步：导入银行回盘，每一笔都有结果后自动办结",
}
WARNINGS = {
    RunAct.CHECK: "核对后送审批。每条提醒都要写明核对结论，结论随名册保存，印在拨付审批表上。",
    RunAct.APPROVE: "审批后名册加封签，任何人不能再改动明细。",
    RunAct.CANCEL: "作废后不能恢复，需要发放的要重新生成。",
    RunAct.SET_ASIDE: "没有账户的将不在本批发放。账户登记复核后，由“当月补充”批次补上。",
}


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def run_list(request: HttpRequest) -> HttpResponse:
    form = RunFilter(request.GET)
    rows = selectors.runs(request.posting)
    if form.is_valid():
        for name in ("scheme", "status", "month"):
            if value := form.cleaned_data[name]:
                rows = rows.filter(**{name: value})
    page = page_of(rows, order=("-month", "-id"), query=request.GET)
    selectors.with_sums(page.rows, request.posting)
    on_time = run_calendar.on_time_from(request.today)
    for run in page.rows:
        run.is_late = run_calendar.is_late(run, on_time)
    can_prepare = access.may(request.posting, Permission.PREPARE_RUN)
    return render(
        request,
        "assistance/payment/list.html",
        {
            "page": page,
            "filters": form,
            "can_prepare": can_prepare,
            "calendar": run_calendar.calendar_of(request.today.replace(day=1)),
            "missing": selectors.regular_runs_missing(request.posting, request.today) if can_prepare else [],
        },
    )


@access.permitted(Permission.PREPARE_RUN)
@require_http_methods(["GET", "POST"])
def run_new(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", RunKind.REGULAR)
    form = RunForm(
        request.POST or None,
        initial={
            "month": request.today.replace(day=1),
            "kind": kind if kind in RunKind.values else RunKind.REGULAR,
            "scheme": request.GET.get("scheme"),
        },
    )
    if request.method == "POST" and form.is_valid():
        run = _created(request, form)
        if run is not None:
            return redirect("run_detail", run.pk)
    return render(
        request,
        "assistance/payment/new.html",
        {"form": form, "calendar": run_calendar.calendar_of(request.today.replace(day=1))},
        status=422 if form.is_bound else 200,
    )


def _created(request: HttpRequest, form: RunForm) -> PaymentRun | None:
    data = form.cleaned_data
    try:
        run, job = payment.create_run(
            scheme_code=data["scheme"].pk,
            month=data["month"],
            kind=data["kind"],
            by=request.posting,
            on=request.today,
        )
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None
    if job is not None:
        enqueue(job)
    return run


@access.permitted(Permission.PREPARE_RUN)
@require_POST
def reissue(request: HttpRequest) -> HttpResponse:
    """One press on 退回待处理: a run that pays the returned money of one scheme again."""
    run, job = payment.create_run(
        scheme_code=request.POST.get("scheme", ""),
        month=request.today.replace(day=1),
        kind=RunKind.REISSUE,
        by=request.posting,
        on=request.today,
    )
    if job is not None:
        enqueue(job)
    return redirect("run_detail", run.pk)


def _run(request: HttpRequest, pk: int, permission: Permission = Permission.VIEW_PAYMENTS) -> PaymentRun:
    rows = PaymentRun.objects.select_related(
        "scheme",
        "office",
        "job",
        "prepared_by__user",
        "checked_by__user",
        "approved_by__user",
        "issued_by__user",
        "cancelled_by__user",
        "bank_file",
    )
    run = access.to_read(rows, request.posting, permission, pk=pk)
    run.status_tone = selectors.STATUS_TONES[run.status]
    return run


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    selectors.with_sums([run], request.posting)
    whole = access.covers_office(request.posting, run.office_id)
    found = (
        run_checks.problems(run, request.today)
        if whole and run.status in (RunStatus.PREPARED, RunStatus.CHECKED)
        else []
    )
    without_account = sum(p.count for p in found if p.key in ("no-account", "no-home-account"))
    signed = run_signing.signing(run, request.today)
    townships = selectors.by_township(run, request.posting)
    options = selectors.RunOptions(
        run, request.posting, any(p.blocks for p in found), without_account, signed
    ).options
    return render(
        request,
        "assistance/payment/detail.html",
        {
            "run": run,
            "whole": whole,
            "problems": found,
            "reminders": run_signing.reminders(run, found),
            "conclusions": list(run_signing.newest(run).values()) if whole and not found else [],
            "signing": signed,
            "left_out": run_movement.left_out(run) if found or run.status == RunStatus.PREPARED else [],
            "movement": run_movement.movement(run)
            if whole and run.status in (RunStatus.PREPARED, RunStatus.CHECKED)
            else None,
            "settled": run_movement.settled(run, request.posting),
            "fund": fund_lines.of_run(run, request.posting, request.today),
            "townships": townships,
            "answered": selectors.answered(townships),
            "states": selectors.by_status(run, request.posting),
            "options": options,
            "events": _timeline(run) if whole else [],
            "returns": run.bank_file.returns.select_related("loaded_by__user")
            if hasattr(run, "bank_file") and whole
            else [],
            "can_download": whole
            and hasattr(run, "bank_file")
            and access.may(request.posting, Permission.ISSUE_RUN),
            "parts": list(run.bank_file.parts.all()) if hasattr(run, "bank_file") and whole else [],
            "bank_job": _bank_job(run) if whole else None,
            "is_late": run_calendar.is_late(run, run_calendar.on_time_from(request.today)),
            "next_step": _next_step(run, signed) if whole else "",
        },
    )


def _next_step(run: PaymentRun, signed: run_signing.Signing) -> str:
    if run.status == RunStatus.CHECKED and signed.several:
        return f"下一步：县级审批，共 {signed.needed} 人签字，还差 {signed.missing} 人（不能是生成人、核对人和已签字的人）"
    return NEXT_STEPS.get(run.status, "")


def _bank_job(run: PaymentRun) -> Job | None:
    """The work on file or answer of a long run that goes on, or did not succeed."""
    job = run.job
    if job is None or job.kind not in ("issue_bank_file", "load_bank_return"):
        return None
    return job if job.is_live or job.state == Job.State.FAILED else None


def _timeline(run: PaymentRun) -> list[dict]:
    return [
        {
            "title": run_acts.ACT_LABELS.get(event.action, event.action),
            "at": run_acts.day_of(event),
            "who": event.actor,
            "text": event.reason,
            "tone": "plain",
        }
        for event in run_acts.events_of(run)[:40]
    ]


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def run_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress block, fetched again and again while the list is being made; then the page is loaded anew."""
    run = _run(request, pk)
    response = render(request, "assistance/payment/_progress.html", {"run": run})
    if run.job is None or not run.job.is_live:
        response["HX-Refresh"] = "true"
    return response


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def run_seal(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the lines are still those that were approved, worked out from the lines each time it is asked."""
    run = _run(request, pk)
    return render(request, "assistance/payment/_seal.html", {"run": run, "whole": seal.is_whole(run)})


@access.permitted(Permission.VIEW_PAYMENTS)
@require_http_methods(["GET", "POST"])
def run_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Ask and carry out one act. 生成代发文件 and 导入回盘 have pages of their own."""
    if act not in (*SERVICES, RunAct.REGENERATE):
        raise Http404
    transition = PAYMENT_RUN.get(act)
    run = _run(request, pk, transition.permission)
    found = run_checks.problems(run, request.today) if act in (RunAct.CHECK, RunAct.APPROVE) else []
    form = _act_form(request, run, act, found)
    if request.method == "POST" and form.is_valid() and _acted(request, run, act, form):
        return redirect(request.path if SAVE in request.POST else reverse("run_detail", args=[pk]))
    return render(
        request,
        "assistance/payment/act.html",
        {
            "run": run,
            "act": transition,
            "form": form,
            "problems": found,
            "blocked": any(problem.blocks for problem in found),
            "reminders": run_signing.reminders(run, found),
            "signing": run_signing.signing(run, request.today) if act == RunAct.APPROVE else None,
            "fund": fund_lines.of_run(run, request.posting, request.today)
            if act in (RunAct.CHECK, RunAct.APPROVE)
            else None,
            "warning": WARNINGS.get(act, ""),
            "danger": act == RunAct.CANCEL,
        },
        status=422 if form.is_bound else 200,
    )


def _act_form(
    request: HttpRequest, run: PaymentRun, act: str, found: list[run_checks.Problem]
) -> OpinionForm:
    transition = PAYMENT_RUN.get(act)
    common = {
        "initial": {"version": run.version},
        "opinion_label": transition.opinion_label,
        "needs_reason": transition.needs_reason,
    }
    if act != RunAct.CHECK:
        return OpinionForm(request.POST or None, **common)
    return CheckForm(
        request.POST or None,
        reminders=run_signing.reminders(run, found),
        partial=SAVE in request.POST,
        **common,
    )


def _acted(request: HttpRequest, run: PaymentRun, act: str, form: OpinionForm) -> bool:
    common = {
        "run_id": run.pk,
        "by": request.posting,
        "on": request.today,
        "version": form.cleaned_data["version"],
    }
    try:
        if act == RunAct.REGENERATE:
            _, job = payment.regenerate_run(**common)
            if job is not None:
                enqueue(job)
        elif act == RunAct.SET_ASIDE:
            payment.set_aside(**common)
        elif isinstance(form, CheckForm):
            said = {"conclusions": form.texts, "seen": form.seen}
            if SAVE in request.POST:
                signing.conclude(**common, **said)
                messages.success(request, "结论已保存，名册还没有核对。")
                return True
            payment.check_run(**common, **said, opinion=form.cleaned_data["opinion"])
        else:
            done = SERVICES[act](**common, opinion=form.cleaned_data["opinion"])
            if act == RunAct.APPROVE and done.status == RunStatus.CHECKED:
                missing = run_signing.signing(done, request.today).missing
                messages.success(request, f"已签字，还差 {missing} 人审批。")
                return True
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        for more in (*getattr(refusal, "missing", ()), *getattr(refusal, "changes", ())):
            form.add_error(None, more)
        return False
    if act in DONE:
        messages.success(request, DONE[act])
    return True


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def run_lines(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    form = LineFilter(request.GET, posting=request.posting)
    lines = selectors.lines_of(run, request.posting)
    if form.is_valid():
        lines = _filtered(lines, run, form.cleaned_data, request)
    page = page_of(selectors.lines_in_order(lines), order=("office_id", "id"), query=request.GET)
    for line in page.rows:
        line.status_tone = selectors.LINE_TONES[line.status]
    return render(
        request,
        "assistance/payment/lines.html",
        {
            "run": run,
            "page": page,
            "filters": form,
            "columns": selectors.columns_of(run, request.posting),
        },
    )


def _filtered(lines, run: PaymentRun, data: dict, request: HttpRequest):
    if data["area"]:
        lines = lines.in_area(data["area"])
    if data["status"]:
        lines = lines.filter(status=data["status"])
    else:
        lines = lines.exclude(status=LineStatus.VOID)
    if data["problem"]:
        lines = lines.filter(pk__in=run_checks.lines_with(run, data["problem"], request.today).values("pk"))
    if data["arrears"]:
        lines = lines.exclude(arrears_fen=0)
    return selectors.narrowed(lines, data["q"])


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def run_difference(request: HttpRequest, pk: int) -> HttpResponse:
    """The list against the month before: sums by township, and who is paid otherwise, with the reason."""
    run = _run(request, pk)
    form = DifferenceFilter(request.GET, posting=request.posting)
    asked = form.cleaned_data if form.is_valid() else {}
    page = page_of(
        differences.rows_of(run, request.posting, asked), order=("office_id", "id"), query=request.GET
    )
    differences.explained(page.rows, run, request.posting)
    return render(
        request,
        "assistance/payment/difference.html",
        {
            "run": run,
            "found": differences.of_run(run, request.posting.office_id),
            "page": page,
            "filters": form,
            "fund": fund_lines.of_run(run, request.posting, request.today),
        },
    )
