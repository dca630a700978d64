"""Acceptance, checks, visits, deliberation, and what has to be there before the opinion."""

from datetime import timedelta

import pytest

from assistance.models import Application, AssessmentRecord, Deliberation, InformationCheck, Visit
from assistance.workflow import Status
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from tests import journeys
from tests.assistance.test_case_clock import county_rule
from tests.journeys import VISIT, after, do


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


def visit(application, by, days, **changes):
    return do(
        "record_visit", application, by, days, **(VISIT | {"visited_on": after(application, days)} | changes)
    )


# --- acceptance ------------------------------------------------------------------------------------------


def test_accepting_names_the_handler_and_files_a_near_relative(cast):
    application = journeys.accepted(
        cast, acceptance={"near_relative": True, "near_relative_note": "青溪镇民政办李望春的叔父"}
    )
    assert application.handled_by == cast.township_li
    assert application.near_relative
    assert application.accepted_on == after(application, 1)
    assert application.events.first().opinion == "符合受理条件，予以受理"


def test_a_near_relative_without_a_name_is_not_filed(cast):
    application = journeys.submitted(cast)
    with pytest.raises(BadInput) as refusal:
        do("accept", application, cast.township_li, 1, near_relative=True, near_relative_note=" ")
    assert refusal.value.field == "near_relative_note"
    assert fresh(application).status == Status.SUBMITTED


def test_what_is_missing_is_asked_for_once_only(cast):
    application = journeys.correction(cast)
    assert application.correction_asked
    application.status = Status.SUBMITTED  # as after the family has handed in again
    application.save()
    with pytest.raises(NotAllowed) as refusal:
        do("request_correction", application, cast.township_li, 5, opinion="还差一份证明")
    assert "一次性告知" in refusal.value.message


def test_a_correction_without_saying_what_is_missing_is_refused(cast):
    with pytest.raises(BadInput) as refusal:
        do("request_correction", journeys.submitted(cast), cast.township_li, 1, opinion="  ")
    assert refusal.value.field == "opinion"


# --- visit -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [["李望春"], ["李望春", "李望春"], ["李望春", " "], []])
def test_a_visit_needs_two_different_investigators(cast, names):
    with pytest.raises(BadInput) as refusal:
        visit(journeys.accepted(cast), cast.township_li, 3, investigators=names)
    assert refusal.value.field == "investigators"


def test_a_visit_lies_between_acceptance_and_today(cast):
    application = journeys.accepted(cast)
    for day in (after(application, 0), after(application, 4), None):
        with pytest.raises(BadInput) as refusal:
            visit(application, cast.township_li, 3, visited_on=day)
        assert refusal.value.field == "visited_on"


def test_what_differs_from_the_form_has_to_be_written_down(cast):
    application = journeys.accepted(cast)
    with pytest.raises(BadInput) as refusal:
        visit(application, cast.township_li, 3, result="partly")
    assert refusal.value.field == "differences"


def test_a_visit_by_telephone_needs_its_reason(cast):
    with pytest.raises(BadInput) as refusal:
        visit(journeys.accepted(cast), cast.township_li, 3, by_remote=True)
    assert refusal.value.field == "remote_reason"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"present": ""}, "present"),
        ({"living": "长" * 1001}, "living"),
        ({"result": "maybe", "differences": "无"}, "result"),
        ({"result": "", "differences": "无"}, "result"),
    ],
)
def test_a_visit_that_cannot_be_kept_is_refused_at_its_field(cast, changes, field):
    with pytest.raises(BadInput) as refusal:
        visit(journeys.accepted(cast), cast.township_li, 3, **changes)
    assert refusal.value.field == field


def test_the_second_visit_is_a_second_look(cast):
    application = journeys.accepted(cast)
    visit(application, cast.township_li, 2)
    visit(application, cast.township_he, 3)
    kinds = list(application.visits.order_by("id").values_list("kind", flat=True))
    assert kinds == [Visit.Kind.FIRST, Visit.Kind.AGAIN]


# --- check -----------------------------------------------------------------------------------------------


def test_a_check_is_asked_for_once_at_a_time(cast):
    application = journeys.accepted(cast)
    do("request_check", application, cast.township_li, 2)
    assert InformationCheck.objects.get().due_on == after(application, 7)  # 3 working days after Wednesday
    with pytest.raises(NotAllowed):
        do("request_check", application, cast.township_he, 3)


def test_a_report_without_a_request_is_refused(cast):
    with pytest.raises(NotAllowed):
        do("record_check", journeys.accepted(cast), cast.county_qian, 2, **journeys.CHECK)


def test_a_report_is_not_older_than_its_request(cast):
    application = journeys.accepted(cast)
    do("request_check", application, cast.township_li, 3)
    with pytest.raises(BadInput) as refusal:
        do(
            "record_check",
            application,
            cast.county_qian,
            4,
            **journeys.CHECK,
            reported_on=after(application, 2),
        )
    assert refusal.value.field == "reported_on"


def test_a_mismatch_says_what_does_not_match(cast):
    application = journeys.accepted(cast)
    do("request_check", application, cast.township_li, 3)
    with pytest.raises(BadInput) as refusal:
        do(
            "record_check",
            application,
            cast.county_qian,
            4,
            reported_on=after(application, 4),
            report_number="核1",
            result="inconsistent",
        )
    assert refusal.value.field == "findings"


MISMATCH = {"result": "inconsistent", "findings": "名下有存款五万元"}


def test_a_mismatch_is_told_to_the_family_and_looked_into_before_the_opinion(cast):
    application = journeys.surveyed(cast, check=MISMATCH)
    with pytest.raises(NotReady) as refusal:
        do("finish_investigation", application, cast.township_li, 5)
    assert refusal.value.missing == [
        "核对结果与申报不一致，还没有告知申请人",
        "核对结果与申报不一致，还没有登记复查结论",
    ]
    do(
        "follow_check",
        application,
        cast.township_li,
        5,
        told_family_on=after(application, 5),
        family_reply="存款是丧葬费，已用完",
        conclusion="经查属实，账户余额为零",
    )
    do("assess", application, cast.township_li, 5)
    assert do("finish_investigation", application, cast.township_li, 5).status == Status.REVIEWING


def test_there_is_nothing_to_follow_up_when_all_matches(cast):
    application = journeys.surveyed(cast)
    with pytest.raises(NotAllowed):
        do(
            "follow_check",
            application,
            cast.township_li,
            5,
            told_family_on=after(application, 5),
            conclusion="无",
        )


def test_a_report_that_has_grown_old_must_be_asked_for_again(cast):
    county_rule(cast, "check_valid_days", 30)
    application = journeys.surveyed(cast)  # reported on the 4th day
    with pytest.raises(NotReady) as refusal:
        do("finish_investigation", application, cast.township_li, 35)
    assert refusal.value.missing == ["核对报告已超过30天，请重新提请核对"]
    assert do("finish_investigation", application, cast.township_li, 34).status == Status.REVIEWING


# --- deliberation ------------------------------------------------------------------------------------------

MEETING = {"place": "村委会", "chair": "王巧云", "present": 9, "agreed": 8, "disagreed": 1}


def meet(application, by, days, **changes):
    fields = MEETING | {"held_on": after(application, days), "opinion": "情况属实，同意上报"} | changes
    return do("record_deliberation", application, by, days, **fields)


def test_where_a_deliberation_is_wanted_the_survey_does_not_end_without(cast):
    application = journeys.surveyed(cast, acceptance={"needs_deliberation": True})
    with pytest.raises(NotReady) as refusal:
        do("finish_investigation", application, cast.township_li, 5)
    assert refusal.value.missing == ["这件要民主评议，还没有登记评议结果"]
    meet(application, cast.township_li, 5)
    assert do("finish_investigation", application, cast.township_li, 5).status == Status.REVIEWING
    assert Deliberation.objects.get().opinion == "情况属实，同意上报"


def test_a_county_may_want_every_case_deliberated(cast):
    county_rule(cast, "deliberation_always", True)
    assert journeys.accepted(cast).needs_deliberation


def test_votes_add_up(cast):
    with pytest.raises(BadInput) as refusal:
        meet(journeys.accepted(cast), cast.township_li, 3, agreed=9)
    assert "应等于参加人数" in refusal.value.message


# --- the end of the survey --------------------------------------------------------------------------------


def test_the_survey_ends_when_everything_is_there_and_says_what_is_not(cast):
    with pytest.raises(NotReady) as refusal:
        do("finish_investigation", journeys.accepted(cast), cast.township_li, 3)
    assert refusal.value.missing == ["还没有登记入户调查", "还没有提请信息核对", "还没有测算"]


def test_a_case_without_an_account_to_pay_to_does_not_go_on(cast):
    application = journeys.surveyed(cast)
    application.account_number = ""
    application.save()
    with pytest.raises(NotReady) as refusal:
        do("finish_investigation", application, cast.township_li, 5)
    assert refusal.value.missing == ["还没有登记收款账户"]


def test_a_reckoning_older_than_a_visit_is_out_of_date(cast):
    application = journeys.surveyed(cast)
    visit(application, cast.township_he, 5)
    with pytest.raises(NotReady) as refusal:
        do("finish_investigation", application, cast.township_li, 5)
    assert refusal.value.missing == ["测算以后情况有变化，请重新测算"]


def test_an_income_nobody_has_verified_stops_the_case_with_its_name(cast):
    application = journeys.surveyed(cast, income_fen=None)
    record = AssessmentRecord.objects.get(application=application)
    assert record.outcome == AssessmentRecord.Outcome.CANNOT_DECIDE
    with pytest.raises(NotReady) as refusal:
        do("finish_investigation", application, cast.township_li, 5)
    assert "种植玉米的金额还没有核定" in refusal.value.missing[0]


def test_after_an_objection_the_survey_is_really_done_again(cast):
    application = journeys.reinvestigated(cast)
    do("assess", application, cast.township_li, 13)
    with pytest.raises(NotReady) as refusal:
        do("finish_investigation", application, cast.township_li, 13)
    assert refusal.value.missing == ["异议成立后还没有重新入户或民主评议"]
    meet(application, cast.township_li, 14)
    assert do("finish_investigation", application, cast.township_li, 14).status == Status.REVIEWING


def test_a_returned_case_is_reckoned_anew(cast):
    application = journeys.returned(cast)
    with pytest.raises(NotReady) as refusal:
        do("finish_investigation", application, cast.township_li, 20)
    assert refusal.value.missing == ["测算以后情况有变化，请重新测算"]


def test_a_late_start_of_the_survey_is_red_but_not_barred(cast):
    application = journeys.accepted(cast)
    assert application.step_due_on < after(application, 20)
    assert visit(application, cast.township_li, 20).version == application.version + 1
    assert application.visits.get().visited_on - application.accepted_on > timedelta(days=3)
