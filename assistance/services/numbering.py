"""Numbers that are given one after another. The office that owns the series is locked while the next one is taken,
so that two counters at the same desk of two clerks cannot meet.

All call inside a transaction.
"""

from datetime import date

from django.db.models import Model, QuerySet

from assistance.models import Application, Scheme
from civaffairs.registry.models import Household, Office, Person


def application_number(scheme: Scheme, office_id: str, on: date) -> str:
    """ND202610100012: scheme, year, township, serial."""
    head = f"{scheme.spec.number_prefix}{on:%Y}{office_id[6:9]}"
    return _next(Application.objects.all(), "number", head, 5, _township(office_id))


def household_number(office_id: str) -> str:
    """H519901101000012: township, serial."""
    return _next(Household.objects.all(), "number", f"H{office_id[:9]}", 6, _township(office_id))


def substitute_number(office_id: str, birth: date) -> str:
    """W519901196003070001: county, birth, serial. For a person without an ID card; 19 characters, so that it can
    never be taken for one."""
    head = f"W{office_id[:6]}{birth:%Y%m%d}"
    return _next(Person.objects.all(), "substitute_number", head, 4, f"{office_id[:6]}000000")


def _township(office_id: str) -> str:
    return f"{office_id[:9]}000"


def _next(rows: QuerySet[Model], column: str, head: str, width: int, owner: str) -> str:
    # NO KEY: rows that merely point to the office are not held up.
    Office.objects.select_for_update(no_key=True).get(pk=owner)
    taken = rows.filter(**{f"{column}__startswith": head}).order_by(f"-{column}")
    last = taken.values_list(column, flat=True).first()
    return f"{head}{int(last[len(head) :]) + 1 if last else 1:0{width}}"
