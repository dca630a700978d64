"""The buttons 导出 Excel of the lists: each makes a job and shows how far it is."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.db.models import Model
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


def _of_all(name: str, back: str) -> Callable[..., HttpResponse]:
    """The button of a list of everything that the posting sees."""

    @access.permitted(Permission.EXPORT)
    @require_POST
    def export(request: HttpRequest) -> HttpResponse:
        return _asked(request, name, back)

    return export


def _of_one(
    name: str, back: str, model: type[Model], permission: Permission, key: str
) -> Callable[..., HttpResponse]:
    """The button of the rows of one thing, which the posting may see; `key` names it in the query of the list."""

    @access.permitted(Permission.EXPORT)
    @require_POST
    def export(request: HttpRequest, pk: int) -> HttpResponse:
        one = access.to_read(model._default_manager.all(), request.posting, permission, pk=pk)
        return _asked(request, name, back, one.pk, **{key: str(one.pk)})

    return export


export_cases = _of_all("cases", "case_list")
export_ledger = _of_all("ledger", "entitlement_list")
export_funds = _of_all("funds", "fund_list")
export_claims = _of_all("claims", "claim_list")
export_lines = _of_one("lines", "run_lines", PaymentRun, Permission.VIEW_PAYMENTS, "run")
export_differences = _of_one("differences", "run_difference", PaymentRun, Permission.VIEW_PAYMENTS, "run")
export_raised = _of_one("raised", "standard_change_rows", StandardChange, Permission.VIEW_STANDARDS, "change")
export_batch = _of_one("batch", "batch_items", Batch, Permission.VIEW_PAYMENTS, "batch")
export_cash = _of_one("cash", "petty_cash_detail", PettyCash, Permission.VIEW_PAYMENTS, "account")
