"""Batches and what they need: standards of the programmes for many at once, and people in force. All invented."""

from datetime import date

from assistance.models import Batch, PayeeInstitution, Scheme, Standard
from assistance.policy.rules import rule_of
from assistance.services.batch import Plan, Source, approve_batch, prepare_batch
from civaffairs.registry import clock
from civaffairs.registry.keys import blind_index
from tests.cast import COUNTY, Cast
from tests.payments import TODAY

MAY = date(2026, 5, 1)
DAY = date(2026, 5, 5)
PRICES = {"of_month": date(2026, 4, 1), "published_on": date(2026, 5, 4)}
RISEN = {"cpi": 210, "food": 655, "scpi": 385}


def standard(cast: Cast, scheme: str, office: str = COUNTY, **params) -> Standard:
    """The county's confirmed numbers: those suggested, with `params` in their place."""
    row = Scheme.objects.get(pk=scheme)
    rule, names = rule_of(row.spec.rule), row.spec.category_names
    numbers = rule.suggested(names) | params
    rule.read(numbers, names)
    return Standard.objects.create(
        scheme=row,
        office_id=office,
        from_month=date(2026, 1, 1),
        document_number="云民〔2026〕2号",
        params=numbers,
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
        confirmed_at=clock.now(),
    )


def insurance_office(cast: Cast) -> PayeeInstitution:
    """The account that the premiums of all go to, entered by one person and confirmed by another."""
    return PayeeInstitution.objects.create(
        office_id=COUNTY,
        name="云岭县医疗保障事务中心",
        holder="云岭县医疗保障事务中心",
        bank="云岭农商银行",
        account="6229009900000000001",
        account_index=blind_index("6229009900000000001", "bank-account"),
        account_tail="0001",
        entered_by=cast.county_qian,
        entered_on=date(2026, 1, 5),
        confirmed_by=cast.cashier_zhou,
        confirmed_on=date(2026, 1, 6),
    )


def plan(scheme: str, *sources: str | Source, **changes) -> Plan:
    fields = {
        "scheme": scheme,
        "month": MAY,
        "title": "2026年端午节慰问",
        "document_number": "云民〔2026〕30号",
        "as_of": DAY,
        "sources": [row if isinstance(row, Source) else Source(row) for row in sources],
    }
    if scheme == "festival":
        fields["occasion"] = "other"
    if scheme == "price":
        fields |= PRICES | {"indexes": RISEN, "title": "4月价格临时补贴"}
    if scheme == "premium-aid":
        fields |= {"year": 2026, "title": "2026年资助参保"}
    return Plan(**(fields | changes))


def prepared(cast: Cast, scheme: str, *sources: str | Source, **changes) -> Batch:
    return prepare_batch(plan=plan(scheme, *sources, **changes), by=cast.county_qian, on=TODAY)


def approved(cast: Cast, scheme: str, *sources: str | Source, **changes) -> Batch:
    batch = prepared(cast, scheme, *sources, **changes)
    return approve_batch(batch_id=batch.pk, by=cast.county_zhao, on=TODAY)
