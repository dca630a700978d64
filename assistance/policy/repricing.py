"""What a right is worth under another standard: pure functions over what is known of it.

Nothing is believed that has not been proved on the old standard first: a way of reckoning may price the new amount only
where it gives, with the old numbers, to the fen what the person gets now. Three ways, in this order:

1. by category (prices.py): no fact but the category enters the amount;
2. from the facts that were frozen at the decision: the rule itself, with the old and with the new numbers, both on the
   day of that decision, so that only the numbers differ and nobody grows a year older by a raise;
3. 低保 补差 without such facts (the ledger that was taken over): the difference of the two standards for each person,
   where every other number is the same (`shifted`).

Whatever none of them proves is left to a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from assistance.policy.dibao_standard import DibaoStandard
from assistance.policy.parameters import Parameter
from assistance.policy.rule import CaseFacts, Numbers, Price, Rule
from civaffairs.lib.assessment import Assessment
from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import round_fen


@dataclass(frozen=True)
class Parts:
    """The three parts of an amount, fen a month."""

    base_fen: int
    classified_fen: int = 0
    care_fen: int = 0

    @property
    def total_fen(self) -> int:
        return self.base_fen + self.classified_fen + self.care_fen


@dataclass(frozen=True)
class Repriced:
    """`parts` is None where the new amount is not known: then `outcome` is out, undecided or review and `reason` says
    why. `extras` are the new 分类施保 by the key of the member."""

    outcome: str  # proved, out, undecided, review
    parts: Parts | None = None
    reason: str = ""
    extras: Mapping[str, int] = field(default_factory=dict)


def changed_conditions(rule: Rule, old: Numbers, new: Numbers) -> tuple[Parameter, ...]:
    """The numbers besides the prices in which two standards differ; each may change who is entitled."""
    return tuple(
        parameter
        for parameter in rule.parameters
        if parameter.decides
        and parameter.name not in rule.prices
        and old.get(parameter.name) != new.get(parameter.name)
    )


def price_changes(rule: Rule, old: Numbers, new: Numbers) -> dict[str, tuple[Price, Price]]:
    """Category → (price now, price then), for categories that both standards have.

    Empty where a condition has changed too, where the rule has no prices by category, and where the categories
    themselves have changed (another band of age in between would move people).
    """
    if rule.by_category is None or changed_conditions(rule, old, new):
        return {}
    now, then = rule.by_category(old), rule.by_category(new)
    if set(now) != set(then):
        return {}
    # A category without a price is paid nothing, so that nobody can be in it.
    return {key: (price, then[key]) for key, price in now.items() if price.base_fen}


def by_price(was: Parts, now: Price, then: Price) -> Parts | None:
    """The new parts of a right whose old ones are `was`; None where the old price does not explain them."""
    count, left = divmod(was.base_fen, now.base_fen)
    if left or was.classified_fen or not 1 <= count <= now.times:
        return None
    if was.care_fen == now.care_fen * count:
        return Parts(then.base_fen * count, 0, then.care_fen * count)
    if now.care_may_lack and not was.care_fen:
        return Parts(then.base_fen * count)
    return None


def parts_of(answer: Assessment) -> Parts:
    """As an entitlement keeps them (services/assessment.py)."""
    classified = sum(part.amount_fen for part in answer.parts if part.kind == "classified")
    care = sum(part.amount_fen for part in answer.parts if part.kind == "care")
    return Parts(answer.amount_fen - classified - care, classified, care)


def from_facts(rule: Rule, facts: CaseFacts, was: Parts, old: Numbers, new: Numbers, on: date) -> Repriced:
    """The rule on the frozen facts, with the old numbers for the proof and the new ones for the answer.

    `on` is the day of the decision's assessment.
    """
    try:
        before = rule.assess(facts, old, on)
        if before.outcome != "eligible" or parts_of(before) != was:
            return Repriced(
                "review", reason="现在的金额与当时的测算对不上（办过变更或渐退），要按现在的情况重新测算"
            )
        after = rule.assess(facts, new, on)
    except BadInput as error:
        return Repriced("review", reason=f"当时的测算材料有问题：{error.message}")
    if after.outcome == "eligible":
        extras: dict[str, int] = {}
        for part in after.parts:
            if part.kind == "classified" and part.person is not None:
                extras[part.person] = extras.get(part.person, 0) + part.amount_fen
        return Repriced("proved", parts_of(after), extras=extras)
    if after.outcome == "not_eligible":
        return Repriced("out", reason="；".join(after.reasons))
    return Repriced("undecided", reason="；".join(after.reasons))


def shifted(
    was: Parts, persons: int, old: DibaoStandard, new: DibaoStandard, *, round_up: bool = False
) -> Repriced:
    """补差 of a household whose income nobody has on record: raised by what the standard rises, for each person.

    The income counted does not depend on the standard (dibao_income.py), so that the exact sum grows by
    (new − old) × persons and 分类施保 set in percent grows with the standard. The rounded sum grows by exactly as much
    only where that growth is a whole number of the unit that is rounded to. Where it is not, the sum is one of two
    neighbours; `round_up` takes the higher one, which is never less than is due and at most one unit more.
    """
    if new.standard_fen < old.standard_fen:
        return Repriced("review", reason="标准降低，没有测算底稿，要重新测算")
    same = {name: value for name, value in new.to_params().items() if name not in ("standard_fen", "bands")}
    if same != {name: value for name, value in old.to_params().items() if name in same}:
        return Repriced("review", reason="标准里不只低保标准有变化，又没有测算底稿，要重新测算")
    if old.method != "topup":
        return Repriced("review", reason="按分档计发，没有测算底稿，不知道收入在哪一档")
    if persons == 1 and old.single_method == "percent" and old.single_percent != 100:
        return Repriced("review", reason="一人户可能是按比例的单人保，没有测算底稿，要重新测算")
    growth = (new.standard_fen - old.standard_fen) * persons
    unit = old.rounding_unit_fen
    least = Fraction(old.standard_fen * old.min_topup_percent * persons, 100)
    if not was.base_fen or (least and was.base_fen < least + unit):
        return Repriced("review", reason="可能按最低补差计发，没有测算底稿，要重新测算")
    classified = _classified(was.classified_fen, old, new)
    if classified is None:
        return Repriced("review", reason="分类施保有的按比例、有的按金额，没有测算底稿，分不清各是多少")
    grown = growth + classified - was.classified_fen
    rise = Fraction(grown) / unit
    if rise.denominator != 1 and not round_up:
        return Repriced("review", reason="增加的金额不是整元（角），没有测算底稿，尾数算不准")
    total = was.total_fen + round_fen(Fraction(grown), unit, "up")
    return Repriced("proved", Parts(total - classified, classified))


def _classified(was_fen: int, old: DibaoStandard, new: DibaoStandard) -> int | None:
    """分类施保 of a household under the new standard; None where it cannot be told."""
    extras = [extra for extra in old.classified.values() if any(extra.values())]
    if not was_fen or all("amount_fen" in extra for extra in extras):
        return was_fen
    if any("amount_fen" in extra for extra in extras):
        return None
    # In percent alone, and each of them a whole number of fen before and after: then it grows with the standard.
    if any(extra["percent"] * each.standard_fen % 100 for extra in extras for each in (old, new)):
        return None
    share = Fraction(was_fen, old.standard_fen) * new.standard_fen
    return int(share) if share.denominator == 1 else None
