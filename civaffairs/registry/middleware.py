"""Who is asking and from where; idle screens; and refusals turned into pages."""

from collections.abc import Callable
from datetime import date
from ipaddress import ip_address

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from civaffairs.lib.errors import Refused
from civaffairs.registry import audit, clock, passwords
from civaffairs.registry.models import Posting

Next = Callable[[HttpRequest], HttpResponse]

POSTING_KEY = "posting_id"
SEEN_KEY = "seen"


def client_address(request: HttpRequest) -> str:
    """The address of the browser. X-Forwarded-For counts only behind a declared number of proxies."""
    hops = settings.AXES_IPWARE_PROXY_COUNT
    forwarded = [
        part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
    ]
    if hops and len(forwarded) >= hops:
        try:
            return str(ip_address(forwarded[-hops]))
        except ValueError:  # not written by our proxy
            pass
    return request.META.get("REMOTE_ADDR", "")


class IdleTimeoutMiddleware:
    """Log a session out after IDLE_MINUTES without a request. Background polls do not count as work."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            stamp = int(clock.now().timestamp())
            seen = request.session.get(SEEN_KEY)
            if seen is not None and stamp - seen > settings.IDLE_MINUTES * 60:
                logout(request)
                messages.info(request, f"您已超过 {settings.IDLE_MINUTES} 分钟没有操作，请重新登录。")
            # Writing the session at every request would cost a database write each; once a minute is enough.
            elif (seen is None or stamp - seen > 60) and "X-Background" not in request.headers:
                request.session[SEEN_KEY] = stamp
        return self.get_response(request)


class PostingMiddleware:
    """Set request.posting to the chosen posting in force today, and the address for the audit trail."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = audit.client_ip.set(client_address(request))
        try:
            request.today = clock.today()
            request.posting, request.postings = self._postings(request, request.today)
            with clock.one_page():
                response = self.get_response(request)
            # Pages of the house are about people: the browser keeps none of them, so that nobody comes back to one
            # after the log-out, or finds it in a cache on the disk of a shared machine.
            if request.user.is_authenticated and "Cache-Control" not in response.headers:
                response.headers["Cache-Control"] = "private, no-store"
            return response
        finally:
            audit.client_ip.reset(token)

    @staticmethod
    def _postings(request: HttpRequest, on: date) -> tuple[Posting | None, list[Posting]]:
        if not request.user.is_authenticated:
            return None, []
        postings = list(
            Posting.objects.in_force(on)
            .filter(user=request.user)
            .select_related("office", "user")
            .order_by("id")
        )
        chosen = request.session.get(POSTING_KEY)
        current = next((p for p in postings if p.pk == chosen), postings[0] if postings else None)
        return current, postings


class RefusalMiddleware:
    """A refusal that a view did not show itself becomes a plain page, never a Python message."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        """A password that is new from the administrator, or too old, is changed before anything else.

        No keyboard makes a NUL and PostgreSQL keeps none, so a request with one is refused for all views at once.
        """
        if "\0" in request.path or any(
            "\0" in text
            for sent in (request.GET, request.POST)
            for name, texts in sent.lists()
            for text in (name, *texts)
        ):
            raise BadRequest("NUL in a request")
        if not request.user.is_authenticated or getattr(view, "permission", "") in ("signed_in", "public"):
            return None
        if request.user.must_change_password or passwords.expired(request.user):
            messages.info(request, "请先修改密码，再继续办理业务。")
            return redirect("password_change")
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return render(request, "409.html", {"refusal": exception}, status=409)
        return None
