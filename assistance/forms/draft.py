"""The two questions before a form is opened."""

from typing import Any

from django import forms

from civaffairs.shell.fields import OfficeSelect
from civaffairs.shell.forms import PlainForm


class NewDraftForm(PlainForm):
    """Which programme, and where the family lives. The view gives the choices that this posting has."""

    widths = {"scheme": 12, "office": 5}

    scheme = forms.ChoiceField(label="申请的救助项目", widget=forms.RadioSelect)
    office = forms.ChoiceField(label="家庭所在的村（社区）", widget=OfficeSelect)

    def __init__(self, *args: Any, schemes: Any, villages: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"].choices = [(scheme.pk, scheme.name) for scheme in schemes]
        offices = [(village.pk, village.name) for village in villages]
        # Nothing is chosen beforehand, unless there is nothing to choose.
        self.fields["office"].choices = offices if len(offices) == 1 else [("", "请选择"), *offices]
