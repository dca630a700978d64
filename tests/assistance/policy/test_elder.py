"""Subsidies for old people: ability, age, category, hardship, and two payments for the same care."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.rule import CaseFacts, Receipt
from assistance.policy.rules import rule_of
from assistance.schemes import SCHEMES
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput

ON = date(2026, 6, 1)
POOR, DISABLED, SERVICE, CARE = (
    rule_of(key) for key in ("elder_poor", "elder_disabled", "elder_service", "disability_care")
)
CATEGORIES = dict(SCHEMES["elder-service"].categories)
GRADES = ["light", "moderate", "severe", "complete"]
RATES = {"light": 0, "moderate": 10_000, "severe": 15_000, "complete": 20_000}
ANSWERS = {
    "standing": "dibao",
    "other_fen": 0,
    "is_local": True,
    "ability": "severe",
    "assessed_on": ON,
    "category": "bereaved",
    "injury_care": False,
    "long_care": True,
}
TEKUN = Receipt("m0", "tekun-rural", "tekun", 95_000, "scattered-semi")


def numbers(rule, **changed):
    categories = CATEGORIES if rule is SERVICE else {}
    return rule.read(rule.suggested(categories) | changed, categories)


def facts(*receipts, birth=date(1940, 1, 1), **answers):
    person = MemberFacts("m0", "胡桂英", birth, disability_kind=4, disability_grade=1)
    return CaseFacts(HouseholdFacts((person,)), ANSWERS | answers, tuple(receipts), categories=CATEGORIES)


# --- ability ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("grade", GRADES)
def test_each_grade_of_ability_has_its_own_sum_and_is_the_category(grade):
    assessment = DISABLED.assess(facts(ability=grade), numbers(DISABLED, rates=RATES), ON)
    assert assessment.amount_fen == RATES[grade]
    assert (assessment.category == grade) is (RATES[grade] > 0)


@pytest.mark.parametrize("rule", [DISABLED, SERVICE])
def test_full_ability_is_not_reached(rule):
    case = facts(ability="able", category="disabled")
    assert rule.assess(case, numbers(rule), ON).outcome == "not_eligible"


@pytest.mark.parametrize("least", GRADES)
@pytest.mark.parametrize("grade", GRADES)
def test_for_services_the_grade_must_reach_the_one_the_county_has_set(grade, least):
    case = facts(ability=grade, category="disabled")
    assessment = SERVICE.assess(case, numbers(SERVICE, least_ability=least), ON)
    assert (assessment.outcome == "eligible") is (GRADES.index(grade) >= GRADES.index(least))


@pytest.mark.parametrize(
    ("assessed", "months", "outcome"),
    [
        (date(2025, 6, 30), 12, "eligible"),
        (date(2025, 5, 31), 12, "not_eligible"),
        (date(2015, 5, 31), 0, "eligible"),
        (UNKNOWN, 12, "cannot_decide"),
        (UNKNOWN, 0, "eligible"),
    ],
)
@pytest.mark.parametrize("rule", [DISABLED, SERVICE])
def test_a_report_counts_as_long_as_the_county_has_set(rule, assessed, months, outcome):
    case = facts(assessed_on=assessed, category="disabled")
    assert rule.assess(case, numbers(rule, assessed_months=months), date(2026, 6, 30)).outcome == outcome


@pytest.mark.parametrize("rule", [DISABLED, SERVICE])
def test_a_report_dated_after_the_day_is_refused_at_its_field(rule):
    with pytest.raises(BadInput) as refused:
        rule.assess(facts(assessed_on=date(2026, 6, 2), category="disabled"), numbers(rule), ON)
    assert refused.value.field == "assessed_on"


# --- age, category, hardship ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [DISABLED, SERVICE])
@pytest.mark.parametrize(
    ("birth", "outcome"), [(date(1966, 6, 1), "eligible"), (date(1966, 6, 2), "not_eligible")]
)
def test_sixty_is_reached_on_the_birthday(rule, birth, outcome):
    assert rule.assess(facts(birth=birth), numbers(rule), ON).outcome == outcome


@pytest.mark.parametrize(
    ("category", "birth", "outcome"),
    [
        ("alone", date(1946, 6, 1), "eligible"),
        ("alone", date(1946, 6, 2), "not_eligible"),
        ("honoured", date(1960, 1, 1), "eligible"),
    ],
)
def test_living_alone_asks_for_its_own_age(category, birth, outcome):
    assert SERVICE.assess(facts(category=category, birth=birth), numbers(SERVICE), ON).outcome == outcome


@pytest.mark.parametrize("category", ["dibao", "edge"])
@pytest.mark.parametrize("standing", ["dibao", "edge", "none"])
def test_a_category_of_hardship_must_be_so(category, standing):
    assessment = SERVICE.assess(facts(category=category, standing=standing), numbers(SERVICE), ON)
    assert (assessment.outcome == "eligible") is (category == standing)


def test_a_category_that_the_county_has_made_itself_is_taken_as_chosen():
    own = {"volunteer": "老年志愿者"}
    local = SERVICE.read(SERVICE.suggested(own) | {"rates": {"volunteer": 3_000}}, own)
    assert SERVICE.assess(facts(category="volunteer"), local, ON).amount_fen == 3_000
    with pytest.raises(BadInput) as refused:
        SERVICE.assess(facts(category="dibao"), local, ON)
    assert refused.value.field == "category"


@pytest.mark.parametrize("rule", [POOR, DISABLED])
@pytest.mark.parametrize("standing", ["edge", "rigid", "other"])
@pytest.mark.parametrize("extended", [True, False])
def test_hardship_goes_as_far_as_the_county_has_extended_it(rule, standing, extended):
    local = numbers(rule, **{f"counts_{standing}": extended})
    assert (rule.assess(facts(standing=standing), local, ON).outcome == "eligible") is extended


@pytest.mark.parametrize("rule", [POOR, DISABLED, SERVICE])
@pytest.mark.parametrize("may", [True, False])
def test_beside_tekun_as_the_county_has_set_without_asking_for_hardship(rule, may):
    case = facts(TEKUN, standing=UNKNOWN)
    assert (rule.assess(case, numbers(rule, tekun_too=may), ON).outcome == "eligible") is may


NEEDED = [
    (POOR, "standing", {}),
    (POOR, "is_local", {}),
    (DISABLED, "ability", {}),
    (DISABLED, "other_fen", {}),
    (SERVICE, "category", {}),
    (SERVICE, "ability", {"category": "disabled"}),
    (SERVICE, "standing", {"category": "edge"}),
]


@pytest.mark.parametrize(("rule", "name", "answers"), NEEDED)
def test_what_matters_and_is_not_known_is_named(rule, name, answers):
    label = next(question.label for question in rule.questions if question.name == name)
    assessment = rule.assess(facts(**answers, **{name: UNKNOWN}), numbers(rule), ON)
    assert (assessment.outcome, assessment.reasons) == ("cannot_decide", (f"“{label}”还没有填写",))


@pytest.mark.parametrize("rule", [POOR, DISABLED, SERVICE])
def test_a_birth_that_is_not_known_is_named(rule):
    assessment = rule.assess(facts(birth=UNKNOWN), numbers(rule), ON)
    assert (assessment.outcome, assessment.reasons) == ("cannot_decide", ("胡桂英的出生日期还没有填写",))


# --- any two payments for the same care -----------------------------------------------------------------------

FEN = st.integers(1, 40_000)


@given(FEN, FEN)
@example(10_000, 10_000)
def test_of_two_payments_of_a_kind_the_higher_one_stays_whichever_came_first(elder, disabled):
    local = numbers(DISABLED, rates=RATES | {"severe": elder})
    rates = {f"grade{grade}": disabled for grade in range(1, 5)}
    care = CARE.read(CARE.suggested() | {"rates": rates})
    elder_second = DISABLED.assess(
        facts(Receipt("m0", "disability-care", "disability-care", disabled)), local, ON
    )
    care_second = CARE.assess(facts(Receipt("m0", "elder-disabled", "elder-care", elder)), care, ON)
    assert elder_second.amount_fen == (elder if elder > disabled else 0)
    assert care_second.amount_fen == (disabled if disabled > elder else 0)


@given(FEN, FEN, st.integers(0, 40_000))
def test_the_difference_never_lets_the_sum_pass_the_higher_one(own, held, elsewhere):
    categories = dict.fromkeys(CATEGORIES, own)
    local = numbers(SERVICE, rates=categories, overlap="difference")
    case = facts(Receipt("m0", "elder-disabled", "elder-care", held), other_fen=elsewhere)
    paid = SERVICE.assess(case, local, ON).amount_fen
    assert paid + held + elsewhere == max(own, held + elsewhere)


@given(st.dates(date(1910, 1, 1), ON), st.sampled_from([POOR, DISABLED, SERVICE]), st.integers(0, 40_000))
def test_an_amount_is_never_negative_and_only_the_eligible_have_one(birth, rule, elsewhere):
    assessment = rule.assess(facts(birth=birth, other_fen=elsewhere), numbers(rule), ON)
    assert (assessment.amount_fen > 0) is (assessment.outcome == "eligible")
