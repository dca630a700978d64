"""Forms of 提标: shape only; what may be done is in the services."""

from django import forms

from assistance.forms.payment import area_choices
from assistance.models import StandardChangeRow
from civaffairs.registry.models import Posting
from civaffairs.shell.fields import OfficeSelect, YesNoField
from civaffairs.shell.forms import PlainForm


class PreviewForm(PlainForm):
    """How to reckon. The question is put only for 低保 by 补差 and is otherwise left out."""

    round_up = YesNoField(
        label="尾数算不准的进一元",
        help_text="老台账里没有测算底稿的户，增加的金额不是整元时，差一元以内算不准。选“是”：取较高的一元；选“否”：列出来逐户复核",
    )

    def __init__(self, *args, asks: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["round_up"]


class VersionForm(PlainForm):
    """An act that needs no words. `version` says which state of the raise the page was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class UndoForm(VersionForm):
    reason = forms.CharField(
        label="撤销原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="会写进操作日志",
    )
    widths = {"reason": 12}


class RowFilter(PlainForm):
    """Rows of one raise."""

    outcome = forms.ChoiceField(label="结果", required=False)
    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    arrears = forms.ChoiceField(
        label="补发", required=False, choices=[("", "全部"), ("yes", "有补发"), ("no", "没有补发")]
    )

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [("", "全部"), *StandardChangeRow.Outcome.choices]
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]
