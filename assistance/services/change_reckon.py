"""What the rule says of a right after something has changed.

The facts of the decision, or of the last change since, are taken up again with what is different now; each stretch of
months is reckoned with the standard that its row has. Rights from an opening ledger have no facts on record: they are
entered with the change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from assistance.models import Entitlement, EntitlementChange
from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.parameters import ParameterErrors
from assistance.policy.questions import Question, asked
from assistance.policy.rule import CaseFacts
from assistance.policy.rules import rule_of
from assistance.services import certificates
from assistance.services.assessment import dibao_standard_fen, receipts_of
from assistance.services.change_chain import Chain, MemberTerms, Terms, terms_of_member
from assistance.workflow import ChangeStatus
from civaffairs.lib.assessment import UNKNOWN, Assessment
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.lib.months import Month
from civaffairs.registry.models import Person


@dataclass(frozen=True)
class Stretch:
    """One row's months with its new answer."""

    row: Entitlement
    start: date
    until: date | None
    answer: Assessment
    terms: Terms | None  # None: not eligible

    def to_dict(self) -> dict[str, Any]:
        return {
            "from": f"{self.start:%Y-%m}",
            "until": f"{self.until:%Y-%m}" if self.until else None,
            "standard": self.row.standard.document_number,
            "before_fen": self.row.amount_fen,
            "after_fen": self.answer.amount_fen,
            "outcome": self.answer.outcome,
            "reasons": list(self.answer.reasons),
            "category": self.answer.category,
        }


def facts_on_record(entitlement: Entitlement) -> CaseFacts | None:
    """What the last reckoning of this right saw: of the newest confirmed change with facts, else of the decision. None
    for rights that came in with an opening ledger."""
    rule = rule_of(entitlement.scheme.spec.rule)
    changed = (
        EntitlementChange.objects.filter(
            entitlement__number=entitlement.number,
            entitlement__scheme=entitlement.scheme_id,
            status=ChangeStatus.CONFIRMED,
        )
        .exclude(facts=None)
        .order_by("-id")
        .values_list("facts", flat=True)
        .first()
    )
    if changed is not None:
        return certificates.with_renewed(CaseFacts.from_dict(changed, rule.questions), entitlement)
    decision = entitlement.decision
    if decision is None or decision.assessment is None:
        return None
    facts = CaseFacts.from_dict(decision.assessment.facts, rule.questions)
    return certificates.with_renewed(facts, entitlement)


def bare_facts(entitlement: Entitlement) -> CaseFacts:
    """What the ledger alone tells: who is protected. Money and answers are unknown until somebody enters them."""
    members = entitlement.members.select_related("person").order_by("id")
    single = entitlement.beneficiary_id
    return CaseFacts(
        HouseholdFacts(
            members=tuple(
                _member_facts(m.person, severe_illness=m.severe_illness)
                for m in members
                if single is None or m.person_id == single
            )
        )
    )


def _member_facts(person: Person, *, severe_illness: bool = False) -> MemberFacts:
    certified = person.disability_kind is not None and person.disability_grade is not None
    return MemberFacts(
        key=str(person.pk),
        name=person.name,
        birth=person.birth,
        disability_kind=person.disability_kind if certified else None,
        disability_grade=person.disability_grade if certified else None,
        serious_illness=severe_illness,
    )


def without(facts: CaseFacts, person_id: int) -> CaseFacts:
    """The household without one member and without what was his."""
    key, house = str(person_id), facts.household
    incomes = house.incomes if house.incomes is UNKNOWN else _not_of(house.incomes, key)
    assets = (
        house.assets
        if house.assets is UNKNOWN
        else tuple(replace(item, owner=None) if item.owner == key else item for item in house.assets)
    )
    return replace(
        facts,
        household=HouseholdFacts(
            members=tuple(member for member in house.members if member.key != key),
            incomes=incomes,
            deductions=_not_of(house.deductions, key),
            assets=assets,
            single=house.single,
        ),
    )


def _not_of(items: Any, key: str) -> Any:
    return tuple(item for item in items if item.owner != key)


def together_with(facts: CaseFacts, person: Person, *, severe_illness: bool = False) -> CaseFacts:
    """The household with one more protected member."""
    house = facts.household
    if any(member.key == str(person.pk) and member.protected for member in house.members):
        raise NotAllowed(f"{person.name}已经是这户的保障对象。")
    others = tuple(member for member in house.members if member.key != str(person.pk))
    joined = _member_facts(person, severe_illness=severe_illness)
    return replace(facts, household=replace(house, members=(*others, joined)))


def reckon(
    chain: Chain, facts: CaseFacts, month: date, members: Iterable[MemberTerms] | None = None
) -> list[Stretch]:
    """The answer for each row that pays from `month` on, oldest first.

    `members` are the terms of those protected from now on, for what a row keeps of them besides money. Raises NotReady
    when a standard has not all its numbers, BadInput for facts that cannot be true.
    """
    found = []
    for row in chain.reaching(month):
        start = max(month, row.from_month)
        spec = row.scheme.spec_on(start)
        rule = rule_of(spec.rule)
        try:
            numbers = rule.read(row.standard.params, row.standard.category_names)
        except ParameterErrors as error:
            raise NotReady(
                f"{row.standard.document_number}的标准不全，请县民政局补录：{error.message}", ["保障标准"]
            ) from error
        answer = rule.assess(_seen_in(facts, row, start), numbers, start)
        found.append(Stretch(row, start, row.until_month, answer, _terms(chain, row, facts, answer, members)))
    return found


def _seen_in(facts: CaseFacts, row: Entitlement, start: date) -> CaseFacts:
    """The facts with what these people have besides in that month; the right itself is not one of its own receipts."""
    people = [int(member.key) for member in facts.household.members]
    receipts = tuple(r for r in receipts_of(people, start) if r.scheme != row.scheme_id)
    spec = row.scheme.spec_on(start)
    return replace(
        facts,
        receipts=receipts,
        dibao_fen=dibao_standard_fen(row.household.is_urban, row.office_id, start),
        categories=spec.category_names,
    )


def _terms(
    chain: Chain,
    row: Entitlement,
    facts: CaseFacts,
    answer: Assessment,
    members: Iterable[MemberTerms] | None,
) -> Terms | None:
    if answer.outcome != "eligible":
        return None
    extra: dict[str, int] = {}
    labels: dict[str, list[str]] = {}
    for part in answer.parts:
        if part.kind == "classified" and part.person:
            extra[part.person] = extra.get(part.person, 0) + part.amount_fen
            labels.setdefault(part.person, []).append(part.label.removeprefix("分类施保："))
    classified = sum(part.amount_fen for part in answer.parts if part.kind == "classified")
    care = sum(part.amount_fen for part in answer.parts if part.kind == "care")
    if members is None:
        members = [terms_of_member(m) for m in chain.members.get(row.pk, [])]
    by_key = {member.key: member for member in facts.household.counted if member.protected}
    kept = tuple(
        replace(
            member,
            severe_illness=by_key[str(member.person_id)].serious_illness is True,
            disability_grade=by_key[str(member.person_id)].disability_grade,
            classified_kind="、".join(labels.get(str(member.person_id), []))[:20],
            classified_fen=extra.get(str(member.person_id), 0),
        )
        for member in members
        if str(member.person_id) in by_key
    )
    return Terms(
        base_fen=answer.amount_fen - classified - care,
        classified_fen=classified,
        care_fen=care,
        category=answer.category or row.category,
        persons=len(kept),
        members=kept,
    )


def needed_answers(row: Entitlement, facts: CaseFacts, month: date) -> frozenset[str]:
    """The names of questions that the form may leave open in general, but that the rule wants answered for this right in
    that month, by its standard and the other answers (生存认证日期 where the county asks for it).

    Found by asking the rule: without the answer it cannot decide for a reason that is gone with one.
    """
    spec = row.scheme.spec_on(month)
    rule = rule_of(spec.rule)
    optional = [question for question in rule.questions if not question.required and not question.by_deed]
    if not optional:
        return frozenset()
    try:
        numbers = rule.read(row.standard.params, row.standard.category_names)
    except ParameterErrors:
        return frozenset()
    seen = _seen_in(facts, row, month)

    def missing(name: str, value: Any) -> set[str] | None:
        try:
            answer = rule.assess(replace(seen, answers={**seen.answers, name: value}), numbers, month)
        except BadInput:
            return None
        return set(answer.reasons) if answer.outcome == "cannot_decide" else set()

    found = set()
    for question in optional:
        if not asked(question, seen.answers):
            continue
        without_it = missing(question.name, UNKNOWN)
        if without_it and any(
            (with_it := missing(question.name, value)) is not None and without_it - with_it
            for value in _some_answers(question, month, spec.category_names)
        ):
            found.add(question.name)
    return frozenset(found)


def _some_answers(question: Question, month: date, categories: Mapping[str, str]) -> list[Any]:
    """What somebody could answer; of numbers, days and texts one will do."""
    if question.kind == "bool":
        return [True, False]
    if question.kind in ("choice", "category", "many"):
        keys = list(categories) if question.kind == "category" else [key for key, _ in question.choices]
        return [(key,) for key in keys] if question.kind == "many" else keys
    if question.kind == "date":
        return [month]
    return ["1"] if question.kind == "text" else [question.least or 0]


def demand_eligible(stretches: list[Stretch], otherwise: str) -> None:
    """Raises NotAllowed with the rule's own reasons when the right cannot go on."""
    for stretch in stretches:
        if stretch.answer.outcome == "eligible":
            continue
        reasons = "；".join(stretch.answer.reasons)
        month = Month.of(stretch.start).label
        if stretch.answer.outcome == "cannot_decide":
            raise NotReady(f"{month}起还不能测算：{reasons}。", stretch.answer.reasons)
        raise NotAllowed(f"{month}起不再符合条件：{reasons}。{otherwise}")


def frozen(stretches: list[Stretch]) -> dict[str, Any]:
    """For the change's own column: the months, and the steps of the last one, to be printed for the family."""
    if not stretches:
        return {}
    last = stretches[-1].answer.to_dict()
    return {"stretches": [s.to_dict() for s in stretches], "steps": last["steps"], "parts": last["parts"]}
