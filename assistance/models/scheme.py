"""Schemes and their dated standards."""

from django.db import models
from django.db.models import F, Q

from assistance.schemes import SCHEMES, SchemeSpec
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

    class Meta:
        ordering = ["order", "code"]
        verbose_name = "救助项目"

    def __str__(self) -> str:
        return self.short_name

    @property
    def spec(self) -> SchemeSpec:
        return SCHEMES[self.code]


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
