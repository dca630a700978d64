"""The month's days for lists: what is in until when, when a list is made by itself, by when the money is to be out.

The three days are county settings. They lie in the month that is paid.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from assistance.models import Entitlement, LineStatus, PaymentLine, PaymentRun, RunKind, Scheme
from assistance.workflow import RunStatus
from civaffairs.lib.months import Month
from civaffairs.registry import county

# Whose lists come round by themselves; what is given once is listed when there is something to pay.
REGULAR = ("monthly", "quarterly", "yearly")
# Whose money has not left yet.
NOT_OUT = (RunStatus.PREPARING, RunStatus.PREPARED, RunStatus.CHECKED, RunStatus.APPROVED)


@dataclass(frozen=True)
class Calendar:
    """The days of one month. `prepare` is None where the county makes its lists by hand."""

    cutoff: date
    prepare: date | None
    pay: date

    def is_late(self, on: date) -> bool:
        return on > self.pay


def calendar_of(month: date) -> Calendar:
    """As the settings in force in that month say."""
    values = county.values(month)
    day = values["run_prepare_day"]
    return Calendar(
        cutoff=month.replace(day=values["run_cutoff_day"]),
        prepare=month.replace(day=day) if day else None,
        pay=month.replace(day=values["run_pay_day"]),
    )


def on_time_from(on: date) -> date:
    """The first month whose pay-by day is not over; regular lists of earlier months are late until they are sent."""
    month = on.replace(day=1)
    return Month.of(month).next.first_day if calendar_of(month).is_late(on) else month


def late(on: date) -> Q:
    """Regular lists whose pay-by day is over and whose money has not left."""
    return Q(kind=RunKind.REGULAR, month__lt=on_time_from(on), status__in=NOT_OUT)


def is_late(run: PaymentRun, on_time: date) -> bool:
    """The same of one list; `on_time` is `on_time_from`."""
    return run.kind == RunKind.REGULAR and run.month < on_time and run.status in NOT_OUT


def missing(rows: QuerySet[Entitlement], on: date) -> list[Scheme]:
    """The programmes that have somebody among `rows` to pay this month and no regular list for it, in their order.

    Yearly ones from the county's month on, as long as somebody has not been paid in the year. Two queries.
    """
    month = on.replace(day=1)
    there = PaymentRun.objects.filter(scheme=OuterRef("pk"), month=month, kind=RunKind.REGULAR).exclude(
        status=RunStatus.CANCELLED
    )
    payable = rows.listed_in(month).filter(
        Q(held_since=None) | Q(held_since__gt=month),
        Q(payee__died_on=None) | Q(payee__died_on__gte=month),
        amount_fen__gt=0,
        scheme=OuterRef("pk"),
    )
    due = [
        scheme.pk
        for scheme in Scheme.objects.filter(is_active=True)
        if scheme.spec.cadence in ("monthly", "one-off")
        or (scheme.spec.cadence == "quarterly" and not month.month % 3)
    ]
    yearly = [
        scheme.pk
        for scheme in Scheme.objects.filter(is_active=True)
        if scheme.spec.cadence == "yearly" and month.month >= county.value("run_year_month", month)
    ]
    found = Q(pk__in=due) & Exists(payable)
    if yearly:
        found |= Q(pk__in=yearly) & Exists(payable.filter(~Exists(_paid_in_year(month))))
    return list(Scheme.objects.filter(found & ~Exists(there)))


def _paid_in_year(month: date) -> QuerySet[PaymentLine]:
    """Lines of the year of the person or household of a yearly right, whichever row of the right they were of."""
    lines = PaymentLine.objects.filter(
        scheme=OuterRef("scheme"),
        is_arrears=False,
        month__gte=date(month.year, 1, 1),
        month__lte=date(month.year, 12, 1),
    ).exclude(status=LineStatus.VOID)
    of_person = Q(entitlement__beneficiary=OuterRef("beneficiary"))
    of_family = Q(entitlement__beneficiary=None, entitlement__household=OuterRef("household"))
    return lines.filter(of_person | of_family)
