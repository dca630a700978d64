"""The shapes of paper: what they refuse, and that freezing loses nothing."""

import json
from datetime import date

import pytest

from reporting import document
from reporting.cells import text_of
from reporting.document import (
    BadDocument,
    Blank,
    Box,
    Cell,
    Column,
    Document,
    Figure,
    Heading,
    KeyValueGrid,
    Paragraph,
    Photo,
    Strong,
    Table,
)
from tests.reporting.renderers import papers


@pytest.mark.parametrize("paper", [papers.report(), papers.form(), papers.roster(12), papers.poster()])
def test_a_frozen_paper_comes_back_the_same(paper: Document) -> None:
    frozen = json.dumps(paper.to_dict(), ensure_ascii=False)
    assert Document.from_dict(json.loads(frozen)) == paper


def test_photos_and_days_survive_freezing() -> None:
    paper = papers.poster(blocks=(Photo(b"\x00\xff\x10", "张贴照片"),), day=date(2024, 2, 29))
    assert Document.from_dict(json.loads(json.dumps(paper.to_dict()))) == paper


def test_a_shape_of_another_version_is_refused() -> None:
    frozen = papers.poster().to_dict()
    frozen["blocks"][0]["$"] = "Hologram"
    with pytest.raises(BadDocument, match="Hologram"):
        Document.from_dict(frozen)


def test_a_column_key_may_be_called_like_anything() -> None:
    table = Table((Column("type", "类型"), Column("kind", "种类")), ({"type": "a", "kind": "b"},))
    assert document.from_dict(json.loads(json.dumps(document.to_dict(table)))) == table


def test_a_cell_without_a_column_is_refused() -> None:
    with pytest.raises(BadDocument, match="amuont"):
        Table((Column("amount", "金额"),), ({"amuont": 1},))


def test_two_columns_with_one_key_are_refused() -> None:
    with pytest.raises(BadDocument):
        Table((Column("a", "甲"), Column("a", "乙")))


@pytest.mark.parametrize(
    "rows",
    [
        ((Cell("少一格"),),),
        ((Cell("多"), Cell("一"), Cell("格")),),
        ((Cell("伸出表外", rowspan=2), Cell("右")),),
        ((Cell("左", rowspan=2), Cell("右")), (Cell("压住", colspan=2),)),
    ],
)
def test_a_form_whose_cells_do_not_fill_the_grid_is_refused(rows: tuple) -> None:
    with pytest.raises(BadDocument):
        KeyValueGrid((1, 1), rows)


def test_a_form_with_rowspans_that_fit_is_accepted() -> None:
    grid = KeyValueGrid((1, 1, 1), ((Cell("左", rowspan=2), Cell("上", colspan=2)), (Cell("中"), Cell("右"))))
    assert len(grid.rows) == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: Heading(5, "五级"),
        lambda: papers.report(kind="brochure"),
        lambda: papers.report(orientation="diagonal"),
        lambda: papers.report(blocks=("只是一句话",)),
        lambda: Column("a", "甲", kind="float"),
    ],
)
def test_what_cannot_be_printed_is_refused_when_it_is_made(make) -> None:
    with pytest.raises(BadDocument):
        make()


def test_plain_words_of_every_kind_of_run() -> None:
    runs = ("甲", Figure("1,234", "k"), Strong("乙"), Box(True, "丙"), Box(False, "丁"), Blank(5, "戊"))
    assert document.plain(runs) == "甲1,234乙☑丙☐丁戊"
    assert Paragraph("一句").runs == ("一句",)


@pytest.mark.parametrize(
    ("kind", "value", "places", "text"),
    [
        ("count", 1234567, None, "1,234,567"),
        ("count", 0, None, "0"),
        ("yuan", 123450, None, "1,234.50"),
        ("yuan", -5, None, "-0.05"),
        ("wan", 419_625_000, None, "419.63"),
        ("wan", 419_625_000, 3, "419.625"),
        ("percent", 5050, None, "50.5%"),
        ("percent", 4805, None, "48.1%"),
        ("percent", 10000, 0, "100%"),
        ("day", date(2024, 5, 6), None, "2024-05-06"),
        ("text", "赵玥", None, "赵玥"),
        ("id", "001", None, "001"),
    ],
)
def test_a_value_is_written_by_its_kind(kind: str, value: object, places: int | None, text: str) -> None:
    assert text_of(kind, value, places) == text


@pytest.mark.parametrize("kind", ["text", "id", "day", "count", "yuan", "wan", "percent"])
def test_unknown_is_a_dash_and_never_a_zero(kind: str) -> None:
    assert text_of(kind, None) == "—"


@pytest.mark.parametrize("value", [1.5, True])
def test_a_float_or_a_yes_is_not_a_number_of_ours(value: object) -> None:
    with pytest.raises(TypeError):
        text_of("yuan", value)
