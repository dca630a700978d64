"""What the invented county pays to many at once: Spring Festival money, insurance premiums, and a price subsidy that waits."""

from datetime import date

from assistance.demo.people import invented_card
from assistance.demo.places import COUNTY_CODE
from assistance.demo.staff import Staff
from assistance.models import Batch, PayeeInstitution
from assistance.services.batch import Plan, Source, approve_batch, prepare_batch
from civaffairs.registry.keys import blind_index

_TEKUN, _CHILDREN = ("tekun-rural", "tekun-urban"), ("orphan", "de-facto-orphan")
_SOLDIERS = ("vet-disability", "vet-survivor", "vet-living")
INSURANCE_OFFICE = "云岭县医疗保障事务中心"


def _sources(*codes: str) -> tuple[Source, ...]:
    return tuple(Source(code) for code in codes)


def approved_for(month: date, staff: Staff, on: date, then: date) -> list[str]:
    """Prepare and approve what is paid in the month; gives the programmes that have a list to be made."""
    plans = []
    if month.month == 1:
        plans.append(
            Plan(
                scheme="premium-aid",
                month=month,
                title="2026年度资助参保",
                document_number="云医保发〔2025〕41号",
                as_of=on,
                sources=_sources(*_TEKUN, *_CHILDREN, "dibao-edge"),
                year=2026,
                paid_to=_insurance_office(staff).pk,
            )
        )
    elif month.month == 2:
        plans.append(
            Plan(
                scheme="festival",
                month=month,
                title="2026年春节慰问",
                document_number="云民发〔2025〕52号",
                as_of=on,
                sources=_sources(*_TEKUN, *_CHILDREN, *_SOLDIERS),
                occasion="spring",
            )
        )
    for plan in plans:
        batch = prepare_batch(plan=plan, by=staff.county_qian, on=on)
        approve_batch(batch_id=batch.pk, by=staff.county_zhao, on=then)
    return [plan.scheme for plan in plans]


def leave_price_subsidy(staff: Staff, month: date, on: date) -> Batch:
    """The prices of April set the mechanism off; the list waits for the approver."""
    return prepare_batch(
        plan=Plan(
            scheme="price",
            month=month,
            title="2026年4月价格临时补贴",
            document_number="云发改〔2026〕21号",
            as_of=on,
            sources=_sources(*_TEKUN, *_CHILDREN, "dibao-urban"),
            of_month=date(2026, 4, 1),
            indexes={"cpi": 290, "food": 640, "scpi": 380},
            published_on=date(2026, 5, 20),
        ),
        by=staff.county_qian,
        on=on,
    )


def _insurance_office(staff: Staff) -> PayeeInstitution:
    account = invented_card(800_000_000)
    return PayeeInstitution.objects.create(
        office_id=COUNTY_CODE,
        name=INSURANCE_OFFICE,
        holder=INSURANCE_OFFICE,
        bank="云岭农商行营业部",
        account=account,
        account_index=blind_index(account, "bank-account"),
        account_tail=account[-4:],
        entered_by=staff.county_qian,
        confirmed_by=staff.county_zhao,
        confirmed_on=date(2023, 1, 1),
    )
