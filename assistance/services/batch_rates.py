"""What one person gets in a batch: once for each township, standing and kind of household, from the dated standards."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from assistance.models import Batch, BatchRate, Scheme, Standard
from assistance.policy.batches import (
    FESTIVAL_GROUPS,
    Indexes,
    festival_group,
    festival_money,
    premium_share,
    price_subsidy_fen,
)
from assistance.policy.identity import IDENTITIES, identity_under
from assistance.policy.parameters import ParameterErrors
from assistance.policy.rule import Numbers
from assistance.policy.rules import rule_of
from assistance.schemes import DIBAO_RURAL, DIBAO_URBAN
from civaffairs.lib.assessment import UNKNOWN, Step
from civaffairs.lib.errors import BadInput, NotReady
from civaffairs.lib.months import Month

# As whom people are counted: by what they are remembered for, or by what helps them with the insurance.
STANDINGS = {"festival": FESTIVAL_GROUPS, "price": FESTIVAL_GROUPS, "premium": IDENTITIES}


def standing_of(rule: str, source: Scheme) -> str:
    """The standing (a key of STANDINGS) of those who receive `source`."""
    if rule == "premium":
        return identity_under(source.code, source.family)
    return festival_group(source.family)


def rank_of(rule: str, standing: str) -> int:
    """Which standing counts first for one who has several. For the insurance that is the order of the identities;
    elsewhere the higher sum goes first (and after it the order that the county has set)."""
    return list(IDENTITIES).index(standing) if rule == "premium" else 0


@dataclass(frozen=True)
class StandardsInForce:
    """The confirmed standards of a month: a township's own before the county's, the latest first."""

    rows: Mapping[tuple[str, str], Standard]  # (scheme, office) → the latest
    county: str
    month: date

    def of(self, scheme: str, township: str) -> Standard | None:
        return self.rows.get((scheme, township)) or self.rows.get((scheme, self.county))


def standards_in_force(codes: Iterable[str], county: str, month: date) -> StandardsInForce:
    """One query for all townships."""
    found = (
        Standard.objects.confirmed()
        .in_area(county)
        .filter(scheme_id__in=list(codes), from_month__lte=month)
        .select_related("scheme")
        .order_by("from_month")
    )
    return StandardsInForce({(row.scheme_id, row.office_id): row for row in found}, county, month)


def numbers_of(standard: Standard) -> Numbers:
    """Raises NotReady where the standard lacks numbers."""
    spec = standard.scheme.spec
    try:
        return rule_of(spec.rule).read(standard.params, standard.category_names)
    except ParameterErrors as error:
        raise NotReady(
            f"{standard.document_number}的标准不全，请补录新标准：{error.message}", ["保障标准"]
        ) from error


def make_rates(batch: Batch, townships: Iterable[str]) -> list[BatchRate]:
    """The rates of a batch, unsaved. Raises NotReady when a standard or an index is missing, BadInput when prices have
    not risen enough to set the subsidy off anywhere."""
    rule = batch.scheme.spec.rule
    codes = [batch.scheme_id, *([DIBAO_URBAN.code, DIBAO_RURAL.code] if rule == "price" else [])]
    standards = standards_in_force(codes, batch.office_id, batch.month)
    reckoned: dict[Any, tuple[int, tuple[Step, ...]]] = {}
    rates = []
    standings = list(dict.fromkeys(batch.sources.values_list("standing", flat=True)))
    for township in townships:
        standard = standards.of(batch.scheme_id, township)
        if standard is None:
            raise NotReady(
                f"没有{Month.of(batch.month).label}可用的{batch.scheme.short_name}标准，"
                "请先在“保障标准”里录入并确认。",
                ["保障标准"],
            )
        for is_urban in (True, False):
            dibao = _dibao(standards, township, is_urban) if rule == "price" else None
            if rule == "price" and dibao is None:
                continue  # nobody may live there by that standard; if somebody does, he is found without a rate
            for standing in standings:
                key = (standard.pk, dibao, standing if rule != "price" else "")
                if key not in reckoned:
                    reckoned[key] = _reckon(batch, standing, numbers_of(standard), dibao)
                fen, steps = reckoned[key]
                rates.append(
                    BatchRate(
                        batch=batch,
                        township_id=township,
                        standing=standing,
                        is_urban=is_urban,
                        standard=standard,
                        amount_fen=fen,
                        steps=[asdict(step) for step in steps],
                    )
                )
    if not rates:
        raise NotReady(f"{Month.of(batch.month).label}的低保标准还没有录入，不能计算价格补贴。", ["保障标准"])
    if not any(rate.amount_fen for rate in rates):
        raise BadInput(_why_nothing(batch, reckoned), field="cpi" if rule == "price" else "sources")
    return rates


def _reckon(batch: Batch, standing: str, numbers: Numbers, dibao: int | None) -> tuple[int, tuple[Step, ...]]:
    rule = batch.scheme.spec.rule
    if rule == "premium":
        return premium_share(standing, numbers)
    if rule == "festival":
        return festival_money([standing], numbers)
    if dibao is None:
        raise NotReady("当地低保标准还没有录入，不能计算价格补贴。", ["保障标准"])
    indexes = Indexes(*(batch.indexes.get(f"{name}_bp", UNKNOWN) for name in ("cpi", "food", "scpi")))
    return price_subsidy_fen(dibao, indexes, numbers)


def _dibao(standards: StandardsInForce, township: str, is_urban: bool) -> int | None:
    found = standards.of((DIBAO_URBAN if is_urban else DIBAO_RURAL).code, township)
    return None if found is None else int(found.params["standard_fen"])


def _why_nothing(batch: Batch, reckoned: Mapping[Any, tuple[int, tuple[Step, ...]]]) -> str:
    if batch.scheme.spec.rule != "price":
        return "选中的对象按现行标准都没有金额，请核对标准或改选对象"
    steps = next(iter(reckoned.values()))[1]
    if len(steps) > len(("cpi", "food")):
        return "按涨幅和尾数处理，补贴为零，不用发放"
    return "价格涨幅没有达到启动条件：" + "，".join(f"{step.label} {step.formula}" for step in steps)
