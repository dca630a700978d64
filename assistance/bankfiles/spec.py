"""The shape of one bank's file, as data. A new bank is a new row of BankFormat, not new code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = {"text": "文本文件", "xlsx": "Excel 表格（xlsx）"}
ENCODINGS = {"utf-8-sig": "UTF-8（带标记）", "utf-8": "UTF-8（不带标记）", "gbk": "GBK", "gb18030": "GB18030"}
# What a column can be filled with: our own serial, the line's number, and what the bank needs to pay.
COLUMN_KEYS = {
    "serial": "序号",
    "line": "业务流水号",
    "account": "收款账号",
    "holder": "收款户名",
    "bank": "开户银行",
    "amount": "金额",
    "purpose": "用途（项目和月份）",
    "month": "年月（如 202605）",
    "constant": "固定文字",
    "blank": "空",
    "remark": "备注",
}
TOTAL_KEYS = {
    "count": "笔数",
    "total": "总金额",
    "month": "年月（如 202605）",
    "constant": "固定文字",
    "blank": "空",
}
ANSWER_KEYS = {
    "serial": "序号",
    "line": "业务流水号",
    "account": "账号",
    "holder": "户名",
    "amount": "金额",
    "result": "处理结果",
    "reason": "失败原因",
}
UNITS = {"yuan": "元（两位小数）", "fen": "分（整数）"}
TOTALS = {"none": "没有合计行", "first": "第一行", "last": "最后一行"}
# A file is made again from its lines when it is downloaded, inside the request: this many take some ten seconds.
MOST_LINES = 200_000
# Between these and the name stands what a file name may hold.
NAME_WORDS = ("项目", "年月", "批次", "分文件", "笔数")
DEFAULT_NAME = "{项目}{年月}第{批次}批"
MOST_NAME = 60
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


class BadSpec(ValueError):
    """The format row itself is wrong: a mistake of whoever set it up, told when it is saved or first used.

    `field` names the part of the format that is to blame, where it is one.
    """

    def __init__(self, message: str, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field


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

    `kind` xlsx knows neither delimiter nor encoding; in a text `delimiter` empty means fixed width. `substitute`
    replaces a character that the encoding lacks; empty refuses such a line instead, because a name with a question
    mark in it comes back unpaid. `max_lines` above zero cuts a run into several files; the serial then goes on from
    file to file unless `serial_restarts`. `answer` maps our keys to the bank's own column heads where they differ
    from the usual ones, `reasons` its words or codes for a failure to ours.
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
    kind: str = "text"
    max_lines: int = 0
    serial_restarts: bool = False
    file_name: str = DEFAULT_NAME
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def fixed(self) -> bool:
        return self.kind == "text" and not self.delimiter

    @property
    def lines_of_a_file(self) -> int:
        """How many lines one file takes at most."""
        return min(self.max_lines or MOST_LINES, MOST_LINES)

    def parts(self, count: int) -> list[tuple[int, int]]:
        """(lines before it, lines in it) of each file that so many lines make; at least one file."""
        size = self.lines_of_a_file
        return [(first, min(size, count - first)) for first in range(0, max(count, 1), size)]

    def name_of(self, *, scheme: str, month: str, sequence: int, part: int, parts: int, count: int) -> str:
        """The name of one file. Several files whose pattern does not tell them apart get -1, -2 … before the ending."""
        told = {
            "项目": scheme,
            "年月": month,
            "批次": str(sequence),
            "分文件": str(part),
            "笔数": str(count),
        }
        name = re.sub(r"\{([^{}]*)\}", lambda found: told[found[1]], self.file_name)
        if parts > 1 and "{分文件}" not in self.file_name:
            name = f"{name}-{part}"
        return _NOT_IN_NAMES.sub("", name) + self.suffix

    def amount(self, fen: int) -> str:
        return str(fen) if self.amount_unit == "fen" else f"{fen // 100}.{fen % 100:02d}"


def _columns(rows: Any, allowed: Mapping[str, str], fixed: bool, field: str) -> tuple[FileColumn, ...]:
    made = tuple(FileColumn(**row) for row in rows)
    for column in made:
        if column.key not in allowed:
            raise BadSpec(f"不认识的栏目：{column.key}", field)
        if fixed and column.width < 1:
            raise BadSpec(f"定长格式的“{column.title or column.key}”没有写宽度", field)
        if column.align not in ("left", "right") or len(column.fill) != 1:
            raise BadSpec(f"“{column.title or column.key}”的对齐或填充不对", field)
        if fixed and not column.fill.isascii():
            raise BadSpec(f"“{column.title or column.key}”的填充要用英文字符", field)
    return made


def read_spec(data: Mapping[str, Any]) -> FileSpec:
    """The spec from the JSON of a BankFormat or a BankFile. Raises BadSpec in plain words."""
    known = dict(data)
    fixed = known.get("delimiter", ",") == "" and known.get("kind", "text") == "text"
    try:
        known["columns"] = _columns(known.get("columns", ()), COLUMN_KEYS, fixed, "columns")
        known["total_columns"] = _columns(
            known.get("total_columns", ()),
            TOTAL_KEYS,
            fixed and known.get("total", "none") != "none",
            "total",
        )
        for name in ("paid_words", "failed_words"):
            known[name] = tuple(known.get(name, ()))
        spec = FileSpec(**known)
    except TypeError as problem:
        raise BadSpec("格式里有不认识的项目") from problem
    _check_columns(spec)
    if spec.kind not in KINDS:
        raise BadSpec(f"不支持的文件种类：{spec.kind}", "kind")
    if spec.encoding not in ENCODINGS:
        raise BadSpec(f"不支持的编码：{spec.encoding}", "encoding")
    if spec.amount_unit not in UNITS or spec.total not in TOTALS:
        raise BadSpec("金额单位或合计行的写法不对", "total")
    if spec.total != "none" and not spec.total_columns:
        raise BadSpec("要写合计行，却没有定义合计行的栏目", "total")
    if unknown := set(spec.answer) - set(ANSWER_KEYS):
        raise BadSpec(f"回盘栏目里有不认识的：{'、'.join(sorted(unknown))}")
    if spec.max_lines < 0 or spec.max_lines > MOST_LINES:
        raise BadSpec(f"每个文件最多 {MOST_LINES} 笔", "max_lines")
    if both := set(spec.paid_words) & set(spec.failed_words):
        raise BadSpec(f"“{'、'.join(sorted(both))}”不能又是成功又是失败", "failed_words")
    _check_signs(spec)
    _check_name(spec)
    return spec


def _check_columns(spec: FileSpec) -> None:
    if not spec.columns:
        raise BadSpec("格式里一栏都没有", "columns")
    keys = [column.key for column in spec.columns]
    if not {"account", "amount"} <= set(keys):
        raise BadSpec("格式里至少要有账号和金额", "columns")
    twice = {key for key in keys if keys.count(key) > 1} - {"constant", "blank"}
    if twice:
        raise BadSpec(f"“{COLUMN_KEYS[min(twice)]}”写了两栏", "columns")
    if spec.header and any("\n" in column.title or "\r" in column.title for column in spec.columns):
        raise BadSpec("表头里不能换行", "columns")


def _check_signs(spec: FileSpec) -> None:
    if len(spec.delimiter) > 1 or (
        spec.delimiter and (spec.delimiter.isalnum() or spec.delimiter in '\r\n".')
    ):
        raise BadSpec("分隔符只能是一个符号，不能是数字、字母、引号或小数点", "delimiter")
    if spec.line_end not in ("\r\n", "\n"):
        raise BadSpec("换行的写法不对", "line_end")
    if len(spec.substitute) > 1 or (spec.substitute and spec.substitute == spec.delimiter):
        raise BadSpec("生僻字的替代字只能是一个字，也不能是分隔符", "substitute")
    if spec.substitute and spec.kind == "text":
        try:
            spec.substitute.encode(spec.encoding)
        except UnicodeEncodeError:
            raise BadSpec("替代字本身在这种编码里写不出来", "substitute") from None


def _check_name(spec: FileSpec) -> None:
    words = re.findall(r"\{([^{}]*)\}", spec.file_name)
    if unknown := [word for word in words if word not in NAME_WORDS]:
        raise BadSpec(
            f"文件名里不认识“{{{unknown[0]}}}”，可以用：{'、'.join(f'{{{w}}}' for w in NAME_WORDS)}",
            "file_name",
        )
    rest = re.sub(r"\{[^{}]*\}", "", spec.file_name)
    if "{" in rest or "}" in rest:
        raise BadSpec("文件名里的大括号没有成对", "file_name")
    if _NOT_IN_NAMES.search(rest):
        raise BadSpec('文件名里不能有 \\ / : * ? " < > |', "file_name")
    if not spec.file_name.strip() or len(spec.file_name) > MOST_NAME:
        raise BadSpec(f"文件名要填，最多 {MOST_NAME} 个字", "file_name")
    if not re.fullmatch(r"\.[A-Za-z0-9]{1,8}", spec.suffix):
        raise BadSpec("扩展名写成 .csv、.txt 这样", "suffix")
    if spec.kind == "xlsx" and spec.suffix.lower() != ".xlsx":
        raise BadSpec("Excel 表格的扩展名是 .xlsx", "suffix")
