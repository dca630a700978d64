"""补发 and 追缴: what is owed for closed months, how it is settled."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from assistance.forms.adjustment import AdjustmentFilter, CancelForm, RepaymentForm
from assistance.models import Adjustment
from assistance.selectors import adjustment as selectors
from assistance.selectors import claims
from assistance.services.adjustment import cancel_adjustment, record_repayment
from civaffairs.lib.errors import Refused
from civaffairs.lib.money import yuan
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def adjustment_list(request: HttpRequest) -> HttpResponse:
    form = AdjustmentFilter(request.GET, posting=request.posting)
    rows = selectors.adjustments(request.posting)
    if form.is_valid():
        rows = selectors.narrowed(rows, form.cleaned_data)
    page = page_of(rows, order=("-id",), query=request.GET)
    selectors.dressed(page.rows)
    return render(
        request,
        "assistance/adjustment/list.html",
        {"page": page, "filters": form, "sums": selectors.sums(rows)},
    )


def _adjustment(
    request: HttpRequest, pk: int, permission: Permission = Permission.VIEW_PAYMENTS
) -> Adjustment:
    rows = Adjustment.objects.select_related(
        "scheme",
        "office__parent",
        "entitlement__payee",
        "entitlement__beneficiary",
        "change",
        "booked_by__user",
        "cancelled_by__user",
    )
    adjustment = access.to_read(rows, request.posting, permission, pk=pk)
    selectors.dressed([adjustment])
    return adjustment


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def adjustment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    adjustment = _adjustment(request, pk)
    course = claims.course(adjustment, request.posting, request.today) if adjustment.is_claim else None
    may_answer = access.may(request.posting, Permission.CONFIRM_CHANGE)
    asked = course.asked if course else None
    return render(
        request,
        "assistance/adjustment/detail.html",
        {
            "adjustment": adjustment,
            "months": selectors.months(adjustment),
            "settlements": selectors.settlements(adjustment),
            "repayments": selectors.repayments(adjustment),
            "options": selectors.options(adjustment, request.posting),
            "course": course,
            "asked": asked,
            "may_answer": may_answer and asked and asked.proposed_by.user_id != request.posting.user_id,
            "may_reverse": access.may(request.posting, Permission.MANAGE_FUNDS)
            and not adjustment.cancelled_on,
        },
    )


@access.permitted(Permission.MANAGE_FUNDS)
@require_http_methods(["GET", "POST"])
def adjustment_repay(request: HttpRequest, pk: int) -> HttpResponse:
    adjustment = _adjustment(request, pk, Permission.MANAGE_FUNDS)
    form = RepaymentForm(
        request.POST or None, initial={"amount": adjustment.left_fen, "paid_on": request.today}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made, new = record_repayment(
                adjustment_id=pk,
                amount_fen=data["amount"],
                paid_on=data["paid_on"],
                receipt=data["receipt"],
                by=request.posting,
                on=request.today,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            if new:
                messages.success(request, f"已登记退回 {yuan(made.amount_fen)} 元，票据 {made.receipt}。")
            else:
                messages.info(request, f"票据 {made.receipt} 以前已经登记过，没有重复登记。")
            return redirect("adjustment_detail", pk)
    return render(
        request,
        "assistance/adjustment/repay.html",
        {"adjustment": adjustment, "form": form},
        status=422 if form.is_bound else 200,
    )


@access.permitted(Permission.CONFIRM_CHANGE)
@require_http_methods(["GET", "POST"])
def adjustment_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    adjustment = _adjustment(request, pk, Permission.CONFIRM_CHANGE)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_adjustment(
                adjustment_id=pk, reason=form.cleaned_data["reason"], by=request.posting, on=request.today
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, f"已撤销这一笔{adjustment.kind_word}。")
            return redirect("adjustment_detail", pk)
    return render(
        request,
        "assistance/adjustment/cancel.html",
        {"adjustment": adjustment, "form": form},
        status=422 if form.is_bound else 200,
    )
