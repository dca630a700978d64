"""The audit trail, open to the audit administrator alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from civaffairs.house.forms.audit import AuditFilterForm
from civaffairs.house.selectors.audit import events_of, last_check, lines_of, with_words
from civaffairs.jobs.services import make_job
from civaffairs.jobs.tasks import enqueue
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import AuditEvent, AuditHead
from civaffairs.shell.paging import page_of


@access.permitted(Permission.VIEW_AUDIT)
@require_GET
def audit_list(request: HttpRequest) -> HttpResponse:
    filters = AuditFilterForm(request.GET or None)
    query = filters.cleaned_data if filters.is_bound and filters.is_valid() else {}
    page = page_of(events_of(query), ("-seq",), request.GET)
    with_words(page.rows)
    head = AuditHead.objects.filter(pk=1).first()
    context = {"page": page, "filters": filters, "total": head.seq if head else 0, "last_check": last_check()}
    return render(request, "registry/audit_list.html", context)


@access.permitted(Permission.VIEW_AUDIT)
@require_GET
def audit_detail(request: HttpRequest, seq: int) -> HttpResponse:
    event = AuditEvent.objects.select_related("user", "posting").filter(seq=seq).first()
    if event is None:
        raise access.NotVisible("没有这条记录。")
    with_words([event])
    context = {
        "event": event,
        "lines": list(lines_of(event.details)),
        "whole": audit.digest(event) == event.hash,
    }
    return render(request, "registry/audit_detail.html", context)


@access.permitted(Permission.VIEW_AUDIT)
@require_POST
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain in the background; the page of the job shows how far it is and what was found."""
    job, made = make_job(
        kind="verify_audit", title="校验操作日志", key="verify-audit", by=request.posting, params={}
    )
    if made:
        audit.record("audit.verify", by=request.posting, subject=job)
        enqueue(job)
    return redirect("job_detail", pk=job.pk)
