"""追缴台账: every claim with how far it has come, how old it is and what of it is overdue, found by the database.

A claim is overdue when an agreed month has passed without its part, or, where nothing was agreed, when the day of the
notice has passed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least

from assistance.models import Adjustment, ClaimNotice, ClaimPlan, Instalment, WriteOff
from assistance.selectors import adjustment as adjustments
from civaffairs.lib.months import Month
from civaffairs.registry.models import Posting

STAGES = (
    ("found", "已发现，没有通知"),
    ("notified", "已通知"),
    ("agreed", "已约定分期"),
    ("overdue", "逾期"),
    ("asked", "核销待批准"),
    ("paid", "已收回"),
    ("written", "已核销"),
    ("cancelled", "已撤销"),
)
TONES = {
    "found": "todo",
    "notified": "wait",
    "agreed": "wait",
    "overdue": "bad",
    "asked": "todo",
    "paid": "good",
    "written": "plain",
    "cancelled": "plain",
}
# How long a claim has been open, in days.
AGES = (("30", "超过30天"), ("90", "超过90天"), ("180", "超过半年"), ("365", "超过一年"))
_OPEN = Q(cancelled_on=None) & ~Q(settled_fen=F("amount_fen"))


def _sum_of(rows: QuerySet) -> Coalesce:
    total = rows.order_by().values("adjustment").annotate(total=Sum("amount_fen")).values("total")
    return Coalesce(Subquery(total, output_field=BigIntegerField()), 0)


def claims(posting: Posting, on: date) -> QuerySet[Adjustment]:
    """Claims of the area with `stage`, `owed` and `left` (above zero), `written`, `overdue_fen`, `notice_due` and
    `has_plan`."""
    plan = ClaimPlan.objects.filter(adjustment=OuterRef("pk"), ended_on=None)
    parts = (
        Instalment.objects.filter(
            plan__adjustment=OuterRef("pk"), plan__ended_on=None, due_month__lt=Month.of(on).first_day
        )
        .order_by()
        .values("plan")
        .annotate(total=Sum("amount_fen"))
        .values("total")
    )
    notice = (
        ClaimNotice.objects.filter(adjustment=OuterRef("pk"))
        .order_by()
        .values("adjustment")
        .annotate(last=Max("due_on"))
        .values("last")
    )
    write_offs = WriteOff.objects.filter(adjustment=OuterRef("pk"))
    rows = adjustments.adjustments(posting).filter(amount_fen__lt=0)
    return rows.annotate(
        owed=-F("amount_fen"),
        left=Case(When(_OPEN, then=F("settled_fen") - F("amount_fen")), default=Value(0)),
        written=_sum_of(write_offs.exclude(confirmed_on=None)),
        is_asked=Exists(write_offs.filter(confirmed_on=None, refused_on=None)),
        has_plan=Exists(plan),
        notice_due=Subquery(notice, output_field=DateField()),
        due_parts=Coalesce(Subquery(parts, output_field=BigIntegerField()), 0)
        + Coalesce(Subquery(plan.values("settled_before_fen")), 0)
        + F("settled_fen"),
        overdue_fen=Case(
            When(~_OPEN, then=Value(0)),
            When(has_plan=True, then=Least(Greatest(F("due_parts"), 0), F("left"))),
            When(notice_due__lt=on, then=F("left")),
            default=Value(0),
            output_field=BigIntegerField(),
        ),
        stage=Case(
            When(~Q(cancelled_on=None), then=Value("cancelled")),
            When(settled_fen=F("amount_fen"), written__gt=0, then=Value("written")),
            When(settled_fen=F("amount_fen"), then=Value("paid")),
            When(is_asked=True, then=Value("asked")),
            When(overdue_fen__gt=0, then=Value("overdue")),
            When(has_plan=True, then=Value("agreed")),
            When(notice_due__isnull=False, then=Value("notified")),
            default=Value("found"),
            output_field=CharField(),
        ),
    )


def narrowed(rows: QuerySet, wanted: Mapping[str, Any], on: date) -> QuerySet:
    """`wanted`: stage (`open`: all that are not finished), age in days, scheme, area and q; empty ones ask nothing."""
    rows = adjustments.narrowed(rows, {name: wanted.get(name) for name in ("scheme", "area", "q")})
    if wanted.get("stage") == "open":
        rows = rows.filter(_OPEN)
    elif wanted.get("stage"):
        rows = rows.filter(stage=wanted["stage"])
    if wanted.get("age"):
        rows = rows.filter(_OPEN, booked_on__lt=on - timedelta(days=int(wanted["age"])))
    return rows


@dataclass(frozen=True)
class ClaimSums:
    """Of the claims that stand, in fen above zero. `back_fen`: kept back by lists or paid back by hand."""

    count: int
    owed_fen: int
    back_fen: int
    written_fen: int
    left_fen: int
    late_count: int
    late_fen: int


def sums(rows: QuerySet) -> ClaimSums:
    found = (
        rows.filter(cancelled_on=None)
        .order_by()
        .aggregate(
            count=Count("pk"),
            owed_fen=Sum("owed", default=0),
            written_fen=Sum("written", default=0),
            left_fen=Sum("left", default=0),
            # Not called as the column that it sums: the column would be taken out of the query below it.
            late_fen=Sum("overdue_fen", default=0),
            late_count=Count("pk", filter=Q(overdue_fen__gt=0)),
        )
    )
    back = found["owed_fen"] - found["written_fen"] - found["left_fen"]
    return ClaimSums(back_fen=back, **found)


def dressed(rows: list[Adjustment], on: date) -> list[Adjustment]:
    """As adjustments.dressed, with `stage_word`, `stage_tone`, `age_days` and `back_fen`."""
    words = dict(STAGES)
    for row in adjustments.dressed(rows):
        row.stage_word, row.stage_tone = words[row.stage], TONES[row.stage]
        row.age_days = (on - row.booked_on).days
        row.back_fen = -row.settled_fen - row.written
    return rows


# --- one claim -----------------------------------------------------------------------------------------------


def notice_number(adjustment: Adjustment) -> str:
    """The number of the next notice of a claim, as printed before it is served."""
    return f"ZJ{adjustment.booked_on.year}{adjustment.pk:07d}-{adjustment.notices.count() + 1}"


@dataclass(frozen=True)
class Part:
    """One instalment and how it stands: `paid_fen` is what has come of it, oldest first."""

    due_month: date
    amount_fen: int
    paid_fen: int
    word: str
    tone: str


@dataclass(frozen=True)
class Course:
    """What was done about one claim."""

    row: Adjustment
    notices: tuple[ClaimNotice, ...]
    plan: ClaimPlan | None
    parts: tuple[Part, ...]
    write_offs: tuple[WriteOff, ...]

    @property
    def asked(self) -> WriteOff | None:
        return next((row for row in self.write_offs if not row.confirmed_on and not row.refused_on), None)


def course(claim: Adjustment, posting: Posting, on: date) -> Course:
    """The notices, the agreement with its parts, and the write-offs of a claim that the posting sees."""
    (row,) = dressed(list(claims(posting, on).filter(pk=claim.pk)), on)
    plan = claim.plans.filter(ended_on=None).select_related("recorded_by__user").first()
    return Course(
        row,
        tuple(claim.notices.select_related("recorded_by__user")),
        plan,
        tuple(_parts(claim, plan, on)) if plan else (),
        tuple(claim.write_offs.select_related("proposed_by__user", "confirmed_by__user", "refused_by__user")),
    )


def _parts(claim: Adjustment, plan: ClaimPlan, on: date):
    left = max(0, -claim.settled_fen - plan.settled_before_fen)
    month = Month.of(on).first_day
    for part in plan.instalments.all():
        paid = min(left, part.amount_fen)
        left -= paid
        word, tone = ("未到期", "plain") if part.due_month >= month else ("逾期", "bad")
        if paid == part.amount_fen:
            word, tone = "已退", "good"
        elif part.due_month == month:
            word, tone = "本月应退", "todo"
        yield Part(part.due_month, part.amount_fen, paid, word, tone)
