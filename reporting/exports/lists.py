"""The lists that can be taken out: the rows that the posting sees, narrowed and ordered as on the screen.

A list is read in chunks by key, so that a county's ledger needs no more memory than a village's.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistance.models import Application, LineStatus, PaymentLine, PaymentRun, RunKind
from assistance.selectors import cases, entitlement, fund_lines, payment, run_checks
from assistance.workflow import Status
from civaffairs.lib.identity import mask_account, mask_id_card
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting
from reporting.exports import claim_lists, grant_lists, run_lists
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
    scheme_of,
)


@dataclass(frozen=True)
class Kind:
    """A list that can be exported: the right its page needs, the keys of its query, and how it is read."""

    label: str
    permission: Permission
    query: tuple[str, ...]
    read: Callable[[Posting, date, Query, bool], Listing]


# --- the worklist ------------------------------------------------------------------------------------------

_CASE_COLUMNS = columns_of(
    ("number", "受理编号", "id", 10),
    ("name", "申请人", "text", 6),
    ("id_number", "身份证号", "id", 11),
    ("township", "乡镇（街道）", "text", 7),
    ("village", "村（社区）", "text", 7),
    ("scheme", "项目", "text", 6),
    ("people", "人口", "count", 4),
    ("amount", "拟保障金（元/月）", "yuan", 8),
    ("status", "状态", "text", 7),
    ("due", "剩余时限", "text", 10),
    ("handler", "经办", "text", 5),
    ("flags", "提示", "text", 8),
)


def _cases(posting: Posting, on: date, query: Query, full: bool) -> Listing:
    tab = query.get("tab", "")
    if tab not in dict(cases.TABS):
        tab = cases.default_tab(posting)
    asked: dict[str, Any] = {
        "q": query.get("q", ""),
        "area": area_of(query, posting),
        "scheme": scheme_of(query),
        "status": query.get("status") if query.get("status") in Status.values else "",
        "step": query.get("step", ""),
        "due": query.get("due") if query.get("due") in dict(cases.DUE) else "",
        "near_relative": bool(query.get("near_relative")),
        "objected": bool(query.get("objected")),
    }
    rows = cases.cases_of(posting, on, tab, asked).order_by(*cases.order_of(tab))

    def lines(keys: Sequence[int]) -> Iterator[Line]:
        # Once more through the gate: between the keys and this chunk a case may have moved to another office.
        found = Application.objects.visible_to(posting).filter(pk__in=keys).only("pk").in_bulk()
        for row in cases.filled([found[key] for key in keys if key in found], on):
            yield place_of(row.office) | {
                "number": row.number,
                "name": row.applicant.name,
                "id_number": row.applicant.id_number if full else mask_id_card(row.applicant.id_number or ""),
                "scheme": row.scheme.short_name,
                "people": row.people or 0,
                "amount": row.amount_fen,
                "status": row.get_status_display(),
                "due": row.deadline.words if row.deadline else "不计时",
                "handler": row.handler.user.name if row.handler else "",
                "flags": "、".join(
                    word for word, on_it in (("近亲属", row.near_relative), ("有异议", row.objected)) if on_it
                ),
            }

    title = f"案件清单（{dict(cases.TABS)[tab]}）"
    return Listing(title, _CASE_COLUMNS, keys_of(rows), lines, ("people", "amount"))


# --- the ledger ----------------------------------------------------------------------------------------------

_LEDGER_COLUMNS = columns_of(
    ("name", "户主", "text", 6),
    ("id_number", "身份证号", "id", 11),
    ("number", "证号", "id", 12),
    ("scheme", "项目", "text", 6),
    ("category", "类别", "text", 8),
    ("township", "乡镇（街道）", "text", 7),
    ("village", "村（社区）", "text", 7),
    ("persons", "保障人数", "count", 5),
    ("amount", "月保障金（元）", "yuan", 8),
    ("from_month", "起发月份", "text", 6),
    ("until_month", "止发月份", "text", 6),
    ("state", "状态", "text", 4),
)


def _ledger(posting: Posting, on: date, query: Query, full: bool) -> Listing:
    state = query.get("state", entitlement.IN_FORCE)
    rows = entitlement.filtered(
        entitlement.ledger(posting),
        on,
        scheme=scheme_of(query),
        area=area_of(query, posting),
        state=state,
        text=query.get("q", ""),
        category=query.get("category", ""),
    ).order_by("office_id", "id")

    def lines(keys: Sequence[int]) -> Iterator[Line]:
        found = entitlement.ledger(posting).filter(pk__in=keys).in_bulk()
        for row in in_order(found, keys):
            yield place_of(row.office) | {
                "name": row.payee.name,
                "id_number": row.payee.id_number if full else mask_id_card(row.payee.id_number or ""),
                "number": row.number,
                "scheme": row.scheme.short_name,
                "category": entitlement.category_words(row),
                "persons": row.persons,
                "amount": row.amount_fen,
                "from_month": month_of(row.from_month),
                "until_month": month_of(row.until_month),
                "state": entitlement.state_words(row, on)[0],
            }

    words = dict(entitlement.STATES).get(state, "全部")
    return Listing(f"保障对象台账（{words}）", _LEDGER_COLUMNS, keys_of(rows), lines, ("persons", "amount"))


# --- the lines of a run --------------------------------------------------------------------------------------

_LINE_COLUMNS = columns_of(
    ("name", "领款人", "text", 6),
    ("township", "乡镇（街道）", "text", 7),
    ("village", "村（社区）", "text", 7),
    ("month", "所属月份", "text", 6),
    ("persons", "人数", "count", 4),
    ("base", "基本保障金（元）", "yuan", 8),
    ("classified", "分类施保（元）", "yuan", 8),
    ("care", "照料护理（元）", "yuan", 8),
    ("arrears", "补发或抵扣（元）", "yuan", 8),
    ("amount", "金额（元）", "yuan", 8),
    ("bank", "开户银行", "text", 9),
    ("holder", "户名", "text", 6),
    ("account", "账号", "id", 11),
    ("status", "状态", "text", 5),
    ("reason", "退回原因", "text", 9),
)


def _lines(posting: Posting, on: date, query: Query, full: bool) -> Listing:
    run = PaymentRun.objects.visible_to(posting).select_related("scheme").get(pk=query["run"])
    rows = payment.lines_of(run, posting)
    if area := area_of(query, posting):
        rows = rows.in_area(area)
    status = query.get("status", "")
    rows = rows.filter(status=status) if status in LineStatus.values else rows.exclude(status=LineStatus.VOID)
    if query.get("problem") in {check.key for check in run_checks.CHECKS}:
        rows = rows.filter(pk__in=run_checks.lines_with(run, query["problem"], on).values("pk"))
    rows = payment.narrowed(rows, query.get("q", "")).order_by("office_id", "id")

    def lines(keys: Sequence[int]) -> Iterator[Line]:
        found = payment.lines_in_order(PaymentLine.objects.visible_to(posting).filter(pk__in=keys)).in_bulk()
        for row in in_order(found, keys):
            yield place_of(row.office) | {
                "name": row.payee_name,
                "month": month_of(row.month),
                "persons": row.persons,
                "base": row.base_fen,
                "classified": row.classified_fen,
                "care": row.care_fen,
                "arrears": row.arrears_fen,
                "amount": row.amount_fen,
                "bank": row.bank,
                "holder": row.holder,
                "account": row.account if full else mask_account(row.account),
                "status": row.get_status_display(),
                "reason": row.return_reason,
            }

    columns = [c for c in _LINE_COLUMNS if c.key != "month" or run.kind == RunKind.REISSUE]
    title = f"发放明细（{run}第{run.sequence}批）"
    return Listing(
        title, columns, keys_of(rows), lines, ("persons", "base", "classified", "care", "arrears", "amount")
    )


# --- the money ledger ----------------------------------------------------------------------------------------

_FUND_COLUMNS = columns_of(
    ("programme", "资金项目", "text", 9),
    ("source", "来源", "text", 4),
    ("planned", "计划下达（元）", "yuan", 9),
    ("opening", "年初结余（元）", "yuan", 9),
    ("arrived", "到位（元）", "yuan", 9),
    ("drawn", "已分配（元）", "yuan", 9),
    ("paid", "其中已发（元）", "yuan", 9),
    ("back", "退回（元）", "yuan", 9),
    ("balance", "余额（元）", "yuan", 9),
)


def _funds(posting: Posting, on: date, query: Query, full: bool) -> Listing:
    asked = query.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else on.year
    table = fund_lines.table(posting, year)

    def lines(keys: Sequence[int]) -> Iterator[Line]:
        for row in (table[key] for key in keys):
            yield {
                "programme": row.programme,
                "source": row.source_label,
                "planned": row.planned_fen,
                "opening": row.opening_fen,
                "arrived": row.arrived_fen,
                "drawn": row.drawn_fen,
                "paid": row.paid_fen,
                "back": row.back_fen,
                "balance": row.balance_fen,
            }

    sums = tuple(column.key for column in _FUND_COLUMNS if column.kind == "yuan")
    return Listing(f"{year}年资金台账", _FUND_COLUMNS, range(len(table)), lines, sums)


KINDS: dict[str, Kind] = {
    "cases": Kind(
        "案件清单",
        Permission.VIEW_CASES,
        ("tab", "q", "area", "scheme", "status", "step", "due", "near_relative", "objected"),
        _cases,
    ),
    "ledger": Kind(
        "保障对象台账", Permission.VIEW_LEDGER, ("scheme", "area", "state", "category", "q"), _ledger
    ),
    "lines": Kind("发放明细", Permission.VIEW_PAYMENTS, ("run", "area", "status", "problem", "q"), _lines),
    "differences": Kind(
        "与上月的差异", Permission.VIEW_PAYMENTS, ("run", "kind", "area", "q"), run_lists.differences
    ),
    "claims": Kind(
        "追缴台账",
        Permission.VIEW_PAYMENTS,
        ("stage", "age", "scheme", "area", "q"),
        claim_lists.claim_register,
    ),
    "funds": Kind("资金台账", Permission.VIEW_FUNDS, ("year",), _funds),
    "raised": Kind(
        "提标明细", Permission.VIEW_STANDARDS, ("change", "outcome", "area", "arrears"), grant_lists.raised
    ),
    "batch": Kind(
        "批量发放名单",
        Permission.VIEW_PAYMENTS,
        ("batch", "area", "scheme", "outcome", "q"),
        grant_lists.batch_items,
    ),
    "cash": Kind("备用金收支", Permission.VIEW_PAYMENTS, ("account",), grant_lists.cash),
}
