"""Forms of figures and targets."""

from typing import Any

from django import forms

from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import parse_yuan
from civaffairs.registry.models import Posting
from civaffairs.shell.fields import MonthField, NumberField
from civaffairs.shell.forms import PlainForm
from reporting.figures import catalogue, find
from reporting.selectors.figure import areas
from reporting.services.target import CAN_BE_TARGET


class PeriodForm(PlainForm):
    """Which months and which area; blank means January to the last full month, and the posting's own area."""

    first = MonthField(label="起始月份", as_day=True, required=False)
    month = MonthField(label="截止月份", as_day=True, required=False)
    area = forms.ChoiceField(label="地区", required=False)

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", posting.office.name), *areas(posting)[1:]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, month = data.get("first"), data.get("month")
        if first and month and first > month:
            self.add_error("first", "起始月份不能晚于截止月份")
        if first and month and (month.year - first.year) * 12 + month.month - first.month > 35:
            self.add_error("first", "最多看三年")
        return data


class DictionaryForm(PeriodForm):
    group = forms.ChoiceField(label="分类", required=False)
    q = forms.CharField(label="指标", required=False, max_length=40)
    field_order = ("q", "group", "first", "month", "area")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = dict.fromkeys(figure.group for figure in catalogue())
        self.fields["group"].choices = [("", "全部"), *((name, name) for name in groups)]


class TargetForm(PlainForm):
    """`value` is typed in the unit of the figure and becomes fen or a count."""

    year = NumberField(label="年度", low=2000, high=2100)
    figure = forms.ChoiceField(label="指标")
    value = forms.CharField(label="目标值", max_length=20, help_text="资金按万元填，户、人、件按个填")
    document_number = forms.CharField(label="文号", max_length=80, help_text="下达目标的文件")
    widths = {"year": 2, "figure": 4, "value": 3, "document_number": 3}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        can = [found for found in catalogue() if found.unit in CAN_BE_TARGET]
        groups: dict[str, list] = {}
        for found in can:
            groups.setdefault(found.group, []).append((found.key, f"{found.name}（{found.unit}）"))
        self.fields["figure"].choices = [("", "请选择"), *groups.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        found = find(data.get("figure") or "")
        text = data.get("value")
        if not found or not text:
            return data
        try:
            hundredths = parse_yuan(text)
        except BadInput as wrong:
            self.add_error("value", wrong.message.replace("金额", "目标值"))
            return data
        if found.unit == "万元":
            data["value"] = hundredths * 10000
        elif hundredths % 100:
            self.add_error("value", f"“{found.name}”按{found.unit}计，请填整数")
        else:
            data["value"] = hundredths // 100
        return data
