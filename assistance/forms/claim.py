"""Forms of 追缴: the notice served, the instalments, the write-off, a repayment taken back."""

from django import forms

from assistance.forms.payment import area_choices
from assistance.models import ClaimNotice, Scheme
from assistance.selectors.claims import AGES, STAGES
from assistance.services.claims import MOST_PARTS
from civaffairs.registry.models import Posting
from civaffairs.shell.fields import DayField, MoneyField, MonthField, NumberField, OfficeSelect
from civaffairs.shell.forms import PlainForm


class ClaimFilter(PlainForm):
    stage = forms.ChoiceField(
        label="进展", required=False, choices=[("", "全部"), ("open", "没有收回的"), *STAGES]
    )
    age = forms.ChoiceField(label="登记至今", required=False, choices=[("", "不限"), *AGES])
    scheme = forms.ModelChoiceField(
        label="救助项目", queryset=Scheme.objects.all(), required=False, empty_label="全部"
    )
    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    q = forms.CharField(label="姓名", required=False, max_length=30, help_text="姓名或首字母")

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]


class NoticeForm(PlainForm):
    """`number` is the one of the printed paper."""

    number = forms.CharField(max_length=60, widget=forms.HiddenInput)
    served_on = DayField(label="送达日期", not_after_today=True)
    how = forms.ChoiceField(label="送达方式", choices=ClaimNotice.How.choices)
    received_by = forms.CharField(label="签收人", max_length=60, help_text="留置送达的填见证人")
    due_on = DayField(label="退回期限", help_text="通知书上写明的最后一天")
    widths = {"served_on": 3, "how": 3, "received_by": 3, "due_on": 3}


class PlanForm(PlainForm):
    """Equal parts, one a month; what does not divide is in the last."""

    agreed_on = DayField(label="约定日期", not_after_today=True)
    paper = forms.CharField(label="协议或承诺书编号", max_length=60)
    first_month = MonthField(label="第一期月份", as_day=True)
    count = NumberField(label="期数", low=1, high=MOST_PARTS, help_text="每月一期，除不尽的零头在最后一期")
    widths = {"agreed_on": 3, "paper": 3, "first_month": 3, "count": 3}


class WriteOffForm(PlainForm):
    amount = MoneyField(label="核销金额（元）", min_fen=1)
    document_number = forms.CharField(label="批准文号", max_length=80, help_text="县政府或财政批准核销的文件")
    reason = forms.CharField(label="核销理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    widths = {"amount": 3, "document_number": 4, "reason": 12}


class ReasonForm(PlainForm):
    reason = forms.CharField(label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    widths = {"reason": 12}
