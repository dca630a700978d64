"""Everything about 低保 that a province, city or county sets for itself, as one dated standard.

The national rules leave these numbers open on purpose. A county enters them from its own document; a standard
is never changed once an assessment has used it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

from assistance.policy.parameters import MOST_FEN, Parameter, ParameterErrors, check
from civaffairs.lib.money import Rounding

METHOD = "《最低生活保障审核确认办法》"
NOTICE_2022 = "《关于进一步做好最低生活保障等社会救助兜底保障工作的通知》（2022年）"
INTERIM = "《社会救助暂行办法》"
LOCAL = "当地规定"

# 分类施保: those for whom the authorities shall take further measures (《社会救助暂行办法》第12条). The order
# breaks ties.
CLASSES = {
    "severe_disability": "重度残疾人",
    "serious_illness": "重病患者",
    "elder": "老年人",
    "minor": "未成年人",
}


@dataclass(frozen=True)
class Band:
    """分档: who has less than `max_income_fen` a head and month receives `amount_fen` a person and month."""

    label: str
    amount_fen: int
    max_income_fen: int


FIELDS: tuple[Parameter, ...] = (
    Parameter(
        "standard_fen",
        "低保标准",
        "fen",
        70_500,
        "每人每月。农村标准按年公布的，除以12填写",
        "《社会救助法》第19条",
        least=1,
        group="标准",
    ),
    Parameter(
        "method",
        "计发方式",
        "choice",
        "topup",
        "补差按实际差额，分档按收入所在的档发固定金额",
        "《社会救助法》第18条",
        choices=(("topup", "补差"), ("bands", "分档")),
        group="金额",
    ),
    Parameter(
        "bands",
        "分档表",
        "bands",
        (),
        "按人均月收入从低到高，每档一行；按补差计发时留空",
        "《社会救助法》第18条",
        group="金额",
    ),
    Parameter(
        "min_topup_percent",
        "最低补差",
        "percent",
        0,
        "差额低于标准的这个比例时按这个比例发；没有这项规定填0",
        LOCAL,
        group="金额",
    ),
    Parameter(
        "rounding_unit_fen",
        "金额保留到",
        "choice",
        100,
        "全部算完后只舍入一次",
        LOCAL,
        choices=((1, "分"), (10, "角"), (100, "元")),
        group="金额",
    ),
    Parameter(
        "rounding_mode",
        "尾数处理",
        "choice",
        "up",
        "",
        LOCAL,
        choices=(("half_up", "四舍五入"), ("up", "有尾数就进一"), ("down", "舍去尾数")),
        group="金额",
    ),
    Parameter(
        "classified",
        "分类施保增发",
        "classified",
        {},
        "每类每人每月增发的金额，或占低保标准的百分比；不增发的不填",
        f"{INTERIM}第12条",
        group="分类施保",
    ),
    Parameter(
        "classified_rule",
        "一人符合多类时",
        "choice",
        "highest",
        "",
        LOCAL,
        choices=(("highest", "取最高一类"), ("sum", "各类相加")),
        group="分类施保",
    ),
    Parameter("elder_age", "老年人年龄", "int", 60, "满多少周岁算老年人", LOCAL, 50, 120, group="分类施保"),
    Parameter(
        "child_age", "未成年人年龄", "int", 18, "不满多少周岁算未成年人", LOCAL, 14, 18, group="分类施保"
    ),
    Parameter(
        "severe_includes_third_mental",
        "三级智力、精神残疾算重度残疾",
        "bool",
        False,
        "只影响分类施保；单人保按全国规定，三级智力、精神残疾都可以申请",
        LOCAL,
        group="分类施保",
    ),
    Parameter(
        "work_cost_percent",
        "就业成本扣减上限",
        "percent",
        10,
        "占本人工资性收入或最低工资的比例；不扣减填0",
        f"{METHOD}第13条",
        group="收入",
    ),
    Parameter(
        "work_cost_base",
        "就业成本按什么算比例",
        "choice",
        "wage",
        "",
        LOCAL,
        choices=(("wage", "本人工资性收入"), ("minimum_wage", "当地最低工资")),
        group="收入",
    ),
    Parameter("minimum_wage_fen", "当地最低工资", "fen", 200_000, "每月", LOCAL, group="收入"),
    Parameter(
        "work_cost_flat",
        "就业成本按比例直接扣",
        "bool",
        False,
        "选“是”：有工资性收入就按上限扣，不用另报；选“否”：按申报数扣，不超过上限",
        LOCAL,
        group="收入",
    ),
    Parameter(
        "deduct_disability", "因残疾增加的支出可以扣减", "bool", True, "", f"{METHOD}第13条", group="收入"
    ),
    Parameter(
        "deduct_illness", "因重病增加的支出可以扣减", "bool", True, "", f"{METHOD}第13条", group="收入"
    ),
    Parameter("deduct_education", "教育支出可以扣减", "bool", False, "", LOCAL, group="收入"),
    Parameter("deduct_other", "其他刚性支出可以扣减", "bool", False, "", LOCAL, group="收入"),
    Parameter(
        "rigid_cap_percent",
        "刚性支出扣减上限",
        "percent",
        100,
        "最多扣到可计收入的这个比例；不设上限填100",
        LOCAL,
        group="收入",
    ),
    Parameter(
        "basic_pension_counts",
        "基础养老金计入收入",
        "bool",
        False,
        "全国规定“十四五”期间不计入；2026年起按本省规定选择",
        f"{METHOD}第13条",
        group="收入",
    ),
    Parameter("old_age_allowance_counts", "高龄津贴计入收入", "bool", False, "", LOCAL, group="收入"),
    Parameter(
        "financial_months",
        "货币财产上限",
        "int",
        24,
        "人均不超过多少个月的低保标准",
        f"{METHOD}第14条，{LOCAL}",
        0,
        600,
        group="财产",
    ),
    Parameter(
        "houses_allowed", "房屋上限", "int", 1, "最多几套", f"{METHOD}第14条，{LOCAL}", 0, 10, group="财产"
    ),
    Parameter(
        "vehicles_allowed", "可以有机动车", "bool", False, "", f"{METHOD}第14条，{LOCAL}", group="财产"
    ),
    Parameter(
        "vehicle_exempt_fen",
        "车辆现值不超过多少可以不计",
        "fen",
        0,
        "没有这项规定填0",
        LOCAL,
        group="财产",
    ),
    Parameter(
        "companies_allowed", "可以有市场主体登记", "bool", False, "", f"{METHOD}第14条，{LOCAL}", group="财产"
    ),
    Parameter(
        "marginal_percent",
        "低保边缘家庭收入线",
        "percent",
        150,
        "人均收入低于低保标准的这个比例",
        f"{METHOD}第8条",
        100,
        300,
        group="单人保",
    ),
    Parameter(
        "marginal_financial_months",
        "低保边缘家庭货币财产上限",
        "int",
        36,
        "人均不超过多少个月的低保标准",
        LOCAL,
        0,
        600,
        group="单人保",
    ),
    Parameter(
        "single_method",
        "单人保金额",
        "choice",
        "own_income",
        "",
        LOCAL,
        choices=(
            ("standard", "低保标准全额"),
            ("percent", "低保标准的一个比例"),
            ("own_income", "标准减本人收入"),
        ),
        group="单人保",
    ),
    Parameter(
        "single_percent", "单人保比例", "percent", 100, "选“一个比例”时使用", LOCAL, 1, 100, group="单人保"
    ),
)


@dataclass(frozen=True)
class DibaoStandard:
    """The local numbers of 低保, checked.

    Amounts in fen a person and month. FIELDS says what each one means.
    """

    standard_fen: int
    method: str
    bands: tuple[Band, ...]
    min_topup_percent: int
    rounding_unit_fen: int
    rounding_mode: Rounding
    classified: Mapping[str, Mapping[str, int]]
    classified_rule: str
    elder_age: int
    child_age: int
    severe_includes_third_mental: bool
    work_cost_percent: int
    work_cost_base: str
    minimum_wage_fen: int
    work_cost_flat: bool
    deduct_disability: bool
    deduct_illness: bool
    deduct_education: bool
    deduct_other: bool
    rigid_cap_percent: int
    basic_pension_counts: bool
    old_age_allowance_counts: bool
    financial_months: int
    houses_allowed: int
    vehicles_allowed: bool
    vehicle_exempt_fen: int
    companies_allowed: bool
    marginal_percent: int
    marginal_financial_months: int
    single_method: str
    single_percent: int

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "DibaoStandard":
        """Read stored or typed parameters; every one must be there.

        Raises ParameterErrors with a sentence for each fault.
        """
        clean, errors = check(FIELDS, params, {"bands": _read_bands, "classified": _read_classified})
        if not errors:
            errors = _contradictions(clean)
        if errors:
            raise ParameterErrors(errors)
        return cls(**clean)

    def to_params(self) -> dict[str, Any]:
        """The form for a JSON column; from_params gives the same standard back."""
        params = {field.name: getattr(self, field.name) for field in fields(self)}
        params["bands"] = [vars(band).copy() for band in self.bands]
        params["classified"] = {name: dict(extra) for name, extra in self.classified.items()}
        return params


def suggested_params(**given: Any) -> dict[str, Any]:
    """What an empty form starts with, and what `given` replaces.

    Suggestions, not rules: the county confirms each.
    """
    return {field.name: field.suggested for field in FIELDS} | given


def _read_bands(raw: Any) -> tuple[tuple[Band, ...], str]:
    bands: list[Band] = []
    for row in raw if isinstance(raw, list | tuple) else [None]:
        if isinstance(row, Band):
            row = vars(row)
        if not isinstance(row, Mapping) or set(row) != {"label", "amount_fen", "max_income_fen"}:
            return (), "每档要有名称、金额和收入上限"
        if not str(row["label"]).strip():
            return (), "每档都要有名称"
        if not (_is_fen(row["amount_fen"], 1) and _is_fen(row["max_income_fen"], 1)):
            return (), f"“{row['label']}”的金额和收入上限要大于0"
        bands.append(Band(str(row["label"]).strip(), row["amount_fen"], row["max_income_fen"]))
    for lower, higher in pairwise(bands):
        if higher.max_income_fen <= lower.max_income_fen:
            return (), f"“{higher.label}”的收入上限应高于“{lower.label}”"
        if higher.amount_fen >= lower.amount_fen:
            return (), f"收入越高发得越少，“{higher.label}”的金额应低于“{lower.label}”"
    return tuple(bands), ""


def _read_classified(raw: Any) -> tuple[dict[str, dict[str, int]], str]:
    if not isinstance(raw, Mapping):
        return {}, "格式不对"
    extras: dict[str, dict[str, int]] = {}
    for name, extra in raw.items():
        if name not in CLASSES:
            return {}, f"没有“{name}”这一类"
        if not isinstance(extra, Mapping) or len(extra) != 1:
            return {}, f"{CLASSES[name]}填金额或填比例，只填一样"
        unit, value = next(iter(extra.items()))
        most = {"amount_fen": MOST_FEN, "percent": 100}.get(unit, -1)
        if not (_is_fen(value) and value <= most):
            return {}, f"{CLASSES[name]}的增发数不对"
        extras[name] = {unit: value}
    return extras, ""


def _is_fen(value: Any, least: int = 0) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST_FEN


def _contradictions(values: Mapping[str, Any]) -> dict[str, str]:
    errors = {}
    if values["method"] == "bands":
        bands = values["bands"]
        if not bands:
            errors["bands"] = "按分档计发要填分档表"
        elif bands[-1].max_income_fen < values["standard_fen"]:
            errors["bands"] = "最后一档的收入上限低于低保标准，有的低保家庭会落不进任何一档"
        elif bands[0].amount_fen > values["standard_fen"]:
            errors["bands"] = "最高一档的金额超过了低保标准"
    if (
        values["work_cost_base"] == "minimum_wage"
        and values["work_cost_percent"]
        and not values["minimum_wage_fen"]
    ):
        errors["minimum_wage_fen"] = "就业成本按最低工资算，请填写当地最低工资"
    if values["marginal_financial_months"] < values["financial_months"]:
        errors["marginal_financial_months"] = "低保边缘家庭的财产上限不应比低保家庭严"
    return errors
