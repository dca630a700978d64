"""The worklist, the page of one case and the acts on it, as those who use them meet them."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from assistance.forms.cases import form_of
from assistance.models import Application, Visit
from assistance.selectors import cases
from assistance.workflow import APPLICATION, Act, Status
from civaffairs.registry import clock
from tests import journeys
from tests.cast import BAISHI_VILLAGE, QINGXI_VILLAGE

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 200


@pytest.fixture
def at(client, monkeypatch):
    """Log somebody in on a day, counted from the hand-in of the journeys."""

    def log_in(posting, days: int = 3):
        day = journeys.MONDAY + timedelta(days=days)
        monkeypatch.setattr(clock, "today", lambda: day)
        client.force_login(posting.user)
        return client

    return log_in


def rows(response) -> list[str]:
    return [row.number for row in response.context["rows"]]


def page(case, **query) -> str:
    address = reverse("case_detail", args=[case.pk])
    return f"{address}?{'&'.join(f'{k}={v}' for k, v in query.items())}" if query else address


def act_url(case, act: str) -> str:
    return reverse("case_act", args=[case.pk, act])


# --- home and list -------------------------------------------------------------------------------------------


def test_a_card_counts_exactly_the_rows_it_leads_to(cast, at):
    for status in Status:
        journeys.REACH[status](cast)
    journeys.objected(cast)
    for person in (
        cast.township_li,
        cast.reviewer_chen,
        cast.county_qian,
        cast.county_zhao,
        cast.village_wang,
    ):
        client = at(person, days=23)
        cards = client.get(reverse("home")).context["case_cards"]
        assert cards, person
        for card, url in cards:
            assert len(rows(client.get(url))) == card.count, (person, card.label)


def test_every_open_case_is_on_somebodys_list(cast, at):
    """Nothing may lie where nobody is told to pick it up."""
    made = {status: journeys.REACH[status](cast).pk for status in Status if status in cases.OPEN_STATUSES}
    seen = set()
    on = journeys.MONDAY + timedelta(days=30)
    for person in (
        cast.village_wang,
        cast.township_li,
        cast.reviewer_chen,
        cast.county_qian,
        cast.county_zhao,
    ):
        seen |= set(
            Application.objects.visible_to(person)
            .filter(cases.todo_condition(person, on))
            .values_list("pk", flat=True)
        )
    assert seen >= set(made.values())


def test_the_home_page_of_one_without_cases_offers_what_he_may_open(cast, at):
    response = at(cast.system_zheng).get(reverse("home"))
    assert response.status_code == 200
    assert "机构" in response.content.decode()


def test_the_most_urgent_case_stands_first_and_a_paused_one_last(cast, at):
    paused = journeys.correction(cast, on=journeys.MONDAY)
    late = journeys.submitted(cast, on=journeys.MONDAY)
    fresh = journeys.submitted(cast, on=journeys.MONDAY + timedelta(days=2))
    response = at(cast.township_li, days=3).get(reverse("case_list"))
    assert rows(response) == [late.number, fresh.number, paused.number]


def test_the_list_shows_nothing_of_the_neighbour(cast, at):
    mine, other = journeys.submitted(cast), journeys.accepted(cast)
    Application.objects.filter(pk=other.pk).update(office=BAISHI_VILLAGE)
    response = at(cast.township_li).get(reverse("case_list"), {"tab": "all"})
    assert rows(response) == [mine.number]
    assert [tab["count"] for tab in response.context["tabs"]] == ["1", "0", "0", "1"]
    assert at(cast.township_li).get(page(other)).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"q": "梁大山"},
        {"q": "lds"},
        {"q": "余秀兰"},
        {"area": QINGXI_VILLAGE},
        {"scheme": "dibao-rural"},
        {"status": "submitted"},
        {"step": "accept"},
        {"due": "red"},
    ],
    ids=lambda query: next(iter(query)) + str(next(iter(query.values()))),
)
def test_each_filter_finds_the_case_and_its_opposite_does_not(cast, at, query):
    case = journeys.submitted(cast)
    client = at(cast.township_li, days=10)
    assert case.number in rows(client.get(reverse("case_list"), {"tab": "all"} | query))
    opposite = {"q": "张无名", "area": BAISHI_VILLAGE, "scheme": "dibao-urban"}
    opposite |= {"status": "approved", "step": "review", "due": "green"}
    key = next(iter(query))
    response = client.get(reverse("case_list"), {"tab": "all", key: opposite[key]})
    assert response.context["page"].count == (1 if key == "area" else 0)


def test_a_case_is_found_by_its_number_and_by_the_last_digits_of_any_member(cast, at):
    case = journeys.submitted(cast)
    member = case.members.last().person
    client = at(cast.township_li)
    for text in (case.number, member.id_number[-4:], member.id_number[-6:]):
        assert rows(client.get(reverse("case_list"), {"tab": "all", "q": text})) == [case.number]
    whole = client.get(reverse("case_list"), {"tab": "all", "q": member.id_number})
    assert "请在页面上方的查人框里查" in whole.content.decode()
    assert member.id_number not in client.session["case_filter"]


def test_the_list_comes_back_as_it_was_left(cast, at):
    journeys.submitted(cast)
    client = at(cast.township_li)
    client.get(reverse("case_list"), {"tab": "all", "status": "submitted"})
    back = client.get(reverse("case_list"))
    assert back.status_code == 302
    assert back.url.endswith("?tab=all&status=submitted")
    client.get(reverse("case_list"), {"tab": "todo"})
    assert client.get(reverse("case_list")).url.endswith("?tab=todo")


def test_what_is_filtered_by_is_named_and_cleared_for_good(cast, at):
    journeys.submitted(cast)
    client = at(cast.township_li)
    words = client.get(reverse("case_list"), {"tab": "all", "status": "submitted"}).content.decode()
    assert "状态：待受理" in words
    assert '<a class="chip-clear" href="?tab=all">' in words
    client.get(reverse("case_list") + "?tab=all")
    assert client.get(reverse("case_list")).url.endswith("?tab=all")


def test_the_number_of_queries_does_not_grow_with_the_rows(cast, at, django_assert_num_queries):
    for _ in range(3):
        journeys.submitted(cast)
    client = at(cast.township_li)
    client.get(reverse("case_list"), {"tab": "todo"})
    counts = []
    for more in (0, 12):
        for _ in range(more):
            journeys.submitted(cast)
        for url in (reverse("case_list") + "?tab=todo", reverse("home")):
            with django_assert_num_queries(100, exact=False) as captured:
                client.get(url)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]


# --- one case ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.value)
def test_every_tab_opens_in_every_state_for_everybody_who_may_look(cast, at, status):
    case = journeys.REACH[status](cast)
    people = [cast.county_zhao, cast.village_wang, cast.township_li, cast.supervisor_wu]
    # Who sees what is decided above the database: on the second one each page is opened once, for its statements.
    for person in people if connection.vendor == "sqlite" else people[:1]:
        client = at(person, days=23)
        for tab in ("overview", "members", "money", "survey", "reckoning", "notice", "materials", "events"):
            response = client.get(page(case, tab=tab))
            assert response.status_code == 200
            assert case.applicant.id_number not in response.content.decode()


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.value)
def test_the_form_of_every_act_opens_where_the_act_is_offered(cast, at, status):
    case = journeys.REACH[status](cast)
    for person in (
        cast.village_wang,
        cast.township_he,
        cast.reviewer_chen,
        cast.county_qian,
        cast.county_meng,
    ):
        client = at(person, days=23)
        for option in client.get(page(case)).context["page"].options:
            response = client.get(act_url(case, option.name))
            assert response.status_code == 200
            assert option.label in response.content.decode()
            if option.why_not:
                assert option.why_not in response.content.decode()


def test_an_act_asks_every_field_that_its_service_cannot_do_without(cast):
    """The forms and the services name the same things."""
    case = journeys.accepted(cast)
    for transition in APPLICATION.transitions:
        form = form_of(Act(transition.name))(act=Act(transition.name), application=case, on=journeys.MONDAY)
        assert ("opinion" in form.fields) >= bool(transition.needs_reason), transition.name


def test_a_case_is_accepted_on_its_page(cast, at):
    case = journeys.submitted(cast)
    client = at(cast.township_li, days=1)
    answer = client.post(
        act_url(case, "accept"), {"version": case.version, "near_relative": "no", "needs_deliberation": "no"}
    )
    assert answer.url == page(case)
    case.refresh_from_db()
    assert case.status == Status.INVESTIGATING
    assert case.handled_by == cast.township_li


def test_an_unanswered_question_is_said_beside_its_field_and_nothing_typed_is_lost(cast, at):
    case = journeys.submitted(cast)
    answer = at(cast.township_li, days=1).post(
        act_url(case, "accept"),
        {"version": case.version, "near_relative": "yes", "near_relative_note": "表弟"},
    )
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "请选择是否需要民主评议" in words
    assert "表弟" in words
    case.refresh_from_db()
    assert case.status == Status.SUBMITTED


def test_a_refusal_of_the_service_stands_beside_the_field_it_names(cast, at):
    case = journeys.accepted(cast)
    visit = {
        "version": case.version,
        "visited_on": "2026-03-04",
        "first": "李望春",
        "second": "李望春",
        "present": "本人",
        "result": Visit.Result.TRUE,
        "living": "砖瓦房三间",
    }
    answer = at(cast.township_li).post(act_url(case, "record_visit"), visit)
    assert answer.status_code == 422
    assert answer.context["form"].errors["second"] == ["入户调查至少要有两名不同的调查人"]
    assert (
        at(cast.township_li).post(act_url(case, "record_visit"), visit | {"second": "何满仓"}).status_code
        == 302
    )
    assert case.visits.get().investigators == ["李望春", "何满仓"]


def test_a_stale_page_says_what_happened_and_may_then_be_sent_again(cast, at):
    case = journeys.accepted(cast)
    stale = case.version
    journeys.do("request_check", case, cast.township_he, 2)
    client = at(cast.township_li)
    answer = client.post(act_url(case, "extend"), {"version": stale, "opinion": "等外地核对结果"})
    assert answer.status_code == 409
    words = answer.content.decode()
    assert "何满仓" in words
    assert "提请信息核对" in words
    assert "等外地核对结果" in words
    version = answer.context["form"]["version"].value()
    again = client.post(act_url(case, "extend"), {"version": version, "opinion": "等外地核对结果"})
    assert again.status_code == 302
    case.refresh_from_db()
    assert case.extended_reason == "等外地核对结果"


def test_a_double_click_has_one_effect_and_no_error(cast, at):
    case = journeys.submitted(cast)
    client = at(cast.township_li, days=1)
    form = {"version": case.version, "near_relative": "no", "needs_deliberation": "no"}
    assert client.post(act_url(case, "accept"), form).status_code == 302
    assert client.post(act_url(case, "accept"), form).status_code == 302
    assert case.events.filter(act=Act.ACCEPT).count() == 1


def test_the_wrong_person_is_refused_at_the_page_too(cast, at):
    case = journeys.deciding(cast)
    assert at(cast.township_li, days=20).get(act_url(case, "approve")).status_code == 403
    assert at(cast.outsider_sun, days=20).get(act_url(case, "extend")).status_code == 404
    assert (
        at(cast.supervisor_wu, days=20).post(act_url(case, "approve"), {"version": case.version}).status_code
        == 403
    )
    case.refresh_from_db()
    assert case.status == Status.DECIDING


def test_the_decision_shows_its_key_facts_and_then_pays_from_the_next_month(cast, at):
    case = journeys.deciding(cast)
    client = at(cast.county_zhao, days=22)
    facts = dict(client.get(act_url(case, "approve")).context["key_facts"])
    assert facts["起发月份"] == "2026年4月"
    assert facts["月保障金"] == "2,090.00 元"
    assert (
        client.post(act_url(case, "approve"), {"version": case.version, "opinion": "同意"}).status_code == 302
    )
    case.refresh_from_db()
    assert case.status == Status.APPROVED
    assert case.decision.from_month == date(2026, 4, 1)


def test_the_photo_of_a_notice_is_kept_with_its_place_and_a_wrong_file_leaves_nothing(cast, at):
    case = journeys.do("post_notice", journeys.reviewed(cast), cast.township_li, 9, place="青溪村公开栏")
    client = at(cast.township_li, days=10)
    form = {"version": case.version, "place": "青溪村公开栏", "taken_on": "2026-03-12"}
    bad = SimpleUploadedFile("公示.docx", b"PK\x03\x04" + b"0" * 100)
    answer = client.post(act_url(case, "attach_photo"), form | {"photo": bad})
    assert answer.status_code == 422
    assert "另存为 PDF" in answer.context["form"].errors["photo"][0]
    early = form | {"taken_on": "2026-03-01", "photo": SimpleUploadedFile("a.jpg", JPEG)}
    assert client.post(act_url(case, "attach_photo"), early).status_code == 422
    assert case.materials.count() == 0
    good = form | {"photo": SimpleUploadedFile("公示.jpg", JPEG)}
    assert client.post(act_url(case, "attach_photo"), good).status_code == 302
    photo = case.notices.get().photo
    assert (photo.place, photo.office_id) == ("青溪村公开栏", case.office_id)


def test_an_unknown_act_is_not_found(cast, at):
    case = journeys.submitted(cast)
    assert at(cast.township_li).get(act_url(case, "burn")).status_code == 404
    assert at(cast.township_li).post(act_url(case, "submit")).status_code == 404


# --- many at once --------------------------------------------------------------------------------------------


def test_a_batch_is_shown_first_then_done_and_says_what_was_refused(cast, at):
    first, second = journeys.submitted(cast), journeys.submitted(cast)
    done_before = journeys.reviewed(cast)
    client = at(cast.township_li, days=1)
    chosen = {"act": "accept", "ids": [first.pk, second.pk, done_before.pk]}
    shown = client.post(reverse("case_batch"), chosen)
    assert shown.status_code == 200
    assert first.applicant.name in shown.content.decode()
    first.refresh_from_db()
    assert first.status == Status.SUBMITTED
    answer = client.post(
        reverse("case_batch"), chosen | {"confirmed": "1", "opinion": "材料齐全"}, follow=True
    )
    assert {case.pk for case in answer.context["done"]} == {first.pk, second.pk}
    [(refused, reason)] = answer.context["refused"]
    assert refused.pk == done_before.pk
    assert reason
    assert first.events.first().opinion == "材料齐全"


def test_the_whole_result_can_be_taken_but_only_ones_own(cast, at):
    mine = [journeys.submitted(cast) for _ in range(3)]
    other = journeys.submitted(cast)
    Application.objects.filter(pk=other.pk).update(office=BAISHI_VILLAGE)
    client = at(cast.township_li, days=1)
    shown = client.post(
        reverse("case_batch"),
        {"act": "accept", "all": "1", "here": "tab=todo&status=submitted", "ids": [other.pk]},
    )
    assert {case.pk for case in shown.context["cases"]} == {case.pk for case in mine}


def test_a_batch_reviews_by_agreeing_and_leaves_out_what_one_handled(cast, at):
    cases_to_review = [journeys.to_review(cast), journeys.to_review(cast)]
    client = at(cast.reviewer_chen, days=8)
    form = {
        "act": "review",
        "ids": [case.pk for case in cases_to_review],
        "confirmed": "1",
        "opinion": "同意",
    }
    client.post(reverse("case_batch"), form)
    assert {Application.objects.get(pk=case.pk).status for case in cases_to_review} == {Status.TO_POST}


def test_an_act_that_is_not_for_many_or_not_for_this_person_is_refused(cast, at):
    case = journeys.deciding(cast)
    assert (
        at(cast.county_zhao).post(reverse("case_batch"), {"act": "refuse", "ids": [case.pk]}).status_code
        == 409
    )
    assert (
        at(cast.township_li).post(reverse("case_batch"), {"act": "approve", "ids": [case.pk]}).status_code
        == 409
    )


def test_the_act_that_takes_the_case_on_is_the_first_button(cast, at):
    case = journeys.deciding(cast)
    shown = at(cast.county_zhao, 20).get(page(case)).context["page"]
    names = [option.name for option in shown.usual_options]
    assert names[0] == shown.main_act == Act.APPROVE
    assert Act.RETURN in names
