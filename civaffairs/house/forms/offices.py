"""Offices, users and postings."""

from django import forms

from civaffairs.registry.models import Level, Office, Posting, Role
from civaffairs.shell.fields import DayField, OfficeSelect
from civaffairs.shell.forms import PlainForm


class OfficeForm(PlainForm):
    """What may be changed later; a new office has its code as well."""

    widths = {"name": 4, "full_name": 8, "hotline": 4, "address": 8, "is_urban": 3, "is_active": 3}

    name = forms.CharField(label="名称", max_length=60, help_text="例：青溪镇、柳塘社区")
    full_name = forms.CharField(
        label="全称", max_length=120, help_text="用于文书落款，例：云岭县青溪镇人民政府"
    )
    hotline = forms.CharField(label="监督电话", max_length=30, required=False, help_text="印在公示单上")
    address = forms.CharField(label="地址", max_length=120, required=False)
    is_urban = forms.BooleanField(label="城镇（社区、街道）", required=False)
    is_active = forms.BooleanField(label="在用", required=False, initial=True)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class NewOfficeForm(OfficeForm):
    code = forms.CharField(
        label="区划代码",
        max_length=20,
        help_text="12位统计用区划代码；乡镇后3位为000",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "is-number"}),
    )
    field_order = ["code", "name", "full_name", "hotline", "address", "is_urban", "is_active"]
    widths = {**OfficeForm.widths, "code": 4, "name": 4, "full_name": 4}

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class NewUserForm(PlainForm):
    widths = {"username": 4, "name": 4}

    name = forms.CharField(label="姓名", max_length=40)
    username = forms.CharField(
        label="登录名",
        max_length=40,
        help_text="字母开头，例：qingxi_li；以后不能改",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


class UserFilterForm(PlainForm):
    widths = {"q": 3, "role": 3, "office": 3, "state": 2}

    q = forms.CharField(label="姓名或登录名", max_length=40, required=False)
    role = forms.ChoiceField(label="岗位", choices=[("", "全部"), *Role.choices], required=False)
    office = forms.ChoiceField(label="单位", required=False, widget=OfficeSelect)
    state = forms.ChoiceField(
        label="账号状态",
        choices=[("", "全部"), ("active", "启用"), ("inactive", "停用"), ("none", "没有岗位")],
        required=False,
    )

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [("", "全部"), *office_choices(posting)]


class PostingForm(PlainForm):
    widths = {"role": 4, "office": 5, "from_day": 3}

    role = forms.ChoiceField(label="岗位", choices=[("", "请选择"), *Role.choices])
    office = forms.ChoiceField(label="单位", widget=OfficeSelect)
    from_day = DayField(label="任职起")

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [("", "请选择"), *office_choices(posting)]


def office_choices(posting: Posting) -> list[tuple[str, str]]:
    """Offices in use of the posting's area, villages named with their township, in one query."""
    offices = list(Office.objects.visible_to(posting).filter(is_active=True).order_by("code"))
    names = {office.code: office.name for office in offices}
    return [
        (o.code, f"{names.get(o.parent_id, '')} {o.name}".strip() if o.level == Level.VILLAGE else o.name)
        for o in offices
    ]
