"""The audit trail as it is looked through."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware

from civaffairs.jobs.models import Job
from civaffairs.registry import audit
from civaffairs.registry.models import AuditEvent


def events_of(query: Mapping[str, Any]) -> QuerySet:
    """Events by person, action, day, object and outcome."""
    events = AuditEvent.objects.all()
    if who := query.get("who"):
        events = events.filter(Q(user__name=who) | Q(user__username=who) | Q(actor__startswith=who))
    if action := query.get("action"):
        events = events.filter(action=action)
    if since := query.get("since"):
        events = events.filter(at__gte=make_aware(datetime.combine(since, time.min)))
    if until := query.get("until"):
        events = events.filter(at__lt=make_aware(datetime.combine(until + timedelta(days=1), time.min)))
    if what := query.get("what"):
        events = events.filter(Q(object_label__icontains=what) | Q(object_id=what))
    if query.get("failed"):
        events = events.filter(succeeded=False)
    return events


def with_words(events: list[AuditEvent]) -> list[AuditEvent]:
    """Each event with the words for its action and the kind of its object."""
    kinds = {model._meta.label: model._meta.verbose_name for model in apps.get_models()}
    for event in events:
        event.action_words = audit.action_name(event.action)
        event.kind_words = kinds.get(event.object_type, event.object_type)
    return events


def lines_of(details: dict, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The content of an event as pairs in words; what is nested is named by its way."""
    for key, value in details.items():
        name = f"{prefix}{audit.detail_name(key)}"
        if isinstance(value, dict):
            yield from lines_of(value, f"{name}：")
        elif isinstance(value, bool):
            yield name, "是" if value else "否"
        elif isinstance(value, list):
            yield name, "、".join(map(str, value))
        else:
            yield name, value


def last_check() -> Job | None:
    return Job.objects.filter(kind="verify_audit", state=Job.State.DONE).order_by("-finished_at").first()
