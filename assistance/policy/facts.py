"""What is known of a household when it is assessed: frozen, without a database row behind it.

Amounts are fen a year, as people declare them. What was asked and not answered is UNKNOWN; it is never zero.
That a family has no income or no property is an empty tuple, which somebody has declared.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Literal, cast

from civaffairs.lib.assessment import UNKNOWN, Unknown
from civaffairs.lib.errors import BadInput

IncomeClass = Literal["wage", "business", "property", "transfer", "other"]
INCOME_CLASSES = {
    "wage": "工资性收入",
    "business": "经营性收入",
    "property": "财产性收入",
    "transfer": "转移性收入",
    "other": "其他收入",
}
# What a sum of money is, where that decides whether it counts. An empty nature is ordinary income.
INCOME_NATURES = {
    "": "一般收入",
    "military_pension": "优待抚恤金",
    "family_planning": "计划生育奖励扶助金",
    "scholarship": "奖学金",
    "courage_award": "见义勇为奖励",
    "social_relief": "政府发给的社会救助款物",
    "disability_subsidy": "残疾人两项补贴",
    "childcare_subsidy": "育儿补贴",
    "basic_pension": "中央确定的基础养老金",
    "old_age_allowance": "高龄津贴",
}
# One list to choose from on a form and to store in one column: the classes, then the natures, all of them
# transfers.
INCOME_KINDS = INCOME_CLASSES | {nature: label for nature, label in INCOME_NATURES.items() if nature}

DeductionKind = Literal[
    "work_cost",
    "business_cost",
    "property_cost",
    "transfer_out",
    "disability",
    "illness",
    "education",
    "other",
]
DEDUCTION_KINDS = {
    "work_cost": "必要就业成本",
    "business_cost": "经营费用、折旧和生产税",
    "property_cost": "财产性支出",
    "transfer_out": "转移性支出",
    "disability": "因残疾增加的支出",
    "illness": "因重病增加的支出",
    "education": "教育支出",
    "other": "其他刚性支出",
}

AssetKind = Literal[
    "deposit",
    "securities",
    "insurance",
    "claims",
    "online",
    "vehicle",
    "house",
    "company",
    "farm_machine",
    "forest",
    "other",
]
ASSET_KINDS = {
    "deposit": "存款",
    "securities": "证券和基金",
    "insurance": "商业保险",
    "claims": "债权",
    "online": "互联网金融资产",
    "vehicle": "机动车辆",
    "house": "房屋",
    "company": "市场主体登记",
    "farm_machine": "农机具",
    "forest": "林木",
    "other": "其他财产",
}

# People of the family register who are not members of the household (《最低生活保障审核确认办法》第7条).
NOT_COUNTED = {
    "clergy": "连续三年以上脱离家庭的宗教教职人员",
    "prison": "服刑人员",
    "rehabilitation": "强制隔离戒毒人员",
    "missing": "宣告失踪人员",
}


@dataclass(frozen=True)
class MemberFacts:
    """One person of the household. `key` names the person inside these facts and in the parts of the amount.

    `protected` says whether the allowance is asked for this person. `disability_kind` 1–7 and
    `disability_grade` 1–4 come from the certificate; None means no certificate.
    """

    key: str
    name: str
    birth: date | Unknown = UNKNOWN
    protected: bool = True
    disability_kind: int | None = None
    disability_grade: int | None = None
    serious_illness: bool | Unknown = False
    not_counted: str = ""

    def __post_init__(self) -> None:
        if (self.disability_kind is None) != (self.disability_grade is None):
            raise BadInput(f"{self.name}的残疾类别和等级要么都填，要么都不填", "disability_grade")
        if self.disability_kind is not None and self.disability_kind not in range(1, 8):
            raise BadInput(f"{self.name}的残疾类别只能是1到7", "disability_kind")
        if self.disability_grade is not None and self.disability_grade not in range(1, 5):
            raise BadInput(f"{self.name}的残疾等级只能是1到4", "disability_grade")
        if self.not_counted and self.not_counted not in NOT_COUNTED:
            raise BadInput(f"{self.name}不计入家庭成员的原因不对", "not_counted")


@dataclass(frozen=True)
class IncomeItem:
    """Money that comes in during a year, before any cost.

    `owner` is a member's key, None for the household together.
    """

    cls: IncomeClass
    annual_fen: int | Unknown
    label: str = ""
    owner: str | None = None
    nature: str = ""

    def __post_init__(self) -> None:
        _known(self.cls, INCOME_CLASSES, "收入类别")
        _known(self.nature, INCOME_NATURES, "收入性质")
        _not_negative(self.annual_fen, self.shown)

    @classmethod
    def of_kind(
        cls, kind: str, annual_fen: int | Unknown, label: str = "", owner: str | None = None
    ) -> "IncomeItem":
        """From one of INCOME_KINDS."""
        _known(kind, INCOME_KINDS, "收入类别")
        if kind in INCOME_CLASSES:
            return cls(cast(IncomeClass, kind), annual_fen, label, owner)
        return cls("transfer", annual_fen, label, owner, nature=kind)

    @property
    def kind(self) -> str:
        return self.nature or self.cls

    @property
    def shown(self) -> str:
        return self.label or INCOME_KINDS[self.kind]


@dataclass(frozen=True)
class Deduction:
    """What is spent in a year and may lower the income that counts, as far as the rule and the county allow."""

    kind: DeductionKind
    annual_fen: int | Unknown
    label: str = ""
    owner: str | None = None

    def __post_init__(self) -> None:
        _known(self.kind, DEDUCTION_KINDS, "扣减类别")
        _not_negative(self.annual_fen, self.shown)

    @property
    def shown(self) -> str:
        return self.label or DEDUCTION_KINDS[self.kind]


@dataclass(frozen=True)
class AssetItem:
    """Property. Houses, vehicles and registered businesses are counted by `count`, money by `value_fen`.

    An asset is left out only when `exempt_reason` says why: necessary for living or work (第14条).
    """

    kind: AssetKind
    value_fen: int | Unknown = UNKNOWN
    label: str = ""
    owner: str | None = None
    count: int = 1
    area_m2: int | None = None
    exempt_reason: str = ""

    def __post_init__(self) -> None:
        _known(self.kind, ASSET_KINDS, "财产类别")
        _not_negative(self.value_fen, self.shown)
        if self.count < 1:
            raise BadInput(f"{self.shown}的数量至少是1", "count")

    @property
    def shown(self) -> str:
        return self.label or ASSET_KINDS[self.kind]

    @property
    def exempt(self) -> bool:
        return bool(self.exempt_reason.strip())


@dataclass(frozen=True)
class HouseholdFacts:
    """A household that applies.

    `single` is the key of the one person of a 单人保 application, None for the whole household.

    `incomes` and `assets` stay UNKNOWN until somebody has answered, and are empty when the answer was: none.
    """

    members: tuple[MemberFacts, ...]
    incomes: tuple[IncomeItem, ...] | Unknown = UNKNOWN
    deductions: tuple[Deduction, ...] = ()
    assets: tuple[AssetItem, ...] | Unknown = UNKNOWN
    single: str | None = None

    def __post_init__(self) -> None:
        for name in ("members", "incomes", "deductions", "assets"):
            value = getattr(self, name)
            object.__setattr__(self, name, value if value is UNKNOWN else tuple(value))
        keys = [member.key for member in self.members]
        if not keys:
            raise BadInput("家庭成员还没有填写", "members")
        if len(set(keys)) != len(keys):
            raise BadInput("家庭成员重复", "members")
        owners = [item.owner for item in self.known_incomes]
        owners += [item.owner for item in self.deductions] + [item.owner for item in self.known_assets]
        if any(owner is not None and owner not in keys for owner in owners):
            raise BadInput("收入、支出或财产登记在家庭成员以外的人名下", "members")
        if self.single is not None and self.single not in keys:
            raise BadInput("单人保的对象不在家庭成员里", "single")

    @property
    def known_incomes(self) -> tuple[IncomeItem, ...]:
        return () if isinstance(self.incomes, Unknown) else self.incomes

    @property
    def known_assets(self) -> tuple[AssetItem, ...]:
        return () if isinstance(self.assets, Unknown) else self.assets

    @property
    def counted(self) -> tuple[MemberFacts, ...]:
        """The members by whose number the income is divided."""
        return tuple(member for member in self.members if not member.not_counted)

    def member(self, key: str) -> MemberFacts:
        return next(member for member in self.members if member.key == key)

    def to_dict(self) -> dict[str, Any]:
        """For a JSON column: days as text, UNKNOWN as {"unknown": true}."""
        return _plain(asdict(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "HouseholdFacts":
        def many(kind: type, rows: Any) -> Any:
            if _revived(rows) is UNKNOWN:
                return UNKNOWN
            names = {field.name for field in fields(kind)}
            return tuple(kind(**{name: _revived(row[name]) for name in names}) for row in rows)

        members = [row | {"birth": _day(row["birth"])} for row in data["members"]]
        return cls(
            many(MemberFacts, members),
            many(IncomeItem, data["incomes"]),
            many(Deduction, data["deductions"]),
            many(AssetItem, data["assets"]),
            data["single"],
        )


def _known(value: str, table: Mapping[str, str], what: str) -> None:
    if value not in table:
        raise BadInput(f"{what}不对：{value}")


def _not_negative(fen: int | Unknown, label: str) -> None:
    if isinstance(fen, Unknown):
        return
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise TypeError("amounts are whole fen or UNKNOWN")
    if fen < 0:
        raise BadInput(f"“{label}”不能是负数")


def _plain(value: Any) -> Any:
    if value is UNKNOWN:
        return {"unknown": True}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _revived(value: Any) -> Any:
    return UNKNOWN if value == {"unknown": True} else value


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value
