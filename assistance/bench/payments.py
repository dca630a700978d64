"""The prepare step of a month's run with all its checks, against the bare INSERT … SELECT of the same columns.

The baseline goes into a table with the same columns, indexes and constraints, in the same run, from the same rows.
The measured step is the whole job as a worker does it: making run and job, claiming, checks of what is payable and
not yet listed, the lines, the totals, the audit event, the commit; then every check of the list, as its page asks it.

Beside it: the same lines for PEERS people made one by one, as it is usually written (look-ups, one saved row and one row
of history each), and the pages of the roster at this size, whichever page and filter.
"""

import json
import time
from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

from django.core.management.base import CommandError, CommandParser
from django.db import connection, transaction
from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.urls import reverse

from assistance.bench.filling import COUNTY, VILLAGE_OF_I, fill, moment, people, settle, staff, trust
from assistance.bench.result import Bench, Result
from assistance.bench.scratch import scratch_database
from assistance.bench.visits import Page, assets, visit
from assistance.models import (
    Entitlement,
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunKind,
    Standard,
)
from assistance.selectors import run_checks
from assistance.services.payment import create_run
from assistance.tasks import prepare_run  # noqa: F401 registers the job kind
from assistance.workflow import RunStatus
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.registry.models import BankAccount, Level, Office, Posting
from civaffairs.shell.paging import write_key

SCHEME = "dibao-rural"
MONTH = date(2026, 5, 1)
TODAY = date(2026, 5, 6)
PEERS = 2_000


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--lines", type=int, default=100_000, help="number of payment lines")
    parser.add_argument("--repeat", type=int, default=0, help="how often both are timed; the best counts")
    parser.add_argument("--requests", type=int, default=40, help="requests of each page of the roster")


def run(tell: Callable[[str], None], *, lines: int, repeat: int, requests: int) -> Result:
    """Build `lines` entitlements, then time baseline and prepare step in turn."""
    if lines < 1:
        raise CommandError("--lines 要大于 0")
    repeat = repeat or (3 if lines <= 200_000 else 1)
    with scratch_database():
        started = time.perf_counter()
        clerk = _build(lines)
        tell(f"已生成 {lines} 户待遇，用时 {time.perf_counter() - started:.1f} 秒")
        bare, whole = [], []
        for turn in range(1, repeat + 1):
            bare.append(_baseline(lines))
            made, took = _prepare(clerk, lines)
            started = time.perf_counter()
            reminders = run_checks.problems(made, TODAY)
            checked = time.perf_counter() - started
            whole.append(took + checked)
            tell(
                f"第{turn}次：单条插入 {bare[-1]:.2f} 秒，生成名册 {took:.2f} 秒，"
                f"全部核对 {checked:.2f} 秒（{len(reminders)} 项提示）"
            )
            if turn < repeat:
                _reset()
        more = {"repeat": repeat, "checks_seconds": round(checked, 3), "pages": _pages(made, requests, tell)}
        one_by_one = _one_by_one(min(lines, PEERS)) / min(lines, PEERS)
        more["one_by_one"] = round(one_by_one * lines / min(whole), 1)
        tell(f"逐人写入 {one_by_one * 1000:.1f} 毫秒一人，是这里的 {more['one_by_one']} 倍")
        return Result("payments", lines, min(whole), min(bare), more)


# --- what is measured -----------------------------------------------------------------------------------


def _prepare(clerk: Posting, lines: int) -> tuple[PaymentRun, float]:
    started = time.perf_counter()
    made, job = create_run(scheme_code=SCHEME, month=MONTH, kind=RunKind.REGULAR, by=clerk, on=TODAY)
    runner.run(job.pk)
    took = time.perf_counter() - started
    made.refresh_from_db()
    if (made.status, made.line_count) != (RunStatus.PREPARED, lines):
        raise CommandError(f"名册没有生成完整：{made.line_count} 户，{Job.objects.get(pk=job.pk).message}")
    return made, took


def _pages(made: PaymentRun, requests: int, tell: Callable[[str], None]) -> dict[str, dict]:
    """The pages of the roster: the first, some in the middle, by area, by state, by finding, by name and by account."""
    assets()
    address = reverse("run_lines", args=[made.pk])
    lines = PaymentLine.objects.filter(run=made).order_by("office_id", "id")
    turns: dict[str, list[dict]] = {
        "首页": [{}],
        "中间各页": [{"after": key} for key in _keys(lines)],
        "按乡镇、村": [{"area": "519901101000"}, {"area": "519901105203"}],
        "按状态": [{"status": "listed"}, {"status": "returned"}],
        "按姓名、账号": [{"q": "测试77"}, {"q": "1234"}, {"q": "查无此人"}],
        "有补发或抵扣": [{"arrears": "1"}],
    }
    for check in run_checks.CHECKS:
        if made.kind in check.kinds:
            turns[check.title] = [{"problem": check.key}]
    found = {}
    for name, queries in turns.items():
        addresses = [f"{address}?{urlencode(query)}" for query in queries]
        found[name] = took = visit(Page(name, "bench", addresses), requests)
        tell(f"发放明细，{name}：95%在 {took['p95_ms']} 毫秒内，{took['queries']} 次查询")
    return found


def _keys(lines: QuerySet[PaymentLine]) -> list[str]:
    """Keys of pages all over the list, as a reader who pages on would carry them."""
    offices = list(Office.objects.filter(level=Level.VILLAGE).order_by("code").values_list("code", flat=True))
    keys = []
    for office in offices[:: max(1, len(offices) // 7)]:
        row = lines.filter(office=office).first()
        if row is not None:
            keys.append(write_key(row, ("office_id", "id")))
    return keys


def _one_by_one(people: int) -> float:
    """Seconds for so many lines the usual way: a loop that looks up, saves and keeps a copy. Rolled back."""
    run_of_its_own = PaymentRun.objects.create(
        scheme_id=SCHEME, office_id=COUNTY, month=MONTH, sequence=998, status=RunStatus.CANCELLED
    )
    first = Entitlement.objects.order_by("pk").values_list("pk", flat=True)[:people]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_history (line BIGINT, copy TEXT)")
        PaymentLine.objects.filter(entitlement__in=list(first)).update(status=LineStatus.VOID)
        started = time.perf_counter()
        for pk in first:
            right = Entitlement.objects.select_related("payee").get(pk=pk)
            if PaymentLine.objects.filter(entitlement=right, month=MONTH).live().exists():
                raise CommandError("逐人写入：已有这个月的一行")
            account = BankAccount.objects.get(person=right.payee, state=BankAccount.State.ACTIVE)
            line = PaymentLine(
                run=run_of_its_own,
                entitlement=right,
                scheme_id=right.scheme_id,
                office_id=right.office_id,
                month=MONTH,
                payee=right.payee,
                payee_name=right.payee.name,
                persons=right.persons,
                base_fen=right.base_fen,
                classified_fen=right.classified_fen,
                care_fen=right.care_fen,
                amount_fen=right.amount_fen,
                holder=account.holder,
                bank=account.bank,
                account=account.number,
                account_index=account.number_index,
                account_tail=account.number_tail,
            )
            line.save()
            copy = json.dumps(model_to_dict(line), default=str)
            cursor.execute("INSERT INTO bench_history VALUES (%s, %s)", [line.pk, copy])
        took = time.perf_counter() - started
        transaction.set_rollback(True)
    run_of_its_own.delete()
    return took


def _baseline(lines: int) -> float:
    _clone_line_table()
    # A run of the table's own to point at; it is cancelled, so that it stands in nobody's way.
    dummy = PaymentRun.objects.create(
        scheme_id=SCHEME, office_id=COUNTY, month=MONTH, sequence=999, status=RunStatus.CANCELLED
    )
    statement = """
        INSERT INTO bench_line (run_id, entitlement_id, scheme_id, office_id, month, payee_id, payee_name, persons,
            base_fen, classified_fen, care_fen, arrears_fen, is_arrears, amount_fen, holder, bank, account,
            account_index, account_tail, status, return_reason)
        SELECT %s, e.id, e.scheme_id, e.office_id, %s, e.payee_id, p.name, e.persons, e.base_fen, e.classified_fen,
            e.care_fen, 0, FALSE, e.amount_fen, a.holder, a.bank, a.number, a.number_index, a.number_tail, 'listed', ''
        FROM assistance_entitlement e JOIN registry_person p ON p.id = e.payee_id
            LEFT JOIN registry_bankaccount a ON a.person_id = p.id AND a.state = 'active'
        WHERE e.scheme_id = %s AND e.from_month <= %s
    """
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [dummy.pk, MONTH, SCHEME, MONTH])
        written = cursor.rowcount
    took = time.perf_counter() - started
    if written != lines:
        raise CommandError(f"基准插入了 {written} 行，应为 {lines} 行")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_line")
    dummy.delete()
    return took


def _clone_line_table() -> None:
    """bench_line: the columns, indexes and constraints of the line table."""
    table = PaymentLine._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TABLE bench_line (LIKE {table} INCLUDING ALL)")
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
                [table],
            )
            for (definition,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE bench_line ADD {definition}")
            return
        cursor.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table]
        )
        for kind, name, sql in cursor.fetchall():
            if kind == "trigger":
                continue
            sql = sql.replace(f'"{table}"', '"bench_line"', 1 if kind == "table" else -1)
            cursor.execute(sql.replace(f'"{name}"', f'"bench_{name}"', 1) if kind == "index" else sql)


def _reset() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assistance_paymentline")
        cursor.execute("DELETE FROM assistance_paymentrun")
    settle()


# --- what it is measured on -------------------------------------------------------------------------------


def _build(lines: int) -> Posting:
    clerk = staff()
    standard = Standard.objects.create(
        scheme_id=SCHEME, office_id=COUNTY, from_month=date(2026, 1, 1), document_number="性能测试", params={}
    )
    with transaction.atomic(), connection.cursor() as cursor:
        trust(cursor)
        people(cursor, lines)
        fill(
            cursor,
            Entitlement,
            lines,
            {
                "id": "i",
                "scheme_id": ("%s", SCHEME),
                "office_id": VILLAGE_OF_I,
                "household_id": "i",
                "standard_id": ("%s", standard.pk),
                "number": "'ND' || CAST(i AS VARCHAR(10))",
                "payee_id": "i",
                "persons": "1 + i %% 4",
                "base_fen": "10000 + i %% 40000",
                "classified_fen": "i %% 3 * 1000",
                "amount_fen": "10000 + i %% 40000 + i %% 3 * 1000",
                "from_month": ("%s", date(2026, 1, 1)),
                "pays_from": ("%s", date(2026, 1, 1)),
                "created_at": ("%s", moment()),
            },
        )
    settle()
    return clerk


PAYMENTS = Bench("payments", "生成一个月名册所需的时间，与单条 INSERT … SELECT 比较", add_arguments, run)
