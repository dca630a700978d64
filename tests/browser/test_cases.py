"""Cases between colleagues and citizens: pages gone stale, many at once, the public's page, and pages everybody can read."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from assistance.models import Application, Objection
from assistance.workflow import Status
from civaffairs.registry.models import DemoDay, Office
from tests import journeys
from tests.browser.desk import PHONE, Desk, Seat
from tests.browser.pages import CasePage, put
from tests.cast import QINGXI_VILLAGE, Cast

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def it_is(application: Application, days: int) -> None:
    """The calendar of the house stands so many days after the hand-in."""
    DemoDay.objects.update(day=journeys.after(application, days))


@pytest.mark.second_round
def test_a_page_gone_stale_shows_what_a_colleague_has_done(house: Cast, seat: Seat) -> None:
    application = journeys.submitted(house)
    it_is(application, 1)
    case, li, he = CasePage(application.pk), seat("township_li"), seat("township_he")
    he.go("case_act", application.pk, "request_correction")
    put(he.page, "opinion", "请补户口簿复印件")
    case.do(li, "accept", near_relative="no", needs_deliberation="no")
    he.press("一次性告知补正", within="#act")
    he.sees("您打开这页以后，别人已经办过")
    he.sees("李望春")
    he.sees("受理")
    expect(he.page.locator("[name=opinion]")).to_have_value("请补户口簿复印件")
    application.refresh_from_db()
    assert application.status == Status.INVESTIGATING


@pytest.mark.second_round
def test_pressing_an_act_twice_does_it_once(house: Cast, seat: Seat) -> None:
    application = journeys.accepted(house)
    it_is(application, 2)
    li = seat("township_li")
    CasePage(application.pk).at(li)
    with li.page.expect_navigation():
        li.page.get_by_role("button", name="提请信息核对", exact=True).dblclick()
    expect(li.page.locator(".notes")).to_contain_text("已办理")
    assert application.checks.count() == 1
    assert application.events.filter(act="request_check").count() == 1


@pytest.mark.second_round
def test_many_are_confirmed_in_one_go_and_what_cannot_be_is_told_one_by_one(house: Cast, seat: Seat) -> None:
    good = [journeys.deciding(house) for _ in range(2)]
    related = journeys.deciding(
        house, acceptance={"near_relative": True, "near_relative_note": "青溪镇何满仓的哥哥"}
    )
    it_is(related, 22)
    zhao = seat("county_zhao")
    zhao.go("case_list")
    for row in (*good, related):
        zhao.page.check(f"[data-bulk-row][value='{row.pk}']")
    zhao.press("批量确认")
    zhao.sees("合计 3 件")
    put(zhao.page, "opinion", "经会议研究，同意")
    zhao.press("确认 3 件")
    zhao.sees("没有办理的 1 件")
    zhao.sees("县级")
    zhao.sees("已办理 2 件")
    states = dict(Application.objects.values_list("pk", "status"))
    assert [states[row.pk] for row in good] == [Status.APPROVED] * 2
    assert states[related.pk] == Status.DECIDING


def test_anybody_reads_the_notices_of_a_village_and_objects_without_an_account(
    house: Cast, seat: Seat
) -> None:
    application = journeys.on_notice(house)
    it_is(application, 11)
    token = Office.objects.get(pk=QINGXI_VILLAGE).notice_token
    citizen = seat("anybody", screen=PHONE)
    citizen.go("public_notices", token)
    page = citizen.page
    text = page.locator("body").inner_text()
    minor = application.members.order_by("id").last()
    assert application.applicant.name in text
    assert minor.person.name not in text
    assert application.phone not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="提交意见").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("您了解的情况")
    put(page, "content", "他家在县城有一套出租的房子。")
    page.get_by_role("button", name="提交意见").click()
    expect(page.locator("h1")).to_have_text("您的意见已经收到")
    objection = Objection.objects.get()
    expect(page.locator("body")).to_contain_text(objection.receipt)

    # It stands on the case, and holds the case back until somebody has answered.
    it_is(application, 18)
    li = seat("township_li")
    case = CasePage(application.pk)
    case.at(li, "notice")
    li.sees("他家在县城有一套出租的房子。")
    expect(li.page.locator(".act-closed")).to_contain_text("异议")
    case.do(li, "answer_objection", upheld="no", answer="经查房产登记，名下没有住房。")
    case.do(li, "close_notice")
    page.reload()
    expect(page.locator("body")).to_contain_text("不成立")
    citizen.go("public_notices", token)
    expect(page.locator("body")).to_contain_text("现在没有正在公示的家庭")


SERIOUS = {"serious", "critical"}


def unreadable(desk: Desk) -> list[str]:
    """What would keep somebody with a screen reader or weak eyes from this page."""
    found = Axe().run(desk.page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in SERIOUS]


def test_the_main_pages_can_be_read_by_everybody(house: Cast, seat: Seat) -> None:
    journeys.approved(house)
    application = journeys.on_notice(house)
    draft = journeys.declarations.drafted(house)
    it_is(application, 22)
    token = Office.objects.get(pk=QINGXI_VILLAGE).notice_token
    pages = {
        "township_li": [
            ("home",),
            ("case_list",),
            ("case_detail", application.pk),
            ("case_act", application.pk, "record_objection"),
            ("notice_list",),
            ("draft_new",),
            ("draft_edit", draft.pk),
            ("person_search",),
            ("entitlement_list",),
            ("print_centre",),
        ],
        "county_qian": [("run_list",), ("run_new",), ("report_list",), ("figure_list",), ("standard_list",)],
        "audit_chu": [("audit_list",)],
        "anybody": [("login",), ("public_notices", token)],
    }
    faults = {}
    for who, names in pages.items():
        desk = seat(who)
        for name, *args in names:
            assert desk.go(name, *args) == 200
            if found := unreadable(desk):
                faults[name] = found
    assert faults == {}
