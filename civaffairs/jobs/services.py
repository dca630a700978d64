"""Making, cancelling and retrying jobs."""

from typing import Any

from django.db import IntegrityError, transaction

from civaffairs.jobs.models import Job
from civaffairs.lib.errors import NotAllowed
from civaffairs.registry import audit, clock
from civaffairs.registry.models import Posting


def make_job(
    *, kind: str, title: str, key: str, by: Posting | None, params: dict[str, Any], result_url: str = ""
) -> tuple[Job, bool]:
    """(job, made). A live job with the same key is returned instead of a second one.

    The caller enqueues it on commit (jobs.tasks.enqueue), so that a worker never meets a job that was rolled back.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                title=title,
                key=key,
                params=params,
                created_by=by,
                office_id=by.office_id if by else None,
                result_url=result_url,
            )
    except IntegrityError:
        live = Job.objects.filter(key=key, state__in=Job.LIVE).first()
        if live is None:  # it ended in between; the caller may press again
            raise NotAllowed("同样的任务刚刚结束，请刷新后再试。") from None
        return live, False
    return job, True


@transaction.atomic
def cancel_job(*, job_id, by: Posting) -> Job:
    job = Job.objects.select_for_update().get(pk=job_id)
    if not job.is_live:
        raise NotAllowed(f"任务{job.get_state_display()}，不能再取消。")
    job.state, job.finished_at, job.lease = Job.State.CANCELLED, clock.now(), None
    job.message = f"由{by.user.name}取消"
    job.save()
    audit.record("job.cancel", by=by, subject=job)
    return job


@transaction.atomic
def retry_job(*, job_id, by: Posting) -> Job:
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state not in (Job.State.FAILED, Job.State.CANCELLED):
        raise NotAllowed("只有未成功或已取消的任务可以重试。")
    if Job.objects.filter(key=job.key, state__in=Job.LIVE).exists():
        raise NotAllowed("同样的任务已在进行中。")
    job.state, job.attempt, job.finished_at, job.message = Job.State.QUEUED, 0, None, ""
    job.done = 0
    job.errors.all().delete()
    job.save()
    audit.record("job.retry", by=by, subject=job)
    return job
