"""Ending an entitlement: the family is heard, the township proposes, the county confirms.

An entitlement is never edited. It gets the month from which it pays no more; the months paid stay as they were.
"""

from datetime import date

from django.db import transaction
from django.db.models import Max

from assistance.models import (
    EndReason,
    Entitlement,
    EntitlementChange,
    EntitlementMember,
    LineStatus,
    PaymentLine,
    PaymentRun,
)
from assistance.workflow import ChangeStatus, RunStatus
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, Stale
from civaffairs.lib.months import Month
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Person, Posting

# Once approved the money is on its way; until then a list can still be made anew.
_PAID_OUT = (RunStatus.APPROVED, RunStatus.ISSUED, RunStatus.CLOSED)
_UNDER_WAY = (RunStatus.PREPARING, RunStatus.PREPARED, RunStatus.CHECKED)


def first_stoppable_month(entitlement: Entitlement) -> date:
    """The earliest month from which payment can end: the one after the last that is in an approved run."""
    last = (
        PaymentLine.objects.filter(entitlement=entitlement, run__status__in=_PAID_OUT)
        .exclude(status=LineStatus.VOID)
        .aggregate(last=Max("month"))["last"]
    )
    return Month.of(last).next.first_day if last else entitlement.from_month


@transaction.atomic
def propose_change(
    *,
    entitlement_id: int,
    reason_code: str,
    explanation: str,
    until_month: date,
    by: Posting,
    on: date,
    heard_on: date | None = None,
    heard_how: str = "",
    deceased_id: int | None = None,
    died_on: date | None = None,
) -> EntitlementChange:
    """Propose the end of an entitlement from `until_month` on, which is the first month not paid.

    《社会救助法》第48条: the family is heard before. After a death there is nobody to hear; its date and person are
    recorded instead, and the month of death is still paid. A month that is in an approved run is refused.
    """
    entitlement = access.to_change(
        Entitlement.objects.select_related("payee"), by, Permission.PROPOSE_CHANGE, pk=entitlement_id
    )
    explanation, heard_how = explanation.strip(), heard_how.strip()
    until_month = until_month.replace(day=1)
    waiting = entitlement.changes.filter(status=ChangeStatus.PROPOSED).select_related("proposed_by").first()
    if waiting is not None:
        same = (waiting.reason_code, waiting.from_month) == (reason_code, until_month)
        if same and waiting.proposed_by and waiting.proposed_by.user_id == by.user_id:
            return waiting
        raise Conflict("这户已有一个停发建议在等县级确认。", [waiting.pk])
    if entitlement.until_month is not None:
        raise NotAllowed(f"这户已从{Month.of(entitlement.until_month).label}起停发。")
    if reason_code not in EndReason.values:
        raise BadInput("请选择停发原因", field="reason_code")
    if not explanation:
        raise BadInput("请填写具体情况", field="explanation")
    if reason_code == EndReason.DEATH:
        deceased = _deceased(entitlement, deceased_id, died_on, on)
        heard_on, heard_how = None, ""
        earliest = Month.of(died_on).next.first_day
        if until_month < earliest:
            raise BadInput(f"死亡当月照发，停发起始月份最早为{Month.of(earliest).label}", field="until_month")
    else:
        deceased, died_on = None, None
        _demand_hearing(heard_on, heard_how, on)
    _refuse_wrong_month(entitlement, until_month, on)
    change = EntitlementChange.objects.create(
        entitlement=entitlement,
        office_id=entitlement.office_id,
        reason_code=reason_code,
        explanation=explanation[:500],
        from_month=until_month,
        before_fen=entitlement.amount_fen,
        after_fen=0,
        heard_on=heard_on,
        heard_how=heard_how[:500],
        person=deceased,
        died_on=died_on,
        proposed_by=by,
        proposed_on=on,
    )
    audit.record(
        "change.propose",
        by=by,
        subject=change,
        label=f"{entitlement.payee.name} {entitlement.number}",
        reason=f"{change.get_reason_code_display()}：{explanation}",
        details={"entitlement": entitlement.pk, "until_month": f"{until_month:%Y-%m}"},
    )
    return change


def _deceased(entitlement: Entitlement, person_id: int | None, died_on: date | None, on: date) -> Person:
    member = entitlement.members.filter(person_id=person_id).select_related("person").first()
    if member is None:
        raise BadInput("请选择去世的是哪一位保障对象", field="deceased")
    if died_on is None:
        raise BadInput("请填写死亡日期", field="died_on")
    if died_on > on:
        raise BadInput("死亡日期不能晚于今天", field="died_on")
    if died_on < member.person.birth:
        raise BadInput("死亡日期不能早于出生日期", field="died_on")
    return member.person


def _demand_hearing(heard_on: date | None, heard_how: str, on: date) -> None:
    article = "《社会救助法》第48条"
    if heard_on is None:
        raise BadInput("停发前应当听取家庭意见，请填写听取意见日期", field="heard_on", article=article)
    if heard_on > on:
        raise BadInput("听取意见日期不能晚于今天", field="heard_on")
    if not heard_how:
        raise BadInput("请填写听取意见的方式和家庭的意见", field="heard_how", article=article)


def _refuse_wrong_month(entitlement: Entitlement, until_month: date, on: date) -> None:
    first = first_stoppable_month(entitlement)
    if until_month < entitlement.from_month:
        raise BadInput(
            f"停发月份不能早于起发月份（{Month.of(entitlement.from_month).label}）", field="until_month"
        )
    if until_month < first:
        raise BadInput(
            f"{Month.of(first).previous.label}及以前已列入审批过的发放名册，停发起始月份最早为{Month.of(first).label}",
            field="until_month",
        )
    if until_month > Month.of(on).plus(3).first_day:
        raise BadInput("停发起始月份太远，最多提前三个月办理", field="until_month")


def _to_decide(change_id: int, by: Posting) -> EntitlementChange:
    return access.to_change(
        EntitlementChange.objects.select_related(
            "entitlement__payee", "proposed_by", "confirmed_by", "person"
        ),
        by,
        Permission.CONFIRM_CHANGE,
        pk=change_id,
    )


def _demand_open(change: EntitlementChange, by: Posting, version: int | None) -> None:
    if change.status != ChangeStatus.PROPOSED:
        raise NotAllowed(f"这个停发建议{change.get_status_display()}，不能再办理。")
    if version is not None and version != change.version:
        raise Stale("您打开这页以后，这个停发建议有了变化，请看过再办。")
    access.refuse_same_person(by, {"提出人": change.proposed_by}, "确认")


def _decided_by(change: EntitlementChange, by: Posting, status: str) -> bool:
    return (
        change.status == status
        and change.confirmed_by is not None
        and change.confirmed_by.user_id == by.user_id
    )


@transaction.atomic
def confirm_change(
    *, change_id: int, by: Posting, on: date, version: int | None = None, opinion: str = ""
) -> EntitlementChange:
    """End the entitlement and its members. The month is looked at again: a run may have been approved meanwhile."""
    change = _to_decide(change_id, by)
    if _decided_by(change, by, ChangeStatus.CONFIRMED):
        return change
    _demand_open(change, by, version)
    entitlement = access.to_change(
        Entitlement.objects.all(), by, Permission.CONFIRM_CHANGE, pk=change.entitlement_id
    )
    if entitlement.until_month is not None:
        raise NotAllowed(f"这户已从{Month.of(entitlement.until_month).label}起停发。")
    # An approval that is under way right now holds its run; wait for it, so that it cannot slip in between.
    open_runs = PaymentRun.objects.filter(scheme=entitlement.scheme_id, status__in=_UNDER_WAY)
    list(open_runs.select_for_update().values_list("pk"))
    first = first_stoppable_month(entitlement)
    if change.from_month < first:
        raise NotAllowed(
            f"{Month.of(first).previous.label}已列入审批过的发放名册，停发起始月份最早为{Month.of(first).label}。"
            "请退回，由乡镇改了月份重新提出。"
        )
    entitlement.until_month, entitlement.end_reason = change.from_month, change.reason_code
    entitlement.save(update_fields=["until_month", "end_reason"])
    EntitlementMember.objects.filter(entitlement=entitlement, until_month=None).update(
        until_month=change.from_month
    )
    if change.person_id and change.person.died_on is None:
        Person.objects.filter(pk=change.person_id).update(died_on=change.died_on)
    _decide(change, by, on, ChangeStatus.CONFIRMED, opinion)
    change.number = f"停{on:%Y}{change.pk:06d}"
    change.save()
    _record("change.confirm", change, by)
    return change


@transaction.atomic
def refuse_change(
    *, change_id: int, by: Posting, on: date, version: int | None = None, opinion: str = ""
) -> EntitlementChange:
    """Send a proposed end back to the township; the entitlement goes on."""
    change = _to_decide(change_id, by)
    if _decided_by(change, by, ChangeStatus.REFUSED):
        return change
    _demand_open(change, by, version)
    if not opinion.strip():
        raise BadInput("请写明不同意的原因", field="opinion")
    _decide(change, by, on, ChangeStatus.REFUSED, opinion)
    change.save()
    _record("change.refuse", change, by)
    return change


def _decide(change: EntitlementChange, by: Posting, on: date, status: str, opinion: str) -> None:
    change.status, change.confirmed_by, change.confirmed_on = status, by, on
    change.opinion = opinion.strip()[:500]
    change.version += 1


def _record(action: str, change: EntitlementChange, by: Posting) -> None:
    entitlement = change.entitlement
    audit.record(
        action,
        by=by,
        subject=change,
        label=f"{entitlement.payee.name} {entitlement.number}",
        reason=change.opinion,
        details={"entitlement": entitlement.pk, "until_month": f"{change.from_month:%Y-%m}"},
    )
