"""The worksheet that a rule writes while it reckons: steps for the family to read, and the names of facts
that are missing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from assistance.policy.facts import AssetItem, Deduction, HouseholdFacts, IncomeItem
from civaffairs.lib.assessment import Step, Unknown
from civaffairs.lib.money import round_fen, yuan

NOT_KNOWN = "未核定"

Item = IncomeItem | Deduction | AssetItem


@dataclass
class Reckoning:
    """The steps so far, and the names of what is missing."""

    steps: list[Step] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def step(
        self, label: str, formula: str, result: Fraction | int | str | None, unit: str = "", source: str = ""
    ) -> None:
        """Money that is not a whole fen is rounded for the eye; the reckoning goes on with the exact value."""
        if isinstance(result, Fraction):
            result = round_fen(result)
        self.steps.append(Step(label, formula, result, unit, source))

    def total(self, items: Iterable[Item], household: HouseholdFacts) -> int | None:
        """The sum, or None when one of them is unknown; each unknown one is noted as missing."""
        known, complete = 0, True
        for item in items:
            value = value_of(item)
            if isinstance(value, Unknown):
                self.missing.append(f"{owned(item, household)}的金额还没有核定")
                complete = False
            else:
                known += value
        return known if complete else None


def value_of(item: Item) -> int | Unknown:
    return item.value_fen if isinstance(item, AssetItem) else item.annual_fen


def money(fen: Fraction | int) -> str:
    """Yuan for the eye; a fraction of a fen is rounded half up."""
    return yuan(round_fen(fen))


def owned(item: Item, household: HouseholdFacts) -> str:
    """Whose and what: 张三 务工."""
    owner = f"{household.member(item.owner).name} " if item.owner else ""
    return owner + item.shown


def listed(items: Sequence[Item], household: HouseholdFacts) -> str:
    """All of them with their values: 张三 务工 18,000.00 + 李四 零工 未核定."""
    terms = []
    for item in items:
        value = value_of(item)
        shown = NOT_KNOWN if isinstance(value, Unknown) else money(value)
        terms.append(f"{owned(item, household)} {shown}")
    return " + ".join(terms)
