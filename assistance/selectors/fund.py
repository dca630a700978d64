"""The money ledger and its sums: planned, arrived, paid, by programme and year."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from assistance.models import FundEntry, PaymentLine, Scheme
from assistance.schemes import PROGRAMMES, SCHEMES
from civaffairs.registry.models import Posting


@dataclass(frozen=True)
class ProgrammeSums:
    """Fen of one programme in one year. `paid_fen` is None where payments are not made in this system."""

    programme: str
    planned_fen: int
    arrived_fen: int
    paid_fen: int | None

    @property
    def left_fen(self) -> int | None:
        """Arrived and not paid out."""
        return None if self.paid_fen is None else self.arrived_fen - self.paid_fen


def entries(posting: Posting) -> QuerySet[FundEntry]:
    """The entries with who made them, and `is_reversed`."""
    reversals = FundEntry.objects.filter(reverses=OuterRef("pk"))
    return (
        FundEntry.objects.visible_to(posting)
        .select_related("entered_by__user")
        .annotate(is_reversed=Exists(reversals))
    )


def sums(posting: Posting, year: int) -> list[ProgrammeSums]:
    """One row for each programme that has an entry or a payment in the year."""
    booked = {
        row["programme"]: row
        for row in FundEntry.objects.visible_to(posting)
        .filter(year=year)
        .order_by()
        .values("programme")
        .annotate(
            planned=Sum("amount_fen", filter=Q(kind=FundEntry.Kind.PLANNED), default=0),
            arrived=Sum("amount_fen", filter=Q(kind=FundEntry.Kind.ARRIVED), default=0),
        )
    }
    paid = {
        row["scheme__family"]: row["total"]
        for row in PaymentLine.objects.visible_to(posting)
        .moved()
        .filter(month__gte=date(year, 1, 1), month__lte=date(year, 12, 31))
        .order_by()
        .values("scheme__family")
        .annotate(total=Sum("amount_fen"))
    }
    found = []
    spending = _families()
    for programme in dict.fromkeys([*PROGRAMMES, *booked]):
        families = spending.get(programme, ())
        spent = sum(paid.get(family, 0) for family in families) if families else None
        if programme not in booked and not spent:
            continue
        row = booked.get(programme, {"planned": 0, "arrived": 0})
        found.append(ProgrammeSums(programme, row["planned"], row["arrived"], spent))
    return found


def _families() -> dict[str, tuple[str, ...]]:
    """Line of the ledger → families of programmes that spend it, those of the county's own making among them."""
    found = dict(PROGRAMMES)
    for scheme in Scheme.objects.exclude(pk__in=SCHEMES).filter(is_active=True):
        line = scheme.spec.programme
        found[line] = (*found.get(line, ()), scheme.family)
    return found


def by_source(posting: Posting, year: int) -> list[dict]:
    """Planned and arrived by programme and source, for the table below the sums."""
    rows = (
        FundEntry.objects.visible_to(posting)
        .filter(year=year)
        .order_by("programme", "source")
        .values("programme", "source")
        .annotate(
            planned=Sum("amount_fen", filter=Q(kind=FundEntry.Kind.PLANNED), default=0),
            arrived=Sum("amount_fen", filter=Q(kind=FundEntry.Kind.ARRIVED), default=0),
            entries=Count("pk"),
        )
    )
    order = list(FundEntry.Source.values)
    labels = dict(FundEntry.Source.choices)
    return [
        {**row, "source_label": labels[row["source"]]}
        for row in sorted(rows, key=lambda row: (row["programme"], order.index(row["source"])))
    ]
