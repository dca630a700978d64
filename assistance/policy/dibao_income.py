"""The income of a household that counts for 低保: by class, net of its own costs, without what the law leaves
out (第13条).
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from assistance.policy.dibao_standard import LOCAL, METHOD
from assistance.policy.facts import (
    DEDUCTION_KINDS,
    INCOME_CLASSES,
    INCOME_NATURES,
    Deduction,
    HouseholdFacts,
    IncomeItem,
    MemberFacts,
)
from assistance.policy.reckoning import NOT_KNOWN, Reckoning, listed, money, owned
from civaffairs.lib.assessment import Unknown

MONTHS = 12
# Never income, each with the rule that says so. Two more depend on the county: see _left_out.
NEVER_INCOME = {
    "military_pension": "《军人抚恤优待条例》第4条",
    "family_planning": f"{METHOD}第13条",
    "scholarship": f"{METHOD}第13条",
    "courage_award": f"{METHOD}第13条",
    "social_relief": f"{METHOD}第13条",
    "disability_subsidy": "国发〔2015〕52号",
    "childcare_subsidy": "国家育儿补贴实施方案（2025年）",
}
# The cost that each class of income is taken net of.
COST_OF = {
    "wage": "work_cost",
    "business": "business_cost",
    "property": "property_cost",
    "transfer": "transfer_out",
}


class IncomeRules(Protocol):
    """The numbers of a dated standard that say what counts as income: those of 低保, or of a rule that follows it."""

    @property
    def work_cost_percent(self) -> int: ...
    @property
    def work_cost_base(self) -> str: ...
    @property
    def minimum_wage_fen(self) -> int: ...
    @property
    def work_cost_flat(self) -> bool: ...
    @property
    def deduct_disability(self) -> bool: ...
    @property
    def deduct_illness(self) -> bool: ...
    @property
    def deduct_education(self) -> bool: ...
    @property
    def deduct_other(self) -> bool: ...
    @property
    def rigid_cap_percent(self) -> int: ...
    @property
    def basic_pension_counts(self) -> bool: ...
    @property
    def old_age_allowance_counts(self) -> bool: ...


def annual_income(
    household: HouseholdFacts,
    standard: IncomeRules,
    people: Sequence[MemberFacts],
    work: Reckoning,
    *,
    alone: bool = False,
) -> Fraction | None:
    """Countable income of a year, None when a part of it is unknown.

    `alone` takes only what these people have in their own names (单人保).
    """
    keys = {member.key for member in people}

    def theirs(item: IncomeItem | Deduction) -> bool:
        return item.owner in keys or (item.owner is None and not alone)

    incomes = [item for item in household.known_incomes if theirs(item)]
    costs = [item for item in household.deductions if theirs(item)]
    outside = [item for item in household.known_incomes if not theirs(item)]
    if outside and not alone:
        formula = "、".join(owned(item, household) for item in outside)
        work.step("不计入：不属于家庭成员的人的收入", formula, None, "", f"{METHOD}第7条")
    left_out = [item for item in incomes if _left_out(item, standard)]
    for item in left_out:
        label = f"不计入：{INCOME_NATURES[item.nature]}"
        work.step(label, listed([item], household), None, "", _left_out(item, standard))

    net: list[Fraction] = []
    known_before = len(work.missing)
    for cls, label in INCOME_CLASSES.items():
        items = [item for item in incomes if item.cls == cls and item not in left_out]
        if not items:
            continue
        gross = work.total(items, household)
        if gross is None:
            work.step(label, listed(items, household), NOT_KNOWN, "", f"{METHOD}第13条")
            continue
        work.step(label, listed(items, household), gross, "元/年", f"{METHOD}第13条")
        if cls == "wage":
            cost = _work_cost(items, costs, standard, household, work)
        else:
            cost = _own_cost(cls, gross, costs, household, work)
        net.append(gross - cost)
    before = sum(net, Fraction(0))
    rigid = _rigid_spending(before, costs, standard, household, work)
    if len(work.missing) > known_before:
        return None
    annual = before - rigid
    terms = " + ".join(money(value) for value in net) or "申报无收入"
    formula = f"{terms} − {money(rigid)}" if rigid else terms
    work.step("本人可计年收入" if alone else "家庭可计年收入", formula, annual, "元/年", f"{METHOD}第13条")
    return annual


def _left_out(item: IncomeItem, standard: IncomeRules) -> str:
    """The rule by which an item is not income; empty when it is."""
    if item.nature == "basic_pension" and not standard.basic_pension_counts:
        return f"{METHOD}第13条，{LOCAL}"
    if item.nature == "old_age_allowance" and not standard.old_age_allowance_counts:
        return LOCAL
    return NEVER_INCOME.get(item.nature, "")


def _work_cost(
    wages: Sequence[IncomeItem],
    costs: Sequence[Deduction],
    standard: IncomeRules,
    household: HouseholdFacts,
    work: Reckoning,
) -> Fraction:
    """必要就业成本, for each earner at most a share of the own wage or of the minimum wage, and never more
    than the wage.
    """
    total, terms = Fraction(0), []
    share = Fraction(standard.work_cost_percent, 100)
    if not share:
        return total
    for owner in dict.fromkeys(item.owner for item in wages):
        own = [item.annual_fen for item in wages if item.owner == owner]
        wage = sum(value for value in own if not isinstance(value, Unknown))
        theirs = [item for item in costs if item.kind == COST_OF["wage"] and item.owner == owner]
        declared = work.total(theirs, household)
        if declared is None:
            continue
        base = wage if standard.work_cost_base == "wage" else standard.minimum_wage_fen * MONTHS
        most = min(share * base, Fraction(wage))
        cost = most if standard.work_cost_flat else min(Fraction(declared), most)
        if not cost:
            continue
        total += cost
        whose = household.member(owner).name if owner else "家庭"
        rule = f"{standard.work_cost_percent}% × {money(base)}"
        if share * base > wage:
            rule += f"，最多扣到 {money(wage)}"
        terms.append(
            f"{whose} {rule}" if standard.work_cost_flat else f"{whose} 申报 {money(declared)}，上限 {rule}"
        )
    if total:
        work.step("扣必要就业成本", "；".join(terms), total, "元/年", f"{METHOD}第13条")
    return total


def _own_cost(
    cls: str, gross: int, costs: Sequence[Deduction], household: HouseholdFacts, work: Reckoning
) -> Fraction:
    """Costs of a class of income, up to that income: a loss in one class does not lower another."""
    items = [item for item in costs if item.kind == COST_OF.get(cls)]
    declared = work.total(items, household)
    if not declared:
        return Fraction(0)
    taken = min(declared, gross)
    formula = listed(items, household) + (f"，最多扣到 {money(gross)}" if declared > gross else "")
    work.step(f"扣{DEDUCTION_KINDS[COST_OF[cls]]}", formula, taken, "元/年", f"{METHOD}第13条")
    return Fraction(taken)


def _rigid_spending(
    income: Fraction,
    costs: Sequence[Deduction],
    standard: IncomeRules,
    household: HouseholdFacts,
    work: Reckoning,
) -> Fraction:
    """刚性支出, of the kinds the county allows, up to its share of the income."""
    allowed = {
        "disability": standard.deduct_disability,
        "illness": standard.deduct_illness,
        "education": standard.deduct_education,
        "other": standard.deduct_other,
    }
    rigid = [item for item in costs if item.kind in allowed]
    refused = [item for item in rigid if not allowed[item.kind]]
    if refused:
        work.step("本地不扣减的支出", listed(refused, household), None, "", LOCAL)
    items = [item for item in rigid if allowed[item.kind]]
    declared = work.total(items, household)
    if not declared:
        return Fraction(0)
    most = income * standard.rigid_cap_percent / 100
    taken = min(Fraction(declared), most)
    formula = listed(items, household)
    if declared > most:
        formula += f"，上限 {standard.rigid_cap_percent}% × {money(income)}"
    work.step("扣因残因病等刚性支出", formula, taken, "元/年", f"{METHOD}第13条")
    return taken
