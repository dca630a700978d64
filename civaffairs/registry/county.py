"""County settings: local rules of procedure, each with its document and its first month.

The apps declare their settings here as data (name, kind, default, legal source); the county enters values. A
default is the national rule or, where there is none, the mildest one; its source says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from civaffairs.registry.models import CountySetting


@dataclass(frozen=True)
class SettingSpec:
    """One setting. `kind`: int, bool, choice or text; `unit` is printed behind the value."""

    key: str
    label: str
    kind: str
    default: Any
    source: str
    unit: str = ""
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    minimum: int | None = None
    maximum: int | None = None


_specs: dict[str, SettingSpec] = {}


def declare(specs: Iterable[SettingSpec]) -> None:
    for spec in specs:
        _specs[spec.key] = spec


def specs() -> list[SettingSpec]:
    return list(_specs.values())


def spec(key: str) -> SettingSpec:
    return _specs[key]


def value(key: str, on: date) -> Any:
    """The value in force on a day: the latest confirmed row whose month has begun, else the default."""
    stored = (
        CountySetting.objects.filter(key=key, confirmed_at__isnull=False, from_month__lte=on)
        .order_by("-from_month", "-id")
        .values_list("value", flat=True)
        .first()
    )
    return _specs[key].default if stored is None else stored


def values(on: date) -> dict[str, Any]:
    """All settings in force on a day, in one query."""
    found: dict[str, Any] = {key: spec.default for key, spec in _specs.items()}
    rows = CountySetting.objects.filter(confirmed_at__isnull=False, from_month__lte=on).order_by(
        "from_month", "id"
    )
    found.update({row.key: row.value for row in rows if row.key in found})
    return found
