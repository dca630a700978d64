"""The buttons 导出 Excel of the lists: each makes a job and shows how far it is."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from assistance.models import Batch, PaymentRun, PettyCash, StandardChange
from civaffairs.jobs.tasks import enqueue
from civaffairs.lib.errors import BadInput
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from reporting.exports.export import ask_export


def _asked(request: HttpRequest, name: str, back: str, *args: int, **more: str) -> HttpResponse:
    query: Mapping[str, str] = QueryDict(request.POST.get("query", "")[:2000].replace("\0", "")).dict() | more
    try:
        job, made = ask_export(
            name=name,
            query=query,
            by=request.posting,
            on=request.today,
            full=bool(request.POST.get("full")),
            reason=request.POST.get("reason", ""),
        )
    except BadInput as refusal:
        messages.warning(request, refusal.message)
        return redirect(back, *args)
    if made:
        enqueue(job)
    return redirect("job_detail", job.pk)


@access.permitted(Permission.EXPORT)
@require_POST
def export_cases(request: HttpRequest) -> HttpResponse:
    return _asked(request, "cases", "case_list")


@access.permitted(Permission.EXPORT)
@require_POST
def export_ledger(request: HttpRequest) -> HttpResponse:
    return _asked(request, "ledger", "entitlement_list")


@access.permitted(Permission.EXPORT)
@require_POST
def export_lines(request: HttpRequest, pk: int) -> HttpResponse:
    run = access.to_read(PaymentRun.objects.all(), request.posting, Permission.VIEW_PAYMENTS, pk=pk)
    return _asked(request, "lines", "run_lines", run.pk, run=str(run.pk))


@access.permitted(Permission.EXPORT)
@require_POST
def export_differences(request: HttpRequest, pk: int) -> HttpResponse:
    run = access.to_read(PaymentRun.objects.all(), request.posting, Permission.VIEW_PAYMENTS, pk=pk)
    return _asked(request, "differences", "run_difference", run.pk, run=str(run.pk))


@access.permitted(Permission.EXPORT)
@require_POST
def export_funds(request: HttpRequest) -> HttpResponse:
    return _asked(request, "funds", "fund_list")


@access.permitted(Permission.EXPORT)
@require_POST
def export_raised(request: HttpRequest, pk: int) -> HttpResponse:
    change = access.to_read(StandardChange.objects.all(), request.posting, Permission.VIEW_STANDARDS, pk=pk)
    return _asked(request, "raised", "standard_change_rows", change.pk, change=str(change.pk))


@access.permitted(Permission.EXPORT)
@require_POST
def export_batch(request: HttpRequest, pk: int) -> HttpResponse:
    batch = access.to_read(Batch.objects.all(), request.posting, Permission.VIEW_PAYMENTS, pk=pk)
    return _asked(request, "batch", "batch_items", batch.pk, batch=str(batch.pk))


@access.permitted(Permission.EXPORT)
@require_POST
def export_cash(request: HttpRequest, pk: int) -> HttpResponse:
    account = access.to_read(PettyCash.objects.all(), request.posting, Permission.VIEW_PAYMENTS, pk=pk)
    return _asked(request, "cash", "petty_cash_detail", account.pk, account=str(account.pk))


@access.permitted(Permission.EXPORT)
@require_POST
def export_claims(request: HttpRequest) -> HttpResponse:
    return _asked(request, "claims", "claim_list")
