"""Redis is gone for a minute, then back: the page says the list is waiting, nothing is lost, and a worker gets it later.

A server of its own on a free port, started and stopped here; skipped where there is no redis-server.
"""

import socket
import subprocess
import time
from datetime import timedelta

import pytest
from celery.contrib.testing.worker import start_worker
from django.urls import reverse
from kombu import pools

from assistance.models import PaymentRun
from assistance.workflow import RunStatus
from civaffairs.celery import app
from civaffairs.jobs.models import Job
from civaffairs.jobs.tasks import requeue_lost_jobs
from civaffairs.registry import clock
from tests.faults import town
from tests.payments import RURAL, TODAY

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.redis_server,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


class Redis:
    """A private server that can be stopped and started again."""

    def __init__(self, folder) -> None:
        self.folder, self.process = folder, None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                "redis-server",
                "--port",
                str(self.port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
            ],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("redis-server did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


@pytest.fixture
def redis(tmp_path, monkeypatch):
    """The broker of this test. The application forgets the one it had, and takes it again afterwards."""
    server = Redis(tmp_path)
    server.start()
    # Celery asks the environment first.
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    kept = {name: app.conf[name] for name in ("broker_url", "broker_transport_options", "task_always_eager")}

    def use(conf: dict) -> None:
        pools.reset()
        app._pool = app.amqp._producer_pool = None
        app.conf.update(conf)

    use(
        {
            "broker_url": f"redis://127.0.0.1:{server.port}/0",
            "broker_transport_options": {},
            "task_always_eager": False,
        }
    )
    yield server
    server.stop()
    use(kept)


@pytest.fixture
def cast(monkeypatch):
    monkeypatch.setattr("civaffairs.registry.clock.today", lambda: TODAY)
    return town.town()


def new_run(client, cast) -> float:
    """Press 生成名册; how many seconds the page took."""
    client.force_login(cast.county_qian.user)
    began = time.monotonic()
    page = client.post(reverse("run_new"), {"scheme": RURAL, "month": "202605", "kind": "regular"})
    assert page.status_code == 302
    return time.monotonic() - began


def worked_off(seconds: float = 20) -> Job:
    """A worker comes and takes what is there."""
    with start_worker(app, perform_ping_check=False, pool="solo", loglevel="ERROR"):
        for _ in range(int(seconds * 10)):
            job = Job.objects.get()
            if not job.is_live:
                return job
            time.sleep(0.1)
    raise AssertionError(f"nobody took the job: {job.state}")


def test_with_redis_a_worker_gets_the_message(cast, client, redis):
    new_run(client, cast)
    assert worked_off().state == Job.State.DONE
    town.finished(cast)


def test_without_redis_the_page_answers_and_the_job_waits_until_it_is_back(cast, client, redis):
    redis.stop()
    assert new_run(client, cast) < 10
    run = PaymentRun.objects.get()
    assert run.status == RunStatus.PREPARING
    assert "排队" in client.get(reverse("run_detail", args=[run.pk])).content.decode()
    # A second press while it is away is the same list.
    new_run(client, cast)
    assert PaymentRun.objects.count() == Job.objects.count() == 1
    town.sound()
    Job.objects.update(created_at=clock.now() - timedelta(minutes=1))
    redis.start()
    requeue_lost_jobs()
    job = worked_off()
    assert (job.state, job.attempt) == (Job.State.DONE, 1)
    town.finished(cast)


def test_a_message_that_redis_lost_is_sent_again(cast, client, redis):
    new_run(client, cast)
    redis.stop()  # nothing is kept on the disk: the message is gone with it
    redis.start()
    Job.objects.update(created_at=clock.now() - timedelta(minutes=1))
    requeue_lost_jobs()
    requeue_lost_jobs()  # and once too often
    job = worked_off()
    assert (job.state, job.attempt) == (Job.State.DONE, 1)
    town.finished(cast)
