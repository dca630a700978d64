"""The bank's file of a long run, and the bank's answer to it, as a worker makes and takes them.

Both are the whole job: claiming, reading, the digests, the lines that change, the audit event, the commit. Beside them
stands what no program can do without: reading the same lines and opening their accounts (the file), and one bare UPDATE
of the same lines (the answer).
"""

import hashlib
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date
from typing import IO

from django.core.management.base import CommandError, CommandParser
from django.db import connection, transaction

from assistance.bench.filling import COUNTY, VILLAGE_OF_I, fill, moment, people, settle, staff, trust
from assistance.bench.result import Bench, Result
from assistance.bench.scratch import scratch_database
from assistance.models import BankFormat, Entitlement, LineStatus, PaymentLine, PaymentRun, Standard
from assistance.services import bankfile, bankreturn, seal
from assistance.tasks import issue_bank_file, load_bank_return  # noqa: F401 registers the job kinds
from assistance.workflow import RunStatus
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import Posting, Role, User

SCHEME = "dibao-rural"
MONTH, TODAY = date(2026, 5, 1), date(2026, 5, 6)
ACCOUNT = "6229009900000000011"


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--lines", type=int, default=100_000, help="number of payment lines")


def run(tell: Callable[[str], None], *, lines: int) -> Result:
    """Build an approved run of `lines` lines, issue its file, load an answer in which every hundredth came back."""
    if lines < 1:
        raise CommandError("--lines 要大于 0")
    with scratch_database():
        started = time.perf_counter()
        made, cashier = _build(lines)
        tell(f"已生成 {lines} 笔已审批的名册，用时 {time.perf_counter() - started:.1f} 秒")
        reading = _timed(lambda: _bare_reading(made))
        filed = _timed(lambda: _issue(made, cashier))
        peak = _peak()
        tell(f"代发文件 {filed:.1f} 秒（只读这些行 {reading:.1f} 秒），内存最高 {peak} MB")
        settle()
        with tempfile.TemporaryFile() as answer:
            size = _write_answer(made, answer)
            updating = _timed(lambda: _bare_update(made))
            settle()
            loaded = _timed(lambda: _load(made, cashier, answer))
        tell(f"回盘 {size >> 20} MB，{loaded:.1f} 秒（只改这些行 {updating:.1f} 秒），内存最高 {_peak()} MB")
        more = {
            "file_seconds": round(filed, 3),
            "file_peak_mb": peak,
            "return_seconds": round(loaded, 3),
            "return_bytes": size,
            "bare_reading_seconds": round(reading, 3),
            "bare_update_seconds": round(updating, 3),
        }
        return Result("bank", lines, filed + loaded, reading + updating, more)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _issue(made: PaymentRun, cashier: Posting) -> None:
    chosen = BankFormat.objects.get(name="通用CSV（UTF-8）")
    job = bankfile.ask_for_issue(
        run_id=made.pk, format_id=chosen.pk, document_number="性能测试1号", by=cashier, on=TODAY
    )
    _done(job, made, LineStatus.SENT)


def _load(made: PaymentRun, cashier: Posting, answer: IO[bytes]) -> None:
    job, _ = bankreturn.ask_for_return(run_id=made.pk, upload=answer, name="回盘.csv", by=cashier, on=TODAY)
    _done(job, made, LineStatus.PAID)


def _done(job: Job | None, made: PaymentRun, status: str) -> None:
    runner.run(job.pk)
    job.refresh_from_db()
    if job.state != Job.State.DONE or not made.lines.filter(status=status).exists():
        raise CommandError(f"没有做完：{job.message}")


def _bare_reading(made: PaymentRun) -> None:
    digest = hashlib.sha256()
    for account in seal.lines_in_order(made).values_list("account", flat=True).iterator(5000):
        digest.update(account.encode())


def _bare_update(made: PaymentRun) -> None:
    """One UPDATE of the same rows, taken back."""
    with transaction.atomic():
        made.lines.update(status=LineStatus.PAID)
        transaction.set_rollback(True)


def _write_answer(made: PaymentRun, answer: IO[bytes]) -> int:
    """The bank's answer as it would come: GBK, every hundredth line returned; its size in bytes."""
    answer.write("序号,业务流水号,账号,户名,金额,处理结果,失败原因\r\n".encode("gbk"))
    rows = seal.lines_in_order(made).values_list("pk", "holder", "amount_fen")
    for serial, (pk, holder, fen) in enumerate(rows.iterator(5000), start=1):
        result = "失败,账号不存在" if serial % 100 == 0 else "成功,"
        answer.write(f"{serial},{pk},{ACCOUNT},{holder},{fen / 100:.2f},{result}\r\n".encode("gbk"))
    return answer.tell()


def _build(lines: int) -> tuple[PaymentRun, Posting]:
    clerk = staff()
    user = User.objects.create_user("bench-cashier", "性能测试财务")
    cashier = Posting.objects.create(
        user=user, role=Role.COUNTY_CASHIER, office=clerk.office, from_day=date(2025, 1, 1)
    )
    standard = Standard.objects.create(
        scheme_id=SCHEME, office_id=COUNTY, from_month=date(2026, 1, 1), document_number="性能测试", params={}
    )
    made = PaymentRun.objects.create(
        scheme_id=SCHEME,
        office_id=COUNTY,
        month=MONTH,
        status=RunStatus.CHECKED,
        prepared_by=clerk,
        version=3,
    )
    money = {"base_fen": "10000 + i %% 40000", "amount_fen": "10000 + i %% 40000"}
    with transaction.atomic(), connection.cursor() as cursor:
        trust(cursor)
        people(cursor, lines)
        fill(
            cursor,
            Entitlement,
            lines,
            money
            | {
                "id": "i",
                "scheme_id": ("%s", SCHEME),
                "office_id": VILLAGE_OF_I,
                "household_id": "i",
                "standard_id": ("%s", standard.pk),
                "number": "'ND' || CAST(i AS VARCHAR(10))",
                "payee_id": "i",
                "persons": "1",
                "classified_fen": "0",
                "from_month": ("%s", date(2026, 1, 1)),
                "pays_from": ("%s", date(2026, 1, 1)),
                "created_at": ("%s", moment()),
            },
        )
        cursor.execute("SELECT number FROM registry_bankaccount WHERE id = 1")
        token = cursor.fetchone()[0]
        fill(
            cursor,
            PaymentLine,
            lines,
            money
            | {
                "id": "i",
                "run_id": ("%s", made.pk),
                "entitlement_id": "i",
                "scheme_id": ("%s", SCHEME),
                "office_id": VILLAGE_OF_I,
                "month": ("%s", MONTH),
                "payee_id": "i",
                "payee_name": "'测试' || CAST(i AS VARCHAR(10))",
                "persons": "1",
                "classified_fen": "0",
                "holder": "'测试' || CAST(i AS VARCHAR(10))",
                "bank": "'云岭农商银行'",
                "account": ("%s", token),
                "account_index": ("%s", blind_index(ACCOUNT, "bank-account")),
                "account_tail": ("%s", ACCOUNT[-4:]),
                "status": ("%s", "listed"),
            },
        )
        cursor.execute("SELECT SUM(amount_fen) FROM assistance_paymentline WHERE run_id = %s", [made.pk])
        made.total_fen, made.line_count, made.person_count = cursor.fetchone()[0], lines, lines
        made.seal = seal.seal_of(made)
        made.status = RunStatus.APPROVED
        made.save()
    settle()
    return made, cashier


BANK = Bench("bank", "一个批次的代发文件和银行回盘所需的时间和内存", add_arguments, run)
