"""The one place that knows today's date.

Views, tasks and commands ask here and pass the day on as an argument; services and rules never ask. In the demo
the calendar stands at a chosen day until somebody moves it, so that a seven-day notice can be seen to end.
"""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from civaffairs.registry.models.demo import DemoDay


def today() -> date:
    """The working day of the house, in county time."""
    if settings.DEMO:
        moved = DemoDay.objects.filter(pk=1).values_list("day", flat=True).first()
        if moved:
            return moved
    return timezone.localdate()


def now() -> datetime:
    """The real moment, for stamps that prove order (audit, heartbeats). Never moved by the demo."""
    return timezone.now()


def local(at: datetime) -> datetime:
    """A stored moment in county time, for showing hours and minutes."""
    return timezone.localtime(at)
