"""What people have said and signed about a list, and how it follows on from the month before."""

from django.db import models
from django.db.models import F, Q

from assistance.models.entitlement import Entitlement
from assistance.models.payment import PaymentRun
from civaffairs.registry.models import Office, Posting, ScopedQuerySet


class RunConclusion(models.Model):
    """What the checker concluded on one reminder of a run. Rows are only added; the newest of a check counts, and only
    for the finding that it was written for."""

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="conclusions")
    # A key of selectors/run_checks.CHECKS; the title is kept, because words of checks change.
    check_key = models.CharField("核对项", max_length=40)
    title = models.CharField("提醒", max_length=100)
    line_count = models.PositiveIntegerField("笔数")
    total_fen = models.BigIntegerField("金额")
    text = models.CharField("核对结论", max_length=300)
    concluded_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    concluded_on = models.DateField("登记日期")

    class Meta:
        ordering = ["id"]
        verbose_name = "核对结论"
        indexes = [models.Index(fields=["run", "check_key", "-id"], name="conclusion_of_a_check")]


class RunSignatureQuerySet(models.QuerySet):
    def standing(self):
        """Not fallen with a list that was sent back or cancelled."""
        return self.filter(withdrawn_on=None)


class RunSignature(models.Model):
    """One approver's signature under a list. `seal` is the keyed digest of the lines at that moment."""

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="signatures")
    number = models.PositiveSmallIntegerField("第几位")
    seal = models.CharField("封签", max_length=64)
    opinion = models.CharField("意见", max_length=300, blank=True)
    signed_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    signed_on = models.DateField("签字日期")
    withdrawn_on = models.DateField("失效日期", null=True, blank=True)

    objects = RunSignatureQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = "审批签字"
        constraints = [
            models.UniqueConstraint(
                fields=["run", "number"], condition=Q(withdrawn_on=None), name="signatures_of_a_run_count_up"
            ),
            models.UniqueConstraint(
                fields=["run", "signed_by"],
                condition=Q(withdrawn_on=None),
                name="an_approver_signs_a_run_once",
            ),
        ]


class RunOpening(models.Model):
    """What a township's list of the month before came to, without what was paid or kept back for closed months."""

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="openings")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    count = models.PositiveIntegerField("上月户（人）数")
    total_fen = models.BigIntegerField("上月金额")

    class Meta:
        ordering = ["office"]
        verbose_name = "上月合计"
        constraints = [
            models.UniqueConstraint(fields=["run", "office"], name="one_opening_per_township_of_a_run")
        ]


class RunDifference(models.Model):
    """One household or person who is paid otherwise than the month before. `fen` and `last_fen` are the months' own sums;
    whoever is paid the same has no row."""

    class Kind(models.TextChoices):
        NEW = "new", "新增"
        GONE = "gone", "减少"
        UP = "up", "增加金额"
        DOWN = "down", "减少金额"
        MOVED = "moved", "迁到别的乡镇"

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="differences", db_index=False)
    # Where the line of this month is; of who is gone, where that of the month before was.
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    last_office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", db_index=False)
    # The township of the month before is another one.
    moved = models.BooleanField("换了乡镇", default=False)
    kind = models.CharField("变化", max_length=5, choices=Kind)
    # The row of the right that this month pays; of who is gone, the one that was paid.
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="+")
    fen = models.BigIntegerField("本月金额")
    last_fen = models.BigIntegerField("上月金额")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["office", "id"]
        verbose_name = "与上月的差异"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="new", last_fen=0, last_office=None)
                | Q(kind="gone", fen=0, moved=False)
                | Q(kind="up", fen__gt=F("last_fen"))
                | Q(kind="down", fen__lt=F("last_fen"))
                | Q(kind="moved", fen=F("last_fen"), moved=True),
                name="difference_is_of_its_kind",
            )
        ]
        indexes = [
            models.Index(fields=["run", "office", "id"], name="difference_by_office"),
            models.Index(fields=["run", "kind", "office", "id"], name="difference_by_kind"),
        ]

    @property
    def by_fen(self) -> int:
        return self.fen - self.last_fen
