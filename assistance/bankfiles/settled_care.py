"""一站式 settlements as the medical insurance office hands them over: a workbook in, the texts of its rows out.

Columns are found by their heads, in any order and below a title. What the texts mean is judged elsewhere.
"""

import io
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from assistance.bankfiles.reader import HEAD_WITHIN, Unreadable, sheet_rows, text_of, title_of

MAX_ROWS = 10_000
LONGEST_CELL = 120


@dataclass(frozen=True)
class Column:
    """`key` of the row's text, the `title` of our own form and what others write above it."""

    key: str
    title: str
    also: tuple[str, ...] = ()
    width: int = 16


COLUMNS = (
    Column("number", "结算单号", ("结算号", "结算ID", "结算编号", "医保结算单号"), 24),
    Column("settled_on", "结算日期", ("结算时间", "出院结算日期")),
    Column("name", "姓名", ("患者姓名", "参保人姓名", "人员姓名"), 12),
    Column("id_number", "身份证号", ("公民身份号码", "身份证号码", "证件号码"), 24),
    Column("identity", "救助身份", ("救助对象类别", "医疗救助对象类别", "人员身份", "救助对象身份"), 24),
    Column("hospital", "医院", ("医疗机构", "医疗机构名称", "定点医疗机构", "医院名称"), 28),
    Column("total_fen", "医疗费用总额", ("总费用", "医疗总费用", "费用总额")),
    Column("in_policy_fen", "政策范围内费用", ("政策内费用", "符合政策范围金额", "合规费用")),
    Column("basic_fen", "基本医保支付", ("基本医疗保险支付", "统筹基金支付", "基本医保报销")),
    Column("serious_fen", "大病保险支付", ("大病支付", "大病保险报销")),
    Column("aid_fen", "医疗救助支付", ("医疗救助金额", "救助金额", "医疗救助基金支付")),
)


@dataclass(frozen=True)
class Row:
    """`row` as the spreadsheet counts; `texts` by the keys of COLUMNS, empty where the cell is."""

    row: int
    texts: dict[str, str]


def read_settlements(source: IO[bytes]) -> list[Row]:
    """Every row below the head, without empty rows and totals. Raises Unreadable with a sentence for the user."""
    start = source.read(8)
    source.seek(0)
    if not start.startswith(b"PK\x03\x04"):
        raise Unreadable("请选择 .xlsx 表格；旧版 .xls 和 CSV 请在表格软件里另存为 .xlsx 再导入")
    rows = list(_rows(sheet_rows(source)))
    if not rows:
        raise Unreadable("表格里没有一行结算，请确认选对了文件、数据在第一张表上")
    return rows


def _rows(lines: Iterator[tuple[int, list[Any]]]) -> Iterator[Row]:
    places: dict[str, int] | None = None
    found = 0
    for number, cells in lines:
        if not any(text_of(cell) for cell in cells):
            continue
        if places is None:
            places = _places(cells)
            if places is None and number >= HEAD_WITHIN:
                break
            continue
        if any(text_of(cell).startswith(("合计", "总计", "小计")) for cell in cells[:2]):
            continue
        found += 1
        if found > MAX_ROWS:
            raise Unreadable(f"表格超过 {MAX_ROWS} 行，请分成几个文件再导入")
        yield Row(
            number,
            {key: _cell(cells[at]) if at < len(cells) else "" for key, at in places.items()},
        )
    if places is None:
        raise Unreadable("没有找到表头。请用本页的模板，表头要有“结算单号”和“身份证号”")


def _places(cells: list[Any]) -> dict[str, int] | None:
    """Where each column stands; None when this is not the head. A head that lacks a column is refused by its name."""
    titles = [_plain(title_of(cell)) for cell in cells]
    found = {
        column.key: titles.index(title)
        for column in COLUMNS
        for title in (next((t for t in (column.title, *column.also) if t in titles), None),)
        if title is not None
    }
    if not {"number", "id_number"} <= found.keys():
        return None
    missing = [column.title for column in COLUMNS if column.key not in found]
    if missing:
        raise Unreadable(f"表头里缺少：{'、'.join(missing)}。请用本页的模板")
    return found


def _plain(title: str) -> str:
    return title.removesuffix("(元)").removeprefix("*")


def _cell(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        # A sheet keeps 358.2 as a binary fraction; two decimals bring back what was typed.
        cell = int(cell) if cell.is_integer() else f"{cell:.2f}" if _is_fen(cell) else str(cell)
    return unicodedata.normalize("NFKC", text_of(cell))[:LONGEST_CELL]


def _is_fen(cell: float) -> bool:
    return math.isfinite(cell) and abs(cell * 100 - round(cell * 100)) < 1e-6


def blank_form() -> bytes:
    """An empty workbook with the columns we expect."""
    return filled_form(())


def filled_form(rows: Iterable[Mapping[str, str]]) -> bytes:
    """A workbook with the columns we expect and the texts of these rows by their keys. The columns of numbers are text,
    so that no digit is lost."""
    book = Workbook()
    sheet = book.active
    sheet.title = "一站式结算"
    for place, column in enumerate(COLUMNS, start=1):
        title = f"{column.title}（元）" if column.key.endswith("_fen") else column.title
        head = sheet.cell(row=1, column=place, value=title)
        head.font, head.alignment = Font(bold=True), Alignment(horizontal="center")
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = column.width
        if column.key in ("number", "id_number", "settled_on"):
            sheet.column_dimensions[letter].number_format = "@"
    sheet.freeze_panes = "A2"
    for values in rows:
        sheet.append([values[column.key] for column in COLUMNS])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
