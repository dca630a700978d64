"""Scans and photos that come to an application after it was handed in: who adds which, and who takes one off again.

A material is no act: it moves nothing and makes no page stale. The audit trail keeps who added it and who took it off.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assistance.models import Application, ApplicationMaterial, MaterialKind
from assistance.services import case
from assistance.workflow import OPEN_STATUSES, Act
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry import access, files
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Attachment, Posting

MOST_MATERIALS = 120

# What each right adds. Check reports are the county's, everything else is seen in the village first.
_VILLAGE = tuple(kind for kind in MaterialKind if kind is not MaterialKind.CHECK)
KINDS: dict[Permission, tuple[MaterialKind, ...]] = {
    Permission.HANDLE_APPLICATION: tuple(MaterialKind),
    Permission.DRAFT_APPLICATION: _VILLAGE,
    Permission.COUNTY_VISIT: (MaterialKind.VISIT,),
    Permission.RECORD_CHECK: (MaterialKind.CHECK,),
}

# What the files of an act are, and which of its fields say where and when they were taken.
BY_ACT: dict[Act, MaterialKind] = {
    Act.RECORD_VISIT: MaterialKind.VISIT,
    Act.COUNTY_VISIT: MaterialKind.VISIT,
    Act.RECORD_DELIBERATION: MaterialKind.DELIBERATION,
    Act.RECORD_CHECK: MaterialKind.CHECK,
}


# What shows a step that not every programme has (schemes.STEPS).
STEPS: dict[MaterialKind, str] = {
    MaterialKind.VISIT: "visit",
    MaterialKind.NOTICE: "notice",
    MaterialKind.DELIBERATION: "deliberate",
    MaterialKind.CHECK: "check",
    MaterialKind.AUTHORISATION: "check",
}


def kinds_for(by: Posting, application: Application) -> list[MaterialKind]:
    """The kinds that this posting may add to a case, in the order of the list: none of a step that its programme lacks."""
    allowed = {kind for permission, kinds in KINDS.items() if access.may(by, permission) for kind in kinds}
    spec = application.spec
    return [kind for kind in MaterialKind if kind in allowed and (kind not in STEPS or spec.has(STEPS[kind]))]


def add_materials(
    *,
    application_id: int,
    by: Posting,
    on: date,
    uploads: Sequence[UploadedFile],
    kind: str,
    place: str = "",
    taken_on: date | None = None,
    note: str = "",
) -> list[ApplicationMaterial]:
    """Add files of one kind, all or none. The same bytes a second time (double click) give the first row again.

    A photo of a home visit or of a notice says where and when it was taken. Raises BadInput naming `kind`, `file`,
    `place` or `taken_on`; NotAllowed once the case is closed.
    """
    stored: list[Attachment] = []
    try:
        with transaction.atomic():
            application = access.to_change(Application.objects, by, Permission.VIEW_CASES, pk=application_id)
            _demand(application, by, kind, place, taken_on)
            if not uploads:
                raise BadInput("请选择要上传的文件", "file")
            if application.materials.count() + len(uploads) > MOST_MATERIALS:
                raise BadInput(f"一件最多 {MOST_MATERIALS} 个材料", "file")
            return [
                _add(
                    application, upload, kind, stored, by=by, on=on, place=place, taken_on=taken_on, note=note
                )
                for upload in uploads
            ]
    except BaseException:
        # The rows are rolled back; the bytes already written would lie there with nobody knowing of them.
        for attachment in stored:
            attachment.file.storage.delete(attachment.file.name)
        raise


def _demand(application: Application, by: Posting, kind: str, place: str, taken_on: date | None) -> None:
    allowed = kinds_for(by, application)
    if not allowed:
        raise access.Forbidden("您的岗位没有这项权限。")
    if application.status not in OPEN_STATUSES:
        raise NotAllowed(f"这件{application.get_status_display()}，不能再加材料。")
    if kind not in allowed:
        raise BadInput("请选择材料种类", "kind")
    if kind == MaterialKind.NOTICE and not application.notices.exclude(photo=None).exists():
        raise BadInput("第一张公示照片请用“上传公示照片”登记", "kind")
    if kind in (MaterialKind.VISIT, MaterialKind.NOTICE):
        if not place.strip():
            raise BadInput("请填写拍摄地点", "place")
        if taken_on is None:
            raise BadInput("请填写拍摄日期", "taken_on")


def _add(
    application: Application, upload: UploadedFile, kind: str, stored: list[Attachment], **more: Any
) -> ApplicationMaterial:
    sha256 = files.digest(upload)
    known = application.materials.filter(kind=kind, attachment__sha256=sha256).first()
    if known:
        return known
    attachment = files.store_attachment(upload=upload, office_id=application.office_id, **more)
    stored.append(attachment)
    return ApplicationMaterial.objects.create(application=application, attachment=attachment, kind=kind)


def act_with_files(
    *,
    act: Act,
    uploads: Sequence[UploadedFile],
    application_id: int,
    by: Posting,
    on: date,
    taken: dict[str, Any],
    **inputs: Any,
) -> Application:
    """An act together with its photos and scans: both are done, or neither. `taken` says where (`place`) and when
    (`taken_on`); the act has a place of its own among `inputs`."""
    with transaction.atomic():
        application = case.perform(act.value, application_id=application_id, by=by, on=on, **inputs)
        if uploads:
            add_materials(
                application_id=application_id,
                by=by,
                on=on,
                uploads=uploads,
                kind=BY_ACT[act],
                **taken,
            )
    return application


# --- taking one off ----------------------------------------------------------------------------------------


def removable(
    application: Application, by: Posting, materials: Iterable[ApplicationMaterial]
) -> set[uuid.UUID]:
    """The attachments that `by` may take off: whoever added one, as long as the case is open and nobody has acted
    since, because later acts may rest on it."""
    if application.status not in OPEN_STATUSES or not kinds_for(by, application):
        return set()
    last = application.events.order_by("-version").values_list("at", flat=True).first()
    return {
        material.attachment_id
        for material in materials
        if material.attachment.uploaded_by is not None
        and material.attachment.uploaded_by.user_id == by.user_id
        and (last is None or material.attachment.uploaded_at > last)
    }


@transaction.atomic
def remove_material(*, application_id: int, attachment_id: uuid.UUID, by: Posting) -> None:
    """Take a wrong file off. Harmless when it is off already."""
    application = access.to_change(Application.objects, by, Permission.VIEW_CASES, pk=application_id)
    if not kinds_for(by, application):
        raise access.Forbidden("您的岗位没有这项权限。")
    link = (
        application.materials.select_related("attachment__uploaded_by")
        .filter(attachment_id=attachment_id)
        .first()
    )
    if link is None:
        return
    if link.attachment_id not in removable(application, by, [link]):
        raise NotAllowed("只有上传人在下一步办理以前可以删除。传错的，请再传一份正确的，并在说明里写明。")
    attachment = link.attachment
    link.delete()
    files.drop_attachment(attachment=attachment, by=by)
