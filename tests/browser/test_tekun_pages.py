"""An intended end of 特困 on the board, a change of place, 转保 and refused work: at the desk and on a phone."""

from datetime import date

import pytest

from assistance.models import Entitlement, EntitlementMember
from assistance.workflow import ChangeKind
from civaffairs.registry.models import DemoDay
from tests import ends, programmes, rights
from tests.browser.desk import OFFICE_SCREEN
from tests.cast import QINGXI_VILLAGE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PHONE = {"width": 390, "height": 844}
DAY = date(2026, 6, 3)


def _right(house) -> Entitlement:
    one = programmes.BY_CODE["tekun-rural"]
    programmes.standard(house, one)
    application = programmes.granted(house, programmes.submitted(house, one, date(2026, 4, 8)))
    return Entitlement.objects.get(decision=application.decision)


@pytest.mark.parametrize("screen", [OFFICE_SCREEN, PHONE], ids=["desk", "phone"])
def test_the_pages_of_an_end_and_of_a_place(seat, house, screen):
    DemoDay.objects.update(day=DAY)
    right, family = _right(house), rights.family(house)
    wife = family.members.get(relationship="spouse")
    EntitlementMember.objects.filter(pk=wife.pk).update(labour="partial")
    home = programmes.home(house)
    clerk = seat("township_li", screen=screen)

    clerk.go("change_propose", right.pk, "keep")
    page = clerk.page
    assert not page.locator("#id_institution").is_visible()
    page.locator("#id_mode").select_option("central")
    assert page.locator("#id_institution").is_visible()
    assert not page.locator("#id_payee_of_care").is_visible()
    page.locator("#id_institution").select_option(str(home.pk))
    shot(clerk, screen, "keep")

    clerk.go("change_propose", family.pk, "cut")
    assert not page.locator("#id_refused_1").is_visible()
    page.locator("#id_reason_code").select_option("work_refused")
    assert page.locator("#id_refused_3").is_visible()
    shot(clerk, screen, "refused")

    clerk.go("change_propose", right.pk, "switch")
    shot(clerk, screen, "switch")

    change = rights.proposed(house, right, ChangeKind.STOP, "supported", date(2026, 7, 1), DAY)
    clerk.go("home")
    clerk.sees("拟终止特困待公示")
    clerk.go("notice_list")
    clerk.sees("拟终止特困供养，待张贴")
    shot(clerk, screen, "list")
    clerk.go("change_notice", change.pk)
    shot(clerk, screen, "post")
    clerk.press("张贴公示")
    clerk.sees("已张贴公示")
    ends.photo(house, change, DAY)
    clerk.go("change_notice", change.pk)
    shot(clerk, screen, "hanging")
    clerk.go("public_notices", f"t{QINGXI_VILLAGE[6:]}")
    clerk.sees("拟终止特困人员救助供养")
    clerk.sees("正在公示 1 户")
    shot(clerk, screen, "public")

    county = seat("county_zhao", screen=screen)
    county.go("home")
    county.go("change_detail", change.pk)
    county.sees("县级确认前还要")
    shot(county, screen, "county")


def shot(desk, screen, name: str) -> None:
    """No page is wider than its screen."""
    width = desk.page.evaluate("document.documentElement.scrollWidth")
    assert width <= screen["width"] + 1, (name, width)
