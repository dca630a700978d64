"""Standards: the list, one beside the one before it, entering and confirming."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.standard import (
    AgeFormSet,
    BandFormSet,
    StandardFilter,
    StandardForm,
    ages_of,
    bands_of,
)
from assistance.models import Scheme, Standard
from assistance.policy.parameters import ParameterErrors
from assistance.policy.rules import RULES, rule_of
from assistance.selectors import standard as selector
from assistance.selectors.standard_change import changes_of, may_raise
from assistance.services import standard as service
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of


@access.permitted(Permission.VIEW_STANDARDS)
@require_GET
def standard_list(request: HttpRequest) -> HttpResponse:
    filters = StandardFilter(request.GET)
    asked = filters.cleaned_data if filters.is_valid() else {}
    page = page_of(selector.standards_of(request.posting, asked), ("-from_month", "-id"), request.GET)
    selector.mark_states(page.rows, request.today)
    context = {
        "page": page,
        "filters": filters,
        "chosen": Scheme.objects.filter(pk=asked.get("scheme") or "", is_active=True).first(),
        "may_enter": access.may(request.posting, Permission.ENTER_STANDARD),
    }
    return render(request, "assistance/standard/standard_list.html", context)


@access.permitted(Permission.VIEW_STANDARDS)
@require_GET
def standard_detail(request: HttpRequest, pk: int) -> HttpResponse:
    standards = Standard.objects.select_related("scheme", "office", "entered_by__user", "confirmed_by__user")
    standard = access.to_read(standards, request.posting, Permission.VIEW_STANDARDS, pk=pk)
    selector.mark_states([standard], request.today)
    previous = selector.before(standard)
    mine = standard.entered_by is not None and standard.entered_by.user_id == request.user.pk
    waiting = standard.confirmed_at is None
    context = {
        "standard": standard,
        "previous": previous,
        "groups": selector.groups_of(standard, previous),
        "waiting": waiting,
        "mine": mine,
        "late": standard.from_month < request.today.replace(day=1),
        "may_confirm": waiting and not mine and access.may(request.posting, Permission.CONFIRM_STANDARD),
        "may_enter": access.may(request.posting, Permission.ENTER_STANDARD),
        "raises": changes_of(standard),
        "may_raise": may_raise(standard, request.posting),
    }
    return render(request, "assistance/standard/standard_detail.html", context)


@access.permitted(Permission.ENTER_STANDARD)
@require_http_methods(["GET", "POST"])
def standard_new(request: HttpRequest, scheme: str) -> HttpResponse:
    """Starts from the latest standard in force, so that only what the document changes has to be typed."""
    found = Scheme.objects.filter(pk=scheme, is_active=True).first()
    if found is None or found.spec.rule not in RULES:
        raise access.NotVisible("没有这个救助项目。")
    spec = found.spec
    parameters = selector.parameters_of(found)
    latest = selector.latest(scheme, request.posting)
    params = rule_of(spec.rule).suggested(spec.category_names) | (latest.params if latest else {})
    form = StandardForm(
        request.POST or None,
        parameters=parameters,
        posting=request.posting,
        params=params,
        initial={"office": request.posting.office_id},
    )
    # Numbers that are rows: 分档 of 低保, bands by age.
    rows = {
        parameter.name: (BandFormSet if parameter.kind == "bands" else AgeFormSet)(
            request.POST or None, initial=list(params.get(parameter.name) or ()), prefix=parameter.name
        )
        for parameter in parameters
        if parameter.kind in ("bands", "ages")
    }
    formsets = list(rows.values())
    # All are read, so that all mistakes stand on the page at once.
    if request.method == "POST" and all([form.is_valid(), *(formset.is_valid() for formset in formsets)]):
        typed = {
            name: bands_of(formset) if isinstance(formset, BandFormSet) else ages_of(formset)
            for name, formset in rows.items()
        }
        standard = _propose(request, scheme, form, typed)
        if standard is not None:
            messages.success(request, f"已录入{standard}，等县级审批确认后生效。")
            return redirect("standard_detail", pk=standard.pk)
    panels = [
        (title, blocks, [rows[p.name] for p in parameters if p.group == title and p.name in rows])
        for title, blocks in form.groups()
    ]
    context = {"form": form, "formsets": formsets, "panels": panels, "spec": spec, "latest": latest}
    status = 422 if form.is_bound else 200
    return render(request, "assistance/standard/standard_form.html", context, status=status)


def _propose(request: HttpRequest, scheme: str, form: StandardForm, rows: dict[str, list]) -> Standard | None:
    data = form.cleaned_data
    try:
        return service.propose_standard(
            scheme_code=scheme,
            office_code=data["office"],
            from_month=data["from_month"],
            document_number=data["document_number"],
            document_title=data["document_title"],
            params=form.params(rows),
            by=request.posting,
        )
    except ParameterErrors as errors:
        for name, words in errors.errors.items():
            form.add_error(name if name in form.fields else None, words)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return None


@access.permitted(Permission.CONFIRM_STANDARD)
@require_POST
def standard_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    standard = service.confirm_standard(standard_id=pk, by=request.posting)
    messages.success(request, f"{standard}已确认。")
    return redirect("standard_detail", pk=pk)


@access.permitted(Permission.ENTER_STANDARD)
@require_POST
def standard_discard(request: HttpRequest, pk: int) -> HttpResponse:
    service.discard_standard(standard_id=pk, by=request.posting)
    messages.success(request, "已作废。")
    return redirect("standard_list")
