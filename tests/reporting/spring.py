"""A small spring of five months, with every kind of move, paid through the services. All invented.

Rural: 甲 (2 persons) all along · 乙 (1) leaves in March · 丁 (1, in the other township) all along · 戊 (2) is
continued in February as a grant of 3, of whom one stays and two are new · 丙 (3) comes in April.
Urban: 己 (1) all along.
"""

from datetime import date

from assistance.models import BankFormat, Entitlement, EntitlementMember, PaymentRun
from assistance.services import payment
from assistance.services.bankfile import issue_bank_file
from civaffairs.jobs import runner
from reporting.figures import Period
from tests import payments
from tests.cast import BAISHI_VILLAGE, LIUTANG, Cast
from tests.runs import SAID

DECEMBER, JANUARY, FEBRUARY, MARCH, APRIL, MAY = (
    date(2025, 12, 1),
    *(date(2026, month, 1) for month in range(1, 6)),
)
SPRING = Period(JANUARY, MAY)
RURAL, URBAN = "dibao-rural", "dibao-urban"

# month → (households, persons) of the rural stock, by hand from the text above
RURAL_STOCK = {DECEMBER: (4, 6), JANUARY: (4, 6), FEBRUARY: (4, 7), MARCH: (3, 6), APRIL: (4, 9), MAY: (4, 9)}
# fen of the rural lists and their heads
RURAL_FUND = {JANUARY: 140_000, FEBRUARY: 160_000, MARCH: 130_000, APRIL: 190_000, MAY: 190_000}
RURAL_HEADS = {JANUARY: 6, FEBRUARY: 7, MARCH: 6, APRIL: 9, MAY: 9}


def households(cast: Cast) -> dict[str, Entitlement]:
    made = {
        "甲": payments.entitlement(cast, "甲有田", base_fen=40_000, persons=2, from_month=DECEMBER),
        "乙": payments.entitlement(cast, "乙有山", base_fen=30_000, from_month=DECEMBER, until_month=MARCH),
        "丙": payments.entitlement(
            cast, "丙有水", base_fen=50_000, classified_fen=10_000, persons=3, from_month=APRIL
        ),
        "丁": payments.entitlement(
            cast, "丁有林", base_fen=20_000, from_month=DECEMBER, office=BAISHI_VILLAGE
        ),
        "戊": payments.entitlement(
            cast, "戊有泉", base_fen=50_000, persons=2, from_month=DECEMBER, until_month=FEBRUARY
        ),
        "己": payments.entitlement(
            cast, "己有桥", scheme=URBAN, office=LIUTANG, base_fen=45_000, from_month=DECEMBER
        ),
    }
    made["戊二"] = continued(made["戊"], persons=3, base_fen=70_000)
    return made


def continued(row: Entitlement, *, persons: int, base_fen: int) -> Entitlement:
    """The grant that takes over from `row` in its last month: its payee stays, everybody else is new."""
    after = Entitlement.objects.create(
        scheme_id=row.scheme_id,
        office_id=row.office_id,
        household=row.household,
        standard=row.standard,
        previous=row,
        number=row.number,
        payee=row.payee,
        persons=persons,
        base_fen=base_fen,
        amount_fen=base_fen,
        from_month=row.until_month,
        pays_from=row.until_month,
    )
    people = [row.payee, *(payments.person(f"新人{n}", row.office_id) for n in range(1, persons))]
    EntitlementMember.objects.bulk_create(
        EntitlementMember(entitlement=after, person=one, family="dibao", relationship="other", labour="none")
        for one in people
    )
    return after


def paid(cast: Cast, month: date, scheme: str = RURAL, kind: str = "regular") -> PaymentRun:
    """One list from its beginning to the bank, each act by the right person."""
    on = month.replace(day=6)
    run, job = payment.create_run(scheme_code=scheme, month=month, kind=kind, by=cast.county_qian, on=on)
    runner.run(job.pk)
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=on, conclusions=SAID)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=on)
    issue_bank_file(
        run_id=run.pk,
        format_id=BankFormat.objects.get(name="通用CSV（UTF-8）").pk,
        document_number=f"云民发放〔2026〕{month:%m}{kind}{scheme}",
        by=cast.cashier_zhou,
        on=on,
    )
    run.refresh_from_db()
    return run


def spring(cast: Cast) -> dict[str, Entitlement]:
    """Everybody granted and all ten lists at the bank."""
    made = households(cast)
    for month in SPRING.months:
        paid(cast, month)
        paid(cast, month, URBAN)
    return made
