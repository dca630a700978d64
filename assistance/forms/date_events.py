"""What is asked over the worklist of the calendar."""

from django import forms

from assistance.forms.payment import area_choices
from assistance.models import DateEvent
from civaffairs.registry.models import Posting
from civaffairs.shell.fields import DayField, OfficeSelect
from civaffairs.shell.forms import PlainForm


class EventFilter(PlainForm):
    state = forms.ChoiceField(label="状态", choices=DateEvent.State.choices, required=False)
    kind = forms.ChoiceField(label="事件", choices=[("", "全部"), *DateEvent.Kind.choices], required=False)
    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]


class EventsForm(PlainForm):
    """One answer to the chosen events."""

    heard_on = DayField(
        label="听取意见日期",
        required=False,
        not_after_today=True,
        help_text="其中有要停发、减发的，请填写",
    )
    heard_how = forms.CharField(label="听取意见情况", required=False, max_length=500)
    renewed_until = DayField(
        label="新证有效期至", required=False, help_text="已换残疾人证的填，一次填一个人；长期的填 2099-12-31"
    )
    note = forms.CharField(label="办理说明或不办的原因", required=False, max_length=150)
    widths = {"heard_on": 3, "heard_how": 3, "renewed_until": 3, "note": 3}
