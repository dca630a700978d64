"""Which right opens a scan or photo of this app: that of the form, case or notice it hangs on."""

from collections.abc import Iterable

from assistance.models import ApplicationMaterial, DraftAttachment, Notice
from civaffairs.registry.access import Permission
from civaffairs.registry.files import guard
from civaffairs.registry.models import Attachment


@guard
def _of_an_application(attachment: Attachment) -> Iterable[Permission]:
    if ApplicationMaterial.objects.filter(attachment=attachment).exists():
        yield Permission.VIEW_CASES


@guard
def _of_a_form(attachment: Attachment) -> Iterable[Permission]:
    """A form that is not handed in yet is read by those who fill forms in."""
    if DraftAttachment.objects.filter(attachment=attachment).exists():
        yield Permission.DRAFT_APPLICATION


@guard
def _of_a_notice(attachment: Attachment) -> Iterable[Permission]:
    if Notice.objects.filter(photo=attachment).exists():
        yield Permission.VIEW_CASES
