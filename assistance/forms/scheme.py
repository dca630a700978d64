"""The forms of a programme: what the county sets of one, and one of its own."""

from typing import Any

from django import forms
from django.forms import BaseFormSet

from assistance.policy.rules import rule_of
from assistance.schemes import (
    CLASSES,
    DECIDERS,
    FIXED_RATE,
    MOST_MONTHS_AFTER_DEATH,
    STARTS,
    STEPS,
    SchemeSpec,
)
from assistance.selectors.scheme import after_death
from assistance.services.scheme_terms import (
    IN_ORDER,
    LENGTHS,
    LIMITS,
    MOST_DAYS,
    MOST_REVIEW_MONTHS,
    may_add_categories,
    may_cadence,
)
from civaffairs.shell.fields import DayField, NumberField, YesNoField
from civaffairs.shell.forms import PlainForm

_AFTER_DEATH = [(months, after_death(months)) for months in range(-1, MOST_MONTHS_AFTER_DEATH + 1)]
_DOCUMENT = ("from_day", "document_number", "document_title")
_WHO = ("name", "short_name", "klass", "number_prefix")
_MONEY = ("cadence", "starts", "months_after_death", "stops_next", "review_months")


class TermsForm(PlainForm):
    """What a document sets for a programme. The fields follow the programme: no choice is shown that is none."""

    widths = {
        "from_day": 3,
        "document_number": 4,
        "document_title": 5,
        "steps": 12,
        "peer": 4,
        "decided_by": 4,
        "cadence": 4,
        "starts": 4,
        "months_after_death": 4,
        "stops_next": 4,
        "review_months": 4,
        **dict.fromkeys(LIMITS, 3),
    }

    from_day = DayField(label="起始日期", help_text="这天起受理的申请按新规定办")
    document_number = forms.CharField(label="文号", max_length=80, help_text="例：云民发〔2026〕12号")
    document_title = forms.CharField(label="文件标题", max_length=120, required=False)
    cadence = forms.ChoiceField(label="发放方式")
    starts = forms.ChoiceField(label="从哪个月起发", choices=list(STARTS.items()))
    months_after_death = forms.TypedChoiceField(label="对象去世后", choices=_AFTER_DEATH, coerce=int)
    stops_next = YesNoField(label="其他原因停发", yes="次月起停", no="当月起停")
    review_months = NumberField(
        label="多少个月复核一次", low=0, high=MOST_REVIEW_MONTHS, help_text="不定期复核的填 0"
    )
    steps = forms.MultipleChoiceField(
        label="要办的环节",
        choices=[(step, STEPS[step]) for step in IN_ORDER],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="按这个顺序办；没有勾的，办理页上不出现",
    )
    peer = forms.CharField(
        label="会审单位",
        max_length=LENGTHS["peer"],
        required=False,
        help_text="勾了会审才填，例：县残疾人联合会",
    )
    decided_by = forms.ChoiceField(label="由谁审批", choices=list(DECIDERS.items()))

    def __init__(self, *args: Any, spec: SchemeSpec, **kwargs: Any) -> None:
        self.base_fields = {**self.base_fields, **_limit_fields()}
        initial = {name: getattr(spec, name) for name in self.base_fields if hasattr(spec, name)}
        initial |= {"steps": list(spec.steps), **dict(spec.limits)}
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self.spec = spec
        rhythms = may_cadence(spec)
        self.fields["cadence"].choices = list(rhythms.items())
        self.fields["cadence"].help_text = "按季的在3、6、9、12月发三个月的，按年的一年发一次"
        if len(rhythms) == 1:
            del self.fields["cadence"]
        if spec.is_one_off:
            # Help that is given once neither stops nor is looked at again.
            for name in ("months_after_death", "stops_next", "review_months"):
                del self.fields[name]
        if not rule_of(spec.rule).pays:
            self.fields["starts"].label = "从哪个月起算"

    def _bound(self, names: Any) -> list:
        return [self[name] for name in names if name in self.fields]

    def document_fields(self) -> list:
        return self._bound(_DOCUMENT)

    def step_fields(self) -> list:
        return self._bound(("steps", "peer", "decided_by"))

    def money_fields(self) -> list:
        return self._bound(_MONEY)

    def limit_fields(self) -> list:
        return self._bound(LIMITS)

    def terms(self, categories: list[list[str]] | None) -> dict[str, Any]:
        """The terms as the service reads them; `categories` None where there are none to set."""
        data = self.cleaned_data
        terms = {name: data[name] for name in (*_MONEY, "steps", "peer", "decided_by") if name in self.fields}
        terms["limits"] = [[key, data[key]] for key in LIMITS if data[key] is not None]
        if categories is not None:
            terms["categories"] = categories
        return terms


class ClosingForm(PlainForm):
    """The paper by which a programme of the county's own takes no new application, or takes them again."""

    widths = {"from_day": 3, "document_number": 4, "document_title": 5, "name": 6, "short_name": 4}

    from_day = DayField(label="起始日期")
    document_number = forms.CharField(label="文号", max_length=80, help_text="例：云民发〔2026〕12号")
    document_title = forms.CharField(label="文件标题", max_length=120, required=False)


class NamesForm(ClosingForm):
    """And the one by which it is called otherwise."""

    name = forms.CharField(label="项目名称", max_length=LENGTHS["name"])
    short_name = forms.CharField(label="简称", max_length=LENGTHS["short_name"], help_text="列表、文书里用")


class NewSchemeForm(TermsForm):
    """A programme of the county's own: a fixed sum for each category."""

    widths = TermsForm.widths | {"name": 4, "short_name": 3, "klass": 3, "number_prefix": 2}

    name = forms.CharField(label="项目名称", max_length=LENGTHS["name"], help_text="例：尘肺病人生活补助")
    short_name = forms.CharField(
        label="简称", max_length=LENGTHS["short_name"], help_text="列表、文书里用，例：尘肺病人"
    )
    klass = forms.ChoiceField(label="类别", choices=list(CLASSES.items()), initial="welfare")
    number_prefix = forms.CharField(
        label="编号字母", max_length=3, required=False, help_text="不填按简称的首字母取"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, spec=FIXED_RATE, **kwargs)

    def who_fields(self) -> list:
        return self._bound(_WHO)

    def identity(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in _WHO}


def _limit_fields() -> dict[str, forms.Field]:
    return {
        key: NumberField(label=f"{spec.label}（{spec.unit}）", low=1, high=MOST_DAYS, required=False, width=3)
        for key, spec in LIMITS.items()
    }


class CategoryForm(PlainForm):
    """One category. Its key is the house's own and stays, whatever it is called."""

    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    name = forms.CharField(label="类别名称", max_length=LENGTHS["category"])


class _Categories(BaseFormSet):
    label = "类别"

    def pairs(self) -> list[list[str]]:
        """[key, name] of each row that stays; a new row gets the next free key."""
        rows = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        taken = {row["key"] for row in rows} | {form.initial.get("key", "") for form in self.forms}
        fresh = (f"c{number}" for number in range(1, 1000) if f"c{number}" not in taken)
        return [[row["key"] or next(fresh), row["name"]] for row in rows]


def category_rows(spec: SchemeSpec, data: Any) -> BaseFormSet | None:
    """The categories of a programme as rows; None where it has none and cannot be given any."""
    if not spec.categories and not may_add_categories(spec):
        return None
    free = may_add_categories(spec)
    made = forms.formset_factory(
        CategoryForm, formset=_Categories, extra=0 if spec.categories else 1, can_delete=free, max_num=60
    )
    return made(
        data, initial=[{"key": key, "name": name} for key, name in spec.categories], prefix="categories"
    )
