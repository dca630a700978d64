"""`./run demo` as a user meets it: wrong words, a used port, start, second start, a killed part, Ctrl-C."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVE = [sys.executable, str(ROOT / "bin" / "serve.py")]
# What the tests set for themselves must not reach the demo, which is to work from nothing.
OWN = (
    "CIVAFFAIRS_TESTING",
    "CIVAFFAIRS_DATA",
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "COV_CORE_SOURCE",
)


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OWN}


def told(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [*SERVE, *arguments], env=clean_environment(), text=True, capture_output=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--port", "99999"], "端口 99999 不对"),
        (["--port", "http"], "端口 http 不对"),
        (["--port"], "--port 后面要写内容"),
        (["--size", "huge"], "规模 huge 不对"),
        (["--fersh"], "没有这个参数：--fersh"),
    ],
)
def test_a_wrong_option_is_answered_in_one_sentence(arguments: list[str], sentence: str) -> None:
    code, output = told("--check", *arguments)
    assert code == 1
    assert sentence in output
    assert "Traceback" not in output


def test_a_used_port_is_told_before_anything_is_built(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, output = told("--port", str(port), "--data", str(tmp_path / "data"))
    assert code == 1
    assert f"端口 {port} 已被别的程序占用" in output
    assert not (tmp_path / "data" / "civaffairs.sqlite3").exists()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes_of(folder: Path) -> list[int]:
    """Every process that was started for this data folder, found by its environment."""
    mark = f"CIVAFFAIRS_DATA={folder}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


class Started:
    """One running demo: its process, its folder and what it has said so far."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.output = folder.parent / "output.txt"
        with self.output.open("w") as out:
            self.process = subprocess.Popen(
                [*SERVE, "--port", str(self.port), "--data", str(folder), *arguments],
                env=clean_environment(),
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, sentence: str, seconds: float) -> None:
        limit = time.monotonic() + seconds
        while sentence not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < limit, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        return self.output.read_text()

    def page(self, path: str = "") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", f"/{path}")
            return connection.getresponse().status
        finally:
            connection.close()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(40)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "演示 data"
    yield place
    for number in processes_of(place):
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


@pytest.mark.slow
def test_the_demo_starts_restarts_what_dies_keeps_its_data_and_leaves_no_process(folder: Path) -> None:
    began = time.monotonic()
    first = Started(folder)
    first.wait_for("按 Ctrl-C 停止", 240)
    # Alone on two cores it is a minute at most; here other tests run beside it.
    assert time.monotonic() - began < 150
    assert f"http://127.0.0.1:{first.port}/" in first.said()
    assert first.page() in {200, 302}
    assert "Traceback" not in first.said()

    code, output = told("--data", str(folder), "--port", str(free_port()))
    assert code == 0
    assert f"已经在运行：http://127.0.0.1:{first.port}/" in output
    code, output = told("--data", str(folder), "--fresh")
    assert code == 1
    assert (folder / "civaffairs.sqlite3").exists()

    web = [
        number
        for number in processes_of(folder)
        if b"gunicorn" in Path(f"/proc/{number}/cmdline").read_bytes()
        and f"\nPPid:\t{first.process.pid}\n" in Path(f"/proc/{number}/status").read_text()
    ]
    assert len(web) == 1
    os.kill(web[0], signal.SIGKILL)
    first.wait_for("网页服务意外退出", 20)
    limit = time.monotonic() + 30
    while True:
        with contextlib.suppress(OSError):
            if first.page() in {200, 302}:
                break
        assert time.monotonic() < limit
        time.sleep(0.2)

    first.stop()
    assert first.process.returncode == 0
    assert processes_of(folder) == []

    size = (folder / "civaffairs.sqlite3").stat().st_size
    began = time.monotonic()
    second = Started(folder)
    second.wait_for("按 Ctrl-C 停止", 60)
    assert time.monotonic() - began < 20
    assert (folder / "civaffairs.sqlite3").stat().st_size >= size
    # killed outright, the supervisor cannot say good-bye to its children; the kernel does
    second.process.kill()
    second.process.wait(10)
    limit = time.monotonic() + 30
    while processes_of(folder):
        assert time.monotonic() < limit
        time.sleep(0.2)
