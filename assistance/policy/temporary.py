"""临时救助: small and at once (小额快救), for an emergency (急难型), for spending that a family cannot bear (支出型).

Each grant is one sum, not so much a month. Who has been helped for the same cause is not helped for it again without
a reason, and not more often a year than the county has set.

Sources: 《社会救助法》 articles 29, 37, 50; 国发〔2014〕47号; 民发〔2018〕23号; 《关于进一步健全完善临时救助制度的意见》
(民政部、财政部, January 2026). docs/policy/temporary.md holds the rule in words and the worked examples.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from assistance.policy.dibao_income import COST_OF, MONTHS, NEVER_INCOME
from assistance.policy.dibao_property import property_refusals
from assistance.policy.dibao_standard import LOCAL, METHOD
from assistance.policy.facts import DEDUCTION_KINDS, INCOME_CLASSES, HouseholdFacts, IncomeItem, MemberFacts
from assistance.policy.parameters import Parameter
from assistance.policy.questions import Question
from assistance.policy.reckoning import Reckoning, listed, money
from assistance.policy.rounding import ROUNDING, rounded
from assistance.policy.rule import CaseFacts, Numbers, PriorAid, Rule
from civaffairs.lib.assessment import Assessment, Part, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import round_fen
from civaffairs.lib.months import Month

ACT = "《社会救助法》"
NOTICE_2014 = "国发〔2014〕47号"
NOTICE_2018 = "民发〔2018〕23号"
OPINION_2026 = "《关于进一步健全完善临时救助制度的意见》（2026年）"

CAUSES = {
    "accident": "火灾、交通事故等意外",
    "illness": "突发重大疾病",
    "bereavement": "家庭成员突然死亡",
    "livelihood": "失业等造成收入中断",
    "disaster": "自然灾害后仍有困难",
    "education": "教育支出突然增加",
    "living": "其他生活必需支出突然增加",
    "other": "其他突发困难",
}
# The families of programmes whose households have had their income and property checked.
CHECKED = ("dibao", "tekun", "status")

_CAUSE = Question(
    "cause",
    "困难原因",
    "choice",
    tuple(CAUSES.items()),
    "选最主要的一项；同一原因一段时间内不重复救助",
    f"{ACT}第29条",
    group="困难情况",
)
_REPEAT = Question(
    "repeat_reason",
    "同一原因再次申请的理由",
    "text",
    help="以前没有因同一原因得过救助的不填",
    source=NOTICE_2014,
    required=False,
    group="困难情况",
)

_AGAIN = (
    Parameter(
        "repeat_months",
        "同一原因多少个月内不重复救助",
        "int",
        12,
        "从上次救助那天起算；不限制填0",
        f"{NOTICE_2014}，{LOCAL}",
        0,
        60,
        group="次数",
    ),
    Parameter(
        "times_a_year",
        "一年最多救助几次",
        "int",
        2,
        "按自然年度，不论原因",
        LOCAL,
        1,
        12,
        group="次数",
    ),
)
_LIMIT = (
    Parameter(
        "limit_multiple",
        "最高限额",
        "int",
        10,
        "每户最高是几个月的低保标准",
        LOCAL,
        1,
        100,
        group="限额",
    ),
    Parameter(
        "limit_scope",
        "限额怎样计算",
        "choice",
        "year",
        "选“全年”时，本年度已经得到的临时救助要从限额里减去",
        LOCAL,
        choices=(("once", "每次救助"), ("year", "全年累计")),
        group="限额",
    ),
)


# --- what all three share -------------------------------------------------------------------------------


def _day(facts: CaseFacts, on: date) -> date:
    return facts.applied_on or on


def _earlier(facts: CaseFacts, on: date) -> list[PriorAid]:
    """Grants up to the day of this application, in order of time."""
    return sorted(
        (row for row in facts.prior_aid if row.granted_on <= _day(facts, on)),
        key=lambda row: (row.granted_on, row.cause, row.amount_fen),
    )


def _months_back(day: date, months: int) -> date:
    """The same day so many months ago, or the last of that month where it has no such day."""
    month = Month.of(day).plus(-months)
    return date(month.year, month.month, min(day.day, month.last_day.day))


def _again(facts: CaseFacts, numbers: Numbers, on: date, work: Reckoning) -> list[str]:
    """Why the family cannot be helped once more; empty when it can."""
    refusals: list[str] = []
    day, cause = _day(facts, on), facts.answer("cause")
    earlier = _earlier(facts, on)
    this_year = [row for row in earlier if row.granted_on.year == day.year]
    work.step(
        "本年度已救助",
        f"一年最多 {numbers['times_a_year']} 次",
        len(this_year),
        "次",
        f"{NOTICE_2014}，{LOCAL}",
    )
    if len(this_year) >= numbers["times_a_year"]:
        refusals.append(
            f"{day.year}年已经救助 {len(this_year)} 次，当地规定一年最多 {numbers['times_a_year']} 次"
        )
    since = _months_back(day, numbers["repeat_months"])
    same = [row for row in earlier if row.cause == cause and row.granted_on > since]
    if numbers["repeat_months"] and same:
        last, reason = same[-1].granted_on, facts.answer("repeat_reason")
        named = "" if isinstance(reason, Unknown) else reason.strip()
        formula = f"{CAUSES[cause]}：{last.isoformat()} 已救助，{numbers['repeat_months']} 个月内"
        work.step(
            "同一原因",
            f"{formula}；理由：{named or '没有'}",
            "可以再救助" if named else "不重复救助",
            "",
            NOTICE_2014,
        )
        if not named:
            refusals.append(
                f"因“{CAUSES[cause]}”已在 {last.isoformat()} 得到救助，没有正当理由不能因同一原因重复申请（{NOTICE_2014}）"
            )
    return refusals


def _due(
    exact: Fraction, dibao_fen: int, facts: CaseFacts, numbers: Numbers, on: date, work: Reckoning
) -> int:
    """The sum to give in fen: not above so many standards a household, for one grant or for the year, and rounded.

    Rounding up must not carry it over the limit.
    """
    limit = numbers["limit_multiple"] * dibao_fen
    formula = f"{numbers['limit_multiple']} × {money(dibao_fen)}"
    if numbers["limit_scope"] == "year":
        year = _day(facts, on).year
        had = sum(row.amount_fen for row in _earlier(facts, on) if row.granted_on.year == year)
        if had:
            limit, formula = max(0, limit - had), f"{formula} − 本年度已得 {money(had)}"
    work.step("最高限额", formula, limit, "元", LOCAL)
    return rounded(min(exact, Fraction(limit)), numbers, work, "应给金额", most=limit)


def _missing(facts: CaseFacts, questions: tuple[Question, ...], work: Reckoning, *names: str) -> None:
    labels = {question.name: question.label for question in questions}
    for name in names:
        if isinstance(facts.answer(name), Unknown):
            work.missing.append(f"“{labels[name]}”还没有填写")


def _dibao_missing(facts: CaseFacts, work: Reckoning) -> None:
    if isinstance(facts.dibao_fen, Unknown):
        work.missing.append("当地低保标准还没有录入")


def _known_cause(facts: CaseFacts) -> None:
    cause = facts.answer("cause")
    if not isinstance(cause, Unknown) and cause not in CAUSES:
        raise BadInput("困难原因不在列表里", "cause")


def _people(household: HouseholdFacts) -> list[MemberFacts]:
    return [member for member in household.counted if member.protected]


# --- 小额快救 ------------------------------------------------------------------------------------------

QUICK_QUESTIONS = (
    _CAUSE,
    Question(
        "asked_fen",
        "拟给予金额",
        "fen",
        help="按困难情况商定；最多一个月低保标准",
        source=OPINION_2026,
        least=1,
        group="救助金额",
    ),
    _REPEAT,
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
    *_AGAIN,
)


def quick(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """小额快救: the sum agreed on with the family, at most the county's share of one month's standard.

    Income and property are not looked at and must not be.
    """
    work = Reckoning()
    _known_cause(facts)
    _missing(facts, QUICK_QUESTIONS, work, "cause", "asked_fen")
    _dibao_missing(facts, work)
    if work.missing or isinstance(facts.dibao_fen, Unknown):
        return Assessment.cannot_decide(*work.missing, steps=work.steps)
    asked = facts.answer("asked_fen")
    if asked < 1:
        raise BadInput("拟给予金额要大于0", "asked_fen")
    work.step("困难原因", CAUSES[facts.answer("cause")], "不核对家庭经济状况", "", OPINION_2026)
    if refusals := _again(facts, numbers, on, work):
        return Assessment.not_eligible(*refusals, steps=work.steps)
    cap = round_fen(Fraction(facts.dibao_fen * numbers["cap_percent"], 100), mode="down")
    work.step("最高金额", f"{money(facts.dibao_fen)} × {numbers['cap_percent']}%", cap, "元", OPINION_2026)
    paid = min(asked, cap)
    formula = f"拟给予 {money(asked)}" + ("，超过最高金额，按最高金额" if asked > cap else "")
    work.step("救助金额", formula, paid, "元", OPINION_2026)
    reason = f"因{CAUSES[facts.answer('cause')]}，基本生活暂时出现严重困难"
    return Assessment.eligible([Part("base", "小额快救", paid)], work.steps, [reason])


# --- 急难型 --------------------------------------------------------------------------------------------

URGENT_QUESTIONS = (
    _CAUSE,
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
    ),
    Question(
        "advance_fen",
        "先行救助金额",
        "fen",
        source=f"{ACT}第50条",
        when=("advance_given", (True,)),
        least=1,
        group="先行救助",
    ),
    _REPEAT,
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
    *_LIMIT,
    *_AGAIN,
    *ROUNDING,
)


def urgent(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """急难型: 低保 standard × multiple of the cause × persons × months, up to the limit; less what was given at once."""
    work = Reckoning()
    _known_cause(facts)
    advance = _advance(facts, work)
    _missing(facts, URGENT_QUESTIONS, work, "cause", "months")
    _dibao_missing(facts, work)
    if work.missing or isinstance(facts.dibao_fen, Unknown):
        return Assessment.cannot_decide(*work.missing, steps=work.steps)
    people, cause, asked = _people(facts.household), facts.answer("cause"), facts.answer("months")
    if asked < 1:
        raise BadInput("预计困难持续的月数至少是1", "months")
    work.step(
        "受困人员", "、".join(member.name for member in people) or "没有", len(people), "人", NOTICE_2018
    )
    refusals = _again(facts, numbers, on, work)
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
    due = _due(exact, facts.dibao_fen, facts, numbers, on, work)
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


# --- 支出型 --------------------------------------------------------------------------------------------

# What was spent, and what somebody else bore of it.
SPENDING = {
    "medical_fen": ("医疗费用", "medical_borne_fen"),
    "education_fen": ("教育费用", "education_borne_fen"),
    "living_fen": ("其他生活必需支出", None),
}
TIERS = {"first": "第一段", "second": "第二段", "third": "第三段"}
EXPENSE_QUESTIONS = (
    _CAUSE,
    Question(
        "medical_fen",
        "医疗费用总额",
        "fen",
        help="核算期内看病的全部费用，凭票据；没有填0",
        source=NOTICE_2018,
        group="必需支出",
    ),
    Question(
        "medical_borne_fen",
        "医疗费用中已报销、救助的",
        "fen",
        help="基本医保、大病保险、医疗救助、商业保险、单位和社会帮扶合计",
        source=NOTICE_2018,
        group="必需支出",
    ),
    Question(
        "education_fen",
        "教育费用总额",
        "fen",
        help="按同类公办学校标准；没有填0",
        source=NOTICE_2018,
        group="必需支出",
    ),
    Question(
        "education_borne_fen",
        "教育费用中已减免、资助的",
        "fen",
        help="助学金、减免学费、教育救助合计",
        source=NOTICE_2018,
        group="必需支出",
    ),
    Question(
        "living_fen",
        "其他生活必需支出",
        "fen",
        help="扣除补助后的康复、照护等必需支出；没有填0",
        source=NOTICE_2018,
        group="必需支出",
    ),
    _REPEAT,
)
EXPENSE_PARAMETERS = (
    Parameter(
        "period_months", "核算期", "int", 12, "看申请前多少个月的支出和收入", LOCAL, 1, 24, group="条件"
    ),
    Parameter(
        "income_line_fen",
        "人均收入上限",
        "fen",
        2_800_000,
        "每人每年，当地上年度人均可支配收入；低于这个数才符合",
        NOTICE_2018,
        least=1,
        group="条件",
    ),
    Parameter(
        "spending_percent",
        "必需支出超过家庭收入的比例",
        "percent",
        60,
        "核算期内必需支出超过家庭收入的这个比例，超过的部分按段救助",
        f"{NOTICE_2018}，{LOCAL}",
        0,
        300,
        group="条件",
    ),
    Parameter(
        "checked_households_skip",
        "低保、特困、低边、刚性支出家庭不再核收入财产",
        "bool",
        True,
        "选“是”：已认定的家庭只核必需支出",
        OPINION_2026,
        group="条件",
    ),
    Parameter("basic_pension_counts", "基础养老金计入收入", "bool", False, "", LOCAL, group="收入"),
    Parameter("old_age_allowance_counts", "高龄津贴计入收入", "bool", False, "", LOCAL, group="收入"),
    Parameter(
        "financial_months",
        "货币财产上限",
        "int",
        36,
        "人均不超过多少个月的低保标准",
        f"{NOTICE_2018}，{LOCAL}",
        0,
        600,
        group="财产",
    ),
    Parameter("houses_allowed", "房屋上限", "int", 1, "最多几套", LOCAL, 0, 10, group="财产"),
    Parameter("vehicles_allowed", "可以有机动车", "bool", False, "", LOCAL, group="财产"),
    Parameter(
        "vehicle_exempt_fen", "车辆现值不超过多少可以不计", "fen", 0, "没有这项规定填0", LOCAL, group="财产"
    ),
    Parameter("companies_allowed", "可以有市场主体登记", "bool", False, "", LOCAL, group="财产"),
    Parameter(
        "tier_from",
        "各段从多少元起",
        "rates",
        {"first": 0, "second": 1_000_000, "third": 3_000_000},
        "第一段的起点是起付线，没有起付线填0",
        LOCAL,
        choices=tuple(TIERS.items()),
        group="标准",
    ),
    Parameter(
        "tier_share",
        "各段救助比例",
        "shares",
        {"first": 30, "second": 40, "third": 50},
        "每段只对落在这一段里的支出计算",
        LOCAL,
        most=100,
        choices=tuple(TIERS.items()),
        group="标准",
    ),
    *_LIMIT,
    *_AGAIN,
    *ROUNDING,
)


@dataclass(frozen=True)
class _Limits:
    """What the limits of property read: dibao_property.PropertyLimits."""

    standard_fen: int
    houses_allowed: int
    vehicles_allowed: bool
    vehicle_exempt_fen: int
    companies_allowed: bool


def expense_contradictions(numbers: Numbers) -> dict[str, str]:
    starts = [numbers["tier_from"][tier] for tier in TIERS]
    if any(higher <= lower for lower, higher in pairwise(starts)):
        return {"tier_from": "各段的起点要从小到大"}
    return {}


def expense(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """支出型: the necessary spending of the period, above a share of the income, paid by tiers up to the limit."""
    work = Reckoning()
    _known_cause(facts)
    _missing(facts, EXPENSE_QUESTIONS, work, "cause")
    _dibao_missing(facts, work)
    spent = _spent(facts, work)
    checked = numbers["checked_households_skip"] and bool(facts.receives(*CHECKED))
    income, refusals = (None, []) if checked else _means(facts, numbers, work)
    if work.missing or spent is None or isinstance(facts.dibao_fen, Unknown):
        return Assessment.cannot_decide(*work.missing, steps=work.steps)
    refusals = _again(facts, numbers, on, work) + refusals
    if income is None:  # no means to look at: the household has been checked for its status
        work.step(
            "收入和财产", "已认定的低保、特困、低保边缘或刚性支出困难家庭", "不再核定", "", OPINION_2026
        )
        above = Fraction(spent)
    else:
        above = _above_income(spent, income, numbers, work)
        if not above:
            refusals.append(
                f"核算期内必需支出 {money(spent)} 元，没有超过家庭收入的 {numbers['spending_percent']}%"
            )
    if refusals:
        return Assessment.not_eligible(*refusals, steps=work.steps)
    exact = _by_tiers(above, numbers, work)
    due = _due(exact, facts.dibao_fen, facts, numbers, on, work)
    if not due:
        why = "按限额和尾数处理，应给金额为零" if exact else "必需支出没有达到救助的起点"
        return Assessment.not_eligible(why, steps=work.steps)
    reason = f"因{CAUSES[facts.answer('cause')]}，必需支出超出家庭承受能力"
    return Assessment.eligible([Part("base", "支出型临时救助", due)], work.steps, [reason])


def _spent(facts: CaseFacts, work: Reckoning) -> int | None:
    """What the family itself bore in the period; None when a line is not known."""
    before = len(work.missing)
    names = [name for total, (_, borne) in SPENDING.items() for name in (total, borne) if name]
    _missing(facts, EXPENSE_QUESTIONS, work, *names)
    if len(work.missing) > before:
        return None
    terms, own = [], 0
    for total, (label, borne) in SPENDING.items():
        cost = facts.answer(total)
        covered = facts.answer(borne) if borne else 0
        if covered > cost:
            raise BadInput(f"{label}里已经报销或减免的多于总额", borne, article=NOTICE_2018)
        if cost:
            terms.append(f"{label} {money(cost)}" + (f" − {money(covered)}" if covered else ""))
        own += cost - covered
    work.step("自己负担的必需支出", " + ".join(terms) or "没有", own, "元", NOTICE_2018)
    return own


def _means(facts: CaseFacts, numbers: Numbers, work: Reckoning) -> tuple[Fraction | None, list[str]]:
    """The yearly income, and the reasons why income or property is too much."""
    household, refusals = facts.household, []
    people = len(household.counted)
    if not people:
        return Fraction(0), ["没有计入家庭的共同生活成员"]
    annual: Fraction | None = None
    if isinstance(household.incomes, Unknown):
        work.missing.append("家庭收入还没有填写（没有收入的，要申报无收入）")
    else:
        annual = _annual(household, numbers, work)
    if isinstance(household.assets, Unknown):
        work.missing.append("家庭财产还没有填写（没有财产的，要申报无财产）")
    elif not isinstance(facts.dibao_fen, Unknown):
        limits = _Limits(
            facts.dibao_fen,
            *(numbers[name] for name in list(_Limits.__dataclass_fields__)[1:]),
        )
        refusals = property_refusals(household, limits, people, numbers["financial_months"], work)
    if annual is None:
        return None, refusals
    per_head, line = annual / people, numbers["income_line_fen"]
    below = per_head < line
    formula = f"{money(annual)} ÷ {people} 人，{'低于' if below else '不低于'} {money(line)}"
    work.step("人均年收入", formula, per_head, "元/年", NOTICE_2018)
    if not below:
        refusals.insert(
            0, f"人均年收入 {money(per_head)} 元，不低于上年度当地人均可支配收入 {money(line)} 元"
        )
    return annual, refusals


def _annual(household: HouseholdFacts, numbers: Numbers, work: Reckoning) -> Fraction | None:
    """Income of a year net of what it costs to earn it, by class; the spending this aid is for is not taken off it."""
    counted = {member.key for member in household.counted}
    total, before = Fraction(0), len(work.missing)
    for cls, label in INCOME_CLASSES.items():
        items = [
            item
            for item in household.known_incomes
            if item.cls == cls and item.owner in (None, *counted) and _counts(item, numbers)
        ]
        if not items:
            continue
        costs = [
            item
            for item in household.deductions
            if item.kind == COST_OF.get(cls) and item.owner in (None, *counted)
        ]
        gross, cost = work.total(items, household), work.total(costs, household)
        if gross is None or cost is None:
            continue
        net = max(0, gross - cost)
        formula = listed(items, household)
        if cost:
            formula += f"，扣{DEDUCTION_KINDS[COST_OF[cls]]} {money(min(cost, gross))}"
        work.step(label, formula, net, "元/年", f"{METHOD}第13条")
        total += net
    return None if len(work.missing) > before else total


def _counts(item: IncomeItem, numbers: Mapping[str, bool]) -> bool:
    by_county = {
        "basic_pension": numbers["basic_pension_counts"],
        "old_age_allowance": numbers["old_age_allowance_counts"],
    }
    return by_county.get(item.nature, item.nature not in NEVER_INCOME)


def _above_income(spent: int, annual: Fraction, numbers: Numbers, work: Reckoning) -> Fraction:
    months, percent = numbers["period_months"], numbers["spending_percent"]
    income = annual * months / MONTHS
    work.step("核算期家庭收入", f"{money(annual)} ÷ 12 × {months} 个月", income, "元", NOTICE_2018)
    above = max(Fraction(0), spent - income * percent / 100)
    formula = f"{money(spent)} − {money(income)} × {percent}%"
    work.step("超过家庭负担能力的支出", formula, above, "元", f"{NOTICE_2018}，{LOCAL}")
    return above


def _by_tiers(above: Fraction, numbers: Numbers, work: Reckoning) -> Fraction:
    """Each tier pays its share of the part that lies inside it, so that one yuan more never lowers the sum."""
    starts = [numbers["tier_from"][tier] for tier in TIERS]
    ends: list[int | None] = [*starts[1:], None]
    exact = Fraction(0)
    for (tier, label), start, end in zip(TIERS.items(), starts, ends, strict=True):
        inside = max(Fraction(0), (above if end is None else min(above, Fraction(end))) - start)
        if not inside:
            continue
        part = inside * numbers["tier_share"][tier] / 100
        work.step(f"{label}救助", f"{money(inside)} × {numbers['tier_share'][tier]}%", part, "元", LOCAL)
        exact += part
    return exact


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
