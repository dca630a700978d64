"""The worked examples of docs/policy/ are the test cases of the rules they describe: every step, amount and reason."""

import json
from types import ModuleType

import pytest

from assistance.policy import batches, education, medical, temporary, veterans
from assistance.policy.parameters import ParameterErrors
from assistance.policy.questions import from_plain, to_plain
from assistance.policy.rule import CaseFacts
from assistance.policy.rules import RULES
from tests.assistance.policy import rule_pages

MODULES: dict[str, ModuleType] = {
    "temporary.md": temporary,
    "veterans.md": veterans,
    "batches.md": batches,
    "medical.md": medical,
    "education.md": education,
}


def categories(module: ModuleType) -> dict[str, dict[str, str]]:
    return getattr(module, "CATEGORIES", {})


PAGES = [(page, module, rule) for page, module in MODULES.items() for rule in module.RULES]
EXAMPLES = [
    example
    for page, module in MODULES.items()
    for example in rule_pages.read(page, module.RULES, categories(module))
]
each_rule = pytest.mark.parametrize(("page", "module", "rule"), PAGES, ids=[rule.key for *_, rule in PAGES])
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)


@each_example
def test_the_page_shows_exactly_what_the_rule_does(example):
    assert example.run() == (example.steps, example.outcome)


@each_example
def test_every_step_names_its_source(example):
    if example.outcome[0][0] != "不能录入":
        assert [step.label for step in example.assess().steps if not step.source] == []


@each_example
def test_facts_frozen_as_json_give_the_same_assessment(example):
    thawed = CaseFacts.from_dict(json.loads(json.dumps(example.facts.to_dict())), example.rule.questions)
    assert thawed == example.facts


@each_rule
def test_the_page_explains_every_setting_in_the_order_of_the_form(page, module, rule):
    own = categories(module).get(rule.key, {})
    assert rule_pages.page_rows(page, rule) == rule_pages.settings_rows(rule, own)


@each_rule
def test_the_page_has_an_example_of_a_yes_and_of_another_answer(page, module, rule):
    outcomes = {example.outcome[0][0] for example in EXAMPLES if example.rule is rule and example.outcome}
    assert "符合" in outcomes
    assert outcomes - {"符合"}


@each_rule
def test_the_suggestions_of_the_empty_form_are_a_standard_and_survive_json(page, module, rule):
    own = categories(module).get(rule.key, {})
    numbers = rule.read(rule.suggested(own), own)
    assert rule.read(json.loads(json.dumps(numbers)), own) == numbers


@each_rule
def test_a_number_that_was_not_given_is_an_error_and_never_a_default(page, module, rule):
    own = categories(module).get(rule.key, {})
    for parameter in rule.parameters:
        params = rule.suggested(own)
        del params[parameter.name]
        with pytest.raises(ParameterErrors) as refusal:
            rule.read(params, own)
        assert parameter.name in refusal.value.errors


@each_rule
def test_labels_are_whole_and_told_apart(page, module, rule):
    # The catalogue of rules adds which numbers are prices; the rule itself is this one.
    assert RULES[rule.key].assess is rule.assess
    assert all(each.label and each.source and each.group for each in rule.parameters)
    assert all(question.label and question.group for question in rule.questions)
    for things in (rule.parameters, rule.questions):
        assert len({each.label for each in things}) == len({each.name for each in things}) == len(things)
    known = {question.name for question in rule.questions}
    assert all(question.when[0] in known for question in rule.questions if question.when)


@each_example
def test_answers_survive_the_column_they_are_stored_in(example):
    plain = json.loads(json.dumps(to_plain(example.facts.answers)))
    assert from_plain(example.rule.questions, plain) == example.facts.answers
