"""对账 and 月结: the months, one month's reconciliation, closing and opening it again."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.closing import ReopenForm
from assistance.selectors import month_books
from assistance.services.closing import close_month, reopen_month
from civaffairs.lib.errors import BadInput, Refused
from civaffairs.lib.months import Month
from civaffairs.registry import access
from civaffairs.registry.access import Permission


def _month(text: str) -> date:
    try:
        return Month.parse(text).first_day
    except BadInput:
        raise Http404 from None


@access.permitted(Permission.VIEW_FUNDS)
@require_GET
def month_list(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "assistance/closing/list.html",
        {"rows": month_books.months(request.posting, request.today)},
    )


def _shown(request: HttpRequest, month: date, **more: object) -> HttpResponse:
    books = month_books.books(request.posting, month)
    closing = books.closing
    due = month_books.next_to_close(request.posting.office_id)
    may_close = closing is None and access.may(request.posting, Permission.MANAGE_FUNDS)
    may_reopen = (
        closing is not None
        and access.may(request.posting, Permission.APPROVE_RUN)
        and closing.closed_by.user_id != request.posting.user_id
    )
    refused = more.get("missing") or more.get("refusal")
    return render(
        request,
        "assistance/closing/detail.html",
        {"books": books, "may_close": may_close, "may_reopen": may_reopen, "due": due}
        | more
        | {"is_due": due is None or due == Month.of(month)},
        status=422 if refused else 200,
    )


@access.permitted(Permission.VIEW_FUNDS)
@require_GET
def month_detail(request: HttpRequest, month: str) -> HttpResponse:
    return _shown(request, _month(month))


@access.permitted(Permission.MANAGE_FUNDS)
@require_POST
def month_close(request: HttpRequest, month: str) -> HttpResponse:
    """Close it, or show on the month's page everything that is not finished."""
    day = _month(month)
    try:
        made = close_month(month=day, by=request.posting, on=request.today)
    except Refused as refusal:
        return _shown(request, day, refusal=refusal.message, missing=getattr(refusal, "missing", []))
    words = f"{Month.of(day).label}已月结。"
    if made.owed_count:
        words += f"没有账户的 {made.owed_count} 笔转作补发，随以后的名册发放。"
    messages.success(request, words)
    return redirect("month_detail", f"{day:%Y-%m}")


@access.permitted(Permission.APPROVE_RUN)
@require_http_methods(["GET", "POST"])
def month_reopen(request: HttpRequest, month: str) -> HttpResponse:
    day = _month(month)
    closing = month_books.closing_of(request.posting.office_id, day)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reopen_month(month=day, reason=form.cleaned_data["reason"], by=request.posting, on=request.today)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, f"{Month.of(day).label}已反月结，可以补办名册。")
            return redirect("month_detail", f"{day:%Y-%m}")
    return render(
        request,
        "assistance/closing/reopen.html",
        {"closing": closing, "month": day, "slug": f"{day:%Y-%m}", "form": form},
        status=422 if form.is_bound else 200,
    )
