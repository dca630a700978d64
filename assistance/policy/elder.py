"""Subsidies for old people: 经济困难高龄, 经济困难失能, and 养老服务补贴.

财社〔2014〕113号 asks every place to have the first two; ages, amounts, households and overlaps are local. The ability of an old
person is one of the grades of GB/T 42195-2022. docs/policy/elder.md holds the rules in words and the worked examples.
"""

from dataclasses import replace
from datetime import date

from assistance.policy.facts import MemberFacts
from assistance.policy.old_age import AGES, TURNS, band_of
from assistance.policy.parameters import Parameter
from assistance.policy.person import (
    IS_LOCAL,
    LOCAL,
    NEEDS_LOCAL,
    OTHER_FEN,
    OVERLAP,
    STANDING,
    STANDING_PARAMETERS,
    STANDINGS,
    Inquiry,
    beside_the_same_kind,
    born,
    hard_up,
    rate_of_category,
    reached,
    registered_here,
    standing_of,
    still_valid,
)
from assistance.policy.questions import Question
from assistance.policy.reckoning import money
from assistance.policy.rule import CaseFacts, Numbers, Rule
from civaffairs.lib.assessment import Assessment, Unknown

DOC_113 = "财社〔2014〕113号"
ABILITY_STANDARD = "GB/T 42195-2022"

# The grades of lost ability, from the lightest; 能力完好 beside them is none.
GRADES = {"light": "轻度失能", "moderate": "中度失能", "severe": "重度失能", "complete": "完全失能"}
ABLE = "able"

LEAST_AGE = Parameter("least_age", "最低年龄", "int", 60, "满多少周岁", DOC_113, 50, 120, group="条件")
TEKUN_TOO = Parameter(
    "tekun_too",
    "特困人员可以享受",
    "bool",
    False,
    "特困供养里已有照料护理费，多数地方不再发",
    LOCAL,
    group="条件",
)
ASSESSED_MONTHS = Parameter(
    "assessed_months",
    "能力评估有效期",
    "int",
    24,
    "评估结果几个月内有效；不限填0",
    LOCAL,
    0,
    120,
    group="条件",
)
ELDER_OVERLAP = replace(OVERLAP, source=LOCAL)
ELDER_OTHER = replace(
    OTHER_FEN, help="每月多少元，如长期护理保险待遇；没有填0。本系统发的不用填", source=LOCAL
)

POOR_PARAMETERS = (
    replace(
        AGES,
        suggested=({"from_age": 80, "amount_fen": 5_000}, {"from_age": 90, "amount_fen": 10_000}),
        source=f"{DOC_113}，标准由地方定",
    ),
    TURNS,
    NEEDS_LOCAL,
    *STANDING_PARAMETERS,
    replace(TEKUN_TOO, suggested=True, help="困难高龄补贴不是照料护理，多数地方可以同领"),
    ELDER_OVERLAP,
)
DISABLED_PARAMETERS = (
    Parameter(
        "rates",
        "各失能等级标准",
        "rates",
        {"light": 0, "moderate": 10_000, "severe": 15_000, "complete": 20_000},
        "每人每月多少元；不发的等级填0",
        f"{DOC_113}，标准由地方定",
        choices=tuple(GRADES.items()),
        group="标准",
    ),
    LEAST_AGE,
    ASSESSED_MONTHS,
    NEEDS_LOCAL,
    *STANDING_PARAMETERS,
    TEKUN_TOO,
    ELDER_OVERLAP,
)
SERVICE_PARAMETERS = (
    Parameter(
        "rates",
        "各类对象标准",
        "rates",
        {
            "dibao": 10_000,
            "edge": 8_000,
            "bereaved": 10_000,
            "honoured": 10_000,
            "alone": 6_000,
            "disabled": 20_000,
        },
        "每人每月多少元；不发的类别填0",
        LOCAL,
        group="标准",
    ),
    LEAST_AGE,
    Parameter(
        "alone_age", "高龄独居的最低年龄", "int", 80, "只对“高龄独居”一类", LOCAL, 60, 120, group="条件"
    ),
    Parameter(
        "least_ability",
        "失能类的最低等级",
        "choice",
        "moderate",
        "只对“失能”一类",
        f"{ABILITY_STANDARD}，{LOCAL}",
        choices=tuple(GRADES.items()),
        group="条件",
    ),
    ASSESSED_MONTHS,
    NEEDS_LOCAL,
    TEKUN_TOO,
    ELDER_OVERLAP,
)

ABILITY = Question(
    "ability",
    "能力评估等级",
    "choice",
    choices=((ABLE, "能力完好"), *GRADES.items()),
    help="照评估报告的结论填写",
    source=ABILITY_STANDARD,
    group="能力评估",
)
ASSESSED_ON = Question(
    "assessed_on", "能力评估日期", "date", source=ABILITY_STANDARD, required=False, group="能力评估"
)
POOR_QUESTIONS = (STANDING, ELDER_OTHER, IS_LOCAL)
DISABLED_QUESTIONS = (ABILITY, ASSESSED_ON, STANDING, ELDER_OTHER, IS_LOCAL)
_OF_DISABLED = ("category", ("disabled",))
SERVICE_QUESTIONS = (
    Question(
        "category",
        "对象类别",
        "category",
        help="符合几类的，选标准最高的一类",
        source=LOCAL,
        group="对象类别",
    ),
    replace(STANDING, when=("category", ("dibao", "edge"))),
    replace(ABILITY, when=_OF_DISABLED),
    replace(ASSESSED_ON, when=_OF_DISABLED),
    ELDER_OTHER,
    IS_LOCAL,
)


# --- the three rules ------------------------------------------------------------------------------------


def assess_poor(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """经济困难高龄老年人补贴 a month, by age; the category is the age from which the band pays, as text."""
    asked, person = Inquiry(facts, POOR_QUESTIONS), facts.person
    birth = born(asked, person, on)
    band = {} if birth is None else band_of(asked, person, birth, numbers, on, DOC_113)
    registered_here(asked, numbers)
    if not _in_tekun(asked, person, numbers):
        hard_up(asked, person, numbers, DOC_113)
    rate, category = band.get("amount_fen", 0), str(band.get("from_age", ""))
    return _paid(asked, person, numbers, rate, ("disability-living",), "困难高龄补贴", category)


def assess_disabled(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """经济困难失能老年人补贴 a month, by grade of ability, which is the category."""
    asked, person = Inquiry(facts, DISABLED_QUESTIONS), facts.person
    reached(asked, person, numbers["least_age"], on, DOC_113)
    ability, rate = _ability(asked, numbers, on), 0
    if ability in GRADES:
        rate = numbers["rates"][ability]
        asked.work.step("本等级标准", GRADES[ability], rate, "元/月", DOC_113)
        if not rate:
            asked.refusals.append(f"按现行标准，{GRADES[ability]}不发放")
    elif ability == ABLE:
        asked.refusals.append("能力评估为能力完好，不属于失能老年人")
    registered_here(asked, numbers)
    if not _in_tekun(asked, person, numbers):
        hard_up(asked, person, numbers, DOC_113)
    families = ("disability-care", "elder-service")
    return _paid(asked, person, numbers, rate, families, "失能补贴", ability)


def assess_service(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """养老服务补贴 a month, by category.

    The categories of the catalogue are checked for what they say: 低保 and 低保边缘 on record or as answered, 高龄独居 by age,
    失能 by the assessment. Raises BadInput for a category that the standard does not have.
    """
    asked, person = Inquiry(facts, SERVICE_QUESTIONS), facts.person
    category, rate = rate_of_category(asked, numbers, "元/月")
    reached(asked, person, max(numbers["least_age"], numbers["alone_age"] if category == "alone" else 0), on)
    if category in ("dibao", "edge"):
        _stands_so(asked, person, category)
    if category == "disabled":
        _disabled_enough(asked, numbers, on)
    registered_here(asked, numbers)
    _in_tekun(asked, person, numbers)
    return _paid(asked, person, numbers, rate, ("elder-care", "disability-care"), "养老服务补贴", category)


def _paid(
    asked: Inquiry,
    person: MemberFacts,
    numbers: Numbers,
    rate: int,
    families: tuple[str, ...],
    label: str,
    category: str,
) -> Assessment:
    left, notes = beside_the_same_kind(asked, person, numbers, rate, families, LOCAL) if rate else (0, [])
    if (answer := asked.against()) is not None:
        return answer
    reasons = [f"符合{label}条件，每月 {money(left)} 元", *notes]
    return asked.granted(label, left, reasons, category, person.key)


# --- conditions -----------------------------------------------------------------------------------------


def _in_tekun(asked: Inquiry, person: MemberFacts, numbers: Numbers) -> bool:
    """Whether the person is in 特困, which is hardship enough; refused where the county does not pay both."""
    if not asked.facts.receives("tekun", person=person.key):
        return False
    may = numbers["tekun_too"]
    asked.work.step("特困供养", "已纳入特困供养", "符合" if may else "不符合", "", LOCAL)
    if not may:
        asked.refusals.append("已纳入特困供养，按当地规定不能同领")
    return True


def _ability(asked: Inquiry, numbers: Numbers, on: date) -> str:
    """The grade of ability on the report, "" when it is not known."""
    ability = asked.need("ability")
    known = not isinstance(ability, Unknown)
    if known:
        shown = dict(asked.questions["ability"].choices)[ability]
        asked.work.step("能力评估", "评估报告的结论", shown, "", ABILITY_STANDARD)
    still_valid(asked, "assessed_on", "能力评估", numbers["assessed_months"], on)
    return ability if known else ""


def _disabled_enough(asked: Inquiry, numbers: Numbers, on: date) -> None:
    ability, order = _ability(asked, numbers, on), [ABLE, *GRADES]
    if ability and order.index(ability) < order.index(numbers["least_ability"]):
        asked.refusals.append(f"能力评估没有达到{GRADES[numbers['least_ability']]}")


def _stands_so(asked: Inquiry, person: MemberFacts, category: str) -> None:
    standing = standing_of(asked, person)
    if isinstance(standing, Unknown):
        return
    so = standing == category
    asked.work.step("家庭困难类型", STANDINGS[standing], "符合" if so else "不符合", "", LOCAL)
    if not so:
        asked.refusals.append(f"没有{STANDINGS[category]}的记录，请核对对象类别")


RULES = (
    Rule("elder_poor", "经济困难高龄老年人补贴：按年龄分档", assess_poor, POOR_PARAMETERS, POOR_QUESTIONS),
    Rule(
        "elder_disabled",
        "经济困难失能老年人补贴：按失能等级",
        assess_disabled,
        DISABLED_PARAMETERS,
        DISABLED_QUESTIONS,
    ),
    Rule("elder_service", "养老服务补贴：按对象类别", assess_service, SERVICE_PARAMETERS, SERVICE_QUESTIONS),
)
