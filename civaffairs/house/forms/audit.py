"""Looking through the audit trail."""

from django import forms

from civaffairs.registry import audit
from civaffairs.shell.fields import DayField
from civaffairs.shell.forms import PlainForm


class AuditFilterForm(PlainForm):
    widths = {"who": 2, "action": 3, "since": 2, "until": 2, "what": 3, "failed": 2}

    who = forms.CharField(label="姓名或登录名", max_length=40, required=False)
    action = forms.ChoiceField(label="动作", required=False)
    since = DayField(label="从", required=False)
    until = DayField(label="到", required=False)
    what = forms.CharField(label="对象", max_length=60, required=False, help_text="名称、受理编号等")
    failed = forms.BooleanField(label="只看没有成功的", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        named = sorted(audit.action_names().items(), key=lambda pair: pair[1])
        self.fields["action"].choices = [("", "全部"), *named]
