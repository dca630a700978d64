"""The audit trail cannot be changed, and tells when somebody did it all the same."""

from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.jobs.services import make_job
from civaffairs.registry import audit, clock
from civaffairs.registry.models import AuditEvent, AuditHead, User
from civaffairs.registry.rotation import without_triggers
from tests.cast import PASSWORD

TABLE = "registry_auditevent"


@contextmanager
def forger():
    """Somebody with the database's own rights, who takes the triggers away first."""
    with transaction.atomic(), without_triggers(TABLE), connection.cursor() as cursor:
        yield cursor


@pytest.fixture
def trail(cast):
    for number in range(1, 6):
        audit.record("login", user=cast.township_li.user, details={"n": number, "名": "甲"})
    return cast


def test_a_whole_trail_has_no_faults(trail):
    assert list(audit.faults()) == []


def test_the_database_refuses_to_change_or_delete_an_event(trail):
    for change in (
        lambda: AuditEvent.objects.filter(seq=2).update(reason="改"),
        lambda: AuditEvent.objects.filter(seq=2)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert list(audit.faults()) == []


def test_a_changed_event_is_named(trail):
    with forger() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET actor = '别人' WHERE seq = 3")
    assert list(audit.faults()) == ["第 3 条内容被改动"]


def test_a_missing_event_is_named(trail):
    with forger() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE seq IN (2, 3)")
    assert list(audit.faults()) == ["缺少第 2 至 3 条"]


def test_events_cut_off_at_the_end_are_noticed(trail):
    with forger() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE seq = 5")
    assert list(audit.faults()) == ["日志末尾不完整：应有 5 条，实有 4 条"]


def test_whoever_cuts_the_end_and_mends_the_head_lacks_the_key_for_its_seal(trail):
    fourth = AuditEvent.objects.get(seq=4)
    with forger() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE seq = 5")
    AuditHead.objects.filter(pk=1).update(seq=4, hash=fourth.hash)
    assert "日志尾记录被改动" in list(audit.faults())


def test_a_lost_head_is_noticed(trail):
    AuditHead.objects.all().delete()
    assert list(audit.faults()) == ["日志尾记录丢失"]


def test_a_long_trail_is_walked_in_chunks(trail, monkeypatch):
    monkeypatch.setattr(audit, "CHUNK", 2)
    seen = []
    assert list(audit.faults(seen.append)) == []
    assert seen == [2, 4, 5]


def test_a_batch_is_chained_like_single_events(trail):
    audit.record_many([audit.Entry("login", label=str(n)) for n in range(1200)])
    assert list(audit.faults()) == []
    assert AuditEvent.objects.count() == 1205


def test_an_act_that_is_rolled_back_leaves_no_trace_and_no_gap(trail):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record("login")
        raise ZeroDivisionError
    audit.record("logout")
    assert list(audit.faults()) == []
    assert AuditHead.objects.get().seq == 6


def test_verify_audit_says_it_is_whole(trail):
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "共 5 条" in out.getvalue()


def test_verify_audit_ends_with_1_and_a_sentence_for_each_fault(trail):
    with forger() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET reason = 'x' WHERE seq = 2")
        cursor.execute(f"DELETE FROM {TABLE} WHERE seq = 4")
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_audit", stdout=out)
    assert end.value.code == 1
    assert "第 2 条内容被改动" in out.getvalue()
    assert "缺少第 4 至 4 条" in out.getvalue()


def test_the_check_as_a_job_lists_the_faults_as_its_rows(trail):
    with forger() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET reason = 'x' WHERE seq = 2")
    job, _ = make_job(kind="verify_audit", title="校验", key="v", by=trail.audit_chu, params={})
    runner.run(job.pk)
    job = Job.objects.get(pk=job.pk)
    assert job.state == Job.State.DONE
    assert job.result == {"events": 5, "faults": 1}
    assert [row.message for row in job.errors.all()] == ["第 2 条内容被改动"]
    assert "发现1处问题" in job.message


# --- a trail that was thrown away or put back -------------------------------------------------------------------


def test_a_trail_thrown_away_whole_is_noticed_by_the_log_ins_that_remain(trail, client):
    assert client.login(username="township_li", password=PASSWORD)
    User.objects.filter(username="township_li").update(last_login=clock.now() - timedelta(days=2))
    with forger() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
    AuditHead.objects.all().delete()
    gone = ["日志开始以前就有人登录过：更早的记录不见了"]
    assert list(audit.faults()) == gone
    audit.record("login", user=trail.township_li.user)  # and it begins anew
    assert list(audit.faults()) == gone


def test_an_older_end_put_back_with_its_own_seal_is_found_by_the_noted_fingerprint(trail):
    old = AuditHead.objects.get()
    audit.record("logout", user=trail.township_li.user)
    noted = audit.fingerprint()
    assert audit.still_holds(noted)
    with forger() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE seq = 6")
    old.save()
    assert list(audit.faults()) == []  # the seal is a true one, only of an earlier day
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_audit", noted=noted, stdout=out)
    assert "对不上" in out.getvalue()
    audit.record("login", user=trail.township_he.user)  # another sixth event takes the place
    assert not audit.still_holds(noted)


@pytest.mark.parametrize(
    "noted", ["", "5", "x:0123456789abcdef", "5:", "9" * 30 + ":0123456789abcdef", "²:0123456789abcdef"]
)
def test_what_is_no_fingerprint_never_holds(trail, noted):
    assert not audit.still_holds(noted)
