"""The dictionary of reported figures: what each is called, what it counts and which rows stand behind it.

A figure is one function with the decorator `figure`; its docstring is the statistical definition that is printed
in the annex of a report and shown in 统计指标. The function reads `Facts` and gives an integer: households and
persons as they are, money in fen, rates in hundredths of a percent point. None means "no such number here"; it is
printed as a dash and never taken for zero.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporting.cells import text_of

if TYPE_CHECKING:
    from reporting.figures.facts import Facts
    from reporting.figures.rows import RowsRef

PERIODS = {"as_of": "月末", "month": "当月", "cumulative": "累计"}
# How a unit is stored and printed (cells.KINDS).
UNIT_KINDS = {"户": "count", "人": "count", "件": "count", "元": "yuan", "万元": "wan", "%": "percent"}


@dataclass(frozen=True)
class Figure:
    """One entry of the dictionary.

    `parts` are the keys of a rate: numerator and denominator. `counts` is the key of the figure that says how many
    rows stand behind this one, "" where that is the figure itself.
    """

    key: str
    name: str
    unit: str
    period: str
    group: str
    definition: str
    compute: "Callable[[Facts], int | None]"
    schemes: tuple[str, ...] = ()
    rows: "RowsRef | None" = None
    parts: tuple[str, ...] = ()
    counts: str = ""

    @property
    def kind(self) -> str:
        return UNIT_KINDS[self.unit]

    @property
    def period_words(self) -> str:
        return PERIODS[self.period]

    def text(self, value: int | None) -> str:
        """The number as it stands in a sentence; the percent sign belongs to it, other units do not."""
        return text_of(self.kind, value)


_figures: dict[str, Figure] = {}
_by_name: dict[str, str] = {}


def add(figure: Figure) -> None:
    """Put a figure into the dictionary. Key and name are both unique: clerks write the name into their sentences."""
    if figure.key in _figures or figure.name in _by_name:
        raise ValueError(f"two figures are called {figure.key} or {figure.name}")
    _figures[figure.key] = figure
    _by_name[figure.name] = figure.key


def figure(
    key: str,
    name: str,
    unit: str,
    *,
    period: str = "as_of",
    group: str,
    rows: "RowsRef | None" = None,
    parts: tuple[str, ...] = (),
    counts: str = "",
) -> Callable:
    """Declare one figure. The docstring is its definition: what is counted, in which unit, from where."""

    def declare(compute: Callable) -> Callable:
        add(
            Figure(
                key=key,
                name=name,
                unit=unit,
                period=period,
                group=group,
                definition=definition_of(compute),
                compute=compute,
                rows=rows,
                parts=parts,
                counts=counts,
            )
        )
        return compute

    return declare


def definition_of(compute: Callable) -> str:
    text = inspect.getdoc(compute)
    if not text:
        raise ValueError(f"{compute.__name__} has no definition")
    return "".join(text.split("\n"))


def catalogue() -> tuple[Figure, ...]:
    return tuple(_figures.values())


def find(key: str) -> Figure | None:
    return _figures.get(key)


def name_of(key: str) -> str:
    """The name of a figure that is known to exist."""
    return _figures[key].name


def key_of(name: str) -> str | None:
    """The key behind a name as clerks write it."""
    return _by_name.get(name)
