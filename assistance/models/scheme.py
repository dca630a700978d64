"""Schemes and their dated standards."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from assistance.policy.rules import rule_of
from assistance.schemes import CLASSES, SCHEMES, SchemeSpec, spec_from
from civaffairs.registry.models import Office, Posting, ScopedQuerySet
from civaffairs.registry.scope import code_range


class Scheme(models.Model):
    """A programme that can be applied for and paid. Seeded from the catalogue."""

    code = models.CharField("代码", max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=30)
    family = models.CharField("门类", max_length=30)
    is_active = models.BooleanField("在办", default=True)
    order = models.PositiveSmallIntegerField("顺序", default=0)
    klass = models.CharField("类别", max_length=10, choices=tuple(CLASSES.items()), default="basic")
    # What the county has set, oldest first: {"from_day", "document", "title", "terms"}. The row of SchemeTerms behind each
    # says who proposed and who confirmed it; here they lie together, because every page needs them.
    terms = models.JSONField("县里的规定", default=list, blank=True)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = "救助项目"

    def __str__(self) -> str:
        return self.short_name

    @property
    def spec(self) -> SchemeSpec:
        """The programme with the newest terms: for its name, unit, rule and categories, which do not depend on a
        day."""
        return self._spec_of(self.terms)

    def spec_on(self, on: date) -> SchemeSpec:
        """The programme with the terms in force on a day: steps, limits, start and stop."""
        return self._spec_of([row for row in self.terms if row["from_day"] <= on.isoformat()])

    def _spec_of(self, rows: list[dict[str, Any]]) -> SchemeSpec:
        merged: dict[str, Any] = {}
        for row in rows:
            merged |= row["terms"]
        if not merged and self.code in SCHEMES:
            return SCHEMES[self.code]
        if self.code not in SCHEMES and not rows and self.terms:
            # Before its first day a programme of the county's own is what its first document says.
            merged = self.terms[0]["terms"]
        return spec_from(self.code, merged)

    @property
    def category_names_ever(self) -> dict[str, str]:
        """Key → name of every category that the programme has had, by its newest name."""
        names = dict(SCHEMES[self.code].categories) if self.code in SCHEMES else {}
        for row in self.terms:
            names |= dict(row["terms"].get("categories", ()))
        return names

    @property
    def is_own(self) -> bool:
        """Made by the county, not part of the catalogue."""
        return self.code not in SCHEMES


class SchemeTerms(models.Model):
    """What the county sets otherwise for a programme, or a whole programme of its own: proposed by one person from a
    document, put in force by another, never edited."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="terms_rows")
    from_day = models.DateField("起始日期")
    document_number = models.CharField("文号", max_length=80)
    document_title = models.CharField("文件标题", max_length=120, blank=True)
    terms = models.JSONField("规定内容")
    proposed_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["scheme", "-from_day", "-id"]
        verbose_name = "项目规定"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="scheme_terms_confirmed_by_another",
            ),
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(confirmed_at=None), name="one_proposed_terms_per_scheme"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.short_name} {self.from_day:%Y-%m-%d}起（{self.document_number}）"


class StandardQuerySet(ScopedQuerySet):
    def visible_to(self, posting):
        """Standards of the posting's own area and of the offices above it: the county's hold for all below."""
        low, high = code_range(posting.office_id)
        above = {f"{posting.office_id[:6]}000000", f"{posting.office_id[:9]}000"}
        return self.filter(Q(office_id__gte=low, office_id__lt=high) | Q(office_id__in=above))

    def confirmed(self):
        return self.exclude(confirmed_at=None)


class Standard(models.Model):
    """The numbers a rule works with, from a month on, in an area, by a document. Never edited once used."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="standards")
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        related_name="+",
        verbose_name="适用地区",
        help_text="县级标准适用全县，乡镇另有标准的从其标准",
    )
    from_month = models.DateField("起始月份")
    document_number = models.CharField("文号", max_length=80)
    document_title = models.CharField("文件标题", max_length=120, blank=True)
    params = models.JSONField("标准内容")
    entered_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = StandardQuerySet.as_manager()

    class Meta:
        ordering = ["scheme", "office", "-from_month"]
        verbose_name = "保障标准"
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "office", "from_month"],
                condition=Q(confirmed_at__isnull=False),
                name="one_confirmed_standard_per_month",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")),
                name="standard_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.short_name} {self.from_month:%Y年%-m月}起（{self.document_number}）"

    @property
    def category_names(self) -> dict[str, str]:
        """The categories of the programme that this standard has numbers for: the programme may have got others since,
        and then this standard stays what it was."""
        names = self.scheme.category_names_ever
        tables = [
            self.params.get(parameter.name) or {}
            for parameter in rule_of(self.scheme.spec.rule).parameters
            if parameter.kind in ("rates", "shares") and not parameter.choices
        ]
        if not tables:
            return self.scheme.spec.category_names
        return {key: names.get(key, key) for table in tables for key in table}
