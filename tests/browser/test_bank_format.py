"""The form of a bank's format shows the file while it is filled in."""

import pytest
from playwright.sync_api import expect

from assistance.models import BankFormat
from tests.browser.desk import PHONE, Seat

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.slow,
]


def test_a_new_bank_is_a_form_that_shows_its_file(seat: Seat) -> None:
    zhou = seat("cashier_zhou")
    zhou.go("bank_format_list")
    zhou.page.get_by_role("link", name="新增银行格式").click()
    look = zhou.page.locator("#look")
    expect(look).to_contain_text("1,6229009900000000011,赵玥,358.20")
    zhou.page.select_option("[name=delimiter]", "pipe")
    zhou.page.fill("[name=name]", "云岭银行")
    expect(look).to_contain_text("1|6229009900000000011|赵玥|358.20")
    zhou.page.locator("#columns [data-add-row]").click()
    zhou.page.select_option("[name=columns-5-key]", "constant")
    zhou.page.fill("[name=columns-5-text]", "CNY")
    expect(look).to_contain_text("|CNY")
    zhou.page.get_by_role("button", name="保存，交县级审批确认").click()
    expect(zhou.page.locator("main")).to_contain_text("这是您录入的")
    zhao = seat("county_zhao", screen=PHONE)
    zhao.go("bank_format_detail", BankFormat.objects.get(name="云岭银行").pk)
    zhao.page.get_by_role("button", name="确认，准予使用").click()
    expect(zhao.page.locator("main")).to_contain_text("在用")
    assert zhao.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
