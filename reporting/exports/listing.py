"""What every list that is taken out has in common: its shape, and how offices, months and order are written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from assistance.models import Scheme
from civaffairs.registry.models import Level, Office, Posting
from reporting.document import Column

CHUNK = 500

Query = Mapping[str, str]
Line = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """One list as it is now: its columns, the keys of its rows in order, how a chunk of keys becomes rows, and the
    columns that are added up."""

    title: str
    columns: Sequence[Column]
    keys: Sequence[int]
    lines: Callable[[Sequence[int]], Iterator[Line]]
    totals: tuple[str, ...]

    def __iter__(self) -> Iterator[Line]:
        for at in range(0, len(self.keys), CHUNK):
            yield from self.lines(self.keys[at : at + CHUNK])


def area_of(query: Query, posting: Posting) -> str:
    """The code of an office of the posting's area; what is none narrows nothing, as on the page."""
    code = query.get("area", "")
    seen = Office.objects.visible_to(posting).filter(pk=code, level__gte=Level.TOWNSHIP)
    return code if code and seen.exists() else ""


def scheme_of(query: Query) -> str:
    code = query.get("scheme", "")
    return code if code and Scheme.objects.filter(pk=code).exists() else ""


def place_of(office: Office) -> Line:
    """Township and village in columns of their own, so that they can be sorted and counted."""
    if office.level == Level.VILLAGE and office.parent is not None:
        return {"township": office.parent.name, "village": office.name}
    return {"township": office.name, "village": ""}


def columns_of(*columns: tuple[str, str, str, float]) -> tuple[Column, ...]:
    return tuple(Column(key, title, kind=kind, width=width) for key, title, kind, width in columns)


def keys_of(rows: QuerySet) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def in_order(found: Mapping[int, Any], keys: Sequence[int]) -> Iterator[Any]:
    return (found[key] for key in keys if key in found)


def month_of(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else ""
