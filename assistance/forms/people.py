"""A change of account, and the answer to one."""

from django import forms

from civaffairs.registry.files import ACCEPT, KINDS_IN_WORDS
from civaffairs.shell.fields import AccountField, not_a_formula
from civaffairs.shell.forms import PlainForm

REASONS = ("原卡（折）遗失", "换新卡（社保卡）", "银行退回", "账户被注销或冻结", "监护人代领", "其他")


class AccountForm(PlainForm):
    widths = {"holder": 3, "bank": 5, "number": 4, "holder_reason": 6, "reason": 6, "proof": 12}

    holder = forms.CharField(label="户名", max_length=60, validators=[not_a_formula])
    bank = forms.CharField(
        label="开户银行",
        max_length=60,
        help_text="写到支行，例：云岭农商银行青溪支行",
        validators=[not_a_formula],
    )
    number = AccountField(label="账号")
    holder_reason = forms.CharField(
        label="户名与领款人不一致的原因",
        max_length=200,
        required=False,
        help_text="一致的不填；如：监护人代领，附监护证明",
    )
    reason = forms.CharField(
        label="变更原因", max_length=200, widget=forms.TextInput(attrs={"list": "account-reasons"})
    )
    proof = forms.FileField(
        label="凭证",
        help_text=f"存折、银行卡正面或说明，{KINDS_IN_WORDS}",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


class RefuseAccountForm(PlainForm):
    opinion = forms.CharField(label="不通过的原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
