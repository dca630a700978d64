"""A workbook of one sheet, written by hand and in pieces, so that the same rows give the same bytes for ever.

A library's workbook changes with the library's version and the compression with the system's, and a file that is
made again for a download is compared by its digest. So nothing is compressed: the parts are packed as stored blocks
inside the usual deflate frame (RFC 1951, 3.2.4), which every reader of the format takes, also those that read a
stream and want the sizes behind the data. Layout: ECMA-376 part 1, 18.3, and the zip application note.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

PIECE = 60_000
_LARGEST_BLOCK = 65_535
# XML 1.0, 2.2: one of these, and no program opens the whole workbook.
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_NAMES = "http://schemas.openxmlformats.org"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = f"{_NAMES}/spreadsheetml/2006/main"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATION = f"{_NAMES}/officeDocument/2006/relationships"
_PACKAGE = f"{_NAMES}/package/2006"
# Style 1 is an amount with two decimals, style 2 a whole number, style 3 text that a table program leaves alone.
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}">'
    '<sheets><sheet name="代发明细" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATION}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    + "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for number in (2, 1, 49)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


class Number(str):
    """A cell that is written as a number: digits, with two decimals if it is an amount in yuan."""

    __slots__ = ()


def sheet(rows: Iterable[Sequence[str]], widths: Sequence[int] = ()) -> Iterator[bytes]:
    """The workbook in pieces. Texts are kept as texts; `widths` in characters, 0 for what the program thinks."""
    packed = _Zip()
    for name, text in _PARTS.items():
        yield from packed.member(name, [(_HEAD + text).encode()])
    yield from packed.member("xl/worksheets/sheet1.xml", _sheet_xml(rows, widths))
    yield packed.end()


def _sheet_xml(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> Iterator[bytes]:
    start = f'{_HEAD}<worksheet xmlns="{_MAIN}">'
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(widths, start=1)
        if width
    )
    yield f"{start}{f'<cols>{columns}</cols>' if columns else ''}<sheetData>".encode()
    for number, cells in enumerate(rows, start=1):
        made = "".join(_cell(f"{_letters(at)}{number}", cell) for at, cell in enumerate(cells))
        yield f'<row r="{number}">{made}</row>'.encode()
    yield b"</sheetData></worksheet>"


def _cell(place: str, cell: str) -> str:
    if isinstance(cell, Number):
        return f'<c r="{place}" s="{1 if "." in cell else 2}"><v>{cell}</v></c>'
    if not cell:
        return ""
    text = escape(_NOT_IN_XML.sub("\ufffd", cell))
    return f'<c r="{place}" s="3" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(at: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    made = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        made = chr(65 + rest) + made
    return made


class _Zip:
    """An archive that is written forwards only, without a clock: every member is of 1980-01-01."""

    # Names are UTF-8 (bit 11); sizes and checksum stand behind the data (bit 3).
    _FLAGS, _METHOD, _TIME, _DAY, _VERSION = 0x0808, 8, 0, 0x21, 20

    def __init__(self) -> None:
        self._at = 0
        self._directory: list[bytes] = []

    def _out(self, piece: bytes) -> bytes:
        self._at += len(piece)
        return piece

    def member(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        started, title = self._at, name.encode()
        common = (self._VERSION, self._FLAGS, self._METHOD, self._TIME, self._DAY)
        yield self._out(struct.pack("<IHHHHHIIIHH", 0x04034B50, *common, 0, 0, 0, len(title), 0) + title)
        began, size, checksum, held = self._at, 0, 0, bytearray()
        for piece in pieces:
            size += len(piece)
            checksum = zlib.crc32(piece, checksum)
            held += piece
            while len(held) >= PIECE:
                yield self._out(_stored(bytes(held[:PIECE])))
                del held[:PIECE]
        if held:
            yield self._out(_stored(bytes(held)))
        yield self._out(_stored(b"", last=True))
        told = (checksum, self._at - began, size)
        yield self._out(struct.pack("<IIII", 0x08074B50, *told))
        self._directory.append(
            struct.pack(
                "<IHHHHHHIIIHHHHHII",
                *(0x02014B50, self._VERSION, *common, *told, len(title), 0, 0, 0, 0, 0, started),
            )
            + title
        )

    def end(self) -> bytes:
        """The directory, after the last member."""
        began, directory = self._at, b"".join(self._directory)
        count = len(self._directory)
        return self._out(
            directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), began, 0)
        )


def _stored(data: bytes, last: bool = False) -> bytes:
    return struct.pack("<BHH", int(last), len(data), len(data) ^ _LARGEST_BLOCK) + data
