"""What must hold of every fixed-rate programme, also of one that a county has just made up."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.parameters import ParameterErrors
from assistance.policy.rule import CaseFacts
from assistance.policy.rules import rule_of
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput

ON = date(2026, 6, 1)
RULE = rule_of("fixed_rate")
CATEGORIES = {"a": "甲类", "b": "乙类"}


def numbers(**changed):
    return RULE.read(RULE.suggested(CATEGORIES) | {"rates": {"a": 30_000, "b": 12_345}} | changed, CATEGORIES)


def facts(*births, **answers):
    people = [MemberFacts(f"m{at}", f"成员{at}", birth) for at, birth in enumerate(births)]
    return CaseFacts(HouseholdFacts(tuple(people)), answers, categories=CATEGORIES)


BIRTHS = st.lists(st.dates(date(1920, 1, 1), ON), min_size=1, max_size=5)


@given(BIRTHS, st.integers(0, 100), st.sampled_from(["person", "case"]), st.sampled_from("ab"), st.randoms())
def test_the_same_people_in_any_order_get_the_same_sum(births, age, per, category, random):
    local = numbers(least_age=age, per=per)
    one = RULE.assess(facts(*births, category=category), local, ON)
    random.shuffle(births)
    other = RULE.assess(facts(*births, category=category), local, ON)
    assert (one.outcome, one.amount_fen) == (other.outcome, other.amount_fen)
    assert one.amount_fen in {0} | {local["rates"][category] * count for count in range(1, 6)}


@given(BIRTHS, st.integers(0, 100), st.integers(0, 100))
def test_a_higher_least_age_never_gives_more(births, one, other):
    low, high = sorted((one, other))
    given_facts = facts(*births, category="a")
    assert (
        RULE.assess(given_facts, numbers(least_age=high), ON).amount_fen
        <= RULE.assess(given_facts, numbers(least_age=low), ON).amount_fen
    )


@pytest.mark.parametrize(
    ("answers", "changed"),
    [
        ({}, {}),
        ({"category": "a"}, {"needs_local": True}),
        ({"category": "a", "evidence_number": "1"}, {"needs_evidence": True}),
    ],
)
def test_what_is_needed_and_not_answered_is_named_and_never_zero(answers, changed):
    assessment = RULE.assess(facts(date(1960, 1, 1), **answers), numbers(**changed), ON)
    assert assessment.outcome == "cannot_decide"
    assert all("还没有填写" in reason for reason in assessment.reasons)


def test_a_birth_that_is_not_known_matters_only_where_an_age_is_asked_for():
    unknown = facts(UNKNOWN, category="a")
    assert RULE.assess(unknown, numbers(), ON).amount_fen == 30_000
    assert RULE.assess(unknown, numbers(least_age=60), ON).reasons == ("成员0的出生日期还没有填写",)


def test_a_household_may_get_one_share_or_one_for_each_person():
    pair = facts(date(1960, 1, 1), date(1961, 1, 1), category="b")
    assert RULE.assess(pair, numbers(), ON).amount_fen == 24_690
    one = RULE.assess(pair, numbers(per="case"), ON)
    assert [(part.amount_fen, part.person) for part in one.parts] == [(12_345, None)]


def test_facts_that_cannot_be_true_are_refused_at_their_field():
    with pytest.raises(BadInput) as refused:
        RULE.assess(facts(date(1960, 1, 1), category="c"), numbers(), ON)
    assert refused.value.field == "category"
    same_day = facts(date(1960, 1, 1), category="a", evidence_date=ON)
    assert RULE.assess(same_day, numbers(), ON).outcome == "eligible"
    later = facts(date(1960, 1, 1), category="a", evidence_date=date(2026, 6, 2))
    with pytest.raises(BadInput) as refused:
        RULE.assess(later, numbers(), ON)
    assert refused.value.field == "evidence_date"
    with pytest.raises(BadInput) as refused:
        RULE.assess(facts(date(2026, 6, 2), category="a"), numbers(least_age=1), ON)
    assert refused.value.field == "birth"


def test_a_category_without_a_sum_cannot_be_saved():
    with pytest.raises(ParameterErrors) as refused:
        numbers(rates={"a": 100})
    assert refused.value.errors == {"rates": "“各类标准”里“乙类”还没有填"}


def test_nobody_protected_gets_nothing():
    one = facts(date(1960, 1, 1), category="a")
    members = tuple(replace(member, protected=False) for member in one.household.members)
    nobody = replace(one, household=HouseholdFacts(members))
    assert RULE.assess(nobody, numbers(), ON).outcome == "not_eligible"
