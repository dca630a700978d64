"""Who comes over from another village with an application, once it is confirmed.

Until then he stays where he is registered, as he is: naming somebody on a form must neither take him out of the
sight of his own office nor write over his telephone or his disability.
"""

from datetime import date

from assistance.models import Application, ApplicationMember, Entitlement
from civaffairs.lib.errors import Conflict
from civaffairs.registry import audit
from civaffairs.registry.models import BankAccount, Household, Membership, Office, Person, Posting


def take_in_members(*, application: Application, by: Posting, on: date) -> None:
    """Bring the registry up to what was declared: village, telephone, ethnicity, disability, household; the accounts
    go with their holder.

    The caller holds the transaction and the lock of the application. Raises Conflict when somebody began to draw the
    money of a household in another township after the form was handed in.
    """
    rows = {row.person_id: row for row in application.members.all()}
    # Locked in the order of their keys, as when a form is handed in.
    persons = list(Person.objects.select_for_update(of=("self",)).filter(pk__in=rows).order_by("pk"))
    coming = [person for person in persons if person.office_id != application.office_id]
    _refuse_payees_of_others(coming, application.household_id, application.office)
    for person in coming:
        _move(person, rows[person.pk], application, by)
    _join(persons, rows, application, on)


def take_over(*, person: Person, household: Household, number: str, by: Posting) -> None:
    """Somebody who joins a household in another village is registered there from now on, with his account; the village that
    he left reads it in its trail. `number` is of the right that he joins. Raises Conflict as take_in_members does."""
    if person.office_id == household.office_id:
        return
    _refuse_payees_of_others([person], household.pk, household.office)
    before, person.office_id = person.office_id, household.office_id
    person.save(update_fields=["office"])
    _bring_accounts(person, before, number, by)


def _refuse_payees_of_others(coming: list[Person], household_id: int, office: Office) -> None:
    drawing = Entitlement.objects.filter(payee__in=coming, until_month=None).exclude(
        household_id=household_id
    )
    township = office.parent_id
    for row in drawing.exclude(office__parent_id=township).select_related(
        "payee", "office__parent", "scheme"
    ):
        raise Conflict(
            f"{row.payee.name}正在{row.office.parent.name}代领{row.scheme.short_name}，请先由那里变更领款人。",
            [row.payee_id],
        )


def _move(person: Person, row: ApplicationMember, application: Application, by: Posting) -> None:
    before, person.office_id = person.office_id, application.office_id
    if row.ethnicity:
        person.ethnicity = row.ethnicity
    if row.disability_number:
        person.set_disability_number(row.disability_number)
        person.disability_kind, person.disability_grade = row.disability_kind, row.disability_grade
    if person.pk == application.applicant_id and application.phone:
        person.set_phone(application.phone)
    person.save()
    _bring_accounts(person, before, application.number, by)


def _bring_accounts(person: Person, before: str, number: str, by: Posting) -> None:
    BankAccount.objects.filter(person=person).update(office_id=person.office_id)
    # The trace stands where he was: that office loses sight of him.
    audit.record(
        "person.move",
        by=by,
        subject=person,
        office_code=before,
        details={"before": before, "after": person.office_id, "number": number},
    )


def _join(
    persons: list[Person], rows: dict[int, ApplicationMember], application: Application, on: date
) -> None:
    """Out of the books of other households, into this one; who is in it already stays as he is."""
    present = {m.person_id: m for m in Membership.objects.filter(person__in=persons, until_day=None)}
    for person in persons:
        membership = present.get(person.pk)
        if person.died_on is not None or (
            membership is not None and membership.household_id == application.household_id
        ):
            continue
        if membership is not None:
            membership.until_day = max(on, membership.from_day)
            membership.save(update_fields=["until_day"])
        Membership.objects.create(
            household_id=application.household_id,
            person=person,
            relationship=rows[person.pk].relationship,
            from_day=on,
        )
