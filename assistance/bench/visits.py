"""Pages opened as a browser does, measured from the address to the last byte: session, gate, queries, template."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civaffairs.registry.models import Posting

WARM_UP = 3
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Page:
    """One page as one person opens it; `addresses` are taken in turn."""

    name: str
    username: str
    addresses: list[str]


def assets() -> None:
    """Pages name their styles by digest, which takes a collection of them once."""
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)


def visit(page: Page, requests: int) -> dict[str, float | int]:
    """p95_ms and median_ms of so many requests, and the queries of the dearest of the first ones."""
    client, queries = _signed_in(page.username), 0
    for address in page.addresses[:WARM_UP]:
        with CaptureQueriesContext(connection) as captured:
            _open(client, address)
        queries = max(queries, len(captured))
    turns = [page.addresses[n % len(page.addresses)] for n in range(requests)]
    times = [timed(partial(_open, client, address)) for address in turns]
    return {
        "p95_ms": round(p95(times) * 1000, 1),
        "median_ms": round(statistics.median(times) * 1000, 1),
        "queries": queries,
    }


def timed(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def p95(times: list[float]) -> float:
    """Seconds within which 95 of 100 were done; of fewer than 20 it would be the slowest."""
    return sorted(times)[int(len(times) * 0.95)]


def _signed_in(username: str) -> Client:
    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=True)
    posting = Posting.objects.select_related("user").get(user__username=username)
    client.force_login(posting.user, backend=_BACKEND)
    return client


def _open(client: Client, address: str) -> None:
    answer = client.get(address, follow=True)
    if answer.status_code != 200:
        raise CommandError(f"{address} 回答 {answer.status_code}")
