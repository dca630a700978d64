"""From a valid declaration to rows: persons, household, and what was declared.

Nothing here checks; services/application.py calls it when forms and obstacles have nothing left to say, inside its
transaction.
"""

import json
from datetime import date
from typing import Any

from assistance.forms.declaration import Declaration
from assistance.models import (
    Application,
    ApplicationMember,
    DeductionItem,
    IncomeItem,
    PropertyItem,
    Supporter,
)
from assistance.services.numbering import household_number, substitute_number
from assistance.services.obstacles import Known
from civaffairs.registry.models import Household, Membership, Office, Person, Relationship

# How the short answers of the member card read as lines of income.
NO_INCOME = "申报没有收入"
NOT_VERIFIED = "收入未核定"


def settle_people(declaration: Declaration, known: Known, office_id: str) -> dict[str, Person]:
    """The person of every row (by form prefix): known ones of this village brought up to date, new ones entered.

    Somebody registered in another village stays there as he is: a form is only a family's word. What it says of him
    stands in the rows of the application until the decision (services/arrival.py).
    """
    persons = {}
    for member in declaration.members:
        data = member.cleaned_data
        person = known.persons.get(member.prefix) or _new_person(data, office_id)
        persons[member.prefix] = person
        if person.pk and person.office_id != office_id:
            continue
        person.office_id = office_id
        if data["ethnicity"]:
            person.ethnicity = data["ethnicity"]
        if data["disability_number"]:
            person.set_disability_number(data["disability_number"])
            person.disability_kind, person.disability_grade = (
                data["disability_kind"],
                data["disability_grade"],
            )
        if member is declaration.applicant:
            person.set_phone(declaration.cleaned["basics"]["phone"])
        person.save()
    return persons


def _new_person(data: dict[str, Any], office_id: str) -> Person:
    person = Person(sex=data["sex"], birth=data["birth"])
    person.set_name(data["name"])
    if data["id_number"]:
        person.set_id_number(data["id_number"])
    else:
        person.without_id = True
        person.substitute_number = substitute_number(office_id, data["birth"])
    return person


def settle_household(
    declaration: Declaration,
    known: Known,
    persons: dict[str, Person],
    *,
    office_id: str,
    is_urban: bool | None,
    on: date,
    on_the_spot: bool = False,
) -> tuple[Household, list[str]]:
    """The household as declared: members who are new to it join on that day, those left out leave it. Who is still
    in the book of another village stays there until the decision (services/arrival.py). A family that is helped `on_the_spot`
    far from home stays in its own book, so that the same cause is found again wherever it asks.

    Returns it with one sentence for each who left or came from elsewhere, for the clerk to see and the timeline to keep.
    """
    if declaration.shape.one_person:
        return _household_of(persons[declaration.head.prefix], declaration, known, office_id, on)
    head = persons[declaration.head.prefix]
    at_home = known.memberships.get(head.pk) if on_the_spot and head.pk else None
    if at_home is not None and at_home.household.office_id != office_id:
        return at_home.household, [f"{head.name}户登记在外村，在困难发生地办理，登记不变"]
    household = known.household or Household(number=household_number(office_id))
    household.head, household.office_id = head, office_id
    if is_urban is not None:
        household.is_urban = is_urban
    elif household.pk is None:
        # A programme that is for town and country alike: a new household is of the place where it lives.
        household.is_urban = Office.objects.values_list("is_urban", flat=True).get(pk=office_id)
    household.address = declaration.cleaned["basics"]["address"]
    household.save()
    listed = {person.pk for person in persons.values()}
    leavers = household.memberships.filter(until_day=None).exclude(person_id__in=listed)
    names = leavers.values_list("person__name", flat=True)
    notes = [f"{name}原在本户，这次没有列入，已从本户转出" for name in names]
    leavers.update(until_day=on)
    for member in declaration.members:
        person = persons[member.prefix]
        before = known.memberships.get(person.pk)
        if person.office_id != office_id or (before and before.household.office_id != office_id):
            then = "登记不变" if on_the_spot else "确认保障后才转入本户"
            notes.append(f"{person.name}登记在外村，{then}")
            continue
        if before and before.household_id != household.pk:
            notes.append(f"{person.name}已从原家庭转入本户")
        _join(household, person, member.cleaned_data["relationship"], known, on)
    return household, notes


def _household_of(
    person: Person, declaration: Declaration, known: Known, office_id: str, on: date
) -> tuple[Household, list[str]]:
    """The book that one person stands in, untouched; who stands in none gets one of his own.

    A form for one person says nothing of the others, so nobody else joins or leaves.
    """
    present = known.memberships.get(person.pk)
    if present is not None:
        household, notes = present.household, []
        if household.office_id != office_id:
            notes.append(f"{person.name}登记在外村，确认后才转入本村")
        elif household.head_id == person.pk:
            household.address = declaration.cleaned["basics"]["address"]
            household.save(update_fields=["address"])
        return household, notes
    household = Household(
        number=household_number(office_id),
        head=person,
        office_id=office_id,
        address=declaration.cleaned["basics"]["address"],
        is_urban=Office.objects.values_list("is_urban", flat=True).get(pk=office_id),
    )
    household.save()
    _join(household, person, Relationship.HEAD, known, on)
    return household, []


def _join(household: Household, person: Person, relationship: str, known: Known, on: date) -> None:
    present = known.memberships.get(person.pk)
    if present:
        here = present.household_id == household.pk
        if here and present.relationship == relationship:
            return
        if here and present.from_day == on:
            present.relationship = relationship
            present.save(update_fields=["relationship"])
            return
        present.until_day = max(on, present.from_day)
        present.save(update_fields=["until_day"])
    Membership.objects.create(household=household, person=person, relationship=relationship, from_day=on)


def fill_application(application: Application, declaration: Declaration, persons: dict[str, Person]) -> None:
    """Put what was asked on the application. Does not save."""
    basics, account = declaration.cleaned["basics"], declaration.cleaned["account"]
    application.applicant = persons[declaration.applicant.prefix]
    if declaration.shape.one_person:
        application.beneficiary = application.applicant
    application.reason = basics["reason"]
    application.causes = basics.get("causes", [])
    application.applied_on = basics["applied_on"]
    application.single_person = bool(basics.get("single_person"))
    application.answers = json.dumps(plain_answers(declaration), ensure_ascii=False)
    application.agent_name = basics["agent_name"]
    application.agent_relation = basics["agent_relation"]
    application.phone = basics["phone"]
    application.housing = _housing(declaration)
    if account:
        application.account_bank = account["bank"]
        application.account_holder = account["holder"]
        application.account_number = account["number"]
        application.account_holder_reason = account["holder_reason"]


def plain_answers(declaration: Declaration) -> dict[str, Any]:
    """Answers as they are kept: what was left open is not there."""
    given = {name: value for name, value in declaration.answers.items() if value not in (None, "", [])}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}


def _housing(declaration: Declaration) -> dict[str, str]:
    """Answers by their labels, in the order of the form: pages and papers print them as they stand."""
    form = declaration.parts.get("housing")
    if form is None:
        return {}
    answers = {str(form.fields[name].label): value for name, value in form.cleaned_data.items()}
    return {label: str(value) for label, value in answers.items() if value not in (None, "")}


def write_rows(application: Application, declaration: Declaration, persons: dict[str, Person]) -> None:
    """The declared members, incomes, deductions, property and supporters; those of an earlier version go."""
    for related in ("incomes", "deductions", "properties", "supporters", "members"):
        getattr(application, related).all().delete()
    cleaned = declaration.cleaned
    rows, names = {}, {}
    for order, member in enumerate(declaration.members):
        row = _member_row(application, persons[member.prefix], order, member.cleaned_data)
        row.save()
        key = member.cleaned_data["key"]
        rows[key], names[key] = row, row.person.name
    IncomeItem.objects.bulk_create(
        [*_stated_incomes(application, declaration, rows), *_incomes(application, cleaned["income"], rows)]
    )
    DeductionItem.objects.bulk_create(
        DeductionItem(
            application=application,
            member=rows.get(line["member"]),
            kind=line["kind"],
            label=line["label"],
            annual_fen=line["annual"],
        )
        for line in cleaned["deduction"]
    )
    PropertyItem.objects.bulk_create(
        PropertyItem(
            application=application,
            kind=line["kind"],
            label=line["label"],
            owner=names.get(line["member"], ""),
            value_fen=line["value"],
            count=line["count"] or 1,
            area=line["area"],
            certificate=line["certificate"],
            exempt_reason=line["exempt_reason"],
        )
        for line in cleaned["property"]
    )
    Supporter.objects.bulk_create(
        Supporter(
            application=application,
            name=line["name"],
            id_number=line["id_number"] or "",
            supports=names.get(line["member"], ""),
            relation=line["relation"],
            household_size=line["household_size"],
            annual_income_fen=line["annual_income"],
            annual_support_fen=line["annual_support"],
            consented=line["consented"],
        )
        for line in cleaned["supporter"]
    )


def _member_row(
    application: Application, person: Person, order: int, data: dict[str, Any]
) -> ApplicationMember:
    same = ("relationship", "protected", "labour", "health", "severe_illness", "illness", "disability_kind")
    same += ("disability_grade", "marriage", "education", "employment", "employer", "school", "insurance")
    return ApplicationMember(
        application=application,
        person=person,
        order=order,
        excluded_reason=data["not_counted"],
        ethnicity=data["ethnicity"] or "",
        disability_number=data["disability_number"] or "",
        **{name: data[name] for name in same},
    )


def _stated_incomes(
    application: Application, declaration: Declaration, rows: dict[str, ApplicationMember]
) -> list[IncomeItem]:
    """No income is a line of zero that somebody has declared; not verified is a line without a sum."""
    lines = []
    for member in declaration.members:
        state = member.cleaned_data["income_state"]
        if state in ("none", "unknown"):
            lines.append(
                IncomeItem(
                    application=application,
                    member=rows[member.cleaned_data["key"]],
                    kind="other",
                    label=NO_INCOME if state == "none" else NOT_VERIFIED,
                    annual_fen=0 if state == "none" else None,
                )
            )
    return lines


def _incomes(
    application: Application, lines: list[dict[str, Any]], rows: dict[str, ApplicationMember]
) -> list[IncomeItem]:
    return [
        IncomeItem(
            application=application,
            member=rows[line["member"]],
            kind=line["kind"],
            nature=line["nature"],
            label=line["label"],
            annual_fen=line["annual"],
            note=line["note"],
        )
        for line in lines
    ]
