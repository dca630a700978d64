"""Notices inside the house, and the page that anybody may read."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.urls import reverse

from assistance.models import Application, Notice, Objection
from assistance.workflow import Status
from civaffairs.registry import clock
from tests import journeys
from tests.cast import BAISHI_VILLAGE, QINGXI_VILLAGE, Cast, make_cast
from tests.journeys import MONDAY
from tests.kept import kept

TOKEN = f"t{QINGXI_VILLAGE[6:]}"


@pytest.fixture
def on_day(client, monkeypatch):
    def go(days: int, posting=None):
        monkeypatch.setattr(clock, "today", lambda: MONDAY + timedelta(days=days))
        client.logout()
        if posting is not None:
            client.force_login(posting.user)
        return client

    return go


def one_notice() -> tuple[Cast, Application]:
    cast = make_cast()
    return cast, journeys.on_notice(cast)


notice_kept = kept(one_notice)


def public() -> str:
    return reverse("public_notices", args=[TOKEN])


def objecting(hanging: Notice, **changes) -> dict:
    return {"notice": hanging.pk, "content": "他家在县城有两套房子。", "contact": "", "website": ""} | changes


class TestOneNotice:
    @pytest.fixture
    def case(self, notice_kept, db):
        return deepcopy(notice_kept[1])

    @pytest.fixture
    def cast(self, notice_kept, db):
        return deepcopy(notice_kept[0])

    def test_anybody_reads_names_of_adults_numbers_and_the_amount_and_nothing_else(self, case, on_day):
        words = on_day(12).get(public()).content.decode()
        head, wife, child = (member.person for member in case.members.all())
        assert head.name in words
        assert wife.name in words
        assert "2,090.00" in words
        assert "正在公示 1 户" in words
        for secret in (
            child.name,
            head.id_number,
            head.id_number[-4:],
            case.reason,
            case.household.address,
            "玉米",
        ):
            assert secret not in words

    def test_a_notice_is_shown_from_its_posting_through_its_last_day_and_no_longer(self, case, on_day):
        name = case.applicant.name
        assert name not in on_day(8).get(public()).content.decode()
        assert name in on_day(9).get(public()).content.decode()
        assert name in on_day(16).get(public()).content.decode()
        assert name not in on_day(17).get(public()).content.decode()

    def test_a_village_shows_its_own_notices_only_and_a_wrong_address_nothing(self, case, on_day):
        other = reverse("public_notices", args=[f"t{BAISHI_VILLAGE[6:]}"])
        assert case.applicant.name not in on_day(12).get(other).content.decode()
        assert on_day(12).get(reverse("public_notices", args=["abc123"])).status_code == 404

    def test_an_objection_without_a_log_in_gives_a_receipt_and_reaches_the_township(self, cast, case, on_day):
        client = on_day(12)
        answer = client.post(
            reverse("public_object", args=[TOKEN]), objecting(case.notices.get()), follow=True
        )
        objection = Objection.objects.get()
        words = answer.content.decode()
        assert objection.receipt in words
        assert "待处理" in words
        assert objection.content not in words
        assert (objection.channel, objection.state) == ("page", "open")
        todo = on_day(12, cast.township_li).get(reverse("case_list"), {"tab": "todo", "step": "objection"})
        assert [row.pk for row in todo.context["rows"]] == [case.pk]

    @pytest.mark.parametrize(
        "changes",
        [
            {"content": ""},
            {"content": "有房"},
            {"content": "长" * 1001},
            {"contact": "1" * 101},
            {"website": "http://x"},
            {"notice": ""},
            {"notice": "999999"},
        ],
        ids=str,
    )
    def test_what_cannot_be_looked_into_is_not_taken_and_what_was_typed_stays(self, case, on_day, changes):
        form = objecting(case.notices.get(), **changes)
        answer = on_day(12).post(reverse("public_object", args=[TOKEN]), form)
        assert answer.status_code == 422
        assert str(form["content"]) in answer.content.decode()
        assert not Objection.objects.exists()

    def test_one_address_cannot_flood_a_notice_and_another_still_can_object(self, case, on_day):
        client, url = on_day(12), reverse("public_object", args=[TOKEN])
        notice = case.notices.get()
        answers = [client.post(url, objecting(notice, content=f"第{n}条意见，请核实。")) for n in range(4)]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 422]
        assert "次数较多" in answers[-1].content.decode()
        assert client.post(url, objecting(notice), REMOTE_ADDR="192.0.2.8").status_code == 302

    def test_many_addresses_together_do_not_bury_a_case(self, case, on_day):
        notice, client = case.notices.get(), on_day(12)
        url = reverse("public_object", args=[TOKEN])
        answers = [
            client.post(url, objecting(notice, content=f"第{n}条意见，请核实。"), REMOTE_ADDR=f"192.0.2.{n}")
            for n in range(1, 22)
        ]
        assert [answer.status_code for answer in answers] == [302] * 20 + [422]
        assert "监督电话" in answers[-1].content.decode()

    def test_an_objection_to_another_villages_notice_is_not_taken_here(self, case, on_day):
        other = reverse("public_object", args=[f"t{BAISHI_VILLAGE[6:]}"])
        assert on_day(12).post(other, objecting(case.notices.get())).status_code == 422
        assert not Objection.objects.exists()

    def test_the_neighbour_sees_no_notice_of_ours(self, cast, case, on_day):
        response = on_day(12, cast.outsider_sun).get(reverse("notice_list"), {"tab": "hanging"})
        assert response.context["page"].rows == []
        assert list(response.context["villages"]) == []


def test_a_receipt_of_another_village_is_not_found(cast, on_day):
    _, objection = journeys.objected(cast)
    here = reverse("public_receipt", args=[TOKEN, objection.receipt])
    there = reverse("public_receipt", args=[f"t{BAISHI_VILLAGE[6:]}", objection.receipt])
    assert on_day(12).get(here).status_code == 200
    assert on_day(12).get(there).status_code == 404


# --- inside --------------------------------------------------------------------------------------------------


def test_the_cases_of_a_village_are_posted_with_one_press(cast, on_day):
    made = [journeys.reviewed(cast), journeys.reviewed(cast)]
    client = on_day(9, cast.township_li)
    listed = client.get(reverse("notice_list")).context["page"].rows
    assert {row.pk for row in listed} == {case.pk for case in made}
    form = {"act": "post_notice", "ids": [case.pk for case in made], "confirmed": "1"}
    form |= {"posted_on": "2026-03-11", "place": "青溪村村务公开栏"}
    client.post(reverse("case_batch"), form)
    notices = list(Notice.objects.all())
    assert [notice.place for notice in notices] == ["青溪村村务公开栏"] * 2
    for case in made:
        case.refresh_from_db()
        assert case.status == Status.ON_NOTICE


def test_each_tab_holds_the_notices_it_names(cast, on_day):
    hanging, closed = journeys.on_notice(cast), journeys.deciding(cast)
    client = on_day(12, cast.township_li)
    address = reverse("notice_list")

    def listed(tab: str) -> list[int]:
        return [row.application_id for row in client.get(address, {"tab": tab}).context["page"].rows]

    assert listed("hanging") == [hanging.pk]
    assert listed("past") == [closed.pk]
    assert listed("over") == []
    on_day(17, cast.township_li)
    assert listed("over") == [hanging.pk]
    assert listed("hanging") == []


def test_the_queries_of_the_notice_list_do_not_grow(cast, on_day, django_assert_num_queries):
    journeys.on_notice(cast)
    counts = []
    for more in (0, 8):
        for _ in range(more):
            journeys.on_notice(cast)
        client = on_day(12, cast.township_li)
        client.get(reverse("notice_list"))
        with django_assert_num_queries(100, exact=False) as captured:
            client.get(reverse("notice_list"), {"tab": "hanging"})
        counts.append(len(captured))
    assert counts[0] == counts[1]
