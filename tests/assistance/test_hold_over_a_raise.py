"""A hold that reaches over a raise: the months are held and made up for from its first, not from that of the newest row."""

from datetime import date

import pytest

from assistance.models import Adjustment
from tests import rights, standards
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself
from tests.standards import BANDS, OLD_AGE

ON = date(2026, 3, 10)


@pytest.mark.parametrize("raised_first", [True, False])
def test_the_held_months_are_given_back_whole(cast, raised_first):
    """Held from February, whose list is closed; March brings 5.00 more; resumed from April with the months before."""
    old = standards.in_force(cast, OLD_AGE, date(2025, 1, 1), ages=standards.ages(BANDS))
    right = standards.elder(cast, old)
    for month in (1, 2):
        rights.listed(cast, OLD_AGE, date(2026, month, 1))

    def hold():
        rights.changed(cast, rights.newest(right), "hold", "uncertified", date(2026, 2, 1), ON)

    def rise():
        new = standards.in_force(
            cast, OLD_AGE, date(2026, 3, 1), ages=standards.ages({80: 5_500, 90: 10_500})
        )
        standards.applied(cast, new, ON)

    for act in (rise, hold) if raised_first else (hold, rise):
        act()
    assert [row.amount_fen for row in Adjustment.objects.standing()] == [-5_000]
    more = {"details": {"backpay": True}}
    rights.changed(cast, rights.newest(right), "resume", "certified", date(2026, 4, 1), ON, **more)
    assert not Adjustment.objects.standing().exists()
    assert [rights.due_in(right, date(2026, month, 1)) for month in (1, 2, 3, 4)] == [
        5_000,
        5_000,
        5_500,
        5_500,
    ]
