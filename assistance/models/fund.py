"""Money from above: what was planned, what arrived, and what the runs took of it."""

from django.db import models
from django.db.models import Q

from assistance.models.payment import BankReturn, PaymentRun
from civaffairs.registry.models import Office, Posting, ScopedQuerySet


class FundEntry(models.Model):
    """One document that plans money, one arrival of money, or what a line began the year with. Never edited."""

    class Source(models.TextChoices):
        CENTRAL = "central", "中央"
        PROVINCE = "province", "省"
        CITY = "city", "市"
        COUNTY = "county", "县"

    class Kind(models.TextChoices):
        PLANNED = "planned", "计划下达"
        ARRIVED = "arrived", "到位"
        OPENING = "opening", "年初结余"

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


class FundDraw(models.Model):
    """What one run takes from one line of the ledger (above zero), or what went back to it because the bank returned
    the money (below zero). Rows are only added (triggers of migration 0006); a balance is a sum of rows."""

    class Kind(models.TextChoices):
        DRAW = "draw", "分配"
        BACK = "back", "退回"

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="draws", verbose_name="发放批次")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    programme = models.CharField("项目", max_length=60)
    source = models.CharField("来源", max_length=10, choices=FundEntry.Source)
    kind = models.CharField("类型", max_length=10, choices=Kind)
    amount_fen = models.BigIntegerField("金额")
    on = models.DateField("日期")
    # The bank's answer that brought the money back.
    bank_return = models.ForeignKey(BankReturn, models.PROTECT, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name = "资金分配"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="draw", amount_fen__gt=0, bank_return=None)
                | Q(kind="back", amount_fen__lt=0, bank_return__isnull=False),
                name="fund_draw_signs",
            ),
            models.UniqueConstraint(
                fields=["bank_return", "source"],
                condition=Q(kind="back"),
                name="fund_goes_back_once_per_return",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "year", "programme", "source"], name="fund_draw_by_line"),
        ]
