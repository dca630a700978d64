"""A real Chromium for the tests of this folder, and a way in without the log-in page."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from civaffairs.registry.models import Posting


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = os.environ.get("CIVAFFAIRS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """The screen of a township office: 1366×768."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A page that fails its test on a script error, a breach of the page policy, or a request to another host."""
    faults: list[str] = []
    page = window.new_page()
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on(
        "console",
        lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None,
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://localhost", "http://127.0.0.1", "data:"))
            else faults.append(f"left the host: {request.url}")
        ),
    )
    yield page
    assert faults == []


@pytest.fixture
def come_in(window: BrowserContext, live_server) -> Callable[[Posting], None]:
    """Put the session of a posting's user into the browser."""

    def enter(posting: Posting) -> None:
        client = Client()
        client.force_login(posting.user, backend="django.contrib.auth.backends.ModelBackend")
        window.add_cookies(
            [
                {
                    "name": django_settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[django_settings.SESSION_COOKIE_NAME].value,
                    "url": live_server.url,
                }
            ]
        )

    return enter
