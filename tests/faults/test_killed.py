"""A worker or a web process killed by SIGKILL at the boundaries of its statements: half a list, half an approval, half
a file or half an answer never exists, and the next attempt comes to the end."""

import pytest

from assistance.models import BankFile, BankReturn, PaymentRun
from assistance.services import bankfile, bankreturn, payment
from assistance.workflow import RunStatus
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from tests import runs
from tests.faults import town
from tests.faults.strike import at_every_boundary
from tests.payments import TODAY

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def cast():
    return town.town()


def between() -> None:
    town.sound()
    town.gone_silent()


def checked(cast) -> PaymentRun:
    _, job = town.created(cast)
    runner.run(job.pk)
    run = PaymentRun.objects.get()
    said = runs.SAID
    return payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, conclusions=said)


def approved(cast) -> PaymentRun:
    run = checked(cast)
    return payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)


def issued(cast) -> PaymentRun:
    run = approved(cast)
    bankfile.issue_bank_file(
        run_id=run.pk, format_id=town.csv(), document_number=town.NUMBER, by=cast.cashier_zhou, on=TODAY
    )
    run.refresh_from_db()
    return run


def test_a_worker_killed_while_it_makes_the_list(cast):
    _, job = town.created(cast)
    assert at_every_boundary(lambda: runner.run(job.pk), between) > 15
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    town.finished(cast)


def test_a_process_killed_while_a_list_is_approved(cast):
    run = checked(cast)

    def approve():
        payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY, version=run.version)

    assert at_every_boundary(approve, between) > 8
    assert town.sound().status == RunStatus.APPROVED
    town.finished(cast)


def test_a_process_killed_while_the_bank_file_is_issued(cast):
    run = approved(cast)

    def issue():
        bankfile.issue_bank_file(
            run_id=run.pk,
            format_id=town.csv(),
            document_number=town.NUMBER,
            by=cast.cashier_zhou,
            on=TODAY,
            version=run.version,
        )

    assert at_every_boundary(issue, between) > 8
    assert BankFile.objects.count() == 1
    town.finished(cast)


def test_a_process_killed_while_the_answer_is_taken(cast):
    run = issued(cast)

    def take():
        # The page of a run that has been closed by this very answer offers no other.
        if PaymentRun.objects.get().status == RunStatus.ISSUED:
            runs.load(run, cast, town.bank_answer(run))

    assert at_every_boundary(take, between) > 10
    assert BankReturn.objects.count() == 1
    town.finished(cast)


def test_a_worker_killed_while_it_makes_the_file_of_a_long_list(cast):
    run = approved(cast)
    job = bankfile.ask_for_issue(
        run_id=run.pk,
        format_id=town.csv(),
        document_number=town.NUMBER,
        by=cast.cashier_zhou,
        on=TODAY,
        version=run.version,
    )
    assert at_every_boundary(lambda: runner.run(job.pk), between) > 10
    job.refresh_from_db()
    assert (job.state, BankFile.objects.count()) == (Job.State.DONE, 1)
    town.finished(cast)


def test_a_worker_killed_while_it_takes_the_answer_to_a_long_list(cast):
    run = issued(cast)
    job, _ = bankreturn.ask_for_return(
        run_id=run.pk, upload=town.bank_answer(run), name="回盘.csv", by=cast.cashier_zhou, on=TODAY
    )
    assert at_every_boundary(lambda: runner.run(job.pk), between) > 15
    job.refresh_from_db()
    assert (job.state, BankReturn.objects.count()) == (Job.State.DONE, 1)
    town.finished(cast)
