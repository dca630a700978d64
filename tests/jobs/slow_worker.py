"""A worker process for test_killed_worker: it writes its effect, says so, and waits before it commits.

python -m tests.jobs.slow_worker <job id> <file that appears when the effect is written> <seconds to wait>
"""

import sys
import time
from datetime import date
from pathlib import Path

import django
from django.db import transaction


def effect(context, ready: str = "", wait: float = 0) -> dict:
    """One row, all or nothing. Imported by the test too, which is the worker that takes over."""
    from civaffairs.registry.models import CountySetting  # noqa: PLC0415 - after django.setup()

    context.progress(0, 1)
    with transaction.atomic():
        CountySetting.objects.create(key="effect", value=1, from_month=date(2026, 1, 1), document_number="x")
        if ready:
            Path(ready).touch()
            time.sleep(wait)
        context.still_mine()
    return {}


if __name__ == "__main__":
    django.setup()
    from civaffairs.jobs import runner
    from civaffairs.jobs.kinds import job_kind

    job_id, ready, wait = sys.argv[1:]
    job_kind("test-effect")(lambda context: effect(context, ready, float(wait)))
    runner.run(job_id)
