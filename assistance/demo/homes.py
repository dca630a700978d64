"""The homes in which people are kept at the state's cost, with the accounts that are paid for them."""

from assistance.demo.people import People
from assistance.demo.places import Place
from assistance.demo.sizes import FIRST_MONTH
from assistance.demo.staff import Staff
from assistance.models import PayeeInstitution
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import Office

MOST = 6


def open_homes(villages: list[Place], staff: Staff, people: People) -> list[PayeeInstitution]:
    """One in each of the first townships, entered by one person and confirmed by another years ago."""
    codes = list(dict.fromkeys(village.parent for village in villages))[:MOST]
    names = dict(Office.objects.filter(code__in=codes).values_list("code", "name"))
    rows = []
    for code in codes:
        name, account = f"{names[code]}中心敬老院", people.card()
        rows.append(
            PayeeInstitution(
                office_id=code,
                name=name,
                holder=name,
                bank=f"云岭农商行{names[code]}支行",
                account=account,
                account_index=blind_index(account, "bank-account"),
                account_tail=account[-4:],
                entered_by=staff.county_qian,
                confirmed_by=staff.county_zhao,
                confirmed_on=FIRST_MONTH.replace(year=2023),
            )
        )
    return PayeeInstitution.objects.bulk_create(rows)
