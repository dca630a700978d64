"""The one place that knows today's date.

Views, tasks and commands ask here and pass the day on as an argument; services and rules never ask. In the demo
the calendar stands at a chosen day until somebody moves it, so that a seven-day notice can be seen to end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from civaffairs.registry.models.audit import AuditEvent
from civaffairs.registry.models.demo import DemoDay

# The action under which the trail keeps each move of the demo's calendar, with the day in its details.
MOVED = "demo.move_day"


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
    """A stored moment as the house shows it, in county time.

    In the demo its day is the one at which the calendar stood then, so that what was saved a minute ago does not carry
    a date months away from the page's own. The audit trail shows the `real` moment.
    """
    at = real(at)
    for moved_at, day in _moves():
        if at >= moved_at:
            return at.replace(year=day.year, month=day.month, day=day.day)
    return at


def real(at: datetime) -> datetime:
    """A stored moment in county time, as the machine's clock gave it."""
    return timezone.localtime(at)


@contextmanager
def one_page() -> Iterator[None]:
    """While a page is made, the moves of the demo's calendar are read once."""
    token = _kept.set([])
    try:
        yield
    finally:
        _kept.reset(token)


_kept: ContextVar[list[list[tuple[datetime, date]]] | None] = ContextVar(
    "moves of the calendar", default=None
)


def _moves() -> list[tuple[datetime, date]]:
    """When the demo's calendar was put to which day, the latest first; nothing outside the demo."""
    if not settings.DEMO:
        return []
    kept = _kept.get()
    if kept:
        return kept[0]
    events = AuditEvent.objects.filter(action=MOVED).order_by("-seq").values_list("at", "details")
    moves = [(at, date.fromisoformat(details["day"])) for at, details in events]
    if kept is not None:
        kept.append(moves)
    return moves
