"""The context processor behind base.html: who is here, where, and what may be opened.

Everything is worked out only when a template asks for it, so that a fragment fetched by htmx pays for nothing.
"""

from datetime import date
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from civaffairs.registry import access
from civaffairs.registry.models import Level, Office, Posting
from civaffairs.shell import menu

PRODUCT_NAME = "民政业务系统"


class Shell:
    """Read by templates/base.html and the parts it includes."""

    product_name = PRODUCT_NAME

    def __init__(self, request: HttpRequest):
        self._request = request

    @cached_property
    def posting(self) -> Posting | None:
        return getattr(self._request, "posting", None)

    @property
    def may_export(self) -> bool:
        return access.may(self.posting, access.Permission.EXPORT)

    @property
    def may_reveal(self) -> bool:
        return access.may(self.posting, access.Permission.REVEAL_FULL)

    @property
    def result_days(self) -> int:
        return settings.JOB_RESULT_DAYS

    @property
    def signed_in(self) -> bool:
        user = getattr(self._request, "user", None)
        return bool(user and user.is_authenticated)

    @cached_property
    def county_name(self) -> str:
        name = Office.objects.filter(level=Level.COUNTY).values_list("name", flat=True).first()
        return name or ""

    @property
    def person_name(self) -> str:
        return self._request.user.name if self.signed_in else ""

    @property
    def posting_label(self) -> str:
        return self.posting.label if self.posting else "没有岗位"

    @property
    def other_postings(self) -> list[Posting]:
        return [posting for posting in getattr(self._request, "postings", []) if posting != self.posting]

    @cached_property
    def menu(self) -> tuple[menu.Entry, ...]:
        match = self._request.resolver_match
        return menu.build(self.posting, (match and match.url_name) or "", self.count)

    def count(self, key: str) -> int:
        """How many things wait under a menu entry. settings.MENU_COUNTS names a function(posting, on) for each
        key, because the frame must not import the apps that stand on it."""
        source = settings.MENU_COUNTS.get(key)
        return import_string(source)(self.posting, self._request.today) if source and self.posting else 0

    @cached_property
    def todo_count(self) -> int:
        return self.count("todo")

    @cached_property
    def todo_url(self) -> str | None:
        return menu.page_url("case_list", self.posting)

    @cached_property
    def search_url(self) -> str | None:
        return menu.page_url("person_search", self.posting) if self.signed_in else None

    @property
    def demo(self) -> bool:
        return settings.DEMO

    @property
    def today(self) -> date:
        return self._request.today

    @property
    def move_day_url(self) -> str | None:
        return _url("move_demo_day") if settings.DEMO and self.signed_in else None

    @property
    def idle_seconds(self) -> int:
        return settings.IDLE_MINUTES * 60

    @property
    def ping_url(self) -> str | None:
        return _url("still_here")

    @property
    def home_url(self) -> str:
        return _url("home") or "/"

    @property
    def login_url(self) -> str | None:
        return _url("login")

    @property
    def logout_url(self) -> str | None:
        return _url("logout")

    @property
    def password_url(self) -> str | None:
        return _url("password_change")

    @property
    def switch_url(self) -> str | None:
        return _url("switch_posting")


def _url(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def shell(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": Shell(request)}
