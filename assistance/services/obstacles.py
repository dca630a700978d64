"""What stands in the way of a declaration: each sentence is put beside the field that it is about.

The forms know shape and format; here the declaration meets the rows. The number of queries does not depend on the
number of members.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.forms import BaseForm

from assistance.forms.declaration import Declaration
from assistance.models import Application, ApplicationMember, Entitlement, EntitlementMember, Scheme
from assistance.selectors.overlap import Met
from assistance.services import overlap
from assistance.workflow import OPEN_STATUSES
from civaffairs.registry import access
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import Household, Membership, Person, Posting


@dataclass
class Known:
    """What the registry knows of the people on a form."""

    persons: dict[str, Person] = field(default_factory=dict)  # form prefix → person
    memberships: dict[int, Membership] = field(default_factory=dict)  # person id → open membership
    household: Household | None = None  # the one that this form goes on with
    # What the people have that does not simply go together with this programme, and yet may be asked for.
    overlaps: list[Met] = field(default_factory=list)


def find_known(declaration: Declaration, office_id: str, application: Application | None) -> Known:
    """The persons of the form that exist already, locked, and the household it continues."""
    known = Known(persons=_known_persons(declaration, office_id, application))
    ids = [person.pk for person in known.persons.values()]
    open_rows = Membership.objects.filter(person_id__in=ids, until_day=None)
    for row in open_rows.select_related("household__head", "household__office__parent"):
        known.memberships[row.person_id] = row
    known.household = application.household if application else _continued(declaration, known, office_id)
    return known


def _known_persons(
    declaration: Declaration, office_id: str, application: Application | None
) -> dict[str, Person]:
    """By ID number, by the number given in place of one, and without either by name, sex and birth in the same
    village: writing the same person down twice is the more dangerous mistake."""
    by_index, by_substitute, nameless = {}, {}, {}
    for member in declaration.members:
        given = member.cleaned_data.get
        if given("id_number"):
            by_index[blind_index(given("id_number"), "id-number")] = member.prefix
        elif given("substitute_number"):
            by_substitute[given("substitute_number")] = member.prefix
        elif given("without_id") and given("birth"):
            nameless[given("name"), given("sex"), given("birth")] = member.prefix
    # Locked in the order of their keys: two forms with the same people wait for each other instead of meeting.
    rows = Person.objects.select_for_update(of=("self",)).order_by("pk")
    found = {by_index[person.id_index]: person for person in rows.filter(id_index__in=by_index)}
    for person in rows.filter(substitute_number__in=by_substitute):
        found[by_substitute[person.substitute_number]] = person
    if nameless:
        names = {name for name, _, _ in nameless}
        for person in rows.filter(without_id=True, office_id=office_id, name__in=names):
            prefix = nameless.get((person.name, person.sex, person.birth))
            if prefix:
                found[prefix] = person
    return found


def _continued(declaration: Declaration, known: Known, office_id: str) -> Household | None:
    """The head's present household, if it is of this village and its head is on the form too or has died. Otherwise
    the head leaves it, and a new household begins."""
    head = declaration.head
    person = known.persons.get(head.prefix) if head else None
    if declaration.shape.one_person:
        own = known.memberships.get(person.pk) if person else None
        return own.household if own else None
    membership = known.memberships.get(person.pk) if person else None
    if membership is None:
        return None
    household = membership.household
    if household.office_id != office_id:
        return None
    listed = {person.pk for person in known.persons.values()}
    return household if household.head_id in listed or household.head.died_on else None


def find_obstacles(
    declaration: Declaration,
    known: Known,
    *,
    scheme: Scheme,
    application: Application | None,
    by: Posting,
) -> None:
    """Add to the forms what forbids handing this declaration in."""
    ids = [person.pk for person in known.persons.values()]
    # Help for a single event may be asked for again; its rule looks at the cause.
    paid = {} if scheme.spec.is_one_off else _paid(ids, scheme.family)
    asking = _asking(ids, scheme.family, application)
    payees = _payees(ids)
    for member in declaration.members:
        given = member.cleaned_data.get
        person = known.persons.get(member.prefix)
        if person is None:
            if given("substitute_number"):
                member.add_error("id_number", "没有这个无证编号，请核对")
            continue
        _same_person(member, person, by)
        if person.died_on:
            role = "申请这个项目" if declaration.shape.one_person else "作为家庭成员"
            member.add_error("name", f"已登记于 {person.died_on:%Y-%m-%d} 死亡，不能{role}")
        if row := paid.get(person.pk):
            article = overlap.twice(scheme, row.scheme)
            member.add_error(
                "id_number", f"正在{_place(row.office, by)}享受{row.scheme.short_name}，不能重复申请{article}"
            )
        elif case := asking.get(person.pk):
            seen = f"（{case.number}）" if access.covers_office(by, case.office_id) else ""
            member.add_error(
                "id_number",
                f"在{_place(case.office, by)}已有一件{case.scheme.short_name}申请{seen}正在办理，办结后才能再申请",
            )
        elif declaration.shape.one_person or scheme.spec.is_on_the_spot:
            continue  # nobody comes over from where he is registered
        elif (row := payees.get(person.pk)) and not access.covers_office(by, row.office_id):
            # Whoever draws money for a household elsewhere would come under this office, his account with him.
            member.add_error(
                "id_number", f"正在{_place(row.office, by)}代领{row.scheme.short_name}，请先由那里变更领款人"
            )
        else:
            _elsewhere(member, known.memberships.get(person.pk), known.household, by)
    one = declaration.shape.one_person
    if known.household and not one and not any(m.errors.get("id_number") for m in declaration.members):
        _household_is_free(declaration, known.household, scheme, application)
    known.overlaps = overlap.mark(declaration, known.persons, known.household, scheme)


def _same_person(member: BaseForm, person: Person, by: Posting) -> None:
    typed = member.cleaned_data.get("name")
    if typed and typed.replace(" ", "") != person.name.replace(" ", ""):
        # The name of a person of another township is not for these eyes.
        own = access.covers_office(by, person.office_id)
        known = f"已登记为“{person.name}”" if own else "已登记为另一个姓名"
        member.add_error("name", f"这个号码{known}，请核对姓名和号码")


def _elsewhere(
    member: BaseForm, membership: Membership | None, household: Household | None, by: Posting
) -> None:
    """In another household's book: either a mistake, or the person has really left it and says so."""
    if membership is None or (household and membership.household_id == household.pk):
        return
    if member.cleaned_data.get("moved_out"):
        return
    other = membership.household
    whose = f"{other.head.name}户" if access.covers_office(by, other.office_id) else "一户"
    member.add_error(
        "moved_out",
        f"{member.cleaned_data.get('name')}现在登记在{_place(other.office, by)}{whose}。确已分户或迁来的，勾选这一项；不是的，请删除这一人",
    )


def _household_is_free(
    declaration: Declaration, household: Household, scheme: Scheme, application: Application | None
) -> None:
    head = declaration.head
    if head is None:
        return
    paid = Entitlement.objects.filter(
        household=household, beneficiary=None, until_month=None, scheme__family=scheme.family
    )
    asking = Application.objects.open().filter(
        household=household, beneficiary=None, scheme__family=scheme.family
    )
    if application:
        asking = asking.exclude(pk=application.pk)
    if paid.exists():
        head.add_error("id_number", f"{household}正在享受{scheme.short_name}，不能重复申请")
    elif number := asking.values_list("number", flat=True).first():
        head.add_error("id_number", f"{household}已有一件申请（{number}）正在办理，办结后才能再申请")


def _paid(ids: Iterable[int], family: str) -> dict[int, Entitlement]:
    rows = EntitlementMember.objects.filter(person_id__in=ids, family=family, until_month=None)
    rows = rows.filter(entitlement__until_month=None)
    return {
        row.person_id: row.entitlement
        for row in rows.select_related("entitlement__scheme", "entitlement__office__parent")
    }


def _payees(ids: Iterable[int]) -> dict[int, Entitlement]:
    """Who draws money now, for himself or for others of his household."""
    rows = Entitlement.objects.filter(payee_id__in=ids, until_month=None)
    return {row.payee_id: row for row in rows.select_related("scheme", "office__parent")}


def _asking(ids: Iterable[int], family: str, application: Application | None) -> dict[int, Application]:
    rows = ApplicationMember.objects.filter(
        person_id__in=ids,
        application__status__in=OPEN_STATUSES,
        application__scheme__family=family,
    )
    if application:
        rows = rows.exclude(application=application)
    return {
        row.person_id: row.application
        for row in rows.select_related("application__scheme", "application__office__parent")
    }


def _place(office, by: Posting) -> str:
    """A village of one's own area by name, of another one by the township to telephone."""
    if access.covers_office(by, office.pk):
        return office.name
    return office.parent.name if office.parent else office.name
