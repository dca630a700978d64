"""The ledger of who is granted what, and how a grant ends."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from assistance.forms.entitlement import ChangeFilter, ChangeForm, DecisionForm, EntitlementFilter
from assistance.models import Entitlement, EntitlementChange
from assistance.selectors import entitlement as selectors
from assistance.selectors.payment import LINE_TONES
from assistance.services import entitlement as services
from assistance.workflow import ChangeStatus
from civaffairs.lib.errors import Refused
from civaffairs.lib.identity import mask_account, mask_id_card
from civaffairs.lib.months import Month
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.forms import PlainForm
from civaffairs.shell.paging import page_of

CHANGE_TONES = {
    ChangeStatus.PROPOSED: "todo",
    ChangeStatus.CONFIRMED: "good",
    ChangeStatus.REFUSED: "plain",
}


def _show(form: PlainForm, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    for more in getattr(refusal, "changes", ()):
        form.add_error(None, more)


@access.permitted(Permission.VIEW_LEDGER)
@require_GET
def entitlement_list(request: HttpRequest) -> HttpResponse:
    # Opened without a query the ledger shows who is in force; 全部 is a choice that can be seen in the address.
    query = request.GET.copy()
    if "state" not in query:
        query["state"] = selectors.IN_FORCE
    form = EntitlementFilter(query, posting=request.posting)
    rows = selectors.ledger(request.posting)
    if form.is_valid():
        data = form.cleaned_data
        rows = selectors.filtered(
            rows,
            request.today,
            scheme=data["scheme"].pk if data["scheme"] else "",
            area=data["area"],
            state=data["state"],
            text=data["q"],
        )
    page = page_of(rows, order=("office_id", "id"), query=request.GET)
    for row in page.rows:
        row.words, row.tone = selectors.state_words(row, request.today)
    return render(request, "assistance/entitlement/list.html", {"page": page, "filters": form})


def _entitlements() -> QuerySet[Entitlement]:
    return Entitlement.objects.select_related(
        "scheme", "office__parent", "payee", "household", "standard", "decision__application", "previous"
    )


@access.permitted(Permission.VIEW_LEDGER)
@require_GET
def entitlement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = access.to_read(_entitlements(), request.posting, Permission.VIEW_LEDGER, pk=pk)
    words, tone = selectors.state_words(row, request.today)
    account = selectors.account_of(row.payee)
    lines = selectors.payment_history(row)
    for line in lines:
        line.status_tone = LINE_TONES[line.status]
    changes = list(row.changes.select_related("proposed_by__user", "confirmed_by__user"))
    for change in changes:
        change.status_tone = CHANGE_TONES[change.status]
    proposed = any(change.status == ChangeStatus.PROPOSED for change in changes)
    members = list(row.members.select_related("person").order_by("id"))
    for member in members:
        member.reveal_url = reverse("reveal", args=["id-number", member.person_id])
        member.masked = mask_id_card(member.person.id_number) if member.person.id_number else ""
    return render(
        request,
        "assistance/entitlement/detail.html",
        {
            "row": row,
            "words": words,
            "tone": tone,
            "members": members,
            "lines": lines,
            "changes": changes,
            "account": account,
            "account_masked": mask_account(account.number) if account else "",
            "may_reveal": access.may(request.posting, Permission.REVEAL_FULL),
            "may_change_account": access.may(request.posting, Permission.CHANGE_ACCOUNT),
            "may_see_cases": access.may(request.posting, Permission.VIEW_CASES),
            "may_see_runs": access.may(request.posting, Permission.VIEW_PAYMENTS),
            "may_propose": access.may(request.posting, Permission.PROPOSE_CHANGE)
            and not proposed
            and row.until_month is None,
        },
    )


@access.permitted(Permission.PROPOSE_CHANGE)
@require_http_methods(["GET", "POST"])
def change_propose(request: HttpRequest, pk: int) -> HttpResponse:
    row = access.to_read(_entitlements(), request.posting, Permission.PROPOSE_CHANGE, pk=pk)
    first = services.first_stoppable_month(row)
    form = ChangeForm(
        request.POST or None,
        initial={"until_month": max(first, Month.of(request.today).next.first_day)},
        entitlement=row,
    )
    if request.method == "POST" and form.is_valid() and _proposed(request, row, form):
        messages.success(request, f"{row.payee.name}户的停发建议已报县级确认。")
        return redirect("entitlement_detail", pk)
    return render(
        request,
        "assistance/entitlement/propose.html",
        {"row": row, "form": form, "first": first, "members": row.members.count()},
        status=422 if form.is_bound else 200,
    )


def _proposed(request: HttpRequest, row: Entitlement, form: ChangeForm) -> bool:
    data = form.cleaned_data
    try:
        services.propose_change(
            entitlement_id=row.pk,
            reason_code=data["reason_code"],
            explanation=data["explanation"],
            until_month=data["until_month"],
            heard_on=data["heard_on"],
            heard_how=data["heard_how"],
            deceased_id=int(data["deceased"]) if data["deceased"] else None,
            died_on=data["died_on"],
            by=request.posting,
            on=request.today,
        )
    except Refused as refusal:
        _show(form, refusal)
        return False
    return True


@access.permitted(Permission.VIEW_LEDGER)
@require_GET
def change_list(request: HttpRequest) -> HttpResponse:
    form = ChangeFilter(request.GET)
    status = form.cleaned_data["status"] if form.is_valid() else ""
    status = status or ChangeStatus.PROPOSED
    order = ("proposed_on", "id") if status == ChangeStatus.PROPOSED else ("-id",)
    page = page_of(selectors.changes(request.posting, status), order=order, query=request.GET)
    tabs = [
        {"label": label, "url": f"?status={value}", "active": value == status}
        for value, label in ChangeStatus.choices
    ]
    return render(
        request,
        "assistance/entitlement/changes.html",
        {
            "page": page,
            "tabs": tabs,
            "status": status,
            "may_confirm": access.may(request.posting, Permission.CONFIRM_CHANGE),
        },
    )


@access.permitted(Permission.CONFIRM_CHANGE)
@require_http_methods(["GET", "POST"])
def change_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    rows = EntitlementChange.objects.select_related(
        "entitlement__payee", "entitlement__scheme", "office__parent", "proposed_by__user", "person"
    )
    change = access.to_read(rows, request.posting, Permission.CONFIRM_CHANGE, pk=pk)
    form = DecisionForm(request.POST or None, initial={"version": change.version})
    if request.method == "POST" and form.is_valid() and _decided(request, change, form):
        return redirect("change_list")
    change.status_tone = CHANGE_TONES[change.status]
    first = services.first_stoppable_month(change.entitlement)
    return render(
        request,
        "assistance/entitlement/confirm.html",
        {"change": change, "row": change.entitlement, "form": form, "first": first},
        status=422 if form.is_bound else 200,
    )


def _decided(request: HttpRequest, change: EntitlementChange, form: DecisionForm) -> bool:
    agrees = request.POST.get("outcome") == "confirm"
    act = services.confirm_change if agrees else services.refuse_change
    try:
        act(
            change_id=change.pk,
            by=request.posting,
            on=request.today,
            version=form.cleaned_data["version"],
            opinion=form.cleaned_data["opinion"],
        )
    except Refused as refusal:
        _show(form, refusal)
        return False
    name = change.entitlement.payee.name
    messages.success(
        request,
        f"{name}户从{change.from_month.year}年{change.from_month.month}月起停发。"
        if agrees
        else f"已退回{name}户的停发建议。",
    )
    return True
