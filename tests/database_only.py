"""A pytest plugin for the second round of ./run test: only what touches a database runs again on the other one.

A test without a database gives the same answer twice. So does most of what a browser shows: below the page the same
services run in both rounds without one. The browser tests marked `second_round` come again, because several people, a
worker or a hasty hand meet in the database there. Leaving the rest out keeps both rounds within ten minutes.
"""

import pytest
from django.test import SimpleTestCase, TransactionTestCase

FIXTURES = {"db", "transactional_db", "django_db_serialized_rollback", "live_server"}


def touches_a_database(item: pytest.Item) -> bool:
    case = getattr(item, "cls", None)
    if case is not None and issubclass(case, SimpleTestCase):
        return issubclass(case, TransactionTestCase)
    return item.get_closest_marker("django_db") is not None or bool(
        FIXTURES & set(getattr(item, "fixturenames", ()))
    )


def runs_again(item: pytest.Item) -> bool:
    if item.get_closest_marker("browser") and not item.get_closest_marker("second_round"):
        return False
    return touches_a_database(item)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    again = [item for item in items if runs_again(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
    items[:] = again
