"""Background work: what runs, how far it is, what came out."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from civaffairs.house.selectors import jobs as selector
from civaffairs.jobs.models import Job
from civaffairs.jobs.services import cancel_job, retry_job
from civaffairs.jobs.tasks import enqueue
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.shell.paging import page_of

TABS = (("全部", ""), ("进行中", "live"), ("未成功", "failed"))


@access.permitted(Permission.VIEW_JOBS)
@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    page = page_of(selector.jobs_of(request.posting, request.GET), ("-created_at", "-id"), request.GET)
    state = request.GET.get("state", "")
    here = reverse("job_list")
    tabs = [
        {"label": label, "url": f"{here}?state={key}" if key else here, "active": state == key}
        for label, key in TABS
    ]
    return render(request, "jobs/job_list.html", {"page": page, "tabs": tabs})


def _job(request: HttpRequest, pk) -> Job:
    jobs = Job.objects.select_related("created_by__user", "created_by__office")
    return access.to_read(jobs, request.posting, Permission.VIEW_JOBS, pk=pk)


@access.permitted(Permission.VIEW_JOBS)
@require_GET
def job_detail(request: HttpRequest, pk) -> HttpResponse:
    job = _job(request, pk)
    open_content = selector.may_see_content(job, request.posting)
    errors = page_of(job.errors.all(), ("id",), request.GET) if open_content else None
    context = {
        "job": job,
        "poll_url": reverse("job_progress", args=[job.pk]),
        "errors": errors,
        "open_content": open_content,
        "may_steer": selector.may_steer(job, request.posting),
        "can_retry": job.state in (Job.State.FAILED, Job.State.CANCELLED),
    }
    return render(request, "jobs/job_detail.html", context)


@access.permitted(Permission.VIEW_JOBS)
@never_cache
@require_GET
def job_progress(request: HttpRequest, pk) -> HttpResponse:
    """The block of one job, asked for every two seconds. When the job has just ended, the whole page is asked to
    load anew, because what may be done next has changed."""
    job = _job(request, pk)
    context = {"job": job, "poll_url": request.path, "error_count": job.errors.count()}
    response = render(request, "components/progress.html", context)
    if request.htmx and not job.is_live:
        response["HX-Refresh"] = "true"
    return response


@access.permitted(Permission.VIEW_JOBS)
@require_GET
def job_file(request: HttpRequest, pk) -> HttpResponse:
    job = _job(request, pk)
    if not selector.may_see_content(job, request.posting):
        raise access.Forbidden("这个文件只有办理人和有导出权限的岗位可以下载。")
    if not job.result_file:
        raise access.NotVisible("这个任务没有结果文件。")
    audit.record("job.file", by=request.posting, subject=job, details={"name": job.result_name})
    return FileResponse(job.result_file.open("rb"), as_attachment=True, filename=job.result_name)


@access.permitted(Permission.VIEW_JOBS)
@require_POST
def job_retry(request: HttpRequest, pk) -> HttpResponse:
    job = _job(request, pk)
    _demand_steer(job, request)
    enqueue(retry_job(job_id=job.pk, by=request.posting))
    messages.success(request, "已重新排队。")
    return redirect("job_detail", pk=pk)


@access.permitted(Permission.VIEW_JOBS)
@require_POST
def job_cancel(request: HttpRequest, pk) -> HttpResponse:
    job = _job(request, pk)
    _demand_steer(job, request)
    cancel_job(job_id=job.pk, by=request.posting)
    messages.success(request, "已取消。正在处理的部分会撤销。")
    return redirect("job_detail", pk=pk)


def _demand_steer(job: Job, request: HttpRequest) -> None:
    if not selector.may_steer(job, request.posting):
        raise access.Forbidden("只有办理人和同单位同岗位的同事可以重试或取消。")
