"""People: found, shown with what is theirs, one hidden number at a time; and the accounts they are paid to."""

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.people import REASONS, AccountForm, RefuseAccountForm
from assistance.selectors import people as selector
from assistance.services.people import HIDDEN, reveal_value
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import BankAccount, Person
from civaffairs.registry.services import accounts as account_service
from civaffairs.shell import whole_numbers
from civaffairs.shell.paging import page_of

_TARGET = re.compile(r"reveal-[\w-]{1,60}")
TABS = (("待复核", ""), ("近期变更", "recent"), ("全部", "all"))


@access.permitted(Permission.VIEW_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_search(request: HttpRequest) -> HttpResponse:
    """Nothing is listed before something was asked: a register of people is not for browsing."""
    if request.method == "POST":
        return whole_numbers.asked_again(request)
    text, refused = whole_numbers.asked(request)
    search = selector.Search(None, refused) if refused else selector.read_search(text, request.today)
    page = None
    if search.condition is not None:
        found = selector.people_found(request.posting, search.condition, request.today)
        page = page_of(found, ("name_key", "id"), request.GET)
    context = {"q": text, "words": search.words, "page": page}
    return render(request, "assistance/people/person_search.html", context)


@access.permitted(Permission.VIEW_PEOPLE)
@require_GET
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    person = access.to_read(
        Person.objects.select_related("office"), request.posting, Permission.VIEW_PEOPLE, pk=pk
    )
    context = {
        "person": person,
        "page": selector.person_page(person, request.posting),
        "may_reveal": access.may(request.posting, Permission.REVEAL_FULL),
        "may_enter_outside": person.died_on is None
        and access.may(request.posting, Permission.HANDLE_APPLICATION),
    }
    return render(request, "assistance/people/person_detail.html", context)


@access.permitted(Permission.REVEAL_FULL)
@never_cache
@sensitive_variables("value")
@require_POST
def reveal(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """One whole number, once: swapped in by htmx, or on a page of its own without script."""
    value = reveal_value(what=what, pk=pk, by=request.posting, reason=request.POST.get("reason", ""))
    target = request.htmx.target or ""
    context = {
        "value": value,
        "label": HIDDEN[what].label,
        "target": target if _TARGET.fullmatch(target) else "reveal-value",
    }
    template = "assistance/people/revealed.html" if request.htmx else "assistance/people/reveal_page.html"
    return render(request, template, context)


# --- accounts --------------------------------------------------------------------------------------


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def account_changes(request: HttpRequest) -> HttpResponse:
    changes = selector.account_changes(request.posting, request.GET, request.today)
    page = page_of(changes, ("-entered_at", "-id"), request.GET)
    fresh = request.today - selector.watch(request.today)
    for account in page.rows:
        account.is_fresh = (
            account.state == BankAccount.State.ACTIVE and account.from_day and account.from_day > fresh
        )
    here, tab = reverse("account_changes"), request.GET.get("tab", "")
    tabs = [
        {"label": label, "url": f"{here}?tab={key}" if key else here, "active": tab == key}
        for label, key in TABS
    ]
    return render(request, "assistance/people/account_changes.html", {"page": page, "tabs": tabs})


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def account_review(request: HttpRequest, pk: int) -> HttpResponse:
    return _review_page(request, pk)


def _review_page(request: HttpRequest, pk: int, form: RefuseAccountForm | None = None) -> HttpResponse:
    accounts = BankAccount.objects.select_related(
        "person", "office", "proof", "entered_by__user", "confirmed_by__user"
    )
    account = access.to_read(accounts, request.posting, Permission.VIEW_PAYMENTS, pk=pk)
    mine = account.entered_by is not None and account.entered_by.user_id == request.user.pk
    waiting = account.state == BankAccount.State.PENDING
    context = {
        "account": account,
        "before": selector.account_before(account),
        "shared": selector.same_account(account),
        "mine": mine,
        "may_confirm": waiting and not mine and access.may(request.posting, Permission.CONFIRM_ACCOUNT),
        "may_reveal": access.may(request.posting, Permission.REVEAL_FULL),
        "form": form or RefuseAccountForm(),
    }
    status = 422 if form is not None else 200
    return render(request, "assistance/people/account_review.html", context, status=status)


@access.permitted(Permission.CHANGE_ACCOUNT)
@require_http_methods(["GET", "POST"])
def account_propose(request: HttpRequest, pk: int) -> HttpResponse:
    people = Person.objects.select_related("office")
    person = access.to_read(people, request.posting, Permission.CHANGE_ACCOUNT, pk=pk)
    form = AccountForm(request.POST or None, request.FILES or None, initial={"holder": person.name})
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        upload = fields.pop("proof")
        try:
            account_service.propose_account_with_proof(
                person_id=pk, by=request.posting, on=request.today, upload=upload, **fields
            )
        except Refused as refusal:
            field = {"file": "proof"}.get(refusal.field, refusal.field)
            form.add_error(field if field in form.fields else None, refusal.message)
        else:
            messages.success(request, f"已提出{person.name}的账户变更，等复核后生效；之前仍发到原账户。")
            return redirect("person_detail", pk=pk)
    context = {
        "form": form,
        "person": person,
        "active": person.accounts.filter(state=BankAccount.State.ACTIVE).first(),
        "reasons": REASONS,
    }
    status = 422 if form.is_bound else 200
    return render(request, "assistance/people/account_form.html", context, status=status)


@access.permitted(Permission.CONFIRM_ACCOUNT)
@require_POST
def account_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    account = account_service.confirm_account(account_id=pk, by=request.posting, on=request.today)
    messages.success(request, f"{account.person.name}的新账户已启用，下次发放起使用。")
    return redirect("account_changes")


@access.permitted(Permission.CONFIRM_ACCOUNT)
@require_POST
def account_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    form = RefuseAccountForm(request.POST)
    if not form.is_valid():
        return _review_page(request, pk, form)
    account = account_service.refuse_account(
        account_id=pk, by=request.posting, opinion=form.cleaned_data["opinion"]
    )
    messages.success(request, f"已退回{account.person.name}的账户变更，仍用原账户。")
    return redirect("account_changes")
