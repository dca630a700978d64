"""Reads pages of docs/policy/ on which one rule serves several programmes, or several rules share what they explain.

Under a heading "## Worked examples of `scheme code`" such a page holds one table "Setting | Value" with the standard of the
examples, and the examples themselves as rule_pages.py reads them, so that the categories are those of the programme.
"""

import re
from pathlib import Path
from typing import Any

from assistance.policy.parameters import Parameter
from assistance.policy.rules import rule_of
from assistance.schemes import SCHEMES
from civaffairs.lib.money import parse_yuan
from tests.assistance.policy import rule_pages
from tests.assistance.policy.worked_examples import tables


def sections(page: Path) -> dict[str, str]:
    """The text under "## Worked examples of `code`" by code."""
    found = re.split(
        r"^## Worked examples of `(.+?)`.*$", page.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    return dict(zip(found[1::2], found[2::2], strict=True))


def read(page: Path) -> list[rule_pages.RuleExample]:
    examples = []
    for code, text in sections(page).items():
        rule, categories = rule_of(SCHEMES[code].rule), dict(SCHEMES[code].categories)
        labels = {parameter.label: parameter for parameter in rule.parameters_for(categories)}
        before, *parts = re.split(r"^### (?=Example)", text, flags=re.MULTILINE)
        county = {
            labels[label].name: _number(labels[label], shown) for label, shown in tables(before)["Setting"]
        }
        examples += [rule_pages.example(part, rule, county, categories) for part in parts]
    return examples


def _number(parameter: Parameter, shown: str) -> Any:
    if parameter.kind != "ages":
        return rule_pages.setting(parameter, shown)
    found = [re.fullmatch(r"(\d+)周岁 (\S+)", entry) for entry in shown.split("；")]
    return [{"from_age": int(match[1]), "amount_fen": parse_yuan(match[2])} for match in found]
