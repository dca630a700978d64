"""Papers of cases as PDF files. Reading changes nothing; that somebody printed is recorded."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from assistance.models import Application, Decision, Notice
from assistance.selectors.cases import cases_of, filled
from civaffairs.lib.errors import NotReady
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Level, Office
from civaffairs.shell.paging import page_of
from reporting.document import Document
from reporting.prints.approval import approval_form
from reporting.prints.assessment import assessment_paper
from reporting.prints.case import CasePapers, papers_of
from reporting.prints.decision import decision_notice
from reporting.prints.forms import PrintFilter
from reporting.prints.notice import notice_poster
from reporting.prints.record import record_print
from reporting.prints.visit import visit_form
from reporting.renderers import pdf

PAPERS: dict[str, Callable[[CasePapers], Document]] = {
    "approval": approval_form,
    "visit": visit_form,
    "decision": decision_notice,
    "assessment": assessment_paper,
}


@access.permitted(Permission.VIEW_CASES)
@require_GET
def print_centre(request: HttpRequest) -> HttpResponse:
    """Cases, the latest first, each with the papers that it has."""
    filters = PrintFilter(request.GET, posting=request.posting)
    filters.is_valid()
    rows = cases_of(request.posting, request.today, "all", filters.cleaned_data)
    page = page_of(rows, ("-id",), request.GET)
    usable, sentence = pdf.available()
    shown = filled(page.rows, request.today)
    for row in shown:
        row.visited = row.spec.has("visit")
        row.answer = Decision.Outcome(row.decision.outcome).label if hasattr(row, "decision") else ""
    context = {"page": page, "rows": shown, "filters": filters, "usable": usable, "sentence": sentence}
    return render(request, "reporting/prints/centre.html", context)


@access.permitted(Permission.VIEW_CASES)
@require_GET
def print_case(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """One paper of one case. Whole ID numbers stand on it only for those who may see them."""
    if form not in PAPERS and form != "notice":
        raise Http404("没有这种文书。")
    rows = Application.objects.select_related("applicant", "scheme", "household", "office__parent__parent")
    application = access.to_read(rows, request.posting, Permission.VIEW_CASES, pk=pk)
    if form == "visit" and not application.spec.has("visit"):
        raise NotReady(f"{application.spec.short_name}不需要入户调查，没有入户调查表。", ["入户调查"])
    full = access.may(request.posting, Permission.REVEAL_FULL)
    papers = papers_of(application, request.today, full)
    if form == "notice":
        if papers.notice is None:
            raise NotReady("这件没有公示单。初审同意、张贴公示以后才有。", ["公示"])
        paper = notice_poster([papers.notice], papers.village, _page_url(request, papers.village))
    else:
        paper = PAPERS[form](papers)
    made = file_of(paper, f"{paper.title}-{application.number}")
    record_print(paper=paper.title, subject=application, by=request.posting, details={"full_numbers": full})
    return made


@access.permitted(Permission.VIEW_CASES)
@require_GET
def notice_poster_of_village(request: HttpRequest, code: str) -> HttpResponse:
    """All that hangs in a village today, on one poster."""
    villages = Office.objects.filter(level=Level.VILLAGE).select_related("parent")
    village = access.to_read(villages, request.posting, Permission.VIEW_CASES, pk=code)
    notices = list(
        Notice.objects.current(request.today)
        .filter(office=village, until_day__gte=request.today)
        .order_by("posted_on", "id")
    )
    if not notices:
        raise NotReady(f"{village.name}现在没有正在公示的家庭，没有公示单可打。", ["公示"])
    paper = notice_poster(notices, village, _page_url(request, village))
    made = file_of(paper, f"公示单-{village.name}-{request.today:%Y%m%d}")
    record_print(paper=paper.title, subject=village, by=request.posting, details={"notices": len(notices)})
    return made


def _page_url(request: HttpRequest, village: Office) -> str:
    if not village.notice_token:
        return ""
    return request.build_absolute_uri(reverse("public_notices", args=[village.notice_token]))


def file_of(paper: Document, name: str) -> HttpResponse:
    """A paper as a download that no cache keeps. Raises NotReady where PDF cannot be made."""
    usable, sentence = pdf.available()
    if not usable:
        raise NotReady(sentence, ["PDF"])
    response = HttpResponse(pdf.render(paper).bytes, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf")
    response.headers["Cache-Control"] = "private, no-store"
    return response
