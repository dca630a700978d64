"""Asking for an export, and making it.

What was typed into the search box may be a whole ID number, so the query lies encrypted in the job's row.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from civaffairs.jobs.kinds import job_kind
from civaffairs.jobs.models import Job
from civaffairs.jobs.runner import JobContext
from civaffairs.jobs.services import make_job
from civaffairs.lib.errors import BadInput, NotReady
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.keys import cipher
from civaffairs.registry.models import Posting
from reporting.exports.listing import Line, Listing
from reporting.exports.lists import KINDS
from reporting.renderers import excel

_PURPOSE = "export-query"
LONGEST_REASON = 200


def ask_export(
    *, name: str, query: Mapping[str, str], by: Posting, on: date, full: bool = False, reason: str = ""
) -> tuple[Job, bool]:
    """(job, made) for the list `name` of KINDS as `query` narrows it. Whole numbers take the right to see them and a
    reason.

    Raises Forbidden, or BadInput naming `reason`.
    """
    kind = KINDS[name]
    access.demand(by, Permission.EXPORT)
    access.demand(by, kind.permission)
    reason = reason.strip()[:LONGEST_REASON]
    if full:
        access.demand(by, Permission.REVEAL_FULL)
        if not any(sign.isalnum() for sign in reason):
            raise BadInput("导出完整号码的，请写明事由", "reason")
    asked = json.dumps({key: query[key] for key in kind.query if key in query}, sort_keys=True)
    digest = hashlib.sha256(f"{asked}{on}{full}".encode()).hexdigest()[:16]
    return make_job(
        kind="export_list",
        title=f"导出{kind.label}",
        key=f"export-{name}-{by.pk}-{digest}",
        by=by,
        params={
            "name": name,
            "sealed": cipher().encrypt(asked, _PURPOSE),
            "day": on.isoformat(),
            "full_numbers": full,
            "reason": reason,
        },
    )


@job_kind("export_list")
def export_list(
    context: JobContext, name: str, sealed: str, day: str, full_numbers: bool, reason: str
) -> dict[str, int]:
    """Write the file. Run again after a crash it makes the file anew; nothing else comes of it but the trace."""
    by, on, kind = context.by, date.fromisoformat(day), KINDS[name]
    # The post may have ended while the job waited.
    for permission in (Permission.EXPORT, kind.permission):
        access.demand(by, permission)
    query = json.loads(cipher().decrypt(sealed, _PURPOSE))
    listing = kind.read(by, on, query, full_numbers)
    total = len(listing.keys)
    if not total:
        raise NotReady("没有符合条件的内容，没有生成文件。")
    context.progress(0, total)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        rows = excel.write_rows(
            path,
            listing.columns,
            _counted(listing, context, total),
            listing.title,
            office_name=by.office.full_name,
            day=on,
            demo_line="演示数据，人物均为虚构" if settings.DEMO else "",
            totals=listing.totals,
        )
        context.attach(path, f"{listing.title}{by.office.name}-{on:%Y%m%d}.xlsx")
    with transaction.atomic():
        context.still_mine()
        audit.record(
            "list.export",
            by=by,
            subject=context.job,
            label=listing.title,
            reason=reason if full_numbers else "",
            details={
                "rows": rows,
                "columns": "、".join(column.title for column in listing.columns),
                "filters": "、".join(sorted(query)),
                "full_numbers": full_numbers,
            },
        )
    return {"rows": rows}


def _counted(listing: Listing, context: JobContext, total: int) -> Iterator[Line]:
    for done, line in enumerate(listing, start=1):
        if done % excel.PROGRESS_EVERY == 0:
            context.progress(done, total)
        yield line
