"""Figures of the money ledger: planned from above, arrived, paid out."""

from assistance.models import FundEntry
from reporting.figures import rows
from reporting.figures.catalogue import figure
from reporting.figures.dibao import RURAL, URBAN, rate
from reporting.figures.facts import Facts

FUNDS = "资金落实"
DIBAO = "城乡低保"  # the line of the ledger, as assistance.schemes.PROGRAMMES names it
PLANNED, ARRIVED = FundEntry.Kind.PLANNED, FundEntry.Kind.ARRIVED


def _ratio(part: int | None, whole: int | None) -> int | None:
    return None if part is None or whole is None else rate(part, whole)


@figure("fund.planned", "民生资金计划数", "万元", period="cumulative", group=FUNDS, rows=rows.booked(PLANNED))
def planned(facts: Facts) -> int | None:
    """本年度资金台账中截至期末登记的计划下达金额，含各项目和中央、省、市、县各级，冲销已扣除。单位：万元。数据来源：资金台账。"""
    return facts.fund(PLANNED)


@figure("fund.arrived", "民生资金到位数", "万元", period="cumulative", group=FUNDS, rows=rows.booked(ARRIVED))
def arrived(facts: Facts) -> int | None:
    """本年度资金台账中截至期末登记的到位金额，含各项目和各级，冲销已扣除。单位：万元。数据来源：资金台账。"""
    return facts.fund(ARRIVED)


@figure(
    "fund.arrival_rate",
    "民生资金到位率",
    "%",
    period="cumulative",
    group=FUNDS,
    parts=("fund.arrived", "fund.planned"),
)
def arrival_rate(facts: Facts) -> int | None:
    """民生资金到位数÷计划数×100%。没有计划数的不计算。单位：%。数据来源：资金台账。"""
    return _ratio(facts.fund(ARRIVED), facts.fund(PLANNED))


@figure(
    "fund.dibao.planned",
    "低保资金计划数",
    "万元",
    period="cumulative",
    group=FUNDS,
    rows=rows.booked(PLANNED, DIBAO),
)
def dibao_planned(facts: Facts) -> int | None:
    """本年度资金台账“城乡低保”项目截至期末的计划下达金额。单位：万元。数据来源：资金台账。"""
    return facts.fund(PLANNED, DIBAO)


@figure(
    "fund.dibao.arrived",
    "低保资金到位数",
    "万元",
    period="cumulative",
    group=FUNDS,
    rows=rows.booked(ARRIVED, DIBAO),
)
def dibao_arrived(facts: Facts) -> int | None:
    """本年度资金台账“城乡低保”项目截至期末的到位金额。单位：万元。数据来源：资金台账。"""
    return facts.fund(ARRIVED, DIBAO)


@figure(
    "fund.dibao.spent_rate",
    "低保资金支出率",
    "%",
    period="cumulative",
    group=FUNDS,
    parts=("dibao.both.fund.total", "fund.dibao.arrived"),
)
def dibao_spent_rate(facts: Facts) -> int | None:
    """报告期累计发放的城乡低保资金÷低保资金到位数×100%。单位：%。数据来源：发放明细、资金台账。"""
    both = facts.source.facts(URBAN + RURAL)
    return _ratio(both.paid(facts.period), facts.fund(ARRIVED, DIBAO))
