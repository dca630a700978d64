"""Changing a right: the family is heard, the township proposes, the county confirms, the family is told in writing.

No row is edited but to close it: the next row says what holds from then on (change_chain.py), what comes of it is
planned first (change_plan.py), and months whose lists are closed are put right by adjustments (true_up.py).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from assistance.models import REASONS, Adjustment, Entitlement, EntitlementChange
from assistance.policy.rule import CaseFacts
from assistance.policy.rules import rule_of
from assistance.services import booking, change_effects, end_notice
from assistance.services.change_chain import Chain, chain_of, hold_open_runs, rewrite
from assistance.services.change_plan import Plan, Wish, plan_of
from assistance.services.true_up import closed_months, due_before, true_up
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, Refused, Stale
from civaffairs.lib.money import yuan
from civaffairs.lib.months import Month
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Person, Posting

K = ChangeKind
HEARING = "《社会救助法》第48条"
MONTHS_AHEAD = 3


# --- proposing -----------------------------------------------------------------------------------------------


@transaction.atomic
def propose_change(
    *,
    entitlement_id: int,
    kind: str,
    reason_code: str,
    explanation: str,
    from_month: date,
    by: Posting,
    on: date,
    heard_on: date | None = None,
    heard_how: str = "",
    person: Person | None = None,
    payee: Person | None = None,
    facts: CaseFacts | None = None,
    details: dict[str, Any] | None = None,
    seen: int | None = None,
) -> EntitlementChange:
    """Propose one change of one right from a month on, which may lie in the past.

    `seen` is the newest change of the household that the page knew of; Stale when there is a newer one. A move and a new
    head reach all rights of the household. 《社会救助法》第48条: before a cut or an end the family is heard. A death has an
    act of its own (services/death.py).
    """
    entitlement = access.to_change(
        Entitlement.objects.select_related("payee", "scheme"),
        by,
        Permission.PROPOSE_CHANGE,
        pk=entitlement_id,
    )
    wish = Wish(
        kind=kind,
        month=from_month.replace(day=1),
        on=on,
        reason_code=reason_code,
        person=person,
        payee=payee,
        facts=facts,
        details=details or {},
    )
    if not explanation.strip():
        raise BadInput("请填写具体情况", field="explanation")
    demand_shape(wish)
    waiting = waiting_for(entitlement)
    if waiting is not None and _is_repeat(waiting, wish, by):
        return waiting
    wish, planned = plans_for(entitlement, wish, seen)
    made: list[EntitlementChange] = []
    for chain, plan in planned:
        if plan.heard_first:
            demand_hearing(heard_on, heard_how, on)
        heard = (heard_on, heard_how)
        leading = made[0] if made else None
        made.append(write_change(chain, wish, plan, explanation, heard, by, leading))
    leading = made[0]
    audit.record(
        "change.propose",
        by=by,
        subject=leading,
        label=f"{entitlement.payee.name} {entitlement.number}",
        reason=f"{leading.get_kind_display()}：{leading.get_reason_code_display()}，{leading.explanation}",
        details={"entitlement": entitlement.pk, "from_month": f"{wish.month:%Y-%m}"},
    )
    return leading


def plans_for(
    entitlement: Entitlement, wish: Wish, seen: int | None
) -> tuple[Wish, list[tuple[Chain, Plan]]]:
    """What a wish would make of the right and of all that it reaches, and the wish with what has to stay as it is today.

    Locks the chains; call inside a transaction. Raises Conflict while another change waits, Stale for an old page.
    """
    waiting = waiting_for(entitlement)
    if waiting is not None:
        raise Conflict(f"还有一件在等县级确认：{in_words(waiting)}。", [waiting.pk])
    demand_fresh(entitlement, seen)
    _demand_month(wish)
    wish = replace(wish, details=change_effects.details_for(entitlement, wish))
    chains = [chain_of(right) for right in change_effects.rights_reached(entitlement, wish)]
    return wish, [(chain, plan_of(wish, chain)) for chain in chains]


def demand_shape(wish: Wish) -> None:
    """Raises BadInput for a kind or a reason that there is not."""
    if wish.kind not in K.values or wish.kind == K.DEATH:
        raise BadInput("请选择要办的事项", field="kind")
    if wish.reason_code not in dict(REASONS[wish.kind]):
        raise BadInput("请选择原因", field="reason_code")


def _demand_month(wish: Wish) -> None:
    if wish.month > Month.of(wish.on).plus(MONTHS_AHEAD).first_day:
        raise BadInput("生效月份太远，最多提前三个月办理", field="from_month")


def demand_hearing(heard_on: date | None, heard_how: str, on: date) -> None:
    """Raises BadInput at the field that is missing or cannot be true."""
    if heard_on is None:
        raise BadInput(
            "调减、终止前应当听取本人或家庭意见，请填写听取意见日期", field="heard_on", article=HEARING
        )
    if heard_on > on:
        raise BadInput("听取意见日期不能晚于今天", field="heard_on")
    if not heard_how.strip():
        raise BadInput("请填写听取意见的方式和家庭的意见", field="heard_how", article=HEARING)


def demand_fresh(entitlement: Entitlement, seen: int | None) -> None:
    """Two clerks at one household: the second is shown what the first did. Raises Stale with one phrase for each."""
    if entitlement.until_month is not None and (later := getattr(entitlement, "next", None)):
        raise NotAllowed(f"这项待遇已有变更，请在{Month.of(later.from_month).label}起的待遇上办理。")
    if seen is None:
        return
    newer = list(
        EntitlementChange.objects.filter(entitlement__household=entitlement.household_id, pk__gt=seen)
        .select_related("proposed_by__user", "entitlement__scheme")
        .order_by("pk")
    )
    if newer:
        raise Stale("您打开这页以后，这户有了新的变更，请看过再办。", [in_words(row) for row in newer])


def latest_change(entitlement: Entitlement) -> int:
    """The number by which a page knows that nothing newer has happened to the household; 0 when nothing ever did."""
    rows = EntitlementChange.objects.filter(entitlement__household=entitlement.household_id)
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def in_words(change: EntitlementChange) -> str:
    """李望春 2026-05-06 提出农村低保停发，2026年6月起。"""
    who = change.proposed_by.user.name if change.proposed_by else "系统"
    return (
        f"{who} {change.proposed_on:%Y-%m-%d} 提出{change.entitlement.scheme.short_name}"
        f"{change.get_kind_display()}，{Month.of(change.from_month).label}起（{change.get_status_display()}）"
    )


def waiting_for(entitlement: Entitlement) -> EntitlementChange | None:
    """The proposal that nobody has answered yet."""
    waiting = entitlement.changes.filter(status=ChangeStatus.PROPOSED)
    return waiting.select_related("proposed_by__user", "entitlement__scheme").first()


def _is_repeat(waiting: EntitlementChange, wish: Wish, by: Posting) -> bool:
    same = (waiting.kind, waiting.reason_code, waiting.from_month) == (
        wish.kind,
        wish.reason_code,
        wish.month,
    )
    return same and waiting.proposed_by is not None and waiting.proposed_by.user_id == by.user_id


def write_change(
    chain: Chain,
    wish: Wish,
    plan: Plan,
    explanation: str,
    heard: tuple[date | None, str],
    by: Posting,
    leading: EntitlementChange | None = None,
) -> EntitlementChange:
    """The row of a proposal with what came of the reckoning."""
    row = chain.newest
    heard_on, heard_how = heard
    details = dict(wish.details)
    if wish.facts is not None:
        details["asked"] = wish.facts.to_dict()
    return EntitlementChange.objects.create(
        entitlement=row,
        office_id=row.office_id,
        kind=wish.kind,
        leading=leading,
        reason_code=wish.reason_code,
        explanation=explanation.strip()[:500],
        from_month=wish.month,
        person=wish.person,
        died_on=wish.died_on,
        payee=wish.payee,
        heard_on=heard_on,
        heard_how=heard_how.strip()[:500],
        details=details,
        facts=plan.facts.to_dict() if plan.facts is not None else None,
        reckoning=plan.reckoning,
        before_fen=plan.before_fen,
        after_fen=plan.after_fen,
        proposed_by=by,
        proposed_on=wish.on,
    )


# --- deciding ------------------------------------------------------------------------------------------------


def to_answer(change_id: int, by: Posting, permission: Permission) -> EntitlementChange:
    """The change, locked; what hangs on another is answered with it, so that one is locked and given instead."""
    rows = EntitlementChange.objects.all()
    seen = access.to_read(rows, by, permission, pk=change_id)
    return access.to_change(rows.acted_on(), by, permission, pk=seen.leading_id or seen.pk)


def _demand_open(change: EntitlementChange, by: Posting, version: int | None) -> None:
    if change.status != ChangeStatus.PROPOSED:
        raise NotAllowed(f"这件变更{change.get_status_display()}，不能再办理。")
    if version is not None and version != change.version:
        raise Stale("您打开这页以后，这件变更有了变化，请看过再办。")
    access.refuse_same_person(by, {"提出人": change.proposed_by}, "确认")


def _decided_by(change: EntitlementChange, by: Posting, status: str) -> bool:
    return (
        change.status == status
        and change.confirmed_by is not None
        and change.confirmed_by.user_id == by.user_id
    )


def wish_of(change: EntitlementChange, on: date) -> Wish:
    """What was asked for, as the change keeps it."""
    rule = rule_of(change.entitlement.scheme.spec.rule)
    return Wish(
        kind=change.kind,
        month=change.from_month,
        on=on,
        reason_code=change.reason_code,
        person=change.person,
        died_on=change.died_on,
        payee=change.payee,
        # 增员、减员 and 死亡 begin from the facts before them: their own are the result.
        facts=CaseFacts.from_dict(change.details["asked"], rule.questions)
        if change.details.get("asked")
        else None,
        details=change.details,
    )


@transaction.atomic
def confirm_change(
    *,
    change_id: int,
    by: Posting,
    on: date,
    version: int | None = None,
    opinion: str = "",
    shown_fen: int | None = None,
) -> EntitlementChange:
    """Carry the change out: close and open rows, put closed months right. Everything is planned anew first, because a
    list may have been approved or a standard raised since the proposal.

    `shown_fen` is what the page said of 补发 and 追缴 together; Stale when it is not what would be booked now.
    """
    change = to_answer(change_id, by, Permission.CONFIRM_CHANGE)
    if _decided_by(change, by, ChangeStatus.CONFIRMED):
        return change
    _demand_open(change, by, version)
    group = change.group()
    for one in group:
        end_notice.demand_posted(one, on)
    change_effects.before_rows(change, by, on)
    booked = [_carry_out(one, by, on, opinion) for one in group]
    total = sum(row.amount_fen for row in booked if row is not None)
    if shown_fen is not None and total != shown_fen:
        raise Stale(
            "您打开这页以后，补发或追缴的金额变了，请看过再确认。",
            [f"当时显示 {yuan(shown_fen)} 元，现在是 {yuan(total)} 元"],
        )
    change_effects.after_rows(change, by, on)
    _record("change.confirm", change, by)
    return change


def planned_again(change: EntitlementChange, chain: Chain, on: date) -> Plan:
    """The plan of a proposal by what holds now. Raises NotAllowed when it is not what was proposed."""
    try:
        plan = plan_of(wish_of(change, on), chain)
    except NotAllowed as refusal:
        raise NotAllowed(f"提出以后情况有了变化：{refusal.message}请退回，由乡镇重新提出。") from refusal
    if plan.after_fen != change.after_fen or plan.before_fen != change.before_fen:
        raise NotAllowed(
            f"提出以后情况有了变化：提出时由{yuan(change.before_fen)}元变为{yuan(change.after_fen)}元，现在是由"
            f"{yuan(plan.before_fen)}元变为{yuan(plan.after_fen)}元。请退回，由乡镇重新提出。"
        )
    return plan


def _carry_out(change: EntitlementChange, by: Posting, on: date, opinion: str) -> Adjustment | None:
    chain = chain_of(change.entitlement)
    hold_open_runs(change.entitlement.scheme_id)
    plan = planned_again(change, chain, on)
    start = min(plan.month, change.from_month)
    before = due_before(chain, closed_months({chain.key: chain}, {chain.key: start})[chain.key])
    if plan.hold:
        change_effects.hold(chain, plan.month)
    else:
        opened = rewrite(chain, plan.month, plan.terms_of, plan.end_reason)
        change.opened = opened[-1] if opened else None
    _decide(change, by, on, ChangeStatus.CONFIRMED, opinion)
    change.number = f"变{on:%Y}{change.pk:06d}"
    change.reckoning = plan.reckoning
    change.save()
    return true_up(
        chain,
        before,
        change=change,
        cause=Adjustment.Cause.DEATH if change.kind == K.DEATH else Adjustment.Cause.CHANGE,
        reason=booking.because_changed(change),
        by=by,
        on=on,
    )


@transaction.atomic
def refuse_change(
    *, change_id: int, by: Posting, on: date, version: int | None = None, opinion: str = ""
) -> EntitlementChange:
    """Send a proposal back to the township; the right goes on as it was, and what the calendar asked is open again."""
    change = to_answer(change_id, by, Permission.CONFIRM_CHANGE)
    if _decided_by(change, by, ChangeStatus.REFUSED):
        return change
    _demand_open(change, by, version)
    if not opinion.strip():
        raise BadInput("请写明不同意的原因", field="opinion")
    group = change.group()
    for one in group:
        _decide(one, by, on, ChangeStatus.REFUSED, opinion)
        one.save()
        end_notice.take_down(one, on)
        if one.pk == change.pk:
            change = one
    change_effects.ask_again(group)
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
        details={"entitlement": entitlement.pk, "from_month": f"{change.from_month:%Y-%m}"},
    )


# --- telling the family --------------------------------------------------------------------------------------


@transaction.atomic
def mark_informed(
    *, change_id: int, informed_on: date, informed_how: str, by: Posting, on: date
) -> EntitlementChange:
    """The written notice has reached the family, on which day and how (《社会救助法》第48条)."""
    change = access.to_change(
        EntitlementChange.objects.acted_on(), by, Permission.PROPOSE_CHANGE, pk=change_id
    )
    if change.status != ChangeStatus.CONFIRMED or change.confirmed_on is None:
        raise NotAllowed("县级确认以后才有告知书，现在还不能登记告知。")
    if change.informed_on is not None:
        if (change.informed_on, change.informed_how) == (informed_on, informed_how.strip()):
            return change
        raise NotAllowed(f"已登记 {change.informed_on:%Y-%m-%d} 告知。")
    if not change.confirmed_on <= informed_on <= on:
        raise BadInput(f"告知日期应在确认日（{change.confirmed_on:%Y-%m-%d}）到今天之间", field="informed_on")
    if not informed_how.strip():
        raise BadInput("请填写告知方式，如当面送达、邮寄", field="informed_how")
    change.informed_on, change.informed_how = informed_on, informed_how.strip()[:100]
    change.version += 1
    change.save(update_fields=["informed_on", "informed_how", "version"])
    audit.record(
        "change.inform",
        by=by,
        subject=change,
        label=f"{change.entitlement.payee.name} {change.entitlement.number}",
        reason=f"{informed_on:%Y-%m-%d} {change.informed_how}",
    )
    return change


# --- many at once ----------------------------------------------------------------------------------------------


def confirm_many(
    ids: list[int],
    *,
    by: Posting,
    on: date,
    opinion: str = "",
    shown: Mapping[int, int] | None = None,
) -> tuple[list[int], list[str]]:
    """Confirm each in a transaction of its own. Returns what was done and a sentence for each that was not.

    `shown` is what the list said of 补发 and 追缴 of each; where something else would be booked, that one is not confirmed.
    """
    sums = shown or {}
    done: list[int] = []
    refused: list[str] = []
    for pk in ids:
        try:
            done.append(
                confirm_change(change_id=pk, by=by, on=on, opinion=opinion, shown_fen=sums.get(pk)).pk
            )
        except Refused as refusal:
            change = EntitlementChange.objects.select_related("entitlement__payee").get(pk=pk)
            refused.append(f"{change.entitlement.payee.name}{change.get_kind_display()}：{refusal.message}")
    return done, refused
