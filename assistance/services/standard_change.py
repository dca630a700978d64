"""提标 step by step: one person has it reckoned, another carries it out, and until a list has used it one act takes it back.

The work itself is done in the background: standard_preview.py reckons, standard_apply.py closes, opens and books.
"""

from collections.abc import Callable
from datetime import date

from django.db import IntegrityError, transaction

from assistance.models import Standard, StandardChange, StandardChangeRow
from assistance.policy.rules import rule_of
from assistance.services import standard_apply, standard_preview, standard_scope
from civaffairs.jobs.models import Job
from civaffairs.jobs.services import make_job
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady, Stale
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.models import Posting

State = StandardChange.State
# Where a change stands again when the work of a state came to nothing.
BACK_TO = {State.PREVIEWING: State.PREVIEWING, State.APPLYING: State.PREVIEWED, State.UNDOING: State.APPLIED}
ONE_OFF = ("one-off", "batch")


def why_not(standard: Standard) -> str:
    """Why nothing can be raised to this standard; empty when it can."""
    spec = standard.scheme.spec
    if standard.confirmed_at is None:
        return "标准还没有确认，确认后才能测算提标。"
    if spec.cadence in ONE_OFF:
        return f"{spec.short_name}是一次性发放，新标准只用于以后的申请，不用提标。"
    if not rule_of(spec.rule).pays:
        return f"{spec.short_name}只作认定、不发钱，不用提标。"
    later = (
        Standard.objects.confirmed()
        .filter(
            scheme_id=standard.scheme_id,
            office_id=standard.office_id,
            from_month__gt=standard.from_month,
        )
        .order_by("from_month")
        .first()
    )
    if later is not None:
        return f"后面还有{later.from_month:%Y年%-m月}起的标准，请按那一个标准提标。"
    return ""


@transaction.atomic
def propose_change(
    *, standard_id: int, by: Posting, on: date, round_up: bool = False
) -> tuple[StandardChange, Job | None]:
    """Have a raise reckoned; the caller enqueues the job. (change, None) on a repeated click.

    Nothing is paid differently by it. Raises NotReady when there is nothing to raise, Conflict when another raise of the
    programme is open.
    """
    access.demand(by, Permission.ENTER_STANDARD)
    standard = access.to_read(
        Standard.objects.select_related("scheme", "office"), by, Permission.ENTER_STANDARD, pk=standard_id
    )
    access.demand_office(by, standard.office_id)
    if reason := why_not(standard):
        raise NotReady(reason)
    open_one = StandardChange.objects.filter(scheme_id=standard.scheme_id, state__in=StandardChange.OPEN)
    if found := open_one.select_related("job", "scheme").first():
        return _repeated(found, standard, by)
    if not standard_scope.reached(standard, standard.from_month).exists():
        raise NotReady("没有要按这个标准调整的待遇：在保的都已按新标准发放，或者还没有人享受。")
    try:
        with transaction.atomic():
            change = StandardChange.objects.create(
                scheme_id=standard.scheme_id,
                standard=standard,
                office_id=standard.office_id,
                from_month=standard.from_month,
                round_up=round_up,
                proposed_by=by,
                proposed_on=on,
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("刚刚已有人开始测算这个项目的提标，请刷新后再看。") from error
    _record("standard_change.preview", change, by)
    return change, _job("preview", change, by)


def _repeated(change: StandardChange, standard: Standard, by: Posting) -> tuple[StandardChange, Job | None]:
    mine = change.proposed_by is not None and change.proposed_by.user_id == by.user_id
    if change.standard_id == standard.pk and mine and change.state == State.PREVIEWING:
        return change, None
    raise Conflict(f"{change}还没有办完（{change.get_state_display()}），请先办完或放弃。", [change.pk])


@transaction.atomic
def preview_again(
    *, change_id: int, by: Posting, on: date, version: int | None = None, round_up: bool | None = None
) -> tuple[StandardChange, Job | None]:
    """Reckon anew, after something has changed or another way was chosen for what cannot be told to the fen."""
    change = _locked(change_id, by, Permission.ENTER_STANDARD, version)
    if change.state == State.PREVIEWING and change.job and change.job.is_live:
        return change, None
    _demand_state(change, (State.PREVIEWING, State.PREVIEWED), "重新测算")
    change.state, change.note = State.PREVIEWING, ""
    change.proposed_by, change.proposed_on = by, on
    change.confirmed_by = change.confirmed_on = None
    if round_up is not None:
        change.round_up = round_up
    _save(change)
    _record("standard_change.preview", change, by)
    return change, _job("preview", change, by)


@transaction.atomic
def discard_change(*, change_id: int, by: Posting, version: int | None = None) -> StandardChange:
    """Give a raise up before it is carried out. Nothing was changed by it, so nothing is left of it but its trace."""
    change = _locked(change_id, by, Permission.ENTER_STANDARD, version)
    if change.state == State.DISCARDED:
        return change
    _demand_state(change, (State.PREVIEWING, State.PREVIEWED), "放弃")
    if change.job_id:
        Job.objects.filter(pk=change.job_id, state__in=Job.LIVE).update(
            state=Job.State.CANCELLED, lease=None, message="提标已放弃"
        )
    change.state = State.DISCARDED
    _save(change)
    standard_preview.delete_rows(change)
    _record("standard_change.discard", change, by)
    return change


@transaction.atomic
def approve_change(
    *, change_id: int, by: Posting, on: date, version: int | None = None
) -> tuple[StandardChange, Job | None]:
    """Carry out what was reckoned, row by row as it was seen, by another person than the one who had it reckoned."""
    change = _locked(change_id, by, Permission.CONFIRM_STANDARD, version)
    if _same(change.confirmed_by, by) and change.state in (State.APPLYING, State.APPLIED):
        return change, None
    _demand_state(change, (State.PREVIEWED,), "审批")
    access.refuse_same_person(
        by, {"测算人": change.proposed_by, "标准录入人": change.standard.entered_by}, "审批"
    )
    if not change.rows.filter(outcome__in=StandardChangeRow.APPLIED).exists():
        raise NotReady("没有可以自动执行的户，请逐户办理或放弃这次提标。")
    standard_apply.hold_lists(change)
    change.state, change.confirmed_by, change.confirmed_on, change.note = State.APPLYING, by, on, ""
    _save(change)
    _record("standard_change.approve", change, by)
    return change, _job("apply", change, by)


@transaction.atomic
def undo_change(
    *, change_id: int, reason: str, by: Posting, on: date, version: int | None = None
) -> tuple[StandardChange, Job | None]:
    """Take a raise back that no list has used yet: everything stands again as before."""
    change = _locked(change_id, by, Permission.CONFIRM_STANDARD, version)
    if _same(change.undone_by, by) and change.state in (State.UNDOING, State.UNDONE):
        return change, None
    _demand_state(change, (State.APPLIED,), "撤销")
    if not reason.strip():
        raise BadInput("请写明撤销的原因", field="reason")
    other = StandardChange.objects.filter(scheme_id=change.scheme_id, state__in=StandardChange.OPEN)
    if found := other.exclude(pk=change.pk).select_related("scheme").first():
        raise Conflict(f"{found}还没有办完（{found.get_state_display()}），请先办完或放弃。", [found.pk])
    standard_apply.hold_lists(change)
    standard_apply.refuse_used(change)
    change.state, change.undone_by, change.undone_on = State.UNDOING, by, on
    change.undone_reason, change.note = reason.strip()[:300], ""
    _save(change)
    _record("standard_change.undo", change, by, reason=change.undone_reason)
    return change, _job("undo", change, by)


# --- the work in the background ---------------------------------------------------------------------------

Tell = Callable[[int, int], None]


def run_preview(*, change_id: int, job_id, still_mine: Callable[[], None], tell: Tell) -> dict:
    change = _under_way(change_id, job_id, State.PREVIEWING)
    if change is None:
        return {}
    standard_preview.preview(change, still_mine, tell)
    with transaction.atomic():
        _end(change, State.PREVIEWED, still_mine, open_from=change.open_from, figures=change.figures)
    return {"rows": change.rows.count()}


def run_apply(*, change_id: int, job_id, still_mine: Callable[[], None]) -> dict:
    change = _under_way(change_id, job_id, State.APPLYING)
    if change is None:
        return {}
    with transaction.atomic():
        counts = standard_apply.apply(change, still_mine)
        _end(change, State.APPLIED, still_mine)
        _record("standard_change.apply", change, change.confirmed_by, details=counts)
    return counts


def run_undo(*, change_id: int, job_id, still_mine: Callable[[], None]) -> dict:
    change = _under_way(change_id, job_id, State.UNDOING)
    if change is None:
        return {}
    with transaction.atomic():
        counts = standard_apply.undo(change, still_mine)
        _end(change, State.UNDONE, still_mine)
        _record("standard_change.undone", change, change.undone_by, details=counts)
    return counts


def _under_way(change_id: int, job_id, state: str) -> StandardChange | None:
    """The change, if this job is the one that is to work on it: an old job tried again finds nothing to do."""
    return (
        StandardChange.objects.select_related(
            "scheme",
            "office",
            "standard__scheme",
            "standard__office",
            "confirmed_by__user",
            "undone_by__user",
        )
        .filter(pk=change_id, job_id=job_id, state=state)
        .first()
    )


def _end(change: StandardChange, state: str, still_mine: Callable[[], None], **values) -> None:
    """The last statement of the work: whoever gave the raise up meanwhile finds it given up."""
    still_mine()
    ended = StandardChange.objects.filter(pk=change.pk, job_id=change.job_id, state=change.state).update(
        state=state, version=change.version + 1, **values
    )
    if not ended:
        raise Conflict("这次提标已经放弃或重新测算。")
    change.state = state


# --- shared -----------------------------------------------------------------------------------------------


def _locked(change_id: int, by: Posting, permission: Permission, version: int | None) -> StandardChange:
    changes = StandardChange.objects.select_related(
        "scheme", "office", "job", "standard__scheme", "standard__entered_by", "proposed_by", "confirmed_by"
    )
    change = access.to_change(changes, by, permission, pk=change_id)
    access.demand_office(by, change.office_id)
    if version is not None and version != change.version:
        raise Stale("您打开这页以后，这次提标有了变化，请看过再办。")
    settle(change)
    return change


def settle(change: StandardChange) -> None:
    """Where the work came to nothing, the change stands where it stood before; the caller saves it."""
    if change.state in BACK_TO and (change.job is None or not change.job.is_live):
        change.note = change.job.message[:300] if change.job else ""
        change.state = BACK_TO[State(change.state)]
        if change.state == State.PREVIEWED:
            change.confirmed_by = change.confirmed_on = None
        elif change.state == State.APPLIED:
            change.undone_by = change.undone_on = None


def _demand_state(change: StandardChange, states: tuple[str, ...], act: str) -> None:
    if change.state not in states:
        raise NotAllowed(f"这次提标{change.get_state_display()}，不能{act}。")


def _same(posting: Posting | None, by: Posting) -> bool:
    return posting is not None and posting.user_id == by.user_id


def _save(change: StandardChange) -> None:
    change.version += 1
    change.save()


def _job(work: str, change: StandardChange, by: Posting) -> Job:
    words = {"preview": "测算", "apply": "执行", "undo": "撤销"}
    job, _ = make_job(
        kind=f"{work}_standard_change",
        title=f"{words[work]}{change}",
        key=f"standard-change-{change.pk}",
        by=by,
        params={"change_id": change.pk},
    )
    StandardChange.objects.filter(pk=change.pk).update(job=job)
    change.job = job
    return job


def _record(
    action: str, change: StandardChange, by: Posting | None, *, reason: str = "", details: dict | None = None
) -> None:
    audit.record(
        action,
        by=by,
        subject=change,
        office_code=change.office_id,
        reason=reason,
        details={
            "scheme": change.scheme_id,
            "from_month": change.from_month.isoformat(),
            "document": change.standard.document_number,
        }
        | (details or {}),
    )
