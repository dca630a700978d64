"""The shape of one bank's file, as data. A new bank is a new row of BankFormat, not new code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ENCODINGS = ("utf-8-sig", "gbk", "gb18030")
# What a column can be filled with: our own serial, the line's number, and what the bank needs to pay.
COLUMN_KEYS = frozenset(
    {"serial", "line", "holder", "account", "bank", "amount", "purpose", "remark", "constant"}
)
TOTAL_KEYS = frozenset({"count", "total", "constant", "month", "blank"})
ANSWER_KEYS = frozenset({"serial", "line", "account", "holder", "amount", "result", "reason"})


class BadSpec(ValueError):
    """The format row itself is wrong: a mistake of whoever set it up, told when it is saved or first used."""


@dataclass(frozen=True)
class FileColumn:
    """One column. `width` in bytes of the file's encoding, for fixed-width files; `fill` pads to it."""

    key: str
    title: str = ""
    width: int = 0
    align: str = "left"
    fill: str = " "
    text: str = ""


@dataclass(frozen=True)
class FileSpec:
    """How to write a file and how to read its answer.

    `delimiter` empty means fixed width. `substitute` replaces a character that the encoding lacks; empty refuses
    such a line instead, because a name with a question mark in it comes back unpaid. `answer` maps our keys to the
    bank's own column heads where they differ from the usual ones.
    """

    columns: tuple[FileColumn, ...]
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    line_end: str = "\r\n"
    header: bool = True
    amount_unit: str = "yuan"
    total: str = "none"
    total_columns: tuple[FileColumn, ...] = ()
    suffix: str = ".csv"
    substitute: str = ""
    answer: Mapping[str, str] = field(default_factory=dict)
    paid_words: tuple[str, ...] = ()
    failed_words: tuple[str, ...] = ()

    @property
    def fixed(self) -> bool:
        return not self.delimiter

    def amount(self, fen: int) -> str:
        return str(fen) if self.amount_unit == "fen" else f"{fen // 100}.{fen % 100:02d}"


def _columns(rows: Any, allowed: frozenset[str], fixed: bool) -> tuple[FileColumn, ...]:
    made = tuple(FileColumn(**row) for row in rows)
    for column in made:
        if column.key not in allowed:
            raise BadSpec(f"不认识的栏目：{column.key}")
        if fixed and column.width < 1:
            raise BadSpec(f"定长格式的“{column.title or column.key}”没有写宽度")
        if column.align not in ("left", "right") or len(column.fill) != 1:
            raise BadSpec(f"“{column.title or column.key}”的对齐或填充不对")
    return made


def read_spec(data: Mapping[str, Any]) -> FileSpec:
    """The spec from the JSON of a BankFormat or a BankFile. Raises BadSpec in plain words."""
    known = dict(data)
    fixed = known.get("delimiter", ",") == ""
    try:
        known["columns"] = _columns(known.get("columns", ()), COLUMN_KEYS, fixed)
        known["total_columns"] = _columns(known.get("total_columns", ()), TOTAL_KEYS, fixed)
        for name in ("paid_words", "failed_words"):
            known[name] = tuple(known.get(name, ()))
        spec = FileSpec(**known)
    except TypeError as problem:
        raise BadSpec("格式里有不认识的项目") from problem
    if not spec.columns:
        raise BadSpec("格式里一栏都没有")
    if not {"account", "amount"} <= {column.key for column in spec.columns}:
        raise BadSpec("格式里至少要有账号和金额")
    if spec.encoding not in ENCODINGS:
        raise BadSpec(f"不支持的编码：{spec.encoding}")
    if spec.amount_unit not in ("yuan", "fen") or spec.total not in ("none", "first", "last"):
        raise BadSpec("金额单位或合计行的写法不对")
    if spec.total != "none" and not spec.total_columns:
        raise BadSpec("要写合计行，却没有定义合计行的栏目")
    if unknown := set(spec.answer) - ANSWER_KEYS:
        raise BadSpec(f"回盘栏目里有不认识的：{'、'.join(sorted(unknown))}")
    return spec
