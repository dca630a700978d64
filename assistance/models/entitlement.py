"""Decisions and what they grant. Rows are closed and reopened, never edited."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from assistance.models.application import Application, LabourAbility
from assistance.models.scheme import Scheme, Standard
from assistance.models.survey import AssessmentRecord
from assistance.workflow import ChangeStatus
from civaffairs.registry.models import Household, Office, Person, Posting, Relationship, ScopedQuerySet


class Decision(models.Model):
    """The county's (or the delegated township's) answer to an application."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", "确认"
        REFUSED = "refused", "不予确认"

    application = models.OneToOneField(Application, models.PROTECT, related_name="decision")
    outcome = models.CharField("决定", max_length=10, choices=Outcome)
    assessment = models.ForeignKey(AssessmentRecord, models.PROTECT, null=True, related_name="+")
    number = models.CharField("文书编号", max_length=40, unique=True)
    decided_on = models.DateField("决定日期")
    decided_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    reason = models.CharField("意见或理由", max_length=1000, blank=True)
    amount_fen = models.BigIntegerField("月保障金", default=0)
    from_month = models.DateField("起发月份", null=True)
    # A refusal has to reach the family in writing within 3 working days.
    inform_due_on = models.DateField("告知期限", null=True)
    informed_on = models.DateField("告知日期", null=True)

    class Meta:
        verbose_name = "决定"


class EntitlementQuerySet(ScopedQuerySet):
    def payable_in(self, month: date):
        """In force for the month that begins on `month`. `until_month` is not included."""
        return self.filter(Q(until_month=None) | Q(until_month__gt=month), from_month__lte=month)

    def begun_in(self, month: date):
        return self.filter(from_month=month, previous=None)

    def ended_in(self, month: date):
        """Whose first month without payment is `month` and which no later row continues."""
        return self.filter(until_month=month, next=None)


class Entitlement(models.Model):
    """Who gets how much a month, from which month. A change closes this row and opens another."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="entitlements")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, models.PROTECT, related_name="entitlements")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="entitlements")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="entitlements")
    # The row that this one continues, so that a rise does not count as one leaver and one newcomer.
    previous = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="next")
    number = models.CharField("低保证号", max_length=24, db_index=True)
    payee = models.ForeignKey(Person, models.PROTECT, related_name="entitlements", verbose_name="领款人")
    persons = models.PositiveSmallIntegerField("保障人数")
    base_fen = models.BigIntegerField("基本保障金")
    classified_fen = models.BigIntegerField("分类施保", default=0)
    amount_fen = models.BigIntegerField("月保障金")
    from_month = models.DateField("起发月份")
    until_month = models.DateField("止发月份（不含）", null=True, blank=True)
    end_reason = models.CharField("终止原因", max_length=20, blank=True)
    held_since = models.DateField("暂停起月", null=True, blank=True)
    causes = models.JSONField("致贫原因", default=list)
    review_due_on = models.DateField("复核期限", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = "待遇"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "scheme"],
                condition=Q(until_month=None),
                name="one_open_entitlement_per_household_scheme",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_fen=F("base_fen") + F("classified_fen"), base_fen__gte=0, classified_fen__gte=0
                ),
                name="entitlement_parts_add_up",
            ),
            models.CheckConstraint(
                condition=Q(until_month=None) | Q(until_month__gte=F("from_month")),
                name="entitlement_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(from_month__day=1) & (Q(until_month=None) | Q(until_month__day=1)),
                name="entitlement_months_are_first_days",
            ),
        ]
        indexes = [
            models.Index(fields=["scheme", "from_month", "until_month"], name="entitlement_by_month"),
            models.Index(fields=["office", "id"], name="entitlement_by_office"),
            models.Index(fields=["scheme", "until_month"], name="entitlement_by_end"),
        ]


class EntitlementMember(models.Model):
    """One protected person of an entitlement, as decided."""

    entitlement = models.ForeignKey(Entitlement, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="entitlement_memberships")
    family = models.CharField(max_length=30)  # the scheme's family, so that the constraint below can see it
    relationship = models.CharField("与户主关系", max_length=20, choices=Relationship)
    labour = models.CharField("劳动能力", max_length=10, choices=LabourAbility)
    severe_illness = models.BooleanField("重特大疾病", default=False)
    disability_grade = models.PositiveSmallIntegerField("残疾等级", null=True)
    classified_kind = models.CharField("分类施保类别", max_length=20, blank=True)
    classified_fen = models.BigIntegerField("分类施保", default=0)
    until_month = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "保障对象"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "family"],
                condition=Q(until_month=None),
                name="one_open_entitlement_per_person_family",
            )
        ]


class EndReason(models.TextChoices):
    INCOME = "income", "收入超过标准"
    PROPERTY = "property", "财产不符合规定"
    DEATH = "death", "保障对象死亡"
    MOVED = "moved", "户籍迁出"
    TEKUN = "tekun", "转入特困供养"
    VOLUNTARY = "voluntary", "自愿退出"
    UNCOOPERATIVE = "uncooperative", "拒不配合复核"
    FALSE = "false", "虚报瞒报"
    OTHER = "other", "其他"


class EntitlementChange(models.Model):
    """A proposed end of an entitlement: heard, proposed by the township, confirmed by the county."""

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="changes")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    reason_code = models.CharField("停发原因", max_length=20, choices=EndReason)
    explanation = models.CharField("具体情况", max_length=500)
    until_month = models.DateField("停发起始月份")
    # 《社会救助法》第48条: the family is heard before any end. A death needs no hearing, only its date.
    deceased = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="死亡人员"
    )
    died_on = models.DateField("死亡日期", null=True, blank=True)
    heard_on = models.DateField("听取意见日期", null=True, blank=True)
    heard_how = models.CharField("听取意见情况", max_length=500, blank=True)
    status = models.CharField("状态", max_length=10, choices=ChangeStatus, default=ChangeStatus.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    proposed_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    proposed_on = models.DateField("提出日期")
    confirmed_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    confirmed_on = models.DateField("确认日期", null=True)
    opinion = models.CharField("确认意见", max_length=500, blank=True)
    number = models.CharField("文书编号", max_length=40, unique=True, null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "停发"
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement"], condition=Q(status="proposed"), name="one_proposed_change"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="change_confirmed_by_another",
            ),
        ]
