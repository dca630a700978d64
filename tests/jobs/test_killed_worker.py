"""A worker that dies or sleeps in the middle: the job is taken over, and no effect doubles. On a real server."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection

from civaffairs.jobs import kinds, runner
from civaffairs.jobs.models import Job
from civaffairs.jobs.services import make_job
from civaffairs.registry.models import CountySetting
from tests.cast import make_cast
from tests.jobs.slow_worker import effect

ROOT = Path(__file__).resolve().parents[2]
STALE = 3

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def job(monkeypatch, settings):
    settings.JOB_STALE_SECONDS = STALE
    monkeypatch.setitem(kinds._handlers, "test-effect", effect)
    cast = make_cast()
    return make_job(kind="test-effect", title="试办", key="k", by=cast.county_qian, params={})[0]


def start_worker(job: Job, ready: Path, wait: float) -> subprocess.Popen:
    """A process of its own on the same test database; returns when its effect is written but not committed."""
    base, _, _ = os.environ["TEST_DATABASE_URL"].rpartition("/")
    env = {
        **os.environ,
        "TEST_DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "JOB_STALE_SECONDS": str(STALE),
    }
    command = [sys.executable, "-m", "tests.jobs.slow_worker", str(job.pk), str(ready), str(wait)]
    worker = subprocess.Popen(command, cwd=ROOT, env=env)
    for _ in range(300):
        if ready.exists():
            return worker
        assert worker.poll() is None, "the worker ended before it had written"
        time.sleep(0.1)
    raise AssertionError("the worker never wrote")


def effects() -> int:
    return CountySetting.objects.filter(key="effect").count()


def test_a_worker_killed_in_the_middle_is_replaced_and_nothing_doubles(job, tmp_path):
    worker = start_worker(job, tmp_path / "ready", 60)
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    assert effects() == 0
    assert runner.lost_jobs() == []
    time.sleep(STALE + 0.5)
    assert runner.lost_jobs() == [job.pk]
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt, effects()) == (Job.State.DONE, 2, 1)


def test_a_worker_that_slept_too_long_finds_its_work_taken_and_undoes_its_own(job, tmp_path):
    worker = start_worker(job, tmp_path / "ready", 1)
    worker.send_signal(signal.SIGSTOP)
    time.sleep(STALE + 1.5)
    runner.run(job.pk)
    worker.send_signal(signal.SIGCONT)
    assert worker.wait(20) == 0
    job.refresh_from_db()
    assert (job.state, job.attempt, effects()) == (Job.State.DONE, 2, 1)


def test_a_long_statement_does_not_look_like_death(job, tmp_path):
    """The pulse beats beside the work: a worker that is merely slow keeps its job."""
    worker = start_worker(job, tmp_path / "ready", STALE + 2)
    time.sleep(STALE + 1)
    assert runner.lost_jobs() == []
    assert runner.claim(job.pk) is None
    assert worker.wait(20) == 0
    job.refresh_from_db()
    assert (job.state, job.attempt, effects()) == (Job.State.DONE, 1, 1)


def test_many_clicks_at_once_make_one_job(job):
    cast_by = job.created_by
    start, made = threading.Barrier(6), []

    def click():
        try:
            start.wait()
            made.append(make_job(kind="test-effect", title="x", key="clicks", by=cast_by, params={}))
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(made) == 6
    assert sum(new for _, new in made) == 1
    assert len({row.pk for row, _ in made}) == 1


def test_two_workers_at_once_claim_a_job_once(job):
    start, claimed = threading.Barrier(4), []

    def claim():
        try:
            start.wait()
            claimed.append(runner.claim(job.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len([row for row in claimed if row is not None]) == 1
