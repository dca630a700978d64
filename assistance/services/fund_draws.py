"""What runs take of the money ledger: at the approval, back with the bank's answer, and afterwards when money comes late.

Whoever draws on a line holds its entries locked, so that two approvals at once cannot take the same money. A run never
holds more than what of it is out: what the bank returns goes back, first to the line that was drawn on last.
"""

from datetime import date

from django.db import transaction
from django.db.models import Sum

from assistance.models import BankReturn, FundDraw, FundEntry, PaymentRun
from assistance.selectors import fund_lines
from assistance.selectors.fund_lines import APPROVED, Plan
from civaffairs.lib.errors import NotAllowed, NotReady
from civaffairs.lib.money import yuan
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting


def draw_for_approval(run: PaymentRun, by: Posting, on: date) -> int:
    """Give a run its money as far as it is there; returns the fen that are not. Called by the approval, which holds the
    run. Raises NotReady with the shortfall where the county wants it to stop there."""
    plan = _locked_plan(run, on)
    if plan is None:
        return 0
    if plan.short_fen and plan.blocks:
        raise NotReady(
            f"{plan.year}年“{plan.programme}”的资金不够：本批 {yuan(plan.need_fen)} 元，还差 {yuan(plan.short_fen)} 元。",
            [f"{share.label}级余额 {yuan(share.there_fen)} 元" for share in plan.shares]
            or ["资金台账还没有登记这个项目的到位资金"],
            field="opinion",
        )
    _draw(run, plan, by, on)
    return plan.short_fen


@transaction.atomic
def cover_run(*, run_id: int, by: Posting, on: date) -> int:
    """Draw what an approved run is still short of, as far as it is there now; returns the fen drawn. A second press finds
    nothing left to draw."""
    run = access.to_change(
        PaymentRun.objects.select_related("scheme"), by, Permission.MANAGE_FUNDS, pk=run_id
    )
    access.demand_office(by, run.office_id)
    if run.status not in APPROVED:
        raise NotAllowed("这个批次还没有审批，审批时自动分配资金。")
    plan = _locked_plan(run, on)
    if plan is None:
        raise NotAllowed("这个项目不从资金台账列支。")
    if not plan.need_fen:
        return 0
    drawn = plan.need_fen - plan.short_fen
    if not drawn:
        raise NotAllowed(
            f"{plan.year}年“{plan.programme}”没有可用的余额，还差 {yuan(plan.short_fen)} 元。资金到位登记后再补记。"
        )
    _draw(run, plan, by, on)
    audit.record(
        "fund.cover",
        by=by,
        subject=run,
        office_code=run.office_id,
        details={"amount_fen": drawn, "on": on.isoformat()},
    )
    return drawn


def give_back(run: PaymentRun, loaded: BankReturn, by: Posting, on: date) -> int:
    """Put back on the lines what a bank's answer brought home; returns the fen. Called by the loading, which holds the
    run. What no line had given goes back to none."""
    left = fund_lines.drawn_fen(run) - fund_lines.out_fen(run)
    if left <= 0:
        return 0
    returned, rows = left, []
    held = (
        run.draws.order_by()
        .values("year", "programme", "source")
        .annotate(fen=Sum("amount_fen"))
        .filter(fen__gt=0)
    )
    order = fund_lines.order_of(fund_lines.programme_of(run), on)
    for line in sorted(held, key=lambda row: order.index(row["source"]), reverse=True):
        taken = min(left, line["fen"])
        if taken:
            rows.append(_row(run, line, FundDraw.Kind.BACK, -taken, by, on, loaded))
        left -= taken
    FundDraw.objects.bulk_create(rows)
    return returned


def _locked_plan(run: PaymentRun, on: date) -> Plan | None:
    """The plan, with the entries it rests on locked: where a line has no entry there is nothing to take."""
    entries = FundEntry.objects.filter(
        office=run.office_id, year=run.month.year, programme=fund_lines.programme_of(run)
    )
    list(entries.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    return fund_lines.plan_of(run, on)


def _draw(run: PaymentRun, plan: Plan, by: Posting, on: date) -> None:
    FundDraw.objects.bulk_create(
        _row(
            run,
            {"year": plan.year, "programme": plan.programme, "source": share.source},
            FundDraw.Kind.DRAW,
            share.take_fen,
            by,
            on,
        )
        for share in plan.shares
        if share.take_fen
    )


def _row(
    run: PaymentRun,
    line: dict,
    kind: str,
    fen: int,
    by: Posting,
    on: date,
    loaded: BankReturn | None = None,
) -> FundDraw:
    return FundDraw(
        run=run,
        office_id=run.office_id,
        year=line["year"],
        programme=line["programme"],
        source=line["source"],
        kind=kind,
        amount_fen=fen,
        on=on,
        bank_return=loaded,
        entered_by=by,
    )
