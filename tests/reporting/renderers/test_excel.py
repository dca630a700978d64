"""Workbooks: numbers stay numbers, ID numbers stay text, totals are formulas, nothing typed by a citizen is ever calculated."""

import io
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from reporting.document import Column, Figure, Row, Table
from reporting.renderers import excel
from tests.reporting.renderers import papers

COLUMNS = (
    Column("no", "序号", kind="count"),
    Column("name", "姓名"),
    Column("id_card", "公民身份号码", kind="id"),
    Column("amount", "金额", kind="yuan"),
    Column("paid", "累计", kind="wan"),
    Column("rate", "完成率", kind="percent"),
    Column("day", "日期", kind="day"),
)
FIRST = {"no": 1, "name": "赵玥", "id_card": "510181197203080022", "amount": 48_333, "paid": 37_870_000_00}
FIRST |= {"rate": 4805, "day": date(2024, 5, 6)}
SECOND = {
    "no": 2,
    "name": "钱喆堃",
    "id_card": "51018119720308002X",
    "amount": 65_000,
    "paid": None,
    "rate": None,
}
TABLE = Table(
    COLUMNS, (FIRST, SECOND), caption="发放名册", unit="元", notes=("注：打卡发放。",), checks=("甲＝乙＋丙",)
)


def opened(data: bytes, **options: object) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), **options)


def cells(sheet, line: int) -> list:
    return [cell.value for cell in sheet[line]]


def test_numbers_are_numbers_and_ids_are_text() -> None:
    sheet = opened(excel.render([TABLE], ["名册"]))["名册"]
    assert cells(sheet, 3)[:4] == ["序号", "姓名", "公民身份号码", "金额"]
    number, name, id_card, amount, paid, rate, day = sheet[4]
    assert (number.value, name.value, id_card.value, amount.value) == (
        1,
        "赵玥",
        "510181197203080022",
        483.33,
    )
    assert (paid.value, rate.value, day.value.date()) == (3787, 0.4805, date(2024, 5, 6))
    assert id_card.data_type == "s" and id_card.number_format == "@"
    assert (amount.number_format, paid.number_format, rate.number_format) == ("#,##0.00", "0.00", "0.0%")
    assert day.number_format == "yyyy-mm-dd"


def test_unknown_is_a_dash_and_never_a_zero() -> None:
    sheet = opened(excel.render([TABLE], ["名册"])).active
    assert (sheet["E5"].value, sheet["F5"].value) == ("—", "—")


def test_a_total_that_is_the_sum_becomes_a_formula_with_its_value() -> None:
    table = Table(COLUMNS, (FIRST, SECOND), totals=({"name": "合计", "amount": 113_333, "rate": 4805},))
    data = excel.render([table], ["a"])
    assert opened(data).active["D4"].value == "=SUM(D2:D3)"
    assert opened(data, data_only=True).active["D4"].value == 1133.33
    assert opened(data).active["F4"].value == 0.4805


def test_a_sum_leaves_out_subtotals() -> None:
    rows = (
        {"n": 1},
        {"n": 2},
        Row({"n": 3}, "subtotal"),
        Row({}, "section", "乙镇"),
        {"n": 4},
        Row({"n": 4}, "subtotal"),
    )
    table = Table((Column("n", "户数", kind="count"),), rows, totals=({"n": 7},))
    assert opened(excel.render([table], ["a"])).active["A8"].value == "=SUM(A2:A3,A6:A6)"


@pytest.mark.parametrize("stated", [8, None])
def test_a_total_that_is_no_sum_stays_as_reported(stated: int | None) -> None:
    table = Table((Column("n", "户数", kind="count"),), ({"n": 1}, {"n": 2}), totals=({"n": stated},))
    assert opened(excel.render([table], ["a"])).active["A4"].value == ("—" if stated is None else stated)


def test_a_sum_over_an_unknown_is_not_written_as_a_sum() -> None:
    table = Table((Column("n", "户数", kind="count"),), ({"n": 3}, {"n": None}), totals=({"n": 3},))
    assert opened(excel.render([table], ["a"])).active["A4"].value == 3


def test_a_figure_gives_its_number() -> None:
    table = Table(
        (Column("n", "户数", kind="count"),), ({"n": Figure("7,978", "k", 7978)},), totals=({"n": 7978},)
    )
    sheet = opened(excel.render([table], ["a"])).active
    assert (sheet["A2"].value, sheet["A3"].value) == (7978, "=SUM(A2:A2)")


HOSTILE = (
    '=HYPERLINK("http://127.0.0.1","x")',
    "+1+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "{=1}",
    "http://127.0.0.1/",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_looks_like_a_formula_stays_text(text: str, tmp_path: Path) -> None:
    table = Table(
        (Column("a", text), Column("b", "乙", group=text), Column("c", "丙", group=text)),
        ({"a": text}, Row({}, "section", text)),
        caption=text,
        in_words=text,
        notes=(text,),
    )
    excel.write_rows(tmp_path / "x.xlsx", table.columns, [(text, text, text)], text)
    for data in (excel.render([table], [text], title=text), (tmp_path / "x.xlsx").read_bytes()):
        sheet = opened(data).active
        assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
        assert not [cell for line in sheet.iter_rows() for cell in line if cell.hyperlink]
        assert text.strip() in {str(cell.value).strip() for line in sheet.iter_rows() for cell in line}
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


def test_a_float_is_refused_because_it_has_lost_the_answer() -> None:
    with pytest.raises(TypeError):
        excel.render([Table((Column("a", "金额", kind="yuan"),), ({"a": 1.1},))], ["a"])


def test_two_level_heads_are_merged_and_frozen_and_repeated_in_print() -> None:
    table = papers.report().tables[0]
    sheet = opened(excel.render([table], ["表1"])).active
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"B3:C3", "D3:E3", "A3:A4", "F3:F4"} <= merged
    assert sheet.freeze_panes == "A5"
    assert sheet.print_title_rows == "$3:$4"
    # as many pages long as it takes, one wide, on A4 (paper 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    assert "&P" in sheet.oddFooter.center.text


def test_sheet_names_are_made_acceptable() -> None:
    names = ["城市/农村[5月]?*", "x" * 40, "x" * 40, "", "表A", "表a"]
    made = opened(excel.render([TABLE] * len(names), names)).sheetnames
    assert len({name.lower() for name in made}) == len(names)
    assert all(0 < len(name) <= 31 for name in made)


def test_a_table_without_a_sheet_name_is_refused() -> None:
    with pytest.raises(ValueError, match="2 tables"):
        excel.render([TABLE, TABLE], ["a"])


def test_the_same_tables_give_the_same_bytes() -> None:
    assert excel.render([TABLE], ["a"], day=date(2024, 6, 2)) == excel.render(
        [TABLE], ["a"], day=date(2024, 6, 2)
    )


def test_a_long_list_streams_with_progress(tmp_path: Path) -> None:
    heard: list[int] = []
    rows = ({**FIRST, "no": number} for number in range(1, 2501))
    count = excel.write_rows(
        tmp_path / "名册.xlsx", COLUMNS, rows, "农村低保名册", heard.append, demo_line="演示数据"
    )
    assert (count, heard) == (2500, [1000, 2000, 2500])
    sheet = openpyxl.load_workbook(tmp_path / "名册.xlsx").active
    assert (sheet.title, sheet["A1"].value, sheet["A2"].value) == ("农村低保名册", "农村低保名册", "演示数据")
    assert cells(sheet, 3)[0] == "序号" and sheet.freeze_panes == "A4"
    assert sheet.max_row == 2503 and sheet["A2503"].value == 2500
    assert sheet.auto_filter.ref == "A3:G2503"
    assert list(tmp_path.iterdir()) == [tmp_path / "名册.xlsx"]


def test_an_empty_list_is_still_a_workbook(tmp_path: Path) -> None:
    assert excel.write_rows(tmp_path / "x.xlsx", COLUMNS, (), "名册") == 0
    assert cells(openpyxl.load_workbook(tmp_path / "x.xlsx").active, 3)[1] == "姓名"


def test_a_list_that_fails_half_way_leaves_no_file(tmp_path: Path) -> None:
    def rows():
        yield FIRST
        raise LookupError("连接断了")

    with pytest.raises(LookupError):
        excel.write_rows(tmp_path / "x.xlsx", COLUMNS, rows(), "名册")
    assert list(tmp_path.iterdir()) == []


def test_a_row_with_a_cell_too_many_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        excel.write_rows(tmp_path / "x.xlsx", COLUMNS, [(1, 2)], "名册")


def test_a_list_above_the_sheet_limit_goes_on_in_a_second_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "ROWS_PER_SHEET", 10)
    excel.write_rows(tmp_path / "x.xlsx", COLUMNS, ({**FIRST, "no": n} for n in range(25)), "名册")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["名册", "名册（2）", "名册（3）"]
    assert [sheet.max_row - 3 for sheet in book] == [10, 10, 5]
    assert cells(book["名册（3）"], 3)[1] == "姓名"


def test_memory_does_not_grow_with_the_list(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        excel.write_rows(
            tmp_path / "x.xlsx", COLUMNS, ({**FIRST, "name": f"赵{n}"} for n in range(count)), "名册"
        )
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(6_000) < peak(1_000) * 2


def test_text_longer_than_excel_allows_is_cut_and_not_lost() -> None:
    table = Table((Column("a", "理由"),), ({"a": "长" * 40_000},))
    value = opened(excel.render([table], ["a"])).active["A2"].value
    assert len(value) == 32_767 and value.endswith("…")
