"""`./run test`: every check and every test on SQLite, and what touches a database again on PostgreSQL with Redis.

What could not run is named with its reason at the end. With --strict, or CI set, that counts as a failure.
The last line is "N passed, N failed". Arguments of pytest run only that, on SQLite (or TEST_DATABASE_URL).

    TEST_DATABASE_URL   PostgreSQL to use; else a local server at 127.0.0.1:5432 with user postgres
    TEST_REDIS_URL      Redis to use; else an empty database of a local server at 127.0.0.1:6379
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
TOOLS = Path(PYTHON).parent
POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379"


@dataclass
class Outcome:
    """The sum over all sections."""

    passed: int = 0
    failed: int = 0
    # what did not run → why
    not_run: list[tuple[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def head(text: str) -> None:
    print(f"\n── {text} ", flush=True)


def check(label: str, command: list[str], env: dict[str, str]) -> tuple[str, float, str]:
    """One tool that says yes or no: its name, its seconds, and what it said if it said no."""
    begin = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    wrong = (done.stdout.strip() or f"退出码 {done.returncode}") if done.returncode else ""
    return label, time.monotonic() - begin, wrong


def static_checks(outcome: Outcome, env: dict[str, str]) -> None:
    """Style, templates, migrations, settings and import directions; two at a time, each answer as it comes."""
    head("检查")
    ruff, djlint = str(TOOLS / "ruff"), str(TOOLS / "djlint")
    migrations = [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]
    tools = (
        ("类型检查 mypy", [str(TOOLS / "mypy"), "--no-error-summary"]),
        ("代码检查 ruff check", [ruff, "check", "."]),
        ("代码格式 ruff format", [ruff, "format", "--check", "."]),
        ("页面模板 djlint", [djlint, "templates", "--lint", "--quiet"]),
        ("导入方向 lint-imports", [str(TOOLS / "lint-imports"), "--no-cache"]),
        ("系统检查 manage.py check", [PYTHON, "manage.py", "check"]),
        ("数据库迁移齐全 makemigrations --check", migrations),
    )
    with ThreadPoolExecutor(2) as two:
        for done in as_completed([two.submit(check, label, command, env) for label, command in tools]):
            label, seconds, wrong = done.result()
            if wrong:
                print(wrong, flush=True)
                outcome.failed += 1
                outcome.broken.append(label)
            else:
                outcome.passed += 1
            print(f"{'不通过' if wrong else '通过'}  {label}（{seconds:.1f} 秒）", flush=True)


def run_pytest(outcome: Outcome, label: str, arguments: list[str], env: dict[str, str]) -> None:
    """One round of pytest; counts are read from its JUnit file, because its last line is meant for people."""
    with tempfile.TemporaryDirectory(prefix="civaffairs-junit-") as folder:
        report = Path(folder) / "report.xml"
        command = [PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-q", f"--junitxml={report}", *arguments]
        code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
        if not report.exists():
            outcome.failed += 1
            outcome.broken.append(f"{label}（pytest 没有跑起来，退出码 {code}）")
            return
        suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - written by our own pytest
        total = failed = 0
        for suite in suites:
            total += int(suite.get("tests", 0))
            failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            for case in suite.iter("testcase"):
                for skipped in case.iter("skipped"):
                    total -= 1
                    name = f"{case.get('classname')}::{case.get('name')}"
                    outcome.not_run.append((f"{label}：{name}", skipped.get("message") or "被跳过"))
    if total == 0 and not failed:
        outcome.not_run.append((label, "没有一条测试被选中"))
    if code and not failed:
        failed = 1  # a crash or a collection error that no test case carries
    if failed:
        outcome.broken.append(f"{label}：{failed} 条")
    outcome.passed += max(total - failed, 0)
    outcome.failed += failed


@contextlib.contextmanager
def postgres(outcome: Outcome) -> Iterator[str | None]:
    """The address of a PostgreSQL where test databases may be made, or None with the reason noted.

    On a local server the test databases carry our process number, so that two runs do not meet, and are dropped
    afterwards even when pytest was cut off.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    address = given or POSTGRES
    try:
        with psycopg.connect(address, connect_timeout=3, autocommit=True) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            if not (row and row[0]):
                raise psycopg.OperationalError("这个用户没有建库权限（需要 CREATEDB）")
    except psycopg.Error as error:
        why = str(error).strip().splitlines()[0]
        outcome.not_run.append(
            ("PostgreSQL 上的测试", f"连不上 {'TEST_DATABASE_URL' if given else '127.0.0.1:5432'}：{why}")
        )
        yield None
        return
    if given:
        yield given
        return
    name = f"civaffairs_{os.getpid()}"
    yield f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname ~ %s", [f"^(test_)?{name}(_gw\\d+)?$"]
        ).fetchall()
        for (database,) in rows:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@contextlib.contextmanager
def broker(outcome: Outcome) -> Iterator[str | None]:
    """The address of a Redis database that is empty, or None with the reason noted."""
    given = os.environ.get("TEST_REDIS_URL")
    try:
        if given:
            redis.Redis.from_url(given, socket_timeout=3).ping()
            yield given
            return
        for number in range(15, 0, -1):
            server = redis.Redis.from_url(f"{REDIS}/{number}", socket_timeout=3)
            if server.dbsize() == 0:
                break
        else:
            outcome.not_run.append(("Redis 上的测试", "127.0.0.1:6379 的 1 至 15 号库都有数据"))
            yield None
            return
    except redis.RedisError as error:
        outcome.not_run.append(
            ("Redis 上的测试", f"连不上 {'TEST_REDIS_URL' if given else '127.0.0.1:6379'}：{error}")
        )
        yield None
        return
    yield f"{REDIS}/{number}"
    server.flushdb()


def markers(outcome: Outcome, *, on_postgres: bool) -> str:
    """The pytest marker expression for what this machine can run; what it leaves out is noted once."""
    left_out = [] if on_postgres else ["postgres"]
    if on_postgres and not shutil.which("redis-server"):
        left_out.append("redis_server")
        outcome.not_run.append(
            ("Redis 断开的测试", "没有 redis-server：请管理员运行 apt-get install redis-server")
        )
    browser = os.environ.get("CIVAFFAIRS_CHROMIUM")
    if not browser or not shutil.which(browser):
        left_out.append("browser")
        note = ("浏览器测试", "没有 Chromium：请管理员运行 apt-get install chromium fonts-noto-cjk")
        if note not in outcome.not_run:
            outcome.not_run.append(note)
    if os.environ.get("CIVAFFAIRS_PDF") == "off":
        left_out.append("pdf")
        note = ("PDF 测试", "缺少 WeasyPrint 的系统库（libpango、libharfbuzz-subset）")
        if note not in outcome.not_run:
            outcome.not_run.append(note)
    elif not shutil.which("pdftoppm"):
        left_out.append("pdf")
        note = ("PDF 测试", "没有 pdftoppm：请管理员运行 apt-get install poppler-utils")
        if note not in outcome.not_run:
            outcome.not_run.append(note)
    return " and ".join(f"not {name}" for name in left_out)


def parallel() -> list[str]:
    """Two workers on two cores. Each begins with its half in order, so that what a class builds once is built once; who
    is ready first takes over part of what the other still has."""
    cores = os.cpu_count() or 1
    return ["-n", str(min(cores, 4)), "--dist", "worksteal"] if cores > 1 else []


def everything(outcome: Outcome) -> None:
    """All sections, in the order in which a fault is cheapest to see."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    for name in ("TEST_DATABASE_URL", "TEST_REDIS_URL"):
        env.pop(name, None)
    static_checks(outcome, env)
    head("测试：SQLite")
    run_pytest(outcome, "SQLite", [*parallel(), "-m", markers(outcome, on_postgres=False)], env)
    with postgres(outcome) as database, broker(outcome) as queue:
        if database:
            head("测试：PostgreSQL 和 Redis" if queue else "测试：PostgreSQL（任务走文件队列）")
            env = {**env, "TEST_DATABASE_URL": database}
            if queue:
                env["TEST_REDIS_URL"] = queue
            arguments = [*parallel(), "-p", "tests.database_only"]
            wanted = markers(outcome, on_postgres=True)
            if wanted:
                arguments += ["-m", wanted]
            run_pytest(outcome, "PostgreSQL", arguments, env)


def main(arguments: list[str]) -> int:
    strict = "--strict" in arguments or os.environ.get("CI", "").lower() in {"1", "true"}
    arguments = [argument for argument in arguments if argument != "--strict"]
    if arguments:
        return subprocess.run(
            [PYTHON, "-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd=ROOT, check=False
        ).returncode
    begin = time.monotonic()
    outcome = Outcome()
    everything(outcome)
    head("没有运行的部分")
    for what, why in outcome.not_run:
        print(f"{what}：{why}")
    if not outcome.not_run:
        print("无")
    if strict and outcome.not_run:
        outcome.failed += len(outcome.not_run)
        outcome.broken.append("有没有运行的部分（严格模式下算不通过）")
    if outcome.broken:
        head("不通过的部分")
        for line in outcome.broken:
            print(line)
    print(f"\n用时 {time.monotonic() - begin:.0f} 秒")
    print(f"{outcome.passed} passed, {outcome.failed} failed", flush=True)
    return 1 if outcome.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
