"""What happens to an entitlement while it lives: proposed by a township, confirmed by the county, told to the family."""

from django.db import models
from django.db.models import F, Q

from assistance.models.entitlement import Entitlement
from assistance.models.scheme import Scheme
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.registry.models import Household, Level, Office, Person, Posting, ScopedQuerySet
from civaffairs.registry.scope import code_range


class EndReason(models.TextChoices):
    """Why an entitlement ended; also the reason codes of 停发, with DEATH, MOVED and VOLUNTARY from acts of their own."""

    INCOME = "income", "收入超过标准"
    PROPERTY = "property", "财产不符合规定"
    DEATH = "death", "保障对象死亡"
    MOVED = "moved", "户籍迁出"
    TEKUN = "tekun", "转入特困供养"
    SWITCHED = "switched", "转入其他项目"
    VOLUNTARY = "voluntary", "自愿退出"
    ABLE = "able", "恢复劳动或自理能力"
    SUPPORTED = "supported", "有了有能力的赡养抚养人"
    GROWN = "grown", "已成年或毕业"
    CATEGORY = "category", "不再属于这类对象"
    PRISON = "prison", "服刑"
    TAPERED = "tapered", "渐退期满"
    UNRENEWED = "unrenewed", "残疾人证到期没有换证"
    UNCOOPERATIVE = "uncooperative", "拒不配合复核"
    FALSE = "false", "虚报瞒报"
    OTHER = "other", "其他"


_R = EndReason
K = ChangeKind
_AMOUNT = (
    ("care", "自理能力或残疾等级变化"),
    ("illness", "患病或病愈"),
    ("reclassified", "保障类别变化"),
    ("error", "原测算有误，更正"),
)
REASONS: dict[str, tuple[tuple[str, str], ...]] = {
    K.RAISE: (
        ("income_down", "收入减少"),
        ("costs_up", "刚性支出增加"),
        ("work_accepted", "已接受工作或参加就业服务"),
        *_AMOUNT,
    ),
    K.CUT: (
        ("income_up", "收入增加"),
        ("costs_down", "刚性支出减少"),
        ("work_refused", "连续拒绝介绍的工作"),
        *_AMOUNT,
    ),
    K.JOIN: (
        ("born", "出生"),
        ("married_in", "结婚迁入"),
        ("adopted", "收养"),
        ("returned", "退伍、毕业或刑满后回户"),
        ("omitted", "原来漏登"),
    ),
    K.LEAVE: (
        ("married_out", "结婚迁出"),
        ("moved_away", "户籍迁出或分户"),
        ("own_living", "成年后独立生活"),
        ("drafted", "入伍"),
        ("imprisoned", "服刑"),
        ("missing", "失踪"),
        ("transferred", "本人转入其他保障"),
    ),
    K.STOP: tuple(
        (reason.value, reason.label)
        for reason in EndReason
        if reason not in (_R.DEATH, _R.TAPERED, _R.SWITCHED)
    ),
    K.HOLD: (
        ("uncertified", "没有按时做生存认证或年度确认"),
        (_R.UNRENEWED.value, _R.UNRENEWED.label),
        ("absent", "联系不上本人"),
        ("checking", "有举报或疑点，正在核查"),
        ("custody", "被羁押、服刑或通缉"),
        ("account", "账户有问题"),
    ),
    K.RESUME: (
        ("certified", "已补做认证或确认"),
        ("renewed", "已换领残疾人证"),
        ("found", "已联系上本人"),
        ("cleared", "核查后没有问题"),
        ("released", "已恢复人身自由"),
        ("account_ok", "账户已更正"),
    ),
    K.TAPER: (("work", "就业增收后超过标准"),),
    K.MOVE: (("moved_inside", "县内迁移"), (_R.MOVED.value, _R.MOVED.label)),
    K.HEAD: (
        ("head_dead", "原户主去世"),
        ("head_left", "原户主离开本户"),
        ("head_unfit", "原户主不便领款"),
        ("asked", "家庭要求变更"),
    ),
    K.DEATH: ((_R.DEATH.value, _R.DEATH.label),),
    K.QUIT: ((_R.VOLUNTARY.value, _R.VOLUNTARY.label),),
    K.SWITCH: (("to_other", "符合另一项保障的条件"),),
    K.KEEP: (
        ("admitted", "入住供养机构"),
        ("discharged", "离开供养机构"),
        ("other_home", "转到另一家供养机构"),
        ("carer_changed", "照料服务人或协议变化"),
    ),
}
# What a page or a paper names of a change.
NAMED = (
    "entitlement__payee",
    "entitlement__scheme",
    "entitlement__beneficiary",
    "office__parent",
    "proposed_by__user",
    "confirmed_by__user",
    "withdrawn_by__user",
    "person",
    "payee",
    "leading",
)
# What an act reads while it holds the row. Not who answered it: whoever waited for the lock would get the join of before.
ACTED_ON = ("entitlement__payee", "entitlement__scheme", "proposed_by", "person", "payee")
_LABELS = {code: label for rows in REASONS.values() for code, label in rows}
_LABELS |= {reason.value: reason.label for reason in EndReason}


class EntitlementChangeQuerySet(ScopedQuerySet):
    def visible_to(self, posting):
        """Changes of the area's rights, and the deaths that this very office has reported: what the dead had may lie in
        another township, and whoever reported must be able to look it up and take it back."""
        low, high = code_range(posting.office_id)
        here = Q(office__gte=low, office__lt=high)
        if posting.office.level == Level.COUNTY:
            return self.filter(here)
        own = Posting.objects.filter(office=posting.office_id).values("pk")
        return self.filter(here | Q(kind=ChangeKind.DEATH, proposed_by__in=own))

    def named(self):
        """With all that a page or a paper says of it."""
        return self.select_related(*NAMED)

    def acted_on(self):
        """With what an act needs that holds the row."""
        return self.select_related(*ACTED_ON)


class EntitlementChange(models.Model):
    """One change of one entitlement, from a month on.

    `reckoning` keeps what the rule said for each stretch of months, {"stretches": [...], "steps": [...]}; `facts` what it
    saw. A death, a move and a change of the head reach several entitlements at once: the first row leads, the others hang
    on it and are confirmed with it.
    """

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="changes")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    kind = models.CharField("事项", max_length=10, choices=ChangeKind, default=ChangeKind.STOP)
    leading = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="others")
    reason_code = models.CharField("原因", max_length=20, choices=tuple(_LABELS.items()))
    explanation = models.CharField("具体情况", max_length=500)
    from_month = models.DateField("生效月份")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name="涉及人员"
    )
    died_on = models.DateField("死亡日期", null=True, blank=True)
    payee = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="以后的领款人"
    )
    # 《社会救助法》第48条: the family is heard before any cut or end. A death needs no hearing, only its date.
    heard_on = models.DateField("听取意见日期", null=True, blank=True)
    heard_how = models.CharField("听取意见情况", max_length=500, blank=True)
    # What a kind of change has besides: months of 渐退, whether held months are paid, where to, which case.
    details = models.JSONField("其他内容", default=dict, blank=True)
    facts = models.JSONField("变化后的情况", null=True, blank=True)
    reckoning = models.JSONField("测算", default=dict, blank=True)
    before_fen = models.BigIntegerField("变更前金额")
    after_fen = models.BigIntegerField("变更后金额")
    status = models.CharField("状态", max_length=10, choices=ChangeStatus, default=ChangeStatus.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    proposed_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    proposed_on = models.DateField("提出日期")
    confirmed_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    confirmed_on = models.DateField("确认日期", null=True)
    opinion = models.CharField("确认意见", max_length=500, blank=True)
    # Taken back by the office that proposed it, before anybody had answered.
    withdrawn_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)
    withdraw_reason = models.CharField("撤回原因", max_length=200, blank=True, db_default="")
    number = models.CharField("文书编号", max_length=40, unique=True, null=True)
    informed_on = models.DateField("告知日期", null=True, blank=True)
    informed_how = models.CharField("告知方式", max_length=100, blank=True)
    # The newest row that it opened; empty where it only ended one.
    opened = models.ForeignKey(Entitlement, models.PROTECT, null=True, blank=True, related_name="opened_by")

    objects = EntitlementChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "待遇变更"
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement"], condition=Q(status="proposed"), name="one_proposed_change"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="change_confirmed_by_another",
            ),
            models.CheckConstraint(condition=Q(from_month__day=1), name="change_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(before_fen__gte=0, after_fen__gte=0), name="change_sums_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["status", "office", "id"], name="change_by_status")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.entitlement.number}"

    def group(self) -> list["EntitlementChange"]:
        """This one and those that are decided with it, for a leading change."""
        others = self.others.named()
        return [self, *others.order_by("pk")]

    @property
    def is_less(self) -> bool:
        """A cut or an end: told in writing, with reasons and remedies."""
        return self.after_fen < self.before_fen


class DateEvent(models.Model):
    """A day in the calendar that may change a right: a birthday, an end, a review that falls due.

    Found by itself each month, once for each person or entitlement and month; a person answers it.
    """

    class Kind(models.TextChoices):
        AGE_18 = "age18", "年满18周岁"
        AGE_60 = "age60", "年满60周岁"
        AGE_80 = "age80", "年满80周岁"
        AGE_90 = "age90", "年满90周岁"
        AGE_100 = "age100", "年满100周岁"
        TAPER_END = "taper_end", "渐退期满"
        STATUS_END = "status_end", "认定到期"
        SCHOOL_END = "school_end", "在读证明到期"
        CERTIFICATE = "certificate", "证件或认证到期"
        CARD_SOON = "card_soon", "残疾人证快到期"
        CARD_END = "card_end", "残疾人证到期"
        REVIEW = "review", "复核到期"
        YEARLY = "yearly", "年度确认"

    class Proposal(models.TextChoices):
        """What is done when the event is confirmed."""

        REBAND = "reband", "按新年龄档调整金额"
        REASSESS = "reassess", "重新测算"
        STOP = "stop", "没有换证的，提出停发"
        HOLD = "hold", "没有换证的，提出暂停"
        RENEW = "renew", "通知本人换证"
        REVIEWED = "reviewed", "登记已复核"
        INVITE = "invite", "告知可以申请"
        TELL = "tell", "告知本人"

    class State(models.TextChoices):
        OPEN = "open", "待办"
        DONE = "done", "已办"
        DROPPED = "dropped", "不办"

    kind = models.CharField("事件", max_length=12, choices=Kind)
    month = models.DateField("到期月份")
    due_on = models.DateField("到期日")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="date_events")
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, null=True, blank=True, related_name="date_events"
    )
    scheme = models.ForeignKey(Scheme, models.PROTECT, null=True, blank=True, related_name="+")
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    proposal = models.CharField("建议", max_length=10, choices=Proposal)
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField("不办的原因", max_length=200, blank=True, default="")
    # Of the certificate that the person brought instead of the one that ends.
    renewed_until = models.DateField("新证有效期至", null=True, blank=True)
    change = models.ForeignKey(
        EntitlementChange, models.PROTECT, null=True, blank=True, related_name="date_events"
    )
    decided_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField("办理日期", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = "到期事件"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "month", "entitlement", "person"],
                condition=~Q(entitlement=None),
                name="one_event_per_entitlement_month",
            ),
            models.UniqueConstraint(
                fields=["kind", "person"],
                condition=Q(entitlement=None),
                name="one_event_per_person",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="event_month_is_first_day"),
            models.CheckConstraint(
                condition=~Q(entitlement=None, person=None), name="event_is_about_somebody"
            ),
        ]
        indexes = [models.Index(fields=["state", "office", "due_on", "id"], name="event_worklist")]
