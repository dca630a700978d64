"""The worked examples of the programmes for single persons are the test cases, step by step."""

import json
from pathlib import Path

import pytest

from assistance.policy.rule import CaseFacts
from assistance.policy.rules import rule_of
from assistance.schemes import SCHEMES
from tests.assistance.policy import rule_examples, worked_examples

POLICY = Path(__file__).parents[3] / "docs" / "policy"
# page → the rules it explains, in the order of its tables of local settings
PAGES = {
    "fixed_rate": ("fixed_rate",),
    "old_age": ("old_age",),
    "disability": ("disability_living", "disability_care"),
    "elder": ("elder_poor", "elder_disabled", "elder_service"),
    "children": ("orphan", "de_facto_orphan"),
}
EXAMPLES = [example for page in PAGES for example in rule_examples.read(POLICY / f"{page}.md")]

titled = pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda example: f"{example.rule.key}: {example.title}"
)
paged = pytest.mark.parametrize("page", PAGES)


@titled
def test_the_page_shows_exactly_what_the_rule_does(example):
    assessment = example.rule.assess(example.facts, example.numbers, example.on)
    assert worked_examples.step_rows(assessment) == example.steps
    assert worked_examples.outcome_rows(assessment) == example.outcome


@titled
def test_every_step_names_its_source(example):
    assessment = example.rule.assess(example.facts, example.numbers, example.on)
    assert [step.label for step in assessment.steps if not step.source] == []


@titled
def test_facts_frozen_as_json_give_the_same_assessment(example):
    thawed = CaseFacts.from_dict(json.loads(json.dumps(example.facts.to_dict())), example.rule.questions)
    assert thawed == example.facts
    assert example.rule.assess(thawed, example.numbers, example.on) == example.rule.assess(
        example.facts, example.numbers, example.on
    )


@titled
def test_who_is_entitled_is_counted_in_a_category_of_the_programme_if_it_has_any(example):
    assessment = example.rule.assess(example.facts, example.numbers, example.on)
    if assessment.outcome != "eligible":
        assert assessment.category == ""
    elif has := example.facts.categories:
        assert assessment.category in has
    else:
        assert assessment.category.isdigit()  # the age from which the band pays


@paged
def test_each_rule_has_an_example_of_every_outcome(page):
    for key in PAGES[page]:
        outcomes = {example.outcome[0][0] for example in EXAMPLES if example.rule.key == key}
        assert outcomes == {"符合", "不符合", "不能核定"}, key


@paged
def test_the_county_of_the_examples_states_every_setting_in_the_order_of_the_form(page):
    for code, text in rule_examples.sections(POLICY / f"{page}.md").items():
        rows = worked_examples.tables(text.split("### Example")[0])["Setting"]
        assert [label for label, _ in rows] == [each.label for each in rule_of(SCHEMES[code].rule).parameters]


@paged
def test_the_page_explains_every_setting_and_every_question(page):
    found = {"Local setting": [], "Asked": []}
    for head, rows in _every_table((POLICY / f"{page}.md").read_text(encoding="utf-8")):
        if head in found:
            found[head] += [row[:2] for row in rows]
    rules = [rule_of(key) for key in PAGES[page]]
    shown = {
        "Local setting": [(each.label, f"`{each.name}`") for rule in rules for each in rule.parameters],
        "Asked": [(each.label, f"`{each.name}`") for rule in rules for each in rule.questions],
    }
    assert found == shown


def _every_table(text):
    """(head, rows) of every table, also where several begin alike."""
    for block in text.split("\n\n"):
        yield from worked_examples.tables(block).items()


@pytest.mark.parametrize("key", [key for keys in PAGES.values() for key in keys])
def test_what_fills_an_empty_form_can_be_saved_where_it_says_what_is_paid(key):
    rule = rule_of(key)
    categories = next(dict(spec.categories) for spec in SCHEMES.values() if spec.rule == key)
    assert set(rule.read(rule.suggested(categories), categories)) == {each.name for each in rule.parameters}


@pytest.mark.parametrize("key", [key for keys in PAGES.values() for key in keys])
def test_every_setting_and_question_says_where_it_comes_from(key):
    rule = rule_of(key)
    assert [each.name for each in (*rule.parameters, *rule.questions) if not each.source] == []
