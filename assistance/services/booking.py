"""The one place where 补发 and 追缴 are booked, and the words that say why.

A decision and a change book one row at a time (`book`). A raise books those of all its rights by one statement, whose fixed
columns and words come from here too (`columns`); it leaves one trace for all of them.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, CharField, DateField, JSONField, Value

from assistance.models import Adjustment, Entitlement, EntitlementChange, StandardChange
from assistance.workflow import ChangeKind
from civaffairs.lib.months import Month
from civaffairs.registry import audit
from civaffairs.registry.models import Posting

LONGEST = 300
# {"month": "2026-03", "due": fen, "paid": fen}
MonthRow = dict[str, Any]


def book(
    *,
    entitlement: Entitlement,
    cause: str,
    reason: str,
    months: Sequence[MonthRow],
    by: Posting,
    on: date,
    change: EntitlementChange | None = None,
) -> Adjustment:
    """Owe the family what `months` (in their order, at least one) say was due and not paid, or the other way round.

    The sum must not be nothing: the database refuses it. Inside a transaction.
    """
    adjustment = Adjustment.objects.create(
        entitlement=entitlement,
        scheme_id=entitlement.scheme_id,
        office_id=entitlement.office_id,
        cause=cause,
        reason=reason[:LONGEST],
        from_month=Month.parse(months[0]["month"]).first_day,
        until_month=Month.parse(months[-1]["month"]).next.first_day,
        amount_fen=sum(row["due"] - row["paid"] for row in months),
        months=list(months),
        change=change,
        booked_on=on,
        booked_by=by,
    )
    audit.record(
        "adjustment.book",
        by=by,
        subject=adjustment,
        label=entitlement.number,
        reason=adjustment.reason,
        details={"amount_fen": adjustment.amount_fen, "entitlement": entitlement.pk},
    )
    return adjustment


def columns(change: StandardChange) -> dict[str, Any]:
    """What all rows that a raise books have in common, for one INSERT … SELECT. Their months stay empty: the row of the
    raise says them."""
    return {
        "scheme": Value(change.scheme_id, output_field=CharField()),
        "cause": Value(Adjustment.Cause.STANDARD.value, output_field=CharField()),
        "reason": Value(because_raised(change), output_field=CharField()),
        "settled_fen": Value(0, output_field=BigIntegerField()),
        "months": Value([], output_field=JSONField()),
        "standard_change": Value(change.pk),
        "booked_on": Value(change.confirmed_on, output_field=DateField()),
        "booked_by": Value(change.confirmed_by_id),
        "cancel_reason": Value("", output_field=CharField()),
    }


# --- why, in words ---------------------------------------------------------------------------------------------


def because_granted(first: date, count: int) -> str:
    return f"{Month.of(first).label}起享受，{count}个月的名册已办结"


def because_changed(change: EntitlementChange) -> str:
    words = f"{change.get_kind_display()}，{Month.of(change.from_month).label}起"
    if change.kind == ChangeKind.DEATH and change.person:
        words += f"（{change.person.name} {change.died_on:%Y-%m-%d}去世）"
    return words


def because_raised(change: StandardChange) -> str:
    return f"{change.standard.document_number}提高标准"[:LONGEST]
