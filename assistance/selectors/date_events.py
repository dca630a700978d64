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
