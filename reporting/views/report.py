"""Reports: the list, writing, issuing, the file, and the public check of a code."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civaffairs.lib.errors import BadInput, Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.forms import PlainForm
from civaffairs.shell.paging import page_of
from reporting.checks import failing
from reporting.figures import catalogue, year_to
from reporting.forms.report import IssueForm, NewReportForm, ReopenForm, TextForm, text_form
from reporting.models import Report
from reporting.renderers import pdf
from reporting.selectors import report as selector
from reporting.selectors.figure import default_month
from reporting.services import issue as issuing
from reporting.services import report as service
from reporting.sheets.fill import WORD_NAMES, to_keys, to_names


def _show(form: PlainForm, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    for more in (*getattr(refusal, "changes", ()), *getattr(refusal, "missing", ())):
        form.add_error(None, more)


def _report(request: HttpRequest, pk: int, permission: Permission) -> Report:
    reports = Report.objects.select_related("office", "created_by__user")
    return access.to_read(reports, request.posting, permission, pk=pk)


@access.permitted(Permission.VIEW_REPORTS)
@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    page = page_of(selector.reports(request.posting), ("-month", "-id"), request.GET)
    context = {"page": page, "may_write": access.may(request.posting, Permission.WRITE_REPORT)}
    return render(request, "reporting/report/list.html", context)


@access.permitted(Permission.WRITE_REPORT)
@require_http_methods(["GET", "POST"])
def report_new(request: HttpRequest) -> HttpResponse:
    usual = year_to(default_month(request.today))
    initial = {"first": f"{usual.first:%Y-%m}", "month": f"{usual.month:%Y-%m}"}
    form = NewReportForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            report, made = service.new_report(
                kind=form.cleaned_data["kind"],
                first=form.cleaned_data["first"],
                month=form.cleaned_data["month"],
                by=request.posting,
                on=request.today,
            )
        except Refused as refusal:
            _show(form, refusal)
        else:
            messages.success(
                request, "已生成初稿，请核对文字。" if made else "这份报告已经在起草，已为您打开。"
            )
            name = "report_edit" if report.status == Report.Status.DRAFT else "report_detail"
            return redirect(name, pk=report.pk)
    return render(request, "reporting/report/new.html", {"form": form}, status=422 if form.is_bound else 200)


@access.permitted(Permission.WRITE_REPORT)
@require_http_methods(["GET", "POST"])
def report_edit(request: HttpRequest, pk: int) -> HttpResponse:
    report = _report(request, pk, Permission.WRITE_REPORT)
    if request.method == "GET" and report.status != Report.Status.DRAFT:
        return redirect("report_detail", pk=pk)
    kind = service.kind_of(report)
    stored = {key: to_names(text) for key, text in service.texts_of(report).items()}
    initial = {"version": report.version, "title": report.title, "number": report.number, **stored}
    form = text_form(kind)(request.POST or None, kind=kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            service.save_report(
                report_id=pk,
                by=request.posting,
                on=request.today,
                version=data["version"],
                title=data["title"],
                number=data["number"],
                texts=form.texts(),
            )
        except Refused as refusal:
            _show(form, refusal)
        else:
            messages.success(request, "已保存。")
            return redirect("report_edit" if "stay" in request.POST else "report_detail", pk=pk)
    draft = selector.Draft.of(report, _typed(form) if form.is_bound else None)
    context = {
        "report": report,
        "form": form,
        "preview": list(selector.on_screen(_text_only(draft), draft.book.period)),
        "places": _places(draft),
        "words": draft.words.by_name.items(),
        "word_names": WORD_NAMES,
    }
    return render(request, "reporting/report/edit.html", context, status=422 if form.is_bound else 200)


def _typed(form: TextForm) -> dict[str, str] | None:
    """What stands in the form, as stored text; None while a place in it is unknown."""
    try:
        return {key: to_keys(form.data.get(key, "")) for key in form.texts()} if form.is_valid() else None
    except BadInput:
        return None


def _text_only(draft: selector.Draft) -> tuple:
    """Tables and charts follow from the figures and cannot be edited; they are seen on the report's page."""
    return tuple(block for block in draft.body() if type(block).__name__ in ("Heading", "Paragraph"))


def _places(draft: selector.Draft) -> list[tuple[str, list]]:
    groups: dict[str, list] = {}
    for figure in catalogue():
        if figure.group != "人员结构" or ".both." in figure.key:
            groups.setdefault(figure.group, []).append((figure, draft.book.text(figure.key)))
    return list(groups.items())


@access.permitted(Permission.WRITE_REPORT)
@require_POST
def report_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the typed text will look like. Nothing is stored."""
    report = _report(request, pk, Permission.WRITE_REPORT)
    kind = service.kind_of(report)
    texts, problems = {}, []
    for section in kind.sections:
        try:
            texts[section.key] = to_keys(request.POST.get(section.key, "")[: service.MAX_TEXT])
        except BadInput as wrong:
            problems.append(f"{section.label}：{wrong.message}")
            texts[section.key] = service.texts_of(report).get(section.key, "")
    draft = selector.Draft.of(report, texts)
    blocks = list(selector.on_screen(_text_only(draft), draft.book.period))
    return render(request, "reporting/report/_preview.html", {"preview": blocks, "problems": problems})


@access.permitted(Permission.VIEW_REPORTS)
@require_GET
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The report on the screen, every number a link, with its checks and editions."""
    report = _report(request, pk, Permission.VIEW_REPORTS)
    draft = selector.Draft.of(report)
    checks = draft.checks()
    is_draft = report.status == Report.Status.DRAFT
    context = {
        "report": report,
        "blocks": list(selector.on_screen(draft.body(), draft.book.period)),
        "checks": checks,
        "failing": failing(checks),
        "editions": selector.editions(report),
        "is_draft": is_draft,
        "may_write": access.may(request.posting, Permission.WRITE_REPORT),
        "may_issue": access.may(request.posting, Permission.ISSUE_REPORT),
    }
    return render(request, "reporting/report/detail.html", context)


@access.permitted(Permission.ISSUE_REPORT)
@require_http_methods(["GET", "POST"])
def report_issue(request: HttpRequest, pk: int) -> HttpResponse:
    report = _report(request, pk, Permission.ISSUE_REPORT)
    if request.method == "GET" and report.status != Report.Status.DRAFT:
        return redirect("report_detail", pk=pk)
    checks = selector.Draft.of(report).checks()
    editions = selector.editions(report)
    form = IssueForm(
        request.POST or None,
        has_exception=bool(failing(checks)),
        is_correction=bool(editions),
        initial={"version": report.version},
    )
    if request.method == "POST" and form.is_valid():
        try:
            issued = issuing.issue_report(
                report_id=pk,
                by=request.posting,
                on=request.today,
                version=form.cleaned_data["version"],
                address_of=_address(request),
                exception_reason=form.cleaned_data.get("exception_reason", ""),
                correction_reason=form.cleaned_data.get("correction_reason", ""),
            )
        except Refused as refusal:
            _show(form, refusal)
        else:
            messages.success(request, f"已签发第{issued.edition}版，共{issued.pages}页。")
            return redirect("report_detail", pk=pk)
    usable, sentence = pdf.available()
    context = {
        "report": report,
        "form": form,
        "checks": checks,
        "failing": failing(checks),
        "editions": editions,
        "pdf_problem": "" if usable else sentence,
    }
    return render(request, "reporting/report/issue.html", context, status=422 if form.is_bound else 200)


def _address(request: HttpRequest) -> Callable[[str], str]:
    return lambda code: request.build_absolute_uri(reverse("report_verify", args=[code]))


@access.permitted(Permission.WRITE_REPORT)
@require_http_methods(["GET", "POST"])
def report_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    report = _report(request, pk, Permission.WRITE_REPORT)
    form = ReopenForm(request.POST or None, initial={"version": report.version})
    if request.method == "POST" and form.is_valid():
        try:
            service.reopen_report(
                report_id=pk,
                by=request.posting,
                on=request.today,
                version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            _show(form, refusal)
        else:
            messages.success(request, "可以更正了，改好后重新签发为新的一版。")
            return redirect("report_edit", pk=pk)
    context: dict[str, Any] = {"report": report, "form": form}
    return render(request, "reporting/report/reopen.html", context, status=422 if form.is_bound else 200)


@access.permitted(Permission.VIEW_REPORTS)
@require_GET
def issued_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as issued, byte for byte. Taking it leaves a trace and changes nothing."""
    issued = issuing.record_download(issued_id=pk, by=request.posting)
    answer = HttpResponse(bytes(issued.pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="report-{issued.report_id}-{issued.edition}.pdf"'
    return answer


@access.open_to_all
@require_GET
def report_verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a printed report is one of ours and still the newest edition. Shows no personal data."""
    found = selector.by_code(code)
    context = {"issued": found[0] if found else None, "newest": found[1] if found else None, "code": code}
    if found:
        context["spaced_code"] = issuing.spaced(found[0].verify_code)
    return render(request, "reporting/report/verify.html", context, status=200 if found else 404)
