"""Homes and offices that are paid for those they keep: list, enter, change the account, confirm, stop."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.institution import CloseForm, InstitutionFilter, InstitutionForm, NewAccountForm
from assistance.models import PayeeInstitution
from assistance.selectors import institution as selectors
from assistance.services import institution as services
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def institution_list(request: HttpRequest) -> HttpResponse:
    form = InstitutionFilter(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    page = page_of(
        selectors.institutions(request.posting, state), order=("office_id", "name", "id"), query=request.GET
    )
    selectors.dressed(page.rows)
    return render(
        request,
        "assistance/institution/list.html",
        {"page": page, "filters": form, "may_enter": services.may_enter(request.posting)},
    )


def _institution(request: HttpRequest, pk: int) -> PayeeInstitution:
    rows = PayeeInstitution.objects.select_related(
        "office", "replaces", "entered_by__user", "confirmed_by__user", "closed_by__user"
    )
    found = access.to_read(rows, request.posting, Permission.VIEW_PAYMENTS, pk=pk)
    selectors.dressed([found])
    return found


@access.permitted(Permission.VIEW_PAYMENTS)
@require_GET
def institution_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _institution(request, pk))


def _page(request: HttpRequest, institution: PayeeInstitution, form: CloseForm | None = None) -> HttpResponse:
    people = page_of(
        selectors.people_of(institution, request.posting), order=("office_id", "id"), query=request.GET
    )
    selectors.category_words(people.rows)
    context = {
        "institution": institution,
        "people": people,
        "sums": selectors.sums_of(institution, request.posting),
        "also": selectors.also_of_persons(institution),
        "options": selectors.options(institution, request.posting),
        "replaced_by": selectors.replaced_by(institution),
        "form": form or CloseForm(),
        "may_reveal": access.may(request.posting, Permission.REVEAL_FULL),
    }
    status = 422 if form is not None else 200
    return render(request, "assistance/institution/detail.html", context, status=status)


def _demand_entry(request: HttpRequest) -> None:
    if not services.may_enter(request.posting):
        raise access.Forbidden("您的岗位没有这项权限。")


@access.permitted(Permission.VIEW_PAYMENTS)
@require_http_methods(["GET", "POST"])
def institution_new(request: HttpRequest) -> HttpResponse:
    _demand_entry(request)
    return _entry(request, InstitutionForm(request.POST or None), None)


@access.permitted(Permission.VIEW_PAYMENTS)
@require_http_methods(["GET", "POST"])
def institution_replace(request: HttpRequest, pk: int) -> HttpResponse:
    old = _institution(request, pk)
    _demand_entry(request)
    return _entry(request, NewAccountForm(request.POST or None, initial={"holder": old.holder}), old)


def _entry(request: HttpRequest, form: NewAccountForm, old: PayeeInstitution | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            made = services.propose_institution(
                **{"name": old.name if old else "", **form.cleaned_data},
                replaces_id=old.pk if old else None,
                by=request.posting,
                on=request.today,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, f"已登记{made.name}的账户，由另一人确认后启用。")
            return redirect("institution_detail", made.pk)
    return render(
        request,
        "assistance/institution/form.html",
        {"form": form, "old": old},
        status=422 if form.is_bound else 200,
    )


@access.permitted(Permission.CONFIRM_ACCOUNT)
@require_POST
def institution_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    made = services.confirm_institution(institution_id=pk, by=request.posting, on=request.today)
    messages.success(request, f"{made.name}的账户已启用，下次发放起使用。")
    return redirect("institution_detail", pk)


@access.permitted(Permission.CONFIRM_ACCOUNT)
@require_POST
def institution_close(request: HttpRequest, pk: int) -> HttpResponse:
    institution = _institution(request, pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, institution, form)
    made = services.close_institution(
        institution_id=pk, reason=form.cleaned_data["reason"], by=request.posting, on=request.today
    )
    word = "已停用" if made.confirmed_on else "已退回"
    messages.success(request, f"{made.name}的账户{word}。")
    return redirect("institution_detail", pk)
