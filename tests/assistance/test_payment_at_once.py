"""Two workers, two clerks, one month: whatever happens at the same moment, nobody is paid twice.

Real connections and real commits; the tests run on both databases, and PostgreSQL is where they bite.
"""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from assistance.models import Entitlement, LineStatus, MonthClosing, PaymentLine, PaymentRun, RunKind
from assistance.selectors import fund_lines
from assistance.services import payment, payment_lines
from assistance.services.adjustment import record_repayment
from assistance.services.closing import close_month
from assistance.services.fund import add_entry
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.lib.errors import Refused
from civaffairs.registry import audit, clock
from tests import adjustments, payments
from tests.cast import COUNTY, LIUTANG, QINGXI, make_cast
from tests.payments import MAY, RURAL, TODAY

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def job_kinds():
    __import__("assistance.tasks")


@pytest.fixture
def town():
    cast = make_cast()
    for n in range(30):
        payments.entitlement(cast, f"户{n}")
    return cast


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads that start together; what each returned or raised, in order."""
    gate = threading.Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def work(place: int, act: Callable[[], object]) -> None:
        gate.wait(10)
        try:
            answers[place] = act()
        except Exception as problem:
            answers[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def create(by):
    return payment.create_run(scheme_code=RURAL, month=MAY, kind=RunKind.REGULAR, by=by, on=TODAY)


def once_each() -> bool:
    months = PaymentLine.objects.values_list("entitlement", "month")
    return len(set(months)) == len(months) == 30


def test_two_clerks_who_press_at_once_make_one_run(town):
    answers = at_once(lambda: create(town.county_qian), lambda: create(town.county_qian))
    runs = {answer[0].pk for answer in answers if isinstance(answer, tuple)}
    assert len(runs) == PaymentRun.objects.count() == Job.objects.count() == 1, answers
    assert all(isinstance(answer, tuple | Refused) for answer in answers), answers


def test_one_job_delivered_twice_runs_once(town):
    run, job = create(town.county_qian)
    at_once(lambda: runner.run(job.pk), lambda: runner.run(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.DONE, 1)
    assert once_each()
    assert run.lines.count() == 30


def test_two_workers_on_one_run_write_its_lines_once(town):
    run, _ = create(town.county_qian)
    answers = at_once(lambda: payment.prepare_run(run_id=run.pk), lambda: payment.prepare_run(run_id=run.pk))
    assert [answer.line_count for answer in answers] == [30, 30]
    assert once_each()


def test_the_job_of_a_killed_worker_is_picked_up_and_nothing_is_doubled(town, monkeypatch):
    run, job = create(town.county_qian)

    def killed(run):
        # What kill -9 looks like from the database: the transaction ends without a commit, the job stays running.
        raise SystemExit

    with monkeypatch.context() as during:
        during.setattr(payment, "settle_references", killed.__get__(run))
        with pytest.raises(SystemExit):
            runner.run(job.pk)
    assert not PaymentLine.objects.exists()
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING
    Job.objects.filter(pk=job.pk).update(heartbeat_at=clock.now() - timedelta(hours=1))
    assert runner.lost_jobs() == [job.pk]
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.DONE, 2)
    assert once_each()


def test_a_worker_that_comes_back_too_late_leaves_nothing(town, monkeypatch):
    run, job = create(town.county_qian)
    settle = payment_lines.settle_references

    def slow():
        """While the first worker is still writing, it is given up for dead and its job taken over."""
        settle()
        monkeypatch.setattr(payment, "settle_references", settle)
        if connection.vendor == "postgresql":
            at_once(
                lambda: Job.objects.filter(pk=job.pk).update(
                    heartbeat_at=clock.now() - timedelta(hours=1), lease=run.job_id
                )
            )
        else:  # SQLite has one writer; the lease can change only before it began
            Job.objects.filter(pk=job.pk).update(lease=run.job_id)

    monkeypatch.setattr(payment, "settle_references", slow)
    runner.run(job.pk)
    run.refresh_from_db()
    assert not PaymentLine.objects.exists()
    assert run.line_count == 0
    Job.objects.filter(pk=job.pk).update(heartbeat_at=clock.now() - timedelta(hours=1))
    runner.run(job.pk)
    assert once_each()


def test_two_approvals_at_once_are_one(town):
    run, job = create(town.county_qian)
    runner.run(job.pk)
    payment.check_run(run_id=run.pk, by=town.cashier_zhou, on=TODAY)
    run.refresh_from_db()
    answers = at_once(
        *[
            lambda by=by: payment.approve_run(run_id=run.pk, by=by, on=TODAY, version=run.version)
            for by in (town.county_zhao, town.county_meng)
        ]
    )
    assert sum(isinstance(answer, PaymentRun) for answer in answers) == 1, answers
    assert sum(isinstance(answer, Refused) for answer in answers) == 1, answers
    assert list(audit.faults()) == []


def test_a_set_aside_and_a_check_at_once_leave_a_true_total(town):
    payments.entitlement(town, "没账户", with_account=False)
    run, job = create(town.county_qian)
    runner.run(job.pk)
    at_once(
        lambda: payment.set_aside(run_id=run.pk, by=town.county_qian, on=TODAY),
        lambda: payment.check_run(run_id=run.pk, by=town.cashier_zhou, on=TODAY),
    )
    run.refresh_from_db()
    with transaction.atomic():
        live = run.lines.filter(status=LineStatus.LISTED)
        assert run.line_count == live.count() == 30


def test_two_lists_at_once_settle_what_is_owed_once(town):
    """The county's list and a township's own, of different months: both find the same open 补发, and a receipt is
    written for a 追缴 that one of them keeps back."""
    adjustments.offset(town, 50)
    rights = list(Entitlement.objects.order_by("pk"))
    owed = [adjustments.owed(right, 1_000 + right.pk) for right in rights]
    claim = adjustments.owed(rights[0], -5_000)
    runs = [
        PaymentRun.objects.create(
            scheme_id=RURAL, office_id=office, month=month, prepared_by=town.county_qian, prepared_on=TODAY
        )
        for office, month in ((COUNTY, MAY), (QINGXI, date(2026, 6, 1)))
    ]
    answers = at_once(
        *[lambda run=run: payment.prepare_run(run_id=run.pk) for run in runs],
        lambda: record_repayment(
            adjustment_id=claim.pk,
            amount_fen=5_000,
            paid_on=TODAY,
            receipt="0001",
            by=town.cashier_zhou,
            on=TODAY,
        ),
    )
    assert all(isinstance(answer, PaymentRun) for answer in answers[:2]), answers
    for adjustment in owed:
        adjustment.refresh_from_db()
        assert adjustment.open_fen == 0
        assert adjustment.settlements.count() == 1
    claim.refresh_from_db()
    kept = -sum(claim.settlements.values_list("amount_fen", flat=True))
    repaid = sum(claim.repayments.values_list("amount_fen", flat=True))
    assert (claim.settled_fen, kept + repaid) == (-5_000, 5_000)
    paid = PaymentLine.objects.aggregate(arrears=Sum("arrears_fen"))["arrears"]
    assert paid == sum(adjustment.amount_fen for adjustment in owed) - kept
    for line in PaymentLine.objects.all():
        assert line.arrears_fen == sum(line.settlements.values_list("amount_fen", flat=True))


def test_two_approvals_at_once_do_not_take_the_same_money(town):
    payments.entitlement(town, "孙玥", scheme="dibao-urban", office=LIUTANG, base_fen=20_000)
    runs = []
    for scheme in (RURAL, "dibao-urban"):
        run, job = payment.create_run(
            scheme_code=scheme, month=MAY, kind=RunKind.REGULAR, by=town.county_qian, on=TODAY
        )
        runner.run(job.pk)
        runs.append(payment.check_run(run_id=run.pk, by=town.cashier_zhou, on=TODAY))
    first, second = (PaymentRun.objects.get(pk=run.pk) for run in runs)
    add_entry(
        by=town.cashier_zhou,
        on=TODAY,
        year=2026,
        programme="城乡低保",
        source="county",
        kind="arrived",
        amount_fen=first.total_fen,
        day=TODAY,
        document_number="云财社〔2026〕8号",
    )
    answers = at_once(
        *(
            lambda run=run: payment.approve_run(run_id=run.pk, by=town.county_zhao, on=TODAY)
            for run in (first, second)
        )
    )
    for run, answer in zip((first, second), answers, strict=True):
        if isinstance(answer, Exception):  # SQLite lets one writer in at a time and may turn the other away
            payment.approve_run(run_id=run.pk, by=town.county_zhao, on=TODAY)
    (line,) = fund_lines.table(town.cashier_zhou, 2026)
    assert line.balance_fen == 0
    waiting = fund_lines.uncovered_runs(town.cashier_zhou, 2026)
    assert sum(run.uncovered_fen for run in waiting) == 20_000


def test_a_list_and_the_closing_of_its_month_at_once_leave_one_of_them(town):
    run, job = create(town.county_qian)
    runner.run(job.pk)
    payment.check_run(run_id=run.pk, by=town.cashier_zhou, on=TODAY)
    payment.approve_run(run_id=run.pk, by=town.county_zhao, on=TODAY)
    PaymentRun.objects.filter(pk=run.pk).update(status="issued")
    PaymentRun.objects.filter(pk=run.pk).update(status="closed")

    def supplement():
        return payment.create_run(
            scheme_code=RURAL, month=MAY, kind=RunKind.SUPPLEMENT, by=town.county_qian, on=TODAY
        )

    at_once(supplement, lambda: close_month(month=MAY, by=town.cashier_zhou, on=TODAY))
    closed = MonthClosing.objects.exists()
    open_runs = PaymentRun.objects.filter(kind=RunKind.SUPPLEMENT).count()
    assert (closed, open_runs) in {(True, 0), (False, 1), (False, 0)}
