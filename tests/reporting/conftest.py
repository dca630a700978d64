"""Fixtures of figures and reports."""

import pytest


@pytest.fixture(autouse=True)
def job_kinds():
    """The web process registers them with its views."""
    __import__("assistance.tasks")
