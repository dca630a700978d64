"""County settings and working days."""

from django import forms

from civaffairs.registry.county import SettingSpec
from civaffairs.shell.fields import MonthField, NumberField, YesNoField
from civaffairs.shell.forms import PlainForm

EXAMPLE = "2027-01-01至2027-01-03 放假 元旦\n2027-02-13 上班 春节调休"


class SettingForm(PlainForm):
    """A new value for one setting; the field for it follows the kind of the setting."""

    widths = {"value": 3, "from_month": 3, "document_number": 6, "note": 12}

    from_month = MonthField(label="起始月份", as_day=True, help_text="从这个月1日起执行")
    document_number = forms.CharField(label="文号", max_length=80, help_text="例：云民〔2026〕12号")
    note = forms.CharField(label="说明", max_length=200, required=False)
    field_order = ["value", "from_month", "document_number", "note"]

    def __init__(self, *args, spec: SettingSpec, **kwargs):
        self.base_fields = {"value": _value_field(spec), **self.base_fields}
        super().__init__(*args, **kwargs)


def _value_field(spec: SettingSpec) -> forms.Field:
    label = f"{spec.label}（{spec.unit}）" if spec.unit else spec.label
    if spec.kind == "int":
        low = 0 if spec.minimum is None else spec.minimum
        high = 1000 if spec.maximum is None else spec.maximum
        return NumberField(label=label, low=low, high=high, unit=spec.unit)
    if spec.kind == "bool":
        return YesNoField(label=label)
    if spec.kind == "choice":
        return forms.ChoiceField(label=label, choices=spec.choices)
    return forms.CharField(label=label, max_length=200)


class WorkdayYearForm(PlainForm):
    widths = {"year": 2, "document_number": 6, "lines": 12}

    year = NumberField(label="年份", low=2004, high=2100)
    document_number = forms.CharField(
        label="通知文号",
        max_length=80,
        help_text="国务院办公厅关于部分节假日安排的通知，例：国办发明电〔2025〕7号",
    )
    lines = forms.CharField(
        label="放假和调休安排",
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 14, "placeholder": EXAMPLE}),
        help_text="一行一段：日期（或 起日至止日） 放假或上班 节日。周末放假可写可不写，周末上班一定要写。",
    )
