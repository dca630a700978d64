"""Pages by key: "the 50 rows after this one", never OFFSET, which reads and throws away all rows before.

The order must end in a unique column, so that the key of a row says exactly where the next page begins.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet

PAGE_SIZE = 50
COUNT_CAP = 1000

_signer = Signer(salt="page-key")


@dataclass(frozen=True)
class Page:
    """One page of rows and the keys of its neighbours ("" where there is none)."""

    rows: list[Any]
    next_key: str
    previous_key: str
    count: int
    capped: bool

    @property
    def count_words(self) -> str:
        """1000 以上 when there are more than anybody would page through: counting them all reads them all."""
        return f"{COUNT_CAP} 以上" if self.capped else str(self.count)

    def __iter__(self):
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page_of(
    queryset: QuerySet, order: Sequence[str], query: Mapping[str, str], size: int = PAGE_SIZE
) -> Page:
    """The page that `query` (request.GET) asks for by ?after=KEY or ?before=KEY; the first one without.

    `order` is like order_by; its last column must be unique and none may be null. A key that was tampered with
    gives the first page.
    """
    after, before = _read_key(query.get("after", ""), order), _read_key(query.get("before", ""), order)
    count = queryset.order_by()[: COUNT_CAP + 1].count()
    backwards = bool(before) and not after
    rows_in_order = queryset.order_by(*(_turned(order) if backwards else order))
    key = before if backwards else after
    if key:
        rows_in_order = rows_in_order.filter(_beyond(_turned(order) if backwards else order, key))
    rows = list(rows_in_order[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_next = bool(rows) and (more if not backwards else True)
    has_previous = bool(rows) and (bool(key) if not backwards else more)
    return Page(
        rows=rows,
        next_key=write_key(rows[-1], order) if has_next else "",
        previous_key=write_key(rows[0], order) if has_previous else "",
        count=min(count, COUNT_CAP),
        capped=count > COUNT_CAP,
    )


def _turned(order: Sequence[str]) -> list[str]:
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def _beyond(order: Sequence[str], key: Sequence[Any]) -> Q:
    """(a > x) or (a = x and b > y) …: row comparison spelt out, because the columns may run in both directions."""
    condition, equal = Q(), Q()
    for name, value in zip(order, key, strict=True):
        column = name.removeprefix("-")
        condition |= equal & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{column: value})
    return condition


def write_key(row: Any, order: Sequence[str]) -> str:
    """The key of a row: with ?after= it the page begins with the next one."""
    values = [_value(row, name.removeprefix("-")) for name in order]
    return _signer.sign(json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")))


def _value(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = row[part] if isinstance(row, dict) else getattr(row, part)
    return row.isoformat() if isinstance(row, date | datetime) else row


def _read_key(text: str, order: Sequence[str]) -> list[Any] | None:
    if not text:
        return None
    try:
        values = json.loads(_signer.unsign(text))
    except (BadSignature, ValueError):
        return None
    return values if len(values) == len(order) else None
