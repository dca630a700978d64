"""The rows behind a figure: which table, which rows of it, and what is added up.

The same conditions feed the grouped reads of facts.py, so that a number and the list one sees on clicking it
cannot follow two definitions.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast, Coalesce

from assistance.models import Application, Decision, Entitlement, EntitlementMember, FundEntry, PaymentLine
from civaffairs.lib.months import Month
from civaffairs.registry.access import Permission
from civaffairs.registry.scope import code_range

if TYPE_CHECKING:
    from reporting.figures.facts import Period


@dataclass(frozen=True)
class RowsRef:
    """`measure` names the column that is added up; "" counts rows. `office` and `scheme` are paths to their codes.

    `permission` is what a posting needs to see the single rows; totals need none of it.
    """

    table: str
    model: type[Model]
    condition: "Callable[[QuerySet, Period], QuerySet]"
    measure: str = ""
    office: str = "office_id"
    scheme: str = "scheme_id"
    permission: Permission = Permission.VIEW_LEDGER

    def queryset(self, area: str, period: "Period", schemes: Iterable[str] | None) -> QuerySet:
        """The rows of an area; `schemes` None means all."""
        low, high = code_range(area)
        found = self.model._default_manager.filter(**{f"{self.office}__gte": low, f"{self.office}__lt": high})
        if schemes is not None:
            found = found.filter(**{f"{self.scheme}__in": list(schemes)})
        return self.condition(found, period)

    def total(self, area: str, period: "Period", schemes: Iterable[str] | None) -> int:
        """The number that the rows add up to: what the figure must be."""
        found = self.queryset(area, period, schemes)
        measure = Sum(self.measure) if self.measure else Count("pk")
        return found.aggregate(total=measure)["total"] or 0


# --- entitlements ---------------------------------------------------------------------------------


def _in_force(found: QuerySet, period: "Period") -> QuerySet:
    return found.payable_in(period.month)


# A grant that ends in the month it begins and is linked to nothing was never in force: neither new nor left.
_NEVER_IN_FORCE = Q(until_month=F("from_month"), previous=None, next=None)


def _continues() -> Exists:
    """The row takes over from its previous one without a month between."""
    return Exists(Entitlement.objects.filter(pk=OuterRef("previous_id"), until_month=OuterRef("from_month")))


def _is_continued() -> Exists:
    return Exists(Entitlement.objects.filter(previous=OuterRef("pk"), from_month=OuterRef("until_month")))


def _joined(found: QuerySet, period: "Period") -> QuerySet:
    return found.filter(~_continues(), from_month__gte=period.first, from_month__lte=period.month).exclude(
        _NEVER_IN_FORCE
    )


def _left(found: QuerySet, period: "Period") -> QuerySet:
    return found.filter(
        ~_is_continued(), until_month__gte=period.first, until_month__lte=period.month
    ).exclude(_NEVER_IN_FORCE)


HOUSEHOLDS = RowsRef("entitlement", Entitlement, _in_force)
HEADS = RowsRef("entitlement", Entitlement, _in_force, measure="persons")
JOINED_HOUSEHOLDS = RowsRef("entitlement", Entitlement, _joined)
LEFT_HOUSEHOLDS = RowsRef("entitlement", Entitlement, _left)


def with_cause(cause: str) -> RowsRef:
    """Households in force that gave this cause. The JSON list is searched as text, because SQLite has no search in
    JSON; the quotes keep one key from matching inside another."""

    def condition(found: QuerySet, period: "Period") -> QuerySet:
        found = _in_force(found, period).annotate(causes_text=Cast("causes", TextField()))
        return found.filter(causes_text__contains=f'"{cause}"')

    return RowsRef("entitlement", Entitlement, condition)


# --- members --------------------------------------------------------------------------------------


def _member_ref(condition: "Callable[[QuerySet, Period], QuerySet]") -> RowsRef:
    return RowsRef(
        "member",
        EntitlementMember,
        condition,
        office="entitlement__office_id",
        scheme="entitlement__scheme_id",
    )


def _members_in_force(found: QuerySet, period: "Period") -> QuerySet:
    month = period.month
    return found.filter(
        Q(entitlement__until_month=None) | Q(entitlement__until_month__gt=month),
        Q(until_month=None) | Q(until_month__gt=month),
        entitlement__from_month__lte=month,
    )


_MEMBER_NEVER_IN_FORCE = Q(
    entitlement__until_month=F("entitlement__from_month"),
    entitlement__previous=None,
    entitlement__next=None,
)


def _joined_members(found: QuerySet, period: "Period") -> QuerySet:
    """Persons protected from this month on and not in the month before, inside a continued grant too."""
    before = EntitlementMember.objects.filter(
        Q(until_month=None) | Q(until_month__gte=OuterRef("entitlement__from_month")),
        entitlement=OuterRef("entitlement__previous_id"),
        entitlement__until_month=OuterRef("entitlement__from_month"),
        person=OuterRef("person_id"),
    )
    return found.filter(
        ~Exists(before),
        entitlement__from_month__gte=period.first,
        entitlement__from_month__lte=period.month,
    ).exclude(_MEMBER_NEVER_IN_FORCE)


def _left_members(found: QuerySet, period: "Period") -> QuerySet:
    """Persons whose first month without protection lies in the period, inside a continued grant too."""
    found = found.annotate(left_month=Coalesce("until_month", "entitlement__until_month"))
    after = EntitlementMember.objects.filter(
        entitlement__previous=OuterRef("entitlement_id"),
        entitlement__from_month=OuterRef("left_month"),
        person=OuterRef("person_id"),
    )
    return found.filter(~Exists(after), left_month__gte=period.first, left_month__lte=period.month).exclude(
        _MEMBER_NEVER_IN_FORCE
    )


PERSONS = _member_ref(_members_in_force)
JOINED_PERSONS = _member_ref(_joined_members)
LEFT_PERSONS = _member_ref(_left_members)


def _years_before(day: date, years: int) -> date:
    """The latest birthday of somebody who is `years` old on `day`. 29 February meets 28 in a common year."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


PERSON_CLASSES = ("women", "elder", "minor", "adult", "disabled", "severe", "classified")


def person_class(name: str, period: "Period") -> Q:
    """A class of the monthly table, at the end of the last month: 老年人 60 and over, 未成年人 under 18."""
    last_day = Month.of(period.month).last_day
    sixty, eighteen = _years_before(last_day, 60), _years_before(last_day, 18)
    return {
        "women": Q(person__sex="female"),
        "elder": Q(person__birth__lte=sixty),
        "minor": Q(person__birth__gt=eighteen),
        "adult": Q(person__birth__gt=sixty, person__birth__lte=eighteen),
        "disabled": Q(disability_grade__isnull=False),
        "severe": Q(disability_grade__in=(1, 2)),
        "classified": Q(classified_fen__gt=0),
    }[name]


def of_class(name: str) -> RowsRef:
    return _member_ref(
        lambda found, period: _members_in_force(found, period).filter(person_class(name, period))
    )


def of_labour(value: str) -> RowsRef:
    return _member_ref(lambda found, period: _members_in_force(found, period).filter(labour=value))


# --- money ----------------------------------------------------------------------------------------


def _paid(found: QuerySet, period: "Period") -> QuerySet:
    return found.moved().filter(run__month__gte=period.first, run__month__lte=period.month)


def paid(measure: str = "") -> RowsRef:
    return RowsRef("line", PaymentLine, _paid, measure=measure, permission=Permission.VIEW_PAYMENTS)


PAID_LINES = paid()


def booked(kind: str, programme: str = "") -> RowsRef:
    def condition(found: QuerySet, period: "Period") -> QuerySet:
        found = found.filter(kind=kind, year=period.month.year, on__lte=Month.of(period.month).last_day)
        return found.filter(programme=programme) if programme else found

    return RowsRef("fund", FundEntry, condition, measure="amount_fen", permission=Permission.VIEW_FUNDS)


# --- cases ----------------------------------------------------------------------------------------

IN_TIME = Q(total_due_on=None) | Q(decided_on__lte=F("total_due_on"))


def _within(column: str, extra: Q | None = None) -> RowsRef:
    def condition(found: QuerySet, period: "Period") -> QuerySet:
        days: dict[str, Any] = {
            f"{column}__gte": period.first,
            f"{column}__lte": Month.of(period.month).last_day,
        }
        return found.filter(extra or Q(), **days)

    return RowsRef("application", Application, condition, permission=Permission.VIEW_CASES)


RECEIVED = _within("submitted_on")
DECIDED = _within("decided_on", Q(decision__isnull=False))
APPROVED = _within("decided_on", Q(decision__outcome=Decision.Outcome.APPROVED))
REFUSED = _within("decided_on", Q(decision__outcome=Decision.Outcome.REFUSED))
DECIDED_IN_TIME = _within("decided_on", Q(decision__isnull=False) & IN_TIME)
