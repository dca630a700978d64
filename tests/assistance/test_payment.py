"""A month's run from the list to the closed file: who may, what is paid, what is refused."""

from datetime import date
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction

from assistance.models import (
    BankFormat,
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunKind,
)
from assistance.selectors import run_checks
from assistance.selectors.payment import returned_lines, with_sums
from assistance.services import payment, seal
from assistance.services.bankfile import download_bank_file, issue_bank_file
from assistance.services.bankreturn import record_bank_return
from assistance.workflow import RunStatus
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady, Stale
from civaffairs.registry import access
from civaffairs.registry.models import AuditEvent, BankAccount, Person
from tests import payments
from tests.cast import BAISHI_VILLAGE, Cast
from tests.payments import JUNE, MAY, RURAL, TODAY


@pytest.fixture(autouse=True)
def job_kinds():
    """The web process registers them with its views."""
    __import__("assistance.tasks")


def prepared(
    cast: Cast, month: date = MAY, kind: str = RunKind.REGULAR, on: date | None = None
) -> PaymentRun:
    run, job = payment.create_run(
        scheme_code=RURAL, month=month, kind=kind, by=cast.county_qian, on=on or max(TODAY, month)
    )
    runner.run(job.pk)
    run.refresh_from_db()
    return run


def checked(cast: Cast, **changes) -> PaymentRun:
    run = prepared(cast, **changes)
    return payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)


def approved(cast: Cast, **changes) -> PaymentRun:
    run = checked(cast, **changes)
    return payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)


def issued(cast: Cast, number: str = "云民〔2026〕15号", **changes) -> PaymentRun:
    run = approved(cast, **changes)
    issue_bank_file(
        run_id=run.pk,
        format_id=BankFormat.objects.get(name="通用CSV（UTF-8）").pk,
        document_number=number,
        by=cast.cashier_zhou,
        on=TODAY,
    )
    run.refresh_from_db()
    return run


def answer(run: PaymentRun, failed: dict[int, str] | None = None, only: list[int] | None = None) -> BytesIO:
    """The bank's answer: all paid but the entitlements in `failed` (id → reason)."""
    rows = ["序号,收款账号,收款户名,金额,处理结果,失败原因"]
    lines = seal.lines_in_order(run)
    for serial, line in enumerate(lines, start=1):
        if only is not None and line.entitlement_id not in only:
            continue
        reason = (failed or {}).get(line.entitlement_id, "")
        amount = f"{line.amount_fen // 100}.{line.amount_fen % 100:02d}"
        rows.append(f"{serial},{line.account},{line.holder},{amount},{'失败' if reason else '成功'},{reason}")
    return BytesIO("\r\n".join(rows).encode("gbk"))


def load(run: PaymentRun, cast: Cast, content: BytesIO, on: date = TODAY):
    return record_bank_return(run_id=run.pk, upload=content, name="回盘.csv", by=cast.cashier_zhou, on=on)


# --- what the list holds -------------------------------------------------------------------------------


def test_a_line_copies_who_how_much_and_where_to(cast):
    row = payments.entitlement(cast, "王玥", base_fen=35_820, classified_fen=12_000, persons=2)
    account = row.payee.accounts.get()
    run = prepared(cast)
    line = run.lines.get()
    assert (line.entitlement, line.payee, line.payee_name, line.office_id) == (
        row,
        row.payee,
        "王玥",
        row.office_id,
    )
    assert (line.base_fen, line.classified_fen, line.amount_fen, line.persons) == (35_820, 12_000, 47_820, 2)
    assert (line.holder, line.bank, line.account, line.account_index) == (
        account.holder,
        account.bank,
        account.number,
        account.number_index,
    )
    assert (line.month, line.status, line.original) == (MAY, LineStatus.LISTED, None)
    assert (run.status, run.line_count, run.person_count, run.total_fen) == (RunStatus.PREPARED, 1, 2, 47_820)


def test_only_who_is_in_force_not_held_and_alive_is_listed(cast):
    there = payments.entitlement(cast, "在保户")
    payments.entitlement(cast, "已停户", until_month=MAY)
    still = payments.entitlement(cast, "下月停", until_month=JUNE)
    payments.entitlement(cast, "未起发", from_month=JUNE)
    payments.entitlement(cast, "暂停户", held_since=date(2026, 4, 1))
    payments.entitlement(cast, "城市户", scheme="dibao-urban")
    dead = payments.entitlement(cast, "上月去世")
    Person.objects.filter(pk=dead.payee_id).update(died_on=date(2026, 4, 20))
    just_died = payments.entitlement(cast, "本月去世")
    Person.objects.filter(pk=just_died.payee_id).update(died_on=date(2026, 5, 2))
    run = prepared(cast)
    assert set(run.lines.values_list("entitlement", flat=True)) == {there.pk, still.pk, just_died.pk}
    left = {row.reason: row.count for row in run_checks.left_out(run)}
    assert left == {"暂停发放": 1, "领款人已死亡，待停发或变更领款人": 1}


def test_no_entitlement_gives_an_empty_run_that_cannot_go_on(cast):
    payments.entitlement(cast, scheme="dibao-urban")
    run = prepared(cast)
    assert (run.status, run.line_count, run.total_fen, run.lines.count()) == (RunStatus.PREPARED, 0, 0, 0)
    with pytest.raises(NotReady, match="名册是空的"):
        payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)


def test_preparing_again_after_a_crash_changes_nothing(cast):
    payments.entitlement(cast)
    run = prepared(cast)
    before = list(run.lines.values_list("pk", flat=True))
    payment.prepare_run(run_id=run.pk)
    assert list(run.lines.values_list("pk", flat=True)) == before


def test_a_worker_that_lost_its_job_leaves_no_line(cast):
    payments.entitlement(cast)
    run, job = payment.create_run(
        scheme_code=RURAL, month=MAY, kind=RunKind.REGULAR, by=cast.county_qian, on=TODAY
    )
    mine = runner.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(lease=run.job_id)  # somebody else has taken it over
    with pytest.raises(runner.LeaseLost):
        payment.prepare_run(run_id=run.pk, still_mine=runner.JobContext(mine).still_mine)
    run.refresh_from_db()
    assert (run.status, run.lines.count()) == (RunStatus.PREPARING, 0)


def test_a_cancelled_job_leaves_no_line(cast):
    payments.entitlement(cast)
    run, job = payment.create_run(
        scheme_code=RURAL, month=MAY, kind=RunKind.REGULAR, by=cast.county_qian, on=TODAY
    )
    payment.cancel_run(run_id=run.pk, by=cast.county_qian, on=TODAY, opinion="月份选错")
    runner.run(job.pk)
    assert not PaymentLine.objects.exists()


# --- one run ---------------------------------------------------------------------------------------------


def test_a_double_click_makes_one_run(cast):
    first, _ = payment.create_run(
        scheme_code=RURAL, month=MAY, kind=RunKind.REGULAR, by=cast.county_qian, on=TODAY
    )
    second, none = payment.create_run(
        scheme_code=RURAL, month=MAY, kind=RunKind.REGULAR, by=cast.county_qian, on=TODAY
    )
    assert (first.pk, none) == (second.pk, None)
    assert Job.objects.count() == 1


def test_a_month_has_one_regular_run(cast):
    payments.entitlement(cast)
    issued(cast)
    with pytest.raises(Conflict, match="已经有了"):
        prepared(cast)


def test_an_unfinished_run_must_be_finished_first(cast):
    payments.entitlement(cast)
    prepared(cast)
    with pytest.raises(Conflict, match="还有一个批次没有办完"):
        payment.create_run(scheme_code=RURAL, month=JUNE, kind=RunKind.REGULAR, by=cast.county_qian, on=TODAY)


@pytest.mark.parametrize(
    ("month", "kind", "words"),
    [
        (date(2026, 7, 1), RunKind.REGULAR, "还没到"),
        (date(2026, 4, 1), RunKind.REGULAR, "不能再生成更早月份"),
        (date(2026, 4, 1), RunKind.SUPPLEMENT, "还没有当月发放批次"),
    ],
)
def test_a_wrong_month_is_refused(cast, month, kind, words):
    payments.entitlement(cast)
    issued(cast)
    with pytest.raises(BadInput, match=words):
        payment.create_run(scheme_code=RURAL, month=month, kind=kind, by=cast.county_qian, on=TODAY)


def test_the_database_refuses_a_second_live_line_for_a_month(cast):
    payments.entitlement(cast)
    run = prepared(cast)
    line = run.lines.get()
    line.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        line.save(force_insert=True)


def test_a_supplement_pays_only_who_was_left_out(cast):
    payments.entitlement(cast, "有账户")
    late = payments.entitlement(cast, "没账户", with_account=False)
    run = prepared(cast)
    payment.set_aside(run_id=run.pk, by=cast.county_qian, on=TODAY)
    run.refresh_from_db()
    assert (run.line_count, run.total_fen) == (1, 35_820)
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)
    payments.account(late.payee)
    extra = prepared(cast, kind=RunKind.SUPPLEMENT)
    assert [line.entitlement_id for line in extra.lines.all()] == [late.pk]


# --- checks ------------------------------------------------------------------------------------------------


def found(run: PaymentRun) -> dict[str, int]:
    return {problem.key: problem.count for problem in run_checks.problems(run, TODAY)}


def test_a_missing_account_blocks_until_it_is_there(cast):
    row = payments.entitlement(cast, with_account=False)
    run = prepared(cast)
    assert found(run) == {"no-account": 1}
    with pytest.raises(NotReady) as refusal:
        payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    assert refusal.value.missing == ["没有可用账户：1 户"]
    payments.account(row.payee)
    _, job = payment.regenerate_run(run_id=run.pk, by=cast.county_qian, on=TODAY)
    runner.run(job.pk)
    run.refresh_from_db()
    assert found(run) == {}
    assert payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY).status == RunStatus.CHECKED


def test_what_changed_after_the_list_was_made_blocks(cast):
    moved, ended, raised, died = (
        payments.entitlement(cast, name) for name in ("换账户", "停发", "涨了", "去世")
    )
    run = prepared(cast)
    moved.payee.accounts.update(state=BankAccount.State.REPLACED)
    payments.account(moved.payee)
    type(ended).objects.filter(pk=ended.pk).update(until_month=MAY)
    type(raised).objects.filter(pk=raised.pk).update(base_fen=40_000, amount_fen=40_000)
    Person.objects.filter(pk=died.payee_id).update(died_on=date(2026, 4, 1))
    blocking = {problem.key: problem.count for problem in run_checks.blocking(run, TODAY)}
    assert blocking == {"account-moved": 1, "entitlement-changed": 2, "dead": 1}


def test_what_a_checker_should_look_at_is_said_and_does_not_block(cast):
    one, two = (
        payments.entitlement(cast, "甲", with_account=False),
        payments.entitlement(cast, "乙", with_account=False),
    )
    payments.account(one.payee, "6229009900000000011")
    payments.account(two.payee, "6229009900000000011", holder="丙")
    run = prepared(cast)
    assert found(run) == {"shared-account": 2, "other-holder": 1}
    assert payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY).status == RunStatus.CHECKED


def test_an_account_changed_lately_is_pointed_out(cast):
    row = payments.entitlement(cast)
    row.payee.accounts.update(state=BankAccount.State.REPLACED)
    fresh = payments.account(row.payee)
    BankAccount.objects.filter(pk=fresh.pk).update(from_day=date(2026, 4, 20))
    assert found(prepared(cast)) == {"new-account": 1}


def test_a_change_of_amount_beyond_the_setting_is_pointed_out(cast):
    row, steady = payments.entitlement(cast, "变化大"), payments.entitlement(cast, "没变")
    issued(cast)
    type(row).objects.filter(pk=row.pk).update(base_fen=50_000, amount_fen=50_000)
    type(steady).objects.filter(pk=steady.pk).update(base_fen=36_000, amount_fen=36_000)
    run = prepared(cast, month=JUNE)
    assert found(run) == {"big-change": 1}
    line = run_checks.lines_with(run, "big-change", TODAY).get()
    assert line.entitlement_id == row.pk


def test_last_month_plus_new_less_gone_is_this_month(cast):
    stays, goes = payments.entitlement(cast, "留下"), payments.entitlement(cast, "离开")
    issued(cast)
    type(goes).objects.filter(pk=goes.pk).update(until_month=JUNE)
    payments.entitlement(cast, "新来", from_month=JUNE)
    payments.entitlement(cast, "也新来", from_month=JUNE)
    step = run_checks.movement(prepared(cast, month=JUNE))
    assert (step.last, step.new, step.gone, step.now, step.adds_up) == (2, 2, 1, 3, True)
    assert stays.pk


# --- four eyes, versions ------------------------------------------------------------------------------------


def test_who_prepared_or_checked_does_not_approve(cast):
    payments.entitlement(cast)
    run = prepared(cast)
    with pytest.raises(access.Forbidden):
        payment.check_run(run_id=run.pk, by=cast.county_qian, on=TODAY)
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    for wrong in (cast.county_qian, cast.cashier_zhou, cast.supervisor_wu):
        with pytest.raises(access.Forbidden):
            payment.approve_run(run_id=run.pk, by=wrong, on=TODAY)


def test_the_same_user_in_another_post_may_not_approve_either(cast):
    payments.entitlement(cast)
    run = checked(cast)
    also = cast.county_zhao
    also.user = cast.county_qian.user
    also.save()
    with pytest.raises(NotAllowed, match="生成人"):
        payment.approve_run(run_id=run.pk, by=also, on=TODAY)


def test_a_township_reads_its_own_part_and_acts_on_nothing(cast):
    payments.entitlement(cast, "青溪户")
    payments.entitlement(cast, "白石户", office=BAISHI_VILLAGE, base_fen=50_000)
    run = prepared(cast)
    (mine,) = with_sums([PaymentRun.objects.visible_to(cast.outsider_sun).get()], cast.outsider_sun)
    assert (mine.seen.lines, mine.seen.total_fen) == (1, 50_000)
    with pytest.raises(access.Forbidden):
        payment.cancel_run(run_id=run.pk, by=cast.outsider_sun, on=TODAY, opinion="x")


def test_a_stale_page_is_told_what_happened(cast):
    payments.entitlement(cast)
    run = prepared(cast)
    seen = run.version
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, version=seen)
    with pytest.raises(Stale) as refusal:
        payment.cancel_run(run_id=run.pk, by=cast.county_qian, on=TODAY, version=seen, opinion="重来")
    assert refusal.value.changes == ("周算清（云岭县 县级财务）：核对无误",)


def test_a_second_click_on_approve_has_no_second_effect(cast):
    payments.entitlement(cast)
    run = checked(cast)
    for _ in range(2):
        again = payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY, version=run.version)
    assert again.status == RunStatus.APPROVED
    assert AuditEvent.objects.filter(action="run.approve").count() == 1


def test_sending_back_and_cancelling_need_a_reason_and_leave_no_live_line(cast):
    payments.entitlement(cast)
    run = checked(cast)
    with pytest.raises(BadInput):
        payment.send_back_run(run_id=run.pk, by=cast.county_zhao, on=TODAY, opinion=" ")
    run = payment.send_back_run(run_id=run.pk, by=cast.county_zhao, on=TODAY, opinion="户数与台账不符")
    assert (run.status, run.checked_by) == (RunStatus.PREPARED, None)
    payment.cancel_run(run_id=run.pk, by=cast.county_qian, on=TODAY, opinion="重新生成")
    assert list(run.lines.values_list("status", flat=True)) == [LineStatus.VOID]
    assert prepared(cast).line_count == 1


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


def test_a_returned_line_is_not_paid_by_a_supplement(cast):
    row = payments.entitlement(cast)
    run = issued(cast)
    load(run, cast, answer(run, {row.pk: "冻结"}))
    assert prepared(cast, kind=RunKind.SUPPLEMENT).line_count == 0
