"""A month's payments on the way to approval: create, prepare, check, approve; or send back, cancel.

Three people: who prepares does not check, and neither of them approves; above an amount of the county's several approve.
What the last of them has signed is sealed, and the database refuses to touch its lines from then on (migration 0002).
"""

from collections.abc import Callable, Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Sum

from assistance.models import LineStatus, PaymentRun, RunKind, Scheme
from assistance.selectors import run_checks
from assistance.selectors.run_checks import Problem
from assistance.services import closing, fund_draws, run_acts, run_difference, run_signing, settlement
from assistance.services.payment_lines import delete_lines, insert_lines, settle_references
from assistance.workflow import RunAct, RunStatus
from civaffairs.jobs.models import Job
from civaffairs.jobs.services import make_job
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady
from civaffairs.lib.months import Month
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.models import Level, Office, Posting

OPEN = (RunStatus.PREPARING, RunStatus.PREPARED, RunStatus.CHECKED)


@transaction.atomic
def create_run(
    *, scheme_code: str, month: date, kind: str, by: Posting, on: date
) -> tuple[PaymentRun, Job | None]:
    """Open a run and the job that will fill it; the caller enqueues the job. (run, None) on a repeated click.

    `month` is a first day. A month further away than the next one is refused, and so is a regular run before one
    that exists already: what was missed is paid by a supplement. Raises BadInput, Conflict.
    """
    access.demand(by, Permission.PREPARE_RUN)
    if by.office.level != Level.COUNTY:
        raise NotAllowed("发放批次由县级生成。")
    return _open(scheme_code, month, kind, by.office, by, on)


@transaction.atomic
def open_by_calendar(
    *, scheme_code: str, office: Office, month: date, on: date
) -> tuple[PaymentRun | None, Job | None]:
    """A regular list that nobody asked for: made on the county's day (services/run_calendar.py). (None, None) where the
    month has one already, be it cancelled. Raises BadInput, Conflict."""
    return _open(scheme_code, month, RunKind.REGULAR, office, None, on)


def _open(
    scheme_code: str, month: date, kind: str, office: Office, by: Posting | None, on: date
) -> tuple[PaymentRun | None, Job | None]:
    scheme = Scheme.objects.filter(pk=scheme_code, is_active=True).first()
    if scheme is None or kind not in RunKind.values:
        raise BadInput("请选择救助项目和种类", field="scheme")
    month = month.replace(day=1)
    if scheme.spec.cadence == "quarterly" and kind != RunKind.REISSUE and month.month % 3:
        raise BadInput("这个项目按季发放，请填每季的最后一个月（3、6、9、12月）", field="month")
    if Month.of(month) > Month.of(on).next:
        raise BadInput(
            f"{Month.of(month).label}还没到，最多提前生成下个月（{Month.of(on).next.label}）的名册",
            field="month",
        )
    # All runs of the scheme are read and numbered under one lock, so that two clerks cannot take the same number.
    Scheme.objects.select_for_update().get(pk=scheme.pk)
    runs = PaymentRun.objects.filter(scheme=scheme, office=office)
    if by is None:
        if runs.filter(month=month, kind=kind).exists():
            return None, None
    else:
        mine = runs.filter(prepared_by__user=by.user)
        same = mine.filter(month=month, kind=kind, status=RunStatus.PREPARING).first()
        if same is not None:
            return same, None
    _refuse_wrong_month(runs, month, kind)
    closing.refuse_closed(office.pk, month)
    last = runs.filter(month=month).aggregate(last=Max("sequence"))["last"] or 0
    try:
        with transaction.atomic():
            run = PaymentRun.objects.create(
                scheme=scheme,
                office=office,
                month=month,
                kind=kind,
                sequence=last + 1,
                prepared_by=by,
                prepared_on=on,
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("刚刚已有人为这个项目新建了批次，请刷新后再看。") from error
    audit.record(
        "run.create",
        by=by,
        subject=run,
        office_code=run.office_id,
        details={"version": 0, "on": on.isoformat()},
    )
    return run, _job(run, by)


def _refuse_wrong_month(runs, month: date, kind: str) -> None:
    open_run = runs.filter(status__in=OPEN).first()
    if open_run is not None:
        raise Conflict(
            f"还有一个批次没有办完：{open_run}（{open_run.get_status_display()}）。请先办完或作废它。",
            [open_run.pk],
        )
    regular = runs.filter(kind=RunKind.REGULAR).exclude(status=RunStatus.CANCELLED)
    if kind == RunKind.REGULAR:
        if regular.filter(month=month).exists():
            raise Conflict(
                f"{Month.of(month).label}的当月发放批次已经有了。漏掉的请用“当月补充”。", field="month"
            )
        later = regular.filter(month__gt=month).order_by("month").first()
        if later is not None:
            raise BadInput(
                f"{Month.of(later.month).label}已经发放过，不能再生成更早月份的当月发放。漏发的请用“当月补充”",
                field="month",
            )
    elif kind == RunKind.SUPPLEMENT and not regular.filter(month=month).exists():
        raise BadInput(f"{Month.of(month).label}还没有当月发放批次，请先生成当月发放", field="month")


def _job(run: PaymentRun, by: Posting | None) -> Job:
    job, _ = make_job(
        kind="prepare_run",
        title=f"生成名册：{run}",
        key=f"prepare-run-{run.pk}",
        by=by,
        params={"run_id": run.pk},
    )
    PaymentRun.objects.filter(pk=run.pk).update(job=job)
    run.job = job
    return job


@transaction.atomic
def prepare_run(*, run_id: int, still_mine: Callable[[], None] | None = None) -> PaymentRun:
    """Fill a run, by one statement; lines, totals and the new state appear together or not at all.

    Run again after a crash it finds the work done or undone, never half done. `still_mine` raises when another
    worker has taken over; then nothing of this attempt stays.
    """
    run = (
        PaymentRun.objects.select_for_update(of=("self",))
        .select_related("scheme", "office", "prepared_by__user", "prepared_by__office")
        .get(pk=run_id)
    )
    if run.status != RunStatus.PREPARING:
        return run
    delete_lines(run)
    insert_lines(run)
    run_difference.note(run)
    _count(run)
    settle_references()
    if still_mine is not None:
        still_mine()
    run.status = RunStatus.PREPARED
    run_acts.finish(run, RunAct.PREPARE, run.prepared_by, on=run.prepared_on)
    return run


def _count(run: PaymentRun) -> None:
    listed = run.lines.filter(status=LineStatus.LISTED).aggregate(
        lines=Count("pk"), persons=Sum("persons"), total=Sum("amount_fen")
    )
    run.line_count = listed["lines"]
    run.person_count = listed["persons"] or 0
    run.total_fen = listed["total"] or 0


@transaction.atomic
def regenerate_run(
    *, run_id: int, by: Posting, on: date, version: int | None = None
) -> tuple[PaymentRun, Job | None]:
    """Throw the lines away and fill the run anew, after accounts or entitlements were put right."""
    run, repeated = run_acts.to_act_on(run_id=run_id, act=RunAct.REGENERATE, by=by, version=version)
    if repeated:
        return run, None
    if run.job and run.job.is_live:
        raise NotAllowed("名册正在生成，请稍候。")
    run.status, run.prepared_by, run.prepared_on = RunStatus.PREPARING, by, on
    run.checked_by = run.checked_on = None
    run.line_count = run.person_count = run.total_fen = 0
    delete_lines(run)
    run_acts.finish(run, RunAct.REGENERATE, by, on=on)
    return run, _job(run, by)


@transaction.atomic
def set_aside(*, run_id: int, by: Posting, on: date, version: int | None = None) -> PaymentRun:
    """Take the lines without an account out of this run, so that one household does not hold up a county.

    They become void, and a supplement for the month pays them when the account is there.
    """
    run, repeated = run_acts.to_act_on(run_id=run_id, act=RunAct.SET_ASIDE, by=by, version=version)
    if repeated:
        return run
    moved = run.lines.filter(status=LineStatus.LISTED, account_index="").update(
        status=LineStatus.VOID, return_reason="没有账户，移出本批", original=None
    )
    if not moved:
        raise NotAllowed("名册里没有缺账户的对象。")
    settlement.release_void(run)
    run_difference.note(run)
    _count(run)
    run_acts.finish(run, RunAct.SET_ASIDE, by, on=on, moved=moved)
    return run


@transaction.atomic
def check_run(
    *,
    run_id: int,
    by: Posting,
    on: date,
    version: int | None = None,
    opinion: str = "",
    conclusions: Mapping[str, str] | None = None,
    seen: run_signing.Seen | None = None,
) -> PaymentRun:
    """Confirm that the list is right. Refused while anything that blocks is left (selectors/run_checks.py), and while a
    reminder has no conclusion: `conclusions` are by key of the check, `seen` what the page showed of each."""
    run, repeated = run_acts.to_act_on(run_id=run_id, act=RunAct.CHECK, by=by, version=version)
    if repeated:
        return run
    found = _ready(run, on)
    run_signing.write(run, found, conclusions or {}, by, on, seen)
    run_signing.demand_concluded(run, found)
    run.status, run.checked_by, run.checked_on = RunStatus.CHECKED, by, on
    run_acts.finish(run, RunAct.CHECK, by, opinion, on=on)
    return run


@transaction.atomic
def approve_run(
    *, run_id: int, by: Posting, on: date, version: int | None = None, opinion: str = ""
) -> PaymentRun:
    """Sign for the approval; with the last signature that is wanted the list is approved and sealed. From then on the
    database refuses to change, add or remove a line. A run that waits for more signatures stays as it was checked."""
    run, repeated = run_acts.to_act_on(run_id=run_id, act=RunAct.APPROVE, by=by, version=version)
    if repeated:
        return run
    run_signing.demand_concluded(run, _ready(run, on), approving=True)
    closing.refuse_closed(run.office_id, run.month, field="opinion")
    signature, missing = run_signing.sign(run, by, on, opinion)
    if missing:
        run_acts.finish(
            run,
            RunAct.APPROVE,
            by,
            opinion,
            on=on,
            name="sign",
            number=signature.number,
            missing=missing,
        )
        return run
    short = fund_draws.draw_for_approval(run, by, on)
    run.seal = signature.seal
    run.status, run.approved_by, run.approved_on = RunStatus.APPROVED, by, on
    told = {"short_fen": short} if short else {}
    run_acts.finish(run, RunAct.APPROVE, by, opinion, on=on, seal=run.seal, **told)
    return run


def _ready(run: PaymentRun, on: date) -> list[Problem]:
    """The reminders of a list that nothing blocks. Raises NotReady."""
    if not run.line_count:
        raise NotReady("名册是空的，没有可以发放的对象。请作废这个批次。")
    before = (run.line_count, run.person_count, run.total_fen)
    _count(run)
    if before != (run.line_count, run.person_count, run.total_fen):
        raise NotReady("名册明细与合计对不上，请重新生成。")
    found = run_checks.problems(run, on)
    blocking = [problem for problem in found if problem.blocks]
    if blocking:
        raise NotReady(
            "还有问题没有处理，不能继续。",
            [f"{problem.title}：{problem.count} {run.line_unit}" for problem in blocking],
        )
    return found


@transaction.atomic
def send_back_run(
    *, run_id: int, by: Posting, on: date, version: int | None = None, opinion: str = ""
) -> PaymentRun:
    """Back to the checker, with the reason."""
    run, repeated = run_acts.to_act_on(
        run_id=run_id, act=RunAct.SEND_BACK, by=by, version=version, opinion=opinion
    )
    if repeated:
        return run
    run_signing.withdraw(run, on)
    run.status, run.checked_by, run.checked_on = RunStatus.PREPARED, None, None
    run.note = opinion.strip()[:500]
    run_acts.finish(run, RunAct.SEND_BACK, by, opinion.strip(), on=on)
    return run


@transaction.atomic
def cancel_run(
    *, run_id: int, by: Posting, on: date, version: int | None = None, opinion: str = ""
) -> PaymentRun:
    """Give a run up before it is approved. Its lines stay as void rows and count nowhere."""
    run, repeated = run_acts.to_act_on(
        run_id=run_id, act=RunAct.CANCEL, by=by, version=version, opinion=opinion
    )
    if repeated:
        return run
    run_signing.withdraw(run, on)
    settlement.release(run)
    # What it would have changed holds no right: one that a raise has opened may be taken back with the raise.
    run_difference.forget(run)
    # A void reissue lets go of the line it was to pay, so that a later run can pay it.
    run.lines.update(status=LineStatus.VOID, return_reason="批次作废", original=None)
    if run.job_id:
        # The worker finds its job gone at its next sign of life and leaves nothing behind.
        Job.objects.filter(pk=run.job_id, state__in=Job.LIVE).update(
            state=Job.State.CANCELLED, lease=None, message="批次已作废"
        )
    run.status, run.cancelled_by, run.note = RunStatus.CANCELLED, by, opinion.strip()[:500]
    run_acts.finish(run, RunAct.CANCEL, by, opinion.strip(), on=on)
    return run
