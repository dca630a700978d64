"""The two questions before a form is opened."""

from typing import Any

from django import forms

from civaffairs.shell.fields import OfficeSelect
from civaffairs.shell.forms import PlainForm


class NewDraftForm(PlainForm):
    """Which programme, and where the family or person lives. The view gives the choices that this posting has;
    `programmes` are (class, programmes) as the page shows them."""

    widths = {"scheme": 12, "office": 5}

    office = forms.ChoiceField(label="所在的村（社区）", widget=OfficeSelect)
    scheme = forms.ChoiceField(label="申请的救助项目", widget=forms.RadioSelect)

    def __init__(self, *args: Any, programmes: Any, villages: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programmes = programmes
        self.fields["scheme"].choices = [
            (label, [(each.code, each.name) for each in group]) for label, group in programmes
        ]
        offices = [(village.pk, village.name) for village in villages]
        # Nothing is chosen beforehand, unless there is nothing to choose.
        self.fields["office"].choices = offices if len(offices) == 1 else [("", "请选择"), *offices]
