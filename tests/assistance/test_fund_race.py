"""Two entries of the money ledger in the same moment, on the database that lets them be there at once."""

import contextlib
import threading

import pytest

from assistance.models import FundEntry
from assistance.services.fund import add_entry
from civaffairs.lib.errors import BadInput
from tests.assistance.test_change_withdraw import at_once
from tests.cast import make_cast
from tests.payments import TODAY

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def entered(monkeypatch):
    """Enters money; who asks whether it is there already waits a moment for the other to ask as well."""
    cast = make_cast()
    meeting = threading.Barrier(2)
    create = FundEntry.objects.create

    def slowly(**columns):
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(1)
        return create(**columns)

    monkeypatch.setattr(FundEntry.objects, "create", slowly)

    def enter(kind: str, fen: int = 10_000_000):
        return add_entry(
            by=cast.cashier_zhou,
            on=TODAY,
            year=2026,
            programme="城乡低保",
            source="county",
            kind=kind,
            amount_fen=fen,
            day=TODAY,
            document_number="云财社〔2026〕8号",
        )

    return enter


def test_a_double_press_does_not_bring_the_money_twice(entered):
    first, second = at_once(lambda: entered("arrived"), lambda: entered("arrived"))
    assert first == second
    assert FundEntry.objects.count() == 1


def test_two_balances_at_the_beginning_of_a_year_do_not_both_stand(entered):
    answers = at_once(lambda: entered("opening", 10_000), lambda: entered("opening", 20_000))
    assert sorted(isinstance(answer, BadInput) for answer in answers) == [False, True]
    assert FundEntry.objects.count() == 1
