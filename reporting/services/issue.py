"""Issuing a report: its figures, text and file are frozen together and never change again.

Computing and printing take a second or two. They run before the transaction, so that nobody else waits for the
press; inside it the version is compared once more, and what was printed is what is stored.
"""

import difflib
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from civaffairs.lib.errors import BadInput, NotAllowed, NotReady, Stale
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting
from reporting import checks as relations
from reporting.document import Attachment, Document, Paragraph, plain
from reporting.models import IssuedReport, Report
from reporting.renderers import pdf
from reporting.services.report import book_of, kind_of, texts_of, words_of
from reporting.sheets import report as sheet

# Without 0 O 1 I L: the code is read from paper and typed.
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12
MAX_CHANGES = 40


@dataclass(frozen=True)
class Prepared:
    """A report computed and printed, not yet stored."""

    figures: dict[str, Any]
    document: Document
    checks: list[relations.Check]
    made: pdf.Pdf
    code: str


def spaced(code: str) -> str:
    """7F3A-9C21-KM42, as printed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def issue_report(
    *,
    report_id: int,
    by: Posting,
    on: date,
    version: int,
    address_of: Callable[[str], str],
    exception_reason: str = "",
    correction_reason: str = "",
) -> IssuedReport:
    """Freeze and file a report. `address_of` gives the address that the QR code of a verify code leads to.

    Checks that do not hold need `exception_reason`, which is printed; a further edition needs `correction_reason`.
    The same press twice gives the same edition. Raises NotReady, Stale, BadInput, pdf.PdfUnavailable.
    """
    reports = Report.objects.select_related("office")
    report = access.to_read(reports, by, Permission.ISSUE_REPORT, pk=report_id)
    if (earlier := _same_press(report, by, version)) is not None:
        return earlier
    _refuse_unready(report, version)
    latest = report.editions.order_by("-edition").first()
    reasons = (exception_reason.strip(), correction_reason.strip())
    prepared = _prepare(report, on, latest, reasons, address_of)
    with transaction.atomic():
        report = access.to_change(Report.objects.all(), by, Permission.ISSUE_REPORT, pk=report_id)
        if (earlier := _same_press(report, by, version)) is not None:
            return earlier
        _refuse_unready(report, version)
        return _store(report, by, on, latest, reasons, prepared)


def _same_press(report: Report, by: Posting, version: int) -> IssuedReport | None:
    """The edition that this very page has issued already."""
    if report.status != Report.Status.ISSUED or report.version != version + 1:
        return None
    latest = report.editions.order_by("-edition").select_related("issued_by").first()
    return latest if latest and latest.issued_by.user_id == by.user_id else None


def _refuse_unready(report: Report, version: int) -> None:
    if report.status != Report.Status.DRAFT:
        raise NotAllowed("这份报告已经签发。")
    if version != report.version:
        raise Stale("您打开这页以后，报告又改过，请看过新的内容再签发。")


def _prepare(
    report: Report,
    on: date,
    latest: IssuedReport | None,
    reasons: tuple[str, str],
    address_of: Callable[[str], str],
) -> Prepared:
    exception_reason, correction_reason = reasons
    kind, texts, book = kind_of(report), texts_of(report), book_of(report)
    words = words_of(report, book)
    body = sheet.body(kind, texts, book, words)
    found = relations.run(book, sheet.spoken_figures(body))
    failing = relations.failing(found)
    if failing and not exception_reason:
        raise NotReady(
            "有勾稽关系不符，请先查明；确需签发的，请写明理由。",
            [check.title for check in failing],
            field="exception_reason",
        )
    if latest is not None and not correction_reason:
        raise BadInput("请写明这次更正了什么、为什么更正", field="correction_reason")
    code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    figures = sheet.frozen_figures(body, book)
    changes = tuple(_changes(latest, report, figures, body))[:MAX_CHANGES] if latest else ()
    document = sheet.paper(
        kind,
        texts,
        book,
        words,
        found,
        sheet.Issue(
            office_name=report.office.full_name,
            title=report.title,
            day=on,
            number=report.number,
            verify_url=address_of(code),
            verify_text=f"{kind.verify_words}\n核验码 {spaced(code)}",
            exception_reason=exception_reason if failing else "",
            correction_reason=correction_reason if latest else "",
            changes=changes,
            demo=settings.DEMO,
        ),
    )
    return Prepared(figures, document, found, pdf.render(document), code)


def _store(
    report: Report,
    by: Posting,
    on: date,
    latest: IssuedReport | None,
    reasons: tuple[str, str],
    prepared: Prepared,
) -> IssuedReport:
    failing = relations.failing(prepared.checks)
    edition = latest.edition + 1 if latest else 1
    issued = IssuedReport.objects.create(
        report=report,
        office_id=report.office_id,
        edition=edition,
        title=report.title,
        figures=prepared.figures,
        document=prepared.document.to_dict(),
        checks=[check.to_dict() for check in prepared.checks],
        exception_reason=reasons[0][:300] if failing else "",
        pdf=prepared.made.bytes,
        sha256=prepared.made.sha256,
        pages=prepared.made.pages,
        verify_code=prepared.code,
        issued_by=by,
        issued_on=on,
    )
    report.status = Report.Status.ISSUED
    report.version += 1
    report.save()
    audit.record(
        "report.issue",
        by=by,
        subject=report,
        reason="；".join(reason for reason in reasons if reason),
        details={
            "version": report.version,
            "edition": edition,
            "sha256": issued.sha256,
            "pages": issued.pages,
            "failing": [check.title for check in failing],
        },
    )
    return issued


# --- what a further edition changed ---------------------------------------------------------------


def _changes(
    latest: IssuedReport, report: Report, figures: dict[str, Any], body: Sequence
) -> Iterator[tuple[str, str, str]]:
    if latest.title != report.title:
        yield "标题", latest.title, report.title
    for key, now in figures.items():
        was = latest.figures.get(key)
        if was is not None and was["text"] != now["text"]:
            month = f"（{now['month']}）" if "@" in key else ""
            yield f"{now['name']}{month}", _with_unit(was), _with_unit(now)
    old = _sentences(Document.from_dict(latest.document).blocks)
    new = _sentences(body)
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield f"正文第{c + 1}段", "\n".join(old[a:b]) or "（无）", "\n".join(new[c:d]) or "（删去）"


def _with_unit(figure: dict[str, Any]) -> str:
    return figure["text"] + ("" if figure["unit"] == "%" else figure["unit"])


def _sentences(blocks: Sequence) -> list[str]:
    """The paragraphs of the text itself; the annexes follow from it."""
    found = []
    for block in blocks:
        if isinstance(block, Attachment):
            break
        if isinstance(block, Paragraph):
            found.append(plain(block.runs))
    return found


@transaction.atomic
def record_download(*, issued_id: int, by: Posting) -> IssuedReport:
    """The file as issued, with a trace of who took it."""
    issued = access.to_read(
        IssuedReport.objects.select_related("report"), by, Permission.VIEW_REPORTS, pk=issued_id
    )
    audit.record(
        "report.print",
        by=by,
        subject=issued.report,
        details={"edition": issued.edition, "sha256": issued.sha256},
    )
    return issued
