"""County settings with their documents, and the calendar of working days."""

from django.db import models
from django.db.models import F, Q

from civaffairs.registry.models.offices import Posting


class CountySetting(models.Model):
    """A local rule of procedure: value, the document it rests on, the month it begins. Never edited once in force:
    a new row with a later month takes over. A second person puts it in force."""

    key = models.CharField("项目", max_length=60)
    value = models.JSONField("取值")
    from_month = models.DateField("起始月份")
    document_number = models.CharField("文号", max_length=80)
    note = models.CharField("说明", max_length=200, blank=True)
    entered_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["key", "-from_month", "-id"]
        verbose_name = "县级参数"
        constraints = [
            models.UniqueConstraint(
                fields=["key", "from_month"],
                condition=Q(confirmed_at__isnull=False),
                name="one_confirmed_setting_per_month",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")),
                name="setting_confirmed_by_another",
            ),
        ]


class WorkdayYear(models.Model):
    """A year whose State Council holiday notice has been entered."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    document_number = models.CharField("通知文号", max_length=80, blank=True)
    entered_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-year"]
        verbose_name = "节假日年度"


class WorkdayRule(models.Model):
    """A weekday that is free, or a weekend day that is worked."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "放假"
        WORKDAY = "workday", "调休上班"

    day = models.DateField("日期", primary_key=True)
    year = models.ForeignKey(WorkdayYear, models.CASCADE, related_name="rules")
    kind = models.CharField("类型", max_length=8, choices=Kind)
    note = models.CharField("说明", max_length=40, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name = "放假调休安排"
