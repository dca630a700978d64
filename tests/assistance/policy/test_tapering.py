"""渐退期, refusal of work and review of 低保: the tables of docs/policy/dibao.md and what must always hold."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy import tapering
from assistance.policy.parameters import ParameterErrors
from assistance.policy.tapering import (
    PARAMETERS,
    after_refusals,
    death_deadline,
    next_review,
    read,
    review_class,
    suggested,
    taper,
    taper_refusals,
)
from civaffairs.lib.assessment import UNKNOWN, Assessment, Part
from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import parse_yuan, yuan
from civaffairs.lib.months import Month
from tests.assistance.policy.worked_examples import tables

PAGE = tables((Path(__file__).parents[3] / "docs" / "policy" / "dibao.md").read_text(encoding="utf-8"))
NUMBERS = read(suggested())
YUAN_UP = {"rounding_unit_fen": 100, "rounding_mode": "up"}
JULY = Month(2026, 7)


def numbers(**given):
    return read(suggested() | given)


def test_the_page_explains_every_number():
    assert [(row[0], row[1], row[3]) for row in PAGE["Number of its own"]] == [
        (each.label, f"`{each.name}`", each.source) for each in PARAMETERS
    ]


# --- 渐退期 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "first", "months", "share", "paid", "last", "total"), PAGE["渐退 before"])
def test_the_examples_of_tapering(before, first, months, share, paid, last, total):
    percent = int(share.rstrip("%"))
    local = numbers(taper_way="full" if percent == 100 else "reduced", taper_percent=percent)

    def made():
        return taper(parse_yuan(before), Month.parse(first), int(months), local, **YUAN_UP)

    if not last:
        with pytest.raises(BadInput) as refusal:
            made()
        assert refusal.value.message == paid
        return
    found = made()
    assert (yuan(found.amount_fen), str(found.months[-1]), yuan(found.total_fen())) == (paid, last, total)
    assert len(found.months) == int(months)
    assert [step.label for step in found.steps if not step.source] == []


@pytest.mark.parametrize("months", [0, -1, 7, 12])
def test_a_taper_that_is_too_long_or_none_at_all_is_refused_at_its_field(months):
    with pytest.raises(BadInput) as refusal:
        taper(50_000, JULY, months, NUMBERS)
    assert refusal.value.field == "months"
    assert months < 1 or "第33条" in refusal.value.article


def test_no_county_can_allow_more_than_the_notice_does():
    with pytest.raises(ParameterErrors, match="渐退期最长"):
        numbers(taper_months=7)
    with pytest.raises(BadInput, match="最长 3 个月"):
        taper(50_000, JULY, 4, numbers(taper_months=3))
    with pytest.raises(BadInput):
        taper(50_000, JULY, 1, numbers(taper_months=0))


@pytest.mark.parametrize(
    ("now", "through_work", "words"),
    [
        (Assessment.not_eligible("超过标准"), True, []),
        (Assessment.not_eligible("超过标准"), False, ["不是因就业"]),
        (Assessment.not_eligible("超过标准"), UNKNOWN, ["还没有核实"]),
        (Assessment.eligible([Part("base", "补差", 1)]), True, ["仍符合低保条件"]),
        (Assessment.cannot_decide("收入"), True, ["还没有核定"]),
    ],
)
def test_there_is_a_taper_only_for_a_right_lost_through_work(now, through_work, words):
    refusals = taper_refusals(now, through_work)
    assert len(refusals) == len(words)
    assert all(word in sentence for word, sentence in zip(words, refusals, strict=True))


LOCAL = st.builds(
    lambda way, percent: numbers(taper_way=way, taper_percent=percent),
    st.sampled_from(["full", "reduced"]),
    st.integers(1, 100),
)
ROUNDING = st.fixed_dictionaries(
    {
        "rounding_unit_fen": st.sampled_from([1, 10, 100]),
        "rounding_mode": st.sampled_from(["half_up", "up", "down"]),
    }
)


@given(st.integers(0, 500_000), st.integers(1, 6), LOCAL, ROUNDING, st.integers(-3, 9))
def test_a_taper_never_pays_more_than_before_and_adds_up_however_it_is_split(
    fen, months, local, rounding, at
):
    found = taper(fen, JULY, months, local, **rounding)
    assert 0 <= found.amount_fen <= fen
    cut = JULY.plus(at)
    assert found.total_fen(until=cut) + found.total_fen(start=cut) == found.total_fen()
    assert found.total_fen() == sum(found.amount_fen for _ in found.months)


# --- refusal of work ------------------------------------------------------------------------------------


def parts_of(common, own=0):
    parts = [Part("base", "补差", common)]
    return [*parts, Part("classified", "分类施保", own, "甲")] if own else parts


@pytest.mark.parametrize(("common", "persons", "own", "times", "way", "share", "left"), PAGE["拒绝工作 part"])
def test_the_examples_of_a_refusal(common, persons, own, times, way, share, left):
    word, _, percent = way.partition(" ")
    local = numbers(
        refusal_way="stop" if word == "停发" else "reduce", refusal_percent=int(percent.rstrip("%") or 50)
    )
    protected = ["甲", "乙", "丙"][: int(persons)]
    parts = parts_of(parse_yuan(common), parse_yuan(own))
    found = after_refusals(parts, protected, "甲", int(times), local, **YUAN_UP)
    assert (yuan(found.share_fen), yuan(found.amount_fen)) == (share, left)
    assert found.changed == (int(times) >= 3)
    assert [step.label for step in found.steps if not step.source] == []


def test_the_extra_of_another_person_is_not_touched():
    parts = [*parts_of(60_000), Part("classified", "分类施保", 10_000, "乙")]
    found = after_refusals(parts, ["甲", "乙"], "甲", 3, numbers(refusal_way="stop"))
    assert found.amount_fen == 40_000


@pytest.mark.parametrize(("person", "times", "field"), [("丁", 3, "person"), ("甲", -1, "times")])
def test_a_refusal_that_cannot_be_is_refused(person, times, field):
    with pytest.raises(BadInput) as refusal:
        after_refusals(parts_of(90_000), ["甲", "乙"], person, times, NUMBERS)
    assert refusal.value.field == field


@given(
    st.integers(0, 300_000),
    st.integers(0, 50_000),
    st.integers(1, 6),
    st.integers(0, 6),
    st.sampled_from(["reduce", "stop"]),
    st.integers(1, 100),
    ROUNDING,
)
def test_a_refusal_never_raises_the_money_never_makes_it_negative_and_takes_only_the_own_share(
    common, own, persons, times, way, percent, rounding
):
    local = numbers(refusal_way=way, refusal_percent=percent)
    protected = [f"p{at}" for at in range(persons - 1)] + ["甲"]
    parts = parts_of(common, own)
    found = after_refusals(parts, protected, "甲", times, local, **rounding)
    assert 0 <= found.amount_fen <= common + own
    least = common - common / persons
    assert found.amount_fen >= int(least) - (rounding["rounding_unit_fen"] - 1)
    again = after_refusals(parts, list(reversed(protected)), "甲", times, local, **rounding)
    assert again.amount_fen == found.amount_fen
    once_more = after_refusals(parts, protected, "甲", times + 1, local, **rounding)
    assert once_more.amount_fen <= found.amount_fen


# --- review ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("able", "steady", "klass"),
    [
        (True, False, "unsteady"),
        (True, True, "steady"),
        (False, False, "steady"),
        (False, True, "steady"),
        (UNKNOWN, False, "unsteady"),
        (True, UNKNOWN, "unsteady"),
        (UNKNOWN, UNKNOWN, "unsteady"),
        (UNKNOWN, True, "steady"),
        (False, UNKNOWN, "steady"),
    ],
)
def test_how_often_a_family_is_looked_at(able, steady, klass):
    assert review_class(able, steady) == klass


@pytest.mark.parametrize(
    ("last", "klass", "due"),
    [
        (date(2026, 3, 15), "steady", date(2027, 3, 15)),
        (date(2026, 3, 15), "unsteady", date(2026, 9, 15)),
        (date(2026, 8, 31), "unsteady", date(2027, 2, 28)),
        (date(2028, 2, 29), "steady", date(2029, 2, 28)),
    ],
)
def test_the_day_of_the_next_review(last, klass, due):
    assert next_review(last, klass, NUMBERS) == due


def test_a_death_is_settled_within_three_months():
    assert death_deadline(date(2026, 11, 30), NUMBERS) == date(2027, 2, 28)
    assert death_deadline(date(2026, 5, 2), NUMBERS) == date(2026, 8, 2)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"refusal_times": 2}, "refusal_times"),
        ({"review_months_steady": 13}, "review_months_steady"),
        ({"review_months_steady": 3}, "review_months_unsteady"),
        ({"death_months": 4}, "death_months"),
        ({"taper_way": "half"}, "taper_way"),
        ({"taper_percent": None}, "taper_percent"),
        ({"luck": 1}, "luck"),
    ],
)
def test_numbers_that_cannot_be_are_refused(change, field):
    with pytest.raises(ParameterErrors) as refusal:
        read(suggested() | change)
    assert field in refusal.value.errors
    assert tapering.MOST_TAPER_MONTHS == 6
