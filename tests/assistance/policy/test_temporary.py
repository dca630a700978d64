"""What must hold of every 临时救助, and the edges that no worked example shows."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy.facts import AssetItem, HouseholdFacts, IncomeItem, MemberFacts
from assistance.policy.parameters import ParameterErrors
from assistance.policy.rule import CaseFacts, PriorAid, Receipt
from assistance.policy.temporary import RULES
from assistance.policy.temporary_common import CAUSES
from civaffairs.lib.assessment import UNKNOWN, Assessment
from civaffairs.lib.errors import BadInput

ON = date(2026, 6, 1)
QUICK, URGENT, EXPENSE = RULES
ADULT = MemberFacts("甲", "甲", date(1980, 1, 1))
NOTHING_SPENT = {
    "medical_fen": 0,
    "medical_borne_fen": 0,
    "education_fen": 0,
    "education_borne_fen": 0,
    "living_fen": 0,
}
ANSWERS = {
    "cause": "illness",
    "asked_fen": 50_000,
    "months": 2,
    "advance_given": False,
    "medical_fen": 3_000_000,
    "medical_borne_fen": 0,
    "education_fen": 0,
    "education_borne_fen": 0,
    "living_fen": 0,
}


def facts(
    *members, incomes=(), assets=(), prior=(), receipts=(), dibao=70_500, on=ON, **answers
) -> CaseFacts:
    household = HouseholdFacts(tuple(members) or (ADULT,), incomes, (), assets)
    return CaseFacts(household, ANSWERS | answers, tuple(receipts), on, dibao, tuple(prior))


def assess(rule, case: CaseFacts, **params) -> Assessment:
    return rule.assess(case, rule.read(rule.suggested() | params), ON)


COSTS = st.integers(0, 20_000_000)
PARAMS = st.fixed_dictionaries(
    {
        "rounding_unit_fen": st.sampled_from([1, 10, 100]),
        "rounding_mode": st.sampled_from(["half_up", "up", "down"]),
        "limit_multiple": st.integers(1, 40),
        "limit_scope": st.sampled_from(["once", "year"]),
    }
)
PRIOR = st.lists(
    st.builds(
        PriorAid,
        st.sampled_from([cause for cause in CAUSES if cause != "illness"]),
        st.dates(date(2024, 1, 1), date(2027, 1, 1)),
        st.integers(1, 800_000),
    ),
    max_size=4,
)


@given(asked=st.integers(1, 10**7), dibao=st.integers(1, 200_000), percent=st.integers(1, 100))
def test_quick_help_never_passes_one_months_standard(asked, dibao, percent):
    found = assess(QUICK, facts(asked_fen=asked, dibao=dibao), cap_percent=percent)
    assert 0 <= found.amount_fen <= min(asked, dibao)


@given(months=st.integers(1, 60), params=PARAMS, prior=PRIOR, dibao=st.integers(1, 200_000))
def test_urgent_help_stays_inside_the_limit_and_an_advance_is_paid_once(months, params, prior, dibao):
    case = facts(months=months, prior=prior, dibao=dibao)
    whole = assess(URGENT, case, **params)
    assert 0 <= whole.amount_fen <= params["limit_multiple"] * dibao
    for advance in (1, 50_000, 10**7):
        rest = assess(
            URGENT,
            replace(case, answers={**case.answers, "advance_given": True, "advance_fen": advance}),
            **params,
        )
        assert rest.outcome == whole.outcome
        assert rest.amount_fen == max(0, whole.amount_fen - advance)


@given(income=COSTS, more=st.integers(0, 5_000_000), spent=COSTS, params=PARAMS, prior=PRIOR)
def test_more_income_never_brings_more_money(income, more, spent, params, prior):
    def grant(fen: int) -> int:
        case = facts(incomes=(IncomeItem("wage", fen),), prior=prior, medical_fen=spent)
        return assess(EXPENSE, case, **params).amount_fen

    assert 0 <= grant(income + more) <= grant(income)


@given(spent=COSTS, more=COSTS, income=st.integers(0, 2_700_000), params=PARAMS)
def test_more_spending_never_brings_less_and_never_more_than_was_spent(spent, more, income, params):
    def grant(fen: int) -> int:
        case = facts(incomes=(IncomeItem("wage", income),), living_fen=fen, medical_fen=0)
        return assess(EXPENSE, case, **params).amount_fen

    assert grant(spent) <= grant(spent + more)
    assert grant(spent) <= spent + params["rounding_unit_fen"]


@given(
    members=st.permutations([MemberFacts(name, name, date(1980, 1, 1)) for name in "甲乙丙"]),
    prior=st.permutations([PriorAid("other", date(2026, 1, day), 10_000 * day) for day in (1, 2)]),
    rule=st.sampled_from(RULES),
)
def test_the_order_of_people_and_of_earlier_grants_changes_nothing(members, prior, rule):
    one = facts(
        *sorted(members, key=lambda member: member.key), prior=sorted(prior, key=lambda row: row.granted_on)
    )
    other = facts(*members, prior=prior)
    first, second = (assess(rule, case, times_a_year=3) for case in (one, other))
    assert (first.outcome, first.amount_fen) == (second.outcome, second.amount_fen)
    assert first.outcome == "eligible"


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (QUICK, "cause"),
        (QUICK, "asked_fen"),
        (URGENT, "cause"),
        (URGENT, "months"),
        (URGENT, "advance_given"),
        *[(EXPENSE, name) for name in ("cause", *NOTHING_SPENT)],
    ],
)
def test_an_open_answer_is_named_and_never_taken_for_nothing(rule, name):
    found = assess(rule, facts(**{name: UNKNOWN}))
    label = next(question.label for question in rule.questions if question.name == name)
    assert found.outcome == "cannot_decide"
    assert any(label in reason for reason in found.reasons)


@pytest.mark.parametrize("rule", RULES)
def test_without_a_standard_of_dibao_nothing_is_decided(rule):
    found = assess(rule, facts(dibao=UNKNOWN))
    assert (found.outcome, found.reasons) == ("cannot_decide", ("当地低保标准还没有录入",))


@pytest.mark.parametrize(
    ("granted_on", "outcome"),
    [
        (date(2025, 6, 1), "eligible"),
        (date(2025, 6, 2), "not_eligible"),
        (date(2026, 6, 1), "not_eligible"),
        (date(2026, 6, 2), "eligible"),
    ],
)
@pytest.mark.parametrize("rule", RULES)
def test_the_same_cause_rests_for_twelve_months_and_a_later_grant_is_left_aside(rule, granted_on, outcome):
    prior = [PriorAid("illness", granted_on, 10_000)]
    assert assess(rule, facts(prior=prior), times_a_year=12).outcome == outcome
    assert assess(rule, facts(prior=prior), times_a_year=12, repeat_months=0).outcome == "eligible"
    assert assess(rule, facts(prior=prior, repeat_reason="  "), times_a_year=12).outcome == outcome
    assert assess(rule, facts(prior=prior, repeat_reason="复发"), times_a_year=12).outcome == "eligible"


def test_a_month_without_that_day_ends_with_its_last():
    prior = [PriorAid("illness", date(2026, 2, 28), 10_000)]
    assert assess(QUICK, facts(prior=prior, on=date(2026, 8, 31)), repeat_months=6).outcome == "eligible"
    assert assess(QUICK, facts(prior=prior, on=date(2026, 8, 27)), repeat_months=6).outcome == "not_eligible"


def test_the_limit_of_the_year_can_be_used_up():
    prior = [PriorAid("other", date(2026, 1, 5), 705_000)]
    used_up = assess(URGENT, facts(prior=prior))
    assert (used_up.outcome, used_up.reasons) == ("not_eligible", ("本年度临时救助已经达到最高限额",))
    assert assess(URGENT, facts(prior=prior), limit_scope="once").amount_fen == 282_000


@pytest.mark.parametrize("family", ["dibao", "tekun", "status"])
def test_a_checked_household_is_spared_the_look_at_means_only_where_the_county_says_so(family):
    case = facts(incomes=UNKNOWN, assets=UNKNOWN, receipts=[Receipt("甲", family, family, 0)])
    assert assess(EXPENSE, case).outcome == "eligible"
    assert assess(EXPENSE, case, checked_households_skip=False).outcome == "cannot_decide"
    others = replace(case, receipts=(Receipt("甲", "old-age", "old-age", 5_000),))
    assert assess(EXPENSE, others).outcome == "cannot_decide"


def test_income_at_the_line_is_not_below_it():
    for fen, outcome in ((2_799_999, "eligible"), (2_800_000, "not_eligible")):
        assert assess(EXPENSE, facts(incomes=(IncomeItem("wage", fen),))).outcome == outcome


def test_money_that_the_county_counts_is_income():
    pension = (IncomeItem("transfer", 2_900_000, nature="basic_pension"),)
    assert assess(EXPENSE, facts(incomes=pension)).outcome == "eligible"
    assert assess(EXPENSE, facts(incomes=pension), basic_pension_counts=True).outcome == "not_eligible"


def test_property_beyond_the_limits_refuses_spending_help():
    house = AssetItem("house", UNKNOWN, count=2)
    found = assess(EXPENSE, facts(assets=(house,)))
    assert found.reasons == ("有房屋 2 套，超过规定的 1 套",)


def test_tiers_must_climb():
    with pytest.raises(ParameterErrors) as refusal:
        EXPENSE.read(EXPENSE.suggested() | {"tier_from": {"first": 0, "second": 5, "third": 5}})
    assert refusal.value.errors == {"tier_from": "各段的起点要从小到大"}


def test_a_first_tier_that_begins_above_zero_is_a_threshold():
    found = assess(
        EXPENSE, facts(medical_fen=500_000), tier_from={"first": 500_000, "second": 600_000, "third": 700_000}
    )
    assert found.reasons == ("必需支出没有达到救助的起点",)


@pytest.mark.parametrize("name", list(NOTHING_SPENT))
def test_a_cost_below_nothing_is_refused_at_its_field(name):
    with pytest.raises(BadInput) as refusal:
        assess(EXPENSE, facts(**{name: -1}))
    assert refusal.value.field == name


@pytest.mark.parametrize(
    ("rule", "wrong", "field"),
    [
        (QUICK, {"asked_fen": 0}, "asked_fen"),
        (QUICK, {"cause": "boredom"}, "cause"),
        (URGENT, {"months": 0}, "months"),
        (URGENT, {"advance_given": True, "advance_fen": 0}, "advance_fen"),
        (URGENT, {"advance_given": False, "advance_fen": 5}, "advance_fen"),
        (EXPENSE, {"medical_borne_fen": 3_000_001}, "medical_borne_fen"),
    ],
)
def test_an_answer_that_cannot_be_true_is_refused_at_its_field(rule, wrong, field):
    with pytest.raises(BadInput) as refusal:
        assess(rule, facts(**wrong))
    assert refusal.value.field == field


def test_exactly_the_most_is_not_said_to_be_more_than_the_most():
    for asked, said in ((70_500, False), (70_501, True)):
        last = assess(QUICK, facts(asked_fen=asked)).steps[-1]
        assert ("超过最高金额" in last.formula) is said
