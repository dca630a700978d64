"""Background work of the house."""

from civaffairs.jobs.kinds import job_kind
from civaffairs.jobs.models import JobError
from civaffairs.jobs.runner import JobContext
from civaffairs.registry import audit
from civaffairs.registry.models import AuditHead

# More faults than this say one thing only: the trail is not whole.
MOST_FAULTS = 200


@job_kind("verify_audit")
def verify_audit(context: JobContext) -> dict:
    """Walk the audit chain; every fault becomes an error row of the job."""
    head = AuditHead.objects.filter(pk=1).first()
    total = head.seq if head else 0
    context.progress(0, total, "正在逐条核对")
    faults: list[JobError] = []
    for words in audit.faults(seen=lambda seq: context.progress(min(seq, total))):
        faults.append(JobError(message=words[:300]))
        if len(faults) >= MOST_FAULTS:
            break
    context.errors(faults)
    words = f"发现{len(faults)}处问题，请立即报告" if faults else f"共{total}条，前后衔接，没有改动或缺失"
    context.progress(total, total, words)
    return {"events": total, "faults": len(faults)}
