"""Start-up checks: the house refuses to open with a door that has no lock."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver


def all_patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern of the site with its route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from all_patterns(pattern, route)
        else:
            yield route, pattern


@register(Tags.security)
def every_view_declares_a_permission(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [
        Error(
            f"view at /{route} declares no permission",
            hint="decorate it with access.permitted(...), access.signed_in or access.open_to_all",
            id="civaffairs.E001",
        )
        for route, pattern in all_patterns()
        if not getattr(pattern.callback, "permission", None)
    ]


KEYS = ("SECRET_KEY", "INDEX_KEY", "AUDIT_KEY", "SEAL_KEY", "FIELD_KEYS")
SHORTEST_KEY = 24


@register(Tags.security)
def keys_are_keys(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A key that was left as it stands in the example, or is a word, protects nothing and looks as if it did."""
    if settings.DEBUG or settings.TESTING:
        return []
    return [
        Error(
            f"{name} is missing, short, or still the placeholder of the example",
            hint="32 random bytes in base64, see docs/how/deploy.md",
            id="civaffairs.E002",
        )
        for name in KEYS
        if len(getattr(settings, name)) < SHORTEST_KEY or "CHANGE-ME" in getattr(settings, name)
    ]
