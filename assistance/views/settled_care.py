"""一站式 settlements: the list, a workbook tried and loaded, the empty form."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from assistance.bankfiles.settled_care import COLUMNS, blank_form
from assistance.forms.settled_care import SettlementFileForm, SettlementFilter
from assistance.models import SettlementFile
from assistance.policy.identity import IDENTITIES
from assistance.selectors import settled_care as selectors
from assistance.services import settled_care as services
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@access.permitted(Permission.VIEW_CASES)
@require_GET
def settled_care_list(request: HttpRequest) -> HttpResponse:
    form = SettlementFilter(request.GET, posting=request.posting)
    rows = selectors.settlements(request.posting)
    if form.is_valid():
        data = form.cleaned_data
        rows = selectors.narrowed(rows, request.today, text=data.pop("q"), **data)
    return render(
        request,
        "assistance/settled_care/list.html",
        {
            "page": page_of(rows, order=("-settled_on", "-id"), query=request.GET),
            "sums": selectors.sums(rows),
            "filters": form,
            "may_load": access.may(request.posting, Permission.RECORD_CHECK),
        },
    )


@access.permitted(Permission.RECORD_CHECK)
@require_http_methods(["GET", "POST"])
def settled_care_upload(request: HttpRequest) -> HttpResponse:
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SettlementFileForm(*given)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            made = services.check_file(
                upload=upload.file, name=upload.name, by=request.posting, on=request.today
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            if made.loaded_on is not None:
                messages.info(
                    request,
                    f"这份文件 {made.loaded_on:%Y-%m-%d} 已经导入过，没有重复导入。下面是那次的结果。",
                )
            return redirect("settled_care_file", made.pk)
    context = {
        "form": form,
        "columns": COLUMNS,
        "identities": IDENTITIES.values(),
        "waiting": selectors.tried_by(request.posting),
    }
    return render(
        request,
        "assistance/settled_care/upload.html",
        context,
        status=422 if form.is_bound else 200,
    )


@access.permitted(Permission.RECORD_CHECK)
@require_http_methods(["GET", "POST"])
def settled_care_file(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would bring (before it is loaded), or what it brought."""
    rows = SettlementFile.objects.select_related("checked_by__user", "loaded_by__user")
    file = access.to_read(rows, request.posting, Permission.RECORD_CHECK, pk=pk)
    refused = ""
    if request.method == "POST":
        try:
            file, new = services.load_file(file_id=pk, by=request.posting, on=request.today)
        except Refused as refusal:
            refused = refusal.message
        else:
            if new:
                messages.success(request, f"已导入 {file.loaded_count} 条结算。")
            else:
                messages.info(request, "这份文件以前已经导入过，没有重复导入。")
            return redirect("settled_care_file", pk)
    trial = services.try_file(file, request.today)
    return render(
        request,
        "assistance/settled_care/file.html",
        {
            "file": file,
            "trial": trial,
            "shown": trial.rows[:100],
            "faults": trial.faults[: services.SHOWN] if file.content else file.left_out,
            "refused": refused,
        },
        status=422 if refused else 200,
    )


@access.permitted(Permission.RECORD_CHECK)
@require_GET
def settled_care_form(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(blank_form(), content_type=SHEET)
    response["Content-Disposition"] = content_disposition_header(True, "一站式结算导入模板.xlsx")
    return response
