# ruff: noqa: S608 (table names are our own; every value is bound)
"""A raise of everybody in a programme, against the bare UPDATE and INSERT of the same rows.

The baseline closes every right and member by one UPDATE each and inserts as many rights, members and adjustments by one
INSERT … SELECT each, into the very tables, with their indexes and constraints, and is rolled back. What is held against it
is the whole of it as the workers do it: reckoning, sums by township, approval with its checks, closing, opening, booking,
audit, commit. Undoing is timed too. The start lies in the past, so that one closed month is made up for.
"""

import time
from collections.abc import Callable
from datetime import date

from django.core.management.base import CommandError, CommandParser
from django.db import connection, transaction

from assistance.bench.filling import COUNTY, VILLAGE_OF_I, fill, moment, people, settle, staff, trust
from assistance.bench.result import Bench, Result
from assistance.bench.scratch import scratch_database
from assistance.models import (
    Adjustment,
    Entitlement,
    EntitlementMember,
    PaymentLine,
    PaymentRun,
    Standard,
    StandardChange,
)
from assistance.policy.rules import rule_of
from assistance.services import standard_change
from assistance.services.payment_lines import settle_references
from assistance.tasks import preview_standard_change  # noqa: F401 registers the job kinds
from assistance.workflow import RunStatus
from civaffairs.jobs import runner
from civaffairs.registry import clock
from civaffairs.registry.models import Posting, Role, User

SCHEME = "old-age"
SINCE, MAY, TODAY = date(2025, 1, 1), date(2026, 5, 1), date(2026, 6, 8)
OLD, NEW = {80: 5_000, 90: 10_000, 100: 50_000}, {80: 6_000, 90: 12_000, 100: 60_000}
# The band of the row with this number, and its sum.
BAND = "CASE i %% 20 WHEN 0 THEN '100' WHEN 1 THEN '90' WHEN 2 THEN '90' WHEN 3 THEN '90' ELSE '80' END"
SUM = "CASE i %% 20 WHEN 0 THEN 50000 WHEN 1 THEN 10000 WHEN 2 THEN 10000 WHEN 3 THEN 10000 ELSE 5000 END"


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--entitlements", type=int, default=100_000, help="number of rights in force")


def run(tell: Callable[[str], None], *, entitlements: int) -> Result:
    """Build so many rights, time the baseline, then the raise from the first reckoning to the last commit."""
    if entitlements < 1:
        raise CommandError("--entitlements 要大于 0")
    with scratch_database():
        started = time.perf_counter()
        clerk, approver, new = _build(entitlements)
        tell(f"已生成 {entitlements} 人待遇，用时 {time.perf_counter() - started:.1f} 秒")
        bare = _baseline(entitlements, new)
        settle()
        tell(f"直接更新和插入同样的行：{bare:.2f} 秒")
        preview, change = _timed(
            lambda: standard_change.propose_change(standard_id=new.pk, by=clerk, on=TODAY), "previewed"
        )
        tell(f"测算：{preview:.2f} 秒")
        settle()
        apply, change = _timed(
            lambda: standard_change.approve_change(change_id=change.pk, by=approver, on=TODAY), "applied"
        )
        tell(f"执行：{apply:.2f} 秒")
        _refuse_wrong(entitlements)
        settle()
        undo, _ = _timed(
            lambda: standard_change.undo_change(
                change_id=change.pk, reason="性能测试", by=approver, on=TODAY
            ),
            "undone",
        )
        tell(f"撤销：{undo:.2f} 秒")
        more = {
            "preview_seconds": round(preview, 3),
            "apply_seconds": round(apply, 3),
            "undo_seconds": round(undo, 3),
        }
        return Result("standards", entitlements, preview + apply, bare, more)


# --- what is measured -----------------------------------------------------------------------------------


def _timed(act: Callable, state: str) -> tuple[float, StandardChange]:
    started = time.perf_counter()
    change, job = act()
    runner.run(job.pk)
    took = time.perf_counter() - started
    change.refresh_from_db()
    if change.state != state:
        job.refresh_from_db()
        raise CommandError(f"没有办成：{change.get_state_display()}，{job.message}")
    return took, change


def _refuse_wrong(count: int) -> None:
    """A benchmark of something that was not done would be quick."""
    opened = Entitlement.objects.exclude(previous=None)
    if (opened.count(), Adjustment.objects.count()) != (count, count):
        raise CommandError("提标没有做完整")
    if opened.filter(category="90").values_list("amount_fen", flat=True).first() not in (None, NEW[90]):
        raise CommandError("新金额不对")


def _baseline(count: int, new: Standard) -> float:
    started = time.perf_counter()
    may = "DATE '2026-05-01'" if connection.vendor == "postgresql" else "'2026-05-01'"
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in ("entitlement", "entitlementmember"):
            cursor.execute(f"UPDATE assistance_{statement} SET until_month = %s", [MAY])
        _copy(
            cursor,
            Entitlement,
            {
                "previous_id": "id",
                "standard_id": str(new.pk),
                "from_month": may,
                "pays_from": may,
                "until_month": "NULL",
                "base_fen": "base_fen + 1000",
                "amount_fen": "amount_fen + 1000",
            },
        )
        _copy(
            cursor,
            EntitlementMember,
            {"entitlement_id": f"entitlement_id + {count}", "until_month": "NULL"},
        )
        cursor.execute(
            "INSERT INTO assistance_adjustment (entitlement_id, scheme_id, office_id, cause, reason, from_month, "
            "until_month, amount_fen, months, settled_fen, booked_on, cancel_reason) "
            "SELECT id, scheme_id, office_id, 'standard', '', %s, %s, 1000, '[]', 0, %s, '' "
            "FROM assistance_entitlement WHERE previous_id IS NOT NULL",
            [MAY, date(2026, 6, 1), TODAY],
        )
        settle_references()
        took = time.perf_counter() - started
        if cursor.rowcount not in (count, -1):
            raise CommandError(f"基准插入了 {cursor.rowcount} 行，应为 {count} 行")
        transaction.set_rollback(True)
    return took


def _copy(cursor, model, changed: dict[str, str]) -> None:
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    into = ", ".join(f'"{name}"' for name in names)
    select = ", ".join(changed.get(name, f'"{name}"') for name in names)
    cursor.execute(
        f'INSERT INTO "{model._meta.db_table}" ({into}) SELECT {select} FROM "{model._meta.db_table}"'
    )


# --- what it is measured on -------------------------------------------------------------------------------


def _build(count: int) -> tuple[Posting, Posting, Standard]:
    clerk = staff()
    approver = _posting("bench-approver", Role.COUNTY_APPROVER)
    enters = _posting("bench-enters", Role.COUNTY_CLERK)
    old, new = _standard(OLD, SINCE, enters, approver), _standard(NEW, MAY, enters, approver)
    made = PaymentRun.objects.create(scheme_id=SCHEME, office_id=COUNTY, month=MAY, status=RunStatus.PREPARED)
    with transaction.atomic(), connection.cursor() as cursor:
        trust(cursor)
        people(cursor, count)
        fill(
            cursor,
            Entitlement,
            count,
            {
                "id": "i",
                "scheme_id": ("%s", SCHEME),
                "office_id": VILLAGE_OF_I,
                "household_id": "i",
                "beneficiary_id": "i",
                "category": BAND,
                "standard_id": ("%s", old.pk),
                "number": "'GL' || CAST(i AS VARCHAR(10))",
                "payee_id": "i",
                "persons": "1",
                "base_fen": SUM,
                "amount_fen": SUM,
                "from_month": ("%s", SINCE),
                "pays_from": ("%s", SINCE),
                "created_at": ("%s", moment()),
            },
        )
        fill(
            cursor,
            EntitlementMember,
            count,
            {
                "id": "i",
                "entitlement_id": "i",
                "person_id": "i",
                "family": ("%s", SCHEME),
                "relationship": "'head'",
                "labour": "'none'",
            },
        )
        fill(
            cursor,
            PaymentLine,
            count,
            {
                "id": "i",
                "run_id": ("%s", made.pk),
                "entitlement_id": "i",
                "scheme_id": ("%s", SCHEME),
                "office_id": VILLAGE_OF_I,
                "month": ("%s", MAY),
                "payee_id": "i",
                "payee_name": "'测试' || CAST(i AS VARCHAR(10))",
                "persons": "1",
                "base_fen": SUM,
                "classified_fen": "0",
                "amount_fen": SUM,
                "status": "'listed'",
            },
        )
        _count_on(cursor, count)
    PaymentRun.objects.filter(pk=made.pk).update(status=RunStatus.APPROVED)
    settle()
    return clerk, approver, new


def _count_on(cursor, count: int) -> None:
    """PostgreSQL does not count rows that bring their own keys; SQLite does."""
    if connection.vendor == "postgresql":
        for model in (Entitlement, EntitlementMember, PaymentLine):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', 'id'), %s)", [count]
            )


def _posting(username: str, role: str) -> Posting:
    user = User.objects.create_user(username, "性能测试")
    return Posting.objects.create(user=user, role=role, office_id=COUNTY, from_day=SINCE)


def _standard(bands: dict[int, int], month: date, enters: Posting, confirms: Posting) -> Standard:
    ages = [{"from_age": age, "amount_fen": fen} for age, fen in bands.items()]
    return Standard.objects.create(
        scheme_id=SCHEME,
        office_id=COUNTY,
        from_month=month,
        document_number="性能测试",
        params=rule_of("old_age").suggested() | {"ages": ages},
        entered_by=enters,
        confirmed_by=confirms,
        confirmed_at=clock.now(),
    )


STANDARDS = Bench(
    "standards",
    "提标（测算和执行）所需的时间，与直接更新和插入同样的行比较",
    add_arguments,
    run,
)
