"""The acts on the notice of an intended end of 特困."""

from collections.abc import Iterable
from datetime import date

from django import forms

from assistance.models import Notice, Objection
from assistance.services.notice import CONTACT_LENGTH, CONTENT_LENGTH
from civaffairs.registry.files import ACCEPT, KINDS_IN_WORDS
from civaffairs.shell.fields import DayField, YesNoField
from civaffairs.shell.forms import PlainForm


class PostEndForm(PlainForm):
    widths = {"place": 8, "posted_on": 4}

    place = forms.CharField(
        label="张贴地点", max_length=120, help_text="本人所在村（社区）；集中供养的也可以在供养机构"
    )
    posted_on = DayField(label="张贴日期", not_after_today=True)

    def __init__(self, *args, village: str, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].initial = f"{village}公示栏"
        self.fields["posted_on"].initial = on


class EndPhotoForm(PlainForm):
    widths = {"place": 8, "taken_on": 4, "photo": 12}

    photo = forms.FileField(
        label="公示照片",
        help_text=f"能看清公示单和公示栏，{KINDS_IN_WORDS.split('或')[0]}",
        widget=forms.FileInput(attrs={"accept": ACCEPT.replace(",.pdf", ""), "capture": "environment"}),
    )
    place = forms.CharField(label="拍摄地点", max_length=120)
    taken_on = DayField(label="拍摄日期", not_after_today=True)

    def __init__(self, *args, notice: Notice, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].initial = notice.place
        self.fields["taken_on"].initial = on


class EndObjectionForm(PlainForm):
    widths = {"channel": 12, "content": 12, "contact": 12}

    channel = forms.ChoiceField(
        label="异议来源",
        choices=[choice for choice in Objection.Channel.choices if choice[0] != Objection.Channel.PAGE],
        widget=forms.RadioSelect,
    )
    content = forms.CharField(
        label="异议内容", max_length=CONTENT_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )
    contact = forms.CharField(
        label="联系方式",
        max_length=CONTACT_LENGTH,
        required=False,
        help_text="不愿留的可不填；只有办理人员能看到",
    )


class EndAnswerForm(PlainForm):
    widths = {"objection": 12, "upheld": 12, "answer": 12}

    objection = forms.TypedChoiceField(label="答复哪条异议", coerce=int, widget=forms.RadioSelect)
    upheld = YesNoField(label="异议是否成立", yes="成立，撤下公示", no="经查不成立")
    answer = forms.CharField(
        label="处理意见", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="会答复异议人"
    )

    def __init__(self, *args, waiting: Iterable[Objection], **kwargs):
        super().__init__(*args, **kwargs)
        choices = [
            (row.pk, f"{row.received_on:%Y-%m-%d} {row.get_channel_display()}：{row.content}")
            for row in waiting
        ]
        self.fields["objection"].choices = choices
        if len(choices) == 1:
            self.fields["objection"].initial = choices[0][0]
