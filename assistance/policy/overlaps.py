"""Which programmes exclude each other, and who is entitled to one and not enrolled.

The table is data: each row names two programmes (a code, a family, or "*" for any), what holds between them, and how
sure that is. What is local or uncertain can be set otherwise by a county. The functions are pure: they get what is
claimed and what is received, and say what meets. They stop nothing by themselves.

Sources stand in each row; docs/policy/overlaps.md explains the table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from assistance.policy.rule import Receipt
from civaffairs.lib.assessment import Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import yuan

# forbid: not both. choose: the person chooses one. higher: of the same kind, only the higher. topup: `a` pays only what
# it is above `b`. allow: both in full.
Effect = Literal["forbid", "choose", "higher", "topup", "allow"]
Level = Literal["block", "warn"]
EFFECTS: dict[Effect, str] = {
    "forbid": "不能同时享受",
    "choose": "选择其中一项",
    "higher": "同类只领较高的一项",
    "topup": "补足差额",
    "allow": "可以同时享受",
}
LEVELS: dict[Level, str] = {"block": "拦截", "warn": "提醒"}
# How sure a row is: read in the text of the rule, read in local papers that carry it out, or local practice.
CERTAINTIES = {"text": "条文原文", "relayed": "转载或地方落实文件", "local": "各地做法不一"}

LAW = "《社会救助法》"
METHOD_57 = "《最低生活保障审核确认办法》"
METHOD_43 = "《特困人员认定办法》"
DISABILITY = "国发〔2015〕52号"
CHILDREN = "民发〔2019〕62号"

# Programmes of other offices that a person may receive; they come from the application form, not from our rows.
ELSEWHERE = {
    "work-injury-care": "工伤保险生活护理费",
    "welfare-living": "离休、因公致残等福利性生活补贴",
    "welfare-care": "离休、因公致残等福利性护理补贴",
}
# What a family is called in a message; a code is more exact and comes first.
NAMES = {
    "dibao": "最低生活保障",
    "tekun": "特困人员救助供养",
    "status": "低保边缘或刚性支出困难家庭身份",
    "dibao-edge": "低保边缘家庭身份",
    "rigid-burden": "刚性支出困难家庭身份",
    "disability-living": "困难残疾人生活补贴",
    "disability-care": "重度残疾人护理补贴",
    "old-age": "高龄津贴",
    "longevity": "长寿保健费",
    "elder-poor": "经济困难高龄老年人补贴",
    "elder-care": "经济困难失能老年人补贴",
    "elder-service": "养老服务补贴",
    "orphan": "孤儿基本生活保障",
    "de-facto-orphan": "事实无人抚养儿童基本生活保障",
    "child": "孤儿或事实无人抚养儿童基本生活保障",
    "vet-disability": "残疾抚恤金",
    "vet-survivor": "定期抚恤金",
    "vet-living": "定期生活补助",
    "temporary": "临时救助",
    "medical": "医疗救助",
    "education": "教育救助",
    "premium-aid": "资助参保",
    "festival": "节日慰问金",
    "price": "价格临时补贴",
} | ELSEWHERE


@dataclass(frozen=True)
class Overlap:
    """One row of the table.

    `yields` names the side that has to give way where one of them does. `scope` says whether the two meet in one person
    or in one household. The categories narrow a side to some of its classes; none is all of them. `claimed` narrows the
    row to the case that this side is the one applied for. `single` marks the row for 单人保.
    """

    a: str
    b: str
    effect: Effect
    level: Level
    article: str
    certainty: Literal["text", "relayed", "local"]
    yields: Literal["a", "b", ""] = ""
    scope: Literal["person", "household"] = "person"
    a_categories: tuple[str, ...] = ()
    b_categories: tuple[str, ...] = ()
    claimed: Literal["a", "b", ""] = ""
    single: bool = False

    @property
    def key(self) -> str:
        """The name of the row, by which a county sets it otherwise."""
        parts = [self.a, self.b]
        if self.a_categories or self.b_categories:
            parts.append("/".join((*self.a_categories, *self.b_categories)))
        if self.claimed:
            parts.append(f"for-{self.claimed}")
        if self.single:
            parts.append("single")
        return "+".join(parts)


def _same(family: str, article: str, certainty: Literal["text", "relayed", "local"]) -> Overlap:
    """Nobody is in a programme twice."""
    return Overlap(family, family, "forbid", "block", article, certainty)


_HEAVY_VETERANS = tuple(
    f"g{grade}-{nature}" for grade in (1, 2, 3, 4) for nature in ("war", "duty", "illness")
)

OVERLAPS: tuple[Overlap, ...] = (
    # --- 低保, 特困, the statuses -------------------------------------------------------------------------
    Overlap("dibao", "tekun", "forbid", "block", f"{LAW}第13条，当地规定", "local", yields="a"),
    Overlap("dibao-edge", "dibao", "forbid", "block", f"{METHOD_57}第8条", "text", "a", "household"),
    Overlap(
        "dibao-edge", "dibao", "allow", "warn", f"{METHOD_57}第8条", "text", scope="household", single=True
    ),
    Overlap("dibao-edge", "tekun", "forbid", "block", f"{LAW}第13条", "text", "a"),
    Overlap(
        "rigid-burden",
        "dibao",
        "forbid",
        "block",
        "《刚性支出困难家庭认定办法》第4条",
        "text",
        "a",
        "household",
    ),
    Overlap("rigid-burden", "tekun", "forbid", "block", "《刚性支出困难家庭认定办法》第4条", "text", "a"),
    Overlap(
        "rigid-burden",
        "dibao-edge",
        "forbid",
        "block",
        "《刚性支出困难家庭认定办法》第4条",
        "text",
        "a",
        "household",
    ),
    Overlap("status", "status", "forbid", "block", f"{LAW}第13条", "text", scope="household"),
    _same("dibao", f"{METHOD_57}第4条", "text"),
    _same("tekun", f"{METHOD_43}第4条", "text"),
    # --- 残疾人两项补贴 -----------------------------------------------------------------------------------
    Overlap("dibao", "disability-living", "allow", "warn", DISABILITY, "relayed"),
    Overlap("dibao", "disability-care", "allow", "warn", DISABILITY, "relayed"),
    Overlap("disability-living", "disability-care", "allow", "warn", DISABILITY, "relayed"),
    Overlap("disability-living", "tekun", "forbid", "block", DISABILITY, "relayed", yields="a"),
    Overlap("disability-care", "tekun", "forbid", "block", DISABILITY, "relayed", yields="a"),
    Overlap("disability-living", "work-injury-care", "forbid", "block", DISABILITY, "relayed", yields="a"),
    Overlap("disability-care", "work-injury-care", "forbid", "block", DISABILITY, "relayed", yields="a"),
    Overlap("disability-living", "orphan", "forbid", "block", DISABILITY, "relayed", yields="a"),
    Overlap(
        "disability-living",
        "de-facto-orphan",
        "forbid",
        "block",
        CHILDREN,
        "text",
        yields="a",
        claimed="a",
        b_categories=("full",),
    ),
    Overlap("disability-care", "child", "allow", "warn", f"{DISABILITY}，{CHILDREN}", "text"),
    Overlap("disability-living", "welfare-living", "higher", "warn", DISABILITY, "relayed"),
    Overlap("disability-care", "welfare-care", "higher", "warn", DISABILITY, "relayed"),
    Overlap("disability-living", "elder-poor", "higher", "warn", DISABILITY, "relayed"),
    Overlap("disability-care", "elder-care", "higher", "block", f"{DISABILITY}，当地规定", "relayed"),
    Overlap(
        "disability-care",
        "vet-disability",
        "higher",
        "warn",
        DISABILITY,
        "relayed",
        b_categories=_HEAVY_VETERANS,
    ),
    _same("disability-living", DISABILITY, "relayed"),
    _same("disability-care", DISABILITY, "relayed"),
    # --- children ---------------------------------------------------------------------------------------
    Overlap("de-facto-orphan", "dibao", "topup", "warn", CHILDREN, "text"),
    Overlap("de-facto-orphan", "disability-living", "topup", "warn", CHILDREN, "text"),
    Overlap("de-facto-orphan", "tekun", "topup", "warn", CHILDREN, "text", claimed="a"),
    Overlap("child", "tekun", "choose", "block", f"{METHOD_43}第9条", "text"),
    _same("child", CHILDREN, "text"),
    # --- the old ----------------------------------------------------------------------------------------
    Overlap("old-age", "dibao", "allow", "warn", "当地规定", "relayed"),
    Overlap("old-age", "disability-living", "allow", "warn", "当地规定", "relayed"),
    Overlap("old-age", "disability-care", "allow", "warn", "当地规定", "relayed"),
    Overlap("old-age", "tekun", "allow", "warn", f"{METHOD_43}第6条，当地规定", "local"),
    Overlap("old-age", "longevity", "allow", "warn", "当地规定", "local"),
    Overlap("elder-poor", "elder-care", "allow", "warn", "财社〔2014〕113号", "local"),
    Overlap("elder-care", "tekun", "forbid", "warn", "财社〔2014〕113号，当地规定", "local", yields="a"),
    _same("old-age", "当地规定", "local"),
    _same("longevity", "当地规定", "local"),
    _same("elder-poor", "财社〔2014〕113号", "local"),
    _same("elder-care", "财社〔2014〕113号", "local"),
    _same("elder-service", "财社〔2014〕113号", "local"),
    # --- those who served, and their families -----------------------------------------------------------
    *(
        Overlap(family, "dibao", "allow", "warn", "《军人抚恤优待条例》第4条", "text")
        for family in ("vet-disability", "vet-survivor", "vet-living")
    ),
    *(
        Overlap("old-age", family, "allow", "warn", "当地规定", "relayed")
        for family in ("vet-disability", "vet-survivor", "vet-living")
    ),
    # --- what stands beside everything ------------------------------------------------------------------
    Overlap("temporary", "*", "allow", "warn", f"{LAW}第29条，国发〔2014〕47号", "relayed"),
    Overlap("medical", "*", "allow", "warn", f"{LAW}第24条", "text"),
    Overlap("education", "*", "allow", "warn", f"{LAW}第13条", "text"),
    Overlap("festival", "*", "allow", "warn", "当地规定", "local"),
    Overlap("price", "*", "allow", "warn", f"{LAW}第32条", "text"),
    _same("price", "发改价格〔2021〕1553号", "local"),
)


def table(overrides: Mapping[str, Mapping[str, Any]] | None = None) -> tuple[Overlap, ...]:
    """The table with what a county has set otherwise: {"old-age+tekun": {"effect": "forbid", "level": "block"}}.

    An override may name `effect`, `level`, `yields` and `article` (its own document). Raises BadInput for a row that
    does not exist or a value that none of these has.
    """
    overrides = overrides or {}
    known = {row.key: row for row in OVERLAPS}
    for key, change in overrides.items():
        if key not in known:
            raise BadInput(f"互斥表里没有“{key}”这一项", "overlaps")
        strange = set(change) - {"effect", "level", "yields", "article"}
        if strange:
            raise BadInput(f"互斥表里“{key}”不能改“{min(strange)}”", "overlaps")
        if change.get("effect", "allow") not in EFFECTS or change.get("level", "warn") not in LEVELS:
            raise BadInput(f"互斥表里“{key}”的处理方式不对", "overlaps")
        if change.get("yields", "") not in ("a", "b", ""):
            raise BadInput(f"互斥表里“{key}”让位的一方不对", "overlaps")
    return tuple(
        replace(row, certainty="local", **overrides[row.key]) if row.key in overrides else row
        for row in OVERLAPS
    )


# --- what meets -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """What is applied for, decided or about to be paid.

    `people` are the keys of those for whom it is; empty means that all the receipts are of the one person. `amount_fen`
    is the full amount a month of one person, None where it is not known yet. `single` says that the 低保 in question,
    claimed or received, is 单人保.
    """

    scheme: str
    family: str
    category: str = ""
    amount_fen: int | None = None
    people: tuple[str, ...] = ()
    single: bool = False


@dataclass(frozen=True)
class Hit:
    """A claim and a receipt that do not go together as they are.

    `ends` says which of the two gives way, "" where somebody has to choose or nothing ends. `deduct_fen` is what a
    top-up is lowered by.
    """

    overlap: Overlap
    receipt: Receipt
    message: str
    ends: Literal["claim", "receipt", ""] = ""
    deduct_fen: int = 0

    @property
    def effect(self) -> Effect:
        return self.overlap.effect

    @property
    def level(self) -> Level:
        return self.overlap.level

    @property
    def article(self) -> str:
        return self.overlap.article


def lookup(claim: Claim, receipt: Receipt, rows: Iterable[Overlap] = OVERLAPS) -> tuple[Overlap, bool] | None:
    """The row that holds between the two, and whether the claim is its side `a`; None when no row does.

    The most exact row wins: a code before a family before any, a row with conditions before one without.
    """
    best: tuple[int, Overlap, bool] | None = None
    for row in rows:
        for claim_is_a in (True, False):
            weight = _weight(row, claim, receipt, claim_is_a)
            if weight and (best is None or weight > best[0]):
                best = (weight, row, claim_is_a)
    return None if best is None else (best[1], best[2])


def _weight(row: Overlap, claim: Claim, receipt: Receipt, claim_is_a: bool) -> int:
    """How exactly a row fits, 0 when it does not."""
    mine, other = (row.a, row.b) if claim_is_a else (row.b, row.a)
    my_categories, other_categories = (
        (row.a_categories, row.b_categories) if claim_is_a else (row.b_categories, row.a_categories)
    )
    if row.claimed and row.claimed != ("a" if claim_is_a else "b"):
        return 0
    if row.single and not claim.single:
        return 0
    if my_categories and claim.category not in my_categories:
        return 0
    if other_categories and receipt.category not in other_categories:
        return 0
    first, second = (
        _exactness(mine, claim.scheme, claim.family),
        _exactness(other, receipt.scheme, receipt.family),
    )
    if not first or not second:
        return 0
    conditions = bool(row.claimed) + bool(row.single) + bool(my_categories) + bool(other_categories)
    return (first + second) * 10 + conditions


def _exactness(name: str, scheme: str, family: str) -> int:
    return 3 if name == scheme else 2 if name == family else 1 if name == "*" else 0


def hits(
    claim: Claim,
    receipts: Iterable[Receipt],
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[Hit, ...]:
    """Where a claim meets what is received, in the order of the receipts; what is allowed is no hit.

    The receipts are those of the people of the claim and of their household, without the claim's own entitlement.
    """
    rows, found = table(overrides), []
    for receipt in receipts:
        match = lookup(claim, receipt, rows)
        if match is None:
            continue
        row, claim_is_a = match
        if row.effect == "allow" or (row.scope == "person" and not _meets(claim, receipt)):
            continue
        found.append(_hit(row, claim, receipt, claim_is_a))
    return tuple(found)


def _meets(claim: Claim, receipt: Receipt) -> bool:
    return not claim.people or receipt.person in claim.people


def _hit(row: Overlap, claim: Claim, receipt: Receipt, claim_is_a: bool) -> Hit:
    mine, other = _name(claim.scheme, claim.family), _name(receipt.scheme, receipt.family)
    if row.effect == "topup":
        return _topup(row, receipt, claim_is_a, mine, other)
    if row.effect == "higher":
        return _higher(row, claim, receipt, mine, other)
    if row.effect == "choose":
        return Hit(row, receipt, f"已经享受{other}，与{mine}只能选择其中一项")
    if row.a == row.b:
        return Hit(row, receipt, f"已经享受{other}，不能再享受一次", "claim")
    if row.yields == ("b" if claim_is_a else "a"):
        return Hit(row, receipt, f"已经享受{other}，享受{mine}的，原来的应当停发", "receipt")
    ends: Literal["claim", ""] = "claim" if row.yields else ""
    return Hit(row, receipt, f"已经享受{other}，不能同时享受{mine}", ends)


def _higher(row: Overlap, claim: Claim, receipt: Receipt, mine: str, other: str) -> Hit:
    if claim.amount_fen is None:
        return Hit(row, receipt, f"已经享受{other}，与{mine}同类，只能领较高的一项")
    keeps = claim.amount_fen > receipt.amount_fen
    message = f"{other}每月 {yuan(receipt.amount_fen)} 元，{mine}每月 {yuan(claim.amount_fen)} 元，同类只能领较高的一项"
    return Hit(row, receipt, message, "receipt" if keeps else "claim")


def _topup(row: Overlap, receipt: Receipt, claim_is_a: bool, mine: str, other: str) -> Hit:
    if claim_is_a:
        message = f"已经享受{other}每月 {yuan(receipt.amount_fen)} 元，{mine}只补差额"
        return Hit(row, receipt, message, deduct_fen=receipt.amount_fen)
    return Hit(row, receipt, f"已经享受{other}，享受{mine}后要重新计算{other}的差额")


def _name(scheme: str, family: str) -> str:
    return NAMES.get(scheme) or NAMES.get(family) or scheme


def payable(amount_fen: int, found: Iterable[Hit]) -> int:
    """What is left of the full amount of a claim after its top-up hits; never below zero."""
    return max(0, amount_fen - sum(hit.deduct_fen for hit in found if hit.effect == "topup"))


# --- entitled and not enrolled --------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonState:
    """What is known of a person without an application. `alone` says that the household has no other member."""

    key: str
    age: int | Unknown
    disability_kind: int | None = None
    disability_grade: int | None = None
    alone: bool | Unknown = False
    receipts: tuple[Receipt, ...] = ()

    def receives(self, *families: str) -> bool:
        return any(row.family in families and row.person == self.key for row in self.receipts)


@dataclass(frozen=True)
class Reach:
    """How far the programmes of the county reach, taken from their standards in force.

    `old_age_from` is the youngest band of 高龄津贴. `living_with` are the families whose disabled people get 生活补贴;
    a county that reaches further adds "status".
    """

    old_age_from: int = 80
    tekun_from: int = 60
    care_grades: tuple[int, ...] = (1, 2)
    living_with: tuple[str, ...] = ("dibao",)


@dataclass(frozen=True)
class Suggestion:
    """Somebody who may be entitled to a programme and is not in it: for a worklist, never a decision."""

    person: str
    family: str
    reason: str
    article: str


def eligible_not_enrolled(
    person: PersonState,
    reach: Reach | None = None,
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[Suggestion, ...]:
    """The programmes the person may be entitled to, without those that what is received stands against.

    What is unknown suggests nothing.
    """
    reach = reach or Reach()
    found: list[Suggestion] = []
    disabled = person.disability_grade is not None
    if disabled and person.receives(*reach.living_with):
        found.append(
            Suggestion(
                person.key, "disability-living", "享受低保的残疾人没有领困难残疾人生活补贴", DISABILITY
            )
            if person.receives("dibao")
            else Suggestion(
                person.key, "disability-living", "困难家庭的残疾人没有领困难残疾人生活补贴", DISABILITY
            )
        )
    if person.disability_grade in reach.care_grades:
        grade = "一二三四"[person.disability_grade - 1] if person.disability_grade else ""
        found.append(
            Suggestion(person.key, "disability-care", f"{grade}级残疾人没有领重度残疾人护理补贴", DISABILITY)
        )
    if not isinstance(person.age, Unknown):
        if person.age >= reach.old_age_from:
            found.append(
                Suggestion(person.key, "old-age", f"满 {reach.old_age_from} 周岁没有领高龄津贴", "当地规定")
            )
        if person.age >= reach.tekun_from and person.alone is True and person.receives("dibao"):
            reason = f"满 {reach.tekun_from} 周岁、独自生活的低保对象，可评估是否符合特困供养"
            found.append(Suggestion(person.key, "tekun", reason, f"{METHOD_43}第4、11条"))
    return tuple(row for row in found if _open(row, person, overrides))


def _open(
    suggestion: Suggestion,
    person: PersonState,
    overrides: Mapping[str, Mapping[str, Any]] | None,
) -> bool:
    if person.receives(suggestion.family):
        return False
    claim = Claim(suggestion.family, suggestion.family, people=(person.key,))
    against = hits(claim, person.receipts, overrides)
    return not any(hit.effect in ("forbid", "choose") and hit.ends != "receipt" for hit in against)
