"""Running one job: claim, sign of life, outcome.

A worker claims a job by writing a fresh lease into its row. Progress and the final state are written only where
the lease still stands, so a worker that was thought dead and comes back cannot overwrite its successor.
"""

import logging
import threading
import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import F, Q

from civaffairs.jobs.kinds import handler_of
from civaffairs.jobs.models import Job, JobError
from civaffairs.lib.errors import Refused
from civaffairs.registry import clock

log = logging.getLogger("civaffairs.jobs")


class LeaseLost(Exception):
    """Another worker has taken the job over, or somebody cancelled it."""


class JobContext:
    """What a handler gets: the job, and ways to tell how far it is."""

    def __init__(self, job: Job) -> None:
        self.job = job

    @property
    def by(self):
        return self.job.created_by

    def _write(self, **values) -> None:
        if not Job.objects.filter(pk=self.job.pk, lease=self.job.lease, state=Job.State.RUNNING).update(
            heartbeat_at=clock.now(), **values
        ):
            raise LeaseLost

    def progress(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Tell how far the work is. Call it outside the transaction of the work, or the row stays locked."""
        values: dict = {"done": done}
        if total is not None:
            values["total"] = total
        if message is not None:
            values["message"] = message[:300]
        self._write(**values)

    def still_mine(self) -> None:
        """Raise LeaseLost if this worker no longer owns the job. Call it inside the transaction of the work,
        before it commits: the row stays locked, so nobody can take the job over in between."""
        row = Job.objects.select_for_update().filter(
            pk=self.job.pk, lease=self.job.lease, state=Job.State.RUNNING
        )
        if not row.exists():
            raise LeaseLost

    def errors(self, rows: list[JobError]) -> None:
        for row in rows:
            row.job = self.job
        JobError.objects.bulk_create(rows, batch_size=500)

    def attach(self, path: Path, name: str) -> None:
        """Keep a finished file as the job's result."""
        self._write()
        # What an attempt before this one left behind, whole or in part, would lie there for ever.
        field = self.job.result_file.field
        field.storage.delete(field.generate_filename(self.job, f"{self.job.pk}{Path(name).suffix}"))
        with path.open("rb") as source:
            self.job.result_file.save(f"{self.job.pk}{Path(name).suffix}", File(source), save=False)
        self._write(result_file=self.job.result_file.name, result_name=name)


class _Pulse(threading.Thread):
    """Signs of life while one long statement runs. On SQLite the row may be locked by the work itself; then the
    sign is late, which the stale limit allows for."""

    def __init__(self, job: Job, every: float) -> None:
        super().__init__(daemon=True)
        self.job, self.every, self.stop = job, every, threading.Event()

    def run(self) -> None:
        while not self.stop.wait(self.every):
            try:
                Job.objects.filter(pk=self.job.pk, lease=self.job.lease).update(heartbeat_at=clock.now())
            except DatabaseError:
                log.info("job %s: sign of life late, the database is busy", self.job.pk)
            finally:
                connection.close()


def claim(job_id) -> Job | None:
    """Take a job that waits, or whose worker has gone silent. None when somebody else has it."""
    stale = clock.now() - timedelta(seconds=settings.JOB_STALE_SECONDS)
    lease = uuid.uuid4()
    taken = Job.objects.filter(
        Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, heartbeat_at__lt=stale), pk=job_id
    ).update(
        state=Job.State.RUNNING,
        lease=lease,
        attempt=F("attempt") + 1,
        heartbeat_at=clock.now(),
        started_at=clock.now(),
    )
    return (
        Job.objects.select_related("created_by__user", "created_by__office").get(pk=job_id) if taken else None
    )


def run(job_id) -> None:
    """Run a job to its end. Delivered twice, the second delivery finds nothing to claim."""
    job = claim(job_id)
    if job is None:
        return
    pulse = None
    # In tests everything runs in one connection; a second one would not see the open transaction.
    if not connection.in_atomic_block:
        pulse = _Pulse(job, max(1.0, settings.JOB_STALE_SECONDS / 6))
        pulse.start()
    try:
        result = handler_of(job.kind)(JobContext(job), **job.params)
    except LeaseLost:
        log.warning("job %s was taken over or cancelled", job.pk)
        return
    except Refused as refusal:
        _finish(job, Job.State.FAILED, message=refusal.message)
    except (OperationalError, InterfaceError):
        # The database went away, or let nobody in for too long. Whether the last commit was done is not known, so
        # nothing is said about it: the job falls silent and is taken over like that of a killed worker.
        log.exception("job %s (%s) lost the database", job.pk, job.kind)
    except Exception:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        _finish(
            job,
            Job.State.FAILED,
            message="处理时出现意外错误，数据没有改动。可以重试；再次失败请联系系统管理员。",
        )
    else:
        _finish(job, Job.State.DONE, result=result or {})
    finally:
        if pulse:
            pulse.stop.set()
        if not connection.in_atomic_block:
            close_old_connections()


def _finish(job: Job, state: str, **values) -> None:
    if state == Job.State.DONE:
        values["done"] = Job.objects.filter(pk=job.pk).values_list("total", flat=True)[0]
    with transaction.atomic():
        Job.objects.filter(pk=job.pk, lease=job.lease).update(
            state=state, finished_at=clock.now(), lease=None, **values
        )


def lost_jobs() -> list:
    """Ids of jobs that nobody works on: silent workers, and queued ones whose message got lost."""
    now = clock.now()
    stale = now - timedelta(seconds=settings.JOB_STALE_SECONDS)
    # Signs of life from a time to come were given before the clock was put back. They count from now on; else a dead
    # worker would be waited for until the clock is there again.
    Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__gt=now).update(heartbeat_at=now)
    too_often = Job.objects.filter(
        state=Job.State.RUNNING, heartbeat_at__lt=stale, attempt__gte=settings.JOB_MAX_ATTEMPTS
    )
    too_often.update(
        state=Job.State.FAILED,
        finished_at=now,
        lease=None,
        message=f"处理中断了 {settings.JOB_MAX_ATTEMPTS} 次，已停止。数据没有改动，可以重试。",
    )
    return list(
        Job.objects.filter(
            Q(state=Job.State.RUNNING, heartbeat_at__lt=stale)
            | Q(state=Job.State.QUEUED, created_at__lt=now - timedelta(seconds=30))
            | Q(state=Job.State.QUEUED, created_at__gt=now + timedelta(seconds=30))
        ).values_list("pk", flat=True)
    )
