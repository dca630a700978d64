"""Fixtures shared by all tests."""

import pytest

from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    """The county with its offices and staff, and the schemes of the catalogue."""
    return make_cast()
