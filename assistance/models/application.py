"""An application and what the family declared."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from assistance.models.scheme import Scheme
from assistance.schemes import SchemeSpec
from assistance.workflow import OPEN_STATUSES, Act, Status, status_label
from civaffairs.registry.fields import EncryptedField
from civaffairs.registry.models import (
    Attachment,
    Household,
    Office,
    Person,
    Posting,
    Relationship,
    ScopedQuerySet,
)


class Draft(models.Model):
    """A form being filled in. Holds what was typed, right or wrong, encrypted because ID numbers are in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="所在村（社区）")
    # The application that this form corrects, after 补正, or the one it became when it was submitted.
    application = models.ForeignKey(
        "Application", models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    label = models.CharField("申请人", max_length=60, blank=True)
    content = EncryptedField(purpose="draft", default="{}")
    version = models.PositiveIntegerField(default=0)
    attachments = models.ManyToManyField(Attachment, through="DraftAttachment", related_name="+")
    created_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    # Set once, in the transaction that makes the application: a double click finds it and makes no second one.
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at"]
        verbose_name = "申请草稿"


class MaterialKind(models.TextChoices):
    ID = "id", "身份证、户口簿"
    AUTHORISATION = "authorisation", "核对授权书"
    HONESTY = "honesty", "诚信承诺书"
    INCOME = "income", "收入证明"
    ILLNESS = "illness", "诊断、病历材料"
    DISABILITY = "disability", "残疾人证"
    SCHOOL = "school", "在读证明"
    ACCOUNT = "account", "银行卡（折）"
    VISIT = "visit", "入户照片"
    NOTICE = "notice", "公示照片"
    DELIBERATION = "deliberation", "评议记录"
    CHECK = "check", "核对报告"
    OTHER = "other", "其他"


class Cause(models.TextChoices):
    """Why a household is poor, as the monthly table of the province counts it; several may be true."""

    ILLNESS = "illness", "疾病"
    DISABILITY = "disability", "残疾"
    SCHOOL = "school", "因学"
    DISASTER = "disaster", "灾害"
    LABOUR = "labour", "缺劳力"
    OTHER = "other", "其他"


class DraftAttachment(models.Model):
    draft = models.ForeignKey(Draft, models.CASCADE)
    attachment = models.ForeignKey(Attachment, models.PROTECT)
    kind = models.CharField("种类", max_length=20, choices=MaterialKind)


STATUS_TONES = {
    Status.SUBMITTED: "todo",
    Status.CORRECTION: "warn",
    Status.RETURNED: "warn",
    Status.APPROVED: "good",
    Status.REFUSED: "bad",
    Status.WITHDRAWN: "plain",
    Status.TERMINATED: "plain",
}


def goes_to_institution(answers: Mapping[str, Any]) -> bool:
    """By the answers of 特困 (供养方式, 发放给) and of children without parents (养育方式)."""
    central = answers.get("mode") == "central" and answers.get("payee") == "institution"
    return central or answers.get("place") == "institution"


class ApplicationQuerySet(ScopedQuerySet):
    def open(self):
        return self.filter(status__in=OPEN_STATUSES)


class Application(models.Model):
    """The request of a household, or of one person, for one scheme, from submission to decision."""

    number = models.CharField("受理编号", max_length=24, unique=True)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="applications")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="所在村（社区）")
    household = models.ForeignKey(Household, models.PROTECT, related_name="applications")
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="applications", verbose_name="申请人")
    # For whom, where a programme is for one person; empty where it is for the household.
    beneficiary = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="own_applications",
        verbose_name="保障对象",
    )
    status = models.CharField("状态", max_length=20, choices=Status, default=Status.SUBMITTED)
    # Counts every act. A form carries the version it was made from; a newer one means somebody was here first.
    version = models.PositiveIntegerField(default=1)

    # what was asked
    reason = models.CharField("申请理由", max_length=500)
    causes = models.JSONField("致贫原因", default=list)  # values of Cause
    applied_on = models.DateField("申请日期")
    single_person = models.BooleanField("单人保", default=False)
    # Answers to the questions of the programme's rule, as JSON; encrypted, because illness and parents stand in them.
    answers = EncryptedField("专项情况", purpose="answers", default="{}")
    agent_name = models.CharField("代办人", max_length=60, blank=True)
    agent_relation = models.CharField("代办人与申请人关系", max_length=40, blank=True)
    housing = models.JSONField("住房情况", default=dict)
    account_bank = models.CharField("开户银行", max_length=60, blank=True)
    account_holder = models.CharField("户名", max_length=60, blank=True)
    account_number = EncryptedField("账号", purpose="bank-account", blank=True)
    account_holder_reason = models.CharField("户名与申请人不一致的原因", max_length=200, blank=True)
    phone = EncryptedField("联系电话", purpose="phone", blank=True)

    # near relatives of staff (民发〔2021〕57号: filed on their own, then visited by the county)
    near_relative = models.BooleanField("近亲属备案", default=False)
    near_relative_note = models.CharField("近亲属说明（姓名、单位、关系）", max_length=200, blank=True)
    complained_of = models.BooleanField("有投诉举报", default=False)
    needs_deliberation = models.BooleanField("需要民主评议", default=False)
    # The opinion of the body that is asked before the decision (disabled persons' federation).
    peer_agreed = models.BooleanField("会审意见", null=True)
    peer_document = models.CharField("会审文号或回执", max_length=80, blank=True)

    # who did what: the four eyes are compared by user
    submitted_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    handled_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    reviewed_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")

    # the clock
    submitted_on = models.DateField("提交日期")
    accepted_on = models.DateField("受理日期", null=True)
    county_received_on = models.DateField("县级收件日期", null=True)
    decided_on = models.DateField("决定日期", null=True)
    step_due_on = models.DateField("本步期限", null=True)
    total_due_on = models.DateField("总期限", null=True)
    due_certain = models.BooleanField("期限确定", default=True, help_text="跨到没有放假安排的年份时为否")
    paused_on = models.DateField("暂停计时日", null=True)
    delegated = models.BooleanField("委托乡镇确认", default=False)
    extended_reason = models.CharField("延长原因", max_length=300, blank=True)
    correction_asked = models.BooleanField("已一次性告知", default=False)
    notice_rounds = models.PositiveSmallIntegerField("已公示轮次", default=0)

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "申请"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "scheme"],
                condition=Q(status__in=sorted(OPEN_STATUSES), beneficiary=None),
                name="one_open_application_per_household_scheme",
            ),
            models.UniqueConstraint(
                fields=["beneficiary", "scheme"],
                condition=Q(status__in=sorted(OPEN_STATUSES)) & ~Q(beneficiary=None),
                name="one_open_application_per_person_scheme",
            ),
        ]
        indexes = [
            # The worklist: what stands where in my area, most urgent first, by key.
            models.Index(fields=["status", "office", "step_due_on", "id"], name="application_worklist"),
            models.Index(fields=["office", "id"], name="application_by_office"),
            models.Index(fields=["scheme", "decided_on"], name="application_by_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.applicant.name}"

    def get_status_display(self) -> str:  # type: ignore[no-redef]
        """Where it stands, in the words of its programme."""
        return status_label(self.status, self.spec)

    @property
    def status_tone(self) -> str:
        return STATUS_TONES.get(Status(self.status), "wait")

    @property
    def given(self) -> dict[str, Any]:
        """The answers to the programme's own questions, as they are kept."""
        return json.loads(self.answers or "{}")

    @property
    def kept_by_institution(self) -> bool:
        """Whether the money goes to the home that keeps the person (集中供养, 机构养育)."""
        return goes_to_institution(self.given)

    @property
    def spec(self) -> SchemeSpec:
        """The programme by the terms of the day on which the case was taken in: later terms do not reach it."""
        return self.scheme.spec_on(self.accepted_on or self.submitted_on)


class LabourAbility(models.TextChoices):
    FULL = "full", "有劳动能力"
    PARTIAL = "partial", "部分丧失劳动能力"
    LOST = "lost", "完全丧失劳动能力"
    NONE = "none", "无劳动能力（未成年或60岁以上）"


class ApplicationMember(models.Model):
    """One person of the household as declared, with what the rule and the statistics need."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    relationship = models.CharField("与户主关系", max_length=20, choices=Relationship)
    protected = models.BooleanField("是否保障对象", default=True)
    excluded_reason = models.CharField("不计入的原因", max_length=100, blank=True)
    labour = models.CharField("劳动能力", max_length=10, choices=LabourAbility)
    health = models.CharField("健康状况", max_length=40, default="健康")
    severe_illness = models.BooleanField("重特大疾病", default=False)
    illness = EncryptedField("病种", purpose="illness", blank=True)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    disability_number = EncryptedField("残疾人证号", purpose="disability-number", blank=True)
    disability_kind = models.PositiveSmallIntegerField("残疾类别", null=True, blank=True)
    disability_grade = models.PositiveSmallIntegerField("残疾等级", null=True, blank=True)
    marriage = models.CharField("婚姻状况", max_length=20, blank=True)
    education = models.CharField("文化程度", max_length=20, blank=True)
    employment = models.CharField("就业状况", max_length=40, blank=True)
    employer = models.CharField("工作单位", max_length=80, blank=True)
    school = models.CharField("在读学校", max_length=80, blank=True)
    insurance = models.CharField("参保类型", max_length=40, blank=True)

    class Meta:
        ordering = ["order"]
        verbose_name = "申请家庭成员"
        constraints = [
            models.UniqueConstraint(fields=["application", "person"], name="a_person_once_per_application")
        ]


class IncomeItem(models.Model):
    """One line of yearly income. Known is said, never assumed: an unknown income is not zero."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="incomes")
    member = models.ForeignKey(ApplicationMember, models.CASCADE, null=True, related_name="incomes")
    kind = models.CharField("收入类别", max_length=20)  # keys of policy.facts.INCOME_CLASSES
    # keys of policy.facts.INCOME_NATURES: some money does not count, whatever its class
    nature = models.CharField("收入性质", max_length=30, blank=True)
    label = models.CharField("来源", max_length=80)
    annual_fen = models.BigIntegerField("年收入", null=True)
    note = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(annual_fen=None) | Q(annual_fen__gte=0), name="income_is_not_negative"
            )
        ]


class DeductionItem(models.Model):
    """One deduction from income (必要就业成本, 因残因病刚性支出 …), per year."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="deductions")
    member = models.ForeignKey(ApplicationMember, models.CASCADE, null=True, related_name="+")
    kind = models.CharField("扣减类别", max_length=20)
    label = models.CharField("说明", max_length=80, blank=True)
    annual_fen = models.BigIntegerField("年支出")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(annual_fen__gte=0), name="deduction_is_not_negative")
        ]


class PropertyItem(models.Model):
    """One asset. An exemption needs its reason."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="properties")
    kind = models.CharField("财产类别", max_length=20)
    label = models.CharField("名称", max_length=80, blank=True)
    owner = models.CharField("所有人", max_length=60, blank=True)
    value_fen = models.BigIntegerField("价值", null=True)
    count = models.PositiveSmallIntegerField("数量", default=1)
    area = models.DecimalField("面积（平方米）", max_digits=8, decimal_places=2, null=True, blank=True)
    certificate = models.CharField("证号", max_length=60, blank=True)
    exempt_reason = models.CharField("豁免理由", max_length=200, blank=True)

    class Meta:
        ordering = ["id"]


class Supporter(models.Model):
    """Somebody outside the household who owes support by law (赡养、抚养、扶养义务人)."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="supporters")
    name = models.CharField("姓名", max_length=60)
    id_number = EncryptedField("身份证号", purpose="id-number", blank=True)
    supports = models.CharField("被赡（抚、扶）养人", max_length=60, blank=True)
    relation = models.CharField("关系", max_length=40)
    household_size = models.PositiveSmallIntegerField("家庭人口", null=True, blank=True)
    annual_income_fen = models.BigIntegerField("家庭年收入", null=True)
    annual_support_fen = models.BigIntegerField("年负担赡养费", null=True)
    consented = models.BooleanField("本人同意核查", default=False)

    class Meta:
        ordering = ["id"]


class ApplicationMaterial(models.Model):
    """A file that belongs to an application."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="materials")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    kind = models.CharField("种类", max_length=20, choices=MaterialKind)

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "attachment"], name="a_file_once_per_application")
        ]


class DeclarationVersion(models.Model):
    """The declaration as handed in each time, whole and unchanged, encrypted."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="declarations")
    number = models.PositiveSmallIntegerField()
    content = EncryptedField(purpose="declaration")
    submitted_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="declaration_versions_count_up")
        ]


class CaseEvent(models.Model):
    """One act on an application: the timeline."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="events")
    version = models.PositiveIntegerField()
    act = models.CharField("动作", max_length=30, choices=Act)
    by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    by_label = models.CharField("经办", max_length=120)
    on = models.DateField("日期")
    at = models.DateTimeField(auto_now_add=True)
    from_status = models.CharField(max_length=20, choices=Status, blank=True)
    to_status = models.CharField(max_length=20, choices=Status)
    opinion = models.CharField("意见", max_length=1000, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-version"]
        verbose_name = "办理记录"
        constraints = [models.UniqueConstraint(fields=["application", "version"], name="one_act_per_version")]
