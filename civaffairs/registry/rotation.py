"""Changing the key of the encrypted columns.

Every encrypted value names its key, so old and new stand side by side and the house stays open meanwhile. The work
goes in small transactions by primary key and finds out by itself what is left: stopped anywhere, it is started again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from civaffairs.registry.fields import EncryptedField
from civaffairs.registry.keys import cipher

BATCH = 500


def encrypted_columns() -> list[tuple[type[Model], list[EncryptedField]]]:
    """Every table that has encrypted columns, and which."""
    found = []
    for model in apps.get_models():
        fields = [f for f in model._meta.concrete_fields if isinstance(f, EncryptedField)]
        if fields:
            found.append((model, fields))
    return found


def reencrypt(model: type[Model], fields: list[EncryptedField], seen: Callable[[int], None]) -> int:
    """Bring a table's encrypted columns to the active key; the number of values that were rewritten."""
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    columns = ", ".join(quote(f.column) for f in fields)
    read = f"SELECT {key}, {columns} FROM {table} {{}} ORDER BY {key} LIMIT {BATCH}"  # noqa: S608 - own names only
    last, rewritten, rows_seen = None, 0, 0
    while True:
        with connection.cursor() as cursor:
            if last is None:
                cursor.execute(read.format(""))
            else:
                cursor.execute(read.format(f"WHERE {key} > %s"), [last])
            rows = cursor.fetchall()
        if not rows:
            return rewritten
        rewritten += _rewrite(table, key, fields, rows)
        last, rows_seen = rows[-1][0], rows_seen + len(rows)
        seen(rows_seen)


def _rewrite(table: str, key: str, fields: list[EncryptedField], rows: list[tuple]) -> int:
    box, changes = cipher(), []
    for pk, *tokens in rows:
        for field, token in zip(fields, tokens, strict=True):
            if token and box.needs_rotation(token):
                changes.append(
                    (field, pk, token, box.encrypt(box.decrypt(token, field.purpose), field.purpose))
                )
    if not changes:
        return 0
    with transaction.atomic(), connection.cursor() as cursor, without_triggers(table):
        for field, pk, old, new in changes:
            column = connection.ops.quote_name(field.column)
            # The old token in the condition: a value that somebody changed just now is left to its new owner.
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s",  # noqa: S608
                [new, pk, old],
            )
    return len(changes)


@contextmanager
def without_triggers(table: str) -> Iterator[None]:
    """Inside the transaction, the triggers that keep approved lines as they are stand aside: the money stays the
    same, only its cover changes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table with checks still to come cannot be altered; they are made now.
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER; SET CONSTRAINTS ALL DEFERRED")
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table.strip('"')]
        )
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _, sql in triggers:
            cursor.execute(sql)
