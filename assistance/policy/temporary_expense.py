"""支出型临时救助: the necessary spending of a period, above what the income can bear, paid by tiers.

docs/policy/temporary.md holds the rule in words and the worked examples.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from assistance.policy.dibao_income import COST_OF, MONTHS, NEVER_INCOME
from assistance.policy.dibao_property import property_refusals
from assistance.policy.dibao_standard import LOCAL, METHOD
from assistance.policy.facts import DEDUCTION_KINDS, INCOME_CLASSES, HouseholdFacts, IncomeItem
from assistance.policy.parameters import Parameter
from assistance.policy.questions import Question
from assistance.policy.reckoning import Reckoning, listed, money
from assistance.policy.rounding import ROUNDING
from assistance.policy.rule import CaseFacts, Numbers
from assistance.policy.temporary_common import (
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
    refused_again,
)
from civaffairs.lib.assessment import Assessment, Part, Unknown
from civaffairs.lib.errors import BadInput

# The families of programmes whose households have had their income and property checked.
CHECKED = ("dibao", "tekun", "status")
# What was spent, and what somebody else bore of it.
SPENDING = {
    "medical_fen": ("医疗费用", "medical_borne_fen"),
    "education_fen": ("教育费用", "education_borne_fen"),
    "living_fen": ("其他生活必需支出", None),
}
TIERS = {"first": "第一段", "second": "第二段", "third": "第三段"}
EXPENSE_QUESTIONS = (
    CAUSE,
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
    REPEAT,
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
    *LIMIT,
    *AGAIN,
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
    check_cause(facts)
    note_missing(facts, EXPENSE_QUESTIONS, work, "cause")
    note_dibao(facts, work)
    spent = _spent(facts, work)
    checked = numbers["checked_households_skip"] and bool(facts.receives(*CHECKED))
    income, refusals = (None, []) if checked else _means(facts, numbers, work)
    if work.missing or spent is None or isinstance(facts.dibao_fen, Unknown):
        return Assessment.cannot_decide(*work.missing, steps=work.steps)
    refusals = refused_again(facts, numbers, on, work) + refusals
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
    due = due_within_limit(exact, facts.dibao_fen, facts, numbers, on, work)
    if not due:
        why = "按限额和尾数处理，应给金额为零" if exact else "必需支出没有达到救助的起点"
        return Assessment.not_eligible(why, steps=work.steps)
    reason = f"因{CAUSES[facts.answer('cause')]}，必需支出超出家庭承受能力"
    return Assessment.eligible([Part("base", "支出型临时救助", due)], work.steps, [reason])


def _spent(facts: CaseFacts, work: Reckoning) -> int | None:
    """What the family itself bore in the period; None when a line is not known."""
    before = len(work.missing)
    names = [name for total, (_, borne) in SPENDING.items() for name in (total, borne) if name]
    note_missing(facts, EXPENSE_QUESTIONS, work, *names)
    if len(work.missing) > before:
        return None
    terms, own = [], 0
    for total, (label, borne) in SPENDING.items():
        cost = facts.answer(total)
        covered = facts.answer(borne) if borne else 0
        if cost < 0 or covered < 0:
            raise BadInput(f"{label}不能是负数", total if cost < 0 else borne)
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
