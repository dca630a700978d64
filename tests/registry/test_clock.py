"""The demo shows what is stamped on the calendar that stood then; the stamp itself is never moved."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.urls import reverse

from civaffairs.registry import audit, clock
from civaffairs.registry.models import AuditEvent

# 09:30 in the county.
STAMP = datetime(2027, 3, 9, 1, 30, tzinfo=UTC)


@pytest.fixture
def moved(db, settings, monkeypatch):
    """The calendar was put to 2 June at eight, and to 12 June at ten."""
    settings.DEMO = True
    for hour, day in ((0, date(2026, 6, 2)), (2, date(2026, 6, 12))):
        monkeypatch.setattr(clock, "now", lambda hour=hour: STAMP.replace(hour=hour, minute=0))
        audit.record(clock.MOVED, details={"day": day.isoformat()})
    monkeypatch.undo()
    settings.DEMO = True


def shown(at: datetime) -> str:
    return Template("{{ at|moment }} {{ at|day }}").render(Context({"at": at}))


def test_a_stamp_is_shown_on_the_day_that_stood_then(moved):
    assert shown(STAMP) == "2026-06-02 09:30 2026-06-02"
    assert shown(STAMP + timedelta(hours=1)) == "2026-06-12 10:30 2026-06-12"
    assert shown(STAMP + timedelta(days=3)) == "2026-06-12 09:30 2026-06-12"


def test_a_stamp_older_than_the_demo_keeps_its_day(moved):
    assert shown(STAMP - timedelta(hours=3)) == "2027-03-09 06:30 2027-03-09"


def test_a_real_house_shows_the_real_moment(moved, settings):
    settings.DEMO = False
    assert shown(STAMP) == "2027-03-09 09:30 2027-03-09"


def test_a_page_of_many_stamps_asks_once(moved, django_assert_num_queries):
    with clock.one_page(), django_assert_num_queries(1):
        for hours in range(20):
            clock.local(STAMP + timedelta(hours=hours))
    with clock.one_page(), django_assert_num_queries(1):
        clock.local(STAMP)


def test_the_trail_keeps_and_shows_the_real_moment_and_says_so(moved, cast, client):
    client.force_login(cast.audit_chu.user)
    page = client.get(reverse("audit_list")).content.decode()
    newest = AuditEvent.objects.order_by("-seq").first()
    assert f"{clock.real(newest.at):%Y-%m-%d %H:%M}" in page
    assert "不随演示日期变动" in page


def test_moving_the_day_in_the_demo_is_what_the_stamps_follow(cast, client, settings):
    settings.DEMO = True
    client.force_login(cast.township_li.user)
    client.post(reverse("move_demo_day"), {"day": "20260602"})
    assert clock.local(clock.now()).date() == clock.today() == date(2026, 6, 2)
