"""对账 and 月结: the list, the bank and the money ledger tie; a closed month takes no list and loses nobody a fen."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import Adjustment, BankFormat, MonthClosing, PaymentLine, RunKind
from assistance.selectors import month_books
from assistance.services import payment
from assistance.services.bankfile import issue_bank_file
from assistance.services.closing import close_month, reopen_month
from assistance.services.fund import add_entry
from assistance.services.grant import first_listed_month
from civaffairs.jobs import runner
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.registry import access
from civaffairs.registry.models import AuditEvent
from tests import payments
from tests.cast import LIUTANG, QINGXI_VILLAGE
from tests.payments import JUNE, MAY, RURAL, TODAY
from tests.runs import answer, approved, issued, job_kinds, load, prepared  # noqa: F401 acts by itself

IN_JUNE = date(2026, 6, 3)
BY_NOW = date(2026, 6, 9)


def money(cast, fen: int = 1_000_000) -> None:
    add_entry(
        by=cast.cashier_zhou,
        on=TODAY,
        year=2026,
        programme="城乡低保",
        source="county",
        kind="arrived",
        amount_fen=fen,
        day=TODAY,
        document_number="云财社〔2026〕8号",
    )


def paid(cast, failed: dict | None = None):
    run = issued(cast)
    load(run, cast, answer(run, failed))
    return run


def close(cast, month: date = MAY, on: date = IN_JUNE, by=None) -> MonthClosing:
    return close_month(month=month, by=by or cast.cashier_zhou, on=on)


def books(cast, month: date = MAY) -> month_books.MonthBooks:
    return month_books.books(cast.cashier_zhou, month)


# --- reconciliation -------------------------------------------------------------------------------------


def test_a_month_that_was_paid_to_the_last_fen_ties(cast):
    money(cast)
    payments.entitlement(cast, base_fen=35_820)
    paid(cast)
    found = books(cast)
    assert found.ties
    assert (found.list_fen, found.file_fen, found.paid_fen, found.drawn_fen) == (35_820,) * 4


def test_each_difference_is_named_with_its_sum_and_its_lines(cast):
    money(cast, 12_000)
    bounced = payments.entitlement(cast, base_fen=35_820)
    answered = payments.entitlement(cast, base_fen=10_000)
    payments.entitlement(cast, base_fen=5_000)
    run = issued(cast)
    load(run, cast, answer(run, {bounced.pk: "冻结"}, only=[bounced.pk, answered.pk]))
    (row,) = books(cast).rows
    assert {(each.words, each.fen, each.query) for each in row.differences} == {
        ("银行还没有回盘（1 笔）", 5_000, "status=sent"),
        ("银行退回，还没有重发", 35_820, "status=returned"),
        ("没有资金来源", 3_000, ""),
    }
    assert row.list_fen == row.paid_fen + row.back_fen + row.waiting_fen
    assert row.list_fen - row.back_fen == row.drawn_fen + row.uncovered_fen


def test_what_was_paid_again_is_no_difference_any_more(cast):
    money(cast)
    row = payments.entitlement(cast)
    paid(cast, {row.pk: "冻结"})
    again = approved(cast, month=MAY, kind=RunKind.REISSUE)
    assert PaymentLine.objects.filter(run=again).count() == 1
    first, second = books(cast).rows
    assert first.differences == []
    assert [each.words for each in second.differences] == ["还没有生成代发文件"]


def test_the_questions_do_not_grow_with_runs_and_lines(cast, django_assert_max_num_queries):
    money(cast)
    for _ in range(3):
        payments.entitlement(cast)
        paid(cast) if not PaymentLine.objects.exists() else None
    with django_assert_max_num_queries(9):
        books(cast)


# --- closing --------------------------------------------------------------------------------------------


def test_a_closed_month_takes_no_list_and_the_next_one_does(cast):
    money(cast)
    payments.entitlement(cast)
    paid(cast)
    made = close(cast)
    assert (made.run_count, made.total_fen, made.drawn_fen) == (1, 35_820, 35_820)
    assert close(cast).pk == made.pk
    for kind in (RunKind.SUPPLEMENT, RunKind.REISSUE):
        with pytest.raises(BadInput, match="已经月结"):
            payment.create_run(scheme_code=RURAL, month=MAY, kind=kind, by=cast.county_qian, on=IN_JUNE)
    assert prepared(cast, month=JUNE, on=IN_JUNE).line_count == 1


def test_a_month_is_not_closed_while_a_list_is_unfinished(cast):
    payments.entitlement(cast)
    run = issued(cast)
    with pytest.raises(NotReady) as refusal:
        close(cast)
    assert refusal.value.missing == [f"{run}：已报送银行"]
    assert not MonthClosing.objects.exists()


def test_who_has_an_account_and_is_on_no_list_stops_the_closing(cast):
    payments.entitlement(cast)
    paid(cast)
    payments.entitlement(cast, "孙玥")
    with pytest.raises(NotReady) as refusal:
        close(cast)
    assert "1 户在保、有账户，没有列入名册" in refusal.value.missing[0]


def test_a_programme_that_is_paid_here_from_a_later_month_on_does_not_stop_the_closing(cast):
    payments.entitlement(cast)
    paid(cast)
    payments.entitlement(cast, "孙玥", scheme="dibao-urban", office=LIUTANG)
    run, job = payment.create_run(
        scheme_code="dibao-urban", month=JUNE, kind=RunKind.REGULAR, by=cast.county_qian, on=IN_JUNE
    )
    runner.run(job.pk)
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=IN_JUNE)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=IN_JUNE)
    assert close(cast).owed_count == 0


def test_who_has_no_account_is_owed_the_month_and_gets_it_once(cast):
    money(cast)
    payments.entitlement(cast)
    row = payments.entitlement(cast, "孙玥", base_fen=20_000, with_account=False)
    run = prepared(cast)
    payment.set_aside(run_id=run.pk, by=cast.county_qian, on=TODAY)
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    payment.cancel_run(run_id=run.pk, by=cast.county_qian, on=TODAY, opinion="重来")
    run = prepared(cast)
    payment.set_aside(run_id=run.pk, by=cast.county_qian, on=TODAY)
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)
    _finish(cast, run)
    made = close(cast)
    assert (made.owed_count, made.owed_fen) == (1, 20_000)
    owed = Adjustment.objects.get(entitlement=row)
    assert (owed.amount_fen, owed.from_month, owed.reason) == (
        20_000,
        MAY,
        "2026年5月月结时没有账户，未列入名册",
    )
    trace = AuditEvent.objects.get(action="month.close").details
    assert (trace["arrears"], trace["amount_fen"]) == (1, 20_000)
    payments.account(row.payee)
    june = prepared(cast, month=JUNE, on=IN_JUNE)
    line = june.lines.get(entitlement=row)
    assert (line.base_fen, line.arrears_fen, line.amount_fen) == (20_000, 20_000, 40_000)


def _finish(cast, run) -> None:
    issue_bank_file(
        run_id=run.pk,
        format_id=BankFormat.objects.get(name="通用CSV（UTF-8）").pk,
        document_number="云民〔2026〕15号",
        by=cast.cashier_zhou,
        on=TODAY,
    )
    run.refresh_from_db()
    load(run, cast, answer(run))


def test_months_are_closed_in_their_order_and_not_before_they_come(cast):
    payments.entitlement(cast)
    with pytest.raises(BadInput, match="没有发放批次"):
        close(cast)
    paid(cast)
    with pytest.raises(BadInput, match="还没到"):
        close(cast, month=date(2026, 7, 1))
    close(cast)
    with pytest.raises(BadInput, match="按月份顺序"):
        close(cast, month=date(2026, 4, 1), on=BY_NOW)


def test_closing_begins_with_the_first_list_and_leaves_no_month_open_behind_it(cast):
    april = date(2026, 4, 1)
    payments.entitlement(cast, from_month=april)
    first = prepared(cast, month=april)
    with pytest.raises(BadInput, match="下一个要月结的是2026年4月"):
        close(cast)
    payment.cancel_run(run_id=first.pk, by=cast.county_qian, on=TODAY, version=first.version, opinion="重做")
    paid(cast)
    close(cast)
    with pytest.raises(BadInput, match="4月已经月结"):
        payment.create_run(
            scheme_code="old-age", month=april, kind=RunKind.REGULAR, by=cast.county_qian, on=IN_JUNE
        )


def test_what_is_granted_for_a_closed_month_is_paid_with_the_next_list(cast):
    payments.entitlement(cast)
    paid(cast)
    assert first_listed_month("tekun-rural", QINGXI_VILLAGE, MAY) == MAY
    close(cast)
    assert first_listed_month("tekun-rural", QINGXI_VILLAGE, MAY) == JUNE
    assert first_listed_month("temporary", QINGXI_VILLAGE, MAY) == MAY


def test_only_the_cashier_closes_and_only_another_opens_again(cast):
    payments.entitlement(cast)
    paid(cast)
    for wrong in (cast.county_qian, cast.county_zhao, cast.township_li, cast.supervisor_wu):
        with pytest.raises(access.Forbidden):
            close(cast, by=wrong)
    close(cast)
    with pytest.raises(access.Forbidden):
        reopen_month(month=MAY, reason="漏发", by=cast.cashier_zhou, on=IN_JUNE)
    with pytest.raises(BadInput, match="原因"):
        reopen_month(month=MAY, reason=" 。", by=cast.county_zhao, on=IN_JUNE)
    reopen_month(month=MAY, reason="漏了一户", by=cast.county_zhao, on=IN_JUNE)
    reopen_month(month=MAY, reason="漏了一户", by=cast.county_zhao, on=IN_JUNE)
    assert AuditEvent.objects.filter(action="month.reopen").count() == 1
    payments.entitlement(cast, "孙玥")
    assert prepared(cast, month=MAY, kind=RunKind.SUPPLEMENT, on=IN_JUNE).line_count == 1


def test_a_month_is_not_opened_once_a_later_list_is_approved(cast):
    payments.entitlement(cast)
    paid(cast)
    close(cast)
    run = prepared(cast, month=JUNE, on=IN_JUNE)
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=IN_JUNE)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=IN_JUNE)
    with pytest.raises(NotAllowed, match="不能反月结"):
        reopen_month(month=MAY, reason="漏了一户", by=cast.county_meng, on=IN_JUNE)


def test_opening_a_month_takes_back_what_its_closing_owed_unless_a_list_holds_it(cast):
    payments.entitlement(cast)
    paid(cast)
    row = payments.entitlement(cast, "孙玥", base_fen=20_000, with_account=False)
    close(cast)
    payments.account(row.payee)
    june = prepared(cast, month=JUNE, on=IN_JUNE)
    with pytest.raises(NotAllowed, match="请先作废"):
        reopen_month(month=MAY, reason="补办", by=cast.county_zhao, on=IN_JUNE)
    payment.cancel_run(run_id=june.pk, by=cast.county_qian, on=IN_JUNE, opinion="先补5月")
    reopen_month(month=MAY, reason="补办", by=cast.county_zhao, on=IN_JUNE)
    trace = AuditEvent.objects.get(action="month.reopen").details
    assert (trace["arrears"], trace["amount_fen"]) == (1, -20_000)
    assert not Adjustment.objects.standing().exists()
    may = prepared(cast, month=MAY, kind=RunKind.SUPPLEMENT, on=IN_JUNE)
    assert may.total_fen == 20_000


# --- pages ----------------------------------------------------------------------------------------------


def test_the_pages_lead_from_the_months_to_the_rows_and_say_why_not(cast, client):
    payments.entitlement(cast)
    run = issued(cast)
    client.force_login(cast.cashier_zhou.user)
    assert "2026年5月" in client.get(reverse("month_list")).content.decode()
    page = client.get(reverse("month_detail", args=["2026-05"])).content.decode()
    assert f"{reverse('run_lines', args=[run.pk])}?status=sent" in page
    refused = client.post(reverse("month_close", args=["2026-05"]))
    assert refused.status_code == 422
    assert f"{run}：已报送银行" in refused.content.decode()
    load(run, cast, answer(run))
    done = client.post(reverse("month_close", args=["2026-05"]), follow=True)
    assert "已月结" in done.content.decode()
    assert client.get(reverse("month_detail", args=["2026-13"])).status_code == 404
    client.force_login(cast.county_zhao.user)
    form = client.post(reverse("month_reopen", args=["2026-05"]), {"reason": ""})
    assert form.status_code == 422
    client.post(reverse("month_reopen", args=["2026-05"]), {"reason": "漏了一户"})
    assert month_books.last_closed(cast.county_zhao.office_id) is None


def test_a_month_is_offered_for_closing_when_it_is_its_turn(cast, client):
    payments.entitlement(cast)
    paid(cast)
    client.force_login(cast.cashier_zhou.user)

    def page(month: str) -> str:
        return client.get(reverse("month_detail", args=[month])).content.decode()

    assert reverse("month_close", args=["2026-05"]) in page("2026-05")
    assert reverse("month_close", args=["2026-06"]) not in page("2026-06")
    close(cast)
    june, july, april = page("2026-06"), page("2026-07"), page("2026-04")
    assert reverse("month_close", args=["2026-06"]) in june
    assert reverse("month_close", args=["2026-07"]) not in july and "下一个要月结的是" in july
    assert reverse("month_detail", args=["2026-06"]) in july
    assert reverse("month_close", args=["2026-04"]) not in april and "这个月不再月结" in april
