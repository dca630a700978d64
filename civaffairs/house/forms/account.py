"""Log-in and one's own password."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts

from civaffairs.shell.fields import DayField
from civaffairs.shell.forms import PlainForm, say_plainly


class LogInForm(AuthenticationForm):
    """Usernames are kept in small letters; what is typed is brought to that form."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label, self.fields["password"].label = "登录名", "密码"
        say_plainly(self)
        self.error_messages["invalid_login"] = (
            f"登录名或密码不对。连续输错{settings.AXES_FAILURE_LIMIT}次会暂时锁定。"
        )

    def clean_username(self) -> str:
        name = self.cleaned_data["username"].strip().lower()
        # Django puts the length into the page and does not ask for it afterwards.
        if len(name) > self.fields["username"].max_length:
            raise self.get_invalid_login_error()
        return name


class PasswordForm(PlainForm):
    current = forms.CharField(
        label="现在的密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new = forms.CharField(
        label="新密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label="再输一遍新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = "；".join(
            text.rstrip("。") for text in password_validators_help_texts()
        )

    def clean_again(self) -> str:
        if self.cleaned_data.get("new") and self.cleaned_data["again"] != self.cleaned_data["new"]:
            raise forms.ValidationError("两遍新密码不一样")
        return self.cleaned_data["again"]


class DemoDayForm(PlainForm):
    day = DayField(label="日期")
