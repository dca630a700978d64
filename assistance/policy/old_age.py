"""高龄津贴 and 长寿保健费: a sum by age, which changes by itself in the month that the county has set.

There is no national amount (《老年人权益保障法》第33条 only encourages the allowance); bands, months and conditions are the
county's. Bands are reckoned by month and not by day, so a payment run, a preview and an assessment on any day of a month agree.
docs/policy/old_age.md holds the rule in words and the worked examples.
"""

from collections.abc import Mapping
from datetime import date

from assistance.policy.facts import MemberFacts
from assistance.policy.parameters import Parameter
from assistance.policy.person import IS_LOCAL, LOCAL, NEEDS_LOCAL, Inquiry, born, registered_here, still_valid
from assistance.policy.questions import Question
from assistance.policy.reckoning import money
from assistance.policy.rule import CaseFacts, Numbers, Rule
from civaffairs.lib.assessment import Assessment
from civaffairs.lib.months import Month, age_on

LAW = "《老年人权益保障法》第33条"

AGES = Parameter(
    "ages",
    "各年龄档标准",
    "ages",
    (
        {"from_age": 80, "amount_fen": 5_000},
        {"from_age": 90, "amount_fen": 10_000},
        {"from_age": 100, "amount_fen": 50_000},
    ),
    "从哪个年龄起每人每月多少元，到下一档为止",
    f"{LAW}，标准由地方定",
    group="标准",
)
TURNS = Parameter(
    "turns",
    "到龄后从哪月起",
    "choice",
    "birthday",
    "满80、90、100周岁都按这一条换档",
    LOCAL,
    choices=(("birthday", "满周岁当月"), ("after", "满周岁次月"), ("january", "满周岁次年1月")),
    group="标准",
)
PARAMETERS = (
    AGES,
    TURNS,
    NEEDS_LOCAL,
    Parameter(
        "tekun_too",
        "特困人员可以同领",
        "bool",
        True,
        "特困认定时高龄津贴不计收入；能不能同领看当地规定",
        "《特困人员认定办法》，同领与否为当地规定",
        group="条件",
    ),
    Parameter(
        "certified_months",
        "生存认证有效期",
        "int",
        12,
        "最近一次生存认证几个月内有效；不要求认证填0",
        LOCAL,
        0,
        60,
        group="生存认证",
    ),
)

QUESTIONS = (
    IS_LOCAL,
    Question(
        "certified_on",
        "最近一次生存认证日期",
        "date",
        help="本人到场、上门见面或刷脸认证的日期；第一次申请可填见到本人的日期",
        source=LOCAL,
        required=False,
        group="生存认证",
    ),
)


# --- months ---------------------------------------------------------------------------------------------


def turns_in(birth: date, age: int, numbers: Numbers) -> Month:
    """The first month for which the band from `age` full years is paid."""
    reached = Month(birth.year + age, birth.month)
    return {"birthday": reached, "after": reached.next, "january": Month(reached.year + 1, 1)}[
        numbers["turns"]
    ]


def band_on(birth: date, month: Month, numbers: Numbers) -> Mapping[str, int] | None:
    """The band of a month: {"from_age", "amount_fen"}, None before the first."""
    found = None
    for band in numbers["ages"]:
        if turns_in(birth, band["from_age"], numbers) <= month:
            found = band
    return found


def next_change(birth: date, month: Month, numbers: Numbers) -> tuple[Month, Mapping[str, int]] | None:
    """The first month after `month` in which another band is paid, and that band; None when there is no further one."""
    for band in numbers["ages"]:
        turn = turns_in(birth, band["from_age"], numbers)
        if turn > month:
            return turn, band
    return None


def stops_in(death: date, months_after_death: int) -> Month:
    """The first month that is not paid any more.

    `months_after_death` is the term of the programme (assistance.schemes): the months paid after the month of death, -1
    when not even that month is.
    """
    return Month.of(death).plus(months_after_death + 1)


def total_fen(birth: date, start: Month, until: Month, numbers: Numbers) -> int:
    """What the months from `start` up to but not including `until` come to, in fen."""
    bands = (band_on(birth, month, numbers) for month in start.until(until))
    return sum(band["amount_fen"] for band in bands if band)


# --- the rule -------------------------------------------------------------------------------------------


def assess(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    """The allowance of the month in which the day lies. The category is the age from which the band pays, as text.

    Raises BadInput for a birth or a life certification after the day.
    """
    asked, person = Inquiry(facts, QUESTIONS), facts.person
    birth = born(asked, person, on)
    band = {} if birth is None else band_of(asked, person, birth, numbers, on)
    registered_here(asked, numbers)
    still_valid(asked, "certified_on", "生存认证", numbers["certified_months"], on)
    if not numbers["tekun_too"] and facts.receives("tekun", person=person.key):
        asked.work.step("特困供养", "当地规定不能同领", "不符合", "", LOCAL)
        asked.refusals.append("已享受特困供养，按当地规定不能同领")
    if (answer := asked.against()) is not None:
        return answer
    age = band["from_age"]
    return asked.granted(
        f"{age}周岁档",
        band["amount_fen"],
        [f"已到 {age} 周岁档，每月 {money(band['amount_fen'])} 元"],
        str(age),
        person.key,
    )


def band_of(
    asked: Inquiry, person: MemberFacts, birth: date, numbers: Numbers, on: date, source: str = LAW
) -> Mapping[str, int]:
    """The band of the month, noted with the one that follows; empty, and a reason against the case, before the first."""
    work, month = asked.work, Month.of(on)
    work.step("年龄", f"{person.name} {birth:%Y-%m-%d} 出生", age_on(birth, on), "周岁", source)
    band, coming = band_on(birth, month, numbers), next_change(birth, month, numbers)
    if band is None:
        lowest = numbers["ages"][0]["from_age"]
        first = turns_in(birth, lowest, numbers).label
        work.step("年龄档", f"{lowest}周岁档，{first}起", "未到", "", LOCAL)
        asked.refusals.append(f"{month.label}还不到 {lowest} 周岁档，{first}起可以享受")
        return {}
    turned = turns_in(birth, band["from_age"], numbers)
    work.step("年龄档", f"{band['from_age']}周岁档，{turned.label}起", band["amount_fen"], "元/月", LOCAL)
    if coming is not None:
        month, higher = coming
        work.step(
            "下一档", f"{higher['from_age']}周岁档，{month.label}起", higher["amount_fen"], "元/月", LOCAL
        )
    if not band["amount_fen"]:
        asked.refusals.append(f"按现行标准，{band['from_age']}周岁档不发放")
    return band


RULES = (Rule("old_age", "高龄津贴、长寿保健费：按年龄分档", assess, PARAMETERS, QUESTIONS),)
