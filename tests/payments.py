"""What the stage before payment leaves behind: households with entitlements and accounts. All invented.

Payment begins where a decision ended, so these are its inputs; the flow tests come to the same rows by acting.
"""

from datetime import date
from itertools import count

from assistance.models import Entitlement, EntitlementMember, LabourAbility, Scheme, Standard
from civaffairs.lib.identity import check_digit
from civaffairs.registry.models import (
    BankAccount,
    Household,
    Membership,
    Person,
    Relationship,
    Sex,
)
from tests.cast import COUNTY, QINGXI_VILLAGE, Cast

RURAL = "dibao-rural"
MAY = date(2026, 5, 1)
JUNE = date(2026, 6, 1)
TODAY = date(2026, 5, 6)

_serial = count(1)


def id_number(serial: int, birth: date = date(1960, 3, 8)) -> str:
    """A well-formed number of a county that does not exist."""
    first17 = f"519901{birth:%Y%m%d}{serial % 1000:03d}"
    return first17 + check_digit(first17)


def person(name: str, office: str = QINGXI_VILLAGE, birth: date = date(1960, 3, 8)) -> Person:
    serial = next(_serial)
    made = Person(sex=Sex.FEMALE, birth=birth, office_id=office)
    made.set_name(name)
    made.set_id_number(id_number(serial, date(birth.year, birth.month, serial // 1000 % 28 + 1)))
    made.save()
    return made


def account(owner: Person, number: str = "", holder: str = "", bank: str = "云岭农商银行") -> BankAccount:
    made = BankAccount(
        person=owner,
        office_id=owner.office_id,
        holder=holder or owner.name,
        bank=bank,
        state=BankAccount.State.ACTIVE,
        from_day=date(2025, 1, 1),
    )
    made.set_number(number or f"62290099{next(_serial):011d}")
    made.save()
    return made


def standard(cast: Cast, scheme: str = RURAL) -> Standard:
    found = Standard.objects.filter(scheme=scheme).first()
    return found or Standard.objects.create(
        scheme_id=scheme,
        office_id=COUNTY,
        from_month=date(2026, 1, 1),
        document_number="云民〔2026〕1号",
        params={},
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
    )


def entitlement(
    cast: Cast,
    name: str = "赵玥",
    *,
    scheme: str = RURAL,
    office: str = QINGXI_VILLAGE,
    base_fen: int = 35_820,
    classified_fen: int = 0,
    from_month: date = date(2026, 1, 1),
    until_month: date | None = None,
    with_account: bool = True,
    persons: int = 1,
    **more,
) -> Entitlement:
    """One household in force, its payee being its head and first member."""
    head = person(name, office)
    household = Household.objects.create(
        number=f"H{next(_serial):08d}", head=head, office_id=office, is_urban=False
    )
    members = [head, *(person(f"{name}之{n}", office) for n in range(1, persons))]
    for at, member in enumerate(members):
        relationship = Relationship.HEAD if at == 0 else Relationship.OTHER
        Membership.objects.create(
            household=household, person=member, relationship=relationship, from_day=date(2025, 1, 1)
        )
    row = Entitlement.objects.create(
        scheme_id=scheme,
        office_id=office,
        household=household,
        standard=standard(cast, scheme),
        number=f"ND{next(_serial):08d}",
        payee=head,
        persons=persons,
        base_fen=base_fen,
        classified_fen=classified_fen,
        amount_fen=base_fen + classified_fen,
        from_month=from_month,
        until_month=until_month,
        **{"pays_from": from_month} | more,
    )
    for at, member in enumerate(members):
        EntitlementMember.objects.create(
            entitlement=row,
            person=member,
            family=Scheme.objects.get(pk=scheme).family,
            relationship=Relationship.HEAD if at == 0 else Relationship.OTHER,
            labour=LabourAbility.LOST,
            until_month=until_month,
        )
    if with_account:
        account(head)
    return row
