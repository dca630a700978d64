"""What the invented county has set itself for the year, and the report of January to May as somebody begins it."""

from fractions import Fraction

from assistance.demo.build import staff_now
from assistance.demo.sizes import MONTHS, SIZES, TODAY
from reporting.services.report import new_report
from reporting.services.target import set_target

DOCUMENT = "云政办〔2026〕8号"
# figure → the whole county's target of the year, in the stored unit (fen, households)
TARGETS = {
    "fund.arrived": 11_564_73 * 10_000,
    "dibao.both.fund.total": 9_100_00 * 10_000,
    "dibao.urban.new_households.total": 1_200,
    "dibao.rural.new_households.total": 3_600,
}


def write_reports(size: str) -> None:
    """Targets in proportion to the size of the county, and a draft for the visitor to finish and issue."""
    staff, share = staff_now(), SIZES[size].share
    for figure, value in TARGETS.items():
        set_target(
            by=staff.supervisor_wu,
            year=TODAY.year,
            figure=figure,
            value=round(Fraction(value) * share),
            document_number=DOCUMENT,
        )
    new_report(kind="livelihood-monthly", first=MONTHS[0], month=MONTHS[-1], by=staff.county_qian, on=TODAY)
