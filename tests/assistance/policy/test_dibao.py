"""What must hold of every household, and the edges that no worked example shows."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy.dibao import Band, DibaoStandard, assess, suggested_params
from assistance.policy.facts import (
    ASSET_KINDS,
    DEDUCTION_KINDS,
    INCOME_KINDS,
    AssetItem,
    Deduction,
    HouseholdFacts,
    IncomeItem,
    MemberFacts,
)
from civaffairs.lib.assessment import UNKNOWN, Assessment
from civaffairs.lib.errors import BadInput

ON = date(2026, 6, 1)
ADULT = MemberFacts("甲", "甲", date(1980, 1, 1))


def standard(**params) -> DibaoStandard:
    return DibaoStandard.from_params(suggested_params(**params))


def household(*members, incomes=(), deductions=(), assets=(), single=None) -> HouseholdFacts:
    return HouseholdFacts(tuple(members) or (ADULT,), incomes, deductions, assets, single)


# --- any household, any standard ------------------------------------------------------------------------

YEARLY = st.integers(0, 6_000_000)
BANDS = (Band("一档", 60_000, 15_000), Band("二档", 40_000, 40_000), Band("三档", 15_000, 100_000))
EXTRAS = st.one_of(
    st.builds(lambda fen: {"amount_fen": fen}, st.integers(0, 50_000)),
    st.builds(lambda percent: {"percent": percent}, st.integers(0, 60)),
)
STANDARDS = st.builds(
    standard,
    standard_fen=st.integers(60_000, 100_000),
    method=st.sampled_from(["topup", "bands"]),
    bands=st.just(BANDS),
    min_topup_percent=st.sampled_from([0, 0, 20]),
    rounding_unit_fen=st.sampled_from([1, 10, 100]),
    rounding_mode=st.sampled_from(["half_up", "up", "down"]),
    classified=st.dictionaries(
        st.sampled_from(["elder", "minor", "severe_disability", "serious_illness"]), EXTRAS
    ),
    classified_rule=st.sampled_from(["highest", "sum"]),
    work_cost_percent=st.sampled_from([0, 10, 100]),
    work_cost_base=st.sampled_from(["wage", "minimum_wage"]),
    work_cost_flat=st.booleans(),
    deduct_education=st.booleans(),
    rigid_cap_percent=st.sampled_from([30, 100]),
    old_age_allowance_counts=st.booleans(),
    single_method=st.sampled_from(["standard", "percent", "own_income"]),
)


@st.composite
def households(draw, single=False):
    number = draw(st.integers(1, 4))
    members = []
    for at in range(number):
        disability = draw(st.sampled_from([(None, None), (4, 1), (5, 3), (1, 4), (6, 2)]))
        members.append(
            MemberFacts(
                f"m{at}",
                f"成员{at}",
                draw(st.dates(date(1930, 1, 1), ON)),
                protected=draw(st.sampled_from([True, True, True, False])),
                disability_kind=disability[0],
                disability_grade=disability[1],
                serious_illness=draw(st.booleans()),
                not_counted=draw(st.sampled_from(["", "", "", "prison"])),
            )
        )
    owner = st.sampled_from([None, *[member.key for member in members]])
    incomes = draw(
        st.lists(
            st.builds(IncomeItem.of_kind, st.sampled_from(sorted(INCOME_KINDS)), YEARLY, st.just(""), owner),
            max_size=4,
        )
    )
    deductions = draw(
        st.lists(
            st.builds(Deduction, st.sampled_from(sorted(DEDUCTION_KINDS)), YEARLY, st.just(""), owner),
            max_size=4,
        )
    )
    assets = draw(
        st.lists(
            st.builds(
                AssetItem, st.sampled_from(sorted(ASSET_KINDS)), st.integers(0, 2_000_000), owner=owner
            ),
            max_size=2,
        )
    )
    chosen = members[0].key if single else None
    return HouseholdFacts(tuple(members), tuple(incomes), tuple(deductions), tuple(assets), chosen)


@st.composite
def marginal(draw):
    """Two to four people, one of them ill or disabled, with an income around the two lines."""
    number = draw(st.integers(2, 4))
    ground = draw(st.sampled_from([{"serious_illness": True}, {"disability_kind": 6, "disability_grade": 3}]))
    members = [MemberFacts("m0", "成员0", draw(st.dates(date(1930, 1, 1), ON)), **ground)]
    members += [MemberFacts(f"m{at}", f"成员{at}", date(1985, 1, 1)) for at in range(1, number)]
    own = draw(st.integers(0, 600_000))
    incomes = (
        IncomeItem(draw(st.sampled_from(["wage", "transfer"])), own, owner="m0"),
        IncomeItem("business", draw(st.integers(650_000, 1_500_000)) * number, owner="m1"),
    )
    costs = draw(
        st.lists(st.builds(Deduction, st.just("work_cost"), YEARLY, st.just(""), st.just("m0")), max_size=1)
    )
    return HouseholdFacts(tuple(members), incomes, tuple(costs), (), "m0")


def per_head(assessment: Assessment) -> int:
    return next(step.result for step in assessment.steps if step.label == "家庭月人均收入")


@given(st.one_of(households(), households(single=True), marginal()), STANDARDS)
def test_an_amount_is_never_negative_is_rounded_as_set_and_adds_up(facts, local):
    assessment = assess(facts, local, ON)
    assert assessment.amount_fen >= 0
    assert assessment.amount_fen % local.rounding_unit_fen == 0
    assert assessment.amount_fen == sum(part.amount_fen for part in assessment.parts)
    assert all(part.amount_fen >= 0 for part in assessment.parts)
    if assessment.outcome == "eligible" and facts.single is None:
        assert per_head(assessment) <= local.standard_fen


@given(households(), STANDARDS, st.data())
def test_more_income_never_gives_more_money(facts, local, data):
    more = IncomeItem.of_kind(
        data.draw(st.sampled_from(sorted(INCOME_KINDS))),
        data.draw(YEARLY),
        "又一笔",
        data.draw(st.sampled_from([None, *[member.key for member in facts.members]])),
    )
    richer = replace(facts, incomes=(*facts.incomes, more))
    assert assess(richer, local, ON).amount_fen <= assess(facts, local, ON).amount_fen


@given(marginal(), STANDARDS, st.data())
def test_more_income_of_a_marginal_household_never_gives_more_to_its_one_protected_person(facts, local, data):
    before = assess(facts, local, ON)
    if before.outcome != "eligible":
        return
    more = IncomeItem("wage", data.draw(YEARLY), "又一笔", data.draw(st.sampled_from([None, facts.single])))
    after = assess(replace(facts, incomes=(*facts.incomes, more)), local, ON)
    assert after.amount_fen <= before.amount_fen


@given(households(), STANDARDS, st.data())
def test_more_property_never_gives_more_money(facts, local, data):
    kind = data.draw(st.sampled_from(sorted(ASSET_KINDS)))
    richer = replace(facts, assets=(*facts.assets, AssetItem(kind, data.draw(YEARLY))))
    assert assess(richer, local, ON).amount_fen <= assess(facts, local, ON).amount_fen


@given(
    st.one_of(households(), households(single=True), marginal()), STANDARDS, st.randoms(use_true_random=False)
)
def test_the_order_in_which_people_and_items_are_entered_does_not_matter(facts, local, random):
    def shuffled(items):
        return tuple(random.sample(items, len(items)))

    other = HouseholdFacts(
        shuffled(facts.members),
        shuffled(facts.incomes),
        shuffled(facts.deductions),
        shuffled(facts.assets),
        facts.single,
    )
    first, second = assess(facts, local, ON), assess(other, local, ON)
    assert (first.outcome, first.amount_fen) == (second.outcome, second.amount_fen)
    if all(part.amount_fen > local.rounding_unit_fen for part in first.parts):
        assert set(first.parts) == set(second.parts)


@given(households(), STANDARDS)
def test_a_fact_made_unknown_never_gives_money_and_is_named(facts, local):
    if not facts.incomes or not facts.counted:
        return
    first = facts.incomes[0]
    hidden = replace(
        facts, incomes=(replace(first, annual_fen=UNKNOWN, label="没查清的钱"), *facts.incomes[1:])
    )
    assessment = assess(hidden, local, ON)
    if assessment.outcome == "cannot_decide":
        assert any("没查清的钱" in reason for reason in assessment.reasons)
        assert assessment.amount_fen == 0
    else:
        # only an item that does not count leaves the rest to decide
        assert assessment.amount_fen == assess(facts, local, ON).amount_fen
        assert first.nature or first.owner is not None


@given(households(), STANDARDS)
def test_the_difference_is_what_the_formula_of_the_law_says(facts, local):
    """补差 = (standard − income a head and month) × protected persons, reckoned here without the rule's own code."""
    plain = replace(
        facts, incomes=tuple(i for i in facts.incomes if i.kind in ("property", "other")), deductions=()
    )
    bare = replace(local, method="topup", min_topup_percent=0, classified={}, rounding_unit_fen=1)
    assessment = assess(plain, bare, ON)
    if assessment.outcome != "eligible":
        return
    counted = {member.key for member in plain.counted} | {None}
    income = sum(item.annual_fen for item in plain.incomes if item.owner in counted)
    protected = sum(member.protected for member in plain.counted)
    exact = (bare.standard_fen - Fraction(income, 12 * len(plain.counted))) * protected
    assert abs(assessment.amount_fen - exact) < 1


# --- edges ------------------------------------------------------------------------------------------------


def test_income_or_property_that_nobody_was_asked_about_stops_the_assessment():
    asked_nothing = HouseholdFacts((ADULT,))
    assessment = assess(asked_nothing, standard(), ON)
    assert assessment.outcome == "cannot_decide"
    assert [reason[:4] for reason in assessment.reasons] == ["家庭收入", "家庭财产"]


def test_an_unknown_value_of_money_stops_the_assessment_and_that_of_a_house_does_not():
    unknown_money = household(assets=[AssetItem("deposit", UNKNOWN, "信用社存款", "甲")])
    assert assess(unknown_money, standard(), ON).reasons == ("甲 信用社存款的金额还没有核定",)
    assert assess(household(assets=[AssetItem("house", UNKNOWN)]), standard(), ON).outcome == "eligible"


def test_an_exemption_without_a_reason_is_no_exemption():
    blank = household(assets=[AssetItem("vehicle", 500_000, exempt_reason="  ")])
    told = household(assets=[AssetItem("vehicle", 500_000, exempt_reason="残疾人代步车")])
    assert assess(blank, standard(), ON).outcome == "not_eligible"
    assert assess(told, standard(), ON).outcome == "eligible"


def test_a_cheap_vehicle_is_let_off_where_the_county_says_so_and_its_value_must_be_known():
    local = standard(vehicle_exempt_fen=3_000_000)
    for value, outcome in (
        (3_000_000, "eligible"),
        (3_000_001, "not_eligible"),
        (UNKNOWN, "cannot_decide"),
    ):
        assert assess(household(assets=[AssetItem("vehicle", value)]), local, ON).outcome == outcome


def test_a_registered_business_and_a_second_house_are_refused_unless_allowed():
    facts = household(assets=[AssetItem("company"), AssetItem("house", count=2)])
    refusal = assess(facts, standard(), ON)
    assert refusal.reasons == ("有房屋 2 套，超过规定的 1 套", "名下有市场主体登记，不符合家庭财产规定")
    assert assess(facts, standard(companies_allowed=True, houses_allowed=2), ON).outcome == "eligible"


def test_money_at_the_limit_is_still_within_it():
    limit = 24 * 70_500
    assert assess(household(assets=[AssetItem("deposit", limit)]), standard(), ON).outcome == "eligible"
    assert (
        assess(household(assets=[AssetItem("deposit", limit + 1)]), standard(), ON).outcome == "not_eligible"
    )


@pytest.mark.parametrize(
    ("birth", "extra"),
    [
        (date(1966, 6, 1), 10_000),  # sixty today
        (date(1966, 6, 2), 0),
        (date(2008, 6, 1), 0),  # eighteen today
        (date(2008, 6, 2), 20_000),
    ],
)
def test_age_classes_turn_on_the_birthday(birth, extra):
    local = standard(classified={"elder": {"amount_fen": 10_000}, "minor": {"amount_fen": 20_000}})
    assert assess(household(replace(ADULT, birth=birth)), local, ON).amount_fen == 70_500 + extra


@pytest.mark.parametrize(
    ("kind", "grade", "third", "extra"),
    [(4, 2, False, 30_000), (4, 3, True, 0), (5, 3, False, 0), (5, 3, True, 30_000), (6, 3, True, 30_000)],
)
def test_severe_disability_is_grade_one_or_two_and_third_grade_mental_where_set(kind, grade, third, extra):
    local = standard(
        classified={"severe_disability": {"amount_fen": 30_000}}, severe_includes_third_mental=third
    )
    member = replace(ADULT, disability_kind=kind, disability_grade=grade)
    assert assess(household(member), local, ON).amount_fen == 70_500 + extra


def test_an_unknown_birth_matters_only_where_age_brings_money():
    member = replace(ADULT, birth=UNKNOWN)
    assert assess(household(member), standard(), ON).outcome == "eligible"
    local = standard(classified={"elder": {"percent": 10}, "minor": {"percent": 10}})
    assert assess(household(member), local, ON).reasons == ("甲的出生日期还没有填写",)


def test_a_household_whose_people_all_do_not_count_gets_nothing():
    assert assess(household(replace(ADULT, not_counted="prison")), standard(), ON).reasons == (
        "没有计入家庭的共同生活成员",
    )
    assert assess(household(replace(ADULT, protected=False)), standard(), ON).reasons == (
        "家庭中没有登记保障对象",
    )


def test_property_of_one_who_does_not_count_is_left_aside():
    prisoner = MemberFacts("乙", "乙", date(1980, 1, 1), not_counted="prison")
    facts = household(ADULT, prisoner, assets=[AssetItem("vehicle", 900_000, owner="乙")])
    assert assess(facts, standard(), ON).outcome == "eligible"


def test_a_birth_still_to_come_is_refused():
    with pytest.raises(BadInput, match="晚于核算日期"):
        assess(household(replace(ADULT, birth=date(2026, 6, 2))), standard(), ON)


def test_a_remainder_dropped_below_the_extra_never_makes_the_difference_negative():
    local = standard(rounding_mode="down", classified={"elder": {"amount_fen": 10_575}})
    facts = household(replace(ADULT, birth=date(1950, 1, 1)), incomes=[IncomeItem("other", 70_500 * 12 - 12)])
    assessment = assess(facts, local, ON)
    assert [part.amount_fen for part in assessment.parts] == [0, 10_500]


def test_a_difference_that_rounds_to_nothing_is_said_openly():
    facts = household(incomes=[IncomeItem("other", 70_500 * 12 - 12)])
    assessment = assess(facts, standard(rounding_mode="down"), ON)
    assert (assessment.outcome, assessment.amount_fen) == ("eligible", 0)
    assert "实际为零" in assessment.reasons[-1]


MARGINAL = (IncomeItem("other", 800 * 100 * 12),)


@pytest.mark.parametrize(
    ("member", "outcome"),
    [
        ({"disability_kind": 1, "disability_grade": 2}, "eligible"),
        ({"disability_kind": 5, "disability_grade": 3}, "eligible"),
        ({"disability_kind": 4, "disability_grade": 3}, "not_eligible"),
        ({"serious_illness": True}, "eligible"),
        ({"serious_illness": UNKNOWN}, "cannot_decide"),
        ({"serious_illness": UNKNOWN, "disability_kind": 1, "disability_grade": 1}, "eligible"),
        ({"not_counted": "prison", "serious_illness": True}, "not_eligible"),
    ],
)
def test_one_person_of_a_marginal_household_needs_a_ground_of_article_eight(member, outcome):
    other = MemberFacts("乙", "乙", date(1990, 1, 1))
    facts = household(
        replace(ADULT, **member), other, incomes=(IncomeItem("other", 160_000 * 12, owner="乙"),), single="甲"
    )
    if member.get("not_counted"):
        facts = replace(facts, incomes=(IncomeItem("other", 80_000 * 12, owner="乙"),))
    assert assess(facts, standard(), ON).outcome == outcome


@pytest.mark.parametrize(
    ("method", "percent", "amount"),
    [("standard", 100, 70_500), ("percent", 60, 42_300), ("own_income", 100, 10_500)],
)
def test_the_amount_of_one_person_follows_the_county(method, percent, amount):
    other = MemberFacts("乙", "乙", date(1990, 1, 1))
    incomes = (IncomeItem("wage", 60_000 * 12, owner="甲"), IncomeItem("wage", 100_000 * 12, owner="乙"))
    facts = household(replace(ADULT, serious_illness=True), other, incomes=incomes, single="甲")
    local = standard(single_method=method, single_percent=percent)
    assert assess(facts, local, ON).amount_fen == amount


def test_one_person_with_an_income_of_the_standard_gets_nothing():
    facts = household(
        replace(ADULT, serious_illness=True),
        incomes=(IncomeItem("wage", 80_000 * 12, owner="甲"),),
        single="甲",
    )
    assert assess(facts, standard(), ON).reasons == ("甲本人月收入不低于低保标准",)


def test_a_household_too_rich_in_money_for_dibao_may_still_be_marginal():
    facts = household(
        replace(ADULT, serious_illness=True), assets=[AssetItem("deposit", 30 * 70_500)], single="甲"
    )
    assert assess(facts, standard(), ON).amount_fen == 70_500
    assert assess(replace(facts, single=None), standard(), ON).outcome == "not_eligible"
    too_rich = replace(facts, assets=(AssetItem("deposit", 37 * 70_500),))
    assert assess(too_rich, standard(), ON).outcome == "not_eligible"


def test_an_income_of_exactly_the_marginal_line_is_outside_it():
    ill = replace(ADULT, serious_illness=True)
    local = standard(single_method="standard")
    for yearly, outcome in ((105_750 * 12 - 1, "eligible"), (105_750 * 12, "not_eligible")):
        facts = household(ill, incomes=(IncomeItem("other", yearly),), single="甲")
        assert assess(facts, local, ON).outcome == outcome


def test_money_of_the_household_together_is_not_the_own_income_of_one_person():
    facts = household(
        replace(ADULT, serious_illness=True), incomes=(IncomeItem("other", 80_000 * 12),), single="甲"
    )
    assert assess(facts, standard(single_method="own_income"), ON).amount_fen == 70_500


def test_a_loss_in_one_class_of_income_does_not_lower_another():
    incomes = (IncomeItem("business", 100_000), IncomeItem("other", 480_000))
    facts = household(incomes=incomes, deductions=[Deduction("business_cost", 300_000, "鱼塘亏损")])
    assert assess(facts, standard(), ON).amount_fen == 70_500 - 40_000


@pytest.mark.parametrize(("allowed", "amount"), [(False, 30_500), (True, 70_500)])
def test_education_is_deducted_only_where_the_county_allows_it(allowed, amount):
    facts = household(incomes=(IncomeItem("other", 480_000),), deductions=[Deduction("education", 900_000)])
    assert assess(facts, standard(deduct_education=allowed), ON).amount_fen == amount


@pytest.mark.parametrize(
    ("kind", "setting"),
    [("basic_pension", "basic_pension_counts"), ("old_age_allowance", "old_age_allowance_counts")],
)
def test_pension_and_old_age_allowance_count_only_where_the_county_says_so(kind, setting):
    facts = household(incomes=(IncomeItem.of_kind(kind, 240_000),))
    assert assess(facts, standard(), ON).amount_fen == 70_500
    assert assess(facts, standard(**{setting: True}), ON).amount_fen == 50_500
