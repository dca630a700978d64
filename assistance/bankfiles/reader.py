"""The bank's answer: bytes in, one Answer or one BadRow for each row out, streaming.

Files come as CSV or text (UTF-8, GBK, with or without a mark) and as xlsx saved from a bank's client. Columns are
found by their heads. What cannot be read is a BadRow with the reason, never a guess and never an end of the work.
"""

import csv
import io
import math
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from openpyxl import load_workbook

from assistance.bankfiles.reasons import in_our_words
from assistance.bankfiles.spec import FileSpec
from assistance.bankfiles.totals import TotalRow, fixed_total, total_row
from civaffairs.lib.errors import BadInput
from civaffairs.lib.identity import compact
from civaffairs.lib.money import parse_yuan

MAX_UNPACKED = 400 * 1024 * 1024
# The texts of a workbook are all held in the memory; those of a county's payments take a fraction of this.
MAX_SHARED_TEXTS = 40 * 1024 * 1024
# So is every other part but the sheets, and a style that is read takes thirty times its size.
MAX_OTHER_PART = 8 * 1024 * 1024
# A true list shrinks to a tenth or a twentieth. What shrinks to less than a hundredth was made to grow.
MAX_SHRUNK, SHRINKING_MATTERS_FROM = 100, 8 * 1024 * 1024
MAX_ROWS = 1_200_000
# The head of the answer may stand below a title and a summary line.
HEAD_WITHIN = 10

HEADS: dict[str, tuple[str, ...]] = {
    "serial": ("序号", "顺序号", "行号", "编号"),
    "line": ("业务流水号", "流水号", "明细编号", "单位流水号", "客户流水号"),
    "account": ("账号", "收款账号", "帐号", "收款帐号", "卡号", "收款人账号", "账户", "收款账户"),
    "holder": ("户名", "收款户名", "姓名", "收款人", "收款人户名", "账户名称"),
    "amount": ("金额", "交易金额", "发放金额", "代发金额", "实发金额", "金额（元）", "金额(元)"),
    "result": ("处理结果", "结果", "状态", "处理状态", "交易状态", "交易结果", "成功标志", "响应码"),
    "reason": ("失败原因", "原因", "处理信息", "备注", "说明", "错误信息", "响应信息", "附言"),
}
PAID_WORDS = frozenset(
    {
        "成功",
        "交易成功",
        "处理成功",
        "发放成功",
        "代发成功",
        "已入账",
        "入账成功",
        "已发放",
        "0000",
        "00000",
        "SUCCESS",
        "S",
        "Y",
    }
)
FAILED_WORDS = frozenset(
    {
        "失败",
        "交易失败",
        "处理失败",
        "发放失败",
        "代发失败",
        "不成功",
        "未成功",
        "退回",
        "退汇",
        "已退回",
        "已退汇",
        "FAIL",
        "FAILED",
        "F",
        "N",
    }
)
_PLAIN_YUAN = re.compile(r"[0-9]{1,9}\.[0-9]{2}")
NO_ENCODING = "文件的文字编码看不懂，请让银行用 UTF-8 或 GBK 编码重新导出"
BREAKS_OFF = "{}，文件没有传完整。一行也没有导入，请向银行重新要一份"
_LOST_DIGITS = "账号被表格软件变成了数字，后面的数字已丢失。请让银行重新导出，或把这一列设为文本格式再保存"


class Unreadable(Exception):
    """The file as a whole cannot be read; `message` is for the user."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Answer:
    """What the bank says about one payment. What it did not say is None or empty."""

    row: int
    serial: int | None
    line: int | None
    account: str
    amount_fen: int | None
    paid: bool
    reason: str
    holder: str = ""


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read, and the head of the column that is to blame."""

    row: int
    message: str
    column: str = ""


Cells = tuple[int, list[Any]]


def read(
    source: IO[bytes], name: str, spec: FileSpec, totals: list[TotalRow] | None = None
) -> Iterator[Answer | BadRow]:
    """Every row of the answer; rows of totals go into `totals`. Raises Unreadable before the first row if the file is
    of the wrong kind, and at the end if it breaks off."""
    return _answers(_rows(source, name, spec), spec, [] if totals is None else totals)


def rows_again(source: IO[bytes], name: str, spec: FileSpec, wanted: set[int]) -> tuple[list[str], dict]:
    """(the heads, the texts of the wanted rows by their numbers), of a file that was read before."""
    heads: list[str] = []
    found: dict[int, list[str]] = {}
    source.seek(0)
    for number, cells in _rows(source, name, spec):
        if not heads and _places(cells, spec) is not None:
            heads = [text_of(cell) for cell in cells]
            while heads and not heads[-1]:
                heads.pop()
        elif number in wanted:
            found[number] = [text_of(cell) for cell in cells[: len(heads)]]
            if len(found) == len(wanted):
                break
    return heads, found


def _rows(source: IO[bytes], name: str, spec: FileSpec) -> Iterator[Cells]:
    start = source.read(8)
    source.seek(0)
    if start.startswith(b"PK\x03\x04"):
        rows = sheet_rows(source)
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("这是旧版 .xls 文件，请在表格软件里另存为 .xlsx 或 .csv 再导入")
    elif start.startswith((b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"Rar!", b"7z\xbc\xaf")):
        raise Unreadable(f"“{name}”不是回盘文件。请选择银行给的 CSV、TXT 或 XLSX 文件")
    elif spec.fixed and not spec.header and not _has_heads(source, spec):
        rows = _fixed_rows(source, spec)
    else:
        rows = _text_rows(source)
    return rows


def _has_heads(source: IO[bytes], spec: FileSpec) -> bool:
    """Whether the bank answers a file of fixed widths by one with heads."""
    try:
        return any(_places(cells, spec) is not None for _, cells in islice(_text_rows(source), HEAD_WITHIN))
    except Unreadable:
        return False
    finally:
        source.seek(0)


# --- rows of cells ---------------------------------------------------------------------------------


def encoding_of(source: IO[bytes]) -> str:
    """UTF-8 (with or without mark), UTF-16 with mark, or else GB18030, which holds all of GBK."""
    start = source.read(4)
    source.seek(0)
    if start.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    broken = False
    for encoding in ("utf-8", "gb18030"):
        try:
            with _Kept(source, encoding) as text:
                while text.read(1 << 16):
                    pass
            return encoding
        except UnicodeDecodeError as problem:
            if "incomplete" in problem.reason or "unexpected end" in problem.reason:
                broken = True
    if broken:
        raise Unreadable(BREAKS_OFF.format("文件在最后一个字中间断开"))
    raise Unreadable(NO_ENCODING)


class _Kept:
    """A text view of a binary file that leaves the file open and rewound."""

    def __init__(self, source: IO[bytes], encoding: str):
        self._source = source
        self._text = io.TextIOWrapper(source, encoding, newline="")

    def __enter__(self) -> io.TextIOWrapper:
        return self._text

    def __exit__(self, *problem: Any) -> None:
        self._text.detach()
        self._source.seek(0)


def _text_rows(source: IO[bytes]) -> Iterator[tuple[int, list[Any]]]:
    encoding = encoding_of(source)
    try:
        with _Kept(source, encoding) as text:
            start = text.read(20_000)
    except UnicodeDecodeError:
        raise Unreadable(NO_ENCODING) from None
    if "\0" in start:
        raise Unreadable("这不是文本文件。请选择银行给的 CSV、TXT 或 XLSX 文件")
    counts = {sign: start.count(sign) for sign in ("|", "\t", ",", "^", ";")}
    delimiter = max(counts, key=lambda sign: counts[sign])
    if not counts[delimiter]:
        raise Unreadable("文件里看不出栏目之间用什么隔开，请确认是银行给的回盘文件")
    with _Kept(source, encoding) as text:
        quoting = csv.QUOTE_MINIMAL if delimiter in ",\t;" else csv.QUOTE_NONE
        try:
            yield from enumerate(csv.reader(text, delimiter=delimiter, quoting=quoting), start=1)
        except (csv.Error, UnicodeDecodeError) as problem:
            raise Unreadable("文件的格式乱了（引号或栏目对不上），请让银行重新导出") from problem


def _fixed_rows(source: IO[bytes], spec: FileSpec) -> Iterator[Cells]:
    """A fixed-width answer repeats our columns and adds result (one word) and reason after them. A row of totals comes
    as one cell that says so."""
    encoding = "utf-8" if spec.encoding == "utf-8-sig" else spec.encoding
    heads = [spec.answer.get(column.key, column.title) for column in spec.columns]
    yield 0, [*heads, "处理结果", "失败原因"]
    width = sum(column.width for column in spec.columns)
    for number, raw in enumerate(source, start=1):
        line, cells, at = raw.rstrip(b"\r\n"), [], 0
        if not line.strip():
            continue
        if (told := fixed_total(line, spec)) is not None:
            yield number, [told]
            continue
        if len(line) <= width:
            raise Unreadable(
                BREAKS_OFF.format(f"第{number}行只有 {len(line)} 个字节，应有 {width} 个以上，后面是处理结果")
            )
        for column in spec.columns:
            cells.append(line[at : at + column.width].decode(encoding, "replace").strip())
            at += column.width
        cells += [*line[at:].decode(encoding, "replace").split(None, 1), "", ""][:2]
        yield number, cells


def _refuse_bomb(members: list[zipfile.ZipInfo]) -> None:
    """A small file may unpack to more than the machine holds; what it says of its sizes is enforced when it is read."""
    too_big = sum(member.file_size for member in members) > MAX_UNPACKED or any(
        member.file_size > _limit_of(member.filename)
        or (
            member.file_size > SHRINKING_MATTERS_FROM
            and member.file_size > MAX_SHRUNK * max(member.compress_size, 1)
        )
        for member in members
    )
    if too_big:
        raise Unreadable("表格解压后太大，请分成几个文件再导入")


def _limit_of(part: str) -> int:
    """Most bytes of one part of a workbook: sheets are read row by row, pictures not at all."""
    if part.startswith(("xl/worksheets/", "xl/media/")):
        return MAX_UNPACKED
    return MAX_SHARED_TEXTS if part.endswith("sharedStrings.xml") else MAX_OTHER_PART


def sheet_rows(source: IO[bytes]) -> Iterator[tuple[int, list[Any]]]:
    """Row number from 1 and cells of the first sheet of a workbook. Raises Unreadable for what is none, or too big."""
    try:
        with zipfile.ZipFile(source) as packed:
            names = packed.namelist()
            _refuse_bomb(packed.infolist())
        if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise Unreadable("这是压缩包，不是表格。请解压后选择里面的文件")
        source.seek(0)
        book = load_workbook(source, read_only=True, data_only=True)
    except Unreadable:
        raise
    except Exception as problem:  # the library raises many kinds for a damaged file
        raise Unreadable("表格打不开，文件可能已损坏或有密码，请重新导出") from problem
    try:
        sheet = book.worksheets[0]
        # What a sheet says about its own size may be a lie; reading row by row does not believe it.
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_col=60, values_only=True), start=1):
            if number > MAX_ROWS:
                raise Unreadable("表格行数太多，请分成几个文件再导入")
            yield number, list(cells)
    except Unreadable:
        raise
    except Exception as problem:  # rows are read one by one, and so is their damage
        raise Unreadable("表格打不开，文件可能已损坏或有密码，请重新导出") from problem
    finally:
        book.close()


# --- answers ---------------------------------------------------------------------------------------


def _answers(rows: Iterable[Cells], spec: FileSpec, totals: list[TotalRow]) -> Iterator[Answer | BadRow]:
    heads: dict[str, tuple[int, str]] | None = None
    first: Cells | None = None
    # Cells of the last row, and of the shortest before it: a file that breaks off has a last row too short.
    shortest = last = last_number = 0
    results = _Results(spec)
    for number, cells in rows:
        if not any(text_of(cell) for cell in cells):
            continue
        if heads is None:
            first = first or (number, cells)
            heads = _places(cells, spec)
            if heads is None and number >= HEAD_WITHIN:
                break
            continue
        place = heads["amount"][0] if "amount" in heads else None
        if (told := total_row(number, cells, place, spec.amount_unit)) is not None:
            totals.append(told)
            continue
        shortest, last, last_number = min(shortest, last) if shortest else last, len(cells), number
        yield _answer(number, cells, heads, spec, results)
    if heads is None:
        raise Unreadable(_no_heads(first))
    if last < shortest:
        raise Unreadable(
            BREAKS_OFF.format(f"第{last_number}行只有 {last} 栏，前面各行都有 {shortest} 栏以上")
        )


def _no_heads(first: Cells | None) -> str:
    words = "没有找到回盘的表头。表头里要有处理结果，以及序号、业务流水号、账号中的一个"
    titles = [title_of(cell)[:12] for cell in first[1] if title_of(cell)][:10] if first else []
    return f"{words}。文件第{first[0]}行是：{'、'.join(titles)}" if first and titles else words


def _places(cells: list[Any], spec: FileSpec) -> dict[str, tuple[int, str]] | None:
    """Where each thing stands, and under which head; None where these cells are no heads."""
    titles = [title_of(cell) for cell in cells]
    found: dict[str, tuple[int, str]] = {}
    for key, usual in HEADS.items():
        own = spec.answer.get(key)
        wanted = [own] if own else [*(c.title for c in spec.columns if c.key == key), *usual]
        for title in wanted:
            if title and title_of(title) in titles:
                found[key] = titles.index(title_of(title)), text_of(cells[titles.index(title_of(title))])
                break
    if "result" not in found or not {"serial", "line", "account"} & set(found):
        return None
    for place, head in found.values():
        if titles.count(titles[place]) > 1:
            raise Unreadable(f"表头里有两栏都叫“{head}”，分不清用哪一栏，请让银行重新导出")
    return found


def title_of(cell: Any) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text_of(cell)))


def text_of(cell: Any) -> str:
    if isinstance(cell, str) and "\0" not in cell:
        return cell.strip()
    # A NUL may stand anywhere in a damaged file, and PostgreSQL keeps none.
    return "" if cell is None else str(cell).replace("\0", "").strip()


def _answer(
    number: int, cells: list[Any], heads: dict[str, tuple[int, str]], spec: FileSpec, results: "_Results"
) -> Answer | BadRow:
    blamed = ""

    def cell(key: str) -> Any:
        nonlocal blamed
        place, blamed = heads.get(key, (None, ""))
        return cells[place] if place is not None and place < len(cells) else None

    try:
        paid = results[text_of(cell("result"))]
        return Answer(
            row=number,
            account=_account(cell("account")),
            serial=_whole(cell("serial"), "序号"),
            line=_whole(cell("line"), "业务流水号"),
            amount_fen=_amount(cell("amount"), spec),
            paid=paid,
            reason=""
            if paid
            else in_our_words(text_of(cell("reason")) or _code(cell("result")), spec.reasons),
            holder=text_of(cell("holder"))[:60],
        )
    except BadInput as problem:
        return BadRow(number, problem.message, blamed)


class _Results(dict):
    """What a bank's word for the result means, worked out once for each word."""

    def __init__(self, spec: FileSpec) -> None:
        super().__init__()
        self._spec = spec

    def __missing__(self, word: str) -> bool:
        self[word] = _is_paid(word, self._spec)
        return self[word]


def _code(cell: Any) -> str:
    """What the result says beyond that it failed: a code of the bank's."""
    return "" if compact(text_of(cell)) in FAILED_WORDS else text_of(cell)


def _is_paid(cell: Any, spec: FileSpec) -> bool:
    word = compact(text_of(cell))
    if not word:
        raise BadInput("处理结果是空的")
    if word in {compact(own) for own in spec.paid_words}:
        return True
    failed = {compact(own) for own in (*spec.failed_words, *spec.reasons)}
    if word in failed or word in FAILED_WORDS:
        return False
    if word in PAID_WORDS:
        return True
    raise BadInput(f"看不懂处理结果“{text_of(cell)[:20]}”")


def _account(cell: Any) -> str:
    if isinstance(cell, str) and cell.isascii() and cell.isdecimal():
        return cell
    if isinstance(cell, int | float) and cell >= 10**15:
        raise BadInput(_LOST_DIGITS)
    if isinstance(cell, float) and math.isfinite(cell):
        cell = int(cell)
    text = compact(text_of(cell))
    if re.fullmatch(r"\d+(\.\d+)?E\+?\d+", text):
        raise BadInput(_LOST_DIGITS)
    if text and not re.fullmatch(r"[0-9*]+", text):
        raise BadInput("账号里有不是数字的字符")
    # A masked account says nothing certain; the row is then matched by its serial or our own number.
    return "" if "*" in text else text


def _whole(cell: Any, what: str) -> int | None:
    if isinstance(cell, str) and len(cell) <= 18 and cell.isascii() and cell.isdecimal():
        return int(cell)
    text = compact(text_of(int(cell) if isinstance(cell, float) and cell.is_integer() else cell))
    if not text:
        return None
    if not re.fullmatch(r"\d{1,18}", text):
        raise BadInput(f"{what}“{text_of(cell)[:20]}”不是数字")
    return int(text)


def _amount(cell: Any, spec: FileSpec) -> int | None:
    # As nearly all are written; the way below takes ten times as long.
    if isinstance(cell, str) and spec.amount_unit == "yuan" and _PLAIN_YUAN.fullmatch(cell):
        return int(cell[:-3]) * 100 + int(cell[-2:])
    if isinstance(cell, float) and math.isfinite(cell):
        # A sheet keeps 358.2 as a binary fraction; two decimals bring back what was typed.
        cell = f"{cell:.2f}" if abs(cell * 100 - round(cell * 100)) < 1e-6 else str(cell)
    text = text_of(cell)
    if not text:
        return None
    if spec.amount_unit == "fen":
        digits = compact(text).replace(",", "")
        if not re.fullmatch(r"\d{1,15}", digits):
            raise BadInput(f"金额“{text[:20]}”不是整数分")
        return int(digits)
    return parse_yuan(text)
