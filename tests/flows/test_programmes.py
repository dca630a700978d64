"""Every programme from its form to the bank's list, by the steps it has."""

from datetime import date, timedelta

import pytest

from assistance.models import Adjustment, Entitlement, PaymentLine, RunKind
from assistance.policy.rules import RULES, rule_of
from assistance.schemes import CATALOGUE
from assistance.services import payment
from assistance.services.case import perform
from assistance.services.decision import first_month
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import Month
from tests import programmes
from tests.runs import SAID

DAY = date(2026, 3, 2)

pytestmark = pytest.mark.django_db


@pytest.mark.second_round
@pytest.mark.parametrize("case", programmes.CASES, ids=str)
def test_from_the_form_to_the_list(cast, case):
    programmes.standard(cast, case)
    application = programmes.granted(cast, programmes.submitted(cast, case, DAY))
    spec, decision = application.spec, application.decision
    right = Entitlement.objects.get(decision=decision)

    assert right.beneficiary_id == (application.applicant_id if spec.for_person else None)
    assert right.from_month == first_month(application, application.decided_on)
    assert right.amount_fen == application.assessments.get(is_current=True).amount_fen
    if case.fen is not None:
        assert right.amount_fen == case.fen
    if spec.is_one_off:
        assert right.until_month == Month.of(right.from_month).next.first_day
    if not rule_of(spec.rule).pays:
        assert (right.amount_fen, right.until_month is not None) == (0, True)
        return
    assert right.amount_fen > 0
    run, _ = payment.create_run(
        scheme_code=case.code,
        month=right.pays_from,
        kind=RunKind.REGULAR,
        by=cast.county_qian,
        on=application.decided_on,
    )
    payment.prepare_run(run_id=run.pk)
    (line,) = PaymentLine.objects.filter(run=run)
    assert (line.entitlement_id, line.amount_fen, line.care_fen) == (
        right.pk,
        right.amount_fen,
        right.care_fen,
    )
    if application.kept_by_institution:
        assert (right.paid_to.name, line.holder, line.account_tail) == (
            "青溪镇敬老院",
            "青溪镇敬老院",
            "8888",
        )
    else:
        assert line.account_tail == application.account_number[-4:] or case.in_dibao


def test_who_is_kept_in_a_home_needs_no_account_but_a_home(cast):
    case = programmes.BY_CODE["tekun-urban"]
    programmes.standard(cast, case)
    application = programmes.submitted(cast, case, DAY, account={})
    assert (application.kept_by_institution, application.account_number) == (True, "")
    programmes.granted(cast, application)
    other = programmes.submitted(cast, case, DAY)
    programmes.looked_into(cast, other)
    with pytest.raises(BadInput, match="选择收款机构"):
        perform("approve", application_id=other.pk, by=cast.county_zhao, on=DAY + timedelta(days=9))


def test_every_programme_of_the_catalogue_has_its_rule_and_its_flow():
    worked = {spec.code for spec in CATALOGUE if spec.cadence != "batch"}
    assert worked == set(programmes.BY_CODE)
    assert all(spec.rule in RULES for spec in CATALOGUE)


def test_a_month_whose_list_is_closed_is_owed_as_arrears(cast):
    """残疾人两项补贴 is paid from the month of application; a list approved meanwhile is not opened again."""
    case = programmes.BY_CODE["disability-care"]
    programmes.standard(cast, case)
    first = programmes.granted(cast, programmes.submitted(cast, case, DAY))
    run, _ = payment.create_run(
        scheme_code=case.code, month=date(2026, 3, 1), kind=RunKind.REGULAR, by=cast.county_qian, on=DAY
    )
    payment.prepare_run(run_id=run.pk)
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=DAY, conclusions=SAID)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=DAY)
    later = programmes.granted(cast, programmes.submitted(cast, case, DAY))
    right = Entitlement.objects.get(decision__application=later)
    assert (right.from_month, right.pays_from) == (date(2026, 3, 1), date(2026, 4, 1))
    owed = Adjustment.objects.get(entitlement=right)
    assert owed.amount_fen == right.amount_fen
    assert not Adjustment.objects.filter(entitlement__decision__application=first).exists()
