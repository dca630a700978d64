"""Writing a report: begin, save, reopen for a correction. Issuing is in services/issue.py."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, Stale
from civaffairs.lib.months import Month
from civaffairs.registry import access, audit, clock
from civaffairs.registry.access import Permission
from civaffairs.registry.models import AuditEvent, Level, Office, Posting
from reporting.figures import Book
from reporting.models import Report
from reporting.sheets.fill import Words, fill, to_keys, words_for
from reporting.sheets.kinds import KINDS, ReportKind

MAX_TEXT = 8000


def kind_of(report: Report) -> ReportKind:
    return KINDS[report.kind]


def texts_of(report: Report) -> dict[str, str]:
    """Section key → stored text, with keys in its places."""
    return {part["key"]: part["text"] for part in report.paragraphs}


def book_of(report: Report) -> Book:
    return Book.of(report.office_id, report.from_month, report.month)


def words_of(report: Report, book: Book) -> Words:
    return words_for(book, report.office.full_name, report.office.name)


def filled_title(kind: ReportKind, office: Office, first: date, month: date) -> str:
    book = Book.of(office.pk, first, month)
    title = kind.title.replace("\n", "")
    return "".join(str(run) for run in fill(title, book, words_for(book, office.full_name, office.name))[0])


@transaction.atomic
def new_report(*, kind: str, first: date, month: date, by: Posting, on: date) -> tuple[Report, bool]:
    """(report, made). Begin a report from the default text. A second report for the same months is refused, except to
    the one who began it, who is led back to his own (a double click).

    Raises BadInput for a period that runs backwards, crosses a year or lies in the future.
    """
    access.demand(by, Permission.WRITE_REPORT)
    if by.office.level != Level.COUNTY:
        raise NotAllowed("进展情况报告由县级起草。")
    if kind not in KINDS:
        raise BadInput("请选择报告种类", field="kind")
    first, month = first.replace(day=1), month.replace(day=1)
    if first > month:
        raise BadInput("起始月份不能晚于截止月份", field="first")
    if first.year != month.year:
        raise BadInput("一份报告只能在同一年度内", field="first")
    if month > on:
        raise BadInput(f"{Month.of(month).label}还没到，不能起草", field="month")
    # Two clerks at once would both find nothing: the office row is the lock.
    office = Office.objects.select_for_update().get(pk=by.office_id)
    earlier = Report.objects.filter(kind=kind, office=office, from_month=first, month=month).first()
    if earlier is not None:
        if earlier.created_by and earlier.created_by.user_id == by.user_id:
            return earlier, False
        raise Conflict("这几个月的报告已经有人起草了，请在列表里打开。", [earlier.pk])
    spec = KINDS[kind]
    report = Report.objects.create(
        kind=kind,
        office=office,
        from_month=first,
        month=month,
        title=filled_title(spec, office, first, month),
        paragraphs=[{"key": section.key, "text": to_keys(section.text)} for section in spec.sections],
        created_by=by,
    )
    audit.record("report.create", by=by, subject=report, details={"version": report.version})
    return report, True


@transaction.atomic
def save_report(
    *,
    report_id: int,
    by: Posting,
    on: date,
    version: int,
    title: str,
    number: str,
    texts: Mapping[str, str],
) -> Report:
    """Save what was written. `texts` holds names or keys in its places; unknown ones raise BadInput at their field.

    A page that is behind raises Stale, unless it brings exactly what is stored already (a double click).
    """
    report = access.to_change(Report.objects.all(), by, Permission.WRITE_REPORT, pk=report_id)
    kind = kind_of(report)
    title, number = " ".join(title.split()), "".join(number.split())
    if not title:
        raise BadInput("请填写标题", field="title")
    paragraphs = [
        {"key": section.key, "text": _checked(section.key, texts.get(section.key, ""))}
        for section in kind.sections
    ]
    changed = _changed(report, title, number, paragraphs)
    if not changed:
        return report
    if report.status != Report.Status.DRAFT:
        raise NotAllowed("报告已经签发，不能再改。需要更正的，请先点“更正”。")
    if version != report.version:
        raise Stale(
            "您打开这页以后，别人改过这份报告。您写的还在下面，请对照后再保存。", _since(report, version)
        )
    report.title, report.number, report.paragraphs = title, number, paragraphs
    report.version += 1
    report.save()
    audit.record(
        "report.save", by=by, subject=report, details={"version": report.version, "sections": changed}
    )
    return report


def _checked(key: str, text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MAX_TEXT:
        raise BadInput(f"这一段最多 {MAX_TEXT} 个字", field=key)
    try:
        return to_keys(text)
    except BadInput as wrong:
        raise BadInput(wrong.message, field=key) from wrong


def _changed(report: Report, title: str, number: str, paragraphs: list[dict]) -> list[str]:
    """Labels of what differs from the stored report."""
    old = texts_of(report)
    changed = [
        label for label, a, b in (("标题", report.title, title), ("文号", report.number, number)) if a != b
    ]
    labels = {section.key: section.label for section in kind_of(report).sections}
    return changed + [labels[p["key"]] for p in paragraphs if old.get(p["key"], "") != p["text"]]


def _since(report: Report, version: int) -> list[str]:
    """Who saved what after the version that the page was made from."""
    events = AuditEvent.objects.filter(
        action__in=("report.save", "report.issue", "report.reopen"),
        object_type="reporting.Report",
        object_id=str(report.pk),
    ).order_by("seq")
    return [
        f"{event.actor} {clock.local(event.at):%m-%d %H:%M} "
        f"{audit.action_name(event.action)}：{'、'.join(event.details.get('sections', [])) or '—'}"
        for event in events
        if event.details.get("version", 0) > version
    ]


@transaction.atomic
def reopen_report(*, report_id: int, by: Posting, on: date, version: int, reason: str) -> Report:
    """Open an issued report for a correction. What was issued stays as it is; the next issue is a further edition."""
    report = access.to_change(Report.objects.all(), by, Permission.WRITE_REPORT, pk=report_id)
    if report.status == Report.Status.DRAFT:
        if report.editions.exists():
            return report
        raise NotAllowed("报告还没有签发，直接修改即可。")
    if version != report.version:
        raise Stale("您打开这页以后，这份报告有了变化，请看过再办。", _since(report, version))
    reason = reason.strip()
    if not reason:
        raise BadInput("请填写更正原因", field="reason")
    report.status = Report.Status.DRAFT
    report.version += 1
    report.save()
    audit.record("report.reopen", by=by, subject=report, reason=reason, details={"version": report.version})
    return report
