"""Making, cancelling and retrying jobs."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from civaffairs.jobs.models import Job
from civaffairs.lib.errors import NotAllowed
from civaffairs.registry import audit, clock
from civaffairs.registry.duplicates import is_duplicate
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
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        live = Job.objects.filter(key=key, state__in=Job.LIVE).first()
        if live is None:  # it ended in between; the caller may press again
            raise NotAllowed("同样的任务刚刚结束，请刷新后再试。") from error
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


def retry_job(*, job_id, by: Posting) -> Job:
    """Queue a failed or cancelled job again. Raises NotAllowed while the same work is under way in another job, also
    when that one was queued in this very moment."""
    try:
        with transaction.atomic():
            return _queue_again(job_id, by)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise NotAllowed("同样的任务已在进行中。") from error


def _queue_again(job_id, by: Posting) -> Job:
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


def drop_old_results() -> int:
    """Delete result files that are older than settings.JOB_RESULT_DAYS, each with a trace; the job itself stays.

    One transaction for each file: a file that cannot be deleted keeps its row and is tried again next time.
    """
    before = clock.now() - timedelta(days=settings.JOB_RESULT_DAYS)
    old = Job.objects.filter(finished_at__lt=before).exclude(result_file="").values_list("pk", flat=True)
    dropped = 0
    for pk in list(old[:500]):
        with transaction.atomic():
            job = Job.objects.select_for_update().filter(pk=pk).exclude(result_file="").first()
            if job is None or job.is_live:
                continue
            job.result_file.delete(save=False)
            job.save(update_fields=["result_file"])
            audit.record("job.expire", subject=job, details={"name": job.result_name})
        dropped += 1
    return dropped
