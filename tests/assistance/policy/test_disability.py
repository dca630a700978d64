"""残疾人两项补贴: who is reached at each grade, what excludes, and the arithmetic of two payments of a kind."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.repricing import changed_conditions
from assistance.policy.rule import CaseFacts, Receipt
from assistance.policy.rules import rule_of
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput
from civaffairs.lib.identity import check_digit

ON = date(2026, 6, 1)
LIVING, CARE = rule_of("disability_living"), rule_of("disability_care")
ANSWERS = {"injury_care": False, "other_fen": 0, "is_local": True, "standing": "dibao", "long_care": True}
DIBAO = Receipt("m0", "dibao-rural", "dibao", 40_000)
RATES = {"grade1": 11_000, "grade2": 10_000, "grade3": 8_000, "grade4": 7_000}


def numbers(rule, **changed):
    return rule.read(rule.suggested() | {"rates": RATES} | changed)


def facts(*receipts, kind=4, grade=1, birth=date(1970, 1, 1), **answers):
    person = MemberFacts("m0", "罗志强", birth, disability_kind=kind, disability_grade=grade)
    return CaseFacts(HouseholdFacts((person,)), ANSWERS | answers, tuple(receipts))


# --- grades of the care subsidy ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", range(1, 8))
@pytest.mark.parametrize("grade", [1, 2])
def test_grades_one_and_two_of_every_kind_are_reached(kind, grade):
    assert CARE.assess(facts(kind=kind, grade=grade), numbers(CARE), ON).amount_fen == RATES[f"grade{grade}"]


REACH = [
    # kind, grade, what the county has extended, reached
    (5, 3, {}, False),
    (5, 3, {"third_mental": True}, True),
    (6, 3, {"third_mental": True}, True),
    (4, 3, {"third_mental": True}, False),
    (4, 3, {"third_other": True}, True),
    (5, 3, {"third_other": True}, False),
    (7, 3, {"third_other": True}, True),
    (6, 4, {"third_mental": True}, False),
    (6, 4, {"fourth_mental": True}, True),
    (4, 4, {"fourth_mental": True, "third_other": True}, False),
]


@pytest.mark.parametrize(("kind", "grade", "extended", "reached"), REACH)
def test_grades_three_and_four_are_reached_as_far_as_the_county_goes(kind, grade, extended, reached):
    assessment = CARE.assess(facts(kind=kind, grade=grade), numbers(CARE, **extended), ON)
    assert assessment.amount_fen == (RATES[f"grade{grade}"] if reached else 0)


@pytest.mark.parametrize(
    ("among", "outcome"), [(True, "eligible"), (False, "not_eligible"), (UNKNOWN, "cannot_decide")]
)
def test_what_a_multiple_certificate_holds_is_asked_when_it_matters(among, outcome):
    case = facts(kind=7, grade=3, multiple_mental=among)
    assert CARE.assess(case, numbers(CARE, third_mental=True), ON).outcome == outcome
    assert CARE.assess(case, numbers(CARE), ON).outcome == "not_eligible"


# --- the families of the living subsidy -------------------------------------------------------------------

STANDINGS = [("edge", "dibao-edge"), ("rigid", "rigid-burden")]


@pytest.mark.parametrize("extended", [True, False])
@pytest.mark.parametrize(("standing", "scheme"), STANDINGS)
def test_other_families_are_reached_as_far_as_the_county_goes(standing, scheme, extended):
    local = numbers(LIVING, **{f"counts_{standing}": extended})
    told = facts(standing=standing)
    known = facts(Receipt("m0", scheme, "status", 0), standing=UNKNOWN)
    for case in (told, known):
        assert (LIVING.assess(case, local, ON).outcome == "eligible") is extended


def test_what_is_on_record_comes_before_the_answer_and_nobody_elses_record_counts():
    assert LIVING.assess(facts(DIBAO, standing="none"), numbers(LIVING), ON).outcome == "eligible"
    neighbour = replace(DIBAO, person="m1")
    assert LIVING.assess(facts(neighbour, standing="none"), numbers(LIVING), ON).outcome == "not_eligible"


# --- exclusions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [LIVING, CARE])
@pytest.mark.parametrize(
    "case",
    [
        facts(DIBAO, Receipt("m0", "tekun-rural", "tekun", 90_000)),
        facts(DIBAO, injury_care=True),
        facts(DIBAO, is_local=False),
        facts(DIBAO, kind=None, grade=None),
    ],
    ids=["tekun", "work injury", "elsewhere", "no certificate"],
)
def test_neither_subsidy(rule, case):
    assert rule.assess(case, numbers(rule), ON).outcome == "not_eligible"


CHILDREN = [
    ("orphan", "scattered", False),
    ("de-facto-orphan", "full", False),
    ("de-facto-orphan", "topup", True),
]


@pytest.mark.parametrize(("scheme", "category", "living"), CHILDREN)
def test_a_child_in_full_care_has_the_care_subsidy_but_not_the_living_subsidy(scheme, category, living):
    case = facts(DIBAO, Receipt("m0", scheme, "child", 120_000, category), birth=date(2014, 5, 5))
    assert (LIVING.assess(case, numbers(LIVING), ON).outcome == "eligible") is living
    assert CARE.assess(case, numbers(CARE), ON).outcome == "eligible"


@pytest.mark.parametrize("grade", range(1, 5))
def test_a_grade_with_no_sum_is_not_paid(grade):
    local = numbers(LIVING, rates=RATES | {f"grade{grade}": 0})
    assert LIVING.assess(facts(DIBAO, grade=grade), local, ON).outcome == "not_eligible"


NEEDED = [
    (LIVING, "standing"),
    (LIVING, "injury_care"),
    (LIVING, "other_fen"),
    (CARE, "long_care"),
    (CARE, "is_local"),
]


@pytest.mark.parametrize(("rule", "name"), NEEDED)
def test_what_matters_and_is_not_known_is_named(rule, name):
    label = next(question.label for question in rule.questions if question.name == name)
    assessment = rule.assess(facts(**{name: UNKNOWN}), numbers(rule), ON)
    assert (assessment.outcome, assessment.reasons) == ("cannot_decide", (f"“{label}”还没有填写",))


def test_a_birth_that_is_not_known_does_not_matter_here():
    assert CARE.assess(facts(birth=UNKNOWN), numbers(CARE), ON).outcome == "eligible"


# --- the certificate ----------------------------------------------------------------------------------------


def cert(kind=4, grade=1, birth="19700101"):
    first = f"341102{birth}001"
    return f"{first}{check_digit(first)}{kind}{grade}"


@pytest.mark.parametrize("rule", [LIVING, CARE])
@pytest.mark.parametrize(
    "number",
    [cert(grade=2), cert(kind=5), cert(birth="19710101"), cert()[:-1], cert()[:-2] + "81"],
    ids=["grade", "kind", "birth", "too short", "no such kind"],
)
def test_a_certificate_number_that_says_otherwise_is_refused_at_its_field_with_the_rule(rule, number):
    with pytest.raises(BadInput) as refused:
        rule.assess(facts(DIBAO, cert_number=number), numbers(rule), ON)
    assert (refused.value.field, refused.value.article) == ("cert_number", "民发〔2022〕79号")


@pytest.mark.parametrize("rule", [LIVING, CARE])
@pytest.mark.parametrize("suffix", ["", "B1"])
def test_a_certificate_number_that_agrees_changes_nothing(rule, suffix):
    with_number = rule.assess(facts(DIBAO, cert_number=cert() + suffix), numbers(rule), ON)
    assert with_number == rule.assess(facts(DIBAO), numbers(rule), ON)
    assert with_number.outcome == "eligible"


def test_a_certificate_number_of_somebody_without_a_certificate_is_refused():
    with pytest.raises(BadInput, match="登记的是没有残疾"):
        CARE.assess(facts(kind=None, grade=None, cert_number=cert()), numbers(CARE), ON)


def test_a_birth_still_to_come_is_refused():
    with pytest.raises(BadInput) as refused:
        CARE.assess(facts(birth=date(2026, 6, 2)), numbers(CARE), ON)
    assert refused.value.field == "birth"


# --- two of a kind --------------------------------------------------------------------------------------------

FEN = st.integers(0, 30_000)
PAIRS = st.sampled_from([(LIVING, "elder-poor", "elder-poor"), (CARE, "elder-disabled", "elder-care")])


@given(PAIRS, FEN, FEN, st.integers(1, 4))
@example((CARE, "elder-disabled", "elder-care"), RATES["grade1"], 0, 1)
def test_beside_a_payment_of_the_same_kind(pair, held, elsewhere, grade):
    rule, scheme, family = pair
    extended = {} if rule is LIVING else {"third_other": True}
    own = RATES[f"grade{grade}"] if rule is LIVING or grade < 4 else 0
    case = facts(Receipt("m0", scheme, family, held), grade=grade, other_fen=elsewhere)

    def paid(overlap):
        return rule.assess(case, numbers(rule, overlap=overlap, **extended), ON).amount_fen

    assert paid("both") == own
    assert paid("difference") == max(0, own - held - elsewhere)
    assert paid("higher") == (own if own > max(held, elsewhere) else 0)


@given(PAIRS, FEN, FEN, st.integers(0, 5_000), st.sampled_from(["higher", "difference", "both"]))
def test_more_from_elsewhere_never_gives_more(pair, held, elsewhere, more, overlap):
    rule, scheme, family = pair
    case = facts(Receipt("m0", scheme, family, held), other_fen=elsewhere)
    richer = facts(Receipt("m0", scheme, family, held), other_fen=elsewhere + more)
    local = numbers(rule, overlap=overlap)
    assert rule.assess(richer, local, ON).amount_fen <= rule.assess(case, local, ON).amount_fen


def test_the_two_subsidies_do_not_stand_in_each_others_way():
    living = Receipt("m0", "disability-living", "disability-living", 10_000)
    care = Receipt("m0", "disability-care", "disability-care", 10_000)
    assert CARE.assess(facts(DIBAO, living), numbers(CARE), ON).amount_fen == RATES["grade1"]
    assert LIVING.assess(facts(DIBAO, care), numbers(LIVING), ON).amount_fen == RATES["grade1"]


# --- the end of the certificate ---------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [LIVING, CARE])
@given(days=st.integers(-4_000, 4_000))
@example(days=0)
@example(days=-1)
def test_a_certificate_is_good_to_its_last_day_and_not_after_it(rule, days):
    until = ON + timedelta(days=days)
    answer = rule.assess(facts(cert_until=until), numbers(rule), ON)
    assert (answer.outcome == "eligible") == (days >= 0)
    if days < 0:
        assert answer.reasons == (
            f"残疾人证的有效期到 {until:%Y-%m-%d} 为止，已过期，要先到残联换证（残联发〔2017〕34号第19条）",
        )


@pytest.mark.parametrize("rule", [LIVING, CARE])
def test_a_certificate_without_an_end_is_good_and_asked_for_by_nobody(rule):
    assert rule.assess(facts(), numbers(rule), ON).outcome == "eligible"


@pytest.mark.parametrize("rule", [LIVING, CARE])
def test_when_somebody_is_reminded_is_no_condition_that_stands_in_the_way_of_a_raise(rule):
    other = numbers(rule, cert_notice_months=0, cert_end="stop")
    assert changed_conditions(rule, numbers(rule), other) == ()
    assert rule.assess(facts(), other, ON) == rule.assess(facts(), numbers(rule), ON)
