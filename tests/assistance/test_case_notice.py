"""Opinion, notice, objections."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection

from assistance.models import Application, Notice, Objection
from assistance.services import case
from assistance.workflow import Status
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.registry.models import AuditEvent, Office
from tests import journeys
from tests.assistance.test_case_clock import county_rule
from tests.journeys import VISIT, after, do


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


# --- opinion -----------------------------------------------------------------------------------------------


def test_the_handler_cannot_review_even_with_the_reviewers_post(cast):
    application = journeys.to_review(cast)
    cast.reviewer_chen.user = cast.township_li.user
    cast.reviewer_chen.save()
    with pytest.raises(NotAllowed) as refusal:
        do("review", application, cast.reviewer_chen, 8)
    assert "您是这件的经办人" in refusal.value.message


def test_neither_can_a_colleague_who_did_the_visit(cast):
    application = journeys.surveyed(cast)
    do("record_visit", application, cast.township_he, 5, visited_on=after(application, 5), **VISIT)
    do("assess", application, cast.township_li, 5)
    do("finish_investigation", application, cast.township_li, 7)
    cast.reviewer_chen.user = cast.township_he.user
    cast.reviewer_chen.save()
    with pytest.raises(NotAllowed):
        do("review", application, cast.reviewer_chen, 8)


def test_a_household_over_the_standard_cannot_be_agreed_to(cast):
    application = journeys.to_review(cast, income_fen=9_000_000)
    with pytest.raises(NotReady):
        do("review", application, cast.reviewer_chen, 8, agree=True)


def test_a_negative_opinion_needs_words_and_skips_the_notice(cast):
    application = journeys.to_review(cast, income_fen=9_000_000)
    with pytest.raises(BadInput):
        do("review", application, cast.reviewer_chen, 8, agree=False)
    application = do("review", application, cast.reviewer_chen, 8, agree=False, opinion="收入超过标准")
    assert application.status == Status.DECIDING
    assert application.county_received_on == after(application, 8)
    assert application.events.first().details["agree"] is False
    assert not Notice.objects.exists()


def test_the_reviewer_may_send_the_case_back(cast):
    application = journeys.to_review(cast)
    application = do("return_to_investigation", application, cast.reviewer_chen, 8, opinion="邻里走访没有写")
    assert application.status == Status.INVESTIGATING
    with pytest.raises(NotReady):
        do("finish_investigation", application, cast.township_li, 9)


# --- notice ------------------------------------------------------------------------------------------------


def test_a_notice_hangs_seven_days_after_the_day_of_posting(cast):
    application = journeys.on_notice(cast)
    notice = Notice.objects.get()
    assert notice.posted_on == after(application, 9)
    assert notice.until_day == after(application, 16)
    for days in (10, 15, 16):
        with pytest.raises(NotReady) as refusal:
            do("close_notice", application, cast.township_li, days)
        assert f"最早{after(application, 17)}办" in refusal.value.message
    assert do("close_notice", application, cast.township_li, 17).status == Status.DECIDING


def test_a_county_may_count_the_notice_in_working_days(cast):
    county_rule(cast, "notice_in_workdays", True)
    journeys.on_notice(cast)  # posted on Wednesday 11 March
    assert Notice.objects.get().until_day == date(2026, 3, 20)


def test_only_names_of_adults_numbers_and_the_amount_are_published(cast):
    application = journeys.on_notice(cast)
    notice = Notice.objects.get()
    adults = [m.person.name for m in application.members.order_by("order")][:2]
    assert notice.content == {
        "head": adults[0],
        "scheme": "农村最低生活保障",
        "adults": adults,
        "minors": 1,
        "members": 3,
        "protected": 3,
        "amount_fen": application.assessments.get().amount_fen,
        "per": "元/月",
    }
    written = json.dumps(notice.content, ensure_ascii=False)
    for member in application.members.select_related("person"):
        assert member.person.id_number not in written
    assert "梁小满" not in written
    assert application.account_number not in written


def test_a_household_of_children_alone_is_published_without_a_name(cast):
    application = journeys.reviewed(cast)
    for member in application.members.select_related("person"):
        member.person.birth = date(2012, 1, 1)
        member.person.save()
    do("post_notice", application, cast.township_li, 9)
    content = Notice.objects.get().content
    assert content["head"] == "未成年人（不公开姓名）"
    assert (content["adults"], content["minors"]) == ([], 3)


def test_the_nearest_telephone_that_is_known_stands_on_the_notice(cast):
    Office.objects.filter(level=3).update(hotline="")
    Office.objects.filter(level=2).update(hotline="0999-60001")
    journeys.on_notice(cast)
    assert Notice.objects.get().hotline == "0999-60001"


def test_a_notice_without_any_telephone_is_not_posted(cast):
    application = journeys.reviewed(cast)
    Office.objects.update(hotline="")
    with pytest.raises(NotReady) as refusal:
        do("post_notice", application, cast.township_li, 9)
    assert refusal.value.missing == ["监督电话"]


def test_a_notice_is_not_dated_before_the_opinion_or_after_today(cast):
    application = journeys.reviewed(cast)
    for days in (7, 11):
        with pytest.raises(BadInput) as refusal:
            do("post_notice", application, cast.township_li, 10, posted_on=after(application, days))
        assert refusal.value.field == "posted_on"
    do("post_notice", application, cast.township_li, 10, posted_on=after(application, 9))
    assert Notice.objects.get().until_day == after(application, 16)


def test_without_a_photo_the_notice_cannot_be_closed(cast):
    application = do("post_notice", journeys.reviewed(cast), cast.township_li, 9)
    with pytest.raises(NotReady) as refusal:
        do("close_notice", application, cast.township_li, 17)
    assert refusal.value.missing == ["还没有上传注明地点的公示照片"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": ""}, "place"),
        ({"content_type": "application/pdf"}, "attachment_id"),
        ({"taken_on": date(2026, 3, 10)}, "taken_on"),
        ({"office_id": "519901102201"}, "attachment_id"),
    ],
)
def test_a_photo_shows_a_place_and_this_notice(cast, changes, field):
    application = do("post_notice", journeys.reviewed(cast), cast.township_li, 9)
    picture = journeys.photo(cast, application, **changes)
    with pytest.raises(BadInput) as refusal:
        do("attach_photo", application, cast.township_li, 12, attachment_id=picture.pk)
    assert refusal.value.field == field


def test_the_photo_becomes_a_paper_of_the_case(cast):
    application = journeys.on_notice(cast)
    assert application.materials.get().kind == "notice"
    assert Notice.objects.get().photo == application.materials.get().attachment


# --- objections --------------------------------------------------------------------------------------------


def test_an_open_objection_keeps_the_notice_on_the_board(cast):
    application, _ = journeys.objected(cast)
    with pytest.raises(NotReady) as refusal:
        do("close_notice", application, cast.township_li, 17)
    assert refusal.value.missing == ["还有异议没有答复"]


def test_an_objection_that_was_looked_into_and_found_wrong_is_answered_with_its_reason(cast):
    application, objection = journeys.objected(cast)
    with pytest.raises(BadInput):
        do("answer_objection", application, cast.township_li, 12, objection_id=objection.pk, upheld=False)
    do(
        "answer_objection",
        application,
        cast.township_li,
        12,
        objection_id=objection.pk,
        upheld=False,
        answer="经查其子名下无房",
    )
    assert not fresh(application).complained_of
    assert do("close_notice", application, cast.township_li, 17).status == Status.DECIDING


def test_an_answer_has_to_say_whether_the_objection_was_right(cast):
    application, objection = journeys.objected(cast)
    with pytest.raises(BadInput) as refusal:
        do("answer_objection", application, cast.township_li, 12, objection_id=objection.pk, answer="已查")
    assert refusal.value.field == "upheld"


def test_an_objection_is_answered_once_and_on_its_own_case(cast):
    application, objection = journeys.objected(cast)
    other = journeys.on_notice(cast)
    fields = {"objection_id": objection.pk, "upheld": False, "answer": "不成立"}
    with pytest.raises(BadInput):
        do("answer_objection", other, cast.township_li, 12, **fields)
    do("answer_objection", application, cast.township_li, 12, **fields)
    with pytest.raises(NotAllowed):
        do("answer_objection", application, cast.township_li, 13, **fields)


def test_an_objection_that_was_right_can_only_lead_back_to_the_survey(cast):
    application, objection = journeys.objected(cast)
    do(
        "answer_objection",
        application,
        cast.township_li,
        12,
        objection_id=objection.pk,
        upheld=True,
        answer="属实",
    )
    with pytest.raises(NotReady) as refusal:
        do("close_notice", application, cast.township_li, 17)
    assert refusal.value.missing == ["有异议成立，应重新调查"]
    application = do("reinvestigate", application, cast.township_li, 17, opinion="重新入户")
    assert application.status == Status.INVESTIGATING
    assert application.complained_of
    assert Notice.objects.get().revoked_on == after(application, 17)


def test_without_a_right_objection_nothing_is_investigated_again(cast):
    for application in (journeys.on_notice(cast), journeys.objected(cast)[0]):
        with pytest.raises(NotReady):
            do("reinvestigate", application, cast.township_li, 12, opinion="再查一次")


def again(cast, application):
    do("record_visit", application, cast.township_he, 14, visited_on=after(application, 14), **VISIT)
    do("assess", application, cast.township_li, 14)
    do("finish_investigation", application, cast.township_li, 15)
    return do("review", application, cast.reviewer_chen, 16, agree=True)


def test_after_the_second_look_the_new_opinion_goes_straight_to_the_county(cast):
    assert again(cast, journeys.reinvestigated(cast)).status == Status.DECIDING


def test_a_county_may_ask_for_a_second_notice(cast):
    county_rule(cast, "notice_again_after_objection", True)
    application = again(cast, journeys.reinvestigated(cast))
    assert application.status == Status.TO_POST
    do("post_notice", application, cast.township_li, 17)
    assert list(Notice.objects.order_by("id").values_list("round", flat=True)) == [1, 2]


def test_a_citizen_objects_on_the_page_and_gets_a_receipt(cast):
    application = journeys.on_notice(cast)
    notice = Notice.objects.get()
    objection = case.object_from_page(
        notice_id=notice.pk, content="他家有一辆小汽车。", contact="", on=after(application, 12)
    )
    assert objection.receipt.startswith("YY260314")
    assert objection.state == Objection.State.OPEN
    event = fresh(application).events.first()
    assert (event.by, event.by_label) == (None, "群众（公示网页）")
    assert "小汽车" not in json.dumps(event.details, ensure_ascii=False) + event.opinion
    assert AuditEvent.objects.filter(action="application.record_objection", user=None).exists()


def test_what_is_objected_lies_encrypted_in_the_database(cast):
    application = journeys.on_notice(cast)
    objection = case.object_from_page(
        notice_id=Notice.objects.get().pk,
        content="他家有一辆小汽车。",
        contact="13800000000",
        on=after(application, 12),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT content, contact FROM assistance_objection WHERE id = %s", [objection.pk])
        row = cursor.fetchone()
    assert all(value.startswith("v1$") for value in row)


@pytest.mark.parametrize("content", ["", "有问题", "长" * 1001])
def test_an_objection_says_something_and_not_a_book(cast, content):
    application = journeys.on_notice(cast)
    with pytest.raises(BadInput):
        case.object_from_page(
            notice_id=Notice.objects.get().pk, content=content, contact="", on=after(application, 12)
        )
    assert not Objection.objects.exists()


def test_nobody_objects_on_the_page_to_a_notice_that_is_down_or_was_never_there(cast):
    application = journeys.deciding(cast)
    for notice_id in (Notice.objects.get().pk, 10_000):
        with pytest.raises(NotAllowed):
            case.object_from_page(
                notice_id=notice_id, content="他家有一辆小汽车。", contact="", on=after(application, 20)
            )


def test_a_withdrawn_case_is_off_the_board_at_once(cast):
    application = journeys.on_notice(cast)
    do("withdraw", application, cast.village_wang, 12, opinion="不再申请")
    assert not Notice.objects.current(after(application, 12)).exists()
    assert Notice.objects.get().revoked_on - application.submitted_on == timedelta(days=12)
