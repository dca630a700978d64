"""A pytest plugin for the second round of ./run test: only what touches a database runs again on the other one.

A test without a database gives the same answer twice. So does most of what a browser shows: below the page the same
services run in both rounds without one. The browser tests marked `second_round` come again, because several people, a
worker or a hasty hand meet in the database there.

Many variants of one test (each mistake of a form, each pair of programmes, each state of a case) go down the same
statements with other values; the first round has run them all. Of these the first, the last and one between come again,
or as many as `second_round(variants=…)` says, or all where it says nothing. CIVAFFAIRS_EVERY_VARIANT=1 leaves none out.
Together this keeps both rounds within ten minutes.
"""

import os

import pytest
from django.test import SimpleTestCase, TransactionTestCase

FIXTURES = {"db", "transactional_db", "django_db_serialized_rollback", "live_server"}
VARIANTS = 3


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


def spread(count: int, wanted: int) -> set[int]:
    """As many of the numbers 0 … count−1, evenly, with both ends."""
    if count <= wanted:
        return set(range(count))
    return {round(turn * (count - 1) / (wanted - 1)) for turn in range(wanted)}


def chosen(items: list[pytest.Item]) -> list[pytest.Item]:
    """Without most of the variants of each test that has many."""
    if os.environ.get("CIVAFFAIRS_EVERY_VARIANT", "").lower() in {"1", "true"}:
        return items
    variants: dict[str, list[pytest.Item]] = {}
    for item in items:
        if getattr(item, "callspec", None) is not None:
            variants.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left_out = set()
    for found in variants.values():
        mark = found[0].get_closest_marker("second_round")
        wanted = VARIANTS if mark is None else mark.kwargs.get("variants", len(found))
        kept = spread(len(found), wanted)
        left_out |= {item for number, item in enumerate(found) if number not in kept}
    return [item for item in items if item not in left_out]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    again = chosen([item for item in items if runs_again(item)])
    config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
    items[:] = again
