"""The ledger of who is granted what."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from assistance.forms.entitlement import EntitlementFilter
from assistance.models import Entitlement
from assistance.selectors import adjustment as adjustment_selectors
from assistance.selectors import change as change_selectors
from assistance.selectors import entitlement as selectors
from assistance.selectors.payment import LINE_TONES
from civaffairs.lib.identity import mask_account, mask_id_card
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of


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
            category=data["category"],
        )
    page = page_of(rows, order=("office_id", "id"), query=request.GET)
    for row in page.rows:
        row.words, row.tone = selectors.state_words(row, request.today)
        row.category_words = selectors.category_words(row)
    return render(request, "assistance/entitlement/list.html", {"page": page, "filters": form})


def entitlements() -> QuerySet[Entitlement]:
    """With all that the head of a page names."""
    return Entitlement.objects.select_related(
        "scheme",
        "office__parent",
        "payee",
        "beneficiary",
        "household",
        "standard",
        "decision__application",
        "decision__assessment",
        "previous",
        "paid_to",
    )


@access.permitted(Permission.VIEW_LEDGER)
@require_GET
def entitlement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = access.to_read(entitlements(), request.posting, Permission.VIEW_LEDGER, pk=pk)
    words, tone = selectors.state_words(row, request.today)
    account = selectors.account_of(row.payee)
    lines = selectors.payment_history(row)
    for line in lines:
        line.status_tone = LINE_TONES[line.status]
    members = list(row.members.select_related("person").order_by("id"))
    for member in members:
        member.reveal_url = reverse("reveal", args=["id-number", member.person_id])
        member.masked = mask_id_card(member.person.id_number) if member.person.id_number else ""
    options = change_selectors.options(row, request.posting, members)
    return render(
        request,
        "assistance/entitlement/detail.html",
        {
            "row": row,
            "spec": row.scheme.spec,
            "words": words,
            "tone": tone,
            "members": members,
            "lines": lines,
            "account": account,
            "account_masked": mask_account(account.number) if account else "",
            "may_reveal": access.may(request.posting, Permission.REVEAL_FULL),
            "may_change_account": access.may(request.posting, Permission.CHANGE_ACCOUNT),
            "may_see_cases": access.may(request.posting, Permission.VIEW_CASES),
            "may_see_runs": access.may(request.posting, Permission.VIEW_PAYMENTS),
            "usual": [o for o in options if not o.why_not and o.kind in change_selectors.USUAL],
            "rare": [o for o in options if not o.why_not and o.kind in change_selectors.RARE],
            "closed": [o for o in options if o.why_not],
            "may_report_death": access.may(request.posting, Permission.PROPOSE_CHANGE)
            and row.until_month is None,
            "events": change_selectors.timeline(row),
            "adjustments": adjustment_selectors.of_entitlement(row),
        },
    )
