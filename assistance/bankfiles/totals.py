"""Rows of totals in a bank's answer: recognised, and read as counts and sums, so that a file can be held against them."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from assistance.bankfiles.spec import FileColumn, FileSpec

_TOTAL = re.compile(r"合计|总计|小计|汇总|总笔数|总金额")
# Python refuses to read thousands of digits as a number; what is longer than this agrees with nothing anyway.
_MOST_DIGITS = 19
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# What may stand around the numbers of a row of totals; a date or a batch number is neither a count nor a sum.
_AROUND = re.compile(r"[合总小计汇笔数金额元人民币共成功失败条:;：（）()¥，。,.\s]*")


@dataclass(frozen=True)
class TotalRow:
    """What one row of totals says: counts of rows and sums in fen, in the order of the row."""

    row: int
    counts: tuple[int, ...] = ()
    sums: tuple[int, ...] = ()


def total_row(number: int, cells: list[Any], amount_at: int | None, unit: str) -> TotalRow | None:
    """None where the row is a payment. `amount_at` is the place of the amounts: a whole number there is a sum."""
    if len(cells) == 1 and isinstance(cells[0], TotalRow):
        return TotalRow(number, cells[0].counts, cells[0].sums)
    if not any(_TOTAL.match(_text(cell)) for cell in cells[:2]):
        return None
    texts = [_text(cell) for cell in cells]
    counts, sums = [], []
    for place, text in enumerate(texts):
        found = _NUMBER.findall(text)
        if not found or not _AROUND.fullmatch(_NUMBER.sub("", text)):
            continue
        for sign in re.finditer(_NUMBER, text):
            before = text[: sign.start()]
            labels = re.findall(r"笔|条|金额|元", before)
            is_sum = place == amount_at or "." in sign[0] or bool(labels and labels[-1] in ("金额", "元"))
            digits = sign[0].replace(",", "")
            if is_sum:
                sums.append(_fen(digits, unit))
            else:
                counts.append(int(digits[:_MOST_DIGITS]))
    return TotalRow(number, tuple(counts), tuple(sums))


def _text(cell: Any) -> str:
    return unicodedata.normalize("NFKC", "" if cell is None else str(cell)).strip()


def _fen(digits: str, unit: str) -> int:
    whole, _, decimals = digits.partition(".")
    whole = whole[:_MOST_DIGITS]
    if unit == "fen" and not decimals:
        return int(whole)
    return int(whole) * 100 + int((decimals + "00")[:2])


def fixed_total(line: bytes, spec: FileSpec) -> TotalRow | None:
    """The row of totals of a fixed-width file that begins with the format's own mark; None for any other line."""
    if spec.total == "none" or not spec.total_columns or spec.total_columns[0].key != "constant":
        return None
    encoding = "utf-8" if spec.encoding == "utf-8-sig" else spec.encoding
    mark = spec.total_columns[0].text.encode(encoding)
    if not mark or not line.startswith(mark) or len(line) >= sum(column.width for column in spec.columns):
        return None
    counts, sums, at = [], [], 0
    for column in spec.total_columns:
        text = _digits(line[at : at + column.width], column, encoding)
        at += column.width
        if not text.isdecimal() and column.key in ("count", "total"):
            return None
        if column.key == "count":
            counts.append(int(text))
        elif column.key == "total":
            sums.append(int(text))
    return TotalRow(0, tuple(counts), tuple(sums))


def _digits(part: bytes, column: FileColumn, encoding: str) -> str:
    return part.decode(encoding, "replace").strip().replace(".", "")
