"""A pytest plugin for the second round of ./run test: only what touches a database runs again on the other one.

A test without a database gives the same answer twice; leaving it out keeps both rounds within ten minutes.
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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    again = [item for item in items if touches_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
    items[:] = again
