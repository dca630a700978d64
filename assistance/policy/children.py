"""孤儿基本生活保障 and 事实无人抚养儿童基本生活补贴: what stands in the way of each parent, and the sum.

Sources: 国办发〔2010〕54号 (orphans), 民发〔2019〕62号 and 民发〔2020〕125号 (children without support in fact), 《特困人员认定办法》
(the choice between them). docs/policy/children.md holds the rules in words and the worked examples.
"""

from dataclasses import replace
from datetime import date

from assistance.policy.facts import MemberFacts
from assistance.policy.parameters import Parameter
from assistance.policy.person import (
    FAMILY_NAMES,
    IS_LOCAL,
    LOCAL,
    NEEDS_LOCAL,
    Inquiry,
    born,
    registered_here,
)
from assistance.policy.questions import Question
from assistance.policy.reckoning import money
from assistance.policy.rule import CaseFacts, Numbers, Rule
from civaffairs.lib.assessment import Assessment, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import age_on

DOC_54 = "国办发〔2010〕54号"
DOC_62 = "民发〔2019〕62号"
DOC_125 = "民发〔2020〕125号"
TEKUN = "《特困人员认定办法》"

# What may stand in the way of a parent. `ABLE` is the answer that nothing does.
CONDITIONS = {
    "dead": "死亡或宣告死亡",
    "not_found": "查找不到",
    "missing": "宣告失踪",
    "disabled": "重度残疾（一、二级）",
    "disabled_mental": "三、四级智力或精神残疾",
    "ill": "患重病",
    "prison": "服刑在押",
    "rehabilitation": "强制隔离戒毒",
    "restricted": "被采取其他限制人身自由措施",
    "lost": "失去联系",
    "revoked": "被撤销监护资格",
    "deported": "被遣送（驱逐）出境",
    "able": "没有以上情形",
}
ABLE = "able"
# An orphan has neither parent any more; of 宣告失踪 the county decides.
GONE = ("dead", "not_found")
# These count when they last or have lasted so many months.
TIMED = ("prison", "rehabilitation", "restricted", "lost")
PARENTS = {"father": "父亲", "mother": "母亲"}

PLACES = (("scattered", "散居"), ("institution", "机构养育"))
FULL, TOPUP = "full", "topup"

_RATES = Parameter(
    "rates",
    "养育标准",
    "rates",
    {"scattered": 120_000, "institution": 160_000},
    "每人每月多少元；机构养育的不低于散居的",
    f"{DOC_54}，标准由省定",
    choices=PLACES,
    group="标准",
)
_SCHOOL = Parameter(
    "school_counts",
    "满18周岁在校就读的继续享受",
    "bool",
    True,
    "凭在校证明",
    f"{DOC_54}，{LOCAL}",
    group="条件",
)
_SCHOOL_AGE = Parameter(
    "school_age",
    "在校就读最多到几周岁",
    "int",
    130,
    "满这个年龄就不再享受；没有年龄限制填130",
    LOCAL,
    18,
    130,
    group="条件",
)
ORPHAN_PARAMETERS = (
    _RATES,
    Parameter(
        "missing_is_gone",
        "宣告失踪的父母视同失去",
        "bool",
        False,
        "选“否”的，一方失踪的孩子按事实无人抚养儿童申请",
        LOCAL,
        group="条件",
    ),
    _SCHOOL,
    _SCHOOL_AGE,
    NEEDS_LOCAL,
)
FACT_PARAMETERS = (
    replace(_RATES, source=f"{DOC_62}，参照孤儿标准由地方定"),
    Parameter(
        "least_months",
        "服刑、戒毒、限制自由、失联的最短期限",
        "int",
        6,
        "满几个月才算",
        DOC_62,
        1,
        12,
        group="条件",
    ),
    Parameter(
        "tekun_rule",
        "已是特困人员的",
        "choice",
        TOPUP,
        "补差：保留特困，发差额；择一：要先选定一项",
        f"{DOC_62}，{TEKUN}",
        choices=((TOPUP, "保留特困，发差额"), ("choose", "只能选一项")),
        group="补差",
    ),
    Parameter(
        "deducts",
        "同时领几样时扣减",
        "choice",
        "sum",
        "低保、特困、困难残疾人生活补贴里领了几样的",
        f"{DOC_62}，{LOCAL}",
        choices=(("sum", "各样相加"), ("highest", "只扣最高一样")),
        group="补差",
    ),
    _SCHOOL,
    _SCHOOL_AGE,
    NEEDS_LOCAL,
)


def _of_parent(key: str, source: str) -> tuple[Question, Question]:
    who = PARENTS[key]
    return (
        Question(
            key,
            f"{who}的情况",
            "choice",
            choices=tuple(CONDITIONS.items()),
            help="照死亡证明、判决书、残疾人证、诊断书、公安机关查找结果等填写",
            source=source,
            group="父母情况",
        ),
        Question(
            f"{key}_months",
            f"{who}的期限",
            "int",
            help="服刑、戒毒、限制自由的期限，或失去联系已有的时间（公安机关受理查找起算）",
            source=DOC_62,
            when=(key, TIMED),
            unit="个月",
            least=0,
            most=1200,
            group="父母情况",
        ),
    )


_COMMON_QUESTIONS = (
    Question(
        "place",
        "养育方式",
        "choice",
        choices=PLACES,
        help="由儿童福利机构养育的选机构养育，其余选散居",
        source=DOC_54,
        group="养育和就读",
    ),
    Question("at_school", "满18周岁的：在校就读", "bool", source=DOC_54, required=False, group="养育和就读"),
    Question(
        "school_until",
        "在校证明有效期到",
        "date",
        help="一般到本学年结束",
        source=LOCAL,
        required=False,
        when=("at_school", (True,)),
        group="养育和就读",
    ),
    Question(
        "beside_tekun",
        "已是特困人员的：怎样选择",
        "choice",
        choices=(("end", "选择本项，终止特困供养"), ("keep", "保留特困供养")),
        source=TEKUN,
        required=False,
        group="已领的补贴",
    ),
    IS_LOCAL,
)
ORPHAN_QUESTIONS = (
    # for an orphan only whether the parents are gone matters, so nobody is asked for months
    _of_parent("father", DOC_54)[0],
    _of_parent("mother", DOC_54)[0],
    *_COMMON_QUESTIONS,
)
FACT_QUESTIONS = (*_of_parent("father", DOC_62), *_of_parent("mother", DOC_62), *_COMMON_QUESTIONS)


# --- the two rules --------------------------------------------------------------------------------------


def assess_orphan(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """孤儿基本生活费 a month; the category is how the child is brought up.

    Raises BadInput for an orphan with a parent who lives and for whom nothing is described, and for one who is to stay in
    特困 too.
    """
    asked, child = Inquiry(facts, ORPHAN_QUESTIONS), facts.person
    gone = (*GONE, "missing") if numbers["missing_is_gone"] else GONE
    for key, who in PARENTS.items():
        condition = asked.need(key)
        if isinstance(condition, Unknown):
            continue
        if condition == ABLE:
            raise BadInput(
                f"孤儿是失去父母或查找不到生父母的儿童；{who}健在，又没有填写无法抚养的情形，不能按孤儿申请",
                key,
                article=DOC_54,
            )
        stands = condition in gone
        asked.work.step(f"{who}的情况", CONDITIONS[condition], "符合" if stands else "不符合", "", DOC_54)
        if not stands:
            asked.refusals.append(f"{who}{CONDITIONS[condition]}，不属于孤儿，可以按事实无人抚养儿童申请")
    place, rate = _standard(asked, child, numbers, on, DOC_54)
    _not_in_the_other(asked, child, "de-facto-orphan", "事实无人抚养儿童基本生活补贴")
    if asked.facts.receives("tekun", person=child.key):
        _chooses_to_end_tekun(asked, DOC_54)
    if (answer := asked.against()) is not None:
        return answer
    reasons = [f"失去父母或查找不到生父母，按{dict(PLACES)[place]}标准每月 {money(rate)} 元"]
    return asked.granted("孤儿基本生活费", rate, reasons, place, child.key)


def assess_fact(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """事实无人抚养儿童基本生活补贴 a month: the standard less what the child has from 低保, 特困 and 困难残补.

    The category is full or topup. Raises BadInput for a child who is to stay in 特困 too where the county lets choose
    only one.
    """
    asked, child = Inquiry(facts, FACT_QUESTIONS), facts.person
    conditions = [_condition(asked, key, numbers) for key in PARENTS]
    if all(condition in GONE for condition in conditions):
        asked.refusals.append("父母双方死亡或查找不到，应按孤儿申请")
    place, rate = _standard(asked, child, numbers, on, DOC_62)
    _not_in_the_other(asked, child, "orphan", "孤儿基本生活保障")
    left, category = _difference(asked, child, numbers, rate)
    if (answer := asked.against()) is not None:
        return answer
    how = "全额" if category == FULL else "补差"
    reasons = [f"父母双方都无法抚养，按{dict(PLACES)[place]}标准{how}，每月 {money(left)} 元"]
    return asked.granted(f"事实无人抚养儿童补贴（{how}）", left, reasons, category, child.key)


# --- parents --------------------------------------------------------------------------------------------


def _condition(asked: Inquiry, key: str, numbers: Numbers) -> str:
    """The condition of a parent, "" when it is not known; refused when it does not stand in the way long enough."""
    who, condition = PARENTS[key], asked.need(key)
    if isinstance(condition, Unknown):
        return ""
    formula, stands, reason = CONDITIONS[condition], condition != ABLE, f"{who}没有无法抚养的情形"
    if condition in TIMED:
        months = asked.need(f"{key}_months")
        if isinstance(months, Unknown):
            return ""
        stands = months >= numbers["least_months"]
        formula += f" {months} 个月，要求满 {numbers['least_months']} 个月"
        reason = f"{who}{CONDITIONS[condition]}不满 {numbers['least_months']} 个月"
    source = f"{DOC_62}、{DOC_125}" if condition in ("lost", "revoked", "deported") else DOC_62
    asked.work.step(f"{who}的情况", formula, "符合" if stands else "不符合", "", source)
    if not stands:
        asked.refusals.append(reason)
    return str(condition)


# --- the child ------------------------------------------------------------------------------------------


def _standard(asked: Inquiry, child: MemberFacts, numbers: Numbers, on: date, source: str) -> tuple[str, int]:
    """The way the child is brought up and the standard for it in fen a month, after age and registration."""
    _young_enough(asked, child, numbers, on, source)
    registered_here(asked, numbers)
    place = asked.need("place")
    if isinstance(place, Unknown):
        return "", 0
    rate: int = numbers["rates"][place]
    asked.work.step("养育标准", dict(PLACES)[place], rate, "元/月", source)
    if not rate:
        asked.refusals.append(f"按现行标准，{dict(PLACES)[place]}不发放")
    return place, rate


def _young_enough(asked: Inquiry, child: MemberFacts, numbers: Numbers, on: date, source: str) -> None:
    """Under eighteen, or at school where that counts, until the school's paper runs out."""
    birth = born(asked, child, on)
    if birth is None:
        return
    years, work = age_on(birth, on), asked.work
    work.step("年龄", f"{child.name} {birth:%Y-%m-%d} 出生", years, "周岁", source)
    if years < 18:
        return
    if not numbers["school_counts"]:
        asked.refusals.append(f"{child.name}已满 18 周岁")
        return
    if years >= numbers["school_age"]:
        asked.refusals.append(f"{child.name}已满 {numbers['school_age']} 周岁")
        return
    at_school = asked.need("at_school")
    if isinstance(at_school, Unknown):
        return
    if not at_school:
        work.step("在校就读", "已满 18 周岁", "不符合", "", f"{source}，{LOCAL}")
        asked.refusals.append(f"{child.name}已满 18 周岁，不在校就读")
        return
    until = asked.need("school_until")
    if isinstance(until, Unknown):
        return
    valid = on <= until
    work.step(
        "在校就读", f"在校证明到 {until:%Y-%m-%d}", "符合" if valid else "已过期", "", f"{source}，{LOCAL}"
    )
    if not valid:
        asked.refusals.append(f"在校证明到 {until:%Y-%m-%d} 为止，已过期")


def _not_in_the_other(asked: Inquiry, child: MemberFacts, scheme: str, name: str) -> None:
    held = [row for row in asked.facts.receives("child", person=child.key) if row.scheme == scheme]
    if held:
        asked.work.step(name, "已享受", "不符合", "", DOC_62)
        asked.refusals.append(f"已享受{name}，两项只能享受一项")


# --- beside other aid -----------------------------------------------------------------------------------


def _chooses_to_end_tekun(asked: Inquiry, source: str) -> None:
    """The choice of a minor between 特困 and this. Raises BadInput when both are wanted."""
    choice = asked.need("beside_tekun")
    if choice == "keep":
        raise BadInput(
            "特困人员和本项只能选一项；选择本项的，要终止特困供养",
            "beside_tekun",
            article=f"{TEKUN}、{source}",
        )
    if choice == "end":
        asked.work.step("特困供养", "选择本项，终止特困供养", "符合", "", TEKUN)


def _difference(asked: Inquiry, child: MemberFacts, numbers: Numbers, rate: int) -> tuple[int, str]:
    """What is left of the standard, and full or topup. 特困 that ends by choice is not deducted."""
    facts, families = asked.facts, ["dibao", "disability-living"]
    if facts.receives("tekun", person=child.key):
        if numbers["tekun_rule"] == "choose":
            _chooses_to_end_tekun(asked, DOC_62)
        else:
            choice = asked.need("beside_tekun")
            if choice == "keep":
                families.append("tekun")
            elif choice == "end":
                asked.work.step("特困供养", "选择本项，终止特困供养", "符合", "", TEKUN)
    held = [
        (FAMILY_NAMES[row.family], row.amount_fen)
        for row in facts.receives(*families, person=child.key)
        if row.amount_fen
    ]
    if not held or not rate:
        return rate, FULL
    amounts = [fen for _, fen in held]
    deducted = sum(amounts) if numbers["deducts"] == "sum" else max(amounts)
    rest = max(0, rate - deducted)
    listed = "，".join(f"{name} {money(fen)}" for name, fen in held)
    asked.work.step("补差", f"{money(rate)} − {money(deducted)}（{listed}）", rest, "元/月", DOC_62)
    if not rest:
        names = "、".join(name for name, _ in held)
        asked.refusals.append(f"已领{names} {money(deducted)} 元，不低于标准 {money(rate)} 元，没有差额")
    return rest, TOPUP


def _contradictions(numbers: Numbers) -> dict[str, str]:
    rates = numbers["rates"]
    if rates["institution"] < rates["scattered"]:
        return {"rates": "机构养育标准不能低于散居标准（国办发〔2010〕54号）"}
    return {}


RULES = (
    Rule("orphan", "孤儿基本生活保障", assess_orphan, ORPHAN_PARAMETERS, ORPHAN_QUESTIONS, _contradictions),
    Rule(
        "de_facto_orphan",
        "事实无人抚养儿童：按标准补差",
        assess_fact,
        FACT_PARAMETERS,
        FACT_QUESTIONS,
        _contradictions,
    ),
)
