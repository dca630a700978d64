"""Background work of assistance. A handler finds its rows by id and may be run again after a crash."""

from celery import shared_task

from assistance.services import deadlines, payment
from civaffairs.jobs.kinds import job_kind
from civaffairs.jobs.runner import JobContext
from civaffairs.registry import clock


@job_kind("prepare_run")
def prepare_run(context: JobContext, run_id: int) -> dict:
    """Fill a payment run. One statement writes all lines, so there is no count to show on the way."""
    run = payment.prepare_run(run_id=run_id, still_mine=context.still_mine)
    return {"lines": run.line_count, "total_fen": run.total_fen}


@shared_task
def recount_deadlines() -> None:
    """Called by beat: limits that ran into a year without its table become certain once the year is entered."""
    deadlines.recount_uncertain(on=clock.today())
