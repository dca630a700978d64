"""Keys and guards of every page, tried in a real browser."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from civaffairs.lib.identity import check_digit
from tests.browser import frame_pages

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

GOOD_ID = "51990119590105002" + check_digit("51990119590105002")


@pytest.fixture
def site(settings, live_server, cast, come_in) -> str:
    settings.ROOT_URLCONF = "tests.browser.frame_pages"
    settings.MENU_COUNTS = {}
    frame_pages.received.clear()
    frame_pages.answer["autosave"] = "saved"
    come_in(cast.township_li)
    return live_server.url


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.name || document.activeElement.className")


def test_a_form_is_filled_with_the_keyboard_alone(site: str, page: Page) -> None:
    page.goto(f"{site}/entry/")
    page.focus("[name=name]")
    for typed, after in [("欧阳秀兰", "day"), ("20260105", "income"), ("1234.5", "truthful")]:
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        assert focused(page) == after
    expect(page.locator("[name=day]")).to_have_value("2026-01-05")
    expect(page.locator("[name=income]")).to_have_value("1,234.50")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert focused(page) == "reason"
    page.keyboard.type("一")
    page.keyboard.press("Enter")
    page.keyboard.type("二")
    assert focused(page) == "reason", "in a text area Enter is a new line"
    page.focus("[name=phone]")
    page.keyboard.press("Shift+Enter")
    assert focused(page) == "reason"
    page.focus("[name=phone]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert frame_pages.received[0]["income"] == "1,234.50"
    assert frame_pages.received[0]["truthful"] == "yes"


def test_pressing_twice_sends_once(site: str, page: Page) -> None:
    page.goto(f"{site}/entry/")
    page.fill("[name=name]", "欧阳秀兰")
    button = page.locator("form[method=post] .form-grid + button")
    with page.expect_navigation():
        button.dblclick()
    assert len(frame_pages.received) == 1


def test_mistakes_take_the_cursor_to_the_summary_and_from_there_to_the_field(site: str, page: Page) -> None:
    page.goto(f"{site}/entry/")
    page.fill("[name=day]", "2026-13-1")
    with page.expect_navigation():
        page.locator("form[method=post] .form-grid + button").click()
    assert focused(page) == "error-summary"
    page.click("text=没有 13 月 >> nth=0")
    assert focused(page) == "day"
    expect(page.locator("[name=day]")).to_have_value("2026-13-1")


def test_a_draft_saves_itself_and_a_lost_line_loses_nothing(
    site: str, page: Page, window: BrowserContext
) -> None:
    page.goto(f"{site}/draft/")
    state = page.locator("[data-save-state]")
    page.fill("#word", "第一版")
    expect(state).to_have_text("已自动保存 14:03")
    assert frame_pages.received[-1]["word"] == "第一版"
    expect(page.locator("[name=version]")).to_have_value("2")
    window.set_offline(True)
    page.fill("#word", "断网时写的")
    page.keyboard.press("Control+s")
    expect(state).to_have_text("网络断开，内容还在本页，恢复后自动保存")
    window.set_offline(False)
    expect(state).to_have_text("已自动保存 14:03")
    assert frame_pages.received[-1]["word"] == "断网时写的"


def test_leaving_the_page_saves_what_was_typed_last(site: str, page: Page) -> None:
    page.goto(f"{site}/draft/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("#word", "最后一笔")
    page.goto(f"{site}/choose/")
    page.wait_for_timeout(500)
    assert frame_pages.received[-1]["word"] == "最后一笔"


def test_a_draft_saved_elsewhere_is_not_overwritten(site: str, page: Page) -> None:
    frame_pages.answer["autosave"] = "stale"
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{site}/draft/")
    page.fill("#word", "旧窗口")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-save-state]")).to_have_text("14:02 在别的窗口保存过")
    sent = len(frame_pages.received)
    page.fill("#word", "再改")
    page.keyboard.press("Control+s")
    page.wait_for_timeout(2000)
    assert len(frame_pages.received) == sent


def test_an_expired_log_in_keeps_the_words_on_the_page(site: str, page: Page) -> None:
    frame_pages.answer["autosave"] = "signed out"
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{site}/draft/")
    page.fill("#word", "还在")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-save-state]")).to_contain_text("登录已过期")
    expect(page.locator("#word")).to_have_value("还在")


def test_an_id_number_fills_its_own_row_and_a_slip_is_shown_at_once(site: str, page: Page) -> None:
    page.goto(f"{site}/draft/")
    page.click("[data-add-row]")
    assert focused(page) == "members-1-name"
    page.fill("[name=members-1-id_number]", GOOD_ID[:-1] + ("1" if GOOD_ID[-1] != "1" else "2"))
    page.keyboard.press("Tab")
    expect(page.locator("#id_members-1-id_number_live")).to_have_text("第18位校验码不对，请核对是否输错一位")
    page.fill("[name=members-1-id_number]", GOOD_ID)
    page.keyboard.press("Tab")
    expect(page.locator("#id_members-1-id_number_live")).to_have_count(0)
    expect(page.locator("[name=members-1-sex]")).to_have_value("female")
    assert page.input_value("[name=members-1-age]").isdigit()
    expect(page.locator("[name=members-0-sex]")).to_have_value("")


def test_rows_are_added_copied_and_removed(site: str, page: Page) -> None:
    page.goto(f"{site}/draft/")
    page.fill("[name=members-0-name]", "王小军")
    page.select_option("[name=members-0-health]", "ill")
    page.click("[data-add-row]")
    page.locator("[data-row]").nth(1).locator("[data-copy-row]").click()
    expect(page.locator("[name=members-1-health]")).to_have_value("ill")
    expect(page.locator("[name=members-1-name]")).to_have_value("")
    page.locator("[data-row]").nth(0).locator("[data-remove-row]").click()
    expect(page.locator("[data-row]").nth(0)).to_be_hidden()
    expect(page.locator("[data-row-number]:visible")).to_have_text(["1"])
    page.keyboard.press("Control+s")
    expect(page.locator("[data-save-state]")).to_have_text("已自动保存 14:03")
    assert frame_pages.received[-1]["members-0-DELETE"] == "on"
    assert frame_pages.received[-1]["members-TOTAL_FORMS"] == "2"


def test_rows_are_chosen_one_by_one_by_range_and_all(site: str, page: Page) -> None:
    page.goto(f"{site}/choose/")
    bar, count = page.locator("[data-bulk-bar]"), page.locator("[data-bulk-count]")
    expect(bar).to_be_hidden()
    boxes = page.locator("[data-bulk-row]")
    boxes.nth(0).check()
    expect(count).to_have_text("1")
    boxes.nth(3).click(modifiers=["Shift"])
    expect(count).to_have_text("4")
    page.check("[data-bulk-head]")
    expect(count).to_have_text("5")
    page.click("[data-bulk-none]")
    expect(bar).to_be_hidden()


def test_search_help_and_menu_answer_to_keys(site: str, page: Page) -> None:
    page.goto(f"{site}/choose/")
    page.keyboard.press("/")
    assert focused(page) == "q"
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.click(".topbar-person")
    expect(page.locator(".topbar .menu-panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".topbar .menu-panel")).to_be_hidden()


def test_the_narrow_menu_is_remembered(site: str, page: Page) -> None:
    page.goto(f"{site}/choose/")
    wide = page.locator("#side-menu").bounding_box()["width"]
    page.click("[data-toggle-menu]")
    page.reload()
    assert page.locator("#side-menu").bounding_box()["width"] < wide / 2


def test_an_unattended_screen_asks_and_then_goes_to_the_log_in(site: str, page: Page, settings) -> None:
    settings.IDLE_MINUTES = 2
    page.clock.install()
    page.goto(f"{site}/choose/")
    page.clock.run_for(2000)
    expect(page.locator("#idle-warning")).to_be_visible()
    page.clock.run_for(90_000)
    expect(page.locator("[data-idle-left]")).to_contain_text("秒")
    with page.expect_response(f"{site}/still-here/") as answer:
        page.click("[data-idle-stay]")
    assert answer.value.status == 204
    page.clock.run_for(100_000)
    assert page.url == f"{site}/choose/"
    with page.expect_navigation():
        page.clock.run_for(60_000)
    assert page.url != f"{site}/choose/"


def test_a_phone_has_the_menu_in_a_drawer_and_nothing_runs_off_the_side(site: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("entry", "draft", "choose"):
        page.goto(f"{site}/{address}/")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.locator("#side-menu")).to_be_hidden()
    page.click("[data-toggle-menu]")
    expect(page.locator("#side-menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#side-menu")).to_be_hidden()
