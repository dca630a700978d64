"""What a change would do in money, before anybody has confirmed it.

Nothing is reckoned here that the booking does not reckon itself: the plan is that of the confirmation (change_plan.py), the
rows are those it would write (change_chain.foreseen), the closed months are set against the same books (true_up.py).
Nothing is written and nothing is locked, so the answer holds as long as no list, raise or other change comes between.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from assistance.models import Entitlement, EntitlementChange, LineStatus, PaymentLine, RunKind
from assistance.policy import overlaps
from assistance.policy.rule import CaseFacts, Receipt
from assistance.policy.rules import rule_of
from assistance.selectors.overlap import table_on
from assistance.services.change_chain import (
    UNDER_WAY,
    Chain,
    Key,
    chains_of,
    foreseen,
    foreseen_held,
)
from assistance.services.change_plan import Plan, Wish
from assistance.services.entitlement import demand_shape, planned_again, plans_for
from assistance.services.true_up import Difference, closed_months, differences, due_before
from civaffairs.lib.errors import Refused
from civaffairs.lib.money import yuan
from civaffairs.lib.months import Month
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Person, Posting

# Where these change, who has a family's standing by them is to be looked at again.
STANDING_FAMILIES = ("dibao", "status")


@dataclass(frozen=True)
class Span:
    """Months of one sum, before and after, fen a month. `until` is not included; None goes on."""

    start: date
    until: date | None
    before_fen: int
    after_fen: int


@dataclass(frozen=True)
class Listed:
    """A line of a list in the making that will not be right any more; that list has to be made anew."""

    line: PaymentLine
    after_fen: int

    @property
    def words(self) -> str:
        """What becomes of it: 不再列入, or its new sum, or another payee."""
        if not self.after_fen:
            return "不再列入"
        own = self.line.base_fen + self.line.classified_fen + self.line.care_fen
        return "换领款人或账户" if self.after_fen == own else "改为新金额"


@dataclass(frozen=True)
class Effect:
    """What one right would have of the change. `reassessed`: a household's, reckoned anew for those who are left."""

    entitlement: Entitlement
    spans: tuple[Span, ...]
    closed: tuple[date, ...]
    difference: Difference
    listed: tuple[Listed, ...]
    reassessed: bool

    @property
    def amount_fen(self) -> int:
        """Above zero 补发, below 追缴; to the fen what the confirmation books."""
        return self.difference.amount_fen

    @property
    def word(self) -> str:
        """补发 or 追缴, "" for neither."""
        return word_of(self.amount_fen)

    @property
    def size_fen(self) -> int:
        """The sum without its sign, to stand behind the word."""
        return abs(self.amount_fen)

    @property
    def received_fen(self) -> int:
        """What the family has had for the closed months that count."""
        return sum(self.difference.received.values())

    @property
    def taken_back_fen(self) -> int:
        """What was booked for these months before, is not settled, and is reckoned into the new sum."""
        return sum(row.amount_fen for row in self.difference.taken_back)

    @property
    def taken_back_words(self) -> str:
        """补发 300.00 元, 追缴 600.00 元."""
        return f"{word_of(self.taken_back_fen)} {yuan(abs(self.taken_back_fen))} 元"

    @property
    def months_in_words(self) -> str:
        """2026年6月至8月；empty where no month is closed."""
        if not self.closed:
            return ""
        first, last = Month.of(self.closed[0]), Month.of(self.closed[-1])
        if first == last:
            return first.label
        return f"{first.label}至{last.month}月" if first.year == last.year else f"{first.label}至{last.label}"


@dataclass(frozen=True)
class Beside:
    """Another right of these people that the change does not touch but should be looked at again."""

    entitlement: Entitlement
    why: str


@dataclass(frozen=True)
class Preview:
    effects: tuple[Effect, ...]
    beside: tuple[Beside, ...]

    @property
    def amount_fen(self) -> int:
        return sum(effect.amount_fen for effect in self.effects)

    @property
    def listed(self) -> list[Listed]:
        return [one for effect in self.effects for one in effect.listed]


def word_of(fen: int) -> str:
    return "" if not fen else "补发" if fen > 0 else "追缴"


def preview_of(group: Sequence[EntitlementChange], by: Posting, on: date) -> Preview:
    """What confirming this proposal (it and what is decided with it) today would do.

    Raises what the confirmation would raise: NotAllowed when it is not any more as it was proposed, BadInput or NotReady
    when it cannot be reckoned. The number of queries does not grow with rights of persons, only with households whose
    rule has to be asked anew.
    """
    chains = chains_of(one.entitlement for one in group)
    planned = []
    for one in group:
        chain = chains[one.entitlement.scheme_id, one.entitlement.number]
        planned.append((chain, planned_again(one, chain, on), one.from_month))
    return preview(planned, by, on)


@dataclass(frozen=True)
class Sums:
    """What confirming one listed proposal would book; `cannot` says why it could not be confirmed now."""

    more_fen: int = 0
    less_fen: int = 0
    cannot: str = ""

    @property
    def amount_fen(self) -> int:
        """Above zero 补发, below 追缴: what confirm_change takes as `shown_fen`."""
        return self.more_fen - self.less_fen


def sums_of(leading: Sequence[EntitlementChange], on: date) -> dict[int, Sums]:
    """What confirming each of these listed proposals, with what hangs on it, would book; key: the leading change.

    Rights, books and what hangs on the proposals are read at once for all of them. Only what the rule has to be asked for
    anew is asked one by one, so the caller gives the rows of one page.
    """
    hanging: dict[int, list[EntitlementChange]] = {}
    for other in EntitlementChange.objects.filter(leading__in=[one.pk for one in leading]).named():
        hanging.setdefault(other.leading_id, []).append(other)
    groups = {one.pk: [one, *hanging.get(one.pk, [])] for one in leading}
    chains = chains_of(one.entitlement for group in groups.values() for one in group)
    found: dict[int, Sums] = {}
    asked: dict[Key, tuple[int, Chain, Plan, date]] = {}
    for pk, group in groups.items():
        try:
            planned = {}
            for one in group:
                chain = chains[one.entitlement.scheme_id, one.entitlement.number]
                planned[chain.key] = (pk, chain, planned_again(one, chain, on), one.from_month)
        except Refused as refusal:
            found[pk] = Sums(cannot=refusal.message)
            continue
        if planned.keys() & asked.keys():
            found[pk] = Sums(cannot="同一项待遇还有一件变更，请打开看过再确认。")
            continue
        asked |= planned
        found[pk] = Sums()
    after, before = _foreseen([row[1:] for row in asked.values()])
    for key, difference in differences(after, before).items():
        fen, pk = difference.amount_fen, asked[key][0]
        sums = found[pk]
        found[pk] = Sums(sums.more_fen + max(fen, 0), sums.less_fen + max(-fen, 0))
    return found


def _foreseen(
    planned: Sequence[tuple[Chain, Plan, date]],
) -> tuple[dict[Key, Chain], dict[Key, dict[date, int]]]:
    """(the rights as the plans would leave them, what was due for their closed months before). One query."""
    if not planned:
        return {}, {}
    chains = {chain.key: chain for chain, _, _ in planned}
    starts = {chain.key: min(plan.month, asked) for chain, plan, asked in planned}
    after = {
        chain.key: foreseen_held(chain, plan.month)
        if plan.hold
        else foreseen(chain, plan.month, plan.terms_of)
        for chain, plan, _ in planned
    }
    closed = closed_months(chains, starts)
    return after, {key: due_before(chains[key], closed[key]) for key in chains}


@transaction.atomic
def estimate_change(
    *,
    entitlement_id: int,
    kind: str,
    reason_code: str,
    from_month: date,
    by: Posting,
    on: date,
    person: Person | None = None,
    payee: Person | None = None,
    facts: CaseFacts | None = None,
    details: dict[str, Any] | None = None,
    seen: int | None = None,
) -> Preview:
    """What proposing this change and confirming it today would do; nothing is written.

    Raises what propose_change would raise, but asks for no hearing: the family is heard on what comes of it.
    """
    entitlement = access.to_change(
        Entitlement.objects.select_related("payee", "scheme"),
        by,
        Permission.PROPOSE_CHANGE,
        pk=entitlement_id,
    )
    month = from_month.replace(day=1)
    wish = Wish(
        kind=kind,
        month=month,
        on=on,
        reason_code=reason_code,
        person=person,
        payee=payee,
        facts=facts,
        details=details or {},
    )
    demand_shape(wish)
    _, planned = plans_for(entitlement, wish, seen)
    return preview([(chain, plan, month) for chain, plan in planned], by, on)


def preview(planned: Sequence[tuple[Chain, Plan, date]], by: Posting, on: date) -> Preview:
    """What plans would do, each to its chain; the day is the month from which the change was asked for. Of other rights it
    names those that `by` may see."""
    chains = {chain.key: chain for chain, _, _ in planned}
    starts = {chain.key: min(plan.month, asked) for chain, plan, asked in planned}
    after, before = _foreseen(planned)
    found = differences(after, before)
    listed = _listed(after, starts)
    effects = tuple(
        Effect(
            chain.newest,
            tuple(_spans(chain, after[chain.key], starts[chain.key])),
            tuple(before[chain.key]),
            found[chain.key],
            tuple(listed[chain.key]),
            bool(plan.stretches) and chain.newest.beneficiary_id is None,
        )
        for chain, plan, _ in planned
    )
    return Preview(effects, tuple(_beside(chains, effects, by, on)))


def _spans(before: Chain, after: Chain, start: date) -> Iterable[Span]:
    """The months whose sum changes; where none does, all of them from the start on as one."""
    turns = {start}
    for row in (*before.rows, *after.rows):
        turns |= {row.from_month, row.until_month or start, row.held_since or start}
    ends = sorted(turn for turn in turns if turn >= start)
    spans: list[Span] = []
    for first, until in zip(ends, [*ends[1:], None], strict=True):
        sums = before.due(first), after.due(first)
        if spans and (spans[-1].before_fen, spans[-1].after_fen) == sums:
            spans[-1] = Span(spans[-1].start, until, *sums)
        else:
            spans.append(Span(first, until, *sums))
    return [span for span in spans if span.before_fen != span.after_fen] or spans[:1]


def _listed(after: Mapping[Key, Chain], starts: Mapping[Key, date]) -> dict[Key, list[Listed]]:
    """Lines of lists in the making that would not be right any more. One query for all."""
    owner = {row.pk: key for key, chain in after.items() for row in chain.rows if row.pk}
    lines = (
        PaymentLine.objects.filter(
            entitlement__in=list(owner),
            month__gte=min(starts.values()),
            run__status__in=UNDER_WAY,
            is_arrears=False,
        )
        .exclude(status=LineStatus.VOID)
        .exclude(run__kind=RunKind.REISSUE)
        .select_related("run__scheme")
        .order_by("month", "id")
    )
    found: dict[Key, list[Listed]] = {key: [] for key in after}
    for line in lines:
        key = owner[line.entitlement_id]
        if line.month < starts[key]:
            continue
        due = after[key].due(line.month)
        still = any(row.pk == line.entitlement_id for row in _paying(after[key], line.month))
        if due != line.base_fen + line.classified_fen + line.care_fen or not still:
            found[key].append(Listed(line, due))
    return found


def _paying(chain: Chain, month: date) -> list[Entitlement]:
    return [
        row
        for row in chain.rows
        if row.from_month <= month and (row.until_month is None or month < row.until_month)
    ]


def _beside(
    chains: Mapping[Key, Chain], effects: Iterable[Effect], by: Posting, on: date
) -> Iterable[Beside]:
    """Other rights of the household and its people that lean on what changes. Two queries."""
    moving = [
        effect.entitlement
        for effect in effects
        if any(span.before_fen != span.after_fen for span in effect.spans)
    ]
    if not moving:
        return []
    people = {
        member.person_id
        for row in moving
        for member in chains[row.scheme_id, row.number].members.get(row.pk, [])
    }
    houses = {row.household_id for row in moving}
    others = (
        Entitlement.objects.visible_to(by)
        .filter(until_month=None)
        .filter(Q(household__in=houses, beneficiary=None) | Q(beneficiary__in=people))
        .select_related("scheme", "payee", "beneficiary")
        .order_by("scheme__order", "pk")
    )
    found, rows = [], table_on(on)
    for other in others:
        if (other.scheme_id, other.number) in chains:
            continue
        why = next((words for row in moving if (words := _leans(other, row, rows))), "")
        if why:
            found.append(Beside(other, why))
    return found


def _leans(other: Entitlement, changing: Entitlement, rows: Sequence[overlaps.Overlap]) -> str:
    """Why `other` is to be looked at again after `changing` has changed; "" when it need not."""
    name, scheme = changing.scheme.short_name, changing.scheme
    if other.beneficiary_id is None:
        return f"{name}变化后，家庭收入和人口要重新核定"
    questions = rule_of(other.scheme.spec.rule).questions
    if scheme.family in STANDING_FAMILIES and any(question.name == "standing" for question in questions):
        return f"按家庭困难类型享受，{name}变化后要重新核定"
    row = overlaps.lookup(
        overlaps.Claim(other.scheme_id, other.scheme.family, other.category),
        Receipt("", changing.scheme_id, scheme.family, changing.amount_fen, changing.category),
        rows,
    )
    if row is not None and row[0].effect in ("higher", "topup"):
        return f"与{name}择高或补差，要重新核定金额"
    return ""
