"""Striking an act between two of its statements: the process is killed, or its connection is cut.

A boundary is the moment before a statement, before and after a commit, and at the end of the act. Between two reads
the database stands as it stood before the first of them, so by default an act is struck at its first boundary, behind
every statement that writes or locks, and on both sides of every commit; FAULT_BOUNDARIES=all takes each one.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, connections

READ, WRITE, COMMIT, END = b"RWCE"


@dataclass(frozen=True)
class Struck:
    """How a child ended: at which boundary it was killed, or None where it came to its end. `seen` are the kinds of
    the statements it came past, one letter each."""

    at: int | None
    seen: bytes


class Watch:
    """Calls `strike` once, at the first boundary worth it from number `start` on (counted from 1)."""

    def __init__(self, start: int, strike: Callable[[], None], tell: Callable[[bytes], object] = len) -> None:
        self.start, self.strike, self.tell = start, strike, tell
        self.seen = b""
        self.struck_at: int | None = None

    def boundary(self, kind: int) -> None:
        self.seen += bytes([kind])
        self.tell(bytes([kind]))
        if self.struck_at is None and len(self.seen) >= self.start and self._worth_it(kind):
            self.struck_at = len(self.seen)
            self.strike()

    def _worth_it(self, kind: int) -> bool:
        if os.environ.get("FAULT_BOUNDARIES") == "all" or kind in (COMMIT, END):
            return True
        return len(self.seen) == 1 or self.seen[-2] != READ

    def __call__(self, execute, sql, params, many, context):
        text = sql.lstrip(" (\n").upper()
        reads = text.startswith(("SELECT", "WITH")) and " FOR " not in text
        self.boundary(READ if reads else WRITE)
        return execute(sql, params, many, context)

    @contextmanager
    def on(self) -> Iterator["Watch"]:
        """Watch the connection of this thread."""
        commit = connection._commit

        def committed():
            self.boundary(COMMIT)
            return commit()

        connection._commit = committed
        try:
            with connection.execute_wrapper(self):
                yield self
                self.boundary(END)
        finally:
            del connection._commit


def killed(act: Callable[[], object], start: int) -> Struck:
    """Run the act in a process of its own that dies by SIGKILL at a boundary from `start` on."""
    connections.close_all()
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        code = 0
        try:
            with Watch(start, _die, lambda kind: os.write(writing, kind)).on():
                act()
        except BaseException:
            traceback.print_exc()
            code = 70
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        seen = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return Struck(len(seen), seen)
    assert os.WEXITSTATUS(status) == 0, "the act failed in the child; its traceback stands above"
    return Struck(None, seen)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def at_every_boundary(act: Callable[[], object], between: Callable[[], None]) -> int:
    """Strike the act at one boundary after the other until it comes to its end; `between` looks at what was left behind
    and makes the next attempt possible. Returns how many times it was killed."""
    start, times = 1, 0
    while (struck := killed(act, start)).at is not None:
        between()
        start, times = struck.at + 1, times + 1
    between()
    return times


@contextmanager
def cut(start: int) -> Iterator[Watch]:
    """The server ends the connection of this thread at a boundary from `start` on. PostgreSQL."""
    watch = Watch(start, _cut)
    try:
        with watch.on():
            yield watch
    finally:
        connection.close()


def _cut() -> None:
    driver = connection.Database
    params = connection.get_connection_params()
    params.pop("cursor_factory", None)
    params.pop("context", None)
    pid = connection.connection.info.backend_pid if connection.connection else None
    if pid is None:
        return
    with driver.connect(**params) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
