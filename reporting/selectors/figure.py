"""The dictionary with its live numbers, and the way from a number down to its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from civaffairs.lib.identity import mask_id_card
from civaffairs.lib.money import yuan
from civaffairs.registry import access
from civaffairs.registry.models import Level, Office, Posting
from reporting.figures import Book, Figure, FigureValue, Period, catalogue, period_of, split
from reporting.figures.dibao import SCOPES

# What the rows of each table need from their neighbours, and their order; the last column is unique.
ORDERS = {
    "entitlement": ("office_id", "id"),
    "member": ("entitlement__office_id", "id"),
    "line": ("office_id", "id"),
    "application": ("office_id", "id"),
    "fund": ("-on", "-id"),
}
RELATED = {
    "entitlement": ("payee", "office", "scheme"),
    "member": ("person", "entitlement__payee", "entitlement__office", "entitlement__scheme"),
    "line": ("office", "run__scheme", "entitlement"),
    "application": ("applicant", "office", "scheme"),
    "fund": ("office",),
}


@dataclass(frozen=True)
class Share:
    """What one township or village adds to a figure."""

    name: str
    code: str
    value: int | None
    text: str
    url: str


def rows_url(key: str, period: Period, area: str = "") -> str:
    """Where the rows behind a figure are listed; key@2026-03 asks for one month."""
    stem, _, month = key.partition("@")
    first, last = f"{period.first:%Y-%m}", f"{period.month:%Y-%m}"
    query = {"first": month or first, "month": month or last}
    if area:
        query["area"] = area
    return f"{reverse('figure_rows', args=[stem])}?{urlencode(query)}"


@dataclass(frozen=True)
class Entry:
    """One line of the dictionary: the same figure for urban, rural and both, or a single one in the last place."""

    name: str
    figure: Figure
    urban: FigureValue | None
    rural: FigureValue | None
    whole: FigureValue | None

    @property
    def values(self) -> tuple[FigureValue | None, ...]:
        return self.urban, self.rural, self.whole


def dictionary(book: Book, group: str = "", text: str = "") -> list[tuple[str, list[Entry]]]:
    """Figures with their values, by group. Only those that are shown are computed."""
    lines: dict[str, dict[str, FigureValue | None]] = {}
    for found in _matching(group, text):
        head, _, stem = found.key.partition(".")
        scope, _, stem = stem.partition(".")
        of_scope = head == "dibao" and scope in SCOPES
        line = lines.setdefault(stem if of_scope else found.key, {})
        line[scope if of_scope else "both"] = book.get(found.key)
    groups: dict[str, list[Entry]] = {}
    for line in lines.values():
        scope, first = next(iter(line.items()))
        name = first.figure.name
        label = SCOPES[scope][0]
        if first.key.startswith("dibao.") and name.startswith(label):
            name = name.removeprefix(label)
        entry = Entry(name, first.figure, line.get("urban"), line.get("rural"), line.get("both"))
        groups.setdefault(first.figure.group, []).append(entry)
    return list(groups.items())


def _matching(group: str, text: str) -> Iterator[Figure]:
    words = text.split()
    for found in catalogue():
        if group and found.group != group:
            continue
        if all(word in found.name or word in found.definition for word in words):
            yield found


def shares(figure: Figure, area: Office, period: Period) -> list[Share]:
    """The figure of each township (of a county) or village (of a township); what no child holds is a line of its own."""
    if area.level == Level.VILLAGE or figure.group == "资金落实":
        return []
    digits = 9 if area.level == Level.COUNTY else 12
    children = list(Office.objects.filter(parent=area).order_by("code"))
    values = split(figure, area.code, period, [child.code[:digits] for child in children], digits)
    return [
        Share(
            child.name,
            child.code,
            value := values[child.code[:digits]],
            figure.text(value),
            rows_url(figure.key, period, child.code),
        )
        for child in children
    ]


def behind(figure: Figure, area: str, period: Period, posting: Posting) -> QuerySet | None:
    """The single rows, if the figure has any and the posting may see them."""
    ref = figure.rows
    if ref is None or not access.may(posting, ref.permission):
        return None
    schemes = figure.schemes or None
    found = ref.queryset(area, period_of(figure, period), schemes)
    return found.select_related(*RELATED[ref.table])


def default_month(on: date) -> date:
    """The last month that is over: what statistics are about."""
    first = on.replace(day=1)
    return date(first.year - 1, 12, 1) if first.month == 1 else first.replace(month=first.month - 1)


def areas(posting: Posting) -> list[tuple[str, str]]:
    """Offices that the posting may look at, townships before their villages, as choices."""
    offices = Office.objects.visible_to(posting).filter(is_active=True).order_by("code")
    own = posting.office
    return [
        (office.code, office.name if office.level < Level.VILLAGE else f"　{office.name}")
        for office in offices
        if office.level < Level.VILLAGE or own.level > Level.COUNTY
    ]


# --- one row as a line of the table ---------------------------------------------------------------

COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "entitlement": (
        ("领款人", ""),
        ("村（社区）", ""),
        ("低保证号", ""),
        ("起发月份", ""),
        ("止发月份", ""),
        ("保障人数", "num"),
        ("月保障金（元）", "num"),
    ),
    "member": (
        ("姓名", ""),
        ("身份证号", ""),
        ("与户主关系", ""),
        ("领款人", ""),
        ("村（社区）", ""),
        ("低保证号", ""),
        ("分类施保（元）", "num"),
    ),
    "line": (
        ("领款人", ""),
        ("村（社区）", ""),
        ("批次", ""),
        ("所属月份", ""),
        ("状态", ""),
        ("保障人数", "num"),
        ("分类施保（元）", "num"),
        ("金额（元）", "num"),
    ),
    "application": (
        ("申请人", ""),
        ("村（社区）", ""),
        ("受理编号", ""),
        ("项目", ""),
        ("提交日期", ""),
        ("决定日期", ""),
        ("总期限", ""),
        ("状态", ""),
    ),
    "fund": (("文号", ""), ("项目", ""), ("来源", ""), ("类型", ""), ("日期", ""), ("金额（元）", "num")),
}


def cells_of(table: str, row: Any) -> tuple[str, list[str]]:
    """(address of the page behind the row or "", its cells in the order of COLUMNS)."""
    return _CELLS[table](row)


def _month(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else "—"


def _entitlement(row: Any) -> tuple[str, list[str]]:
    return reverse("entitlement_detail", args=[row.pk]), [
        row.payee.name,
        row.office.name,
        row.number,
        _month(row.from_month),
        _month(row.until_month),
        f"{row.persons:,}",
        yuan(row.amount_fen),
    ]


def _member(row: Any) -> tuple[str, list[str]]:
    person, grant = row.person, row.entitlement
    return reverse("entitlement_detail", args=[grant.pk]), [
        person.name,
        mask_id_card(person.id_number) if person.id_number else person.substitute_number or "—",
        row.get_relationship_display(),
        grant.payee.name,
        grant.office.name,
        grant.number,
        yuan(row.classified_fen),
    ]


def _line(row: Any) -> tuple[str, list[str]]:
    return reverse("entitlement_detail", args=[row.entitlement_id]), [
        row.payee_name,
        row.office.name,
        str(row.run),
        _month(row.month),
        row.get_status_display(),
        f"{row.persons:,}",
        yuan(row.classified_fen),
        yuan(row.amount_fen),
    ]


def _application(row: Any) -> tuple[str, list[str]]:
    days = [f"{day:%Y-%m-%d}" if day else "—" for day in (row.submitted_on, row.decided_on, row.total_due_on)]
    return reverse("case_detail", args=[row.pk]), [
        row.applicant.name,
        row.office.name,
        row.number,
        row.scheme.short_name,
        *days,
        row.get_status_display(),
    ]


def _fund(row: Any) -> tuple[str, list[str]]:
    return "", [
        row.document_number,
        f"{row.year}年 {row.programme}",
        row.get_source_display(),
        row.get_kind_display(),
        f"{row.on:%Y-%m-%d}",
        yuan(row.amount_fen),
    ]


_CELLS = {
    "entitlement": _entitlement,
    "member": _member,
    "line": _line,
    "application": _application,
    "fund": _fund,
}
