"""低保: is this household entitled, how much a month, and why.

The truth is the yearly value. Monthly and per-head figures are exact fractions that are only rounded to be
shown; the amount is rounded once, after everything has been added. A missing fact gives "cannot decide" with
its name, and never counts as zero.

Sources: 《最低生活保障审核确认办法》 (民发〔2021〕57号) articles 7, 8, 13, 14, 23; 《社会救助暂行办法》
articles 9 and 12; the joint notice of 2022 on 单人保; 《社会救助法》 articles 18, 19 and 21.
docs/policy/dibao.md holds the rule in words and the worked examples.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from assistance.policy.dibao_income import MONTHS, annual_income
from assistance.policy.dibao_property import property_refusals
from assistance.policy.dibao_single import (
    BY_THEMSELVES,
    GROUNDS,
    QUESTIONS,
    SingleGround,
    alone_in_household,
    not_severe_unemployed,
    severely_disabled,
)
from assistance.policy.dibao_standard import (
    CLASSES,
    FIELDS,
    INTERIM,
    LOCAL,
    METHOD,
    NOTICE_2022,
    Band,
    DibaoStandard,
    suggested_params,
)
from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.household import beside, write_people
from assistance.policy.reckoning import Reckoning, money
from civaffairs.lib.assessment import Assessment, Part, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import round_fen
from civaffairs.lib.months import age_on

__all__ = [
    "CLASSES",
    "FIELDS",
    "GROUNDS",
    "QUESTIONS",
    "Band",
    "DibaoStandard",
    "SingleGround",
    "assess",
    "suggested_params",
]


def assess(
    household: HouseholdFacts, standard: DibaoStandard, on: date, *, ground: SingleGround | None = None
) -> Assessment:
    """Reckon a household, or with `household.single` one person alone, on a day.

    One person alone is one of a 低保边缘 household, or with a `ground` somebody who is reckoned as a household of one.

    Cannot decide when a fact that matters is unknown; not eligible with the reasons; else eligible with the
    monthly amount in parts. Raises BadInput when the facts cannot be true on that day (a birth still to
    come).
    """
    if household.single is not None and ground is not None and ground.kind in BY_THEMSELVES:
        return _by_themselves(household, standard, on, ground)
    return _assess(household, standard, on, ground, Reckoning())


def _assess(
    household: HouseholdFacts,
    standard: DibaoStandard,
    on: date,
    ground: SingleGround | None,
    work: Reckoning,
) -> Assessment:
    write_people(household, work, on)
    if isinstance(household.incomes, Unknown):
        work.missing.append("家庭收入还没有填写（没有收入的，要申报无收入）")
    if isinstance(household.assets, Unknown):
        work.missing.append("家庭财产还没有填写（没有财产的，要申报无财产）")
    counted = household.counted
    if not counted:
        return Assessment.not_eligible("没有计入家庭的共同生活成员", steps=work.steps)

    annual = None
    if not isinstance(household.incomes, Unknown):
        annual = annual_income(household, standard, counted, work)
    over_limit: list[str] = []
    if not isinstance(household.assets, Unknown):
        over_limit = property_refusals(household, standard, len(counted), standard.financial_months, work)
    protected = _protected(household)
    extras = _classified(protected, standard, on, work)
    if annual is None or work.missing:
        return Assessment.cannot_decide(*work.missing, steps=work.steps)
    per_head = annual / MONTHS / len(counted)
    formula = f"{money(annual)} ÷ 12 个月 ÷ {len(counted)} 人"
    work.step("家庭月人均收入", formula, per_head, "元/月", f"{METHOD}第13条")

    refusals = _compare(per_head, standard, work) + over_limit
    if household.single is not None:
        return _single(household, standard, per_head, not refusals, extras, ground, work)
    if not protected:
        refusals.append("家庭中没有登记保障对象")
    if refusals:
        return Assessment.not_eligible(*refusals, steps=work.steps)
    if standard.method == "bands":
        label, base = _by_band(annual, per_head, len(protected), standard, work)
    else:
        label, base = _by_difference(annual, len(counted), len(protected), standard, work)
    shown = beside(per_head, standard.standard_fen)
    reason = f"家庭月人均收入 {shown} 元，低于低保标准 {money(standard.standard_fen)} 元，家庭财产符合规定"
    return _eligible(("base", label, base), extras, standard, [reason], work)


# --- people -------------------------------------------------------------------------------------------


def _protected(household: HouseholdFacts) -> list[MemberFacts]:
    if household.single is not None:
        return [household.member(household.single)]
    return [member for member in household.counted if member.protected]


# --- amount -------------------------------------------------------------------------------------------


def _compare(per_head: Fraction, standard: DibaoStandard, work: Reckoning) -> list[str]:
    below = per_head < standard.standard_fen
    shown = beside(per_head, standard.standard_fen)
    formula = f"{shown} {'＜' if below else '≥'} {money(standard.standard_fen)}"
    work.step("与低保标准比较", formula, "低于标准" if below else "不低于标准", "", f"{INTERIM}第9条")
    if below:
        return []
    return [f"家庭月人均收入 {shown} 元，不低于低保标准 {money(standard.standard_fen)} 元"]


def _by_difference(
    annual: Fraction, people: int, protected: int, standard: DibaoStandard, work: Reckoning
) -> tuple[str, Fraction]:
    """补差 = (standard − income a head and month) × protected persons, not below the local least share of the
    standard.
    """
    difference = standard.standard_fen - annual / MONTHS / people
    amount = difference * protected
    formula = (
        f"（{money(standard.standard_fen)} − {money(annual)} ÷ 12 ÷ {people}）× {protected} 人"
        if annual
        else f"{money(standard.standard_fen)} × {protected} 人"
    )
    work.step("补差", formula, amount, "元/月", f"{METHOD}第23条")
    return "补差", _at_least(difference, protected, standard, work)


def _at_least(difference: Fraction, protected: int, standard: DibaoStandard, work: Reckoning) -> Fraction:
    least = Fraction(standard.standard_fen * standard.min_topup_percent, 100)
    if difference >= least:
        return difference * protected
    formula = f"差额低于标准的 {standard.min_topup_percent}%：{standard.min_topup_percent}% × {money(standard.standard_fen)} × {protected} 人"
    work.step("按最低补差", formula, least * protected, "元/月", LOCAL)
    return least * protected


def _by_band(
    annual: Fraction, per_head: Fraction, protected: int, standard: DibaoStandard, work: Reckoning
) -> tuple[str, Fraction]:
    """分档: the first band whose limit is above the income.

    The last limit is not below the standard, so there is one.
    """
    band = next(band for band in standard.bands if per_head < band.max_income_fen)
    amount = Fraction(band.amount_fen * protected)
    formula = (
        f"人均收入低于 {money(band.max_income_fen)}，{band.label}：{money(band.amount_fen)} × {protected} 人"
    )
    work.step("分档", formula, amount, "元/月", "《社会救助法》第18条")
    return band.label, amount


def _classified(
    protected: Sequence[MemberFacts], standard: DibaoStandard, on: date, work: Reckoning
) -> list[tuple[MemberFacts, str, Fraction]]:
    """分类施保: for each protected person the extra of the highest class, or of all, as the county has set."""
    extras = []
    for member in protected:
        own = [(name, _extra(name, standard)) for name in _classes_of(member, standard, on, work)]
        own = [(name, extra) for name, extra in own if extra]
        if own and standard.classified_rule == "highest":
            own = [max(own, key=lambda pair: pair[1])]
        extras += [(member, name, extra) for name, extra in own]
    return extras


def _classes_of(member: MemberFacts, standard: DibaoStandard, on: date, work: Reckoning) -> list[str]:
    """The classes a person belongs to, among those for which the county pays anything."""
    belongs = []
    for name in CLASSES:
        if not _extra(name, standard):
            continue
        if name == "severe_disability":
            yes = severely_disabled(member, standard.severe_includes_third_mental)
        elif name == "serious_illness":
            if isinstance(member.serious_illness, Unknown):
                work.missing.append(f"{member.name}是否患重病还没有核定")
                continue
            yes = member.serious_illness
        elif isinstance(member.birth, Unknown):
            # asked for by two classes, named once
            sentence = f"{member.name}的出生日期还没有填写"
            if sentence not in work.missing:
                work.missing.append(sentence)
            continue
        else:
            age = age_on(member.birth, on)
            yes = age >= standard.elder_age if name == "elder" else age < standard.child_age
        if yes:
            belongs.append(name)
    return belongs


def _extra(name: str, standard: DibaoStandard) -> Fraction:
    extra = standard.classified.get(name, {})
    return Fraction(extra.get("amount_fen", 0)) + Fraction(
        extra.get("percent", 0) * standard.standard_fen, 100
    )


def _eligible(
    base: tuple[str, str, Fraction],
    extras: Sequence[tuple[MemberFacts, str, Fraction]],
    standard: DibaoStandard,
    reasons: Sequence[str],
    work: Reckoning,
) -> Assessment:
    """Round the whole sum once. The 补差 takes up the difference, so that equal extras stay equal."""
    kind, label, amount = base
    extra_parts = []
    for member, name, extra in extras:
        percent = standard.classified[name].get("percent")
        formula = member.name + (f"：{money(standard.standard_fen)} × {percent}%" if percent else "")
        work.step(f"分类施保：{CLASSES[name]}", formula, extra, "元/月", f"{INTERIM}第12条")
        extra_parts.append(Part("classified", f"分类施保：{CLASSES[name]}", round_fen(extra), member.key))
    exact = [amount, *[extra for _, _, extra in extras]]
    paid = round_fen(sum(exact, Fraction(0)), standard.rounding_unit_fen, standard.rounding_mode)
    unit = {1: "分", 10: "角", 100: "元"}[standard.rounding_unit_fen]
    mode = {"half_up": "四舍五入", "up": "有尾数就进一", "down": "舍去尾数"}[standard.rounding_mode]
    formula = f"{' + '.join(money(value) for value in exact)}，保留到{unit}，{mode}"
    work.step("月保障金额", formula, paid, "元/月", f"{METHOD}第23条")
    if not paid:
        reasons = [*reasons, f"按尾数处理的规定，应发 {money(sum(exact, Fraction(0)))} 元，实际为零"]
    parts = [Part(kind, label, max(0, paid - sum(part.amount_fen for part in extra_parts)))]
    for part in extra_parts:
        # Only where the remainder is dropped and the 补差 is smaller than it, the last extra gives way.
        left = paid - sum(taken.amount_fen for taken in parts)
        parts.append(replace(part, amount_fen=min(part.amount_fen, left)))
    return Assessment.eligible(parts, work.steps, reasons)


# --- 单人保 --------------------------------------------------------------------------------------------


def _single(
    household: HouseholdFacts,
    standard: DibaoStandard,
    per_head: Fraction,
    household_is_eligible: bool,
    extras: Sequence[tuple[MemberFacts, str, Fraction]],
    ground: SingleGround | None,
    work: Reckoning,
) -> Assessment:
    """One person of a 低保边缘 household: severely disabled, of third grade mental, seriously ill, or of a kind that
    the county names in a document (第8条).
    """
    member = household.member(household.single or "")
    if household_is_eligible:
        work.step("单人保", "整户符合低保条件", "应整户申请", "", NOTICE_2022)
        reason = "这户家庭整体符合低保条件，应整户申请，不能只保其中个别人（" + NOTICE_2022 + "）"
        return Assessment.not_eligible(reason, steps=work.steps)
    people, refusals = len(household.counted), []
    line = Fraction(standard.standard_fen * standard.marginal_percent, 100)
    inside = per_head < line
    shown = beside(per_head, line)
    formula = (
        f"{shown} {'＜' if inside else '≥'} {money(standard.standard_fen)} × {standard.marginal_percent}%"
    )
    work.step("低保边缘家庭收入线", formula, "符合" if inside else "不符合", "", f"{METHOD}第8条")
    if not inside:
        refusals.append(f"家庭月人均收入 {shown} 元，不低于低保边缘家庭收入线 {money(line)} 元")
    wider = Reckoning()
    too_much = property_refusals(household, standard, people, standard.marginal_financial_months, wider)
    formula = f"货币财产上限 {standard.marginal_financial_months} 个月低保标准，其他同上"
    work.step("低保边缘家庭财产", formula, "不符合" if too_much else "符合", "", f"{METHOD}第14条，{LOCAL}")
    refusals += too_much

    if member.not_counted:
        refusals.append(f"{member.name}不计入家庭成员，不能申请")
    grounds = ["重度残疾或三级智力、精神残疾"] if severely_disabled(member, third_grade_mental=True) else []
    if ground is not None and ground.kind == "county":
        if not ground.document:
            return Assessment.cannot_decide("规定其他特殊困难人员的文号还没有填写", steps=work.steps)
        grounds.append(f"{GROUNDS['county']}（{ground.document}）")
    if isinstance(member.serious_illness, Unknown):
        if not grounds:
            return Assessment.cannot_decide(f"{member.name}是否患重病还没有核定", steps=work.steps)
    elif member.serious_illness:
        grounds.append("重特大疾病")
    work.step(
        "单人保条件",
        f"{member.name}：{'、'.join(grounds) or '无'}",
        "符合" if grounds else "不符合",
        "",
        f"{METHOD}第8条",
    )
    if not grounds:
        refusals.append(
            f"{member.name}不是重度残疾人、三级智力或精神残疾人，也不是重特大疾病患者，不能按单人申请"
        )
    if refusals:
        return Assessment.not_eligible(*refusals, steps=work.steps)

    amount = _single_amount(household, standard, member, work)
    if not amount:
        return Assessment.not_eligible(f"{member.name}本人月收入不低于低保标准", steps=work.steps)
    reason = f"低保边缘家庭中的{member.name}符合单人纳入低保的条件（{'、'.join(grounds)}）"
    return _eligible(("single", "单人保", amount), extras, standard, [reason], work)


def _single_amount(
    household: HouseholdFacts, standard: DibaoStandard, member: MemberFacts, work: Reckoning
) -> Fraction:
    if standard.single_method == "own_income":
        # nothing is unknown here: the household's income has been reckoned from the same items
        own = (annual_income(household, standard, [member], work, alone=True) or Fraction(0)) / MONTHS
        difference = standard.standard_fen - own
        if difference <= 0:
            return Fraction(0)
        work.step("单人保补差", f"{money(standard.standard_fen)} − {money(own)}", difference, "元/月", LOCAL)
        return _at_least(difference, 1, standard, work)
    percent = 100 if standard.single_method == "standard" else standard.single_percent
    amount = Fraction(standard.standard_fen * percent, 100)
    work.step("单人保", f"{money(standard.standard_fen)} × {percent}%", amount, "元/月", LOCAL)
    return amount


def _by_themselves(
    household: HouseholdFacts, standard: DibaoStandard, on: date, ground: SingleGround
) -> Assessment:
    """Clergy who left their family, and grown severely disabled people without work: a household of one (第8条, notice
    of 2022), by what stands in their own names.
    """
    member, work = household.member(household.single or ""), Reckoning()
    if not isinstance(member.birth, Unknown) and member.birth > on:
        raise BadInput(f"{member.name}的出生日期晚于核算日期", "birth")
    refusals = []
    if ground.kind == "severe_unemployed":
        if isinstance(member.birth, Unknown):
            return Assessment.cannot_decide(f"{member.name}的出生日期还没有填写")
        refusals = not_severe_unemployed(household, member, standard, age_on(member.birth, on))
    elif member.not_counted not in ("", "clergy"):
        refusals.append(f"{member.name}不计入家庭成员，不能申请")
    formula = f"{member.name}：{GROUNDS[ground.kind]}"
    source = NOTICE_2022 if ground.kind == "severe_unemployed" else f"{METHOD}第8条"
    work.step("单人保条件", formula, "不符合" if refusals else "符合", "", source)
    if refusals:
        return Assessment.not_eligible(*refusals, steps=work.steps)
    if ground.kind == "severe_unemployed" and len(household.counted) > 1:
        whole = assess(replace(household, single=None), standard, on)
        if whole.outcome == "eligible":
            work.step("单人保", "整户符合低保条件", "应整户申请", "", NOTICE_2022)
            reason = "这户家庭整体符合低保条件，应整户申请，不能只保其中个别人（" + NOTICE_2022 + "）"
            return Assessment.not_eligible(reason, steps=work.steps)
    alone = alone_in_household(household, member, ground, work)
    return _assess(alone, standard, on, None, work)
