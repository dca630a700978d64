"""The worklist, the page of one case, and the acts on it."""

import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.cases import (
    BATCH_FIXED,
    BATCH_LABELS,
    ActForm,
    BatchForm,
    CaseFilter,
    MaterialForm,
    PhotoForm,
    form_of,
)
from assistance.models import Application
from assistance.selectors import case as page_selectors
from assistance.selectors import cases as selectors
from assistance.selectors import hard_acts
from assistance.services import case as services
from assistance.services import materials
from assistance.workflow import APPLICATION, OPEN_STATUSES, Act, act_label
from civaffairs.lib.errors import BadInput, NotAllowed, Refused, Stale
from civaffairs.registry import access, files
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of

FILTER_KEY = "case_filter"
RESULT_KEY = "case_batch_result"
BATCH_LIMIT = 500


# --- list ------------------------------------------------------------------------------------------------


@access.permitted(Permission.VIEW_CASES)
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """Opened bare, the list comes back as it was left; any query, even only a tab, starts anew."""
    remembered = request.session.get(FILTER_KEY, "")
    if not request.GET and remembered:
        return redirect(f"{reverse('case_list')}?{remembered}")
    tab, filters, query = _read_filters(request, request.GET)
    _remember(request, tab, query)
    order = selectors.order_of(tab)
    page = page_of(selectors.cases_of(request.posting, request.today, tab, query), order, request.GET)
    counts = selectors.tab_counts(request.posting, request.today, query)
    context = {
        "page": page,
        "rows": selectors.filled(page.rows, request.today),
        "filters": filters,
        "tab": tab,
        "here": request.GET.urlencode(),
        "tabs": [_tab(request, key, label, tab, counts[key]) for key, label in selectors.TABS],
        "batch_acts": _batch_acts(request),
        "batch_limit": BATCH_LIMIT,
    }
    return render(request, "assistance/cases/list.html", context)


def _read_filters(request: HttpRequest, data: QueryDict) -> tuple[str, CaseFilter, dict[str, Any]]:
    tab = data.get("tab", "")
    if tab not in dict(selectors.TABS):
        tab = selectors.default_tab(request.posting)
    filters = CaseFilter(data, posting=request.posting)
    # A filter that cannot be read narrows nothing; the form says what is wrong with it.
    filters.is_valid()
    query = {key: value for key, value in filters.cleaned_data.items() if key != "tab"}
    if query.get("due"):
        query["soon"] = selectors.soon(request.today)
    return tab, filters, query


def _remember(request: HttpRequest, tab: str, query: dict[str, Any]) -> None:
    kept = {key: getattr(value, "pk", value) for key, value in query.items() if value and key != "soon"}
    kept = {key: "on" if value is True else value for key, value in kept.items()}
    text = urlencode({"tab": tab} | kept)
    if request.session.get(FILTER_KEY) != text:
        request.session[FILTER_KEY] = text


def _tab(request: HttpRequest, key: str, label: str, current: str, count: str) -> dict[str, Any]:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query["tab"] = key
    return {"label": label, "url": f"?{query.urlencode()}", "active": key == current, "count": count}


def _batch_acts(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (step.name, BATCH_LABELS.get(Act(step.name), step.label))
        for step in APPLICATION.transitions
        if step.batch and access.may(request.posting, step.permission)
    ]


# --- many at once ----------------------------------------------------------------------------------------


@access.permitted(Permission.VIEW_CASES)
@require_POST
def case_batch(request: HttpRequest) -> HttpResponse:
    """First press: what would be done, with sums. Second press: done, case by case."""
    act = _batch_act(request)
    cases = list(_chosen(request)[: BATCH_LIMIT + 1])
    if not cases:
        messages.warning(request, "还没有勾选案件。")
        return redirect("case_list")
    if len(cases) > BATCH_LIMIT:
        messages.warning(request, f"一次最多办 {BATCH_LIMIT} 件，请先用查询条件缩小范围。")
        return redirect("case_list")
    confirmed = "confirmed" in request.POST
    form = BatchForm(request.POST if confirmed else None, act=act, on=request.today)
    if confirmed and form.is_valid():
        done, refused = services.perform_many(
            act.value,
            [case.pk for case in cases],
            request.posting,
            request.today,
            **BATCH_FIXED.get(act, {}),
            **form.inputs(),
        )
        request.session[RESULT_KEY] = {"act": act.value, "done": done, "refused": list(refused.items())}
        return redirect("case_batch_result")
    shown = selectors.filled(cases, request.today)
    context = {
        "act": act,
        "label": BATCH_LABELS.get(act, act.label),
        "cases": shown,
        "total_fen": _sum(case.amount_fen for case in shown),
        "form": form,
    }
    return render(request, "assistance/cases/batch.html", context, status=422 if confirmed else 200)


def _sum(amounts: Iterable[int | None]) -> int | None:
    """None when nothing is reckoned yet: that is not the same as nothing to pay."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _batch_act(request: HttpRequest) -> Act:
    act = request.POST.get("act", "")
    if act not in Act.values or act not in dict(_batch_acts(request)):
        raise NotAllowed("请选择要成批办理的事项。")
    return Act(act)


def _chosen(request: HttpRequest) -> Any:
    if request.POST.get("all"):
        tab, _, query = _read_filters(request, QueryDict(request.POST.get("here", "")))
        return selectors.chosen(request.posting, request.today, ids=[], tab=tab, query=query)
    ids = [int(value) for value in request.POST.getlist("ids") if value.isdecimal() and len(value) < 19]
    return selectors.chosen(request.posting, request.today, ids=ids[: BATCH_LIMIT + 1])


@access.permitted(Permission.VIEW_CASES)
@require_GET
def case_batch_result(request: HttpRequest) -> HttpResponse:
    """What was done and what was refused, each with its reason."""
    result = request.session.get(RESULT_KEY)
    if result is None:
        return redirect("case_list")
    reasons = {int(pk): reason for pk, reason in result["refused"]}
    rows = selectors.chosen(request.posting, request.today, ids=[*result["done"], *reasons])
    cases = {case.pk: case for case in selectors.filled(rows, request.today)}
    context = {
        "label": BATCH_LABELS.get(Act(result["act"]), Act(result["act"]).label),
        "done": [cases[pk] for pk in result["done"] if pk in cases],
        "refused": [(cases[pk], reason) for pk, reason in reasons.items() if pk in cases],
    }
    return render(request, "assistance/cases/batch_result.html", context)


# --- one case --------------------------------------------------------------------------------------------


@access.permitted(Permission.VIEW_CASES)
@require_GET
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _case_page(request, page_selectors.readable(request.posting, pk))


@access.permitted(Permission.VIEW_CASES)
@require_http_methods(["GET", "POST"])
def case_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """The form of one act on the page of its case, and the act itself."""
    if act not in Act.values or act in (Act.SUBMIT, Act.RESUBMIT, Act.AMEND):
        raise Http404("没有这个操作。")
    chosen = Act(act)
    case = page_selectors.readable(request.posting, pk)
    access.demand(request.posting, APPLICATION.get(act).permission)
    form_class = form_of(chosen)
    if request.method == "GET":
        form = form_class(act=chosen, application=case, on=request.today)
        return _case_page(request, case, form)
    form = form_class(request.POST, request.FILES, act=chosen, application=case, on=request.today)
    if not form.is_valid():
        return _case_page(request, case, form, status=422)
    try:
        done = _perform(request, case, chosen, form)
    except Refused as refusal:
        return _refused(request, case, form, refusal)
    if chosen is Act.ASSESS and done.version == form.cleaned_data["version"]:
        messages.info(request, f"{case.applicant.name}：测算结果没有变化，没有另记一次。")
        return redirect("case_detail", pk=pk)
    messages.success(
        request,
        f"{case.applicant.name}：{act_label(chosen, case.spec)}，已办理。现在是“{done.get_status_display()}”。",
    )
    return redirect("case_detail", pk=pk)


def _perform(request: HttpRequest, case: Application, act: Act, form: ActForm) -> Application:
    inputs = form.inputs()
    uploads = form.uploads()
    if uploads:
        common = {"application_id": case.pk, "by": request.posting, "on": request.today}
        return materials.act_with_files(
            act=act,
            uploads=uploads,
            taken=form.taken(),
            version=form.cleaned_data["version"],
            **common,
            **inputs,
        )
    stored = None
    if isinstance(form, PhotoForm):
        stored = files.store_attachment(
            upload=inputs.pop("photo"),
            office_id=case.office_id,
            by=request.posting,
            on=request.today,
            place=inputs.pop("place"),
            taken_on=inputs.pop("taken_on"),
        )
        inputs["attachment_id"] = stored.pk
    try:
        return services.perform(
            act.value,
            application_id=case.pk,
            by=request.posting,
            on=request.today,
            version=form.cleaned_data["version"],
            **inputs,
        )
    except Refused:
        if stored is not None:
            files.drop_attachment(attachment=stored, by=request.posting)
        raise


_FIELDS = {"file": "photo", "attachment_id": "photo", "investigators": "second"}


def _refused(request: HttpRequest, case: Application, form: ActForm, refusal: Refused) -> HttpResponse:
    """What was typed stays. A stale page shows what happened since and may then be sent again as it is."""
    if isinstance(refusal, Stale):
        case.refresh_from_db()
        data = form.data.copy()
        data["version"] = str(case.version)
        form = type(form)(data, request.FILES, act=form.act, application=case, on=request.today)
        form.is_valid()
        form.changes = refusal.changes
    name = _FIELDS.get(refusal.field or "", refusal.field)
    if refusal.field == "file" and "files" in form.fields:
        name = "files"
    form.add_error(name if name in form.fields else None, refusal.message)
    return _case_page(request, case, form, status=422 if isinstance(refusal, BadInput) else 409)


def _case_page(
    request: HttpRequest,
    case: Application,
    form: ActForm | None = None,
    status: int = 200,
    adding: MaterialForm | None = None,
) -> HttpResponse:
    tab = "materials" if adding is not None else request.GET.get("tab", "")
    if tab not in page_selectors.CONTENT:
        tab = "overview"
    page = page_selectors.case_page(case, request.posting, request.today, tab)
    context = {
        "page": page,
        "case": case,
        "tab": tab,
        "tab_template": f"assistance/cases/tab_{tab}.html",
        "may_print": access.may(request.posting, Permission.VIEW_CASES),
        **page_selectors.tab_content(page, tab, request.today),
    }
    if tab == "materials":
        kinds = materials.kinds_for(request.posting, case) if case.status in OPEN_STATUSES else []
        context["adding"] = adding or (
            MaterialForm(kinds=kinds, initial={"taken_on": request.today}) if kinds else None
        )
        context["removable"] = materials.removable(case, request.posting, context["materials"])
    if form is not None:
        option = next((option for option in page.options if option.name == form.act.value), None)
        label = act_label(form.act, case.spec)
        context |= {
            "form": form,
            "act": form.act,
            "act_label": label,
            "why_not": option.why_not if option else f"现在是“{case.get_status_display()}”，不能{label}。",
            "warning": hard_acts.HARD.get(form.act, ""),
            "key_facts": hard_acts.key_facts(page, form.act, request.today),
            "danger": form.act in (Act.REFUSE, Act.TERMINATE, Act.WITHDRAW),
        }
    return render(request, "assistance/cases/detail.html", context, status=status)


# --- materials -------------------------------------------------------------------------------------------


@access.permitted(Permission.VIEW_CASES)
@require_POST
def material_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Scans and photos that come after the hand-in, on the tab 材料."""
    case = page_selectors.readable(request.posting, pk)
    kinds = materials.kinds_for(request.posting, case)
    if not kinds:
        raise access.Forbidden("您的岗位没有这项权限。")
    form = MaterialForm(request.POST, request.FILES, kinds=kinds)
    if not form.is_valid():
        return _case_page(request, case, status=422, adding=form)
    data = {name: form.cleaned_data[name] for name in ("kind", "place", "taken_on", "note")}
    try:
        added = materials.add_materials(
            application_id=pk, by=request.posting, on=request.today, uploads=form.uploads(), **data
        )
    except Refused as refusal:
        name = {"file": "files"}.get(refusal.field or "", refusal.field)
        form.add_error(name if name in form.fields else None, refusal.message)
        return _case_page(request, case, status=422, adding=form)
    messages.success(request, f"已加 {len(added)} 个材料。")
    return redirect(f"{reverse('case_detail', args=[pk])}?tab=materials")


@access.permitted(Permission.VIEW_CASES)
@require_POST
def material_remove(request: HttpRequest, pk: int, attachment: uuid.UUID) -> HttpResponse:
    materials.remove_material(application_id=pk, attachment_id=attachment, by=request.posting)
    messages.success(request, "材料已删除。")
    return redirect(f"{reverse('case_detail', args=[pk])}?tab=materials")
