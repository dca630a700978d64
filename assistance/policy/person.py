"""What the rules for single persons share: reading answers, age, local registration, the standing of the family, and
other payments of the same kind.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from assistance.policy.facts import MemberFacts
from assistance.policy.parameters import Parameter
from assistance.policy.questions import Question
from assistance.policy.reckoning import Reckoning, money
from assistance.policy.rule import CaseFacts, Numbers
from civaffairs.lib.assessment import Assessment, Part, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import Month, age_on

LOCAL = "当地规定"

# Families of programmes as a family reads their names.
FAMILY_NAMES = {
    "dibao": "低保金",
    "tekun": "特困供养金",
    "child": "儿童基本生活费",
    "disability-living": "困难残疾人生活补贴",
    "disability-care": "重度残疾人护理补贴",
    "elder-poor": "经济困难高龄老年人补贴",
    "elder-care": "经济困难失能老年人补贴",
    "elder-service": "养老服务补贴",
}


class Inquiry:
    """The reading of one case: its worksheet, what is missing, and the reasons that stand against it."""

    def __init__(self, facts: CaseFacts, questions: Iterable[Question]) -> None:
        self.facts = facts
        self.questions = {question.name: question for question in questions}
        self.work = Reckoning()
        self.refusals: list[str] = []

    def need(self, name: str) -> Any:
        """The answer. UNKNOWN is noted as missing under the label that the clerk sees."""
        value = self.facts.answer(name)
        if isinstance(value, Unknown):
            self.lacks(f"“{self.questions[name].label}”还没有填写")
        return value

    def lacks(self, sentence: str) -> None:
        if sentence not in self.work.missing:
            self.work.missing.append(sentence)

    def against(self) -> Assessment | None:
        """The answer when something is missing or stands against the case, else None.

        What is missing comes first, so that nobody is refused on half of the facts.
        """
        if self.work.missing:
            return Assessment.cannot_decide(*self.work.missing, steps=self.work.steps)
        if self.refusals:
            return Assessment.not_eligible(*self.refusals, steps=self.work.steps)
        return None

    def granted(
        self, label: str, fen: int, reasons: Iterable[str], category: str, person: str | None
    ) -> Assessment:
        return Assessment.eligible(
            [Part("base", label, fen, person)], self.work.steps, list(reasons), category
        )


# --- age ------------------------------------------------------------------------------------------------


def born(asked: Inquiry, person: MemberFacts, on: date) -> date | None:
    """The birth; None notes it as missing. Raises BadInput when it is still to come."""
    not_unborn(person, on)
    if isinstance(person.birth, Unknown):
        asked.lacks(f"{person.name}的出生日期还没有填写")
        return None
    return person.birth


def not_unborn(person: MemberFacts, on: date) -> None:
    """For rules to which the age is indifferent. Raises BadInput."""
    if not isinstance(person.birth, Unknown) and person.birth > on:
        raise BadInput(f"{person.name}的出生日期晚于核算日期", "birth")


def reached(asked: Inquiry, person: MemberFacts, age: int, on: date, source: str = LOCAL) -> None:
    """Refuses who has not reached the age on the day. An age of 0 asks for nothing."""
    if not age:
        return
    birth = born(asked, person, on)
    if birth is None:
        return
    years = age_on(birth, on)
    formula = f"{person.name} {birth:%Y-%m-%d} 出生，要求满 {age} 周岁"
    asked.work.step("年龄", formula, years, "周岁", source)
    if years < age:
        asked.refusals.append(f"{person.name}未满 {age} 周岁")


# --- category and papers ----------------------------------------------------------------------------------


def rate_of_category(asked: Inquiry, numbers: Numbers, unit: str) -> tuple[str, int]:
    """The chosen category of the programme and its rate in fen; ("", 0) notes it as missing.

    Raises BadInput for a category that the standard does not have.
    """
    category = asked.need("category")
    if isinstance(category, Unknown):
        return "", 0
    if category not in numbers["rates"]:
        raise BadInput("这个项目没有所选的类别，请重新选择", "category")
    rate: int = numbers["rates"][category]
    asked.work.step("本类标准", asked.facts.categories.get(category, category), rate, unit, LOCAL)
    if not rate:
        asked.refusals.append("按现行标准，这一类不发放")
    return category, rate


def still_valid(asked: Inquiry, name: str, what: str, months: int, on: date, source: str = LOCAL) -> None:
    """Refuses a paper that has run out: it counts to the end of the month so many months after its day. 0 months ask
    for nothing.

    Raises BadInput when its day is still to come.
    """
    day = asked.facts.answer(name)
    if isinstance(day, date) and day > on:
        raise BadInput(f"{what}日期晚于核算日期", name)
    if not months or isinstance(day := asked.need(name), Unknown):
        return
    last = Month.of(day).plus(months)
    valid = Month.of(on) <= last
    asked.work.step(what, f"{day:%Y-%m-%d}，{months} 个月内有效", "有效" if valid else "已过期", "", source)
    if not valid:
        asked.refusals.append(f"{what}到{last.label}为止，已过期，要重新办")


# --- local registration -----------------------------------------------------------------------------------

NEEDS_LOCAL = Parameter(
    "needs_local",
    "要求本县户籍",
    "bool",
    True,
    "选“是”的，户籍不在本县的不能享受",
    LOCAL,
    group="条件",
)
IS_LOCAL = Question(
    "is_local", "户籍在本县", "bool", help="以户口簿登记的地址为准", source=LOCAL, group="户籍"
)


def registered_here(asked: Inquiry, numbers: Numbers) -> None:
    """Refuses who is not registered in the county, where that is asked for."""
    if not numbers["needs_local"]:
        return
    here = asked.need("is_local")
    if isinstance(here, Unknown):
        return
    asked.work.step("户籍", "要求本县户籍", "符合" if here else "不符合", "", LOCAL)
    if not here:
        asked.refusals.append("户籍不在本县")


# --- how the family stands ----------------------------------------------------------------------------------

STANDINGS = {
    "dibao": "低保家庭",
    "edge": "低保边缘家庭",
    "rigid": "刚性支出困难家庭",
    "other": "县里认定的其他困难家庭",
    "none": "都不是",
}
STANDING = Question(
    "standing",
    "家庭困难类型",
    "choice",
    choices=tuple(STANDINGS.items()),
    help="系统里已登记低保、低保边缘或刚性支出困难的，以登记为准；其余的在这里选",
    source="《社会救助法》第13条",
    required=False,
    group="家庭情况",
)
COUNTS_EDGE = Parameter(
    "counts_edge",
    "低保边缘家庭可以享受",
    "bool",
    False,
    "低保家庭都可以享受；当地扩大到低保边缘家庭的选“是”",
    LOCAL,
    group="条件",
)
COUNTS_RIGID = Parameter("counts_rigid", "刚性支出困难家庭可以享受", "bool", False, "", LOCAL, group="条件")
COUNTS_OTHER = Parameter(
    "counts_other", "其他困难家庭可以享受", "bool", False, "县里文件另行认定的困难家庭", LOCAL, group="条件"
)
STANDING_PARAMETERS = (COUNTS_EDGE, COUNTS_RIGID, COUNTS_OTHER)


def standing_of(asked: Inquiry, person: MemberFacts) -> str | Unknown:
    """A key of STANDINGS. What is on record comes before what was answered; neither of them is noted as missing."""
    receives = asked.facts.receives
    if receives("dibao", person=person.key):
        return "dibao"
    for row in receives("status", person=person.key):
        if row.scheme in _STATUS:
            return _STATUS[row.scheme]
    found: str | Unknown = asked.need("standing")
    return found


_STATUS = {"dibao-edge": "edge", "rigid-burden": "rigid"}


def hard_up(asked: Inquiry, person: MemberFacts, numbers: Numbers, source: str) -> None:
    """Refuses whose family is neither in 低保 nor of a kind to which the county has extended the programme."""
    standing = standing_of(asked, person)
    if isinstance(standing, Unknown):
        return
    counted = standing == "dibao" or (standing != "none" and numbers[f"counts_{standing}"])
    shown = STANDINGS[standing] if standing != "none" else "不属于困难家庭"
    asked.work.step("家庭困难类型", shown, "符合" if counted else "不符合", "", source)
    if not counted:
        asked.refusals.append(
            f"{shown}不在本项目的保障范围" if standing != "none" else "家庭不是低保家庭或规定的困难家庭"
        )


# --- other payments of the same kind ------------------------------------------------------------------------

OVERLAP = Parameter(
    "overlap",
    "已领同类补贴的",
    "choice",
    "higher",
    "择高：只领高的一种；补差：发高出的部分；同领：两样都发",
    "国发〔2015〕52号，各地规定不一",
    choices=(("higher", "择高领一种"), ("difference", "发差额"), ("both", "可以同领")),
    group="重复享受",
)
OTHER_FEN = Question(
    "other_fen",
    "在别处领的同类补贴",
    "fen",
    help="每月多少元，如单位发的护理费、离休干部护理费、长期护理保险待遇；没有填0。本系统发的不用填",
    source="国发〔2015〕52号",
    unit="元/月",
    least=0,
    group="已领的补贴",
)


def beside_the_same_kind(
    asked: Inquiry,
    person: MemberFacts,
    numbers: Numbers,
    own_fen: int,
    families: tuple[str, ...],
    source: str,
) -> tuple[int, list[str]]:
    """What is left of `own_fen` (fen a month) beside other payments of the same kind, and the sentences for the notice.

    "higher" pays all of it when it is more than each of the others, and names those that must end; equal is not more.
    """
    if numbers["overlap"] == "both":
        return own_fen, []
    elsewhere = asked.need("other_fen")
    if isinstance(elsewhere, Unknown):
        return own_fen, []
    others = [
        (FAMILY_NAMES[row.family], row.amount_fen)
        for row in asked.facts.receives(*families, person=person.key)
        if row.amount_fen
    ]
    if elsewhere:
        others.append(("别处发的同类补贴", elsewhere))
    if not others:
        return own_fen, []
    names = "、".join(name for name, _ in others)
    listed = "，".join(f"{name} {money(fen)}" for name, fen in others)
    if numbers["overlap"] == "difference":
        total = sum(fen for _, fen in others)
        rest = max(0, own_fen - total)
        asked.work.step("发差额", f"{money(own_fen)} − {money(total)}（{listed}）", rest, "元/月", source)
        if not rest:
            asked.refusals.append(f"已领{names} {money(total)} 元，不低于本项的 {money(own_fen)} 元")
        return rest, [f"已领{names}，只发差额"] if rest else []
    highest = max(fen for _, fen in others)
    more = own_fen > highest
    formula = f"{money(own_fen)} {'＞' if more else '≤'} {money(highest)}（{listed}）"
    asked.work.step("同类补贴择高", formula, "领本项" if more else "领已有的", "", source)
    if not more:
        asked.refusals.append(
            f"已领{names} {money(highest)} 元，不低于本项的 {money(own_fen)} 元，同类择高只领一种"
        )
        return 0, []
    return own_fen, [f"本项高于已领的{names}，同类择高只领一种，{names}应同时停发"]
