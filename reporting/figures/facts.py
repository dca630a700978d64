"""What the figures are computed from: a few grouped reads of the rows, shared by all figures of a report.

`Source` reads each table once, grouped by scheme, month and, on request, by township or village; nothing is read
before a figure asks for it. `Facts` is the view of one area and some schemes on it. Months are first days; a
period is the closed range of `first` to `month`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import CharField, Count, Q, Sum, Value
from django.db.models.functions import Substr

from assistance.models import (
    BankFile,
    Decision,
    Entitlement,
    EntitlementMember,
    FundEntry,
    LabourAbility,
    PaymentLine,
    PaymentRun,
    Standard,
)
from civaffairs.lib.months import Month
from reporting.figures import rows

AREA_DIGITS = (0, 9, 12)


def months_of(first: date, last: date) -> list[date]:
    """First days of the months from `first` to `last`, both included."""
    return [month.first_day for month in Month.of(first).until(Month.of(last).next)]


@dataclass(frozen=True)
class Period:
    """From the first to the last month of a report, both as first days."""

    first: date
    month: date

    @property
    def months(self) -> list[date]:
        return months_of(self.first, self.month)

    @property
    def only_last(self) -> "Period":
        return Period(self.month, self.month)

    @property
    def before(self) -> date:
        """The month before the period."""
        return Month.of(self.first).previous.first_day


class Source:
    """Grouped reads for one area and period. `digits` 9 or 12 splits every number by township or village."""

    def __init__(self, area: str, first: date, month: date, digits: int = 0) -> None:
        if digits not in AREA_DIGITS:
            raise ValueError(f"no split by {digits} digits")
        self.area, self.period, self.digits = area, Period(first, month), digits
        self._by_child: dict[str, dict[str, list[dict]]] = {}

    def facts(self, schemes: Iterable[str], child: str = "") -> "Facts":
        return Facts(self, frozenset(schemes), child)

    @property
    def is_county(self) -> bool:
        return self.area.endswith("000000")

    def rows_of(self, name: str, child: str) -> list[dict]:
        """The groups of one read that belong to a township or village."""
        if name not in self._by_child:
            index = defaultdict(list)
            for row in getattr(self, name):
                index[row["child"]].append(row)
            self._by_child[name] = index
        return self._by_child[name][child]

    def _split(self, column: str = "office_id"):
        if not self.digits:
            return Value("", output_field=CharField())
        return Substr(column, 1, self.digits, output_field=CharField())

    def _grouped(self, queryset, *keys: str, path: str = "office_id", **sums) -> list[dict]:
        return list(
            queryset.order_by().annotate(child=self._split(path)).values("child", *keys).annotate(**sums)
        )

    @cached_property
    def spans(self) -> list[dict]:
        """Entitlements that touch the period or the month before it, by first and last month: the stock of any of
        these months is a sum over this one read."""
        touching = Entitlement.objects.in_area(self.area).filter(
            Q(until_month=None) | Q(until_month__gt=self.period.before), from_month__lte=self.period.month
        )
        return self._grouped(
            touching,
            *("scheme_id", "from_month", "until_month"),
            households=Count("pk"),
            heads=Sum("persons"),
        )

    def _moves(self, ref: rows.RowsRef, path: str) -> list[dict]:
        found = ref.queryset(self.area, self.period, None)
        prefix = "entitlement__" if ref.model is EntitlementMember else ""
        return self._grouped(found, f"{prefix}scheme_id", path, path=f"{prefix}office_id", total=Count("pk"))

    @cached_property
    def joined_households(self) -> list[dict]:
        return self._moves(rows.JOINED_HOUSEHOLDS, "from_month")

    @cached_property
    def left_households(self) -> list[dict]:
        return self._moves(rows.LEFT_HOUSEHOLDS, "until_month")

    @cached_property
    def joined_persons(self) -> list[dict]:
        return self._moves(rows.JOINED_PERSONS, "entitlement__from_month")

    @cached_property
    def left_persons(self) -> list[dict]:
        return self._moves(rows.LEFT_PERSONS, "left_month")

    @cached_property
    def paid(self) -> list[dict]:
        """Lines that moved, by the month of the run that sent them."""
        return self._grouped(
            rows.PAID_LINES.queryset(self.area, self.period, None),
            *("scheme_id", "run__month"),
            lines=Count("pk"),
            heads=Sum("persons"),
            total=Sum("amount_fen"),
            base=Sum("base_fen"),
            classified=Sum("classified_fen"),
            care=Sum("care_fen"),
            arrears=Sum("arrears_fen"),
        )

    @cached_property
    def people(self) -> list[dict]:
        """Who is protected in the last month, in the classes of the monthly table."""
        return self._grouped(
            rows.PERSONS.queryset(self.area, self.period, None),
            "entitlement__scheme_id",
            path="entitlement__office_id",
            total=Count("pk"),
            **{
                name: Count("pk", filter=rows.person_class(name, self.period)) for name in rows.PERSON_CLASSES
            },
            **{f"labour_{value}": Count("pk", filter=Q(labour=value)) for value in LabourAbility.values},
        )

    @cached_property
    def causes(self) -> list[dict]:
        """Households by their set of causes; several causes may stand in one set."""
        return self._grouped(
            rows.HOUSEHOLDS.queryset(self.area, self.period, None),
            *("scheme_id", "causes"),
            households=Count("pk"),
        )

    @cached_property
    def received(self) -> list[dict]:
        found = rows.RECEIVED.queryset(self.area, self.period, None)
        return self._grouped(found, "scheme_id", "submitted_on", total=Count("pk"))

    @cached_property
    def decided(self) -> list[dict]:
        found = rows.DECIDED.queryset(self.area, self.period, None)
        return self._grouped(
            found,
            *("scheme_id", "decided_on"),
            total=Count("pk"),
            approved=Count("pk", filter=Q(decision__outcome=Decision.Outcome.APPROVED)),
            refused=Count("pk", filter=Q(decision__outcome=Decision.Outcome.REFUSED)),
            in_time=Count("pk", filter=rows.IN_TIME),
        )

    @cached_property
    def funds(self) -> list[dict]:
        """Money from above, booked for the year of the last month until its end."""
        last_day = Month.of(self.period.month).last_day
        found = FundEntry.objects.in_area(self.area).filter(year=self.period.month.year, on__lte=last_day)
        return list(found.order_by().values("programme", "kind").annotate(total=Sum("amount_fen")))

    @cached_property
    def standards(self) -> dict[str, dict]:
        """The county's standard in force in the last month, by scheme."""
        found = Standard.objects.confirmed().filter(
            office_id=f"{self.area[:6]}000000", from_month__lte=self.period.month
        )
        rows_in_order = found.order_by("from_month", "pk").values("scheme_id", "params", "document_number")
        return {row["scheme_id"]: row for row in rows_in_order}

    @cached_property
    def runs(self) -> list[dict]:
        """Runs of the period as the payment side holds them: an independent count of the same money."""
        found = PaymentRun.objects.in_area(self.area).filter(
            month__gte=self.period.first, month__lte=self.period.month
        )
        return list(
            found.order_by("month", "scheme_id", "sequence").values(
                *("pk", "scheme_id", "month", "kind", "status", "line_count", "person_count", "total_fen")
            )
        )

    @cached_property
    def bank_files(self) -> dict[int, dict]:
        files = BankFile.objects.filter(run__in=[run["pk"] for run in self.runs])
        return {row["run_id"]: row for row in files.values("run_id", "line_count", "total_fen")}

    @cached_property
    def returned(self) -> dict[int, dict]:
        """Lines that came back, by run: what lies between a roster and the money that reached people."""
        found = PaymentLine.objects.filter(run__in=[run["pk"] for run in self.runs], status="returned")
        grouped = (
            found.order_by()
            .values("run_id")
            .annotate(lines=Count("pk"), total=Sum("amount_fen"), heads=Sum("persons"))
        )
        return {row["run_id"]: row for row in grouped}


@dataclass(frozen=True)
class Facts:
    """The numbers of some schemes in one area (`child` is a prefix when the source is split)."""

    source: Source
    schemes: frozenset[str]
    child: str = ""
    only: date | None = None

    @property
    def period(self) -> Period:
        return Period(self.only, self.only) if self.only else self.source.period

    def at(self, month: date) -> "Facts":
        """The same for one month of the period alone. Stock, moves and payments know each month; the classes of
        people, cases and booked money are read for the end of the period only."""
        return replace(self, only=month)

    def _mine(self, name: str, scheme: str = "scheme_id") -> list[dict]:
        return [row for row in self.source.rows_of(name, self.child) if row[scheme] in self.schemes]

    # --- stock ------------------------------------------------------------------------------------

    def stock(self, month: date, what: str = "households") -> int:
        """Households or heads in force in `month`, which lies in the period or is the month before it."""
        return sum(
            row[what]
            for row in self._mine("spans")
            if row["from_month"] <= month and (row["until_month"] is None or row["until_month"] > month)
        )

    def people(self, what: str) -> int:
        return sum(row[what] for row in self._mine("people", "entitlement__scheme_id"))

    def cause(self, cause: str) -> int:
        return sum(row["households"] for row in self._mine("causes") if cause in row["causes"])

    # --- moves ------------------------------------------------------------------------------------

    def _moved(self, name: str, scheme: str, month: str, period: Period) -> int:
        return sum(
            row["total"] for row in self._mine(name, scheme) if period.first <= row[month] <= period.month
        )

    def joined_households(self, period: Period) -> int:
        return self._moved("joined_households", "scheme_id", "from_month", period)

    def left_households(self, period: Period) -> int:
        return self._moved("left_households", "scheme_id", "until_month", period)

    def joined_persons(self, period: Period) -> int:
        return self._moved("joined_persons", "entitlement__scheme_id", "entitlement__from_month", period)

    def left_persons(self, period: Period) -> int:
        return self._moved("left_persons", "entitlement__scheme_id", "left_month", period)

    # --- money ------------------------------------------------------------------------------------

    def paid(self, period: Period, what: str = "total") -> int:
        """Sum over lines that moved in runs of the period: total, base, classified, care, arrears (fen), heads
        or lines."""
        return sum(
            row[what] for row in self._mine("paid") if period.first <= row["run__month"] <= period.month
        )

    def fund(self, kind: str, programme: str = "") -> int | None:
        """Booked money in fen; None below the county, where no money ledger is kept."""
        if not self.source.is_county or self.child:
            return None
        return sum(
            row["total"]
            for row in self.source.funds
            if row["kind"] == kind and (not programme or row["programme"] == programme)
        )

    def standard_fen(self) -> int | None:
        (scheme,) = self.schemes
        row = self.source.standards.get(scheme)
        return row["params"].get("standard_fen") if row else None

    # --- cases ------------------------------------------------------------------------------------

    def received(self, period: Period) -> int:
        return self._days("received", "submitted_on", "total", period)

    def decided(self, period: Period, what: str = "total") -> int:
        return self._days("decided", "decided_on", what, period)

    def _days(self, name: str, day: str, what: str, period: Period) -> int:
        last = Month.of(period.month).last_day
        return sum(row[what] for row in self._mine(name) if period.first <= row[day] <= last)
