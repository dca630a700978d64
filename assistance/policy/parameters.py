"""The local numbers of a rule, described once: the form that enters them, the check and the page that shows
them read this.

A value that was not given is an error, never a default, because a default nobody confirmed would decide over
people's money. `Parameter.suggested` only fills the empty form.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from civaffairs.lib.errors import BadInput

Kind = Literal["fen", "percent", "int", "choice", "bool", "bands", "classified"]

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
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values brought to their stored form, and the errors by name.

    `shapes` reads the kinds that have a structure of their own: each takes the raw value and gives (value,
    error). A name that no parameter has is an error too: it is a slip or belongs to another rule.
    """
    parameters = tuple(parameters)
    known = {parameter.name for parameter in parameters}
    errors = {name: f"没有“{name}”这个参数" for name in values if name not in known}
    clean: dict[str, Any] = {}
    for parameter in parameters:
        value = values.get(parameter.name)
        if value is None:
            errors[parameter.name] = f"请填写“{parameter.label}”"
        elif parameter.kind in shapes:
            clean[parameter.name], error = shapes[parameter.kind](value)
            if error:
                errors[parameter.name] = f"“{parameter.label}”{error}"
        else:
            clean[parameter.name] = value
            if error := _plain(parameter, value):
                errors[parameter.name] = f"“{parameter.label}”{error}"
    return clean, errors


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
