"""The money ledger."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from assistance.forms.fund import FundFilter, FundForm, ReverseForm
from assistance.models import FundEntry
from assistance.selectors import fund as selectors
from assistance.services.fund import add_entry, reverse_entry
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of


@access.permitted(Permission.VIEW_FUNDS)
@require_GET
def fund_list(request: HttpRequest) -> HttpResponse:
    form = FundFilter(request.GET)
    valid = form.is_valid()
    year = (form.cleaned_data.get("year") if valid else None) or request.today.year
    rows = selectors.entries(request.posting).filter(year=year)
    for name in ("programme", "kind"):
        if valid and form.cleaned_data[name]:
            rows = rows.filter(**{name: form.cleaned_data[name]})
    return render(
        request,
        "assistance/fund/list.html",
        {
            "page": page_of(rows, order=("-on", "-id"), query=request.GET),
            "filters": form,
            "year": year,
            "sums": selectors.sums(request.posting, year),
            "sources": selectors.by_source(request.posting, year),
            "may_manage": access.may(request.posting, Permission.MANAGE_FUNDS),
        },
    )


@access.permitted(Permission.MANAGE_FUNDS)
@require_http_methods(["GET", "POST"])
def fund_add(request: HttpRequest) -> HttpResponse:
    form = FundForm(
        request.POST or None, initial={"year": request.today.year, "day": request.today, "kind": "arrived"}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            entry = add_entry(
                by=request.posting,
                on=request.today,
                year=data["year"],
                programme=data["programme"],
                source=data["source"],
                kind=data["kind"],
                amount_fen=data["amount"],
                day=data["day"],
                document_number=data["document_number"],
                note=data["note"],
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, f"已登记：{entry.programme}，{entry.document_number}。")
            return redirect(f"{request.path.removesuffix('add/')}?year={entry.year}")
    return render(request, "assistance/fund/add.html", {"form": form}, status=422 if form.is_bound else 200)


@access.permitted(Permission.MANAGE_FUNDS)
@require_http_methods(["GET", "POST"])
def fund_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    entry = access.to_read(
        FundEntry.objects.select_related("entered_by__user"), request.posting, Permission.MANAGE_FUNDS, pk=pk
    )
    form = ReverseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reverse_entry(
                entry_id=entry.pk, by=request.posting, on=request.today, reason=form.cleaned_data["reason"]
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, "已冲销，需要时请重新登记正确的一笔。")
            return redirect("fund_list")
    return render(
        request,
        "assistance/fund/reverse.html",
        {"entry": entry, "form": form},
        status=422 if form.is_bound else 200,
    )
