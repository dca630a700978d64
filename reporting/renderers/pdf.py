"""A Document as a PDF file: GB/T 9704 for official papers, A4 forms, rosters and posters.

`render` is the only way in. The same document gives the same bytes, on every machine: the engine sees nothing but the fonts of
reporting/fonts and may fetch nothing at all. Files are tagged PDF/A-2a with bookmarks, so that they can be archived and read aloud.

The engine (WeasyPrint) needs system libraries that a machine may lack; `available` says so in plain words and everything else
of the product works without. That is why the engine is loaded on first use.
"""

import ctypes
import hashlib
import importlib
import logging
import os
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from civaffairs.lib.errors import BadInput, NotReady
from reporting.document import Document
from reporting.renderers import justify, markup

CSS_FOLDER = Path(__file__).resolve().parent / "css"
FONTS_FOLDER = Path(__file__).resolve().parent.parent / "fonts"
FONTS_CONF = FONTS_FOLDER / "fonts.conf"
FONT_FILES = (
    "FandolFang-Regular.otf",
    "FandolKai-Regular.otf",
    "NotoSerifSC-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSerifSC-Bold.ttf",
)
VARIANT = "pdf/a-2a"

# library file → Debian package that brings it
_NEEDED = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libfontconfig.so.1": "libfontconfig1",
}
# Without it the engine still writes, but ten times slower.
_WANTED = {"libharfbuzz-subset.so.0": "libharfbuzz-subset0"}

_NOTDEF = re.compile(r"\(U\+([0-9A-F]{4,6})\)")


class PdfUnavailable(NotReady):
    """This machine cannot make PDF files; the message says in plain Chinese what is missing."""


class MissingGlyph(BadInput):
    """Characters that none of our fonts has. They would be printed as empty boxes, so nothing is printed.

    `characters` names them; the message is for the user.
    """

    def __init__(self, characters: tuple[str, ...]):
        shown = "、".join(f"{sign}（U+{ord(sign):04X}）" for sign in characters)
        super().__init__(f"这些字在打印字库里没有：{shown}。请核对是否输错；确有此字，请报系统管理员补充字库")
        self.characters = characters


@dataclass(frozen=True)
class Pdf:
    """`warnings` are the engine's remarks on layout, empty in the normal case. sha256 is that of `bytes`, in hex."""

    bytes: bytes
    pages: int
    sha256: str
    warnings: tuple[str, ...] = ()


def render(paper: Document) -> Pdf:
    """The PDF of a document.

    Raises MissingGlyph if a character cannot be printed, BadPhoto if a picture cannot be read, ChartFailed if a chart cannot be drawn,
    PdfUnavailable if the machine lacks a library. One render at a time in a process: the engine's font map is shared.
    """
    source = markup.html(paper)
    with _one_at_a_time, _remarks() as remarks:
        press = _press(os.getpid())
        laid_out = press.weasyprint.HTML(string=source, url_fetcher=press.fetcher, base_url=None).render(
            font_config=press.fonts, stylesheets=press.sheets(paper.kind, paper.orientation)
        )
        justify.justify(laid_out)
        made = laid_out.write_pdf(pdf_variant=VARIANT, pdf_tags=True)
        pages = len(laid_out.pages)
    missing = dict.fromkeys(chr(int(code, 16)) for line in remarks for code in _NOTDEF.findall(line))
    if missing:
        raise MissingGlyph(tuple(missing))
    return Pdf(made, pages, hashlib.sha256(made).hexdigest(), tuple(dict.fromkeys(remarks)))


@cache
def available() -> tuple[bool, str]:
    """Whether PDF files can be made here, and a plain sentence: why not, or what makes it slow; empty when all is well."""
    if os.environ.get("CIVAFFAIRS_PDF", "").lower() in ("off", "0", "no"):
        return False, "PDF 打印已按设置关闭（CIVAFFAIRS_PDF=off）"
    if lost := [name for name in (*FONT_FILES, FONTS_CONF.name) if not (FONTS_FOLDER / name).is_file()]:
        return False, f"缺少打印字体文件：{'、'.join(lost)}，请重新部署程序文件"
    if lost := [package for library, package in _NEEDED.items() if not _loads(library)]:
        return False, f"缺少系统库，不能生成 PDF。请由系统管理员安装：{' '.join(lost)}"
    if lost := [package for library, package in _WANTED.items() if not _loads(library)]:
        return True, f"缺少 {' '.join(lost)}，生成 PDF 会慢很多，请由系统管理员安装"
    return True, ""


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


# --- the press: engine, fonts and style sheets, once per process -----------------------------------

_one_at_a_time = threading.Lock()


class _Press:
    def __init__(self) -> None:
        usable, reason = available()
        if not usable:
            raise PdfUnavailable(reason)
        with _only_our_fonts():
            # Loaded by name and not at the top: on a machine without pango the import itself fails, and the pages must still work.
            self.weasyprint: ModuleType = importlib.import_module("weasyprint")
            self.fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()
        self.fetcher = _fetcher()
        self._sheets: dict[tuple[str, str], list[Any]] = {}

    def sheets(self, kind: str, orientation: str) -> list[Any]:
        if (kind, orientation) not in self._sheets:
            texts = [(CSS_FOLDER / name).read_text(encoding="utf-8") for name in ("base.css", f"{kind}.css")]
            texts.append(_counted_rules() + _turned(kind, orientation))
            self._sheets[kind, orientation] = [
                self.weasyprint.CSS(string=text, font_config=self.fonts, url_fetcher=self.fetcher)
                for text in texts
            ]
        return self._sheets[kind, orientation]


@cache
def _press(pid: int) -> _Press:
    """`pid` in the key: a forked worker must not share the font map of its parent."""
    return _Press()


def _fetcher() -> Any:
    """Refuses every address but a picture that we have put into the page ourselves. The engine's own fetcher would read any file
    of the machine and attach it to the paper."""
    urls = importlib.import_module("weasyprint.urls")

    class Fetcher(urls.URLFetcher):  # type: ignore[name-defined]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:image/"):
                raise ValueError("nothing may be fetched while printing")
            return super().fetch(url, headers)

    return Fetcher(allowed_protocols=("data",), allow_redirects=False)


@contextmanager
def _only_our_fonts() -> Any:
    """fontconfig reads this variable when a font map is made. It is put back at once, because a browser started from this process
    (the tests do) must see the machine's fonts."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(FONTS_CONF)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


@contextmanager
def _remarks() -> Any:
    """What the engine says while it works. It reports a missing character only here, so that no logging setting of the house
    may silence it; nor do its remarks need to reach the log, since `render` hands them on."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    ear = Ear(level=logging.WARNING)
    logger = logging.getLogger("weasyprint")
    before = logger.level, logger.propagate, logger.disabled
    logger.setLevel(logging.WARNING)
    logger.propagate, logger.disabled = False, False
    logger.addHandler(ear)
    try:
        yield heard
    finally:
        logger.removeHandler(ear)
        logger.setLevel(before[0])
        logger.propagate, logger.disabled = before[1:]


@cache
def _counted_rules() -> str:
    """Rules for the measures that the markup names by class: w-25 is 12.5 % of a table, high-30 is 30 mm, right-8 four characters."""
    rules = [f".w-{n}{{width:{n / 2}%}}" for n in range(1, 201)]
    rules += [f"td.high-{n},div.high-{n}{{height:{n}mm;min-height:{n}mm}}" for n in range(1, 251)]
    rules += [f"table.row-{n} tbody tr{{height:{n}mm}}" for n in range(1, 41)]
    rules += [f".right-{n}{{padding-right:{n / 2}em}}" for n in range(81)]
    rules += [f".wide-{n}{{width:{n}mm}}" for n in range(20, 181)]
    rules += [f".blank-{n}{{min-width:{n}em}}" for n in range(1, 41)]
    rules += [f".indent-{n}{{text-indent:{n}em}}" for n in range(9)]
    return "".join(rules)


def _turned(kind: str, orientation: str) -> str:
    if orientation == "portrait":
        return ""
    # The sheet is turned with its binding edge upwards: what was left is on top.
    margins = {
        "official": "28mm 37mm 26mm 35mm",
        "form": "18mm 15mm 14mm 17mm",
        "roster": "14mm 12mm 14mm 12mm",
        "poster": "22mm 22mm 18mm 22mm",
    }
    return f"@page{{size:A4 landscape;margin:{margins[kind]}}}"
