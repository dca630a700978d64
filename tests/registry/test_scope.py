"""The area of an office is a range of codes that every collation orders alike."""

import pytest

from civaffairs.registry.scope import code_range, covers


@pytest.mark.parametrize(
    ("office", "low", "high"),
    [
        ("519901000000", "519901", "519902"),
        ("519901109000", "519901109", "519901110"),
        ("519901199000", "519901199", "519901200"),
        ("519901109009", "519901109009", "519901109010"),
    ],
)
def test_both_ends_of_an_area_are_digits(office, low, high):
    assert code_range(office) == (low, high)


@pytest.mark.parametrize(
    ("code", "inside"),
    [
        ("519901109000", True),
        ("519901109001", True),
        ("519901109999", True),
        ("519901108999", False),
        ("519901110000", False),
        ("519902109001", False),
    ],
)
def test_a_township_covers_its_villages_and_no_other(code, inside):
    assert covers("519901109000", code) is inside
