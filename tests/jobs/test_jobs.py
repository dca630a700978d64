"""A job is one row that says how far it is; it runs once, whoever delivers it how often."""

from datetime import timedelta

import pytest
from django.conf import settings
from kombu.exceptions import OperationalError

from civaffairs.jobs import kinds, runner, tasks
from civaffairs.jobs.models import Job, JobError
from civaffairs.jobs.services import cancel_job, make_job, retry_job
from civaffairs.lib.errors import NotAllowed
from civaffairs.registry import clock
from civaffairs.registry.models import AuditEvent


@pytest.fixture
def kind(monkeypatch):
    """Register a handler under a name of its own for one test."""

    def register(handler) -> str:
        monkeypatch.setitem(kinds._handlers, "test-kind", handler)
        return "test-kind"

    return register


def job_of(cast, kind: str, key: str = "k", **params) -> Job:
    return make_job(kind=kind, title="试办", key=key, by=cast.county_qian, params=params)[0]


def done(job: Job) -> Job:
    runner.run(job.pk)
    job.refresh_from_db()
    return job


def test_a_job_runs_with_its_parameters_and_keeps_what_comes_back(cast, kind):
    def handler(context, number):
        context.progress(1, 4, "一半")
        return {"twice": number * 2}

    job = done(job_of(cast, kind(handler), number=21))
    assert (job.state, job.result, job.done, job.total) == (Job.State.DONE, {"twice": 42}, 4, 4)
    assert job.finished_at is not None
    assert job.lease is None


def test_delivered_twice_it_runs_once(cast, kind):
    runs = []
    job = job_of(cast, kind(lambda context: runs.append(1)))
    for _ in range(3):
        runner.run(job.pk)
    assert runs == [1]


def test_a_live_job_with_the_same_key_is_given_back_instead_of_a_second(cast, kind):
    first = job_of(cast, kind(lambda context: None))
    second, made = make_job(kind="test-kind", title="x", key="k", by=cast.county_qian, params={})
    assert (second, made) == (first, False)
    done(first)
    third, made = make_job(kind="test-kind", title="x", key="k", by=cast.county_qian, params={})
    assert made
    assert third != first


def test_a_refusal_becomes_the_words_of_the_job(cast, kind):
    def handler(context):
        raise NotAllowed("当月没有可发放的对象。")

    job = done(job_of(cast, kind(handler)))
    assert (job.state, job.message) == (Job.State.FAILED, "当月没有可发放的对象。")


def test_an_unexpected_error_shows_no_python_word(cast, kind):
    def handler(context):
        raise KeyError("secret")

    job = done(job_of(cast, kind(handler)))
    assert job.state == Job.State.FAILED
    assert "secret" not in job.message
    assert "意外错误" in job.message


def test_rows_that_could_not_be_taken_are_listed(cast, kind):
    def handler(context):
        context.errors([JobError(row=3, column="账号", value="6.22E+18", message="后面的数字已丢失")])

    job = done(job_of(cast, kind(handler)))
    assert [(e.row, e.column) for e in job.errors.all()] == [(3, "账号")]


def test_a_result_file_is_kept_with_its_name(cast, kind, tmp_path):
    (tmp_path / "out.csv").write_text("a,b")

    def handler(context):
        context.attach(tmp_path / "out.csv", "名册.csv")

    job = done(job_of(cast, kind(handler)))
    assert job.result_name == "名册.csv"
    assert job.result_file.read() == b"a,b"
    job.result_file.close()


def grow_old(job: Job, seconds: int) -> None:
    Job.objects.filter(pk=job.pk).update(heartbeat_at=clock.now() - timedelta(seconds=seconds))


def test_a_silent_worker_loses_the_job_to_another_and_cannot_write_any_more(cast, kind):
    job = job_of(cast, kind(lambda context: {"by": "second"}))
    first = runner.JobContext(runner.claim(job.pk))
    assert runner.claim(job.pk) is None
    grow_old(job, settings.JOB_STALE_SECONDS + 1)
    assert runner.lost_jobs() == [job.pk]
    assert done(job).result == {"by": "second"}
    for write in (lambda: first.progress(1), first.still_mine):
        with pytest.raises(runner.LeaseLost):
            write()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.DONE, 2)


def test_a_worker_that_comes_back_does_not_overwrite_the_outcome(cast, kind):
    def handler(context):
        # While this worker was away, somebody cancelled the job.
        Job.objects.filter(pk=context.job.pk).update(state=Job.State.CANCELLED, lease=None)
        context.progress(1)

    assert done(job_of(cast, kind(handler))).state == Job.State.CANCELLED


def test_a_job_that_kills_its_worker_again_and_again_is_given_up(cast, kind):
    job = job_of(cast, kind(lambda context: None))
    for _ in range(settings.JOB_MAX_ATTEMPTS):
        assert runner.claim(job.pk)
        grow_old(job, settings.JOB_STALE_SECONDS + 1)
    assert runner.lost_jobs() == []
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "中断" in job.message


def test_a_message_that_got_lost_is_sent_again(cast, kind):
    job = job_of(cast, kind(lambda context: None))
    assert runner.lost_jobs() == []
    Job.objects.filter(pk=job.pk).update(created_at=clock.now() - timedelta(seconds=31))
    assert runner.lost_jobs() == [job.pk]


def test_without_a_broker_the_job_waits_for_the_next_round(
    cast, kind, monkeypatch, django_capture_on_commit_callbacks
):
    def away(job_id):
        raise OperationalError("broker away")

    monkeypatch.setattr(tasks.run_job, "delay", away)
    job = job_of(cast, kind(lambda context: None))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.enqueue(job)
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


def test_beat_sends_every_lost_job(cast, kind, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.run_job, "delay", sent.append)
    job = job_of(cast, kind(lambda context: None))
    Job.objects.filter(pk=job.pk).update(created_at=clock.now() - timedelta(minutes=5))
    tasks.requeue_lost_jobs()
    assert sent == [str(job.pk)]


def test_a_failed_job_is_tried_again_from_the_start(cast, kind):
    answers = iter([NotAllowed("先不行"), None])

    def handler(context):
        context.errors([JobError(message="一行")])
        if refusal := next(answers):
            raise refusal

    job = done(job_of(cast, kind(handler)))
    assert job.state == Job.State.FAILED
    retry_job(job_id=job.pk, by=cast.county_qian)
    job.refresh_from_db()
    assert (job.state, job.errors.count()) == (Job.State.QUEUED, 0)
    assert done(job).state == Job.State.DONE
    with pytest.raises(NotAllowed):
        retry_job(job_id=job.pk, by=cast.county_qian)


def test_a_retry_waits_while_another_of_its_kind_is_live(cast, kind):
    def handler(context):
        raise NotAllowed("不行")

    job = done(job_of(cast, kind(handler)))
    job_of(cast, "test-kind")
    with pytest.raises(NotAllowed, match="已在进行"):
        retry_job(job_id=job.pk, by=cast.county_qian)


def test_two_retries_in_the_same_moment_make_one_and_a_plain_refusal(cast, kind, monkeypatch):
    """Two failed jobs for the same work: each retry looks before the other has written."""

    def handler(context):
        raise NotAllowed("不行")

    first = done(job_of(cast, kind(handler)))
    second = done(job_of(cast, "test-kind"))
    assert first.pk != second.pk
    retry_job(job_id=first.pk, by=cast.county_qian)
    monkeypatch.setattr(Job, "LIVE", ())  # the look ahead finds nothing; the database still knows
    with pytest.raises(NotAllowed, match="已在进行"):
        retry_job(job_id=second.pk, by=cast.county_qian)
    second.refresh_from_db()
    assert second.state == Job.State.FAILED
    assert not AuditEvent.objects.filter(action="job.retry", object_id=str(second.pk)).exists()


def test_a_cancelled_job_does_not_run(cast, kind):
    runs = []
    job = job_of(cast, kind(lambda context: runs.append(1)))
    cancel_job(job_id=job.pk, by=cast.county_qian)
    assert done(job).state == Job.State.CANCELLED
    assert runs == []
    with pytest.raises(NotAllowed):
        cancel_job(job_id=job.pk, by=cast.county_qian)
