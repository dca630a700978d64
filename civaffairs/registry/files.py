"""Scans and photos: what kind of file it is, is read from its bytes; where it may be seen, is decided by the gate."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import ProtectedError

from civaffairs.lib.errors import BadInput
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Attachment, BankAccount, Posting

# Shown beside every upload, and given to the browser's file picker.
KINDS_IN_WORDS = "照片（JPG、PNG、WebP）或 PDF"
ACCEPT = ".jpg,.jpeg,.png,.webp,.pdf"
# With `capture`, opens the camera of a telephone.
ACCEPT_CAMERA = "image/*"

_FORBIDDEN_IN_NAMES = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*\u202a-\u202e\u2066-\u2069]")
_LONGEST_NAME = 120


@dataclass(frozen=True)
class FileKind:
    """A type that browsers show without running anything."""

    content_type: str
    suffix: str


JPEG = FileKind("image/jpeg", ".jpg")
PNG = FileKind("image/png", ".png")
WEBP = FileKind("image/webp", ".webp")
PDF = FileKind("application/pdf", ".pdf")


def kind_of(head: bytes) -> FileKind:
    """The kind that the first bytes show, whatever the name says. Raises BadInput for any other kind."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
        raise BadInput("这是苹果手机的 HEIC 照片，请在手机里存成 JPG 后再传", "file")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadInput("这是 Word、Excel 或压缩文件，请另存为 PDF 或拍成照片后再传", "file")
    raise BadInput(f"只收{KINDS_IN_WORDS}，请换一个文件", "file")


def plain_name(name: str, kind: FileKind) -> str:
    """The user's name for the file without path and control characters, ending as its content demands."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    stem = PurePosixPath(_FORBIDDEN_IN_NAMES.sub("", last)).stem.strip(". ") or "附件"
    return stem[: _LONGEST_NAME - len(kind.suffix)] + kind.suffix


def megabytes(size: int) -> str:
    return f"{size / 1048576:.1f}".removesuffix(".0")


@transaction.atomic
def store_attachment(
    *,
    upload: UploadedFile | None,
    office_id: str,
    by: Posting,
    on: date,
    place: str = "",
    taken_on: date | None = None,
    note: str = "",
) -> Attachment:
    """Keep an uploaded file for an office. Raises BadInput (field "file") when there is none, it is empty, too
    big or of another kind; NotVisible when the office is outside the area of `by`.

    The original bytes stay as they are: a scan may become evidence.
    """
    access.demand_office(by, office_id)
    if upload is None:
        raise BadInput("请选择要上传的文件", "file")
    limit = settings.ATTACHMENT_MAX_MB
    if upload.size > limit * 1024 * 1024:
        raise BadInput(
            f"“{upload.name}”有 {megabytes(upload.size)} MB，超过 {limit} MB，没有上传。请压缩或分成几个文件再传",
            "file",
        )
    if not upload.size:
        raise BadInput(f"“{upload.name}”是空文件，请重新选择", "file")
    if taken_on and taken_on > on:
        raise BadInput("拍摄日期不能晚于今天", "taken_on")
    upload.seek(0)
    kind = kind_of(upload.read(64))
    attachment = Attachment(
        office_id=office_id,
        name=plain_name(upload.name, kind),
        suffix=kind.suffix,
        content_type=kind.content_type,
        size=upload.size,
        sha256=digest(upload),
        place=place,
        taken_on=taken_on,
        note=note,
        uploaded_by=by,
    )
    upload.seek(0)
    attachment.file.save(attachment.name, upload, save=False)
    attachment.save(force_insert=True)
    audit.record("attachment.store", by=by, subject=attachment, details=_trace(attachment))
    return attachment


@transaction.atomic
def drop_attachment(*, attachment: Attachment, by: Posting) -> bool:
    """Remove a file that nothing refers to any more, with its bytes; False when something still does.

    The caller has passed the gate to whatever the file hung on.
    """
    kept, trace = str(attachment.pk), _trace(attachment)
    try:
        with transaction.atomic():
            attachment.delete()
    except ProtectedError:
        return False
    audit.record(
        "attachment.drop",
        by=by,
        object_type=Attachment._meta.label,
        object_id=kept,
        label=attachment.name,
        office_code=attachment.office_id,
        details=trace,
    )
    # The bytes go last: if the transaction fails, the row still finds its file.
    transaction.on_commit(lambda: attachment.file.storage.delete(attachment.file.name))
    return True


# What a guard answers: the permissions each of which opens the file, because it hangs on something they may read.
Guard = Callable[[Attachment], Iterable[Permission]]
_guards: list[Guard] = []


def guard(fn: Guard) -> Guard:
    """Each app says which right opens the files that hang on its rows. Nothing to say: an empty answer."""
    _guards.append(fn)
    return fn


@guard
def _proof_of_account(attachment: Attachment) -> Iterable[Permission]:
    """Whoever sees an account sees why it is what it is."""
    if BankAccount.objects.filter(proof=attachment).exists():
        yield Permission.VIEW_PEOPLE


def opened(*, attachment_id: object, by: Posting) -> Attachment:
    """The attachment, through the gate and with a trace of who looked at it.

    Seen in the area of `by`, it opens to the right of whatever it hangs on: the cashier sees the proof of an account
    and not the papers of an illness. What hangs on nothing counts as paper of a case.
    """
    attachment = access.to_read(Attachment.objects.all(), by, Permission.VIEW_PEOPLE, pk=attachment_id)
    keys = {permission for ask in _guards for permission in ask(attachment)} or {Permission.VIEW_CASES}
    if not any(access.may(by, permission) for permission in keys):
        raise access.Forbidden("您的岗位没有查看这类材料的权限。")
    audit.record("attachment.view", by=by, subject=attachment, details=_trace(attachment))
    return attachment


def _trace(attachment: Attachment) -> dict[str, object]:
    return {"type": attachment.content_type, "size": attachment.size, "sha256": attachment.sha256}


def digest(upload: UploadedFile) -> str:
    """SHA-256 of the bytes: the same scan sent twice is the same file."""
    made = hashlib.sha256()
    for chunk in _chunks(upload):
        made.update(chunk)
    return made.hexdigest()


def _chunks(upload: UploadedFile) -> Iterator[bytes]:
    upload.seek(0)
    yield from upload.chunks()
