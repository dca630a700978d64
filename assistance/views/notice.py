"""Notices: what is to be posted and what hangs; and the page that anybody may read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from assistance.forms.notice import NoticeFilter, PublicObjectionForm
from assistance.models import Notice, Objection
from assistance.selectors import cases as case_selectors
from assistance.selectors import notice as selectors
from assistance.selectors.case import with_state
from assistance.services import case as services
from assistance.services import end_notice
from civaffairs.lib.errors import Refused
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Office
from civaffairs.shell.paging import page_of


@access.permitted(Permission.VIEW_CASES)
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    filters = NoticeFilter(request.GET, posting=request.posting)
    filters.is_valid()
    narrow = {key: filters.cleaned_data.get(key) or "" for key in ("area", "name")}
    may_post = access.may(request.posting, Permission.HANDLE_APPLICATION)
    tab = request.GET.get("tab", "")
    if tab not in dict(selectors.TABS):
        tab = selectors.WAITING if may_post else selectors.HANGING
    ends = []
    if tab == selectors.WAITING:
        page = page_of(selectors.waiting(request.posting, **narrow), ("office_id", "due", "id"), request.GET)
        rows = case_selectors.filled(page.rows, request.today)
        if not request.GET.get("after"):
            ends = selectors.ends_to_post(request.posting, request.today, **narrow)
    else:
        rows = selectors.notices(request.posting, request.today, tab, **narrow)
        order = ("-posted_on", "-id") if tab == selectors.PAST else ("until_day", "id")
        page = page_of(rows, order, request.GET)
        rows = [with_state(notice, request.today) for notice in page.rows]
    counts = selectors.counts(request.posting, request.today, **narrow)
    context = {
        "page": page,
        "rows": rows,
        "ends": ends,
        "filters": filters,
        "tab": tab,
        "may_post": may_post,
        "tabs": [_tab(request, key, label, tab, counts[key]) for key, label in selectors.TABS],
        "villages": selectors.villages_with_notices(request.posting, request.today, narrow["area"]),
    }
    return render(request, "assistance/notice/list.html", context)


def _tab(request: HttpRequest, key: str, label: str, current: str, count: str) -> dict[str, object]:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query["tab"] = key
    return {"label": label, "url": f"?{query.urlencode()}", "active": key == current, "count": count}


# --- for everybody ---------------------------------------------------------------------------------------


@access.open_to_all
@never_cache
@require_GET
def public_notices(request: HttpRequest, token: str) -> HttpResponse:
    village = _village(token)
    return _public_page(request, village, selectors.shown_to_all(village, request.today))


@access.open_to_all
@never_cache
@require_POST
def public_object(request: HttpRequest, token: str) -> HttpResponse:
    """An objection without an account. The answer names a receipt by which one can ask again."""
    village = _village(token)
    notices = selectors.shown_to_all(village, request.today)
    form = PublicObjectionForm(request.POST, notices=notices)
    if form.is_valid():
        notice = next(notice for notice in notices if notice.pk == form.cleaned_data["notice"])
        if form.cleaned_data["website"]:
            form.add_error(None, "没有提交成功，请拨打监督电话反映。")
        else:
            try:
                objection = _objected(notice, form, request)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            else:
                return redirect("public_receipt", token=token, receipt=objection.receipt)
    return _public_page(request, village, notices, form, status=422)


def _objected(notice: Notice, form: PublicObjectionForm, request: HttpRequest) -> Objection:
    written = {
        "content": form.cleaned_data["content"],
        "contact": form.cleaned_data["contact"],
        "on": request.today,
        "address": audit.client_ip.get(),
    }
    if notice.change_id is not None:
        return end_notice.object_from_page(notice, **written)
    return services.object_from_page(notice_id=notice.pk, **written)


@access.open_to_all
@never_cache
@require_GET
def public_receipt(request: HttpRequest, token: str, receipt: str) -> HttpResponse:
    """That an objection has arrived, and how far it is. Says nothing of what it says."""
    village = _village(token)
    objection = selectors.receipt_of(village, receipt)
    if objection is None:
        raise Http404("没有这个回执号。")
    context = {"village": village, "objection": objection, "hotline": _hotline(village)}
    return render(request, "assistance/notice/public_receipt.html", context)


def _village(token: str) -> Office:
    village = selectors.village_of(token)
    if village is None:
        raise Http404("没有这个公示页。")
    return village


def _hotline(village: Office) -> str:
    return village.hotline or (village.parent.hotline if village.parent else "")


def _public_page(
    request: HttpRequest,
    village: Office,
    notices: list[Notice],
    form: PublicObjectionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "village": village,
        "hanging": len(notices),
        "notices": [notice for notice in notices if notice.change_id is None],
        "endings": [notice for notice in notices if notice.change_id is not None],
        "form": form or PublicObjectionForm(notices=notices),
        "hotline": _hotline(village),
        "object_url": reverse("public_object", args=[village.notice_token]),
    }
    return render(request, "assistance/notice/public.html", context, status=status)
