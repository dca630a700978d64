"""Targets, reports in the making, and reports as issued."""

from django.db import models
from django.db.models import F, Q

from civaffairs.registry.models import Office, Posting, ScopedQuerySet


class Target(models.Model):
    """What a year is to bring, for one figure, by one document. Replaced by a later row, never edited."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    figure = models.CharField("指标", max_length=60)
    value = models.BigIntegerField("目标值", help_text="资金以分计，户、人以个计")
    document_number = models.CharField("文号", max_length=80)
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    set_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "figure"]
        verbose_name = "年度目标"
        constraints = [
            models.UniqueConstraint(
                fields=["office", "year", "figure"],
                condition=Q(replaced_by=None),
                name="one_current_target_per_figure",
            )
        ]


class Report(models.Model):
    """A report being written: the text is people's, the numbers are computed each time it is looked at."""

    class Status(models.TextChoices):
        DRAFT = "draft", "起草中"
        ISSUED = "issued", "已签发"

    kind = models.CharField("种类", max_length=40)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    from_month = models.DateField("起始月份")
    month = models.DateField("截止月份")
    title = models.CharField("标题", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    # [{"key": ..., "text": ...}]: text with {figure-key} places that are filled when shown
    paragraphs = models.JSONField(default=list)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-id"]
        verbose_name = "报告"
        constraints = [
            models.CheckConstraint(condition=Q(month__gte=F("from_month")), name="report_period_runs_forward")
        ]

    def __str__(self) -> str:
        return self.title


class IssuedReport(models.Model):
    """A report as signed: figures, text and file, frozen. A correction is a further edition."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="editions")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    edition = models.PositiveSmallIntegerField("版次", default=1)
    title = models.CharField("标题", max_length=120)
    # key -> {value, text, unit, definition, month, rows}
    figures = models.JSONField("指标")
    document = models.JSONField("正文")
    checks = models.JSONField("勾稽结果", default=list)
    exception_reason = models.CharField("带差异签发的理由", max_length=300, blank=True)
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField()
    verify_code = models.CharField("核验码", max_length=16, unique=True)
    issued_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    issued_on = models.DateField("签发日期")
    issued_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at"]
        verbose_name = "已签发报告"
        constraints = [
            models.UniqueConstraint(fields=["report", "edition"], name="editions_of_a_report_count_up")
        ]

    def __str__(self) -> str:
        return f"{self.title}（第{self.edition}版）"
