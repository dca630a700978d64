"""What happens to payments of 优抚 in the course of a life: suspension and loss, moving, yearly confirmation, months after death.

《军人抚恤优待条例》 (2024, in force since 2024-10-01). Its numbers are parameters of the dated standards, as far as they may change.
docs/policy/veterans.md holds the rules in words.
"""

from datetime import date

from assistance.policy.parameters import Parameter
from assistance.policy.person import LOCAL, Inquiry
from assistance.policy.questions import Question
from assistance.policy.rule import CaseFacts, Numbers
from civaffairs.lib.assessment import Unknown
from civaffairs.lib.errors import BadInput, NotReady
from civaffairs.lib.months import Month

REGULATION = "《军人抚恤优待条例》"

NATURES = {"war": "因战", "duty": "因公", "illness": "因病"}
GRADES = "一二三四五六七八九十"
# Illness is graded down to the sixth only.
LAST_GRADE = {"war": 10, "duty": 10, "illness": 6}
VET_DISABILITY = {
    f"g{grade}-{nature}": f"{GRADES[grade - 1]}级{label}"
    for grade in range(1, 11)
    for nature, label in NATURES.items()
    if grade <= LAST_GRADE[nature]
}
VET_SURVIVOR = {"martyr": "烈士遗属", "duty": "因公牺牲军人遗属", "illness": "病故军人遗属"}
VET_LIVING = {
    "veteran": "在乡复员军人",
    "ill": "带病回乡退役军人",
    "combat": "参战退役军人",
    "test": "参试退役军人",
    "rural60": "60周岁农村籍退役士兵",
    "martyr_child": "烈士子女",
}
VET_SERVICE = {"ordinary": "一般地区服役", "hardship": "高原、边远艰苦地区服役"}

# --- suspension and loss ----------------------------------------------------------------------------------

BARS = {
    "none": "没有下列情形",
    "prison": "正在服刑",
    "deprived": "被剥夺政治权利期间",
    "wanted": "被通缉期间",
    "lost": "被判处死刑、无期徒刑，或者被开除军籍",
}
BAR = Question(
    "bar",
    "有没有中止或者取消的情形",
    "choice",
    tuple(BARS.items()),
    "前三种中止，情形消失后恢复；取消要由省级机关决定",
    REGULATION,
    group="资格",
)


def barred(asked: Inquiry) -> None:
    """Refuses who may not be paid: for a time, or for good."""
    bar = asked.need("bar")
    if isinstance(bar, Unknown) or bar == "none":
        return
    word = "取消" if bar == "lost" else "中止"
    asked.work.step("中止或取消", BARS[bar], word, "", REGULATION)
    then = "抚恤优待取消" if bar == "lost" else "抚恤优待中止，情形消失后经本人申请恢复"
    asked.refusals.append(f"{BARS[bar]}，{then}（{REGULATION}）")


# --- moving -----------------------------------------------------------------------------------------------

MOVES = {"moved": "遗属户籍从外地迁入", "discharged": "残疾军人退出现役安置到本地"}
ARRIVAL = Question(
    "arrival",
    "是不是今年从外地迁入或者退役安置",
    "choice",
    (("settled", "不是"), *MOVES.items()),
    "迁入或退役当年由原发放机关或者部队发，次年1月起本地发",
    REGULATION,
    group="资格",
)
ARRIVED_ON = Question(
    "arrived_on",
    "迁入或退役日期",
    "date",
    help="户口迁入或退出现役的日期",
    source=REGULATION,
    when=("arrival", tuple(MOVES)),
    group="资格",
)


def first_month_here(moved_on: date, kind: str) -> Month:
    """The first month paid here: January of the year after the move or the discharge (a key of MOVES).

    The place that is left, or the army, pays to the end of the year, so that no month is paid twice or not at all.
    """
    if kind not in MOVES:
        raise BadInput("迁移情形不对", "arrival")
    return Month(moved_on.year + 1, 1)


def last_month_there(moved_on: date) -> Month:
    """The last month that the place somebody leaves has to pay."""
    return Month(moved_on.year, 12)


def paid_elsewhere(asked: Inquiry, on: date) -> str:
    """Notes from which month on this county pays; "" for who has been here, or has to be asked first.

    Who came this year may be granted at once: what is granted begins with the January after (`pays_not_before`).
    """
    arrival = asked.need("arrival")
    if isinstance(arrival, Unknown) or arrival == "settled":
        return ""
    arrived = asked.need("arrived_on")
    if isinstance(arrived, Unknown):
        return ""
    if arrived > on:
        raise BadInput("迁入或退役日期晚于核算日期", "arrived_on")
    first = first_month_here(arrived, arrival)
    asked.work.step("本地开始发放", f"{MOVES[arrival]} {arrived:%Y-%m-%d}", first.label, "", REGULATION)
    if Month.of(on) >= first:
        return ""
    return f"{arrived.year}年由原发放机关发，{first.label}起由本地发（{REGULATION}）"


def pays_not_before(facts: CaseFacts) -> Month | None:
    """The first month that may be granted here to who moved in or was discharged; None where nothing is in the way."""
    arrival, arrived = facts.answer("arrival"), facts.answer("arrived_on")
    if isinstance(arrival, Unknown) or isinstance(arrived, Unknown) or arrival not in MOVES:
        return None
    return first_month_here(arrived, arrival)


# --- yearly confirmation ------------------------------------------------------------------------------------

CONFIRM_MONTH = Parameter(
    "confirm_month",
    "每年几月底前完成年度确认",
    "int",
    10,
    "没有确认的，从期满起提示，停发要经人确认",
    f"{REGULATION}第8条，{LOCAL}",
    1,
    12,
    group="年度确认",
)


def confirmation_due(on: date, numbers: Numbers) -> date:
    """The next last day of the yearly confirmation, the day itself included."""
    this_year = Month(on.year, numbers["confirm_month"]).last_day
    return this_year if on <= this_year else Month(on.year + 1, numbers["confirm_month"]).last_day


def confirmation_overdue(confirmed_on: date | None, on: date, numbers: Numbers) -> bool:
    """Whether the confirmation of the last year whose day is over is missing. A confirmation counts for its calendar year."""
    year = confirmation_due(on, numbers).year - 1
    return confirmed_on is None or confirmed_on.year < year


# --- death --------------------------------------------------------------------------------------------------

DEATHS = {"illness": "因病死亡", "other": "其他原因死亡"}


def after_death_parameter(name: str, label: str, months: int, help: str = "") -> Parameter:
    return Parameter(name, label, "int", months, help, REGULATION, 0, 60, group="死亡后")


AFTER_DEATH_DISABILITY = after_death_parameter(
    "after_death_months",
    "因病死亡后继续发几个月",
    12,
    "作丧葬补助；旧伤复发死亡的，遗属另按烈士或因公牺牲办理",
)
AFTER_DEATH_SURVIVOR = after_death_parameter("after_death_months", "死亡后继续发几个月", 6, "作丧葬补助")
AFTER_DEATH_LIVING = (
    after_death_parameter("after_death_months", "参战退役军人死亡后继续发几个月", 6, "作丧葬补助"),
    after_death_parameter(
        "after_death_test_months", "参试退役军人死亡后继续发几个月", 6, "看当地规定；不发填0"
    ),
    after_death_parameter("after_death_other_months", "其他人员死亡后继续发几个月", 0, "看当地规定；不发填0"),
)


def months_after_death(category: str, numbers: Numbers, cause: str | Unknown) -> int:
    """For how many months after the month of death the payment goes on.

    `category` is a key of VET_DISABILITY, VET_SURVIVOR or VET_LIVING, `numbers` the standard of that programme, `cause` a key of DEATHS,
    which matters for the disabled only: NotReady when it is not known. A category of VET_SERVICE ends with the death.
    Raises BadInput for another category.
    """
    if category in VET_DISABILITY:
        if isinstance(cause, Unknown):
            raise NotReady("死亡原因还没有填写，不能确定继续发几个月", ["死亡原因"])
        return int(numbers["after_death_months"]) if cause == "illness" else 0
    if category in VET_SURVIVOR or category == "combat":
        return int(numbers["after_death_months"])
    if category in VET_LIVING:
        return int(numbers["after_death_test_months" if category == "test" else "after_death_other_months"])
    if category in VET_SERVICE:
        return 0
    raise BadInput("没有这一类优抚对象", "category")
