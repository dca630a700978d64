"""Which rights a new standard reaches, which of their months are closed, and what each was last reckoned from."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from assistance.models import (
    Entitlement,
    EntitlementChange,
    PaymentRun,
    RunKind,
    Standard,
    StandardChange,
    StandardChangeRow,
)
from assistance.models.payment import offices_above
from assistance.workflow import ChangeStatus, RunStatus
from civaffairs.lib.months import Month
from civaffairs.registry.scope import code_range

CLOSED = (RunStatus.APPROVED, RunStatus.ISSUED, RunStatus.CLOSED)
# How many rows of a right are looked back over for the facts it was last reckoned from.
MOST_ROWS_BACK = 24


def reached(standard: Standard, from_month: date) -> QuerySet[Entitlement]:
    """Rights in force in any month from `from_month` on that still follow another standard.

    A township with a standard of its own keeps to it. A right that is over and has had its difference is not reached a
    second time.
    """
    rows = (
        Entitlement.objects.in_area(standard.office_id)
        .filter(Q(until_month=None) | Q(until_month__gt=from_month), scheme_id=standard.scheme_id)
        .filter(Q(until_month=None) | Q(until_month__gt=F("from_month")))
        .exclude(standard=standard)
    )
    own = (
        Standard.objects.confirmed()
        .in_area(standard.office_id)
        .filter(scheme_id=standard.scheme_id)
        .exclude(office_id=standard.office_id)
    )
    for code in own.values_list("office_id", flat=True).distinct():
        low, high = code_range(code)
        rows = rows.exclude(office_id__gte=low, office_id__lt=high)
    if standard.changes.filter(state=StandardChange.State.APPLIED).exists():
        had = StandardChangeRow.objects.filter(
            entitlement=OuterRef("pk"),
            change__standard=standard,
            change__state=StandardChange.State.APPLIED,
            outcome__in=StandardChangeRow.APPLIED,
        )
        rows = rows.filter(~Exists(had))
    return rows


def closed_months(standard: Standard, from_month: date) -> list[date]:
    """The months from `from_month` on whose regular list is closed, oldest first; none where a year is paid at once."""
    cadence = standard.scheme.spec.cadence
    if cadence == "yearly":
        return []
    runs = PaymentRun.objects.filter(
        scheme_id=standard.scheme_id,
        kind=RunKind.REGULAR,
        status__in=CLOSED,
        office_id__in=(standard.office_id, *offices_above(standard.office_id)),
    ).values_list("month", flat=True)
    back = 2 if cadence == "quarterly" else 0
    found = {Month.of(month).plus(-n).first_day for month in runs for n in range(back + 1)}
    return sorted(month for month in found if month >= from_month)


def first_open(closed: list[date]) -> date | None:
    """The first month whose list is open, where any from the start on is closed."""
    return Month.of(closed[-1]).next.first_day if closed else None


def facts_of(rights: list[Entitlement]) -> dict[int, tuple[dict, date]]:
    """What each right was last reckoned from, and on which day: of the change that opened it, else of its decision.

    A right opened by an earlier raise has the facts of the row before it, however often it was raised.
    """
    found: dict[int, tuple[dict, date]] = {}
    asked = {right.pk: right.pk for right in rights}  # row looked at → right it is for
    for _ in range(MOST_ROWS_BACK):
        if not asked:
            break
        for row, data, month in EntitlementChange.objects.filter(
            opened_id__in=asked, status=ChangeStatus.CONFIRMED
        ).values_list("opened_id", "facts", "from_month"):
            # A change without facts leaves nothing to reckon from: the earlier ones are out of date.
            if right := asked.pop(row, None):
                if data:
                    found[right] = (data, month)
        raised, further = {}, {}
        for row, before, data, on in Entitlement.objects.filter(pk__in=asked).values_list(
            "pk", "previous_id", "decision__assessment__facts", "decision__assessment__on"
        ):
            raised[row] = (before, data, on)
        standing = set(
            StandardChangeRow.objects.filter(
                entitlement_id__in=[before for before, _, _ in raised.values() if before],
                change__state=StandardChange.State.APPLIED,
                outcome__in=StandardChangeRow.APPLIED,
                is_over=False,
            ).values_list("entitlement_id", flat=True)
        )
        for row, (before, data, on) in raised.items():
            if before is None:
                if data:
                    found[asked[row]] = (data, on)
            elif before in standing:
                further[before] = asked[row]
        asked = further
    return found
