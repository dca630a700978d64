"""Filling in an application and handing it in.

A draft keeps what was typed, right or wrong. Persons, household and application come into being only when it is
handed in, all at once; the second press of the button finds the application that the first one made.
"""

import json
import uuid
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from assistance.forms.declaration import Content, Declaration, label_of, pack
from assistance.forms.shapes import shape_of
from assistance.models import (
    Application,
    ApplicationMaterial,
    CaseEvent,
    DeclarationVersion,
    Draft,
    DraftAttachment,
    MaterialKind,
    Scheme,
)
from assistance.services import amendment, deadlines, intake, overlap
from assistance.services.acting import OPINION_LENGTH, Case
from assistance.services.numbering import application_number
from assistance.services.obstacles import Known, find_known, find_obstacles
from assistance.services.oddities import oddities
from assistance.workflow import APPLICATION, Act, Status
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady, Stale
from civaffairs.registry import access, audit, clock, files
from civaffairs.registry.access import Permission
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.models import Level, Office, Posting, Relationship

# Papers that come with the form; photos of visits and notices are attached by the acts they belong to.
INTAKE_MATERIALS = tuple(
    kind for kind in MaterialKind if kind not in (MaterialKind.VISIT, MaterialKind.NOTICE, MaterialKind.CHECK)
)
MOST_FILES = 40


class DeclarationRefused(NotReady):
    """The form has mistakes. `declaration` carries them, each beside its field."""

    def __init__(self, declaration: Declaration):
        self.declaration = declaration
        found = [str(words) for error in declaration.errors() for words in error.messages]
        super().__init__(f"申请表有 {len(found)} 处要改，改好后再提交。已填的内容都在。", found)


# --- drafts ----------------------------------------------------------------------------------------------


@transaction.atomic
def create_draft(*, scheme_code: str, office_code: str, by: Posting, on: date) -> Draft:
    """Begin a form for a village of one's own area, with the head of household as its first member."""
    access.demand(by, Permission.DRAFT_APPLICATION)
    access.demand_office(by, office_code)
    office = Office.objects.filter(pk=office_code, level=Level.VILLAGE, is_active=True).first()
    if office is None:
        raise BadInput("请选择申请家庭所在的村（社区）", "office")
    scheme = Scheme.objects.filter(pk=scheme_code, is_active=True).first()
    if scheme is None:
        raise BadInput("请选择申请的救助项目", "scheme")
    spec = scheme.spec_on(on)
    if spec.cadence == "batch":
        raise BadInput(f"{scheme.short_name}按批发放，不用逐人申请", "scheme")
    _refuse_closed(scheme, on)
    content = pack(
        {
            "basics": {"applied_on": on, "single_person": False},
            "member": [{"relationship": Relationship.HEAD, "protected": True}],
        },
        shape_of(spec),
    )
    draft = Draft.objects.create(
        scheme=scheme, office=office, content=_dump(content), version=1, created_by=by
    )
    audit.record("draft.create", by=by, subject=draft, label=scheme.short_name)
    return draft


def content_of_draft(draft: Draft) -> Content:
    return json.loads(draft.content)


@transaction.atomic
def save_draft(*, draft_id: uuid.UUID, by: Posting, content: Content, version: int) -> Draft:
    """Keep what was typed. `version` is the one that the page was made from.

    The same content again changes nothing. Raises Stale when another window or colleague has saved since, or when
    the form has been handed in.
    """
    draft = access.to_change(Draft.objects, by, Permission.DRAFT_APPLICATION, pk=draft_id)
    if content == content_of_draft(draft):
        return draft
    if draft.submitted_at:
        raise Stale("这份申请已经提交，本页的改动没有保存。")
    if version != draft.version:
        raise Stale(f"这份申请刚在别的窗口保存过（{clock.local(draft.saved_at):%H:%M}），本页不再自动保存。")
    draft.content = _dump(content)
    draft.label = label_of(content)
    draft.version += 1
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, draft_id: uuid.UUID, by: Posting) -> None:
    """Throw away a form that was never handed in, with its files."""
    draft = access.to_change(Draft.objects, by, Permission.DRAFT_APPLICATION, pk=draft_id)
    if draft.submitted_at:
        raise NotAllowed("这份申请已经提交，不能再删除。")
    attachments = list(draft.attachments.all())
    audit.record("draft.discard", by=by, subject=draft, label=draft.label)
    draft.delete()
    for attachment in attachments:
        files.drop_attachment(attachment=attachment, by=by)


@transaction.atomic
def attach_to_draft(
    *, draft_id: uuid.UUID, by: Posting, on: date, upload: UploadedFile | None, kind: str
) -> DraftAttachment:
    """Add a scan or photo. Raises BadInput naming the field `kind` or `file`."""
    draft = access.to_change(Draft.objects, by, Permission.DRAFT_APPLICATION, pk=draft_id)
    if draft.submitted_at:
        raise NotAllowed("这份申请已经提交，不能再加附件。")
    if kind not in INTAKE_MATERIALS:
        raise BadInput("请选择附件种类", "kind")
    if draft.attachments.count() >= MOST_FILES:
        raise BadInput(f"一份申请最多 {MOST_FILES} 个附件", "file")
    attachment = files.store_attachment(upload=upload, office_id=draft.office_id, by=by, on=on)
    return DraftAttachment.objects.create(draft=draft, attachment=attachment, kind=kind)


@transaction.atomic
def detach_from_draft(*, draft_id: uuid.UUID, by: Posting, attachment_id: uuid.UUID) -> None:
    """Take a file off a form. Harmless when it is off already."""
    draft = access.to_change(Draft.objects, by, Permission.DRAFT_APPLICATION, pk=draft_id)
    if draft.submitted_at:
        raise NotAllowed("这份申请已经提交，附件不能再删除。")
    link = DraftAttachment.objects.filter(draft=draft, attachment_id=attachment_id).first()
    if link is None:
        return
    attachment = link.attachment
    link.delete()
    files.drop_attachment(attachment=attachment, by=by)


# --- handing in --------------------------------------------------------------------------------------------


def submit_draft(*, draft_id: uuid.UUID, by: Posting, on: date) -> Application:
    """Hand the form in: all checks at once, then persons, household, application and its first event together.

    A form already handed in gives its application again. Raises DeclarationRefused with every mistake, Conflict
    when somebody else entered the same person in the same moment; any other refusal of the database passes through.
    """
    try:
        with transaction.atomic():
            return _submit(draft_id, by, on)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("刚刚有人登记了同一个人或同一户，请再提交一次，系统会重新核对。") from error


def _refuse_closed(scheme: Scheme, on: date) -> None:
    if scheme.spec_on(on).closed:
        last = next(row for row in reversed(scheme.terms) if row["terms"].get("closed"))
        raise BadInput(
            f"{scheme.short_name}自{last['from_day']}起不再受理新申请（{last['document']}）", "scheme"
        )


def _submit(draft_id: uuid.UUID, by: Posting, on: date) -> Application:
    draft = access.to_change(Draft.objects, by, Permission.DRAFT_APPLICATION, pk=draft_id)
    if draft.submitted_at:
        return draft.application
    corrected = None
    if not draft.application_id:
        _refuse_closed(draft.scheme, on)
    if draft.application_id:
        corrected = _to_correct(draft.application_id, by)
        before = amendment.snapshot(corrected)
    declaration, known = checked(draft, by=by, on=on, application=corrected)
    if not declaration.is_valid():
        raise DeclarationRefused(declaration)
    hints = oddities_of(draft, declaration)
    persons = intake.settle_people(declaration, known, draft.office_id)
    household, moves = intake.settle_household(
        declaration,
        known,
        persons,
        office_id=draft.office_id,
        is_urban=draft.scheme.spec.is_urban,
        on=on,
        on_the_spot=draft.scheme.spec.is_on_the_spot,
    )
    hints += moves + [met.sentence for met in known.overlaps]
    if corrected is None:
        application = _open_application(draft, declaration, persons, household, by, on)
    else:
        application = corrected
        intake.fill_application(application, declaration, persons)
    intake.write_rows(application, declaration, persons)
    overlap.keep(application=application, found=known.overlaps, by=by, on=on)
    _hand_over_papers(draft, application, by)
    details = {"members": len(persons), "oddities": hints}
    if corrected is None:
        _first_event(application, by, on, details)
    else:
        _handed_in_again(application, by, on, details, amendment.differences(before, application))
    draft.application, draft.submitted_at = application, clock.now()
    draft.save()
    return application


def checked(
    draft: Draft, *, by: Posting, on: date, application: Application | None
) -> tuple[Declaration, Known]:
    """The declaration with everything that is wrong marked, and the people it found. Inside a transaction."""
    declaration = declaration_of(draft, content_of_draft(draft), on)
    known = find_known(declaration, draft.office_id, application)
    find_obstacles(declaration, known, scheme=draft.scheme, application=application, by=by)
    return declaration, known


def declaration_of(draft: Draft, content: Content, on: date) -> Declaration:
    """What was typed, bound to the form of the draft's programme."""
    return Declaration(content, on, shape_of(draft.scheme.spec_on(on)))


def oddities_of(draft: Draft, declaration: Declaration) -> list[str]:
    kinds = set(DraftAttachment.objects.filter(draft=draft).values_list("kind", flat=True))
    if draft.application_id:
        kinds |= set(draft.application.materials.values_list("kind", flat=True))
    return oddities(declaration, scheme=draft.scheme, office=draft.office, materials=kinds)


def _open_application(draft, declaration, persons, household, by: Posting, on: date) -> Application:
    application = Application(
        number=application_number(draft.scheme, draft.office_id, on),
        scheme=draft.scheme,
        office_id=draft.office_id,
        household=household,
        status=Status.SUBMITTED,
        version=1,
        submitted_by=by,
        submitted_on=on,
    )
    intake.fill_application(application, declaration, persons)
    deadlines.on_submitted(application, on)
    application.save()
    return application


def _hand_over_papers(draft: Draft, application: Application, by: Posting) -> None:
    ApplicationMaterial.objects.bulk_create(
        ApplicationMaterial(application=application, attachment_id=link.attachment_id, kind=link.kind)
        for link in DraftAttachment.objects.filter(draft=draft)
    )
    DeclarationVersion.objects.create(
        application=application,
        number=application.declarations.count() + 1,
        content=draft.content,
        submitted_by=by,
    )


def _first_event(application: Application, by: Posting, on: date, details: dict) -> None:
    CaseEvent.objects.create(
        application=application,
        version=application.version,
        act=Act.SUBMIT,
        by=by,
        by_label=str(by),
        on=on,
        to_status=application.status,
        details=details,
    )
    audit.record(
        f"application.{Act.SUBMIT.value}", by=by, subject=application, details={"number": application.number}
    )


def _handed_in_again(
    application: Application, by: Posting, on: date, details: dict, differences: list[str]
) -> None:
    """Corrected by the family (补正) or verified by the township: the timeline says what is different now."""
    act = _form_act(application)
    opinion = "；".join(differences) or "内容没有改动"
    case = Case(
        application, APPLICATION.get(act.value), by, on, opinion=opinion[:OPINION_LENGTH], fingerprint=""
    )
    case.details = details
    if act == Act.RESUBMIT:
        deadlines.on_submitted(application, on)
    case.finish()


# --- correcting ----------------------------------------------------------------------------------------------


def _form_act(application: Application) -> Act:
    """What handing the form in again is: the family's 补正, or the township's verified figures after that."""
    return Act.RESUBMIT if application.status in (Status.SUBMITTED, Status.CORRECTION) else Act.AMEND


def _to_correct(application_id: int, by: Posting) -> Application:
    """The application, locked, if this posting may hand its form in again now."""
    application = access.to_change(Application.objects, by, Permission.DRAFT_APPLICATION, pk=application_id)
    transition = APPLICATION.check(_form_act(application).value, application.status)
    access.demand(by, transition.permission)
    return application


@transaction.atomic
def start_correction_draft(*, application_id: int, by: Posting) -> Draft:
    """The form of an application under 补正 or under survey, filled as it was handed in last. Asked twice it gives
    the same draft."""
    application = _to_correct(application_id, by)
    draft = Draft.objects.filter(application=application, submitted_at=None).first()
    if draft:
        return draft
    last = application.declarations.order_by("-number").first()
    if last is None:
        raise NotReady("这件申请没有电子申报表，请撤回后重新登记。", ["申报表"])
    draft = Draft.objects.create(
        scheme=application.scheme,
        office=application.office,
        application=application,
        label=application.applicant.name,
        content=last.content,
        version=1,
        created_by=by,
    )
    audit.record("draft.create", by=by, subject=draft, label=application.number)
    return draft


def _dump(content: Content) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
