"""Two people at once. SQLite lets one writer in at a time; on PostgreSQL the row locks have to do it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from assistance.models import Application, CaseEvent, Decision, Entitlement, EntitlementMember
from assistance.services import case
from assistance.workflow import Status
from civaffairs.lib.errors import Conflict, NotAllowed, Refused, Stale
from civaffairs.registry import audit
from tests import journeys
from tests.cast import make_cast
from tests.journeys import after

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def at_once(*jobs):
    """Each job in its own thread and connection, started together; what came back or was raised, in order."""
    gate = Barrier(len(jobs))

    def run(job):
        try:
            gate.wait(timeout=10)
            return job()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def approving(application, by, version=None):
    def job():
        return case.approve_application(
            application_id=application.pk, by=by, on=after(application, 22), version=version, opinion="同意"
        )

    return job


@pytest.fixture
def cast(transactional_db):
    return make_cast()


def test_two_approvers_at_once_make_one_decision(cast):
    application = journeys.deciding(cast)
    found = at_once(
        approving(application, cast.county_zhao, application.version),
        approving(application, cast.county_meng, application.version),
    )
    assert sum(isinstance(answer, Application) for answer in found) == 1
    assert sum(isinstance(answer, Stale) for answer in found) == 1
    assert Decision.objects.count() == Entitlement.objects.count() == 1


def test_two_approvers_in_a_batch_at_once_make_one_decision(cast):
    application = journeys.deciding(cast)
    found = at_once(approving(application, cast.county_zhao), approving(application, cast.county_meng))
    assert sum(isinstance(answer, NotAllowed) for answer in found) == 1
    assert Decision.objects.count() == 1


def test_a_double_click_that_arrives_at_once_is_one_act(cast):
    application = journeys.deciding(cast)
    job = approving(application, cast.county_zhao, application.version)
    found = at_once(job, job, job)
    assert [answer.status for answer in found] == [Status.APPROVED] * 3
    assert CaseEvent.objects.filter(act="approve").count() == 1


def test_one_person_in_two_cases_decided_at_once_is_protected_once(cast):
    first, second = journeys.deciding(cast), journeys.deciding(cast)
    shared = first.members.order_by("order")[1].person
    second.members.filter(order=1).update(person=shared)
    found = at_once(approving(first, cast.county_zhao), approving(second, cast.county_meng))
    assert sum(isinstance(answer, Conflict) for answer in found) == 1
    assert EntitlementMember.objects.filter(person=shared).count() == 1
    assert Decision.objects.count() == 1


def test_numbers_given_at_once_do_not_meet(cast):
    cases = [journeys.deciding(cast) for _ in range(4)]
    found = at_once(*(approving(row, cast.county_zhao) for row in cases))
    assert all(isinstance(answer, Application) for answer in found)
    assert Decision.objects.values("number").distinct().count() == 4
    assert Entitlement.objects.values("number").distinct().count() == 4
    assert list(audit.faults()) == []


def test_withdrawing_and_confirming_at_once_leaves_one_of_them(cast):
    application = journeys.deciding(cast)

    def withdraw():
        return case.withdraw_application(
            application_id=application.pk, by=cast.village_wang, on=after(application, 22), opinion="不再申请"
        )

    at_once(withdraw, approving(application, cast.county_zhao))
    application.refresh_from_db()
    assert (application.status == Status.APPROVED) == Entitlement.objects.exists()
    assert application.status in (Status.APPROVED, Status.WITHDRAWN)
