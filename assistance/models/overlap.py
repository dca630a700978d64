"""What excludes what: what a county sets otherwise, what was found where two rights met, what people draw from other
offices, and who may be entitled and is not enrolled."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from assistance.models.application import Application, Draft
from assistance.models.entitlement import Entitlement
from assistance.policy.overlaps import EFFECTS, ELSEWHERE, LEVELS
from civaffairs.registry.models import Office, Person, Posting, ScopedQuerySet

YIELDS = {"": "不预先指定", "a": "前一项让", "b": "后一项让"}


class OverlapSetting(models.Model):
    """How a county treats one pair of the table from a day on: proposed by one person from a document, put in force by
    another, never edited. A later row takes over."""

    key = models.CharField("互斥项", max_length=200)
    from_day = models.DateField("起始日期")
    effect = models.CharField("处理", max_length=8, choices=tuple(EFFECTS.items()))
    level = models.CharField("遇到时", max_length=8, choices=tuple(LEVELS.items()))
    yields = models.CharField("让位的一方", max_length=1, choices=tuple(YIELDS.items()), blank=True)
    document_number = models.CharField("文号", max_length=80)
    document_title = models.CharField("文件标题", max_length=120, blank=True)
    proposed_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["key", "-from_day", "-id"]
        verbose_name = "互斥规定"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="overlap_setting_confirmed_by_another",
            ),
            models.UniqueConstraint(
                fields=["key"], condition=Q(confirmed_at=None), name="one_proposed_overlap_setting"
            ),
            models.UniqueConstraint(
                fields=["key", "from_day"],
                condition=~Q(confirmed_at=None),
                name="one_overlap_setting_per_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.from_day:%Y-%m-%d}起（{self.document_number}）"


class OutsideBenefitQuerySet(ScopedQuerySet):
    def drawn_in(self, month: date):
        """Drawn in the month that begins on `month`, or to be drawn later."""
        return self.filter(Q(until_month=None) | Q(until_month__gt=month))


class OutsideBenefit(models.Model):
    """Money of another office that a person draws: it stands in the table, but no right of ours is behind it."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="outside_benefits", verbose_name="姓名")
    kind = models.CharField("待遇", max_length=30, choices=tuple(ELSEWHERE.items()))
    amount_fen = models.BigIntegerField("每月金额")
    from_month = models.DateField("起领月份")
    until_month = models.DateField("停领月份（不含）", null=True, blank=True)
    source = models.CharField("依据", max_length=120, help_text="例：社保局待遇核定表、单位证明")
    entered_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    entered_on = models.DateField("登记日期")
    ended_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    ended_on = models.DateField("登记停领日期", null=True, blank=True)

    objects = OutsideBenefitQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "别处待遇"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(until_month=None), name="one_open_outside_benefit"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="outside_benefit_not_negative"),
            models.CheckConstraint(
                condition=Q(until_month=None) | Q(until_month__gte=F("from_month")),
                name="outside_benefit_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["office", "-id"], name="outside_benefit_by_office")]


class OverlapFindingQuerySet(ScopedQuerySet):
    def concluded(self):
        return self.exclude(concluded_on=None)

    def holding(self):
        """Concluded so that both go on; a conclusion that one of them ends is no leave to pay both."""
        return self.concluded().filter(verdict__in=OverlapFinding.HOLDS)


class OverlapFinding(models.Model):
    """Where two things met that do not simply go together, and what a person concluded.

    Found on a form, before a decision (`application`) or in a list (`entitlement`); `other` is the right that it met, or
    `outside` the money of another office, or neither where the form itself says so. A conclusion holds as long as the
    two rights keep their numbers, and where the higher of two is paid, their sums.
    """

    class Place(models.TextChoices):
        ENTRY = "entry", "提交申请"
        DECISION = "decision", "审核确认"
        MONTH = "month", "生成名册"

    class Verdict(models.TextChoices):
        BOTH = "both", "已核实，可以并存"
        ENDED = "ended", "已办理停发或减发"
        CHOSEN = "chosen", "本人已选定一项"
        RECKONED = "reckoned", "已按规定重新测算"
        OTHER = "other", "其他"

    HOLDS = (Verdict.BOTH, Verdict.OTHER)

    place = models.CharField("在哪里发现", max_length=8, choices=Place)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="overlaps"
    )
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, null=True, blank=True, related_name="overlaps"
    )
    other = models.ForeignKey(Entitlement, models.PROTECT, null=True, blank=True, related_name="+")
    outside = models.ForeignKey(OutsideBenefit, models.PROTECT, null=True, blank=True, related_name="+")
    pair = models.CharField("互斥项", max_length=200)
    effect = models.CharField("处理", max_length=8, choices=tuple(EFFECTS.items()))
    level = models.CharField("程度", max_length=8, choices=tuple(LEVELS.items()))
    article = models.CharField("依据", max_length=120)
    message = models.CharField("情况", max_length=300)
    # Certificate numbers of the two rights (empty for a case and for money of another office) and their sums a month.
    own_number = models.CharField(max_length=32, blank=True)
    other_number = models.CharField(max_length=32, blank=True)
    own_fen = models.BigIntegerField("本项金额", null=True)
    other_fen = models.BigIntegerField("另一项金额")
    found_on = models.DateField("发现日期")
    verdict = models.CharField("结论", max_length=10, choices=Verdict, blank=True)
    conclusion = models.CharField("说明", max_length=300, blank=True)
    concluded_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    concluded_on = models.DateField("结论日期", null=True, blank=True)

    objects = OverlapFindingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "待遇叠加"
        constraints = [
            models.CheckConstraint(
                condition=~Q(application=None, entitlement=None), name="finding_is_about_something"
            ),
            models.CheckConstraint(
                condition=Q(concluded_on=None, verdict="") | ~Q(concluded_on=None) & ~Q(verdict=""),
                name="finding_concluded_with_a_verdict",
            ),
        ]
        indexes = [
            models.Index(fields=["own_number", "other_number"], name="finding_by_numbers"),
            models.Index(fields=["office", "-id"], name="finding_by_office"),
        ]


class EnrolmentLeadQuerySet(ScopedQuerySet):
    def dropped(self):
        return self.filter(state=EnrolmentLead.State.DROPPED)


class EnrolmentLead(models.Model):
    """What became of somebody who may be entitled and is not enrolled: a form was begun, or it was said why not."""

    class State(models.TextChoices):
        STARTED = "started", "已登记线索"
        DROPPED = "dropped", "不符合"

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="enrolment_leads")
    family = models.CharField("项目", max_length=30)
    state = models.CharField("状态", max_length=8, choices=State)
    reason = models.CharField("原因", max_length=200, blank=True)
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    on = models.DateField("日期")

    objects = EnrolmentLeadQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "应享未享线索"
        constraints = [
            models.UniqueConstraint(fields=["person", "family"], name="one_lead_per_person_family"),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(reason=""), name="lead_dropped_with_a_reason"
            ),
        ]
