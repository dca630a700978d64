"""The worklist of what the calendar brings."""

from django.db.models import Count, QuerySet

from assistance.models import DateEvent
from civaffairs.registry.models import Posting

TONES = {DateEvent.State.OPEN: "todo", DateEvent.State.DONE: "good", DateEvent.State.DROPPED: "plain"}


def events(posting: Posting, state: str, *, kind: str = "", area: str = "") -> QuerySet[DateEvent]:
    rows = (
        DateEvent.objects.visible_to(posting)
        .filter(state=state or DateEvent.State.OPEN)
        .select_related("person", "entitlement", "scheme", "office__parent", "change", "decided_by__user")
    )
    if kind:
        rows = rows.filter(kind=kind)
    return rows.in_area(area) if area else rows


def open_counts(posting: Posting) -> dict[str, int]:
    """How many wait, by kind."""
    rows = DateEvent.objects.visible_to(posting).filter(state=DateEvent.State.OPEN).order_by()
    return dict(rows.values_list("kind").annotate(found=Count("pk")))


K = DateEvent.Kind
# Whether the last day or month still counts, said beside it.
INCLUDED = {
    K.REVIEW: "含当天",
    K.YEARLY: "含当天",
    K.TAPER_END: "本月仍享受，下月起停",
    K.STATUS_END: "本月仍有效，下月起失效",
    K.SCHOOL_END: "本月内到期",
    K.CERTIFICATE: "本月内到期",
    K.CARD_SOON: "含当天",
    K.CARD_END: "含当天",
}


# What has a day of its own; of the others the month counts.
WITH_DAY = (K.REVIEW, K.YEARLY, K.CARD_SOON, K.CARD_END)


def included(event: DateEvent) -> str:
    """Whether what runs out still counts on the day or in the month that stands on the page."""
    return INCLUDED.get(K(event.kind), "本月内满")
