"""Batches: list, new, one batch with its acts, its people."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from assistance.forms.batch import BatchActForm, BatchFilter, BatchForm, ItemFilter, RemoveForm, first_values
from assistance.models import Batch, BatchItem, Scheme
from assistance.selectors import batch as selectors
from assistance.services import batch as services
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of

P = Permission
# name → (right, label, what it means, needs a reason, what is said when it is done)
ACTS = {
    "approve": (
        P.APPROVE_RUN,
        "审批",
        "审批后每人生成一笔，由这个项目的发放名册发放；列入名册以后不能撤销。",
        False,
        "已审批，可以生成发放名册。",
    ),
    "undo": (P.APPROVE_RUN, "撤销", "撤销后这一批一分钱也不发，可以重新生成。", True, "已撤销。"),
    "renew": (
        P.PREPARE_RUN,
        "重新生成",
        "按现在的在册情况重新找人，人工移出的仍然不列入。",
        False,
        "已重新生成。",
    ),
    "discard": (P.PREPARE_RUN, "作废", "作废后不能恢复，需要发放的要重新生成。", True, "已作废。"),
}


@access.permitted(P.VIEW_PAYMENTS)
@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    schemes = selectors.programmes()
    form = BatchFilter(request.GET, schemes=schemes)
    rows = selectors.batches(request.posting)
    if form.is_valid():
        for name in ("scheme", "state"):
            if value := form.cleaned_data[name]:
                rows = rows.filter(**{name: value})
    page = page_of(rows, order=("-id",), query=request.GET)
    selectors.with_sums(page.rows, request.posting)
    return render(
        request,
        "assistance/batch/list.html",
        {
            "page": page,
            "filters": form,
            "schemes": schemes if access.may(request.posting, P.PREPARE_RUN) else [],
        },
    )


@access.permitted(P.PREPARE_RUN)
@require_http_methods(["GET", "POST"])
def batch_new(request: HttpRequest, code: str) -> HttpResponse:
    scheme = get_object_or_404(Scheme, pk=code, is_active=True)
    if scheme.spec.cadence != "batch":
        raise Http404
    people = selectors.people_in_force(request.posting, request.today)
    sources = {row: people[row.pk] for row in services.possible_sources() if people.get(row.pk)}
    form = BatchForm(
        request.POST or None,
        scheme=scheme,
        posting=request.posting,
        sources=sources,
        initial=first_values(scheme, request.today)
        | {"document_number": selectors.next_document_number(request.posting, request.today)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            batch = services.prepare_batch(plan=form.plan(), by=request.posting, on=request.today)
        except Refused as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, f"已生成名单：{batch.person_count}人。请看过后送审批。")
            return redirect("batch_detail", batch.pk)
    standard = selectors.standard_in_force(scheme, request.posting, request.today)
    return render(
        request,
        "assistance/batch/new.html",
        {
            "form": form,
            "scheme": scheme,
            "standard": standard,
            "triggers": selectors.triggers(standard),
        },
        status=422 if form.is_bound else 200,
    )


def _refuse(form, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    for more in getattr(refusal, "missing", ()):
        if more not in refusal.message:
            form.add_error(None, more)


def _batch(request: HttpRequest, pk: int, permission: Permission = P.VIEW_PAYMENTS) -> Batch:
    rows = Batch.objects.select_related(
        "scheme", "office", "area", "paid_to", "prepared_by__user", "approved_by__user", "closed_by__user"
    )
    batch = access.to_read(rows, request.posting, permission, pk=pk)
    selectors.with_sums([batch], request.posting)
    return batch


@access.permitted(P.VIEW_PAYMENTS)
@require_GET
def batch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    return render(
        request,
        "assistance/batch/detail.html",
        {
            "batch": batch,
            "whole": access.covers_office(request.posting, batch.office_id),
            "programmes": selectors.by_programme(batch, request.posting),
            "townships": selectors.by_township(batch, request.posting),
            "left_out": selectors.by_outcome(batch, request.posting),
            "rates": selectors.rates_of(batch),
            "prices": selectors.price_words(batch),
            "paid": selectors.paid_of(batch, request.posting),
            "options": selectors.options(batch, request.posting),
            "may_list": access.may(request.posting, P.PREPARE_RUN),
        },
    )


@access.permitted(P.VIEW_PAYMENTS)
@require_GET
def batch_items(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    form = ItemFilter(request.GET, posting=request.posting, batch=batch)
    rows = selectors.items_of(batch, request.posting)
    if form.is_valid():
        data = form.cleaned_data
        if data["area"]:
            rows = rows.in_area(data["area"])
        for name in ("scheme", "outcome"):
            if data[name]:
                rows = rows.filter(**{name: data[name]})
        rows = selectors.narrowed(rows, data["q"])
    page = page_of(rows, order=("office_id", "id"), query=request.GET)
    for item in page.rows:
        item.status_tone = selectors.TONES[BatchItem.Outcome(item.outcome)]
    return render(
        request,
        "assistance/batch/items.html",
        {
            "batch": batch,
            "page": page,
            "filters": form,
            "may_change": batch.state == Batch.State.PREPARED
            and access.may(request.posting, P.PREPARE_RUN)
            and access.covers_office(request.posting, batch.office_id),
        },
    )


@access.permitted(P.VIEW_PAYMENTS)
@require_http_methods(["GET", "POST"])
def batch_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    permission, label, warning, needs_reason, done = ACTS[act]
    batch = _batch(request, pk, permission)
    form = BatchActForm(request.POST or None, initial={"version": batch.version})
    if not needs_reason:
        del form.fields["reason"]
    if request.method == "POST" and form.is_valid() and _acted(request, batch, act, form):
        messages.success(request, done)
        return redirect("batch_detail", pk)
    return render(
        request,
        "assistance/batch/act.html",
        {"batch": batch, "act": act, "label": label, "warning": warning, "form": form},
        status=422 if form.is_bound else 200,
    )


def _acted(request: HttpRequest, batch: Batch, act: str, form: BatchActForm) -> bool:
    common = {
        "batch_id": batch.pk,
        "by": request.posting,
        "on": request.today,
        "version": form.cleaned_data["version"],
    }
    try:
        if act == "approve":
            services.approve_batch(**common)
        elif act == "renew":
            services.renew_batch(**common)
        elif act == "undo":
            services.undo_batch(**common, reason=form.cleaned_data["reason"])
        else:
            services.discard_batch(**common, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        _refuse(form, refusal)
        return False
    return True


def _item(request: HttpRequest, pk: int) -> BatchItem:
    rows = BatchItem.objects.select_related("batch", "person", "scheme", "office__parent")
    return access.to_read(rows, request.posting, P.PREPARE_RUN, pk=pk)


@access.permitted(P.PREPARE_RUN)
@require_http_methods(["GET", "POST"])
def batch_item_remove(request: HttpRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.remove_item(
                item_id=pk, by=request.posting, on=request.today, reason=form.cleaned_data["reason"]
            )
        except Refused as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, f"已移出：{item.person.name}。")
            return redirect("batch_items", item.batch_id)
    return render(
        request,
        "assistance/batch/remove.html",
        {"item": item, "form": form},
        status=422 if form.is_bound else 200,
    )


@access.permitted(P.PREPARE_RUN)
@require_http_methods(["POST"])
def batch_item_restore(request: HttpRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    services.restore_item(item_id=pk, by=request.posting, on=request.today)
    messages.success(request, f"已放回：{item.person.name}。")
    return redirect("batch_items", item.batch_id)
