"""节日慰问金 from the empty form to the list, by the people responsible, on the screen of an office and on a phone."""

from datetime import date

import pytest
from playwright.sync_api import expect

from assistance.models import Batch
from civaffairs.registry.models import DemoDay
from tests import batches, payments
from tests.browser.desk import PHONE, Seat
from tests.cast import BAISHI_VILLAGE, LIUTANG, Cast

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def people(house: Cast) -> Cast:
    DemoDay.objects.update(day=date(2026, 5, 6))
    rates = {"tekun": 50_000, "child": 0, "veteran": 40_000, "dibao": 30_000, "status": 0, "old": 0}
    batches.standard(house, "festival", rates=rates | {"disabled": 0, "fixed": 0})
    payments.entitlement(house, "赵玥", persons=3)
    payments.entitlement(house, "钱玥", scheme="dibao-urban", office=LIUTANG)
    payments.entitlement(house, "孙玥", office=BAISHI_VILLAGE, persons=2)
    payments.entitlement(house, "李老汉", scheme="tekun-rural", category="scattered-self")
    return house


def test_from_the_empty_form_to_the_list(people: Cast, seat: Seat) -> None:
    qian, zhao = seat("county_qian"), seat("county_zhao")
    qian.go("batch_list")
    qian.follow("节日慰问")
    page = qian.page
    page.fill("[name=title]", "2026年端午节慰问")
    page.select_option("[name=occasion]", "other")
    page.fill("[name=document_number]", "云民〔2026〕30号")
    for code in ("dibao-rural", "dibao-urban", "tekun-rural"):
        page.check(f"[name=take_{code}]")
    qian.press("生成名单")
    batch = Batch.objects.get()
    expect(page.locator(".identity-bar")).to_contain_text("2,300.00")
    qian.go("batch_items", batch.pk, query="?q=孙玥")
    qian.follow("移出")
    page.fill("[name=reason]", "本人自愿放弃")
    qian.press("移出")
    zhao.go("batch_detail", batch.pk)
    zhao.follow("审批")
    zhao.sees("2,000.00")
    zhao.press("审批")
    zhao.sees("还没列入名册")
    qian.go("batch_detail", batch.pk)
    qian.follow("去生成发放名册")
    expect(page.locator("[name=scheme]")).to_have_value("festival")


@pytest.mark.parametrize("size", ["office", "phone"])
def test_no_page_is_wider_than_its_screen(people: Cast, seat: Seat, size: str) -> None:
    batch = batches.prepared(people, "festival", "dibao-rural", "dibao-urban", "tekun-rural")
    desk = seat("county_qian", **({"screen": PHONE} if size == "phone" else {}))
    pages = [("batch_list",), ("batch_new", "festival"), ("batch_new", "price"), ("batch_detail", batch.pk)]
    for name, *arguments in [*pages, ("batch_items", batch.pk), ("batch_act", batch.pk, "discard")]:
        desk.go(name, *arguments)
        wide, seen = desk.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= seen, name
