"""医疗救助: what is left of one settlement after insurance, above a deductible, × the share of the person's identity.

Sources: 《社会救助法》第24条; 国办发〔2021〕42号. The medical insurance office is in charge of most of it; every number is local.
docs/policy/medical.md holds the rule in words and the worked examples.
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

ACT = "《社会救助法》第24条"
OPINION_2021 = "国办发〔2021〕42号"

TREATMENTS = {"inpatient": "住院", "outpatient": "门诊慢特病"}
# Who has paid a part of it before the person does.
PAID = ("basic_fen", "serious_fen", "other_fen")

QUESTIONS = (
    Question(
        "cause",
        "结算单号",
        "text",
        help="医院或医保结算单上的号码；同一张结算单只救助一次",
        source=OPINION_2021,
        group="结算",
    ),
    Question("treatment", "就医类别", "choice", tuple(TREATMENTS.items()), source=OPINION_2021, group="结算"),
    Question("settled_on", "结算日期", "date", help="结算单上的日期", source=LOCAL, group="结算"),
    Question("total_fen", "医疗费用总额", "fen", help="结算单上的总费用", source=OPINION_2021, group="费用"),
    Question(
        "in_policy_fen",
        "政策范围内费用",
        "fen",
        help="医保目录内、符合规定的费用，结算单上有",
        source=OPINION_2021,
        group="费用",
    ),
    Question("basic_fen", "基本医保支付", "fen", help="没有填0", source=OPINION_2021, group="费用"),
    Question("serious_fen", "大病保险支付", "fen", help="没有填0", source=OPINION_2021, group="费用"),
    Question(
        "other_fen",
        "其他支付",
        "fen",
        help="商业补充保险、单位报销等；没有填0",
        source=OPINION_2021,
        group="费用",
    ),
    Question(
        "used_fen",
        "本年度以前已计入起付线的费用",
        "fen",
        help="本年度前几次结算里自付的政策范围内费用；第一次填0",
        source=LOCAL,
        group="费用",
    ),
)
_BY_IDENTITY = tuple(IDENTITIES.items())
PARAMETERS = (
    Parameter(
        "deductible",
        "年度起付线",
        "rates",
        {"edge": 280_000, "rigid": 700_000, "other": 0},
        "按身份，每人每年；不设起付线的填0",
        OPINION_2021,
        choices=_BY_IDENTITY,
        group="起付线",
    ),
    Parameter(
        "inpatient",
        "住院救助比例",
        "shares",
        {"tekun": 100, "child": 100, "dibao": 75, "edge": 65, "rigid": 60},
        "按身份；不救助的填0",
        OPINION_2021,
        most=100,
        choices=_BY_IDENTITY,
        group="比例",
    ),
    Parameter(
        "outpatient",
        "门诊救助比例",
        "shares",
        {"tekun": 90, "child": 90, "dibao": 70, "edge": 50, "rigid": 50},
        "按身份；不救助的填0",
        OPINION_2021,
        most=100,
        choices=_BY_IDENTITY,
        group="比例",
    ),
    Parameter(
        "yearly_cap",
        "年度限额",
        "rates",
        {"tekun": 5_000_000, "child": 5_000_000, "dibao": 5_000_000, "edge": 3_000_000, "rigid": 3_000_000},
        "按身份，每人每年最多救助多少",
        LOCAL,
        choices=_BY_IDENTITY,
        group="限额",
    ),
    Parameter("claim_months", "结算后多久内可以申请", "int", 12, "多少个月内", LOCAL, 1, 60, group="条件"),
    *ROUNDING,
)


def assess(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """One settlement: (in policy − paid by others − what is left of the deductible) × share, within the year's cap.

    Raises BadInput for costs that cannot be true: more in policy than in all, more paid than it cost.
    """
    asked = Inquiry(facts, QUESTIONS)
    work, day = asked.work, facts.applied_on or on
    answers = {question.name: asked.need(question.name) for question in QUESTIONS}
    who = identity_of(facts)
    work.step("救助身份", facts.person.name, IDENTITIES[who], "", ACT)
    if work.missing:
        return Assessment.cannot_decide(*work.missing, steps=work.steps)
    _consistent(answers, day)

    late = _months_after(answers["settled_on"], day)
    if late > numbers["claim_months"]:
        asked.refusals.append(
            f"结算已超过 {numbers['claim_months']} 个月，结算日期 {answers['settled_on'].isoformat()}"
        )
    earlier = [row for row in facts.prior_aid if row.granted_on <= day]
    if any(row.cause == answers["cause"].strip() for row in earlier):
        asked.refusals.append(f"结算单 {answers['cause'].strip()} 已经救助过，同一张结算单只救助一次")
    share = numbers[answers["treatment"]][who]
    if not share:
        asked.refusals.append(f"按当地规定，{IDENTITIES[who]}不在{TREATMENTS[answers['treatment']]}救助范围")
    if (against := asked.against()) is not None:
        return against

    paid_by = sum(answers[name] for name in PAID)
    left = max(0, answers["in_policy_fen"] - paid_by)
    terms = " − ".join(money(answers[name]) for name in ("in_policy_fen", *PAID) if answers[name])
    work.step("政策范围内自付费用", terms or money(0), left, "元", OPINION_2021)
    deductible = numbers["deductible"][who]
    rest = max(0, deductible - answers["used_fen"])
    formula = money(deductible) + (f" − 已计入 {money(answers['used_fen'])}" if answers["used_fen"] else "")
    work.step("还没有用完的起付线", formula, rest, "元", f"{OPINION_2021}，{LOCAL}")
    base = max(0, left - rest)
    exact = Fraction(base * share, 100)
    work.step("按比例", f"（{money(left)} − {money(min(left, rest))}）× {share}%", exact, "元", OPINION_2021)
    cap = numbers["yearly_cap"][who]
    had = sum(row.amount_fen for row in earlier if row.granted_on.year == day.year)
    room = max(0, cap - had)
    work.step("年度限额", money(cap) + (f" − 本年度已救助 {money(had)}" if had else ""), room, "元", LOCAL)
    # Never more than the person is out of pocket for.
    most = min(room, left)
    due = rounded(min(exact, Fraction(most)), numbers, work, "救助金额", most=most)
    if not due:
        why = (
            "年度限额已经用完"
            if not room
            else "政策范围内自付费用没有超过起付线"
            if not base
            else "按尾数处理，金额为零"
        )
        return Assessment.not_eligible(why, steps=work.steps)
    reason = f"{IDENTITIES[who]}，{TREATMENTS[answers['treatment']]}政策范围内自付费用按 {share}% 救助"
    return Assessment.eligible([Part("base", "医疗救助", due, facts.person.key)], work.steps, [reason])


def _consistent(answers: dict[str, object], day: date) -> None:
    costs = {name: value for name, value in answers.items() if isinstance(value, int)}
    if not str(answers["cause"]).strip():
        raise BadInput("请填写结算单号", "cause")
    settled = answers["settled_on"]
    if isinstance(settled, date) and settled > day:
        raise BadInput("结算日期晚于申请日期", "settled_on")
    if any(value < 0 for value in costs.values()):
        raise BadInput("费用不能是负数", next(name for name, value in costs.items() if value < 0))
    if costs["in_policy_fen"] > costs["total_fen"]:
        raise BadInput("政策范围内费用多于医疗费用总额", "in_policy_fen", article=OPINION_2021)
    if costs["basic_fen"] + costs["serious_fen"] > costs["in_policy_fen"]:
        raise BadInput("基本医保和大病保险支付多于政策范围内费用", "basic_fen", article=OPINION_2021)
    if sum(costs[name] for name in PAID) > costs["total_fen"]:
        raise BadInput("各项支付合计多于医疗费用总额", "other_fen", article=OPINION_2021)


def _months_after(start: date, day: date) -> int:
    """Whole months begun since a day: 0 on it, 1 the day after, 12 on its anniversary, 13 the day after that."""
    months = (day.year - start.year) * 12 + day.month - start.month
    return months + (day.day > start.day)


RULES = (Rule("medical", "医疗救助：一次结算，按身份的起付线、比例和限额", assess, PARAMETERS, QUESTIONS),)
