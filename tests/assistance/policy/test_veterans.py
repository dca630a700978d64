"""What must hold of every payment of 优抚, and what happens to it in the course of a life."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.parameters import ParameterErrors
from assistance.policy.rule import CaseFacts, PriorAid, Receipt
from assistance.policy.veterans import (
    CATEGORIES,
    RULES,
    VET_DISABILITY,
    VET_LIVING,
    VET_SERVICE,
    VET_SURVIVOR,
)
from assistance.policy.veterans_life import (
    BARS,
    DEATHS,
    MOVES,
    confirmation_due,
    confirmation_overdue,
    first_month_here,
    last_month_there,
    months_after_death,
)
from assistance.policy.veterans_pension import care_kind
from assistance.schemes import SCHEMES
from civaffairs.lib.assessment import UNKNOWN, Assessment
from civaffairs.lib.errors import BadInput, NotReady
from civaffairs.lib.months import Month, months_between

ON = date(2026, 6, 15)
DISABILITY, SURVIVOR, LIVING, SERVICE = RULES
ANSWERS = {
    "veterans_disability": {
        "category": "g1-war",
        "in_home": False,
        "is_mental": False,
        "bar": "none",
        "arrival": "settled",
    },
    "veterans_survivor": {
        "category": "martyr",
        "relation": "spouse",
        "is_needy": True,
        "bar": "none",
        "arrival": "settled",
    },
    "veterans_living": {
        "category": "rural60",
        "service_years": 3,
        "was_rural": True,
        "was_adult": True,
        "has_no_employer": True,
        "bar": "none",
    },
    "veterans_service": {
        "area": "ordinary",
        "enlisted_on": date(2025, 9, 1),
        "cause": 1,
        "left_badly": False,
    },
}


def numbers(rule, **params):
    return rule.read(rule.suggested(CATEGORIES[rule.key]) | params, CATEGORIES[rule.key])


def case(rule, birth=date(1950, 1, 1), receipts=(), **answers) -> CaseFacts:
    household = HouseholdFacts((MemberFacts("甲", "甲", birth),), (), (), ())
    return CaseFacts(household, ANSWERS[rule.key] | answers, tuple(receipts), categories=CATEGORIES[rule.key])


def assess(rule, on=ON, params=None, **facts) -> Assessment:
    return rule.assess(case(rule, **facts), numbers(rule, **(params or {})), on)


# --- categories -------------------------------------------------------------------------------------------


def test_the_categories_are_those_of_the_catalogue():
    codes = {"vet-disability": VET_DISABILITY, "vet-survivor": VET_SURVIVOR, "vet-living": VET_LIVING}
    for spec in SCHEMES.values():
        if spec.code in codes:
            assert spec.category_names == codes[spec.code]


def test_illness_is_graded_to_the_sixth_only():
    assert len(VET_DISABILITY) == 26
    assert "g6-illness" in VET_DISABILITY and "g7-illness" not in VET_DISABILITY
    with pytest.raises(BadInput) as refusal:
        assess(DISABILITY, category="g7-illness")
    assert refusal.value.field == "category"


@pytest.mark.parametrize("category", VET_DISABILITY)
def test_every_grade_is_paid_its_rate_and_no_more_care_than_it_is_due(category):
    found = assess(DISABILITY, category=category, is_mental=True)
    local = numbers(DISABILITY)
    kind = care_kind(category, True)
    care = local["average_wage_fen"] * local["care_share"][kind] // 100 if kind else 0
    assert found.outcome == "eligible"
    assert {part.kind: part.amount_fen for part in found.parts} == {"base": local["rates"][category]} | (
        {"care": care} if care else {}
    )
    assert found.category == category


@pytest.mark.parametrize(
    ("category", "is_mental", "kind"),
    [
        ("g1-war", False, "first"),
        ("g2-duty", False, "first"),
        ("g3-war", False, "third"),
        ("g4-duty", False, "third"),
        ("g1-illness", False, "illness"),
        ("g4-illness", True, "illness"),
        ("g5-illness", False, ""),
        ("g5-illness", True, "mental"),
        ("g6-duty", True, "mental"),
        ("g7-war", True, ""),
    ],
)
def test_the_share_of_care_follows_grade_and_nature(category, is_mental, kind):
    assert care_kind(category, is_mental) == kind


def test_a_share_of_nothing_leaves_no_part_of_care():
    none = {"first": 0, "third": 0, "illness": 0, "mental": 0}
    assert [part.kind for part in assess(DISABILITY, params={"care_share": none}).parts] == ["base"]


def test_a_heavier_grade_is_never_paid_less():
    suggested = DISABILITY.suggested(VET_DISABILITY)["rates"]
    for key, word in (("g3-war", "三级因战"), ("g2-duty", "二级因公")):
        with pytest.raises(ParameterErrors) as refusal:
            numbers(DISABILITY, rates=suggested | {key: 1})
        assert word in refusal.value.errors["rates"]
    rates = SURVIVOR.suggested(VET_SURVIVOR)["rates"]
    with pytest.raises(ParameterErrors) as refusal:
        numbers(SURVIVOR, rates=rates | {"martyr": 1})
    assert refusal.value.errors == {"rates": "烈士遗属的标准低于因公牺牲军人遗属，请核对"}


@given(wage=st.integers(1, 2_000_000), share=st.integers(0, 100), more=st.integers(0, 100_000))
def test_a_higher_average_wage_never_lowers_the_care_fee(wage, share, more):
    def paid(fen: int) -> int:
        shares = dict.fromkeys(("first", "third", "illness", "mental"), share)
        return assess(DISABILITY, params={"average_wage_fen": fen, "care_share": shares}).amount_fen

    assert numbers(DISABILITY)["rates"]["g1-war"] <= paid(wage) <= paid(wage + more)


# --- what bars it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [DISABILITY, SURVIVOR, LIVING], ids=lambda rule: rule.key)
@pytest.mark.parametrize("bar", [key for key in BARS if key != "none"])
def test_who_is_barred_gets_nothing_and_reads_whether_for_a_time_or_for_good(rule, bar):
    found = assess(rule, bar=bar)
    assert (found.outcome, found.amount_fen) == ("not_eligible", 0)
    assert ("取消" if bar == "lost" else "中止") in found.reasons[0]


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        *[(DISABILITY, name) for name in ("category", "in_home", "bar", "arrival")],
        *[(SURVIVOR, name) for name in ("category", "relation", "is_needy", "bar", "arrival")],
        *[(LIVING, name) for name in ("category", "service_years", "was_rural", "bar")],
        *[(SERVICE, name) for name in ANSWERS["veterans_service"]],
    ],
)
def test_an_open_answer_is_named_and_never_taken_for_a_no(rule, name):
    found = assess(rule, **{name: UNKNOWN})
    label = next(question.label for question in rule.questions if question.name == name)
    assert found.outcome == "cannot_decide"
    assert f"“{label}”还没有填写" in found.reasons


def test_a_rate_of_nothing_is_a_reason_and_not_a_payment():
    rates = SURVIVOR.suggested(VET_SURVIVOR)["rates"] | {"illness": 0}
    found = assess(SURVIVOR, params={"rates": rates}, category="illness")
    assert found.reasons == ("按现行标准，病故军人遗属不发放",)
    assert assess(LIVING, params={"year_rate_fen": 0}).reasons == ("按现行标准，60周岁农村籍退役士兵不发放",)


# --- the bereaved -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("relation", "birth", "answers", "outcome"),
    [
        ("parent", date(1950, 1, 1), {"is_needy": False}, "not_eligible"),
        ("child", date(2008, 6, 16), {}, "eligible"),
        ("child", date(2008, 6, 15), {}, "cannot_decide"),
        ("child", date(2008, 6, 15), {"is_dependent": True}, "eligible"),
        ("child", date(2008, 6, 15), {"is_dependent": False}, "not_eligible"),
        ("child", UNKNOWN, {"is_dependent": True}, "cannot_decide"),
        ("sibling", date(2010, 1, 1), {}, "cannot_decide"),
        ("sibling", date(2010, 1, 1), {"was_raised": False}, "not_eligible"),
        ("sibling", date(2010, 1, 1), {"was_raised": True}, "eligible"),
    ],
)
def test_the_bereaved_are_asked_what_their_relation_asks_for(relation, birth, answers, outcome):
    assert assess(SURVIVOR, birth=birth, relation=relation, **answers).outcome == outcome
    assert (
        assess(SURVIVOR, birth=birth, relation=relation, params={"asks_need": False}, **answers).outcome
        == "eligible"
    )


# --- living allowance -------------------------------------------------------------------------------------


@given(years=st.integers(1, 10), rate=st.integers(1, 100_000))
def test_every_year_of_service_brings_the_same(years, rate):
    found = assess(LIVING, params={"year_rate_fen": rate}, service_years=years)
    assert found.amount_fen == years * rate


@given(day=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_the_age_is_reached_with_the_month_whatever_the_day_of_the_run(day):
    month = Month.of(day)
    found = {
        assess(LIVING, on=on, birth=date(1966, 8, 31)).outcome
        for on in (month.first_day, day, month.last_day)
    }
    assert found == {"eligible" if month.month >= 8 else "not_eligible"}


@pytest.mark.parametrize("family", ["vet-disability", "vet-survivor", "vet-living"])
def test_who_has_other_pay_is_not_paid_by_years_of_service_too(family):
    row = Receipt("甲", family, family, 90_000, "combat")
    assert assess(LIVING, receipts=[row]).outcome == "not_eligible"
    assert assess(LIVING, receipts=[replace(row, person="乙")]).outcome == "eligible"
    assert assess(LIVING, receipts=[replace(row, category="rural60")]).outcome == "eligible"


def test_a_martyrs_child_must_have_been_grown_and_have_no_employer():
    assert assess(LIVING, category="martyr_child").outcome == "eligible"
    assert assess(LIVING, category="martyr_child", was_adult=False).outcome == "not_eligible"
    assert assess(LIVING, category="martyr_child", has_no_employer=UNKNOWN).outcome == "cannot_decide"


@pytest.mark.parametrize("years", [0, -1])
def test_no_year_of_service_is_a_slip(years):
    with pytest.raises(BadInput) as refusal:
        assess(LIVING, service_years=years)
    assert refusal.value.field == "service_years"


# --- conscripts' families -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "pays", "number", "outcome"),
    [
        (date(2025, 9, 1), "begun", 1, "eligible"),
        (date(2026, 8, 31), "begun", 2, "not_eligible"),
        (date(2026, 9, 1), "begun", 2, "eligible"),
        (date(2026, 8, 31), "served", 1, "not_eligible"),
        (date(2026, 9, 1), "served", 1, "eligible"),
        (date(2030, 9, 1), "begun", 3, "not_eligible"),
    ],
)
def test_a_year_of_service_is_paid_when_it_has_begun_or_been_served(on, pays, number, outcome):
    assert assess(SERVICE, on=on, params={"pays": pays}, cause=number).outcome == outcome


@pytest.mark.parametrize(
    ("wrong", "field"), [({"cause": 0}, "cause"), ({"enlisted_on": date(2026, 6, 16)}, "enlisted_on")]
)
def test_a_service_that_cannot_be_true_is_refused_at_its_field(wrong, field):
    with pytest.raises(BadInput) as refusal:
        assess(SERVICE, **wrong)
    assert refusal.value.field == field


def test_hard_places_are_paid_their_own_rate():
    found = assess(SERVICE, area="hardship")
    assert (found.amount_fen, found.category) == (2_250_000, "hardship")
    assert set(VET_SERVICE) == set(numbers(SERVICE)["rates"])


# --- moving -----------------------------------------------------------------------------------------------


@given(moved=st.dates(date(2020, 1, 1), date(2030, 12, 31)), kind=st.sampled_from(list(MOVES)))
def test_no_month_of_a_move_is_paid_twice_or_not_at_all(moved, kind):
    assert last_month_there(moved).next == first_month_here(moved, kind)
    assert 1 <= months_between(Month.of(moved), first_month_here(moved, kind)) <= 12


@given(moved=st.dates(date(2026, 1, 1), date(2026, 12, 31)), later=st.integers(0, 800))
def test_a_newcomer_is_paid_from_january_on(moved, later):
    on = moved + timedelta(days=later)
    found = assess(DISABILITY, on=on, arrival="discharged", arrived_on=moved)
    assert found.outcome == "eligible"
    told = [reason for reason in found.reasons if "2027年1月起由本地发" in reason]
    assert len(told) == (on.year == 2026)
    assert any(step.label == "本地开始发放" and step.result == "2027年1月" for step in found.steps)


def test_the_first_month_that_may_be_granted_is_known_from_the_answers():
    assert [rule.not_before is not None for rule in (DISABILITY, SURVIVOR, LIVING, SERVICE)] == [
        True,
        True,
        False,
        False,
    ]
    for arrival, expected in (("settled", None), ("discharged", Month(2027, 1)), (UNKNOWN, None)):
        assert (
            DISABILITY.not_before(case(DISABILITY, arrival=arrival, arrived_on=date(2026, 12, 31)))
            == expected
        )


def test_a_move_has_its_kind_and_its_day():
    assert assess(DISABILITY, arrival="moved").outcome == "cannot_decide"
    with pytest.raises(BadInput) as refusal:
        assess(SURVIVOR, arrival="moved", arrived_on=date(2026, 6, 16))
    assert refusal.value.field == "arrived_on"
    with pytest.raises(BadInput):
        first_month_here(ON, "settled")


# --- yearly confirmation ------------------------------------------------------------------------------------


@given(on=st.dates(date(2020, 1, 1), date(2030, 12, 31)), month=st.integers(1, 12))
def test_the_next_confirmation_is_within_a_year(on, month):
    due = confirmation_due(on, {"confirm_month": month})
    assert on <= due < on + timedelta(days=367)
    assert (due.month, due + timedelta(days=1)) == (month, Month.of(due).next.first_day)


@pytest.mark.parametrize(
    ("confirmed_on", "on", "overdue"),
    [
        (date(2025, 3, 1), date(2026, 10, 31), False),
        (date(2025, 3, 1), date(2026, 11, 1), True),
        (date(2026, 1, 2), date(2026, 11, 1), False),
        (date(2026, 12, 30), date(2027, 10, 31), False),
        (date(2024, 12, 31), date(2026, 1, 1), True),
        (None, date(2026, 1, 1), True),
    ],
)
def test_a_confirmation_counts_for_its_calendar_year(confirmed_on, on, overdue):
    assert confirmation_overdue(confirmed_on, on, {"confirm_month": 10}) is overdue


# --- death ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "category", "cause", "months"),
    [
        (DISABILITY, "g1-war", "illness", 12),
        (DISABILITY, "g10-duty", "other", 0),
        (SURVIVOR, "martyr", "other", 6),
        (SURVIVOR, "illness", UNKNOWN, 6),
        (LIVING, "combat", "illness", 6),
        (LIVING, "test", UNKNOWN, 6),
        (LIVING, "rural60", "illness", 0),
        (SERVICE, "ordinary", "other", 0),
    ],
)
def test_pay_goes_on_after_death_for_the_months_of_the_category(rule, category, cause, months):
    assert months_after_death(category, numbers(rule), cause) == months


def test_the_months_are_those_of_the_standard():
    assert months_after_death("g1-war", numbers(DISABILITY, after_death_months=9), "illness") == 9
    local = numbers(LIVING, after_death_months=5, after_death_test_months=4, after_death_other_months=3)
    assert [months_after_death(key, local, UNKNOWN) for key in ("combat", "test", "ill")] == [5, 4, 3]


def test_an_unknown_cause_of_death_is_asked_for_and_an_unknown_category_refused():
    with pytest.raises(NotReady) as missing:
        months_after_death("g1-war", numbers(DISABILITY), UNKNOWN)
    assert missing.value.missing == ["死亡原因"]
    with pytest.raises(BadInput):
        months_after_death("somebody", numbers(LIVING), "illness")
    assert set(DEATHS) == {"illness", "other"}


def test_no_two_programmes_share_a_category_so_that_the_category_tells_the_rule():
    keys = [key for labels in CATEGORIES.values() for key in labels]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("granted_on", "outcome"), [(ON, "not_eligible"), (ON + timedelta(days=1), "eligible")]
)
def test_a_year_of_service_is_paid_once(granted_on, outcome):
    facts = replace(case(SERVICE), prior_aid=(PriorAid("1", granted_on, 1_500_000),))
    assert SERVICE.assess(facts, numbers(SERVICE), ON).outcome == outcome
