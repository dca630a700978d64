"""Forms of 一站式 settlements: shape and format only; the rules are in the services."""

from typing import Any

from django import forms

from assistance.forms.payment import area_choices
from assistance.policy.identity import IDENTITIES
from civaffairs.registry.models import Posting
from civaffairs.shell.fields import DayField, OfficeSelect
from civaffairs.shell.forms import PlainForm


class SettlementFileForm(PlainForm):
    file = forms.FileField(label="结算表", help_text=".xlsx 表格，列名见模板")
    widths = {"file": 6}


class SettlementFilter(PlainForm):
    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    identity = forms.ChoiceField(
        label="救助身份", required=False, choices=[("", "全部"), *IDENTITIES.items()]
    )
    first = DayField(label="结算日期从", required=False)
    last = DayField(label="结算日期到", required=False)
    known = forms.ChoiceField(
        label="人员登记", required=False, choices=[("", "全部"), ("yes", "已登记"), ("no", "未登记")]
    )
    hospital = forms.CharField(label="医院", required=False, max_length=40)
    q = forms.CharField(
        label="人员", required=False, max_length=40, help_text="姓名、首字母、身份证号或结算单号"
    )

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]
