"""What the checker concludes, who signs, how many: the words and names under a list."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from assistance.models import RunConclusion, RunSignature
from assistance.selectors import run_checks, run_signing
from assistance.services import payment, seal
from assistance.services import run_signing as signing
from assistance.workflow import RunStatus
from civaffairs.jobs import runner
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady, Stale
from civaffairs.registry import access
from civaffairs.registry.models import AuditEvent, CountySetting, Office, Posting, Role, User
from reporting.prints.disbursement import disbursement
from tests import payments
from tests.cast import COUNTY, START
from tests.payments import TODAY
from tests.runs import checked, job_kinds, prepared  # noqa: F401 the fixture acts by itself

KEY = "other-holder"


def another_holder(cast, name: str = "甲"):
    row = payments.entitlement(cast, name, with_account=False)
    payments.account(row.payee, holder="丙")
    return row


def check(cast, run, **more):
    return payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, **more)


def approve(run, by, **more):
    return payment.approve_run(run_id=run.pk, by=by, on=TODAY, **more)


def setting(cast, key: str, value: int, month: date = date(2026, 1, 1)) -> None:
    CountySetting.objects.create(
        key=key,
        value=value,
        from_month=month,
        document_number="云民〔2026〕3号",
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
        confirmed_at="2026-01-02T08:00+08:00",
    )


def third_approver() -> Posting:
    user = User.objects.create_user("county_third", "丁三省", "Qingxi-2026")
    return Posting.objects.create(
        user=user, role=Role.COUNTY_APPROVER, office=Office.objects.get(pk=COUNTY), from_day=START
    )


# --- conclusions -------------------------------------------------------------------------------------------


def test_a_reminder_without_a_conclusion_stops_the_check(cast):
    another_holder(cast)
    run = prepared(cast)
    with pytest.raises(NotReady) as refusal:
        check(cast, run)
    assert refusal.value.missing == ["户名不是领款人本人：1 笔"]
    done = check(cast, run, conclusions={KEY: "监护人代领，协议在档", "big-change": "没有这一项"})
    assert done.status == RunStatus.CHECKED
    row = RunConclusion.objects.get()
    assert (row.check_key, row.line_count, row.total_fen, row.text) == (
        KEY,
        1,
        35_820,
        "监护人代领，协议在档",
    )
    assert (row.concluded_by, row.concluded_on) == (cast.cashier_zhou, TODAY)
    assert AuditEvent.objects.get(action="run.conclude").details["conclusions"][KEY][2] == row.text


@pytest.mark.parametrize("words", ["", "   ", "。。。"])
def test_nothing_said_is_no_conclusion(cast, words):
    another_holder(cast)
    run = prepared(cast)
    with pytest.raises((NotReady, BadInput)):
        check(cast, run, conclusions={KEY: words})
    assert not RunConclusion.objects.exists()


def test_conclusions_are_kept_before_the_check_and_once(cast):
    another_holder(cast)
    run = prepared(cast)
    for _ in range(2):
        signing.conclude(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, conclusions={KEY: "协议在档"})
    assert RunConclusion.objects.count() == 1
    run.refresh_from_db()
    assert run.status == RunStatus.PREPARED
    assert check(cast, run).status == RunStatus.CHECKED
    with pytest.raises(access.Forbidden):
        signing.conclude(run_id=run.pk, by=cast.county_qian, on=TODAY, conclusions={KEY: "我看过"})


def test_a_list_made_anew_asks_again_only_where_the_finding_changed(cast):
    another_holder(cast)
    run = prepared(cast)
    signing.conclude(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, conclusions={KEY: "协议在档"})

    def again():
        _, job = payment.regenerate_run(run_id=run.pk, by=cast.county_qian, on=TODAY)
        runner.run(job.pk)
        run.refresh_from_db()
        return run_signing.reminders(run, run_checks.problems(run, TODAY))

    assert [one.settled for one in again()] == [True]
    another_holder(cast, "乙")
    (one,) = again()
    assert (one.settled, one.conclusion.text, one.problem.count) == (False, "协议在档", 2)
    with pytest.raises(NotReady):
        check(cast, run)
    check(cast, run, conclusions={KEY: "两户都有协议"})
    assert RunConclusion.objects.count() == 2


def test_a_page_that_showed_another_finding_is_stale(cast):
    another_holder(cast)
    run = prepared(cast)
    with pytest.raises(Stale):
        check(cast, run, conclusions={KEY: "协议在档"}, seen={KEY: (2, 71_640)})
    assert not RunConclusion.objects.exists()


def test_what_grew_after_the_check_stops_the_approval_and_what_went_away_does_not(cast):
    row = another_holder(cast)
    other = payments.entitlement(cast, "乙")
    run = prepared(cast)
    check(cast, run, conclusions={KEY: "协议在档"})
    type(other.payee).objects.filter(pk=other.payee_id).update(died_on=date(2026, 5, 3))
    with pytest.raises(NotReady, match="又有新的提醒") as refusal:
        approve(run, cast.county_zhao)
    assert refusal.value.missing == ["领款人在所属月份内死亡：1 笔"]
    type(other.payee).objects.filter(pk=other.payee_id).update(died_on=None)
    assert approve(run, cast.county_zhao).status == RunStatus.APPROVED
    assert row.pk


def test_the_database_keeps_what_was_concluded_and_signed(cast):
    another_holder(cast)
    run = prepared(cast)
    check(cast, run, conclusions={KEY: "协议在档"})
    approve(run, cast.county_zhao)
    for act in (
        lambda: RunConclusion.objects.update(text="x"),
        lambda: RunConclusion.objects.all().delete(),
        lambda: RunSignature.objects.update(signed_by=cast.county_meng),
        lambda: RunSignature.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_page_asks_at_the_field_and_loses_nothing(cast, client):
    another_holder(cast)
    run = prepared(cast)
    client.force_login(cast.cashier_zhou.user)
    url = reverse("run_act", args=[run.pk, "check"])
    assert "户名不是领款人本人”的核对结论" in client.get(url).content.decode()
    sent = {"version": run.version, f"seen-{KEY}": "1:35820", "opinion": "总体无误"}
    empty = client.post(url, sent)
    assert empty.status_code == 422
    page = empty.content.decode()
    assert "请用一句话写明核对结论" in page and "总体无误" in page
    saved = client.post(url, sent | {f"conclusion-{KEY}": "协议在档", "save": "1"}, follow=True)
    assert "结论已保存" in saved.content.decode() and "协议在档" in saved.content.decode()
    run.refresh_from_db()
    assert run.status == RunStatus.PREPARED
    done = client.post(url, sent | {f"conclusion-{KEY}": "协议在档"}, follow=True)
    assert "已核对，等待审批" in done.content.decode() and "协议在档" in done.content.decode()
    assert RunConclusion.objects.count() == 1


# --- signatures --------------------------------------------------------------------------------------------


@pytest.fixture
def three_sign(cast):
    setting(cast, "sign_more_above", 1)
    setting(cast, "sign_more_count", 3)


def big(cast):
    return payments.entitlement(cast, "大额户", base_fen=1_000_000)


def test_one_signs_below_the_amount_of_the_county(cast, three_sign):
    payments.entitlement(cast, base_fen=999_999)
    run = checked(cast)
    assert approve(run, cast.county_zhao).status == RunStatus.APPROVED
    assert RunSignature.objects.get().signed_by == cast.county_zhao


def test_three_sign_from_the_amount_on_and_the_last_signature_seals(cast, three_sign):
    big(cast)
    run = checked(cast)
    for number, by in enumerate((cast.county_zhao, cast.county_meng), start=1):
        run = approve(run, by, opinion="同意")
        assert (run.status, run.seal, run.approved_by) == (RunStatus.CHECKED, "", None)
        assert run_signing.signing(run, TODAY).missing == 3 - number
        with pytest.raises(NotAllowed, match=f"第{number}位审批人"):
            approve(run, by)
    run = approve(run, third_approver())
    assert (run.status, run.seal) == (RunStatus.APPROVED, seal.seal_of(run))
    assert [one.number for one in run_signing.signatures(run)] == [1, 2, 3]
    assert AuditEvent.objects.filter(action="run.sign").count() == 2
    assert AuditEvent.objects.filter(action="run.approve").count() == 1
    words = "".join(str(disbursement(run, run.office, cast.cashier_zhou, TODAY).to_dict()).split())
    assert all(name in words for name in ("赵明理", "孟知非", "丁三省"))


def test_a_double_click_signs_once_and_a_stale_page_is_told(cast, three_sign):
    big(cast)
    run = checked(cast)
    seen = run.version
    for _ in range(2):
        approve(run, cast.county_zhao, version=seen)
    assert RunSignature.objects.count() == 1
    with pytest.raises(Stale) as refusal:
        approve(run, cast.county_meng, version=seen)
    assert refusal.value.changes == ("赵明理（云岭县 县级审批）：审批签字",)


def test_signatures_fall_with_a_list_that_is_sent_back(cast, three_sign):
    big(cast)
    run = approve(checked(cast), cast.county_zhao)
    payment.send_back_run(run_id=run.pk, by=cast.county_meng, on=TODAY, opinion="有一户要核")
    assert RunSignature.objects.get().withdrawn_on == TODAY
    check(cast, run)
    run = approve(run, cast.county_zhao)
    assert run_signing.signing(run, TODAY).missing == 2


def test_a_setting_of_today_does_not_change_a_list_half_signed(cast, three_sign):
    big(cast)
    run = approve(checked(cast), cast.county_zhao)
    setting(cast, "sign_more_count", 2, date(2026, 6, 1))
    run = payment.approve_run(run_id=run.pk, by=cast.county_meng, on=date(2026, 6, 2))
    assert run.status == RunStatus.CHECKED


def test_the_pages_say_who_signed_and_who_is_missing(cast, client, three_sign):
    big(cast)
    run = approve(checked(cast), cast.county_zhao, opinion="同意发放")
    client.force_login(cast.county_zhao.user)
    page = client.get(reverse("run_detail", args=[run.pk])).content.decode()
    assert "您已经签过字，还差 2 人" in page and "本批要 3 人审批，还差 2 人" in page
    client.force_login(cast.county_meng.user)
    url = reverse("run_act", args=[run.pk, "approve"])
    assert "还没有签字" in client.get(url).content.decode()
    done = client.post(url, {"version": run.version, "opinion": ""}, follow=True)
    assert "已签字，还差 1 人审批" in done.content.decode()
