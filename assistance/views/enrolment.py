"""应享未享: who may be entitled and is not enrolled, programme by programme."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.overlap import DropForm, EnrolmentFilter
from assistance.selectors import enrolment as selectors
from assistance.services import enrolment as services
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Person
from civaffairs.shell.paging import COUNT_CAP, page_of

DROPPED = "dropped"


@access.permitted(Permission.VIEW_CASES)
@require_GET
def enrolment_list(request: HttpRequest) -> HttpResponse:
    filters = EnrolmentFilter(request.GET, posting=request.posting)
    asked = filters.cleaned_data if filters.is_valid() else {}
    area, tab = asked.get("area", ""), request.GET.get("tab", "")
    extent = selectors.extent_on(request.posting.office_id, request.today)
    lists = {
        kind.family: selectors.people(request.posting, kind.family, request.today, area=area, extent=extent)
        for kind in selectors.KINDS
    }
    gone = selectors.dropped(request.posting)
    gone = gone.in_area(area) if area else gone
    tab = tab if tab in (*lists, DROPPED) else selectors.KINDS[0].family
    context: dict[str, Any] = {
        "filters": filters,
        "tab": tab,
        "tabs": _tabs(lists | {DROPPED: gone}, tab, area),
        "extent": extent,
        "kind": selectors.BY_FAMILY.get(tab),
        "may_start": access.may(request.posting, Permission.DRAFT_APPLICATION),
        "may_drop": access.may(request.posting, Permission.HANDLE_APPLICATION),
    }
    if tab == DROPPED:
        context["page"] = page_of(gone, ("-id",), request.GET)
        for lead in context["page"]:
            lead.label = selectors.BY_FAMILY[lead.family].label
    else:
        rows = selectors.shown(lists[tab], tab, request.today)
        context["page"] = page_of(rows, selectors.ORDER, request.GET)
    return render(request, "assistance/overlap/enrolment.html", context)


def _tabs(lists: dict[str, Any], current: str, area: str) -> list[dict[str, Any]]:
    labels = {kind.family: kind.label for kind in selectors.KINDS} | {DROPPED: "已登记不符合"}
    found = []
    for key, rows in lists.items():
        count = rows.order_by()[: COUNT_CAP + 1].count()
        found.append(
            {
                "label": labels[key],
                "url": f"?tab={key}" + (f"&area={area}" if area else ""),
                "active": key == current,
                "count": f"{COUNT_CAP} 以上" if count > COUNT_CAP else count,
            }
        )
    return found


@access.permitted(Permission.DRAFT_APPLICATION)
@require_POST
def enrolment_start(request: HttpRequest, family: str, pk: int) -> HttpResponse:
    try:
        draft = services.start(person_id=pk, family=family, by=request.posting, on=request.today)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{reverse('enrolment_list')}?tab={family}")
    messages.success(request, "已登记线索并开好申请表，姓名和号码已填；请核对后补充。")
    return redirect("draft_edit", draft.pk)


@access.permitted(Permission.HANDLE_APPLICATION)
@require_http_methods(["GET", "POST"])
def enrolment_drop(request: HttpRequest, family: str, pk: int) -> HttpResponse:
    kind = selectors.BY_FAMILY.get(family)
    if kind is None:
        raise access.NotVisible("没有这个名单。")
    people = Person.objects.select_related("office")
    person = access.to_read(people, request.posting, Permission.HANDLE_APPLICATION, pk=pk)
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.drop(
                person_id=pk, family=family, by=request.posting, on=request.today, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, f"{person.name}不再提示{kind.label}。")
            return redirect(f"{reverse('enrolment_list')}?tab={family}")
    context = {"person": person, "kind": kind, "form": form}
    return render(
        request, "assistance/overlap/enrolment_drop.html", context, status=422 if form.is_bound else 200
    )


@access.permitted(Permission.HANDLE_APPLICATION)
@require_POST
def enrolment_restore(request: HttpRequest, pk: int) -> HttpResponse:
    lead = services.restore(lead_id=pk, by=request.posting)
    messages.success(request, f"{lead.person.name}恢复提示{selectors.BY_FAMILY[lead.family].label}。")
    return redirect(f"{reverse('enrolment_list')}?tab={DROPPED}")
