"""The figures of one area and period, computed together from one set of reads."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from civaffairs.lib.months import Month
from reporting.cells import text_of
from reporting.figures import dibao
from reporting.figures.catalogue import Figure, catalogue, find
from reporting.figures.dibao import rate
from reporting.figures.facts import Period, Source
from reporting.models import Target

# A place may ask for the year's target of a figure and how much of it is done.
TARGET, DONE = "#target", "#done"


@dataclass(frozen=True)
class FigureValue:
    """One computed figure and the period it was computed for."""

    figure: Figure
    value: int | None
    period: Period

    @property
    def key(self) -> str:
        return self.figure.key

    @property
    def text(self) -> str:
        return self.figure.text(self.value)


@dataclass
class Book:
    """All figures of a report. Values are computed when asked for; the reads behind them are shared."""

    area: str
    period: Period
    source: Source = field(init=False)
    targets: dict[str, Target] = field(init=False)

    def __post_init__(self) -> None:
        self.source = Source(self.area, self.period.first, self.period.month)
        current = Target.objects.in_area(self.area).filter(
            office_id=self.area, year=self.period.month.year, replaced_by=None
        )
        self.targets = {row.figure: row for row in current.select_related("office") if find(row.figure)}

    @classmethod
    def of(cls, area: str, first: date, month: date) -> "Book":
        return cls(area, Period(first, month))

    def value(self, key: str, month: date | None = None) -> int | None:
        """The value of a figure, of the whole period or (month given) of one month in it."""
        found = find(key)
        if found is None:
            raise KeyError(key)
        return compute(found, self.source, month=month)

    def get(self, key: str) -> FigureValue | None:
        found = find(key)
        return FigureValue(found, compute(found, self.source), self.period) if found else None

    def all(self) -> list[FigureValue]:
        return [FigureValue(found, compute(found, self.source), self.period) for found in catalogue()]

    def text(self, place: str) -> str | None:
        """What is printed for a place of a sentence: a key, its target or its completion. None if there is no such."""
        if place.endswith(TARGET):
            found, target = find(place.removesuffix(TARGET)), self.targets.get(place.removesuffix(TARGET))
            return found.text(target.value if target else None) if found else None
        if place.endswith(DONE):
            done = place.removesuffix(DONE)
            return text_of("percent", self.completion(done)) if find(done) else None
        found = find(place)
        return found.text(compute(found, self.source)) if found else None

    def number(self, place: str) -> int | None:
        """The stored integer behind a place, for conditions."""
        if place.endswith(TARGET):
            target = self.targets.get(place.removesuffix(TARGET))
            return target.value if target else None
        if place.endswith(DONE):
            return self.completion(place.removesuffix(DONE))
        return self.value(place)

    def completion(self, key: str) -> int | None:
        """How much of the year's target is done, in hundredths of a percent point."""
        target, value = self.targets.get(key), self.value(key)
        return rate(value, target.value) if target and value is not None else None

    def row_count(self, key: str) -> int | None:
        """How many rows stand behind a figure; None for a rate of two others or a standard."""
        found = find(key)
        if found is None or (found.rows is None and not found.counts):
            return None
        if found.rows is not None and found.rows.measure and not found.counts:
            return found.rows.queryset(self.area, period_of(found, self.period), None).count()
        return self.value(found.counts or key)


def compute(found: Figure, source: Source, child: str = "", month: date | None = None) -> int | None:
    """One figure. `month` takes one month of the source's period as if it were the whole period."""
    facts = source.facts(found.schemes, child)
    if month is not None:
        if found.group not in dibao.BY_MONTH:
            raise ValueError(f"{found.key} is not kept month by month")
        facts = facts.at(month)
    return found.compute(facts)


def period_of(found: Figure, period: Period) -> Period:
    """The months whose rows a figure counts."""
    return period if found.period == "cumulative" else period.only_last


def split(
    found: Figure, area: str, period: Period, children: Iterable[str], digits: int
) -> dict[str, int | None]:
    """The figure of each township or village (prefix → value) from the same number of reads as one value."""
    source = Source(area, period.first, period.month, digits)
    return {child: compute(found, source, child) for child in children}


def year_to(month: date) -> Period:
    """From January to `month`, the period of a monthly report."""
    return Period(Month(month.year, 1).first_day, month)
