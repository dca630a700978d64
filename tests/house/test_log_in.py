"""Coming in, staying and going out."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.urls import reverse

from civaffairs.registry import clock
from civaffairs.registry.models import AuditEvent, DemoDay, Office, Posting, User
from civaffairs.registry.services import users
from tests.cast import BAISHI, PASSWORD

NEW = "Xin-Mima-2026"


def enter(client, username="township_li", password=PASSWORD, **more):
    return client.post(reverse("login"), {"username": username, "password": password, **more})


def test_the_right_password_opens_and_leaves_a_trace(cast, client):
    answer = enter(client, "Township_Li ")
    assert answer.status_code == 302
    event = AuditEvent.objects.get(action="login")
    assert (event.user, event.succeeded, event.ip) == (cast.township_li.user, True, "127.0.0.1")


def test_a_wrong_password_is_recorded_and_says_nothing_about_the_name(cast, client):
    words = [
        enter(client, name, "falsch").context["form"].non_field_errors() for name in ("township_li", "nobody")
    ]
    assert words[0]
    assert words[0] == words[1]
    events = list(AuditEvent.objects.filter(action="login", succeeded=False).order_by("seq"))
    assert [event.user for event in events] == [cast.township_li.user, None]


def test_what_was_typed_as_an_unknown_name_is_not_kept(cast, client):
    enter(client, PASSWORD, "township_li")
    event = AuditEvent.objects.get(action="login")
    assert PASSWORD.lower() not in f"{event.object_label}{event.details}{event.actor}".lower()


def test_a_password_typed_as_the_name_is_counted_and_not_kept(cast, client, settings):
    settings.AXES_ENABLED = True
    answers = [enter(client, PASSWORD, "township_li").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    attempt = AccessAttempt.objects.get()
    assert PASSWORD.lower() not in f"{attempt.username}{attempt.get_data}{attempt.post_data}".lower()
    enter(client, password="falsch")
    assert AccessAttempt.objects.filter(username="township_li").exists()


def test_a_name_of_any_length_gets_the_usual_answer(cast, client, settings):
    settings.AXES_ENABLED = True
    answer = enter(client, "a" * 5000, "falsch")
    assert answer.status_code == 200
    assert "登录名或密码不对" in answer.content.decode()


def test_five_wrong_passwords_lock_the_name_and_the_right_one_is_refused_too(cast, client, settings):
    settings.AXES_ENABLED = True
    for _ in range(5):
        enter(client, password="falsch")
    answer = enter(client)
    assert answer.status_code == 429
    assert "暂时锁定" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    users.reset_password(user_id=cast.township_li.user_id, by=cast.system_zheng)
    assert enter(client, password="falsch").status_code == 200


def test_the_way_leads_back_to_the_page_that_was_asked_for_and_never_to_another_host(cast, client):
    page = reverse("password_change")
    assert client.get(page)["Location"] == f"{reverse('login')}?next={page}"
    assert enter(client, next=page)["Location"] == page
    client.logout()
    assert enter(client, next="https://example.org/x")["Location"] == reverse("home")


def test_a_user_kept_out_is_out_at_his_next_step(cast, client):
    enter(client)
    assert client.get(reverse("password_change")).status_code == 200
    users.set_active(user_id=cast.township_li.user_id, active=False, by=cast.system_zheng)
    assert client.get(reverse("password_change")).status_code == 302
    assert enter(client).status_code == 200


def test_going_out_is_a_post_and_leaves_a_trace(cast, client):
    enter(client)
    assert client.get(reverse("logout")).status_code == 405
    client.post(reverse("logout"))
    assert "_auth_user_id" not in client.session
    assert AuditEvent.objects.filter(action="logout", user=cast.township_li.user).count() == 1


def test_nobody_guesses_the_password_at_a_screen_that_was_left_open(cast, client):
    enter(client)
    page = reverse("password_change")
    for number in range(5):
        answer = client.post(page, {"current": f"falsch{number}", "new": NEW, "again": NEW})
    assert answer["Location"] == reverse("login")
    assert "_auth_user_id" not in client.session
    failed = AuditEvent.objects.filter(action="user.change_password", succeeded=False)
    assert failed.count() == 5


def test_an_idle_screen_goes_out_and_a_poll_does_not_keep_it(cast, client, monkeypatch, settings):
    begin = clock.now()
    monkeypatch.setattr(clock, "now", lambda: begin)
    enter(client)
    client.get(reverse("password_change"))
    for minutes in (10, 20, 29):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: begin + timedelta(minutes=minutes))
        client.get(reverse("password_change"), headers={"X-Background": "1"})
    assert "_auth_user_id" in client.session
    monkeypatch.setattr(clock, "now", lambda: begin + timedelta(minutes=settings.IDLE_MINUTES + 1))
    assert client.get(reverse("password_change")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_an_initial_password_is_changed_before_anything_else(cast, client):
    user, password = users.create_user(username="xinren", name="新人", by=cast.system_zheng)
    Posting.objects.create(user=user, role="township_clerk", office_id=BAISHI, from_day=clock.today())
    enter(client, "xinren", password)
    assert client.get(reverse("person_search"))["Location"] == reverse("password_change")
    answer = client.post(
        reverse("password_change"), {"current": password, "new": NEW, "again": NEW}, follow=True
    )
    assert "新密码已生效" in answer.content.decode()
    assert client.get(reverse("person_search")).status_code == 200


def test_an_old_password_is_changed_before_anything_else(cast, client):
    User.objects.filter(pk=cast.township_li.user_id).update(
        password_changed_at=clock.now() - timedelta(days=91)
    )
    enter(client)
    assert client.get(reverse("person_search"))["Location"] == reverse("password_change")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"current": "falsch", "new": NEW, "again": NEW}, "现在的密码不对"),
        ({"current": PASSWORD, "new": NEW, "again": NEW + "x"}, "两遍新密码不一样"),
        ({"current": PASSWORD, "new": "kurz", "again": "kurz"}, "三种"),
        ({"current": "", "new": "", "again": ""}, "请填写新密码"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said(cast, client, typed, words):
    enter(client)
    answer = client.post(reverse("password_change"), typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_without_a_post_there_is_a_word_about_whom_to_ask(cast, client):
    users.create_user(username="xinren", name="新人", by=cast.system_zheng)
    User.objects.filter(username="xinren").update(must_change_password=False)
    client.force_login(User.objects.get(username="xinren"))
    answer = client.get(reverse("person_search"))
    assert answer.status_code == 403


def test_one_person_with_two_posts_works_in_one_of_them_at_a_time(cast, client):
    second = Posting.objects.create(
        user=cast.township_li.user, role="township_clerk", office_id=BAISHI, from_day=clock.today()
    )
    enter(client)
    seen = client.get(reverse("person_search")).wsgi_request.posting
    assert seen == cast.township_li
    assert client.post(reverse("switch_posting"), {"posting": second.pk})["Location"] == reverse("home")
    assert client.get(reverse("person_search")).wsgi_request.posting == second
    assert client.post(reverse("switch_posting"), {"posting": cast.county_zhao.pk}).status_code == 404
    assert client.get(reverse("person_search")).wsgi_request.posting == second


# --- the demo -------------------------------------------------------------------------------------


def test_the_demo_day_moves_only_in_a_demo(cast, client, settings):
    enter(client)
    url = reverse("move_demo_day")
    assert client.post(url, {"day": "20260602"}).status_code == 404
    settings.DEMO = True
    answer = client.post(url, {"day": "20260602", "next": "/people/?q=x"})
    assert answer["Location"] == "/people/?q=x"
    assert DemoDay.objects.get().day.isoformat() == "2026-06-02"
    assert client.get(reverse("person_search")).wsgi_request.today.isoformat() == "2026-06-02"
    assert client.post(url, {"day": "x", "next": "//example.org/"})["Location"] == reverse("home")
    client.logout()
    assert client.post(url, {"day": "20260603"}).status_code == 302
    assert DemoDay.objects.get().day.isoformat() == "2026-06-02"


def test_only_a_demo_shows_accounts_at_the_door(cast, client, settings):
    url = reverse("login")
    assert settings.DEMO_PASSWORD not in client.get(url).content.decode()
    settings.DEMO = True
    accounts = client.get(url).context["demo_accounts"]
    assert len({account["posting"].split(" · ")[1] for account in accounts}) == 10


def test_the_frame_names_the_county(cast, client):
    assert Office.objects.get(level=1).name in client.get(reverse("login")).content.decode()
