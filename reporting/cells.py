"""How one value of a table is written: the same on the page, on paper and, as a number format, in Excel."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from civaffairs.lib import money

ALIGNS = ("left", "center", "right")
UNKNOWN_TEXT = "—"


@dataclass(frozen=True)
class CellKind:
    """align: the usual side. number: whether it is added up. scale: stored integer units in one printed unit."""

    align: str
    number: bool = False
    scale: int = 1


KINDS = {
    "text": CellKind("left"),
    "id": CellKind("center"),
    "day": CellKind("center"),
    "count": CellKind("right", number=True),
    "yuan": CellKind("right", number=True, scale=100),
    "wan": CellKind("right", number=True, scale=1_000_000),
    "percent": CellKind("right", number=True, scale=100),
}


def text_of(kind: str, value: Any, places: int | None = None) -> str:
    """The printed text of a cell. None is a dash, because unknown is not zero.

    count takes int; yuan and wan take int fen; percent takes hundredths of a point (5050 → 50.5%, one decimal unless `places`).
    A float for a number raises TypeError: it has already lost the answer.
    """
    if value is None:
        return UNKNOWN_TEXT
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) or not KINDS[kind].number:
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"a {kind} cell must be int, not {type(value).__name__}")
    if kind == "yuan":
        return money.yuan(value)
    if kind == "wan":
        return money.wan(value, 2 if places is None else places)
    if kind == "percent":
        exponent = Decimal(1).scaleb(-(1 if places is None else places))
        return f"{(Decimal(value) / 100).quantize(exponent, ROUND_HALF_UP)}%"
    return f"{value:,}"
