"""The audit trail: append-only, each row chained to the one before."""

from django.db import models

from civaffairs.registry.models.offices import Posting, User


class AuditEvent(models.Model):
    """One thing that somebody did or tried. Written only by audit.record(); the database refuses changes."""

    seq = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    action = models.CharField("动作", max_length=60, db_index=True)
    succeeded = models.BooleanField("成功", default=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    actor = models.CharField("人员", max_length=120, help_text="当时的姓名和岗位，日后改名也不变")
    ip = models.CharField("IP", max_length=45, blank=True)
    object_type = models.CharField("对象类型", max_length=60, blank=True)
    object_id = models.CharField("对象编号", max_length=64, blank=True)
    object_label = models.CharField("对象", max_length=120, blank=True)
    office_code = models.CharField("区划", max_length=12, blank=True, db_index=True)
    details = models.JSONField("内容", default=dict)
    reason = models.CharField("事由", max_length=300, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-seq"]
        verbose_name = "操作日志"
        indexes = [
            models.Index(fields=["object_type", "object_id", "seq"], name="audit_by_object"),
            models.Index(fields=["user", "seq"], name="audit_by_user"),
        ]


class AuditHead(models.Model):
    """Where the chain ends (one row, pk 1). Its own seal shows when rows were cut off at the end."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)
