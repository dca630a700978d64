"""一站式 settlements of 医疗救助: what hospitals settled at the counter and the medical insurance office told us.

Records only. Nothing here is paid by the bureau; the figures say how much aid people have had elsewhere.
"""

from django.db import models
from django.db.models import F, Q

from assistance.policy.identity import IDENTITIES
from civaffairs.registry.fields import EncryptedField
from civaffairs.registry.models import Office, Person, Posting, ScopedQuerySet


class SettlementFile(models.Model):
    """One workbook: tried first, then loaded. The same bytes are the same file, by their digest.

    `content` is the rows as read (JSON), kept only between the trial and the loading.
    """

    sha256 = models.CharField("文件校验值", max_length=64)
    name = models.CharField("文件名", max_length=120)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="导入单位")
    content = EncryptedField("待导入内容", purpose="settlement-file", blank=True)
    checked_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    checked_on = models.DateField("试导日期")
    loaded_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    loaded_on = models.DateField("导入日期", null=True, blank=True)
    row_count = models.PositiveIntegerField("行数")
    loaded_count = models.PositiveIntegerField("导入行数", default=0)
    # [{"row": number in the sheet, "message": why it was left out}]
    left_out = models.JSONField("没有导入的行", default=list)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "一站式结算文件"
        constraints = [
            models.UniqueConstraint(fields=["office", "sha256"], name="one_settlement_file_per_content")
        ]

    def __str__(self) -> str:
        return self.name


class MedicalSettlement(models.Model):
    """One settlement at a hospital. `person` is empty when the registry does not know the number; the row then belongs
    to the office that loaded it. `identity` is what the sheet says the person was on that day."""

    source = models.ForeignKey(SettlementFile, models.PROTECT, related_name="settlements")
    row = models.PositiveIntegerField("表中行号")
    number = models.CharField("结算单号", max_length=60, unique=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="medical_settlements"
    )
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="户籍地")
    name = models.CharField("姓名", max_length=60)
    # Only of people whom the registry does not know; of the others it is theirs.
    id_number = EncryptedField("公民身份号码", purpose="id-number", blank=True)
    identity = models.CharField("救助身份", max_length=10, choices=[*IDENTITIES.items()])
    hospital = models.CharField("医院", max_length=80)
    settled_on = models.DateField("结算日期")
    total_fen = models.BigIntegerField("医疗费用总额")
    in_policy_fen = models.BigIntegerField("政策范围内费用")
    basic_fen = models.BigIntegerField("基本医保支付")
    serious_fen = models.BigIntegerField("大病保险支付")
    aid_fen = models.BigIntegerField("医疗救助支付")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-settled_on", "-id"]
        verbose_name = "一站式结算"
        constraints = [
            models.CheckConstraint(
                condition=Q(basic_fen__gte=0, serious_fen__gte=0, aid_fen__gte=0),
                name="settlement_parts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(total_fen__gte=F("in_policy_fen"))
                & Q(in_policy_fen__gte=F("basic_fen") + F("serious_fen") + F("aid_fen")),
                name="settlement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(id_number=""), name="settlement_number_kept_once"
            ),
        ]
        indexes = [models.Index(fields=["office", "-settled_on", "-id"], name="settlement_by_office_day")]
