"""The money ledger: entered once, never edited, taken back by a second entry."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import FundEntry
from assistance.selectors.fund_lines import LineSums, blocks
from assistance.services.fund import add_entry, reverse_entry
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry import access
from tests import payments
from tests.payments import TODAY
from tests.runs import answer, issued, job_kinds, load  # noqa: F401 the fixture acts by itself


def arrived(cast, **changes) -> FundEntry:
    fields = {
        "by": cast.cashier_zhou,
        "on": TODAY,
        "year": 2026,
        "programme": "城乡低保",
        "source": "province",
        "kind": "arrived",
        "amount_fen": 50_000_000,
        "day": date(2026, 3, 2),
        "document_number": "云财社〔2026〕8号",
    }
    return add_entry(**(fields | changes))


def total(cast) -> LineSums:
    (found,) = blocks(cast.cashier_zhou, 2026)
    return found.total


def test_sums_are_planned_arrived_and_paid_without_what_came_back(cast):
    arrived(cast, kind="planned", amount_fen=90_000_000)
    arrived(cast)
    row = payments.entitlement(cast, base_fen=35_820)
    payments.entitlement(cast, base_fen=10_000)
    run = issued(cast)
    found = total(cast)
    assert (found.planned_fen, found.arrived_fen, found.paid_fen) == (90_000_000, 50_000_000, 45_820)
    load(run, cast, answer(run, {row.pk: "冻结"}))
    found = total(cast)
    assert (found.paid_fen, found.balance_fen) == (10_000, 49_990_000)


def test_a_programme_that_has_paid_nothing_yet_has_all_left(cast):
    arrived(cast, programme="医疗救助")
    found = total(cast)
    assert (found.paid_fen, found.balance_fen) == (0, found.arrived_fen)


def test_a_wrong_entry_is_taken_back_and_counts_nothing(cast):
    entry = arrived(cast)
    back = reverse_entry(entry_id=entry.pk, by=cast.cashier_zhou, on=TODAY, reason="金额看错")
    assert reverse_entry(entry_id=entry.pk, by=cast.cashier_zhou, on=TODAY, reason="金额看错").pk == back.pk
    assert (back.amount_fen, back.note) == (-50_000_000, "冲销：金额看错")
    found = total(cast)
    assert found.arrived_fen == 0
    with pytest.raises(NotAllowed):
        reverse_entry(entry_id=back.pk, by=cast.cashier_zhou, on=TODAY, reason="再冲")
    assert arrived(cast).pk not in (entry.pk, back.pk)


def test_a_double_click_is_one_entry(cast):
    assert arrived(cast).pk == arrived(cast).pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_fen": 0}, "amount"),
        ({"amount_fen": -1}, "amount"),
        ({"day": date(2026, 5, 7)}, "day"),
        ({"year": 2024}, "year"),
        ({"programme": "城乡低保 "}, "programme"),
        ({"document_number": "  "}, "document_number"),
    ],
)
def test_what_cannot_be_true_is_refused_beside_its_field(cast, changes, field):
    with pytest.raises(BadInput) as refusal:
        arrived(cast, **changes)
    assert refusal.value.field == field


def test_only_the_cashier_writes(cast):
    entry = arrived(cast)
    for wrong in (cast.county_qian, cast.county_zhao, cast.township_li, cast.supervisor_wu):
        with pytest.raises(access.Forbidden):
            arrived(cast, by=wrong)
    with pytest.raises(access.NotVisible):
        reverse_entry(entry_id=entry.pk, by=cast.township_li, on=TODAY, reason="x")


def test_the_form_keeps_what_was_typed_and_marks_what_is_wrong(cast, client):
    client.force_login(cast.cashier_zhou.user)
    page = client.post(
        reverse("fund_add"), {"kind": "arrived", "amount": "十万", "document_number": "云财社8号"}
    )
    assert page.status_code == 422
    text = page.content.decode()
    assert "云财社8号" in text and "请选择资金项目" in text and "金额请填数字" in text
