"""Known pages compared as pictures: text extraction is blind to a font that prints other characters than it says."""

import pytest
from PIL import Image

from reporting.document import Document
from reporting.renderers import pdf
from tests.reporting.renderers import papers
from tests.reporting.renderers.raster import GOLDEN, GOLDEN_DPI, KNOWN_PAGES, difference, page, printed

pytestmark = pytest.mark.pdf

# Another poppler or freetype moves a few pixels of each stroke's edge; other characters move far more.
TOLERANCE = 1.5


def golden(name: str) -> Image.Image:
    return Image.open(GOLDEN / f"{name}.png").convert("L")


@pytest.mark.parametrize("name", KNOWN_PAGES)
def test_known_page_looks_as_it_was_approved(name: str) -> None:
    make, number = KNOWN_PAGES[name]
    now = page(printed(make).bytes, number, GOLDEN_DPI)
    assert difference(now, golden(name)) < TOLERANCE


def test_wrong_characters_on_the_page_are_noticed() -> None:
    """The tolerance is narrow enough: the same layout with other characters is far outside."""
    frozen = papers.report().to_dict()

    def shifted(value):
        if isinstance(value, str):
            return "".join(chr(ord(sign) + 1) if "一" <= sign < "龟" else sign for sign in value)
        if isinstance(value, dict):
            return {
                key: item if key in ("$", "key", "kind") else shifted(item) for key, item in value.items()
            }
        return [shifted(item) for item in value] if isinstance(value, list) else value

    wrong = Document.from_dict(shifted(frozen) | {"kind": "official"})
    assert difference(page(pdf.render(wrong).bytes, 1, GOLDEN_DPI), golden("report-1")) > 3 * TOLERANCE
