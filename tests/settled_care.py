"""Invented workbooks of 一站式 settlements."""

import io
from datetime import date
from itertools import count

from openpyxl import Workbook

from assistance.bankfiles.settled_care import COLUMNS
from assistance.models import SettlementFile
from assistance.services.settled_care import check_file
from tests import payments
from tests.cast import Cast

TODAY = date(2026, 5, 6)
_numbers = count(1)


def row(**changes) -> dict:
    """A settlement that is in order, of somebody whom the registry does not know."""
    return {
        "number": f"JS{next(_numbers):08}",
        "settled_on": "2026-04-20",
        "name": "虞晚晴",
        "id_number": payments.id_number(901, date(1948, 2, 11)),
        "identity": "低保对象",
        "hospital": "云岭县人民医院",
        "total_fen": "12000.00",
        "in_policy_fen": "10000",
        "basic_fen": "6000",
        "serious_fen": 0,
        "aid_fen": 1500.5,
    } | changes


def workbook(rows: list[dict], columns: tuple[str, ...] = ()) -> io.BytesIO:
    """A title, a head, the rows, a total. `columns`: the titles instead of our own."""
    book = Workbook()
    sheet = book.active
    sheet.append(["2026年4月医疗救助一站式结算清单"])
    sheet.append(list(columns) or [column.title for column in COLUMNS])
    for values in rows:
        sheet.append([values[column.key] for column in COLUMNS])
    sheet.append(["合计"])
    made = io.BytesIO()
    book.save(made)
    made.seek(0)
    return made


def tried(cast: Cast, rows: list[dict], on: date = TODAY) -> SettlementFile:
    """Tried by the county's clerk; each of `rows` is what differs from a settlement in order."""
    return check_file(
        upload=workbook([row(**changes) for changes in rows]),
        name="四月结算.xlsx",
        by=cast.county_qian,
        on=on,
    )
