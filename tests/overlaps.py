"""People who have two rights, for the tests of what excludes what. All invented."""

from datetime import date
from itertools import count

from assistance.forms.declaration import pack
from assistance.forms.shapes import shape_of
from assistance.models import (
    Application,
    Decision,
    Entitlement,
    EntitlementMember,
    LabourAbility,
    OutsideBenefit,
    Scheme,
)
from assistance.policy.overlaps import ELSEWHERE
from assistance.schemes import CATALOGUE, SCHEMES
from assistance.services import application as intake
from civaffairs.registry.models import Household, Membership, Person, Relationship
from tests import payments, programmes
from tests.cast import QINGXI_VILLAGE, Cast

_serial = count(1)
FAMILIES = {spec.code: spec.family for spec in CATALOGUE}
CODES = {name: name for name in ELSEWHERE} | {spec.family: spec.code for spec in reversed(CATALOGUE)}


def code_of(name: str) -> str:
    """A programme that stands for a name of the table; "*" is any, and this one has no row of its own."""
    return name if name in FAMILIES else CODES.get(name, "silicosis")


def someone(name: str = "沈福安", office: str = QINGXI_VILLAGE, birth: date = date(1960, 3, 8)) -> Person:
    """A person with a household of his own."""
    person = payments.person(name, office, birth)
    household = Household.objects.create(
        number=f"G{next(_serial):08d}", head=person, office_id=office, is_urban=False
    )
    Membership.objects.create(
        household=household, person=person, relationship=Relationship.HEAD, from_day=date(2025, 1, 1)
    )
    return person


def home(person: Person) -> Household:
    return person.memberships.get(until_day=None).household


def right(
    cast: Cast,
    person: Person,
    code: str,
    *,
    category: str = "",
    fen: int = 10_000,
    from_month: date = date(2026, 1, 1),
    until_month: date | None = None,
    household: Household | None = None,
    single: bool = False,
    params: dict | None = None,
) -> Entitlement:
    """A right of one person, for himself or for his household, as the programme is."""
    spec = SCHEMES[code]
    household = household or home(person)
    standard = payments.standard(cast, code)
    if params is not None:
        standard.params = params
        standard.save()
    row = Entitlement.objects.create(
        scheme_id=code,
        office_id=person.office_id,
        household=household,
        standard=standard,
        decision=_single(cast, person, code, household) if single else None,
        number=f"OV{next(_serial):08d}",
        beneficiary=person if spec.for_person else None,
        category=category,
        payee=person,
        persons=1,
        base_fen=fen,
        amount_fen=fen,
        from_month=from_month,
        pays_from=from_month,
        until_month=until_month,
    )
    EntitlementMember.objects.create(
        entitlement=row,
        person=person,
        family=Scheme.objects.get(pk=code).family,
        relationship=Relationship.HEAD,
        labour=LabourAbility.LOST,
        until_month=until_month,
    )
    if not person.accounts.exists():
        payments.account(person)
    return row


def _single(cast: Cast, person: Person, code: str, household: Household) -> Decision:
    day = date(2025, 12, 1)
    application = Application.objects.create(
        number=f"OVA{next(_serial)}",
        scheme_id=code,
        office_id=person.office_id,
        household=household,
        applicant=person,
        status="approved",
        reason="单人保",
        applied_on=day,
        submitted_on=day,
        single_person=True,
    )
    return Decision.objects.create(
        application=application,
        outcome="approved",
        number=f"OVD{next(_serial)}",
        decided_on=day,
        decided_by=cast.county_zhao,
    )


def handed_in(cast: Cast, code: str, person: Person, on: date = date(2026, 3, 2), **answers) -> Application:
    """The form of a programme for somebody who is known already, handed in by the township's clerk."""
    case = programmes.BY_CODE[code]
    scheme = Scheme.objects.get(pk=code)
    draft = intake.create_draft(scheme_code=code, office_code=QINGXI_VILLAGE, by=cast.township_li, on=on)
    typed = programmes.parts(case, on, person.id_number)
    typed["member"][0]["name"] = typed["account"]["holder"] = person.name
    typed["answers"] |= answers
    draft = intake.save_draft(
        draft_id=draft.pk,
        by=cast.township_li,
        content=pack(typed, shape_of(scheme.spec_on(on))),
        version=draft.version,
    )
    return intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=on)


def outside(person: Person, kind: str, fen: int = 9_000) -> OutsideBenefit:
    return OutsideBenefit.objects.create(
        office_id=person.office_id,
        person=person,
        kind=kind,
        amount_fen=fen,
        from_month=date(2026, 1, 1),
        source="核定表",
        entered_on=date(2026, 1, 5),
    )
