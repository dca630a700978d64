"""Forms of 备用金."""

from collections.abc import Iterable
from typing import Any

from django import forms

from assistance.models import Advance
from civaffairs.lib.money import yuan
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


class ReturnedForm(PlainForm):
    """Claimed 先行救助 that has come back; `claims` are the rows it may be."""

    advance = forms.TypedChoiceField(label="退回哪一笔", coerce=int, widget=forms.RadioSelect)
    day = DayField(label="收到日期", not_after_today=True)
    receipt = forms.CharField(label="票据号", max_length=80)
    widths = {"advance": 12, "day": 3, "receipt": 4}

    def __init__(self, *args: Any, claims: Iterable[Advance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.pk, f"{row.application.applicant.name}　{yuan(row.amount_fen)} 元") for row in claims]
        self.fields["advance"].choices = rows
        if len(rows) == 1:
            self.fields["advance"].initial = rows[0][0]


class YearFilter(PlainForm):
    year = NumberField(label="年度", required=False, low=2000, high=2100, width=2)
