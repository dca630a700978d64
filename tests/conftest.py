"""Fixtures shared by all tests."""

from collections import defaultdict

import pytest
from django.core.management import call_command
from django.core.serializers import deserialize
from django.db import connections, transaction
from django.db.backends.postgresql.base import DatabaseOperations as PostgreSQL
from django.db.backends.sqlite3.base import DatabaseOperations as SQLite
from django.db.models import Model
from django.test import TransactionTestCase
from hypothesis import settings

from tests.cast import Cast, make_cast

# Made once for many tests: whoever begins with them is not robbed of half of them by the other worker, who would have to
# make them again.
FIRST = ("tests/flows/test_demo_county.py",)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


# The same examples on every run, and no time limit for one of them: several suites may share two slow cores.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_triggers():
    """Tests with real transactions empty every table afterwards, and the triggers of the tables that only grow refuse
    it; they are taken away for that moment. On PostgreSQL rows are deleted, as on SQLite: TRUNCATE makes new files for
    ninety tables and their indexes, two seconds where a deletion takes a hundredth.
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
        tables = self.connection.introspection.table_names()
        with transaction.atomic(self.connection.alias), self.connection.cursor() as cursor:
            # In this role no trigger fires, neither ours nor those of the foreign keys. It takes a superuser; others get
            # the way that Django goes, one trigger (32: it hears TRUNCATE, pg_trigger.h) after the other.
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if cursor.fetchone()[0]:
                cursor.execute("SET LOCAL session_replication_role = replica")
                for table in set(tables) - {"django_migrations"}:
                    cursor.execute(f'DELETE FROM "{table}"')
                return
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
    rows: dict[str, dict[type[Model], list[Model]]] = {}
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
            written = connections[alias]._test_serialized_contents
            if written not in rows:
                rows[written] = rows_by_model(written)
            with transaction.atomic(alias), connections[alias].constraint_checks_disabled():
                for model, found in rows[written].items():
                    model._base_manager.using(alias).bulk_create(found)

    TransactionTestCase._fixture_setup = classmethod(nothing_to_put_back)
    TransactionTestCase._fixture_teardown = classmethod(empty_and_put_back)
    yield
    for name, method in kept.items():
        setattr(TransactionTestCase, name, method)


def rows_by_model(written: str) -> dict[type[Model], list[Model]]:
    """What Django noted of a migrated database (JSON), ready to be inserted at one go for each table."""
    found = defaultdict(list)
    for row in deserialize("json", written):
        assert not row.m2m_data, "links between rows would be lost here"
        found[type(row.object)].append(row.object)
    return dict(found)


@pytest.fixture
def cast(db) -> Cast:
    """The county with its offices and staff, and the schemes of the catalogue."""
    return make_cast()
