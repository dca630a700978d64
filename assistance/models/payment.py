"""Payment runs, their lines, bank files and returns. Money that moved is an immutable row."""

from django.db import models
from django.db.models import F, Q

from assistance.models.entitlement import Entitlement
from assistance.models.scheme import Scheme
from assistance.workflow import RunStatus
from civaffairs.jobs.models import Job
from civaffairs.registry.fields import EncryptedField
from civaffairs.registry.models import Office, Person, Posting, ScopedQuerySet
from civaffairs.registry.scope import code_range


class RunKind(models.TextChoices):
    REGULAR = "regular", "当月发放"
    SUPPLEMENT = "supplement", "当月补充"
    REISSUE = "reissue", "退回重发"


def offices_above(code: str) -> list[str]:
    """Codes of the township and county that a code lies in, its own excluded."""
    return [above for above in (code[:6] + "000000", code[:9] + "000") if above != code]


def _in_area(code: str) -> Q:
    low, high = code_range(code)
    return Q(office__gte=low, office__lt=high)


class PaymentRunQuerySet(ScopedQuerySet):
    def visible_to(self, posting):
        """Runs of the posting's area, and those of the offices above it: a township finds its own lines in the
        county's list. Lines and totals shown of such a run are limited by the lines' own scope."""
        return self.filter(_in_area(posting.office_id) | Q(office__in=offices_above(posting.office_id)))


class PaymentRun(models.Model):
    """One list of payments for one scheme and month."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="runs")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    month = models.DateField("发放月份")
    kind = models.CharField("种类", max_length=12, choices=RunKind, default=RunKind.REGULAR)
    sequence = models.PositiveSmallIntegerField("当月第几批", default=1)
    status = models.CharField("状态", max_length=12, choices=RunStatus, default=RunStatus.PREPARING)
    version = models.PositiveIntegerField(default=1)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    line_count = models.PositiveIntegerField("户数", default=0)
    person_count = models.PositiveIntegerField("人数", default=0)
    total_fen = models.BigIntegerField("总金额", default=0)
    # Keyed digest over payee, account and fen of every line, taken at approval and compared ever after.
    seal = models.CharField("封签", max_length=64, blank=True)
    document_number = models.CharField("发文字号", max_length=60, unique=True, null=True, blank=True)
    prepared_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    prepared_on = models.DateField("生成日期", null=True)
    checked_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField("核对日期", null=True)
    approved_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    approved_on = models.DateField("审批日期", null=True)
    issued_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    issued_on = models.DateField("报送日期", null=True)
    cancelled_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    note = models.CharField("说明", max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PaymentRunQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "scheme", "-sequence"]
        verbose_name = "发放批次"
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "office", "month", "sequence"], name="runs_of_a_month_count_up"
            ),
            models.UniqueConstraint(
                fields=["scheme", "office", "month"],
                condition=Q(kind="regular") & ~Q(status="cancelled"),
                name="one_regular_run_per_scheme_month",
            ),
            # One list at a time is in the making, so that two people cannot both believe theirs is the one.
            models.UniqueConstraint(
                fields=["scheme", "office"],
                condition=Q(status__in=["preparing", "prepared", "checked"]),
                name="one_open_run_per_scheme",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
                name="run_approved_by_another",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="run_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y年%-m月}{self.scheme.short_name}{self.get_kind_display()}"

    @property
    def line_unit(self) -> str:
        """What a line of this run is counted in: a reissue may pay one household several months, and so does the list
        of a quarter."""
        several = self.kind == RunKind.REISSUE or self.scheme.spec.cadence == "quarterly"
        return "笔" if several else self.scheme.spec.unit_word

    @property
    def pays_once(self) -> bool:
        """Of a programme whose every right is paid one time: its lists take what no list has paid yet, whatever month it
        is of."""
        return self.scheme.spec.cadence in ("one-off", "batch")

    @property
    def is_per_person(self) -> bool:
        """A line is one person, so that a column of persons would say the same twice."""
        return self.line_unit == "人"


class LineStatus(models.TextChoices):
    LISTED = "listed", "待发"
    SENT = "sent", "已报送"
    PAID = "paid", "已发"
    RETURNED = "returned", "退回"
    VOID = "void", "作废"


LIVE_LINES = ("listed", "sent", "paid")


class PaymentLineQuerySet(ScopedQuerySet):
    def live(self):
        return self.filter(status__in=LIVE_LINES)

    def moved(self):
        """Sent to the bank and not come back: what counts as money paid out."""
        return self.filter(status__in=("sent", "paid"))

    def came_back(self):
        """Whose money the bank returned, also where the month is not owed any more and the line was made void."""
        return self.exclude(returned_on=None)


class PaymentLine(models.Model):
    """One sum to one payee for one month: everything copied when the list was made."""

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="lines")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="lines")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    month = models.DateField("所属月份")
    payee = models.ForeignKey(Person, models.PROTECT, related_name="payment_lines")
    payee_name = models.CharField("领款人", max_length=60)
    persons = models.PositiveSmallIntegerField("保障人数")
    base_fen = models.BigIntegerField("基本保障金")
    classified_fen = models.BigIntegerField("分类施保")
    care_fen = models.BigIntegerField("照料护理", default=0)
    # 补发 above zero, 抵扣 below; part of the one sum that is paid.
    arrears_fen = models.BigIntegerField("补发或抵扣", default=0)
    # A line of adjustments alone, for somebody whom the regular list of that month does not hold.
    is_arrears = models.BooleanField("只补发", default=False)
    amount_fen = models.BigIntegerField("金额")
    holder = models.CharField("户名", max_length=60, blank=True)
    bank = models.CharField("开户银行", max_length=60, blank=True)
    # The ciphertext is copied from the account as it is; both columns have the same purpose.
    account = EncryptedField("账号", purpose="bank-account", blank=True)
    account_index = models.CharField(max_length=32, blank=True)
    account_tail = models.CharField(max_length=4, blank=True)
    status = models.CharField("状态", max_length=10, choices=LineStatus, default=LineStatus.LISTED)
    return_reason = models.CharField("退回原因", max_length=100, blank=True)
    returned_on = models.DateField(null=True)
    # The returned line that this one pays again.
    original = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reissue")

    objects = PaymentLineQuerySet.as_manager()

    class Meta:
        verbose_name = "发放明细"
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement", "month"],
                condition=Q(status__in=["listed", "sent", "paid"], is_arrears=False),
                name="one_live_line_per_entitlement_month",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_fen=F("base_fen") + F("classified_fen") + F("care_fen") + F("arrears_fen"),
                    amount_fen__gt=0,
                ),
                name="line_parts_add_up",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "office", "id"], name="line_by_run"),
            models.Index(fields=["scheme", "month", "office"], name="line_by_month"),
            models.Index(fields=["payee", "month"], name="line_by_payee"),
            models.Index(fields=["status", "scheme"], condition=Q(status="returned"), name="line_returned"),
            models.Index(fields=["run"], condition=Q(returned_on__isnull=False), name="line_came_back"),
        ]


class BankFormatQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(is_active=True)

    def pending(self):
        """Entered and not confirmed yet."""
        return self.filter(is_active=False, confirmed_on=None).exclude(proposed_by=None)


class BankFormat(models.Model):
    """How a bank wants its file: columns, order, encoding. A new bank is a row, not code.

    Entered by one person and put in use by another. From then on it is never edited: a change is a row of its own with
    the next version, which takes the place of this one when it is confirmed.
    """

    name = models.CharField("名称", max_length=60)
    spec = models.JSONField("格式")
    is_active = models.BooleanField("在用", default=True)
    version = models.PositiveSmallIntegerField("第几版", default=1)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="取代"
    )
    proposed_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_on = models.DateField("录入日期", null=True, blank=True)
    confirmed_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_on = models.DateField("确认日期", null=True, blank=True)
    retired_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    retired_on = models.DateField("停用日期", null=True, blank=True)

    objects = BankFormatQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = "银行格式"
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(is_active=True), name="one_bank_format_in_use_per_name"
            ),
            models.UniqueConstraint(fields=["name", "version"], name="bank_format_versions_count_up"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="bank_format_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.name if self.version == 1 else f"{self.name}（第{self.version}版）"

    @property
    def is_pending(self) -> bool:
        return not self.is_active and self.confirmed_on is None and self.proposed_by_id is not None


class BankFile(models.Model):
    """What was sent for one run: one file or, where the bank takes only so many lines, several. Their bytes are not
    kept: the lines are immutable and the format is frozen here, so the same bytes come out again, and the digest proves
    it. No account number lies in a file on the disk. `sha256` and `size` are of all files one behind the other."""

    run = models.OneToOneField(PaymentRun, models.PROTECT, related_name="bank_file")
    format = models.ForeignKey(BankFormat, models.PROTECT, null=True, blank=True, related_name="files")
    spec = models.JSONField("格式")
    name = models.CharField("文件名", max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    line_count = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()
    created_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "代发文件"

    @property
    def digest_in_groups(self) -> str:
        """The digest in eights, to be read aloud and compared with the paper."""
        return in_groups(self.sha256)


def in_groups(digest: str) -> str:
    """64 hexadecimal characters in eights."""
    return " ".join(digest[at : at + 8] for at in range(0, 64, 8))


class BankFilePart(models.Model):
    """One file as the bank gets it: `line_count` lines of the run after the first `lines_before`."""

    bank_file = models.ForeignKey(BankFile, models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField("第几个")
    name = models.CharField("文件名", max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    lines_before = models.PositiveIntegerField()
    line_count = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()

    class Meta:
        ordering = ["number"]
        verbose_name = "代发文件（分文件）"
        constraints = [
            models.UniqueConstraint(fields=["bank_file", "number"], name="parts_of_a_bank_file_count_up")
        ]

    @property
    def digest_in_groups(self) -> str:
        return in_groups(self.sha256)


class BankReturn(models.Model):
    """The bank's answer to a file. The same answer loaded twice changes nothing."""

    bank_file = models.ForeignKey(BankFile, models.PROTECT, related_name="returns")
    sha256 = models.CharField(max_length=64)
    name = models.CharField("文件名", max_length=120)
    loaded_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    loaded_on = models.DateField()
    paid_count = models.PositiveIntegerField(default=0)
    returned_count = models.PositiveIntegerField(default=0)
    # Row, column and reason of what was not taken, without anybody's number; all of them are counted.
    exceptions = models.JSONField(default=list)
    exception_count = models.PositiveIntegerField("没对上的行数", default=0)
    # The same rows as the bank wrote them (JSON), to be mended and sent again.
    refused_rows = EncryptedField("没对上的原行", purpose="bank-return-rows", blank=True, default="")

    class Meta:
        ordering = ["-id"]
        verbose_name = "银行回盘"
        constraints = [models.UniqueConstraint(fields=["bank_file", "sha256"], name="a_return_once_per_file")]
