"""Programmes: the list, one with everything that is set for it, what the county sets, and one of its own."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.scheme import ClosingForm, NamesForm, NewSchemeForm, TermsForm, category_rows
from assistance.models import Scheme, SchemeTerms
from assistance.policy.rules import rule_of
from assistance.schemes import CLASSES, FIXED_RATE, SchemeSpec
from assistance.selectors import overlap
from assistance.selectors import scheme as selector
from assistance.selectors import standard as standards
from assistance.services import scheme as service
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission


@access.permitted(Permission.VIEW_STANDARDS)
@require_GET
def scheme_list(request: HttpRequest) -> HttpResponse:
    words, klass = request.GET.get("q", "")[:40], request.GET.get("class", "")
    klass = klass if klass in CLASSES else ""
    context = {
        "classes": selector.classes_of(request.posting, words, klass, request.today),
        "words": words,
        "klass": klass,
        "class_choices": CLASSES.items(),
        "may_enter": access.may(request.posting, Permission.ENTER_STANDARD),
    }
    return render(request, "assistance/scheme/scheme_list.html", context)


@access.permitted(Permission.VIEW_STANDARDS)
@require_GET
def scheme_detail(request: HttpRequest, code: str) -> HttpResponse:
    scheme = _found(code)
    history = selector.history_of(scheme, request.today)
    pending = next((each for each in history if each.row.confirmed_at is None), None)
    is_new = pending is not None and not scheme.is_active
    spec = selector.spec_of_proposal(pending.row) if is_new else scheme.spec_on(request.today)
    standard = selector.standard_in_force(scheme, request.posting, request.today)
    rule, asks = selector.rule_in_words(spec)
    mine = pending is not None and _is_mine(request, pending.row)
    may_confirm = access.may(request.posting, Permission.CONFIRM_STANDARD)
    context = {
        "scheme": scheme,
        "spec": spec,
        "facts": selector.facts_of(scheme, spec),
        "local": selector.local_facts(scheme, spec, request.today),
        "limits": selector.limits_of(scheme, spec, request.today),
        "rule": rule,
        "asks": asks,
        "standard": standard,
        "groups": standards.groups_of(standard, None) if standard else [],
        "overlaps": selector.overlaps_of(spec, overlap.table_on(request.today)),
        "people": selector.people_in(scheme, request.posting, request.today),
        "history": history,
        "pending": pending,
        "mine": mine,
        "may_confirm": pending is not None and not mine and may_confirm,
        "may_enter": access.may(request.posting, Permission.ENTER_STANDARD),
    }
    return render(request, "assistance/scheme/scheme_detail.html", context)


def _found(code: str) -> Scheme:
    scheme = Scheme.objects.filter(pk=code).first()
    if scheme is None:
        raise access.NotVisible("没有这个救助项目。")
    return scheme


def _is_mine(request: HttpRequest, row: SchemeTerms) -> bool:
    return row.proposed_by is not None and row.proposed_by.user_id == request.user.pk


@access.permitted(Permission.ENTER_STANDARD)
@require_http_methods(["GET", "POST"])
def scheme_terms_new(request: HttpRequest, code: str) -> HttpResponse:
    """Starts from what holds, so that only what the document changes is touched."""
    scheme = _found(code)
    if not scheme.is_active:
        raise access.NotVisible("这个项目还没有确认，不能另设规定。")
    spec = scheme.spec
    form = TermsForm(request.POST or None, spec=spec, initial={"from_day": request.today})
    return _form_page(request, scheme, form, spec)


@access.permitted(Permission.ENTER_STANDARD)
@require_http_methods(["GET", "POST"])
def scheme_new(request: HttpRequest) -> HttpResponse:
    form = NewSchemeForm(request.POST or None, initial={"from_day": request.today})
    return _form_page(request, None, form, FIXED_RATE)


@access.permitted(Permission.ENTER_STANDARD)
@require_http_methods(["GET", "POST"])
def scheme_names(request: HttpRequest, code: str) -> HttpResponse:
    """Another name for a programme of the county's own."""
    scheme = _own(code)
    initial = {"from_day": request.today, "name": scheme.name, "short_name": scheme.short_name}
    form = NamesForm(request.POST or None, initial=initial)
    return _own_page(request, scheme, form, "改名")


@access.permitted(Permission.ENTER_STANDARD)
@require_http_methods(["GET", "POST"])
def scheme_closing(request: HttpRequest, code: str) -> HttpResponse:
    """Close it for new applications, or open it again."""
    scheme = _own(code)
    form = ClosingForm(request.POST or None, initial={"from_day": request.today})
    return _own_page(request, scheme, form, "恢复受理" if scheme.spec.closed else "停止受理")


def _own(code: str) -> Scheme:
    scheme = _found(code)
    if not scheme.is_own or not scheme.is_active:
        raise access.NotVisible("只有县里新增的项目可以改名或停止受理。")
    return scheme


def _own_page(request: HttpRequest, scheme: Scheme, form: ClosingForm, act: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        told = {name: data[name] for name in ("from_day", "document_number", "document_title")}
        told |= {"scheme_code": scheme.pk, "by": request.posting, "on": request.today}
        try:
            if isinstance(form, NamesForm):
                names = {name: data[name] for name in ("name", "short_name")}
                service.propose_names(names=names, **told)
            else:
                service.propose_closing(closed=not scheme.spec.closed, **told)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, f"已录入{scheme.short_name}{act}，等县级审批确认后生效。")
            return redirect("scheme_detail", code=scheme.pk)
    context = {"scheme": scheme, "form": form, "act": act}
    status = 422 if form.is_bound else 200
    return render(request, "assistance/scheme/scheme_own.html", context, status=status)


def _form_page(
    request: HttpRequest, scheme: Scheme | None, form: TermsForm, spec: SchemeSpec
) -> HttpResponse:
    rows = category_rows(spec, request.POST or None)
    # Both are read, so that all mistakes stand on the page at once.
    if request.method == "POST" and all([form.is_valid(), rows is None or rows.is_valid()]):
        row = _proposed(request, scheme, form, rows)
        if row is not None:
            messages.success(request, f"已录入{row.scheme.short_name}的规定，等县级审批确认后生效。")
            return redirect("scheme_detail", code=row.scheme_id)
    context = {
        "scheme": scheme,
        "spec": spec,
        "form": form,
        "categories": rows,
        "rule": rule_of(spec.rule).label,
    }
    status = 422 if form.is_bound else 200
    return render(request, "assistance/scheme/scheme_form.html", context, status=status)


def _proposed(request: HttpRequest, scheme: Scheme | None, form: TermsForm, rows: Any) -> SchemeTerms | None:
    data = form.cleaned_data
    told = {
        "from_day": data["from_day"],
        "document_number": data["document_number"],
        "document_title": data["document_title"],
        "terms": form.terms(rows.pairs() if rows is not None else None),
        "by": request.posting,
        "on": request.today,
    }
    try:
        if isinstance(form, NewSchemeForm):
            return service.propose_scheme(identity=form.identity(), **told)
        return service.propose_terms(scheme_code=scheme.pk, **told)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return None


@access.permitted(Permission.CONFIRM_STANDARD)
@require_POST
def scheme_terms_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    row = service.confirm_terms(terms_id=pk, by=request.posting, on=request.today)
    messages.success(request, f"{row.scheme.short_name}的规定已确认，自{row.from_day:%Y-%m-%d}起执行。")
    if "categories" in row.terms:
        messages.warning(
            request, "对象类别有变化：请录入新的保障标准，每一类都要有数，没有标准的类别不能测算。"
        )
    return redirect("scheme_detail", code=row.scheme_id)


@access.permitted(Permission.ENTER_STANDARD)
@require_POST
def scheme_terms_discard(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = service.discard_terms(terms_id=pk, by=request.posting)
    messages.success(request, "已作废。")
    return redirect("scheme_detail", code=scheme.pk) if scheme else redirect("scheme_list")
