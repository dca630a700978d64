"""What goes with every page: whose address, and that no browser keeps it."""

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils.html import strip_tags

from civaffairs.registry.middleware import client_address
from tests.cast import PASSWORD


def test_no_browser_keeps_a_page_of_somebody_who_is_logged_in(cast, client):
    assert client.login(username="township_li", password=PASSWORD)
    for name in ("home", "person_search", "case_list", "entitlement_list", "job_list", "password_change"):
        assert "no-store" in client.get(reverse(name), follow=True)["Cache-Control"], name


@pytest.mark.parametrize(
    ("hops", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "x" * 300, "10.0.0.1"),
        (1, "2001:0db8::0001", "2001:db8::1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_the_forwarded_address_counts_only_where_a_proxy_of_ours_wrote_it(settings, hops, forwarded, seen):
    settings.AXES_IPWARE_PROXY_COUNT = hops
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == seen


def test_a_nul_is_refused_before_it_reaches_a_database_that_keeps_none(cast, client):
    assert client.login(username="county_qian", password=PASSWORD)
    search = reverse("person_search")
    for answer in (
        client.get(search, {"q": "田\0"}),
        client.get(search, {"田\0": "1"}),
        client.post(search, {"q": "\0"}),
        client.get("/verify/AB%00C/"),
    ):
        assert answer.status_code == 400
        # What is read, not the tags: a token in an attribute is random letters.
        assert "NUL" not in strip_tags(answer.content.decode())
    assert client.get(search, {"q": "田"}).status_code == 200
