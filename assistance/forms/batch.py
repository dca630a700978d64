"""Forms of batches: shape and format only; the rules are in the services."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from assistance.forms.payment import area_choices
from assistance.models import Batch, BatchItem, PayeeInstitution, Scheme
from assistance.policy.batches import FESTIVALS
from assistance.services.batch import Plan, Source
from civaffairs.lib.identity import compact
from civaffairs.registry.models import Posting
from civaffairs.shell.fields import DayField, MonthField, NumberField, OfficeSelect, TypedField
from civaffairs.shell.forms import PlainForm

_WHAT = ("title", "occasion", "of_month", "published_on", "year", "document_number", "month", "as_of")
_WHERE = ("area", "paid_to", "note")
_RISES = ("cpi", "food", "scpi")


class RiseField(TypedField):
    """A rise in percent, with at most two decimals and perhaps below zero; in basis points in Python."""

    widget_data = {"inputmode": "decimal", "class": "is-number"}

    def read(self, text: str) -> int:
        found = re.fullmatch(r"([+-]?)(\d{1,2})(?:\.(\d{1,2}))?%?", compact(text).replace("－", "-"))
        if found is None:
            raise ValidationError("请填百分数，最多两位小数，例如 3.85；下降的填负数", code="invalid")
        sign, whole, decimals = found.groups()
        points = int(whole) * 100 + int((decimals or "").ljust(2, "0"))
        return -points if sign == "-" else points


@dataclass(frozen=True)
class SourceRow:
    """One programme on the form: whether to take from it, in which order, and which of its categories."""

    scheme: Scheme
    people: int
    take: BoundField
    order: BoundField
    categories: BoundField | None


class BatchForm(PlainForm):
    """A new batch of one programme; asks what that programme needs."""

    title = forms.CharField(label="名称", max_length=60)
    occasion = forms.ChoiceField(
        label="节日或事由",
        choices=[("", "请选择"), *FESTIVALS.items()],
        help_text="春荒、高温等选“其他”，同一名称一年发一次",
    )
    of_month = MonthField(label="价格月份", as_day=True, help_text="指数是哪个月的")
    published_on = DayField(label="指数发布日期", not_after_today=True)
    year = NumberField(label="参保年度", low=2000, high=2100, width=2)
    document_number = forms.CharField(label="文号", max_length=80, help_text="如：云民〔2026〕30号")
    month = MonthField(label="发放月份", as_day=True)
    as_of = DayField(label="按哪天在册", not_after_today=True, help_text="这一天在册的人列入")
    area = forms.ChoiceField(label="范围", widget=OfficeSelect)
    paid_to = forms.ModelChoiceField(
        label="收款单位",
        queryset=PayeeInstitution.objects.none(),
        empty_label="请选择",
        help_text="医保经办机构；账户先在“供养机构”里登记并由另一人确认",
    )
    note = forms.CharField(label="说明", required=False, max_length=300)
    cpi = RiseField(label="CPI涨幅（%）", required=False)
    food = RiseField(label="食品价格涨幅（%）", required=False)
    scpi = RiseField(label="SCPI涨幅（%）", required=False)
    widths = {
        "title": 4,
        "occasion": 3,
        "of_month": 2,
        "published_on": 2,
        "document_number": 3,
        "area": 3,
        "paid_to": 4,
        "note": 6,
    }

    def __init__(
        self, *args: Any, scheme: Scheme, posting: Posting, sources: Mapping[Scheme, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.scheme, self.sources = scheme, sources
        if self.initial.get("document_number"):
            self.fields["document_number"].help_text = "接着上一批的下一号，不对就改"
        rule = scheme.spec.rule
        drop = {
            "festival": ("of_month", "published_on", "year", "paid_to", *_RISES),
            "price": ("occasion", "year", "paid_to"),
            "premium": ("occasion", "of_month", "published_on", *_RISES),
        }[rule]
        for name in drop:
            del self.fields[name]
        self.fields["area"].choices = [(posting.office_id, f"全{posting.office.name}"), *_townships(posting)]
        if "paid_to" in self.fields:
            self.fields["paid_to"].queryset = PayeeInstitution.objects.visible_to(posting).usable()
        for place, row in enumerate(sources, start=1):
            self.fields[f"take_{row.code}"] = forms.BooleanField(label=row.short_name, required=False)
            self.fields[f"order_{row.code}"] = NumberField(
                label=f"{row.short_name}先后", required=False, low=1, high=99, initial=place
            )
            if row.spec.categories:
                self.fields[f"of_{row.code}"] = forms.MultipleChoiceField(
                    label=f"{row.short_name}类别",
                    required=False,
                    choices=row.spec.categories,
                    widget=forms.CheckboxSelectMultiple,
                )

    def _bound(self, names: tuple[str, ...]) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]

    def what_fields(self) -> list[BoundField]:
        return self._bound(_WHAT)

    def price_fields(self) -> list[BoundField]:
        return self._bound(_RISES)

    def where_fields(self) -> list[BoundField]:
        return self._bound(_WHERE)

    def source_rows(self) -> list[SourceRow]:
        return [
            SourceRow(
                row,
                people,
                self[f"take_{row.code}"],
                self[f"order_{row.code}"],
                self[f"of_{row.code}"] if row.spec.categories else None,
            )
            for row, people in self.sources.items()
        ]

    def plan(self) -> Plan:
        data = self.cleaned_data
        chosen = [row.code for row in self.sources if data[f"take_{row.code}"]]
        chosen.sort(key=lambda code: data[f"order_{code}"] or 99)
        paid_to = data.get("paid_to")
        return Plan(
            scheme=self.scheme.code,
            month=data["month"],
            title=data["title"],
            document_number=data["document_number"],
            as_of=data["as_of"],
            sources=[Source(code, tuple(data.get(f"of_{code}") or ())) for code in chosen],
            area=data["area"],
            occasion=data.get("occasion", ""),
            of_month=data.get("of_month"),
            year=data.get("year"),
            indexes={name: data.get(name) for name in _RISES if name in self.fields},
            published_on=data.get("published_on"),
            paid_to=paid_to.pk if paid_to else None,
            note=data["note"],
        )


def first_values(scheme: Scheme, on: date) -> dict[str, Any]:
    """What an empty form of that day starts with."""
    rule = scheme.spec.rule
    month = on.replace(day=1)
    values: dict[str, Any] = {"month": month, "as_of": on, "year": on.year}
    if rule == "price":
        before = date(on.year - (on.month == 1), (on.month - 2) % 12 + 1, 1)
        values |= {"of_month": before, "title": f"{before.year}年{before.month}月价格临时补贴"}
    if rule == "premium":
        values["title"] = f"{on.year}年资助参保"
    return values


def _townships(posting: Posting) -> list[tuple[str, str]]:
    return [(code, name.strip("　")) for code, name in area_choices(posting) if code.endswith("000")]


class BatchFilter(PlainForm):
    scheme = forms.ModelChoiceField(
        label="项目", queryset=Scheme.objects.none(), required=False, empty_label="全部"
    )
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *Batch.State.choices])

    def __init__(self, *args: Any, schemes: list[Scheme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"].queryset = Scheme.objects.filter(pk__in=[row.pk for row in schemes])


class ItemFilter(PlainForm):
    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    scheme = forms.ChoiceField(label="按哪个项目列入", required=False)
    outcome = forms.ChoiceField(label="结果", required=False)
    q = forms.CharField(label="姓名", required=False, max_length=30, help_text="姓名或首字母")

    def __init__(self, *args: Any, posting: Posting, batch: Batch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]
        sources = batch.sources.select_related("scheme")
        self.fields["scheme"].choices = [
            ("", "全部"),
            *((row.scheme_id, row.scheme.short_name) for row in sources),
        ]
        shown = [row for row in BatchItem.Outcome.choices if row[0] != BatchItem.Outcome.CANDIDATE]
        self.fields["outcome"].choices = [("", "全部"), *shown]


class BatchActForm(PlainForm):
    """`version` says which state of the batch the page was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="原因", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class RemoveForm(PlainForm):
    reason = forms.CharField(label="移出原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
