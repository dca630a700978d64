"""Files that somebody made to break what reads them: refused in plain words, in little time and memory."""

import io
import zipfile
from itertools import count

import pytest
from openpyxl import Workbook, load_workbook

from assistance.bankfiles.reader import Answer, BadRow, Unreadable, read
from assistance.bankfiles.settled_care import COLUMNS, read_settlements
from assistance.bankfiles.sheet import sheet
from assistance.bankfiles.spec import FileColumn, FileSpec
from assistance.bankfiles.totals import TotalRow

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPEC = FileSpec(
    columns=(FileColumn("serial", "序号"), FileColumn("account", "账号"), FileColumn("amount", "金额"))
)
HEADS = ("序号", "账号", "金额", "处理结果")
# More digits than Python reads as a number.
LONG = "9" * 5000


def row(number: int, cells: tuple[str, ...]) -> str:
    """Cells that begin with # are written as numbers, as they stand."""
    made = ""
    for at, cell in enumerate(cells):
        place = f"{chr(65 + at)}{number}"
        if cell.startswith("#"):
            made += f'<c r="{place}"><v>{cell[1:]}</v></c>'
        else:
            made += f'<c r="{place}" t="inlineStr"><is><t>{cell}</t></is></c>'
    return f'<row r="{number}">{made}</row>'


def workbook(*rows: tuple[str, ...], **parts: bytes) -> io.BytesIO:
    """A workbook with these rows, and with other `parts` than the library would write (styles)."""
    plain, made = io.BytesIO(), io.BytesIO()
    Workbook().save(plain)
    body = "".join(map(row, count(1), rows))
    own = {
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'.encode()
        ),
        **{f"xl/{name}.xml": content for name, content in parts.items()},
    }
    with zipfile.ZipFile(plain) as good, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            bad.writestr(name, own.get(name, good.read(name)))
    made.seek(0)
    return made


def answers(source: io.BytesIO, totals: list[TotalRow] | None = None) -> list[Answer | BadRow]:
    return list(read(source, "回盘", SPEC, totals))


@pytest.mark.parametrize("cells", [("#1", "62", "#1e999"), ("#1", "#-1e999", "#1"), ("#1e999", "62", "#1")])
def test_a_number_without_end_is_a_row_that_cannot_be_read(cells):
    (only,) = answers(workbook(HEADS, (*cells, "成功")))
    assert isinstance(only, BadRow)


def test_a_number_without_end_in_a_settlement_stays_a_text():
    heads = tuple(column.title for column in COLUMNS)
    cells = ["1"] * len(heads)
    cells[heads.index("医疗费用总额")] = "#1e999"
    (only,) = read_settlements(workbook(heads, tuple(cells)))
    assert only.texts["total_fen"] == "inf"


def test_thousands_of_digits_are_an_amount_that_is_too_large():
    (only,) = answers(io.BytesIO(f"序号,账号,金额,处理结果\r\n1,62,{LONG},成功\r\n".encode()))
    assert isinstance(only, BadRow)
    assert "太大" in only.message


def test_thousands_of_digits_in_a_row_of_totals_agree_with_nothing():
    totals: list[TotalRow] = []
    text = f"序号,账号,金额,处理结果\r\n1,62,1.00,成功\r\n合计,{LONG},{LONG}.00,\r\n"
    answers(io.BytesIO(text.encode()), totals)
    assert totals[0].counts[0] > 10**9 and totals[0].sums[0] > 10**9


def test_styles_that_would_fill_the_memory_are_not_read():
    # A million styles are five megabytes to send, a minute of work and more than a gigabyte.
    entries = b"".join(b'<xf numFmtId="%d" fontId="0"/>' % (at * 7919 % 99991) for at in range(300_000))
    styles = b'<styleSheet xmlns="%s"><cellXfs>%s</cellXfs></styleSheet>' % (MAIN.encode(), entries)
    with pytest.raises(Unreadable, match="太大"):
        answers(workbook(HEADS, ("1", "62", "1.00", "成功"), styles=styles))


def test_signs_that_a_workbook_cannot_hold_do_not_spoil_the_rows_that_come_back():
    made = b"".join(sheet([["账\x01户", "冻\ufffe结", "=1+1"]]))
    cells = [cell.value for cell in load_workbook(io.BytesIO(made)).active[1]]
    assert cells == ["账\ufffd户", "冻\ufffd结", "=1+1"]
