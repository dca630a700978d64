"""The machine's clock is put back by a day in the middle of a list: nobody waits a day for anything."""

from datetime import timedelta

import pytest
from django.utils import timezone

from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.jobs.services import make_job
from civaffairs.registry import audit
from civaffairs.registry.models import User
from tests.faults import town
from tests.payments import TODAY

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def cast():
    return town.town()


@pytest.fixture
def put_back(monkeypatch):
    real = timezone.now  # noqa: TID251 the machine's own clock

    def act(**by):
        monkeypatch.setattr("django.utils.timezone.now", lambda: real() - timedelta(**by))

    return act


def test_the_job_of_a_worker_that_died_before_is_taken_over_a_minute_later(cast, put_back):
    _, job = town.created(cast)
    assert runner.claim(job.pk) is not None  # and then the worker died
    put_back(days=1)
    assert runner.lost_jobs() == []
    put_back(hours=23, minutes=58)
    assert runner.lost_jobs() == [job.pk]
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.DONE, 2)
    town.finished(cast)


def test_a_job_whose_message_got_lost_is_sent_again(cast, put_back):
    _, job = town.created(cast)
    assert runner.lost_jobs() == []
    put_back(days=1)
    assert runner.lost_jobs() == [job.pk]
    runner.run(job.pk)
    town.finished(cast)


def test_a_living_worker_keeps_its_job(cast, put_back, monkeypatch):
    _, job = town.created(cast)
    mine = runner.claim(job.pk)
    put_back(days=1)
    runner.JobContext(mine).progress(1, 2)
    assert runner.lost_jobs() == []
    assert runner.claim(job.pk) is None


def test_a_list_is_brought_to_its_end_on_the_day_before_it_was_begun(cast, put_back, monkeypatch):
    _, job = town.created(cast)
    put_back(days=1)
    before = TODAY - timedelta(days=1)
    runner.run(job.pk)
    for module in ("tests.faults.town", "tests.runs"):
        monkeypatch.setattr(f"{module}.TODAY", before)
    run = town.finished(cast)
    assert run.checked_on < run.prepared_on


def test_a_first_log_in_after_the_clock_was_put_back_is_no_fault_of_the_trail(cast, put_back):
    audit.record("session.login", by=cast.county_qian)
    put_back(days=1)
    User.objects.filter(pk=cast.county_qian.user_id).update(last_login=timezone.now())  # noqa: TID251
    audit.record("session.login", by=cast.county_qian)
    assert list(audit.faults()) == []


def test_one_job_for_one_key_also_when_its_clock_runs_backwards(cast, put_back):
    _, job = town.created(cast)
    put_back(days=1)
    again, made = make_job(
        kind=job.kind, title=job.title, key=job.key, by=cast.county_qian, params=job.params
    )
    assert (again, made) == (job, False)
