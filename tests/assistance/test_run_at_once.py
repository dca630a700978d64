"""The calendar delivered twice, two signatures in the same moment. Real connections; PostgreSQL is where they bite."""

from datetime import date

import pytest

from assistance.models import PaymentRun, RunConclusion, RunKind, RunSignature
from assistance.services import payment, run_calendar, run_signing
from assistance.workflow import RunStatus
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.lib.errors import NotAllowed, Stale
from civaffairs.registry import audit
from civaffairs.registry.models import CountySetting
from tests import payments
from tests.assistance.test_payment_at_once import at_once
from tests.cast import make_cast
from tests.payments import MAY, RURAL
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

DUE = date(2026, 5, 4)


@pytest.fixture
def town():
    cast = make_cast()
    row = payments.entitlement(cast, "大额户", base_fen=2_000_000, with_account=False)
    payments.account(row.payee, holder="丙")
    CountySetting.objects.create(
        key="sign_more_above",
        value=1,
        from_month=date(2026, 1, 1),
        document_number="云民〔2026〕3号",
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
        confirmed_at="2026-01-02T08:00+08:00",
    )
    return cast


def waiting(town) -> PaymentRun:
    run, job = payment.create_run(
        scheme_code=RURAL, month=MAY, kind=RunKind.REGULAR, by=town.county_qian, on=DUE
    )
    runner.run(job.pk)
    run = payment.check_run(
        run_id=run.pk, by=town.cashier_zhou, on=DUE, conclusions={"other-holder": "协议在档"}
    )
    return run


def test_the_calendar_twice_and_a_clerk_at_once_make_one_list(town):
    answers = at_once(
        lambda: run_calendar.prepare_due(on=DUE),
        lambda: run_calendar.prepare_due(on=DUE),
        lambda: payment.create_run(
            scheme_code=RURAL, month=MAY, kind=RunKind.REGULAR, by=town.county_qian, on=DUE
        ),
    )
    assert PaymentRun.objects.count() == Job.objects.count() == 1, answers
    assert list(audit.faults()) == []


def test_one_approver_in_two_windows_signs_once(town):
    run = waiting(town)
    answers = at_once(
        *[
            lambda: payment.approve_run(
                run_id=run.pk, by=town.county_zhao, on=DUE, version=run.version, opinion="同意"
            )
        ]
        * 3
    )
    assert all(isinstance(answer, PaymentRun | Stale | NotAllowed) for answer in answers), answers
    assert RunSignature.objects.get().number == 1
    run.refresh_from_db()
    assert (run.status, run.seal) == (RunStatus.CHECKED, "")


def test_two_approvers_at_once_sign_one_after_the_other(town):
    run = waiting(town)
    answers = at_once(
        *[
            lambda by=by: payment.approve_run(run_id=run.pk, by=by, on=DUE)
            for by in (town.county_zhao, town.county_meng)
        ]
    )
    assert all(isinstance(answer, PaymentRun) for answer in answers), answers
    run.refresh_from_db()
    assert run.status == RunStatus.APPROVED
    assert list(run.signatures.values_list("number", flat=True)) == [1, 2]
    assert {one.seal for one in run.signatures.all()} == {run.seal}
    assert list(audit.faults()) == []


def test_a_conclusion_sent_twice_at_once_is_kept_once(town):
    run, job = payment.create_run(
        scheme_code=RURAL, month=MAY, kind=RunKind.REGULAR, by=town.county_qian, on=DUE
    )
    runner.run(job.pk)
    at_once(
        *[
            lambda: run_signing.conclude(
                run_id=run.pk, by=town.cashier_zhou, on=DUE, conclusions={"other-holder": "协议在档"}
            )
        ]
        * 3
    )
    assert RunConclusion.objects.count() == 1
