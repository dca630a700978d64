"""What is paid in one go to many who are helped already: 价格临时补贴, 资助参保, 节日慰问金. One person once.

A batch computes the sum once (`price_subsidy_fen`) or once for each identity (`premium_share`, `festival_money`) and takes the people by
`choose_once`. The same numbers serve the rules, which answer for a single person.

Sources: 《社会救助法》第24条, 第32条; 发改价格〔2021〕1553号; 国办发〔2021〕42号. docs/policy/batches.md holds the rule in words and the worked examples.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from assistance.policy.dibao_standard import LOCAL
from assistance.policy.identity import IDENTITIES, identity_of
from assistance.policy.parameters import Parameter
from assistance.policy.person import Inquiry
from assistance.policy.questions import Question
from assistance.policy.reckoning import Reckoning, money
from assistance.policy.rounding import ROUNDING, rounded
from assistance.policy.rule import CaseFacts, Numbers, Rule
from civaffairs.lib.assessment import UNKNOWN, Assessment, Part, Step, Unknown
from civaffairs.lib.errors import BadInput, NotReady

PRICE = "发改价格〔2021〕1553号"
PRICE_ACT = "《社会救助法》第32条"
PREMIUM_ACT = "《社会救助法》第24条"
OPINION_2021 = "国办发〔2021〕42号"

# --- one person once ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """Somebody who receives a programme on the day of the batch. `row` is for the caller to find his record again."""

    person: Hashable
    scheme: str
    row: Hashable = None


@dataclass(frozen=True)
class Chosen:
    """Who is paid, and who was left out because the same person is paid under another programme."""

    taken: tuple[Candidate, ...]
    left_out: tuple[tuple[Candidate, Candidate], ...]  # (left out, the one that is paid)
    steps: tuple[Step, ...]


def choose_once(
    candidates: Iterable[Candidate], order: Sequence[str], names: Mapping[str, str] | None = None
) -> Chosen:
    """Each person once, under the programme that stands first in `order` (scheme codes; `names` are what people call them).

    The result is the same in whatever order the candidates come, but for equal rows of one person and programme, of which the
    first is taken; `taken` goes by programme. Raises BadInput for a programme that has no place in the order.
    """
    rank = {scheme: place for place, scheme in enumerate(order)}
    if len(rank) != len(order):
        raise BadInput("同一个项目在先后顺序里出现了两次", "order")
    rows = list(candidates)
    strangers = sorted({row.scheme for row in rows} - set(rank))
    if strangers:
        raise BadInput(f"还没有排定先后的项目：{'、'.join(strangers)}", "order")
    best: dict[Hashable, Candidate] = {}
    for row in rows:
        held = best.get(row.person)
        if held is None or rank[row.scheme] < rank[held.scheme]:
            best[row.person] = row
    left_out = tuple((row, best[row.person]) for row in rows if row is not best[row.person])
    taken = tuple(sorted(best.values(), key=lambda row: rank[row.scheme]))
    work = Reckoning()
    here, paid = Counter(row.scheme for row in rows), Counter(row.scheme for row in taken)
    for scheme in order:
        if here[scheme]:
            formula = f"在册 {here[scheme]} 人，另有身份或重复 {here[scheme] - paid[scheme]} 人"
            work.step((names or {}).get(scheme, scheme), formula, paid[scheme], "人", LOCAL)
    work.step("一人一份", f"{len(rows)} 条 − {len(left_out)} 条", len(taken), "人", LOCAL)
    return Chosen(taken, left_out, tuple(work.steps))


# --- 价格临时补贴 ----------------------------------------------------------------------------------------

INDEX_CHOICES = {"scpi": "SCPI（低收入居民价格指数）", "cpi": "CPI", "food": "食品价格", "highest": "从高"}
_INDEX_LABELS = {"cpi": "CPI单月同比涨幅", "food": "食品价格单月同比涨幅", "scpi": "SCPI单月同比涨幅"}
_BP = "3.6%填360；下降的填负数"

PRICE_PARAMETERS = (
    Parameter(
        "trigger_cpi_bp",
        "CPI涨幅达到多少启动",
        "int",
        350,
        "万分之几，3.5%填350",
        PRICE,
        1,
        10_000,
        group="启动条件",
    ),
    Parameter(
        "trigger_food_bp",
        "食品价格涨幅达到多少启动",
        "int",
        600,
        "万分之几，6%填600；两项达到一项就启动",
        PRICE,
        1,
        10_000,
        group="启动条件",
    ),
    Parameter(
        "index",
        "按哪个涨幅计算",
        "choice",
        "scpi",
        "选“从高”的，三项中取最高的",
        f"{PRICE}，{LOCAL}",
        choices=tuple(INDEX_CHOICES.items()),
        group="标准",
    ),
    Parameter(
        "floor_fen",
        "每人每月最低",
        "fen",
        1_000,
        "算出来不足这个数的按这个数；没有最低填0",
        LOCAL,
        group="标准",
    ),
    *ROUNDING,
)
PRICE_QUESTIONS = tuple(
    Question(
        f"{name}_bp",
        label,
        "int",
        help=_BP,
        source=PRICE,
        required=False,
        unit="（万分之）",
        least=-10_000,
        most=10_000,
        group="价格指数",
    )
    for name, label in _INDEX_LABELS.items()
)


@dataclass(frozen=True)
class Indexes:
    """The rise of prices against the same month a year before, in basis points: 3.6% is 360."""

    cpi_bp: int | Unknown = UNKNOWN
    food_bp: int | Unknown = UNKNOWN
    scpi_bp: int | Unknown = UNKNOWN


def price_subsidy_fen(standard_fen: int, indexes: Indexes, numbers: Numbers) -> tuple[int, tuple[Step, ...]]:
    """Fen a person and month, 0 when the mechanism is not set off: 低保 standard × rise, rounded, not below the least sum.

    Raises NotReady naming the indexes that are missing. One of the two triggers is enough to set it off, and then the other
    need not be known.
    """
    work = Reckoning()
    if not _set_off(indexes, numbers, work):
        return 0, tuple(work.steps)
    name, rise = _rise(indexes, numbers)
    exact = Fraction(standard_fen * max(0, rise), 10_000)
    work.step(f"按{_INDEX_LABELS[name]}", f"{money(standard_fen)} × {_percent(rise)}", exact, "元/月", PRICE)
    paid = rounded(exact, numbers, work, "补贴标准", "元/月")
    floor = numbers["floor_fen"]
    if paid < floor:
        work.step("最低标准", f"{money(paid)} 不足 {money(floor)}", floor, "元/月", LOCAL)
    return max(paid, floor), tuple(work.steps)


def _set_off(indexes: Indexes, numbers: Numbers, work: Reckoning) -> bool:
    reached, missing = False, []
    for name, rise in (("cpi", indexes.cpi_bp), ("food", indexes.food_bp)):
        if isinstance(rise, Unknown):
            missing.append(_INDEX_LABELS[name])
            continue
        line = numbers[f"trigger_{name}_bp"]
        reached = reached or rise >= line
        formula = f"{_percent(rise)} {'≥' if rise >= line else '＜'} {_percent(line)}"
        work.step(_INDEX_LABELS[name], formula, "达到启动条件" if rise >= line else "没有达到", "", PRICE)
    if not reached and missing:
        raise NotReady("价格指数还没有填全，不能判断是否启动", missing)
    return reached


def _rise(indexes: Indexes, numbers: Numbers) -> tuple[str, int]:
    """The index to reckon with and its rise."""
    wanted = ("cpi", "food", "scpi") if numbers["index"] == "highest" else (numbers["index"],)
    known: dict[str, int] = {}
    missing = []
    for name in wanted:
        rise: int | Unknown = getattr(indexes, f"{name}_bp")
        if isinstance(rise, Unknown):
            missing.append(_INDEX_LABELS[name])
        else:
            known[name] = rise
    if missing:
        raise NotReady("计算补贴用的价格指数还没有填写", missing)
    return max(known.items(), key=lambda pair: pair[1])


def _percent(bp: int) -> str:
    """360 → 3.6%, -25 → -0.25%."""
    whole, rest = divmod(abs(bp), 100)
    decimals = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{'-' if bp < 0 else ''}{whole}{decimals}%"


def assess_price(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    indexes = Indexes(*(facts.answer(f"{name}_bp") for name in ("cpi", "food", "scpi")))
    if isinstance(facts.dibao_fen, Unknown):
        return Assessment.cannot_decide("当地低保标准还没有录入")
    try:
        fen, steps = price_subsidy_fen(facts.dibao_fen, indexes, numbers)
    except NotReady as refusal:
        return Assessment.cannot_decide(*[f"“{name}”还没有填写" for name in refusal.missing])
    if not fen:
        why = "价格涨幅没有达到启动条件" if len(steps) <= 2 else "按涨幅和尾数处理，补贴为零"
        return Assessment.not_eligible(why, steps=steps)
    parts = [Part("base", "价格临时补贴", fen, facts.person.key)]
    return Assessment.eligible(parts, steps, ["社会救助和保障标准与物价上涨挂钩联动机制已启动"])


# --- 资助参保 -------------------------------------------------------------------------------------------

_BY_IDENTITY = tuple(IDENTITIES.items())
PREMIUM_PARAMETERS = (
    Parameter(
        "premium_fen",
        "个人缴费标准",
        "fen",
        40_000,
        "当年城乡居民基本医保每人每年",
        OPINION_2021,
        least=1,
        group="标准",
    ),
    Parameter(
        "percent",
        "按比例资助",
        "shares",
        {"tekun": 100, "child": 100, "edge": 50},
        "占个人缴费的百分之几；全额资助填100，不按比例的填0",
        f"{PREMIUM_ACT}，{OPINION_2021}",
        most=100,
        choices=_BY_IDENTITY,
        group="按身份",
    ),
    Parameter(
        "fixed",
        "定额资助",
        "rates",
        {"dibao": 32_000},
        "每人多少元；不按定额的填0。同一身份只填一种",
        f"{PREMIUM_ACT}，{OPINION_2021}",
        choices=_BY_IDENTITY,
        group="按身份",
    ),
    Parameter(
        "cap",
        "资助上限",
        "rates",
        {"edge": 18_000},
        "每人最多多少元；没有上限填0",
        LOCAL,
        choices=_BY_IDENTITY,
        group="按身份",
    ),
    *ROUNDING,
)


def premium_contradictions(numbers: Numbers) -> dict[str, str]:
    both = [label for key, label in IDENTITIES.items() if numbers["percent"][key] and numbers["fixed"][key]]
    if both:
        return {"fixed": f"{'、'.join(both)}又填了比例又填了定额，只能填一种"}
    over = [label for key, label in IDENTITIES.items() if numbers["fixed"][key] > numbers["premium_fen"]]
    return {"fixed": f"{'、'.join(over)}的定额超过了个人缴费标准"} if over else {}


def premium_share(identity: str, numbers: Numbers) -> tuple[int, tuple[Step, ...]]:
    """What is paid in for one person of this identity (a key of IDENTITIES), in fen; 0 for one who is not helped."""
    work, premium = Reckoning(), numbers["premium_fen"]
    percent, fixed, cap = (numbers[name][identity] for name in ("percent", "fixed", "cap"))
    if not percent and not fixed:
        return 0, ()
    if fixed:
        exact = Fraction(fixed)
        work.step(f"{IDENTITIES[identity]}定额资助", f"个人缴费 {money(premium)}", fixed, "元", OPINION_2021)
    else:
        exact = Fraction(premium * percent, 100)
        how = "全额资助" if percent == 100 else "按比例资助"
        work.step(f"{IDENTITIES[identity]}{how}", f"{money(premium)} × {percent}%", exact, "元", OPINION_2021)
    most = premium
    if cap:
        most = min(premium, cap)
        work.step("资助上限", IDENTITIES[identity], cap, "元", LOCAL)
    due = rounded(min(exact, Fraction(most)), numbers, work, "资助金额", most=most)
    return due, tuple(work.steps)


def assess_premium(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    who = identity_of(facts)
    fen, steps = premium_share(who, numbers)
    if not fen:
        return Assessment.not_eligible(f"按当地规定，{IDENTITIES[who]}不在资助参保范围", steps=steps)
    parts = [Part("base", "资助参保", fen, facts.person.key)]
    return Assessment.eligible(parts, steps, [f"{IDENTITIES[who]}参加城乡居民基本医保，个人缴费给予资助"])


# --- 节日慰问金 -----------------------------------------------------------------------------------------

FESTIVALS = {
    "spring": "春节",
    "army": "八一",
    "double_ninth": "重阳节",
    "children": "六一",
    "other": "其他节日",
}
# Whom a county remembers, by the family of the programme that he receives.
FESTIVAL_GROUPS = {
    "tekun": "特困人员",
    "child": "孤儿和事实无人抚养儿童",
    "veteran": "优抚对象",
    "dibao": "低保对象",
    "status": "低保边缘、刚性支出困难家庭成员",
    "old": "高龄老人",
    "disabled": "领残疾人补贴的人",
    "fixed": "其他定补对象",
}
# Families that are not their own group.
_GROUP_OF = {
    "vet-disability": "veteran",
    "vet-survivor": "veteran",
    "vet-living": "veteran",
    "vet-service": "veteran",
    "old-age": "old",
    "longevity": "old",
    "elder-poor": "old",
    "elder-care": "old",
    "elder-service": "old",
    "disability-living": "disabled",
    "disability-care": "disabled",
}
FESTIVAL_QUESTIONS = (
    Question(
        "cause", "节日", "choice", tuple(FESTIVALS.items()), help="按慰问文件", source=LOCAL, group="慰问"
    ),
)
FESTIVAL_PARAMETERS = (
    Parameter(
        "rates",
        "每人慰问金",
        "rates",
        {"tekun": 50_000, "child": 50_000, "veteran": 50_000, "dibao": 30_000},
        "不慰问的填0；一人有几种身份的按最高的发一份",
        LOCAL,
        choices=tuple(FESTIVAL_GROUPS.items()),
        group="标准",
    ),
)


def festival_group(family: str) -> str:
    """The group of a programme's family; a programme that a county has made itself belongs to the others."""
    return family if family in FESTIVAL_GROUPS else _GROUP_OF.get(family, "fixed")


def festival_money(families: Iterable[str], numbers: Numbers) -> tuple[int, tuple[Step, ...]]:
    """For one person who receives programmes of these families: the highest sum of his groups, once."""
    work = Reckoning()
    groups = {festival_group(family) for family in families}
    sums = [(key, numbers["rates"][key]) for key in FESTIVAL_GROUPS if key in groups]
    if not sums:
        return 0, ()
    fen = max(each_fen for _, each_fen in sums)
    listed = "，".join(f"{FESTIVAL_GROUPS[each]} {money(each_fen)}" for each, each_fen in sums)
    work.step("慰问金", listed, fen, "元", LOCAL)
    return fen, tuple(work.steps)


def assess_festival(facts: CaseFacts, numbers: Numbers, on: date) -> Assessment:
    asked, person = Inquiry(facts, FESTIVAL_QUESTIONS), facts.person
    festival = asked.need("cause")
    if (against := asked.against()) is not None:
        return against
    fen, steps = festival_money((row.family for row in facts.receipts if row.person == person.key), numbers)
    day = facts.applied_on or on
    earlier = [row for row in facts.prior_aid if row.granted_on <= day and row.granted_on.year == day.year]
    if any(row.cause == festival for row in earlier):
        return Assessment.not_eligible(f"{day.year}年{FESTIVALS[festival]}慰问金已经发过", steps=steps)
    if not fen:
        return Assessment.not_eligible("没有在册的慰问对象身份，或者这类对象不慰问", steps=steps)
    parts = [Part("base", f"{FESTIVALS[festival]}慰问金", fen, person.key)]
    return Assessment.eligible(parts, steps, [f"{FESTIVALS[festival]}慰问对象"])


RULES = (
    Rule("price", "价格临时补贴：低保标准 × 价格涨幅", assess_price, PRICE_PARAMETERS, PRICE_QUESTIONS),
    Rule(
        "premium",
        "资助参保：按身份全额、按比例或定额",
        assess_premium,
        PREMIUM_PARAMETERS,
        contradictions=premium_contradictions,
    ),
    Rule(
        "festival",
        "节日慰问金：按对象类别，一人一份",
        assess_festival,
        FESTIVAL_PARAMETERS,
        FESTIVAL_QUESTIONS,
    ),
)
