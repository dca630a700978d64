"""The lists of what is granted to many at once, and of money at hand: rows of 提标, of a batch, movements of 备用金."""

from collections.abc import Iterator, Sequence
from datetime import date

from assistance.models import Batch, BatchItem, PettyCash, PettyCashEntry, StandardChange
from assistance.selectors import batch as batches
from assistance.selectors import petty_cash
from assistance.selectors import standard_change as changes
from civaffairs.lib.identity import mask_id_card
from civaffairs.registry.models import Posting
from reporting.exports.listing import (
    Line,
    Listing,
    Query,
    area_of,
    columns_of,
    in_order,
    keys_of,
    month_of,
    place_of,
)

_RAISE_COLUMNS = columns_of(
    ("name", "保障对象", "text", 6),
    ("number", "证号", "id", 12),
    ("township", "乡镇（街道）", "text", 7),
    ("village", "村（社区）", "text", 7),
    ("category", "类别", "text", 7),
    ("persons", "人数", "count", 4),
    ("was", "现在（元/月）", "yuan", 8),
    ("amount", "以后（元/月）", "yuan", 8),
    ("more", "每月增减（元）", "yuan", 8),
    ("month", "新金额起始", "text", 6),
    ("arrears_months", "补发月数", "count", 5),
    ("arrears", "补发（元）", "yuan", 8),
    ("result", "结果", "text", 7),
    ("reason", "原因", "text", 12),
)


def raised(posting: Posting, on: date, query: Query, full: bool) -> Listing:
    change = (
        StandardChange.objects.visible_to(posting)
        .select_related("scheme", "standard")
        .get(pk=query["change"])
    )
    asked = {
        "outcome": query.get("outcome", ""),
        "area": area_of(query, posting),
        "arrears": query.get("arrears", ""),
    }
    rows = changes.rows_of(change, posting, asked)

    def lines(keys: Sequence[int]) -> Iterator[Line]:
        found = changes.rows_of(change, posting, {}).filter(pk__in=keys).in_bulk()
        chunk = list(in_order(found, keys))
        changes.mark(chunk, change)
        for row in chunk:
            yield place_of(row.office) | {
                "name": row.who.name,
                "number": row.entitlement.number,
                "category": row.category_words,
                "persons": row.persons,
                "was": row.was_fen,
                "amount": row.amount_fen,
                "more": row.more_fen,
                "month": month_of(row.close_month),
                "arrears_months": row.arrears_months,
                "arrears": row.arrears_fen,
                "result": row.words + ("（已停发，只补差额）" if row.is_over else ""),
                "reason": row.reason,
            }

    sums = ("persons", "was", "amount", "more", "arrears")
    return Listing(
        f"提标明细（{change}）", _RAISE_COLUMNS, keys_of(rows.order_by("office_id", "id")), lines, sums
    )


_BATCH_COLUMNS = columns_of(
    ("name", "姓名", "text", 6),
    ("id_number", "身份证号", "id", 11),
    ("township", "乡镇（街道）", "text", 7),
    ("village", "村（社区）", "text", 7),
    ("scheme", "按哪个项目", "text", 7),
    ("payee", "领款", "text", 7),
    ("amount", "金额（元）", "yuan", 8),
    ("result", "结果", "text", 8),
    ("reason", "说明", "text", 10),
)
_COUNTED = (BatchItem.Outcome.LISTED, BatchItem.Outcome.REMOVED)


def batch_items(posting: Posting, on: date, query: Query, full: bool) -> Listing:
    batch = Batch.objects.visible_to(posting).select_related("scheme").get(pk=query["batch"])
    rows = batches.items_of(batch, posting)
    if area := area_of(query, posting):
        rows = rows.in_area(area)
    if query.get("outcome") in BatchItem.Outcome.values:
        rows = rows.filter(outcome=query["outcome"])
    if query.get("scheme"):
        rows = rows.filter(scheme=query["scheme"])
    rows = batches.narrowed(rows, query.get("q", ""))

    def lines(keys: Sequence[int]) -> Iterator[Line]:
        found = batches.items_of(batch, posting).filter(pk__in=keys).in_bulk()
        for row in in_order(found, keys):
            kept = (
                f"按{row.kept_under}列入"
                if row.outcome == BatchItem.Outcome.DUPLICATE and row.kept_under
                else ""
            )
            number = row.person.id_number or ""
            yield place_of(row.office) | {
                "name": row.person.name,
                "id_number": number if full else mask_id_card(number),
                "scheme": row.scheme.short_name,
                "payee": str(row.paid_to) if row.paid_to else row.payee.name,
                # What is left out has no amount, as on the page.
                "amount": row.amount_fen if row.outcome in _COUNTED else None,
                "result": row.get_outcome_display(),
                "reason": row.reason or kept,
            }

    keys = keys_of(rows.order_by("office_id", "id"))
    return Listing(f"批量发放名单（{batch}）", _BATCH_COLUMNS, keys, lines, ("amount",))


_CASH_COLUMNS = columns_of(
    ("on", "日期", "text", 6),
    ("kind", "种类", "text", 7),
    ("who", "给谁或说明", "text", 10),
    ("document", "文号或收据号", "text", 10),
    ("amount", "金额（元）", "yuan", 8),
    ("balance", "余额（元）", "yuan", 8),
    ("by", "登记人", "text", 5),
)


def cash(posting: Posting, on: date, query: Query, full: bool) -> Listing:
    account = PettyCash.objects.visible_to(posting).select_related("office").get(pk=query["account"])
    rows = petty_cash.entries(account)

    def lines(keys: Sequence[int]) -> Iterator[Line]:
        found = petty_cash.entries(account).filter(pk__in=keys).in_bulk()
        row: PettyCashEntry
        for row in in_order(found, keys):
            yield {
                "on": f"{row.on:%Y-%m-%d}",
                "kind": row.get_kind_display(),
                "who": row.application.applicant.name if row.application else row.note,
                "document": row.document_number,
                "amount": row.amount_fen,
                "balance": row.balance_fen,
                "by": row.entered_by.user.name,
            }

    # The sum of all movements is what is left.
    return Listing(
        f"备用金收支（{account}）", _CASH_COLUMNS, keys_of(rows.order_by("id")), lines, ("amount",)
    )
