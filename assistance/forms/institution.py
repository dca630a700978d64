"""Forms of payee institutions."""

from django import forms

from assistance.selectors.institution import STATES
from civaffairs.shell.fields import AccountField, not_a_formula
from civaffairs.shell.forms import PlainForm


class InstitutionFilter(PlainForm):
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "在用和待确认"), *STATES])


class NewAccountForm(PlainForm):
    """The account of a home that is there."""

    holder = forms.CharField(label="户名", max_length=60, validators=[not_a_formula])
    bank = forms.CharField(
        label="开户银行",
        max_length=60,
        help_text="写到支行，例：云岭农商银行青溪支行",
        validators=[not_a_formula],
    )
    number = AccountField(label="账号")
    reason = forms.CharField(
        label="依据", max_length=200, help_text="如：开户许可证、机构变更账户的函，写明文号或日期"
    )
    widths = {"name": 4, "holder": 4, "bank": 4, "number": 4, "reason": 8}


class InstitutionForm(NewAccountForm):
    """A home that is not there yet."""

    name = forms.CharField(label="机构名称", max_length=60, help_text="按登记证书填写全称")
    field_order = ("name", "holder", "bank", "number", "reason")


class CloseForm(PlainForm):
    reason = forms.CharField(
        label="停用或退回的原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
