"""Reckoning a case: rows become facts, facts and a dated standard become an answer, and all of it is
frozen."""

import json
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q

from assistance.models import (
    Advance,
    Application,
    ApplicationMember,
    AssessmentRecord,
    EntitlementMember,
    Standard,
)
from assistance.policy.facts import (
    NOT_COUNTED,
    AssetItem,
    Deduction,
    HouseholdFacts,
    IncomeItem,
    MemberFacts,
)
from assistance.policy.parameters import ParameterErrors
from assistance.policy.questions import from_plain
from assistance.policy.rule import CaseFacts, PriorAid, Receipt
from assistance.policy.rules import rule_of
from assistance.policy.temporary import quick_cap
from assistance.schemes import DIBAO_RURAL, DIBAO_URBAN, SchemeSpec
from assistance.services.acting import Case, act
from assistance.services.last_acts import is_out_of_date
from assistance.workflow import Act
from civaffairs.lib.assessment import UNKNOWN, Assessment, Unknown
from civaffairs.lib.errors import BadInput, NotReady
from civaffairs.lib.money import round_fen
from civaffairs.lib.months import Month

PER_HEAD_STEP = "家庭月人均收入"


@act(Act.ASSESS)
def assess_application(case: Case) -> None:
    """Reckon the household as it stands today. Each reckoning is a new row; the newest is the current one. Where it says
    what the current one says, and nothing has happened since that one, there is nothing to write down."""
    record = assess(case.application, case.on)
    if _says_the_same(case.application, record):
        case.unchanged = True
        return
    record.by = case.by
    case.application.assessments.filter(is_current=True).update(is_current=False)
    record.save()
    case.details |= {"outcome": record.outcome, "amount_fen": record.amount_fen}
    case.opinion = case.opinion or f"测算结论：{record.get_outcome_display()}"


def _says_the_same(application: Application, record: AssessmentRecord) -> bool:
    """Whether the current reckoning rests on the same facts and standard and has the same answer."""
    current = application.assessments.filter(is_current=True).first()
    if current is None or current.standard_id != record.standard_id or is_out_of_date(application):
        return False
    return all(
        _plain(getattr(current, name)) == _plain(getattr(record, name))
        for name in ("outcome", "amount_fen", "facts", "steps", "parts", "reasons")
    )


def _plain(value: Any) -> str:
    """A value as its column keeps it, whether it has been there or not."""
    return json.dumps(value, sort_keys=True)


def assess(application: Application, on: date) -> AssessmentRecord:
    """The unsaved record: standard, facts, steps and parts as the rule saw them on that day.

    Raises NotReady when no standard is in force, BadInput when the facts cannot be true.
    """
    standard = standard_for(application.scheme_id, application.office_id, on)
    spec = application.spec
    rule = rule_of(spec.rule)
    facts = facts_of(application, on)
    try:
        numbers = rule.read(standard.params, standard.category_names)
    except ParameterErrors as error:
        raise NotReady(
            f"{standard.document_number}的标准不全，请县民政局补录新标准：{error.message}", ["保障标准"]
        ) from error
    _demand_number_of(facts, spec, standard)
    answer = rule.assess(facts, numbers, on)
    return record_of(application, standard, facts, answer, on)


def _demand_number_of(facts: CaseFacts, spec: SchemeSpec, standard: Standard) -> None:
    """A category that the county has added after the standard has no number yet."""
    category = facts.answer("category")
    if category in spec.category_names and category not in standard.category_names:
        raise NotReady(
            f"{standard.document_number}的标准里没有“{spec.category_names[category]}”这一类，请县民政局补录新标准。",
            ["保障标准"],
        )


def record_of(
    application: Application, standard: Standard, facts: CaseFacts, answer: Assessment, on: date
) -> AssessmentRecord:
    """The answer as a row. What is extra for a person (分类施保) and for care is kept apart from the base."""
    frozen = answer.to_dict()
    classified = sum(part.amount_fen for part in answer.parts if part.kind == "classified")
    care = sum(part.amount_fen for part in answer.parts if part.kind == "care")
    per_head = next((s.result for s in answer.steps if s.label == PER_HEAD_STEP), None)
    return AssessmentRecord(
        application=application,
        standard=standard,
        outcome=answer.outcome,
        amount_fen=answer.amount_fen,
        base_fen=answer.amount_fen - classified - care,
        classified_fen=classified,
        care_fen=care,
        category=answer.category,
        persons=_protected(facts.household),
        per_head_fen=per_head if isinstance(per_head, int) else None,
        facts=facts.to_dict(),
        steps=frozen["steps"],
        parts=frozen["parts"],
        reasons=frozen["reasons"],
        on=on,
        is_current=True,
    )


def standard_for(scheme_id: str, office_id: str, on: date) -> Standard:
    """The confirmed standard in force in a place: the township's own before the county's, the latest month
    first.

    Raises NotReady naming scheme and month.
    """
    month = Month.of(on)
    chain = [office_id, f"{office_id[:9]}000", f"{office_id[:6]}000000"]
    found = list(
        Standard.objects.confirmed()
        .filter(scheme_id=scheme_id, office_id__in=chain, from_month__lte=month.first_day)
        .select_related("scheme")
    )
    if not found:
        raise NotReady(
            f"没有{month.label}可用的保障标准，请县民政局在“保障标准”里录入并确认后再测算。", ["保障标准"]
        )
    return min(found, key=lambda row: (chain.index(row.office_id), -row.from_month.toordinal()))


def facts_of(application: Application, on: date) -> CaseFacts:
    """All that the rule sees of a case on a day."""
    month = Month.of(on).first_day
    person_ids = list(application.members.values_list("person_id", flat=True))
    answers = from_plain(rule_of(application.spec.rule).questions, json.loads(application.answers or "{}"))
    return CaseFacts(
        household=household_of(application),
        answers=answers | _done_already(application),
        receipts=receipts_of(person_ids, month),
        applied_on=application.applied_on,
        dibao_fen=dibao_standard_fen(application.household.is_urban, application.office_id, on),
        prior_aid=prior_aid_of(application),
        categories=application.spec.category_names,
    )


def _done_already(application: Application) -> dict[str, Any]:
    """Answers that nobody types in, because what was done says them: 先行救助."""
    if application.spec.rule != "temporary_urgent":
        return {}
    advance = Advance.objects.filter(application=application).first()
    given = UNKNOWN if advance is None else advance.amount_fen
    return {"advance_given": advance is not None, "advance_fen": given}


def receipts_of(person_ids: Iterable[int], month: date) -> tuple[Receipt, ...]:
    """What these people have in that month, each with his share of what his household gets."""
    rows = (
        EntitlementMember.objects.filter(
            Q(entitlement__until_month=None) | Q(entitlement__until_month__gt=month),
            Q(until_month=None) | Q(until_month__gt=month),
            person_id__in=list(person_ids),
            entitlement__from_month__lte=month,
        )
        .order_by("person_id", "family", "entitlement_id")
        .values_list(
            "person_id",
            "family",
            "entitlement__scheme_id",
            "entitlement__amount_fen",
            "entitlement__persons",
            "entitlement__category",
        )
    )
    return tuple(
        Receipt(str(person), scheme, family, round_fen(Fraction(fen, max(persons, 1))), category)
        for person, family, scheme, fen, persons, category in rows
    )


def dibao_standard_fen(is_urban: bool, office_id: str, on: date) -> int | Unknown:
    """The 低保 standard a month in a place; UNKNOWN when none is in force."""
    scheme = DIBAO_URBAN if is_urban else DIBAO_RURAL
    try:
        return int(standard_for(scheme.code, office_id, on).params["standard_fen"])
    except NotReady:
        return UNKNOWN


def quick_cap_fen(application: Application, on: date) -> int | None:
    """The most that 小额快救 may give by the standards of a day; None for other programmes and without a standard."""
    if application.spec.rule != "temporary_quick":
        return None
    dibao = dibao_standard_fen(application.household.is_urban, application.office_id, on)
    try:
        standard = standard_for(application.scheme_id, application.office_id, on)
    except NotReady:
        return None
    if isinstance(dibao, Unknown):
        return None
    return quick_cap(dibao, int(standard.params["cap_percent"]))


def prior_aid_of(application: Application) -> tuple[PriorAid, ...]:
    """What the household has had from the same family of one-off programmes, with its cause."""
    if not application.spec.is_one_off:
        return ()
    earlier = Application.objects.filter(
        household_id=application.household_id,
        scheme__family=application.scheme.family,
        decision__outcome="approved",
    ).exclude(pk=application.pk)
    # What was given in advance is part of the help, though the decision pays only the rest.
    rows = earlier.order_by("decision__decided_on").values_list(
        "answers", "decision__decided_on", "decision__amount_fen", "advance__amount_fen"
    )
    return tuple(
        PriorAid(str(json.loads(answers or "{}").get("cause", "")), day, fen + (advance or 0))
        for answers, day, fen, advance in rows
    )


def household_of(application: Application) -> HouseholdFacts:
    """What the family declared, as the rule reads it. A person's key is the id of the Person row. Where the form asks for
    no money, nothing is known of it.

    An income said to be not yet verified is UNKNOWN, never zero. No rows at all means: declared as none,
    because the form does not take a blank.
    """
    members = list(application.members.select_related("person").order_by("order", "id"))
    key_of = {member.pk: str(member.person_id) for member in members}
    by_name = {member.person.name: str(member.person_id) for member in members}
    if application.spec.form != "full":
        return HouseholdFacts(members=tuple(_member(member) for member in members))
    return HouseholdFacts(
        members=tuple(_member(member) for member in members),
        incomes=tuple(
            IncomeItem(
                cls=row.kind,
                annual_fen=UNKNOWN if row.annual_fen is None else row.annual_fen,
                label=row.label,
                owner=key_of.get(row.member_id),
                nature=row.nature,
            )
            for row in application.incomes.all()
        ),
        deductions=tuple(
            Deduction(
                kind=row.kind, annual_fen=row.annual_fen, label=row.label, owner=key_of.get(row.member_id)
            )
            for row in application.deductions.all()
        ),
        assets=tuple(
            AssetItem(
                kind=row.kind,
                value_fen=UNKNOWN if row.value_fen is None else row.value_fen,
                label=row.label,
                owner=by_name.get(row.owner),
                count=max(row.count, 1),
                area_m2=int(row.area) if row.area is not None else None,
                exempt_reason=row.exempt_reason,
            )
            for row in application.properties.all()
        ),
        single=_single(application, members),
    )


def _member(member: ApplicationMember) -> MemberFacts:
    person = member.person
    certified = member.disability_kind is not None and member.disability_grade is not None
    return MemberFacts(
        key=str(person.pk),
        name=person.name,
        birth=person.birth,
        protected=member.protected,
        disability_kind=member.disability_kind if certified else None,
        disability_grade=member.disability_grade if certified else None,
        serious_illness=member.severe_illness,
        not_counted=_not_counted(member.excluded_reason),
    )


def _not_counted(reason: str) -> str:
    """The key of the reason for which a person is not a member of the household (民发〔2021〕57号第7条)."""
    if not reason or reason in NOT_COUNTED:
        return reason
    for key, label in NOT_COUNTED.items():
        if label == reason:
            return key
    raise BadInput(f"“{reason}”不是可以不计入家庭成员的原因，请更正申报")


def _single(application: Application, members: list[ApplicationMember]) -> str | None:
    if not application.single_person:
        return None
    protected = [member for member in members if member.protected]
    if len(protected) != 1:
        raise BadInput("按单人保申请的，保障对象只能有一人，请更正申报")
    return str(protected[0].person_id)


def _protected(facts: HouseholdFacts) -> int:
    if facts.single is not None:
        return 1
    return sum(member.protected for member in facts.counted)
