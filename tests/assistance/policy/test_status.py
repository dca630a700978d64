"""低保边缘 and 刚性支出困难: the worked examples of docs/policy/status.md and what must hold of every household."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy import status
from assistance.policy.dibao import DibaoStandard, suggested_params
from assistance.policy.dibao import assess as assess_dibao
from assistance.policy.facts import AssetItem, Deduction, HouseholdFacts, IncomeItem, MemberFacts
from assistance.policy.parameters import ParameterErrors
from assistance.policy.rule import CaseFacts, Receipt
from assistance.policy.rules import rule_of
from assistance.policy.status import SPENDING, last_day
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput
from tests.assistance.policy import rule_pages

EDGE, RIGID = rule_of("edge"), rule_of("rigid")
EXAMPLES = rule_pages.read("status.md", status.RULES)
ON = date(2026, 6, 1)
ADULT, CHILD = MemberFacts("甲", "甲", date(1980, 1, 1)), MemberFacts("乙", "乙", date(2012, 1, 1))
NOTHING_SPENT = {f"spent_{kind}_fen": 0 for kind in SPENDING}


def case(yearly=0, *, members=(ADULT, CHILD), assets=(), deductions=(), receipts=(), **answers) -> CaseFacts:
    incomes = yearly if yearly is UNKNOWN else (IncomeItem("transfer", yearly, owner="甲"),)
    household = HouseholdFacts(members, incomes, tuple(deductions), assets)
    return CaseFacts(household, NOTHING_SPENT | answers, tuple(receipts), ON, 70_500)


def assess(rule, facts, **numbers):
    return rule.assess(facts, rule.read(rule.suggested() | numbers), ON)


# --- the page -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_the_page_shows_exactly_what_the_rule_does(example):
    steps, outcome = example.run()
    assert steps == example.steps
    assert outcome == example.outcome


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_every_step_names_its_source_and_facts_kept_as_json_give_the_same(example):
    found = example.assess()
    assert [step.label for step in found.steps if not step.source] == []
    thawed = CaseFacts.from_dict(example.facts.to_dict(), example.rule.questions)
    assert example.rule.assess(thawed, example.rule.read(example.params), example.on) == found


@pytest.mark.parametrize("rule", status.RULES, ids=lambda rule: rule.key)
def test_the_page_has_every_outcome_and_every_setting_of_each_rule(rule):
    outcomes = {example.outcome[0][0] for example in EXAMPLES if example.rule == rule}
    assert outcomes == {"符合", "不符合", "不能核定"}
    assert rule_pages.page_rows("status.md", rule) == rule_pages.settings_rows(rule, {})


@pytest.mark.parametrize("rule", status.RULES, ids=lambda rule: rule.key)
def test_a_status_carries_no_money_and_its_own_name(rule):
    assert not rule.pays
    facts = case(1_700_000, spent_medical_fen=1_500_000)
    found = assess(rule, facts)
    assert (found.outcome, found.amount_fen, found.parts, found.category) == ("eligible", 0, (), rule.key)


# --- one status a household -----------------------------------------------------------------------------


@pytest.mark.parametrize("rule", status.RULES, ids=lambda rule: rule.key)
@pytest.mark.parametrize("family", ["dibao", "tekun", "status"])
def test_another_status_of_any_member_stands_in_the_way(rule, family):
    receipt = Receipt("乙", family, family, 0)
    found = assess(rule, case(1_700_000, receipts=[receipt], spent_medical_fen=1_500_000))
    assert found.outcome == "not_eligible"
    assert "乙" in found.reasons[0]
    assert "一户只能有一种身份" in found.reasons[0]


@pytest.mark.parametrize("family", ["old-age", "disability-living", "medical"])
def test_other_benefits_do_not(family):
    found = assess(EDGE, case(1_700_000, receipts=[Receipt("乙", family, family, 8_000)]))
    assert found.outcome == "eligible"


@pytest.mark.parametrize(
    ("single", "members", "outcome"),
    [
        (True, (ADULT, CHILD), "eligible"),
        (False, (ADULT, CHILD), "not_eligible"),
        (UNKNOWN, (ADULT, CHILD), "not_eligible"),
        (True, (ADULT,), "not_eligible"),  # alone in the household it is the household's own 低保
    ],
)
def test_dibao_of_one_person_alone_leaves_a_marginal_household_its_status(single, members, outcome):
    yearly = 900_000 * len(members)
    facts = case(yearly, members=members, receipts=[Receipt("甲", "d", "dibao", 1)], single_dibao=single)
    assert assess(EDGE, facts).outcome == outcome


def test_dibao_of_one_person_alone_does_not_leave_room_for_rigid_spending():
    facts = case(
        1_700_000, receipts=[Receipt("甲", "d", "dibao", 1)], single_dibao=True, spent_medical_fen=10**7
    )
    assert assess(RIGID, facts).outcome == "not_eligible"


# --- lines ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "yearly", "outcome"),
    [
        (150, 2_537_999, "eligible"),
        (150, 2_538_000, "not_eligible"),
        (200, 2_538_000, "eligible"),
        (150, 1_692_000, "eligible"),  # exactly the 低保 standard is above 低保
        (150, 1_691_999, "not_eligible"),  # below it is 低保
    ],
)
def test_the_line_of_marginal_households_is_a_number_of_the_county(percent, yearly, outcome):
    assert assess(EDGE, case(yearly), marginal_percent=percent).outcome == outcome


def test_too_much_property_for_both_is_told_once():
    rich = case(600_000, assets=(AssetItem("house", count=2),))
    found = assess(EDGE, rich)
    assert found.reasons == ("有房屋 2 套，超过规定的 1 套",)


def test_rigid_spending_is_not_deducted_from_the_income_too():
    bare = case(2_000_000, spent_medical_fen=1_500_000)
    declared = case(
        2_000_000, spent_medical_fen=1_500_000, deductions=[Deduction("illness", 1_500_000, owner="甲")]
    )
    assert assess(RIGID, bare) == assess(RIGID, declared)


def test_the_county_chooses_whether_the_fifth_kind_of_spending_counts():
    facts = case(2_000_000, spent_other_fen=1_500_000)
    assert assess(RIGID, facts).outcome == "eligible"
    assert assess(RIGID, facts, other_counts=False).outcome == "not_eligible"
    open_ = case(2_000_000, spent_medical_fen=1_500_000, spent_other_fen=UNKNOWN)
    assert assess(RIGID, open_).outcome == "cannot_decide"
    assert assess(RIGID, open_, other_counts=False).outcome == "eligible"


@pytest.mark.parametrize("rule", status.RULES, ids=lambda rule: rule.key)
@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        (case(UNKNOWN), "家庭收入"),
        (case(1_700_000, assets=UNKNOWN), "家庭财产"),
        (replace(case(1_700_000), dibao_fen=UNKNOWN), "低保标准"),
    ],
)
def test_what_is_not_known_is_named(rule, facts, missing):
    found = assess(rule, facts)
    assert found.outcome == "cannot_decide"
    assert missing in "；".join(found.reasons)


def test_a_household_of_people_who_do_not_count_and_a_birth_to_come():
    gone = replace(ADULT, not_counted="prison")
    for rule in status.RULES:
        assert assess(rule, case(0, members=(gone,))).outcome == "not_eligible"
        with pytest.raises(BadInput) as refusal:
            assess(rule, case(0, members=(ADULT, replace(CHILD, birth=date(2027, 1, 1)))))
        assert refusal.value.field == "birth"


# --- any household --------------------------------------------------------------------------------------

YEARLY = st.integers(0, 9_000_000)
SPENT = st.fixed_dictionaries({name: st.integers(0, 3_000_000) for name in NOTHING_SPENT})


@given(YEARLY, st.lists(st.integers(0, 4_000_000), max_size=2))
def test_nobody_is_marginal_and_entitled_to_dibao_and_nobody_just_below_the_line_is_neither(yearly, savings):
    facts = case(yearly, assets=tuple(AssetItem("deposit", value) for value in savings))
    marginal = assess(EDGE, facts).outcome == "eligible"
    standard = DibaoStandard.from_params(suggested_params(standard_fen=70_500))
    entitled = assess_dibao(facts.household, standard, ON).outcome == "eligible"
    within = yearly < 2_538_000 and sum(savings) <= 36 * 70_500 * 2
    assert (marginal or entitled) == within
    assert not (marginal and entitled)


@given(YEARLY, SPENT, st.integers(0, 3_000_000), st.sampled_from(list(NOTHING_SPENT)))
def test_more_spending_never_takes_the_status_away_and_more_income_never_gives_it(yearly, spent, more, name):
    order = {"not_eligible": 0, "eligible": 1}
    before = order[assess(RIGID, case(yearly, **spent)).outcome]
    assert order[assess(RIGID, case(yearly, **(spent | {name: spent[name] + more}))).outcome] >= before
    assert order[assess(RIGID, case(yearly + more, **spent)).outcome] <= before


@given(YEARLY, SPENT, st.sampled_from(list(NOTHING_SPENT)))
def test_spending_made_unknown_is_never_counted_as_none(yearly, spent, name):
    assert assess(RIGID, case(yearly, **(spent | {name: UNKNOWN}))).outcome == "cannot_decide"


@given(YEARLY, SPENT, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(yearly, spent, random):
    members = [ADULT, CHILD, MemberFacts("丙", "丙", date(1955, 1, 1))]
    shuffled = random.sample(members, 3)
    for rule in status.RULES:
        one = assess(rule, case(yearly, members=tuple(members), **spent))
        other = assess(rule, case(yearly, members=tuple(shuffled), **spent))
        assert (one.outcome, one.reasons) == (other.outcome, other.reasons)


# --- validity and standards -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decided", "months", "last"),
    [
        (date(2026, 6, 1), 12, date(2027, 5, 31)),
        (date(2026, 6, 15), 6, date(2026, 12, 14)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_a_status_counts_up_to_the_day_before_its_day_comes_round(decided, months, last):
    assert last_day(decided, {"valid_months": months}) == last


@pytest.mark.parametrize(
    ("rule", "change", "field"),
    [
        (EDGE, {"valid_months": 13}, "valid_months"),
        (RIGID, {"valid_months": 13}, "valid_months"),
        (EDGE, {"marginal_percent": 90}, "marginal_percent"),
        (EDGE, {"financial_months": 12}, "financial_months"),
        (RIGID, {"work_cost_base": "minimum_wage", "minimum_wage_fen": 0}, "minimum_wage_fen"),
        (RIGID, {"income_line_fen": 0}, "income_line_fen"),
        (RIGID, {"spending_percent": None}, "spending_percent"),
    ],
)
def test_a_standard_that_cannot_be_is_refused(rule, change, field):
    with pytest.raises(ParameterErrors) as refusal:
        rule.read(rule.suggested() | change)
    assert field in refusal.value.errors
