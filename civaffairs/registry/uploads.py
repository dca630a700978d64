"""A file that is too big is never stored, not even for a moment, and the user still gets a sentence instead of a
broken connection."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.urls import Resolver404, resolve


class OversizedFile(UploadedFile):
    """What is left of an upload above the limit: its name and its real size, and nothing of its content."""


class SizeLimitHandler(FileUploadHandler):
    """Stands before Django's own handlers and lets nothing above ATTACHMENT_MAX_MB (or what settings.UPLOAD_MAX_MB says
    for the address) through to memory or disk.

    The rest of the body is read and thrown away: a server that stops reading makes the browser show a broken
    connection, and the clerk never learns why. nginx refuses the same size earlier still (docs/how/deploy.md).
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0
        self.limit = self._megabytes() * 1024 * 1024

    def _megabytes(self) -> int:
        try:
            name = resolve(self.request.path_info).url_name
        except (Resolver404, AttributeError):
            name = None
        return settings.UPLOAD_MAX_MB.get(name, settings.ATTACHMENT_MAX_MB)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        return None if self.received > self.limit else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.received <= self.limit:
            return None
        return OversizedFile(BytesIO(), self.file_name, self.content_type, self.received)
