"""Start-up checks: the house refuses to open with a door that has no lock."""

from collections.abc import Iterator
from typing import Any

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
