"""单人保 beyond disability and illness: clergy, grown severely disabled people without work, the county's own."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy.dibao import GROUNDS, DibaoStandard, SingleGround, assess, suggested_params
from assistance.policy.facts import AssetItem, HouseholdFacts, IncomeItem, MemberFacts
from assistance.policy.rule import CaseFacts
from assistance.policy.rules import rule_of
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput

ON = date(2026, 6, 1)
STANDARD = DibaoStandard.from_params(suggested_params(rounding_unit_fen=1))
BROTHER = MemberFacts("兄", "兄", date(1975, 1, 1))
DISABLED = MemberFacts("弟", "弟", date(1980, 1, 1), disability_kind=4, disability_grade=1)
MONK = MemberFacts("僧", "僧", date(1970, 1, 1), not_counted="clergy")
RICH = IncomeItem("wage", 9_000_000, owner="兄")
ALONE = SingleGround("severe_unemployed")


def family(*items, person=DISABLED, rest=(BROTHER,), assets=()) -> HouseholdFacts:
    incomes = (RICH, *items) if BROTHER in rest else items
    return HouseholdFacts((*rest, person), tuple(incomes), (), tuple(assets), person.key)


def test_without_the_ground_the_same_person_is_refused_and_with_it_the_family_does_not_count():
    assert assess(family(), STANDARD, ON).outcome == "not_eligible"
    found = assess(family(), STANDARD, ON, ground=ALONE)
    assert (found.outcome, found.amount_fen) == ("eligible", STANDARD.standard_fen)


def test_a_ground_without_single_changes_nothing():
    whole = replace(family(), single=None)
    assert assess(whole, STANDARD, ON, ground=ALONE) == assess(whole, STANDARD, ON)


@pytest.mark.parametrize(
    ("person", "items", "words"),
    [
        (replace(DISABLED, birth=date(2010, 1, 1)), (), "未满 18 周岁"),
        (replace(DISABLED, disability_grade=3), (), "不是重度残疾人"),
        (replace(DISABLED, disability_kind=None, disability_grade=None), (), "不是重度残疾人"),
        (DISABLED, (IncomeItem("wage", 1, owner="弟"),), "不是无业"),
        (DISABLED, (IncomeItem("business", UNKNOWN, owner="弟"),), "不是无业"),
        (replace(DISABLED, not_counted="prison"), (), "不计入家庭成员"),
    ],
)
def test_who_is_not_a_grown_severely_disabled_person_without_work(person, items, words):
    found = assess(family(*items, person=person), STANDARD, ON, ground=ALONE)
    assert found.outcome == "not_eligible"
    assert words in "；".join(found.reasons)


def test_third_grade_mental_counts_where_the_county_says_so():
    person = replace(DISABLED, disability_kind=6, disability_grade=3)
    wide = replace(STANDARD, severe_includes_third_mental=True)
    assert assess(family(person=person), STANDARD, ON, ground=ALONE).outcome == "not_eligible"
    assert assess(family(person=person), wide, ON, ground=ALONE).outcome == "eligible"


def test_a_family_that_is_entitled_as_a_whole_applies_as_a_whole():
    poor = HouseholdFacts((BROTHER, DISABLED), (), (), (), "弟")
    found = assess(poor, STANDARD, ON, ground=ALONE)
    assert "应整户申请" in found.reasons[0]
    only = HouseholdFacts((DISABLED,), (), (), (), "弟")
    assert assess(only, STANDARD, ON, ground=ALONE).outcome == "eligible"


def test_only_what_stands_in_the_own_name_counts():
    shared = (IncomeItem("property", 600_000), IncomeItem("transfer", 120_000, owner="弟"))
    found = assess(family(*shared), STANDARD, ON, ground=ALONE)
    assert found.amount_fen == STANDARD.standard_fen - 10_000
    rich = family(assets=(AssetItem("house", owner="兄", count=3),))
    assert assess(rich, STANDARD, ON, ground=ALONE).outcome == "eligible"
    owner = family(assets=(AssetItem("vehicle", owner="弟"),))
    assert assess(owner, STANDARD, ON, ground=ALONE).outcome == "not_eligible"
    # nobody else is there: what belongs to the household is the person's
    only = HouseholdFacts((DISABLED,), (IncomeItem("property", 600_000),), (), (), "弟")
    assert assess(only, STANDARD, ON, ground=ALONE).amount_fen == STANDARD.standard_fen - 50_000


def test_support_is_left_out_as_far_as_it_was_decided_and_no_further():
    supported = family(IncomeItem("transfer", 600_000, owner="弟"))
    half = assess(supported, STANDARD, ON, ground=replace(ALONE, exempt_support_fen=300_000))
    assert half.amount_fen == STANDARD.standard_fen - 25_000
    with pytest.raises(BadInput) as refusal:
        assess(supported, STANDARD, ON, ground=replace(ALONE, exempt_support_fen=600_001))
    assert refusal.value.field == "exempt_support_fen"


def test_what_is_not_known_of_the_person_is_named():
    unknown = family(IncomeItem("transfer", UNKNOWN, "说不清的供养费", "弟"))
    found = assess(unknown, STANDARD, ON, ground=ALONE)
    assert found.outcome == "cannot_decide"
    assert "说不清的供养费" in found.reasons[0]
    ageless = family(person=replace(DISABLED, birth=UNKNOWN))
    assert assess(ageless, STANDARD, ON, ground=ALONE).outcome == "cannot_decide"
    not_asked = HouseholdFacts((DISABLED,), single="弟")
    assert assess(not_asked, STANDARD, ON, ground=ALONE).outcome == "cannot_decide"


def test_clergy_are_alone_whether_or_not_their_family_is_written_down():
    for rest in ((BROTHER,), ()):
        found = assess(family(person=MONK, rest=rest), STANDARD, ON, ground=SingleGround("clergy"))
        assert (found.outcome, found.amount_fen) == ("eligible", STANDARD.standard_fen)
    assert assess(family(person=MONK), STANDARD, ON).outcome == "not_eligible"
    prisoner = replace(MONK, not_counted="prison")
    found = assess(family(person=prisoner), STANDARD, ON, ground=SingleGround("clergy"))
    assert found.outcome == "not_eligible"
    with pytest.raises(BadInput):
        assess(
            family(person=replace(MONK, birth=date(2027, 1, 1))), STANDARD, ON, ground=SingleGround("clergy")
        )


def test_the_county_names_its_own_in_a_document_and_only_in_marginal_households():
    son = MemberFacts("子", "子", date(1990, 1, 1))
    marginal = HouseholdFacts((BROTHER, son), (IncomeItem("transfer", 2_000_000, owner="兄"),), (), (), "子")
    with_document = SingleGround("county", document="云民发〔2026〕12号")
    assert assess(marginal, STANDARD, ON).outcome == "not_eligible"
    found = assess(marginal, STANDARD, ON, ground=with_document)
    assert found.outcome == "eligible"
    assert "云民发〔2026〕12号" in found.reasons[0]
    assert assess(marginal, STANDARD, ON, ground=SingleGround("county")).outcome == "cannot_decide"
    assert assess(replace(marginal, incomes=(RICH,)), STANDARD, ON, ground=with_document).outcome == (
        "not_eligible"
    )


@given(st.integers(0, 1_200_000), st.integers(0, 1_200_000), st.sampled_from(["clergy", "severe_unemployed"]))
def test_more_income_never_gives_more_money(yearly, more, kind):
    person = MONK if kind == "clergy" else DISABLED

    def amount(fen):
        facts = family(IncomeItem("transfer", fen, owner=person.key), person=person)
        return assess(facts, STANDARD, ON, ground=SingleGround(kind)).amount_fen

    assert 0 <= amount(yearly + more) <= amount(yearly) <= STANDARD.standard_fen


# --- the questions --------------------------------------------------------------------------------------


def test_the_rule_of_the_catalogue_asks_and_passes_the_ground_on():
    rule = rule_of("dibao")
    assert [question.name for question in rule.questions if question.required] == ["single_document"]
    assert all(question.when or not question.required for question in rule.questions)
    facts = CaseFacts(family(), {"single_ground": "severe_unemployed"})
    numbers = rule.read(rule.suggested())
    assert rule.assess(facts, numbers, ON).outcome == "eligible"
    assert rule.assess(CaseFacts(family()), numbers, ON).outcome == "not_eligible"
    thawed = CaseFacts.from_dict(facts.to_dict(), rule.questions)
    assert rule.assess(thawed, numbers, ON) == rule.assess(facts, numbers, ON)


def test_the_ground_is_read_from_the_answers():
    assert SingleGround.of({}) is None
    assert SingleGround.of({"single_ground": UNKNOWN}) is None
    assert SingleGround.of({"single_ground": "clergy", "exempt_support_fen": 5}) == SingleGround("clergy")
    read = SingleGround.of({"single_ground": "severe_unemployed", "exempt_support_fen": 5})
    assert read == SingleGround("severe_unemployed", 5)
    assert SingleGround.of({"single_ground": "county", "single_document": " 〔2026〕1号 "}).document == (
        "〔2026〕1号"
    )
    with pytest.raises(BadInput):
        SingleGround.of({"single_ground": "friend"})
    assert set(GROUNDS) == {"clergy", "severe_unemployed", "county"}
