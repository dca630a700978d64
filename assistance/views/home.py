"""The first page after log-in: what waits for me."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assistance.selectors import home as selectors
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell import menu


@access.permitted(Permission.VIEW_HOME)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    other_cards = _linked(request, selectors.other_cards(request.posting, request.today))
    context = {
        "case_cards": _linked(request, selectors.case_cards(request.posting, request.today)),
        "other_cards": other_cards,
        "something_waits": any(card.count for card, _ in other_cards),
        "urgent": selectors.urgent(request.posting, request.today),
        "may_draft": access.may(request.posting, Permission.DRAFT_APPLICATION),
        "groups": [entry for entry in menu.build(request.posting, "home", lambda key: 0) if entry.children],
    }
    return render(request, "assistance/home/home.html", context)


def _linked(request: HttpRequest, cards: list[selectors.Card]) -> list[tuple[selectors.Card, str]]:
    """Each card with its address; a card whose page is not open to this posting is left out."""
    found = []
    for card in cards:
        url = menu.page_url(card.url_name, request.posting)
        if url:
            found.append((card, f"{url}?{card.query}" if card.query else url))
    return found
