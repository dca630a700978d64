"""优抚: 残疾抚恤金 with 护理费, 定期抚恤金 for the bereaved, 定期生活补助, 义务兵家庭优待金.

Whoever may be paid is paid by category from a dated standard; the yearly rise of August is a new standard from that month.
Sources: 《军人抚恤优待条例》 (2024), 《烈士褒扬条例》 (2025). docs/policy/veterans.md holds the rules in words and the worked examples.
"""

from datetime import date
from typing import Any

from assistance.policy.parameters import Parameter
from assistance.policy.person import LOCAL, Inquiry, born
from assistance.policy.questions import Question
from assistance.policy.reckoning import money
from assistance.policy.rule import CaseFacts, Numbers, Rule
from assistance.policy.veterans_life import (
    AFTER_DEATH_LIVING,
    BAR,
    CONFIRM_MONTH,
    REGULATION,
    VET_DISABILITY,
    VET_LIVING,
    VET_SERVICE,
    VET_SURVIVOR,
    barred,
    pays_not_before,
)
from assistance.policy.veterans_pension import (
    DISABILITY_PARAMETERS,
    DISABILITY_QUESTIONS,
    SURVIVOR_PARAMETERS,
    SURVIVOR_QUESTIONS,
    disability,
    disability_contradictions,
    labels_of,
    rate_of,
    survivor,
    survivor_contradictions,
)
from civaffairs.lib.assessment import Assessment, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import Month, age_on

__all__ = ["CATEGORIES", "RULES", "VET_DISABILITY", "VET_LIVING", "VET_SERVICE", "VET_SURVIVOR"]

ARTICLE_62 = f"{REGULATION}第62条"

# --- 定期生活补助 ----------------------------------------------------------------------------------------

_BY_RATE = {key: label for key, label in VET_LIVING.items() if key != "rural60"}
LIVING_QUESTIONS = (
    Question(
        "category",
        "人员类别",
        "category",
        help="以退役军人事务部门核定的为准",
        source=ARTICLE_62,
        group="资格",
    ),
    Question(
        "service_years",
        "义务兵服役年数",
        "int",
        help="按档案核定，不满一年的按一年",
        source=ARTICLE_62,
        unit="年",
        least=1,
        most=10,
        when=("category", ("rural60",)),
        group="资格",
    ),
    Question(
        "was_rural",
        "入伍时是农村户籍",
        "bool",
        source=ARTICLE_62,
        when=("category", ("rural60",)),
        group="资格",
    ),
    Question(
        "was_adult",
        "建立定期抚恤金制度时已满18周岁",
        "bool",
        help="当时未满18周岁、一直享受定期抚恤金的不在这一类",
        source=ARTICLE_62,
        when=("category", ("martyr_child",)),
        group="资格",
    ),
    Question(
        "has_no_employer",
        "居住在农村，或者在城镇没有工作单位",
        "bool",
        source=ARTICLE_62,
        when=("category", ("martyr_child",)),
        group="资格",
    ),
    BAR,
)
LIVING_PARAMETERS = (
    Parameter(
        "rates",
        "定期生活补助标准",
        "rates",
        {"veteran": 210_000, "ill": 80_000, "combat": 95_000, "test": 95_000, "martyr_child": 70_000},
        "每人每月；按年公布的除以12填写",
        ARTICLE_62,
        choices=tuple(_BY_RATE.items()),
        group="标准",
    ),
    Parameter(
        "year_rate_fen",
        "农村籍退役士兵每服役一年",
        "fen",
        6_000,
        "每人每月，乘以义务兵服役年数",
        ARTICLE_62,
        group="标准",
    ),
    Parameter(
        "elder_age",
        "农村籍退役士兵、烈士子女的年龄",
        "int",
        60,
        "满多少周岁",
        ARTICLE_62,
        50,
        80,
        group="条件",
    ),
    *AFTER_DEATH_LIVING,
    CONFIRM_MONTH,
)
# Who has one of these is not also paid as a former soldier from the country.
_OTHER_PAY = ("vet-disability", "vet-survivor", "vet-living")


def living(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """定期生活补助 by category; for former soldiers from the country the sum for a year × years of service."""
    asked, labels = Inquiry(facts, LIVING_QUESTIONS), labels_of(facts, VET_LIVING)
    category, fen = facts.answer("category"), 0
    if category == "rural60":
        fen = _by_years(asked, numbers, on)
    else:
        fen = rate_of(asked, numbers, labels)
        if category == "martyr_child":
            _of_age(asked, numbers, on)
            _must_be(asked, "was_adult", "建立定期抚恤金制度时未满 18 周岁")
            _must_be(asked, "has_no_employer", "在城镇有工作单位")
    barred(asked)
    if (against := asked.against()) is not None:
        return against
    label = labels.get(category, category)
    asked.work.step("定期生活补助", label, fen, "元/月", ARTICLE_62)
    return asked.granted("定期生活补助", fen, [label], category, facts.person.key)


def _by_years(asked: Inquiry, numbers: Numbers, on: date) -> int:
    _of_age(asked, numbers, on)
    _must_be(asked, "was_rural", "入伍时不是农村户籍")
    others = [
        row
        for row in asked.facts.receives(*_OTHER_PAY, person=asked.facts.person.key)
        if row.category != "rural60"
    ]
    if others:
        asked.refusals.append(f"已经享受国家定期抚恤补助，不再按农村籍退役士兵发放（{ARTICLE_62}）")
    years = asked.need("service_years")
    if isinstance(years, Unknown):
        return 0
    if years < 1:
        raise BadInput("义务兵服役年数至少是1", "service_years", article=ARTICLE_62)
    fen = int(numbers["year_rate_fen"]) * int(years)
    asked.work.step("按服役年数", f"{money(numbers['year_rate_fen'])} × {years} 年", fen, "元/月", ARTICLE_62)
    if not fen:
        asked.refusals.append(f"按现行标准，{VET_LIVING['rural60']}不发放")
    return fen


def _of_age(asked: Inquiry, numbers: Numbers, on: date) -> None:
    birth = born(asked, asked.facts.person, on)
    if birth is None:
        return
    # By month, so that a run on any day of the month agrees with the assessment.
    age = age_on(birth, Month.of(on).last_day)
    formula = f"{asked.facts.person.name} {birth:%Y-%m-%d} 出生，当月满 {numbers['elder_age']} 周岁"
    asked.work.step("年龄", formula, age, "周岁", ARTICLE_62)
    if age < numbers["elder_age"]:
        asked.refusals.append(f"{asked.facts.person.name}未满 {numbers['elder_age']} 周岁")


def _must_be(asked: Inquiry, name: str, otherwise: str) -> None:
    value: Any = asked.need(name)
    if not isinstance(value, Unknown) and not value:
        asked.refusals.append(otherwise)


# --- 义务兵家庭优待金 --------------------------------------------------------------------------------------

SERVICE_QUESTIONS = (
    Question(
        "area",
        "服役地区",
        "choice",
        tuple(VET_SERVICE.items()),
        help="以部队证明为准",
        source=REGULATION,
        group="服役",
    ),
    Question("enlisted_on", "入伍日期", "date", help="批准入伍日期", source=REGULATION, group="服役"),
    Question(
        "cause",
        "发第几个服役年度",
        "int",
        help="义务兵服役期内每个年度发一次",
        source=REGULATION,
        unit="年",
        least=1,
        most=10,
        group="服役",
    ),
    Question(
        "left_badly",
        "被除名、开除军籍，或者拒绝、逃避服役",
        "bool",
        source=REGULATION,
        group="服役",
    ),
)
SERVICE_PARAMETERS = (
    Parameter(
        "rates",
        "义务兵家庭优待金标准",
        "rates",
        {"ordinary": 1_500_000, "hardship": 2_250_000},
        "每户每年",
        f"{REGULATION}，{LOCAL}",
        choices=tuple(VET_SERVICE.items()),
        group="标准",
    ),
    Parameter("years", "发几个年度", "int", 2, "义务兵服役期", REGULATION, 1, 5, group="标准"),
    Parameter(
        "pays",
        "什么时候发",
        "choice",
        "begun",
        "",
        LOCAL,
        choices=(("begun", "进入这个服役年度以后"), ("served", "服满这个年度以后")),
        group="标准",
    ),
)


def service(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """优待金 for one year of service of the family's conscript, once for each year."""
    asked = Inquiry(facts, SERVICE_QUESTIONS)
    fen = rate_of(asked, numbers, VET_SERVICE, "area")
    enlisted, number = asked.need("enlisted_on"), asked.need("cause")
    left_badly = asked.need("left_badly")
    if not isinstance(left_badly, Unknown) and left_badly:
        asked.refusals.append(f"被除名、开除军籍，或者拒绝、逃避服役，不发优待金（{REGULATION}）")
    if not isinstance(enlisted, Unknown) and not isinstance(number, Unknown):
        _year_of_service(asked, enlisted, number, numbers, on)
    if (against := asked.against()) is not None:
        return against
    area = facts.answer("area")
    asked.work.step("优待金", f"{VET_SERVICE[area]}，第 {number} 个服役年度", fen, "元/年", REGULATION)
    reason = f"家庭成员 {enlisted:%Y-%m-%d} 入伍，第 {number} 个服役年度"
    return asked.granted("义务兵家庭优待金", fen, [reason], area, facts.person.key)


def _year_of_service(asked: Inquiry, enlisted: date, number: int, numbers: Numbers, on: date) -> None:
    if number < 1:
        raise BadInput("服役年度从1算起", "cause")
    if enlisted > on:
        raise BadInput("入伍日期晚于核算日期", "enlisted_on")
    if number > numbers["years"]:
        asked.refusals.append(f"优待金只发 {numbers['years']} 个服役年度")
    served = age_on(enlisted, on)  # full years since the day of enlistment
    enough = number if numbers["pays"] == "served" else number - 1
    asked.work.step("已服满", f"{enlisted:%Y-%m-%d} 入伍", served, "年", REGULATION)
    if served < enough:
        asked.refusals.append(
            f"第 {number} 个服役年度还没有{'服满' if numbers['pays'] == 'served' else '开始'}"
        )
    if any(row.cause == str(number) for row in asked.facts.prior_aid if row.granted_on <= on):
        asked.refusals.append(f"第 {number} 个服役年度的优待金已经发过")


CATEGORIES: dict[str, dict[str, str]] = {
    "veterans_disability": VET_DISABILITY,
    "veterans_survivor": VET_SURVIVOR,
    "veterans_living": VET_LIVING,
    "veterans_service": VET_SERVICE,
}
RULES = (
    Rule(
        "veterans_disability",
        "残疾抚恤金：按等级和性质，加护理费",
        disability,
        DISABILITY_PARAMETERS,
        DISABILITY_QUESTIONS,
        disability_contradictions,
        not_before=pays_not_before,
    ),
    Rule(
        "veterans_survivor",
        "定期抚恤金：烈士、因公牺牲、病故军人遗属",
        survivor,
        SURVIVOR_PARAMETERS,
        SURVIVOR_QUESTIONS,
        survivor_contradictions,
        not_before=pays_not_before,
    ),
    Rule(
        "veterans_living",
        "定期生活补助：按人员类别或服役年数",
        living,
        LIVING_PARAMETERS,
        LIVING_QUESTIONS,
    ),
    Rule(
        "veterans_service",
        "义务兵家庭优待金：每个服役年度一次",
        service,
        SERVICE_PARAMETERS,
        SERVICE_QUESTIONS,
    ),
)
