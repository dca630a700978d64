"""What the three kinds of 临时救助 share: the causes of need, earlier grants, the limit of a household."""

from datetime import date
from fractions import Fraction

from assistance.policy.dibao_standard import LOCAL
from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.parameters import Parameter
from assistance.policy.questions import Question
from assistance.policy.reckoning import Reckoning, money
from assistance.policy.rounding import rounded
from assistance.policy.rule import CaseFacts, Numbers, PriorAid
from civaffairs.lib.assessment import Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import Month

ACT = "《社会救助法》"
NOTICE_2014 = "国发〔2014〕47号"
NOTICE_2018 = "民发〔2018〕23号"
OPINION_2026 = "《关于进一步健全完善临时救助制度的意见》（2026年）"

CAUSES = {
    "accident": "火灾、交通事故等意外",
    "illness": "突发重大疾病",
    "bereavement": "家庭成员突然死亡",
    "livelihood": "失业等造成收入中断",
    "disaster": "自然灾害后仍有困难",
    "education": "教育支出突然增加",
    "living": "其他生活必需支出突然增加",
    "other": "其他突发困难",
}

CAUSE = Question(
    "cause",
    "困难原因",
    "choice",
    tuple(CAUSES.items()),
    "选最主要的一项；同一原因一段时间内不重复救助",
    f"{ACT}第29条",
    group="困难情况",
)
REPEAT = Question(
    "repeat_reason",
    "同一原因再次申请的理由",
    "text",
    help="以前没有因同一原因得过救助的不填",
    source=NOTICE_2014,
    required=False,
    group="困难情况",
)

AGAIN = (
    Parameter(
        "repeat_months",
        "同一原因多少个月内不重复救助",
        "int",
        12,
        "从上次救助那天起算；不限制填0",
        f"{NOTICE_2014}，{LOCAL}",
        0,
        60,
        group="次数",
    ),
    Parameter(
        "times_a_year",
        "一年最多救助几次",
        "int",
        2,
        "按自然年度，不论原因",
        LOCAL,
        1,
        12,
        group="次数",
    ),
)
LIMIT = (
    Parameter(
        "limit_multiple",
        "最高限额",
        "int",
        10,
        "每户最高是几个月的低保标准",
        LOCAL,
        1,
        100,
        group="限额",
    ),
    Parameter(
        "limit_scope",
        "限额怎样计算",
        "choice",
        "year",
        "选“全年”时，本年度已经得到的临时救助要从限额里减去",
        LOCAL,
        choices=(("once", "每次救助"), ("year", "全年累计")),
        group="限额",
    ),
)


# --- what all three share -------------------------------------------------------------------------------


def _day(facts: CaseFacts, on: date) -> date:
    return facts.applied_on or on


def _earlier(facts: CaseFacts, on: date) -> list[PriorAid]:
    """Grants up to the day of this application, in order of time."""
    return sorted(
        (row for row in facts.prior_aid if row.granted_on <= _day(facts, on)),
        key=lambda row: (row.granted_on, row.cause, row.amount_fen),
    )


def _months_back(day: date, months: int) -> date:
    """The same day so many months ago, or the last of that month where it has no such day."""
    month = Month.of(day).plus(-months)
    return date(month.year, month.month, min(day.day, month.last_day.day))


def refused_again(facts: CaseFacts, numbers: Numbers, on: date, work: Reckoning) -> list[str]:
    """Why the family cannot be helped once more; empty when it can."""
    refusals: list[str] = []
    day, cause = _day(facts, on), facts.answer("cause")
    earlier = _earlier(facts, on)
    this_year = [row for row in earlier if row.granted_on.year == day.year]
    work.step(
        "本年度已救助",
        f"一年最多 {numbers['times_a_year']} 次",
        len(this_year),
        "次",
        f"{NOTICE_2014}，{LOCAL}",
    )
    if len(this_year) >= numbers["times_a_year"]:
        refusals.append(
            f"{day.year}年已经救助 {len(this_year)} 次，当地规定一年最多 {numbers['times_a_year']} 次"
        )
    since = _months_back(day, numbers["repeat_months"])
    same = [row for row in earlier if row.cause == cause and row.granted_on > since]
    if numbers["repeat_months"] and same:
        last, reason = same[-1].granted_on, facts.answer("repeat_reason")
        named = "" if isinstance(reason, Unknown) else reason.strip()
        formula = f"{CAUSES[cause]}：{last.isoformat()} 已救助，{numbers['repeat_months']} 个月内"
        work.step(
            "同一原因",
            f"{formula}；理由：{named or '没有'}",
            "可以再救助" if named else "不重复救助",
            "",
            NOTICE_2014,
        )
        if not named:
            refusals.append(
                f"因“{CAUSES[cause]}”已在 {last.isoformat()} 得到救助，没有正当理由不能因同一原因重复申请（{NOTICE_2014}）"
            )
    return refusals


def due_within_limit(
    exact: Fraction, dibao_fen: int, facts: CaseFacts, numbers: Numbers, on: date, work: Reckoning
) -> int:
    """The sum to give in fen: not above so many standards a household, for one grant or for the year, and rounded.

    Rounding up must not carry it over the limit.
    """
    limit = numbers["limit_multiple"] * dibao_fen
    formula = f"{numbers['limit_multiple']} × {money(dibao_fen)}"
    if numbers["limit_scope"] == "year":
        year = _day(facts, on).year
        had = sum(row.amount_fen for row in _earlier(facts, on) if row.granted_on.year == year)
        if had:
            limit, formula = max(0, limit - had), f"{formula} − 本年度已得 {money(had)}"
    work.step("最高限额", formula, limit, "元", LOCAL)
    return rounded(min(exact, Fraction(limit)), numbers, work, "应给金额", most=limit)


def note_missing(facts: CaseFacts, questions: tuple[Question, ...], work: Reckoning, *names: str) -> None:
    labels = {question.name: question.label for question in questions}
    for name in names:
        if isinstance(facts.answer(name), Unknown):
            work.missing.append(f"“{labels[name]}”还没有填写")


def note_dibao(facts: CaseFacts, work: Reckoning) -> None:
    if isinstance(facts.dibao_fen, Unknown):
        work.missing.append("当地低保标准还没有录入")


def check_cause(facts: CaseFacts) -> None:
    cause = facts.answer("cause")
    if not isinstance(cause, Unknown) and cause not in CAUSES:
        raise BadInput("困难原因不在列表里", "cause")


def people_in_need(household: HouseholdFacts) -> list[MemberFacts]:
    return [member for member in household.counted if member.protected]
