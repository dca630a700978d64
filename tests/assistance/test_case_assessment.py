"""From rows to facts, from facts and a dated standard to a frozen answer."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import AssessmentRecord, DeductionItem, IncomeItem, PropertyItem, Standard
from assistance.policy.rule import CaseFacts
from assistance.policy.rules import rule_of
from assistance.services.assessment import assess, facts_of, household_of, standard_for
from assistance.services.readiness import assessment_missing
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput, NotReady
from civaffairs.registry import clock
from tests import journeys
from tests.cast import BAISHI_VILLAGE, COUNTY, QINGXI, QINGXI_VILLAGE
from tests.journeys import after, do

MARCH = date(2026, 3, 20)


def enter(cast, office, month, fen, *, confirmed=True, scheme="dibao-rural") -> Standard:
    base = journeys.standard(cast)
    return Standard.objects.create(
        scheme_id=scheme,
        office_id=office,
        from_month=month,
        document_number="云民发〔2026〕2号",
        params=base.params | {"standard_fen": fen},
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao if confirmed else None,
        confirmed_at=clock.now() if confirmed else None,
    )


# --- which standard ----------------------------------------------------------------------------------------


def test_without_a_standard_nothing_is_reckoned_and_the_month_is_named(cast):
    application = journeys.accepted(cast)
    with pytest.raises(NotReady) as refusal:
        do("assess", application, cast.township_li, 2)
    assert "没有2026年3月可用的保障标准" in refusal.value.message
    assert not AssessmentRecord.objects.exists()


def test_the_latest_confirmed_month_that_has_begun_counts(cast):
    enter(cast, COUNTY, date(2026, 3, 1), 72_000)
    enter(cast, COUNTY, date(2026, 4, 1), 75_000)
    enter(cast, COUNTY, date(2026, 2, 1), 71_000)
    found = {
        day: standard_for("dibao-rural", QINGXI_VILLAGE, day).params["standard_fen"]
        for day in (date(2026, 1, 31), date(2026, 2, 1), MARCH, date(2026, 3, 31), date(2026, 4, 1))
    }
    assert list(found.values()) == [70_000, 71_000, 72_000, 72_000, 75_000]


def test_a_standard_nobody_has_confirmed_does_not_count(cast):
    enter(cast, COUNTY, date(2026, 3, 1), 99_000, confirmed=False)
    assert standard_for("dibao-rural", QINGXI_VILLAGE, MARCH).params["standard_fen"] == journeys.STANDARD_FEN


def test_the_townships_own_standard_comes_before_the_countys_even_an_older_one(cast):
    enter(cast, COUNTY, date(2026, 3, 1), 72_000)
    enter(cast, QINGXI, date(2026, 2, 1), 80_000)
    assert standard_for("dibao-rural", QINGXI_VILLAGE, MARCH).params["standard_fen"] == 80_000
    assert standard_for("dibao-rural", BAISHI_VILLAGE, MARCH).params["standard_fen"] == 72_000


def test_town_and_country_have_standards_of_their_own(cast):
    journeys.standard(cast)
    Standard.objects.filter(scheme_id="dibao-urban").delete()
    with pytest.raises(NotReady):
        standard_for("dibao-urban", QINGXI_VILLAGE, MARCH)


# --- facts ------------------------------------------------------------------------------------------------


def test_an_income_that_is_not_verified_is_unknown_and_never_zero(cast):
    facts = household_of(journeys.submitted(cast, income_fen=None))
    assert any(item.annual_fen is UNKNOWN for item in facts.incomes)
    assert not any(item.annual_fen == 0 and item.label == "种植玉米" for item in facts.incomes)


def test_people_incomes_costs_and_property_reach_the_rule_as_declared(cast):
    application = journeys.submitted(cast)
    head = application.members.get(order=0)
    IncomeItem.objects.create(
        application=application,
        member=head,
        kind="transfer",
        nature="basic_pension",
        label="养老金",
        annual_fen=150_000,
    )
    DeductionItem.objects.create(
        application=application, member=head, kind="illness", label="透析", annual_fen=300_000
    )
    PropertyItem.objects.create(
        application=application, kind="deposit", owner=head.person.name, value_fen=500_000
    )
    PropertyItem.objects.create(application=application, kind="house", owner="", count=1)
    facts = household_of(application)
    key = str(head.person_id)
    assert [member.name for member in facts.members] == [
        member.person.name for member in application.members.order_by("order")
    ]
    assert ("transfer", "basic_pension", 150_000, key) in [
        (item.cls, item.nature, item.annual_fen, item.owner) for item in facts.incomes
    ]
    assert [(item.kind, item.annual_fen, item.owner) for item in facts.deductions] == [
        ("illness", 300_000, key)
    ]
    assets = [(item.kind, item.value_fen, item.owner) for item in facts.assets]
    assert assets == [("deposit", 500_000, key), ("house", UNKNOWN, None)]


def test_a_person_not_counted_is_left_out_of_the_heads(cast):
    journeys.standard(cast)
    application = journeys.submitted(cast)
    application.members.filter(order=1).update(protected=False, excluded_reason="prison")
    record = assess(application, MARCH)
    assert record.persons == 2
    assert record.per_head_fen == 10_000  # 2,400 yuan ÷ 12 ÷ 2


def test_a_reason_the_law_does_not_know_is_refused(cast):
    application = journeys.submitted(cast)
    application.members.filter(order=1).update(excluded_reason="长期在外")
    with pytest.raises(BadInput):
        household_of(application)


def test_one_person_of_a_household_is_reckoned_alone(cast):
    journeys.standard(cast)
    application = journeys.submitted(cast, income_fen=3_000_000)
    application.single_person = True
    application.members.filter(order__gt=0).update(protected=False)
    application.members.filter(order=0).update(disability_kind=4, disability_grade=1)
    IncomeItem.objects.filter(application=application, member__order=0).update(
        member=application.members.get(order=1)
    )
    record = assess(application, MARCH)
    assert record.outcome == AssessmentRecord.Outcome.ELIGIBLE, record.reasons
    assert record.persons == 1
    application.members.filter(order=1).update(protected=True)
    with pytest.raises(BadInput):
        assess(application, MARCH)


# --- the frozen answer ---------------------------------------------------------------------------------------


def test_an_answer_keeps_all_it_saw(cast):
    application = journeys.surveyed(cast)
    record = application.assessments.get()
    assert record.facts == facts_of(application, record.on).to_dict()
    assert CaseFacts.from_dict(record.facts, rule_of("dibao").questions) == facts_of(application, record.on)
    assert record.standard.scheme_id == "dibao-rural"
    assert record.per_head_fen == 6_667  # 2,400 yuan ÷ 12 ÷ 3, shown to the fen
    assert record.steps[-1]["label"] == "月保障金额"
    assert record.steps[-1]["result"] == record.amount_fen
    assert all(step["source"] for step in record.steps)
    assert (record.on, record.by) == (after(application, 4), cast.township_li)
    assert sum(part["amount_fen"] for part in record.parts) == record.amount_fen


def test_what_changes_later_does_not_change_the_answer(cast):
    application = journeys.surveyed(cast)
    before = application.assessments.get()
    IncomeItem.objects.filter(application=application).update(annual_fen=9_999_999)
    Standard.objects.update(params=before.standard.params | {"standard_fen": 1})
    after_all = AssessmentRecord.objects.get(pk=before.pk)
    assert (after_all.facts, after_all.steps, after_all.amount_fen) == (
        before.facts,
        before.steps,
        before.amount_fen,
    )


def test_the_newest_reckoning_is_the_current_one_and_the_older_stay(cast):
    application = journeys.surveyed(cast)
    first = application.assessments.get()
    IncomeItem.objects.filter(application=application, label="种植玉米").update(annual_fen=480_000)
    do("assess", application, cast.township_li, 5)
    current = application.assessments.get(is_current=True)
    assert application.assessments.count() == 2
    assert current.pk != first.pk
    assert current.amount_fen < first.amount_fen


def test_a_reckoning_that_says_the_same_leaves_no_second_event(cast, client, monkeypatch):
    application = journeys.surveyed(cast)
    before, events = application.version, application.events.count()
    monkeypatch.setattr(clock, "today", lambda: journeys.after(application, 5))
    client.force_login(cast.township_li.user)
    address = reverse("case_act", args=[application.pk, "assess"])
    page = client.post(address, {"version": before}, follow=True)
    assert "测算结果没有变化" in page.text
    application.refresh_from_db()
    assert (application.version, application.events.count()) == (before, events)
    assert application.assessments.count() == 1


def test_after_something_has_happened_the_same_result_is_a_reckoning_of_its_own(cast):
    """Or the page would go on asking for a new one."""
    application = journeys.surveyed(cast)
    visited = journeys.after(application, 5)
    do("record_visit", application, cast.township_li, 5, visited_on=visited, **journeys.VISIT)
    assert assessment_missing(application) == ["测算以后情况有变化，请重新测算"]
    do("assess", application, cast.township_li, 5)
    assert application.assessments.count() == 2
    assert assessment_missing(application) == []


def test_one_who_is_not_entitled_is_told_why(cast):
    application = journeys.surveyed(cast, income_fen=9_000_000)
    record = application.assessments.get()
    assert record.outcome == AssessmentRecord.Outcome.NOT_ELIGIBLE
    assert record.amount_fen == 0
    assert "不低于低保标准 700.00 元" in record.reasons[0]


def test_facts_hold_no_identity_number(cast):
    application = journeys.surveyed(cast)
    frozen = str(application.assessments.get().facts)
    for member in application.members.select_related("person"):
        assert member.person.id_number not in frozen
