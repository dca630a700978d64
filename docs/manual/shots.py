"""Take the pictures of the manual anew, from a running demo: looks at pages, changes nothing.

    ./run demo                                                  (in one window; --size small)
    .venv/bin/python docs/manual/shots.py http://127.0.0.1:8000      (in another; needs the packages of ./run test)

Writes docs/manual/img/NAME.png. Each picture names who looks (a demo account), and how to come to the page by
clicking; so a picture can be taken only of what that person really sees.
"""

import io
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

HERE = Path(__file__).resolve().parent
PASSWORD = os.environ.get("DEMO_PASSWORD", "Yunling-2026")
SCREEN = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
MOST_BYTES = 120 * 1024

Way = Callable[[Page], None]


def goes(path: str) -> Way:
    return lambda page: page.goto(path) and None


def case(state: str, then: str = "") -> Way:
    """The first case in a state that this person may act on; `then` is a tab or the way to an act's form."""

    def way(page: Page) -> None:
        page.goto(f"/cases/?tab=todo&status={state}")
        if not page.locator("td .main-link").count():
            page.goto(f"/cases/?tab=all&status={state}")
        page.locator("td .main-link").first.click()
        if then.startswith("?"):
            page.goto(page.url.split("?")[0] + then)
        elif then:
            page.locator(".act-list").get_by_role("link", name=then, exact=True).click()

    return way


def first(path: str, then: str = "") -> Way:
    """The first row of a list, and from there a link by its words."""

    def way(page: Page) -> None:
        page.goto(path)
        page.locator("td .main-link").first.click()
        if then:
            page.get_by_role("link", name=then, exact=True).first.click()

    return way


def public_notice(page: Page) -> None:
    page.goto("/notices/?tab=hanging")
    page.goto(page.get_by_role("link", name="公示页").first.get_attribute("href") or "")


def batch(page: Page) -> None:
    page.goto("/cases/?tab=todo")
    boxes = page.locator("[data-bulk-row]")
    for number in range(min(3, boxes.count())):
        boxes.nth(number).check()
    page.locator("[data-bulk-bar]").scroll_into_view_if_needed()


def of_programme(code: str, tab: str) -> Way:
    """The first reckoned case of a programme, at a tab."""

    def way(page: Page) -> None:
        page.goto(f"/cases/?tab=all&status=deciding&scheme={code}")
        page.locator("td .main-link").first.click()
        page.goto(page.url.split("?")[0] + f"?tab={tab}")

    return way


def reminded(page: Page) -> None:
    """The page 待遇叠加 of the one list of June that stands."""
    page.goto("/payments/runs/?status=prepared")
    page.locator("td .main-link").first.click()
    page.get_by_role("link", name="待遇叠加").first.click()


def right(page: Page) -> None:
    """A family in 低保 to which things may happen."""
    page.goto("/entitlements/?scheme=dibao-rural")
    page.locator("td .main-link").nth(11).click()


def cut(page: Page) -> None:
    right(page)
    page.get_by_role("link", name="减发", exact=True).click()


def change(kind: str) -> Way:
    """The first proposed change of a kind."""

    def way(page: Page) -> None:
        page.goto("/entitlements/changes/")
        page.locator("tbody tr", has_text=kind).first.locator(".main-link").click()

    return way


def raised(then: str = "") -> Way:
    """The raise of 低保 that waits for the approver."""

    def way(page: Page) -> None:
        page.goto("/standards/?scheme=dibao-rural")
        page.locator("td .main-link").first.click()
        page.get_by_role("cell").filter(has=page.locator("a[href*='/standards/changes/']")).first.locator(
            "a"
        ).click()
        if then:
            page.goto(page.url + then)

    return way


@dataclass(frozen=True)
class Shot:
    """One picture: its name, who looks, the way there, and how much of the page."""

    name: str
    who: str
    way: Way
    tall: int = 768
    screen: str = "office"
    focus: str = ""


SHOTS = (
    Shot("01-login", "", goes("/login/")),
    Shot("01-home", "township_li", goes("/")),
    Shot("01-search", "township_li", goes("/people/?q=%E6%9D%8E")),
    Shot("02-new", "township_li", goes("/drafts/new/"), 560),
    Shot("02-drafts", "township_li", goes("/drafts/"), 520),
    Shot("02-form", "township_li", first("/drafts/"), 1100),
    Shot("02-accept", "township_li", case("submitted", "受理")),
    Shot("02-correction", "township_li", case("submitted", "一次性告知补正")),
    Shot("03-list", "township_li", goes("/cases/?tab=todo")),
    Shot("03-case", "township_li", case("investigating"), 900),
    Shot("03-visit", "township_li", case("investigating", "登记入户调查"), 900),
    Shot("03-visit-phone", "township_li", case("investigating", "登记入户调查"), 844, "phone", "#act"),
    Shot("03-check", "county_qian", case("investigating", "登记核对结果")),
    Shot("03-reckoning", "township_li", case("on_notice", "?tab=reckoning"), 1000),
    Shot("04-notices", "township_li", goes("/notices/?tab=hanging")),
    Shot("04-case", "township_li", case("on_notice", "?tab=notice"), 820),
    Shot("04-public", "", public_notice, 900),
    Shot("05-review", "reviewer_chen", case("reviewing", "提出初审意见")),
    Shot("05-approve", "county_zhao", case("deciding", "确认")),
    Shot("05-batch", "county_zhao", batch),
    Shot("05-prints", "township_li", goes("/prints/"), 640),
    Shot("06-runs", "county_qian", goes("/payments/runs/")),
    Shot("06-new", "county_qian", goes("/payments/runs/new/"), 600),
    Shot("06-run", "cashier_zhou", first("/payments/runs/"), 1000),
    Shot("06-returned", "cashier_zhou", goes("/payments/returned/")),
    Shot("06-accounts", "cashier_zhou", goes("/accounts/"), 560),
    Shot("06-ledger", "township_li", goes("/entitlements/")),
    Shot("07-reports", "county_qian", goes("/reports/"), 520),
    Shot("07-edit", "county_qian", first("/reports/", "编辑文字"), 900),
    Shot("07-report", "supervisor_wu", first("/reports/"), 1000),
    Shot("07-rows", "supervisor_wu", goes("/figures/dibao.both.households/rows/")),
    Shot("08-users", "security_feng", goes("/users/"), 640),
    Shot("08-audit", "audit_chu", goes("/audit/")),
    Shot("08-standards", "county_qian", goes("/standards/"), 640),
    Shot("09-schemes", "county_qian", goes("/schemes/")),
    Shot("09-scheme", "county_qian", goes("/schemes/old-age/"), 1000),
    Shot("09-new", "county_qian", goes("/schemes/new/"), 1000),
    Shot("10-batch", "county_qian", goes("/payments/batches/"), 560),
    Shot("10-petty-cash", "cashier_zhou", goes("/payments/petty-cash/"), 700),
    Shot("10-settled", "county_qian", goes("/settled-care/"), 760),
    Shot("11-table", "county_qian", goes("/overlaps/"), 760),
    Shot("11-list", "county_qian", reminded, 760),
    Shot("11-enrolment", "township_li", goes("/enrolment/"), 640),
    Shot("12-right", "township_li", right, 900),
    Shot("12-form", "township_li", cut, 1100),
    Shot("12-change", "county_zhao", change("死亡"), 900),
    Shot("12-events", "township_li", goes("/entitlements/events/"), 760),
    Shot("13-raise", "county_zhao", raised(), 760),
    Shot("13-rows", "county_zhao", raised("rows/"), 640),
    Shot("project-status", "township_li", goes("/entitlements/?scheme=dibao-edge"), 620),
    Shot("project-expense", "county_zhao", of_programme("temp-expense", "reckoning"), 900),
    Shot("project-old-age", "township_li", goes("/entitlements/?scheme=old-age"), 620),
    Shot("project-elder", "county_zhao", of_programme("elder-disabled", "reckoning"), 800),
    Shot("project-child", "county_zhao", of_programme("de-facto-orphan", "reckoning"), 800),
    Shot("project-veteran", "county_zhao", of_programme("vet-living", "reckoning"), 800),
    Shot("project-education", "county_zhao", of_programme("education", "reckoning"), 800),
    Shot("project-fixed", "county_qian", goes("/schemes/silicosis/"), 900),
    Shot("project-tekun", "township_li", goes("/entitlements/?scheme=tekun-rural"), 700),
    Shot("project-peer", "county_qian", case("peer", "登记会审意见"), 900),
    Shot("project-batch", "county_zhao", first("/payments/batches/"), 1000),
    Shot("08-workdays", "county_qian", goes("/workdays/"), 640),
)


def small(shot: bytes) -> bytes:
    """A picture with a palette, in fewer colours until it is light enough."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in (128, 64, 32, 16):
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


class Studio:
    """One window for each person and kind of screen, logged in once."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.pages: dict[tuple[str, str], Page] = {}

    def page(self, who: str, screen: str) -> Page:
        if (who, screen) not in self.pages:
            size = PHONE if screen == "phone" else SCREEN
            context = self.browser.new_context(base_url=self.site, viewport=size, locale="zh-CN")
            context.set_default_timeout(15_000)
            page = self.pages[who, screen] = context.new_page()
            if who:
                page.goto("/login/")
                page.fill("[name=username]", who)
                page.fill("[name=password]", PASSWORD)
                page.press("[name=password]", "Enter")
                page.locator(".topbar-person").wait_for()
        return self.pages[who, screen]

    def take(self, shot: Shot) -> int:
        # The public's page is found by somebody who knows its address.
        page = self.page("township_li" if shot.way is public_notice else shot.who, shot.screen)
        shot.way(page)
        page.wait_for_load_state("networkidle")
        width = page.viewport_size["width"]
        page.set_viewport_size({"width": width, "height": shot.tall})
        if shot.focus:
            page.locator(shot.focus).scroll_into_view_if_needed()
            page.evaluate("name => document.querySelector(name).scrollIntoView()", shot.focus)
        else:
            page.evaluate("window.scrollTo(0, 0)")
        picture = small(page.screenshot())
        (HERE / "img" / f"{shot.name}.png").write_bytes(picture)
        return len(picture)


def main() -> int:
    site = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    wanted = sys.argv[2:]
    (HERE / "img").mkdir(exist_ok=True)
    failed = 0
    with sync_playwright() as playwright:
        found = (
            os.environ.get("CIVAFFAIRS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        )
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        studio = Studio(browser, site)
        for shot in SHOTS:
            if wanted and not any(shot.name.startswith(word) for word in wanted):
                continue
            try:
                sys.stdout.write(f"{shot.name}  {studio.take(shot) // 1024} KB\n")
            except PlaywrightError as problem:
                # The other pictures are wanted all the same.
                failed += 1
                sys.stdout.write(f"{shot.name}  没有拍成：{str(problem).splitlines()[0]}\n")
            sys.stdout.flush()
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
