"""Forms of 备用金."""

from typing import Any

from django import forms

from civaffairs.registry.models import Office, Posting
from civaffairs.shell.fields import DayField, MoneyField, NumberField, OfficeSelect
from civaffairs.shell.forms import PlainForm

ALLOT, RECALL = "allot", "recall"


class AllotForm(PlainForm):
    kind = forms.ChoiceField(
        label="种类", choices=[(ALLOT, "下拨"), (RECALL, "收回")], widget=forms.RadioSelect, initial=ALLOT
    )
    office = forms.ChoiceField(label="乡镇", widget=OfficeSelect)
    year = NumberField(label="年度", low=2000, high=2100)
    amount = MoneyField(label="金额（元）", min_fen=1)
    day = DayField(label="日期", not_after_today=True, help_text="拨款或收回的日期")
    document_number = forms.CharField(label="文号", max_length=80, help_text="如：云民〔2026〕6号")
    note = forms.CharField(label="说明", required=False, max_length=200)
    widths = {"kind": 3, "office": 3, "year": 2, "amount": 3, "day": 3, "document_number": 3, "note": 6}

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        townships = Office.objects.visible_to(posting).townships().filter(is_active=True)
        self.fields["office"].choices = [("", "请选择"), *townships.values_list("code", "name")]


class YearFilter(PlainForm):
    year = NumberField(label="年度", required=False, low=2000, high=2100, width=2)
