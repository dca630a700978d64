"""Attachments: scans and photos, kept outside the web root and served only through the gate."""

import uuid

from django.db import models

from civaffairs.registry.models.offices import Office, Posting
from civaffairs.registry.models.people import ScopedQuerySet


def stored_path(attachment: "Attachment", filename: str) -> str:
    """Named by id, never by what the user called it."""
    return f"attachments/{str(attachment.id)[:2]}/{attachment.id}{attachment.suffix}"


class Attachment(models.Model):
    """One uploaded file. Its content type was read from its bytes, not from its name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    file = models.FileField(upload_to=stored_path)
    name = models.CharField("文件名", max_length=120)
    suffix = models.CharField(max_length=8)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField(max_length=64)
    place = models.CharField("拍摄地点", max_length=120, blank=True)
    taken_on = models.DateField("拍摄日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    uploaded_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")
