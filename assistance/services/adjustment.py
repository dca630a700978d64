"""补发 and 追缴 after they are booked: money that comes back by hand, and what was booked by mistake.

Lists settle by themselves (settlement.py). Here a person does: with a receipt, or with a reason and a second person.
"""

from datetime import date

from django.db import transaction

from assistance.models import Adjustment, Repayment
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.lib.money import yuan
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting


@transaction.atomic
def record_repayment(
    *, adjustment_id: int, amount_fen: int, paid_on: date, receipt: str, by: Posting, on: date
) -> tuple[Repayment, bool]:
    """(the repayment, whether it is new). The same receipt over the same sum pressed twice is one repayment.

    Raises BadInput for more than is still open, a day to come, a receipt that is there with another sum; NotAllowed
    where nothing is to come back.
    """
    adjustment = _locked(adjustment_id, by, Permission.MANAGE_FUNDS)
    number = "".join(receipt.split())
    if not number:
        raise BadInput("请填写票据号", field="receipt")
    # One that was taken back does not stand in the way: its receipt is entered again with the right sum.
    standing = adjustment.repayments.filter(reverses=None, is_reversed=False)
    earlier = standing.filter(receipt=number[:60]).first()
    if earlier is not None:
        if (earlier.amount_fen, earlier.paid_on) == (amount_fen, paid_on):
            return earlier, False
        raise BadInput(
            f"票据“{number}”已经登记过：{earlier.paid_on:%Y-%m-%d} 退回 {yuan(earlier.amount_fen)} 元",
            field="receipt",
        )
    if not adjustment.is_claim:
        raise NotAllowed("这一笔是补发，没有要退回的钱。")
    if adjustment.cancelled_on:
        raise NotAllowed("这一笔已经撤销，不能再登记退回。")
    left = -adjustment.open_fen
    if not left:
        raise NotAllowed("这一笔已经全部收回。")
    if amount_fen <= 0:
        raise BadInput("退回金额要大于 0", field="amount")
    if amount_fen > left:
        raise BadInput(f"最多还能登记 {yuan(left)} 元，多交的请当面退还", field="amount")
    if paid_on > on:
        raise BadInput("退回日期不能晚于今天", field="paid_on")
    if paid_on < adjustment.from_month:
        raise BadInput(
            f"退回日期早于多发的月份（{adjustment.from_month:%Y年%-m月}），请核对", field="paid_on"
        )
    made = Repayment.objects.create(
        adjustment=adjustment, amount_fen=amount_fen, paid_on=paid_on, receipt=number[:60], recorded_by=by
    )
    adjustment.settled_fen -= amount_fen
    adjustment.save(update_fields=["settled_fen"])
    _record("adjustment.repay", adjustment, by, number, amount_fen=amount_fen, on=on.isoformat())
    return made, True


@transaction.atomic
def cancel_adjustment(*, adjustment_id: int, reason: str, by: Posting, on: date) -> Adjustment:
    """Take back what was booked by mistake, by somebody else than who booked it. A second press finds it done.

    Refused once a list holds it or money has come back: from then on only a second booking puts it right.
    """
    adjustment = _locked(adjustment_id, by, Permission.CONFIRM_CHANGE)
    if adjustment.cancelled_on:
        return adjustment
    access.refuse_same_person(by, {"登记人": adjustment.booked_by}, "撤销")
    if adjustment.settled_fen:
        if adjustment.settlements.exists():
            raise NotAllowed("这一笔已经列入名册，不能撤销。名册没有审批的，先作废或重新生成名册。")
        raise NotAllowed("这一笔已经登记了退回，不能撤销。")
    if not any(sign.isalnum() for sign in reason):
        raise BadInput("请填写撤销原因", field="reason")
    adjustment.cancelled_on, adjustment.cancelled_by = on, by
    adjustment.cancel_reason = reason.strip()[:200]
    adjustment.save(update_fields=["cancelled_on", "cancelled_by", "cancel_reason"])
    _record("adjustment.cancel", adjustment, by, adjustment.cancel_reason, amount_fen=adjustment.amount_fen)
    return adjustment


def _locked(adjustment_id: int, by: Posting, permission: Permission) -> Adjustment:
    rows = Adjustment.objects.select_related("entitlement", "booked_by")
    return access.to_change(rows, by, permission, pk=adjustment_id)


def _record(action: str, adjustment: Adjustment, by: Posting, reason: str, **details: object) -> None:
    audit.record(
        action,
        by=by,
        subject=adjustment,
        office_code=adjustment.office_id,
        label=adjustment.entitlement.number,
        reason=reason,
        details={"entitlement": adjustment.entitlement_id} | details,
    )
