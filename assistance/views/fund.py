"""The money ledger."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.fund import FundFilter, FundForm, LineChoice, ReverseForm
from assistance.models import FundEntry
from assistance.selectors import fund as selectors
from assistance.selectors import fund_lines
from assistance.services.fund import add_entry, reverse_entry
from assistance.services.fund_draws import cover_run
from civaffairs.lib.errors import Refused
from civaffairs.lib.money import yuan
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
            "blocks": fund_lines.blocks(request.posting, year),
            "uncovered": fund_lines.uncovered_runs(request.posting, year),
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


@access.permitted(Permission.VIEW_FUNDS)
@require_GET
def fund_movements(request: HttpRequest) -> HttpResponse:
    """The rows behind one line of the table: year, programme and source as asked for."""
    form = LineChoice(request.GET)
    line, rows = None, []
    if form.is_valid():
        line = form.cleaned_data
        rows = fund_lines.movements(request.posting, line["year"], line["programme"], line["source"])
    return render(
        request,
        "assistance/fund/movements.html",
        {
            "line": line,
            "source_word": FundEntry.Source(line["source"]).label if line else "",
            "rows": rows,
            "balance_fen": rows[-1].balance_fen if rows else 0,
        },
    )


@access.permitted(Permission.MANAGE_FUNDS)
@require_POST
def fund_cover(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an approved run the money that came late. What refuses says so on the next page."""
    drawn = cover_run(run_id=pk, by=request.posting, on=request.today)
    if drawn:
        messages.success(request, f"已补记 {yuan(drawn)} 元。")
    else:
        messages.info(request, "这个批次的资金已经全部落实。")
    return redirect("run_detail", pk)
