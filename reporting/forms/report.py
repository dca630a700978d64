"""Forms of reports."""

from typing import Any

from django import forms

from civaffairs.shell.fields import MonthField, NumberField
from civaffairs.shell.forms import PlainForm
from reporting.services.report import MAX_TEXT
from reporting.sheets.kinds import KINDS, ReportKind


class NewReportForm(PlainForm):
    kind = forms.ChoiceField(label="报告种类", choices=[(kind.key, kind.name) for kind in KINDS.values()])
    first = MonthField(label="起始月份", as_day=True)
    month = MonthField(label="截止月份", as_day=True)
    widths = {"kind": 4, "first": 2, "month": 2}


class TextForm(PlainForm):
    """One text field for each section of the kind that has a text of its own."""

    version = NumberField(label="版本", widget=forms.HiddenInput)
    title = forms.CharField(label="标题", max_length=120)
    number = forms.CharField(
        label="文号", max_length=60, required=False, help_text="如：云民〔2026〕15号，没有可不填"
    )
    widths = {"title": 8, "number": 4}

    def __init__(self, *args: Any, kind: ReportKind, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)

    def _bound_sections(self) -> list[str]:
        return [section.key for section in self.kind.sections if not is_bare(section)]

    def texts(self) -> dict[str, str]:
        return {key: self.cleaned_data.get(key, "") for key in self._bound_sections()}

    @property
    def section_fields(self) -> list[forms.BoundField]:
        return [self[key] for key in self._bound_sections()]


def is_bare(section) -> bool:
    """A section that is nothing but a heading."""
    return not section.text and not section.parts


def text_form(kind: ReportKind) -> type[TextForm]:
    """The form class of a kind: its fields are the sections."""
    fields: dict[str, Any] = {
        section.key: forms.CharField(
            label=section.label if not section.heading else f"{section.heading}",
            required=False,
            max_length=MAX_TEXT,
            strip=True,
            widget=forms.Textarea(attrs={"rows": section.rows, "data-places": ""}),
        )
        for section in kind.sections
        if not is_bare(section)
    }
    return type("SectionForm", (TextForm,), fields)


class IssueForm(PlainForm):
    version = NumberField(label="版本", widget=forms.HiddenInput)
    exception_reason = forms.CharField(
        label="带差异签发的理由",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="会印在附件的勾稽核对表下面",
    )
    correction_reason = forms.CharField(
        label="更正原因",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="会印在附件的更正说明里",
    )

    def __init__(self, *args: Any, has_exception: bool, is_correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, wanted in (("exception_reason", has_exception), ("correction_reason", is_correction)):
            if wanted:
                self.fields[name].required = True
            else:
                del self.fields[name]


class ReopenForm(PlainForm):
    version = NumberField(label="版本", widget=forms.HiddenInput)
    reason = forms.CharField(label="更正原因", max_length=300)
    widths = {"reason": 8}
