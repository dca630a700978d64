"""The kinds of background work, registered by the apps that own them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

Handler = Callable[..., dict | None]

_handlers: dict[str, Handler] = {}


def job_kind(name: str) -> Callable[[Handler], Handler]:
    """Register `handler(context, **params)` for jobs of this kind. It may be run again after a crash, so it
    must find out what is already done. A returned dict becomes the job's result."""

    def register(handler: Handler) -> Handler:
        _handlers[name] = handler
        return handler

    return register


def handler_of(name: str) -> "Handler":
    return _handlers[name]
