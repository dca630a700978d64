"""Working days over a table of holidays and make-up days that the county keeps.

The State Council publishes next year's days each November. Until a year has been entered its working days are
only a guess, Monday to Friday, and every answer that rests on the guess says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from chinese_calendar import constants

DayKind = Literal["holiday", "workday"]

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Deadline:
    """The last day of a limit.

    `certain` is false when a year without the official table had to be counted through.
    """

    day: date
    certain: bool


class WorkCalendar:
    """Which days are worked.

    `holidays` and `workdays` map the exceptions to a note; `years` are those whose table is complete.
    """

    def __init__(self, holidays: Mapping[date, str], workdays: Mapping[date, str], years: frozenset[int]):
        both = holidays.keys() & workdays.keys()
        if both:
            raise ValueError(f"both holiday and working day: {sorted(both)}")
        self.holidays = dict(holidays)
        self.workdays = dict(workdays)
        self.years = frozenset(years)

    def is_workday(self, day: date) -> bool:
        """Make-up days count, holidays do not, all else is Monday to Friday."""
        if day in self.workdays:
            return True
        return day not in self.holidays and day.weekday() < 5

    def add(self, start: date, days: int) -> Deadline:
        """The day on which `days` working days have run; the day after `start` is the first that can count.

        The day of the event itself is not counted (《民法典》第201条). Zero gives `start` back, whatever day
        it is.
        """
        if days < 0:
            raise ValueError("a limit cannot be negative")
        day, left = start, days
        while left:
            day += _DAY
            left -= self.is_workday(day)
        return Deadline(day, days == 0 or not self.missing_years(start + _DAY, day))

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def missing_years(self, start: date, end: date) -> tuple[int, ...]:
        """The years from `start` to `end` whose table has not been entered."""
        return tuple(year for year in range(start.year, end.year + 1) if year not in self.years)


def seed_from_library() -> Iterator[tuple[date, DayKind, str]]:
    """Every holiday and make-up day from 2004 to the last year the installed calendar library knows, in order
    of date.
    """
    marked: list[tuple[date, DayKind, str]] = []
    marked += [(day, "holiday", f"{_chinese(name)}放假") for day, name in constants.holidays.items()]
    marked += [(day, "workday", f"{_chinese(name)}调休上班") for day, name in constants.workdays.items()]
    yield from sorted(marked)


def _chinese(name: str) -> str:
    return constants.Holiday(name).chinese
