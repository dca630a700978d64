"""The rules whose amount follows from the category alone, and what a standard pays for each category.

A raised standard reprices such a right without looking at its facts, because no fact but the category entered into the
amount. Whoever gets less than the price (the higher of two of a kind was paid elsewhere, say) does not fit here and is
reckoned again from the facts: see repricing.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from assistance.policy import veterans_pension
from assistance.policy.rule import Numbers, Price, Rule
from civaffairs.lib.money import round_fen

# A household counts at most so many persons; a volunteer army knows no more years of conscription than this.
MOST_PERSONS = 40
MOST_YEARS = 10

Prices = Callable[[Numbers], Mapping[str, Price]]


def _rates(numbers: Numbers) -> dict[str, Price]:
    return {key: Price(fen) for key, fen in numbers["rates"].items()}


def _fixed_rate(numbers: Numbers) -> dict[str, Price]:
    """A sum for each person, or one for the case."""
    times = MOST_PERSONS if numbers["per"] == "person" else 1
    return {key: Price(fen, times=times) for key, fen in numbers["rates"].items()}


def _ages(numbers: Numbers) -> dict[str, Price]:
    return {str(band["from_age"]): Price(band["amount_fen"]) for band in numbers["ages"]}


def _tekun(numbers: Numbers) -> dict[str, Price]:
    """The basic standard of the way of living, and the care standard of the grade."""
    return {
        key: Price(numbers["basic"][key.partition("-")[0]], care) for key, care in numbers["care"].items()
    }


def _veterans_disability(numbers: Numbers) -> dict[str, Price]:
    """The pension of grade and nature, with 护理费 for those who have it: not those in a home, nor without a mental
    disorder in grades five and six."""
    found = {}
    for key, fen in numbers["rates"].items():
        kind = veterans_pension.care_kind(key, is_mental=True)
        care = 0
        if kind:
            exact = Fraction(numbers["average_wage_fen"] * numbers["care_share"][kind], 100)
            care = round_fen(exact, numbers["rounding_unit_fen"], numbers["rounding_mode"])
        found[key] = Price(fen, care, care_may_lack=True)
    return found


def _veterans_living(numbers: Numbers) -> dict[str, Price]:
    return _rates(numbers) | {"rural60": Price(numbers["year_rate_fen"], times=MOST_YEARS)}


# key of the rule → (its prices, the numbers that enter them or that no amount depends on)
_PRICED: dict[str, tuple[Prices, tuple[str, ...]]] = {
    "fixed_rate": (_fixed_rate, ("rates",)),
    "old_age": (_ages, ("ages",)),
    "elder_poor": (_ages, ("ages",)),
    "elder_disabled": (_rates, ("rates",)),
    "elder_service": (_rates, ("rates",)),
    "disability_living": (_rates, ("rates",)),
    "disability_care": (_rates, ("rates",)),
    "orphan": (_rates, ("rates",)),
    # What `least_percent` asks for is only remarked on.
    "tekun": (_tekun, ("basic", "care", "least_percent")),
    "veterans_disability": (
        _veterans_disability,
        ("rates", "average_wage_fen", "care_share", "after_death_months", "confirm_month"),
    ),
    "veterans_survivor": (_rates, ("rates", "after_death_months", "confirm_month")),
    "veterans_living": (
        _veterans_living,
        (
            "rates",
            "year_rate_fen",
            "after_death_months",
            "after_death_test_months",
            "after_death_other_months",
            "confirm_month",
        ),
    ),
}


def priced(rule: Rule) -> Rule:
    """The rule with its prices by category, where it has them."""
    if rule.key not in _PRICED:
        return rule
    by_category, prices = _PRICED[rule.key]
    return replace(rule, by_category=by_category, prices=prices)
