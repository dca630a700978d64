"""The county's working days as the rules read them, and the check that next year has been entered."""

from datetime import date

from civaffairs.lib.workdays import WorkCalendar
from civaffairs.registry.models import WorkdayRule, WorkdayYear

# The State Council's notice comes in November; from then on a missing next year is somebody's task.
NOTICE_MONTH = 11


def work_calendar(since: date | None = None) -> WorkCalendar:
    """All entered years, in two queries. Ask once for a request or a batch and hand it on.

    With `since` only the days of that year and later are read, which is all that a limit begun then can need: the
    whole table has twenty years of holidays.
    """
    holidays: dict[date, str] = {}
    workdays: dict[date, str] = {}
    rules = WorkdayRule.objects.filter(year__gte=since.year) if since else WorkdayRule.objects.all()
    for day, kind, note in rules.values_list("day", "kind", "note"):
        (holidays if kind == WorkdayRule.Kind.HOLIDAY else workdays)[day] = note
    years = frozenset(WorkdayYear.objects.values_list("year", flat=True))
    return WorkCalendar(holidays, workdays, years)


def year_to_enter(on: date) -> int | None:
    """The year whose days are missing and should be there: this one, or from November the next one."""
    known = set(WorkdayYear.objects.filter(year__gte=on.year).values_list("year", flat=True))
    if on.year not in known:
        return on.year
    if on.month >= NOTICE_MONTH and on.year + 1 not in known:
        return on.year + 1
    return None
