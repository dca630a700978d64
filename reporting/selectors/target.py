"""Targets with what is done of them."""

from dataclasses import dataclass
from datetime import date

from civaffairs.registry.models import Posting
from reporting.figures import Book, Figure, Period, find
from reporting.models import Target
from reporting.selectors.figure import rows_url


@dataclass(frozen=True)
class Progress:
    """One target: percent is in hundredths of a point, None while there is no number."""

    target: Target
    figure: Figure
    done: int | None
    percent: int | None
    url: str

    @property
    def target_text(self) -> str:
        return f"{self.figure.text(self.target.value)}{self.figure.unit}"

    @property
    def done_text(self) -> str:
        return f"{self.figure.text(self.done)}{'' if self.done is None else self.figure.unit}"

    @property
    def percent_words(self) -> str:
        return "—" if self.percent is None else f"{self.percent / 100:.1f}%"


def _rows(posting: Posting, year: int):
    return Target.objects.filter(office_id=f"{posting.office_id[:6]}000000", year=year)


def years(posting: Posting, current: int) -> list[int]:
    """Years with targets, and the current one."""
    found = set(
        Target.objects.filter(office_id=f"{posting.office_id[:6]}000000").values_list("year", flat=True)
    )
    return sorted(found | {current}, reverse=True)


def progress(posting: Posting, year: int, month: date) -> list[Progress]:
    """The county's targets in force, done as of `month` or, for a past year, of its December."""
    last = month if month.year == year else date(year, 12, 1)
    period = Period(date(year, 1, 1), last)
    county = f"{posting.office_id[:6]}000000"
    book = Book(county, period)
    targets = _rows(posting, year).filter(replaced_by=None).select_related("set_by__user")
    return [
        Progress(
            row, figure, book.value(row.figure), book.completion(row.figure), rows_url(row.figure, period)
        )
        for row in targets
        if (figure := find(row.figure))
    ]


def replaced(posting: Posting, year: int) -> list[tuple[Target, str, str]]:
    """Targets that a later document took the place of: (row, name, value)."""
    found = _rows(posting, year).exclude(replaced_by=None).select_related("replaced_by", "set_by__user")
    return [
        (row, figure.name, f"{figure.text(row.value)}{figure.unit}")
        for row in found.order_by("figure", "pk")
        if (figure := find(row.figure))
    ]
