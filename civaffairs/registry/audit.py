"""The audit trail: append-only and hash-chained.

Each event carries a keyed digest over its own content and the digest before it. A changed row breaks its own
digest, a missing row breaks the sequence, and rows cut off at the end break the seal of the head. The key lives
in the environment, so somebody with the database alone cannot mend the chain.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from civaffairs.registry import clock
from civaffairs.registry.models import AuditEvent, AuditHead, Posting, User

# The address of the request that is being answered, set by the middleware and empty in the worker.
client_ip: ContextVar[str] = ContextVar("client_ip", default="")

GENESIS = "0" * 64
CHUNK = 2000


_names: dict[str, str] = {}
_detail_names: dict[str, str] = {}


def name_actions(words: Mapping[str, str]) -> None:
    """Each app gives the words for the actions it records (its traces.py); pages and filters show them."""
    _names.update(words)


def name_details(words: Mapping[str, str]) -> None:
    """The words for the keys of `details`."""
    _detail_names.update(words)


def detail_name(key: str) -> str:
    return _detail_names.get(key, key)


def action_names() -> dict[str, str]:
    return dict(_names)


def action_name(action: str) -> str:
    return _names.get(action, action)


@dataclass(frozen=True)
class Entry:
    """What is to be recorded. `details` never holds a full ID, account or phone."""

    action: str
    by: Posting | None = None
    user: User | None = None
    subject: Any = None
    object_type: str = ""
    object_id: str = ""
    label: str = ""
    office_code: str = ""
    reason: str = ""
    details: dict = field(default_factory=dict)
    succeeded: bool = True


def record(action: str, **fields: Any) -> AuditEvent:
    """Append one event in the caller's transaction: the act and its trace stand or fall together."""
    return record_many([Entry(action, **fields)])[0]


@transaction.atomic
def record_many(entries: Iterable[Entry]) -> list[AuditEvent]:
    """Append events for a batch with one lock and one insert."""
    head, _ = AuditHead.objects.select_for_update().get_or_create(
        pk=1, defaults={"seq": 0, "hash": GENESIS, "seal": _seal(0, GENESIS)}
    )
    at = clock.now()
    events = []
    for entry in entries:
        event = _event(entry, head.seq + 1, at, head.hash)
        head.seq, head.hash = event.seq, event.hash
        events.append(event)
    AuditEvent.objects.bulk_create(events, batch_size=500)
    head.seal = _seal(head.seq, head.hash)
    head.save()
    return events


def _event(entry: Entry, seq: int, at: datetime, previous: str) -> AuditEvent:
    subject = entry.subject
    user = entry.user or (entry.by.user if entry.by else None)
    event = AuditEvent(
        seq=seq,
        at=at,
        action=entry.action,
        succeeded=entry.succeeded,
        user=user,
        posting=entry.by,
        actor=str(entry.by) if entry.by else (f"{user.name}（{user.username}）" if user else "系统"),
        ip=client_ip.get(),
        object_type=entry.object_type or (subject._meta.label if subject is not None else ""),
        object_id=entry.object_id or (str(subject.pk) if subject is not None else ""),
        object_label=(entry.label or (str(subject) if subject is not None else ""))[:120],
        office_code=entry.office_code or getattr(subject, "office_id", "") or "",
        details=entry.details,
        reason=entry.reason[:300],
        previous_hash=previous,
    )
    event.hash = digest(event)
    return event


def digest(event: AuditEvent) -> str:
    content = json.dumps(
        [
            event.seq,
            event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            event.action,
            event.succeeded,
            event.user_id,
            event.posting_id,
            event.actor,
            event.ip,
            event.object_type,
            event.object_id,
            event.object_label,
            event.office_code,
            event.details,
            event.reason,
            event.previous_hash,
        ],
        ensure_ascii=False,
        sort_keys=True,
    )
    return hmac.new(settings.AUDIT_KEY.encode(), content.encode(), hashlib.sha256).hexdigest()


def _seal(seq: int, last: str) -> str:
    return hmac.new(settings.AUDIT_KEY.encode(), f"{seq}:{last}".encode(), hashlib.sha256).hexdigest()


def faults(seen: Callable[[int], None] = lambda seq: None) -> Iterator[str]:
    """Walk the chain and yield one sentence per fault; nothing when it is whole. `seen` hears how far it is.

    Rows that are appended while it walks are left to the next walk: the end is read first.
    """
    head = AuditHead.objects.filter(pk=1).first()
    expected, previous = 1, GENESIS
    last = head.seq if head is not None and head.seal == _seal(head.seq, head.hash) else None
    first_at = None
    for event in _rows_up_to(last, seen):
        # The earliest, not the first: the machine's clock may have been put back meanwhile.
        first_at = min(first_at or event.at, event.at)
        if event.seq != expected:
            yield f"缺少第 {expected} 至 {event.seq - 1} 条"
        if event.previous_hash != previous and event.seq == expected:
            yield f"第 {event.seq} 条与上一条不衔接"
        if event.hash != digest(event):
            yield f"第 {event.seq} 条内容被改动"
        expected, previous = event.seq + 1, event.hash
    if _began_too_late(first_at):
        yield "日志开始以前就有人登录过：更早的记录不见了"
    if head is None:
        if expected > 1:
            yield "日志尾记录丢失"
        return
    if head.seal != _seal(head.seq, head.hash):
        yield "日志尾记录被改动"
    if head.seq != expected - 1 or head.hash != previous:
        yield f"日志末尾不完整：应有 {head.seq} 条，实有 {expected - 1} 条"


def _began_too_late(first_at: datetime | None) -> bool:
    """A trail that was thrown away whole, head and all, begins anew without a fault in itself."""
    logged_in = (
        User.objects.exclude(last_login=None).order_by("last_login").values_list("last_login", flat=True)
    )
    earliest = logged_in.first()
    # A log-in writes its moment first and its event right after it.
    return earliest is not None and (first_at is None or earliest < first_at - timedelta(minutes=1))


def fingerprint() -> str:
    """SEQ:HASH of the last event, short enough to be copied by hand. Kept outside the house, it shows that nobody has
    put an older end of the trail back, which its own seal cannot tell."""
    head = AuditHead.objects.filter(pk=1).first()
    return f"{head.seq}:{head.hash[:16]}" if head else f"0:{GENESIS[:16]}"


def still_holds(noted: str) -> bool:
    """Whether the event of a fingerprint that was noted earlier is there as it was."""
    seq, _, start = noted.strip().partition(":")
    if not (seq.isascii() and seq.isdecimal()) or len(seq) > 18 or len(start) != 16:
        return False
    if int(seq) == 0:
        return start == GENESIS[:16]
    return AuditEvent.objects.filter(seq=int(seq), hash__startswith=start).exists()


def _rows_up_to(last: int | None, seen: Callable[[int], None]) -> Iterator[AuditEvent]:
    """All rows in order, by key and in closed chunks: on SQLite an open read would keep `seen` from writing."""
    rows = AuditEvent.objects.order_by("seq")
    if last is not None:
        rows = rows.filter(seq__lte=last)
    at = 0
    while chunk := list(rows.filter(seq__gt=at)[:CHUNK]):
        yield from chunk
        at = chunk[-1].seq
        seen(at)
