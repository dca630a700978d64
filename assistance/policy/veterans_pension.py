"""残疾抚恤金 with 护理费, and 定期抚恤金 for the bereaved.

docs/policy/veterans.md holds the rules in words and the worked examples.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise

from assistance.policy.parameters import Parameter
from assistance.policy.person import LOCAL, Inquiry, born
from assistance.policy.questions import Question
from assistance.policy.reckoning import money
from assistance.policy.rounding import ROUNDING, rounded
from assistance.policy.rule import CaseFacts, Numbers
from assistance.policy.veterans_life import (
    AFTER_DEATH_DISABILITY,
    AFTER_DEATH_SURVIVOR,
    ARRIVAL,
    ARRIVED_ON,
    BAR,
    CONFIRM_MONTH,
    NATURES,
    REGULATION,
    VET_DISABILITY,
    VET_SURVIVOR,
    barred,
    paid_elsewhere,
)
from civaffairs.lib.assessment import Assessment, Part, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import age_on


def rate_of(asked: Inquiry, numbers: Numbers, labels: Mapping[str, str], name: str = "category") -> int:
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


def labels_of(facts: CaseFacts, usual: Mapping[str, str]) -> Mapping[str, str]:
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
    asked, labels = Inquiry(facts, DISABILITY_QUESTIONS), labels_of(facts, VET_DISABILITY)
    fen = rate_of(asked, numbers, labels)
    category = facts.answer("category")
    care = "" if isinstance(category, Unknown) else _care(asked, category)
    barred(asked)
    later = paid_elsewhere(asked, on)
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
    reasons = [f"{labels.get(category, category)}残疾军人", *([later] if later else [])]
    return Assessment.eligible(parts, work.steps, reasons, category)


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
    asked, labels = Inquiry(facts, SURVIVOR_QUESTIONS), labels_of(facts, VET_SURVIVOR)
    fen = rate_of(asked, numbers, labels)
    category, relation = facts.answer("category"), asked.need("relation")
    if numbers["asks_need"] and not isinstance(relation, Unknown):
        _need_of(asked, relation, on)
    barred(asked)
    later = paid_elsewhere(asked, on)
    if (against := asked.against()) is not None:
        return against
    label = labels.get(category, category)
    asked.work.step("定期抚恤金", f"{label}（{RELATIONS[relation]}）", fen, "元/月", REGULATION)
    reasons = [f"{label}（{RELATIONS[relation]}）", *([later] if later else [])]
    return asked.granted("定期抚恤金", fen, reasons, category, facts.person.key)


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
