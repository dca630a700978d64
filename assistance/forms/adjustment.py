"""Forms of 补发 and 追缴."""

from django import forms

from assistance.forms.payment import area_choices
from assistance.models import Scheme
from assistance.selectors.adjustment import KINDS, STATES
from civaffairs.registry.models import Posting
from civaffairs.shell.fields import DayField, MoneyField, OfficeSelect
from civaffairs.shell.forms import PlainForm


class AdjustmentFilter(PlainForm):
    kind = forms.ChoiceField(label="种类", required=False, choices=[("", "全部"), *KINDS])
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *STATES])
    scheme = forms.ModelChoiceField(
        label="救助项目", queryset=Scheme.objects.all(), required=False, empty_label="全部"
    )
    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    q = forms.CharField(label="姓名", required=False, max_length=30, help_text="姓名或首字母")

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]


class RepaymentForm(PlainForm):
    amount = MoneyField(label="退回金额（元）", min_fen=1)
    paid_on = DayField(label="退回日期", not_after_today=True)
    receipt = forms.CharField(label="票据号", max_length=60, help_text="非税收入票据或银行回单的号码")
    widths = {"amount": 3, "paid_on": 3, "receipt": 4}


class CancelForm(PlainForm):
    reason = forms.CharField(label="撤销原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
