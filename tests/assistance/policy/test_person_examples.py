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
# A case that cannot be entered has no assessment to ask further questions about.
ASSESSED = [example for example in EXAMPLES if example.outcome[0][0] != "不能录入"]

titled = pytest.mark.parametrize("example", ASSESSED, ids=lambda example: example.title)
paged = pytest.mark.parametrize("page", PAGES)
keyed = pytest.mark.parametrize("key", [key for keys in PAGES.values() for key in keys])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_the_page_shows_exactly_what_the_rule_does(example):
    assert example.run() == (example.steps, example.outcome)


@titled
def test_every_step_names_its_source(example):
    assert [step.label for step in example.assess().steps if not step.source] == []


@titled
def test_facts_frozen_as_json_give_the_same_assessment(example):
    thawed = CaseFacts.from_dict(json.loads(json.dumps(example.facts.to_dict())), example.rule.questions)
    assert thawed == example.facts
    numbers = example.rule.read(example.params, example.categories)
    assert example.rule.assess(thawed, numbers, example.on) == example.assess()


@titled
def test_who_is_entitled_is_counted_in_a_category_of_the_programme_if_it_has_any(example):
    assessment = example.assess()
    if assessment.outcome != "eligible":
        assert assessment.category == ""
    elif example.categories:
        assert assessment.category in example.categories
    else:
        assert assessment.category.isdigit()  # the age from which the band pays


@paged
def test_each_rule_has_an_example_of_every_outcome(page):
    for key in PAGES[page]:
        outcomes = {example.outcome[0][0] for example in EXAMPLES if example.rule.key == key}
        assert outcomes - {"不能录入"} == {"符合", "不符合", "不能核定"}, key


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


@keyed
def test_what_fills_an_empty_form_can_be_saved_and_survives_json(key):
    rule = rule_of(key)
    categories = next(dict(spec.categories) for spec in SCHEMES.values() if spec.rule == key)
    numbers = rule.read(rule.suggested(categories), categories)
    assert set(numbers) == {each.name for each in rule.parameters}
    assert rule.read(json.loads(json.dumps(numbers)), categories) == numbers


@keyed
def test_settings_and_questions_are_told_apart_and_say_where_they_come_from(key):
    rule = rule_of(key)
    for things in (rule.parameters, rule.questions):
        assert [each.name for each in things if not (each.label and each.source and each.group)] == []
        assert len({each.label for each in things}) == len({each.name for each in things}) == len(things)
    known = {question.name for question in rule.questions}
    assert all(question.when[0] in known for question in rule.questions if question.when)
