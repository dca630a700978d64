"""Every kind of rule by its key, as the catalogue of programmes names it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistance.policy import (
    batches,
    children,
    dibao,
    disability,
    education,
    elder,
    fixed_rate,
    medical,
    old_age,
    status,
    tekun,
    temporary,
    veterans,
)
from assistance.policy.dibao_standard import FIELDS, DibaoStandard, suggested_params
from assistance.policy.prices import priced
from assistance.policy.rule import CaseFacts, Numbers, Rule
from civaffairs.lib.assessment import Assessment


@dataclass(frozen=True)
class DibaoRule(Rule):
    """低保 has numbers with a structure of their own (bands, extras by class), read by its own class."""

    def read(self, params: Mapping[str, Any], categories: Mapping[str, str] | None = None) -> Numbers:
        return DibaoStandard.from_params(params).to_params()

    def suggested(self, categories: Mapping[str, str] | None = None) -> dict[str, Any]:
        return suggested_params()


def _dibao(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    ground = dibao.SingleGround.of(facts.answers)
    return dibao.assess(facts.household, DibaoStandard.from_params(numbers), on, ground=ground)


_ALL: tuple[Rule, ...] = (
    DibaoRule("dibao", "最低生活保障：补差或分档，加分类施保", _dibao, FIELDS, dibao.QUESTIONS),
    *children.RULES,
    *disability.RULES,
    *elder.RULES,
    *fixed_rate.RULES,
    *old_age.RULES,
    *status.RULES,
    *tekun.RULES,
    *temporary.RULES,
    *education.RULES,
    *medical.RULES,
    *batches.RULES,
    *veterans.RULES,
)
RULES: dict[str, Rule] = {rule.key: priced(rule) for rule in _ALL}


def rule_of(key: str) -> Rule:
    return RULES[key]
