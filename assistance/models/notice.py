"""Public notices and the objections they meet."""

from django.db import models
from django.db.models import Q

from assistance.models.application import Application
from assistance.models.change import EntitlementChange
from civaffairs.registry.fields import EncryptedField
from civaffairs.registry.models import Attachment, Office, Posting, ScopedQuerySet


class NoticeQuerySet(ScopedQuerySet):
    def current(self, on):
        """Posted and not yet taken down."""
        return self.filter(posted_on__lte=on, closed_on=None, revoked_on=None)


class Notice(models.Model):
    """What hangs on the village board for one application, or for the end of one right of 特困: frozen when posted, made
    from data only."""

    application = models.ForeignKey(
        Application, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    # 《特困人员认定办法》第26条: an intended end is posted as well.
    change = models.ForeignKey(
        EntitlementChange, models.PROTECT, null=True, blank=True, related_name="notices"
    )
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    posted_on = models.DateField("公示起")
    until_day = models.DateField("公示止（当日为最后一天）")
    place = models.CharField("张贴地点", max_length=120)
    hotline = models.CharField("监督电话", max_length=60)
    # head name, scheme, adults' names, number of members, monthly amount: nothing else may be published
    content = models.JSONField()
    posted_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    photo = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField("撤下日期", null=True)
    revoked_on = models.DateField("作废日期", null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-posted_on", "-id"]
        verbose_name = "公示"
        constraints = [
            models.UniqueConstraint(fields=["application", "round"], name="one_notice_per_round"),
            models.UniqueConstraint(fields=["change", "round"], name="one_notice_of_an_end_per_round"),
            models.CheckConstraint(
                condition=Q(application=None, change__isnull=False)
                | Q(application__isnull=False, change=None),
                name="notice_is_of_a_case_or_an_end",
            ),
            models.CheckConstraint(condition=Q(until_day__gt=models.F("posted_on")), name="notice_has_days"),
        ]
        indexes = [models.Index(fields=["office", "closed_on", "posted_on"], name="notice_by_village")]


class Objection(models.Model):
    """Somebody says that the notice is wrong."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        REJECTED = "rejected", "经查不成立"
        UPHELD = "upheld", "成立，重新调查"

    class Channel(models.TextChoices):
        PAGE = "page", "公示网页"
        PHONE = "phone", "电话"
        LETTER = "letter", "来信"
        VISIT = "visit", "来访"

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="objections")
    received_on = models.DateField("收到日期")
    channel = models.CharField("来源", max_length=10, choices=Channel)
    content = EncryptedField("异议内容", purpose="objection")
    contact = EncryptedField("联系方式", purpose="objection-contact", blank=True)
    receipt = models.CharField("回执号", max_length=20, unique=True)
    state = models.CharField("处理情况", max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField("处理意见", max_length=500, blank=True)
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-received_on", "-id"]
        verbose_name = "异议"
