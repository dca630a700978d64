"""The bank file and the bank's answer; money that came back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from assistance.forms.payment import IssueForm, ReturnedFilter, ReturnForm
from assistance.models import BankReturn, PaymentRun
from assistance.selectors import payment as selectors
from assistance.services.bankfile import download_bank_file, issue_bank_file
from assistance.services.bankreturn import record_bank_return
from assistance.workflow import PAYMENT_RUN, RunAct
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
    form = IssueForm(request.POST or None, initial={"version": run.version})
    if request.method == "POST" and form.is_valid():
        try:
            made = issue_bank_file(
                run_id=run.pk,
                format_id=form.cleaned_data["format"].pk,
                document_number=form.cleaned_data["document_number"],
                by=request.posting,
                on=request.today,
                version=form.cleaned_data["version"],
            )
        except Refused as refusal:
            _show(form, refusal)
        else:
            messages.success(
                request, f"代发文件“{made.name}”已生成，共 {made.line_count} 笔。请下载后报送银行。"
            )
            return redirect("run_detail", pk)
    act = PAYMENT_RUN.get(RunAct.ISSUE)
    context = {"run": run, "act": act, "form": form}
    return render(request, "assistance/payment/issue.html", context, status=422 if form.is_bound else 200)


@access.permitted(Permission.ISSUE_RUN)
@require_GET
def bank_file_download(request: HttpRequest, pk: int) -> HttpResponse:
    made, pieces = download_bank_file(run_id=pk, by=request.posting, on=request.today)
    response = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, made.name)
    response["Content-Length"] = str(made.size)
    response["Cache-Control"] = "no-store"
    return response


@access.permitted(Permission.LOAD_RETURN)
@require_http_methods(["GET", "POST"])
def return_load(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run(request, pk, Permission.LOAD_RETURN)
    form = ReturnForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            loaded, new = record_bank_return(
                run_id=run.pk, upload=upload.file, name=upload.name, by=request.posting, on=request.today
            )
        except Refused as refusal:
            _show(form, refusal)
        else:
            _tell(request, loaded, new)
            return redirect("return_detail", loaded.pk)
    context = {"run": run, "form": form}
    return render(
        request, "assistance/payment/return_load.html", context, status=422 if form.is_bound else 200
    )


def _tell(request: HttpRequest, loaded: BankReturn, new: bool) -> None:
    if not new:
        messages.info(request, "这份回盘以前已经导入过，没有重复处理。")
        return
    messages.success(request, f"回盘已导入：成功 {loaded.paid_count} 笔，退回 {loaded.returned_count} 笔。")
    if loaded.exceptions:
        messages.warning(request, f"有 {len(loaded.exceptions)} 行没有对上，请逐行核对。")


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
    return render(
        request, "assistance/payment/return_detail.html", {"loaded": loaded, "run": loaded.bank_file.run}
    )


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
        rows = selectors.narrowed(rows, data["q"])
    page = page_of(rows, order=("returned_on", "id"), query=request.GET)
    for line in page.rows:
        line.age_days = (request.today - line.returned_on).days
        line.age_words = f"{line.age_days}天" if line.age_days else "今天"
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
