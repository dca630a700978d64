"""Attachments leave the house only through here."""

import uuid

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from civaffairs.registry import access, files
from civaffairs.registry.access import Permission

# Shown in a tab of its own: even a file that lies about itself finds no script, no network and no cookie of ours.
# A PDF has everything but the word sandbox: older Chromium, on which the offices' browsers are built, shows a blank
# page for it, and the viewer runs a PDF outside our origin anyway.
_LOCKED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@access.permitted(Permission.VIEW_PEOPLE)
@require_safe
def attachment(request: HttpRequest, attachment_id: uuid.UUID) -> FileResponse:
    """One scan or photo. Looking at it is recorded, because papers show whole ID numbers."""
    found = files.opened(attachment_id=attachment_id, by=request.posting)
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        raise access.NotVisible("这个附件的文件找不到了，请联系系统管理员。") from None
    response = FileResponse(content, content_type=found.content_type, filename=found.name)
    response["Content-Security-Policy"] = _LOCKED + ("; sandbox" if found.is_image else "")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
