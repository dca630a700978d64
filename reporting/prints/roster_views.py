"""The 发放花名册 on the screen to choose from, as one PDF at once, or as many in the background."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from assistance.models import PaymentRun
from assistance.selectors.payment import by_township, with_sums
from assistance.workflow import RunStatus
from civaffairs.jobs.services import make_job
from civaffairs.jobs.tasks import enqueue
from civaffairs.lib.errors import NotReady
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Level, Office
from reporting.document import Document
from reporting.prints.disbursement import disbursement
from reporting.prints.record import record_print
from reporting.prints.roster import lines_to_print, roster, summary
from reporting.renderers import pdf

# A page of a roster takes about half a second; more than this is done in the background.
AT_ONCE = 150


def _run(request: HttpRequest, pk: int) -> PaymentRun:
    people = (f"{act}_by__user" for act in ("prepared", "checked", "approved", "issued"))
    rows = PaymentRun.objects.select_related("scheme", "office", "bank_file", *people)
    run = access.to_read(rows, request.posting, Permission.VIEW_PAYMENTS, pk=pk)
    if run.status in (RunStatus.PREPARING, RunStatus.CANCELLED):
        raise NotReady(f"这个批次{run.get_status_display()}，没有花名册可打。", ["花名册"])
    return run


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def run_print(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be printed of a run: the summary, and each township."""
    run = _run(request, pk)
    with_sums([run], request.posting)
    usable, sentence = pdf.available()
    return render(
        request,
        "reporting/prints/roster.html",
        {
            "run": run,
            "townships": by_township(run, request.posting),
            "at_once": AT_ONCE,
            "usable": usable,
            "sentence": sentence,
            "may_disburse": access.covers_office(request.posting, run.office_id)
            and access.may(request.posting, Permission.VIEW_FUNDS),
        },
    )


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def run_print_file(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The PDF of one area: the summary for the county, the roster for a township or village."""
    run = _run(request, pk)
    office = access.to_read(
        Office.objects.select_related("parent"), request.posting, Permission.VIEW_PAYMENTS, pk=code
    )
    if office.level == Level.COUNTY:
        paper = summary(run, office, request.posting)
    else:
        lines = list(lines_to_print(run, request.posting, code)[: AT_ONCE + 1])
        if not lines:
            raise NotReady(f"{office.name}在本批没有发放对象。", ["花名册"])
        if len(lines) > AT_ONCE:
            raise NotReady(f"{office.name}超过{AT_ONCE}{run.line_unit}，请用“后台生成”。", ["花名册"])
        paper = roster(run, office, lines)
    made = _file(paper, f"{paper.title}-{office.name}-{run.month:%Y%m}")
    record_print(
        paper=paper.title,
        subject=run,
        by=request.posting,
        details={"number": office.code, "lines": run.line_count, "on": request.today.isoformat()},
    )
    return made


@access.permitted(Permission.VIEW_FUNDS)
@require_GET
def run_disbursement(request: HttpRequest, pk: int) -> HttpResponse:
    """The 资金拨付审批表 of a whole run, for those who see the county's money."""
    run = _run(request, pk)
    access.demand_office(request.posting, run.office_id)
    paper = disbursement(run, run.office, request.posting, request.today)
    made = _file(paper, f"{paper.title}-{run.scheme.short_name}-{run.month:%Y%m}-第{run.sequence}批")
    record_print(
        paper=paper.title,
        subject=run,
        by=request.posting,
        details={"number": run.office_id, "lines": run.line_count, "on": request.today.isoformat()},
    )
    return made


def _file(paper: Document, name: str) -> HttpResponse:
    usable, sentence = pdf.available()
    if not usable:
        raise NotReady(sentence, ["PDF"])
    try:
        made = pdf.render(paper)
    except pdf.MissingGlyph as problem:
        raise NotReady(str(problem), ["字库"]) from problem
    response = HttpResponse(made.bytes, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@access.permitted(Permission.VIEW_PAYMENTS)
@require_POST
def run_print_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the rosters of all townships of the posting's area (or of one) in the background, as one packed file."""
    run = _run(request, pk)
    usable, sentence = pdf.available()
    if not usable:
        raise NotReady(sentence, ["PDF"])
    code = request.POST.get("area") or request.posting.office_id
    office = access.to_read(Office.objects.all(), request.posting, Permission.VIEW_PAYMENTS, pk=code)
    job, made = make_job(
        kind="print_roster",
        title=f"发放花名册：{run}（{office.name}）",
        key=f"print-roster-{run.pk}-{office.code}-{request.posting.pk}",
        by=request.posting,
        params={"run_id": run.pk, "code": office.code},
    )
    if made:
        record_print(
            paper=f"发放花名册（{office.name}）",
            subject=run,
            by=request.posting,
            details={"number": office.code, "lines": run.line_count, "on": request.today.isoformat()},
        )
        enqueue(job)
    return redirect(reverse("job_detail", args=[job.pk]))
