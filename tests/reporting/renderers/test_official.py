"""GB/T 9704-2012 measured on the printed page, in millimetres."""

import io

import pytest
from pypdf import PdfReader

from reporting.document import Attachment, AttachmentList, Document, Heading, Paragraph, Signature
from reporting.renderers import justify, pdf
from tests.reporting.renderers import papers
from tests.reporting.renderers.raster import Ink, page, printed

pytestmark = pytest.mark.pdf

DPI = 150
LEFT, RIGHT, TOP, BOTTOM = 28, 210 - 26, 37, 297 - 35
PITCH = 225 / 22
CHARACTER = 156 / 28

# No punctuation, so that every line could be full; amounts make the lines end at different places.
SENTENCE = "截至五月底全县共有城乡低保对象三万四千户累计发放资金3787.25万元并按月打卡到户"


def prose(text: str = SENTENCE * 60, **changes: object) -> Document:
    fields = {
        "title": "关于测试的报告",
        "blocks": (Paragraph(text),),
        "kind": "official",
        "office_name": "某局",
    }
    return Document(**(fields | changes))


def ink(made: pdf.Pdf, number: int) -> Ink:
    return Ink(page(made.bytes, number, DPI), DPI)


def text_of_page(made: pdf.Pdf, number: int) -> str:
    return PdfReader(io.BytesIO(made.bytes)).pages[number - 1].extract_text()


@pytest.fixture(scope="module")
def long_text() -> pdf.Pdf:
    return pdf.render(prose())


@pytest.fixture(scope="module")
def report() -> pdf.Pdf:
    return printed(papers.report)


def test_a_full_page_has_22_lines(long_text: pdf.Pdf) -> None:
    lines = ink(long_text, 2).lines(LEFT - 5, TOP, RIGHT + 5, BOTTOM, PITCH)
    assert len(lines) == 22
    assert lines[-1][3] < BOTTOM + 0.3


def test_a_full_line_has_28_characters() -> None:
    made = pdf.render(prose("民政" * 500))
    full = text_of_page(made, 2).splitlines()[1:15]
    assert {len(line) for line in full} == {28}


def test_text_keeps_inside_the_type_area(long_text: pdf.Pdf) -> None:
    for number in (2, 3):
        left, top, right, bottom = ink(long_text, number).box(0, 0, 210, BOTTOM + 2)
        assert (LEFT - 0.3 < left < LEFT + 1.2) and (RIGHT - 1.2 < right < RIGHT + 0.3)
        assert (TOP - 0.1 < top < TOP + 5) and (BOTTOM - 5 < bottom < BOTTOM + 0.1)


def test_both_edges_are_straight(long_text: pdf.Pdf) -> None:
    edges = [line[2] for line in ink(long_text, 2).lines(LEFT - 5, TOP, RIGHT + 5, BOTTOM, PITCH)]
    assert all(RIGHT - 1.6 < edge < RIGHT + 0.2 for edge in edges), edges


def test_without_our_straightening_the_right_edge_is_ragged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check above measures something: without justify.py it fails."""
    monkeypatch.setattr(justify, "justify", lambda laid_out: None)
    edges = [line[2] for line in ink(pdf.render(prose()), 2).lines(LEFT - 5, TOP, RIGHT + 5, BOTTOM, PITCH)]
    assert min(edges) < RIGHT - 2.5


def test_last_line_of_a_paragraph_is_not_stretched() -> None:
    made = pdf.render(prose("民政" * 18))
    last = text_of_page(made, 1).splitlines()[2]
    assert len(last) == 10
    boxes = [
        line for line in ink(made, 1).lines(LEFT - 5, TOP, RIGHT + 5, BOTTOM, PITCH) if line[0] < LEFT + 2
    ]
    assert boxes[-1][2] == pytest.approx(LEFT + 10 * CHARACTER, abs=1.5)


def test_first_line_is_indented_by_two_characters() -> None:
    made = pdf.render(prose("国" * 60))
    first, second = [
        line for line in ink(made, 1).lines(LEFT - 5, TOP, RIGHT + 5, BOTTOM, PITCH) if line[2] > RIGHT - 3
    ][:2]
    assert first[0] - second[0] == pytest.approx(2 * 16 / 72 * 25.4, abs=0.5)


def test_page_number_stands_outside_seven_millimetres_below_the_text(long_text: pdf.Pdf) -> None:
    for number, side in ((1, "right"), (2, "left"), (3, "right")):
        below = ink(long_text, number)
        left, top, right, bottom = below.box(0, BOTTOM + 1, 210, 290)
        assert (top + bottom) / 2 == pytest.approx(BOTTOM + 7, abs=0.6)
        # one character of 14 points in from the edge of the type area
        if side == "right":
            assert right == pytest.approx(RIGHT - 14 / 72 * 25.4, abs=0.6)
        else:
            assert left == pytest.approx(LEFT + 14 / 72 * 25.4, abs=0.6)
        assert text_of_page(long_text, number).rstrip().endswith(f"— {number} —")


def test_a_long_title_is_broken_between_words_and_never_in_a_number(report: pdf.Pdf) -> None:
    lines = text_of_page(report, 1).splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("云溪县民政局关于"))
    assert lines[start : start + 2] == ["云溪县民政局关于2024年1至5月", "民生工程任务进展情况的自查报告"]


def test_the_authors_own_line_breaks_in_a_title_count() -> None:
    made = pdf.render(prose("正文。", title="云溪县民政局\n关于低保工作的报告"))
    assert text_of_page(made, 1).splitlines()[:2] == ["云溪县民政局", "关于低保工作的报告"]


@pytest.mark.parametrize(("sealed", "date_right", "office_right"), [(True, 4.0, None), (False, None, 2.0)])
def test_signature_keeps_its_distance_from_the_edge(
    sealed: bool, date_right: float | None, office_right: float | None
) -> None:
    """Sealed: date four characters in, office centred on it. Unsealed: office two characters in, date two right of its beginning."""
    day = papers.report().day
    made = pdf.render(prose("正文。", signature=Signature("云溪县民政局", day, sealed)))
    lines = ink(made, 1).lines(LEFT - 5, TOP, RIGHT + 5, BOTTOM, PITCH / 4)
    strips = [line for line in lines if line[0] > 100]
    middle = (min(line[1] for line in strips) + max(line[3] for line in strips)) / 2
    office = ink(made, 1).box(100, middle - PITCH, RIGHT + 5, middle)
    date = ink(made, 1).box(100, middle, RIGHT + 5, middle + PITCH)
    size = 16 / 72 * 25.4
    if sealed:
        assert (RIGHT - date[2]) / size == pytest.approx(date_right, abs=0.35)
        assert (office[0] + office[2]) / 2 == pytest.approx((date[0] + date[2]) / 2, abs=1.5)
    else:
        assert (RIGHT - office[2]) / size == pytest.approx(office_right, abs=0.35)
        assert (date[0] - office[0]) / size == pytest.approx(2, abs=0.6)


def test_an_attachment_begins_on_a_new_page_after_the_signature() -> None:
    blocks = (
        Paragraph("正文。"),
        AttachmentList(("分乡镇情况表", "项目明细")),
        Attachment("分乡镇情况表", 1),
        Paragraph("附件正文。"),
    )
    made = pdf.render(prose(blocks=blocks, signature=Signature("云溪县民政局", papers.report().day)))
    first, second = text_of_page(made, 1), text_of_page(made, 2)
    assert made.pages == 2
    assert "2024年6月2日" in first and "附件正文" not in first
    assert second.startswith("附件1") and "2024年6月2日" not in second
    assert "— 2 —" in second


def test_headings_use_the_three_typefaces_of_the_standard() -> None:
    blocks = (Heading(1, "一、甲"), Heading(2, "（一）乙"), Heading(3, "1. 丙"), Heading(4, "（1）丁"))
    reader = PdfReader(io.BytesIO(pdf.render(prose(blocks=blocks)).bytes))
    fonts: dict[str, str] = {}

    def listen(text, _cm, _tm, font, size) -> None:
        for sign in text:
            fonts[sign] = f"{font['/BaseFont'].split('+')[1]} {size:.0f}" if font else ""

    reader.pages[0].extract_text(visitor_text=listen)
    assert fonts["甲"].startswith("MZ-Hei")
    assert fonts["乙"].startswith("MZ-Kai")
    assert fonts["丙"].startswith("MZ-Fang")
    assert fonts["丁"].startswith("MZ-Fang")


def test_the_report_has_bookmarks_language_and_tags(report: pdf.Pdf) -> None:
    reader = PdfReader(io.BytesIO(report.bytes))
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]

    def titles(items: list) -> list[str]:
        return [name for item in items for name in (titles(item) if isinstance(item, list) else [item.title])]

    names = titles(reader.outline)
    assert {"一、任务完成情况", "（一）城乡低保", "二、存在的问题"} <= set(names)
    assert "pdfaid" in reader.xmp_metadata.stream.get_data().decode()


def test_a_demo_report_says_so_on_every_page_and_a_real_one_never(report: pdf.Pdf) -> None:
    for number in range(1, report.pages + 1):
        assert "演示数据，人物均为虚构" in text_of_page(report, number)
    real = pdf.render(papers.report(demo=False))
    assert not any("虚构" in text_of_page(real, number) for number in range(1, real.pages + 1))


def test_a_letterhead_stands_35_millimetres_down_and_centred() -> None:
    picture = pdf.render(
        prose("正文。", letterhead="云溪县民政局文件", number="云民〔2024〕15号", signer="赵玥")
    )
    grey = Ink(page(picture.bytes, 1, DPI), DPI)
    left, top, right, _bottom = grey.box(20, 30, 200, 90)
    assert (left + right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1.5)
    assert top == pytest.approx(TOP + 35, abs=2.5)
    assert "云民〔2024〕15号" in text_of_page(picture, 1) and "签发人：赵玥" in text_of_page(picture, 1)
