"""The statutory clock. Days counted by hand on the calendar of 2026 (Qingming 4–6 April, Labour Day 1–5 May,
made up on Saturday 9 May)."""

from datetime import date, timedelta

import pytest

from assistance.models import Application
from assistance.services.deadlines import (
    Clock,
    amber_until,
    deadline_of,
    load_calendar,
    recount_uncertain,
    total_of,
)
from assistance.workflow import Status
from civaffairs.lib.errors import NotAllowed
from civaffairs.registry.models import CountySetting, WorkdayRule, WorkdayYear
from tests import journeys
from tests.journeys import after, do


def county_rule(cast, key, value):
    CountySetting.objects.create(
        key=key,
        value=value,
        from_month=date(2026, 1, 1),
        document_number="云民发〔2026〕1号",
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
        confirmed_at="2026-01-01T00:00Z",
    )


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


def test_acceptance_is_due_two_working_days_after_hand_in(cast):
    application = journeys.submitted(cast, on=date(2026, 3, 6))  # a Friday
    assert application.step_due_on == date(2026, 3, 10)
    assert application.total_due_on is None


def test_thirty_working_days_run_from_acceptance(cast):
    application = journeys.accepted(cast)  # accepted on 3 March
    assert application.step_due_on == date(2026, 3, 6)  # visit and check begin within 3 working days
    assert application.total_due_on == date(2026, 4, 15)
    assert application.due_certain


def test_twenty_working_days_where_the_township_decides(cast):
    county_rule(cast, "delegated", True)
    application = journeys.accepted(cast)
    assert application.delegated
    assert application.total_due_on == date(2026, 3, 31)


def test_once_visit_and_check_have_begun_the_opinion_is_due_ten_working_days_after_acceptance(cast):
    application = journeys.accepted(cast)
    do("request_check", application, cast.township_li, 2)
    assert fresh(application).step_due_on == date(2026, 3, 6)
    do("record_visit", application, cast.township_li, 3, visited_on=after(application, 3), **journeys.VISIT)
    assert fresh(application).step_due_on == date(2026, 3, 17)


def test_each_step_has_its_own_limit(cast):
    application = journeys.reviewed(cast)  # opinion on 10 March
    assert application.step_due_on == date(2026, 3, 12)
    do("post_notice", application, cast.township_li, 9)  # hangs through 18 March
    assert fresh(application).step_due_on == date(2026, 3, 20)
    do("attach_photo", application, cast.township_li, 10, attachment_id=journeys.photo(cast, application).pk)
    application = do("close_notice", application, cast.township_li, 17)  # 19 March
    assert application.county_received_on == date(2026, 3, 19)
    assert application.step_due_on == date(2026, 4, 2)


def test_a_step_is_never_due_later_than_the_whole(cast):
    county_rule(cast, "total_days", 14)
    application = journeys.deciding(cast)
    assert application.total_due_on == date(2026, 3, 23)
    assert application.step_due_on == date(2026, 3, 23)


def test_the_clock_stands_still_while_the_county_waits_for_the_township(cast):
    application = journeys.returned(cast)  # returned on 20 March
    assert application.paused_on == date(2026, 3, 20)
    deadline = deadline_of(application, date(2026, 6, 1), load_calendar())
    assert deadline.state == "paused"
    assert deadline.words == "已暂停计时"
    do("assess", application, cast.township_li, 25)
    application = do(
        "finish_investigation", application, cast.township_li, 28
    )  # 30 March: 6 working days later
    assert application.paused_on is None
    # 15 April + 6 working days
    assert application.total_due_on == date(2026, 4, 23)
    assert application.step_due_on == date(2026, 4, 14)


def test_the_clock_of_a_corrected_form_begins_anew(cast):
    application = journeys.correction(cast)
    assert application.paused_on == after(application, 1)
    assert deadline_of(application, after(application, 90), load_calendar()).paused


def test_an_extension_makes_it_forty_five_working_days_once(cast):
    application = journeys.accepted(cast)
    do("extend", application, cast.township_li, 3, opinion="人户分离，需外地协查")
    application = fresh(application)
    assert application.total_due_on == date(2026, 5, 9)
    with pytest.raises(NotAllowed):
        do("extend", application, cast.township_li, 4, opinion="再延长一次")


def test_an_extension_gives_a_step_cut_short_by_the_whole_its_own_limit_back(cast):
    county_rule(cast, "total_days", 14)
    application = journeys.deciding(cast)
    do("extend", application, cast.township_li, 18, opinion="需外地协查")
    assert fresh(application).step_due_on == date(2026, 4, 2)


def test_an_extension_after_the_limit_has_passed_is_refused(cast):
    application = journeys.accepted(cast)
    with pytest.raises(NotAllowed):
        do("extend", application, cast.township_li, 60, opinion="忘了办")


def test_a_delegated_case_may_also_be_extended_to_forty_five(cast):
    county_rule(cast, "delegated", True)
    application = journeys.accepted(cast)
    do("extend", application, cast.township_li, 3, opinion="调查难度大")
    assert fresh(application).total_due_on == date(2026, 5, 9)


def test_an_ended_case_has_no_limit_any_more_but_keeps_the_one_it_had(cast):
    application = journeys.approved(cast)
    assert application.step_due_on is None
    assert application.total_due_on == date(2026, 4, 15)
    assert deadline_of(application, after(application, 100), load_calendar()) is None


@pytest.mark.parametrize(
    ("day", "state", "words"),
    [
        (date(2026, 3, 20), "green", "本步剩9个工作日"),
        (date(2026, 3, 31), "amber", "本步剩2个工作日"),
        (date(2026, 4, 2), "amber", "本步今天到期"),
        (date(2026, 4, 3), "red", "本步已超1个工作日"),
        (date(2026, 4, 8), "red", "本步已超3个工作日"),
    ],
)
def test_time_left_is_said_in_colour_and_words(cast, day, state, words):
    deadline = deadline_of(journeys.deciding(cast), day, load_calendar())
    assert (deadline.state, deadline.words) == (state, words)


def test_a_limit_that_passed_on_a_free_day_is_over_and_not_due_today(cast):
    application = journeys.accepted(cast)
    application.step_due_on = date(2026, 4, 3)
    assert deadline_of(application, date(2026, 4, 5), load_calendar()).state == "red"


def test_the_total_is_shown_apart_from_the_step(cast):
    application = journeys.accepted(cast)
    calendar = load_calendar()
    assert total_of(application, date(2026, 4, 14), calendar).words == "剩1个工作日"
    assert total_of(application, date(2026, 4, 16), calendar).state == "red"
    assert not deadline_of(application, date(2026, 3, 4), calendar).is_total


def test_the_colours_of_the_worklist_are_those_of_the_badge(cast):
    application, calendar = journeys.deciding(cast), load_calendar()
    for n in range(40):
        on = date(2026, 3, 19) + timedelta(days=n)
        state = deadline_of(application, on, calendar).state
        due = application.step_due_on
        by_column = "red" if due < on else "amber" if due <= amber_until(on, calendar) else "green"
        assert state == by_column, on


def test_a_limit_that_runs_into_a_year_without_the_table_says_that_it_is_a_guess(cast):
    WorkdayYear.objects.filter(year=2026).delete()
    application = journeys.accepted(cast)
    assert application.total_due_on == date(2026, 4, 14)  # Monday to Friday, Qingming not known
    assert not application.due_certain
    assert not deadline_of(application, date(2026, 3, 4), load_calendar()).certain


def enter_2026(rules):
    WorkdayYear.objects.create(year=2026)
    WorkdayRule.objects.bulk_create(rules)


def test_once_the_year_is_entered_the_guess_becomes_the_date(cast):
    rules = list(WorkdayRule.objects.filter(year=2026))
    WorkdayYear.objects.filter(year=2026).delete()
    application = journeys.accepted(cast)
    assert recount_uncertain(on=after(application, 2)) == 0
    enter_2026(rules)
    assert recount_uncertain(on=after(application, 2)) == 1
    application = fresh(application)
    assert application.due_certain
    assert application.total_due_on == date(2026, 4, 15)
    assert application.step_due_on == date(2026, 3, 6)


def test_an_act_after_the_year_was_entered_does_not_call_a_guess_certain(cast):
    rules = list(WorkdayRule.objects.filter(year=2026))
    WorkdayYear.objects.filter(year=2026).delete()
    application = journeys.reviewed(cast)
    assert application.total_due_on == date(2026, 4, 14)
    enter_2026(rules)
    application = do("post_notice", application, cast.township_li, 9)
    assert application.due_certain
    assert application.total_due_on == date(2026, 4, 15)


def test_a_recount_finds_the_same_days_as_the_acts_did(cast):
    application = journeys.returned(cast)
    do("assess", application, cast.township_li, 25)
    application = do("finish_investigation", application, cast.township_li, 28)
    before = (application.step_due_on, application.total_due_on)
    Clock(application, after(application, 40)).recount()
    assert (application.step_due_on, application.total_due_on) == before
    do("extend", application, cast.township_li, 29, opinion="需外地协查")
    # acceptance + 45 + the 6 days that stood still
    assert fresh(application).total_due_on == date(2026, 5, 18)


def test_weekends_worked_and_holidays_are_those_of_the_table(cast):
    calendar = load_calendar()
    assert calendar.is_workday(date(2026, 5, 9))
    assert not calendar.is_workday(date(2026, 4, 6))


def test_a_pause_over_a_holiday_adds_only_working_days(cast):
    application = journeys.returned(cast)
    clock = Clock(application, date(2026, 4, 7))
    application.paused_on = date(2026, 4, 3)  # Friday before Qingming; back on Tuesday: one working day
    clock.resume()
    assert application.total_due_on == date(2026, 4, 16)
    assert application.status == Status.RETURNED
