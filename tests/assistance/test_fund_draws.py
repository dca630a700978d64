"""What runs take of the money ledger: in the county's order, told when it is short, given back with the bank's answer."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from assistance.models import FundDraw, FundEntry
from assistance.procedure import order_key
from assistance.selectors import fund_lines
from assistance.services import payment
from assistance.services.fund import add_entry, reverse_entry
from assistance.services.fund_draws import cover_run
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.registry import access
from civaffairs.registry.models import AuditEvent, CountySetting
from tests import payments
from tests.payments import MAY, TODAY
from tests.runs import answer, approved, checked, issued, job_kinds, load  # noqa: F401 acts by itself


def entered(cast, source: str, fen: int, **changes) -> FundEntry:
    fields = {
        "by": cast.cashier_zhou,
        "on": TODAY,
        "year": 2026,
        "programme": "城乡低保",
        "source": source,
        "kind": "arrived",
        "amount_fen": fen,
        "day": date(2026, 3, 2),
        "document_number": f"云财社〔2026〕{source}号",
    }
    return add_entry(**(fields | changes))


def setting(cast, key: str, value) -> None:
    CountySetting.objects.create(
        key=key,
        value=value,
        from_month=date(2026, 1, 1),
        document_number="云民〔2026〕2号",
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
        confirmed_at="2026-01-01T00:00:00Z",
    )


def taken(run) -> dict[str, int]:
    """Source → net fen that the run holds."""
    found: dict[str, int] = {}
    for draw in FundDraw.objects.filter(run=run):
        found[draw.source] = found.get(draw.source, 0) + draw.amount_fen
    return {source: fen for source, fen in found.items() if fen}


def line(cast, source: str) -> fund_lines.LineSums:
    return next(row for row in fund_lines.table(cast.cashier_zhou, 2026) if row.source == source)


def test_a_run_draws_on_the_lines_in_order_when_it_is_approved(cast):
    entered(cast, "county", 90_000)
    entered(cast, "central", 20_000)
    payments.entitlement(cast, base_fen=35_820)
    run = checked(cast)
    assert not FundDraw.objects.exists()
    plan = fund_lines.plan_of(run, TODAY)
    assert [(share.source, share.take_fen) for share in plan.shares] == [
        ("central", 20_000),
        ("county", 15_820),
    ]
    run = payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)
    assert taken(run) == {"central": 20_000, "county": 15_820}
    assert line(cast, "county").balance_fen == 74_180
    assert (line(cast, "county").drawn_fen, line(cast, "county").paid_fen) == (15_820, 0)


def test_the_county_says_in_which_order_for_all_and_for_one_programme(cast):
    assert fund_lines.order_of("城乡低保", TODAY) == ("central", "province", "city", "county")
    setting(cast, "fund_order", "county,city,province,central")
    assert fund_lines.order_of("城乡低保", TODAY) == ("county", "city", "province", "central")
    setting(cast, order_key("城乡低保"), "province,central,city,county")
    assert fund_lines.order_of("城乡低保", TODAY)[0] == "province"
    assert fund_lines.order_of("特困供养", TODAY)[0] == "county"


def test_what_the_bank_returns_goes_back_to_the_line_drawn_on_last(cast):
    entered(cast, "central", 40_000)
    entered(cast, "province", 40_000)
    row = payments.entitlement(cast, base_fen=35_820)
    payments.entitlement(cast, base_fen=10_000)
    run = issued(cast)
    assert line(cast, "province").paid_fen == 5_820
    load(run, cast, answer(run, {row.pk: "冻结"}))
    assert taken(run) == {"central": 10_000}
    assert (line(cast, "province").back_fen, line(cast, "province").balance_fen) == (5_820, 40_000)
    assert line(cast, "central").balance_fen == 30_000
    again = load(run, cast, answer(run, {row.pk: "冻结"}))
    assert not again[1]
    assert taken(run) == {"central": 10_000}


def test_a_line_paid_and_bounced_later_goes_back_once(cast):
    entered(cast, "central", 50_000)
    row = payments.entitlement(cast, base_fen=35_820)
    run = issued(cast)
    load(run, cast, answer(run))
    assert line(cast, "central").balance_fen == 14_180
    load(run, cast, answer(run, {row.pk: "销户"}))
    assert line(cast, "central").balance_fen == 50_000
    assert taken(run) == {}


def test_short_of_money_is_a_reminder_as_delivered_and_made_good_later(cast):
    payments.entitlement(cast, base_fen=35_820)
    entered(cast, "county", 30_000)
    run = approved(cast)
    assert taken(run) == {"county": 30_000}
    event = AuditEvent.objects.filter(action="run.approve").last()
    assert event.details["short_fen"] == 5_820
    (waiting,) = fund_lines.uncovered_runs(cast.cashier_zhou, 2026)
    assert waiting.uncovered_fen == 5_820
    with pytest.raises(NotAllowed, match=r"还差 58\.20 元"):
        cover_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    entered(cast, "province", 100_000)
    assert cover_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY) == 5_820
    assert cover_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY) == 0
    assert fund_lines.uncovered_runs(cast.cashier_zhou, 2026) == []


def test_what_no_line_had_given_goes_back_to_none(cast):
    row = payments.entitlement(cast, base_fen=35_820)
    payments.entitlement(cast, base_fen=10_000)
    entered(cast, "county", 20_000)
    run = issued(cast)
    load(run, cast, answer(run, {row.pk: "冻结"}))
    assert taken(run) == {"county": 10_000}
    assert fund_lines.uncovered_runs(cast.cashier_zhou, 2026) == []


def test_short_of_money_stops_the_approval_where_the_county_wants_it(cast):
    setting(cast, "fund_short", "block")
    payments.entitlement(cast, base_fen=35_820)
    entered(cast, "county", 30_000)
    run = checked(cast)
    with pytest.raises(NotReady, match=r"还差 58\.20 元") as refusal:
        payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)
    assert refusal.value.missing == ["县级余额 300.00 元"]
    assert not FundDraw.objects.exists()
    entered(cast, "city", 5_820)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)
    assert taken(run) == {"city": 5_820, "county": 30_000}


def test_an_opening_balance_is_money_and_there_is_one_for_each_line(cast):
    opening = entered(cast, "county", 12_300, kind="opening")
    assert line(cast, "county").balance_fen == 12_300
    with pytest.raises(BadInput, match="已经登记过") as refusal:
        entered(cast, "county", 4_000, kind="opening", document_number="别的号")
    assert refusal.value.field == "kind"
    reverse_entry(entry_id=opening.pk, by=cast.cashier_zhou, on=TODAY, reason="看错")
    entered(cast, "county", 4_000, kind="opening", document_number="别的号")
    assert line(cast, "county").balance_fen == 4_000


def test_the_rows_behind_a_line_end_in_its_balance(cast):
    entered(cast, "central", 90_000, kind="planned", document_number="计划")
    entered(cast, "central", 50_000)
    row = payments.entitlement(cast, base_fen=35_820)
    run = issued(cast)
    load(run, cast, answer(run, {row.pk: "冻结"}))
    rows = fund_lines.movements(cast.cashier_zhou, 2026, "城乡低保", "central")
    assert [(each.word, each.shown_fen) for each in rows] == [
        ("计划下达", 90_000),
        ("到位", 50_000),
        ("分配到批次", -35_820),
        ("银行退回", 35_820),
    ]
    assert rows[-1].balance_fen == line(cast, "central").balance_fen == 50_000


def test_the_database_keeps_the_rows_of_the_ledger_as_they_are(cast):
    entry = entered(cast, "central", 50_000)
    payments.entitlement(cast, base_fen=35_820)
    draw = FundDraw.objects.get(run=approved(cast))
    for rows in (FundDraw.objects.filter(pk=draw.pk), FundEntry.objects.filter(pk=entry.pk)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(amount_fen=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_only_the_cashier_of_the_county_covers_a_run(cast):
    payments.entitlement(cast)
    run = approved(cast)
    for wrong in (cast.county_qian, cast.county_zhao, cast.township_li):
        with pytest.raises((access.Forbidden, access.NotVisible)):
            cover_run(run_id=run.pk, by=wrong, on=TODAY)


def test_pages_tell_the_shortfall_before_the_approval_and_cover_it_after(cast, client):
    entered(cast, "county", 30_000)
    payments.entitlement(cast, base_fen=35_820)
    run = checked(cast)
    client.force_login(cast.county_zhao.user)
    for page in (reverse("run_detail", args=[run.pk]), reverse("run_act", args=[run.pk, "approve"])):
        assert "资金不够，还差 58.20 元" in client.get(page).content.decode()
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)
    client.force_login(cast.cashier_zhou.user)
    shown = client.get(reverse("fund_list"), {"year": 2026})
    assert [block.uncovered_fen for block in shown.context["blocks"]] == [5_820]
    entered(cast, "city", 100_000)
    answered = client.post(reverse("fund_cover", args=[run.pk]), follow=True).content.decode()
    assert "已补记 58.20 元" in answered
    behind = client.get(
        reverse("fund_movements"), {"year": 2026, "programme": "城乡低保", "source": "county"}
    )
    assert behind.context["balance_fen"] == 0
    assert client.get(reverse("fund_movements"), {"year": "x"}).status_code == 200


def test_money_of_another_year_is_not_touched(cast):
    entered(cast, "county", 100_000, year=2025)
    payments.entitlement(cast, base_fen=35_820)
    run = approved(cast, month=MAY)
    assert taken(run) == {}
