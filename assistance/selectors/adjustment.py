"""What the pages of 补发 and 追缴 show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When
from django.db.models.functions import Abs

from assistance.models import Adjustment, AdjustmentSettlement, Entitlement, Repayment, WriteOff
from civaffairs.lib.months import Month
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Person, Posting

KINDS = (("owed", "补发"), ("claim", "追缴"))
STATES = (("open", "未结清"), ("settled", "已结清"), ("cancelled", "已撤销"))
# Amount and settled have the same sign: whichever it is, the state is the same question.
_OF_STATE = {
    "open": Q(cancelled_on=None) & ~Q(settled_fen=F("amount_fen")),
    "settled": Q(cancelled_on=None, settled_fen=F("amount_fen")),
    "cancelled": Q(cancelled_on__isnull=False),
}


def adjustments(posting: Posting) -> QuerySet[Adjustment]:
    rows = Adjustment.objects.visible_to(posting).select_related(
        "scheme", "office__parent", "entitlement__payee", "entitlement__beneficiary", "booked_by__user"
    )
    return rows.annotate(has_write_off=_has_write_off())


def _has_write_off() -> Exists:
    return Exists(WriteOff.objects.filter(adjustment=OuterRef("pk")).exclude(confirmed_on=None))


def narrowed(rows: QuerySet, wanted: Mapping[str, Any]) -> QuerySet:
    """`wanted`: kind, state, scheme, area and q as the filter form gives them; empty ones ask nothing."""
    if wanted.get("kind"):
        rows = rows.filter(amount_fen__lt=0) if wanted["kind"] == "claim" else rows.filter(amount_fen__gt=0)
    if wanted.get("state"):
        rows = rows.filter(_OF_STATE[wanted["state"]])
    if wanted.get("scheme"):
        rows = rows.filter(scheme=wanted["scheme"])
    if wanted.get("area"):
        rows = rows.in_area(wanted["area"])
    if text := "".join((wanted.get("q") or "").split()):
        column = "name_initials" if text.isascii() else "name"
        people = Person.objects.filter(
            **{f"{column}__startswith": text.lower() if text.isascii() else text}
        ).values("pk")
        rows = rows.filter(Q(entitlement__payee__in=people) | Q(entitlement__beneficiary__in=people))
    return rows


@dataclass(frozen=True)
class Sums:
    """Of the rows that are not cancelled, in fen above zero."""

    owed_count: int
    owed_fen: int
    owed_open_fen: int
    claim_count: int
    claim_fen: int
    claim_open_fen: int


def sums(rows: QuerySet) -> Sums:
    owed, claim = Q(cancelled_on=None, amount_fen__gt=0), Q(cancelled_on=None, amount_fen__lt=0)
    left = F("amount_fen") - F("settled_fen")
    return Sums(
        **rows.order_by().aggregate(
            owed_count=Count("pk", filter=owed),
            owed_fen=Sum("amount_fen", filter=owed, default=0),
            owed_open_fen=Sum(left, filter=owed, default=0),
            claim_count=Count("pk", filter=claim),
            claim_fen=-Sum("amount_fen", filter=claim, default=0),
            claim_open_fen=-Sum(left, filter=claim, default=0),
        )
    )


def dressed(rows: list[Adjustment]) -> list[Adjustment]:
    """Each with what a page says of it: `kind_word`, `of_whom`, `last_month` (included), `sum_fen` and `left_fen` above
    zero, `state_word` and `state_tone`."""
    for row in rows:
        row.kind_word = "追缴" if row.is_claim else "补发"
        row.of_whom = (row.entitlement.beneficiary or row.entitlement.payee).name
        row.last_month = Month.of(row.until_month).previous.first_day
        row.sum_fen, row.left_fen = abs(row.amount_fen), abs(row.open_fen)
        row.state_word, row.state_tone = _state(row)
    return rows


def _state(row: Adjustment) -> tuple[str, str]:
    if row.cancelled_on:
        return "已撤销", "plain"
    if not row.open_fen and getattr(row, "has_write_off", False):
        return "已核销", "plain"
    if not row.open_fen:
        return ("已收回" if row.is_claim else "已列入名册"), "good"
    if row.settled_fen:
        return "收回一部分", "wait"
    return ("待收回", "warn") if row.is_claim else ("待列入名册", "wait")


# --- one of them -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MonthRow:
    """One month: what was due, what was paid, and the difference with its sign."""

    month: date
    due_fen: int
    paid_fen: int

    @property
    def difference_fen(self) -> int:
        return self.due_fen - self.paid_fen


def months(adjustment: Adjustment) -> list[MonthRow]:
    """Month by month as it was booked; empty where a raise for many booked the sum alone."""
    return [
        MonthRow(Month.parse(row["month"]).first_day, row["due"], row["paid"]) for row in adjustment.months
    ]


def settlements(adjustment: Adjustment) -> QuerySet[AdjustmentSettlement]:
    """Each with `sum_fen`, above zero."""
    rows = adjustment.settlements.annotate(sum_fen=Abs("amount_fen"))
    return rows.select_related("line", "run__scheme").order_by("pk")


def repayments(adjustment: Adjustment) -> QuerySet[Repayment]:
    return adjustment.repayments.select_related("recorded_by__user").order_by("pk")


@dataclass(frozen=True)
class AdjustmentOption:
    """One act: open, or closed with the reason."""

    label: str
    url_name: str
    why_not: str = ""


def options(adjustment: Adjustment, posting: Posting) -> list[AdjustmentOption]:
    """What this posting may do with it, and why not."""
    if adjustment.cancelled_on or not adjustment.open_fen:
        return []
    found = []
    if adjustment.is_claim and access.may(posting, Permission.PROPOSE_CHANGE):
        found.append(AdjustmentOption("登记追缴通知", "claim_notice"))
        found.append(AdjustmentOption("约定分期退回", "claim_plan"))
    if adjustment.is_claim and access.may(posting, Permission.MANAGE_FUNDS):
        found.append(AdjustmentOption("登记退回", "adjustment_repay"))
        waits = adjustment.write_offs.filter(confirmed_on=None, refused_on=None).exists()
        found.append(
            AdjustmentOption("提出核销", "claim_write_off", "已提出，等县级审批批准" if waits else "")
        )
    if access.may(posting, Permission.CONFIRM_CHANGE):
        found.append(AdjustmentOption("撤销", "adjustment_cancel", _why_not_cancel(adjustment, posting)))
    return found


def _why_not_cancel(adjustment: Adjustment, posting: Posting) -> str:
    if adjustment.booked_by is not None and adjustment.booked_by.user_id == posting.user_id:
        return "是您登记的，要由另一位同事撤销"
    if adjustment.settled_fen:
        return "已经抵扣或退回了一部分"
    return ""


# --- of one right ---------------------------------------------------------------------------------------------


def of_entitlement(entitlement: Entitlement) -> list[Adjustment]:
    """All that was booked for the person or household of a right in this programme, under whichever row of it, newest
    first; each dressed. For the page of the right (templates/assistance/adjustment/_of_entitlement.html)."""
    same = (
        Q(entitlement__beneficiary=entitlement.beneficiary_id)
        if entitlement.beneficiary_id
        else Q(entitlement__beneficiary=None, entitlement__household=entitlement.household_id)
    )
    rows = Adjustment.objects.filter(same, scheme=entitlement.scheme_id).select_related(
        "entitlement__payee", "entitlement__beneficiary"
    )
    rows = rows.annotate(has_write_off=_has_write_off())
    open_first = Case(When(_OF_STATE["open"], then=0), default=1)
    return dressed(list(rows.order_by(open_first, "-pk")[:50]))
