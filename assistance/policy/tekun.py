"""特困供养 (五保 on old records): who is to be supported by the state, in which grade of care, with how much a month.

Three conditions have to be met together: no ability to work, no source of income, and nobody bound by law who could
support the person (三无). The amount is the basic standard for the way of living (集中, 分散) and the care standard for
the way of living and the grade of ability. Every fact that was not established gives "cannot decide" with its name.

Sources: 《特困人员认定办法》 (民发〔2021〕43号) articles 4 to 9, 20 to 24; 《社会救助法》 articles 16, 17 and 48.
docs/policy/tekun.md holds the rule in words and the worked examples.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from assistance.policy.facts import MemberFacts
from assistance.policy.questions import Answers
from assistance.policy.reckoning import Reckoning, money
from assistance.policy.rule import CaseFacts, Numbers, Rule
from assistance.policy.tekun_standard import (
    ABILITIES,
    CATEGORIES,
    GRADES,
    LAW,
    LOCAL,
    METHOD,
    MODES,
    PARAMETERS,
    PAYEES,
    QUESTIONS,
    SCHOOLS_THAT_COUNT,
    UNABLE,
    Grade,
    contradictions,
)
from civaffairs.lib.assessment import UNKNOWN, Assessment, Part, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import age_on

# --- ability ------------------------------------------------------------------------------------------


def ability(answers: Answers) -> Grade | Unknown:
    """The grade by the six abilities (article 22): all there is self, one to three gone is semi, four or more is full.

    UNKNOWN until all six have been answered.
    """
    given = [answers.get(name, UNKNOWN) for name in ABILITIES]
    if any(isinstance(can, Unknown) for can in given):
        return UNKNOWN
    gone = sum(not can for can in given)
    return "self" if not gone else "semi" if gone <= 3 else "full"


# --- the three conditions -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Condition:
    """One of the conditions, judged: `missing` names what is not known; with nothing missing it is met, or `refusal`
    says why not. `ends` is the ground of termination that a failure is."""

    key: str
    refusal: str = ""
    missing: tuple[str, ...] = ()
    ends: str = ""

    @property
    def met(self) -> bool:
        return not self.refusal and not self.missing


def _disabled(person: MemberFacts, answers: Answers) -> bool | Unknown:
    """Article 5 (3). 多重残疾 has one grade for several kinds, so that the kinds inside have to be asked for."""
    kind, grade = person.disability_kind, person.disability_grade
    if kind is None or grade is None:
        return False
    if kind == 7:
        inside: bool | Unknown = answers.get("multiple", UNKNOWN)
        return inside if grade <= 3 else False
    return grade <= {5: 3, 6: 3, 4: 2, 1: 1}.get(kind, 0)


def _labour(facts: CaseFacts, numbers: Numbers, on: date, work: Reckoning) -> Condition:
    person, grounds, missing = facts.person, [], []
    disabled = _disabled(person, facts.answers)
    if isinstance(disabled, Unknown):
        missing.append(f"{person.name}的多重残疾里有没有规定的类别和等级还没有填写")
    elif disabled:
        grounds.append("残疾类别和等级符合规定")
    shown = person.name
    if isinstance(person.birth, Unknown):
        missing.append(f"{person.name}的出生日期还没有填写")
    else:
        age = age_on(person.birth, on)
        shown = f"{person.name} {age} 周岁"
        if age >= numbers["elder_age"]:
            grounds.append(f"年满 {numbers['elder_age']} 周岁")
        elif age < numbers["child_age"]:
            grounds.append(f"未满 {numbers['child_age']} 周岁")
        else:
            ground, unknown = _still_a_minor(facts, age, numbers)
            grounds += [ground] if ground else []
            missing += [unknown] if unknown else []
    if numbers["labour_local"]:
        local = facts.answer("labour_local")
        if isinstance(local, Unknown):
            missing.append(f"{person.name}是否符合本省规定的其他无劳动能力情形还没有填写")
        elif local:
            grounds.append("本省规定的其他情形")
    if not grounds and missing:
        work.step("无劳动能力", shown, "未核定", "", f"{METHOD}第5条")
        return Condition("labour", missing=tuple(missing))
    formula = f"{shown}：{'、'.join(grounds) or '无规定的情形'}"
    work.step("无劳动能力", formula, "符合" if grounds else "不符合", "", f"{METHOD}第5条")
    if grounds:
        return Condition("labour")
    return Condition(
        "labour",
        f"{person.name}不属于无劳动能力的情形（{METHOD}第5条）",
        ends="labour",
    )


def _still_a_minor(facts: CaseFacts, age: int, numbers: Numbers) -> tuple[str, str]:
    """Who was supported as a minor goes on to 18, and beyond while at school: the ground, or what is not known."""
    person, continues, school = facts.person, facts.answer("continues"), facts.answer("school")
    unknown = f"{person.name}是否在未成年时已是特困人员还没有填写"
    if age < numbers["minor_age"]:
        if continues is True or facts.receives("tekun", person=person.key):
            return f"未成年特困人员供养至 {numbers['minor_age']} 周岁", ""
        return "", unknown if isinstance(continues, Unknown) else ""
    if isinstance(school, Unknown):
        return "", f"{person.name}的就读情况还没有填写" if continues is True else ""
    if school not in SCHOOLS_THAT_COUNT:
        return "", ""
    if continues is True:
        return f"满 {numbers['minor_age']} 周岁仍在{SCHOOLS_THAT_COUNT[school]}就读", ""
    return "", unknown if isinstance(continues, Unknown) else ""


def _income(facts: CaseFacts, work: Reckoning) -> Condition:
    own, line = facts.answer("own_income_fen"), facts.dibao_fen
    missing = []
    if isinstance(own, Unknown):
        missing.append(f"{facts.person.name}的本人月收入还没有填写（没有收入的填0）")
    if isinstance(line, Unknown):
        missing.append("当地这个月的低保标准还没有录入")
    if isinstance(own, Unknown) or isinstance(line, Unknown):
        shown = "未核定" if isinstance(own, Unknown) else money(own)
        work.step("无生活来源：收入", f"本人月收入 {shown}", "未核定", "", f"{METHOD}第6条")
        return Condition("income", missing=tuple(missing))
    below = own < line
    formula = f"{money(own)} {'＜' if below else '≥'} {money(line)}"
    work.step("无生活来源：收入", formula, "符合" if below else "不符合", "", f"{METHOD}第6条")
    if below:
        return Condition("income")
    refusal = f"本人月收入 {money(own)} 元，不低于低保标准 {money(line)} 元（{METHOD}第6条）"
    return Condition("income", refusal, ends="means")


def _property(facts: CaseFacts, work: Reckoning) -> Condition:
    ok = facts.answer("property_ok")
    source = f"{METHOD}第6、7条"
    if isinstance(ok, Unknown):
        work.step("无生活来源：财产", "当地特困人员财产状况规定", "未核定", "", source)
        return Condition("property", missing=(f"{facts.person.name}的财产是否符合规定还没有填写",))
    work.step("无生活来源：财产", "当地特困人员财产状况规定", "符合" if ok else "不符合", "", source)
    refusal = "" if ok else f"财产不符合当地特困人员财产状况规定（{METHOD}第6条）"
    return Condition("property", refusal, ends="means")


def _supporter(facts: CaseFacts, numbers: Numbers, work: Reckoning) -> Condition:
    supporter, grounds = facts.answer("supporter"), facts.answer("supporter_grounds")
    if isinstance(supporter, Unknown):
        work.step("法定义务人", "还没有填写", "未核定", "", f"{METHOD}第4条")
        return Condition("supporter", missing=(f"{facts.person.name}有没有法定义务人还没有填写",))
    if supporter == "able":
        work.step("法定义务人", "有，能履行义务", "不符合", "", f"{METHOD}第4条")
        refusal = f"有能够履行义务的法定赡养、抚养、扶养义务人（{METHOD}第4条）"
        return Condition("supporter", refusal, ends="supporter")
    if supporter == "none":
        work.step("法定义务人", "没有", "符合", "", f"{METHOD}第4条")
        return Condition("supporter")
    if isinstance(grounds, Unknown) or not grounds:
        work.step("法定义务人", "有，没有履行能力的原因还没有填写", "未核定", "", f"{METHOD}第8条")
        return Condition("supporter", missing=("义务人没有履行能力的原因还没有填写",))
    strange = [ground for ground in grounds if ground not in UNABLE]
    if strange:
        raise BadInput(
            "义务人没有履行能力的原因不在规定的情形里", "supporter_grounds", article=f"{METHOD}第8条"
        )
    # The answer is given for all supporters together: one ground outside the rules is one supporter who could.
    outside = "local" in grounds and not numbers["supporter_local"]
    formula = "没有履行能力：" + "；".join(UNABLE[ground] for ground in UNABLE if ground in grounds)
    work.step("法定义务人", formula, "不符合" if outside else "符合", "", f"{METHOD}第8条")
    refusal = "本省没有规定义务人无履行能力的其他情形，义务人应当履行义务" if outside else ""
    return Condition(
        "supporter", refusal + (f"（{METHOD}第8条）" if refusal else ""), ends="supporter" if outside else ""
    )


def conditions(facts: CaseFacts, numbers: Numbers, on: date, work: Reckoning) -> tuple[Condition, ...]:
    """The three conditions, the second as income and property, with their steps written to `work`.

    Raises BadInput for a birth still to come.
    """
    person = facts.person
    if not isinstance(person.birth, Unknown) and person.birth > on:
        raise BadInput(f"{person.name}的出生日期晚于核算日期", "birth")
    return (
        _labour(facts, numbers, on, work),
        _income(facts, work),
        _property(facts, work),
        _supporter(facts, numbers, work),
    )


# --- amount -------------------------------------------------------------------------------------------


def assess(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """Reckon one person on a day.

    Cannot decide when a fact that matters is unknown; not eligible with the reasons; else eligible with the basic
    standard and the care standard, `category` the way of living and the grade ("scattered-semi"). Raises BadInput for
    a person who receives 孤儿 or 事实无人抚养儿童 money (one of the two has to be chosen), and for a payee that the way
    of living does not allow.
    """
    person, work = facts.person, Reckoning()
    if facts.receives("child", person=person.key):
        raise BadInput(
            f"{person.name}正在享受孤儿或事实无人抚养儿童基本生活保障，选择了这项保障的不再认定为特困人员",
            article=f"{METHOD}第9条",
        )
    judged = conditions(facts, numbers, on, work)
    missing = [name for condition in judged for name in condition.missing]
    refusals = [condition.refusal for condition in judged if condition.refusal]
    if person.not_counted in ("prison", "missing"):
        refusals.append(f"{person.name}在监狱服刑或被宣告失踪，不能供养（{METHOD}第24条）")
    if refusals and not missing:
        return Assessment.not_eligible(*refusals, steps=work.steps)

    grade, mode = ability(facts.answers), facts.answer("mode")
    _step_of_ability(facts.answers, grade, work)
    if isinstance(grade, Unknown):
        open_ = "、".join(
            label for name, label in ABILITIES.items() if isinstance(facts.answer(name), Unknown)
        )
        missing.append(f"生活自理能力还没有评估完（{open_}）")
    if isinstance(mode, Unknown):
        missing.append("供养方式还没有填写")
    else:
        missing += _payee(facts, mode, numbers)
    if missing or isinstance(grade, Unknown):
        return Assessment.cannot_decide(*missing, steps=work.steps)

    category = f"{mode}-{grade}"
    parts = _amount(category, numbers, person.key, facts.dibao_fen, work)
    _step_of_payee(facts, mode, work)
    reasons = [f"{person.name}无劳动能力、无生活来源、没有能够履行义务的义务人，{CATEGORIES[category]}"]
    for family, sentence in _ENDS_WITH_TEKUN.items():
        if facts.receives(family, person=person.key):
            reasons.append(sentence)
    return Assessment.eligible(parts, work.steps, reasons, category)


def _amount(
    category: str, numbers: Numbers, key: str, dibao_fen: int | Unknown, work: Reckoning
) -> list[Part]:
    """The basic standard of the way of living and the care standard of way and grade."""
    mode = category.partition("-")[0]
    basic, care = numbers["basic"][mode], numbers["care"][category]
    work.step("基本生活标准", MODES[mode], basic, "元/月", f"{LAW}第17条")
    _compare_with_dibao(basic, dibao_fen, numbers, work)
    work.step("照料护理标准", CATEGORIES[category], care, "元/月", f"{LAW}第17条，{METHOD}第20条")
    work.step("月供养金额", f"{money(basic)} + {money(care)}", basic + care, "元/月", f"{LAW}第17条")
    parts = [Part("base", "基本生活费", basic, key)]
    return [*parts, Part("care", "照料护理费", care, key)] if care else parts


def placed(category: str, numbers: Numbers, key: str) -> Assessment:
    """What a running right of a known grade is worth in another place ("central-semi"); its conditions are not asked
    anew. For rights from an opening ledger, of which nothing else is known."""
    work = Reckoning()
    parts = _amount(category, numbers, key, UNKNOWN, work)
    return Assessment.eligible(parts, work.steps, [CATEGORIES[category]], category)


# What has to end when 特困供养 begins; the table of overlaps stops the case when it has not.
_ENDS_WITH_TEKUN = {
    "dibao": "目前计在低保家庭的保障人口里，供养开始的当月起应从低保家庭减员",
    "disability-living": "目前领取困难残疾人生活补贴，供养开始的当月起应停发",
    "disability-care": "目前领取重度残疾人护理补贴，供养开始的当月起应停发",
}


def _step_of_ability(answers: Answers, grade: Grade | Unknown, work: Reckoning) -> None:
    gone = [label for name, label in ABILITIES.items() if answers.get(name, UNKNOWN) is False]
    formula = f"6项中 {len(gone)} 项不能自主完成" + (f"：{'、'.join(gone)}" if gone else "")
    result = "未核定" if isinstance(grade, Unknown) else GRADES[grade]
    if isinstance(grade, Unknown):
        formula = "6项没有全部评估"
    work.step("生活自理能力", formula, result, "", f"{METHOD}第21、22条")


def _payee(facts: CaseFacts, mode: str, numbers: Numbers) -> list[str]:
    """What is not settled about who gets the care money. Raises BadInput for what cannot be."""
    payee, agreement = facts.answer("payee"), facts.answer("agreement")
    missing = []
    if isinstance(payee, Unknown):
        missing.append("照料护理费付给谁还没有填写")
    if mode == "central":
        if payee == "carer":
            raise BadInput("集中供养的，照料护理费不能付给个人照料服务人", "payee")
        return missing
    signed_for = payee in ("institution", "carer")
    if agreement is False and signed_for:
        raise BadInput("照料护理费付给机构或照料服务人的，要先签照料服务协议", "agreement")
    if numbers["agreement_required"] and agreement is False:
        missing.append("照料服务协议还没有签订")
    if isinstance(agreement, Unknown) and (signed_for or numbers["agreement_required"]):
        missing.append("是否已签照料服务协议还没有填写")
    return missing


def _step_of_payee(facts: CaseFacts, mode: str, work: Reckoning) -> None:
    payee = PAYEES[facts.answer("payee")]
    basic = payee if mode == "central" else PAYEES["person"]
    formula = (
        f"基本生活费和照料护理费都付给{payee}"
        if basic == payee
        else f"基本生活费付给{basic}，照料护理费付给{payee}"
    )
    work.step("发放对象", formula, None, "", LOCAL)


def _compare_with_dibao(basic: int, dibao_fen: int | Unknown, numbers: Numbers, work: Reckoning) -> None:
    """A warning, not a refusal: the person is not to blame for a standard that is too low."""
    if isinstance(dibao_fen, Unknown):
        return
    percent = numbers["least_percent"]
    enough = basic * 100 >= dibao_fen * percent
    formula = f"{money(basic)} {'≥' if enough else '＜'} {money(dibao_fen)} × {percent}%"
    result = "符合" if enough else "低于规定，请核对标准"
    work.step("基本生活标准与低保标准比较", formula, result, "", f"民发〔2016〕115号，{LOCAL}")


# --- the end ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ending:
    """A ground of termination of article 24.

    `notice` says whether the intended end is published for seven days (article 26) after the person has been heard
    (《社会救助法》第48条). Support ends the month after the decision.
    """

    key: str
    label: str
    notice: bool = True
    article: str = f"{METHOD}第24条"


ENDINGS = {
    ending.key: ending
    for ending in (
        Ending("death", "死亡、被宣告死亡或被宣告失踪"),
        Ending("labour", "具备或者恢复劳动能力"),
        Ending("prison", "依法被判处刑罚，且在监狱服刑"),
        Ending("means", "收入和财产状况不再符合规定"),
        Ending("supporter", "义务人具有了履行能力，或者新增有履行能力的义务人"),
        Ending("own_wish", "自愿申请退出"),
        Ending("chose_child", "选择孤儿或事实无人抚养儿童基本生活保障", article=f"{METHOD}第9条"),
    )
}


def endings(facts: CaseFacts, numbers: Numbers, on: date) -> tuple[Ending, ...]:
    """The grounds of termination that the facts of a review show. What is unknown is no ground.

    Death and the own wish are not among the facts; somebody has to report them.
    """
    person = facts.person
    found = [condition.ends for condition in conditions(facts, numbers, on, Reckoning()) if condition.refusal]
    if person.not_counted == "prison":
        found.append("prison")
    if person.not_counted == "missing":
        found.append("death")
    if facts.receives("child", person=person.key):
        found.append("chose_child")
    return tuple(ending for key, ending in ENDINGS.items() if key in found)


@dataclass(frozen=True)
class MinorEnd:
    """When the right of one who is supported as a minor runs out.

    `first_day` is the first day without the ground, UNKNOWN when the schooling has to be asked for first; `why` says
    so to the clerk.
    """

    first_day: date | Unknown
    why: str


def minor_end(person: MemberFacts, answers: Answers, numbers: Numbers, on: date) -> MinorEnd | None:
    """When a minor's right ends (article 24): at 18, or with the school year of graduation when still at school.

    None when the right does not rest on age: the person has a disability that counts, or is old.
    """
    if _disabled(person, answers) is True:
        return None
    if isinstance(person.birth, Unknown):
        return MinorEnd(UNKNOWN, f"{person.name}的出生日期还没有填写")
    if age_on(person.birth, on) >= numbers["elder_age"]:
        return None
    age = numbers["minor_age"]
    grown = _birthday(person.birth, age)
    school, until = answers.get("school", UNKNOWN), answers.get("school_until", UNKNOWN)
    if isinstance(school, Unknown):
        return MinorEnd(UNKNOWN, f"{person.name}的就读情况还没有填写")
    if school not in SCHOOLS_THAT_COUNT:
        return MinorEnd(grown, f"{person.name}满 {age} 周岁")
    if isinstance(until, Unknown):
        return MinorEnd(UNKNOWN, f"{person.name}的预计毕业日期还没有填写")
    if until < grown:
        return MinorEnd(grown, f"{person.name}满 {age} 周岁")
    return MinorEnd(until + timedelta(days=1), f"{person.name}从{SCHOOLS_THAT_COUNT[school]}毕业")


def _birthday(birth: date, years: int) -> date:
    """The day on which an age is reached, as age_on counts it."""
    last = calendar.monthrange(birth.year + years, birth.month)[1]
    return date(birth.year + years, birth.month, min(birth.day, last))


RULES = (
    Rule(
        "tekun",
        "特困供养：基本生活标准加照料护理标准",
        assess,
        PARAMETERS,
        QUESTIONS,
        contradictions,
    ),
)
