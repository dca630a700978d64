"""The money ledger: what was planned and what arrived. A wrong entry is taken back by a second one, never edited."""

from datetime import date

from django.db import transaction

from assistance.models import FundEntry
from assistance.schemes import PROGRAMMES
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Office, Posting


@transaction.atomic
def add_entry(
    *,
    by: Posting,
    on: date,
    year: int,
    programme: str,
    source: str,
    kind: str,
    amount_fen: int,
    day: date,
    document_number: str,
    note: str = "",
) -> FundEntry:
    """Enter one document that plans money, one arrival, or what a line begins the year with. The same entry pressed twice
    is one entry."""
    access.demand(by, Permission.MANAGE_FUNDS)
    if programme not in PROGRAMMES:
        raise BadInput("请选择资金项目", field="programme")
    if source not in FundEntry.Source.values or kind not in FundEntry.Kind.values:
        raise BadInput("请选择来源和类型", field="source")
    if amount_fen <= 0:
        raise BadInput("金额要大于 0；登记错了请用“冲销”", field="amount")
    if day > on:
        raise BadInput("日期不能晚于今天", field="day")
    # Money for a year is sometimes planned the autumn before, and arrives until the books are closed.
    if not day.year - 1 <= year <= day.year + 1:
        raise BadInput("年度和日期相差太远，请核对", field="year")
    number = "".join(document_number.split())
    if not number:
        raise BadInput("请填写文号", field="document_number")
    # One at a time: two presses in the same moment would not see each other, and the money would stand there twice.
    Office.objects.select_for_update(no_key=True).get(pk=by.office_id)
    same = FundEntry.objects.filter(
        office_id=by.office_id,
        year=year,
        programme=programme,
        source=source,
        kind=kind,
        amount_fen=amount_fen,
        on=day,
        document_number=number,
        reversed_by=None,
    ).select_related("entered_by")
    for earlier in same:
        if earlier.entered_by and earlier.entered_by.user_id == by.user_id:
            return earlier
        raise BadInput(f"同一文号、同一金额已由{earlier.entered_by}登记过", field="document_number")
    if kind == FundEntry.Kind.OPENING:
        _refuse_second_opening(by.office_id, year, programme, source)
    entry = FundEntry.objects.create(
        office_id=by.office_id,
        year=year,
        programme=programme,
        source=source,
        kind=kind,
        amount_fen=amount_fen,
        on=day,
        document_number=number[:80],
        note=note.strip()[:200],
        entered_by=by,
    )
    _record("fund.add", entry, by)
    return entry


def _refuse_second_opening(office_code: str, year: int, programme: str, source: str) -> None:
    """A line begins the year with one sum; a wrong one is taken back first."""
    there = FundEntry.objects.filter(
        office=office_code,
        year=year,
        programme=programme,
        source=source,
        kind=FundEntry.Kind.OPENING,
        reverses=None,
        reversed_by=None,
    )
    if there.exists():
        raise BadInput(f"{year}年这一项的年初结余已经登记过，登记错了请先冲销", field="kind")


@transaction.atomic
def reverse_entry(*, entry_id: int, by: Posting, on: date, reason: str) -> FundEntry:
    """Take an entry back by a negative one of today. A second click finds the first one's reversal."""
    entry = access.to_change(FundEntry.objects.all(), by, Permission.MANAGE_FUNDS, pk=entry_id)
    if entry.reverses_id:
        raise NotAllowed("这一笔本身就是冲销，不能再冲销。")
    earlier = FundEntry.objects.filter(reverses=entry).first()
    if earlier is not None:
        return earlier
    if not reason.strip():
        raise BadInput("请填写冲销原因", field="reason")
    reversal = FundEntry.objects.create(
        office_id=entry.office_id,
        year=entry.year,
        programme=entry.programme,
        source=entry.source,
        kind=entry.kind,
        amount_fen=-entry.amount_fen,
        on=on,
        document_number=entry.document_number,
        note=f"冲销：{reason.strip()}"[:200],
        reverses=entry,
        entered_by=by,
    )
    _record("fund.reverse", reversal, by, reason.strip())
    return reversal


def _record(action: str, entry: FundEntry, by: Posting, reason: str = "") -> None:
    audit.record(
        action,
        by=by,
        subject=entry,
        label=f"{entry.year}年 {entry.programme} {entry.document_number}",
        reason=reason,
        details={"kind": entry.kind, "source": entry.source, "amount_fen": entry.amount_fen},
    )
