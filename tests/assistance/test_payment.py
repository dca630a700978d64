"""A month's list: who is on it, one run a month, checks, four eyes."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from assistance.models import (
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunKind,
)
from assistance.selectors import run_checks, run_movement
from assistance.selectors.payment import with_sums
from assistance.services import payment
from assistance.workflow import RunStatus
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady, Stale
from civaffairs.registry import access
from civaffairs.registry.models import AuditEvent, BankAccount, Person
from tests import payments
from tests.cast import BAISHI_VILLAGE
from tests.payments import JUNE, MAY, RURAL, TODAY
from tests.runs import SAID, checked, issued, job_kinds, prepared  # noqa: F401 the fixture acts by itself

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
    left = {row.reason: row.count for row in run_movement.left_out(run)}
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


def test_what_a_checker_should_look_at_is_said_and_wants_a_conclusion(cast):
    one, two = (
        payments.entitlement(cast, "甲", with_account=False),
        payments.entitlement(cast, "乙", with_account=False),
    )
    payments.account(one.payee, "6229009900000000011")
    payments.account(two.payee, "6229009900000000011", holder="丙")
    run = prepared(cast)
    assert found(run) == {"shared-account": 2, "other-holder": 1}
    with pytest.raises(NotReady, match="没有写明核对结论"):
        payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    done = payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, conclusions=SAID)
    assert done.status == RunStatus.CHECKED


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
    step = run_movement.movement(prepared(cast, month=JUNE))
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
