"""Fixtures of figures and reports."""

import pytest

from tests.undrawn import drawn_in_the_first_round


@pytest.fixture(autouse=True)
def job_kinds():
    """The web process registers them with its views."""
    __import__("assistance.tasks")


@pytest.fixture
def drawn_once():
    with drawn_in_the_first_round():
        yield
