"""Tables as .xlsx workbooks that a clerk can go on working with: numbers are numbers, ID numbers are text, totals are formulas.

`render` lays out a few report tables; `write_rows` streams a list of any length with little memory. Text is always written as text: a
name that begins with = + - or @ stays a name and is never calculated.
"""

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter

from reporting.cells import KINDS, UNKNOWN_TEXT, text_of
from reporting.document import Column, Figure, Row, Table

FONT_SIZE = 10
# Excel ends at 1,048,576; a round number is easier to explain to the reader of the second sheet.
ROWS_PER_SHEET = 1_000_000
LONGEST_TEXT = 32_767
PROGRESS_EVERY = 1_000
# A file must not change because it was made on another day; a given day replaces this one.
_NO_DAY = date(2000, 1, 1)

_NUMBER_FORMATS = {"text": "@", "id": "@", "day": "yyyy-mm-dd", "count": "#,##0", "yuan": "#,##0.00"}
_WIDTHS = {"text": 14, "id": 22, "day": 12, "count": 10, "yuan": 14, "wan": 12, "percent": 10}
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_ADDED_UP = ("count", "yuan", "wan")

_OPTIONS = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def render(
    tables: Sequence[Table],
    sheet_names: Sequence[str],
    *,
    title: str = "",
    office_name: str = "",
    day: date | None = None,
    demo_line: str = "",
) -> bytes:
    """One sheet per table, ready to print on A4 with repeated heads.

    A total that is the sum of the rows above becomes a formula; any other total (an average, a rate) stays the number that was reported.
    Raises ValueError if there is not one sheet name for each table.
    """
    if len(tables) != len(sheet_names):
        raise ValueError(f"{len(tables)} tables but {len(sheet_names)} sheet names")
    held = io.BytesIO()
    book = _book(held, title or (tables[0].caption if tables else ""), office_name, day, in_memory=True)
    formats = _Formats(book)
    for table, name in zip(tables, _sheet_names(sheet_names), strict=True):
        _sheet(book.add_worksheet(name), table, formats, demo_line)
    book.close()
    return held.getvalue()


def write_rows(
    path: str | Path,
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any] | Sequence[Any]],
    title: str,
    progress: Callable[[int], None] | None = None,
    *,
    office_name: str = "",
    day: date | None = None,
    demo_line: str = "",
    totals: Sequence[str] = (),
) -> int:
    """Write a list of any length to `path`, holding one row at a time; returns how many rows.

    Each row is a mapping by column key or a sequence in the order of the columns. `progress` hears the number of rows done, every
    thousand and at the end. Above a million rows the list goes on in a second sheet. The file appears when it is complete or not at all.
    `totals` names the columns that a last row adds up; it lies below the filter, so that sorting leaves it where it is.
    """
    target = Path(path)
    partial = target.with_name(target.name + ".part")
    book = _book(str(partial), title, office_name, day, constant_memory=True, tmpdir=str(target.parent))
    formats = _Formats(book)
    sheet, line, done, sheets = None, 0, 0, 0
    sums = dict.fromkeys(totals, 0)
    try:
        for row in rows:
            if sheet is None or line - 3 >= ROWS_PER_SHEET:
                if sheet is not None:
                    sheet.autofilter(2, 0, line - 1, len(columns) - 1)
                sheets += 1
                sheet = _list_sheet(book, columns, formats, title, sheets, demo_line)
                line = 3
            values = [row.get(c.key) for c in columns] if isinstance(row, Mapping) else row
            for index, (column, value) in enumerate(zip(columns, values, strict=True)):
                _write(sheet, line, index, column, value, formats)
                if column.key in sums:
                    sums[column.key] += value or 0
            line += 1
            done += 1
            if progress and done % PROGRESS_EVERY == 0:
                progress(done)
        if sheet is None:
            sheet, line = _list_sheet(book, columns, formats, title, 1, demo_line), 3
        sheet.autofilter(2, 0, max(line - 1, 2), len(columns) - 1)
        if sums:
            _total_row(sheet, line, columns, sums, formats, 4 if sheets <= 1 and done else 0)
        book.close()
        partial.replace(target)
    finally:
        if not book.fileclosed:
            # The rows gave up half way: let the engine drop its own temporary files too.
            book.close()
        partial.unlink(missing_ok=True)
    if progress:
        progress(done)
    return done


def _book(target: Any, title: str, office_name: str, day: date | None, **options: Any) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(target, _OPTIONS | options)
    made = day or _NO_DAY
    book.set_properties(
        {"title": title, "author": office_name, "created": datetime(made.year, made.month, made.day)}
    )
    return book


class _Formats:
    """Cell formats by what they are for; Excel wants each declared once in a workbook."""

    def __init__(self, book: xlsxwriter.Workbook):
        self._book = book
        self._made: dict[tuple, Any] = {}

    def __call__(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": "宋体", "font_size": FONT_SIZE, "valign": "vcenter"}
            self._made[key] = self._book.add_format(base | properties)
        return self._made[key]

    def head(self) -> Any:
        return self(bold=True, align="center", border=1, text_wrap=True, bg_color="#E8EEF4")

    def cell(self, column: Column, total: bool = False, quoted: bool = False) -> Any:
        properties = {"border": 1, "align": column.shown_align, "num_format": _number_format(column)}
        if column.kind == "text":
            properties["text_wrap"] = True
        if total:
            properties["bold"] = True
        if quoted:
            properties["quote_prefix"] = True
        return self(**properties)


def _number_format(column: Column) -> str:
    if column.kind in _NUMBER_FORMATS:
        return _NUMBER_FORMATS[column.kind]
    if column.kind == "wan":
        return "0." + "0" * (2 if column.places is None else column.places)
    return "0." + "0" * (1 if column.places is None else column.places) + "%" if column.places != 0 else "0%"


def _write(
    sheet: Any, line: int, index: int, column: Column, value: Any, formats: _Formats, total: bool = False
) -> None:
    if isinstance(value, Figure):
        value = value.text if value.value is None else value.value
    if value is None:
        sheet.write_string(line, index, UNKNOWN_TEXT if column.is_number else "", formats.cell(column, total))
    elif column.kind == "day" and isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)
        sheet.write_datetime(line, index, moment, formats.cell(column, total))
    elif column.is_number and not isinstance(value, str):
        text_of(column.kind, value)  # refuses a float, which has lost the answer already
        sheet.write_number(line, index, _printed_unit(column, value), formats.cell(column, total))
    else:
        text = str(value)
        if len(text) > LONGEST_TEXT:
            text = text[: LONGEST_TEXT - 1] + "…"
        sheet.write_string(line, index, text, formats.cell(column, total, text.startswith(_FORMULA_START)))


def _printed_unit(column: Column, value: int) -> int | float:
    """Stored units to what Excel shows: fen to 元 or 万元, hundredths of a percent point to a fraction."""
    scale = 10_000 if column.kind == "percent" else KINDS[column.kind].scale
    return value if scale == 1 else value / scale


# --- a report table -------------------------------------------------------------------------------


def _sheet(sheet: Any, table: Table, formats: _Formats, demo_line: str) -> None:
    last = len(table.columns) - 1
    line = 0
    if table.caption:
        style = formats(font_name="黑体", font_size=14, align="center")
        _across(sheet, line, last, table.caption, style)
        sheet.set_row(line, 26)
        line += 1
    if table.unit:
        _across(sheet, line, last, f"单位：{table.unit}", formats(align="right"))
        line += 1
    first_head = line
    line = _head(sheet, line, table.columns, formats)
    sheet.freeze_panes(line, 0)
    sheet.repeat_rows(first_head, line - 1)

    runs: list[tuple[int, int]] = []
    for row in table.rows:
        if row.kind == "section":
            _across(sheet, line, last, row.label, formats(bold=True, border=1, align="left"))
        else:
            for index, column in enumerate(table.columns):
                _cell(sheet, line, index, column, row, formats, row.kind == "subtotal")
        if row.kind == "data":
            runs = (
                [*runs[:-1], (runs[-1][0], line)]
                if runs and runs[-1][1] == line - 1
                else [*runs, (line, line)]
            )
        line += 1
    for row in table.totals:
        for index, column in enumerate(table.columns):
            total = _as_sum(table, column, row)
            if total is None:
                _cell(sheet, line, index, column, row, formats, True)
            else:
                letter = xlsxwriter.utility.xl_col_to_name(index)
                ranges = ",".join(f"{letter}{first + 1}:{letter}{end + 1}" for first, end in runs)
                shown = _printed_unit(column, total)
                sheet.write_formula(line, index, f"=SUM({ranges})", formats.cell(column, True), shown)
        line += 1
    if table.in_words:
        _across(sheet, line, last, table.in_words, formats(bold=True, border=1, align="left"))
        line += 1
    for text in (*table.notes, *table.checks, *((demo_line,) if demo_line else ())):
        _across(sheet, line, last, text, formats(font_size=9, align="left", text_wrap=True))
        line += 1
    _widths(sheet, table.columns)
    _print_setup(sheet, table.columns)
    sheet.print_area(0, 0, line - 1, last)


def _cell(
    sheet: Any, line: int, index: int, column: Column, row: Row, formats: _Formats, total: bool
) -> None:
    if column.key in row.cells:
        _write(sheet, line, index, column, row.cells[column.key], formats, total)
    else:
        sheet.write_blank(line, index, None, formats.cell(column, total))


def _as_sum(table: Table, column: Column, row: Row) -> int | None:
    """The value of a total that is really the sum of the data rows, else None. A sum over an unknown is not a sum."""
    if column.kind not in _ADDED_UP:
        return None
    stated = _value(row.cells.get(column.key))
    parts = [_value(data.cells.get(column.key)) for data in table.rows if data.kind == "data"]
    if stated is None or not parts or any(part is None for part in parts):
        return None
    return stated if sum(part for part in parts if part is not None) == stated else None


def _value(value: Any) -> int | None:
    if isinstance(value, Figure):
        value = value.value
    return value if isinstance(value, int) else None


def _head(sheet: Any, line: int, columns: Sequence[Column], formats: _Formats) -> int:
    """Head rows from `line` on; returns the first line below them."""
    style = formats.head()
    two = any(column.group for column in columns)
    index = 0
    for group, members in groupby(columns, key=lambda column: column.group):
        held = list(members)
        if group and len(held) > 1:
            sheet.merge_range(line, index, line, index + len(held) - 1, group, style)
        elif group:
            sheet.write_string(line, index, group, style)
        for column in held:
            if group:
                sheet.write_string(line + 1, index, column.title, style)
            elif two:
                sheet.merge_range(line, index, line + 1, index, column.title, style)
            else:
                sheet.write_string(line, index, column.title, style)
            index += 1
    return line + (2 if two else 1)


def _across(sheet: Any, line: int, last: int, text: str, style: Any) -> None:
    if last:
        sheet.merge_range(line, 0, line, last, "", style)
    # merge_range would read =… as a formula; the text goes in by itself.
    sheet.write_string(line, 0, text, style)


def _widths(sheet: Any, columns: Sequence[Column]) -> None:
    for index, column in enumerate(columns):
        # A Chinese character is two of Excel's, and the frame wants a little.
        sheet.set_column(index, index, column.width * 2 + 2 if column.width else _WIDTHS[column.kind])


def _print_setup(sheet: Any, columns: Sequence[Column]) -> None:
    wide = sum(column.width * 2 + 2 if column.width else _WIDTHS[column.kind] for column in columns) > 96
    if wide:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.4, top=0.6, bottom=0.6)
    sheet.center_horizontally()
    sheet.set_footer("&C第 &P 页  共 &N 页")


# --- a long list ----------------------------------------------------------------------------------


def _list_sheet(
    book: xlsxwriter.Workbook,
    columns: Sequence[Column],
    formats: _Formats,
    title: str,
    number: int,
    demo_line: str,
) -> Any:
    sheet = book.add_worksheet(_sheet_names([title if number == 1 else f"{title[:24]}（{number}）"])[0])
    _widths(sheet, columns)
    _print_setup(sheet, columns)
    # Rows are written once and in order here, so no cell may span two of them: one head row.
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, title, formats(font_name="黑体", font_size=14, align="left"))
    sheet.write_string(1, 0, demo_line, formats(font_size=9, align="left"))
    for index, column in enumerate(columns):
        words = f"{column.group}：{column.title}" if column.group else column.title
        sheet.write_string(2, index, words, formats.head())
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    return sheet


def _total_row(
    sheet: Any, line: int, columns: Sequence[Column], sums: Mapping[str, int], formats: _Formats, first: int
) -> None:
    """`first` is Excel's number of the first row, 0 where the rows lie on several sheets and no formula reaches them."""
    for index, column in enumerate(columns):
        if column.key in sums:
            shown = _printed_unit(column, sums[column.key])
            if first:
                letter = xlsxwriter.utility.xl_col_to_name(index)
                formula = f"=SUM({letter}{first}:{letter}{line})"
                sheet.write_formula(line, index, formula, formats.cell(column, True), shown)
            else:
                sheet.write_number(line, index, shown, formats.cell(column, True))
        else:
            sheet.write_string(line, index, "" if index else "合计", formats.cell(column, True))


def _sheet_names(names: Sequence[str]) -> list[str]:
    """Names that Excel takes: at most 31 characters, none of []:*?/\\, no name twice (whatever the case)."""
    made: list[str] = []
    for number, name in enumerate(names, start=1):
        clean = _NOT_IN_SHEET_NAME.sub(" ", name).strip(" '")[:31] or f"表{number}"
        base, count = clean, 1
        while clean.lower() in (other.lower() for other in made):
            count += 1
            clean = f"{base[: 30 - len(str(count))]}-{count}"
        made.append(clean)
    return made
