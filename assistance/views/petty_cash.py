"""乡镇备用金: what each township has at hand, where it went, and the papers that are still to come."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from assistance.forms.petty_cash import RECALL, AllotForm, ReturnedForm, YearFilter
from assistance.models import PettyCash
from assistance.selectors import petty_cash as selectors
from assistance.services import petty_cash as services
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def petty_cash_list(request: HttpRequest) -> HttpResponse:
    form = YearFilter(request.GET or {"year": request.today.year})
    year = (form.cleaned_data["year"] if form.is_valid() else None) or request.today.year
    return render(
        request,
        "assistance/petty_cash/list.html",
        {
            "filters": form,
            "year": year,
            "accounts": selectors.accounts(request.posting, year),
            "waiting": selectors.papers_to_come(request.posting, request.today),
            "claimed": selectors.claimed(request.posting)[:100],
            "may_view_cases": access.may(request.posting, Permission.VIEW_CASES),
            "may_allot": access.may(request.posting, Permission.MANAGE_FUNDS),
        },
    )


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def petty_cash_detail(request: HttpRequest, pk: int) -> HttpResponse:
    account = access.to_read(
        PettyCash.objects.select_related("office"), request.posting, Permission.VIEW_PAYMENTS, pk=pk
    )
    return render(
        request,
        "assistance/petty_cash/detail.html",
        {
            "account": account,
            "sums": selectors.account_sums(account),
            "page": page_of(selectors.entries(account), order=("-id",), query=request.GET),
        },
    )


@access.permitted(Permission.MANAGE_FUNDS)
@require_http_methods(["GET", "POST"])
def petty_cash_allot(request: HttpRequest) -> HttpResponse:
    form = AllotForm(
        request.POST or None,
        posting=request.posting,
        initial={"year": request.today.year, "day": request.today, "office": request.GET.get("office", "")},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            entry = services.allot(
                office_code=data["office"],
                year=data["year"],
                amount_fen=data["amount"],
                document_number=data["document_number"],
                day=data["day"],
                by=request.posting,
                on=request.today,
                recall=data["kind"] == RECALL,
                note=data["note"],
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, f"已登记：{entry.account}，{entry.get_kind_display()}。")
            return redirect("petty_cash_detail", entry.account_id)
    return render(
        request, "assistance/petty_cash/allot.html", {"form": form}, status=422 if form.is_bound else 200
    )


@access.permitted(Permission.MANAGE_FUNDS)
@require_http_methods(["GET", "POST"])
def petty_cash_returned(request: HttpRequest, pk: int) -> HttpResponse:
    """Claimed 先行救助 that has come back into the account."""
    account = access.to_read(
        PettyCash.objects.select_related("office"), request.posting, Permission.MANAGE_FUNDS, pk=pk
    )
    claims = list(selectors.claimed(request.posting, account))
    form = ReturnedForm(request.POST or None, claims=claims, initial={"day": request.today})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            entry = services.take_back(
                account_id=pk,
                advance_id=data["advance"],
                receipt=data["receipt"],
                day=data["day"],
                by=request.posting,
                on=request.today,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, f"已登记：{entry.account}，{entry.get_kind_display()}。")
            return redirect("petty_cash_detail", pk)
    context = {"account": account, "form": form, "claims": claims}
    status = 422 if form.is_bound else 200
    return render(request, "assistance/petty_cash/returned.html", context, status=status)
