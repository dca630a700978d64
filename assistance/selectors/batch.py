"""What the pages of batches show. A township sees its own people and sums of a county's batch."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Substr

from assistance.models import (
    Batch,
    BatchItem,
    BatchRate,
    Entitlement,
    EntitlementMember,
    LineStatus,
    PaymentLine,
    PaymentRun,
    Scheme,
    Standard,
)
from assistance.services.batch_rates import STANDINGS
from civaffairs.lib.assessment import Step
from civaffairs.lib.months import Month
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Office, Posting

State, Outcome = Batch.State, BatchItem.Outcome
TONES = {
    Outcome.LISTED: "good",
    Outcome.DUPLICATE: "plain",
    Outcome.HAD_IT: "plain",
    Outcome.DEAD: "bad",
    Outcome.HELD: "warn",
    Outcome.NO_RATE: "plain",
    Outcome.REMOVED: "warn",
    Outcome.CANDIDATE: "wait",
}


@dataclass(frozen=True)
class Sums:
    """Persons and fen."""

    persons: int = 0
    total_fen: int = 0


def batches(posting: Posting) -> QuerySet[Batch]:
    return Batch.objects.visible_to(posting).select_related("scheme", "area", "prepared_by__user")


def programmes() -> list[Scheme]:
    """The programmes that are paid by the batch."""
    return [row for row in Scheme.objects.filter(is_active=True) if row.spec.cadence == "batch"]


def with_sums(rows: list[Batch], posting: Posting) -> list[Batch]:
    """Each with `.seen` (Sums): its own, or those of the posting's people, in one query for the page."""
    partly = [row for row in rows if not access.covers_office(posting, row.office_id)]
    found = {}
    if partly:
        found = {
            row["batch"]: Sums(row["persons"], row["total"])
            for row in BatchItem.objects.visible_to(posting)
            .filter(batch__in=partly, outcome=Outcome.LISTED)
            .values("batch")
            .annotate(persons=Count("pk"), total=Sum("amount_fen"))
        }
    for row in rows:
        row.seen = found.get(row.pk, Sums()) if row in partly else Sums(row.person_count, row.total_fen)
    return rows


_NUMBERED = re.compile(r"(.+[〔\[(（])(\d{4})([〕\])）])(\d{1,5})号")


def next_document_number(posting: Posting, on: date) -> str:
    """The number after the highest that the office has given in the form of its latest batch: 云民〔2026〕31号. Batches
    and runs are counted, other papers are not known here; "" where there is no batch in such a form yet."""
    latest = (
        Batch.objects.filter(office=posting.office_id)
        .order_by("-id")
        .values_list("document_number", flat=True)
        .first()
    )
    found = _NUMBERED.fullmatch(latest or "")
    if found is None:
        return ""
    head = f"{found[1]}{on.year}{found[3]}"
    used = [
        *Batch.objects.filter(office=posting.office_id, document_number__startswith=head)
        .order_by()
        .values_list("document_number", flat=True)
        .distinct(),
        *PaymentRun.objects.filter(office=posting.office_id, document_number__startswith=head)
        .order_by()
        .values_list("document_number", flat=True),
    ]
    serials = [int(each[4]) for each in map(_NUMBERED.fullmatch, used) if each is not None]
    return f"{head}{max(serials, default=0) + 1}号"


def people_in_force(posting: Posting, on: date) -> dict[str, int]:
    """How many persons each programme protects this month, by scheme."""
    month = Month.of(on).first_day
    rows = (
        EntitlementMember.objects.filter(
            Q(until_month=None) | Q(until_month__gt=month),
            Q(entitlement__until_month=None) | Q(entitlement__until_month__gt=month),
            entitlement__from_month__lte=month,
            entitlement__in=Entitlement.objects.visible_to(posting),
        )
        .order_by()
        .values("entitlement__scheme")
        .annotate(people=Count("pk"))
    )
    return {row["entitlement__scheme"]: row["people"] for row in rows}


def standard_in_force(scheme: Scheme, posting: Posting, on: date) -> Standard | None:
    """The county's own, for the hints of the form."""
    rows = Standard.objects.confirmed().filter(
        scheme=scheme, office_id=posting.office_id, from_month__lte=Month.of(on).first_day
    )
    return rows.order_by("-from_month").first()


def items_of(batch: Batch, posting: Posting) -> QuerySet[BatchItem]:
    """The rows that this posting sees, with the programme under which a left-out person is paid."""
    kept = BatchItem.objects.filter(
        batch=OuterRef("batch"), person=OuterRef("person"), outcome=Outcome.LISTED
    )
    return (
        BatchItem.objects.visible_to(posting)
        .filter(batch=batch)
        .select_related("person", "payee", "scheme", "office__parent", "paid_to", "removed_by__user")
        .annotate(kept_under=Subquery(kept.values("scheme__short_name")[:1]))
    )


def narrowed(rows: QuerySet[BatchItem], words: str) -> QuerySet[BatchItem]:
    """By name or initials."""
    key = words.strip()
    if not key:
        return rows
    return rows.filter(Q(person__name__startswith=key) | Q(person__name_initials__startswith=key.lower()))


@dataclass(frozen=True)
class Line:
    """One row of a summary; `key` leads to the people behind it."""

    key: str
    label: str
    persons: int
    total_fen: int


def by_outcome(batch: Batch, posting: Posting) -> list[Line]:
    rows = _counted(batch, posting, "outcome")
    found = {row["outcome"]: row for row in rows}
    return [
        Line(key, label, found[key]["persons"], found[key]["total"])
        for key, label in Outcome.choices
        if key in found and key != Outcome.LISTED
    ]


def by_programme(batch: Batch, posting: Posting) -> list[Line]:
    """Who is paid, by the programme under which he is counted, in the county's order."""
    found = {row["scheme"]: row for row in _counted(batch, posting, "scheme", outcome=Outcome.LISTED)}
    sources = batch.sources.select_related("scheme")
    return [
        Line(
            row.scheme_id,
            row.scheme.short_name,
            found[row.scheme_id]["persons"],
            found[row.scheme_id]["total"],
        )
        for row in sources
        if row.scheme_id in found
    ]


def by_township(batch: Batch, posting: Posting) -> list[Line]:
    rows = (
        BatchItem.objects.visible_to(posting)
        .filter(batch=batch, outcome=Outcome.LISTED)
        .annotate(area=Substr("office_id", 1, 9))
        .values("area")
        .annotate(persons=Count("pk"), total=Sum("amount_fen"))
        .order_by("area")
    )
    found = list(rows)
    names = Office.objects.in_bulk([f"{row['area']}000" for row in found])
    return [
        Line(code, names[code].name if code in names else code, row["persons"], row["total"])
        for row in found
        for code in [f"{row['area']}000"]
    ]


def _counted(batch: Batch, posting: Posting, column: str, **only: Any) -> Iterable[dict]:
    return (
        BatchItem.objects.visible_to(posting)
        .filter(batch=batch, **only)
        .order_by()
        .values(column)
        .annotate(persons=Count("pk"), total=Sum("amount_fen"))
    )


@dataclass(frozen=True)
class Rate:
    """A sum and how it came about, with the places where it holds."""

    standing: str
    places: str
    amount_fen: int
    document: str
    steps: list[Step]


def rates_of(batch: Batch) -> list[Rate]:
    """The rates that somebody is paid by, equal ones of several townships in one row."""
    used = BatchItem.objects.filter(batch=batch, outcome=Outcome.LISTED).order_by().values("rate").distinct()
    rows = (
        BatchRate.objects.filter(pk__in=used)
        .select_related("township", "standard")
        .order_by("standing", "-is_urban", "township")
    )
    rule = batch.scheme.spec.rule
    names = STANDINGS[rule]
    grouped: dict[tuple, list[BatchRate]] = {}
    for row in rows:
        # The price does not ask for the standing, the others not for the kind of household.
        what = ("城镇" if row.is_urban else "农村") if rule == "price" else names[row.standing]
        grouped.setdefault((what, row.amount_fen, row.standard.document_number), []).append(row)
    found = []
    for (what, fen, document), same in grouped.items():
        places = dict.fromkeys(row.township.name for row in same)
        words = "、".join(places) if len(places) <= 3 else f"{len(places)}个乡镇"
        found.append(Rate(what, words, fen, document, [Step(**step) for step in same[0].steps]))
    return found


@dataclass(frozen=True)
class Paid:
    """What lists have made of a batch."""

    runs: list[PaymentRun]
    states: list[tuple[str, int, int]]  # label, lines, fen
    waiting: int  # granted and on no list


def paid_of(batch: Batch, posting: Posting) -> Paid:
    lines = (
        PaymentLine.objects.visible_to(posting)
        .filter(entitlement__batch_item__batch=batch)
        .exclude(status=LineStatus.VOID)
    )
    labels = dict(LineStatus.choices)
    states = [
        (labels[row["status"]], row["lines"], row["total"])
        for row in lines.order_by("status")
        .values("status")
        .annotate(lines=Count("pk"), total=Sum("amount_fen"))
    ]
    runs = (
        PaymentRun.objects.filter(pk__in=lines.values("run"))
        .select_related("scheme")
        .order_by("month", "sequence")
    )
    listed = BatchItem.objects.visible_to(posting).filter(batch=batch, outcome=Outcome.LISTED)
    on_lists = lines.filter(original=None).order_by().values("entitlement").distinct().count()
    return Paid(list(runs), states, listed.count() - on_lists if batch.state == State.APPROVED else 0)


@dataclass(frozen=True)
class Option:
    """An act of the page; greyed with the reason where it is not open."""

    name: str
    label: str
    why_not: str = ""
    is_forward: bool = False


def options(batch: Batch, posting: Posting) -> list[Option]:
    """The acts that this posting's role has, in the order of the work."""
    if not access.covers_office(posting, batch.office_id):
        return []
    state = batch.get_state_display()
    waiting = "" if batch.state == State.PREPARED else f"本批{state}"
    granted = "" if batch.state == State.APPROVED else f"本批{state}"
    found = []
    if access.may(posting, Permission.APPROVE_RUN):
        why = waiting or ("" if batch.person_count else "名单是空的")
        if not why and batch.prepared_by.user_id == posting.user_id:
            why = "名单是您生成的，要由另一人审批"
        found += [Option("approve", "审批", why, True), Option("undo", "撤销", granted)]
    if access.may(posting, Permission.PREPARE_RUN):
        found += [Option("renew", "重新生成", waiting), Option("discard", "作废", waiting)]
    return found


def price_words(batch: Batch) -> list[tuple[str, str]]:
    """The indexes as entered: [("CPI", "2.1%"), …]."""
    names = {"cpi_bp": "CPI", "food_bp": "食品价格", "scpi_bp": "SCPI"}
    return [(name, f"{batch.indexes[key] / 100:g}%") for key, name in names.items() if key in batch.indexes]


def triggers(standard: Standard | None) -> str:
    """When prices set the subsidy off, by the standard in force; "" where there is nothing of the kind."""
    lines = (
        [] if standard is None else [standard.params.get(f"trigger_{name}_bp") for name in ("cpi", "food")]
    )
    if not lines or None in lines:
        return ""
    cpi, food = (f"{line / 100:g}%" for line in lines)
    return f"CPI涨幅达到{cpi}或者食品价格涨幅达到{food}就启动"
