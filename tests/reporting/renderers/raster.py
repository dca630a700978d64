"""PDF pages as pictures, and where the ink is on them. Text extraction can be right where the print is wrong.

`python -m tests.reporting.renderers.raster` draws the known pages anew into golden/; look at them before committing.
"""

import io
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops

from reporting.document import Document
from reporting.renderers import pdf
from tests.reporting.renderers import papers

GOLDEN = Path(__file__).parent / "golden"
GOLDEN_DPI = 48
KNOWN_PAGES = {
    "report-1": (papers.report, 1),
    "report-2": (papers.report, 2),
    "form-1": (papers.form, 1),
    "roster-1": (papers.roster, 1),
    "poster-1": (papers.poster, 1),
}


@cache
def printed(make: Callable[[], Document]) -> pdf.Pdf:
    """A sample paper printed once for all tests that only look at it."""
    return pdf.render(make())


def page(data: bytes, number: int, dpi: int) -> Image.Image:
    """One page in grey, by poppler: another program than the one that made it."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "paper.pdf"
        source.write_bytes(data)
        command = [
            "pdftoppm",
            "-gray",
            "-png",
            "-r",
            str(dpi),
            "-f",
            str(number),
            "-l",
            str(number),
            "-singlefile",
        ]
        subprocess.run([*command, str(source), str(Path(folder) / "page")], check=True, capture_output=True)
        return Image.open(io.BytesIO((Path(folder) / "page.png").read_bytes())).convert("L")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Share of pixels, in percent, whose grey differs by more than a quarter of the scale; 100 if the sizes differ."""
    if one.size != other.size:
        return 100.0
    histogram = ImageChops.difference(one, other).histogram()
    return 100 * sum(histogram[64:]) / (one.width * one.height)


class Ink:
    """Ink of a page in millimetres from the top left corner of the sheet."""

    def __init__(self, picture: Image.Image, dpi: int):
        self.mm = dpi / 25.4
        self.dark = picture.point(lambda grey: 255 if grey < 140 else 0)

    def box(self, left: float, top: float, right: float, bottom: float) -> tuple[float, ...] | None:
        """The smallest box around the ink inside the given one, or None."""
        corner = (
            round(left * self.mm),
            round(top * self.mm),
            round(right * self.mm),
            round(bottom * self.mm),
        )
        found = self.dark.crop(corner).getbbox()
        if found is None:
            return None
        return tuple((found[i] + corner[i % 2]) / self.mm for i in range(4))

    def lines(
        self, left: float, top: float, right: float, bottom: float, pitch: float
    ) -> list[tuple[float, ...]]:
        """Ink box of each line of a grid of `pitch` that begins at `top`; empty lines left out."""
        count = round((bottom - top) / pitch)
        boxes = [self.box(left, top + i * pitch, right, top + (i + 1) * pitch) for i in range(count)]
        return [box for box in boxes if box]


def draw_known_pages() -> None:
    for name, (make, number) in KNOWN_PAGES.items():
        page(pdf.render(make()).bytes, number, GOLDEN_DPI).quantize(8).save(
            GOLDEN / f"{name}.png", optimize=True
        )


if __name__ == "__main__":
    draw_known_pages()
