"""The form for a standard, made from the parameters that its rule declares."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms import BaseFormSet

from assistance.policy.dibao_standard import CLASSES
from assistance.policy.parameters import Parameter
from assistance.selectors import standard as selector
from civaffairs.registry.models import Level, Office, Posting
from civaffairs.shell.fields import MoneyField, MonthField, NumberField, YesNoField
from civaffairs.shell.forms import PlainForm

_UNITS = (("", "不增发"), ("percent", "占低保标准的百分之"), ("amount_fen", "每人每月（元）"))


class StandardFilter(PlainForm):
    """Which standards a list shows."""

    widths = {"scheme": 4, "state": 3}

    scheme = forms.ChoiceField(label="救助项目", required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), (selector.WAITING, "只看待确认的")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"].choices = [("", "全部"), *selector.schemes_by_class()]


@dataclass
class Block:
    """Fields that stand together, under a name of their own where they are a table."""

    title: str = ""
    help: str = ""
    fields: list = field(default_factory=list)


class StandardForm(PlainForm):
    """Which paper, from when, for where; and one field for each plain number of the rule.

    `groups` yields the fields under the headings of the rule. A number with a structure of its own (bands, extras by
    class) has its own part of the page.
    """

    widths = {"office": 3, "from_month": 2, "document_number": 3, "document_title": 4}

    office = forms.ChoiceField(label="适用地区", help_text="县级标准适用全县；乡镇另有标准的从其标准")
    from_month = MonthField(label="起始月份", as_day=True)
    document_number = forms.CharField(label="文号", max_length=80)
    document_title = forms.CharField(label="文件标题", max_length=120, required=False)

    def __init__(self, *args, parameters: tuple[Parameter, ...], posting: Posting, params: dict, **kwargs):
        self.parameters = parameters
        self.base_fields = {**self.base_fields, **_fields_of(parameters)}
        super().__init__(
            *args,
            initial={
                **params,
                **_extras_as_typed(params),
                **_rates_as_typed(parameters, params),
                **kwargs.pop("initial", {}),
            },
            **kwargs,
        )
        offices = Office.objects.visible_to(posting).filter(is_active=True).exclude(level=Level.VILLAGE)
        self.fields["office"].choices = [(o.code, o.name) for o in offices.order_by("code")]

    def document_fields(self) -> list:
        return [self[name] for name in ("office", "from_month", "document_number", "document_title")]

    def groups(self) -> list[tuple[str, list["Block"]]]:
        """The fields under the headings of the rule; each table of categories under its own name."""
        found: dict[str, list[Block]] = {}
        for parameter in self.parameters:
            blocks = found.setdefault(parameter.group, [])
            if parameter.kind in ("rates", "shares"):
                names = [_by_key(parameter, key) for key, _ in parameter.choices]
                blocks.append(Block(parameter.label, parameter.help, [self[name] for name in names]))
                continue
            names = [parameter.name]
            if parameter.kind == "classified":
                names = [f"{part}_{name}" for name in CLASSES for part in ("unit", "percent", "amount")]
            elif parameter.kind in ("bands", "ages"):
                names = []
            if not blocks or blocks[-1].title:
                blocks.append(Block())
            blocks[-1].fields.extend(self[name] for name in names)
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not any(parameter.kind == "classified" for parameter in self.parameters):
            return data
        for name, label in CLASSES.items():
            unit = data.get(f"unit_{name}")
            column = {"percent": f"percent_{name}", "amount_fen": f"amount_{name}"}.get(unit)
            if column and data.get(column) is None and column not in self.errors:
                self.add_error(column, f"请填写{label}增发多少")
        return data

    def params(self, rows: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
        """The parameters as the rule reads them; `rows` are those that are tables beside the form."""
        data = self.cleaned_data
        values: dict[str, Any] = {}
        for parameter in self.parameters:
            if parameter.kind in ("bands", "ages"):
                values[parameter.name] = rows[parameter.name]
            elif parameter.kind in ("rates", "shares"):
                values[parameter.name] = {key: data[_by_key(parameter, key)] for key, _ in parameter.choices}
            elif parameter.kind == "classified":
                values[parameter.name] = self._extras()
            elif parameter.kind == "choice":
                # A choice of numbers comes back from the browser as text.
                values[parameter.name] = next(
                    (value for value, _ in parameter.choices if str(value) == data[parameter.name]), None
                )
            else:
                values[parameter.name] = data[parameter.name]
        return values

    def _extras(self) -> dict[str, dict[str, int]]:
        data, extras = self.cleaned_data, {}
        for name in CLASSES:
            unit = data.get(f"unit_{name}")
            if unit == "percent":
                extras[name] = {"percent": data[f"percent_{name}"]}
            elif unit == "amount_fen":
                extras[name] = {"amount_fen": data[f"amount_{name}"]}
        return extras


class BandForm(PlainForm):
    label = forms.CharField(label="档次", max_length=20)
    max_income_fen = MoneyField(label="人均月收入不超过（元）", min_fen=1)
    amount_fen = MoneyField(label="每人每月发（元）", min_fen=1)


class _Bands(BaseFormSet):
    caption = "分档表（按分档计发才填）"


class AgeForm(PlainForm):
    from_age = NumberField(label="满多少周岁起", low=0, high=130)
    amount_fen = MoneyField(label="每人每月发（元）", min_fen=0)


class _Ages(BaseFormSet):
    caption = "年龄档（从小到大）"


BandFormSet = forms.formset_factory(BandForm, formset=_Bands, extra=0, can_delete=True, max_num=20)
AgeFormSet = forms.formset_factory(AgeForm, formset=_Ages, extra=0, can_delete=True, max_num=20)


def ages_of(formset) -> list[dict[str, Any]]:
    """The rows that were filled in and not taken out."""
    rows = [f.cleaned_data for f in formset.forms if f.cleaned_data and not f.cleaned_data.get("DELETE")]
    return [{key: row[key] for key in ("from_age", "amount_fen")} for row in rows]


def bands_of(formset) -> list[dict[str, Any]]:
    """The rows that were filled in and not taken out."""
    rows = [
        form.cleaned_data
        for form in formset.forms
        if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]
    return [{key: row[key] for key in ("label", "amount_fen", "max_income_fen")} for row in rows]


def _fields_of(parameters: tuple[Parameter, ...]) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for parameter in parameters:
        if parameter.kind == "classified":
            fields |= _class_fields()
        elif parameter.kind in ("rates", "shares"):
            for key, label in parameter.choices:
                fields[_by_key(parameter, key)] = _number_of(parameter, key, label)
        elif parameter.kind not in ("bands", "ages"):
            fields[parameter.name] = _field_of(parameter)
    return fields


def _by_key(parameter: Parameter, key: str) -> str:
    return f"{parameter.name}__{key}"


def _number_of(parameter: Parameter, key: str, label: str) -> forms.Field:
    """The number of one category; the parameter's own name stands before it where there are several tables."""
    if parameter.kind == "rates":
        return MoneyField(label=f"{label}（元）", min_fen=parameter.least or 0, width=3)
    high = parameter.most if parameter.most is not None else 1000
    return NumberField(label=f"{label}（%）", low=parameter.least or 0, high=high, width=3)


def _rates_as_typed(parameters: tuple[Parameter, ...], params: dict[str, Any]) -> dict[str, Any]:
    return {
        _by_key(parameter, key): (params.get(parameter.name) or {}).get(key)
        for parameter in parameters
        if parameter.kind in ("rates", "shares")
        for key, _ in parameter.choices
    }


def _field_of(parameter: Parameter) -> forms.Field:
    told = {"label": parameter.label, "help_text": parameter.help}
    if parameter.kind == "fen":
        return MoneyField(**{**told, "label": f"{parameter.label}（元）"}, min_fen=parameter.least, width=3)
    if parameter.kind == "bool":
        return YesNoField(**told)
    if parameter.kind == "choice":
        return forms.ChoiceField(**told, choices=parameter.choices)
    percent = parameter.kind == "percent"
    low = parameter.least or 0
    high = parameter.most if parameter.most is not None else 100 if percent else 10**6
    label = f"{parameter.label}（%）" if percent else parameter.label
    return NumberField(**{**told, "label": label}, low=low, high=high, width=3)


def _class_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for name, label in CLASSES.items():
        fields[f"unit_{name}"] = forms.ChoiceField(label=f"{label}增发", choices=_UNITS, required=False)
        fields[f"percent_{name}"] = NumberField(label="百分之", low=0, high=100, required=False, width=2)
        fields[f"amount_{name}"] = MoneyField(label="金额（元）", required=False, width=2)
        fields[f"unit_{name}"].width = 4
        fields[f"amount_{name}"].width = 6
    return fields


def _extras_as_typed(params: dict[str, Any]) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for name, extra in params.get("classified", {}).items():
        unit, value = next(iter(extra.items()))
        typed[f"unit_{name}"] = unit
        typed[f"percent_{name}" if unit == "percent" else f"amount_{name}"] = value
    return typed
