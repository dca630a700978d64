"""`./run test` may not say "all passed" when something failed, was skipped or never ran."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUITE = """
import pytest

def test_good():
    pass

def test_bad():
    assert 1 == 2

@pytest.mark.{mark}(True, reason="没有打印机")
def test_left_out():
    pass
""".replace("{mark}", "skip" + "if")  # in two parts: no test of ours is left out

ROUNDS = """
import pytest

def test_words():
    pass

@pytest.mark.django_db
def test_rows():
    pass

@pytest.mark.browser
@pytest.mark.django_db
def test_a_screen():
    pass

@pytest.mark.browser
@pytest.mark.second_round
@pytest.mark.django_db
def test_two_people_at_one_row():
    pass

@pytest.mark.django_db
@pytest.mark.parametrize("mistake", range(9))
def test_a_mistake(mistake):
    pass

@pytest.mark.second_round
@pytest.mark.django_db
@pytest.mark.parametrize("way", range(4))
def test_a_way(way):
    pass

@pytest.mark.second_round(variants=2)
@pytest.mark.django_db
@pytest.mark.parametrize("pair", range(5))
def test_a_pair(pair):
    pass
"""


@pytest.fixture
def runner() -> ModuleType:
    """bin/test.py as a module; its own name is taken by the standard library."""
    spec = importlib.util.spec_from_file_location("test_runner_of_ours", ROOT / "bin" / "test.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["test_runner_of_ours"] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


def bare(path: Path) -> list[str]:
    return ["-c", os.devnull, "--rootdir", str(path), "-p", "no:django", str(path)]


def test_passed_failed_and_left_out_are_counted_apart(runner: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text(SUITE)
    outcome = runner.Outcome()
    runner.run_pytest(outcome, "试验", bare(tmp_path), dict(os.environ))
    assert (outcome.passed, outcome.failed) == (1, 1)
    assert outcome.broken == ["试验：1 条"]
    [(what, why)] = outcome.not_run
    assert "test_left_out" in what
    assert why == "没有打印机"


def test_a_suite_that_cannot_be_read_is_a_failure(runner: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text("import nothing_of_that_name")
    outcome = runner.Outcome()
    runner.run_pytest(outcome, "试验", bare(tmp_path), dict(os.environ))
    assert outcome.failed
    assert outcome.broken


def test_a_suite_without_tests_is_named_as_not_run(runner: ModuleType, tmp_path: Path) -> None:
    outcome = runner.Outcome()
    runner.run_pytest(outcome, "试验", bare(tmp_path), dict(os.environ))
    assert outcome.not_run == [("试验", "没有一条测试被选中")]


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--strict"], 1)])
def test_what_did_not_run_is_named_and_fails_only_when_strict(
    runner: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
    arguments: list[str],
    code: int,
) -> None:
    def nearly_everything(outcome: object) -> None:
        outcome.passed = 7
        outcome.not_run.append(("浏览器测试", "没有 Chromium"))

    monkeypatch.setattr(runner, "everything", nearly_everything)
    monkeypatch.delenv("CI", raising=False)
    assert runner.main(arguments) == code
    lines = capsys.readouterr().out.strip().splitlines()
    assert "浏览器测试：没有 Chromium" in lines
    assert lines[-1] == f"7 passed, {code} failed"


def test_an_unreachable_server_is_named_and_not_taken_for_a_pass(
    runner: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("TEST_REDIS_URL", "redis://127.0.0.1:1/0")
    outcome = runner.Outcome()
    with runner.postgres(outcome) as database, runner.broker(outcome) as queue:
        assert database is None
        assert queue is None
    assert [what for what, _why in outcome.not_run] == ["PostgreSQL 上的测试", "Redis 上的测试"]
    assert all("TEST_" in why for _what, why in outcome.not_run)


@pytest.mark.parametrize("script", ["run", ".ci/run", "docs/how/deploy/backup.sh"])
def test_scripts_are_plain_shell_and_executable(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    assert subprocess.run(["sh", "-n", str(ROOT / script)], check=False).returncode == 0


@pytest.mark.parametrize("every", [False, True])
def test_the_second_round_has_every_database_test_and_the_named_browser_tests(
    tmp_path: Path, every: bool
) -> None:
    (tmp_path / "test_rounds.py").write_text(ROUNDS)
    listed = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *bare(tmp_path),
            "-p",
            "tests.database_only",
            "--collect-only",
            "-q",
        ],
        cwd=ROOT,
        env={**os.environ, "CIVAFFAIRS_EVERY_VARIANT": "1" if every else ""},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    chosen = {line.rpartition("::")[2] for line in listed.splitlines() if "::" in line}
    ways = {f"test_a_way[{way}]" for way in range(4)}
    mistakes = range(9) if every else (0, 4, 8)
    pairs = range(5) if every else (0, 4)
    assert chosen == {
        "test_rows",
        "test_two_people_at_one_row",
        *ways,
        *(f"test_a_mistake[{mistake}]" for mistake in mistakes),
        *(f"test_a_pair[{pair}]" for pair in pairs),
    }
