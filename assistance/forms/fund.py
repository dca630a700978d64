"""Forms of the money ledger."""

from django import forms

from assistance.models import FundEntry
from assistance.schemes import PROGRAMMES
from civaffairs.shell.fields import DayField, MoneyField, NumberField
from civaffairs.shell.forms import PlainForm


class FundForm(PlainForm):
    kind = forms.ChoiceField(label="类型", choices=FundEntry.Kind.choices, widget=forms.RadioSelect)
    programme = forms.ChoiceField(
        label="资金项目", choices=[("", "请选择"), *((name, name) for name in PROGRAMMES)]
    )
    source = forms.ChoiceField(label="来源", choices=[("", "请选择"), *FundEntry.Source.choices])
    year = NumberField(label="年度", low=2000, high=2100)
    amount = MoneyField(label="金额（元）", min_fen=1)
    day = DayField(label="日期", not_after_today=True, help_text="文件日期或到账日期")
    document_number = forms.CharField(label="文号", max_length=80, help_text="如：云财社〔2026〕8号")
    note = forms.CharField(label="说明", required=False, max_length=200)
    widths = {
        "kind": 3,
        "programme": 3,
        "source": 3,
        "year": 3,
        "amount": 3,
        "day": 3,
        "document_number": 3,
        "note": 9,
    }


class FundFilter(PlainForm):
    year = NumberField(label="年度", required=False, low=2000, high=2100)
    programme = forms.ChoiceField(
        label="资金项目",
        required=False,
        choices=[("", "全部"), *((name, name) for name in PROGRAMMES)],
    )
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *FundEntry.Kind.choices])


class LineChoice(PlainForm):
    """One line of the ledger. The programme is a word: lines of earlier years may carry names of their own."""

    year = NumberField(label="年度", low=2000, high=2100)
    programme = forms.CharField(label="资金项目", max_length=60)
    source = forms.ChoiceField(label="来源", choices=FundEntry.Source.choices)


class ReverseForm(PlainForm):
    reason = forms.CharField(label="冲销原因", max_length=180)
    widths = {"reason": 9}
