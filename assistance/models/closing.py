"""月结: a month whose lists are finished. What is found out later becomes an adjustment of the next open month."""

from django.db import models
from django.db.models import F, Q

from civaffairs.registry.models import Office, Posting, ScopedQuerySet


class MonthClosingQuerySet(ScopedQuerySet):
    def standing(self):
        return self.filter(reopened_on=None)


class MonthClosing(models.Model):
    """One month of one county closed; `reopened_on` where it was opened again. The sums are those of the day."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    month = models.DateField("月份")
    run_count = models.PositiveIntegerField("批次数")
    line_count = models.PositiveIntegerField("笔数")
    total_fen = models.BigIntegerField("名册金额")
    back_fen = models.BigIntegerField("退回金额")
    drawn_fen = models.BigIntegerField("资金分配")
    # Who was in force and on no list: owed as 补发 from this day on.
    owed_count = models.PositiveIntegerField("转作补发笔数", default=0)
    owed_fen = models.BigIntegerField("转作补发金额", default=0)
    closed_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    closed_on = models.DateField("月结日期")
    reopened_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    reopened_on = models.DateField("反月结日期", null=True, blank=True)
    reopen_reason = models.CharField("反月结原因", max_length=200, blank=True)

    objects = MonthClosingQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-id"]
        verbose_name = "月结"
        constraints = [
            models.UniqueConstraint(
                fields=["office", "month"], condition=Q(reopened_on=None), name="a_month_is_closed_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="closing_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(reopened_by=None) | ~Q(reopened_by=F("closed_by")),
                name="month_reopened_by_another",
            ),
        ]
