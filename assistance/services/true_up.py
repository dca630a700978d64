"""What closed months owe after a change: to the family, or back from it.

A line of an approved list is never changed. For each month whose list is closed, what is due by the rows of the right
now is set against what its lines paid and what was booked before; the difference is one Adjustment with every month in
it. A month that the system has no list of was paid before it came here, or outside of it: there the right as it stood
before the change is taken for what was paid, because no record is not the same as no money.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from assistance.models import (
    Adjustment,
    EntitlementChange,
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunKind,
)
from assistance.models.payment import offices_above
from assistance.services import booking
from assistance.services.change_chain import Chain, Key
from assistance.services.grant import closed_up_to
from assistance.workflow import RunStatus
from civaffairs.lib.months import Month, months_between
from civaffairs.registry.models import Posting

PAID_OUT = (RunStatus.APPROVED, RunStatus.ISSUED, RunStatus.CLOSED)


@dataclass(frozen=True)
class Books:
    """What lists and earlier bookings say of one right, read once."""

    # Of closed lists, not void, first payments only; each with `paid_again`: whether a reissue pays it.
    lines: tuple[PaymentLine, ...]
    # All that stands of what was booked, and of it what nothing has touched since.
    standing: tuple[Adjustment, ...]
    untouched: tuple[Adjustment, ...]
    listed: frozenset[date]  # months of which the system has a list


@dataclass(frozen=True)
class Difference:
    """What the closed months owe by the rows as they would stand.

    `months` are those where due and paid differ; `received` is what every closed month has had, earlier bookings included
    that stay. `taken_back` are cancelled and reckoned in; `void` are lines whose money came back and is not owed any more.
    """

    months: tuple[booking.MonthRow, ...]
    received: Mapping[date, int]
    taken_back: tuple[Adjustment, ...]
    void: tuple[PaymentLine, ...]

    @property
    def amount_fen(self) -> int:
        """Above zero 补发, below 追缴."""
        return sum(row["due"] - row["paid"] for row in self.months)


def closed_months(chains: Mapping[Key, Chain], starts: Mapping[Key, date]) -> dict[Key, list[date]]:
    """For each chain the months from its start on whose lists are closed where the right is paid. One query for all."""
    places = {key: (chain.rows[0].scheme_id, chain.rows[0].office_id) for key, chain in chains.items()}
    last = closed_up_to(places.values())
    return {
        key: [
            month.first_day
            for month in Month.of(starts[key]).until(
                Month.of(last[place]).next if place in last else Month.of(starts[key])
            )
        ]
        for key, place in places.items()
    }


def due_before(chain: Chain, months: Iterable[date]) -> dict[date, int]:
    """What was due by the rows as they stand; taken before a change, for true_up."""
    return {month: chain.due(month) for month in months}


def differences(
    chains: Mapping[Key, Chain], before: Mapping[Key, Mapping[date, int]], *, locked: bool = False
) -> dict[Key, Difference]:
    """What comes of the months in `before` for each chain as it stands, or would stand: nothing is written.

    Four queries for all of them. `locked` holds what would be taken back; call it inside a transaction then.
    """
    asked = {key: chain for key, chain in chains.items() if before[key]}
    books = _books(asked, before, locked) if asked else {}
    nothing = Difference((), {}, (), ())
    return {
        key: _difference(chain, before[key], books[key]) if key in asked else nothing
        for key, chain in chains.items()
    }


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
    found = differences({chain.key: chain}, {chain.key: before}, locked=True)[chain.key]
    for row in found.taken_back:
        row.cancelled_on, row.cancelled_by = on, by
        row.cancel_reason = f"待遇{change.get_kind_display()}后重新计算"
        row.save(update_fields=["cancelled_on", "cancelled_by", "cancel_reason"])
    PaymentLine.objects.filter(pk__in=[line.pk for line in found.void]).update(status=LineStatus.VOID)
    if not found.amount_fen:
        return None
    return booking.book(
        entitlement=chain.newest, cause=cause, reason=reason, months=found.months, by=by, on=on, change=change
    )


def _difference(chain: Chain, before: Mapping[date, int], books: Books) -> Difference:
    months = sorted(before)
    paid, void = _paid(chain, books)
    # What no list and no receipt has touched is booked anew, so that nobody is paid one sum only to be asked for another.
    taken_back = _by_month(books.untouched)
    staying = {row.pk for row in books.untouched}
    booked = _by_month(row for row in books.standing if row.pk not in staying)
    yearly = chain.rows[0].scheme.spec.cadence == "yearly"
    rows, received = [], {}
    for month in months:
        if month in books.listed:
            received[month] = paid.get(month, 0) + booked.get(month, 0)
        elif yearly:
            continue
        else:
            received[month] = before[month] - taken_back.get(month, 0)
        due = chain.due(month)
        if due != received[month]:
            rows.append({"month": f"{month:%Y-%m}", "due": due, "paid": received[month]})
    return Difference(tuple(rows), received, books.untouched, tuple(void))


def _paid(chain: Chain, books: Books) -> tuple[dict[date, int], list[PaymentLine]]:
    """What the lists paid for each month. Money that came back and is still owed goes out again with a reissue, so it
    counts as paid; where the month is not owed any more, the line is void and nothing has to be asked back."""
    found: dict[date, int] = {}
    void = []
    for line in books.lines:
        if line.status == LineStatus.RETURNED and not line.paid_again and not chain.due(line.month):
            void.append(line)
            continue
        own = line.base_fen + line.classified_fen + line.care_fen
        found[line.month] = found.get(line.month, 0) + own
    return found, void


def _books(
    chains: Mapping[Key, Chain], before: Mapping[Key, Mapping[date, int]], locked: bool
) -> dict[Key, Books]:
    owner = {row.pk: key for key, chain in chains.items() for row in chain.rows if row.pk}
    span = {key: (min(before[key]), max(before[key])) for key in chains}

    def of(key: Key, rows: Iterable) -> list:
        return [row for row in rows if owner[row.entitlement_id] == key]

    untouched = _untouched(list(owner), min(first for first, _ in span.values()), locked)
    standing = list(Adjustment.objects.standing().filter(entitlement__in=list(owner)).order_by("pk"))
    lines = list(_lines(list(owner), span.values()))
    listed = _months_with_a_list(chains, span.values())
    return {
        key: Books(
            tuple(line for line in of(key, lines) if first <= line.month <= last),
            tuple(of(key, standing)),
            tuple(row for row in of(key, untouched) if row.from_month >= first),
            frozenset(month for month in listed[key] if first <= month <= last),
        )
        for key, (first, last) in span.items()
    }


def _untouched(entitlements: list[int], start: date, locked: bool) -> list[Adjustment]:
    rows = Adjustment.objects.untouched().filter(entitlement__in=entitlements, from_month__gte=start)
    return list((rows.select_for_update(of=("self",)) if locked else rows).order_by("pk"))


def _lines(entitlements: list[int], spans: Iterable[tuple[date, date]]) -> QuerySet[PaymentLine]:
    again = PaymentLine.objects.filter(original=OuterRef("pk")).exclude(status=LineStatus.VOID)
    ends = list(spans)
    return (
        PaymentLine.objects.filter(
            entitlement__in=entitlements,
            month__gte=min(first for first, _ in ends),
            month__lte=max(last for _, last in ends),
            run__status__in=PAID_OUT,
            is_arrears=False,
            original=None,
        )
        .exclude(status=LineStatus.VOID)
        .annotate(paid_again=Exists(again))
        .order_by("month", "id")
    )


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


def _months_with_a_list(
    chains: Mapping[Key, Chain], spans: Iterable[tuple[date, date]]
) -> dict[Key, set[date]]:
    ends = list(spans)
    offices = {}
    for key, chain in chains.items():
        places = {one.office_id for one in chain.rows}
        offices[key] = {*places, *(above for place in places for above in offices_above(place))}
    runs = PaymentRun.objects.filter(
        scheme_id__in={key[0] for key in chains},
        kind=RunKind.REGULAR,
        status__in=PAID_OUT,
        office_id__in=set().union(*offices.values()),
        month__gte=min(first for first, _ in ends),
        month__lte=max(last for _, last in ends),
    ).values_list("scheme_id", "office_id", "month")
    found: dict[Key, set[date]] = {key: set() for key in chains}
    for scheme, office, month in runs:
        for key in chains:
            if key[0] == scheme and office in offices[key]:
                found[key].add(month)
    return found
