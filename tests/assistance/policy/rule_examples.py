"""Reads the worked examples of any rule from a page in docs/policy/.

Under a heading "## Worked examples of `scheme code`" a page holds one table "Setting | Value" and, for each example, under
"### Example …", the tables "Given", "Step" and "Outcome" that worked_examples.py knows. Beside people and settings a case is
given by rows "回答 …" (the label of a question), "已领 …" (the short name of a programme), "申请日" and "低保标准".
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistance.policy.facts import HouseholdFacts
from assistance.policy.parameters import Parameter
from assistance.policy.questions import Question
from assistance.policy.rule import CaseFacts, Numbers, Receipt, Rule
from assistance.policy.rules import rule_of
from assistance.schemes import SCHEMES
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.money import parse_yuan
from tests.assistance.policy import worked_examples
from tests.assistance.policy.worked_examples import Rows, tables


@dataclass(frozen=True)
class RuleExample:
    title: str
    rule: Rule
    on: date
    facts: CaseFacts
    numbers: Numbers
    steps: Rows
    outcome: Rows


def sections(page: Path) -> dict[str, str]:
    """The text under "## Worked examples of `code`" by code."""
    found = re.split(
        r"^## Worked examples of `(.+?)`.*$", page.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    return dict(zip(found[1::2], found[2::2], strict=True))


def read(page: Path) -> list[RuleExample]:
    examples = []
    for code, text in sections(page).items():
        before, *parts = re.split(r"^### (?=Example)", text, flags=re.MULTILINE)
        county = tables(before)["Setting"]
        examples += [_example(code, county, part) for part in parts]
    return examples


def _example(code: str, county: Rows, section: str) -> RuleExample:
    title = section.splitlines()[0].strip()
    parts, spec = tables(section), SCHEMES[code]
    rule, categories = rule_of(spec.rule), dict(spec.categories)
    by_label = {parameter.label: parameter for parameter in rule.parameters_for(categories)}
    asked = {question.label: question for question in rule.questions}
    params = {by_label[label].name: _number(by_label[label], shown) for label, shown in county}
    members, receipts, on, applied, dibao = [], [], None, None, UNKNOWN
    answers: dict[str, Any] = {question.name: UNKNOWN for question in rule.questions}
    for given, shown in parts["Given"]:
        what, _, who = given.partition(" ")
        if what == "核算日":
            on = date.fromisoformat(shown)
        elif what == "申请日":
            applied = date.fromisoformat(shown)
        elif what == "低保标准":
            dibao = parse_yuan(shown)
        elif what == "设置":
            params[by_label[who].name] = _number(by_label[who], shown)
        elif what == "成员":
            members.append(worked_examples._member(who, shown))
        elif what == "回答":
            answers[asked[who].name] = _answer(asked[who], shown, categories)
        elif what == "已领":
            receipts.append(_receipt(members[0].key, who, shown))
        else:
            raise ValueError(f"{title}: cannot read the row {given!r}")
    if on is None:
        raise ValueError(f"{title}: the day is missing")
    # by person: neither income nor property has been asked for
    household = HouseholdFacts(tuple(members))
    facts = CaseFacts(household, answers, tuple(receipts), applied, dibao, categories=categories)
    numbers = rule.read(params, categories)
    return RuleExample(title, rule, on, facts, numbers, parts.get("Step", []), parts.get("Outcome", []))


def _receipt(person: str, short_name: str, shown: str) -> Receipt:
    """300.00, or 300.00（补差） with the category."""
    spec = next(spec for spec in SCHEMES.values() if spec.short_name == short_name)
    amount, _, category = shown.rstrip("）").partition("（")
    key = worked_examples._code(dict(spec.categories), category) if category else ""
    return Receipt(person, spec.code, spec.family, parse_yuan(amount), key)


def _number(parameter: Parameter, shown: str) -> Any:
    if parameter.kind == "ages":
        found = [re.fullmatch(r"(\d+)周岁 (\S+)", entry) for entry in shown.split("；")]
        return [{"from_age": int(match[1]), "amount_fen": parse_yuan(match[2])} for match in found]
    if parameter.kind in ("rates", "shares"):
        codes = {label: key for key, label in parameter.choices}
        pairs = [entry.rsplit(" ", 1) for entry in shown.split("；")]
        if parameter.kind == "rates":
            return {codes[label]: parse_yuan(value) for label, value in pairs}
        return {codes[label]: int(value.rstrip("%")) for label, value in pairs}
    return worked_examples._value(parameter, shown)


def _answer(question: Question, shown: str, categories: dict[str, str]) -> Any:
    if shown == "未填":
        return UNKNOWN
    if question.kind == "bool":
        return {"是": True, "否": False}[shown]
    if question.kind == "fen":
        return parse_yuan(shown)
    if question.kind == "int":
        return int(shown)
    if question.kind == "date":
        return date.fromisoformat(shown)
    if question.kind == "text":
        return shown
    codes = categories if question.kind == "category" else dict(question.choices)
    if question.kind == "many":
        return tuple(worked_examples._code(codes, each) for each in shown.split("、"))
    return worked_examples._code(codes, shown)
