"""教育救助: one sum for a school year, by stage of school and by the identity of the pupil.

《社会救助法》第25条 leaves amounts and groups to the county. docs/policy/education.md holds the rule in words and the worked examples.
"""

from datetime import date
from fractions import Fraction

from assistance.policy.dibao_standard import LOCAL
from assistance.policy.identity import IDENTITIES, identity_of
from assistance.policy.parameters import Parameter
from assistance.policy.person import Inquiry
from assistance.policy.questions import Question
from assistance.policy.reckoning import money
from assistance.policy.rounding import ROUNDING, rounded
from assistance.policy.rule import CaseFacts, Numbers, Rule
from civaffairs.lib.assessment import Assessment, Part
from civaffairs.lib.errors import BadInput

ACT = "《社会救助法》第25条"
STAGES = {
    "kindergarten": "幼儿园",
    "compulsory": "小学、初中",
    "high": "普通高中",
    "vocational": "中等职业学校",
    "college": "高职高专",
    "bachelor": "普通本科",
}

QUESTIONS = (
    Question("stage", "就读阶段", "choice", tuple(STAGES.items()), help="按学籍", source=ACT, group="就读"),
    Question("school", "学校名称", "text", source=LOCAL, group="就读"),
    Question(
        "cause",
        "学年",
        "int",
        help="填开学那一年，如2026年9月到2027年7月填2026；一个学年只救助一次",
        source=LOCAL,
        unit="学年",
        least=2000,
        most=2200,
        group="就读",
    ),
    Question("is_new", "是否当年新录取", "bool", help="以录取通知书为准", source=LOCAL, group="就读"),
    Question("is_full_time", "是否全日制在校", "bool", help="休学、退学的选“否”", source=ACT, group="就读"),
    Question(
        "cost_fen",
        "本学年自己负担的学费、住宿费",
        "fen",
        help="扣除减免和助学金以后；没有填0",
        source=LOCAL,
        group="费用",
    ),
)
PARAMETERS = (
    Parameter(
        "rates",
        "各阶段标准",
        "rates",
        {"high": 150_000, "vocational": 150_000, "college": 400_000, "bachelor": 500_000},
        "每人每学年；不救助的阶段填0",
        LOCAL,
        choices=tuple(STAGES.items()),
        group="标准",
    ),
    Parameter(
        "shares",
        "各类对象按标准的比例",
        "shares",
        {"tekun": 100, "child": 100, "dibao": 100, "edge": 60, "rigid": 60},
        "全额填100；不救助的身份填0",
        f"{ACT}，{LOCAL}",
        most=100,
        choices=tuple(IDENTITIES.items()),
        group="标准",
    ),
    Parameter(
        "only_new", "只救助当年新录取的", "bool", False, "选“否”的，在校每学年都可以申请", LOCAL, group="条件"
    ),
    Parameter(
        "within_cost",
        "不超过自己负担的费用",
        "bool",
        True,
        "选“是”的，金额最多是学费和住宿费",
        LOCAL,
        group="条件",
    ),
    *ROUNDING,
)


def assess(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """Sum of the stage × share of the identity, once a school year. Raises BadInput for a school year still to come."""
    asked = Inquiry(facts, QUESTIONS)
    work, day = asked.work, facts.applied_on or on
    needed = ["stage", "school", "cause", "is_full_time"]
    needed += ["is_new"] if numbers["only_new"] else []
    needed += ["cost_fen"] if numbers["within_cost"] else []
    answers = {name: asked.need(name) for name in needed}
    who = identity_of(facts)
    work.step("救助身份", facts.person.name, IDENTITIES[who], "", ACT)
    if work.missing:
        return Assessment.cannot_decide(*work.missing, steps=work.steps)
    if answers["cause"] > day.year:
        raise BadInput("学年还没有到，请核对", "cause")
    stage, rate, share = answers["stage"], numbers["rates"][answers["stage"]], numbers["shares"][who]
    if any(row.cause == str(answers["cause"]) for row in facts.prior_aid if row.granted_on <= day):
        asked.refusals.append(f"{answers['cause']}学年已经救助过，一个学年只救助一次")
    if not rate:
        asked.refusals.append(f"按当地规定，{STAGES[stage]}不在教育救助范围")
    if not share:
        asked.refusals.append(f"按当地规定，{IDENTITIES[who]}不在教育救助范围")
    if not answers["is_full_time"]:
        asked.refusals.append("不是全日制在校学生")
    if numbers["only_new"] and not answers["is_new"]:
        asked.refusals.append("当地规定只救助当年新录取的学生")
    if (against := asked.against()) is not None:
        return against

    exact = Fraction(rate * share, 100)
    work.step(f"{STAGES[stage]}标准", f"{money(rate)} × {share}%", exact, "元", LOCAL)
    most = None
    if numbers["within_cost"]:
        cost = answers["cost_fen"]
        if cost < 0:
            raise BadInput("费用不能是负数", "cost_fen")
        most = int(cost)
        work.step("自己负担的学费、住宿费", "金额不超过这个数", most, "元", LOCAL)
        exact = min(exact, Fraction(most))
    due = rounded(exact, numbers, work, "救助金额", most=most)
    if not due:
        return Assessment.not_eligible("没有自己负担的学费、住宿费", steps=work.steps)
    reason = f"{IDENTITIES[who]}，{answers['cause']}学年在{STAGES[stage]}就读"
    return Assessment.eligible([Part("base", "教育救助", due, facts.person.key)], work.steps, [reason])


RULES = (Rule("education", "教育救助：按就读阶段和身份，一学年一次", assess, PARAMETERS, QUESTIONS),)
