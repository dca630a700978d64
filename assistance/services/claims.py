"""What is done about a 追缴: the notice served, the instalments agreed, money entered by mistake taken back, the rest
written off by two people. Money that comes back is entered in adjustment.py; lists keep it back in settlement.py."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from assistance.models import Adjustment, ClaimNotice, ClaimPlan, Instalment, Repayment, WriteOff
from assistance.selectors.claims import notice_number
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.lib.money import yuan
from civaffairs.lib.months import Month
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting

MOST_PARTS = 60


@transaction.atomic
def serve_notice(
    *,
    adjustment_id: int,
    number: str,
    served_on: date,
    how: str,
    received_by: str,
    due_on: date,
    by: Posting,
    on: date,
) -> ClaimNotice:
    """Enter that a notice reached the family. `number` is the one on the page; pressed twice it is one notice."""
    claim = _open_claim(adjustment_id, by, Permission.PROPOSE_CHANGE)
    same = claim.notices.filter(number=number).select_related("recorded_by__user").first()
    if same is not None:
        if (same.served_on, same.received_by) == (served_on, received_by.strip()[:60]):
            return same
        raise NotAllowed(
            f"通知书{number}已由{same.recorded_by.user.name}登记过送达（{same.served_on:%Y-%m-%d}），请刷新后再看。"
        )
    if how not in ClaimNotice.How.values:
        raise BadInput("请选择送达方式", field="how")
    if not received_by.strip():
        raise BadInput("请填写签收人，留置送达的填见证人", field="received_by")
    if served_on > on:
        raise BadInput("送达日期不能晚于今天", field="served_on")
    if served_on < claim.booked_on:
        raise BadInput(f"送达日期早于登记追缴的日期（{claim.booked_on:%Y-%m-%d}），请核对", field="served_on")
    if due_on < served_on:
        raise BadInput("退回期限不能早于送达日期", field="due_on")
    made = ClaimNotice.objects.create(
        adjustment=claim,
        number=notice_number(claim),
        served_on=served_on,
        how=how,
        received_by=received_by.strip()[:60],
        due_on=due_on,
        open_fen=-claim.open_fen,
        recorded_by=by,
        recorded_on=on,
    )
    _record("claim.notice", claim, by, number=made.number, amount_fen=made.open_fen, on=on.isoformat())
    return made


def equal_parts(total_fen: int, first: date, count: int) -> list[tuple[date, int]]:
    """(first day of the month, fen) of `count` months from `first` on; the fen that do not divide are in the last."""
    share, rest = divmod(total_fen, count)
    month = Month.of(first)
    return [
        (month.plus(place).first_day, share + (rest if place == count - 1 else 0)) for place in range(count)
    ]


@transaction.atomic
def agree_on_parts(
    *,
    adjustment_id: int,
    agreed_on: date,
    paper: str,
    parts: Sequence[tuple[date, int]],
    by: Posting,
    on: date,
) -> ClaimPlan:
    """Enter in which months the rest is to come back; an earlier agreement ends. The same one again changes nothing.

    `parts` are (first day of a month, fen) and add up to what is open now.
    """
    claim = _open_claim(adjustment_id, by, Permission.PROPOSE_CHANGE)
    number = "".join(paper.split())[:60]
    if not number:
        raise BadInput("请填写协议或承诺书编号", field="paper")
    if agreed_on > on:
        raise BadInput("约定日期不能晚于今天", field="agreed_on")
    if agreed_on < claim.booked_on:
        raise BadInput(f"约定日期早于登记追缴的日期（{claim.booked_on:%Y-%m-%d}），请核对", field="agreed_on")
    ordered = sorted(parts)
    if not 1 <= len(ordered) <= MOST_PARTS:
        raise BadInput(f"分期最多 {MOST_PARTS} 期", field="count")
    if any(fen <= 0 for _, fen in ordered):
        raise BadInput("每期至少一分钱，请减少期数", field="count")
    if ordered[0][0] < Month.of(agreed_on).first_day:
        raise BadInput("第一期不能早于约定的月份", field="first_month")
    if len({month for month, _ in ordered}) != len(ordered):
        raise BadInput("同一个月只能有一期", field="first_month")
    if sum(fen for _, fen in ordered) != -claim.open_fen:
        raise BadInput(f"各期合计要等于还没收回的 {yuan(-claim.open_fen)} 元，请刷新后再办", field="count")
    current = claim.plans.filter(ended_on=None).first()
    if current is not None:
        if (current.paper, current.agreed_on) == (number, agreed_on) and ordered == [
            (row.due_month, row.amount_fen) for row in current.instalments.all()
        ]:
            return current
        current.ended_on, current.ended_by = on, by
        current.save(update_fields=["ended_on", "ended_by"])
    plan = ClaimPlan.objects.create(
        adjustment=claim,
        agreed_on=agreed_on,
        paper=number,
        settled_before_fen=-claim.settled_fen,
        recorded_by=by,
        recorded_on=on,
    )
    Instalment.objects.bulk_create(
        Instalment(plan=plan, due_month=month, amount_fen=fen) for month, fen in ordered
    )
    _record("claim.agree", claim, by, number=number, parts=len(ordered), on=on.isoformat())
    return plan


@transaction.atomic
def reverse_repayment(*, repayment_id: int, reason: str, by: Posting, on: date) -> Repayment:
    """Take back an entered repayment by a counter row; the money is open again. A second press finds the first's row."""
    seen = Repayment.objects.filter(pk=repayment_id).first()
    if seen is None:
        raise access.NotVisible("没有找到，或不在您的辖区内。")
    claim = _locked(seen.adjustment_id, by, Permission.MANAGE_FUNDS)
    wrong = Repayment.objects.get(pk=repayment_id)
    if wrong.reverses_id:
        raise NotAllowed("这一笔本身就是冲正，不能再冲正。")
    earlier = Repayment.objects.filter(reverses=wrong).first()
    if earlier is not None:
        return earlier
    if not any(sign.isalnum() for sign in reason):
        raise BadInput("请填写冲正原因", field="reason")
    made = Repayment.objects.create(
        adjustment=claim,
        amount_fen=-wrong.amount_fen,
        paid_on=on,
        receipt=wrong.receipt,
        reverses=wrong,
        reason=reason.strip()[:200],
        recorded_by=by,
    )
    wrong.is_reversed = True
    wrong.save(update_fields=["is_reversed"])
    claim.settled_fen += wrong.amount_fen
    claim.save(update_fields=["settled_fen"])
    _record("claim.reverse", claim, by, reason=made.reason, number=wrong.receipt, amount_fen=wrong.amount_fen)
    return made


@transaction.atomic
def propose_write_off(
    *, adjustment_id: int, amount_fen: int, document_number: str, reason: str, by: Posting, on: date
) -> WriteOff:
    """Propose to give up what will not come back, with the document that allows it. The same again is the same one."""
    claim = _open_claim(adjustment_id, by, Permission.MANAGE_FUNDS)
    number = "".join(document_number.split())[:80]
    waiting = claim.write_offs.filter(confirmed_on=None, refused_on=None).first()
    if waiting is not None:
        if (waiting.amount_fen, waiting.document_number) == (amount_fen, number):
            return waiting
        raise NotAllowed("已经有一笔核销在等批准，批准或退回以后再提出。")
    if not number:
        raise BadInput("请填写批准核销的文号", field="document_number")
    if not any(sign.isalnum() for sign in reason):
        raise BadInput("请填写核销理由", field="reason")
    if amount_fen <= 0:
        raise BadInput("核销金额要大于 0", field="amount")
    if amount_fen > -claim.open_fen:
        raise BadInput(f"最多核销还没收回的 {yuan(-claim.open_fen)} 元", field="amount")
    made = WriteOff.objects.create(
        adjustment=claim,
        office_id=claim.office_id,
        amount_fen=amount_fen,
        document_number=number,
        reason=reason.strip()[:300],
        proposed_by=by,
        proposed_on=on,
    )
    _record("claim.write_off", claim, by, reason=made.reason, number=number, amount_fen=amount_fen)
    return made


@transaction.atomic
def confirm_write_off(*, write_off_id: int, by: Posting, on: date) -> WriteOff:
    """Write it off, by another than who proposed it. A second press finds it done."""
    asked, claim = _asked(write_off_id, by)
    if asked.confirmed_on:
        return asked
    _demand_waiting(asked, claim)
    access.refuse_same_person(by, {"提出人": asked.proposed_by}, "批准核销")
    if asked.amount_fen > -claim.open_fen:
        raise NotAllowed(
            f"提出以后又收回了一部分，现在只有 {yuan(-claim.open_fen)} 元没有收回。请退回，由财务重新提出。"
        )
    asked.confirmed_by, asked.confirmed_on = by, on
    asked.save(update_fields=["confirmed_by", "confirmed_on"])
    claim.settled_fen -= asked.amount_fen
    claim.save(update_fields=["settled_fen"])
    _record("claim.write_off_confirm", claim, by, number=asked.document_number, amount_fen=asked.amount_fen)
    return asked


@transaction.atomic
def refuse_write_off(*, write_off_id: int, reason: str, by: Posting, on: date) -> WriteOff:
    """Send the proposal back, with the reason."""
    asked, claim = _asked(write_off_id, by)
    if asked.refused_on:
        return asked
    _demand_waiting(asked, claim)
    if not any(sign.isalnum() for sign in reason):
        raise BadInput("请填写退回原因", field="reason")
    asked.refused_by, asked.refused_on, asked.refusal = by, on, reason.strip()[:200]
    asked.save(update_fields=["refused_by", "refused_on", "refusal"])
    _record("claim.write_off_refuse", claim, by, reason=asked.refusal, number=asked.document_number)
    return asked


def _asked(write_off_id: int, by: Posting) -> tuple[WriteOff, Adjustment]:
    """The claim first: whoever changes its money waits there."""
    seen = access.to_read(WriteOff.objects.all(), by, Permission.CONFIRM_CHANGE, pk=write_off_id)
    claim = _locked(seen.adjustment_id, by, Permission.CONFIRM_CHANGE)
    return WriteOff.objects.select_related("proposed_by").get(pk=write_off_id), claim


def _demand_waiting(asked: WriteOff, claim: Adjustment) -> None:
    if asked.refused_on or asked.confirmed_on:
        raise NotAllowed("这一笔核销已经办过。")
    if claim.cancelled_on:
        raise NotAllowed("这一笔追缴已经撤销，不用核销。")


def _locked(adjustment_id: int, by: Posting, permission: Permission) -> Adjustment:
    return access.to_change(
        Adjustment.objects.select_related("entitlement"), by, permission, pk=adjustment_id
    )


def _open_claim(adjustment_id: int, by: Posting, permission: Permission) -> Adjustment:
    claim = _locked(adjustment_id, by, permission)
    if not claim.is_claim:
        raise NotAllowed("这一笔是补发，没有要追缴的钱。")
    if claim.cancelled_on:
        raise NotAllowed("这一笔已经撤销。")
    if not claim.open_fen:
        raise NotAllowed("这一笔已经结清。")
    return claim


def _record(action: str, claim: Adjustment, by: Posting, reason: str = "", **details: object) -> None:
    audit.record(
        action,
        by=by,
        subject=claim,
        office_code=claim.office_id,
        label=claim.entitlement.number,
        reason=reason,
        details={"entitlement": claim.entitlement_id} | details,
    )
