"""What a confirmed change does besides the rows of the right: to the register of people and households, and to the case
that a 转保 waits for."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from assistance.models import Application, ApplicationMember, DateEvent, Entitlement, EntitlementChange
from assistance.selectors.keepers import institutions_for
from assistance.services import case, certificates, work_refusal
from assistance.services.arrival import take_over
from assistance.services.change_chain import Chain, held_rows
from assistance.services.change_plan import Wish
from assistance.services.decision import first_month
from assistance.workflow import Act, ChangeKind, Status
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry import audit
from civaffairs.registry.models import BankAccount, Household, Membership, Person, Posting, Relationship

K = ChangeKind
LEFT_THE_HOUSE = ("married_out", "moved_away", "own_living")


def rights_reached(entitlement: Entitlement, wish: Wish) -> list[Entitlement]:
    """The right itself, and for a move or a new head every other right of the household that goes on, locked."""
    inside = wish.kind == K.MOVE and wish.details.get("to_office")
    if not inside and wish.kind != K.HEAD:
        return [entitlement]
    others = (
        Entitlement.objects.select_for_update(of=("self",))
        .filter(household_id=entitlement.household_id, until_month=None)
        .exclude(pk=entitlement.pk)
        .select_related("scheme", "payee")
        .order_by("pk")
    )
    if wish.kind == K.HEAD:
        others = others.filter(beneficiary=None)
    return [entitlement, *others]


def hold(chain: Chain, month: date) -> None:
    """暂停 from a month on: the row stays open and is not listed."""
    for row, since in held_rows(chain, month):
        row.held_since = since
        row.save(update_fields=["held_since"])


def ask_again(group: Iterable[EntitlementChange]) -> None:
    """What the calendar had asked for is open again, because its proposal came to nothing."""
    DateEvent.objects.filter(change__in=[one.pk for one in group]).update(
        state=DateEvent.State.OPEN, change=None, decided_by=None, decided_on=None, reason=""
    )


def before_rows(change: EntitlementChange, by: Posting, on: date) -> None:
    """For a 转保 the month has to be that of the new right, or a month would be unpaid or paid twice."""
    if change.kind != K.SWITCH:
        return
    application = waiting_case(change)
    granted = _granted(application)
    first = granted.from_month if granted is not None else first_month(application, on)
    if first != change.from_month:
        raise NotAllowed(
            f"新的保障{'已' if granted is not None else '今天确认的话'}从{first.year}年{first.month}月起，与转出月份不一致。"
            "请退回，由乡镇改了月份重新提出。"
        )


def details_for(entitlement: Entitlement, wish: Wish) -> dict[str, Any]:
    """What the form said, with what has to stay as it was when the change was proposed."""
    if wish.kind == K.SWITCH:
        return switch_details(entitlement, wish)
    if wish.reason_code == work_refusal.REFUSED:
        return {**wish.details, "refusal": work_refusal.numbers_on(wish.on)}
    return dict(wish.details)


def switch_details(entitlement: Entitlement, wish: Wish) -> dict[str, Any]:
    """Who of this right goes over with the case named in the form: the people it asks protection for."""
    number = str(wish.details.get("application", "")).strip().upper()
    if not number and entitlement.beneficiary_id is not None:
        # Its end has to be proposed, and posted, before the other form may be handed in: the case is found at the
        # confirmation.
        return {**wish.details, "persons": [entitlement.beneficiary_id]}
    application = Application.objects.filter(number=number).select_related("scheme").first()
    if application is None or application.scheme_id == entitlement.scheme_id:
        raise BadInput("没有找到这个受理编号的申请，或者是同一个项目", field="application")
    going = set(
        application.members.filter(protected=True, excluded_reason="").values_list("person_id", flat=True)
    )
    mine = list(entitlement.members.order_by("id").values_list("person_id", flat=True))
    persons = [person_id for person_id in mine if person_id in going]
    if not persons:
        raise BadInput(f"{number}的保障对象都不在这项待遇里", field="application")
    details = {**wish.details, "application": number, "persons": persons}
    home = details.pop("institution", None)
    if application.kept_by_institution and application.status != Status.APPROVED:
        if not home or not institutions_for(application).filter(pk=home).exists():
            raise BadInput("转入集中供养，请选择由哪家供养机构收款", field="institution")
        details["institution"] = home
    return details


def waiting_case(change: EntitlementChange) -> Application:
    """The case that a 转保 goes over to, locked; it has to wait for the county's decision, or be granted already."""
    rows = (
        Application.objects.select_for_update(of=("self",))
        .select_related("scheme", "applicant")
        .order_by("id")
    )
    number = change.details.get("application", "")
    application = rows.filter(number=number).first() if number else _case_of(change, rows)
    if application is None:
        raise NotAllowed("转入项目的申请还没有到县级待审核确认，不能一并办理转保。")
    if application.status != Status.DECIDING and _granted(application) is None:
        raise NotAllowed(
            f"{application.number}现在是“{application.get_status_display()}”，要到待审核确认才能一并办理转保。"
        )
    return application


def _case_of(change: EntitlementChange, rows: QuerySet[Application]) -> Application | None:
    """The case of the other programme that waits for the county and asks protection for these people."""
    family = change.entitlement.scheme.family
    asked = ApplicationMember.objects.filter(
        application=OuterRef("pk"),
        protected=True,
        excluded_reason="",
        person__in=change.details.get("persons", []),
    )
    other = "dibao" if family == "tekun" else "tekun"
    granted = Exists(Entitlement.objects.filter(decision__application=OuterRef("pk"), until_month=None))
    found = rows.filter(Exists(asked), scheme__family=other)
    return (
        found.filter(status=Status.DECIDING).first() or found.filter(granted, status=Status.APPROVED).last()
    )


def _granted(application: Application) -> Entitlement | None:
    """The right that the case was granted already; then the 转保 only ends the other one."""
    if application.status != Status.APPROVED:
        return None
    return (
        Entitlement.objects.filter(decision__application=application, until_month=None).order_by("id").first()
    )


def after_rows(change: EntitlementChange, by: Posting, on: date) -> None:
    """The register of people follows the rights, and what the calendar asked of a certificate that was renewed is closed."""
    certificates.follow(change, by, on)
    if change.kind == K.SWITCH:
        application = waiting_case(change)
        if application.status == Status.APPROVED:
            return
        kept = (
            {"institution_id": change.details.get("institution")} if application.kept_by_institution else {}
        )
        case.perform(
            Act.APPROVE.value,
            application_id=application.pk,
            by=by,
            on=on,
            version=application.version,
            opinion=f"与{change.entitlement.scheme.short_name}转保一并确认",
            **kept,
        )
    elif change.kind == K.DEATH:
        _bury(change)
    elif change.kind == K.JOIN:
        _take_in(change, by, on)
    elif change.kind == K.LEAVE and change.reason_code in LEFT_THE_HOUSE:
        Membership.objects.filter(
            person=change.person, household_id=change.entitlement.household_id, until_day=None
        ).update(until_day=on)
    elif change.kind == K.HEAD:
        _new_head(change, on)
    elif change.kind == K.MOVE and change.details.get("to_office"):
        _move_house(change, by)


def _bury(change: EntitlementChange) -> None:
    person = Person.objects.select_for_update(of=("self",)).get(pk=change.person_id)
    if person.died_on is None:
        person.died_on = change.died_on
        person.save(update_fields=["died_on"])
    if change.payee_id is None:
        return
    for household in Household.objects.select_for_update(of=("self",)).filter(head=person):
        if household.memberships.filter(person=change.payee_id, until_day=None).exists():
            household.head_id = change.payee_id
            household.save(update_fields=["head"])


def _take_in(change: EntitlementChange, by: Posting, on: date) -> None:
    household_id = change.entitlement.household_id
    person = Person.objects.select_for_update(of=("self",)).get(pk=change.person_id)
    household = Household.objects.select_related("office").get(pk=household_id)
    take_over(person=person, household=household, number=change.entitlement.number, by=by)
    present = Membership.objects.filter(person=change.person_id, until_day=None).first()
    if present is not None and present.household_id == household_id:
        return
    if present is not None:
        present.until_day = max(on, present.from_day)
        present.save(update_fields=["until_day"])
    Membership.objects.create(
        household_id=household_id,
        person_id=change.person_id,
        relationship=change.details["relationship"],
        from_day=on,
    )


def _new_head(change: EntitlementChange, on: date) -> None:
    household = Household.objects.select_for_update(of=("self",)).get(pk=change.entitlement.household_id)
    household.head_id = change.person_id
    household.save(update_fields=["head"])
    asked = change.details.get("relationships", {})
    for row in household.memberships.filter(until_day=None):
        head = row.person_id == change.person_id
        relationship = Relationship.HEAD if head else asked.get(str(row.person_id), Relationship.OTHER)
        if row.relationship == relationship:
            continue
        if row.from_day < on:
            row.until_day = on
            row.save(update_fields=["until_day"])
            Membership.objects.create(
                household=household, person_id=row.person_id, relationship=relationship, from_day=on
            )
        else:
            row.relationship = relationship
            row.save(update_fields=["relationship"])


def _move_house(change: EntitlementChange, by: Posting) -> None:
    """The household, those of it who are registered where it was, and their accounts."""
    before, after = change.office_id, change.details["to_office"]
    household = Household.objects.select_for_update(of=("self",)).get(pk=change.entitlement.household_id)
    household.office_id = after
    household.save(update_fields=["office"])
    members = household.memberships.filter(until_day=None).values("person_id")
    people = Person.objects.filter(pk__in=members, office_id=before)
    moved = list(people.values_list("pk", flat=True))
    people.update(office_id=after)
    BankAccount.objects.filter(person__in=moved).update(office_id=after)
    audit.record(
        "household.move",
        by=by,
        subject=household,
        label=f"{household}",
        office_code=before,
        details={"before": before, "after": after, "number": change.number},
    )
