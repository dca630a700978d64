"""提标: what a new standard makes of everything that is in force, seen before it is done, and done as it was seen."""

from django.db import models
from django.db.models import F, Q

from assistance.models.entitlement import Entitlement, EntitlementMember
from assistance.models.scheme import Scheme, Standard
from civaffairs.jobs.models import Job
from civaffairs.registry.models import Office, Posting, ScopedQuerySet
from civaffairs.registry.scope import code_range


class StandardChangeQuerySet(ScopedQuerySet):
    def visible_to(self, posting):
        """Changes of the posting's area and of the offices above it, like the standards; their rows are limited by the
        rows' own scope."""
        low, high = code_range(posting.office_id)
        above = {f"{posting.office_id[:6]}000000", f"{posting.office_id[:9]}000"}
        return self.filter(Q(office_id__gte=low, office_id__lt=high) | Q(office_id__in=above))


class StandardChange(models.Model):
    """One raise: reckoned in advance by one person, carried out at the word of another, taken back by one act."""

    class State(models.TextChoices):
        PREVIEWING = "previewing", "正在测算"
        PREVIEWED = "previewed", "待审批"
        APPLYING = "applying", "正在执行"
        APPLIED = "applied", "已执行"
        UNDOING = "undoing", "正在撤销"
        UNDONE = "undone", "已撤销"
        DISCARDED = "discarded", "已放弃"

    OPEN = (State.PREVIEWING, State.PREVIEWED, State.APPLYING, State.UNDOING)
    TONES = {
        State.PREVIEWING: "wait",
        State.PREVIEWED: "todo",
        State.APPLYING: "wait",
        State.APPLIED: "good",
        State.UNDOING: "wait",
        State.UNDONE: "plain",
        State.DISCARDED: "plain",
    }

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="changes", verbose_name="新标准")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="适用地区")
    from_month = models.DateField("起始月份")
    state = models.CharField("状态", max_length=12, choices=State, default=State.PREVIEWING)
    version = models.PositiveIntegerField(default=1)
    # Where 补差 has no facts on record and the rise is not a whole yuan: the higher of the two sums it can be.
    round_up = models.BooleanField("尾数算不准的进一元", default=False)
    # The first month whose list was still open when this was reckoned. Another list closed since makes it out of date.
    open_from = models.DateField("未办结名册的首月", null=True)
    # By township, {code: {outcome: [rights, persons, fen a month more, fen of 补发, least, most]}}: see services.
    figures = models.JSONField(default=dict)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    note = models.CharField("说明", max_length=300, blank=True)
    proposed_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    proposed_on = models.DateField("测算日期")
    confirmed_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_on = models.DateField("审批日期", null=True, blank=True)
    undone_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    undone_on = models.DateField("撤销日期", null=True, blank=True)
    undone_reason = models.CharField("撤销原因", max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StandardChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "提标"
        constraints = [
            # Two at once would each have reckoned with what the other is about to close.
            models.UniqueConstraint(
                fields=["scheme"],
                condition=Q(state__in=["previewing", "previewed", "applying", "undoing"]),
                name="one_open_standard_change_per_scheme",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="standard_change_confirmed_by_another",
            ),
            models.CheckConstraint(condition=Q(from_month__day=1), name="standard_change_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.short_name}提标（{self.from_month:%Y年%-m月}起）"

    @property
    def tone(self) -> str:
        return self.TONES[self.State(self.state)]

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.PREVIEWING, self.State.APPLYING, self.State.UNDOING)


class StandardChangeRow(models.Model):
    """What the new standard makes of one right. The approval acts on exactly these rows.

    A right that goes on is closed in `close_month` and opened again; one that is over already (`is_over`) only gets what
    its closed months fall short by. `was_…` is what was seen, compared before anything is changed, and put back by an undo.
    """

    class Outcome(models.TextChoices):
        RAISED = "raised", "提高"
        SAME = "same", "金额不变"
        LOWER = "lower", "按新标准减少"
        OUT = "out", "不再符合"
        UNDECIDED = "undecided", "无法测算"
        REVIEW = "review", "要人工复核"

    APPLIED = (Outcome.RAISED, Outcome.SAME)

    class Method(models.TextChoices):
        CATEGORY = "category", "按类别标准"
        FACTS = "facts", "按测算底稿"
        DIFFERENCE = "difference", "按标准差额"
        NONE = "", "没有算出"

    change = models.ForeignKey(StandardChange, models.CASCADE, related_name="rows", db_index=False)
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="standard_rows")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    category = models.CharField("类别", max_length=40, blank=True)
    persons = models.PositiveSmallIntegerField("保障人数")
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    method = models.CharField("测算方法", max_length=10, choices=Method, blank=True)
    reason = models.CharField("原因", max_length=300, blank=True)
    is_over = models.BooleanField("已停发，只补差额", default=False)
    was_until = models.DateField(null=True)
    was_held = models.DateField(null=True)
    was_reason = models.CharField(max_length=20, blank=True)
    was_fen = models.BigIntegerField("现月发金额")
    # Empty where the new amount is not known: unknown is not zero.
    base_fen = models.BigIntegerField("基本保障金", null=True)
    classified_fen = models.BigIntegerField("分类施保", null=True)
    care_fen = models.BigIntegerField("照料护理", null=True)
    amount_fen = models.BigIntegerField("新月发金额", null=True)
    close_month = models.DateField("新金额起始月份")
    # The closed months that are made up for, and how much in all. Empty where there are none.
    arrears_until = models.DateField(null=True)
    arrears_months = models.PositiveSmallIntegerField("补发月数", default=0)
    arrears_fen = models.BigIntegerField("补发金额", default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "提标明细"
        constraints = [
            models.UniqueConstraint(
                fields=["change", "entitlement"], name="an_entitlement_once_per_standard_change"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=None, base_fen=None, classified_fen=None, care_fen=None)
                | Q(amount_fen=F("base_fen") + F("classified_fen") + F("care_fen")),
                name="standard_row_parts_add_up",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["raised", "same", "lower"]) | ~Q(amount_fen=None),
                name="standard_row_knows_its_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["change", "outcome", "office", "id"], name="standard_row_by_outcome"),
        ]

    @property
    def more_fen(self) -> int | None:
        """Fen a month more (below zero: less); None where the new amount is not known."""
        return None if self.amount_fen is None else self.amount_fen - self.was_fen


class StandardChangeMember(models.Model):
    """分类施保 of one person under the new standard, where it differs from before."""

    row = models.ForeignKey(StandardChangeRow, models.CASCADE, related_name="members")
    member = models.ForeignKey(EntitlementMember, models.CASCADE, related_name="+", db_index=False)
    classified_fen = models.BigIntegerField("分类施保")

    class Meta:
        verbose_name = "提标后分类施保"
        constraints = [
            models.UniqueConstraint(fields=["row", "member"], name="a_member_once_per_standard_row")
        ]
