"""What the calendar brings: the worklist, and one answer to many."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from assistance.forms.date_events import EventFilter, EventsForm
from assistance.models import DateEvent
from assistance.selectors import date_events as selectors
from assistance.services import date_events as services
from civaffairs.lib.errors import Refused
from civaffairs.lib.months import Month
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of

LIMIT = 200
SHOWN = 10


@access.permitted(Permission.VIEW_LEDGER)
@require_GET
def event_list(request: HttpRequest) -> HttpResponse:
    filters = EventFilter(request.GET, posting=request.posting)
    data = filters.cleaned_data if filters.is_valid() else {}
    state = data.get("state") or DateEvent.State.OPEN
    rows = selectors.events(request.posting, state, kind=data.get("kind", ""), area=data.get("area", ""))
    order = ("due_on", "id") if state == DateEvent.State.OPEN else ("-id",)
    page = page_of(rows, order, request.GET)
    for row in page.rows:
        row.status_tone = selectors.TONES[row.state]
        row.included = selectors.included(row)
        row.with_day = row.kind in selectors.WITH_DAY
    tabs = [
        {"label": label, "url": f"{reverse('event_list')}?state={value}", "active": value == state}
        for value, label in DateEvent.State.choices
    ]
    context = {
        "page": page,
        "filters": filters,
        "tabs": tabs,
        "state": state,
        "form": EventsForm(),
        "may_answer": access.may(request.posting, Permission.PROPOSE_CHANGE)
        and state == DateEvent.State.OPEN,
        "may_fill": access.may(request.posting, Permission.PROPOSE_CHANGE),
    }
    return render(request, "assistance/entitlement/events.html", context)


@access.permitted(Permission.PROPOSE_CHANGE)
@require_POST
def event_fill(request: HttpRequest) -> HttpResponse:
    """Look again now instead of waiting for the night: this month and the next."""
    month = Month.of(request.today)
    added = sum(services.fill(month=one.first_day, on=request.today) for one in (month, month.next))
    messages.success(request, f"已更新，新增 {added} 件。" if added else "已更新，没有新的到期事件。")
    return redirect("event_list")


@access.permitted(Permission.PROPOSE_CHANGE)
@require_POST
def event_answer(request: HttpRequest) -> HttpResponse:
    """Do what is proposed for the chosen events, or leave them with the reason."""
    ids = [int(v) for v in request.POST.getlist("ids") if v.isdecimal() and len(v) < 19][:LIMIT]
    if not ids:
        messages.warning(request, "还没有勾选。")
        return redirect("event_list")
    form = EventsForm(request.POST)
    if not form.is_valid():
        for words in (error for errors in form.errors.values() for error in errors):
            messages.warning(request, words)
        return redirect("event_list")
    data = form.cleaned_data
    if request.POST.get("outcome") == "drop":
        done, refused = _dropped(request, ids, data["note"])
    else:
        try:
            done, refused = services.answer_many(
                ids,
                by=request.posting,
                on=request.today,
                note=data["note"],
                heard_on=data["heard_on"],
                heard_how=data["heard_how"],
                renewed_until=data["renewed_until"],
            )
        except Refused as refusal:
            done, refused = 0, [refusal.message]
    if done:
        messages.success(request, f"已办 {done} 件。")
    for words in refused[:SHOWN]:
        messages.warning(request, words)
    if len(refused) > SHOWN:
        messages.warning(request, f"还有 {len(refused) - SHOWN} 件没有办成，仍在待办里。")
    return redirect("event_list")


def _dropped(request: HttpRequest, ids: list[int], reason: str) -> tuple[int, list[str]]:
    done, refused = 0, []
    for pk in ids:
        try:
            services.drop_event(event_id=pk, reason=reason, by=request.posting, on=request.today)
            done += 1
        except Refused as refusal:
            refused.append(refusal.message)
    return done, list(dict.fromkeys(refused))
