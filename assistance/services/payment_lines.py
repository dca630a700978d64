"""The lines of a payment run, written by one statement.

The database copies who, how much and where to from entitlement, person and account in a single INSERT … SELECT:
a month of a county takes a second, and no entitlement can be read in one state and paid in another. The columns
come from the tables' own descriptions, the values are bound, and the same statement runs on SQLite and PostgreSQL.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection
from django.db.models import (
    CharField,
    DateField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce

from assistance.models import Entitlement, LineStatus, PaymentLine, PaymentRun, RunKind
from civaffairs.registry.models import BankAccount

_ACCOUNT = ("holder", "bank", "account", "account_index", "account_tail")
_TAKEN_FROM_ACCOUNT = ("holder", "bank", "number", "number_index", "number_tail")


def payable(run: PaymentRun) -> QuerySet:
    """Entitlements of the run's scheme and area in force for its month, whoever may be left out of the list."""
    return Entitlement.objects.in_area(run.office_id).filter(scheme_id=run.scheme_id).listed_in(run.month)


def not_held(month: date) -> Q:
    return Q(held_since=None) | Q(held_since__gt=month)


def payee_alive(month: date) -> Q:
    """A payee who died before the month cannot be paid; one who died in it was still entitled to it."""
    return Q(payee__died_on=None) | Q(payee__died_on__gte=month)


def not_yet_listed(month: date) -> Q:
    """No line for the month but void ones. A returned line counts: it is paid again by a reissue, not twice."""
    earlier = PaymentLine.objects.filter(entitlement=OuterRef("pk"), month=month)
    return ~Exists(earlier.exclude(status=LineStatus.VOID))


def returned_unpaid(run: PaymentRun) -> QuerySet:
    """Lines that came back and that no later line pays again."""
    return PaymentLine.objects.in_area(run.office_id).filter(
        scheme_id=run.scheme_id, status=LineStatus.RETURNED, reissue=None, month__lte=run.month
    )


def insert_lines(run: PaymentRun) -> int:
    """Write all lines of the run; returns how many. Call inside the transaction that holds the run locked."""
    source = _reissues(run) if run.kind == RunKind.REISSUE else _entitlements(run)
    return _insert_select(PaymentLine, source)


def _entitlements(run: PaymentRun) -> tuple[QuerySet, dict]:
    rows = (
        payable(run)
        .filter(not_held(run.month), payee_alive(run.month), not_yet_listed(run.month), amount_fen__gt=0)
        .alias(active=_active_account())
    )
    return rows, {
        "run": Value(run.pk),
        "entitlement": F("pk"),
        "month": Value(run.month, output_field=DateField()),
        "payee_name": F("payee__name"),
        **{name: F(name) for name in _COPIED},
        **_account_columns(),
        **_fresh(),
    }


def _reissues(run: PaymentRun) -> tuple[QuerySet, dict]:
    # A new account waiting for its second person: the money waits for it instead of going back to the old one.
    waiting = BankAccount.objects.filter(person=OuterRef("payee"), state=BankAccount.State.PENDING)
    rows = returned_unpaid(run).alias(active=_active_account()).filter(~Exists(waiting), active__isnull=False)
    return rows, {
        "run": Value(run.pk),
        "entitlement": F("entitlement_id"),
        # The month that was owed, not the month of this run: otherwise a figure of that month would change.
        "month": F("month"),
        "payee_name": F("payee__name"),
        "original": F("pk"),
        **{name: F(name) for name in _COPIED},
        **_account_columns(),
        **_fresh(),
    }


_COPIED = ("scheme", "office", "payee", "persons", "base_fen", "classified_fen", "care_fen", "amount_fen")


def _active_account() -> FilteredRelation:
    return FilteredRelation("payee__accounts", condition=Q(payee__accounts__state=BankAccount.State.ACTIVE))


def _account_columns() -> dict:
    # The ciphertext is copied as it stands: both columns encrypt for the same purpose.
    return {
        ours: Coalesce(F(f"active__{theirs}"), Value(""), output_field=TextField())
        for ours, theirs in zip(_ACCOUNT, _TAKEN_FROM_ACCOUNT, strict=True)
    }


def _fresh() -> dict:
    return {
        "arrears_fen": Value(0),
        "is_arrears": Value(False),
        "status": Value(LineStatus.LISTED.value, output_field=CharField()),
        "return_reason": Value("", output_field=CharField()),
    }


def _insert_select(model, source: tuple[QuerySet, dict]) -> int:
    rows, columns = source
    quote = connection.ops.quote_name
    # Names of their own, because an annotation may not be called like a column of the table it reads.
    named = {f"into_{name}": expression for name, expression in columns.items()}
    select, params = (
        rows.annotate(**named).values_list(*named).query.get_compiler(connection=connection).as_sql()
    )
    into = ", ".join(quote(model._meta.get_field(name).column) for name in columns)
    with _joined_as_sets(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({into}) {select}", params)
        return cursor.rowcount


@contextmanager
def _joined_as_sets() -> Iterator[None]:
    """Keep PostgreSQL from looking into the line table once for each entitlement.

    It plans by what the table held before. In a county's first month that is nothing, and scanning nothing again
    and again looks cheap; but the statement fills the very table, and a million rows take hours instead of a minute.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")


def delete_lines(run: PaymentRun) -> None:
    """Throw a run's lines away. Not by the ORM, which would read every row first to see what points to it."""
    quote = connection.ops.quote_name
    table, column = PaymentLine._meta.db_table, PaymentLine._meta.get_field("run").column
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {quote(table)} WHERE {quote(column)} = %s", [run.pk])  # noqa: S608 names only


def settle_references() -> None:
    """Let PostgreSQL check the foreign keys of the new lines now and not at the commit.

    The checks of a million lines take their time, and the audit chain, which everybody writes to, must not be
    locked meanwhile. SQLite checks as it goes.
    """
    if connection.vendor == "postgresql":
        connection.check_constraints()
