"""Figures of 低保: who is protected, who came and left, what was paid. Each in three scopes: urban, rural, both."""

from collections.abc import Callable
from fractions import Fraction

from assistance.models import Cause, LabourAbility
from assistance.schemes import DIBAO_RURAL, DIBAO_URBAN
from civaffairs.lib.money import round_fen
from reporting.figures import rows
from reporting.figures.catalogue import Figure, add, definition_of
from reporting.figures.facts import Facts

URBAN, RURAL = (DIBAO_URBAN.code,), (DIBAO_RURAL.code,)
SCOPES = {
    "urban": ("城市低保", URBAN),
    "rural": ("农村低保", RURAL),
    "both": ("城乡低保", URBAN + RURAL),
}

STOCK, MOVES, MONEY, STRUCTURE, CASES = "在保情况", "增减变动", "资金发放", "人员结构", "申请办理"
# Figures of these groups are kept for each month of a period (Facts.at).
BY_MONTH = (STOCK, MOVES, MONEY)


def dibao(
    stem: str,
    name: str,
    unit: str,
    *,
    group: str,
    period: str = "as_of",
    ref: rows.RowsRef | None = None,
    parts: tuple[str, ...] = (),
    counts: str = "",
    scopes: tuple[str, ...] = tuple(SCOPES),
) -> Callable:
    """Declare a figure once for each scope: `dibao.urban.<stem>`, 城市低保<name>. `parts` and `counts` are stems."""

    def declare(compute: Callable[[Facts], int | None]) -> Callable:
        for scope in scopes:
            label, schemes = SCOPES[scope]
            add(
                Figure(
                    key=f"dibao.{scope}.{stem}",
                    name=f"{label}{name}",
                    unit=unit,
                    period=period,
                    group=group,
                    definition=definition_of(compute),
                    compute=compute,
                    schemes=schemes,
                    rows=ref,
                    parts=tuple(f"dibao.{scope}.{part}" for part in parts),
                    counts=f"dibao.{scope}.{counts}" if counts else "",
                )
            )
        return compute

    return declare


# --- 在保情况 --------------------------------------------------------------------------------------


@dibao("households", "户数", "户", group=STOCK, ref=rows.HOUSEHOLDS)
def households(facts: Facts) -> int:
    """期末当月应享受低保待遇的户数，即起发月份不晚于当月、止发月份晚于当月的待遇户数；暂停发放的户仍计入。单位：户。数据来源：低保待遇台账。"""
    return facts.stock(facts.period.month)


@dibao("persons", "人数", "人", group=STOCK, ref=rows.HEADS, counts="households")
def persons(facts: Facts) -> int:
    """期末当月在保户的保障人数之和，以审核确认时核定的保障人数为准。单位：人。数据来源：低保待遇台账。"""
    return facts.stock(facts.period.month, "heads")


@dibao("standard", "标准", "元", group=STOCK, scopes=("urban", "rural"))
def standard(facts: Facts) -> int | None:
    """期末当月执行的县级低保标准，按月、按人计；尚未录入并确认的不显示。单位：元/人·月。数据来源：已确认的保障标准。"""
    return facts.standard_fen()


# --- 增减变动 --------------------------------------------------------------------------------------


def _moves(stem: str, name: str, unit: str, ref: rows.RowsRef, count: Callable, definition: str) -> None:
    """A movement is reported for the last month and for the whole period of the report."""
    for suffix, prefix, period in (("", "当月", "month"), (".total", "累计", "cumulative")):

        def compute(facts: Facts, cumulative: bool = period == "cumulative") -> int:
            return count(facts, facts.period if cumulative else facts.period.only_last)

        compute.__doc__ = f"{'报告期内各月' if period == 'cumulative' else '期末当月'}{definition}"
        dibao(
            f"{stem}{suffix}",
            f"{prefix}{name}",
            unit,
            group=MOVES,
            period=period,
            ref=ref,
        )(compute)


_moves(
    "new_households",
    "新增户数",
    "户",
    rows.JOINED_HOUSEHOLDS,
    Facts.joined_households,
    "开始享受待遇的户数。上月已在保、本月因调整金额等换发待遇的，不算新增；批准后从未起发的不计。单位：户。数据来源：低保待遇台账。",
)
_moves(
    "new_persons",
    "新增人数",
    "人",
    rows.JOINED_PERSONS,
    Facts.joined_persons,
    "开始享受待遇的人数，含在保户中途增加的人员。单位：人。数据来源：低保待遇台账保障对象明细。",
)
_moves(
    "left_households",
    "退出户数",
    "户",
    rows.LEFT_HOUSEHOLDS,
    Facts.left_households,
    "起不再享受待遇的户数，以停发的第一个月为退出月。停发当月换发新待遇的，不算退出。单位：户。数据来源：低保待遇台账。",
)
_moves(
    "left_persons",
    "退出人数",
    "人",
    rows.LEFT_PERSONS,
    Facts.left_persons,
    "起不再享受待遇的人数，含在保户中途减少的人员，以停发的第一个月为退出月。单位：人。数据来源：低保待遇台账保障对象明细。",
)


# --- 资金发放 --------------------------------------------------------------------------------------


@dibao(
    "fund", "当月发放资金", "万元", group=MONEY, period="month", ref=rows.paid("amount_fen"), counts="lines"
)
def fund(facts: Facts) -> int:
    """期末当月各发放批次已报送银行且未被退回的低保金（含分类施保，不含物价补贴等临时补助），按批次月份归属；退回后重发的计入重发批次的月份。单位：万元。数据来源：发放明细。"""
    return facts.paid(facts.period.only_last)


@dibao(
    "fund.total",
    "累计发放资金",
    "万元",
    group=MONEY,
    period="cumulative",
    ref=rows.paid("amount_fen"),
    counts="lines.total",
)
def fund_total(facts: Facts) -> int:
    """报告期内各月发放批次已报送银行且未被退回的低保金之和，口径同当月发放资金。单位：万元。数据来源：发放明细。"""
    return facts.paid(facts.period)


@dibao("lines", "当月发放户数", "户", group=MONEY, period="month", ref=rows.paid())
def lines(facts: Facts) -> int:
    """期末当月发放批次中已报送银行且未被退回的发放笔数，一户一月一笔。单位：户。数据来源：发放明细。"""
    return facts.paid(facts.period.only_last, "lines")


@dibao("lines.total", "累计发放户次", "户", group=MONEY, period="cumulative", ref=rows.paid())
def lines_total(facts: Facts) -> int:
    """报告期内各月发放笔数之和，一户一月一笔。单位：户次。数据来源：发放明细。"""
    return facts.paid(facts.period, "lines")


@dibao("heads", "当月发放人数", "人", group=MONEY, period="month", ref=rows.paid("persons"), counts="lines")
def heads(facts: Facts) -> int:
    """期末当月发放明细上的保障人数之和。单位：人。数据来源：发放明细。"""
    return facts.paid(facts.period.only_last, "heads")


@dibao(
    "heads.total",
    "累计发放人次",
    "人",
    group=MONEY,
    period="cumulative",
    ref=rows.paid("persons"),
    counts="lines.total",
)
def heads_total(facts: Facts) -> int:
    """报告期内各月发放明细上的保障人数之和（各月保障人次之和）。单位：人次。数据来源：发放明细。"""
    return facts.paid(facts.period, "heads")


@dibao(
    "per_head", "当月人均保障金", "元", group=MONEY, period="month", parts=("fund", "heads"), counts="lines"
)
def per_head(facts: Facts) -> int | None:
    """当月发放资金÷同一批发放明细的保障人数，四舍五入到分，不含物价补贴等临时补助。单位：元/人·月。数据来源：发放明细。"""
    return _per_head(facts.paid(facts.period.only_last), facts.paid(facts.period.only_last, "heads"))


@dibao(
    "per_head.total",
    "人均月保障金",
    "元",
    group=MONEY,
    period="cumulative",
    parts=("fund.total", "heads.total"),
    counts="lines.total",
)
def per_head_total(facts: Facts) -> int | None:
    """报告期累计发放资金÷各月保障人次之和，四舍五入到分；不以期末人数乘月数作除数。单位：元/人·月。数据来源：发放明细。"""
    return _per_head(facts.paid(facts.period), facts.paid(facts.period, "heads"))


def _per_head(fen: int, heads_: int) -> int | None:
    return round_fen(Fraction(fen, heads_)) if heads_ else None


@dibao(
    "classified_fund",
    "当月分类施保资金",
    "万元",
    group=MONEY,
    period="month",
    ref=rows.paid("classified_fen"),
    counts="lines",
)
def classified_fund(facts: Facts) -> int:
    """期末当月发放资金中的分类施保部分。单位：万元。数据来源：发放明细。"""
    return facts.paid(facts.period.only_last, "classified")


@dibao(
    "classified_fund.total",
    "累计分类施保资金",
    "万元",
    group=MONEY,
    period="cumulative",
    ref=rows.paid("classified_fen"),
    counts="lines.total",
)
def classified_fund_total(facts: Facts) -> int:
    """报告期累计发放资金中的分类施保部分。单位：万元。数据来源：发放明细。"""
    return facts.paid(facts.period, "classified")


# --- 人员结构 --------------------------------------------------------------------------------------


def _structure(stem: str, name: str, ref: rows.RowsRef, what: str, definition: str) -> None:
    def compute(facts: Facts) -> int:
        return facts.people(what)

    compute.__doc__ = f"期末在保人员中{definition}单位：人。数据来源：低保待遇台账保障对象明细、人员登记。"
    dibao(stem, name, "人", group=STRUCTURE, ref=ref)(compute)


_structure("members", "在册保障对象人数", rows.PERSONS, "total", "逐人登记的保障对象人数，应与在保人数一致。")
for _stem, _name, _definition in (
    ("women", "女性人数", "性别为女的人数。"),
    ("elder", "老年人数", "期末月最后一天满60周岁的人数。"),
    ("adult", "成年人数", "期末月最后一天满18周岁、不满60周岁的人数。"),
    ("minor", "未成年人数", "期末月最后一天不满18周岁的人数。"),
    ("disabled", "残疾人数", "持残疾人证的人数，以审核确认时登记的残疾等级为准。"),
    ("severe", "重度残疾人数", "残疾等级为一级、二级的人数。"),
    ("classified", "分类施保人数", "享受分类施保增发的人数。"),
):
    _structure(_stem, _name, rows.of_class(_stem), _stem, _definition)
for _value, _label in LabourAbility.choices:
    _structure(
        f"labour_{_value}",
        f"{_label.partition('（')[0]}人数",
        rows.of_labour(_value),
        f"labour_{_value}",
        f"劳动能力登记为“{_label}”的人数。",
    )


def _cause(value: str, label: str) -> None:
    def compute(facts: Facts) -> int:
        return facts.cause(value)

    compute.__doc__ = f"期末在保户中致贫原因含“{label}”的户数；一户可有多个原因，各原因之和不小于在保户数。单位：户。数据来源：低保待遇台账。"
    dibao(f"cause_{value}", f"致贫原因为{label}户数", "户", group=STRUCTURE, ref=rows.with_cause(value))(
        compute
    )


for _value, _label in Cause.choices:
    _cause(_value, _label)


# --- 申请办理 --------------------------------------------------------------------------------------


@dibao("received.total", "累计受理申请件数", "件", group=CASES, period="cumulative", ref=rows.RECEIVED)
def received(facts: Facts) -> int:
    """报告期内提交的低保申请件数，按提交日期。单位：件。数据来源：低保申请。"""
    return facts.received(facts.period)


@dibao("decided.total", "累计办结申请件数", "件", group=CASES, period="cumulative", ref=rows.DECIDED)
def decided(facts: Facts) -> int:
    """报告期内作出确认或不予确认决定的件数，按决定日期。撤回、终止的不计。单位：件。数据来源：低保申请。"""
    return facts.decided(facts.period)


@dibao("approved.total", "累计确认件数", "件", group=CASES, period="cumulative", ref=rows.APPROVED)
def approved(facts: Facts) -> int:
    """报告期内决定给予低保的件数，按决定日期。单位：件。数据来源：低保申请。"""
    return facts.decided(facts.period, "approved")


@dibao("refused.total", "累计不予确认件数", "件", group=CASES, period="cumulative", ref=rows.REFUSED)
def refused(facts: Facts) -> int:
    """报告期内决定不予确认的件数，按决定日期。单位：件。数据来源：低保申请。"""
    return facts.decided(facts.period, "refused")


@dibao("in_time.total", "累计按时办结件数", "件", group=CASES, period="cumulative", ref=rows.DECIDED_IN_TIME)
def in_time(facts: Facts) -> int:
    """报告期内作出决定、且决定日期不晚于总期限的件数；暂停计时的时间已从期限中扣除。单位：件。数据来源：低保申请。"""
    return facts.decided(facts.period, "in_time")


@dibao(
    "in_time_rate.total",
    "按时办结率",
    "%",
    group=CASES,
    period="cumulative",
    parts=("in_time.total", "decided.total"),
    counts="decided.total",
)
def in_time_rate(facts: Facts) -> int | None:
    """按时办结件数÷办结件数×100%。报告期内没有办结件的不计算。单位：%。数据来源：低保申请。"""
    return rate(facts.decided(facts.period, "in_time"), facts.decided(facts.period))


def rate(part: int, whole: int) -> int | None:
    """Hundredths of a percent point, half up; None against nothing."""
    return round_fen(Fraction(part * 10000, whole)) if whole else None
