"""The shapes that a printed paper is made of. They know no benefit, no database, no font and no file.

A report, a form, a roster or a poster is first put together as a `Document`; then a renderer (renderers/pdf.py, renderers/excel.py)
turns it into bytes, and a page template may draw the same blocks on the screen. `to_dict` gives plain JSON, so that an issued report
can be frozen and drawn again later; `from_dict(to_dict(x)) == x`.

Money in a table cell is an integer of fen; percent is an integer of hundredths of a percent point (50.5 % is 5050). None means
"not known or does not apply" and is printed as a dash: it is never a zero.
"""

import base64
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from reporting.cells import ALIGNS, KINDS, text_of

Kind = Literal["official", "form", "roster", "poster"]
Orientation = Literal["portrait", "landscape"]


class BadDocument(ValueError):
    """A paper was put together wrongly (unknown column, wrong level): a mistake in our code, never of a user."""


# --- pieces of a line -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """A number inside a sentence or a cell that can be walked back: `key` names the reported figure behind it.

    `text` is what is printed; `value` is the same number for Excel, in the unit of its column (fen for money).
    """

    text: str
    key: str = ""
    value: int | None = None


@dataclass(frozen=True)
class Strong:
    """Words set in 黑体. There is no bold: a family without a bold file would print it as regular without a word."""

    text: str


@dataclass(frozen=True)
class Box:
    """A tick box with its label, ☑ or ☐. Drawn, because no Chinese font has the two signs."""

    checked: bool
    label: str = ""


@dataclass(frozen=True)
class Blank:
    """An underlined place to write by hand, `width` Chinese characters wide. `text` stands on the line if it is known already."""

    width: float = 6
    text: str = ""


Run = str | Figure | Strong | Box | Blank
Runs = tuple[Run, ...]


def runs(value: "Run | list | tuple") -> Runs:
    """One run or a sequence of them as a tuple, so that callers may pass a plain string."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def plain(value: "Run | list | tuple") -> str:
    """The words of some runs without their shape, for search, Excel and tests."""
    words = []
    for run in runs(value):
        match run:
            case str():
                words.append(run)
            case Box(checked, label):
                words.append(("☑" if checked else "☐") + label)
            case _:
                words.append(run.text)
    return "".join(words)


# --- blocks ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heading:
    """GB/T 9704 §7.3.3 levels 1 to 4: 一、黑体 / （一）楷体 / 1. 仿宋 /（1）仿宋. The number is part of the text."""

    level: int
    text: str

    def __post_init__(self) -> None:
        if self.level not in (1, 2, 3, 4):
            raise BadDocument(f"heading level {self.level}")


@dataclass(frozen=True)
class Paragraph:
    """`indent` is the first-line indent in characters; 0 for 主送机关 and lists that bring their own."""

    runs: Runs
    indent: int = 2
    align: Literal["justify", "left", "center", "right"] = "justify"

    def __post_init__(self) -> None:
        object.__setattr__(self, "runs", runs(self.runs))


@dataclass(frozen=True)
class Column:
    """One column of a table.

    kind: text · id (digits that are a name: ID card, account) · count · yuan (cell in fen, printed 1,234.50) · wan (cell in fen, printed
    in 万元) · percent (cell in hundredths of a point) · day. width: in Chinese characters; 0 shares what is left.
    group: the same word on neighbouring columns gives them a common head above. places: decimals of wan and percent.
    """

    key: str
    title: str
    align: str = ""
    width: float = 0
    kind: str = "text"
    group: str = ""
    places: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadDocument(f"column {self.key}: unknown kind {self.kind!r}")
        if self.align not in ("", *ALIGNS):
            raise BadDocument(f"column {self.key}: unknown align {self.align!r}")

    @property
    def shown_align(self) -> str:
        return self.align or KINDS[self.kind].align

    @property
    def is_number(self) -> bool:
        return KINDS[self.kind].number

    def text(self, value: Any) -> str:
        return value.text if isinstance(value, Figure) else text_of(self.kind, value, self.places)


@dataclass(frozen=True)
class Row:
    """`kind` data, subtotal (小计, not added again into a total) or section (a line across the table that only carries `label`)."""

    cells: dict[str, Any]
    kind: Literal["data", "subtotal", "section"] = "data"
    label: str = ""


@dataclass(frozen=True)
class Table:
    """A table as people print it: caption on top, unit at its right, heads repeated on every page, totals, notes, check formulas.

    rows and totals take plain dicts (column key → value) or Row. `in_words` is the total in capital figures, printed as the last line
    inside the frame. `checks` are the relations that the figures satisfy (勾稽关系), printed small below.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    caption: str = ""
    unit: str = ""
    totals: tuple[Row, ...] = ()
    in_words: str = ""
    notes: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    row_height_mm: float = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))
        keys = [column.key for column in self.columns]
        if not keys or len(set(keys)) != len(keys):
            raise BadDocument("a table needs columns with different keys")
        for name in ("rows", "totals"):
            made = tuple(row if isinstance(row, Row) else Row(row) for row in getattr(self, name))
            for row in made:
                if unknown := set(row.cells) - set(keys):
                    raise BadDocument(f"table {self.caption!r} has no column {sorted(unknown)}")
            object.__setattr__(self, name, made)
        object.__setattr__(self, "notes", tuple(self.notes))
        object.__setattr__(self, "checks", tuple(self.checks))


@dataclass(frozen=True)
class Cell:
    """A cell of a form. `kind` label is the printed question, value the answer. `upright` sets a label one character per line."""

    runs: Runs
    kind: Literal["label", "value"] = "value"
    colspan: int = 1
    rowspan: int = 1
    align: Literal["", "left", "center", "right"] = ""
    height_mm: float = 0
    upright: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "runs", runs(self.runs))


@dataclass(frozen=True)
class KeyValueGrid:
    """The body of a form such as 申请审批表: a framed grid of label and value cells.

    widths are the relative widths of the grid's columns. Every row must fill the grid exactly, rowspans counted; a gap or an overlap
    raises BadDocument, because it would come out as a shifted form.
    """

    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "widths", tuple(self.widths))
        object.__setattr__(self, "rows", tuple(tuple(row) for row in self.rows))
        hanging = [0] * len(self.widths)
        for number, row in enumerate(self.rows, start=1):
            free = [index for index, left in enumerate(hanging) if not left]
            if sum(cell.colspan for cell in row) != len(free):
                raise BadDocument(f"form row {number} does not fill {len(free)} free columns")
            hanging = [max(0, left - 1) for left in hanging]
            for cell in row:
                taken, free = free[: cell.colspan], free[cell.colspan :]
                if taken != list(range(taken[0], taken[0] + cell.colspan)):
                    raise BadDocument(f"form row {number}: a cell is cut by one from above")
                for index in taken:
                    hanging[index] = cell.rowspan - 1
        if any(hanging):
            raise BadDocument("a form cell reaches below the last row")


@dataclass(frozen=True)
class SignatureBox:
    """A framed place for one office's opinion, with blank lines for people, seal and date.

    title: 村（居）民委员会意见, 乡镇人民政府审核意见, 县级民政部门确认意见. opinion: what the system already knows; may be empty.
    people: names of the lines to sign. seal: whether a seal belongs here. day: printed if known, else 年 月 日 to be written.
    """

    title: str
    opinion: Runs = ()
    people: tuple[str, ...] = ("经办人", "负责人")
    seal: bool = True
    day: date | None = None
    height_mm: float = 32

    def __post_init__(self) -> None:
        object.__setattr__(self, "opinion", runs(self.opinion))
        object.__setattr__(self, "people", tuple(self.people))


@dataclass(frozen=True)
class SignatureRow:
    """Places to sign. boxes: framed opinions stacked in the order given (village, township, county); label_percent is the width of
    their titles, to meet the label columns of the grid above. labels: one unframed line of names with blanks, as at the foot of a
    roster; day adds a date to write. Either or both."""

    boxes: tuple[SignatureBox, ...] = ()
    labels: tuple[str, ...] = ()
    day: bool = False
    label_percent: float = 16

    def __post_init__(self) -> None:
        object.__setattr__(self, "boxes", tuple(self.boxes))
        object.__setattr__(self, "labels", tuple(self.labels))


@dataclass(frozen=True)
class Chart:
    """`option` is the ECharts option of charts.py, the same that the browser draws. alt: the chart in one sentence, for readers."""

    option: dict[str, Any]
    caption: str = ""
    height_mm: float = 75
    alt: str = ""


@dataclass(frozen=True)
class Photo:
    """A picture by its bytes (JPEG, PNG or WebP). Photos that follow each other are set two in a row."""

    data: bytes
    caption: str = ""
    width_mm: float = 70

    @classmethod
    def read(cls, path: str | Path, caption: str = "", width_mm: float = 70) -> "Photo":
        return cls(Path(path).read_bytes(), caption, width_mm)


@dataclass(frozen=True)
class PageBreak:
    pass


@dataclass(frozen=True)
class AttachmentList:
    """附件说明 below the text (GB/T 9704 §7.3.4): names without book marks or full stop."""

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))


@dataclass(frozen=True)
class Attachment:
    """Begins an 附件 on a new page: its number in 黑体 at the top left, its title centred in the third line."""

    title: str
    number: int | None = None


Block = (
    Heading
    | Paragraph
    | Table
    | KeyValueGrid
    | SignatureRow
    | Chart
    | Photo
    | PageBreak
    | AttachmentList
    | Attachment
)


@dataclass(frozen=True)
class Signature:
    """署名和成文日期. sealed: the seal covers both, so the date keeps four characters from the right and the office is centred on it;
    otherwise the office keeps two (GB/T 9704 §7.3.5)."""

    office: str
    day: date
    sealed: bool = True


@dataclass(frozen=True)
class Document:
    """One paper.

    kind: official follows GB/T 9704-2012; form, roster and poster are A4 with narrow margins. header_note is the small line on top (form
    number, 存根), footer_note the one below. letterhead prints the red head of an official document; leave it empty for a report
    that goes without. signer is the 签发人 of a paper that goes upward, on one line with the number. verify_url becomes a QR
    code with verify_text beside it. demo prints 演示数据，人物均为虚构 on every page.
    The signature comes after the last block that stands before the first Attachment.
    """

    title: str
    blocks: tuple[Block, ...]
    kind: Kind
    office_name: str
    number: str = ""
    day: date | None = None
    orientation: Orientation = "portrait"
    header_note: str = ""
    footer_note: str = ""
    signature: Signature | None = None
    watermark: str = ""
    verify_url: str = ""
    verify_text: str = ""
    demo: bool = False
    letterhead: str = ""
    signer: str = ""
    subtitle: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", tuple(self.blocks))
        if self.kind not in get_args(Kind):
            raise BadDocument(f"unknown kind {self.kind!r}")
        if self.orientation not in get_args(Orientation):
            raise BadDocument(f"unknown orientation {self.orientation!r}")
        for block in self.blocks:
            if not isinstance(block, get_args(Block)):
                raise BadDocument(f"{type(block).__name__} is not a block")

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))

    def to_dict(self) -> dict[str, Any]:
        return to_dict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Document":
        document = from_dict(data)
        if not isinstance(document, cls):
            raise BadDocument("the stored data is not a document")
        return document


# --- freezing -------------------------------------------------------------------------------------

_SHAPES = {
    shape.__name__: shape
    for shape in (
        *(Figure, Strong, Box, Blank, Heading, Paragraph, Column, Row, Table, Cell, KeyValueGrid),
        *(SignatureBox, SignatureRow, Chart, Photo, PageBreak, AttachmentList, Attachment),
        *(Signature, Document),
    )
}
# "$" names the shape: a key that neither a column nor an ECharts option can have.
_MARK = "$"


def to_dict(value: Any) -> Any:
    """Plain JSON of any shape. Fields that hold their default are left out."""
    if is_dataclass(value):
        stored = {_MARK: type(value).__name__}
        for spec in fields(value):
            if (held := getattr(value, spec.name)) != spec.default:
                stored[spec.name] = to_dict(held)
        return stored
    if isinstance(value, list | tuple):
        return [to_dict(item) for item in value]
    if isinstance(value, dict):
        return {key: to_dict(item) for key, item in value.items()}
    if isinstance(value, date):
        return {_MARK: "date", "day": value.isoformat()}
    if isinstance(value, bytes):
        return {_MARK: "bytes", "base64": base64.b64encode(value).decode()}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise BadDocument(f"{type(value).__name__} cannot be frozen")


def from_dict(data: Any) -> Any:
    """The shape that `to_dict` stored. Raises BadDocument on a shape that this version does not know."""
    if isinstance(data, list):
        return [from_dict(item) for item in data]
    if not isinstance(data, dict):
        return data
    name = data.get(_MARK)
    if name is None:
        return {key: from_dict(item) for key, item in data.items()}
    if name == "date":
        return date.fromisoformat(data["day"])
    if name == "bytes":
        return base64.b64decode(data["base64"])
    if name not in _SHAPES:
        raise BadDocument(f"unknown shape {name!r}")
    return _SHAPES[name](**{key: from_dict(item) for key, item in data.items() if key != _MARK})
