"""What is done about a 追缴 (an Adjustment below zero) until it is paid back or written off."""

from django.db import models
from django.db.models import F, Q

from assistance.models.entitlement import Adjustment
from civaffairs.registry.models import Office, Posting, ScopedQuerySet


class ClaimNotice(models.Model):
    """One 追缴通知书: when and how it reached the family, and until when they are to pay."""

    class How(models.TextChoices):
        PERSON = "person", "当面送达"
        LEFT = "left", "留置送达"
        POST = "post", "邮寄送达"
        OTHER = "other", "委托送达"

    adjustment = models.ForeignKey(Adjustment, models.PROTECT, related_name="notices")
    number = models.CharField("文书编号", max_length=60, unique=True)
    served_on = models.DateField("送达日期")
    how = models.CharField("送达方式", max_length=10, choices=How)
    received_by = models.CharField("签收人", max_length=60)
    due_on = models.DateField("退回期限")
    open_fen = models.BigIntegerField("通知时应退金额")
    recorded_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    recorded_on = models.DateField("登记日期")

    class Meta:
        ordering = ["-id"]
        verbose_name = "追缴通知"
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("served_on")), name="claim_due_after_served"),
            models.CheckConstraint(condition=Q(open_fen__gt=0), name="claim_notice_over_something"),
        ]


class ClaimPlan(models.Model):
    """分期退回: what the family agreed to. A new agreement ends the old one."""

    adjustment = models.ForeignKey(Adjustment, models.PROTECT, related_name="plans")
    agreed_on = models.DateField("约定日期")
    paper = models.CharField("协议或承诺书编号", max_length=60)
    # Settled before it was agreed, above zero: the instalments are of what was left then.
    settled_before_fen = models.BigIntegerField("约定前已退")
    recorded_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    recorded_on = models.DateField("登记日期")
    ended_on = models.DateField("作废日期", null=True, blank=True)
    ended_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        verbose_name = "分期约定"
        constraints = [
            models.UniqueConstraint(
                fields=["adjustment"], condition=Q(ended_on=None), name="one_plan_per_claim"
            )
        ]


class Instalment(models.Model):
    """One part, to be back by the end of its month."""

    plan = models.ForeignKey(ClaimPlan, models.PROTECT, related_name="instalments")
    due_month = models.DateField("应退月份")
    amount_fen = models.BigIntegerField("金额")

    class Meta:
        ordering = ["due_month"]
        verbose_name = "分期"
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_month"], name="one_instalment_per_month"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, due_month__day=1), name="instalment_is_something"
            ),
        ]


class WriteOff(models.Model):
    """核销: what will not come back, proposed by one and confirmed by another with the document."""

    adjustment = models.ForeignKey(Adjustment, models.PROTECT, related_name="write_offs")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField("核销金额")
    document_number = models.CharField("批准文号", max_length=80)
    reason = models.CharField("核销理由", max_length=300)
    proposed_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    proposed_on = models.DateField("提出日期")
    confirmed_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_on = models.DateField("批准日期", null=True, blank=True)
    refused_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    refused_on = models.DateField("退回日期", null=True, blank=True)
    refusal = models.CharField("退回原因", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "核销"
        constraints = [
            models.UniqueConstraint(
                fields=["adjustment"],
                condition=Q(confirmed_on=None, refused_on=None),
                name="one_write_off_waits_per_claim",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="write_off_is_something"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="write_off_confirmed_by_another",
            ),
        ]
