"""Rows that several tests look at, built once for all of them."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker


def kept(build: Callable[[], Any], scope: str = "class") -> Any:
    """A fixture with what `build` gives, in a transaction around every test of a class or a module.

    pytest-django opens a savepoint of its own in it for each test, so what a test writes is gone before the next. The
    instances are not: give each test a deep copy. A test of the same class or module that builds a county of its own
    would meet the offices that stand already.
    """

    @pytest.fixture(scope=scope)
    def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
        import_module("assistance.tasks")  # the kinds of jobs, which the web process registers with its views
        with django_db_blocker.unblock():
            around = transaction.atomic()
            around._from_testcase = (
                True  # so that services may ask for an outermost transaction, as in any TestCase
            )
            around.__enter__()
            try:
                rows = build()
            except BaseException:
                leave(around)
                raise
        yield rows
        with django_db_blocker.unblock():
            leave(around)

    return built


def leave(around: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    around.__exit__(None, None, None)
