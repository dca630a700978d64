"""Lines of the money ledger (year × programme × source): what each holds, what a run would take, what is not covered.

Every balance is a sum of rows: 年初结余 + 到位 − 分配 + 退回. A run belongs to the year of its month.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet, Sum

from assistance.models import FundDraw, FundEntry, PaymentLine, PaymentRun
from assistance.procedure import SAME_ORDER, order_key
from assistance.schemes import PROGRAMMES
from assistance.workflow import RunStatus
from civaffairs.registry import access, county
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting

SOURCES = tuple(FundEntry.Source.values)
APPROVED = (RunStatus.APPROVED, RunStatus.ISSUED, RunStatus.CLOSED)
SENT = (RunStatus.ISSUED, RunStatus.CLOSED)


@dataclass(frozen=True)
class LineSums:
    """Fen of one line. `drawn_fen`: given to runs, `paid_fen`: of that, sent to the bank and not come back,
    `back_fen`: come back (above zero)."""

    programme: str
    source: str
    opening_fen: int = 0
    planned_fen: int = 0
    arrived_fen: int = 0
    drawn_fen: int = 0
    paid_fen: int = 0
    back_fen: int = 0

    @property
    def balance_fen(self) -> int:
        return self.opening_fen + self.arrived_fen - self.drawn_fen + self.back_fen

    @property
    def source_label(self) -> str:
        return str(FundEntry.Source(self.source).label)


@dataclass(frozen=True)
class Share:
    """What a run takes, or would take, from one source."""

    source: str
    there_fen: int
    take_fen: int

    @property
    def label(self) -> str:
        return str(FundEntry.Source(self.source).label)


@dataclass(frozen=True)
class Plan:
    """How a run is to be paid for. `short_fen` is what no line has."""

    programme: str
    year: int
    need_fen: int
    shares: tuple[Share, ...]
    blocks: bool

    @property
    def short_fen(self) -> int:
        return self.need_fen - sum(share.take_fen for share in self.shares)


def programme_of(run: PaymentRun) -> str:
    """The line of the ledger that pays for a run; empty where none does."""
    return run.scheme.spec.programme


def order_of(programme: str, on: date) -> tuple[str, ...]:
    """The sources in the order the county draws on them."""
    found = county.values(on)
    own = found[order_key(programme)] if programme in PROGRAMMES else SAME_ORDER
    order = tuple((found["fund_order"] if own == SAME_ORDER else own).split(","))
    return order if set(order) == set(SOURCES) else SOURCES


def balances(office_code: str, year: int, programme: str) -> dict[str, int]:
    """Source → what is left, for sources that have an entry. Two queries."""
    of_line = {"office": office_code, "year": year, "programme": programme}
    held = (
        FundEntry.objects.filter(**of_line, kind__in=(FundEntry.Kind.ARRIVED, FundEntry.Kind.OPENING))
        .order_by()
        .values_list("source")
        .annotate(Sum("amount_fen"))
    )
    found = dict(held)
    drawn = FundDraw.objects.filter(**of_line).order_by().values_list("source").annotate(Sum("amount_fen"))
    for source, fen in drawn:
        found[source] = found.get(source, 0) - fen
    return found


def out_fen(run: PaymentRun) -> int:
    """What of a run is with the families, at the bank or about to go there: all but what came back."""
    back = run.lines.came_back().aggregate(total=Sum("amount_fen", default=0))["total"]
    return run.total_fen - back


def drawn_fen(run: PaymentRun) -> int:
    return run.draws.aggregate(total=Sum("amount_fen", default=0))["total"]


def plan_of(run: PaymentRun, on: date) -> Plan | None:
    """What this run would take from each line now, in the county's order. None where no line pays for the programme."""
    programme = programme_of(run)
    if not programme:
        return None
    year = run.month.year
    there = balances(run.office_id, year, programme)
    need = max(0, out_fen(run) - drawn_fen(run))
    shares, left = [], need
    for source in order_of(programme, on):
        if source not in there:
            continue
        take = max(0, min(left, there[source]))
        shares.append(Share(source, there[source], take))
        left -= take
    return Plan(programme, year, need, tuple(shares), county.value("fund_short", on) == "block")


def draws_of(run: PaymentRun) -> list[LineSums]:
    """What a run took and gave back, by source."""
    rows = (
        run.draws.order_by()
        .values("programme", "source")
        .annotate(drawn=_drawn(), back=-Sum("amount_fen", filter=Q(amount_fen__lt=0), default=0))
    )
    found = [
        LineSums(row["programme"], row["source"], drawn_fen=row["drawn"], back_fen=row["back"])
        for row in rows
    ]
    return sorted(found, key=lambda line: SOURCES.index(line.source))


def _drawn() -> Sum:
    return Sum("amount_fen", filter=Q(amount_fen__gt=0), default=0)


# --- the table of a year -------------------------------------------------------------------------------


def table(posting: Posting, year: int) -> list[LineSums]:
    """Every line that has an entry or a draw in the year, by programme and source. Two queries."""
    kinds = FundEntry.Kind
    booked = (
        FundEntry.objects.visible_to(posting)
        .filter(year=year)
        .order_by()
        .values("programme", "source")
        .annotate(
            **{
                f"{kind}_fen": Sum("amount_fen", filter=Q(kind=kind), default=0)
                for kind in (kinds.OPENING, kinds.PLANNED, kinds.ARRIVED)
            }
        )
    )
    found = {(row["programme"], row["source"]): dict(row) for row in booked}
    drawn = (
        FundDraw.objects.visible_to(posting)
        .filter(year=year)
        .order_by()
        .values("programme", "source")
        .annotate(
            drawn_fen=_drawn(),
            paid_fen=Sum("amount_fen", filter=Q(run__status__in=SENT), default=0),
            back_fen=-Sum("amount_fen", filter=Q(amount_fen__lt=0), default=0),
        )
    )
    for row in drawn:
        found.setdefault((row["programme"], row["source"]), {}).update(row)
    lines = [LineSums(**row) for row in found.values()]
    order = list(PROGRAMMES)
    return sorted(
        lines,
        key=lambda line: (
            order.index(line.programme) if line.programme in order else len(order),
            line.programme,
            SOURCES.index(line.source),
        ),
    )


@dataclass(frozen=True)
class Block:
    """One programme of the table: its lines, their sum, and what runs have paid that no line covers."""

    programme: str
    lines: tuple[LineSums, ...]
    total: LineSums
    uncovered_fen: int


def blocks(posting: Posting, year: int) -> list[Block]:
    """The table by programme, those that only have something uncovered among them."""
    uncovered: dict[str, int] = {}
    for run in uncovered_runs(posting, year):
        uncovered[programme_of(run)] = uncovered.get(programme_of(run), 0) + run.uncovered_fen
    grouped: dict[str, list[LineSums]] = {programme: [] for programme in uncovered}
    for line in table(posting, year):
        grouped.setdefault(line.programme, []).append(line)
    order = {programme: place for place, programme in enumerate(PROGRAMMES)}
    return [
        Block(programme, tuple(lines), total_of(lines, programme), uncovered.get(programme, 0))
        for programme, lines in sorted(
            grouped.items(), key=lambda item: (order.get(item[0], len(order)), item[0])
        )
    ]


def total_of(lines: Iterable[LineSums], programme: str = "") -> LineSums:
    """The sum of some lines; its source is only a filler."""
    names = ("opening_fen", "planned_fen", "arrived_fen", "drawn_fen", "paid_fen", "back_fen")
    sums = dict.fromkeys(names, 0)
    for line in lines:
        for name in names:
            sums[name] += getattr(line, name)
    return LineSums(programme, SOURCES[0], **sums)


def with_uncovered(runs: Iterable[PaymentRun]) -> list[PaymentRun]:
    """Approved runs, each with `back_fen` (came back from the bank), `net_drawn_fen` and `uncovered_fen`: what is out and
    no line has given. Two queries for all."""
    found = list(runs)
    keys = [run.pk for run in found]
    back = PaymentLine.objects.filter(run__in=keys).came_back().order_by().values_list("run")
    drawn = FundDraw.objects.filter(run__in=keys).order_by().values_list("run")
    back_of, drawn_of = dict(back.annotate(Sum("amount_fen"))), dict(drawn.annotate(Sum("amount_fen")))
    for run in found:
        run.back_fen, run.net_drawn_fen = back_of.get(run.pk, 0), drawn_of.get(run.pk, 0)
        run.uncovered_fen = run.total_fen - run.back_fen - run.net_drawn_fen
    return found


def approved_runs(posting: Posting) -> QuerySet[PaymentRun]:
    """Runs of the posting's own office whose money is promised or gone."""
    rows = PaymentRun.objects.filter(office=posting.office_id, status__in=APPROVED)
    return rows.select_related("scheme").order_by("month", "pk")


def uncovered_runs(posting: Posting, year: int) -> list[PaymentRun]:
    """Approved runs of a year that the ledger has not covered to the last fen, oldest first. A programme that has no line
    in the ledger is not asked for."""
    rows = approved_runs(posting).filter(month__year=year)
    return [run for run in with_uncovered(rows) if run.uncovered_fen and programme_of(run)]


# --- on the page of a run --------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfRun:
    """How a run is paid for. `plan`: what it would take, before the approval, or what it still could, after it."""

    plan: Plan
    drawn: tuple[LineSums, ...]
    is_approved: bool
    may_cover: bool

    @property
    def short_fen(self) -> int:
        """Before the approval what no line has; after it what no line has given yet."""
        return self.plan.need_fen if self.is_approved else self.plan.short_fen


def of_run(run: PaymentRun, posting: Posting, on: date) -> OfRun | None:
    """None where nothing is to be said: no list yet, cancelled, no line, or not for these eyes."""
    if not access.may(posting, Permission.VIEW_FUNDS) or not access.covers_office(posting, run.office_id):
        return None
    if not run.line_count or run.status in (RunStatus.PREPARING, RunStatus.CANCELLED):
        return None
    plan = plan_of(run, on)
    if plan is None:
        return None
    approved = run.status in APPROVED
    may_cover = approved and plan.short_fen < plan.need_fen and access.may(posting, Permission.MANAGE_FUNDS)
    return OfRun(plan, tuple(draws_of(run)), approved, may_cover)


# --- the rows behind a line ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Movement:
    """One row of a line: a document, an arrival, a draw, money that went back. `fen` changes the balance; a plan changes
    nothing and has None."""

    on: date
    word: str
    what: str
    shown_fen: int
    fen: int | None
    who: str
    run_id: int | None = None
    balance_fen: int = 0


def movements(posting: Posting, year: int, programme: str, source: str) -> list[Movement]:
    """All rows of one line in order of their days, each with the balance after it. Two queries."""
    of_line = {"year": year, "programme": programme, "source": source}
    entries = FundEntry.objects.visible_to(posting).filter(**of_line).select_related("entered_by__user")
    draws = (
        FundDraw.objects.visible_to(posting)
        .filter(**of_line)
        .select_related("run__scheme", "entered_by__user")
    )
    rows = [
        (
            entry.on,
            entry.entered_at,
            Movement(
                entry.on,
                entry.get_kind_display() + ("（冲销）" if entry.reverses_id else ""),
                entry.document_number,
                entry.amount_fen,
                None if entry.kind == FundEntry.Kind.PLANNED else entry.amount_fen,
                entry.entered_by.user.name if entry.entered_by else "",
            ),
        )
        for entry in entries
    ]
    rows += [
        (
            draw.on,
            draw.entered_at,
            Movement(
                draw.on,
                "银行退回" if draw.kind == FundDraw.Kind.BACK else "分配到批次",
                str(draw.run),
                -draw.amount_fen,
                -draw.amount_fen,
                draw.entered_by.user.name,
                draw.run_id,
            ),
        )
        for draw in draws
    ]
    found, balance = [], 0
    for _, _, row in sorted(rows, key=lambda each: each[:2]):
        balance += row.fen or 0
        found.append(replace(row, balance_fen=balance))
    return found
