"""County settings and working days as their pages show them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from civaffairs.registry import county
from civaffairs.registry.models import CountySetting, Posting, WorkdayRule, WorkdayYear


@dataclass
class SettingRow:
    """One setting on the page: what holds today, since when and by which paper, and what waits to be confirmed."""

    spec: county.SettingSpec
    value: str
    is_default: bool
    since: date | None = None
    document: str = ""
    coming: CountySetting | None = None
    pending: CountySetting | None = None


def shown(spec: county.SettingSpec, value: Any) -> str:
    if spec.kind == "bool":
        return "是" if value else "否"
    if spec.kind == "choice":
        return dict(spec.choices).get(value, str(value))
    return f"{value} {spec.unit}".strip()


def setting_rows(on: date) -> list[SettingRow]:
    """Every declared setting, in one query."""
    stored: dict[str, list[CountySetting]] = {}
    rows = CountySetting.objects.select_related("entered_by__user", "confirmed_by__user")
    for row in rows.order_by("from_month", "id"):
        stored.setdefault(row.key, []).append(row)
    return [_row(spec, stored.get(spec.key, []), on) for spec in county.specs()]


def _row(spec: county.SettingSpec, rows: list[CountySetting], on: date) -> SettingRow:
    for row in rows:
        row.words = shown(spec, row.value)
    confirmed = [row for row in rows if row.confirmed_at]
    past = [row for row in confirmed if row.from_month <= on]
    current = past[-1] if past else None
    return SettingRow(
        spec,
        current.words if current else shown(spec, spec.default),
        is_default=current is None,
        since=current.from_month if current else None,
        document=current.document_number if current else "",
        coming=next((row for row in confirmed if row.from_month > on), None),
        pending=next((row for row in rows if not row.confirmed_at), None),
    )


def setting_history(key: str) -> list[CountySetting]:
    spec = county.spec(key)
    rows = list(
        CountySetting.objects.filter(key=key)
        .select_related("entered_by__user", "confirmed_by__user")
        .order_by("-from_month", "-id")
    )
    for row in rows:
        row.words = shown(spec, row.value)
    return rows


def may_confirm(row: CountySetting, posting: Posting) -> bool:
    return row.entered_by is None or row.entered_by.user_id != posting.user_id


def workday_years():
    kinds = WorkdayRule.Kind
    # Said here: a query that counts by group does not follow the table's own order.
    return (
        WorkdayYear.objects.select_related("entered_by__user")
        .annotate(
            holidays=Count("rules", filter=Q(rules__kind=kinds.HOLIDAY)),
            workdays=Count("rules", filter=Q(rules__kind=kinds.WORKDAY)),
        )
        .order_by("-year")
    )


@dataclass
class Stretch:
    """Consecutive days of one kind and name."""

    first: date
    last: date
    kind: str
    label: str
    note: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def stretches(year: int) -> list[Stretch]:
    """The rules of a year, consecutive days joined."""
    found: list[Stretch] = []
    for rule in WorkdayRule.objects.filter(year_id=year).order_by("day"):
        last = found[-1] if found else None
        if (
            last
            and (last.kind, last.note) == (rule.kind, rule.note)
            and rule.day - last.last == timedelta(days=1)
        ):
            last.last = rule.day
        else:
            found.append(Stretch(rule.day, rule.day, rule.kind, rule.get_kind_display(), rule.note))
    return found


def as_lines(year: int) -> str:
    """The rules of a year as the form takes them."""
    lines = []
    for part in stretches(year):
        days = f"{part.first}" if part.days == 1 else f"{part.first}至{part.last}"
        word = "放假" if part.kind == WorkdayRule.Kind.HOLIDAY else "上班"
        lines.append(f"{days} {word} {part.note}".strip())
    return "\n".join(lines)
