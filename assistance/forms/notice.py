"""Filters of the notices, and the public's objection."""

from collections.abc import Iterable

from django import forms

from assistance.forms.cases import area_choices
from assistance.models import Notice
from assistance.services.notice import CONTACT_LENGTH, CONTENT_LENGTH
from civaffairs.registry.models import Posting
from civaffairs.shell.fields import OfficeSelect
from civaffairs.shell.forms import PlainForm


class NoticeFilter(PlainForm):
    widths = {"area": 4, "name": 3}

    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    name = forms.CharField(label="申请人", max_length=40, required=False)
    tab = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]


class PublicObjectionForm(PlainForm):
    """What a citizen writes. `website` is for machines: people do not see it, whoever fills it in is none."""

    notice = forms.TypedChoiceField(label="对哪一户有意见", coerce=int, widget=forms.RadioSelect)
    content = forms.CharField(
        label="您了解的情况",
        max_length=CONTENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=f"请写明哪里不符合实际，最多{CONTENT_LENGTH}字",
    )
    contact = forms.CharField(
        label="您的姓名和电话",
        max_length=CONTACT_LENGTH,
        required=False,
        help_text="可以不填。填了便于我们核实和答复，只有办理人员能看到。",
    )
    website = forms.CharField(label="网址（请不要填写）", required=False)

    def __init__(self, *args, notices: Iterable[Notice], **kwargs):
        super().__init__(*args, **kwargs)
        notices = list(notices)
        self.fields["notice"].choices = [
            (notice.pk, f"{notice.content['head']}（{notice.content['scheme']}）") for notice in notices
        ]
        if len(notices) == 1:
            self.fields["notice"].initial = notices[0].pk
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}
