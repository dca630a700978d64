"""Two kinds of household known to the office without money: 低保边缘家庭 and 刚性支出困难家庭.

Income and property are reckoned as for 低保, on the numbers of the status's own standard. A household has one status:
低保, 特困, 低保边缘 or 刚性支出困难.

Sources: 《最低生活保障审核确认办法》 (民发〔2021〕57号) articles 7, 8, 13, 14; 《社会救助法》 articles 21 and 22;
《刚性支出困难家庭认定办法》 (2025) articles 4, 5, 10. docs/policy/status.md holds the rules in words and the worked
examples.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from fractions import Fraction

from assistance.policy.dibao_income import COST_OF, MONTHS, annual_income
from assistance.policy.dibao_property import property_refusals
from assistance.policy.dibao_standard import FIELDS, LOCAL, METHOD
from assistance.policy.facts import HouseholdFacts
from assistance.policy.household import beside, write_people
from assistance.policy.parameters import Parameter
from assistance.policy.questions import Question
from assistance.policy.reckoning import NOT_KNOWN, Reckoning, money
from assistance.policy.rule import CaseFacts, Numbers, Rule
from civaffairs.lib.assessment import Assessment, Unknown
from civaffairs.lib.months import Month

LAW = "《社会救助法》"
RIGID_METHOD = "《刚性支出困难家庭认定办法》"

STATUSES = {"edge": "低保边缘家庭", "rigid": "刚性支出困难家庭"}


@dataclass(frozen=True)
class Limits:
    """What dibao_income and dibao_property read of a standard. `standard_fen` is the 低保 standard of the place."""

    standard_fen: int
    work_cost_percent: int
    work_cost_base: str
    minimum_wage_fen: int
    work_cost_flat: bool
    basic_pension_counts: bool
    old_age_allowance_counts: bool
    houses_allowed: int
    vehicles_allowed: bool
    vehicle_exempt_fen: int
    companies_allowed: bool
    # 刚性支出 has no such numbers: it weighs the spending itself against the income (see _own_costs).
    deduct_disability: bool = False
    deduct_illness: bool = False
    deduct_education: bool = False
    deduct_other: bool = False
    rigid_cap_percent: int = 100


_LIKE_DIBAO = {field.name: field for field in FIELDS}


def _as_for_dibao(names: Iterable[str]) -> tuple[Parameter, ...]:
    """The local numbers of 低保 of these names: one wording, one check."""
    return tuple(_LIKE_DIBAO[name] for name in names)


_WORK = ("work_cost_percent", "work_cost_base", "minimum_wage_fen", "work_cost_flat")
_DEDUCTED = ("deduct_disability", "deduct_illness", "deduct_education", "deduct_other", "rigid_cap_percent")
_COUNTED = ("basic_pension_counts", "old_age_allowance_counts")
_PROPERTY = ("houses_allowed", "vehicles_allowed", "vehicle_exempt_fen", "companies_allowed")


def _money_limit(suggested: int, name: str = "financial_months", label: str = "货币财产上限") -> Parameter:
    return Parameter(
        name, label, "int", suggested, "人均不超过多少个月的低保标准", LOCAL, 0, 600, group="财产"
    )


def _valid_months(source: str) -> Parameter:
    return Parameter(
        "valid_months",
        "身份有效期",
        "int",
        12,
        "多少个月；期满要重新申请",
        source,
        1,
        12,
        group="有效期",
    )


EDGE_PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "marginal_percent",
        "低保边缘家庭收入线",
        "percent",
        150,
        "人均收入低于低保标准的这个比例。法律只说在低保标准上上浮，比例按本省规定",
        f"{LAW}第21条，{METHOD}第8条",
        100,
        300,
        group="标准",
    ),
    *_as_for_dibao((*_WORK, *_DEDUCTED, *_COUNTED)),
    _money_limit(36),
    _money_limit(24, "dibao_financial_months", "低保家庭货币财产上限"),
    *_as_for_dibao(_PROPERTY),
    _valid_months(LOCAL),
)

RIGID_PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "income_line_fen",
        "上年度当地居民人均可支配收入",
        "fen",
        3_600_000,
        "每人每年，按统计部门公布的数填写",
        f"{RIGID_METHOD}第4条",
        1,
        group="标准",
    ),
    Parameter(
        "spending_percent",
        "刚性支出占家庭总收入的比例",
        "percent",
        50,
        "超过这个比例才符合；由设区的市以上规定",
        f"{LAW}第22条，{RIGID_METHOD}第4条",
        1,
        1000,
        group="标准",
    ),
    Parameter(
        "other_counts",
        "另外认定的其他支出计入刚性支出",
        "bool",
        True,
        "",
        f"{RIGID_METHOD}第5条",
        group="标准",
    ),
    *_as_for_dibao((*_WORK, *_COUNTED)),
    _money_limit(48),
    *_as_for_dibao(_PROPERTY),
    _valid_months(f"{RIGID_METHOD}第10条"),
)

EDGE_QUESTIONS: tuple[Question, ...] = (
    Question(
        "single_dibao",
        "家中享受低保的人是单人保",
        "bool",
        help="家里没有人享受低保的不用填",
        source=f"{METHOD}第8条",
        required=False,
        group="家庭情况",
    ),
)

# Article 5, in its order.
SPENDING = {
    "living": ("生活支出", "衣、食、住、行、用等必要支出"),
    "medical": ("医疗支出", "各类报销、救助和保险赔付以后个人负担的，凭票据"),
    "education": ("教育支出", "幼儿园到全日制本科，按同类公办学校收费标准"),
    "disability": ("残疾康复支出", "扣除补助和赔付以后个人负担的，在当地目录内，凭票据"),
    "other": ("其他支出", "县级民政部门另外认定的"),
}
RIGID_QUESTIONS: tuple[Question, ...] = tuple(
    Question(
        f"spent_{kind}_fen",
        label,
        "fen",
        help=f"申请前12个月合计。{help_}。没有就填0",
        source=f"{RIGID_METHOD}第5条",
        unit="元",
        least=0,
        group="申请前12个月的刚性支出",
    )
    for kind, (label, help_) in SPENDING.items()
)


# --- what both share ------------------------------------------------------------------------------------


def _limits(numbers: Numbers, dibao_fen: int) -> Limits:
    given = {field.name: numbers[field.name] for field in fields(Limits) if field.name in numbers}
    return Limits(**{**given, "standard_fen": dibao_fen})


def _begin(facts: CaseFacts, on: date, work: Reckoning) -> None:
    """Members, and what nobody has answered yet."""
    write_people(facts.household, work, on)
    if isinstance(facts.household.incomes, Unknown):
        work.missing.append("家庭收入还没有填写（没有收入的，要申报无收入）")
    if isinstance(facts.household.assets, Unknown):
        work.missing.append("家庭财产还没有填写（没有财产的，要申报无财产）")
    if isinstance(facts.dibao_fen, Unknown):
        work.missing.append("当地这个月的低保标准还没有录入")


def _names(facts: CaseFacts, keys: Iterable[str]) -> str:
    known = {member.key: member.name for member in facts.household.members}
    return "、".join(dict.fromkeys(known.get(key, key) for key in keys))


def _one_status(facts: CaseFacts, work: Reckoning, source: str, *, single: bool) -> list[str]:
    """Why another status stands in the way. `single`: 低保 of one person alone leaves the household its status."""
    refusals, found = [], []
    words = {"dibao": "最低生活保障", "tekun": "特困人员救助供养", "status": "低保边缘或刚性支出困难家庭身份"}
    for family, word in words.items():
        rows = facts.receives(family)
        if not rows:
            continue
        if family == "dibao" and single:
            found.append(f"{_names(facts, (row.person for row in rows))}是单人保，不影响这户的身份")
            continue
        refusals.append(f"{_names(facts, (row.person for row in rows))}已经享受{word}，一户只能有一种身份")
    formula = "；".join([*refusals, *found]) or "没有其他身份"
    work.step("一户一种身份", formula, "不符合" if refusals else "符合", "", source)
    return refusals


def _valid(numbers: Numbers, work: Reckoning, source: str) -> None:
    work.step("身份有效期", "从认定之日起", numbers["valid_months"], "个月", source)


def last_day(decided_on: date, numbers: Numbers) -> date:
    """The last day on which a status counts that was decided on a day: valid for `valid_months`, then applied for anew.

    Decided on 31 August for six months it ends with February, which has no 31st (《民法典》第202条).
    """
    month = Month.of(decided_on).plus(numbers["valid_months"])
    days = calendar.monthrange(month.year, month.month)[1]
    if decided_on.day > days:
        return date(month.year, month.month, days)
    return date(month.year, month.month, decided_on.day) - timedelta(days=1)


# --- 低保边缘家庭 ----------------------------------------------------------------------------------------


def edge(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """A household that is not entitled to 低保, with an income a head below the share of the 低保 standard.

    Cannot decide when a fact that matters is unknown; not eligible with the reasons; else eligible without money.
    """
    household, work = facts.household, Reckoning()
    _begin(facts, on, work)
    counted = household.counted
    if not counted:
        return Assessment.not_eligible("没有计入家庭的共同生活成员", steps=work.steps)
    others = _one_status(
        facts, work, f"{METHOD}第8条", single=facts.answer("single_dibao") is True and len(counted) > 1
    )
    if isinstance(facts.dibao_fen, Unknown):
        return Assessment.cannot_decide(*work.missing, steps=work.steps)
    limits = _limits(numbers, facts.dibao_fen)
    annual = None
    if not isinstance(household.incomes, Unknown):
        annual = annual_income(household, limits, counted, work)
    too_much: list[str] = []
    if not isinstance(household.assets, Unknown):
        too_much = property_refusals(household, limits, len(counted), numbers["financial_months"], work)
    if annual is None or work.missing:
        return Assessment.cannot_decide(*work.missing, steps=work.steps)

    per_head = annual / MONTHS / len(counted)
    formula = f"{money(annual)} ÷ 12 个月 ÷ {len(counted)} 人"
    work.step("家庭月人均收入", formula, per_head, "元/月", f"{METHOD}第13条")
    line = Fraction(limits.standard_fen * numbers["marginal_percent"], 100)
    shown, inside = beside(per_head, line), per_head < line
    formula = (
        f"{shown} {'＜' if inside else '≥'} {money(limits.standard_fen)} × {numbers['marginal_percent']}%"
    )
    work.step(
        "低保边缘家庭收入线", formula, "符合" if inside else "不符合", "", f"{LAW}第21条，{METHOD}第8条"
    )
    refusals = list(others)
    if not inside:
        refusals.append(f"家庭月人均收入 {shown} 元，不低于低保边缘家庭收入线 {money(line)} 元")
    refusals += too_much
    if per_head < limits.standard_fen:
        months = numbers["dibao_financial_months"]
        entitled = not property_refusals(household, limits, len(counted), months, Reckoning())
        below = beside(per_head, limits.standard_fen)
        formula = f"{below} ＜ {money(limits.standard_fen)}，货币财产{'不' if entitled else ''}超过 {months} 个月低保标准"
        if too_much:
            formula = f"{below} ＜ {money(limits.standard_fen)}，财产不符合规定"
        work.step("是否符合低保条件", formula, "符合" if entitled else "不符合", "", f"{METHOD}第8条")
        if entitled and not others:
            refusals.append("这户家庭符合低保条件，应当申请最低生活保障")
    if refusals:
        return Assessment.not_eligible(*refusals, steps=work.steps)
    _valid(numbers, work, LOCAL)
    reason = f"家庭月人均收入 {shown} 元，低于低保边缘家庭收入线 {money(line)} 元，家庭财产符合规定"
    return Assessment.eligible((), work.steps, [reason], "edge")


def _edge_contradictions(numbers: Numbers) -> dict[str, str]:
    errors = _no_minimum_wage(numbers)
    if numbers["financial_months"] < numbers["dibao_financial_months"]:
        errors["financial_months"] = "低保边缘家庭的财产上限不应比低保家庭严"
    return errors


def _no_minimum_wage(numbers: Numbers) -> dict[str, str]:
    by_wage = numbers["work_cost_base"] == "minimum_wage" and numbers["work_cost_percent"]
    if by_wage and not numbers["minimum_wage_fen"]:
        return {"minimum_wage_fen": "就业成本按最低工资算，请填写当地最低工资"}
    return {}


# --- 刚性支出困难家庭 -------------------------------------------------------------------------------------


def rigid(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """A household with little left of its income after the spending it cannot avoid, in the year before it applied.

    Cannot decide when a fact that matters is unknown; not eligible with the reasons; else eligible without money.
    """
    household, work = facts.household, Reckoning()
    _begin(facts, on, work)
    counted = household.counted
    if not counted:
        return Assessment.not_eligible("没有计入家庭的共同生活成员", steps=work.steps)
    refusals = _one_status(facts, work, f"{RIGID_METHOD}第4条", single=False)
    spent = _spent(facts, numbers, on, work)
    if isinstance(facts.dibao_fen, Unknown):
        return Assessment.cannot_decide(*work.missing, steps=work.steps)
    limits = _limits(numbers, facts.dibao_fen)
    annual = None
    if not isinstance(household.incomes, Unknown):
        annual = annual_income(_own_costs(household), limits, counted, work)
    too_much: list[str] = []
    if not isinstance(household.assets, Unknown):
        too_much = property_refusals(household, limits, len(counted), numbers["financial_months"], work)
    if annual is None or spent is None or work.missing:
        return Assessment.cannot_decide(*work.missing, steps=work.steps)

    per_head, line = annual / len(counted), numbers["income_line_fen"]
    shown, inside = beside(per_head, line), per_head < line
    formula = f"{money(annual)} ÷ {len(counted)} 人"
    work.step("家庭年人均收入", formula, per_head, "元/年", f"{RIGID_METHOD}第4条")
    formula = f"{shown} {'＜' if inside else '≥'} {money(line)}"
    work.step(
        "与上年度人均可支配收入比较", formula, "符合" if inside else "不符合", "", f"{RIGID_METHOD}第4条"
    )
    if not inside:
        refusals.append(f"家庭年人均收入 {shown} 元，不低于上年度当地居民人均可支配收入 {money(line)} 元")
    refusals += too_much
    percent = numbers["spending_percent"]
    # multiplied, not divided: a household without any income has a share too
    over = spent * 100 > annual * percent
    formula = f"{money(spent)} {'＞' if over else '≤'} {money(annual)} × {percent}%"
    work.step("刚性支出与家庭总收入比较", formula, "符合" if over else "不符合", "", f"{RIGID_METHOD}第4条")
    if not over:
        refusals.append(
            f"申请前12个月刚性支出 {money(spent)} 元，没有超过家庭总收入 {money(annual)} 元的 {percent}%"
        )
    if refusals:
        return Assessment.not_eligible(*refusals, steps=work.steps)
    _valid(numbers, work, f"{RIGID_METHOD}第10条")
    reason = (
        f"家庭年人均收入 {shown} 元，低于上年度当地居民人均可支配收入 {money(line)} 元，家庭财产符合规定，"
        f"申请前12个月刚性支出 {money(spent)} 元，超过家庭总收入的 {percent}%"
    )
    reasons = [reason]
    if annual / MONTHS / len(counted) < limits.standard_fen:
        reasons.append("家庭月人均收入低于低保标准，可以先申请最低生活保障")
    return Assessment.eligible((), work.steps, reasons, "rigid")


def _own_costs(household: HouseholdFacts) -> HouseholdFacts:
    """With the costs of earning the income only: what is weighed as 刚性支出 is not deducted as well."""
    kept = tuple(item for item in household.deductions if item.kind in COST_OF.values())
    return replace(household, deductions=kept)


def _spent(facts: CaseFacts, numbers: Numbers, on: date, work: Reckoning) -> int | None:
    """The spending of the twelve months before the application; None when a kind of it is not known."""
    total, terms, complete = 0, [], True
    for kind, (label, _) in SPENDING.items():
        value = facts.answer(f"spent_{kind}_fen")
        if kind == "other" and not numbers["other_counts"]:
            continue
        if isinstance(value, Unknown):
            work.missing.append(f"申请前12个月的{label}还没有填写（没有就填0）")
            terms.append(f"{label} {NOT_KNOWN}")
            complete = False
        elif value:
            total += value
            terms.append(f"{label} {money(value)}")
    until = facts.applied_on or on
    formula = f"{_a_year_before(until)} 至 {until - timedelta(days=1)}：{' + '.join(terms) or '没有'}"
    work.step(
        "申请前12个月刚性支出",
        formula,
        total if complete else NOT_KNOWN,
        "元" if complete else "",
        f"{RIGID_METHOD}第4、5条",
    )
    return total if complete else None


def _a_year_before(day: date) -> date:
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return date(day.year - 1, day.month, min(day.day, last))


RULES = (
    Rule(
        "edge",
        "低保边缘家庭认定：人均收入低于低保标准的一定比例",
        edge,
        EDGE_PARAMETERS,
        EDGE_QUESTIONS,
        _edge_contradictions,
        pays=False,
    ),
    Rule(
        "rigid",
        "刚性支出困难家庭认定：刚性支出占家庭总收入的比例超过规定",
        rigid,
        RIGID_PARAMETERS,
        RIGID_QUESTIONS,
        _no_minimum_wage,
        pays=False,
    ),
)
