"""A real Chromium for the tests of this folder; a desk for everybody; and a Celery worker in a process of its own."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from civaffairs.registry.models import DemoDay, Posting
from tests.browser.desk import OFFICE_SCREEN, Desk, Seat, office_window, watch
from tests.cast import Cast, make_cast
from tests.journeys import MONDAY

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def files_that_browsers_keep() -> Iterator[None]:
    """Styles and scripts carry a time to keep them, as whitenoise gives them in life; the server of the tests would
    be asked for fifteen files with every page."""
    serve = StaticFilesHandlerMixin.serve

    def keep(self, request):
        answer = serve(self, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    StaticFilesHandlerMixin.serve = keep
    yield
    StaticFilesHandlerMixin.serve = serve


@pytest.fixture(scope="session")
def chromium(django_db_setup, django_db_blocker) -> Iterator[Browser]:
    """One browser for all tests.

    Playwright keeps an event loop in this thread, and Django gives an asynchronous thread connections of its own.
    What the test runner had noted on the first one, the rows that migrations made, is carried over to them.
    """
    rows = getattr(connection, "_test_serialized_contents", None)
    found = os.environ.get("CIVAFFAIRS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        if rows is not None:
            connection._test_serialized_contents = rows
        yield browser
        browser.close()
        with django_db_blocker.unblock():
            connection.close()


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """The screen of a township office: 1366×768."""
    context = office_window(chromium, OFFICE_SCREEN)
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A page that fails its test on a script error, a breach of the page policy, or a request to another host."""
    faults: list[str] = []
    page = window.new_page()
    watch(page, faults)
    yield page
    assert [fault for fault in faults if not fault.startswith("console: Failed to load resource")] == []


@pytest.fixture
def come_in(window: BrowserContext, live_server) -> Callable[[Posting], None]:
    """Put the session of a posting's user into the browser."""
    desk = Desk(window, live_server.url)
    desk.page.close()
    return desk.come_in


@pytest.fixture
def house(transactional_db, settings) -> Cast:
    """The demo county on the day of the journeys, with everybody in post."""
    settings.DEMO = True
    DemoDay.objects.create(pk=1, day=MONDAY)
    return make_cast()


@pytest.fixture
def seat(house: Cast, chromium: Browser, live_server) -> Iterator[Seat]:
    """seat("township_li") logs that person in at a desk of their own; the desk stays theirs for the whole test."""
    desks: dict[str, Desk] = {}

    def take(who: str, *, screen: dict[str, int] = OFFICE_SCREEN, by_hand: bool = False) -> Desk:
        if who not in desks:
            desk = desks[who] = Desk(office_window(chromium, screen), live_server.url)
            if by_hand:
                desk.log_in(who)
            elif who != "anybody":
                desk.come_in(getattr(house, who))
        return desks[who]

    yield take
    for desk in desks.values():
        desk.close()
    assert {who: desk.faults for who, desk in desks.items() if desk.faults} == {}


@pytest.fixture(scope="session")
def worker(django_db_setup, django_db_blocker) -> Iterator[subprocess.Popen]:
    """A Celery worker on the test database, in a process of its own and with the broker of this round."""
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
        if connection.vendor == "sqlite":
            address = f"sqlite:///{name}"
        else:
            address = f"{os.environ['TEST_DATABASE_URL'].rpartition('/')[0]}/{name}"
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "civaffairs.settings",
        "CIVAFFAIRS_TESTING": "1",
        "DEMO": "1",
        "CIVAFFAIRS_DATA": str(django_settings.DATA_DIR),
        "DATABASE_URL": address,
        "CELERY_BROKER_URL": django_settings.CELERY_BROKER_URL,
    }
    log = django_settings.DATA_DIR / "worker.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "civaffairs", "worker", "-P", "solo", "-l", "INFO"],
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=output,
        )
    yield process
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def wait_for(true: Callable[[], bool], seconds: float = 20) -> None:
    """Until the worker has done its part."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.1)
