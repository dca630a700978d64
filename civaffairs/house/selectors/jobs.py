"""Background jobs as their pages show them."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet

from civaffairs.jobs.models import Job
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting


def jobs_of(posting: Posting, query: Mapping[str, Any]) -> QuerySet:
    """Jobs of the posting's area, newest first; `state` narrows them."""
    jobs = Job.objects.visible_to(posting).select_related("created_by__user", "created_by__office")
    if query.get("state") == "live":
        jobs = jobs.filter(state__in=Job.LIVE)
    elif query.get("state") == "failed":
        jobs = jobs.filter(state=Job.State.FAILED)
    elif query.get("mine"):
        jobs = jobs.filter(created_by__user_id=posting.user_id)
    return jobs.annotate(error_count=Count("errors"))


def may_steer(job: Job, posting: Posting) -> bool:
    """Retry and cancel: whoever started it, or somebody of the same office in the same role."""
    owner = job.created_by
    if owner is None:
        return False
    return owner.user_id == posting.user_id or (owner.office_id, owner.role) == (
        posting.office_id,
        posting.role,
    )


def may_see_content(job: Job, posting: Posting) -> bool:
    """Result files and error rows hold people's data: for whoever started it, and for those who may export. An
    administrator sees that a job ran, not what was in it. A file with whole ID numbers or accounts is for those who may
    see these."""
    owner = job.created_by
    if owner is not None and owner.user_id == posting.user_id:
        return True
    if job.params.get("full_numbers") and not access.may(posting, Permission.REVEAL_FULL):
        return False
    return access.may(posting, Permission.EXPORT)
