"""特困 is not ended before the end has hung on the board: who posts, what stops it, where it is seen."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from assistance.models import Entitlement, Notice, Objection
from assistance.selectors import home
from assistance.selectors.change import timeline
from assistance.services import end_notice
from assistance.services.change_withdraw import withdraw_change
from assistance.services.death import report_death
from assistance.services.entitlement import confirm_change, refuse_change
from assistance.workflow import ChangeKind
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.registry import access, clock
from civaffairs.registry.models import CountySetting, Office
from reporting.document import Paragraph, Table, plain
from reporting.prints.change import change_notice
from reporting.prints.notice import notice_poster
from tests import ends, programmes, rights
from tests.cast import COUNTY, QINGXI_VILLAGE
from tests.rights import newest, proposed
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

K = ChangeKind
JULY, ON = date(2026, 7, 1), date(2026, 6, 3)
TOKEN = f"t{QINGXI_VILLAGE[6:]}"


@pytest.fixture
def right(cast) -> Entitlement:
    one = programmes.BY_CODE["tekun-rural"]
    programmes.standard(cast, one)
    application = programmes.granted(cast, programmes.submitted(cast, one, date(2026, 4, 8)))
    return Entitlement.objects.get(decision=application.decision)


@pytest.fixture
def change(cast, right):
    return proposed(cast, right, K.STOP, "supported", JULY, ON)


def _confirm(cast, change, on):
    return confirm_change(change_id=change.pk, by=cast.county_zhao, on=on, opinion="同意")


# --- what it takes ------------------------------------------------------------------------------------------------


def test_the_county_confirms_only_after_the_days_are_over_without_objection(cast, right, change):
    with pytest.raises(NotReady, match="还没有张贴") as refusal:
        _confirm(cast, change, ON)
    assert "第26条" in refusal.value.article
    notice = ends.hung(cast, change, ON)
    assert notice.until_day == ON + timedelta(days=7)
    with pytest.raises(NotReady, match=r"公示到2026-06-10期满"):
        _confirm(cast, change, notice.until_day)
    after = notice.until_day + timedelta(days=1)
    with pytest.raises(NotReady, match="还没有办结"):
        _confirm(cast, change, after)
    with pytest.raises(NotReady, match="期满"):
        end_notice.close_end(change_id=change.pk, by=cast.township_li, on=notice.until_day)
    for _ in range(2):
        assert end_notice.close_end(change_id=change.pk, by=cast.township_li, on=after).closed_on == after
    _confirm(cast, change, after)
    assert newest(right).until_month == JULY


def test_a_notice_without_its_photo_is_not_closed(cast, change):
    notice = end_notice.post_end(change_id=change.pk, by=cast.township_li, on=ON)
    with pytest.raises(NotReady, match="公示照片"):
        end_notice.close_end(
            change_id=change.pk, by=cast.township_li, on=notice.until_day + timedelta(days=1)
        )
    with pytest.raises(BadInput) as refusal:
        end_notice.attach_end_photo(
            change_id=change.pk, upload=ends.picture(), place=" ", taken_on=ON, by=cast.township_li, on=ON
        )
    assert refusal.value.field == "place"
    with pytest.raises(BadInput, match="拍摄日期不能早于"):
        end_notice.attach_end_photo(
            change_id=change.pk,
            upload=ends.picture(),
            place="公示栏",
            taken_on=ON - timedelta(days=1),
            by=cast.township_li,
            on=ON,
        )
    notice.refresh_from_db()
    assert notice.photo is None


def test_a_double_click_hangs_one_and_a_colleague_is_told(cast, change):
    first = end_notice.post_end(change_id=change.pk, by=cast.township_li, on=ON)
    assert end_notice.post_end(change_id=change.pk, by=cast.township_li, on=ON) == first
    with pytest.raises(NotAllowed, match="已经有人张贴"):
        end_notice.post_end(change_id=change.pk, by=cast.township_he, on=ON)
    assert Notice.objects.filter(change=change).count() == 1


def test_the_days_are_those_of_the_county(cast, change):
    CountySetting.objects.create(
        key="notice_days",
        value=10,
        from_month=date(2026, 1, 1),
        document_number="云民〔2026〕3号",
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
        confirmed_at=clock.now(),
    )
    notice = end_notice.post_end(change_id=change.pk, by=cast.township_li, on=ON)
    assert notice.until_day == ON + timedelta(days=10)


def test_a_neighbour_does_not_find_it(cast, change):
    with pytest.raises(access.NotVisible):
        end_notice.post_end(change_id=change.pk, by=cast.outsider_sun, on=ON)


def test_a_death_and_other_programmes_need_no_notice(cast, right):
    death = report_death(
        person_id=right.beneficiary_id,
        died_on=ON,
        explanation="死亡证明",
        cause="illness",
        by=cast.township_li,
        on=ON,
    )
    assert not end_notice.is_posted(death)
    _confirm(cast, death, ON)
    dibao = proposed(cast, rights.family(cast), K.STOP, "income", JULY, ON)
    with pytest.raises(NotAllowed, match="不用公示"):
        end_notice.post_end(change_id=dibao.pk, by=cast.township_li, on=ON)
    _confirm(cast, dibao, ON)


# --- objections ---------------------------------------------------------------------------------------------------


def _objected(cast, change, on):
    return end_notice.object_to_end(
        change_id=change.pk, channel="phone", content="他的儿子已经多年没有消息", by=cast.township_li, on=on
    )


def _answered(cast, change, objection, upheld, on):
    return end_notice.answer_end_objection(
        change_id=change.pk,
        objection_id=objection.pk,
        upheld=upheld,
        answer="已到村里核实",
        by=cast.township_li,
        on=on,
    )


def test_an_open_objection_holds_it_and_a_wrong_one_lets_it_go_on(cast, right, change):
    notice = ends.hung(cast, change, ON)
    objection = _objected(cast, change, ON + timedelta(days=2))
    after = notice.until_day + timedelta(days=1)
    assert end_notice.standing(change, after).due == date(
        2026, 6, 29
    )  # 15 working days, one holiday in between
    with pytest.raises(NotReady, match="还有1条异议没有答复"):
        end_notice.close_end(change_id=change.pk, by=cast.township_li, on=after)
    _answered(cast, change, objection, False, after)
    end_notice.close_end(change_id=change.pk, by=cast.township_li, on=after)
    _confirm(cast, change, after)
    assert newest(right).until_month == JULY


def test_a_right_one_takes_it_down_and_it_is_posted_anew(cast, right, change):
    ends.hung(cast, change, ON)
    objection = _objected(cast, change, ON + timedelta(days=2))
    answered = ON + timedelta(days=3)
    for _ in range(2):
        _answered(cast, change, objection, True, answered)
    with pytest.raises(NotAllowed, match="已经答复过"):
        _answered(cast, change, objection, False, answered)
    assert end_notice.standing(change, answered).state == "again"
    with pytest.raises(NotReady, match="还没有重新公示"):
        _confirm(cast, change, date(2026, 6, 20))
    decided = ends.posted(cast, change, date(2026, 6, 15))
    assert list(change.notices.order_by("round").values_list("round", flat=True)) == [1, 2]
    _confirm(cast, change, decided)
    assert newest(right).until_month == JULY


def test_what_hangs_comes_down_with_the_proposal(cast, change):
    ends.hung(cast, change, ON)
    refuse_change(change_id=change.pk, by=cast.county_zhao, on=ON, opinion="再核实")
    assert change.notices.get().revoked_on == ON
    again = proposed(cast, newest(change.entitlement), K.STOP, "supported", JULY, ON)
    ends.hung(cast, again, ON)
    withdraw_change(change_id=again.pk, reason="情况有变", by=cast.township_li, on=ON)
    assert again.notices.get().revoked_on == ON
    with pytest.raises(NotAllowed, match="不能再办理"):
        end_notice.post_end(change_id=again.pk, by=cast.township_li, on=ON)


# --- where it is seen ---------------------------------------------------------------------------------------------


def test_the_village_page_shows_it_and_takes_an_objection(cast, change, client, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: ON + timedelta(days=1))
    page = reverse("public_notices", args=[TOKEN])
    person = change.entitlement.beneficiary
    assert person.name not in client.get(page).content.decode()
    notice = ends.hung(cast, change, ON)
    words = client.get(page).content.decode()
    assert person.name in words
    assert "2026年7月" in words
    for secret in (person.id_number, person.id_number[-4:], "赡养", change.explanation):
        assert secret not in words
    answer = client.post(
        reverse("public_object", args=[TOKEN]),
        {"notice": notice.pk, "content": "他的儿子在外地，没有管他。", "contact": "", "website": ""},
        follow=True,
    )
    objection = Objection.objects.get(notice=notice)
    assert objection.receipt in answer.content.decode()
    assert objection.channel == Objection.Channel.PAGE
    for _ in range(2):
        form = {"notice": notice.pk, "content": "他的儿子在外地，没有管他。", "contact": "", "website": ""}
        client.post(reverse("public_object", args=[TOKEN]), form)
    late = client.post(
        reverse("public_object", args=[TOKEN]),
        {"notice": notice.pk, "content": "再说一遍这个情况。", "contact": "", "website": ""},
    )
    assert "网上提交的次数较多" in late.content.decode()


def test_the_worklist_the_list_of_notices_and_the_timeline_have_it(cast, right, change, client, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: ON)
    client.force_login(cast.township_li.user)
    cards = {card.label: card for card in home.other_cards(cast.township_li, ON)}
    card = cards["拟终止特困待公示"]
    assert card.count == 1
    shown = client.get(f"{reverse('change_list')}?{card.query}")
    assert [row.pk for row in shown.context["page"].rows] == [change.pk]
    person = right.beneficiary
    waiting = client.get(reverse("notice_list"), {"tab": "waiting"}).content.decode()
    assert person.name in waiting
    assert "张贴期限" in waiting
    notice = ends.hung(cast, change, ON)
    assert "拟终止特困待公示" not in [one.label for one in home.other_cards(cast.township_li, ON)]
    assert person.name in client.get(reverse("notice_list"), {"tab": "hanging"}).content.decode()
    after = notice.until_day + timedelta(days=1)
    cards = [one.label for one in home.other_cards(cast.township_li, after)]
    assert "拟终止公示期满" in cards
    end_notice.close_end(change_id=change.pk, by=cast.township_li, on=after)
    titles = [event["title"] for event in timeline(newest(right))]
    assert {"张贴拟终止公示", "拟终止公示期满"} <= set(titles)


def test_the_poster_and_the_written_notice_say_it(cast, change):
    decided = ends.posted(cast, change, ON)
    notice = change.notices.get()
    village = Office.objects.select_related("parent").get(pk=QINGXI_VILLAGE)
    paper = notice_poster([notice], village)
    assert paper.title == "拟终止特困人员救助供养公示"
    (table,) = [block for block in paper.blocks if isinstance(block, Table)]
    assert table.rows[0].cells["ends"] == "2026年7月"
    change = _confirm(cast, change, decided)
    paper = change_notice(change.group(), Office.objects.get(pk=COUNTY))
    text = "".join(plain(block.runs) for block in paper.blocks if isinstance(block, Paragraph))
    assert "拟终止情况已于2026年6月3日至2026年6月10日在青溪村村务公开栏公示" in text


def test_the_page_goes_from_posting_to_closing(cast, change, client, monkeypatch):
    client.force_login(cast.township_li.user)
    day = {"now": ON}
    monkeypatch.setattr(clock, "today", lambda: day["now"])
    url = reverse("change_notice", args=[change.pk])
    page = client.get(url)
    assert list(page.context["forms"]) == ["post"]
    missing = client.post(url, {"act": "post", "post-place": "", "post-posted_on": "2026-06-03"})
    assert missing.status_code == 422
    done = client.post(url, {"act": "post", "post-place": "青溪村公示栏", "post-posted_on": "2026-06-03"})
    assert done.status_code == 302
    photo = {
        "act": "photo",
        "photo-photo": ends.picture(),
        "photo-place": "青溪村公示栏",
        "photo-taken_on": "2026-06-03",
    }
    assert client.post(url, photo).status_code == 302
    said = {
        "act": "object",
        "object-channel": "phone",
        "object-content": "他的儿子没有管他",
        "object-contact": "",
    }
    assert client.post(url, said).status_code == 302
    objection = Objection.objects.get()
    answer = {
        "act": "answer",
        "answer-objection": objection.pk,
        "answer-upheld": "no",
        "answer-answer": "已核实，儿子按月给生活费",
    }
    assert client.post(url, answer).status_code == 302
    day["now"] = ON + timedelta(days=9)
    assert "close" in client.get(url).context["forms"]
    assert client.post(url, {"act": "close"}).status_code == 302
    client.force_login(cast.county_zhao.user)
    words = client.get(reverse("change_detail", args=[change.pk])).content.decode()
    assert "公示期满，没有成立的异议" in words
    assert "已核实，儿子按月给生活费" in words
