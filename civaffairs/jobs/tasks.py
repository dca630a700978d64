"""Celery's side of jobs: a message carries an id, nothing else."""

import logging

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from civaffairs.jobs import runner, services
from civaffairs.jobs.models import Job

log = logging.getLogger("civaffairs.jobs")


@shared_task
def run_job(job_id: str) -> None:
    runner.run(job_id)


@shared_task
def requeue_lost_jobs() -> None:
    """Called by beat: send again what a killed worker or a lost message left behind."""
    for job_id in runner.lost_jobs():
        run_job.delay(str(job_id))


@shared_task
def drop_old_results() -> None:
    """Called by beat."""
    services.drop_old_results()


def enqueue(job: Job) -> None:
    """Send the job to a worker when the current transaction has committed.

    If the broker is away the job stays queued in the table and beat sends it later: nothing is lost.
    """

    def send() -> None:
        try:
            run_job.delay(str(job.pk))
        except (OperationalError, OSError):
            log.warning("broker unreachable; job %s waits for the next round", job.pk)

    transaction.on_commit(send)
