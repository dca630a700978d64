"""The worked examples of docs/policy/dibao.md are the test cases: inputs, every step, amount and reasons."""

from pathlib import Path

import pytest

from assistance.policy.dibao import FIELDS, GROUNDS, assess
from assistance.policy.facts import HouseholdFacts
from tests.assistance.policy import worked_examples

PAGE = Path(__file__).parents[3] / "docs" / "policy" / "dibao.md"
EXAMPLES = worked_examples.read(PAGE)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_the_page_shows_exactly_what_the_rule_does(example):
    assessment = assess(example.household, example.standard, example.on, ground=example.ground)
    assert worked_examples.step_rows(assessment) == example.steps
    assert worked_examples.outcome_rows(assessment) == example.outcome


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_every_step_with_a_result_names_its_source(example):
    assessment = assess(example.household, example.standard, example.on, ground=example.ground)
    assert [step.label for step in assessment.steps if not step.source] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_facts_frozen_as_json_give_the_same_assessment(example):
    thawed = HouseholdFacts.from_dict(example.household.to_dict())
    assert thawed == example.household
    assert assess(thawed, example.standard, example.on, ground=example.ground) == assess(
        example.household, example.standard, example.on, ground=example.ground
    )


def test_there_are_examples_of_every_outcome_and_every_way_of_paying():
    assert len(EXAMPLES) >= 8
    assert {example.outcome[0][0] for example in EXAMPLES} == {"符合", "不符合", "不能核定"}
    assert {example.standard.method for example in EXAMPLES} == {"topup", "bands"}
    assert any(example.household.single for example in EXAMPLES)
    assert {example.ground.kind for example in EXAMPLES if example.ground} == set(GROUNDS)


def test_the_county_of_the_examples_states_every_setting_in_the_order_of_the_form():
    rows = worked_examples.tables(PAGE.read_text(encoding="utf-8").split("### Example")[0])["Setting"]
    assert [label for label, _ in rows] == [field.label for field in FIELDS]


def test_the_page_explains_every_setting():
    rows = worked_examples.tables(PAGE.read_text(encoding="utf-8"))["Local setting"]
    assert [row[:2] for row in rows] == [(field.label, f"`{field.name}`") for field in FIELDS]
