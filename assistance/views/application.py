"""Filling in an application: the list of unfinished forms, the form itself, its files, and handing it in."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistance.forms.declaration import Content, Declaration, Section, content_of
from assistance.forms.draft import NewDraftForm
from assistance.models import Draft
from assistance.selectors import application as selectors
from assistance.services import application as services
from assistance.services.oddities import expected_materials
from civaffairs.lib.errors import BadInput, Refused, Stale
from civaffairs.registry import access, audit, clock, files
from civaffairs.registry.access import Permission
from civaffairs.shell import paging


@access.permitted(Permission.DRAFT_APPLICATION)
@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    """Forms of the area that wait to be finished."""
    page = paging.page_of(selectors.drafts(request.posting), ("-saved_at", "-id"), request.GET)
    return render(request, "assistance/application/list.html", {"page": page})


@access.permitted(Permission.DRAFT_APPLICATION)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_new(request: HttpRequest) -> HttpResponse:
    """Choose programme and village; the form opens."""
    form = NewDraftForm(
        request.POST if request.method == "POST" else None,
        programmes=selectors.programmes_to_choose(request.posting, request.today),
        villages=selectors.villages(request.posting),
    )
    if request.method == "POST" and form.is_valid():
        draft = services.create_draft(
            scheme_code=form.cleaned_data["scheme"],
            office_code=form.cleaned_data["office"],
            by=request.posting,
            on=request.today,
        )
        return redirect("draft_edit", draft.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "usual": selectors.USUAL_LABEL}
    return render(request, "assistance/application/new.html", context, status=status)


@access.permitted(Permission.DRAFT_APPLICATION)
@require_safe
def draft_edit(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The form as it was left. Opening it is recorded, because it shows whole ID numbers."""
    draft = _readable(request, draft_id)
    if draft.submitted_at:
        return redirect("case_detail", draft.application_id)
    audit.record("draft.open", by=request.posting, subject=draft, label=draft.label)
    declaration = services.declaration_of(draft, services.content_of_draft(draft), request.today)
    return _form_page(request, draft, declaration, quiet=True)


@access.permitted(Permission.DRAFT_APPLICATION)
@require_POST
def draft_save(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Keep what was typed: by itself in the background, or by the button on the way out."""
    content = content_of(request.POST)
    by_itself = "X-Autosave" in request.headers
    try:
        draft = _saved(request, draft_id, content)
    except Stale as refusal:
        if by_itself:
            return JsonResponse({"message": refusal.message}, status=409)
        return _stale_page(request, draft_id, content, refusal)
    if by_itself:
        sections = _sections(draft, services.declaration_of(draft, content, request.today))
        return JsonResponse(
            {
                "saved_at": f"{clock.local(draft.saved_at):%H:%M}",
                "version": draft.version,
                "sections": {section.key: [section.words, section.tone] for section in sections},
            }
        )
    messages.success(request, f"{draft.label or '这份'}的申请已保存，还没有提交。")
    return redirect("draft_list")


@access.permitted(Permission.DRAFT_APPLICATION)
@require_POST
def draft_submit(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Save, check everything at once, and hand in; with mistakes the form comes back as it was typed."""
    content = content_of(request.POST)
    try:
        draft = _saved(request, draft_id, content)
        application = services.submit_draft(draft_id=draft.pk, by=request.posting, on=request.today)
    except Stale as refusal:
        return _stale_page(request, draft_id, content, refusal)
    except services.DeclarationRefused as refusal:
        draft = _readable(request, draft_id)
        return _form_page(request, draft, refusal.declaration, quiet=False, status=422)
    event = application.events.first()
    messages.success(request, f"已办理“{event.get_act_display()}”，受理编号 {application.number}。")
    if hints := event.details.get("oddities"):
        messages.warning(request, f"请核对：{'；'.join(hints)}。")
    return redirect("case_detail", application.pk)


@access.permitted(Permission.DRAFT_APPLICATION)
@require_POST
def draft_discard(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    services.discard_draft(draft_id=draft_id, by=request.posting)
    messages.success(request, "草稿已删除。")
    return redirect("draft_list")


@access.permitted(Permission.DRAFT_APPLICATION)
@require_POST
def draft_attach(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Add files of one kind. What was right is kept even when one of them is refused."""
    refusals = []
    for upload in request.FILES.getlist("file") or [None]:
        try:
            services.attach_to_draft(
                draft_id=draft_id,
                by=request.posting,
                on=request.today,
                upload=upload,
                kind=request.POST.get("kind", ""),
            )
        except BadInput as refusal:
            refusals.append(refusal.message)
    return _papers_answer(request, draft_id, refusals)


@access.permitted(Permission.DRAFT_APPLICATION)
@require_POST
def draft_detach(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    try:
        attachment_id = uuid.UUID(request.POST.get("attachment", ""))
    except ValueError:
        raise access.NotVisible("没有这个附件。") from None
    services.detach_from_draft(draft_id=draft_id, by=request.posting, attachment_id=attachment_id)
    return _papers_answer(request, draft_id, [])


@access.permitted(Permission.DRAFT_APPLICATION)
@require_POST
def application_resubmit(request: HttpRequest, application_id: int) -> HttpResponse:
    """Open the form of a case under 补正, to be corrected and handed in again."""
    draft = services.start_correction_draft(application_id=application_id, by=request.posting)
    return redirect("draft_edit", draft.pk)


# --- pieces ------------------------------------------------------------------------------------------------


def _readable(request: HttpRequest, draft_id: uuid.UUID) -> Draft:
    rows = Draft.objects.select_related("scheme", "office", "application")
    return access.to_read(rows, request.posting, Permission.DRAFT_APPLICATION, pk=draft_id)


def _saved(request: HttpRequest, draft_id: uuid.UUID, content: Content) -> Draft:
    version = request.POST.get("version", "")
    return services.save_draft(
        draft_id=draft_id,
        by=request.posting,
        content=content,
        version=int(version) if version.isdecimal() else 0,
    )


def _sections(draft: Draft, declaration: Declaration) -> list[Section]:
    have = {paper.kind for paper in selectors.papers(draft)}
    missing = [kind for kind in expected_materials(draft.scheme) if kind not in have]
    words = f"缺{len(missing)}样" if have else "未传"
    tone = "warn" if have else "plain"
    papers = Section("materials", "附件材料", words if missing else "已传", tone if missing else "good")
    return [*declaration.sections(), papers]


def _form_page(
    request: HttpRequest,
    draft: Draft,
    declaration: Declaration,
    *,
    quiet: bool,
    status: int = 200,
    stale: Refused | None = None,
) -> HttpResponse:
    sections = _sections(draft, declaration)
    hints = [] if quiet else services.oddities_of(draft, declaration)
    if quiet:
        declaration.quieten()
    context = {
        "draft": draft,
        "parts": declaration.parts,
        "all_parts": declaration.all_parts,
        "shape": declaration.shape,
        "sections": sections,
        "quiet": quiet,
        "hints": hints,
        "stale": stale,
        **_papers_context(request, draft),
    }
    return render(request, "assistance/application/form.html", context, status=status)


def _stale_page(
    request: HttpRequest, draft_id: uuid.UUID, content: Content, refusal: Refused
) -> HttpResponse:
    """What was typed here, and the way to what was saved elsewhere; saving again from here is a choice."""
    draft = _readable(request, draft_id)
    if draft.submitted_at:
        messages.error(request, refusal.message)
        return redirect("case_detail", draft.application_id)
    declaration = services.declaration_of(draft, content, request.today)
    return _form_page(request, draft, declaration, quiet=True, status=409, stale=refusal)


def _papers_context(request: HttpRequest, draft: Draft, refusals: list[str] = ()) -> dict:
    return {
        "draft": draft,
        "papers": selectors.papers(draft),
        "material_kinds": services.INTAKE_MATERIALS,
        "chosen_kind": request.POST.get("kind", ""),
        "upload_refusals": refusals,
        "accept": files.ACCEPT,
        "kinds_in_words": files.KINDS_IN_WORDS,
    }


def _papers_answer(request: HttpRequest, draft_id: uuid.UUID, refusals: list[str]) -> HttpResponse:
    """The list of files alone for the page that asked in place; without script, the form again."""
    if request.htmx:
        context = _papers_context(request, _readable(request, draft_id), refusals)
        return render(request, "assistance/application/papers.html", context)
    for words in refusals:
        messages.error(request, words)
    return redirect(reverse("draft_edit", args=[draft_id]) + "#materials")
