# ruff: noqa: S608 (names come from the models' own descriptions; every value is bound)
"""Statements over sets: a SELECT compiled from the ORM, put into a table by the database itself.

The columns come from the tables' own descriptions, the values are bound, and the same statement runs on SQLite and
PostgreSQL.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model, QuerySet


def compiled(rows: QuerySet, columns: dict) -> tuple[str, tuple]:
    """(SQL, params) of a SELECT of `columns` (name → expression), each called into_<name>.

    Names of their own, because an annotation may not be called like a column of the table it reads.
    """
    named = {f"into_{name}": expression for name, expression in columns.items()}
    select = rows.annotate(**named).values_list(*named)
    return select.query.get_compiler(connection=connection).as_sql()


def insert_select(
    model: type[Model],
    rows: QuerySet,
    columns: dict,
    *,
    joined: tuple[str, list] | None = None,
    instead: dict[str, str] | None = None,
) -> int:
    """INSERT … SELECT; returns how many rows. `columns` are field name → expression.

    `joined` is a join of the SELECT, called `chosen`, with something that is written by hand, and `instead` says what
    goes into a field then, in SQL over both.
    """
    quote = connection.ops.quote_name
    select, params = compiled(rows, columns)
    if joined is not None:
        given = {name: f"chosen.into_{name}" for name in columns} | (instead or {})
        select, params = (
            f"SELECT {', '.join(given.values())} FROM ({select}) AS chosen {joined[0]}",
            (*params, *joined[1]),
        )
    into = ", ".join(quote(model._meta.get_field(name).column) for name in columns)
    with joined_as_sets(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({into}) {select}", params)
        return cursor.rowcount


@contextmanager
def joined_as_sets() -> Iterator[None]:
    """Keep PostgreSQL from looking into a table once for each row of another.

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
