"""优抚: 残疾抚恤金 with 护理费, 定期抚恤金 for the bereaved, 定期生活补助, 义务兵家庭优待金.

Whoever may be paid is paid by category from a dated standard; the yearly rise of August is a new standard from that month.
Sources: 《军人抚恤优待条例》 (2024), 《烈士褒扬条例》 (2025). docs/policy/veterans.md holds the rules in words and the worked examples.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from assistance.policy.parameters import Parameter
from assistance.policy.person import LOCAL, Inquiry, born
from assistance.policy.questions import Question
from assistance.policy.reckoning import money
from assistance.policy.rounding import ROUNDING, rounded
from assistance.policy.rule import CaseFacts, Numbers, Rule
from assistance.policy.veterans_life import (
    AFTER_DEATH_DISABILITY,
    AFTER_DEATH_LIVING,
    AFTER_DEATH_SURVIVOR,
    ARRIVAL,
    ARRIVED_ON,
    BAR,
    CONFIRM_MONTH,
    NATURES,
    REGULATION,
    VET_DISABILITY,
    VET_LIVING,
    VET_SERVICE,
    VET_SURVIVOR,
    barred,
    paid_elsewhere,
)
from civaffairs.lib.assessment import Assessment, Part, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import Month, age_on

__all__ = ["CATEGORIES", "RULES", "VET_DISABILITY", "VET_LIVING", "VET_SERVICE", "VET_SURVIVOR"]

ARTICLE_62 = f"{REGULATION}第62条"


def _rate(asked: Inquiry, numbers: Numbers, labels: Mapping[str, str], name: str = "category") -> int:
    """The sum of the category that was chosen; 0 as long as none is, or when the standard pays nothing for it."""
    category = asked.need(name)
    if isinstance(category, Unknown):
        return 0
    if category not in numbers["rates"]:
        raise BadInput("这个项目没有所选的类别，请重新选择", name, article=REGULATION)
    fen = int(numbers["rates"][category])
    if not fen:
        asked.refusals.append(f"按现行标准，{labels.get(category, category)}不发放")
    return fen


def _labels(facts: CaseFacts, usual: Mapping[str, str]) -> Mapping[str, str]:
    return facts.categories or usual


# --- 残疾抚恤金 ------------------------------------------------------------------------------------------

CARE = {
    "first": "因战因公一、二级",
    "third": "因战因公三、四级",
    "illness": "因病一至四级",
    "mental": "精神障碍五、六级",
}
# A starting point for the form, in yuan a month by grade; the standards of 2025 and 2026 have not been verified.
_SUGGESTED = {
    "war": (9_800, 8_870, 7_780, 6_380, 4_990, 3_900, 2_960, 1_870, 1_550, 1_090),
    "duty": (9_500, 8_400, 7_310, 5_760, 4_360, 3_690, 2_640, 1_700, 1_250, 930),
    "illness": (9_200, 8_080, 6_840, 5_130, 3_580, 2_970),
}

DISABILITY_QUESTIONS = (
    Question(
        "category", "残疾等级和性质", "category", help="以残疾军人证为准", source=REGULATION, group="资格"
    ),
    Question(
        "in_home",
        "是否由国家集中供养",
        "bool",
        help="住荣军医院、光荣院等集中供养的，不发护理费",
        source=REGULATION,
        when=("category", tuple(key for key in VET_DISABILITY if key[:3] in ("g1-", "g2-", "g3-", "g4-"))),
        group="护理费",
    ),
    Question(
        "is_mental",
        "是否因精神障碍评残",
        "bool",
        help="五、六级的精神障碍残疾军人发护理费",
        source=REGULATION,
        when=("category", tuple(key for key in VET_DISABILITY if key.startswith(("g5-", "g6-")))),
        group="护理费",
    ),
    BAR,
    ARRIVAL,
    ARRIVED_ON,
)
DISABILITY_PARAMETERS = (
    Parameter(
        "rates",
        "残疾抚恤金标准",
        "rates",
        {
            f"g{grade}-{nature}": yuan * 100
            for nature, sums in _SUGGESTED.items()
            for grade, yuan in enumerate(sums, 1)
        },
        "每人每月；按年公布的除以12填写",
        REGULATION,
        group="抚恤金",
    ),
    Parameter(
        "average_wage_fen",
        "上年度职工月平均工资",
        "fen",
        650_000,
        "当地上年度城镇单位就业人员月平均工资，算护理费用",
        REGULATION,
        least=1,
        group="护理费",
    ),
    Parameter(
        "care_share",
        "护理费占月平均工资的比例",
        "shares",
        {"first": 50, "third": 40, "illness": 30, "mental": 25},
        "",
        REGULATION,
        most=100,
        choices=tuple(CARE.items()),
        group="护理费",
    ),
    *ROUNDING,
    AFTER_DEATH_DISABILITY,
    CONFIRM_MONTH,
)


def disability_contradictions(numbers: Numbers) -> dict[str, str]:
    """A heavier grade is not paid less than a lighter one, nor 因战 less than 因公 and that less than 因病."""
    rates = numbers["rates"]
    orders = [[f"g{grade}-{nature}" for grade in range(1, 11)] for nature in NATURES]
    orders += [[f"g{grade}-{nature}" for nature in NATURES] for grade in range(1, 11)]
    for order in orders:
        for above, below in pairwise(key for key in order if key in rates):
            if rates[above] < rates[below]:
                return {"rates": f"{VET_DISABILITY[above]}的标准低于{VET_DISABILITY[below]}，请核对"}
    return {}


def care_kind(category: str, is_mental: bool) -> str:
    """Which share of the average wage is paid as 护理费: a key of CARE, "" where none is."""
    grade, nature = _grade(category), category.partition("-")[2]
    if grade <= 4:
        return "illness" if nature == "illness" else "first" if grade <= 2 else "third"
    return "mental" if grade <= 6 and is_mental else ""


def disability(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """残疾抚恤金 by grade and nature, and 护理费 as a share of the average wage for those who live at home."""
    asked, labels = Inquiry(facts, DISABILITY_QUESTIONS), _labels(facts, VET_DISABILITY)
    fen = _rate(asked, numbers, labels)
    category = facts.answer("category")
    care = "" if isinstance(category, Unknown) else _care(asked, category)
    barred(asked)
    paid_elsewhere(asked, on)
    if (against := asked.against()) is not None:
        return against
    work, person = asked.work, facts.person
    work.step("残疾抚恤金", labels.get(category, category), fen, "元/月", REGULATION)
    parts = [Part("base", "残疾抚恤金", fen, person.key)]
    if care:
        share, wage = numbers["care_share"][care], numbers["average_wage_fen"]
        exact = Fraction(wage * share, 100)
        work.step(f"护理费：{CARE[care]}", f"月平均工资 {money(wage)} × {share}%", exact, "元/月", REGULATION)
        paid = rounded(exact, numbers, work, "护理费", "元/月")
        if paid:
            parts.append(Part("care", "护理费", paid, person.key))
    reason = f"{labels.get(category, category)}残疾军人"
    return Assessment.eligible(parts, work.steps, [reason], category)


def _grade(category: str) -> int:
    """1 to 10; 11, which brings no 护理费, for a category that a county has added."""
    return int(category[1:].partition("-")[0]) if category in VET_DISABILITY else 11


def _care(asked: Inquiry, category: str) -> str:
    grade = _grade(category)
    if grade <= 4:
        in_home = asked.need("in_home")
        if isinstance(in_home, Unknown):
            return ""
        if in_home:
            asked.work.step("护理费", "由国家集中供养", "不发", "", REGULATION)
            return ""
        return care_kind(category, False)
    if grade <= 6:
        is_mental = asked.need("is_mental")
        return "" if isinstance(is_mental, Unknown) else care_kind(category, is_mental)
    return ""


# --- 定期抚恤金 ------------------------------------------------------------------------------------------

RELATIONS = {"parent": "父母或抚养人", "spouse": "配偶", "child": "子女", "sibling": "兄弟姐妹"}
SURVIVOR_QUESTIONS = (
    Question(
        "category",
        "遗属类别",
        "category",
        help="以烈士、因公牺牲或病故证明书为准",
        source=REGULATION,
        group="资格",
    ),
    Question(
        "relation",
        "与牺牲、病故军人的关系",
        "choice",
        tuple(RELATIONS.items()),
        source=REGULATION,
        group="资格",
    ),
    Question(
        "is_needy",
        "无劳动能力、无生活来源，或者收入低于当地居民平均水平",
        "bool",
        source=REGULATION,
        when=("relation", ("parent", "spouse")),
        group="资格",
    ),
    Question(
        "was_raised",
        "军人生前由其供养",
        "bool",
        source=REGULATION,
        when=("relation", ("sibling",)),
        group="资格",
    ),
    Question(
        "is_dependent",
        "已满18周岁的，因上学或者残疾没有生活来源",
        "bool",
        help="未满18周岁的不填",
        source=REGULATION,
        required=False,
        when=("relation", ("child", "sibling")),
        group="资格",
    ),
    BAR,
    ARRIVAL,
    ARRIVED_ON,
)
SURVIVOR_PARAMETERS = (
    Parameter(
        "rates",
        "定期抚恤金标准",
        "rates",
        {"martyr": 380_000, "duty": 330_000, "illness": 300_000},
        "每人每月；按年公布的除以12填写。城乡不同的，城镇、农村各建一个标准",
        REGULATION,
        group="抚恤金",
    ),
    Parameter(
        "asks_need",
        "按关系核对生活条件",
        "bool",
        True,
        "选“否”的，凭遗属身份发",
        f"{REGULATION}，{LOCAL}",
        group="条件",
    ),
    AFTER_DEATH_SURVIVOR,
    CONFIRM_MONTH,
)


def survivor_contradictions(numbers: Numbers) -> dict[str, str]:
    rates = numbers["rates"]
    for above, below in pairwise(key for key in VET_SURVIVOR if key in rates):
        if rates[above] < rates[below]:
            return {"rates": f"{VET_SURVIVOR[above]}的标准低于{VET_SURVIVOR[below]}，请核对"}
    return {}


def survivor(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """定期抚恤金 for one of the bereaved, if the relation and the need are those the regulation asks for."""
    asked, labels = Inquiry(facts, SURVIVOR_QUESTIONS), _labels(facts, VET_SURVIVOR)
    fen = _rate(asked, numbers, labels)
    category, relation = facts.answer("category"), asked.need("relation")
    if numbers["asks_need"] and not isinstance(relation, Unknown):
        _need_of(asked, relation, on)
    barred(asked)
    paid_elsewhere(asked, on)
    if (against := asked.against()) is not None:
        return against
    label = labels.get(category, category)
    asked.work.step("定期抚恤金", f"{label}（{RELATIONS[relation]}）", fen, "元/月", REGULATION)
    return asked.granted("定期抚恤金", fen, [f"{label}（{RELATIONS[relation]}）"], category, facts.person.key)


def _need_of(asked: Inquiry, relation: str, on: date) -> None:
    person = asked.facts.person
    if relation in ("parent", "spouse"):
        needy = asked.need("is_needy")
        if not isinstance(needy, Unknown) and not needy:
            asked.refusals.append("有劳动能力和生活来源，收入不低于当地居民平均水平")
        return
    if relation == "sibling":
        raised = asked.need("was_raised")
        if not isinstance(raised, Unknown) and not raised:
            asked.refusals.append("不是军人生前供养的兄弟姐妹")
    birth = born(asked, person, on)
    if birth is None:
        return
    age = age_on(birth, on)
    asked.work.step(
        "年龄", f"{person.name} {birth:%Y-%m-%d} 出生，未满 18 周岁或者没有生活来源", age, "周岁", REGULATION
    )
    if age >= 18:
        dependent = asked.need("is_dependent")
        if not isinstance(dependent, Unknown) and not dependent:
            asked.refusals.append("已满 18 周岁，不是因上学或者残疾没有生活来源")


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
    asked, labels = Inquiry(facts, LIVING_QUESTIONS), _labels(facts, VET_LIVING)
    category, fen = facts.answer("category"), 0
    if category == "rural60":
        fen = _by_years(asked, numbers, on)
    else:
        fen = _rate(asked, numbers, labels)
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
    fen = _rate(asked, numbers, VET_SERVICE, "area")
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
    ),
    Rule(
        "veterans_survivor",
        "定期抚恤金：烈士、因公牺牲、病故军人遗属",
        survivor,
        SURVIVOR_PARAMETERS,
        SURVIVOR_QUESTIONS,
        survivor_contradictions,
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
