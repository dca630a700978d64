"""Every address × every role × here and next door, and no change by looking.

The table of the doors is doors.py; a new address that is not in it fails here.
"""

import logging
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from assistance.workflow import RunAct
from civaffairs.registry import access
from civaffairs.registry.checks import all_patterns, every_view_declares_a_permission
from civaffairs.registry.models import Posting
from reporting.renderers import pdf
from tests.architecture.doors import ROOMS, Door
from tests.architecture.world import World, build

# Who tries each door: one of every role here, and three from the neighbour township.
PEOPLE = [
    "village_wang",
    "township_li",
    "reviewer_chen",
    "county_qian",
    "county_zhao",
    "cashier_zhou",
    "supervisor_wu",
    "system_zheng",
    "security_feng",
    "audit_chu",
    "outsider_sun",
    "outsider_reviewer",
    "outsider_village",
]

# What an open door may answer. 302 to the log-in page does not count as open, 404 and 403 never do.
OPEN = {200, 204, 302, 400, 405, 409, 422, 429}
# What looking may write: the trail of who looked, and the session.
MAY_WRITE = ("registry_auditevent", "registry_audithead", "django_session")


@pytest.fixture
def light(monkeypatch):
    """Doors are tried, not papers: no PDF is drawn. And a thousand refusals are meant here; writing each down with
    its traceback takes longer than the refusal."""
    monkeypatch.setattr(pdf, "available", lambda: (True, ""))
    monkeypatch.setattr(pdf, "render", lambda paper: pdf.Pdf(b"%PDF-", 1, "0" * 64))
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(cast) -> World:
    import_module("assistance.tasks")  # the kinds of jobs, which the worker knows
    return build(cast)


def patterns() -> dict[str, URLPattern]:
    return {pattern.name: pattern for _, pattern in all_patterns()}


def test_every_view_declares_who_may_open_it() -> None:
    assert every_view_declares_a_permission(None) == []


def test_every_address_is_in_the_table() -> None:
    listed = {door.name for doors in ROOMS.values() for door in doors}
    assert set(patterns()) - listed == set(), "add these addresses to doors.py"
    assert listed - set(patterns()) == set(), "these addresses are gone"


def test_every_address_has_a_name_of_its_own() -> None:
    names = [pattern.name for _, pattern in all_patterns()]
    assert sorted(names) == sorted(set(names))


def test_every_act_of_a_run_that_has_its_own_page_is_tried() -> None:
    tried = {door.act for door in ROOMS["payment"] if door.name == "run_act"}
    assert set(RunAct.values) - tried == {RunAct.PREPARE, RunAct.ISSUE, RunAct.LOAD_RETURN}


def expected(door: Door, permission: str, posting: Posting | None) -> str:
    """open, refused (403), unseen (404) or log in."""
    if permission == "public":
        return "open"
    if posting is None:
        return "log in"
    if permission == "signed_in":
        return "open"
    if not access.may(posting, permission):
        return "refused"
    if door.area and not access.covers_office(posting, door.area):
        return "unseen"
    if door.needs and not access.may(posting, door.needs):
        return "refused"
    if door.only is not None and posting.role not in door.only:
        return "refused"
    return "open"


def found(answer: HttpResponse) -> str:
    if answer.status_code == 302 and answer["Location"].startswith(f"{reverse('login')}?next="):
        return "log in"
    if answer.status_code in OPEN:
        return "open"
    return {403: "refused", 404: "unseen"}.get(answer.status_code, str(answer.status_code))


def knock(client: Client, door: Door, url: str, way: str) -> tuple[HttpResponse, list[str]]:
    """One try at a door, and the statements it sent; whatever it does is undone."""
    statements: list[str] = []

    def note(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        answer = client.get(url, door.query) if way == "GET" else client.post(url, door.query)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer, statements


def who_knocks(
    door: Door, permission: str, postings: dict[str, Posting | None], way: str
) -> dict[str, tuple[Posting | None, str]]:
    """Everybody with the answer that is due to them; or one for each answer, where more would learn nothing: a way that
    the table does not know is closed to all or to none. Who may do what is decided above the database: on the second
    one each door is tried once for every answer it has, so that each of its statements runs there too."""
    due = {who: (posting, expected(door, permission, posting)) for who, posting in postings.items()}
    if connection.vendor == "sqlite" and way in door.ways:
        return due
    first = {answer: who for who, (_, answer) in reversed(due.items())}
    return {who: due[who] for who in first.values()}


def signed_in(posting: Posting | None) -> Client:
    client = Client()
    if posting is not None:
        client.force_login(posting.user)
    return client


def writes(statements: list[str]) -> list[str]:
    changing = [
        s
        for s in statements
        if s.lstrip().split(" ", 1)[0].upper() in {"INSERT", "UPDATE", "DELETE", "REPLACE"}
    ]
    return [s[:160] for s in changing if not any(table in s for table in MAY_WRITE)]


@pytest.mark.slow
@pytest.mark.second_round
@pytest.mark.parametrize("room", ROOMS)
def test_every_door_opens_for_whom_it_should_and_for_nobody_else(world: World, room: str, light) -> None:
    postings: dict[str, Posting | None] = {"nobody": None}
    postings |= {name: getattr(world.cast, name) for name in PEOPLE}
    clients = {who: signed_in(posting) for who, posting in postings.items()}
    known, wrong, changed = patterns(), [], []
    for door in ROOMS[room]:
        permission = known[door.name].callback.permission
        url = reverse(door.name, args=door.arguments(world))
        tries = [
            (way, who, *due)
            for way in ("GET", "POST")
            for who, due in who_knocks(door, permission, postings, way).items()
        ]
        for way, who, posting, wanted in tries:
            # Somebody who has just gone out by the door comes in again.
            client = clients[who] if room != "account" else signed_in(posting)
            answer, statements = knock(client, door, url, way)
            got = found(answer)
            if way not in door.ways and answer.status_code == 405:
                continue  # the wrong way of pushing says nothing about what is behind
            if way not in door.ways and got == "open":
                wrong.append(f"{door.label} {way} {who}: not in the table ({answer.status_code})")
            elif got != wanted and not (door.blind and (wanted, got) == ("open", "unseen")):
                wrong.append(f"{door.label} {way} {who}: {got} instead of {wanted}")
            if way == "GET" and writes(statements):
                changed.append(f"{door.label} {who}: {writes(statements)}")
    assert not wrong, "\n" + "\n".join(wrong)
    assert not changed, "\n" + "\n".join(changed)
