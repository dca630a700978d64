"""追缴: the register, and what is done about one claim until it is paid back or written off."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.claim import ClaimFilter, NoticeForm, PlanForm, ReasonForm, WriteOffForm
from assistance.models import Adjustment, Repayment, WriteOff
from assistance.selectors import adjustment as adjustments
from assistance.selectors import claims as selectors
from assistance.services import claims
from civaffairs.lib.errors import Refused
from civaffairs.lib.money import yuan
from civaffairs.lib.months import Month
from civaffairs.registry import access, county
from civaffairs.registry.access import Permission
from civaffairs.shell.forms import PlainForm
from civaffairs.shell.paging import page_of


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def claim_list(request: HttpRequest) -> HttpResponse:
    form = ClaimFilter(request.GET, posting=request.posting)
    rows = selectors.claims(request.posting, request.today)
    if form.is_valid():
        rows = selectors.narrowed(rows, form.cleaned_data, request.today)
    page = page_of(rows, order=("-id",), query=request.GET)
    selectors.dressed(page.rows, request.today)
    return render(
        request,
        "assistance/claim/list.html",
        {"page": page, "filters": form, "sums": selectors.sums(rows)},
    )


def _claim(request: HttpRequest, pk: int, permission: Permission) -> Adjustment:
    rows = Adjustment.objects.filter(amount_fen__lt=0).select_related(
        "scheme", "office__parent", "entitlement__payee", "entitlement__beneficiary"
    )
    claim = access.to_read(rows, request.posting, permission, pk=pk)
    adjustments.dressed([claim])
    return claim


def _acted(
    request: HttpRequest, claim: Adjustment, form: PlainForm, act: Callable[[dict], str], page: dict[str, Any]
) -> HttpResponse:
    """Do it and go back to the claim, or show the form again with what was typed and what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            words = act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, words)
            return redirect("adjustment_detail", claim.pk)
    return render(
        request,
        "assistance/claim/act.html",
        {"adjustment": claim, "form": form} | page,
        status=422 if form.is_bound else 200,
    )


@access.permitted(Permission.PROPOSE_CHANGE)
@require_http_methods(["GET", "POST"])
def claim_notice(request: HttpRequest, pk: int) -> HttpResponse:
    claim = _claim(request, pk, Permission.PROPOSE_CHANGE)
    number = selectors.notice_number(claim)
    last_day = request.today + timedelta(days=county.value("claim_days", request.today))
    form = NoticeForm(
        request.POST or None, initial={"number": number, "served_on": request.today, "due_on": last_day}
    )

    def act(data: dict) -> str:
        made = claims.serve_notice(adjustment_id=pk, by=request.posting, on=request.today, **data)
        return f"已登记通知书{made.number}送达，{made.due_on:%Y-%m-%d}前退回。"

    hint = f"先打印通知书（编号 {number}），送达后登记"
    page = {"act": "登记追缴通知", "hint": hint, "print_first": True}
    return _acted(request, claim, form, act, page)


@access.permitted(Permission.PROPOSE_CHANGE)
@require_http_methods(["GET", "POST"])
def claim_plan(request: HttpRequest, pk: int) -> HttpResponse:
    claim = _claim(request, pk, Permission.PROPOSE_CHANGE)
    first: date = Month.of(request.today).next.first_day
    form = PlanForm(
        request.POST or None, initial={"agreed_on": request.today, "first_month": first, "count": 6}
    )

    def act(data: dict) -> str:
        parts = claims.equal_parts(claim.left_fen, data["first_month"], data["count"])
        claims.agree_on_parts(
            adjustment_id=pk,
            agreed_on=data["agreed_on"],
            paper=data["paper"],
            parts=parts,
            by=request.posting,
            on=request.today,
        )
        return f"已登记分 {len(parts)} 期退回，每期 {yuan(parts[0][1])} 元。"

    page = {"act": "约定分期退回", "hint": "凭家庭签字的协议或承诺书登记；重新约定的，原来的约定作废"}
    return _acted(request, claim, form, act, page)


@access.permitted(Permission.MANAGE_FUNDS)
@require_http_methods(["GET", "POST"])
def claim_write_off(request: HttpRequest, pk: int) -> HttpResponse:
    claim = _claim(request, pk, Permission.MANAGE_FUNDS)
    form = WriteOffForm(request.POST or None, initial={"amount": claim.left_fen})

    def act(data: dict) -> str:
        made = claims.propose_write_off(
            adjustment_id=pk,
            amount_fen=data["amount"],
            document_number=data["document_number"],
            reason=data["reason"],
            by=request.posting,
            on=request.today,
        )
        return f"已提出核销 {yuan(made.amount_fen)} 元，等县级审批批准。"

    page = {"act": "提出核销", "hint": "确实收不回的，凭批准文件提出，由县级审批的另一人批准"}
    return _acted(request, claim, form, act, page)


@access.permitted(Permission.CONFIRM_CHANGE)
@require_POST
def write_off_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    made = claims.confirm_write_off(write_off_id=pk, by=request.posting, on=request.today)
    messages.success(request, f"已核销 {yuan(made.amount_fen)} 元。")
    return redirect("adjustment_detail", made.adjustment_id)


@access.permitted(Permission.CONFIRM_CHANGE)
@require_http_methods(["GET", "POST"])
def write_off_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    asked = access.to_read(WriteOff.objects.all(), request.posting, Permission.CONFIRM_CHANGE, pk=pk)
    claim = _claim(request, asked.adjustment_id, Permission.CONFIRM_CHANGE)
    form = ReasonForm(request.POST or None)

    def act(data: dict) -> str:
        claims.refuse_write_off(write_off_id=pk, by=request.posting, on=request.today, **data)
        return "已退回，由财务重新提出。"

    hint = f"提出核销 {yuan(asked.amount_fen)} 元，{asked.document_number}"
    return _acted(request, claim, form, act, {"act": "退回核销", "hint": hint})


@access.permitted(Permission.MANAGE_FUNDS)
@require_http_methods(["GET", "POST"])
def repayment_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Repayment.objects.filter(pk=pk).first()
    if seen is None:
        raise access.NotVisible("没有找到，或不在您的辖区内。")
    claim = _claim(request, seen.adjustment_id, Permission.MANAGE_FUNDS)
    form = ReasonForm(request.POST or None)

    def act(data: dict) -> str:
        claims.reverse_repayment(repayment_id=pk, by=request.posting, on=request.today, **data)
        return f"票据 {seen.receipt} 的 {yuan(seen.amount_fen)} 元已冲正，需要时请重新登记。"

    hint = f"冲正票据 {seen.receipt}，{yuan(seen.amount_fen)} 元；另记一笔负数，原来的保留"
    return _acted(request, claim, form, act, {"act": "冲正退回登记", "hint": hint})
