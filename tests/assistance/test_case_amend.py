"""What was found out replaces what was declared: the township opens the form again during the survey."""

import pytest
from django.core.exceptions import PermissionDenied

from assistance.models import Application, AssessmentRecord
from assistance.selectors.acts import form_option, options
from assistance.services import application as intake
from assistance.workflow import Act, Status
from civaffairs.lib.errors import NotAllowed, NotReady
from tests import journeys
from tests.journeys import after, do


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


def amend(application, by, days, **typed) -> Application:
    """Open the form, type over the line of income, hand it in again."""
    draft = intake.start_correction_draft(application_id=application.pk, by=by)
    content = intake.content_of_draft(draft)
    line = next(key for key, value in content.items() if value == ["种植玉米"]).removesuffix("label")
    content = {key: value for key, value in content.items() if key != f"{line}unknown"}
    content |= {f"{line}{name}": [value] for name, value in typed.items()}
    intake.save_draft(draft_id=draft.pk, by=by, content=content, version=draft.version)
    return intake.submit_draft(draft_id=draft.pk, by=by, on=after(application, days))


def test_an_income_nobody_had_verified_is_verified_and_the_case_goes_on(cast):
    application = journeys.surveyed(cast, income_fen=None)
    assert application.assessments.get().outcome == AssessmentRecord.Outcome.CANNOT_DECIDE
    application = amend(application, cast.township_li, 5, annual="3600")
    assert application.status == Status.INVESTIGATING
    event = application.events.first()
    assert event.act == Act.AMEND
    assert "种植玉米 年未核定" in event.opinion
    assert "种植玉米 年3,600.00元" in event.opinion
    with pytest.raises(NotReady) as refusal:
        do("finish_investigation", application, cast.township_li, 5)
    assert refusal.value.missing == ["测算以后情况有变化，请重新测算"]
    do("assess", application, cast.township_li, 5)
    assert application.assessments.get(is_current=True).outcome == AssessmentRecord.Outcome.ELIGIBLE
    assert do("finish_investigation", application, cast.township_li, 5).status == Status.REVIEWING


def test_what_the_family_declared_first_is_kept(cast):
    application = journeys.surveyed(cast)
    amend(application, cast.township_li, 5, annual="9000")
    first, second = application.declarations.order_by("number")
    assert first.submitted_by == cast.village_wang
    assert second.submitted_by == cast.township_li
    assert "2400" in first.content.replace(",", "")
    assert "9000" in second.content.replace(",", "")
    assert application.incomes.get(label="种植玉米").annual_fen == 900_000


def test_the_deadlines_and_the_handler_stay_as_they_were(cast):
    application = journeys.surveyed(cast)
    amended = amend(application, cast.township_he, 5, annual="9000")
    assert (amended.step_due_on, amended.total_due_on) == (application.step_due_on, application.total_due_on)
    assert amended.handled_by == cast.township_li
    assert amended.submitted_by == cast.village_wang


def test_only_the_township_verifies(cast):
    application = journeys.surveyed(cast)
    for posting in (cast.village_wang, cast.reviewer_chen, cast.county_qian):
        with pytest.raises(PermissionDenied):
            intake.start_correction_draft(application_id=application.pk, by=posting)
        assert form_option(application, posting) is None


@pytest.mark.parametrize(
    "reach", [journeys.to_review, journeys.on_notice, journeys.deciding, journeys.approved]
)
def test_once_the_survey_is_over_the_form_is_closed(cast, reach):
    application = reach(cast)
    with pytest.raises(NotAllowed):
        intake.start_correction_draft(application_id=application.pk, by=cast.township_li)
    assert form_option(application, cast.township_li) is None


def test_a_form_left_open_is_not_handed_in_after_the_case_went_on(cast):
    application = journeys.surveyed(cast)
    draft = intake.start_correction_draft(application_id=application.pk, by=cast.township_li)
    do("finish_investigation", application, cast.township_li, 5)
    with pytest.raises(NotAllowed):
        intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=after(application, 6))
    assert fresh(application).status == Status.REVIEWING


def test_the_page_offers_the_form_where_it_may_be_opened_and_not_as_a_panel(cast):
    correction, survey = journeys.correction(cast), journeys.surveyed(cast)
    assert form_option(correction, cast.village_wang).name == Act.RESUBMIT
    assert form_option(survey, cast.township_li).name == Act.AMEND
    for application in (correction, survey):
        names = {option.name for option in options(application, cast.township_li, after(application, 5))}
        assert not names & {Act.RESUBMIT, Act.AMEND}


def test_a_corrected_form_says_what_is_different_too(cast):
    application = amend(journeys.correction(cast), cast.village_wang, 3, annual="1800")
    assert application.status == Status.SUBMITTED
    assert application.events.first().act == Act.RESUBMIT
    assert "种植玉米 年1,800.00元" in application.events.first().opinion


def test_whoever_verified_the_figures_does_not_review_them(cast):
    application = journeys.surveyed(cast)
    amend(application, cast.township_he, 5, annual="9000")
    do("assess", application, cast.township_li, 5)
    do("finish_investigation", application, cast.township_li, 5)
    cast.reviewer_chen.user = cast.township_he.user
    cast.reviewer_chen.save()
    with pytest.raises(NotAllowed):
        do("review", application, cast.reviewer_chen, 6)
