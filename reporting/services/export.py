"""Taking statistics out of the house: each export leaves a trace."""

from datetime import date

from django.conf import settings
from django.db import transaction

from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Office, Posting
from reporting.figures import Period
from reporting.renderers import excel
from reporting.sheets.dibao import monthly_sheets


@transaction.atomic
def export_table(*, area: Office, period: Period, by: Posting, on: date) -> bytes:
    """城乡低保统计表 of an area by its townships or villages, as a workbook."""
    access.demand(by, Permission.EXPORT)
    access.demand_office(by, area.pk)
    names, tables = monthly_sheets(area, period)
    audit.record(
        "figure.export",
        by=by,
        subject=area,
        label="城乡低保统计表",
        details={"month": f"{period.month:%Y-%m}", "area": area.name},
    )
    return excel.render(
        tables,
        names,
        title="城乡低保统计表",
        office_name=by.office.full_name,
        day=on,
        demo_line="演示数据，人物均为虚构" if settings.DEMO else "",
    )
