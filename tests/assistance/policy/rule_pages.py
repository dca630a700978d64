"""Reads the pages of docs/policy/ that describe rules of the common shape: what people read there are the test cases.

A page has a section "## `key` …" for each rule. In it a table "Local setting | Name | In the examples | …" gives the
standard of the examples, and each "### Example …" has a table "Given | Value", a table "Step | Reckoning | Result" and a
table "Outcome | Amount | Parts or reasons". Rows of Given:

    核算日, 申请日, 低保标准      day, day, money
    成员 <name>                as in dibao.md
    收入 / 支出 / 财产 <name>   as in dibao.md; persons' programmes say nothing, which is: nothing
    已享受 <name>              "dibao-rural dibao 405.00", perhaps with a category at the end
    以前救助                   "突发重大疾病 2026-03-01 500.00": what the rule asks as `cause`, day, sum
    设置 <label>               another value of a local setting
    <label of a question>      the answer; 未填 leaves it open
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistance.policy.facts import (
    ASSET_KINDS,
    DEDUCTION_KINDS,
    INCOME_KINDS,
    AssetItem,
    Deduction,
    HouseholdFacts,
    IncomeItem,
)
from assistance.policy.parameters import Parameter
from assistance.policy.questions import Question
from assistance.policy.rule import CaseFacts, PriorAid, Receipt, Rule
from civaffairs.lib.assessment import UNKNOWN, Assessment
from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import parse_yuan, yuan
from tests.assistance.policy.worked_examples import (
    Rows,
    _code,
    _item,
    _member,
    outcome_rows,
    step_rows,
    tables,
)

PAGES = Path(__file__).parents[3] / "docs" / "policy"


@dataclass(frozen=True)
class RuleExample:
    title: str
    rule: Rule
    on: date
    facts: CaseFacts
    params: Mapping[str, Any]
    categories: Mapping[str, str]
    steps: Rows
    outcome: Rows

    def run(self) -> tuple[Rows, Rows]:
        """The steps and the outcome as the page shows them."""
        try:
            found = self.rule.assess(self.facts, self.rule.read(self.params, self.categories), self.on)
        except BadInput as refusal:
            article = f"（{refusal.article}）" if refusal.article else ""
            return [], [("不能录入", "0.00", f"{refusal.message}{article}")]
        return step_rows(found), outcome_rows(found)

    def assess(self) -> Assessment:
        return self.rule.assess(self.facts, self.rule.read(self.params, self.categories), self.on)


def sections(page: str) -> dict[str, str]:
    """The text of each rule's section by its key."""
    text = (PAGES / page).read_text(encoding="utf-8")
    parts = re.split(r"^## `(\w+)`.*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def read(
    page: str, rules: tuple[Rule, ...], categories: Mapping[str, Mapping[str, str]] | None = None
) -> list[RuleExample]:
    found, written = [], sections(page)
    for rule in rules:
        own = (categories or {}).get(rule.key, {})
        before, *examples = re.split(r"^### (?=Example)", written[rule.key], flags=re.MULTILINE)
        parameters = rule.parameters_for(own)
        rows = tables(before).get("Local setting", [])
        county = {
            parameter.name: setting(parameter, row[2])
            for parameter, row in zip(parameters, rows, strict=True)
        }
        found += [example(each, rule, county, own) for each in examples]
    return found


def example(
    section: str, rule: Rule, county: Mapping[str, Any], categories: Mapping[str, str]
) -> RuleExample:
    title, parts = section.splitlines()[0].strip(), tables(section)
    parameters = {parameter.label: parameter for parameter in rule.parameters_for(categories)}
    questions = {question.label: question for question in rule.questions}
    params, answers = dict(county), {question.name: UNKNOWN for question in rule.questions}
    people, incomes, deductions, assets, receipts, prior = [], [], [], [], [], []
    days: dict[str, date] = {}
    dibao: Any = UNKNOWN
    unanswered = set()
    for given, shown in parts["Given"]:
        what, _, who = given.partition(" ")
        owner = who if who and who != "家庭" else None
        if given in ("核算日", "申请日"):
            days[given] = date.fromisoformat(shown)
        elif given == "低保标准":
            dibao = parse_yuan(shown)
        elif what == "设置":
            params[parameters[who].name] = setting(parameters[who], shown)
        elif what == "成员":
            people.append(_member(who, shown))
        elif what in ("收入", "财产") and shown == "没有填写":
            unanswered.add(what)
        elif what in ("收入", "财产") and shown == "申报没有":
            continue
        elif what == "收入":
            kind, label, value, _ = _item(shown, INCOME_KINDS)
            incomes.append(IncomeItem.of_kind(kind, value, label, owner))
        elif what == "支出":
            kind, label, value, _ = _item(shown, DEDUCTION_KINDS)
            deductions.append(Deduction(kind, value, label, owner))
        elif what == "财产":
            kind, label, value, exempt = _item(shown, ASSET_KINDS)
            assets.append(AssetItem(kind, value, label, owner, exempt_reason=exempt))
        elif what == "已享受":
            scheme, family, amount, *category = shown.split(" ")
            receipts.append(Receipt(who, scheme, family, parse_yuan(amount), *category))
        elif what == "以前救助":
            cause, day, amount = shown.split(" ")
            labels = dict(next(q.choices for q in rule.questions if q.name == "cause"))
            key = _code(labels, cause) if labels else cause
            prior.append(PriorAid(key, date.fromisoformat(day), parse_yuan(amount)))
        elif given in questions:
            answers[questions[given].name] = answer(questions[given], shown, categories)
        else:
            raise ValueError(f"{title}: cannot read the row {given!r}")
    household = HouseholdFacts(
        tuple(people),
        UNKNOWN if "收入" in unanswered else tuple(incomes),
        tuple(deductions),
        UNKNOWN if "财产" in unanswered else tuple(assets),
    )
    facts = CaseFacts(
        household,
        answers,
        tuple(receipts),
        days.get("申请日"),
        dibao,
        prior_aid=tuple(prior),
        categories=categories,
    )
    return RuleExample(
        f"{rule.key} {title}",
        rule,
        days["核算日"],
        facts,
        params,
        categories,
        parts.get("Step", []),
        parts.get("Outcome", []),
    )


def answer(question: Question, shown: str, categories: Mapping[str, str]) -> Any:
    if shown == "未填":
        return UNKNOWN
    if question.kind == "fen":
        return parse_yuan(shown)
    if question.kind == "int":
        return int(shown)
    if question.kind == "bool":
        return {"是": True, "否": False}[shown]
    if question.kind == "date":
        return date.fromisoformat(shown)
    if question.kind == "choice":
        return _code(dict(question.choices), shown)
    if question.kind == "category":
        return _code(dict(categories), shown)
    if question.kind == "many":
        return tuple(
            _code(dict(question.choices), each) for each in shown.split("、") if each and each != "无"
        )
    return shown


def setting(parameter: Parameter, shown: str) -> Any:
    if parameter.kind == "fen":
        return parse_yuan(shown)
    if parameter.kind in ("percent", "int"):
        return int(shown.rstrip("%"))
    if parameter.kind == "bool":
        return {"是": True, "否": False}[shown]
    if parameter.kind == "choice":
        return _code(dict(parameter.choices), shown)
    found = {}
    for entry in shown.split("；"):
        label, _, value = entry.rpartition(" ")
        key = _code(dict(parameter.choices), label)
        found[key] = int(value.rstrip("%")) if parameter.kind == "shares" else parse_yuan(value)
    return found


def setting_shown(parameter: Parameter, value: Any) -> str:
    if parameter.kind == "fen":
        return yuan(value)
    if parameter.kind == "percent":
        return f"{value}%"
    if parameter.kind == "bool":
        return "是" if value else "否"
    if parameter.kind == "choice":
        return str(dict(parameter.choices)[value])
    if parameter.kind in ("rates", "shares"):
        return "；".join(
            f"{label} {yuan(value[key]) if parameter.kind == 'rates' else f'{value[key]}%'}"
            for key, label in parameter.choices
        )
    return str(value)


def settings_rows(rule: Rule, categories: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What the page must list for a rule: label, name, source, in the order of the form."""
    return [(each.label, f"`{each.name}`", each.source) for each in rule.parameters_for(categories)]


def page_rows(page: str, rule: Rule) -> list[tuple[str, str, str]]:
    rows = tables(sections(page)[rule.key].split("### Example")[0]).get("Local setting", [])
    return [(row[0], row[1], row[-1]) for row in rows]
