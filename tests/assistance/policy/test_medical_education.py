"""What must hold of every 医疗救助 and 教育救助, and the edges that no worked example shows."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy import education, medical
from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.identity import IDENTITIES, identity_of
from assistance.policy.rule import CaseFacts, PriorAid, Receipt
from civaffairs.lib.assessment import UNKNOWN, Assessment
from civaffairs.lib.errors import BadInput

ON = date(2026, 6, 1)
(MEDICAL,), (EDUCATION,) = medical.RULES, education.RULES
BILL = {
    "cause": "1",
    "treatment": "inpatient",
    "settled_on": date(2026, 5, 1),
    "total_fen": 3_000_000,
    "in_policy_fen": 2_500_000,
    "basic_fen": 1_000_000,
    "serious_fen": 0,
    "other_fen": 0,
    "used_fen": 0,
}
SCHOOL = {
    "stage": "bachelor",
    "school": "师范学院",
    "cause": 2025,
    "is_new": False,
    "is_full_time": True,
    "cost_fen": 600_000,
}
RECORDS = {
    "tekun": Receipt("甲", "tekun-rural", "tekun", 90_000),
    "child": Receipt("甲", "orphan", "child", 120_000),
    "dibao": Receipt("甲", "dibao-rural", "dibao", 40_000),
    "edge": Receipt("甲", "dibao-edge", "status", 0),
    "rigid": Receipt("甲", "rigid-burden", "status", 0),
}


def case(answers, *identities, prior=()) -> CaseFacts:
    household = HouseholdFacts((MemberFacts("甲", "甲", date(2005, 1, 1)),), (), (), ())
    return CaseFacts(
        household, answers, tuple(RECORDS[each] for each in identities), ON, prior_aid=tuple(prior)
    )


def assess(rule, facts: CaseFacts, **params) -> Assessment:
    return rule.assess(facts, rule.read(rule.suggested() | params), ON)


@st.composite
def bills(draw):
    in_policy = draw(st.integers(0, 10**7))
    basic = draw(st.integers(0, in_policy))
    return BILL | {
        "treatment": draw(st.sampled_from(list(medical.TREATMENTS))),
        "in_policy_fen": in_policy,
        "total_fen": in_policy + draw(st.integers(0, 10**6)),
        "basic_fen": basic,
        "serious_fen": draw(st.integers(0, in_policy - basic)),
        "used_fen": draw(st.integers(0, 10**6)),
    }


ROUNDED = {
    "rounding_unit_fen": st.sampled_from([1, 10, 100]),
    "rounding_mode": st.sampled_from(["half_up", "up", "down"]),
}
IDENTITY = st.sampled_from(list(RECORDS))


@given(bill=bills(), who=IDENTITY, params=st.fixed_dictionaries(ROUNDED), had=st.integers(1, 6_000_000))
def test_medical_help_is_never_negative_nor_more_than_the_person_bears_nor_than_the_year_allows(
    bill, who, params, had
):
    numbers = MEDICAL.read(MEDICAL.suggested())
    prior = [PriorAid("other", date(2026, 1, 1), had), PriorAid("old", date(2025, 12, 31), 9_999_999)]
    fen = assess(MEDICAL, case(bill, who, prior=prior), **params).amount_fen
    assert 0 <= fen <= bill["in_policy_fen"] - bill["basic_fen"] - bill["serious_fen"]
    assert fen <= max(0, numbers["yearly_cap"][who] - had)


@given(bill=bills(), more=st.integers(0, 10**6), who=IDENTITY)
def test_more_from_insurance_never_brings_more_help(bill, more, who):
    less = assess(MEDICAL, case(bill, who)).amount_fen
    basic = min(bill["basic_fen"] + more, bill["in_policy_fen"] - bill["serious_fen"])
    assert assess(MEDICAL, case(bill | {"basic_fen": basic}, who)).amount_fen <= less


@given(bill=bills(), who=IDENTITY, cut=st.integers(0, 100))
def test_two_settlements_of_a_year_bring_no_more_than_one_of_both(bill, who, cut):
    """Splitting a bill must not gain anything: the deductible and the cap go on from the first to the second."""
    whole = bill | {"basic_fen": 0, "serious_fen": 0, "used_fen": 0}
    first_fen = whole["in_policy_fen"] * cut // 100
    rest_fen = whole["in_policy_fen"] - first_fen
    exact = {"rounding_unit_fen": 1, "rounding_mode": "down"}
    first = assess(
        MEDICAL, case(whole | {"in_policy_fen": first_fen, "total_fen": first_fen}, who), **exact
    ).amount_fen
    prior = [PriorAid("first", date(2026, 3, 1), first)]
    second = assess(
        MEDICAL,
        case(
            whole | {"in_policy_fen": rest_fen, "total_fen": rest_fen, "used_fen": first_fen, "cause": "2"},
            who,
            prior=prior,
        ),
        **exact,
    ).amount_fen
    together = assess(MEDICAL, case(whole, who), **exact).amount_fen
    assert together - 1 <= first + second <= together


@given(identities=st.permutations(list(RECORDS)), taken=st.integers(0, len(RECORDS)))
def test_the_first_identity_counts_in_whatever_order_they_are_on_record(identities, taken):
    has = identities[:taken]
    first = next((key for key in IDENTITIES if key in has), "other")
    assert identity_of(case({}, *has)) == first


def test_what_others_of_the_family_receive_is_not_the_persons_identity():
    facts = replace(case({}), receipts=(Receipt("乙", "tekun-rural", "tekun", 90_000),))
    assert identity_of(facts) == "other"
    assert identity_of(replace(facts, receipts=(Receipt("甲", "old-age", "old-age", 5_000),))) == "other"


@pytest.mark.parametrize("name", list(BILL))
def test_an_open_line_of_the_bill_is_named_and_never_taken_for_nothing(name):
    found = assess(MEDICAL, case(BILL | {name: UNKNOWN}, "dibao"))
    label = next(question.label for question in MEDICAL.questions if question.name == name)
    assert (found.outcome, found.reasons) == ("cannot_decide", (f"“{label}”还没有填写",))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"cause": "  "}, "cause"),
        ({"settled_on": date(2026, 6, 2)}, "settled_on"),
        ({"used_fen": -1}, "used_fen"),
        ({"in_policy_fen": 3_000_001}, "in_policy_fen"),
        ({"serious_fen": 1_500_001}, "basic_fen"),
        ({"other_fen": 2_000_001}, "other_fen"),
    ],
)
def test_a_bill_that_cannot_be_true_is_refused_at_its_field(wrong, field):
    with pytest.raises(BadInput) as refusal:
        assess(MEDICAL, case(BILL | wrong, "dibao"))
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("settled_on", "outcome"), [(date(2025, 6, 1), "eligible"), (date(2025, 5, 31), "not_eligible")]
)
def test_the_anniversary_of_the_settlement_is_the_last_day(settled_on, outcome):
    assert assess(MEDICAL, case(BILL | {"settled_on": settled_on}, "dibao")).outcome == outcome


def test_others_are_not_helped_until_the_county_gives_them_a_share():
    assert assess(MEDICAL, case(BILL)).reasons == ("按当地规定，其他人员不在住院救助范围",)


def test_a_used_up_year_is_told_from_a_sum_below_the_deductible():
    used_up = assess(MEDICAL, case(BILL, "dibao", prior=[PriorAid("x", date(2026, 1, 1), 5_000_000)]))
    assert used_up.reasons == ("年度限额已经用完",)
    below = assess(MEDICAL, case(BILL | {"basic_fen": 2_300_000}, "edge"))
    assert below.reasons == ("政策范围内自付费用没有超过起付线",)


@given(
    cost=st.integers(0, 2_000_000),
    who=IDENTITY,
    stage=st.sampled_from(list(education.STAGES)),
    params=st.fixed_dictionaries(ROUNDED),
)
def test_school_help_is_never_negative_nor_more_than_stage_or_cost(cost, who, stage, params):
    fen = assess(EDUCATION, case(SCHOOL | {"cost_fen": cost, "stage": stage}, who), **params).amount_fen
    assert 0 <= fen <= min(cost, EDUCATION.suggested()["rates"][stage])


def test_only_what_the_county_asks_for_has_to_be_answered():
    open_answers = case(SCHOOL | {"is_new": UNKNOWN, "cost_fen": UNKNOWN}, "dibao")
    assert assess(EDUCATION, open_answers, within_cost=False).amount_fen == 500_000
    assert assess(EDUCATION, open_answers).reasons == ("“本学年自己负担的学费、住宿费”还没有填写",)
    assert assess(EDUCATION, open_answers, within_cost=False, only_new=True).outcome == "cannot_decide"


def test_who_was_not_admitted_this_year_or_pays_nothing_gets_nothing():
    assert assess(EDUCATION, case(SCHOOL, "dibao"), only_new=True).reasons == (
        "当地规定只救助当年新录取的学生",
    )
    assert assess(EDUCATION, case(SCHOOL | {"cost_fen": 0}, "dibao")).reasons == (
        "没有自己负担的学费、住宿费",
    )


def test_another_school_year_is_another_grant():
    prior = [PriorAid("2024", date(2024, 9, 1), 500_000)]
    assert assess(EDUCATION, case(SCHOOL, "dibao", prior=prior)).outcome == "eligible"
    assert assess(EDUCATION, case(SCHOOL | {"cause": 2024}, "dibao", prior=prior)).outcome == "not_eligible"


def test_a_month_that_has_begun_counts_and_a_grant_of_the_same_day_is_an_earlier_one():
    numbers = MEDICAL.read(MEDICAL.suggested())
    for settled_on, outcome in ((date(2025, 6, 10), "eligible"), (date(2025, 6, 9), "not_eligible")):
        facts = replace(case(BILL | {"settled_on": settled_on}, "dibao"), applied_on=date(2026, 6, 10))
        assert MEDICAL.assess(facts, numbers, ON).outcome == outcome
    today = case(BILL, "dibao", prior=[PriorAid("1", ON, 100)])
    assert assess(MEDICAL, today).outcome == "not_eligible"
    later = case(BILL, "dibao", prior=[PriorAid("1", date(2026, 6, 2), 100)])
    assert assess(MEDICAL, later).outcome == "eligible"
