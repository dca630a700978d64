"""What each kind of change makes of one right, found out before anything is written.

The same plan is made when a township proposes, to show what would come of it, and again when the county confirms, to do
it; if the two differ, something has happened in between and the county is told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from assistance.models import EndReason, Entitlement, EntitlementChange
from assistance.policy import tapering
from assistance.policy.disability import CERT_UNTIL
from assistance.policy.rule import CaseFacts
from assistance.policy.rules import rule_of
from assistance.services import keeping_place, work_refusal
from assistance.services.change_chain import Chain, MemberTerms, Terms, terms_of_member
from assistance.services.change_reckon import (
    Stretch,
    demand_eligible,
    facts_on_record,
    frozen,
    reckon,
    together_with,
    without,
)
from assistance.services.grant import first_listed_month
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.lib.months import Month
from civaffairs.registry import county
from civaffairs.registry.models import Office, Person, Relationship

K = ChangeKind


@dataclass(frozen=True)
class Wish:
    """What is asked for, as the form says it or as the change keeps it."""

    kind: str
    month: date
    on: date
    reason_code: str = ""
    person: Person | None = None
    died_on: date | None = None
    payee: Person | None = None
    facts: CaseFacts | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Plan:
    """`terms_of` gives what a row is to hold from `month` on, None for nothing. `hold` is set for 暂停 alone."""

    month: date
    terms_of: Callable[[Entitlement], Terms | None]
    before_fen: int
    after_fen: int
    end_reason: str = ""
    stretches: list[Stretch] = field(default_factory=list)
    facts: CaseFacts | None = None
    hold: bool = False
    heard_first: bool = False  # ends or lowers what somebody gets: the family is heard before
    steps: list[dict[str, Any]] = field(default_factory=list)

    @property
    def reckoning(self) -> dict[str, Any]:
        return frozen(self.stretches) or ({"steps": self.steps} if self.steps else {})


def plan_of(wish: Wish, chain: Chain) -> Plan:
    """Raises BadInput for what cannot be true, NotAllowed or NotReady with the rule's reasons for what cannot be done."""
    reached = chain.reaching(wish.month)
    if not reached:
        ended = max((row.until_month for row in chain.rows if row.until_month), default=None)
        month = f"从{Month.of(ended).label}起" if ended else ""
        raise NotAllowed(f"这项待遇已{month}停发。")
    if wish.month < chain.first_month:
        raise BadInput(f"生效月份不能早于起发月份（{Month.of(chain.first_month).label}）", field="from_month")
    return PLANS[wish.kind](wish, chain)


def _end(wish: Wish, chain: Chain) -> Plan:
    before = chain.reaching(wish.month)[-1].amount_fen
    return Plan(wish.month, lambda row: None, before, 0, end_reason=wish.reason_code, heard_first=True)


def _reckoned(
    wish: Wish,
    chain: Chain,
    facts: CaseFacts,
    members: list[MemberTerms] | None,
    otherwise: str,
    payee_id: int | None = None,
) -> Plan:
    stretches = work_refusal.apply(reckon(chain, facts, wish.month, members), _refusal(wish, chain))
    demand_eligible(stretches, otherwise)
    terms = {s.row.pk: replace(s.terms, payee_id=payee_id) for s in stretches if s.terms}
    last = stretches[-1]
    before, after = last.row.amount_fen, last.answer.amount_fen
    less = any(s.answer.amount_fen < s.row.amount_fen for s in stretches)
    return Plan(
        wish.month,
        lambda row: terms.get(row.pk),
        before,
        after,
        stretches=stretches,
        facts=facts,
        heard_first=less,
    )


def _facts(wish: Wish, chain: Chain) -> CaseFacts:
    facts = wish.facts or facts_on_record(chain.newest)
    if facts is None:
        raise NotReady(
            "这项待遇来自历史台账，没有测算依据。请在“家庭情况”里填写收入和财产，再提出。",
            ["家庭情况"],
            field="facts",
        )
    return facts


def _refusal(wish: Wish, chain: Chain) -> work_refusal.Refusal | None:
    """The refusals of work that lower the sum: of this change, or of an earlier one that still holds."""
    if wish.reason_code == work_refusal.REFUSED:
        return work_refusal.asked(wish.details, wish.person, chain, wish.month, wish.on)
    if wish.reason_code == work_refusal.ACCEPTED:
        return None
    return work_refusal.standing(chain)


def _amount(wish: Wish, chain: Chain) -> Plan:
    if not rule_of(chain.newest.scheme.spec.rule).pays:
        raise NotAllowed("这个项目只认定身份，没有金额可以增减。")
    plan = _reckoned(wish, chain, _facts(wish, chain), None, "请办理停发或渐退。")
    if plan.after_fen == plan.before_fen and all(
        s.answer.amount_fen == s.row.amount_fen and s.answer.category == s.row.category
        for s in plan.stretches
    ):
        raise NotAllowed("按变化后的情况重新测算，金额和类别都没有变化，不用办理。")
    if not plan.after_fen:
        raise NotAllowed("减发以后没有金额了，请办理停发。")
    word = {K.RAISE: "减发", K.CUT: "增发"}[ChangeKind(wish.kind)]
    if (wish.kind == K.RAISE) != (plan.after_fen >= plan.before_fen):
        raise NotAllowed(f"按变化后的情况重新测算，应当{word}，请改办{word}。")
    return plan


def _demand_household(chain: Chain, what: str) -> None:
    if chain.newest.beneficiary_id is not None:
        raise NotAllowed(f"这个项目按人保障，没有{what}。")


def _join(wish: Wish, chain: Chain) -> Plan:
    _demand_household(chain, "增员")
    person = wish.person
    if person is None:
        raise BadInput("请填写增加的是哪一位", field="person")
    if person.died_on is not None:
        raise BadInput(f"{person.name}登记为已死亡", field="person")
    relationship = wish.details.get("relationship", "")
    if relationship not in Relationship.values or relationship == Relationship.HEAD:
        raise BadInput("请选择与户主的关系", field="relationship")
    if wish.month < Month.of(person.birth).first_day:
        raise BadInput("生效月份早于出生", field="from_month")
    ill = bool(wish.details.get("severe_illness"))
    facts = together_with(_facts(wish, chain), person, severe_illness=ill)
    newest = chain.reaching(wish.month)[-1]
    members = [terms_of_member(m) for m in chain.members.get(newest.pk, [])]
    labour = wish.details.get("labour") or "none"
    members.append(MemberTerms(person.pk, relationship, labour, ill, person.disability_grade))
    return _reckoned(wish, chain, facts, members, "请办理停发。")


def _payee_after(wish: Wish, row: Entitlement) -> int | None:
    """Who is paid once `wish.person` is gone. Raises BadInput when he was it and nobody is named."""
    if wish.payee is not None:
        if wish.payee == wish.person or wish.payee.died_on is not None:
            raise BadInput(f"{wish.payee.name}不能再领款，请选择另一位", field="payee")
        return wish.payee.pk
    if wish.person is not None and row.payee_id == wish.person.pk:
        raise BadInput(f"{wish.person.name}是领款人，请选择以后由谁领款", field="payee")
    return None


def _leave(wish: Wish, chain: Chain) -> Plan:
    _demand_household(chain, "减员")
    newest = chain.reaching(wish.month)[-1]
    ids = [m.person_id for m in chain.members.get(newest.pk, [])]
    if wish.person is None or wish.person.pk not in ids:
        raise BadInput("请选择减少的是哪一位保障对象", field="person")
    if len(ids) == 1:
        raise NotAllowed("这户只有这一位保障对象，请办理停发。")
    facts = without(_facts(wish, chain), wish.person.pk)
    return _reckoned(wish, chain, facts, None, "请办理停发或渐退。", _payee_after(wish, newest))


def _death(wish: Wish, chain: Chain) -> Plan:
    """One right of somebody who died. For a person: paid as long as its rule says. For a household: the others go on."""
    person, reached = wish.person, chain.reaching(wish.month)
    if person is None:
        raise BadInput("请选择去世的是哪一位", field="person")
    newest = reached[-1]
    protected = {m.person_id for row in reached for m in chain.members.get(row.pk, [])}
    others = {m.person_id for m in chain.members.get(newest.pk, [])} - {person.pk}
    if person.pk not in protected:
        # He only drew the money of others.
        payee = _payee_after(wish, newest)
        return Plan(
            wish.month,
            lambda row: replace(Terms.of(row), payee_id=payee),
            newest.amount_fen,
            newest.amount_fen,
        )
    if newest.beneficiary_id is not None or not others:
        return _last_months(wish, newest)
    payee = _payee_after(wish, newest)
    spec = newest.scheme.spec
    if not rule_of(spec.rule).pays:
        return Plan(wish.month, _with_one_less(chain, person.pk, payee), 0, 0)
    facts = without(_facts(wish, chain), person.pk)
    stretches = work_refusal.apply(reckon(chain, facts, wish.month), _refusal(wish, chain))
    if any(s.answer.outcome == "cannot_decide" for s in stretches):
        demand_eligible(stretches, "")
    terms = {s.row.pk: replace(s.terms, payee_id=payee) for s in stretches if s.terms}
    last = stretches[-1]
    return Plan(
        wish.month,
        lambda row: terms.get(row.pk),
        last.row.amount_fen,
        last.answer.amount_fen,
        end_reason=EndReason.INCOME.value,
        stretches=stretches,
        facts=facts,
        heard_first=len(terms) < len(stretches),
    )


def _last_months(wish: Wish, newest: Entitlement) -> Plan:
    """Nothing from the month of stopping; the months paid after a death go to whoever is left."""
    reason = EndReason.DEATH.value
    stop = date.fromisoformat(wish.details["stop"])
    if stop <= wish.month or wish.payee is None:
        return Plan(stop, lambda row: None, newest.amount_fen, 0, end_reason=reason)
    payee = _payee_after(wish, newest)

    def terms_of(row: Entitlement) -> Terms | None:
        if row.from_month >= stop:
            return None
        until = min(row.until_month or stop, stop)
        return replace(Terms.of(row), payee_id=payee, until_month=until, end_reason=reason)

    return Plan(wish.month, terms_of, newest.amount_fen, 0, end_reason=reason)


def _with_one_less(chain: Chain, person_id: int, payee: int | None) -> Callable[[Entitlement], Terms]:
    def terms_of(row: Entitlement) -> Terms:
        kept = tuple(terms_of_member(m) for m in chain.members.get(row.pk, []) if m.person_id != person_id)
        return replace(Terms.of(row), members=kept, persons=len(kept), payee_id=payee)

    return terms_of


def _hold(wish: Wish, chain: Chain) -> Plan:
    if chain.newest.held_since is not None:
        raise NotAllowed(f"这项待遇已从{Month.of(chain.newest.held_since).label}起暂停。")
    before = chain.reaching(wish.month)[-1].amount_fen
    return Plan(wish.month, Terms.of, before, 0, hold=True)


def _held_from(chain: Chain) -> date | None:
    """The first month of the hold that stands. A later row, of a new standard, knows only its own first month of it."""
    held = chain.newest.held_since
    if held is None:
        return None
    holds = EntitlementChange.objects.filter(
        entitlement__in=[row.pk for row in chain.rows], kind=K.HOLD, status=ChangeStatus.CONFIRMED
    )
    began = holds.order_by("-pk").values_list("from_month", flat=True).first()
    return min(held, began or held)


def _resume(wish: Wish, chain: Chain) -> Plan:
    held = _held_from(chain)
    if held is None:
        raise NotAllowed("这项待遇没有暂停，不用恢复。")
    if wish.month < held:
        raise BadInput(f"恢复的月份不能早于暂停的月份（{Month.of(held).label}）", field="from_month")
    if "backpay" not in wish.details:
        raise BadInput("请选择暂停的月份是否补发", field="backpay")
    start = held if wish.details["backpay"] else wish.month
    facts = _with_new_certificate(wish, chain)
    return Plan(start, _resumed, 0, chain.newest.amount_fen, facts=facts)


def _resumed(row: Entitlement) -> Terms:
    return replace(Terms.of(row), keeps_hold=False)


def _with_new_certificate(wish: Wish, chain: Chain) -> CaseFacts | None:
    """The facts with the certificate brought at last; None where none was, so that those on record go on."""
    until = wish.details.get("renewed_until")
    if wish.reason_code != "renewed":
        return None
    if not until:
        raise BadInput("请填写新证有效期", field="renewed_until")
    day, facts = date.fromisoformat(until), facts_on_record(chain.newest)
    if day < wish.on:
        raise BadInput("新证的有效期已过，请核对", field="renewed_until")
    return None if facts is None else replace(facts, answers={**facts.answers, CERT_UNTIL.name: day})


def _taper(wish: Wish, chain: Chain) -> Plan:
    newest = chain.reaching(wish.month)[-1]
    if newest.scheme.spec.rule != "dibao":
        raise NotAllowed("只有最低生活保障有渐退期。", article="《最低生活保障审核确认办法》第33条")
    months = wish.details.get("months")
    if not months:
        raise BadInput("请填写渐退几个月", field="months")
    numbers = {name: county.value(name, wish.on) for name in ("taper_months", "taper_way", "taper_percent")}
    params = newest.standard.params
    outcome = tapering.taper(
        newest.amount_fen,
        Month.of(wish.month),
        int(months),
        numbers,
        int(params.get("rounding_unit_fen", 1)),
        params.get("rounding_mode", "half_up"),
    )
    until = outcome.until_month.first_day

    def terms_of(row: Entitlement) -> Terms | None:
        if max(row.from_month, wish.month) >= until:
            return None
        ends = min(row.until_month or until, until)
        same = Terms.of(row)
        if outcome.amount_fen != newest.amount_fen:
            same = replace(same, base_fen=outcome.amount_fen, classified_fen=0, care_fen=0)
        return replace(same, until_month=ends, end_reason=EndReason.TAPERED.value)

    return Plan(
        wish.month,
        terms_of,
        newest.amount_fen,
        outcome.amount_fen,
        end_reason=EndReason.TAPERED.value,
        heard_first=True,
        steps=[vars(step).copy() for step in outcome.steps],
    )


def _refuse_past(wish: Wish, chain: Chain) -> None:
    newest = chain.newest
    first = first_listed_month(newest.scheme_id, newest.office_id, chain.first_month)
    if wish.month < first:
        raise BadInput(
            f"{Month.of(first).previous.label}及以前的名册已经办结，最早从{Month.of(first).label}起",
            field="from_month",
        )


def _move(wish: Wish, chain: Chain) -> Plan:
    newest = chain.reaching(wish.month)[-1]
    if wish.reason_code == EndReason.MOVED:
        if newest.scheme.klass == "veteran" and wish.month.month != 1:
            raise BadInput(
                f"优抚对象迁出的，当年由迁出地发，从{wish.month.year + 1}年1月起停发",
                field="from_month",
                article="《军人抚恤优待条例》",
            )
        return _end(wish, chain)
    _refuse_past(wish, chain)
    code = wish.details.get("to_office", "")
    office = Office.objects.filter(pk=code, is_active=True).first()
    if office is None:
        raise BadInput("请选择迁往的村（社区）", field="to_office")
    if code == newest.office_id:
        raise BadInput("迁往的村（社区）和现在的相同", field="to_office")
    spec = newest.scheme.spec
    if spec.is_urban is not None and spec.is_urban != office.is_urban:
        raise NotAllowed(
            f"{office.name}的城乡类别与{spec.short_name}不同，请在迁入地申请相应项目，再办理转保。"
        )
    return Plan(
        wish.month,
        lambda row: replace(Terms.of(row), office_id=code),
        newest.amount_fen,
        newest.amount_fen,
    )


def _head(wish: Wish, chain: Chain) -> Plan:
    _demand_household(chain, "户主变更")
    _refuse_past(wish, chain)
    newest = chain.reaching(wish.month)[-1]
    ids = [m.person_id for m in chain.members.get(newest.pk, [])]
    head = wish.person
    if head is None or head.pk not in ids:
        raise BadInput("请选择新户主，应是这户的保障对象", field="person")
    if head.died_on is not None:
        raise BadInput(f"{head.name}登记为已死亡", field="person")
    if newest.household.head_id == head.pk and newest.payee_id == head.pk:
        raise BadInput(f"{head.name}已经是户主", field="person")
    asked = wish.details.get("relationships", {})

    def terms_of(row: Entitlement) -> Terms:
        kept = []
        for member in chain.members.get(row.pk, []):
            given = Relationship.HEAD if member.person_id == head.pk else asked.get(str(member.person_id))
            kept.append(replace(terms_of_member(member), relationship=given or Relationship.OTHER))
        return replace(Terms.of(row), members=tuple(kept), payee_id=head.pk)

    return Plan(wish.month, terms_of, newest.amount_fen, newest.amount_fen)


def _switch(wish: Wish, chain: Chain) -> Plan:
    """The person, or the household, goes over to another programme; what he leaves behind goes on without him."""
    newest = chain.reaching(wish.month)[-1]
    ids = [m.person_id for m in chain.members.get(newest.pk, [])]
    going = wish.details.get("persons") or ids
    if not set(going) <= set(ids):
        raise BadInput("转出的人不是这项待遇的保障对象", field="application")
    if set(going) == set(ids):
        return replace(_end(wish, chain), end_reason=EndReason.SWITCHED.value)
    facts = _facts(wish, chain)
    for person_id in going:
        facts = without(facts, person_id)
    payee = wish.payee.pk if wish.payee else None
    if newest.payee_id in going and payee is None:
        raise BadInput("转出的人是领款人，请选择这户以后由谁领款", field="payee")
    return _reckoned(wish, chain, facts, None, "请先办理停发，再确认新的保障。", payee)


def _keep(wish: Wish, chain: Chain) -> Plan:
    """特困 between the person's own account and a home: the standard of the place from the month on, and who is paid."""
    newest = chain.reaching(wish.month)[-1]
    place = keeping_place.place_of(wish.details, newest)
    facts = facts_on_record(chain.newest)
    if facts is not None:
        facts = replace(facts, answers={**facts.answers, **place.answers})
        stretches = reckon(chain, facts, wish.month)
        demand_eligible(stretches, "请办理停发。")
    else:
        stretches = keeping_place.priced(chain, wish.month, place)
    terms = {s.row.pk: replace(s.terms, paid_to_id=place.paid_to_id) for s in stretches if s.terms}
    return Plan(
        wish.month,
        lambda row: terms.get(row.pk),
        newest.amount_fen,
        stretches[-1].answer.amount_fen,
        stretches=stretches,
        facts=facts,
        heard_first=any(s.answer.amount_fen < s.row.amount_fen for s in stretches),
    )


PLANS: dict[str, Callable[[Wish, Chain], Plan]] = {
    K.STOP: _end,
    K.QUIT: _end,
    K.RAISE: _amount,
    K.CUT: _amount,
    K.JOIN: _join,
    K.LEAVE: _leave,
    K.DEATH: _death,
    K.HOLD: _hold,
    K.RESUME: _resume,
    K.TAPER: _taper,
    K.MOVE: _move,
    K.HEAD: _head,
    K.SWITCH: _switch,
    K.KEEP: _keep,
}
