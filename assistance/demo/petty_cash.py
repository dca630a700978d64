"""The invented townships' 备用金: allotted in January and April, given out where something had to be done at once."""

from datetime import date

from assistance.demo.programme_cases import ProgrammeCases
from assistance.demo.sizes import TODAY
from assistance.demo.staff import Staff
from assistance.models import Scheme
from assistance.services import petty_cash
from assistance.workflow import Act

# document, day, yuan for each township
_ALLOTTED = (
    ("云财社〔2026〕11号", date(2026, 1, 22), 20_000),
    ("云财社〔2026〕27号", date(2026, 4, 14), 10_000),
)
# how far the case went after the money, how many working days ago the money was given, yuan, receipt, what had happened
_ADVANCES = (
    ("accepted", 9, 1_500, "0031201", "房屋失火，一家人没有住处，当晚安置"),
    ("accepted", 1, 800, "0031207", "车祸住院，押金交不出"),
    ("finished", 6, 1_000, "0031203", "暴雨冲毁房屋，口粮全失"),
    ("reviewed", 8, 2_000, "0031202", "家中主要劳动力突发脑出血，转院抢救"),
)


def allot(staff: Staff) -> None:
    """The same for every township, and some of one recalled."""
    for code in staff.desks:
        for number, day, yuan in _ALLOTTED:
            petty_cash.allot(
                office_code=code,
                year=TODAY.year,
                amount_fen=yuan * 100,
                document_number=number,
                day=day,
                by=staff.cashier_zhou,
                on=day,
                note="乡镇临时救助备用金",
            )
    petty_cash.allot(
        office_code=max(staff.desks),
        year=TODAY.year,
        amount_fen=5_000_00,
        document_number="云财社〔2026〕31号",
        day=date(2026, 5, 12),
        by=staff.cashier_zhou,
        on=date(2026, 5, 12),
        recall=True,
        note="用得少，调剂收回",
    )


def give(cases: ProgrammeCases) -> None:
    """Money first and papers after: some in time, one too late, two already gone on with."""
    spec = Scheme.objects.get(pk="temp-urgent").spec_on(TODAY)
    for stop, age, yuan, receipt, words in _ADVANCES:
        way = cases.one(spec, "accepted", age)
        way.do(
            Act.GIVE_ADVANCE,
            way.desk.reviewer,
            way.days.accepted,
            amount_fen=yuan * 100,
            receipt=receipt,
            opinion=words,
        )
        way.until(stop)
