"""Background work of assistance. A handler finds its rows by id and may be run again after a crash."""

from datetime import date

from celery import shared_task

from assistance.models import PaymentRun
from assistance.services import (
    bankfile,
    bankreturn,
    date_events,
    deadlines,
    payment,
    run_calendar,
    standard_change,
)
from civaffairs.jobs.kinds import job_kind
from civaffairs.jobs.models import JobError
from civaffairs.jobs.runner import JobContext
from civaffairs.jobs.tasks import enqueue
from civaffairs.lib.errors import NotReady
from civaffairs.lib.months import Month
from civaffairs.registry import clock


@job_kind("prepare_run")
def prepare_run(context: JobContext, run_id: int) -> dict:
    """Fill a payment run. One statement writes all lines, so there is no count to show on the way."""
    run = payment.prepare_run(run_id=run_id, still_mine=context.still_mine)
    return {"lines": run.line_count, "total_fen": run.total_fen}


@job_kind("issue_bank_file")
def issue_bank_file(
    context: JobContext, run_id: int, format_id: int, document_number: str, version: int, on: str
) -> dict:
    """Make the bank file of a long run. Lines that do not fit are told one by one."""
    total = PaymentRun.objects.values_list("line_count", flat=True).get(pk=run_id)
    try:
        made = bankfile.issue_by_worker(
            run_id=run_id,
            format_id=format_id,
            document_number=document_number,
            by=context.by,
            on=date.fromisoformat(on),
            version=version,
            still_mine=context.still_mine,
            tell=lambda done: context.progress(done, total, "正在写代发文件，写完以前没有一笔标为已报送"),
        )
    except NotReady as refusal:
        context.errors([JobError(message=words[:300]) for words in refusal.missing])
        raise
    return {"lines": made.line_count, "total_fen": made.total_fen, "sha256": made.sha256}


@job_kind("load_bank_return")
def load_bank_return(context: JobContext, run_id: int, name: str, sha256: str, on: str) -> dict:
    """Take the bank's answer to a long run. Nothing takes effect before all rows are read."""
    total = PaymentRun.objects.values_list("line_count", flat=True).get(pk=run_id)
    try:
        loaded = bankreturn.load_by_worker(
            run_id=run_id,
            name=name,
            sha256=sha256,
            by=context.by,
            on=date.fromisoformat(on),
            still_mine=context.still_mine,
            tell=lambda done: context.progress(
                done, max(total, done), "正在逐行读回盘，读完以前没有一笔入账"
            ),
        )
    except bankreturn.NotTaken as refusal:
        context.errors([JobError(message=words[:300]) for words in refusal.missing])
        raise
    return {"return": loaded.pk, "paid": loaded.paid_count, "returned": loaded.returned_count}


@job_kind("preview_standard_change")
def preview_standard_change(context: JobContext, change_id: int) -> dict:
    """Reckon a raise: a thousand rights at a time where each has to be looked at."""

    def tell(done: int, total: int) -> None:
        context.progress(done, total, "正在逐户测算，现在的待遇没有任何变化")

    return standard_change.run_preview(
        change_id=change_id, job_id=context.job.pk, still_mine=context.still_mine, tell=tell
    )


@job_kind("apply_standard_change")
def apply_standard_change(context: JobContext, change_id: int) -> dict:
    """Carry a raise out, in one transaction: there is no part of it to show on the way."""
    context.progress(0, message="正在一次写入全部待遇，写完以前一户也没有变化")
    return standard_change.run_apply(
        change_id=change_id, job_id=context.job.pk, still_mine=context.still_mine
    )


@job_kind("undo_standard_change")
def undo_standard_change(context: JobContext, change_id: int) -> dict:
    """Take a raise back, in one transaction."""
    context.progress(0, message="正在一次恢复全部待遇，恢复完以前一户也没有变化")
    return standard_change.run_undo(change_id=change_id, job_id=context.job.pk, still_mine=context.still_mine)


@shared_task
def find_date_events() -> None:
    """Called by beat: birthdays, ends and reviews of this month and the next."""
    today = clock.today()
    month = Month.of(today)
    for one in (month, month.next):
        date_events.fill(month=one.first_day, on=today)


@shared_task
def recount_deadlines() -> None:
    """Called by beat: limits that ran into a year without its table become certain once the year is entered."""
    deadlines.recount_uncertain(on=clock.today())


@shared_task
def prepare_due_runs() -> None:
    """Called by beat: the regular lists of the month, from the county's day on. Running it again makes none twice."""
    for _, job in run_calendar.prepare_due(on=clock.today()):
        enqueue(job)
