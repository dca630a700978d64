"""Money from above: what was planned and what arrived."""

from django.db import models
from django.db.models import Q

from civaffairs.registry.models import Office, Posting, ScopedQuerySet


class FundEntry(models.Model):
    """One document that plans money or one arrival of money."""

    class Source(models.TextChoices):
        CENTRAL = "central", "中央"
        PROVINCE = "province", "省"
        CITY = "city", "市"
        COUNTY = "county", "县"

    class Kind(models.TextChoices):
        PLANNED = "planned", "计划下达"
        ARRIVED = "arrived", "到位"

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    programme = models.CharField("项目", max_length=60, help_text="如：城乡低保、医疗救助、养老服务")
    source = models.CharField("来源", max_length=10, choices=Source)
    kind = models.CharField("类型", max_length=10, choices=Kind)
    amount_fen = models.BigIntegerField("金额")
    on = models.DateField("日期")
    document_number = models.CharField("文号", max_length=80)
    note = models.CharField("说明", max_length=200, blank=True)
    # A wrong entry is not edited: a second one takes it back.
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    entered_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name = "资金台账"
        constraints = [
            models.CheckConstraint(condition=~Q(amount_fen=0), name="fund_entry_is_not_nothing"),
            models.CheckConstraint(
                condition=Q(reverses=None, amount_fen__gt=0) | Q(reverses__isnull=False, amount_fen__lt=0),
                name="fund_entry_negative_only_as_reversal",
            ),
        ]
