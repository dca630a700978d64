"""The PDF press: every character printed or refused, nothing fetched, the same bytes every time, fast and small enough."""

import hashlib
import io
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from reporting import charts
from reporting.document import (
    Blank,
    Box,
    Chart,
    Column,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Photo,
    Row,
    SignatureRow,
    Strong,
    Table,
)
from reporting.renderers import markup, pdf
from tests.reporting.renderers import papers
from tests.reporting.renderers.raster import Ink, page, printed

pytestmark = pytest.mark.pdf

ROOT = Path(__file__).resolve().parents[3]


def reader(made: pdf.Pdf) -> PdfReader:
    return PdfReader(io.BytesIO(made.bytes))


def words(made: pdf.Pdf) -> str:
    return "\n".join(found.extract_text() for found in reader(made).pages)


def fonts(made: pdf.Pdf) -> set[str]:
    return {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for found in reader(made).pages
        for font in found["/Resources"].get("/Font", {}).values()
    }


def photo(colour: str = "#3366aa", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", size, colour).save(held, options.pop("format", "JPEG"), **options)
    return held.getvalue()


@pytest.mark.parametrize("make", [papers.report, papers.form, papers.roster, papers.poster])
def test_every_kind_of_paper_prints_without_a_remark(make) -> None:
    made = printed(make)
    assert made.warnings == ()
    assert made.pages == len(reader(made).pages)
    assert made.sha256 == hashlib.sha256(made.bytes).hexdigest()
    assert make().office_name in words(made) or make().title in words(made)


def test_nothing_but_our_fonts_is_used() -> None:
    for make in (papers.report, papers.form, papers.roster, papers.poster):
        assert all(name.startswith("MZ-") for name in fonts(printed(make)))


@pytest.mark.parametrize("kind", ["official", "form", "roster", "poster"])
def test_rare_characters_of_names_print_in_every_kind_of_paper(kind: str) -> None:
    blocks = (
        Heading(1, papers.RARE),
        Heading(2, papers.RARE),
        Heading(3, papers.RARE),
        Paragraph((papers.RARE, Strong(papers.RARE), Figure(papers.RARE), Box(True, papers.RARE))),
        Table((Column("a", papers.RARE),), ({"a": papers.RARE},)),
    )
    assert len(set(papers.RARE)) >= 29
    made = pdf.render(papers.report(kind=kind, title=papers.RARE, blocks=blocks))
    assert made.warnings == ()
    assert words(made).replace("\n", "").count("𬀩") >= 6


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "名册😀"},
        {"blocks": (Paragraph("姓名：张\U0002f00d"),)},
        {"footer_note": "页脚\U0001f600"},
        {"blocks": (Chart(charts.bar(("🚲",), (("甲", (1,)),))),)},
    ],
)
def test_a_character_that_no_font_has_stops_the_print_and_is_named(changes: dict) -> None:
    with pytest.raises(pdf.MissingGlyph) as stopped:
        pdf.render(papers.report(**changes))
    assert len(stopped.value.characters) == 1
    sign = stopped.value.characters[0]
    assert sign in "😀\U0002f00d🚲"
    assert f"U+{ord(sign):04X}" in str(stopped.value)


@pytest.mark.parametrize(("attribute", "value"), [("level", logging.CRITICAL), ("disabled", True)])
def test_no_logging_setting_of_the_house_hides_a_missing_character(
    attribute: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger("weasyprint")
    monkeypatch.setattr(logger, attribute, value)
    with pytest.raises(pdf.MissingGlyph):
        pdf.render(papers.poster(title="公示😀"))
    assert getattr(logger, attribute) == value


def test_tick_signs_are_drawn_and_not_set() -> None:
    made = pdf.render(
        papers.form(blocks=(Paragraph("☑是　☐否"), Paragraph((Box(True, "城市"), Box(False, "农村")))))
    )
    assert made.warnings == ()
    assert "是" in words(made) and "☑" not in words(made)


def test_a_ticked_box_has_more_ink_than_an_empty_one() -> None:
    def ink(checked: bool) -> int:
        paper = papers.form(title="表", blocks=(Paragraph((Box(checked),)),), verify_url="", demo=False)
        return Ink(page(pdf.render(paper).bytes, 1, 100), 100).dark.histogram()[255]

    assert ink(True) > ink(False) + 5


def test_hostile_text_is_printed_as_it_stands() -> None:
    hostile = "<script>alert(1)</script><link rel=attachment href=file:///etc/passwd>&lt;b&gt;\"'"
    table = Table(
        (Column("a", hostile),),
        ({"a": hostile}, Row({}, "section", hostile)),
        caption=hostile,
        notes=(hostile,),
    )
    blocks = (Heading(1, hostile), Paragraph((hostile, Strong(hostile), Blank(4, hostile))), table)
    blocks += (SignatureRow(labels=(hostile,)), Photo(photo(), hostile))
    for kind in ("official", "form", "roster", "poster"):
        paper = papers.report(
            kind=kind,
            title=hostile,
            number=hostile,
            office_name=hostile,
            header_note=hostile,
            footer_note=hostile,
            watermark=hostile,
            subtitle=hostile,
            verify_text=hostile,
            blocks=blocks,
        )
        source = markup.html(paper)
        assert "<script" not in source and "<link" not in source
        made = pdf.render(paper)
        assert b"/EmbeddedFile" not in made.bytes and not reader(made).attachments
        assert words(made).replace("\n", "").count("etc/passwd") >= 5


def test_the_press_fetches_nothing_from_disk_or_net(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    press = pdf._press(os.getpid())
    for address in (secret.as_uri(), "http://127.0.0.1:9/x", "ftp://127.0.0.1/x", "data:text/html,x"):
        with pytest.raises(ValueError, match="nothing may be fetched"):
            press.fetcher.fetch(address)
    source = f"<link rel=attachment href='{secret.as_uri()}'><p>x"
    careless = press.weasyprint.HTML(string=source).write_pdf()
    careful = press.weasyprint.HTML(string=source, url_fetcher=press.fetcher).write_pdf()
    assert PdfReader(io.BytesIO(careless)).attachments, (
        "the engine's own fetcher attaches it: the check is real"
    )
    assert not PdfReader(io.BytesIO(careful)).attachments


def test_the_same_paper_gives_the_same_bytes_in_this_process_and_in_another() -> None:
    here = printed(papers.report)
    pdf.render(papers.poster())
    assert pdf.render(papers.report()).bytes == here.bytes
    script = (
        "from tests.reporting.renderers import papers; from reporting.renderers import pdf;"
        "pdf.render(papers.form()); print(pdf.render(papers.report()).sha256)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/Lima", "PYTHONPATH": str(ROOT)}
    there = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert there.stdout.strip() == here.sha256, there.stderr


def test_a_machine_without_any_installed_font_prints_the_same() -> None:
    script = (
        "from tests.reporting.renderers import papers; from reporting.renderers import pdf;"
        "print(pdf.render(papers.report()).sha256)"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "FONTCONFIG_FILE": "/nonexistent/fonts.conf",
    }
    environment |= {"LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""), "PYTHONPATH": str(ROOT)}
    there = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert there.stdout.strip() == printed(papers.report).sha256, there.stderr


def test_printing_leaves_the_environment_of_the_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "/somewhere/else.conf")
    pdf._press.cache_clear()
    pdf.render(papers.poster())
    assert os.environ["FONTCONFIG_FILE"] == "/somewhere/else.conf"


def test_heads_repeat_and_pages_are_counted() -> None:
    made = pdf.render(papers.roster(120))
    pages = [found.extract_text() for found in reader(made).pages]
    assert len(pages) >= 3
    for number, text in enumerate(pages, start=1):
        assert "户主姓名" in text and f"第 {number} 页 共 {len(pages)} 页" in text
    assert "合计（大写）：人民币" in pages[-1] and "制表：" in pages[-1]


def test_totals_never_stand_alone_on_a_page() -> None:
    for count in (66, 75, 78, 82):
        last = reader(pdf.render(papers.roster(count))).pages[-1].extract_text()
        assert "合计（大写）" in last and "制表：" in last, count
        assert last.count("510181") >= 2, count


def test_a_table_without_rows_says_so() -> None:
    empty = papers.roster(blocks=(Table((Column("a", "姓名"), Column("b", "金额", kind="yuan"))),))
    assert "本期没有数据" in words(pdf.render(empty))


def test_a_wide_roster_is_printed_across_the_sheet() -> None:
    box = reader(pdf.render(papers.roster(5, orientation="landscape"))).pages[0].mediabox
    assert float(box.width) == pytest.approx(297 / 25.4 * 72, abs=0.5)
    assert float(box.height) == pytest.approx(210 / 25.4 * 72, abs=0.5)


def test_a_photo_is_printed_without_its_metadata() -> None:
    picture = Image.new("RGB", (60, 40), "#224466")
    exif = picture.getexif()
    exif[0x010F] = "SECRETCAMERA"
    held = io.BytesIO()
    picture.save(held, "JPEG", exif=exif)
    assert b"SECRETCAMERA" in held.getvalue()
    made = pdf.render(
        papers.poster(blocks=(Photo(held.getvalue(), "张贴照片"), Photo(photo(format="PNG"), "远景")))
    )
    assert b"SECRETCAMERA" not in made.bytes
    assert sum(len(found.images) for found in reader(made).pages) == 2
    assert "张贴照片" in words(made)


@pytest.mark.parametrize("data", [b"", b"not a picture", photo()[:200], b"GIF89a" + b"\x00" * 50])
def test_a_broken_photo_is_refused_in_plain_words(data: bytes) -> None:
    with pytest.raises(markup.BadPhoto, match="照片打不开"):
        pdf.render(papers.poster(blocks=(Photo(data),)))


def test_a_photo_beyond_all_measure_is_refused_before_it_is_unpacked() -> None:
    huge = photo(size=(9000, 7000), format="PNG")
    with pytest.raises(markup.BadPhoto, match="照片太大"):
        pdf.render(papers.poster(blocks=(Photo(huge),)))


def test_a_page_break_breaks_the_page() -> None:
    assert pdf.render(papers.poster(blocks=(Paragraph("甲"), PageBreak(), Paragraph("乙")))).pages == 2


def test_a_watermark_is_on_every_page() -> None:
    plain, marked = printed(papers.roster), pdf.render(papers.roster(watermark="副本"))
    assert marked.pages == plain.pages == 2
    for before, after in zip(reader(plain).pages, reader(marked).pages, strict=True):
        assert "副本" in "".join(after.extract_text().split())
        assert "副本" not in "".join(before.extract_text().split())


def test_twelve_pages_with_a_long_table_and_five_charts_are_quick_and_small() -> None:
    """Budget: 4 s of processor time and 1 MB. Processor time, because other tests share the machine."""
    paper = papers.report()
    rows = papers.roster(300).tables[0]
    chart = next(block for block in paper.blocks if isinstance(block, Chart))
    big = papers.report(blocks=(*paper.blocks[:8], rows, *[chart] * 5, *paper.blocks[:8], *paper.blocks[11:]))
    pdf.render(papers.poster())
    charts._drawn.cache_clear()
    began = time.process_time()
    made = pdf.render(big)
    spent = time.process_time() - began
    assert made.pages >= 12
    assert spent <= 4.0, f"{spent:.1f} s"
    assert len(made.bytes) <= 1_000_000


def test_a_machine_without_the_libraries_is_told_so_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_loads", lambda library: "pango" not in library)
    pdf.available.cache_clear()
    pdf._press.cache_clear()
    try:
        usable, reason = pdf.available()
        assert not usable and "libpango-1.0-0" in reason and "PDF" in reason
        with pytest.raises(pdf.PdfUnavailable, match="libpango"):
            pdf.render(papers.poster())
    finally:
        pdf.available.cache_clear()
        pdf._press.cache_clear()


def test_pdf_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVAFFAIRS_PDF", "off")
    pdf.available.cache_clear()
    try:
        usable, reason = pdf.available()
        assert not usable and "CIVAFFAIRS_PDF" in reason
    finally:
        pdf.available.cache_clear()


def test_this_machine_can_print_at_full_speed() -> None:
    pdf.available.cache_clear()
    assert pdf.available() == (True, "")


def test_remarks_of_the_engine_do_not_pile_up_handlers() -> None:
    before = list(logging.getLogger("weasyprint").handlers)
    pdf.render(papers.poster())
    assert logging.getLogger("weasyprint").handlers == before
