"""Fixtures shared by all tests."""

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.db.backends.postgresql.base import DatabaseOperations as PostgreSQL
from django.db.backends.sqlite3.base import DatabaseOperations as SQLite
from django.test import TransactionTestCase
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


@pytest.fixture(scope="session", autouse=True)
def what_migrations_wrote_comes_back():
    """A test with real transactions empties all tables when it ends. What the migrations had written (schemes, working
    days, bank formats) is put back at once, so that the order of the tests, which several workers change, does not matter.
    """
    kept = {name: TransactionTestCase.__dict__[name] for name in ("_fixture_setup", "_fixture_teardown")}

    def nothing_to_put_back(cls):
        """It has been put back by the test before."""

    def empty_and_put_back(cls):
        for alias in cls._databases_names(include_mirrors=False):
            call_command(
                "flush",
                verbosity=0,
                interactive=False,
                database=alias,
                reset_sequences=False,
                inhibit_post_migrate=True,
            )
            connections[alias].creation.deserialize_db_from_string(
                connections[alias]._test_serialized_contents
            )

    TransactionTestCase._fixture_setup = classmethod(nothing_to_put_back)
    TransactionTestCase._fixture_teardown = classmethod(empty_and_put_back)
    yield
    for name, method in kept.items():
        setattr(TransactionTestCase, name, method)


@pytest.fixture
def cast(db) -> Cast:
    """The county with its offices and staff, and the schemes of the catalogue."""
    return make_cast()
