"""The local numbers of a rule, described once: the form that enters them, the check and the page that shows
them read this.

A value that was not given is an error, never a default, because a default nobody confirmed would decide over
people's money. `Parameter.suggested` only fills the empty form.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from civaffairs.lib.errors import BadInput

# rates: fen for each category, {"key": fen}; shares: whole percent for each category, {"key": percent};
# ages: [{"from_age": 80, "amount_fen": 5000}, …] from the youngest band up.
Kind = Literal["fen", "percent", "int", "choice", "bool", "bands", "classified", "rates", "shares", "ages"]

MOST_FEN = 10**9


@dataclass(frozen=True)
class Parameter:
    """One local number.

    `kind` names its unit: fen (money in fen), percent (whole percent), int (a plain count).
    """

    name: str
    label: str
    kind: Kind
    suggested: Any
    help: str = ""
    source: str = ""
    least: int | None = None
    most: int | None = None
    choices: tuple[tuple[Any, str], ...] = ()
    group: str = ""
    # Whether who is entitled, or to how much, depends on it; else it says what the office does and when.
    decides: bool = True


class ParameterErrors(BadInput):
    """The values that cannot stand. `errors` maps the name of each to one plain sentence."""

    def __init__(self, errors: Mapping[str, str]):
        self.errors = dict(errors)
        first = next(iter(self.errors))
        super().__init__("标准参数有误：" + "；".join(self.errors.values()), first)


def check(
    parameters: Iterable[Parameter],
    values: Mapping[str, Any],
    shapes: Mapping[str, Callable[[Any], tuple[Any, str]]],
    per_category: Callable[[Parameter, Any], tuple[Any, str]] | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values brought to their stored form, and the errors by name.

    `shapes` reads the kinds that have a structure of their own: each takes the raw value and gives (value,
    error); `per_category` those that have a number for each choice. A name that no parameter has is an error too: it
    is a slip or belongs to another rule.
    """
    parameters = tuple(parameters)
    known = {parameter.name for parameter in parameters}
    errors = {name: f"没有“{name}”这个参数" for name in values if name not in known}
    clean: dict[str, Any] = {}
    for parameter in parameters:
        value = values.get(parameter.name)
        if value is None:
            errors[parameter.name] = f"请填写“{parameter.label}”"
        elif parameter.kind in ("rates", "shares") and per_category is not None:
            clean[parameter.name], error = per_category(parameter, value)
            if error:
                errors[parameter.name] = f"“{parameter.label}”{error}"
        elif parameter.kind in shapes:
            clean[parameter.name], error = shapes[parameter.kind](value)
            if error:
                errors[parameter.name] = f"“{parameter.label}”{error}"
        else:
            clean[parameter.name] = value
            if error := _plain(parameter, value):
                errors[parameter.name] = f"“{parameter.label}”{error}"
    return clean, errors


def read_shares(parameter: Parameter, raw: Any) -> tuple[dict[str, int], str]:
    """One number for each category: fen for rates, whole percent for shares. A category without a number is an
    error: it would be paid nothing without anybody having said so."""
    if not isinstance(raw, Mapping):
        return {}, "格式不对"
    labels = dict(parameter.choices)
    least = parameter.least or 0
    usual = MOST_FEN if parameter.kind == "rates" else 1000
    most = parameter.most if parameter.most is not None else usual
    for key in raw:
        if key not in labels:
            return {}, f"没有“{key}”这一类"
    for key, label in labels.items():
        value = raw.get(key)
        if value is None:
            return {}, f"里“{label}”还没有填"
        if isinstance(value, bool) or not isinstance(value, int):
            return {}, f"里“{label}”应为数字"
        if not least <= value <= most:
            return {}, f"里“{label}”超出范围"
    return {key: raw[key] for key in labels}, ""


def read_ages(raw: Any) -> tuple[tuple[dict[str, int], ...], str]:
    """Bands by age, each from its age until the next one begins."""
    rows = []
    for row in raw if isinstance(raw, list | tuple) else [None]:
        if not isinstance(row, Mapping) or set(row) != {"from_age", "amount_fen"}:
            return (), "每档要有起始年龄和金额"
        age, fen = row["from_age"], row["amount_fen"]
        if isinstance(age, bool) or not isinstance(age, int) or not 0 <= age <= 130:
            return (), "的起始年龄应在0到130之间"
        if isinstance(fen, bool) or not isinstance(fen, int) or not 0 <= fen <= MOST_FEN:
            return (), f"里{age}周岁档的金额不对"
        rows.append({"from_age": age, "amount_fen": fen})
    if not rows:
        return (), "至少要有一档"
    for lower, higher in pairwise(rows):
        if higher["from_age"] <= lower["from_age"]:
            return (), "要按年龄从小到大填，年龄不能重复"
    return tuple(rows), ""


def _plain(parameter: Parameter, value: Any) -> str:
    if parameter.kind == "bool":
        return "" if isinstance(value, bool) else "只能选是或否"
    if parameter.kind == "choice":
        return "" if value in [choice for choice, _ in parameter.choices] else "请从列表中选择"
    if isinstance(value, bool) or not isinstance(value, int):
        return "应为整数"
    least = 0 if parameter.least is None else parameter.least
    most = parameter.most if parameter.most is not None else {"percent": 100}.get(parameter.kind, MOST_FEN)
    if not least <= value <= most:
        return f"应在{_shown(parameter, least)}到{_shown(parameter, most)}之间"
    return ""


def _shown(parameter: Parameter, value: int) -> str:
    if parameter.kind == "fen":
        return f"{value / 100:g}元" if value < MOST_FEN else "一千万元"
    return f"{value}%" if parameter.kind == "percent" else str(value)
