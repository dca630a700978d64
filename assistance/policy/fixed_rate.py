"""A fixed sum for each category: 矽肺病人, 精减退职职工, 大骨节病, and whatever a county adds by filling in a form.

There is no national rule for these; every number and condition comes from the county's own document.
docs/policy/fixed_rate.md holds the rule in words and the worked examples.
"""

from dataclasses import replace
from datetime import date

from assistance.policy.facts import MemberFacts
from assistance.policy.parameters import Parameter
from assistance.policy.person import IS_LOCAL, LOCAL, Inquiry, born, rate_of_category, registered_here
from assistance.policy.questions import Question
from assistance.policy.reckoning import money
from assistance.policy.rule import CaseFacts, Numbers, Rule
from civaffairs.lib.assessment import Assessment, Part, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import age_on

PARAMETERS = (
    Parameter(
        "rates",
        "各类标准",
        "rates",
        {},
        "按月、按季发的填每人每月多少元，按年发的填每年多少元，一次性的填每次多少元；不发的类别填0",
        LOCAL,
        group="标准",
    ),
    Parameter(
        "per",
        "标准按什么计算",
        "choice",
        "person",
        "按人申请的项目两种结果一样",
        LOCAL,
        choices=(("person", "每名对象一份"), ("case", "每户一份")),
        group="标准",
    ),
    Parameter(
        "least_age", "最低年龄", "int", 0, "满多少周岁才能享受；没有要求填0", LOCAL, 0, 120, group="条件"
    ),
    Parameter(
        "needs_local",
        "要求本县户籍",
        "bool",
        False,
        "选“是”的，户籍不在本县的不能享受",
        LOCAL,
        group="条件",
    ),
    Parameter(
        "needs_evidence",
        "要求证明文书",
        "bool",
        False,
        "选“是”的，要填诊断书、证件或认定文书的编号和日期",
        LOCAL,
        group="条件",
    ),
)

QUESTIONS = (
    Question("category", "对象类别", "category", help="按认定文书选择", source=LOCAL, group="对象类别"),
    Question(
        "evidence_number",
        "证明文书编号",
        "text",
        help="诊断书、证件或认定文书的编号",
        source=LOCAL,
        required=False,
        group="证明文书",
    ),
    Question("evidence_date", "证明文书日期", "date", source=LOCAL, required=False, group="证明文书"),
    replace(IS_LOCAL, required=False),
)


def assess(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """The sum of the category, once or for each person.

    Raises BadInput for a category that the programme does not have, or a document dated after the day.
    """
    asked = Inquiry(facts, QUESTIONS)
    category, rate = rate_of_category(asked, numbers, "元")
    _evidence(asked, numbers, on)
    registered_here(asked, numbers)
    people = [member for member in facts.household.members if member.protected]
    if numbers["least_age"]:
        people = [member for member in people if _old_enough(asked, member, numbers["least_age"], on)]
        if not people:
            asked.refusals.append(f"未满 {numbers['least_age']} 周岁")
    elif not people:
        asked.refusals.append("没有登记保障对象")
    if (answer := asked.against()) is not None:
        return answer

    label = facts.categories.get(category, "") or "定额补助"
    shares = people if numbers["per"] == "person" else people[:1]
    if len(shares) > 1:
        asked.work.step("金额", f"{money(rate)} × {len(shares)} 人", rate * len(shares), "元", LOCAL)
    parts = [
        Part("base", label, rate, member.key if numbers["per"] == "person" else None) for member in shares
    ]
    return Assessment.eligible(
        parts, asked.work.steps, [f"符合{label}的条件，标准为 {money(rate)} 元"], category
    )


def _evidence(asked: Inquiry, numbers: Numbers, on: date) -> None:
    issued = asked.facts.answer("evidence_date")
    if isinstance(issued, date) and issued > on:
        raise BadInput("证明文书的日期晚于核算日期", "evidence_date")
    if numbers["needs_evidence"]:
        number, issued = asked.need("evidence_number"), asked.need("evidence_date")
        if not isinstance(number, Unknown) and not isinstance(issued, Unknown):
            asked.work.step("证明文书", f"{number}，{issued:%Y-%m-%d}", "已提供", "", LOCAL)


def _old_enough(asked: Inquiry, member: MemberFacts, age: int, on: date) -> bool:
    birth = born(asked, member, on)
    if birth is None:
        return False
    years = age_on(birth, on)
    asked.work.step("年龄", f"{member.name}，要求满 {age} 周岁", years, "周岁", LOCAL)
    return years >= age


RULES = (Rule("fixed_rate", "定额：每类一个标准", assess, PARAMETERS, QUESTIONS),)
