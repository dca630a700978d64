"""Sealed money, the bank's file and its answer: nothing changed, nothing doubled, nothing lost."""

from datetime import date
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction

from assistance.models import (
    BankFormat,
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunKind,
)
from assistance.selectors import run_checks
from assistance.selectors.payment import ready_to_reissue, returned_lines
from assistance.services import payment, seal
from assistance.services.bankfile import download_bank_file, issue_bank_file
from assistance.workflow import RunStatus
from civaffairs.lib.errors import BadInput, NotReady
from civaffairs.registry import access
from civaffairs.registry.models import AuditEvent, BankAccount
from tests import payments
from tests.payments import JUNE, MAY, TODAY
from tests.runs import answer, approved, checked, issued, job_kinds, load, prepared  # noqa: F401 the fixture acts by itself

# --- sealed money ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "SET amount_fen = amount_fen + 1, base_fen = base_fen + 1",
        "SET holder = '李四'",
        "SET account_index = 'x'",
    ],
)
def test_the_database_refuses_to_change_an_approved_line(cast, change):
    payments.entitlement(cast)
    approved(cast)
    from_db = transaction.get_connection()
    with pytest.raises(DatabaseError), transaction.atomic(), from_db.cursor() as cursor:
        cursor.execute("UPDATE assistance_paymentline " + change)


def test_the_database_refuses_to_remove_or_add_an_approved_line(cast):
    payments.entitlement(cast)
    run = approved(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentLine.objects.filter(run=run)._raw_delete("default")
    line = run.lines.get()
    line.pk, line.month = None, JUNE
    with pytest.raises(DatabaseError), transaction.atomic():
        line.save(force_insert=True)


def test_a_line_is_free_until_the_run_is_approved(cast):
    payments.entitlement(cast)
    run = checked(cast)
    assert PaymentLine.objects.filter(run=run).update(holder="李四") == 1


@pytest.mark.parametrize("status", [s for s in RunStatus if s != RunStatus.APPROVED])
def test_the_database_lets_an_approved_run_go_to_the_bank_and_nowhere_else(cast, status):
    payments.entitlement(cast)
    runs = PaymentRun.objects.filter(pk=approved(cast).pk)
    if status == RunStatus.ISSUED:
        assert runs.update(status=status) == 1
        return
    with pytest.raises(DatabaseError), transaction.atomic():
        runs.update(status=status)
    assert runs.get().status == RunStatus.APPROVED


@pytest.mark.parametrize("status", [s for s in RunStatus if s != RunStatus.CLOSED])
def test_the_database_lets_a_closed_run_stay_closed(cast, status):
    payments.entitlement(cast)
    run = issued(cast)
    load(run, cast, answer(run))
    runs = PaymentRun.objects.filter(pk=run.pk)
    assert runs.get().status == RunStatus.CLOSED
    with pytest.raises(DatabaseError), transaction.atomic():
        runs.update(status=status)


def test_the_database_empties_no_table_that_only_grows(cast):
    payments.entitlement(cast)
    approved(cast)
    tables, empty = ["registry_auditevent", "assistance_paymentline"], "DELETE FROM {}"
    if connection.vendor == "postgresql":
        # Passes the row triggers by, and needs no rows to be refused.
        tables, empty = [*tables, "reporting_issuedreport"], "TRUNCATE TABLE {} CASCADE"
        connection.check_constraints()
    for table in tables:
        with (
            pytest.raises(DatabaseError, match=r"append-only|approved run|are kept"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(empty.format(table))


def test_a_seal_shows_any_change_of_who_gets_how_much_where(cast):
    payments.entitlement(cast)
    run = checked(cast)
    run.seal = seal.seal_of(run)
    assert seal.is_whole(run)
    for change in ({"holder": "李四"}, {"account_index": "0" * 32}, {"base_fen": 1, "amount_fen": 1}):
        before = PaymentLine.objects.filter(run=run).values(*change).get()
        PaymentLine.objects.filter(run=run).update(**change)
        assert not seal.is_whole(run)
        PaymentLine.objects.filter(run=run).update(**before)
    assert seal.is_whole(run)


# --- the bank file ---------------------------------------------------------------------------------------------


def test_the_file_holds_every_line_and_comes_out_the_same_again(cast):
    payments.entitlement(cast, "赵玥", base_fen=35_820)
    payments.entitlement(cast, "钱喆堃", base_fen=100)
    run = issued(cast)
    made, pieces = download_bank_file(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    rows = b"".join(pieces).decode("utf-8-sig").splitlines()
    assert rows[0] == "序号,业务流水号,收款账号,收款户名,开户行,金额,用途"
    assert [row.split(",")[3] for row in rows[1:]] == ["赵玥", "钱喆堃"]
    assert [row.split(",")[5] for row in rows[1:]] == ["358.20", "1.00"]
    assert (made.line_count, made.total_fen, made.size) == (2, 35_920, len(b"".join(pieces)))
    assert set(run.lines.values_list("status", flat=True)) == {LineStatus.SENT}
    assert run.status == RunStatus.ISSUED


def test_a_download_changes_nothing_but_is_on_record(cast):
    payments.entitlement(cast)
    run = issued(cast)
    before = PaymentRun.objects.values().get(), list(PaymentLine.objects.values())
    download_bank_file(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    assert (PaymentRun.objects.values().get(), list(PaymentLine.objects.values())) == before
    assert AuditEvent.objects.filter(action="run.download").count() == 1


def test_a_document_number_is_used_once(cast):
    payments.entitlement(cast)
    run = issued(cast)
    load(run, cast, answer(run))
    second = approved(cast, month=JUNE)
    with pytest.raises(BadInput, match="已经用过"):
        issue_bank_file(
            run_id=second.pk,
            format_id=BankFormat.objects.first().pk,
            document_number="云民〔2026〕 15号",
            by=cast.cashier_zhou,
            on=TODAY,
        )


def test_a_name_that_gbk_lacks_is_named_before_anything_is_sent(cast):
    payments.entitlement(cast, "马𬱖")
    run = approved(cast)
    with pytest.raises(NotReady) as refusal:
        issue_bank_file(
            run_id=run.pk,
            format_id=BankFormat.objects.get(name__startswith="定长").pk,
            document_number="云民〔2026〕16号",
            by=cast.cashier_zhou,
            on=TODAY,
        )
    assert refusal.value.missing[0].startswith("马𬱖：户名“马𬱖”里的“𬱖”不在银行文件的字符集")
    assert set(run.lines.values_list("status", flat=True)) == {LineStatus.LISTED}


def test_a_name_that_gbk_lacks_is_told_when_the_run_is_looked_at(cast):
    payments.entitlement(cast, "马𬱖")
    payments.entitlement(cast, "赵玥")
    run = prepared(cast)

    def told() -> dict[str, tuple[int, bool]]:
        return {p.key: (p.count, p.blocks) for p in run_checks.problems(run, TODAY)}

    assert told()["name-not-writable"] == (1, False)
    assert run_checks.lines_with(run, "name-not-writable", TODAY).get().holder == "马𬱖"
    for narrow in BankFormat.objects.all():
        if narrow.spec["encoding"].startswith("gb"):
            narrow.is_active = False
            narrow.save()
    assert "name-not-writable" not in told()


def test_nobody_but_the_cashier_gets_the_file(cast):
    payments.entitlement(cast)
    run = issued(cast)
    for wrong in (cast.county_qian, cast.county_zhao, cast.township_li, cast.supervisor_wu):
        with pytest.raises(access.Forbidden):
            download_bank_file(run_id=run.pk, by=wrong, on=TODAY)


# --- the bank's answer, and paying again --------------------------------------------------------------------


def test_an_answer_closes_the_run_when_every_line_has_one(cast):
    a, b = payments.entitlement(cast, "甲"), payments.entitlement(cast, "乙")
    run = issued(cast)
    loaded, new = load(run, cast, answer(run, only=[a.pk]))
    run.refresh_from_db()
    assert (loaded.paid_count, new, run.status) == (1, True, RunStatus.ISSUED)
    load(run, cast, answer(run, {b.pk: "户名不符"}))
    run.refresh_from_db()
    assert run.status == RunStatus.CLOSED
    line = run.lines.get(entitlement=b)
    assert (line.status, line.return_reason, line.returned_on) == (LineStatus.RETURNED, "户名不符", TODAY)
    assert run.lines.get(entitlement=a).status == LineStatus.PAID


def test_the_same_answer_twice_changes_nothing(cast):
    row = payments.entitlement(cast)
    payments.entitlement(cast)
    run = issued(cast)
    content = answer(run, {row.pk: "账号不存在"}).getvalue()
    load(run, cast, BytesIO(content))
    before = list(PaymentLine.objects.order_by("pk").values()), PaymentRun.objects.values().get()
    again, new = load(run, cast, BytesIO(content), on=date(2026, 5, 9))
    assert not new and again.paid_count == 1
    assert (list(PaymentLine.objects.order_by("pk").values()), PaymentRun.objects.values().get()) == before


def test_rows_that_fit_nothing_are_listed_and_the_others_taken(cast):
    rows = [payments.entitlement(cast, name) for name in ("甲", "乙", "丙", "丁")]
    run = issued(cast)
    lines = list(seal.lines_in_order(run))
    text = "\r\n".join(
        [
            "业务流水号,收款账号,金额,处理结果,失败原因",
            f"{lines[0].pk},{lines[0].account},358.20,成功,",
            f"{lines[1].pk},6222000000000000000,358.20,成功,",
            f"{lines[2].pk},{lines[2].account},358.21,成功,",
            "99999999,,358.20,成功,",
            f"{lines[3].pk},{lines[3].account},358.20,处理中,",
            f"{lines[0].pk},,三百元,成功,",
            "合计,4,1432.80,,",
        ]
    )
    loaded, _ = load(run, cast, BytesIO(text.encode()))
    assert (loaded.paid_count, loaded.returned_count) == (1, 0)
    assert {row["row"]: row["message"] for row in loaded.exceptions} == {
        3: "账号与报送的不一致",
        4: "金额与报送的不一致",
        5: "本批次里没有这一笔",
        6: "看不懂处理结果“处理中”",
        7: "金额请填数字，例如 1234.50",
    }
    assert run.lines.filter(status=LineStatus.SENT).count() == len(rows) - 1


def test_account_and_amount_alone_find_a_line_only_where_they_name_one(cast):
    one, two, other = (payments.entitlement(cast, name, with_account=False) for name in ("甲", "乙", "丙"))
    payments.account(one.payee, "6229009900000000011")
    payments.account(two.payee, "6229009900000000011")
    payments.account(other.payee, "6229009900000000012")
    run = issued(cast)
    text = "账号,金额,处理结果\n6229009900000000011,358.20,成功\n6229009900000000012,358.20,成功\n"
    loaded, _ = load(run, cast, BytesIO(text.encode()))
    assert (loaded.paid_count, [row["row"] for row in loaded.exceptions]) == (1, [2])
    assert run.lines.get(status=LineStatus.PAID).entitlement_id == other.pk


def test_a_line_answered_twice_with_two_results_is_left_alone(cast):
    payments.entitlement(cast)
    run = issued(cast)
    text = "序号,处理结果,失败原因\n1,成功,\n1,失败,销户\n"
    with pytest.raises(BadInput, match="同一笔在文件里出现两次"):
        load(run, cast, BytesIO(text.encode()))
    assert run.lines.get().status == LineStatus.SENT


def test_money_paid_in_may_still_bounce_but_not_the_other_way(cast):
    row = payments.entitlement(cast)
    run = issued(cast)
    load(run, cast, answer(run))
    load(run, cast, answer(run, {row.pk: "入账后退汇"}), on=date(2026, 5, 12))
    assert run.lines.get().status == LineStatus.RETURNED
    with pytest.raises(BadInput, match="已登记为退回"):
        load(run, cast, BytesIO("序号,处理结果\n1,成功\n".encode()))


def test_an_answer_to_another_file_is_refused_as_a_whole(cast):
    payments.entitlement(cast)
    run = issued(cast)
    with pytest.raises(BadInput, match="没有一行能和这个批次对上"):
        load(run, cast, BytesIO("序号,账号,处理结果\n7,6222000000000000000,成功\n".encode()))
    assert not run.bank_file.returns.exists()


def test_returned_money_is_paid_again_with_its_month_once(cast):
    row, fine = payments.entitlement(cast, "退回户"), payments.entitlement(cast, "正常户")
    run = issued(cast)
    load(run, cast, answer(run, {row.pk: "账号不存在"}))
    (waiting,) = returned_lines(cast.township_li)
    assert (waiting.entitlement_id, waiting.account_changed) == (row.pk, False)
    assert not returned_lines(cast.outsider_sun)
    row.payee.accounts.update(state=BankAccount.State.REPLACED)
    fresh = payments.account(row.payee)
    again = prepared(cast, month=JUNE, kind=RunKind.REISSUE)
    line = again.lines.get()
    assert (line.original, line.month, line.amount_fen) == (waiting, MAY, 35_820)
    assert line.account == fresh.number
    assert not returned_lines(cast.township_li)
    payment.check_run(run_id=again.pk, by=cast.cashier_zhou, on=TODAY)
    payment.approve_run(run_id=again.pk, by=cast.county_zhao, on=TODAY)
    assert fine.pk and prepared(cast, month=JUNE, kind=RunKind.REISSUE, on=JUNE).line_count == 0


def test_a_cancelled_reissue_can_be_made_again(cast):
    row = payments.entitlement(cast)
    run = issued(cast)
    load(run, cast, answer(run, {row.pk: "冻结"}))
    first = prepared(cast, kind=RunKind.REISSUE)
    payment.cancel_run(run_id=first.pk, by=cast.county_qian, on=TODAY, opinion="先核实")
    assert prepared(cast, kind=RunKind.REISSUE).line_count == 1


def test_returned_money_waits_for_the_new_account_that_waits_for_its_second_person(cast):
    moved, stays = payments.entitlement(cast, "换户人"), payments.entitlement(cast, "原户人")
    run = issued(cast)
    load(run, cast, answer(run, {moved.pk: "账户已销户", stays.pk: "系统超时"}))
    (both,) = ready_to_reissue(cast.county_qian)
    assert (both["lines"], both["unchanged"]) == (2, 2)
    proposed = BankAccount(
        person=moved.payee,
        office_id=moved.payee.office_id,
        holder=moved.payee.name,
        bank="云岭农商银行",
        state=BankAccount.State.PENDING,
        from_day=TODAY,
    )
    proposed.set_number("6229009900000099999")
    proposed.save()
    (only,) = ready_to_reissue(cast.county_qian)
    assert (only["lines"], only["unchanged"]) == (1, 1)
    again = prepared(cast, month=JUNE, kind=RunKind.REISSUE)
    assert [line.payee for line in again.lines.all()] == [stays.payee]


def test_a_returned_line_is_not_paid_by_a_supplement(cast):
    row = payments.entitlement(cast)
    run = issued(cast)
    load(run, cast, answer(run, {row.pk: "冻结"}))
    assert prepared(cast, kind=RunKind.SUPPLEMENT).line_count == 0
