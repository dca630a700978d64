"""A person at a screen: their own log-in, their own window, watched for faults."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, expect

from civaffairs.registry.models import Posting
from tests.cast import PASSWORD

OFFICE_SCREEN = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}

# A refusal is a page like any other; Chromium notes its status in the console all the same.
_REFUSALS = tuple(f"the server responded with a status of {status}" for status in (403, 404, 409, 422))
_OURS = ("http://localhost", "http://127.0.0.1", "data:", "blob:")


def watch(page: Page, faults: list[str]) -> None:
    """Note every script error, breach of the page policy, console error and request to another host."""

    def console(line) -> None:
        if line.type == "error" and not any(words in line.text for words in _REFUSALS):
            faults.append(f"console: {line.text}")
        elif "Content Security Policy" in line.text:
            faults.append(line.text)

    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", console)
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(_OURS) else faults.append(f"left the host: {request.url}")
        ),
    )
    page.on(
        "response",
        lambda response: (
            faults.append(f"{response.status} {response.url}") if response.status >= 500 else None
        ),
    )


def office_window(chromium: Browser, screen: dict[str, int]) -> BrowserContext:
    context = chromium.new_context(
        viewport=screen, locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True
    )
    context.set_default_timeout(10_000)
    return context


class Desk:
    """One person's browser. `page` is the open window."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context, self.site = context, site
        self.faults: list[str] = []
        self.page = self.another_tab()

    def another_tab(self) -> Page:
        page = self.context.new_page()
        watch(page, self.faults)
        # A page that asks before leaving is answered as whoever means to leave.
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def log_in(self, username: str) -> None:
        """Through the log-in page, as everybody."""
        self.go("login")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        expect(self.page.locator(".topbar-person")).to_be_visible()

    def come_in(self, posting: Posting) -> None:
        """With a session made beforehand, where the log-in is not what is tried."""
        client = Client()
        client.force_login(posting.user, backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.site}])

    def go(self, name: str, *args: Any, query: str = "") -> int:
        """Open a page by the name of its address; gives the status."""
        answer = self.page.goto(self.site + reverse(name, args=args) + query)
        assert answer is not None
        return answer.status

    def post(self, name: str, *args: Any, **fields: Any) -> APIResponse:
        """Send a form that no page offers, with this person's session and a true token."""
        if not self._token():
            self.go("home")
        return self.context.request.post(
            self.site + reverse(name, args=args),
            form={key: str(value) for key, value in fields.items()},
            headers={"X-CSRFToken": self._token()},
            max_redirects=0,
        )

    def _token(self) -> str:
        cookies = {cookie["name"]: cookie["value"] for cookie in self.context.cookies()}
        return cookies.get(settings.CSRF_COOKIE_NAME, "")

    def press(self, words: str, within: str = "main") -> None:
        """Press the button with these words and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("button", name=words, exact=True).click()

    def follow(self, words: str, within: str = "main") -> None:
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=words, exact=True).first.click()

    def move_day(self, day) -> None:
        """The demo's own control puts the calendar of the house to another day."""
        self.page.fill("#demo-day", f"{day:%Y%m%d}")
        with self.page.expect_navigation():
            self.page.press("#demo-day", "Enter")
        expect(self.page.locator(".demo-strip")).to_contain_text(f"{day:%Y-%m-%d}")

    def sees(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    def close(self) -> None:
        self.context.close()


Seat = Callable[..., Desk]
