"""The database goes away in the middle, for one connection: what was begun is undone, and it can be done again."""

import re

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from assistance.models import BankFile, BankReturn, PaymentRun
from assistance.services import bankfile, bankreturn
from assistance.workflow import RunStatus
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from tests.faults import town
from tests.faults.strike import cut
from tests.faults.test_killed import approved, checked, issued
from tests.payments import TODAY

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def cast(monkeypatch):
    monkeypatch.setattr("civaffairs.registry.clock.today", lambda: TODAY)
    return town.town()


def cut_at_every_boundary(act) -> int:
    """Returns how often the connection was cut before the act came to its end."""
    start, times = 1, 0
    while True:
        try:
            with cut(start) as watch:
                act()
        except DatabaseError:
            pass
        town.sound()
        if watch.struck_at is None:
            return times
        start, times = watch.struck_at + 1, times + 1


def worked_off(job: Job) -> int:
    """A worker that loses the database again and again: nobody has to press anything."""

    def work():
        runner.run(job.pk)

    def attempt():
        town.gone_silent()
        assert not Job.objects.filter(state=Job.State.FAILED).exists()
        work()

    times = cut_at_every_boundary(attempt)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    return times


def test_a_worker_that_loses_the_database_while_it_makes_the_list(cast):
    _, job = town.created(cast)
    assert worked_off(job) > 15
    town.finished(cast)


def test_a_worker_that_loses_the_database_while_it_makes_the_file(cast):
    run = approved(cast)
    job = bankfile.ask_for_issue(
        run_id=run.pk,
        format_id=town.csv(),
        document_number=town.NUMBER,
        by=cast.cashier_zhou,
        on=TODAY,
        version=run.version,
    )
    assert worked_off(job) > 10
    assert BankFile.objects.count() == 1
    town.finished(cast)


def test_a_worker_that_loses_the_database_while_it_takes_the_answer(cast):
    run = issued(cast)
    job, _ = bankreturn.ask_for_return(
        run_id=run.pk, upload=town.bank_answer(run), name="回盘.csv", by=cast.cashier_zhou, on=TODAY
    )
    assert worked_off(job) > 15
    assert BankReturn.objects.count() == 1
    town.finished(cast)


def page_of(posting) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(posting.user)
    return client


def pressed_until_it_goes_through(client: Client, url: str, data: dict) -> int:
    """The same page sent again and again while the database goes away; the sentences that came meanwhile are plain."""

    def press():
        answer = client.post(url, data)
        said = answer.content.decode()
        # 400: the act was done, and what was lost is the session with its message.
        assert answer.status_code in (302, 400, 500)
        assert answer.status_code == 302 or "看这一步办成没有" in said
        assert not re.search("Traceback|OperationalError|psycopg", said)

    return cut_at_every_boundary(press)


def test_the_page_of_the_approver(cast):
    run = checked(cast)
    url = reverse("run_act", args=[run.pk, "approve"])
    assert pressed_until_it_goes_through(page_of(cast.county_zhao), url, {"version": run.version}) > 10
    assert town.sound().status == RunStatus.APPROVED
    town.finished(cast)


def test_the_page_of_the_bank_file(cast):
    run = approved(cast)
    url = reverse("bank_file_issue", args=[run.pk])
    data = {"version": run.version, "format": town.csv(), "document_number": town.NUMBER}
    assert pressed_until_it_goes_through(page_of(cast.cashier_zhou), url, data) > 10
    assert PaymentRun.objects.get().status == RunStatus.ISSUED
    town.finished(cast)
