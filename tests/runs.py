"""Payment runs brought to each state by acting."""

from datetime import date
from io import BytesIO

import pytest

from assistance.models import (
    BankFormat,
    PaymentRun,
    RunKind,
)
from assistance.selectors import run_checks
from assistance.services import payment, seal
from assistance.services.bankfile import issue_bank_file
from assistance.services.bankreturn import record_bank_return
from civaffairs.jobs import runner
from tests.cast import Cast
from tests.payments import MAY, RURAL, TODAY

# A sentence for each reminder that a list may have.
SAID = {check.key: "已逐笔看过依据" for check in run_checks.CHECKS if not check.blocks}


@pytest.fixture(autouse=True)
def job_kinds():
    """The web process registers them with its views."""
    __import__("assistance.tasks")


def prepared(
    cast: Cast, month: date = MAY, kind: str = RunKind.REGULAR, on: date | None = None
) -> PaymentRun:
    run, job = payment.create_run(
        scheme_code=RURAL, month=month, kind=kind, by=cast.county_qian, on=on or max(TODAY, month)
    )
    runner.run(job.pk)
    run.refresh_from_db()
    return run


def checked(cast: Cast, **changes) -> PaymentRun:
    run = prepared(cast, **changes)
    return payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, conclusions=SAID)


def approved(cast: Cast, **changes) -> PaymentRun:
    run = checked(cast, **changes)
    return payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)


def issued(cast: Cast, number: str = "云民〔2026〕15号", **changes) -> PaymentRun:
    run = approved(cast, **changes)
    issue_bank_file(
        run_id=run.pk,
        format_id=BankFormat.objects.get(name="通用CSV（UTF-8）").pk,
        document_number=number,
        by=cast.cashier_zhou,
        on=TODAY,
    )
    run.refresh_from_db()
    return run


def answer(run: PaymentRun, failed: dict[int, str] | None = None, only: list[int] | None = None) -> BytesIO:
    """The bank's answer: all paid but the entitlements in `failed` (id → reason)."""
    rows = ["序号,收款账号,收款户名,金额,处理结果,失败原因"]
    lines = seal.lines_in_order(run)
    for serial, line in enumerate(lines, start=1):
        if only is not None and line.entitlement_id not in only:
            continue
        reason = (failed or {}).get(line.entitlement_id, "")
        amount = f"{line.amount_fen // 100}.{line.amount_fen % 100:02d}"
        rows.append(f"{serial},{line.account},{line.holder},{amount},{'失败' if reason else '成功'},{reason}")
    return BytesIO("\r\n".join(rows).encode("gbk"))


def load(run: PaymentRun, cast: Cast, content: BytesIO, on: date = TODAY):
    return record_bank_return(run_id=run.pk, upload=content, name="回盘.csv", by=cast.cashier_zhou, on=on)
