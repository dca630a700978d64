"""高龄津贴 by months: the tables of the page, and what must hold of every birth and every set of bands."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.old_age import band_on, next_change, stops_in, total_fen
from assistance.policy.rule import CaseFacts, Receipt
from assistance.policy.rules import rule_of
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import yuan
from civaffairs.lib.months import Month, age_on
from tests.assistance.policy import worked_examples

PAGE = Path(__file__).parents[3] / "docs" / "policy" / "old_age.md"
TABLES = worked_examples.tables(PAGE.read_text(encoding="utf-8").split("## Worked examples")[0])
RULE = rule_of("old_age")
TURNS = dict(next(each for each in RULE.parameters if each.name == "turns").choices)
BANDS = [
    {"from_age": 80, "amount_fen": 5_000},
    {"from_age": 90, "amount_fen": 10_000},
    {"from_age": 100, "amount_fen": 50_000},
]


def numbers(**changed):
    return RULE.read(RULE.suggested() | {"ages": BANDS} | changed)


def facts(birth, *receipts, **answers):
    person = MemberFacts("m0", "何春兰", birth)
    return CaseFacts(HouseholdFacts((person,)), {"is_local": True} | answers, tuple(receipts))


@pytest.mark.parametrize(("birth", "month", "turns", "band", "coming"), TABLES["Born"])
def test_the_page_shows_the_band_of_a_month_and_the_next_change(birth, month, turns, band, coming):
    key = next(key for key, label in TURNS.items() if label == turns)
    local, day, when = numbers(turns=key), date.fromisoformat(birth), Month.parse(month)
    now, then = band_on(day, when, local), next_change(day, when, local)
    assert (f"{now['from_age']} {yuan(now['amount_fen'])}" if now else "没有") == band
    assert (f"{then[0]} {then[1]['from_age']}" if then else "没有") == coming


@pytest.mark.parametrize(("death", "further", "first"), TABLES["Died"])
def test_the_page_shows_the_first_month_that_is_not_paid_after_a_death(death, further, first):
    assert str(stops_in(date.fromisoformat(death), int(further))) == first


# --- any birth, any bands ---------------------------------------------------------------------------------

BIRTHS = st.dates(date(1900, 1, 1), date(1980, 12, 31))
MONTHS = st.builds(Month, st.integers(1990, 2060), st.integers(1, 12))


@st.composite
def standards(draw, rising=False):
    ages = sorted(draw(st.sets(st.integers(60, 110), min_size=1, max_size=4)))
    amounts = draw(st.lists(st.integers(0, 100_000), min_size=len(ages), max_size=len(ages)))
    amounts = sorted(amounts) if rising else amounts
    bands = [{"from_age": age, "amount_fen": fen} for age, fen in zip(ages, amounts, strict=True)]
    return numbers(ages=bands, turns=draw(st.sampled_from(sorted(TURNS))), certified_months=0)


@given(BIRTHS, standards(), st.lists(MONTHS, min_size=2, max_size=5))
def test_splitting_a_range_of_months_anywhere_gives_the_same_total(birth, local, cuts):
    cuts = sorted(cuts)
    pieces = [total_fen(birth, start, until, local) for start, until in pairwise(cuts)]
    assert sum(pieces) == total_fen(birth, cuts[0], cuts[-1], local)
    assert all(piece >= 0 for piece in pieces)


@given(BIRTHS, standards(), MONTHS)
def test_the_band_stays_until_the_next_change_and_changes_in_that_month(birth, local, month):
    change = next_change(birth, month, local)
    if change is None:
        assert band_on(birth, month.plus(600), local) == band_on(birth, month, local)
        return
    turn, band = change
    assert turn > month
    assert all(band_on(birth, each, local) == band_on(birth, month, local) for each in month.until(turn))
    assert band_on(birth, turn, local) == band


@given(BIRTHS, standards(rising=True), MONTHS)
def test_where_amounts_rise_with_age_a_later_month_never_pays_less(birth, local, month):
    now, then = band_on(birth, month, local), band_on(birth, month.next, local)
    assert (now or {"amount_fen": 0})["amount_fen"] <= (then or {"amount_fen": 0})["amount_fen"]


@given(BIRTHS, MONTHS)
def test_from_the_month_of_the_birthday_the_band_is_that_of_the_last_day_of_the_month(birth, month):
    age = age_on(birth, month.last_day) if birth <= month.last_day else 0
    expected = next((band["from_age"] for band in reversed(BANDS) if band["from_age"] <= age), None)
    band = band_on(birth, month, numbers(turns="birthday"))
    assert (band and band["from_age"]) == expected


@given(BIRTHS, standards(), MONTHS)
def test_every_day_of_a_month_gives_the_same_assessment(birth, local, month):
    first, last = (RULE.assess(facts(birth), local, day) for day in (month.first_day, month.last_day))
    assert (first.outcome, first.amount_fen, first.category) == (last.outcome, last.amount_fen, last.category)
    assert first.amount_fen == total_fen(birth, month, month.next, local)


# --- conditions -------------------------------------------------------------------------------------------

BORN, ON = date(1940, 1, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("case", "missing"),
    [
        (facts(UNKNOWN, certified_on=ON), "何春兰的出生日期还没有填写"),
        (facts(BORN), "“最近一次生存认证日期”还没有填写"),
        (facts(BORN, certified_on=ON, is_local=UNKNOWN), "“户籍在本县”还没有填写"),
    ],
)
def test_what_is_not_known_is_named_and_never_counts_as_no(case, missing):
    assessment = RULE.assess(case, numbers(), ON)
    assert (assessment.outcome, assessment.reasons) == ("cannot_decide", (missing,))


@pytest.mark.parametrize(("on", "outcome"), [("2027-05-31", "eligible"), ("2027-06-01", "not_eligible")])
def test_a_certification_counts_to_the_end_of_its_last_month(on, outcome):
    case = facts(BORN, certified_on=date(2026, 5, 3))
    assert RULE.assess(case, numbers(), date.fromisoformat(on)).outcome == outcome


@pytest.mark.parametrize(("may", "outcome"), [(True, "eligible"), (False, "not_eligible")])
def test_beside_tekun_as_the_county_has_set(may, outcome):
    case = facts(BORN, Receipt("m0", "tekun-rural", "tekun", 90_000), certified_on=ON)
    assert RULE.assess(case, numbers(tekun_too=may), ON).outcome == outcome


@pytest.mark.parametrize(
    ("case", "field"),
    [
        (facts(date(2026, 6, 2), certified_on=ON), "birth"),
        (facts(BORN, certified_on=date(2026, 6, 2)), "certified_on"),
    ],
)
def test_days_that_are_still_to_come_are_refused_at_their_field(case, field):
    with pytest.raises(BadInput) as refused:
        RULE.assess(case, numbers(), ON)
    assert refused.value.field == field
