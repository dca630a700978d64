"""A report as a paper: its text filled with figures, its exhibits, its annexes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reporting.checks import Check
from reporting.document import (
    Attachment,
    AttachmentList,
    Block,
    Document,
    Heading,
    Paragraph,
    Signature,
    Table,
)
from reporting.document import Figure as Printed
from reporting.figures import Book, find
from reporting.sheets import exhibits
from reporting.sheets.fill import Words, fill
from reporting.sheets.kinds import ReportKind, Section

Paragraphs = dict[str, str]


@dataclass(frozen=True)
class Issue:
    """What an issued paper carries beyond the text: office, number, day, code, and why it was issued so."""

    office_name: str
    title: str
    day: date
    number: str = ""
    verify_url: str = ""
    verify_text: str = ""
    exception_reason: str = ""
    correction_reason: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    demo: bool = False


def section_blocks(section: Section, texts: Paragraphs, book: Book, words: Words) -> Iterator[Block]:
    """Heading, text and exhibits of one section; nothing where a section has neither text nor exhibits."""
    found = list(_paragraphs(section, texts, book, words))
    shown = [block for part in section.parts for block in exhibits.EXHIBITS[part](book)]
    if section.heading and (found or shown or (not section.text and not section.parts)):
        yield Heading(section.level, section.heading)
    yield from found
    yield from shown


def _paragraphs(section: Section, texts: Paragraphs, book: Book, words: Words) -> Iterator[Paragraph]:
    indent = 0 if section.key == "addressee" else 2
    for runs in fill(texts.get(section.key, ""), book, words):
        yield Paragraph(runs, indent=indent)


def body(kind: ReportKind, texts: Paragraphs, book: Book, words: Words) -> tuple[Block, ...]:
    return tuple(block for section in kind.sections for block in section_blocks(section, texts, book, words))


def paper(
    kind: ReportKind, texts: Paragraphs, book: Book, words: Words, checks: Sequence[Check], issue: Issue
) -> Document:
    """The whole document, as it will be printed and frozen."""
    main = body(kind, texts, book, words)
    annexes: list[tuple[str, tuple[Block, ...]]] = [
        ("数据勾稽核对表", (exhibits.check_table(checks, issue.exception_reason),)),
        ("指标口径说明", (exhibits.definition_table(figures_of(main)),)),
    ]
    if issue.correction_reason:
        words_of_change = (Paragraph(f"更正原因：{issue.correction_reason}"),)
        table: tuple[Block, ...] = (Paragraph("本版正文和指标数值与上一版相同。"),)
        if issue.changes:
            table = (exhibits.change_table(issue.changes),)
        annexes.insert(0, ("更正说明", words_of_change + table))
    blocks: list[Block] = [*main, AttachmentList(tuple(name for name, _ in annexes))]
    for number, (name, content) in enumerate(annexes, start=1):
        blocks += [Attachment(name, number), *content]
    return Document(
        title=issue.title,
        blocks=tuple(blocks),
        kind="official",
        office_name=issue.office_name,
        number=issue.number,
        day=issue.day,
        signature=Signature(issue.office_name, issue.day),
        verify_url=issue.verify_url,
        verify_text=issue.verify_text,
        demo=issue.demo,
    )


def figures_of(blocks: Iterable[Block]) -> list[str]:
    """Keys of all figures printed in some blocks, the month of a cell left out."""
    return list(dict.fromkeys(printed.key.partition("@")[0] for printed in printed_figures(blocks)))


def spoken_figures(blocks: Iterable[Block]) -> list[str]:
    """Keys that stand in sentences: a dash in a table is an answer, in a sentence it is a hole."""
    return figures_of(block for block in blocks if isinstance(block, Paragraph))


def printed_figures(blocks: Iterable[Block]) -> Iterator[Printed]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (run for run in block.runs if isinstance(run, Printed) and run.key)
        elif isinstance(block, Table):
            for row in (*block.rows, *block.totals):
                yield from (value for value in row.cells.values() if isinstance(value, Printed) and value.key)


def frozen_figures(blocks: Iterable[Block], book: Book) -> dict[str, dict]:
    """What was printed, by key: number, text, unit, definition, month and how many rows stood behind it."""
    kept: dict[str, dict] = {}
    counts: dict[str, int | None] = {}
    for printed in printed_figures(blocks):
        key, _, month = printed.key.partition("@")
        found = find(key)
        if found is None or printed.key in kept:
            continue
        if key not in counts:
            counts[key] = book.row_count(key)
        kept[printed.key] = {
            "name": found.name,
            "value": printed.value,
            "text": printed.text,
            "unit": found.unit,
            "definition": found.definition,
            "month": month or f"{book.period.month:%Y-%m}",
            "from_month": f"{book.period.first:%Y-%m}",
            "rows": counts[key] if not month else None,
        }
    return kept
