"""What a raised standard makes of what somebody has: the short ways must give what the rule itself would."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistance.policy import dibao
from assistance.policy.dibao import DibaoStandard, suggested_params
from assistance.policy.facts import HouseholdFacts, IncomeItem, MemberFacts
from assistance.policy.repricing import (
    Parts,
    by_price,
    changed_conditions,
    from_facts,
    parts_of,
    price_changes,
    shifted,
)
from assistance.policy.rule import CaseFacts, Price
from assistance.policy.rules import RULES, rule_of
from tests.assistance.policy import test_person_examples, test_rule_pages, test_tekun

# The worked examples of docs/policy/ with the rules that price by category.
EXAMPLES = [
    replace(example, rule=rule_of(example.rule.key))
    for example in (*test_person_examples.ASSESSED, *test_rule_pages.EXAMPLES, *test_tekun.EXAMPLES)
    if rule_of(example.rule.key).by_category and example.outcome[0][0] == "符合"
]
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)


def raised(rule, numbers):
    """Every price of a standard, a tenth and some yuan higher."""

    def more(value):
        if isinstance(value, bool) or not isinstance(value, int | dict | tuple | list):
            return value
        if isinstance(value, int):
            return value * 11 // 10 // 100 * 100 + 700 if value else 0
        if isinstance(value, dict):
            return {key: more(each) for key, each in value.items()}
        return tuple({**row, "amount_fen": more(row["amount_fen"])} for row in value)

    kinds = {parameter.name: parameter.kind for parameter in rule.parameters}
    return numbers | {
        name: more(numbers[name]) for name in rule.prices if kinds[name] in ("rates", "ages", "fen")
    }


def both(example):
    numbers = example.rule.read(example.params, example.categories)
    return numbers, raised(example.rule, numbers)


@each_example
def test_a_price_gives_what_the_rule_gives_or_nothing(example):
    old, new = both(example)
    answer = example.rule.assess(example.facts, old, example.on)
    prices = price_changes(example.rule, old, new)
    found = None
    if answer.category in prices:
        found = by_price(parts_of(answer), *prices[answer.category])
    later = example.rule.assess(example.facts, new, example.on)
    assert found is None or found == parts_of(later)


@each_example
def test_the_frozen_facts_give_what_the_rule_gives(example):
    old, new = both(example)
    answer = example.rule.assess(example.facts, old, example.on)
    found = from_facts(example.rule, example.facts, parts_of(answer), old, new, example.on)
    later = example.rule.assess(example.facts, new, example.on)
    assert found.outcome == "proved"
    assert found.parts == parts_of(later)


def test_every_rule_with_prices_has_an_example_that_they_explain():
    explained = set()
    for example in EXAMPLES:
        old, new = both(example)
        prices = price_changes(example.rule, old, new)
        # As it stands, and without what the examples of overlaps deduct.
        for facts in (example.facts, replace(example.facts, receipts=())):
            answer = example.rule.assess(facts, old, example.on)
            if answer.category in prices and by_price(parts_of(answer), *prices[answer.category]):
                explained.add(example.rule.key)
    assert explained == {key for key, rule in RULES.items() if rule.by_category}


def test_the_prices_are_numbers_of_the_rule():
    for rule in RULES.values():
        assert set(rule.prices) <= {parameter.name for parameter in rule.parameters}


# --- by category ------------------------------------------------------------------------------------------


def old_age(**changed):
    rule = rule_of("old_age")
    bands = [{"from_age": 80, "amount_fen": 5_000}, {"from_age": 90, "amount_fen": 10_000}]
    return rule.read(rule.suggested() | {"ages": bands} | changed)


def test_a_changed_condition_prices_nobody():
    rule, old = rule_of("old_age"), old_age()
    new = old_age(needs_local=not old["needs_local"], ages=[{"from_age": 80, "amount_fen": 6_000}])
    assert [parameter.name for parameter in changed_conditions(rule, old, new)] == ["needs_local"]
    assert price_changes(rule, old, new) == {}


def test_a_band_in_between_moves_people_and_prices_nobody():
    new = old_age(ages=[{"from_age": age, "amount_fen": age * 100} for age in (80, 85, 90)])
    assert price_changes(rule_of("old_age"), old_age(), new) == {}


def test_who_gets_less_than_the_price_is_not_explained_by_it():
    assert by_price(Parts(4_000), Price(10_000), Price(12_000)) is None
    assert by_price(Parts(20_000), Price(10_000), Price(12_000)) is None
    assert by_price(Parts(10_000, 500), Price(10_000), Price(12_000)) is None
    assert by_price(Parts(10_000, 0, 300), Price(10_000, 400), Price(12_000, 500)) is None


def test_years_and_persons_are_read_back_from_the_sum():
    assert by_price(Parts(42_000), Price(6_000, times=10), Price(6_500, times=10)) == Parts(45_500)
    assert by_price(Parts(66_000), Price(6_000, times=10), Price(6_500, times=10)) is None


def test_who_has_no_care_gets_none():
    now, then = Price(10_000, 400, care_may_lack=True), Price(12_000, 500, care_may_lack=True)
    assert by_price(Parts(10_000), now, then) == Parts(12_000)
    assert by_price(Parts(10_000, 0, 400), now, then) == Parts(12_000, 0, 500)


# --- from the facts ---------------------------------------------------------------------------------------

RULE, ON = rule_of("dibao"), date(2026, 3, 2)
GRANDMOTHER = MemberFacts("m0", "余秀兰", date(1950, 9, 9))
CHILD = MemberFacts("m1", "梁小满", date(2016, 6, 1))


def local(**changed):
    extras = {"elder": {"percent": 10}, "minor": {"amount_fen": 5_000}}
    return RULE.read(suggested_params(standard_fen=60_000, classified=extras, **changed))


def household(annual_fen, *members):
    return CaseFacts(
        HouseholdFacts(
            members or (GRANDMOTHER, CHILD), (IncomeItem("business", annual_fen, "种植玉米", "m0"),), (), ()
        )
    )


def test_extras_of_each_person_come_with_the_new_sum():
    facts, old = household(240_000), local()
    was = parts_of(RULE.assess(facts, old, ON))
    found = from_facts(RULE, facts, was, old, old | {"standard_fen": 65_000}, ON)
    assert found.extras == {"m0": 6_500, "m1": 5_000}
    assert found.parts.total_fen == was.total_fen + 2 * 5_000 + 500


def test_a_sum_that_the_facts_do_not_give_is_left_to_a_person():
    facts, old = household(240_000), local()
    found = from_facts(RULE, facts, Parts(1_000), old, old | {"standard_fen": 65_000}, ON)
    assert (found.outcome, found.parts) == ("review", None)


def test_who_drops_out_is_told_the_reason():
    facts, old = household(1_430_000), local()
    was = parts_of(RULE.assess(facts, old, ON))
    found = from_facts(RULE, facts, was, old, old | {"standard_fen": 59_000}, ON)
    assert (found.outcome, found.parts) == ("out", None)
    assert "不低于低保标准" in found.reason


# --- without facts ----------------------------------------------------------------------------------------


@given(
    annual=st.integers(0, 2_000_000),
    people=st.integers(1, 5),
    protected=st.integers(1, 5),
    rise=st.integers(0, 300).map(lambda yuan: yuan * 100),
    percent=st.sampled_from([0, 10, 15, 20]),
    unit=st.sampled_from([1, 10, 100]),
    mode=st.sampled_from(["half_up", "up", "down"]),
    least=st.sampled_from([0, 10]),
    round_up=st.booleans(),
)
def test_without_facts_the_difference_is_what_the_rule_gives_or_nothing(
    annual, people, protected, rise, percent, unit, mode, least, round_up
):
    members = tuple(
        MemberFacts(f"m{n}", f"某{n}", date(1950, 1, 1), protected=n < protected) for n in range(people)
    )
    params = suggested_params(
        standard_fen=60_000,
        classified={"elder": {"percent": percent}},
        rounding_unit_fen=unit,
        rounding_mode=mode,
        min_topup_percent=least,
    )
    old = DibaoStandard.from_params(params)
    new = DibaoStandard.from_params(params | {"standard_fen": 60_000 + rise})
    facts = HouseholdFacts(members, (IncomeItem("business", annual, "种植", None),), (), ())
    before = dibao.assess(facts, old, ON)
    assume(before.outcome == "eligible" and before.amount_fen)
    found = shifted(parts_of(before), min(people, protected), old, new, round_up=round_up)
    if found.outcome == "proved":
        exact = parts_of(dibao.assess(facts, new, ON))
        if round_up:
            assert 0 <= found.parts.total_fen - exact.total_fen <= unit
        else:
            assert found.parts == exact


@pytest.mark.parametrize(
    ("changed", "was", "persons", "word"),
    [
        ({"standard_fen": 59_000}, Parts(30_000), 2, "标准降低"),
        ({"elder_age": 65}, Parts(30_000), 2, "不只低保标准"),
        ({}, Parts(30_000, 9_000), 2, "分不清"),
        ({"standard_fen": 60_333}, Parts(30_000), 2, "尾数"),
        ({}, Parts(0, 6_000), 2, "最低补差"),
    ],
)
def test_what_the_difference_does_not_prove_is_left_to_a_person(changed, was, persons, word):
    params = suggested_params(
        standard_fen=60_000, classified={"elder": {"percent": 10}, "minor": {"amount_fen": 5_000}}
    )
    old = DibaoStandard.from_params(params)
    new = DibaoStandard.from_params(params | {"standard_fen": 65_000} | changed)
    found = shifted(was, persons, old, new)
    assert found.outcome == "review"
    assert word in found.reason


def test_the_difference_of_a_plain_household():
    params = suggested_params(standard_fen=60_000)
    old = DibaoStandard.from_params(params)
    new = DibaoStandard.from_params(params | {"standard_fen": 63_500})
    assert shifted(Parts(45_200), 3, old, new).parts == Parts(45_200 + 3 * 3_500)
