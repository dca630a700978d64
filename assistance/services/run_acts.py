"""What every act on a payment run has in common: the gate, the lock, the repeat, the stale page, the four eyes."""

from datetime import date, datetime

from django.db.models import QuerySet

from assistance.models import PaymentRun
from assistance.workflow import PAYMENT_RUN, RunAct
from civaffairs.lib.errors import BadInput, Stale
from civaffairs.registry import access, audit
from civaffairs.registry.models import AuditEvent, Posting

FOUR_EYES = {"prepared_by": "生成人", "checked_by": "核对人"}
ACT_LABELS = {f"run.{act.value}": act.label for act in RunAct} | {
    "run.create": "新建批次",
    "run.conclude": "登记核对结论",
    "run.sign": "审批签字",
    "run.download": "下载代发文件",
    "run.refused_rows": "下载回盘待更正行",
    "paper.print": "打印花名册",
    "overlap.conclude": "登记待遇叠加结论",
}


def to_act_on(
    *, run_id: int, act: RunAct, by: Posting, version: int | None, opinion: str = ""
) -> tuple[PaymentRun, bool]:
    """(run, repeated): the locked run, ready for the act. Call inside transaction.atomic.

    `repeated` means that this user has just done this very act from the same page (double click): nothing is left
    to do. Raises NotVisible, Forbidden, Stale, NotAllowed or BadInput.
    """
    transition = PAYMENT_RUN.get(act.value)
    run = access.to_change(
        PaymentRun.objects.select_related("scheme", "office", "prepared_by", "checked_by"),
        by,
        transition.permission,
        pk=run_id,
    )
    access.demand_office(by, run.office_id)
    if version is not None and version != run.version:
        if _done_before(run, act, by, version):
            return run, True
        raise Stale("您打开这页以后，这个批次有了变化，请看过再办。", since(run, version))
    PAYMENT_RUN.check(act.value, run.status)
    access.refuse_same_person(
        by,
        {FOUR_EYES[name]: getattr(run, name) for name in transition.not_same_person_as},
        transition.label,
    )
    if transition.needs_reason and not opinion.strip():
        raise BadInput(f"请填写{transition.opinion_label}", field="opinion")
    return run, False


def finish(
    run: PaymentRun,
    act: RunAct,
    by: Posting | None,
    opinion: str = "",
    *,
    on: date,
    name: str = "",
    **details: object,
) -> AuditEvent:
    """Count the version up, leave the trace and save the run. `on` is the working day of the act, which a demo moves
    away from the clock on the wall; `name` where the trace has one of its own."""
    before = run.version
    run.version += 1
    event = audit.record(
        f"run.{name or act.value}",
        by=by,
        subject=run,
        office_code=run.office_id,
        reason=opinion,
        details={"version": before, "on": on.isoformat(), "lines": run.line_count, "total_fen": run.total_fen}
        | details,
    )
    run.save()
    return event


def events_of(run: PaymentRun) -> QuerySet[AuditEvent]:
    """What happened to a run, newest first."""
    return AuditEvent.objects.filter(object_type=PaymentRun._meta.label, object_id=str(run.pk)).order_by(
        "-seq"
    )


def day_of(event: AuditEvent) -> date | datetime:
    """The working day of what happened; the moment it was recorded where no day was given."""
    day = event.details.get("on")
    return date.fromisoformat(day) if day else event.at


def since(run: PaymentRun, version: int) -> list[str]:
    """The acts after a version, in plain words, oldest first."""
    acts = events_of(run).filter(details__version__gte=version)
    return [
        f"{event.actor}：{ACT_LABELS.get(event.action, event.action)}"
        + (f"（{event.reason}）" if event.reason else "")
        for event in reversed(acts[:20])
    ]


def _done_before(run: PaymentRun, act: RunAct, by: Posting, version: int) -> bool:
    # A signature that was not the last one is an approval pressed all the same.
    names = [f"run.{act.value}"] + (["run.sign"] if act == RunAct.APPROVE else [])
    return events_of(run).filter(action__in=names, user=by.user, details__version=version).exists()
