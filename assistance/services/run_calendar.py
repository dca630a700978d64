"""Lists that are made by themselves on the county's day. Nothing is checked or approved by itself."""

import logging
from datetime import date

from assistance.models import Entitlement, PaymentRun, RunKind
from assistance.selectors import run_calendar
from assistance.services import payment
from civaffairs.jobs.models import Job
from civaffairs.lib.errors import Refused
from civaffairs.registry.models import Level, Office

log = logging.getLogger("assistance.calendar")


def prepare_due(*, on: date) -> list[tuple[PaymentRun, Job]]:
    """Open the regular lists of this month that are due and not there, each with the job that fills it; the caller
    enqueues the jobs.

    From the county's day of the month on, so that a day without a server loses nothing. A programme whose earlier list is
    not finished waits for it. A list that somebody has cancelled is not made again by itself.
    """
    month = on.replace(day=1)
    calendar = run_calendar.calendar_of(month)
    if calendar.prepare is None or on < calendar.prepare:
        return []
    made = []
    for office in Office.objects.filter(level=Level.COUNTY, is_active=True).order_by("pk"):
        for scheme in run_calendar.missing(Entitlement.objects.in_area(office.pk), on):
            if scheme.spec.cadence not in run_calendar.REGULAR:
                continue
            if PaymentRun.objects.filter(
                scheme=scheme, office=office, month=month, kind=RunKind.REGULAR
            ).exists():
                continue
            try:
                run, job = payment.open_by_calendar(scheme_code=scheme.pk, office=office, month=month, on=on)
            except Refused as refusal:
                log.info("no list of %s for %s yet: %s", scheme.pk, month, refusal)
                continue
            if job is not None:
                made.append((run, job))
    return made
