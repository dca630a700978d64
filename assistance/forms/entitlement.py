"""Forms of the ledger."""

from django import forms

from assistance.forms.payment import area_choices
from assistance.models import EndReason, Entitlement, Scheme
from assistance.selectors.entitlement import IN_FORCE, STATES
from assistance.workflow import ChangeStatus
from civaffairs.registry.models import Posting
from civaffairs.shell.fields import DayField, MonthField, OfficeSelect
from civaffairs.shell.forms import PlainForm
from civaffairs.shell.whole_numbers import not_whole


class EntitlementFilter(PlainForm):
    scheme = forms.ModelChoiceField(
        label="救助项目", queryset=Scheme.objects.all(), required=False, empty_label="全部"
    )
    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    state = forms.ChoiceField(label="状态", choices=[("", "全部"), *STATES], required=False, initial=IN_FORCE)
    q = forms.CharField(
        label="户主或成员",
        required=False,
        max_length=40,
        help_text="姓名、首字母、身份证号后4、6位、低保证号",
        validators=[not_whole],
    )
    widths = {"q": 4}

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]


class ChangeForm(PlainForm):
    """A proposed end. Which fields are due depends on the reason; the service says what is missing."""

    reason_code = forms.ChoiceField(label="停发原因", choices=[("", "请选择"), *EndReason.choices])
    until_month = MonthField(label="停发起始月份", as_day=True, help_text="从这个月起不再发放")
    explanation = forms.CharField(label="具体情况", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    deceased = forms.ChoiceField(label="去世的保障对象", required=False, help_text="停发原因为死亡时填写")
    died_on = DayField(label="死亡日期", required=False, not_after_today=True)
    heard_on = DayField(
        label="听取意见日期", required=False, not_after_today=True, help_text="死亡以外的原因都要听取家庭意见"
    )
    heard_how = forms.CharField(
        label="听取意见情况",
        required=False,
        max_length=500,
        help_text="什么方式、听取谁的意见、家庭怎么说",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    widths = {"reason_code": 3, "until_month": 3, "deceased": 3, "died_on": 3, "heard_on": 3, "heard_how": 9}

    def __init__(self, *args, entitlement: Entitlement, **kwargs):
        super().__init__(*args, **kwargs)
        members = entitlement.members.select_related("person").order_by("id")
        self.fields["deceased"].choices = [
            ("", "—"),
            *((str(member.person_id), member.person.name) for member in members),
        ]


class ChangeFilter(PlainForm):
    status = forms.ChoiceField(label="状态", choices=ChangeStatus.choices, required=False)


class DecisionForm(PlainForm):
    """The county's answer to a proposed end."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    opinion = forms.CharField(
        label="意见", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
