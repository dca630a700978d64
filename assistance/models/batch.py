"""Batches: one sum for many who are helped already (节日慰问金, 价格临时补贴, 资助参保). One person once."""

from django.db import models
from django.db.models import F, Q

from assistance.models.entitlement import Entitlement, EntitlementMember, PayeeInstitution
from assistance.models.scheme import Scheme, Standard
from civaffairs.registry.models import Household, Office, Person, Posting, ScopedQuerySet
from civaffairs.registry.scope import code_range


class BatchQuerySet(ScopedQuerySet):
    def visible_to(self, posting):
        """Batches of the posting's area and of the offices above it: a township finds its own people in the county's.
        Rows and sums shown of one are limited by the rows' own scope."""
        low, high = code_range(posting.office_id)
        above = {f"{posting.office_id[:6]}000000", f"{posting.office_id[:9]}000"}
        return self.filter(Q(office_id__gte=low, office_id__lt=high) | Q(office_id__in=above))


class Batch(models.Model):
    """Who is paid what at one time: prepared by one person, approved by another, paid by the programme's list."""

    class State(models.TextChoices):
        PREPARED = "prepared", "待审批"
        APPROVED = "approved", "已审批"
        DISCARDED = "discarded", "已作废"
        UNDONE = "undone", "已撤销"

    TONES = {
        State.PREPARED: "todo",
        State.APPROVED: "good",
        State.DISCARDED: "plain",
        State.UNDONE: "plain",
    }

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="batches", verbose_name="项目")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    area = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="范围")
    month = models.DateField("发放月份")
    title = models.CharField("名称", max_length=60)
    document_number = models.CharField("文号", max_length=80)
    as_of = models.DateField("按哪天在册")
    # What nobody gets twice: 2026-spring, the month of the prices, the year of the insurance.
    cause = models.CharField(max_length=90)
    # {"cpi_bp", "food_bp", "scpi_bp"}: basis points against the year before; a missing one is absent, not zero.
    indexes = models.JSONField("价格涨幅", default=dict, blank=True)
    published_on = models.DateField("指数发布日期", null=True, blank=True)
    pay_by = models.DateField("发放期限", null=True, blank=True)
    # Where the money goes for all of them alike: the insurance office.
    paid_to = models.ForeignKey(
        PayeeInstitution, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="收款单位"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.PREPARED)
    version = models.PositiveIntegerField(default=1)
    person_count = models.PositiveIntegerField("人数", default=0)
    total_fen = models.BigIntegerField("金额", default=0)
    note = models.CharField("说明", max_length=300, blank=True)
    prepared_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    prepared_on = models.DateField("生成日期")
    approved_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    approved_on = models.DateField("审批日期", null=True, blank=True)
    closed_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField("作废或撤销日期", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "批量发放"
        constraints = [
            # Two people at once prepare the same: one of them finds the other's.
            models.UniqueConstraint(
                fields=["scheme", "office", "cause"],
                condition=Q(state="prepared"),
                name="one_open_batch_per_cause",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
                name="batch_approved_by_another",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="batch_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        return self.TONES[self.State(self.state)]

    @property
    def paid_to_is_usable(self) -> bool:
        """Nothing stands against paying: it goes to the people, or to an office whose account is confirmed and open."""
        return self.paid_to is None or bool(self.paid_to.confirmed_on and not self.paid_to.closed_on)


class BatchSource(models.Model):
    """A programme from whose people the batch takes, in which order, and as what they are paid."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="sources")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField("先后")
    categories = models.JSONField("类别", default=list)  # empty: all of them
    standing = models.CharField("身份", max_length=20)

    class Meta:
        ordering = ["batch", "position"]
        verbose_name = "批量发放的对象"
        constraints = [models.UniqueConstraint(fields=["batch", "scheme"], name="a_programme_once_per_batch")]


class BatchRate(models.Model):
    """What one person of a standing gets in a township, and how it was reckoned: frozen with the batch."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rates")
    township = models.ForeignKey(Office, models.PROTECT, related_name="+")
    standing = models.CharField("身份", max_length=20)
    is_urban = models.BooleanField("城镇")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField("每人金额")
    steps = models.JSONField("计算过程", default=list)

    class Meta:
        verbose_name = "批量发放标准"
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "township", "standing", "is_urban"], name="one_rate_per_batch_and_standing"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="batch_rate_is_not_negative"),
        ]


class BatchItem(models.Model):
    """One person under one programme: paid by this batch, or left out and why. The amount is the rate's."""

    class Outcome(models.TextChoices):
        CANDIDATE = "candidate", "待定"
        LISTED = "listed", "列入"
        DUPLICATE = "duplicate", "另有身份，已列入"
        HAD_IT = "had-it", "同一事由已发过"
        DEAD = "dead", "已死亡"
        HELD = "held", "待遇暂停"
        NO_RATE = "no-rate", "这类对象没有标准"
        REMOVED = "removed", "人工移出"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items", db_index=False)
    member = models.ForeignKey(EntitlementMember, models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(Entitlement, models.PROTECT, related_name="+", db_index=False)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="batch_items")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", db_index=False)
    payee = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    paid_to = models.ForeignKey(PayeeInstitution, models.PROTECT, null=True, related_name="+", db_index=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    category = models.CharField("类别", max_length=40, blank=True)
    standing = models.CharField("身份", max_length=20)
    is_urban = models.BooleanField("城镇")
    rank = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    rate = models.ForeignKey(BatchRate, models.PROTECT, null=True, related_name="+", db_index=False)
    amount_fen = models.BigIntegerField("金额")
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    reason = models.CharField("移出原因", max_length=200, blank=True)
    removed_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+", db_index=False)
    number = models.CharField(max_length=32, blank=True)
    granted = models.OneToOneField(Entitlement, models.PROTECT, null=True, related_name="batch_item")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "批量发放明细"
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "person"],
                condition=Q(outcome="listed"),
                name="a_person_once_per_batch",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="listed") | Q(amount_fen__gt=0), name="batch_item_pays_something"
            ),
        ]
        indexes = [models.Index(fields=["batch", "outcome", "office", "id"], name="batch_item_by_outcome")]
