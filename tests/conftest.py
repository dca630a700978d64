"""Fixtures shared by all tests."""

import pytest
from django.db import transaction
from django.db.backends.postgresql.base import DatabaseOperations as PostgreSQL
from django.db.backends.sqlite3.base import DatabaseOperations as SQLite
from hypothesis import settings

from tests.cast import Cast, make_cast

# The same examples on every run, and no time limit for one of them: several suites may share two slow cores.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_triggers():
    """Tests with real transactions empty every table afterwards: by DELETE on SQLite, by TRUNCATE on PostgreSQL. The
    triggers of the tables that only grow refuse both; they are taken away for that moment.
    """
    kept = {operations: operations.execute_sql_flush for operations in (SQLite, PostgreSQL)}

    def flush_sqlite(self, sql_list):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            kept[SQLite](self, sql_list)
            for _, sql in triggers:
                cursor.execute(sql)

    def flush_postgresql(self, sql_list):
        with transaction.atomic(self.connection.alias), self.connection.cursor() as cursor:
            # 32: the trigger hears TRUNCATE (pg_trigger.h).
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 > 0"
            )
            triggers = cursor.fetchall()
            for table, name in triggers:
                cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
            kept[PostgreSQL](self, sql_list)
            for table, name in triggers:
                cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER "{name}"')

    SQLite.execute_sql_flush, PostgreSQL.execute_sql_flush = flush_sqlite, flush_postgresql
    yield
    for operations, flush in kept.items():
        operations.execute_sql_flush = flush


@pytest.fixture
def cast(db) -> Cast:
    """The county with its offices and staff, and the schemes of the catalogue."""
    return make_cast()
