"""Lines in, bytes out, one at a time: the size of a file never meets the size of the memory.

The same lines and the same spec give the same bytes, for ever: an issued file is made again when it is downloaded
and compared by its digest.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistance.bankfiles.sheet import Number, sheet
from assistance.bankfiles.spec import FileColumn, FileSpec

_UNSEEN = re.compile(r"[\x00-\x1f]")


@dataclass(frozen=True)
class FileLine:
    """One payment. `line` is our own number for it, `serial` its place in this file, from 1."""

    serial: int
    line: int
    holder: str
    account: str
    bank: str
    amount_fen: int


@dataclass(frozen=True)
class FileHead:
    """What concerns the whole file. `purpose` is the text that stands in the payee's passbook."""

    count: int
    total_fen: int
    month: str
    purpose: str
    remark: str = ""


class Unwritable(Exception):
    """A line that this format cannot carry. `message` is for the user; `line` is the payment line's number."""

    def __init__(self, message: str, line: FileLine | None = None):
        super().__init__(message)
        self.message = message
        self.line = line


def write(lines: Iterable[FileLine], head: FileHead, spec: FileSpec) -> Iterator[bytes]:
    """The file in pieces. Raises Unwritable at the first line that the format cannot carry."""
    if spec.kind == "xlsx":
        yield from sheet(_sheet_rows(lines, head, spec), [column.width for column in spec.columns])
        return
    if spec.encoding == "utf-8-sig":
        # Without the mark Excel and several bank clients read UTF-8 as GBK.
        yield b"\xef\xbb\xbf"
    if spec.total == "first":
        yield _row(_total_cells(head, spec), spec.total_columns, spec)
    if spec.header:
        yield _row([column.title for column in spec.columns], spec.columns, spec, is_head=True)
    for line in lines:
        yield line_bytes(line, head, spec)
    if spec.total == "last":
        yield _row(_total_cells(head, spec), spec.total_columns, spec)


def line_bytes(line: FileLine, head: FileHead, spec: FileSpec) -> bytes:
    """One line with its line end; of a sheet the texts of its cells. Raises Unwritable."""
    if spec.kind == "xlsx":
        return "\t".join(_sheet_row(line, head, spec)).encode()
    return _row([_cell(column, line, head, spec) for column in spec.columns], spec.columns, spec, line)


def unwritable(lines: Iterable[FileLine], head: FileHead, spec: FileSpec) -> Iterator[Unwritable]:
    """Every line that the format cannot carry, so that all can be put right at once."""
    for line in lines:
        try:
            line_bytes(line, head, spec)
        except Unwritable as problem:
            yield problem


def _sheet_rows(lines: Iterable[FileLine], head: FileHead, spec: FileSpec) -> Iterator[list[str]]:
    if spec.total == "first":
        yield _sheet_total(head, spec)
    if spec.header:
        yield [column.title for column in spec.columns]
    for line in lines:
        yield _sheet_row(line, head, spec)
    if spec.total == "last":
        yield _sheet_total(head, spec)


def _sheet_row(line: FileLine, head: FileHead, spec: FileSpec) -> list[str]:
    made = []
    for column in spec.columns:
        text = _cell(column, line, head, spec)
        _refuse_unseen(text, column, line)
        # An account is a text: as a number a table program keeps fifteen digits of it.
        made.append(Number(text) if column.key in ("amount", "serial") else text)
    return made


def _sheet_total(head: FileHead, spec: FileSpec) -> list[str]:
    return [
        Number(text) if column.key in ("count", "total") else text
        for column, text in zip(spec.total_columns, _total_cells(head, spec), strict=True)
    ]


def _refuse_unseen(text: str, column: FileColumn, line: FileLine | None) -> None:
    if _UNSEEN.search(text):
        raise Unwritable(f"{column.title}里有换行等看不见的字符", line)


def _cell(column: FileColumn, line: FileLine, head: FileHead, spec: FileSpec) -> str:
    match column.key:
        case "serial":
            return str(line.serial)
        case "line":
            return str(line.line)
        case "amount":
            return spec.amount(line.amount_fen)
        case "purpose":
            return head.purpose
        case "month":
            return head.month
        case "blank":
            return ""
        case "remark":
            return head.remark
        case "constant":
            return column.text
    return getattr(line, column.key)


def _total_cells(head: FileHead, spec: FileSpec) -> list[str]:
    texts = {"count": str(head.count), "total": spec.amount(head.total_fen), "month": head.month, "blank": ""}
    return [texts.get(column.key, column.text) for column in spec.total_columns]


def _row(
    cells: list[str],
    columns: tuple[FileColumn, ...],
    spec: FileSpec,
    line: FileLine | None = None,
    is_head: bool = False,
) -> bytes:
    encoded = [_encoded(text, column, spec, line) for text, column in zip(cells, columns, strict=True)]
    if spec.fixed:
        parts = [_padded(part, column, line, is_head) for part, column in zip(encoded, columns, strict=True)]
        return b"".join(parts) + spec.line_end.encode()
    return _delimited(encoded, spec, line)


def _encoded(text: str, column: FileColumn, spec: FileSpec, line: FileLine | None) -> bytes:
    encoding = "utf-8" if spec.encoding == "utf-8-sig" else spec.encoding
    _refuse_unseen(text, column, line)
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        pass
    lost = [sign for sign in text if not _fits(sign, encoding)]
    if not spec.substitute:
        raise Unwritable(
            f"{column.title}“{text}”里的“{'、'.join(lost)}”不在银行文件的字符集（{encoding.upper()}）里，"
            "请与银行约定写法后更正户名，或改用能写这个字的格式",
            line,
        )
    for sign in lost:
        text = text.replace(sign, spec.substitute)
    return text.encode(encoding)


def _fits(sign: str, encoding: str) -> bool:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _padded(part: bytes, column: FileColumn, line: FileLine | None, is_head: bool) -> bytes:
    if len(part) > column.width:
        raise Unwritable(f"{column.title}超过银行规定的{column.width}个字节", line)
    fill = b" " if is_head else column.fill.encode()
    gap = fill * (column.width - len(part))
    return gap + part if column.align == "right" else part + gap


def _delimited(cells: list[bytes], spec: FileSpec, line: FileLine | None) -> bytes:
    encoding = "utf-8" if spec.encoding == "utf-8-sig" else spec.encoding
    texts = [cell.decode(encoding) for cell in cells]
    if spec.delimiter != ",":
        # Only the comma format knows quotation marks; elsewhere a delimiter inside a name shifts the amount.
        if any(spec.delimiter in text for text in texts):
            raise Unwritable(f"户名或银行名里有分隔符“{spec.delimiter}”", line)
        return (spec.delimiter.join(texts) + spec.line_end).encode(encoding)
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator=spec.line_end).writerow(texts)
    return made.getvalue().encode(encoding)
