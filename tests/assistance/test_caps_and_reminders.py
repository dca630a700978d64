"""How much may be given at the most, seen before the decision; and whose 生存认证 has run out, seen before the money goes."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import DateEvent, Entitlement, Standard
from assistance.selectors import run_checks
from assistance.services import case as cases
from assistance.services import payment
from assistance.services.date_events import answer_event, fill
from civaffairs.lib.errors import NotReady
from civaffairs.registry import clock
from tests import programmes

DAY = date(2026, 3, 2)


def quick(cast):
    case = programmes.BY_CODE["temp-quick"]
    programmes.standard(cast, case)
    return programmes.looked_into(cast, programmes.submitted(cast, case, DAY)).application


def test_the_decision_on_quick_help_shows_the_most_that_may_be_given(cast, client, monkeypatch):
    application = quick(cast)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    client.force_login(cast.reviewer_chen.user)
    page = client.get(reverse("case_act", args=[application.pk, "approve"]))
    facts = dict(page.context["key_facts"])
    assert facts["救助金额"] == "500.00 元"
    assert facts["最高金额"].startswith("700.00 元（700.00 × 100%）")


def test_a_sum_above_what_may_be_given_now_is_not_granted(cast):
    application = quick(cast)
    Standard.objects.filter(scheme="temp-quick").update(
        params={**Standard.objects.get(scheme="temp-quick").params, "cap_percent": 50}
    )
    with pytest.raises(NotReady) as refusal:
        cases.perform("approve", application_id=application.pk, by=cast.reviewer_chen, on=DAY, opinion="同意")
    assert refusal.value.missing == ["金额超过现在的最高金额 350.00 元，请退回重新测算"]
    assert not Entitlement.objects.filter(scheme="temp-quick").exists()


# --- 生存认证 ----------------------------------------------------------------------------------------------


def elder(cast, months: int) -> Entitlement:
    """Certified on 10 January 2026; the standard lets that last so many months."""
    case = programmes.BY_CODE["old-age"]
    standard = programmes.standard(cast, case)
    standard.params["certified_months"] = months
    standard.save(update_fields=["params"])
    granted = programmes.granted(cast, programmes.submitted(cast, case, DAY))
    return Entitlement.objects.get(decision__application=granted)


def reminded(cast, month: date) -> list[str]:
    run, _ = payment.create_run(
        scheme_code="old-age", month=month, kind="regular", by=cast.county_qian, on=month
    )
    run = payment.prepare_run(run_id=run.pk)
    found = {problem.key: problem.count for problem in run_checks.problems(run, month)}
    names = run_checks.lines_with(run, "certified-long-ago", month).values_list("payee_name", flat=True)
    assert found.get("certified-long-ago", 0) == len(names)
    payment.cancel_run(run_id=run.pk, by=cast.county_qian, on=month, opinion="试算")
    return list(names)


@pytest.fixture(autouse=True)
def job_kinds():
    __import__("assistance.tasks")


def test_a_list_reminds_of_who_has_not_shown_himself_alive_for_too_long(cast):
    right = elder(cast, 6)
    assert reminded(cast, date(2026, 7, 1)) == []
    assert reminded(cast, date(2026, 8, 1)) == [right.payee.name]


def test_where_no_certificate_is_asked_for_nobody_is_reminded_of(cast):
    elder(cast, 0)
    assert reminded(cast, date(2026, 12, 1)) == []


def test_who_has_been_asked_for_it_is_not_pointed_out_again(cast):
    elder(cast, 6)
    july = date(2026, 7, 1)
    fill(month=july, on=july)
    event = DateEvent.objects.get(kind=DateEvent.Kind.CERTIFICATE)
    answer_event(event_id=event.pk, by=cast.township_li, on=july, note="7月2日已补做认证")
    assert reminded(cast, date(2026, 8, 1)) == []
