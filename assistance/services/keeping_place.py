"""Where a person in 特困 is kept, and what the place makes of the sum: 分散 with his own account, 集中 with a home's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistance.models import Entitlement
from assistance.policy import tekun
from assistance.policy.parameters import ParameterErrors
from assistance.policy.rules import rule_of
from assistance.policy.tekun_standard import CATEGORIES, MODES, PAYEES
from assistance.selectors.keepers import institutions_of
from assistance.services.change_chain import Chain, Terms
from assistance.services.change_reckon import Stretch
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady

CENTRAL, SCATTERED = "central", "scattered"


@dataclass(frozen=True)
class Place:
    """`answers` are what the rule is told; `paid_to_id` the home that is paid, None for the person's own account."""

    mode: str
    paid_to_id: int | None
    answers: Mapping[str, Any]


def place_of(details: Mapping[str, Any], row: Entitlement) -> Place:
    """`details`: {"mode": "central", "institution": 3} or {"mode": "scattered", "payee": "person", "agreement": True}.

    Raises BadInput at the field, NotAllowed for a programme without places or a place that is the one of now.
    """
    if row.scheme.spec.rule != "tekun":
        raise NotAllowed("只有特困供养有供养方式。")
    mode = details.get("mode", "")
    if mode not in MODES:
        raise BadInput("请选择供养方式", field="mode")
    if mode == CENTRAL:
        home = institutions_of(row.office_id).filter(pk=details.get("institution") or 0).first()
        if home is None:
            raise BadInput(
                "请选择供养机构；没有列出的，先登记它的收款账户并由另一人确认", field="institution"
            )
        place = Place(mode, home.pk, {"mode": mode, "payee": "institution"})
    else:
        payee = details.get("payee") or "person"
        if payee not in PAYEES:
            raise BadInput("请选择照料护理费付给谁", field="payee_of_care")
        agreement = details.get("agreement")
        if agreement is None:
            raise BadInput("请选择是否已签照料服务协议", field="agreement")
        if payee != "person" and not agreement:
            raise BadInput("照料护理费付给机构或照料服务人的，要先签照料服务协议", field="agreement")
        place = Place(mode, None, {"mode": mode, "payee": payee, "agreement": bool(agreement)})
    if row.category.startswith(mode) and row.paid_to_id == place.paid_to_id and mode == CENTRAL:
        raise NotAllowed("现在就由这家供养机构供养，没有变化，不用办理。")
    return place


def priced(chain: Chain, month: date, place: Place) -> list[Stretch]:
    """For a right from an opening ledger, which has no facts: by the grade that its category names.

    Raises NotReady where the ledger did not say the grade.
    """
    found = []
    for row in chain.reaching(month):
        grade = row.category.partition("-")[2]
        category = f"{place.mode}-{grade}"
        if category not in CATEGORIES:
            raise NotReady(
                "历史台账没有登记生活自理能力，请先办理增发或减发，补上六项自理能力，再变更供养方式。",
                ["自理能力"],
            )
        rule = rule_of(row.scheme.spec.rule)
        try:
            numbers = rule.read(row.standard.params, row.standard.category_names)
        except ParameterErrors as error:
            raise NotReady(
                f"{row.standard.document_number}的标准不全，请县民政局补录：{error.message}", ["保障标准"]
            ) from error
        key = str(row.beneficiary_id)
        answer = tekun.placed(category, numbers, key)
        care = sum(part.amount_fen for part in answer.parts if part.kind == "care")
        terms = Terms(answer.amount_fen - care, care_fen=care, category=category, persons=row.persons)
        found.append(Stretch(row, max(month, row.from_month), row.until_month, answer, terms))
    return found
