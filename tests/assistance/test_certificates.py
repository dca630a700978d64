"""The end of a disability certificate: told before, asked at the end, closed by a newer one, and seen before money goes."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.models import DateEvent, Entitlement, EntitlementChange, Standard
from assistance.selectors import run_checks
from assistance.services import payment
from assistance.services.change_reckon import facts_on_record
from assistance.services.date_events import answer_event, answer_many, drop_event, fill
from assistance.services.entitlement import confirm_change, propose_change
from assistance.workflow import ChangeKind
from civaffairs.lib.errors import BadInput, NotReady
from civaffairs.registry import clock
from tests import payments, programmes, rights
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

DAY = date(2026, 3, 2)
END = date(2026, 6, 10)
FEBRUARY, MARCH, MAY, JUNE, JULY = (date(2026, month, 1) for month in (2, 3, 5, 6, 7))
AFTER = date(2026, 6, 15)
NEW = date(2036, 6, 10)
E = DateEvent.Kind
HEARD = {"heard_on": AFTER, "heard_how": "电话听取，本人说下月去换证"}


def cared_for(cast, **params) -> Entitlement:
    """Somebody in 护理补贴 since March whose certificate ends on 10 June 2026."""
    case = programmes.BY_CODE["disability-care"]
    standard = programmes.standard(cast, case)
    standard.params |= params
    standard.save(update_fields=["params"])
    granted = programmes.granted(cast, programmes.submitted(cast, case, DAY))
    return Entitlement.objects.get(decision__application=granted)


def events(kind: str = "") -> list[DateEvent]:
    found = DateEvent.objects.filter(kind__in=[kind] if kind else (E.CARD_SOON, E.CARD_END))
    return list(found.order_by("pk"))


def at_the_end(cast, **params) -> tuple[Entitlement, DateEvent]:
    row = cared_for(cast, **params)
    fill(month=JUNE, on=AFTER)
    return row, DateEvent.objects.get(kind=E.CARD_END)


def reminded(cast, month: date) -> list[str]:
    run, _ = payment.create_run(
        scheme_code="disability-care", month=month, kind="regular", by=cast.county_qian, on=month
    )
    run = payment.prepare_run(run_id=run.pk)
    found = {problem.key: problem.count for problem in run_checks.problems(run, month)}
    names = run_checks.lines_with(run, "card-ended", month).values_list("payee_name", flat=True)
    assert found.get("card-ended", 0) == len(names)
    payment.cancel_run(run_id=run.pk, by=cast.county_qian, on=month, opinion="试算")
    return list(names)


# --- told before -------------------------------------------------------------------------------------------


def test_so_many_months_before_the_end_the_person_is_to_be_told(cast):
    row = cared_for(cast)
    assert fill(month=FEBRUARY, on=DAY) == 0
    assert fill(month=MARCH, on=DAY) == 1
    (event,) = events()
    assert (event.kind, event.proposal, event.due_on, event.entitlement) == (E.CARD_SOON, "renew", END, row)
    assert event.person_id == row.beneficiary_id
    fill(month=MAY, on=DAY)
    assert len(events()) == 1, "one end is told of once"
    answer_event(event_id=event.pk, by=cast.township_li, on=DAY, note="已电话告知换证")
    event.refresh_from_db()
    assert (event.state, event.reason, event.change) == ("done", "已电话告知换证", None)


@pytest.mark.parametrize(("months", "first"), [(1, MAY), (0, None)])
def test_how_long_before_is_the_countys(cast, months, first):
    cared_for(cast, cert_notice_months=months)
    found = []
    for month in (MARCH, date(2026, 4, 1), MAY, JUNE):
        fill(month=month, on=month)
        found += [month] * (len(events(E.CARD_SOON)) - len(found))
    assert found == ([first] if first else [])


# --- at the end --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("way", "kind"), [("hold", ChangeKind.HOLD), ("stop", ChangeKind.STOP)])
def test_at_the_end_what_the_county_has_set_is_proposed_from_the_month_after(cast, way, kind):
    row, event = at_the_end(cast, cert_end=way)
    assert (event.proposal, event.due_on) == (way, END)
    answer_event(event_id=event.pk, by=cast.township_li, on=AFTER, **HEARD)
    change = EntitlementChange.objects.get()
    assert (change.kind, change.reason_code, change.from_month) == (kind, "unrenewed", JULY)
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=AFTER)
    row = rights.newest(row)
    assert (row.held_since, row.until_month) == ((JULY, None) if way == "hold" else (None, JULY))


def test_nothing_is_proposed_on_the_last_day_and_no_end_without_a_hearing(cast):
    _, event = at_the_end(cast, cert_end="stop")
    with pytest.raises(NotReady, match="2026-06-10 才到期"):
        answer_event(event_id=event.pk, by=cast.township_li, on=END, **HEARD)
    with pytest.raises(BadInput, match="听取意见日期"):
        answer_event(event_id=event.pk, by=cast.township_li, on=AFTER)
    event.refresh_from_db()
    assert event.state == "open"


def test_an_end_that_nobody_looked_for_in_its_month_is_found_later_and_once(cast):
    cared_for(cast)
    fill(month=date(2026, 8, 1), on=AFTER)
    assert [(event.kind, event.due_on) for event in events()] == [(E.CARD_END, END)]
    fill(month=date(2026, 9, 1), on=AFTER)
    assert len(events()) == 1


def test_the_old_ledger_has_no_day_and_no_event_is_invented(cast):
    person = payments.entitlement(cast).payee
    rights.standard(cast, "disability-care")
    rights.own(cast, person, "disability-care", 10_000, category="grade1")
    for month in (MARCH, JUNE, date(2036, 6, 1)):
        fill(month=month, on=DAY)
    assert events() == []


def test_the_statements_do_not_grow_with_the_rights(cast):
    counts = []
    for _ in range(2):
        cared_for(cast)
        with CaptureQueriesContext(connection) as found:
            fill(month=JUNE, on=AFTER)
        counts.append(len(found))
    assert len(events(E.CARD_END)) == 2
    assert counts[0] == counts[1]


# --- a newer certificate -----------------------------------------------------------------------------------


def test_a_new_certificate_at_the_event_closes_it_and_is_known_from_then_on(cast):
    row = cared_for(cast)
    for month in (MARCH, JUNE):
        fill(month=month, on=month)
    soon, end = events()
    with pytest.raises(BadInput, match="晚于原证"):
        answer_event(event_id=end.pk, by=cast.township_li, on=AFTER, renewed_until=END)
    answer_event(event_id=end.pk, by=cast.township_li, on=AFTER, renewed_until=NEW)
    for event in (soon, end):
        event.refresh_from_db()
        assert (event.state, event.reason) == ("done", "已换证，新证有效期至 2036-06-10")
    assert not EntitlementChange.objects.exists()
    assert facts_on_record(rights.newest(row)).answers["cert_until"] == NEW
    fill(month=JULY, on=AFTER)
    assert len(events()) == 2
    fill(month=date(2036, 6, 1), on=date(2036, 6, 1))
    assert events()[-1].due_on == NEW


def test_a_change_that_tells_of_a_new_certificate_closes_the_event(cast):
    row, event = at_the_end(cast)
    facts = facts_on_record(row)
    (member,) = facts.household.members
    wish = {
        "entitlement_id": row.pk,
        "kind": ChangeKind.CUT,
        "reason_code": "care",
        "explanation": "换证，等级由一级变为二级",
        "from_month": JULY,
        "by": cast.township_li,
        "on": AFTER,
        **HEARD,
    }
    lower = type(facts.household)((type(member)(**{**vars(member), "disability_grade": 2}),))
    changed = type(facts)(lower, facts.answers)
    with pytest.raises(Exception, match="已过期，要先到残联换证"):
        propose_change(**wish, facts=changed)
    changed.answers["cert_until"] = NEW
    change = propose_change(**wish, facts=changed)
    event.refresh_from_db()
    assert event.state == "open"
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=AFTER)
    event.refresh_from_db()
    assert (event.state, event.reason) == ("done", "随减发登记了新证，有效期至 2036-06-10")
    fill(month=JULY, on=AFTER)
    assert len(events()) == 1


@pytest.mark.parametrize("backpay", [True, False])
def test_who_was_held_and_brings_a_new_certificate_goes_on_with_its_day(cast, backpay):
    row, event = at_the_end(cast)
    answer_event(event_id=event.pk, by=cast.township_li, on=AFTER, **HEARD)
    confirm_change(change_id=EntitlementChange.objects.get().pk, by=cast.county_zhao, on=AFTER)
    wish = {
        "entitlement_id": rights.newest(row).pk,
        "kind": ChangeKind.RESUME,
        "reason_code": "renewed",
        "explanation": "8月3日已换证",
        "from_month": date(2026, 8, 1),
        "by": cast.township_li,
        "on": date(2026, 8, 4),
    }
    with pytest.raises(BadInput, match="请填写新证有效期"):
        propose_change(**wish, details={"backpay": backpay})
    change = propose_change(**wish, details={"backpay": backpay, "renewed_until": "2036-08-02"})
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=date(2026, 8, 4))
    row = rights.newest(row)
    assert row.held_since is None
    assert facts_on_record(row).answers["cert_until"] == date(2036, 8, 2)
    fill(month=date(2026, 9, 1), on=AFTER)
    assert len(events(E.CARD_END)) == 1


def test_one_new_certificate_is_of_one_person(cast):
    cared_for(cast)
    cared_for(cast)
    fill(month=JUNE, on=AFTER)
    ids = [event.pk for event in events()]
    assert len(ids) == 2
    with pytest.raises(BadInput, match="一次只能填一个人"):
        answer_many(ids, by=cast.township_li, on=AFTER, renewed_until=NEW)
    assert answer_many(ids[:1], by=cast.township_li, on=AFTER, renewed_until=NEW) == (1, [])


# --- on the pages ------------------------------------------------------------------------------------------


def test_the_worklist_says_what_to_do_and_takes_the_new_day(cast, client, monkeypatch):
    _, event = at_the_end(cast)
    monkeypatch.setattr(clock, "today", lambda: AFTER)
    client.force_login(cast.township_li.user)
    page = client.get(reverse("event_list")).content.decode()
    assert "残疾人证到期" in page and "没有换证的，提出暂停" in page and "2026-06-10" in page
    data = {"ids": [event.pk], "outcome": "answer", "renewed_until": "2026-06-10"}
    refused = client.post(reverse("event_answer"), data, follow=True).content.decode()
    assert "新证的有效期应晚于原证（2026-06-10）" in refused
    client.post(reverse("event_answer"), data | {"renewed_until": "20360610"})
    event.refresh_from_db()
    assert (event.state, event.renewed_until) == ("done", NEW)


def test_the_forms_of_these_programmes_alone_speak_of_the_certificate(cast, client):
    row = cared_for(cast)
    other = payments.entitlement(cast)
    client.force_login(cast.township_li.user)
    page = client.get(reverse("change_propose", args=[row.pk, "raise"]))
    assert page.context["facts"].answers.initial["cert_until"] == END.isoformat()
    for right, told in ((row, True), (other, False)):
        for kind in ("hold", "resume", "stop"):
            form = client.get(reverse("change_propose", args=[right.pk, kind])).context["form"]
            codes = {code for code, _ in form.fields["reason_code"].choices}
            assert bool(codes & {"unrenewed", "renewed"}) == told
            assert ("renewed_until" in form.fields) == (told and kind == "resume")


# --- before the money goes ---------------------------------------------------------------------------------


def test_a_list_reminds_of_whose_certificate_has_ended_and_nobody_answered(cast):
    row = cared_for(cast)
    assert reminded(cast, JUNE) == []
    assert reminded(cast, JULY) == [row.payee.name]
    fill(month=JULY, on=AFTER)
    assert reminded(cast, JULY) == [row.payee.name], "an open event is no answer"
    (event,) = events()
    drop_event(event_id=event.pk, reason="残联系统停办，8月统一换证", by=cast.township_li, on=AFTER)
    assert reminded(cast, JULY) == []


def test_a_new_certificate_ends_the_reminder(cast):
    _, event = at_the_end(cast)
    answer_event(event_id=event.pk, by=cast.township_li, on=AFTER, renewed_until=NEW)
    assert reminded(cast, JULY) == []


def test_a_standard_of_before_gets_the_two_numbers(cast):
    """A standard that was confirmed before the two numbers were asked for stays usable."""
    step = import_module("assistance.migrations.0010_certificate_ends")
    row = cared_for(cast)
    step.take_away(apps, None)
    standard = Standard.objects.get(pk=row.standard_id)
    assert "cert_end" not in standard.params
    step.add(apps, None)
    standard.refresh_from_db()
    assert (standard.params["cert_notice_months"], standard.params["cert_end"]) == (3, "hold")
