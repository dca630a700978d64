"""What the township and the county found out: checks, visits, deliberations."""

from django.db import models
from django.db.models import F, Q

from assistance.models.application import Application
from civaffairs.registry.models import Posting


class InformationCheck(models.Model):
    """One check of the family's economic situation against outside registers. A report is not a decision."""

    class Result(models.TextChoices):
        CONSISTENT = "consistent", "与申报一致"
        INCONSISTENT = "inconsistent", "与申报不一致"

    application = models.ForeignKey(Application, models.CASCADE, related_name="checks")
    requested_on = models.DateField("提请日期")
    requested_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    due_on = models.DateField("启动期限")
    reported_on = models.DateField("报告日期", null=True, blank=True)
    report_number = models.CharField("报告编号", max_length=60, blank=True)
    result = models.CharField("结果", max_length=20, choices=Result, blank=True)
    findings = models.CharField("核对情况", max_length=1000, blank=True)
    told_family_on = models.DateField("告知申请人日期", null=True, blank=True)
    family_reply = models.CharField("申请人说明或举证", max_length=500, blank=True)
    conclusion = models.CharField("复查结论", max_length=500, blank=True)
    recorded_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        verbose_name = "信息核对"


class Visit(models.Model):
    """A home visit by at least two investigators."""

    class Kind(models.TextChoices):
        FIRST = "first", "入户调查"
        AGAIN = "again", "复查入户"
        COUNTY = "county", "县级入户"

    class Result(models.TextChoices):
        TRUE = "true", "属实"
        PARTLY = "partly", "部分不符"
        FALSE = "false", "不属实"

    application = models.ForeignKey(Application, models.CASCADE, related_name="visits")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    visited_on = models.DateField("调查日期")
    investigators = models.JSONField("调查人", help_text="至少两人的姓名")
    present = models.CharField("在场家庭成员", max_length=100)
    result = models.CharField("结果", max_length=10, choices=Result)
    living = models.CharField("居住和生活情况", max_length=1000)
    differences = models.CharField("与申报不符之处", max_length=1000, blank=True)
    neighbours = models.CharField("邻里走访情况", max_length=500, blank=True)
    by_remote = models.BooleanField("以电话、视频方式进行", default=False)
    remote_reason = models.CharField("非现场调查的原因", max_length=200, blank=True)
    recorded_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-visited_on", "-id"]
        verbose_name = "入户调查"


class Deliberation(models.Model):
    """A democratic appraisal in the village."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="deliberations")
    held_on = models.DateField("评议日期")
    place = models.CharField("评议地点", max_length=100)
    chair = models.CharField("主持人", max_length=40)
    present = models.PositiveSmallIntegerField("参加人数")
    agreed = models.PositiveSmallIntegerField("同意人数")
    disagreed = models.PositiveSmallIntegerField("不同意人数")
    opinion = models.CharField("评议意见", max_length=500)
    recorded_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-held_on", "-id"]
        verbose_name = "民主评议"
        constraints = [
            models.CheckConstraint(
                condition=Q(present=F("agreed") + F("disagreed")), name="deliberation_votes_add_up"
            )
        ]


class AssessmentRecord(models.Model):
    """What the rule answered, frozen with all it saw."""

    class Outcome(models.TextChoices):
        ELIGIBLE = "eligible", "符合"
        NOT_ELIGIBLE = "not_eligible", "不符合"
        CANNOT_DECIDE = "cannot_decide", "无法测算"

    application = models.ForeignKey(Application, models.CASCADE, related_name="assessments")
    standard = models.ForeignKey("Standard", models.PROTECT, null=True, related_name="assessments")
    outcome = models.CharField("结论", max_length=20, choices=Outcome)
    amount_fen = models.BigIntegerField("月保障金", default=0)
    base_fen = models.BigIntegerField("基本保障金", default=0)
    classified_fen = models.BigIntegerField("分类施保", default=0)
    care_fen = models.BigIntegerField("照料护理", default=0)
    category = models.CharField("类别", max_length=40, blank=True)
    persons = models.PositiveSmallIntegerField("保障人数", default=0)
    per_head_fen = models.BigIntegerField("家庭月人均收入", null=True)
    facts = models.JSONField()
    steps = models.JSONField()
    parts = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    on = models.DateField("测算日期")
    by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = "测算"
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(is_current=True), name="one_current_assessment"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=F("base_fen") + F("classified_fen") + F("care_fen")),
                name="assessment_parts_add_up",
            ),
            models.CheckConstraint(
                condition=Q(base_fen__gte=0, classified_fen__gte=0, care_fen__gte=0),
                name="assessment_not_negative",
            ),
        ]
