"""What a list leaves out, what it settles of closed months, and how it follows on from the list before.

What was left out is shown, because a household that is missing does not complain to the screen.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from assistance.models import (
    Adjustment,
    AdjustmentSettlement,
    Entitlement,
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunKind,
)
from assistance.selectors.run_checks import claimant, listed
from civaffairs.lib.months import Month
from civaffairs.registry.models import Posting
from civaffairs.registry.scope import code_range


@dataclass(frozen=True)
class LeftOut:
    """Who is in force for the month and not in the list, and why. `total_fen` is the month's sum, or what is owed."""

    reason: str
    count: int
    total_fen: int


def left_out(run: PaymentRun) -> list[LeftOut]:
    """Why some who are in force are not in this run. Nothing for a reissue."""
    if run.kind == RunKind.REISSUE:
        return []
    spec = run.scheme.spec
    any_line = PaymentLine.objects.filter(entitlement=OuterRef("pk"), is_arrears=False)
    rows = Entitlement.objects.in_area(run.office_id).filter(scheme_id=run.scheme_id)
    if run.pays_once:
        rows = rows.filter(Q(until_month=None) | Q(until_month__gt=F("from_month")), pays_from__lte=run.month)
    else:
        rows, any_line = rows.payable_in(run.month), any_line.filter(month=run.month)
    rows = rows.filter(~Exists(any_line.exclude(status=LineStatus.VOID)))
    held, dead = Q(held_since__lte=run.month), Q(payee__died_on__lt=run.month)
    set_aside = Exists(any_line.filter(run=run, status=LineStatus.VOID))
    reasons = (
        ("暂停发放", rows.filter(held)),
        ("领款人已死亡，待停发或变更领款人", rows.filter(dead).exclude(held)),
        (f"{spec.amount_word}为0", rows.filter(amount_fen=0).exclude(held).exclude(dead)),
        ("没有账户，已移出本批", rows.filter(set_aside).exclude(held).exclude(dead)),
    )
    owed = (
        Adjustment.objects.in_area(run.office_id)
        .open()
        .filter(scheme=run.scheme_id, amount_fen__gt=0, from_month__lte=run.month)
    )
    found = [_sums(reason, those, "amount_fen") for reason, those in reasons]
    found.append(_sums("补发款没有列入（暂停、领款人已死亡，或随下月发放）", owed, "amount_fen"))
    return [row for row in found if row.count]


def _sums(reason: str, rows: QuerySet, column: str) -> LeftOut:
    sums = rows.aggregate(count=Count("pk"), total=Sum(column))
    return LeftOut(reason, sums["count"], sums["total"] or 0)


@dataclass(frozen=True)
class Settled:
    """What a run settles of closed months. `kept_fen` is above zero."""

    paid_count: int = 0
    paid_fen: int = 0
    kept_count: int = 0
    kept_fen: int = 0
    alone: int = 0

    def __bool__(self) -> bool:
        return bool(self.paid_count or self.kept_count)


def settled(run: PaymentRun, posting: Posting) -> Settled:
    """补发 and 抵扣 in the lines that this posting sees. A reissue pays again what an earlier run settled, so it has
    none of its own."""
    low, high = code_range(posting.office_id)
    rows = AdjustmentSettlement.objects.filter(
        run=run, line__office__gte=low, line__office__lt=high
    ).aggregate(
        paid_count=Count("pk", filter=Q(amount_fen__gt=0)),
        paid_fen=Sum("amount_fen", filter=Q(amount_fen__gt=0), default=0),
        kept_count=Count("pk", filter=Q(amount_fen__lt=0)),
        kept_fen=-Sum("amount_fen", filter=Q(amount_fen__lt=0), default=0),
        alone=Count("line", filter=Q(line__is_arrears=True), distinct=True),
    )
    return Settled(**rows)


@dataclass(frozen=True)
class Movement:
    """Last month's to this month's: last + new − gone = now. Sums without what was paid or kept back for closed
    months."""

    last: int
    new: int
    gone: int
    now: int
    last_fen: int
    now_fen: int

    @property
    def adds_up(self) -> bool:
        return self.last + self.new - self.gone == self.now


def movement(run: PaymentRun) -> Movement | None:
    """Whom this regular run pays against the month before; None where that month has no list, or where nothing carries
    over (help given once, lists of a quarter or a year)."""
    if run.kind != RunKind.REGULAR or run.scheme.spec.cadence != "monthly":
        return None
    before = Month.of(run.month).previous.first_day

    def of(month: date) -> QuerySet:
        lines = PaymentLine.objects.in_area(run.office_id).filter(scheme_id=run.scheme_id, month=month)
        return lines.filter(is_arrears=False)

    whose = f"entitlement__{claimant(run)}"
    last = of(before).exclude(status=LineStatus.VOID).filter(original=None)
    now = listed(run).filter(is_arrears=False)
    sums = _of_month(last)
    if not sums["count"]:
        return None
    these = _of_month(now)
    # Two sets against each other, not one look-up for each line, which takes SQLite minutes for a county.
    known = {f"{whose}__isnull": False}
    new = now.exclude(**{f"{whose}__in": last.filter(**known).values(whose)}).count()
    gone = last.exclude(**{f"{whose}__in": now.filter(**known).values(whose)}).count()
    return Movement(sums["count"], new, gone, these["count"], sums["total"], these["total"] or 0)


def _of_month(lines: QuerySet) -> dict:
    return lines.aggregate(count=Count("pk"), total=Sum(F("amount_fen") - F("arrears_fen")))
