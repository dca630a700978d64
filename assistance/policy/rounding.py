"""How an amount is rounded, which national rules leave to the county: two parameters and the step that applies them."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from assistance.policy.dibao_standard import LOCAL
from assistance.policy.parameters import Parameter
from assistance.policy.reckoning import Reckoning, money
from civaffairs.lib.money import round_fen

UNITS = {1: "分", 10: "角", 100: "元"}
MODES = {"half_up": "四舍五入", "up": "有尾数就进一", "down": "舍去尾数"}

ROUNDING = (
    Parameter(
        "rounding_unit_fen",
        "金额保留到",
        "choice",
        100,
        "全部算完后只舍入一次",
        LOCAL,
        choices=tuple(UNITS.items()),
        group="尾数",
    ),
    Parameter(
        "rounding_mode",
        "尾数处理",
        "choice",
        "half_up",
        "",
        LOCAL,
        choices=tuple(MODES.items()),
        group="尾数",
    ),
)


def rounded(
    exact: Fraction | int,
    numbers: Mapping[str, Any],
    work: Reckoning,
    label: str,
    unit: str = "元",
    most: int | None = None,
) -> int:
    """The amount to pay, in fen, from the exact sum; writes the step under this label.

    Rounding up does not carry it over `most`: a sum that would pass the limit drops its remainder.
    """
    size, mode = numbers["rounding_unit_fen"], numbers["rounding_mode"]
    if most is not None and round_fen(exact, size, mode) > most:
        mode = "down"
    paid = round_fen(exact, size, mode)
    work.step(label, f"{money(exact)}，保留到{UNITS[size]}，{MODES[mode]}", paid, unit, LOCAL)
    return paid
