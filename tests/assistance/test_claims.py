"""追缴 from the notice to the last fen: served, agreed in parts, overdue, taken back, written off by two."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from assistance.models import Adjustment, ClaimNotice, ClaimPlan, Repayment, WriteOff
from assistance.selectors import adjustment as adjustment_selectors
from assistance.selectors import claims as selectors
from assistance.services import claims
from assistance.services.adjustment import cancel_adjustment, record_repayment
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry import access, clock
from tests import payments
from tests.adjustments import owed
from tests.cast import BAISHI_VILLAGE
from tests.payments import TODAY
from tests.reporting.test_exports import exported, table

JUNE_1 = date(2026, 6, 1)


@pytest.fixture
def claim(cast):
    return owed(payments.entitlement(cast, "赵玥"), -9_000, months=3, by=cast.county_meng)


def served(cast, claim: Adjustment, **changes) -> ClaimNotice:
    fields = {
        "number": selectors.notice_number(claim),
        "served_on": TODAY,
        "how": "person",
        "received_by": "赵玥",
        "due_on": TODAY + timedelta(days=15),
        "by": cast.township_li,
        "on": TODAY,
    }
    return claims.serve_notice(adjustment_id=claim.pk, **(fields | changes))


def agreed(cast, claim: Adjustment, parts=None, **changes) -> ClaimPlan:
    claim.refresh_from_db()
    fields = {
        "agreed_on": TODAY,
        "paper": "承诺书1号",
        "parts": parts or claims.equal_parts(-claim.open_fen, JUNE_1, 4),
        "by": cast.township_li,
        "on": TODAY,
    }
    return claims.agree_on_parts(adjustment_id=claim.pk, **(fields | changes))


def repay(cast, claim: Adjustment, fen: int, receipt: str = "0001", on: date = TODAY) -> Repayment:
    made, _ = record_repayment(
        adjustment_id=claim.pk, amount_fen=fen, paid_on=TODAY, receipt=receipt, by=cast.cashier_zhou, on=on
    )
    return made


def asked(cast, claim: Adjustment, fen: int = 9_000, **changes) -> WriteOff:
    fields = {"document_number": "云政〔2026〕3号", "reason": "本人去世，没有遗产"}
    return claims.propose_write_off(
        adjustment_id=claim.pk, amount_fen=fen, by=cast.cashier_zhou, on=TODAY, **(fields | changes)
    )


def seen(cast, claim: Adjustment, on: date = TODAY) -> Adjustment:
    (row,) = selectors.dressed(list(selectors.claims(cast.cashier_zhou, on).filter(pk=claim.pk)), on)
    return row


def stage(cast, claim: Adjustment, on: date = TODAY) -> tuple[str, int]:
    row = seen(cast, claim, on)
    return row.stage, row.overdue_fen


# --- notice, instalments, overdue -------------------------------------------------------------------------


def test_a_claim_is_found_notified_and_overdue_after_its_day(cast, claim):
    assert stage(cast, claim) == ("found", 0)
    made = served(cast, claim)
    assert served(cast, claim, number=made.number).pk == made.pk
    assert made.number.endswith("-1") and selectors.notice_number(claim).endswith("-2")
    assert stage(cast, claim) == ("notified", 0)
    assert stage(cast, claim, made.due_on) == ("notified", 0)
    assert stage(cast, claim, made.due_on + timedelta(days=1)) == ("overdue", 9_000)


def test_a_notice_of_the_same_number_by_somebody_else_is_told(cast, claim):
    made = served(cast, claim)
    with pytest.raises(NotAllowed, match="登记过送达"):
        served(cast, claim, number=made.number, received_by="王五", by=cast.township_he)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"served_on": TODAY + timedelta(days=1)}, "served_on"),
        ({"served_on": TODAY - timedelta(days=1)}, "served_on"),
        ({"due_on": TODAY - timedelta(days=1)}, "due_on"),
        ({"how": "鸽子"}, "how"),
        ({"received_by": " "}, "received_by"),
    ],
)
def test_a_wrong_notice_is_told_at_its_field(cast, claim, changes, field):
    with pytest.raises(BadInput) as refusal:
        served(cast, claim, **changes)
    assert refusal.value.field == field


def test_parts_are_of_what_is_left_and_an_earlier_agreement_ends(cast, claim):
    repay(cast, claim, 1_000)
    first = agreed(cast, claim)
    assert [row.amount_fen for row in first.instalments.all()] == [2_000] * 4
    assert agreed(cast, claim).pk == first.pk
    second = agreed(cast, claim, parts=claims.equal_parts(8_000, JUNE_1, 3), paper="承诺书2号")
    first.refresh_from_db()
    assert (first.ended_on, first.ended_by_id) == (TODAY, cast.township_li.pk)
    assert [row.amount_fen for row in second.instalments.all()] == [2_666, 2_666, 2_668]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"parts": [(JUNE_1, 8_999)]}, "count"),
        ({"parts": [(JUNE_1, 9_000), (JUNE_1, 0)]}, "count"),
        ({"parts": [(JUNE_1, 4_500), (JUNE_1, 4_500)]}, "first_month"),
        ({"parts": [(date(2026, 4, 1), 9_000)]}, "first_month"),
        ({"paper": " "}, "paper"),
        ({"agreed_on": TODAY + timedelta(days=1)}, "agreed_on"),
    ],
)
def test_a_wrong_agreement_is_told_at_its_field(cast, claim, changes, field):
    with pytest.raises(BadInput) as refusal:
        agreed(cast, claim, **changes)
    assert refusal.value.field == field
    assert not ClaimPlan.objects.exists()


def test_a_part_is_overdue_when_its_month_has_passed_without_it(cast, claim):
    served(cast, claim)
    repay(cast, claim, 1_000)
    agreed(cast, claim)
    july, august = date(2026, 7, 2), date(2026, 8, 2)
    assert stage(cast, claim, date(2026, 6, 30)) == ("agreed", 0)
    assert stage(cast, claim, july) == ("overdue", 2_000)
    repay(cast, claim, 3_000, receipt="0002", on=july)
    assert stage(cast, claim, july) == ("agreed", 0)
    assert stage(cast, claim, august) == ("overdue", 1_000)
    claim.refresh_from_db()
    parts = selectors.course(claim, cast.cashier_zhou, august).parts
    assert [(part.paid_fen, part.word) for part in parts] == [
        (2_000, "已退"),
        (1_000, "逾期"),
        (0, "本月应退"),
        (0, "未到期"),
    ]


# --- a repayment taken back -------------------------------------------------------------------------------


def test_a_repayment_is_taken_back_by_a_counter_row_and_its_receipt_can_be_used_again(cast, claim):
    wrong = repay(cast, claim, 9_000)
    with pytest.raises(BadInput, match="冲正原因"):
        claims.reverse_repayment(repayment_id=wrong.pk, reason=" ", by=cast.cashier_zhou, on=TODAY)
    back = claims.reverse_repayment(repayment_id=wrong.pk, reason="金额看错", by=cast.cashier_zhou, on=TODAY)
    again = claims.reverse_repayment(repayment_id=wrong.pk, reason="金额看错", by=cast.cashier_zhou, on=TODAY)
    assert (back.pk, back.amount_fen) == (again.pk, -9_000)
    claim.refresh_from_db()
    assert claim.settled_fen == 0
    with pytest.raises(NotAllowed, match="本身就是冲正"):
        claims.reverse_repayment(repayment_id=back.pk, reason="再冲", by=cast.cashier_zhou, on=TODAY)
    repay(cast, claim, 900)
    claim.refresh_from_db()
    assert claim.settled_fen == -900
    assert sum(row.amount_fen for row in claim.repayments.all()) == 900


# --- written off ------------------------------------------------------------------------------------------


def test_what_cannot_come_back_is_written_off_by_a_second_person(cast, claim):
    repay(cast, claim, 2_000)
    row = asked(cast, claim, 7_000)
    assert asked(cast, claim, 7_000).pk == row.pk
    assert stage(cast, claim)[0] == "asked"
    with pytest.raises(NotAllowed, match="等批准"):
        asked(cast, claim, 100)
    with pytest.raises(access.Forbidden):
        claims.confirm_write_off(write_off_id=row.pk, by=cast.cashier_zhou, on=TODAY)
    for _ in range(2):
        claims.confirm_write_off(write_off_id=row.pk, by=cast.county_zhao, on=TODAY)
    claim.refresh_from_db()
    assert claim.open_fen == 0
    found = seen(cast, claim)
    assert (found.stage, found.back_fen, found.written) == ("written", 2_000, 7_000)
    (listed,) = adjustment_selectors.dressed(
        list(adjustment_selectors.adjustments(cast.cashier_zhou).filter(pk=claim.pk))
    )
    assert listed.state_word == "已核销"
    with pytest.raises(NotAllowed):
        claims.refuse_write_off(write_off_id=row.pk, reason="不同意", by=cast.county_zhao, on=TODAY)


def test_a_write_off_sent_back_changes_nothing_and_can_be_proposed_again(cast, claim):
    row = asked(cast, claim)
    claims.refuse_write_off(write_off_id=row.pk, reason="家属还在", by=cast.county_zhao, on=TODAY)
    with pytest.raises(NotAllowed, match="已经办过"):
        claims.confirm_write_off(write_off_id=row.pk, by=cast.county_zhao, on=TODAY)
    claim.refresh_from_db()
    assert claim.settled_fen == 0
    assert asked(cast, claim).pk != row.pk


def test_money_that_came_meanwhile_stops_a_write_off_that_is_too_large(cast, claim):
    row = asked(cast, claim)
    repay(cast, claim, 1)
    with pytest.raises(NotAllowed, match="又收回了一部分"):
        claims.confirm_write_off(write_off_id=row.pk, by=cast.county_zhao, on=TODAY)
    claims.refuse_write_off(write_off_id=row.pk, reason="重提", by=cast.county_zhao, on=TODAY)
    with pytest.raises(BadInput, match="最多核销"):
        asked(cast, claim)


def test_nothing_is_done_about_what_is_cancelled_owed_to_them_or_next_door(cast, claim):
    cancel_adjustment(adjustment_id=claim.pk, reason="登错", by=cast.county_zhao, on=TODAY)
    with pytest.raises(NotAllowed, match="撤销"):
        served(cast, claim)
    with pytest.raises(NotAllowed, match="补发"):
        served(cast, owed(payments.entitlement(cast), 500))
    other = owed(payments.entitlement(cast, office=BAISHI_VILLAGE), -500)
    with pytest.raises(access.NotVisible):
        served(cast, other)


# --- register, pages, paper -------------------------------------------------------------------------------


def test_the_register_adds_up_filters_and_comes_out_as_a_list(cast, claim):
    old = owed(payments.entitlement(cast, "孙玥"), -5_000)
    Adjustment.objects.filter(pk=old.pk).update(booked_on=TODAY - timedelta(days=100))
    repay(cast, claim, 2_000)
    claims.confirm_write_off(write_off_id=asked(cast, claim, 3_000).pk, by=cast.county_zhao, on=TODAY)
    rows = selectors.claims(cast.cashier_zhou, TODAY)
    sums = selectors.sums(rows)
    assert (sums.count, sums.owed_fen, sums.back_fen, sums.written_fen, sums.left_fen) == (
        2,
        14_000,
        2_000,
        3_000,
        9_000,
    )
    aged = selectors.narrowed(rows, {"age": "90"}, TODAY)
    assert [row.pk for row in aged] == [old.pk]
    assert selectors.narrowed(rows, {"stage": "found"}, TODAY).count() == 2
    assert selectors.claims(cast.outsider_sun, TODAY).count() == 0
    _, lines = exported("claims", cast.cashier_zhou, {"stage": "open"})
    by_name = {line["姓名"]: line for line in table(lines)}
    assert by_name["赵玥"]["还没收回（元）"] == 40 and by_name["赵玥"]["已核销（元）"] == 30


def test_more_claims_ask_the_database_no_more_often(cast, claim, client, django_assert_max_num_queries):
    client.force_login(cast.cashier_zhou.user)
    client.get(reverse("claim_list"))
    for _ in range(4):
        owed(payments.entitlement(cast), -500)
    with django_assert_max_num_queries(22):
        client.get(reverse("claim_list"))


def test_the_pages_go_from_the_notice_to_the_write_off(cast, claim, client, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    page = reverse("adjustment_detail", args=[claim.pk])
    client.force_login(cast.township_li.user)
    form = client.get(reverse("claim_notice", args=[claim.pk]))
    number = form.context["form"]["number"].value()
    wrong = client.post(
        reverse("claim_notice", args=[claim.pk]),
        {
            "number": number,
            "served_on": "2026-05-06",
            "how": "person",
            "received_by": "",
            "due_on": "2026-05-21",
        },
    )
    assert wrong.status_code == 422
    done = client.post(
        reverse("claim_notice", args=[claim.pk]),
        {
            "number": number,
            "served_on": "2026-05-06",
            "how": "person",
            "received_by": "赵玥",
            "due_on": "2026-05-21",
        },
        follow=True,
    )
    assert number in done.content.decode()
    client.post(
        reverse("claim_plan", args=[claim.pk]),
        {"agreed_on": "2026-05-06", "paper": "承诺书1号", "first_month": "2026-06", "count": "3"},
    )
    assert "承诺书1号" in client.get(page).content.decode()
    client.force_login(cast.cashier_zhou.user)
    client.post(
        reverse("claim_write_off", args=[claim.pk]),
        {"amount": "90", "document_number": "云政〔2026〕3号", "reason": "没有遗产"},
    )
    client.force_login(cast.county_zhao.user)
    assert "批准核销 90.00 元" in client.get(page).content.decode()
    waiting = WriteOff.objects.get()
    client.post(reverse("write_off_confirm", args=[waiting.pk]))
    assert "已核销" in client.get(reverse("claim_list")).content.decode()


def test_the_notice_prints_as_a_paper_with_a_trace(cast, claim, client):
    client.force_login(cast.township_li.user)
    made = client.get(reverse("print_claim", args=[claim.pk]))
    assert (made.status_code, made["Content-Type"]) == (200, "application/pdf")
