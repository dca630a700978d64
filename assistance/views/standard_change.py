"""提标: have it reckoned, look at it, carry it out, take it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.standard_change import PreviewForm, RowFilter, UndoForm, VersionForm
from assistance.models import Standard, StandardChange
from assistance.selectors import standard_change as selector
from assistance.services import standard_change as service
from assistance.tasks import preview_standard_change  # noqa: F401 registers the job kinds in the web process
from civaffairs.jobs.tasks import enqueue
from civaffairs.lib.errors import Refused
from civaffairs.lib.money import yuan
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of


@access.permitted(Permission.ENTER_STANDARD)
@require_http_methods(["GET", "POST"])
def standard_change_new(request: HttpRequest, pk: int) -> HttpResponse:
    """What a new standard would do, before it does anything."""
    standards = Standard.objects.select_related("scheme", "office")
    standard = access.to_read(standards, request.posting, Permission.ENTER_STANDARD, pk=pk)
    access.demand_office(request.posting, standard.office_id)
    form = PreviewForm(
        request.POST or None, asks=selector.asks_to_round(standard), initial={"round_up": False}
    )
    refused = ""
    # A form without fields is not bound by an empty POST; the press is what counts.
    if request.method == "POST" and (not form.fields or form.is_valid()):
        round_up = bool(form.fields) and form.cleaned_data["round_up"]
        try:
            change, job = service.propose_change(
                standard_id=pk, by=request.posting, on=request.today, round_up=round_up
            )
        except Refused as refusal:
            refused = refusal.message
        else:
            if job is not None:
                enqueue(job)
            return redirect("standard_change_detail", change.pk)
    context = {"standard": standard, "form": form, "why_not": refused or service.why_not(standard)}
    status = 422 if request.method == "POST" else 200
    return render(request, "assistance/standard_change/new.html", context, status=status)


def _change(
    request: HttpRequest, pk: int, permission: Permission = Permission.VIEW_STANDARDS
) -> StandardChange:
    changes = StandardChange.objects.select_related(
        "scheme",
        "office",
        "job",
        "standard__scheme",
        "standard__entered_by__user",
        "proposed_by__user",
        "confirmed_by__user",
        "undone_by__user",
    )
    change = access.to_read(changes, request.posting, permission, pk=pk)
    # For the eye only: work that came to nothing stands where it stood before.
    service.settle(change)
    return change


@access.permitted(Permission.VIEW_STANDARDS)
@require_GET
def standard_change_detail(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(request, pk)
    figures = selector.figures_of(change, request.posting)
    context = {
        "change": change,
        "unit": change.scheme.spec.unit_word,
        "figures": figures,
        "reasons": selector.reasons_of(change, request.posting),
        "whole": access.covers_office(request.posting, change.office_id),
        "options": selector.options_of(change, request.posting, figures),
        "asks": selector.asks_to_round(change.standard),
    }
    return render(request, "assistance/standard_change/detail.html", context)


@access.permitted(Permission.VIEW_STANDARDS)
@require_GET
def standard_change_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress block, fetched again and again while there is work; then the page is loaded anew."""
    change = _change(request, pk)
    response = render(request, "assistance/standard_change/_progress.html", {"change": change})
    if change.job is None or not change.job.is_live:
        response["HX-Refresh"] = "true"
    return response


@access.permitted(Permission.VIEW_STANDARDS)
@require_GET
def standard_change_rows(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(request, pk)
    form = RowFilter(request.GET, posting=request.posting)
    query = form.cleaned_data if form.is_valid() else {}
    page = page_of(
        selector.rows_of(change, request.posting, query), order=("office_id", "id"), query=request.GET
    )
    selector.mark(page.rows, change)
    context = {
        "change": change,
        "unit": change.scheme.spec.unit_word,
        "page": page,
        "filters": form,
        "has_categories": any(row.category for row in page.rows),
    }
    return render(request, "assistance/standard_change/rows.html", context)


@access.permitted(Permission.ENTER_STANDARD)
@require_POST
def standard_change_again(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(request, pk, Permission.ENTER_STANDARD)
    # Where the question is put, the button says which way.
    round_up = {"yes": True, "no": False}.get(request.POST.get("round_up", ""))
    change, job = service.preview_again(
        change_id=change.pk,
        by=request.posting,
        on=request.today,
        version=_version(request),
        round_up=round_up,
    )
    if job is not None:
        enqueue(job)
    return redirect("standard_change_detail", pk)


@access.permitted(Permission.ENTER_STANDARD)
@require_POST
def standard_change_discard(request: HttpRequest, pk: int) -> HttpResponse:
    change = service.discard_change(change_id=pk, by=request.posting, version=_version(request))
    messages.success(request, "已放弃这次提标，待遇没有任何变化。")
    return redirect("standard_detail", change.standard_id)


@access.permitted(Permission.CONFIRM_STANDARD)
@require_http_methods(["GET", "POST"])
def standard_change_approve(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(request, pk, Permission.CONFIRM_STANDARD)
    form = VersionForm(request.POST or None, initial={"version": change.version})
    if request.method == "POST" and form.is_valid():
        if _done(request, form, service.approve_change, pk):
            return redirect("standard_change_detail", pk)
    figures, unit = selector.figures_of(change, request.posting), change.scheme.spec.unit_word
    facts = [
        ("新标准", f"{change.standard.document_number}，{change.from_month:%Y年%-m月}起"),
        (
            "执行",
            f"{figures.done.rights:,} {unit}" + (f"，{figures.done.people:,} 人" if unit == "户" else ""),
        ),
        ("每月增加", f"{yuan(figures.done.more)} 元"),
        ("补发", f"{figures.done.arrears_rights:,} 笔，{yuan(figures.done.arrears)} 元，随下一个月名册发放"),
        ("留下人工处理", f"{figures.left:,} {unit}"),
    ]
    return _confirm(
        request,
        change,
        form,
        title="审批执行提标",
        warning="审批后按测算时看到的逐户执行，一次写完；测算以后有变动的，整批停下，不会只做一部分。",
        facts=facts,
        submit="同意，执行",
    )


@access.permitted(Permission.CONFIRM_STANDARD)
@require_http_methods(["GET", "POST"])
def standard_change_undo(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(request, pk, Permission.CONFIRM_STANDARD)
    form = UndoForm(request.POST or None, initial={"version": change.version})
    if request.method == "POST" and form.is_valid():
        if _done(request, form, service.undo_change, pk, reason=form.cleaned_data["reason"]):
            return redirect("standard_change_detail", pk)
    figures, unit = selector.figures_of(change, request.posting), change.scheme.spec.unit_word
    facts = [
        ("恢复", f"{figures.done.rights:,} {unit}"),
        ("每月减回", f"{yuan(figures.done.more)} 元"),
        ("取消补发", f"{figures.done.arrears_rights:,} 笔，{yuan(figures.done.arrears)} 元"),
    ]
    return _confirm(
        request,
        change,
        form,
        title="撤销提标",
        warning="所有待遇恢复到提标以前，一分不差。新金额列入过名册的，不能再撤销。",
        facts=facts,
        submit="撤销提标",
        danger=True,
    )


def _done(request: HttpRequest, form: VersionForm, act, pk: int, **more) -> bool:
    try:
        _, job = act(
            change_id=pk,
            by=request.posting,
            on=request.today,
            version=form.cleaned_data["version"],
            **more,
        )
    except access.Forbidden:
        raise
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    if job is not None:
        enqueue(job)
    return True


def _confirm(
    request: HttpRequest,
    change: StandardChange,
    form: VersionForm,
    *,
    title: str,
    warning: str,
    facts: list[tuple[str, str]],
    submit: str,
    danger: bool = False,
) -> HttpResponse:
    context = {
        "change": change,
        "form": form,
        "title": title,
        "warning": warning,
        "facts": facts,
        "submit": submit,
        "danger": danger,
        "back": reverse("standard_change_detail", args=[change.pk]),
    }
    status = 422 if form.is_bound else 200
    return render(request, "assistance/standard_change/confirm.html", context, status=status)


def _version(request: HttpRequest) -> int | None:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdigit() else None
