"""残疾人两项补贴: the living subsidy for disabled people in hardship, and the care subsidy for the severely disabled.

Sources: 国发〔2015〕52号 (who, what excludes, the higher of two of a kind), 民发〔2021〕70号, 民发〔2022〕79号, 民发〔2019〕62号
(children), 残联发〔2017〕34号 (how long a certificate is good). Provinces go further in grades and households and differ in
overlaps: those are parameters.
docs/policy/disability.md holds the rule in words and the worked examples.
"""

from datetime import date

from assistance.policy.facts import MemberFacts
from assistance.policy.parameters import Parameter
from assistance.policy.person import (
    IS_LOCAL,
    LOCAL,
    NEEDS_LOCAL,
    OTHER_FEN,
    OVERLAP,
    STANDING,
    STANDING_PARAMETERS,
    Inquiry,
    beside_the_same_kind,
    hard_up,
    not_unborn,
    registered_here,
)
from assistance.policy.questions import Question
from assistance.policy.reckoning import money
from assistance.policy.rule import CaseFacts, Numbers, Rule
from civaffairs.lib.assessment import Assessment, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.identity import DISABILITY_GRADES, DISABILITY_KINDS, parse_disability_cert

DOC_52 = "国发〔2015〕52号"
DOC_62 = "民发〔2019〕62号"
DOC_79 = "民发〔2022〕79号"
CERTIFICATES = "残联发〔2017〕34号第19条"

GRADES = tuple((f"grade{grade}", label) for grade, label in DISABILITY_GRADES.items())
MENTAL = (5, 6)  # 智力, 精神
MULTIPLE = 7

NOTICE_MONTHS = Parameter(
    "cert_notice_months",
    "残疾人证到期前几个月提醒",
    "int",
    3,
    "提前几个月列入“到期事件”，通知本人换证；不提前提醒填0",
    f"{CERTIFICATES}，{LOCAL}",
    0,
    12,
    group="残疾人证",
    decides=False,
)
AT_THE_END = Parameter(
    "cert_end",
    "残疾人证到期没有换证的",
    "choice",
    "hold",
    "都从到期的次月起；暂停的，换证以后恢复，暂停的月份补不补发在恢复时选",
    f"{CERTIFICATES}，{LOCAL}",
    choices=(("hold", "暂停发放"), ("stop", "停发")),
    group="残疾人证",
    decides=False,
)
_RATES_HELP = "每人每月多少元；不发的等级填0"
LIVING_PARAMETERS = (
    Parameter(
        "rates",
        "各等级生活补贴标准",
        "rates",
        {"grade1": 10_000, "grade2": 10_000, "grade3": 10_000, "grade4": 10_000},
        _RATES_HELP,
        f"{DOC_52}，标准由地方定",
        choices=GRADES,
        group="标准",
    ),
    NEEDS_LOCAL,
    *STANDING_PARAMETERS,
    OVERLAP,
    NOTICE_MONTHS,
    AT_THE_END,
)
CARE_PARAMETERS = (
    Parameter(
        "rates",
        "各等级护理补贴标准",
        "rates",
        {"grade1": 11_000, "grade2": 10_000, "grade3": 8_000, "grade4": 8_000},
        _RATES_HELP + "；三、四级只在下面放宽到的时候才发",
        f"{DOC_52}，标准由地方定",
        choices=GRADES,
        group="标准",
    ),
    NEEDS_LOCAL,
    Parameter(
        "third_mental",
        "三级智力、精神残疾可以享受",
        "bool",
        False,
        "全国规定是一、二级，当地放宽的选“是”",
        f"{DOC_52}，{LOCAL}",
        group="条件",
    ),
    Parameter(
        "fourth_mental",
        "四级智力、精神残疾可以享受",
        "bool",
        False,
        "",
        f"{DOC_52}，{LOCAL}",
        group="条件",
    ),
    Parameter(
        "third_other",
        "三级其他类别可以享受",
        "bool",
        False,
        "视力、听力、言语、肢体、多重残疾",
        f"{DOC_52}，{LOCAL}",
        group="条件",
    ),
    Parameter(
        "needs_long_care",
        "要求长期照护满6个月",
        "bool",
        True,
        "当地对一、二级直接发放的选“否”",
        DOC_52,
        group="条件",
    ),
    OVERLAP,
    NOTICE_MONTHS,
    AT_THE_END,
)

# The certificate's own number is not asked: the form of the person reads kind and grade from it. Where a number comes with
# the facts all the same (a list of the federation), it must say what the record says.
CERT_UNTIL = Question(
    "cert_until",
    "残疾人证有效期至",
    "date",
    help="照证上的有效期填，到期当天还有效；证上写长期的留空",
    source=CERTIFICATES,
    required=False,
    group="残疾人证",
    left_open="未填（按长期有效）",
)
INJURY_CARE = Question(
    "injury_care",
    "领取工伤保险生活护理费",
    "bool",
    help="领了的，两项补贴都不能享受",
    source=DOC_52,
    group="已领的补贴",
)
LIVING_QUESTIONS = (CERT_UNTIL, STANDING, INJURY_CARE, OTHER_FEN, IS_LOCAL)
CARE_QUESTIONS = (
    CERT_UNTIL,
    Question(
        "long_care",
        "因残疾需要长期照护，已满6个月",
        "bool",
        help="因残疾产生的护理用品和照护服务支出持续6个月以上",
        source=DOC_52,
        group="残疾和照护",
    ),
    Question(
        "multiple_mental",
        "多重残疾里有智力或精神残疾",
        "bool",
        help="只在残疾类别是多重、等级是三四级时填",
        source=LOCAL,
        required=False,
        group="残疾和照护",
    ),
    INJURY_CARE,
    OTHER_FEN,
    IS_LOCAL,
)


# --- the two rules ----------------------------------------------------------------------------------------


def assess_living(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """困难残疾人生活补贴 a month; the category is the grade. Raises BadInput when certificate and facts contradict."""
    asked, person = Inquiry(facts, LIVING_QUESTIONS), facts.person
    rate = _common(asked, person, numbers, on)
    hard_up(asked, person, numbers, DOC_52)
    _not_a_child_in_full(asked, person)
    return _paid(asked, person, numbers, rate, ("elder-poor",), "生活补贴")


def assess_care(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """重度残疾人护理补贴 a month; the category is the grade. Raises BadInput when certificate and facts contradict."""
    asked, person = Inquiry(facts, CARE_QUESTIONS), facts.person
    rate = _common(asked, person, numbers, on)
    _severe(asked, person, numbers)
    if numbers["needs_long_care"]:
        long_care = asked.need("long_care")
        if not isinstance(long_care, Unknown):
            asked.work.step("长期照护", "满6个月", "符合" if long_care else "不符合", "", DOC_52)
            if not long_care:
                asked.refusals.append("没有因残疾需要6个月以上的长期照护")
    return _paid(asked, person, numbers, rate, ("elder-care",), "护理补贴")


def _common(asked: Inquiry, person: MemberFacts, numbers: Numbers, on: date) -> int:
    """What both ask; gives the rate of the grade in fen a month, 0 without a certificate."""
    check_certificate(asked, person, on)
    not_unborn(person, on)
    rate = 0
    if person.disability_kind is None or person.disability_grade is None:
        asked.refusals.append(f"{person.name}没有登记残疾人证")
    else:
        rate = numbers["rates"][f"grade{person.disability_grade}"]
        kind, grade = DISABILITY_KINDS[person.disability_kind], DISABILITY_GRADES[person.disability_grade]
        asked.work.step("残疾人证", f"{person.name}：{kind}{grade}", rate, "元/月", DOC_52)
        if not rate:
            asked.refusals.append(f"按现行标准，{grade}残疾不发放")
        _still_good(asked, on)
    registered_here(asked, numbers)
    if asked.facts.receives("tekun", person=person.key):
        asked.work.step("特困供养", "已纳入特困供养", "不符合", "", DOC_52)
        asked.refusals.append("已纳入特困供养的，两项补贴都不能享受")
    injury = asked.need("injury_care")
    if injury is True:
        asked.work.step("工伤保险生活护理费", "已领取", "不符合", "", DOC_52)
        asked.refusals.append("已领工伤保险生活护理费的，两项补贴都不能享受")
    return rate


def _still_good(asked: Inquiry, on: date) -> None:
    """Refuses a certificate that ended before the day; its last day still counts. One without an end is good for ever."""
    until = asked.facts.answer(CERT_UNTIL.name)
    if isinstance(until, Unknown):
        return
    good = on <= until
    asked.work.step(
        "残疾人证有效期", f"到 {until:%Y-%m-%d}（含当天）", "有效" if good else "已过期", "", CERTIFICATES
    )
    if not good:
        asked.refusals.append(
            f"残疾人证的有效期到 {until:%Y-%m-%d} 为止，已过期，要先到残联换证（{CERTIFICATES}）"
        )


def check_certificate(asked: Inquiry, person: MemberFacts, on: date) -> None:
    """Holds a certificate's number, where it is given, against the kind, the grade and the birth on record."""
    number = asked.facts.answer("cert_number")
    if isinstance(number, Unknown):
        return
    try:
        cert = parse_disability_cert(number, on)
    except BadInput as error:
        raise BadInput(error.message, "cert_number", article=DOC_79) from error
    if (cert.kind, cert.grade) != (person.disability_kind, person.disability_grade):
        if person.disability_kind is None or person.disability_grade is None:
            recorded = "没有残疾"
        else:
            recorded = DISABILITY_KINDS[person.disability_kind] + DISABILITY_GRADES[person.disability_grade]
        raise BadInput(
            f"残疾人证号是{cert.kind_label}{cert.grade_label}，登记的是{recorded}，请核对",
            "cert_number",
            article=DOC_79,
        )
    birth = person.birth
    if not isinstance(birth, Unknown) and cert.id_number[6:14] != f"{birth:%Y%m%d}":
        raise BadInput("残疾人证号里的出生日期与登记的不一致，请核对", "cert_number", article=DOC_79)


def _severe(asked: Inquiry, person: MemberFacts, numbers: Numbers) -> None:
    """Grade one or two; three and four as far as the county goes. What a 多重 certificate holds is asked when it matters."""
    kind, grade = person.disability_kind, person.disability_grade
    if kind is None or grade is None:
        return
    mental = numbers["third_mental"] if grade == 3 else numbers["fourth_mental"]
    reached = grade <= 2 or (grade == 3 and numbers["third_other"] and kind not in MENTAL)
    if not reached and grade > 2 and mental:
        if kind == MULTIPLE:
            among = asked.need("multiple_mental")
            if isinstance(among, Unknown):
                return
            reached = among
        else:
            reached = kind in MENTAL
    formula = f"{DISABILITY_KINDS[kind]}{DISABILITY_GRADES[grade]}"
    asked.work.step("护理补贴的残疾等级", formula, "符合" if reached else "不符合", "", DOC_52)
    if not reached:
        asked.refusals.append(f"{formula}残疾不在护理补贴的范围")


def _not_a_child_in_full(asked: Inquiry, person: MemberFacts) -> None:
    """An orphan, or a child without support paid in full, has no living subsidy; one paid the difference may."""
    for row in asked.facts.receives("child", person=person.key):
        if row.scheme == "orphan":
            asked.work.step("孤儿基本生活保障", "已享受", "不符合", "", DOC_52)
            asked.refusals.append("已享受孤儿基本生活保障的，不能享受生活补贴，可以申请护理补贴")
        elif row.category != "topup":
            asked.work.step("事实无人抚养儿童基本生活补贴", "已全额享受", "不符合", "", DOC_62)
            asked.refusals.append("已全额享受事实无人抚养儿童补贴的，不能享受生活补贴，可以申请护理补贴")


def _paid(
    asked: Inquiry, person: MemberFacts, numbers: Numbers, rate: int, families: tuple[str, ...], label: str
) -> Assessment:
    left, notes = beside_the_same_kind(asked, person, numbers, rate, families, DOC_52) if rate else (0, [])
    if (answer := asked.against()) is not None:
        return answer
    return asked.granted(
        label,
        left,
        [f"符合{label}条件，每月 {money(left)} 元", *notes],
        f"grade{person.disability_grade}",
        person.key,
    )


RULES = (
    Rule("disability_living", "困难残疾人生活补贴", assess_living, LIVING_PARAMETERS, LIVING_QUESTIONS),
    Rule("disability_care", "重度残疾人护理补贴", assess_care, CARE_PARAMETERS, CARE_QUESTIONS),
)
