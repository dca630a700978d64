"""Forms of 月结."""

from django import forms

from civaffairs.shell.forms import PlainForm


class ReopenForm(PlainForm):
    reason = forms.CharField(label="反月结原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
