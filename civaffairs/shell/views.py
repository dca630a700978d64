"""The few views that belong to the page frame itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from civaffairs.registry import access


@access.signed_in
@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """The user pressed 继续使用: the request itself keeps the session (IdleTimeoutMiddleware)."""
    return HttpResponse(status=204)


@access.open_to_all
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open for too long, or in a second window after logging in again."""
    return render(request, "403_csrf.html", status=403)
