"""A small town with a list to pay, and what must be true of it whatever happened. All people are invented."""

from datetime import timedelta

from django.db.models import Count, Sum

from assistance.models import (
    Adjustment,
    BankFile,
    BankFormat,
    BankReturn,
    Entitlement,
    FundDraw,
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunKind,
)
from assistance.services import payment, seal
from assistance.services.bankfile import issue_bank_file
from assistance.services.fund import add_entry
from assistance.workflow import RunStatus
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.registry import audit, clock
from tests import adjustments, payments, runs
from tests.cast import Cast, make_cast
from tests.payments import MAY, RURAL, TODAY

NUMBER = "云民〔2026〕15号"
PAID_OUT = (RunStatus.APPROVED, RunStatus.ISSUED, RunStatus.CLOSED)


def town(households: int = 5) -> Cast:
    """Households in force, one of them owed 补发 and one with a 追缴 that is kept back, and money in the ledger."""
    __import__("assistance.tasks")
    cast = make_cast()
    rights = [payments.entitlement(cast, f"户{n}") for n in range(households)]
    adjustments.offset(cast, 50)
    adjustments.owed(rights[0], 10_000)
    adjustments.owed(rights[1], -5_000)
    add_entry(
        by=cast.cashier_zhou,
        on=TODAY,
        year=2026,
        programme="城乡低保",
        source="county",
        kind="arrived",
        amount_fen=10_000_000,
        day=TODAY,
        document_number="云财社〔2026〕8号",
    )
    return cast


def created(cast: Cast) -> tuple[PaymentRun, Job]:
    run, job = payment.create_run(
        scheme_code=RURAL, month=MAY, kind=RunKind.REGULAR, by=cast.county_qian, on=TODAY
    )
    return run, job


def csv() -> int:
    return BankFormat.objects.get(name="通用CSV（UTF-8）").pk


def gone_silent() -> None:
    """The worker of a running job was killed an hour ago."""
    Job.objects.filter(state=Job.State.RUNNING).update(
        heartbeat_at=clock.now() - timedelta(hours=1), attempt=1
    )


def sound() -> PaymentRun:
    """The one run of the town, after everything that has to hold in any state was looked at."""
    run = PaymentRun.objects.get()
    live = PaymentLine.objects.exclude(status=LineStatus.VOID)
    doubled = live.values("entitlement", "month").annotate(n=Count("pk")).filter(n__gt=1)
    assert not doubled.exists(), "two live lines for one right and month"
    sums = live.aggregate(lines=Count("pk"), fen=Sum("amount_fen"), arrears=Sum("arrears_fen"))
    if run.status == RunStatus.PREPARING:
        assert sums["lines"] == 0, "lines of a list that is not made yet"
    else:
        assert sums["lines"] == Entitlement.objects.count(), "somebody is missing"
        assert (run.line_count, run.total_fen) == (sums["lines"], sums["fen"])
    settled = Adjustment.objects.aggregate(fen=Sum("settled_fen"))["fen"]
    assert settled == (sums["arrears"] or 0)
    _statuses(run)
    _money(run)
    assert list(audit.faults()) == []
    return run


def _statuses(run: PaymentRun) -> None:
    states = set(run.lines.values_list("status", flat=True))
    answered = {LineStatus.PAID, LineStatus.RETURNED}
    allowed = {
        RunStatus.ISSUED: {LineStatus.SENT} | answered,
        RunStatus.CLOSED: answered,
    }.get(run.status, {LineStatus.LISTED})
    assert states <= allowed, (run.status, states)
    sent = BankFile.objects.filter(run=run).first()
    assert (sent is not None) == (run.status in (RunStatus.ISSUED, RunStatus.CLOSED))
    if sent is not None:
        assert (sent.line_count, sent.total_fen) == (run.line_count, run.total_fen)
        assert sum(part.total_fen for part in sent.parts.all()) == run.total_fen
    if run.status in PAID_OUT:
        assert seal.is_whole(run)
    answers = BankReturn.objects.filter(bank_file__run=run)
    told = answers.aggregate(paid=Sum("paid_count"), returned=Sum("returned_count"))
    assert (told["paid"] or 0) == run.lines.filter(status=LineStatus.PAID).count()
    assert (told["returned"] or 0) == run.lines.filter(status=LineStatus.RETURNED).count()


def _money(run: PaymentRun) -> None:
    drawn = FundDraw.objects.filter(run=run).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    out = run.lines.exclude(status__in=(LineStatus.RETURNED, LineStatus.VOID)).aggregate(
        fen=Sum("amount_fen")
    )
    assert drawn == ((out["fen"] or 0) if run.status in PAID_OUT else 0), "the ledger and the list differ"


def finished(cast: Cast) -> PaymentRun:
    """Bring the run to its end from whatever state it is in, as its people do from the page."""
    run = PaymentRun.objects.get()
    if run.status == RunStatus.PREPARING:
        runner.run(run.job_id)
        run.refresh_from_db()
    if run.status == RunStatus.PREPARED:
        said = runs.SAID
        run = payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, conclusions=said)
    if run.status == RunStatus.CHECKED:
        run = payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)
    if run.status == RunStatus.APPROVED:
        issue_bank_file(
            run_id=run.pk, format_id=csv(), document_number=NUMBER, by=cast.cashier_zhou, on=TODAY
        )
    run.refresh_from_db()
    if run.status == RunStatus.ISSUED:
        runs.load(run, cast, bank_answer(run))
    run = sound()
    assert run.status == RunStatus.CLOSED
    return run


def bank_answer(run: PaymentRun):
    """All paid but one, whose account was closed."""
    first = run.lines.order_by("entitlement_id").values_list("entitlement_id", flat=True)[0]
    return runs.answer(run, {first: "账户已销户"})
