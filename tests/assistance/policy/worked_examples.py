"""Reads the worked examples of a page in docs/policy/: the tables people read are the test cases.

A page holds one table "Setting | Value" for the county of the examples, and for each example, under a heading
"### Example …", a table "Given | Value", a table "Step | Reckoning | Result" and a table "Outcome | Amount | Parts or reasons".
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistance.policy.dibao import CLASSES, FIELDS, QUESTIONS, Band, DibaoStandard, SingleGround
from assistance.policy.facts import (
    ASSET_KINDS,
    DEDUCTION_KINDS,
    INCOME_KINDS,
    NOT_COUNTED,
    AssetItem,
    Deduction,
    HouseholdFacts,
    IncomeItem,
    MemberFacts,
)
from civaffairs.lib.assessment import UNKNOWN, Assessment
from civaffairs.lib.identity import DISABILITY_GRADES, DISABILITY_KINDS
from civaffairs.lib.money import parse_yuan, yuan

Rows = list[tuple[str, ...]]
OUTCOMES = {"eligible": "符合", "not_eligible": "不符合", "cannot_decide": "不能核定"}


@dataclass(frozen=True)
class Example:
    title: str
    on: date
    household: HouseholdFacts
    standard: DibaoStandard
    steps: Rows
    outcome: Rows
    ground: SingleGround | None = None


def tables(text: str) -> dict[str, Rows]:
    """The tables of a text by the first cell of their heads, without head and rule."""
    found: dict[str, Rows] = {}
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        rows = [
            tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in block.splitlines()
        ]
        found[rows[0][0]] = rows[2:]
    return found


def read(page: Path) -> list[Example]:
    before, *sections = re.split(r"^### (?=Example)", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    county = settings(tables(before)["Setting"])
    return [_example(section, county) for section in sections]


def settings(rows: Rows) -> dict[str, Any]:
    by_label = {field.label: field for field in FIELDS}
    return {by_label[label].name: _value(by_label[label], shown) for label, shown in rows}


def _example(section: str, county: dict[str, Any]) -> Example:
    title = section.splitlines()[0].strip()
    parts = tables(section)
    params, members, incomes, deductions, assets = dict(county), [], [], [], []
    single, on, unanswered, answers = None, None, set(), {}
    for given, shown in parts["Given"]:
        what, _, who = given.partition(" ")
        owner = who if who and who != "家庭" else None
        if what == "核算日":
            on = date.fromisoformat(shown)
        elif what == "设置":
            field = next(field for field in FIELDS if field.label == who)
            params[field.name] = _value(field, shown)
        elif what == "成员":
            members.append(_member(who, shown))
        elif what == "单人保":
            single = shown
        elif what == "回答":
            question = next(question for question in QUESTIONS if question.label == who)
            answers[question.name] = (
                parse_yuan(shown)
                if question.kind == "fen"
                else _code(dict(question.choices), shown)
                if question.kind == "choice"
                else shown
            )
        elif shown == "没有填写":
            unanswered.add(what)
        elif shown == "申报没有":
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
        else:
            raise ValueError(f"{title}: cannot read the row {given!r}")
    household = HouseholdFacts(
        tuple(members),
        UNKNOWN if "收入" in unanswered else tuple(incomes),
        tuple(deductions),
        UNKNOWN if "财产" in unanswered else tuple(assets),
        single,
    )
    if on is None:
        raise ValueError(f"{title}: the day is missing")
    standard = DibaoStandard.from_params(params)
    return Example(
        title,
        on,
        household,
        standard,
        parts.get("Step", []),
        parts.get("Outcome", []),
        SingleGround.of(answers),
    )


def _member(name: str, shown: str) -> MemberFacts:
    """1950-03-02，肢体二级，重病，不保障"""
    facts: dict[str, Any] = {"birth": UNKNOWN}
    for word in re.split(r"[，,]\s*", shown):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", word):
            facts["birth"] = date.fromisoformat(word)
        elif word == "重病":
            facts["serious_illness"] = True
        elif word == "是否重病不详":
            facts["serious_illness"] = UNKNOWN
        elif word == "不保障":
            facts["protected"] = False
        elif word in NOT_COUNTED.values():
            facts["not_counted"] = _code(NOT_COUNTED, word)
        elif word[:2] in DISABILITY_KINDS.values():
            facts["disability_kind"] = _code(DISABILITY_KINDS, word[:2])
            facts["disability_grade"] = _code(DISABILITY_GRADES, word[2:])
        elif word != "出生日期不详":
            raise ValueError(f"cannot read {word!r} of {name}")
    return MemberFacts(name, name, **facts)


def _item(shown: str, kinds: dict[str, str]) -> tuple[Any, str, Any, str]:
    """务工（工资性收入）18,000.00, 未核定 for an unknown value, 豁免：reason at the end."""
    shown, _, exempt = shown.partition("，豁免：")
    match = re.fullmatch(r"(.*?)（(.+?)）\s*(.*)", shown)
    if match is None:
        raise ValueError(f"cannot read the item {shown!r}")
    value = UNKNOWN if match[3] in ("未核定", "") else parse_yuan(match[3])
    return _code(kinds, match[2]), match[1], value, exempt


def _value(field: Any, shown: str) -> Any:
    if field.kind == "fen":
        return parse_yuan(shown)
    if field.kind in ("percent", "int"):
        return int(shown.rstrip("%"))
    if field.kind == "bool":
        return {"是": True, "否": False}[shown]
    if field.kind == "choice":
        return _code(dict(field.choices), shown)
    entries = [] if shown == "没有" else re.split("；", shown)
    if field.kind == "bands":
        # A档 低于 200.00 发 600.00
        found = [re.fullmatch(r"(\S+) 低于 (\S+) 发 (\S+)", entry) for entry in entries]
        return tuple(Band(match[1], parse_yuan(match[3]), parse_yuan(match[2])) for match in found)
    extras = {}
    for entry in entries:
        label, amount = entry.split(" ")
        unit = (
            {"percent": int(amount.rstrip("%"))}
            if amount.endswith("%")
            else {"amount_fen": parse_yuan(amount)}
        )
        extras[_code(CLASSES, label)] = unit
    return extras


def _code(labels: dict[Any, str], label: str) -> Any:
    return next(code for code, text in labels.items() if text == label)


def step_rows(assessment: Assessment) -> Rows:
    return [(step.label, step.formula, step.shown) for step in assessment.steps]


def outcome_rows(assessment: Assessment) -> Rows:
    told = [
        f"{part.person + ' ' if part.person else ''}{part.label} {yuan(part.amount_fen)}"
        for part in assessment.parts
    ]
    return [
        (OUTCOMES[assessment.outcome], yuan(assessment.amount_fen), "；".join(told or assessment.reasons))
    ]
