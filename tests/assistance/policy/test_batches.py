"""What must hold of every batch: one person once, no sum below nothing or above its limit."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy.batches import (
    FESTIVAL_GROUPS,
    RULES,
    Candidate,
    Indexes,
    choose_once,
    festival_group,
    festival_money,
    premium_share,
    price_subsidy_fen,
)
from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.identity import IDENTITIES
from assistance.policy.parameters import ParameterErrors
from assistance.policy.rule import CaseFacts
from assistance.schemes import SCHEMES
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput, NotReady

PRICE, PREMIUM, FESTIVAL = RULES
ORDER = ("tekun-rural", "dibao-rural", "vet-living", "orphan")
ROUNDED = {
    "rounding_unit_fen": st.sampled_from([1, 10, 100]),
    "rounding_mode": st.sampled_from(["half_up", "up", "down"]),
}


def numbers(rule, **params):
    return rule.read(rule.suggested() | params)


# --- one person once --------------------------------------------------------------------------------------

ROWS = st.lists(st.builds(Candidate, st.integers(1, 6), st.sampled_from(ORDER)), max_size=20, unique=True)


@given(rows=ROWS, shuffled=st.randoms())
def test_each_person_is_taken_once_under_the_first_programme_whatever_the_order_of_rows(rows, shuffled):
    chosen = choose_once(rows, ORDER)
    assert [row.person for row in chosen.taken] != [] or not rows
    assert len({row.person for row in chosen.taken}) == len(chosen.taken) == len({row.person for row in rows})
    for row in rows:
        kept = next(taken for taken in chosen.taken if taken.person == row.person)
        assert ORDER.index(kept.scheme) <= ORDER.index(row.scheme)
    mixed = list(rows)
    shuffled.shuffle(mixed)
    assert set(choose_once(mixed, ORDER).taken) == set(chosen.taken)
    assert len(chosen.taken) + len(chosen.left_out) == len(rows)
    assert all(out.person == kept.person and kept in chosen.taken for out, kept in chosen.left_out)


def test_the_steps_count_each_programme_and_the_whole():
    rows = [Candidate(1, "dibao-rural"), Candidate(1, "vet-living"), Candidate(2, "vet-living")]
    chosen = choose_once(rows, ORDER, {"vet-living": "定期补助"})
    assert [(step.label, step.formula, step.shown) for step in chosen.steps] == [
        ("dibao-rural", "在册 1 人，另有身份或重复 0 人", "1 人"),
        ("定期补助", "在册 2 人，另有身份或重复 1 人", "1 人"),
        ("一人一份", "3 条 − 1 条", "2 人"),
    ]
    assert chosen.left_out == ((rows[1], rows[0]),)


def test_two_equal_rows_of_a_person_are_one():
    rows = [Candidate(1, "orphan", row=7), Candidate(1, "orphan", row=8)]
    chosen = choose_once(rows, ORDER)
    assert (chosen.taken, chosen.left_out) == ((rows[0],), ((rows[1], rows[0]),))


@pytest.mark.parametrize("order", [("orphan", "orphan"), ("tekun-rural",)])
def test_a_programme_without_a_single_place_in_the_order_is_refused_and_not_dropped(order):
    with pytest.raises(BadInput) as refusal:
        choose_once([Candidate(1, "orphan")], order)
    assert refusal.value.field == "order"


# --- price ------------------------------------------------------------------------------------------------

BP = st.integers(-2_000, 3_000)


@given(
    standard=st.integers(1, 300_000),
    cpi=BP,
    food=BP,
    scpi=BP,
    floor=st.integers(0, 5_000),
    index=st.sampled_from(["scpi", "cpi", "food", "highest"]),
    params=st.fixed_dictionaries(ROUNDED),
)
def test_the_subsidy_is_nothing_or_at_least_the_floor_and_rises_with_the_index(
    standard, cpi, food, scpi, floor, index, params
):
    local = numbers(PRICE, floor_fen=floor, index=index, **params)
    fen, steps = price_subsidy_fen(standard, Indexes(cpi, food, scpi), local)
    set_off = cpi >= 350 or food >= 600
    assert fen >= (floor if set_off else 0)
    assert fen == 0 or set_off
    assert [step.label for step in steps if not step.source] == []
    higher, _ = price_subsidy_fen(standard, Indexes(cpi + 50, food + 50, scpi + 50), local)
    assert higher >= fen


def test_one_trigger_is_enough_and_the_other_need_not_be_known():
    local = numbers(PRICE, index="food")
    assert price_subsidy_fen(70_500, Indexes(food_bp=600), local)[0] == 4_200
    with pytest.raises(NotReady) as missing:
        price_subsidy_fen(70_500, Indexes(food_bp=599), local)
    assert missing.value.missing == ["CPI单月同比涨幅"]
    with pytest.raises(NotReady) as missing:
        price_subsidy_fen(70_500, Indexes(cpi_bp=350), local)
    assert missing.value.missing == ["食品价格单月同比涨幅"]


@pytest.mark.parametrize("known", [{}, {"cpi_bp": 350}, {"cpi_bp": 350, "scpi_bp": 400}])
def test_the_highest_of_the_indexes_needs_them_all(known):
    with pytest.raises(NotReady):
        price_subsidy_fen(70_500, Indexes(**known), numbers(PRICE, index="highest"))


def test_without_a_standard_of_dibao_nothing_is_decided():
    facts = CaseFacts(HouseholdFacts((MemberFacts("甲", "甲"),), (), (), ()), {"cpi_bp": 400, "scpi_bp": 400})
    found = PRICE.assess(facts, numbers(PRICE), date(2026, 6, 1))
    assert (found.outcome, found.reasons) == ("cannot_decide", ("当地低保标准还没有录入",))
    assert facts.dibao_fen is UNKNOWN


def test_a_rise_that_rounds_to_nothing_is_told_from_one_that_is_too_small():
    facts = CaseFacts(
        HouseholdFacts((MemberFacts("甲", "甲"),), (), (), ()),
        {"cpi_bp": 400, "food_bp": 0, "scpi_bp": 0},
        dibao_fen=70_500,
    )
    found = PRICE.assess(facts, numbers(PRICE, floor_fen=0), date(2026, 6, 1))
    assert found.reasons == ("按涨幅和尾数处理，补贴为零",)


# --- premium ----------------------------------------------------------------------------------------------


@given(
    who=st.sampled_from(list(IDENTITIES)),
    premium=st.integers(1, 100_000),
    percent=st.integers(0, 100),
    cap=st.integers(0, 60_000),
    params=st.fixed_dictionaries(ROUNDED),
)
def test_no_share_is_above_the_premium_or_the_cap(who, premium, percent, cap, params):
    nothing = dict.fromkeys(IDENTITIES, 0)
    local = numbers(
        PREMIUM,
        premium_fen=premium,
        percent=nothing | {who: percent},
        fixed=nothing,
        cap=nothing | {who: cap},
        **params,
    )
    fen, steps = premium_share(who, local)
    assert 0 <= fen <= (min(premium, cap) if cap else premium)
    assert bool(steps) == bool(percent)


def test_a_share_and_a_fixed_sum_or_a_sum_above_the_premium_cannot_be_entered():
    nothing = dict.fromkeys(IDENTITIES, 0)
    for fixed, word in ((nothing | {"tekun": 1}, "只能填一种"), (nothing | {"dibao": 40_001}, "超过了")):
        with pytest.raises(ParameterErrors) as refusal:
            numbers(PREMIUM, fixed=fixed)
        assert word in refusal.value.errors["fixed"]


# --- festival ---------------------------------------------------------------------------------------------


@given(families=st.lists(st.sampled_from([spec.family for spec in SCHEMES.values()]), max_size=5))
def test_festival_money_is_the_highest_of_the_groups_and_their_order_changes_nothing(families):
    local = numbers(FESTIVAL)
    fen, _ = festival_money(families, local)
    assert fen == max((local["rates"][festival_group(family)] for family in families), default=0)
    assert festival_money(reversed(families), local)[0] == fen


def test_every_family_of_programmes_has_its_group():
    assert {festival_group(spec.family) for spec in SCHEMES.values()} <= set(FESTIVAL_GROUPS)
    assert festival_group("kashin-beck") == "fixed"
    for family in ("vet-disability", "vet-survivor", "vet-living", "vet-service"):
        assert festival_group(family) == "veteran"


def test_a_fixed_sum_may_be_the_whole_premium():
    fixed = dict.fromkeys(IDENTITIES, 0) | {"dibao": 40_000}
    assert premium_share("dibao", numbers(PREMIUM, fixed=fixed))[0] == 40_000


@pytest.mark.parametrize(("bp", "shown"), [(0, "0%"), (-25, "-0.25%"), (400, "4%"), (360, "3.6%")])
def test_a_rise_is_shown_in_percent(bp, shown):
    _, steps = price_subsidy_fen(70_500, Indexes(400, 0, bp), numbers(PRICE))
    assert f"705.00 × {shown}" in [step.formula for step in steps]
