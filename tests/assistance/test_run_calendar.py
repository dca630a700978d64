"""The month's days: lists that are made by themselves, what is due, what is late."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from assistance.models import PaymentRun, Scheme
from assistance.selectors import home, run_calendar
from assistance.selectors.payment import regular_runs_missing
from assistance.services import payment
from assistance.services import run_calendar as service
from assistance.tasks import prepare_due_runs
from assistance.workflow import RunStatus
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.registry import clock
from civaffairs.registry.models import AuditEvent, CountySetting
from tests import payments
from tests.payments import JUNE, MAY, RURAL, TODAY
from tests.runs import SAID, approved, issued, job_kinds, prepared  # noqa: F401 the fixture acts by itself

DUE = date(2026, 5, 4)


def setting(cast, key: str, value: int) -> None:
    CountySetting.objects.create(
        key=key,
        value=value,
        from_month=date(2026, 1, 1),
        document_number="云民〔2026〕3号",
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
        confirmed_at="2026-01-02T08:00+08:00",
    )


@pytest.fixture
def rhythm(monkeypatch):
    """rhythm(code, cadence): that programme is paid so."""
    known = Scheme.spec
    read = known.fget if isinstance(known, property) else known.func
    given: dict[str, str] = {}

    def spec(scheme):
        found = read(scheme)
        return replace(found, cadence=given[scheme.pk]) if scheme.pk in given else found

    monkeypatch.setattr(Scheme, "spec", property(spec))
    return given.__setitem__


def at(monkeypatch, day: date) -> None:
    monkeypatch.setattr(clock, "today", lambda: day)


# --- by itself -----------------------------------------------------------------------------------------------


def test_on_the_day_the_list_is_there_and_waits_for_the_cashier(cast, monkeypatch):
    payments.entitlement(cast)
    at(monkeypatch, date(2026, 5, 3))
    prepare_due_runs()
    assert not PaymentRun.objects.exists()
    at(monkeypatch, DUE)
    prepare_due_runs()
    run = PaymentRun.objects.get()
    assert (run.month, run.kind, run.prepared_by, run.prepared_on) == (MAY, "regular", None, DUE)
    runner.run(run.job_id)
    run.refresh_from_db()
    assert (run.status, run.line_count, run.seal) == (RunStatus.PREPARED, 1, "")
    cards = {card.label: card.count for card in home.other_cards(cast.cashier_zhou, DUE)}
    assert cards["名册待核对"] == 1
    assert AuditEvent.objects.get(action="run.create").actor == "系统"
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=DUE)
    assert payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=DUE).status == RunStatus.APPROVED


def test_delivered_again_and_again_it_makes_one(cast, monkeypatch):
    payments.entitlement(cast)
    payments.entitlement(cast, "城市户", scheme="dibao-urban")
    for day in (DUE, DUE, date(2026, 5, 5), date(2026, 5, 31)):
        at(monkeypatch, day)
        prepare_due_runs()
    assert sorted(PaymentRun.objects.values_list("scheme", flat=True)) == ["dibao-rural", "dibao-urban"]
    assert Job.objects.count() == 2


def test_a_day_without_a_server_is_made_up_for(cast, monkeypatch):
    payments.entitlement(cast)
    at(monkeypatch, date(2026, 5, 9))
    prepare_due_runs()
    assert PaymentRun.objects.get().month == MAY


def test_a_cancelled_list_is_not_made_again_by_itself(cast):
    payments.entitlement(cast)
    ((run, _),) = service.prepare_due(on=DUE)
    payment.cancel_run(run_id=run.pk, by=cast.county_qian, on=DUE, opinion="本月另办")
    assert service.prepare_due(on=DUE) == []
    assert prepared(cast).month == MAY


def test_an_unfinished_list_is_waited_for(cast):
    payments.entitlement(cast)
    run = prepared(cast)
    assert service.prepare_due(on=date(2026, 6, 4)) == []
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, conclusions=SAID)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)
    assert [made.month for made, _ in service.prepare_due(on=date(2026, 6, 4))] == [JUNE]


def test_a_county_that_makes_its_lists_by_hand_is_left_alone(cast):
    setting(cast, "run_prepare_day", 0)
    payments.entitlement(cast)
    assert service.prepare_due(on=date(2026, 5, 20)) == []


def test_nobody_to_pay_is_no_list(cast):
    payments.entitlement(cast, held_since=date(2026, 4, 1))
    payments.entitlement(cast, "已停", scheme="dibao-urban", until_month=MAY)
    assert service.prepare_due(on=DUE) == []


def test_a_quarter_is_listed_in_its_last_month_and_help_given_once_never_by_itself(cast, rhythm):
    rhythm(RURAL, "quarterly")
    rhythm("dibao-urban", "one-off")
    payments.entitlement(cast)
    payments.entitlement(cast, "城市户", scheme="dibao-urban")
    assert service.prepare_due(on=DUE) == []
    ((run, _),) = service.prepare_due(on=date(2026, 6, 4))
    assert (run.scheme_id, run.month) == (RURAL, JUNE)


def test_a_yearly_programme_is_due_from_the_countys_month_until_everybody_is_paid(cast, rhythm):
    rhythm(RURAL, "yearly")
    setting(cast, "run_year_month", 5)
    payments.entitlement(cast)
    assert regular_runs_missing(cast.county_qian, date(2026, 4, 20)) == []
    assert regular_runs_missing(cast.county_qian, DUE) == ["农村低保"]
    ((run, job),) = service.prepare_due(on=DUE)
    runner.run(job.pk)
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=DUE, conclusions=SAID)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=DUE)
    assert regular_runs_missing(cast.county_qian, date(2026, 6, 20)) == []
    payments.entitlement(cast, "新来", from_month=JUNE)
    assert regular_runs_missing(cast.county_qian, date(2026, 6, 20)) == ["农村低保"]
    ((later, job),) = service.prepare_due(on=date(2026, 6, 20))
    runner.run(job.pk)
    assert [line.payee_name for line in later.lines.all()] == ["新来"]
    assert regular_runs_missing(cast.county_qian, date(2027, 5, 2)) == ["农村低保"]


# --- late ------------------------------------------------------------------------------------------------------


def test_a_list_whose_day_is_over_is_red_until_it_is_sent(cast):
    payments.entitlement(cast)
    approved(cast)

    def red(on: date) -> tuple[int, str]:
        (card,) = (card for card in home.other_cards(cast.cashier_zhou, on) if card.label == "待生成代发文件")
        return card.red, card.tone

    assert red(date(2026, 5, 10)) == (0, "")
    assert red(date(2026, 5, 11)) == (1, "bad")
    assert red(date(2026, 7, 1)) == (1, "bad")


def test_what_was_sent_is_late_no_more(cast):
    payments.entitlement(cast)
    run = issued(cast)
    assert not PaymentRun.objects.filter(run_calendar.late(date(2026, 9, 1))).exists()
    assert not run_calendar.is_late(run, date(2026, 9, 1))


def test_a_list_that_nobody_has_made_is_red_after_the_day(cast):
    setting(cast, "run_pay_day", 15)
    payments.entitlement(cast)

    def card(on: date):
        return next(c for c in home.other_cards(cast.county_qian, on) if c.label == "本月名册待生成")

    assert (card(date(2026, 5, 15)).count, card(date(2026, 5, 15)).red) == (1, 0)
    assert card(date(2026, 5, 16)).words == "1批已过发放日"


def test_the_home_page_and_the_list_show_it_red(cast, client, monkeypatch):
    payments.entitlement(cast)
    approved(cast)
    monkeypatch.setattr(clock, "today", lambda: date(2026, 5, 12))
    client.force_login(cast.cashier_zhou.user)
    page = client.get(reverse("home")).content.decode()
    assert "count-card-bad" in page and "1批已过发放日" in page
    listed = client.get(reverse("run_list")).content.decode()
    assert "已过发放日" in listed and "自动生成名册" in listed
