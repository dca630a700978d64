"""Decisions and what they grant. Rows are closed and reopened, never edited."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from assistance.models.application import Application, LabourAbility
from assistance.models.scheme import Scheme, Standard
from assistance.models.survey import AssessmentRecord
from civaffairs.registry.fields import EncryptedField
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


class PayeeInstitutionQuerySet(ScopedQuerySet):
    def usable(self):
        """Confirmed and not closed: money goes nowhere else."""
        return self.filter(closed_on=None).exclude(confirmed_on=None)


class PayeeInstitution(models.Model):
    """A home that is paid for those it keeps (集中供养): its account, entered by one person and confirmed by another."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="所在乡镇")
    name = models.CharField("机构名称", max_length=60)
    holder = models.CharField("户名", max_length=60)
    bank = models.CharField("开户银行", max_length=60)
    account = EncryptedField("账号", purpose="bank-account")
    account_index = models.CharField(max_length=32)
    account_tail = models.CharField(max_length=4)
    # The account of the same home that this one takes the place of, once it is confirmed.
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField("登记或变更依据", max_length=200, blank=True)
    entered_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    entered_on = models.DateField("登记日期", null=True)
    confirmed_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    confirmed_on = models.DateField("确认日期", null=True)
    closed_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField("停用日期", null=True)
    closing_reason = models.CharField("停用或退回原因", max_length=200, blank=True)

    objects = PayeeInstitutionQuerySet.as_manager()

    class Meta:
        ordering = ["office", "name"]
        verbose_name = "供养机构收款账户"
        constraints = [
            models.UniqueConstraint(
                fields=["office", "name"],
                condition=Q(closed_on=None) & ~Q(confirmed_on=None),
                name="one_open_institution_per_name",
            ),
            models.UniqueConstraint(
                fields=["office", "name"],
                condition=Q(closed_on=None, confirmed_on=None),
                name="one_proposed_institution_per_name",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")),
                name="institution_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EntitlementQuerySet(ScopedQuerySet):
    def payable_in(self, month: date):
        """In force for the month that begins on `month`. `until_month` is not included."""
        return self.filter(Q(until_month=None) | Q(until_month__gt=month), from_month__lte=month)

    def listed_in(self, month: date):
        """What the monthly list of that month pays: in force, and not paid otherwise for it."""
        return self.payable_in(month).filter(pays_from__lte=month)

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
    number = models.CharField("证号", max_length=32, db_index=True)
    # For whom, where the programme is for one person; empty where it is for the household.
    beneficiary = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="own_entitlements",
        verbose_name="保障对象",
    )
    category = models.CharField("类别", max_length=40, blank=True)
    payee = models.ForeignKey(Person, models.PROTECT, related_name="entitlements", verbose_name="领款人")
    persons = models.PositiveSmallIntegerField("保障人数")
    base_fen = models.BigIntegerField("基本保障金")
    classified_fen = models.BigIntegerField("分类施保", default=0)
    care_fen = models.BigIntegerField("照料护理", default=0)
    amount_fen = models.BigIntegerField("月保障金")
    # Where it is not the person's own account: the home that keeps him.
    paid_to = models.ForeignKey(
        PayeeInstitution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entitlements",
        verbose_name="收款机构",
    )
    from_month = models.DateField("起发月份")
    # The first month that a monthly list pays. Earlier months of the right are an adjustment (补发), because their lists
    # are closed.
    pays_from = models.DateField("列入名册的首月")
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
                condition=Q(until_month=None, beneficiary=None),
                name="one_open_entitlement_per_household_scheme",
            ),
            models.UniqueConstraint(
                fields=["beneficiary", "scheme"],
                condition=Q(until_month=None) & ~Q(beneficiary=None),
                name="one_open_entitlement_per_person_scheme",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_fen=F("base_fen") + F("classified_fen") + F("care_fen"),
                    base_fen__gte=0,
                    classified_fen__gte=0,
                    care_fen__gte=0,
                ),
                name="entitlement_parts_add_up",
            ),
            models.CheckConstraint(
                condition=Q(until_month=None) | Q(until_month__gte=F("from_month")),
                name="entitlement_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(from_month__day=1, pays_from__day=1, pays_from__gte=F("from_month"))
                & (Q(until_month=None) | Q(until_month__day=1)),
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


class AdjustmentQuerySet(ScopedQuerySet):
    def standing(self):
        """Not taken back: what counts when somebody asks what was booked for a month."""
        return self.filter(cancelled_on=None)

    def open(self):
        """Neither settled to the last fen nor taken back."""
        return self.standing().exclude(settled_fen=F("amount_fen"))

    def untouched(self):
        """No list and no repayment has anything of it yet."""
        return self.standing().filter(settled_fen=0)


class Adjustment(models.Model):
    """What is owed for months whose lists are closed: to the family (补发, above zero) or back from it (追缴, below).

    A paid line is never changed; this row says what was due, what was paid, and why they differ. `settled_fen` has the
    sign of `amount_fen` and is what lists (AdjustmentSettlement) and receipts (Repayment) have taken off it; the database
    keeps it between zero and the amount, so that nothing is settled twice.
    """

    class Cause(models.TextChoices):
        GRANT = "grant", "批准前月份补发"
        CHANGE = "change", "待遇变更"
        STANDARD = "standard", "提高标准"
        DEATH = "death", "死亡后多发"
        CORRECTION = "correction", "更正"

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="adjustments")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    cause = models.CharField("原因", max_length=12, choices=Cause)
    reason = models.CharField("说明", max_length=300, blank=True)
    from_month = models.DateField("起始月份")
    until_month = models.DateField("截止月份（不含）")
    amount_fen = models.BigIntegerField("金额")
    # [{"month": "2026-03", "due": fen, "paid": fen}, …]; empty where a set-based change made it: the two sums are enough
    months = models.JSONField("逐月", default=list)
    change = models.ForeignKey(
        "EntitlementChange", models.PROTECT, null=True, blank=True, related_name="adjustments"
    )
    # The raise that made it; its rows say how.
    standard_change = models.ForeignKey(
        "StandardChange", models.PROTECT, null=True, blank=True, related_name="adjustments", db_index=False
    )
    settled_fen = models.BigIntegerField("已结清", default=0, db_default=0)
    booked_on = models.DateField("登记日期")
    booked_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    cancelled_on = models.DateField("撤销日期", null=True, blank=True)
    cancelled_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField("撤销原因", max_length=200, blank=True, db_default="")

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "补发和追缴"
        constraints = [
            models.CheckConstraint(condition=~Q(amount_fen=0), name="adjustment_is_not_nothing"),
            models.CheckConstraint(
                condition=Q(settled_fen=0)
                | Q(settled_fen__gt=0, settled_fen__lte=F("amount_fen"))
                | Q(settled_fen__lt=0, settled_fen__gte=F("amount_fen")),
                name="adjustment_settled_up_to_its_amount",
            ),
            models.CheckConstraint(
                condition=Q(from_month__day=1, until_month__day=1, until_month__gt=F("from_month")),
                name="adjustment_months_in_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["scheme", "office", "entitlement"],
                condition=Q(cancelled_on=None) & ~Q(settled_fen=F("amount_fen")),
                name="adjustment_open",
            ),
            models.Index(fields=["office", "-id"], name="adjustment_by_office"),
        ]

    @property
    def is_claim(self) -> bool:
        """追缴: the family owes it. Otherwise 补发: the bureau owes it."""
        return self.amount_fen < 0

    @property
    def open_fen(self) -> int:
        """What is still to be paid (above zero) or to come back (below); 0 once taken back."""
        return 0 if self.cancelled_on else self.amount_fen - self.settled_fen


class AdjustmentSettlement(models.Model):
    """What one list takes off one adjustment: paid with a line (above zero), or kept back from it (below).

    Reserved when the list is made, given back when the list is made anew or cancelled before approval, and fixed by
    the approval (triggers of migration 0005). `entitlement` is the right whose line carries it, which may be a later
    row of the same right.
    """

    adjustment = models.ForeignKey(Adjustment, models.PROTECT, related_name="settlements")
    run = models.ForeignKey("PaymentRun", models.PROTECT, related_name="settlements")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="+")
    # Empty only between the two statements that make the list.
    line = models.ForeignKey("PaymentLine", models.PROTECT, null=True, related_name="settlements")
    amount_fen = models.BigIntegerField("金额")

    class Meta:
        ordering = ["id"]
        verbose_name = "补发和追缴的结清"
        constraints = [
            models.UniqueConstraint(fields=["adjustment", "run"], name="an_adjustment_once_per_run"),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="settlement_is_not_nothing"),
        ]


class Repayment(models.Model):
    """Money of a 追缴 that came back by hand, with its receipt; or, below zero, the row that takes such a one back."""

    adjustment = models.ForeignKey(Adjustment, models.PROTECT, related_name="repayments")
    amount_fen = models.BigIntegerField("退回金额")
    paid_on = models.DateField("退回日期")
    receipt = models.CharField("票据号", max_length=60)
    # A wrong one is not edited: a second one takes it back, and says why.
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    # On the row that was taken back, so that its receipt can be entered again.
    is_reversed = models.BooleanField("已冲正", default=False)
    reason = models.CharField("冲正原因", max_length=200, blank=True)
    recorded_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        verbose_name = "退款登记"
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None, amount_fen__gt=0)
                | Q(reverses__isnull=False, amount_fen__lt=0, is_reversed=False),
                name="repayment_below_zero_only_as_reversal",
            ),
            models.UniqueConstraint(
                fields=["adjustment", "receipt"],
                condition=Q(reverses=None, is_reversed=False),
                name="a_receipt_once_per_adjustment",
            ),
        ]
