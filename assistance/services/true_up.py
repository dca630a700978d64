"""What closed months owe after a change: to the family, or back from it.

A line of an approved list is never changed. For each month whose list is closed, what is due by the rows of the right
now is set against what its lines paid and what was booked before; the difference is one Adjustment with every month in
it. A month that the system has no list of was paid before it came here, or outside of it: there the right as it stood
before the change is taken for what was paid, because no record is not the same as no money.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from assistance.models import (
    Adjustment,
    EntitlementChange,
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunKind,
)
from assistance.models.payment import offices_above
from assistance.services.change_chain import Chain
from assistance.services.grant import first_listed_month
from assistance.workflow import RunStatus
from civaffairs.lib.months import Month, months_between
from civaffairs.registry import audit
from civaffairs.registry.models import Posting

PAID_OUT = (RunStatus.APPROVED, RunStatus.ISSUED, RunStatus.CLOSED)


def closed_months(chain: Chain, start: date) -> list[date]:
    """The months from `start` on whose lists are closed where the right is paid."""
    row = chain.rows[0]
    first_open = first_listed_month(row.scheme_id, row.office_id, start)
    return [month.first_day for month in Month.of(start).until(Month.of(first_open))]


def due_before(chain: Chain, months: Iterable[date]) -> dict[date, int]:
    """What was due by the rows as they stand; taken before a change, for true_up."""
    return {month: chain.due(month) for month in months}


def true_up(
    chain: Chain,
    before: Mapping[date, int],
    *,
    change: EntitlementChange,
    cause: str,
    reason: str,
    by: Posting,
    on: date,
) -> Adjustment | None:
    """Book the difference of the months in `before` as one row; None when there is none.

    The caller holds the transaction, the chain and the open runs of the programme.
    """
    months = sorted(before)
    if not months:
        return None
    taken_back = _take_back(chain, months[0], change, by, on)
    paid, booked = _paid(chain, months), _booked(chain, months)
    listed = _months_with_a_list(chain, months)
    yearly = chain.rows[0].scheme.spec.cadence == "yearly"
    rows = []
    for month in months:
        if month in listed:
            received = paid.get(month, 0) + booked.get(month, 0)
        elif yearly:
            continue
        else:
            received = before[month] - taken_back.get(month, 0)
        due = chain.due(month)
        if due != received:
            rows.append({"month": f"{month:%Y-%m}", "due": due, "paid": received})
    total = sum(row["due"] - row["paid"] for row in rows)
    if total == 0:
        return None
    newest = chain.newest
    adjustment = Adjustment.objects.create(
        entitlement=newest,
        scheme_id=newest.scheme_id,
        office_id=newest.office_id,
        cause=cause,
        reason=reason[:300],
        from_month=date.fromisoformat(f"{rows[0]['month']}-01"),
        until_month=Month.parse(rows[-1]["month"]).next.first_day,
        amount_fen=total,
        months=rows,
        change=change,
        booked_on=on,
        booked_by=by,
    )
    audit.record(
        "adjustment.book",
        by=by,
        subject=adjustment,
        label=newest.number,
        reason=adjustment.reason,
        details={"amount_fen": total, "entitlement": newest.pk},
    )
    return adjustment


def _lines(chain: Chain, months: list[date]):
    return PaymentLine.objects.filter(
        entitlement__in=chain.rows,
        month__gte=months[0],
        month__lte=months[-1],
        run__status__in=PAID_OUT,
        is_arrears=False,
    )


def _paid(chain: Chain, months: list[date]) -> dict[date, int]:
    """What the lists paid for each month. Money that came back and is still owed goes out again with a reissue, so it
    counts as paid; where the month is not owed any more, the line is void and nothing has to be asked back."""
    found: dict[date, int] = {}
    lines = _lines(chain, months).exclude(status=LineStatus.VOID)
    for line in lines.filter(original=None).order_by("month", "id"):
        if line.status == LineStatus.RETURNED and not chain.due(line.month):
            again = PaymentLine.objects.filter(original=line).exclude(status=LineStatus.VOID)
            if not again.exists():
                PaymentLine.objects.filter(pk=line.pk).update(status=LineStatus.VOID)
                continue
        own = line.base_fen + line.classified_fen + line.care_fen
        found[line.month] = found.get(line.month, 0) + own
    return found


def _take_back(
    chain: Chain, start: date, change: EntitlementChange, by: Posting, on: date
) -> dict[date, int]:
    """Cancel what was booked for these months and not touched yet by any list or receipt: the new row says it all, and
    nobody is paid one sum only to be asked for another. Returns the fen taken back by month."""
    rows = list(
        Adjustment.objects.untouched()
        .filter(entitlement__in=chain.rows, from_month__gte=start)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    for row in rows:
        row.cancelled_on, row.cancelled_by = on, by
        row.cancel_reason = f"待遇{change.get_kind_display()}后重新计算"
        row.save(update_fields=["cancelled_on", "cancelled_by", "cancel_reason"])
    return _by_month(rows)


def _booked(chain: Chain, months: list[date]) -> dict[date, int]:
    """What earlier adjustments added to or took off each month."""
    return _by_month(Adjustment.objects.standing().filter(entitlement__in=chain.rows))


def _by_month(adjustments: Iterable[Adjustment]) -> dict[date, int]:
    """Fen by month. A row without months is spread evenly: it came from a change of the same sum for every month."""
    found: dict[date, int] = {}
    for row in adjustments:
        if row.months:
            for part in row.months:
                month = date.fromisoformat(f"{part['month']}-01")
                found[month] = found.get(month, 0) + part["due"] - part["paid"]
            continue
        start, until = Month.of(row.from_month), Month.of(row.until_month)
        count = months_between(start, until)
        share, rest = divmod(row.amount_fen, count)
        for place, month in enumerate(start.until(until)):
            extra = rest if place == count - 1 else 0
            found[month.first_day] = found.get(month.first_day, 0) + share + extra
    return found


def _months_with_a_list(chain: Chain, months: list[date]) -> set[date]:
    row = chain.rows[0]
    places = {one.office_id for one in chain.rows}
    offices = {*places, *(above for place in places for above in offices_above(place))}
    return set(
        PaymentRun.objects.filter(
            scheme_id=row.scheme_id,
            kind=RunKind.REGULAR,
            status__in=PAID_OUT,
            office_id__in=offices,
            month__in=months,
        ).values_list("month", flat=True)
    )
