"""Bank formats as pages show them: what is in use, what waits, what was; how a format reads in words, and what its bank's
answer would be taken for."""

from dataclasses import dataclass
from itertools import islice
from typing import IO

from django.db.models import Count, QuerySet

from assistance.bankfiles.reader import Answer, BadRow, Unreadable, read
from assistance.bankfiles.reasons import reason_of
from assistance.bankfiles.spec import (
    COLUMN_KEYS,
    ENCODINGS,
    KINDS,
    TOTALS,
    UNITS,
    BadSpec,
    FileSpec,
    read_spec,
)
from assistance.models import BankFile, BankFormat, PaymentRun

SHOWN_ROWS = 30


def formats() -> QuerySet[BankFormat]:
    """All of them with `.used`: in how many files each went out."""
    rows = BankFormat.objects.annotate(used=Count("files")).order_by("name", "-version")
    return rows.select_related("proposed_by__user", "confirmed_by__user", "retired_by__user", "replaces")


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    was: str = ""


def used_last(run: PaymentRun) -> BankFormat | None:
    """The format in which this programme of this office went to the bank last, where it is still in use."""
    made = BankFile.objects.filter(
        run__office=run.office_id, run__scheme=run.scheme_id, format__is_active=True
    )
    last = made.select_related("format").order_by("-pk").first()
    return last.format if last else None


def facts(format: BankFormat) -> list[Fact]:
    """The format in words; beside each what it was in the version that it replaces, where that differs."""
    now = _words(format)
    before = dict(_words(format.replaces)) if format.replaces is not None else {}
    return [
        Fact(label, value, before.get(label, "") if before.get(label, value) != value else "")
        for label, value in now
    ]


def _words(format: BankFormat) -> list[tuple[str, str]]:
    try:
        spec = read_spec(format.spec)
    except BadSpec as problem:
        return [("设置有误", problem.message)]
    return [
        ("文件种类", f"{KINDS[spec.kind]}，{spec.suffix}"),
        *([] if spec.kind == "xlsx" else [("文字编码", ENCODINGS[spec.encoding])]),
        *([] if spec.kind == "xlsx" else [("栏目之间", _between(spec))]),
        ("表头", "有" if spec.header else "没有"),
        ("栏目", "、".join(_column(column.key, column.title, column.width, spec) for column in spec.columns)),
        ("金额单位", UNITS[spec.amount_unit]),
        ("合计行", TOTALS[spec.total]),
        ("每个文件最多", f"{spec.max_lines} 笔" if spec.max_lines else "不限"),
        *([("分成几个文件时", "序号每个文件从 1 起")] if spec.serial_restarts else []),
        ("文件名", spec.file_name + spec.suffix),
        ("生僻字", f"写成“{spec.substitute}”" if spec.substitute else "先列出来，不发"),
        *([("回盘表头", "、".join(spec.answer.values()))] if spec.answer else []),
        *([("表示成功", "、".join(spec.paid_words))] if spec.paid_words else []),
        *([("表示失败", "、".join(spec.failed_words))] if spec.failed_words else []),
        *(
            [("失败原因", "、".join(f"{word}＝{label}" for word, label in spec.reasons.items()))]
            if spec.reasons
            else []
        ),
    ]


def _between(spec: FileSpec) -> str:
    return "定长" if spec.fixed else {"\t": "制表符"}.get(spec.delimiter, spec.delimiter)


def _column(key: str, title: str, width: int, spec: FileSpec) -> str:
    name = title or COLUMN_KEYS[key]
    return f"{name}（{width}）" if spec.fixed else name


@dataclass(frozen=True)
class TrialRow:
    """One row of a sample as it would be understood."""

    row: int
    answer: Answer | None
    message: str = ""
    column: str = ""

    @property
    def meaning(self) -> str:
        return reason_of(self.answer.reason).label if self.answer and not self.answer.paid else ""


@dataclass(frozen=True)
class Trial:
    rows: list[TrialRow]
    problem: str = ""
    more: bool = False


def try_answer(format: BankFormat, source: IO[bytes], name: str) -> Trial:
    """What the rows of a sample would be taken for; nothing is loaded."""
    rows: list[TrialRow] = []
    try:
        for row in islice(read(source, name, read_spec(format.spec)), SHOWN_ROWS + 1):
            bad = isinstance(row, BadRow)
            rows.append(TrialRow(row.row, None, row.message, row.column) if bad else TrialRow(row.row, row))
    except (Unreadable, BadSpec) as problem:
        return Trial(rows[:SHOWN_ROWS], problem.message)
    return Trial(rows[:SHOWN_ROWS], more=len(rows) > SHOWN_ROWS)
