"""Start the demo: web server, Celery worker and beat, watched by one process, stopped by one Ctrl-C.

Called by `./run demo`. Standard library only, so that it can speak before anything is installed (--check).
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import types
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from demo_data import ROOT, Lock, Running, Told, empty, load_secrets, open_data

HOST = "127.0.0.1"
STARTUP_SECONDS = 60
# Gunicorn and Celery are given this long to finish what they are doing before they are killed.
STOP_SECONDS = 15
# A child that dies so often within a minute will not get better by starting it again.
RESTARTS_PER_MINUTE = 5
LOG_LIMIT_BYTES = 10 * 1024 * 1024
PR_SET_PDEATHSIG = 1


USAGE = "用法：./run demo [--port 8000] [--data 目录] [--size small|county] [--fresh]"
SIZES = ("small", "county")


class Parser(argparse.ArgumentParser):
    """argparse whose complaints a clerk can read."""

    def error(self, message: str) -> NoReturn:
        if "expected one argument" in message:
            option = message.removeprefix("argument ").partition(":")[0]
            raise Told(f"{option} 后面要写内容。\n{USAGE}")
        raise Told(f"参数不对。\n{USAGE}")


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = Parser(prog="./run demo", add_help=False, allow_abbrev=False)
    parser.add_argument("--port", default="8000")
    parser.add_argument("--data")
    parser.add_argument("--size", default="small")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--check", action="store_true")
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        raise Told(f"没有这个参数：{' '.join(unknown)}\n{USAGE}")
    if not options.port.isdecimal() or not 1 <= int(options.port) <= 65535:
        raise Told(f"端口 {options.port} 不对：应是 1 到 65535 之间的数字。")
    options.port = int(options.port)
    if options.size not in SIZES:
        raise Told(f"规模 {options.size} 不对：small 是小规模，county 是全县规模。")
    return options


def refuse_used_port(port: int) -> None:
    """Say so before the database is built, not after."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Told(f"端口 {port} 需要管理员权限。请换一个大于 1024 的：./run demo --port 8000") from None
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise Told(f"端口 {port} 已被别的程序占用。请换一个端口：./run demo --port {other}") from None


@dataclass
class Child:
    """One program of the demo, its log, and how often it had to be started again."""

    name: str
    label: str
    command: list[str]
    log: Path
    process: subprocess.Popen | None = None
    restarts: list[float] = field(default_factory=list)

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                # A group of its own: Ctrl-C reaches only this supervisor, which then stops the children in order,
                # and a stubborn child is killed together with the workers it forked.
                process_group=0,
                preexec_fn=die_with_parent,
            )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_group(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def last_lines(self, count: int = 15) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return ""


def die_with_parent() -> None:
    """Linux: the child is told to stop when the supervisor is gone, even when that was killed outright."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def children(port: int, data: Path) -> list[Child]:
    """The programs of the demo: gunicorn with threads, and one Celery worker that also carries beat."""
    logs = data / "logs"
    python = sys.executable
    shared_memory = ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []  # noqa: S108
    web = [python, "-m", "gunicorn", "civaffairs.wsgi:application"]
    web += ["--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    web += ["--timeout", "120", "--graceful-timeout", "5", "--no-control-socket", *shared_memory]
    web += ["--access-logfile", str(logs / "access.log")]
    worker = [python, "-m", "celery", "-A", "civaffairs", "worker", "-B", "-l", "INFO"]
    worker += ["--concurrency", "2", "--without-gossip", "--without-mingle", "-n", "demo@%h"]
    worker += ["-s", str(data / "beat-schedule")]
    return [
        Child("web", "网页服务", web, logs / "web.log"),
        Child("worker", "后台任务", worker, logs / "worker.log"),
    ]


def answers(address: str) -> bool:
    """True when the web server gives any page that is not a server fault."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as reply:
            return reply.status < 500
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


class Demo:
    """The supervisor: starts the children, waits for the page, restarts what dies, stops everything."""

    def __init__(self, options: argparse.Namespace, data: Path) -> None:
        self.port = options.port
        self.size = options.size
        self.data = data
        self.address = f"http://{HOST}:{options.port}/"
        self.children: list[Child] = []
        self.stopping = False

    def stop_soon(self, _number: int, _frame: types.FrameType | None) -> None:
        self.stopping = True

    def prepare(self) -> None:
        """Migrate, collect assets and build the county, in a process of its own that a signal can end."""
        log = self.data / "logs" / "prepare.log"
        log.parent.mkdir(mode=0o700, exist_ok=True)
        with log.open("wb") as errors:
            step = subprocess.Popen(
                [sys.executable, str(ROOT / "bin" / "prepare.py"), "--size", self.size],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stderr=errors,
                process_group=0,
                preexec_fn=die_with_parent,
            )
        while step.poll() is None:
            if self.stopping:
                step.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    step.wait(STOP_SECONDS)
                step.kill()
                step.wait()
                raise Told("已停止。演示县没有建完，下次启动会接着建或提示重来。")
            time.sleep(0.05)
        if step.returncode:
            raise Told(f"演示数据没有建成，原因见上面的提示和 {log}。可以用 ./run demo --fresh 重新建。")

    def start(self) -> None:
        """Start everything and return when the page answers; raises Told with the log when it does not."""
        self.children = children(self.port, self.data)
        for child in self.children:
            child.start()
        limit = time.monotonic() + STARTUP_SECONDS
        web = self.children[0]
        while not answers(self.address):
            if self.stopping:
                return
            if not web.alive or time.monotonic() > limit:
                raise Told(f"网页服务没有启动起来。{web.log} 的最后几行：\n{web.last_lines()}")
            time.sleep(0.1)

    def greet(self) -> None:
        """Print the address and the accounts."""
        print(f"\n演示系统已启动：{self.address}", flush=True)
        # written by prepare.py: asking Django once more would take two seconds
        print((self.data / "logs" / "accounts.txt").read_text().rstrip(), flush=True)
        print(f"\n日志在 {self.data / 'logs'}。按 Ctrl-C 停止全部服务。", flush=True)

    def watch(self) -> None:
        """Until told to stop: start again what has died, and say so."""
        while not self.stopping:
            for child in self.children:
                if child.alive or self.stopping:
                    continue
                code = child.process.returncode if child.process else "?"
                # Workers of a dead master must not go on beside those of the new one.
                child.signal_group(signal.SIGKILL)
                now = time.monotonic()
                child.restarts = [moment for moment in child.restarts if now - moment < 60] + [now]
                if len(child.restarts) > RESTARTS_PER_MINUTE:
                    raise Told(
                        f"{child.label}反复退出（退出码 {code}），已全部停止。"
                        f"{child.log} 的最后几行：\n{child.last_lines()}"
                    )
                child.start()
                print(f"{child.label}意外退出（退出码 {code}），已重新启动。", flush=True)
            time.sleep(0.3)

    def stop(self) -> None:
        """Ask every child to finish, then make sure that nothing of it is left."""
        for child in self.children:
            if child.alive and child.process:
                child.process.terminate()
        limit = time.monotonic() + STOP_SECONDS
        while any(child.alive for child in self.children) and time.monotonic() < limit:
            time.sleep(0.05)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            if child.process:
                child.process.wait()


def main(arguments: list[str]) -> int:
    options = read_arguments(arguments)
    if options.check:
        return 0
    data = open_data(options.data)
    demo = Demo(options, data)
    try:
        lock = Lock(data)
        lock.take(demo.address)
    except Running as running:
        print(running, flush=True)
        # Asking for what is already there is no mistake; asking to delete it while it runs is one.
        return 1 if options.fresh else 0
    refuse_used_port(options.port)
    os.environ.update({"DEMO": "1", "DEBUG": "0", "ALLOWED_HOSTS": "127.0.0.1,localhost"})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civaffairs.settings")
    os.umask(0o077)  # the database and the logs are for the user who started the demo
    if options.fresh:
        empty(data)
    load_secrets(data)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, demo.stop_soon)
    try:
        demo.prepare()
        demo.start()
        if not demo.stopping:
            demo.greet()
        demo.watch()
    finally:
        if demo.children:
            print(f"\n正在停止（正在办的后台任务先办完，最多 {STOP_SECONDS} 秒）……", flush=True)
            demo.stop()
            print("已全部停止，数据保留在 " + str(data) + "。", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Told as told:
        print(told, file=sys.stderr, flush=True)
        sys.exit(1)
