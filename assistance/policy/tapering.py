"""What happens to 低保 while it is paid: 渐退期, refusal of work, and how often a family is looked at again.

The local numbers of this page are a small set of their own, dated like a standard: the standards of 低保 that are in
force do not have them, and no standard that was used may change.

Sources: 《最低生活保障审核确认办法》 (民发〔2021〕57号) articles 31, 33, 34; the joint notice of 2022;
《社会救助暂行办法》 article 45. docs/policy/dibao.md holds the rules in words and the worked examples.
"""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from assistance.policy.dibao_standard import INTERIM, LOCAL, METHOD, NOTICE_2022
from assistance.policy.parameters import Parameter, ParameterErrors, check
from assistance.policy.reckoning import Reckoning, money
from civaffairs.lib.assessment import Assessment, Part, Step, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import Rounding, round_fen
from civaffairs.lib.months import Month

# 2022 notice: as a rule no longer than this.
MOST_TAPER_MONTHS = 6

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "taper_months",
        "渐退期最长",
        "int",
        6,
        "多少个月；全国规定原则上不超过6个月",
        f"{METHOD}第33条，{NOTICE_2022}",
        0,
        MOST_TAPER_MONTHS,
        group="渐退",
    ),
    Parameter(
        "taper_way",
        "渐退期金额",
        "choice",
        "full",
        "",
        LOCAL,
        choices=(("full", "按原金额"), ("reduced", "按原金额的一个比例")),
        group="渐退",
    ),
    Parameter(
        "taper_percent", "渐退期比例", "percent", 50, "选“一个比例”时使用", LOCAL, 1, 100, group="渐退"
    ),
    Parameter(
        "refusal_times",
        "连续几次拒绝介绍的工作后处理",
        "int",
        3,
        "无正当理由，工作与健康状况、劳动能力相适应",
        f"{METHOD}第34条，{INTERIM}第45条",
        3,
        10,
        group="就业",
    ),
    Parameter(
        "refusal_way",
        "连续拒绝工作的处理",
        "choice",
        "reduce",
        "只涉及本人的低保金",
        f"{METHOD}第34条",
        choices=(("reduce", "减发本人的低保金"), ("stop", "停发本人的低保金")),
        group="就业",
    ),
    Parameter(
        "refusal_percent",
        "减发本人低保金的比例",
        "percent",
        50,
        "选“减发”时使用",
        LOCAL,
        1,
        100,
        group="就业",
    ),
    Parameter(
        "review_months_steady",
        "经济状况变化不大的家庭多久核查一次",
        "int",
        12,
        "多少个月",
        f"{METHOD}第31条",
        1,
        12,
        group="核查",
    ),
    Parameter(
        "review_months_unsteady",
        "收入不固定、有劳动能力的家庭多久核查一次",
        "int",
        6,
        "多少个月",
        f"{METHOD}第31条",
        1,
        6,
        group="核查",
    ),
    Parameter(
        "death_months",
        "有人去世后多久完成核查和增减停手续",
        "int",
        3,
        "自死亡之日起多少个月",
        NOTICE_2022,
        1,
        3,
        group="核查",
    ),
)

Numbers = Mapping[str, Any]


def read(params: Mapping[str, Any]) -> Numbers:
    """The numbers, checked; every one must be there. Raises ParameterErrors with a sentence for each fault."""
    clean, errors = check(PARAMETERS, params, {})
    if not errors and clean["review_months_unsteady"] > clean["review_months_steady"]:
        errors["review_months_unsteady"] = "收入不固定的家庭不应比变化不大的家庭查得少"
    if errors:
        raise ParameterErrors(errors)
    return clean


def suggested() -> dict[str, Any]:
    """What an empty form starts with; nothing of it is in force before somebody confirms it."""
    return {parameter.name: parameter.suggested for parameter in PARAMETERS}


# --- 渐退期 --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taper:
    """The months of a 渐退期, half open, and what is paid in each, in fen."""

    from_month: Month
    until_month: Month
    amount_fen: int
    steps: tuple[Step, ...] = ()

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(self.from_month.until(self.until_month))

    def total_fen(self, start: Month | None = None, until: Month | None = None) -> int:
        """The sum of the months from `start`, `until` not included."""
        first = max(self.from_month, start or self.from_month)
        last = min(self.until_month, until or self.until_month)
        return self.amount_fen * len(tuple(first.until(last)))


def taper_refusals(now: Assessment, through_work: bool | Unknown) -> tuple[str, ...]:
    """Why there is no 渐退期 for a family; empty when there may be one.

    It is for a family that lost its right because somebody went to work, and for no other reason.
    """
    if isinstance(through_work, Unknown):
        return ("是不是因就业增收还没有核实",)
    refusals = []
    if now.outcome == "eligible":
        refusals.append("这户家庭仍符合低保条件，不用渐退")
    elif now.outcome == "cannot_decide":
        refusals.append("这户家庭现在是否符合低保条件还没有核定")
    if not through_work:
        refusals.append(f"不是因就业增收超过低保标准的，没有渐退期（{METHOD}第33条）")
    return tuple(refusals)


def taper(
    amount_fen: int,
    from_month: Month,
    months: int,
    numbers: Numbers,
    rounding_unit_fen: int = 1,
    rounding_mode: Rounding = "half_up",
) -> Taper:
    """The 渐退期 of so many months for a family that had `amount_fen` a month, rounded as its standard says.

    Raises BadInput for more months than allowed, naming the article, or fewer than one.
    """
    most = numbers["taper_months"]
    if months < 1:
        raise BadInput("渐退期至少1个月；不给渐退期的直接停发", "months")
    if months > most:
        raise BadInput(
            f"渐退期最长 {most} 个月，填了 {months} 个月", "months", article=f"{METHOD}第33条，{NOTICE_2022}"
        )
    work = Reckoning()
    percent = 100 if numbers["taper_way"] == "full" else numbers["taper_percent"]
    paid = round_fen(Fraction(amount_fen * percent, 100), rounding_unit_fen, rounding_mode)
    # rounding up must not pay more than before
    paid = min(paid, amount_fen)
    until = from_month.plus(months)
    work.step("渐退期", f"{from_month.label}至{until.previous.label}", months, "个月", f"{METHOD}第33条")
    work.step("渐退期金额", f"{money(amount_fen)} × {percent}%", paid, "元/月", LOCAL)
    return Taper(from_month, until, paid, tuple(work.steps))


# --- refusal of work ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AfterRefusal:
    """What a family gets a month after one of its members refused work. `share_fen` was that person's, rounded for the eye."""

    amount_fen: int
    share_fen: int
    changed: bool
    steps: tuple[Step, ...] = ()


def after_refusals(
    parts: Iterable[Part],
    protected: Iterable[str],
    person: str,
    times: int,
    numbers: Numbers,
    rounding_unit_fen: int = 1,
    rounding_mode: Rounding = "half_up",
) -> AfterRefusal:
    """The family's new amount when `person` has refused suitable work `times` times in a row without a good reason.

    The own share is the household's part divided by the protected persons, and the person's own extras. The others' money
    stays. Raises BadInput for somebody who is not protected, or fewer than no refusals.
    """
    parts, protected = tuple(parts), tuple(protected)
    if person not in protected:
        raise BadInput("拒绝工作的人不是保障对象，没有本人的低保金可减", "person", article=f"{METHOD}第34条")
    if times < 0:
        raise BadInput("拒绝工作的次数不能是负数", "times")
    amount = sum(part.amount_fen for part in parts)
    common = sum(part.amount_fen for part in parts if part.person is None)
    own = sum(part.amount_fen for part in parts if part.person == person)
    share = Fraction(common, len(protected)) + own
    shown = round_fen(share)
    if times < numbers["refusal_times"]:
        return AfterRefusal(amount, shown, False)
    work = Reckoning()
    formula = f"{money(common)} ÷ {len(protected)} 人" + (f" + {money(own)}" if own else "")
    work.step("本人的低保金", formula, share, "元/月", f"{METHOD}第34条")
    percent = 100 if numbers["refusal_way"] == "stop" else numbers["refusal_percent"]
    cut = share * percent / 100
    word = "停发" if numbers["refusal_way"] == "stop" else "减发"
    work.step(f"{word}本人的低保金", f"{money(share)} × {percent}%", cut, "元/月", f"{METHOD}第34条")
    left = min(amount, round_fen(amount - cut, rounding_unit_fen, rounding_mode))
    work.step("月保障金额", f"{money(amount)} − {money(cut)}", left, "元/月", f"{METHOD}第34条")
    return AfterRefusal(left, shown, True, tuple(work.steps))


# --- review ---------------------------------------------------------------------------------------------

ReviewClass = Literal["steady", "unsteady"]


def review_class(able_to_work: bool | Unknown, steady_income: bool | Unknown) -> ReviewClass:
    """Article 31: half a year where the income is not steady and somebody can work, else a year.

    What is not known is taken for the case that is looked at sooner.
    """
    return "steady" if able_to_work is False or steady_income is True else "unsteady"


def next_review(last: date, klass: ReviewClass, numbers: Numbers) -> date:
    """The day by which a family has to be looked at again."""
    return _later(last, numbers[f"review_months_{klass}"])


def death_deadline(died: date, numbers: Numbers) -> date:
    """The day by which the family of somebody who died has to be looked at and its money settled."""
    return _later(died, numbers["death_months"])


def _later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month (《民法典》第202条)."""
    month = Month.of(day).plus(months)
    return date(month.year, month.month, min(day.day, calendar.monthrange(month.year, month.month)[1]))
