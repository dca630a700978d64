"""Reports in the making and as issued, and their screen version."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from civaffairs.registry.models import Posting
from reporting.checks import Check, run
from reporting.document import Block, Chart, Figure, Heading, Paragraph, Table
from reporting.figures import Book, Period
from reporting.models import IssuedReport, Report
from reporting.selectors.figure import rows_url
from reporting.services.report import book_of, kind_of, texts_of, words_of
from reporting.sheets import report as sheet
from reporting.sheets.fill import Words
from reporting.sheets.kinds import ReportKind

# Everything but the file, which is read only to be sent.
_ISSUED = IssuedReport.objects.defer("pdf", "document", "figures")


@dataclass
class Draft:
    """A report with its numbers of this moment."""

    report: Report
    kind: ReportKind
    book: Book
    words: Words
    texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, report: Report, texts: dict[str, str] | None = None) -> "Draft":
        book = book_of(report)
        return cls(report, kind_of(report), book, words_of(report, book), texts or texts_of(report))

    def body(self) -> tuple[Block, ...]:
        return sheet.body(self.kind, self.texts, self.book, self.words)

    def checks(self) -> list[Check]:
        return run(self.book, sheet.spoken_figures(self.body()))


def reports(posting: Posting) -> QuerySet[Report]:
    """Reports with their newest edition's number and day."""
    editions = IssuedReport.objects.filter(report=OuterRef("pk")).order_by("-edition")
    return (
        Report.objects.visible_to(posting)
        .select_related("office", "created_by__user")
        .annotate(
            edition=Subquery(editions.values("edition")[:1]),
            issued_pk=Subquery(editions.values("pk")[:1]),
            last_issued_on=Subquery(editions.values("issued_on")[:1]),
        )
    )


def editions(report: Report) -> list[IssuedReport]:
    return list(
        _ISSUED.filter(report=report)
        .select_related("issued_by__user", "issued_by__office")
        .order_by("-edition")
    )


def by_code(code: str) -> tuple[IssuedReport, IssuedReport] | None:
    """(the issued report with this verify code, its newest edition)."""
    wanted = "".join(sign for sign in code.upper() if sign.isalnum())[:16]
    issued = _ISSUED.filter(verify_code=wanted).select_related("office", "report").first() if wanted else None
    if issued is None:
        return None
    return issued, _ISSUED.filter(report=issued.report_id).order_by("-edition").first()


# --- blocks as a page shows them ------------------------------------------------------------------


def on_screen(blocks: tuple[Block, ...], period: Period) -> Iterator[dict[str, Any]]:
    """Blocks for the template: every printed figure has the address of its rows."""
    for number, block in enumerate(blocks):
        match block:
            case Heading():
                yield {"kind": "heading", "level": block.level, "text": block.text}
            case Paragraph():
                yield {
                    "kind": "text",
                    "flush": not block.indent,
                    "runs": [_run(run, period) for run in block.runs],
                }
            case Table():
                yield {"kind": "table", **_table(block, period)}
            case Chart():
                yield {"kind": "chart", "name": f"chart-{number}", "chart": block}


def _run(run: Any, period: Period) -> dict[str, str]:
    if isinstance(run, Figure):
        return {"text": run.text, "url": rows_url(run.key, period) if run.key else ""}
    return {"text": run if isinstance(run, str) else run.text, "url": ""}


def _table(table: Table, period: Period) -> dict[str, Any]:
    def cells(row: Any) -> list[dict[str, Any]]:
        found = []
        for column in table.columns:
            value = row.cells.get(column.key)
            link = rows_url(value.key, period) if isinstance(value, Figure) and value.key else ""
            found.append(
                {
                    "text": column.text(value),
                    "url": link,
                    "number": column.shown_align == "right",
                    "head": column.title,
                }
            )
        return found

    groups: list[dict[str, Any]] = []
    for column in table.columns:
        if groups and column.group and groups[-1]["title"] == column.group:
            groups[-1]["span"] += 1
        else:
            groups.append(
                {"title": column.group, "span": 1, "single": None if column.group else column.title}
            )
    return {
        "table": table,
        "groups": groups if any(column.group for column in table.columns) else [],
        "heads": [
            {"title": column.title, "number": column.shown_align == "right", "grouped": bool(column.group)}
            for column in table.columns
        ],
        "rows": [cells(row) for row in table.rows],
        "totals": [cells(row) for row in table.totals],
    }
