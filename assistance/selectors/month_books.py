"""对账: for a month's runs, list = bank file = bank's answer = money ledger, with what stands behind each difference.

For every run: list = Σ lines = file; file = paid + came back + not answered; list − came back = drawn + uncovered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from assistance.models import LineStatus, MonthClosing, PaymentLine, PaymentRun
from assistance.selectors import fund_lines
from assistance.workflow import RunStatus
from civaffairs.lib.months import Month
from civaffairs.registry.models import Posting
from civaffairs.registry.scope import code_range

FINISHED = (RunStatus.CLOSED, RunStatus.CANCELLED)
SHOWN_MONTHS = 24


@dataclass(frozen=True)
class Difference:
    """What does not tie, in words, the fen, and which lines it is made of (a query of the run's lines; empty: none)."""

    words: str
    fen: int
    query: str = ""
    # Ties again by itself once the bank has answered or the money is covered; otherwise something is wrong.
    waits: bool = True


@dataclass(frozen=True)
class RunBooks:
    """One run's sums in fen. `file_fen` is None before the file is made."""

    run: PaymentRun
    lines_fen: int
    file_fen: int | None
    paid_fen: int
    back_fen: int
    back_again_fen: int
    waiting_fen: int
    waiting_count: int
    drawn_fen: int
    has_fund: bool

    @property
    def list_fen(self) -> int:
        return self.run.total_fen

    @property
    def uncovered_fen(self) -> int:
        return self.list_fen - self.back_fen - self.drawn_fen if self.has_fund else 0

    @property
    def back_open_fen(self) -> int:
        """Came back and is on no later list."""
        return self.back_fen - self.back_again_fen

    @property
    def differences(self) -> list[Difference]:
        found = []
        if self.lines_fen != self.list_fen:
            found.append(
                Difference("名册合计与明细不符", self.list_fen - self.lines_fen, "status=", waits=False)
            )
        if self.file_fen is None:
            found.append(Difference("还没有生成代发文件", self.list_fen, "status=listed"))
        elif self.file_fen != self.list_fen:
            found.append(
                Difference("代发文件与名册不符", self.file_fen - self.list_fen, "status=", waits=False)
            )
        if self.waiting_fen:
            found.append(
                Difference(f"银行还没有回盘（{self.waiting_count} 笔）", self.waiting_fen, "status=sent")
            )
        if self.back_open_fen:
            found.append(Difference("银行退回，还没有重发", self.back_open_fen, "status=returned"))
        if self.uncovered_fen:
            found.append(Difference("没有资金来源", self.uncovered_fen))
        return found


@dataclass(frozen=True)
class MonthBooks:
    """All approved runs of one month and what is not finished."""

    month: date
    rows: tuple[RunBooks, ...]
    unfinished: tuple[PaymentRun, ...]
    closing: MonthClosing | None

    def _sum(self, name: str) -> int:
        return sum(getattr(row, name) or 0 for row in self.rows)

    @property
    def line_count(self) -> int:
        return sum(row.run.line_count for row in self.rows)

    @property
    def list_fen(self) -> int:
        return self._sum("list_fen")

    @property
    def file_fen(self) -> int:
        return self._sum("file_fen")

    @property
    def paid_fen(self) -> int:
        return self._sum("paid_fen")

    @property
    def back_fen(self) -> int:
        return self._sum("back_fen")

    @property
    def waiting_fen(self) -> int:
        return self._sum("waiting_fen")

    @property
    def drawn_fen(self) -> int:
        return self._sum("drawn_fen")

    @property
    def uncovered_fen(self) -> int:
        return self._sum("uncovered_fen")

    @property
    def ties(self) -> bool:
        return not any(row.differences for row in self.rows)

    @property
    def slug(self) -> str:
        return f"{self.month:%Y-%m}"


def runs_of(office_code: str, month: date | None = None) -> QuerySet[PaymentRun]:
    rows = PaymentRun.objects.filter(office=office_code).select_related("scheme", "bank_file")
    return rows if month is None else rows.filter(month=month)


def unfinished(office_code: str, month: date) -> list[PaymentRun]:
    """Runs of the month that are neither closed nor cancelled, each with `why`."""
    found = list(runs_of(office_code, month).exclude(status__in=FINISHED).order_by("scheme__order", "pk"))
    for run in found:
        run.why = run.get_status_display()
    return found


def books(posting: Posting, month: date) -> MonthBooks:
    """The month's reconciliation for the posting's office. The number of queries does not depend on runs or lines."""
    runs = runs_of(posting.office_id, month).filter(status__in=fund_lines.APPROVED)
    found = fund_lines.with_uncovered(runs.order_by("scheme__order", "sequence"))
    sums = _line_sums(found)
    rows = tuple(_books_of(run, sums.get(run.pk, {})) for run in found)
    return MonthBooks(
        month, rows, tuple(unfinished(posting.office_id, month)), closing_of(posting.office_id, month)
    )


def _line_sums(runs: Iterable[PaymentRun]) -> dict[int, dict]:
    stands = ~Q(status=LineStatus.VOID) | Q(returned_on__isnull=False)
    rows = (
        PaymentLine.objects.filter(run__in=[run.pk for run in runs])
        .order_by()
        .values("run")
        .annotate(
            lines=Sum("amount_fen", filter=stands, default=0),
            paid=Sum("amount_fen", filter=Q(status=LineStatus.PAID), default=0),
            waiting=Sum("amount_fen", filter=Q(status=LineStatus.SENT), default=0),
            waiting_count=Count("pk", filter=Q(status=LineStatus.SENT)),
        )
    )
    found = {row["run"]: row for row in rows}
    # Asked by itself: joined, each line would look for its successor.
    settled = (
        PaymentLine.objects.filter(run__in=found)
        .came_back()
        .filter(Q(status=LineStatus.VOID) | (Q(reissue__isnull=False) & ~Q(reissue__status=LineStatus.VOID)))
        .order_by()
        .values_list("run")
        .annotate(Sum("amount_fen"))
    )
    for run, fen in settled:
        found[run]["again"] = fen
    return found


def _books_of(run: PaymentRun, sums: dict) -> RunBooks:
    bank_file = getattr(run, "bank_file", None)
    return RunBooks(
        run=run,
        lines_fen=sums.get("lines", 0),
        file_fen=bank_file.total_fen if bank_file else None,
        paid_fen=sums.get("paid", 0),
        back_fen=run.back_fen,
        back_again_fen=sums.get("again", 0),
        waiting_fen=sums.get("waiting", 0),
        waiting_count=sums.get("waiting_count", 0),
        drawn_fen=run.net_drawn_fen,
        has_fund=bool(fund_lines.programme_of(run)),
    )


# --- closed months ---------------------------------------------------------------------------------------


def closings(office_code: str) -> QuerySet[MonthClosing]:
    """The closings that stand for an office: its own county's."""
    low, _ = code_range(office_code[:6] + "000000")
    return MonthClosing.objects.standing().filter(office=f"{low}000000")


def closing_of(office_code: str, month: date) -> MonthClosing | None:
    rows = closings(office_code).filter(month=month)
    return rows.select_related("closed_by__user").first()


def last_closed(office_code: str) -> date | None:
    return closings(office_code).order_by("-month").values_list("month", flat=True).first()


def next_to_close(office_code: str) -> Month | None:
    """The month whose turn it is: after the newest closed one, else the first that has a list; None without any."""
    last = last_closed(office_code)
    if last is not None:
        return Month.of(last).next
    lists = runs_of(office_code).exclude(status=RunStatus.CANCELLED)
    first = lists.order_by("month").values_list("month", flat=True).first()
    return None if first is None else Month.of(first)


@dataclass(frozen=True)
class MonthRow:
    """One month of the list of months."""

    month: date
    run_count: int
    open_count: int
    total_fen: int
    closing: MonthClosing | None

    @property
    def slug(self) -> str:
        return f"{self.month:%Y-%m}"


def months(posting: Posting, on: date) -> list[MonthRow]:
    """The months with runs and this one, newest first."""
    runs = (
        PaymentRun.objects.filter(office=posting.office_id)
        .exclude(status=RunStatus.CANCELLED)
        .order_by("-month")
        .values("month")
        .annotate(
            runs=Count("pk"),
            waiting=Count("pk", filter=~Q(status=RunStatus.CLOSED)),
            total=Sum("total_fen", default=0),
        )[:SHOWN_MONTHS]
    )
    found = {row["month"]: row for row in runs}
    found.setdefault(Month.of(on).first_day, {"runs": 0, "waiting": 0, "total": 0})
    standing = {row.month: row for row in closings(posting.office_id).select_related("closed_by__user")}
    for month in standing:
        found.setdefault(month, {"runs": 0, "waiting": 0, "total": 0})
    return [
        MonthRow(month, row["runs"], row["waiting"], row["total"], standing.get(month))
        for month, row in sorted(found.items(), reverse=True)
    ]
