"""临时救助: small and at once (小额快救), for an emergency (急难型), for spending that a family cannot bear (支出型).

Each grant is one sum, not so much a month. Who has been helped for the same cause is not helped for it again without
a reason, and not more often a year than the county has set.

Sources: 《社会救助法》 articles 29, 37, 50; 国发〔2014〕47号; 民发〔2018〕23号; 《关于进一步健全完善临时救助制度的意见》
(民政部、财政部, January 2026). docs/policy/temporary.md holds the rule in words and the worked examples.
"""

from datetime import date
from fractions import Fraction

from assistance.policy.dibao_standard import LOCAL
from assistance.policy.parameters import Parameter
from assistance.policy.questions import Question
from assistance.policy.reckoning import Reckoning, money
from assistance.policy.rounding import ROUNDING
from assistance.policy.rule import CaseFacts, Numbers, Rule
from assistance.policy.temporary_common import (
    ACT,
    AGAIN,
    CAUSE,
    CAUSES,
    LIMIT,
    NOTICE_2018,
    OPINION_2026,
    REPEAT,
    check_cause,
    due_within_limit,
    note_dibao,
    note_missing,
    people_in_need,
    refused_again,
)
from assistance.policy.temporary_expense import (
    EXPENSE_PARAMETERS,
    EXPENSE_QUESTIONS,
    expense,
    expense_contradictions,
)
from civaffairs.lib.assessment import Assessment, Part, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import round_fen

# --- 小额快救 ------------------------------------------------------------------------------------------

QUICK_QUESTIONS = (
    CAUSE,
    Question(
        "asked_fen",
        "拟给予金额",
        "fen",
        help="按困难情况商定；最多一个月低保标准",
        source=OPINION_2026,
        least=1,
        group="救助金额",
    ),
    REPEAT,
)
QUICK_PARAMETERS = (
    Parameter(
        "cap_percent",
        "最高金额",
        "percent",
        100,
        "占当地一个月低保标准的比例，全国规定不超过100%",
        OPINION_2026,
        least=1,
        group="限额",
    ),
    *AGAIN,
)


def quick_cap(dibao_fen: int, percent: int) -> int:
    """The most that one grant of 小额快救 may be, in fen: the county's share of one month's standard."""
    return round_fen(Fraction(dibao_fen * percent, 100), mode="down")


def quick(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """小额快救: the sum agreed on with the family, at most the county's share of one month's standard.

    Income and property are not looked at and must not be.
    """
    work = Reckoning()
    check_cause(facts)
    note_missing(facts, QUICK_QUESTIONS, work, "cause", "asked_fen")
    note_dibao(facts, work)
    if work.missing or isinstance(facts.dibao_fen, Unknown):
        return Assessment.cannot_decide(*work.missing, steps=work.steps)
    asked = facts.answer("asked_fen")
    if asked < 1:
        raise BadInput("拟给予金额要大于0", "asked_fen")
    work.step("困难原因", CAUSES[facts.answer("cause")], "不核对家庭经济状况", "", OPINION_2026)
    if refusals := refused_again(facts, numbers, on, work):
        return Assessment.not_eligible(*refusals, steps=work.steps)
    cap = quick_cap(facts.dibao_fen, numbers["cap_percent"])
    work.step("最高金额", f"{money(facts.dibao_fen)} × {numbers['cap_percent']}%", cap, "元", OPINION_2026)
    paid = min(asked, cap)
    formula = f"拟给予 {money(asked)}" + ("，超过最高金额，按最高金额" if asked > cap else "")
    work.step("救助金额", formula, paid, "元", OPINION_2026)
    reason = f"因{CAUSES[facts.answer('cause')]}，基本生活暂时出现严重困难"
    return Assessment.eligible([Part("base", "小额快救", paid)], work.steps, [reason])


# --- 急难型 --------------------------------------------------------------------------------------------

URGENT_QUESTIONS = (
    CAUSE,
    Question(
        "months",
        "预计困难持续几个月",
        "int",
        help="按救助标准表，超过最长月数的按最长月数",
        source=NOTICE_2018,
        unit="个月",
        least=1,
        most=60,
        group="救助金额",
    ),
    Question(
        "advance_given",
        "是否已经先行救助",
        "bool",
        help="情况紧急、先给了钱后补手续的，选“是”",
        source=f"{ACT}第50条",
        group="先行救助",
        by_deed=True,
    ),
    Question(
        "advance_fen",
        "先行救助金额",
        "fen",
        source=f"{ACT}第50条",
        when=("advance_given", (True,)),
        least=1,
        group="先行救助",
        by_deed=True,
    ),
    REPEAT,
)
URGENT_PARAMETERS = (
    Parameter(
        "multiples",
        "每人每月发低保标准的百分之几",
        "shares",
        {
            "accident": 200,
            "illness": 200,
            "bereavement": 150,
            "livelihood": 100,
            "disaster": 150,
            "education": 100,
            "living": 100,
            "other": 100,
        },
        "按困难原因；不按急难型救助的填0",
        f"{NOTICE_2018}，{LOCAL}",
        choices=tuple(CAUSES.items()),
        group="标准",
    ),
    Parameter("most_months", "最多算几个月", "int", 6, "", LOCAL, 1, 24, group="标准"),
    *LIMIT,
    *AGAIN,
    *ROUNDING,
)


def urgent(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """急难型: 低保 standard × multiple of the cause × persons × months, up to the limit; less what was given at once."""
    work = Reckoning()
    check_cause(facts)
    advance = _advance(facts, work)
    note_missing(facts, URGENT_QUESTIONS, work, "cause", "months")
    note_dibao(facts, work)
    if work.missing or isinstance(facts.dibao_fen, Unknown):
        return Assessment.cannot_decide(*work.missing, steps=work.steps)
    people, cause, asked = people_in_need(facts.household), facts.answer("cause"), facts.answer("months")
    if asked < 1:
        raise BadInput("预计困难持续的月数至少是1", "months")
    work.step(
        "受困人员", "、".join(member.name for member in people) or "没有", len(people), "人", NOTICE_2018
    )
    refusals = refused_again(facts, numbers, on, work)
    if not people:
        refusals.append("没有登记受困人员")
    if not numbers["multiples"][cause]:
        refusals.append(f"当地规定对“{CAUSES[cause]}”不给予急难型救助")
    if refusals:
        return Assessment.not_eligible(*refusals, steps=work.steps)
    months = min(asked, numbers["most_months"])
    exact = Fraction(facts.dibao_fen * numbers["multiples"][cause] * len(people) * months, 100)
    formula = f"{money(facts.dibao_fen)} × {numbers['multiples'][cause]}% × {len(people)} 人 × {months} 个月"
    if asked > months:
        formula += f"（困难 {asked} 个月，最多算 {months} 个月）"
    work.step(f"按困难原因：{CAUSES[cause]}", formula, exact, "元", f"{NOTICE_2018}，{LOCAL}")
    due = due_within_limit(exact, facts.dibao_fen, facts, numbers, on, work)
    reasons = [f"因{CAUSES[cause]}，基本生活陷入严重困难"]
    if not due:
        return Assessment.not_eligible("本年度临时救助已经达到最高限额", steps=work.steps)
    if advance:
        rest = max(0, due - advance)
        work.step("减先行救助", f"{money(due)} − {money(advance)}", rest, "元", f"{ACT}第50条")
        if advance >= due:
            reasons.append("先行救助的金额已经给足，不再另发")
        due = rest
    return Assessment.eligible([Part("base", "急难型临时救助", due)], work.steps, reasons)


def _advance(facts: CaseFacts, work: Reckoning) -> int:
    """What was given at once (先行救助), in fen; a missing answer is noted."""
    given, fen = facts.answer("advance_given"), facts.answer("advance_fen")
    if isinstance(given, Unknown):
        work.missing.append("“是否已经先行救助”还没有填写")
        return 0
    if not given:
        if not isinstance(fen, Unknown) and fen:
            raise BadInput("没有先行救助的，不填先行救助金额", "advance_fen", article=f"{ACT}第50条")
        return 0
    if isinstance(fen, Unknown):
        work.missing.append("“先行救助金额”还没有填写")
        return 0
    if fen < 1:
        raise BadInput("先行救助金额要大于0", "advance_fen", article=f"{ACT}第50条")
    return int(fen)


RULES = (
    Rule(
        "temporary_quick",
        "小额快救：商定金额，不超过一个月低保标准",
        quick,
        QUICK_PARAMETERS,
        QUICK_QUESTIONS,
    ),
    Rule(
        "temporary_urgent",
        "急难型临时救助：低保标准 × 倍数 × 人数 × 月数",
        urgent,
        URGENT_PARAMETERS,
        URGENT_QUESTIONS,
    ),
    Rule(
        "temporary_expense",
        "支出型临时救助：超过负担能力的必需支出按段计算",
        expense,
        EXPENSE_PARAMETERS,
        EXPENSE_QUESTIONS,
        expense_contradictions,
    ),
)
