"""The pages of a right and its changes at the desk and on a phone: nothing wider than the screen, no script error."""

from datetime import date

import pytest

from assistance.models import EntitlementChange
from assistance.services.date_events import fill
from tests import rights
from tests.browser.desk import OFFICE_SCREEN

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PHONE = {"width": 390, "height": 844}
DAY = date(2026, 5, 18)


@pytest.mark.parametrize("screen", [OFFICE_SCREEN, PHONE], ids=["desk", "phone"])
def test_a_cut_is_proposed_and_confirmed_in_the_browser(seat, house, screen):
    row = rights.family(house)
    clerk = seat("township_li", screen=screen)
    clerk.go("home")
    clerk.move_day(DAY)
    clerk.go("entitlement_detail", row.pk)
    shot(clerk, screen, "detail")
    clerk.follow("减员")
    shot(clerk, screen, "leave")
    child = row.members.get(relationship="grandchild").person
    page = clerk.page
    page.locator("#id_person").select_option(str(child.pk))
    page.locator("#id_reason_code").select_option("moved_away")
    page.locator("#id_explanation").fill("随母亲迁往外县")
    page.locator("#id_heard_on").fill("2026-05-15")
    page.locator("#id_heard_how").fill("上门听取，家庭没有异议")
    clerk.press("只测算，先不报")
    clerk.sees("什么都没有改")
    shot(clerk, screen, "estimate")
    clerk.press("测算并报县级确认")
    clerk.sees("待县级确认")
    shot(clerk, screen, "change")
    clerk.go("change_propose", row.pk, "cut")
    clerk.sees("减员正在等县级确认")
    change = EntitlementChange.objects.get()
    county = seat("county_zhao", screen=screen)
    county.go("home")
    county.go("change_list")
    shot(county, screen, "changes")
    county.go("change_detail", change.pk)
    county.sees("确认以后")
    shot(county, screen, "decide")
    county.press("确认减员")
    county.sees("已生效")
    clerk.go("death_report", row.payee_id)
    shot(clerk, screen, "death")
    fill(month=date(2026, 3, 1), on=DAY)
    clerk.go("event_list")
    shot(clerk, screen, "events")
    clerk.go("entitlement_detail", rights.newest(row).pk)
    clerk.sees("减员生效")
    shot(clerk, screen, "after")
    again = rights.proposed(house, rights.newest(row), "stop", "income", date(2026, 7, 1), DAY)
    clerk.go("change_detail", again.pk)
    page.locator("#id_reason").fill("收入核错了")
    clerk.press("撤回停发")
    clerk.sees("已撤回")
    shot(clerk, screen, "withdrawn")


def shot(desk, screen, name: str) -> None:
    """No page is wider than its screen."""
    width = desk.page.evaluate("document.documentElement.scrollWidth")
    assert width <= screen["width"] + 1, (name, width)
