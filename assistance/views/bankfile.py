"""The bank file and the bank's answer; money that came back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from assistance.bankfiles.reasons import reason_of
from assistance.forms.payment import IssueForm, ReturnedFilter, ReturnForm
from assistance.models import BankReturn, PaymentRun
from assistance.selectors import payment as selectors
from assistance.selectors.bank_format import used_last
from assistance.services.bankfile import ask_for_issue, download_bank_file, issue_bank_file, needs_worker
from assistance.services.bankreturn import ask_for_return, record_bank_return, refused_rows_file, unanswered
from assistance.workflow import PAYMENT_RUN, RunAct
from civaffairs.jobs.tasks import enqueue
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.forms import PlainForm
from civaffairs.shell.paging import page_of


def _run(request: HttpRequest, pk: int, permission: Permission) -> PaymentRun:
    rows = PaymentRun.objects.select_related("scheme", "office", "bank_file")
    run = access.to_read(rows, request.posting, permission, pk=pk)
    run.status_tone = selectors.STATUS_TONES[run.status]
    return run


def _show(form: PlainForm, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    for more in (*getattr(refusal, "missing", ()), *getattr(refusal, "changes", ())):
        form.add_error(None, more)


@access.permitted(Permission.ISSUE_RUN)
@require_http_methods(["GET", "POST"])
def bank_file_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the file: a POST, because it marks the lines as sent. Downloading it afterwards only reads."""
    run = _run(request, pk, Permission.ISSUE_RUN)
    # Months follow one another in the same format; nobody has to find it again.
    initial = {"version": run.version, "format": used_last(run)}
    form = IssueForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = {
            "run_id": run.pk,
            "format_id": form.cleaned_data["format"].pk,
            "document_number": form.cleaned_data["document_number"],
            "by": request.posting,
            "on": request.today,
            "version": form.cleaned_data["version"],
        }
        try:
            words = _issue_later(asked) if needs_worker(run) else _issue_now(asked)
        except Refused as refusal:
            _show(form, refusal)
        else:
            messages.success(request, words)
            return redirect("run_detail", pk)
    act = PAYMENT_RUN.get(RunAct.ISSUE)
    context = {"run": run, "act": act, "form": form, "later": needs_worker(run)}
    return render(request, "assistance/payment/issue.html", context, status=422 if form.is_bound else 200)


def _issue_now(asked: dict) -> str:
    made = issue_bank_file(**asked)
    return f"代发文件“{made.name}”已生成，共 {made.line_count:,} 笔。请下载后报送银行。"


def _issue_later(asked: dict) -> str:
    job = ask_for_issue(**asked)
    if job is None:
        return "代发文件已生成。请下载后报送银行。"
    enqueue(job)
    return "笔数较多，正在后台生成代发文件，完成后可以下载。"


@access.permitted(Permission.ISSUE_RUN)
@require_GET
def bank_file_download(request: HttpRequest, pk: int, part: int = 1) -> HttpResponse:
    """One of the files of a run, by its number; the first where nothing is said."""
    made, pieces = download_bank_file(run_id=pk, by=request.posting, on=request.today, part=part)
    response = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, made.name)
    response["Content-Length"] = str(made.size)
    response["Cache-Control"] = "no-store"
    return response


@access.permitted(Permission.LOAD_RETURN)
@require_http_methods(["GET", "POST"])
def return_load(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run(request, pk, Permission.LOAD_RETURN)
    form = ReturnForm(request.POST or None, request.FILES or None, long_run=needs_worker(run))
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        asked = {
            "run_id": run.pk,
            "upload": upload.file,
            "name": upload.name,
            "by": request.posting,
            "on": request.today,
        }
        try:
            target = _load_later(request, asked) if needs_worker(run) else _load_now(request, asked)
        except Refused as refusal:
            _show(form, refusal)
        else:
            return redirect(*target)
    context = {"run": run, "form": form, "parts": list(run.bank_file.parts.all())}
    return render(
        request, "assistance/payment/return_load.html", context, status=422 if form.is_bound else 200
    )


def _load_now(request: HttpRequest, asked: dict) -> tuple:
    loaded, new = record_bank_return(**asked)
    _tell(request, loaded, new)
    return "return_detail", loaded.pk


def _load_later(request: HttpRequest, asked: dict) -> tuple:
    job, earlier = ask_for_return(**asked)
    if earlier is not None:
        _tell(request, earlier, new=False)
        return "return_detail", earlier.pk
    enqueue(job)
    messages.success(request, "笔数较多，正在后台导入回盘，完成后在本页查看结果。")
    return "run_detail", asked["run_id"]


def _tell(request: HttpRequest, loaded: BankReturn, new: bool) -> None:
    if not new:
        messages.info(request, "这份回盘以前已经导入过，没有重复处理。")
        return
    messages.success(
        request, f"回盘已导入：成功 {loaded.paid_count:,} 笔，退回 {loaded.returned_count:,} 笔。"
    )
    if loaded.exceptions:
        messages.warning(request, f"有 {loaded.exception_count:,} 行没有对上，请逐行核对。")


@access.permitted(Permission.LOAD_RETURN)
@require_GET
def return_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What one answer brought, with the rows that fitted nothing."""
    runs = PaymentRun.objects.visible_to(request.posting)
    loaded = (
        BankReturn.objects.filter(pk=pk, bank_file__run__in=runs)
        .select_related("bank_file__run__scheme", "loaded_by__user")
        .first()
    )
    if loaded is None:
        raise access.NotVisible("没有找到，或不在您的辖区内。")
    run = loaded.bank_file.run
    return render(
        request,
        "assistance/payment/return_detail.html",
        {"loaded": loaded, "run": run, "waiting": unanswered(run)},
    )


@access.permitted(Permission.LOAD_RETURN)
@require_GET
def return_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows of one answer that were not taken, to be mended and sent again."""
    name, pieces = refused_rows_file(return_id=pk, by=request.posting, on=request.today)
    response = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "no-store"
    return response


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def returned_lines(request: HttpRequest) -> HttpResponse:
    """Money that came back: what the township has to put right, oldest first."""
    form = ReturnedFilter(request.GET, posting=request.posting)
    rows = selectors.returned_lines(request.posting)
    if form.is_valid():
        data = form.cleaned_data
        rows = rows.filter(scheme=data["scheme"]) if data["scheme"] else rows
        rows = rows.in_area(data["area"]) if data["area"] else rows
        rows = selectors.returned_for(rows, data["reason"]) if data["reason"] else rows
        rows = selectors.narrowed(rows, data["q"])
    page = page_of(rows, order=("returned_on", "id"), query=request.GET)
    for line in page.rows:
        line.age_days = (request.today - line.returned_on).days
        line.age_words = f"{line.age_days}天" if line.age_days else "今天"
        line.advice = reason_of(line.return_reason).advice
    can_prepare = access.may(request.posting, Permission.PREPARE_RUN)
    return render(
        request,
        "assistance/payment/returned.html",
        {
            "page": page,
            "filters": form,
            "ready": selectors.ready_to_reissue(request.posting) if can_prepare else [],
            "can_change_account": access.may(request.posting, Permission.CHANGE_ACCOUNT),
        },
    )
