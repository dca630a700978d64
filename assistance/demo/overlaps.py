"""One list of June that stands: of the people of whom it reminds, one has been looked into and the others have not."""

from datetime import date

from assistance.demo.sizes import TODAY
from assistance.demo.staff import Staff
from assistance.models import OverlapFinding, PaymentRun, RunKind
from assistance.selectors import overlap_month
from assistance.services import payment
from assistance.services.overlap_run import conclude_run
from civaffairs.jobs import runner

SCHEME = "elder-disabled"


def leave_conclusions(staff: Staff, month: date) -> PaymentRun:
    """The subsidy of the disabled old: who went into 特困 from this month is named on the page 待遇叠加 of the list."""
    run, job = payment.create_run(
        scheme_code=SCHEME, month=month, kind=RunKind.REGULAR, by=staff.county_qian, on=TODAY
    )
    runner.run(job.pk)
    run.refresh_from_db()
    pairs = overlap_month.in_words(overlap_month.pairs_of(run, level="warn"), month)
    if pairs:
        conclude_run(
            run_id=run.pk,
            keys=[pairs[0].key],
            verdict=str(OverlapFinding.Verdict.BOTH),
            conclusion="县里文件规定失能补贴不与特困照料护理费冲抵，6月核对后照发",
            by=staff.county_qian,
            on=TODAY,
        )
    return run
