"""Whether a household has more property than 低保 allows: money a head, houses, vehicles, registered
businesses (第14条).
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Protocol

from assistance.policy.dibao_standard import METHOD
from assistance.policy.facts import ASSET_KINDS, AssetItem, HouseholdFacts
from assistance.policy.reckoning import NOT_KNOWN, Reckoning, listed, money, owned
from civaffairs.lib.assessment import Unknown

FINANCIAL = ("deposit", "securities", "insurance", "claims", "online", "other")


class PropertyLimits(Protocol):
    """The numbers of a dated standard that limit property: those of 低保, or of a rule that follows it."""

    @property
    def standard_fen(self) -> int: ...
    @property
    def houses_allowed(self) -> int: ...
    @property
    def vehicles_allowed(self) -> bool: ...
    @property
    def vehicle_exempt_fen(self) -> int: ...
    @property
    def companies_allowed(self) -> bool: ...


def property_refusals(
    household: HouseholdFacts, standard: PropertyLimits, people: int, months: int, work: Reckoning
) -> list[str]:
    """The reasons why the property is too much; empty when it is not.

    `months` is the limit on money, in standards a head.
    """
    source, refusals = f"{METHOD}第14条", []
    counted = {member.key for member in household.counted}
    assets = tuple(item for item in household.known_assets if item.owner is None or item.owner in counted)
    for item in assets:
        if item.exempt:
            formula = f"{owned(item, household)}：{item.exempt_reason.strip()}"
            work.step(f"豁免：{ASSET_KINDS[item.kind]}", formula, None, "", source)
    assets = tuple(item for item in assets if not item.exempt)

    funds = [item for item in assets if item.kind in FINANCIAL]
    total = work.total(funds, household)
    limit = months * standard.standard_fen
    formula = (
        f"（{listed(funds, household)}）÷ {people} 人" if funds else "申报无货币财产"
    ) + f"，上限 {months} × {money(standard.standard_fen)}"
    if total is None:
        work.step("人均货币财产", formula, NOT_KNOWN, "", source)
    else:
        per_head = Fraction(total, people)
        work.step("人均货币财产", formula, per_head, "元", source)
        if per_head > limit:
            refusals.append(f"人均货币财产 {money(per_head)} 元，超过 {months} 个月低保标准")

    houses = sum(item.count for item in assets if item.kind == "house")
    work.step("房屋", f"上限 {standard.houses_allowed} 套", houses, "套", source)
    if houses > standard.houses_allowed:
        refusals.append(f"有房屋 {houses} 套，超过规定的 {standard.houses_allowed} 套")

    vehicles = _vehicles(assets, standard, household, work)
    if vehicles and not standard.vehicles_allowed:
        refusals.append(f"名下有机动车辆 {vehicles} 辆，不符合家庭财产规定")

    companies = sum(item.count for item in assets if item.kind == "company")
    if companies:
        work.step("市场主体登记", "允许" if standard.companies_allowed else "不允许", companies, "个", source)
        if not standard.companies_allowed:
            refusals.append("名下有市场主体登记，不符合家庭财产规定")
    return refusals


def _vehicles(
    assets: Iterable[AssetItem], standard: PropertyLimits, household: HouseholdFacts, work: Reckoning
) -> int:
    """Vehicles that count. Where cheap ones are let off, the value has to be known."""
    number, let_off = 0, standard.vehicle_exempt_fen
    vehicles = [item for item in assets if item.kind == "vehicle"]
    for item in vehicles:
        if not let_off or standard.vehicles_allowed:
            number += item.count
        elif isinstance(item.value_fen, Unknown):
            work.missing.append(f"{owned(item, household)}的现值还没有核定")
        elif item.value_fen > let_off:
            number += item.count
    if vehicles:
        rule = "允许" if standard.vehicles_allowed else "不允许"
        if let_off:
            rule += f"，现值不超过 {money(let_off)} 元的不计"
        work.step("机动车辆", rule, number, "辆", f"{METHOD}第14条")
    return number
