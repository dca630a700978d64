"""The statutory clock of a case.

Steps (working days from the county settings, `procedure.py`):

| in | the last day of the step |
|---|---|
| 待受理 | hand-in + accept_days |
| 调查核对中 | begin + survey_days until a visit is recorded and a check asked for, then begin + review_days |
| 待初审 | the same begin + review_days |
| 待公示 | opinion + post_days |
| 公示中 | last day of the notice + post_days |
| 待会审, 待审核确认 | arrival at the county + decide_days |

"Begin" is the acceptance, or the day on which an objection or a return sent the case back to work. The whole
may take total_days from acceptance (total_days_delegated where the township decides; total_days_extended with
a written reason). The day of the event itself never counts (《民法典》第201条). Under 待补正 and 退回补查 the clock
stands still: the working days spent there are added to the total. `step_due_on` is never later than the
total, so that one column orders the worklist.

A programme may have limits of its own (schemes.py), which come before the settings.

Limits are those of the settings in force on the day of acceptance for the total and on the day of the event
for a step, so a new setting does not shorten a step that is under way.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Q

from assistance.models import Application, InformationCheck, Visit
from assistance.workflow import ENDED_STATUSES, Act, Status
from civaffairs.lib.workdays import WorkCalendar
from civaffairs.registry import county
from civaffairs.registry.calendar import work_calendar

# The same bound as in the badge of the page frame (templatetags/shell.py).
AMBER_DAYS = 2


def load_calendar(since: date | None = None) -> WorkCalendar:
    """The county's working days; ask once for a page or a batch and hand it on."""
    return work_calendar(since)


# --- what a page shows ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deadline:
    """Time left for the present step, for `{% deadline_badge %}` and for filters.

    `left` counts working days, negative when over. `state`: green, amber (at most AMBER_DAYS left), red
    (over) or paused. `certain` is false when a year without the State Council's table was counted through.
    """

    day: date | None
    left: int
    state: str
    words: str
    paused: bool = False
    certain: bool = True
    is_total: bool = False
    unit: str = "个工作日"


def deadline_of(application: Application, on: date, calendar: WorkCalendar) -> Deadline | None:
    """The nearest limit of an open case on a day; None for a case that has ended."""
    if application.status in ENDED_STATUSES or application.step_due_on is None:
        return None
    day = application.step_due_on
    if application.paused_on is not None:
        return Deadline(
            application.total_due_on, 0, "paused", "已暂停计时", paused=True, certain=application.due_certain
        )
    left = _left(calendar, on, day)
    is_total = application.total_due_on == day
    what = "总期限" if is_total else "本步"
    if left < 0:
        state, words = "red", f"{what}已超{-left}个工作日"
    elif day == on:
        state, words = "amber", f"{what}今天到期"
    else:
        state = "amber" if left <= AMBER_DAYS else "green"
        words = f"{what}剩{left}个工作日"
    return Deadline(day, left, state, words, certain=application.due_certain, is_total=is_total)


def total_of(application: Application, on: date, calendar: WorkCalendar) -> Deadline | None:
    """Like deadline_of, for the limit over all steps; None before acceptance and after the end."""
    day = application.total_due_on
    if application.status in ENDED_STATUSES or day is None:
        return None
    if application.paused_on is not None:
        return Deadline(day, 0, "paused", "已暂停计时", True, application.due_certain, True)
    left = _left(calendar, on, day)
    state = "red" if left < 0 else "amber" if left <= AMBER_DAYS else "green"
    words = f"已超{-left}个工作日" if left < 0 else "今天到期" if day == on else f"剩{left}个工作日"
    return Deadline(day, left, state, words, certain=application.due_certain, is_total=True)


def amber_until(on: date, calendar: WorkCalendar) -> date:
    """The worklist's bounds: red is step_due_on < on, amber up to this day, green after it."""
    return calendar.add(on, AMBER_DAYS).day


def _left(calendar: WorkCalendar, on: date, day: date) -> int:
    """Working days left; a limit that has passed is over by one day at least, even on a weekend."""
    left = calendar.between(on, day)
    return min(left, -1) if day < on else left


def rules_of(application: Application, on: date) -> dict[str, Any]:
    """The county settings of a day; a limit that the programme has of its own comes first."""
    return county.values(on) | dict(application.spec.limits)


# --- how acts set the clock ----------------------------------------------------------------------------


@dataclass
class Clock:
    """The limits of one application while an act changes them. Asks for settings and calendar once, and only
    when a limit has to be reckoned."""

    application: Application
    on: date
    # working days of the pause that the present act ends; the timeline does not know its end yet
    _stood: int = 0

    @cached_property
    def calendar(self) -> WorkCalendar:
        return load_calendar(min(self.application.submitted_on, self.on))

    @cached_property
    def rules(self) -> dict[str, Any]:
        """The county settings in force on the day of the act, with the programme's own limits."""
        return rules_of(self.application, self.on)

    def days(self, key: str) -> int:
        return int(self.rules[key])

    def step(self, key: str, start: date | None = None) -> None:
        """Give the present step the limit `key`, counted from `start` (the day of the act by default)."""
        if not self.application.due_certain:
            # What was reckoned with a guess is reckoned again: the year may have been entered since.
            self._count_total()
        self._set(self.calendar.add(start or self.on, self.days(key)).day)

    def begin_total(self) -> None:
        """The case is accepted: the whole begins to run."""
        self._count_total()

    def extend(self) -> None:
        """Lengthen the whole to the extended limit; pauses already added stay added."""
        self._count_total()
        # The step may have been cut short by the old total; give it its own limit again.
        if self.application.paused_on is None:
            self.restart()

    def recount(self) -> None:
        """Reckon both limits anew from the days on which things happened."""
        self._count_total()
        if self.application.paused_on is None:
            self.restart()

    def restart(self) -> None:
        """Reckon the limit of the present step anew from the day it began."""
        self.step(*step_in_force(self.application))

    def pause(self) -> None:
        self.application.paused_on = self.on

    def resume(self) -> None:
        """Add the working days that stood still. Called before the next step gets its limit."""
        application = self.application
        if application.paused_on is not None:
            self._stood = max(self.calendar.between(application.paused_on, self.on), 0)
            application.paused_on = None
            self._count_total()

    def stop(self) -> None:
        """The case has ended: no step is due any more. The total stays, to see later whether it was kept."""
        self.application.step_due_on = None
        self.application.paused_on = None

    def _count_total(self) -> None:
        """Days allowed and days that stood still since acceptance, added in one go."""
        application = self.application
        if application.accepted_on is None:
            return
        rules = rules_of(application, application.accepted_on)
        days = int(rules["total_days_delegated" if application.delegated else "total_days"])
        if application.extended_reason:
            days = max(days, int(rules["total_days_extended"]))
        stood = sum(max(self.calendar.between(*pause), 0) for pause in _pauses(application)) + self._stood
        application.total_due_on = self.calendar.add(application.accepted_on, days + stood).day

    def _set(self, day: date | None) -> None:
        application = self.application
        total = application.total_due_on
        application.step_due_on = min(day, total) if day and total else day
        last = max((d for d in (day, total) if d), default=self.on)
        first = application.accepted_on or application.submitted_on or self.on
        application.due_certain = not self.calendar.missing_years(first, last)


def on_submitted(application: Application, on: date) -> None:
    """The case was handed in, or handed in again after 补正: the limit for acceptance begins. Does not save."""
    clock = Clock(application, on)
    clock.resume()
    clock.step("accept_days")


@transaction.atomic
def recount_uncertain(*, on: date) -> int:
    """Reckon anew the open cases whose limits rested on a guess, once their year has been entered. Returns how many
    are certain now."""
    known = 0
    waiting = Application.objects.open().filter(due_certain=False).exclude(accepted_on=None)
    for application in waiting.select_for_update(of=("self",)).order_by("pk"):
        Clock(application, on).recount()
        application.save(update_fields=["step_due_on", "total_due_on", "due_certain"])
        known += application.due_certain
    return known


def _pauses(application: Application) -> list[tuple[date, date]]:
    """When the clock stood still after acceptance, from the timeline; a pause that still lasts is left out."""
    found, since = [], None
    events = application.events.order_by("version").values_list("on", "from_status", "to_status")
    for day, before, now in events.filter(on__gte=application.accepted_on):
        if now == Status.RETURNED and before != now:
            since = day
        elif before == Status.RETURNED and now != before and since is not None:
            found.append((since, day))
            since = None
    return found


def step_in_force(application: Application) -> tuple[str, date | None]:
    """Which setting limits the present step, and the day from which it counts."""
    match application.status:
        case Status.INVESTIGATING:
            return "review_days" if survey_started(application) else "survey_days", begun_on(application)
        case Status.REVIEWING:
            return "review_days", begun_on(application)
        case Status.TO_POST:
            return "post_days", _last_day(application, Q(act=Act.REVIEW))
        case Status.ON_NOTICE:
            return "post_days", application.notices.order_by("-round").values_list("until_day", flat=True)[0]
        case Status.DECIDING:
            return "decide_days", application.county_received_on
        case Status.PEER:
            return "decide_days", application.county_received_on
        case _:
            return "accept_days", _last_day(application, Q(act__in=(Act.SUBMIT, Act.RESUBMIT)))


def survey_started(application: Application) -> bool:
    """Both halves have begun: somebody was there and the registers were asked (民发〔2021〕57号)."""
    spec = application.spec
    seen = not spec.has("visit") or application.visits.exclude(kind=Visit.Kind.COUNTY).exists()
    return seen and (
        not spec.has("check") or InformationCheck.objects.filter(application=application).exists()
    )


def begun_on(application: Application) -> date | None:
    """The day from which the present work counts: acceptance, or when it was sent back or came back to
    work."""
    back = Q(act__in=(Act.REINVESTIGATE, Act.RETURN_TO_INVESTIGATION))
    came_back = Q(act=Act.FINISH_INVESTIGATION, from_status=Status.RETURNED)
    return _last_day(application, back | came_back) or application.accepted_on


def _last_day(application: Application, which: Q) -> date | None:
    events = application.events.filter(which).order_by("-version")
    return events.values_list("on", flat=True).first()
