"""The notice of an intended end of 特困: one page on which the township posts it and answers for it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assistance.forms.end_notice import EndAnswerForm, EndObjectionForm, EndPhotoForm, PostEndForm
from assistance.models import EntitlementChange
from assistance.selectors import change as selectors
from assistance.selectors.case import with_state
from assistance.services import end_notice
from assistance.workflow import ChangeStatus
from civaffairs.lib.errors import NotAllowed, Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell.forms import PlainForm

DONE = {
    "post": "已张贴公示。",
    "photo": "已上传公示照片。",
    "object": "已登记异议。",
    "answer": "已答复异议。",
    "close": "公示已办结，县级可以确认了。",
}
# Where a refusal names what the form calls otherwise.
_FIELDS = {"file": "photo", "objection_id": "objection"}


@access.permitted(Permission.PROPOSE_CHANGE)
@require_http_methods(["GET", "POST"])
def change_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far it is, and do the one act that was pressed."""
    rows = EntitlementChange.objects.select_related(
        "entitlement__payee", "entitlement__scheme", "entitlement__beneficiary", "office__parent"
    )
    change = access.to_read(rows, request.posting, Permission.PROPOSE_CHANGE, pk=pk)
    if not end_notice.is_posted(change):
        raise NotAllowed("只有特困供养的停发和转保要先公示，这件变更不用公示。")
    forms = _forms(request, change)
    pressed = request.POST.get("act", "") if request.method == "POST" else ""
    if pressed in DONE and _act(request, change, pressed, forms.get(pressed)):
        messages.success(request, DONE[pressed])
        return redirect("change_notice", change.pk)
    return render(
        request,
        "assistance/entitlement/end_notice.html",
        {
            "change": change,
            "row": change.entitlement,
            "standing": end_notice.standing(change, request.today),
            "notices": [with_state(notice, request.today) for notice in selectors.notices_of(change)],
            "forms": forms,
            "pressed": forms.get(pressed),
        },
        status=422 if pressed else 200,
    )


def _forms(request: HttpRequest, change: EntitlementChange) -> dict[str, Any]:
    """The forms of the acts that are open now; the one that was pressed is bound."""
    if change.status != ChangeStatus.PROPOSED:
        return {}
    standing = end_notice.standing(change, request.today)
    pressed = request.POST.get("act", "")

    def bound(name: str) -> dict[str, Any]:
        data = (request.POST, request.FILES) if pressed == name else (None, None)
        return {"data": data[0], "files": data[1], "prefix": name}

    found: dict[str, Any] = {}
    waiting = selectors.open_objections(change)
    if waiting:
        found["answer"] = EndAnswerForm(**bound("answer"), waiting=waiting)
    if standing.state in ("to_post", "again") and not waiting:
        found["post"] = PostEndForm(**bound("post"), village=change.office.name, on=request.today)
    if standing.state in ("hanging", "over") and standing.notice is not None:
        found["photo"] = EndPhotoForm(**bound("photo"), notice=standing.notice, on=request.today)
        found["object"] = EndObjectionForm(**bound("object"))
    if standing.state == "over":
        found["close"] = PlainForm(**bound("close"))
    return found


def _act(request: HttpRequest, change: EntitlementChange, pressed: str, form: PlainForm | None) -> bool:
    """True when it was done. An act that is not open any more is left to the service to refuse in words."""
    if form is not None and not form.is_valid():
        return False
    data = form.cleaned_data if form is not None else {}
    common = {"change_id": change.pk, "by": request.posting, "on": request.today}
    try:
        match pressed:
            case "post":
                end_notice.post_end(**common, place=data.get("place", ""), posted_on=data.get("posted_on"))
            case "photo":
                end_notice.attach_end_photo(
                    **common,
                    upload=data.get("photo"),
                    place=data.get("place", ""),
                    taken_on=data.get("taken_on"),
                )
            case "object":
                end_notice.object_to_end(
                    **common,
                    channel=data.get("channel", ""),
                    content=data.get("content", ""),
                    contact=data.get("contact", ""),
                )
            case "answer":
                end_notice.answer_end_objection(
                    **common,
                    objection_id=data.get("objection", 0),
                    upheld=data.get("upheld"),
                    answer=data.get("answer", ""),
                )
            case "close":
                end_notice.close_end(**common)
    except Refused as refusal:
        words = refusal.message + (f"（{refusal.article}）" if refusal.article else "")
        if form is None:
            messages.warning(request, words)
            return False
        name = _FIELDS.get(refusal.field or "", refusal.field)
        form.add_error(name if name in form.fields else None, words)
        return False
    return True
