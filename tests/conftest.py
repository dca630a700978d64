"""Fixtures shared by all tests."""

import pytest
from django.db.backends.sqlite3.base import DatabaseOperations
from hypothesis import settings

from tests.cast import Cast, make_cast

# The same examples on every run, and no time limit for one of them: several suites may share two slow cores.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_triggers():
    """Tests with real transactions empty every table afterwards. On SQLite that is a DELETE, which the triggers of
    the append-only tables refuse; they are taken away for that moment. PostgreSQL truncates, which no trigger sees.
    """
    flush = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self, sql_list):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            flush(self, sql_list)
            for _, sql in triggers:
                cursor.execute(sql)

    DatabaseOperations.execute_sql_flush = execute_sql_flush
    yield
    DatabaseOperations.execute_sql_flush = flush


@pytest.fixture
def cast(db) -> Cast:
    """The county with its offices and staff, and the schemes of the catalogue."""
    return make_cast()
