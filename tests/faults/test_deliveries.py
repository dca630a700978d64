"""The same message twice, or ten times at once: the work is done once. Real connections, both databases."""

import pytest
from django.db import connection

from assistance.models import BankFile, BankReturn, FundDraw
from assistance.services import bankfile, bankreturn
from civaffairs.jobs.models import Job
from civaffairs.jobs.tasks import run_job
from tests.assistance.test_payment_at_once import at_once
from tests.faults import town
from tests.faults.test_killed import approved, issued
from tests.payments import TODAY

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def cast():
    return town.town()


@pytest.fixture(params=[2, 10])
def times(request) -> int:
    return request.param


def delivered(job: Job, times: int) -> None:
    """The same message so many times at once, and once more when all is over."""
    answers = at_once(*[lambda: run_job.run(str(job.pk)) for _ in range(times)])
    if connection.vendor == "postgresql":  # SQLite lets one in at a time and may turn the others away
        assert answers == [None] * times
    job.refresh_from_db()
    if job.state == Job.State.RUNNING:
        town.gone_silent()
    run_job.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert job.attempt == 1 or connection.vendor == "sqlite"


def test_the_message_to_make_a_list(cast, times):
    _, job = town.created(cast)
    delivered(job, times)
    town.finished(cast)


def test_the_message_to_make_the_file_of_a_long_list(cast, times):
    run = approved(cast)
    job = bankfile.ask_for_issue(
        run_id=run.pk,
        format_id=town.csv(),
        document_number=town.NUMBER,
        by=cast.cashier_zhou,
        on=TODAY,
        version=run.version,
    )
    delivered(job, times)
    assert BankFile.objects.count() == 1
    town.finished(cast)


def test_the_message_to_take_an_answer(cast, times):
    run = issued(cast)
    job, _ = bankreturn.ask_for_return(
        run_id=run.pk, upload=town.bank_answer(run), name="回盘.csv", by=cast.cashier_zhou, on=TODAY
    )
    delivered(job, times)
    assert BankReturn.objects.count() == 1
    assert FundDraw.objects.filter(kind=FundDraw.Kind.BACK).count() == 1
    town.finished(cast)
