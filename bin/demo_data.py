"""The folder a demo lives in: its keys, its lock, and how it is emptied. Standard library only.

secrets.env            keys made once for this folder, readable by its owner only
civaffairs.sqlite3     the database
files/ broker/ static/ attachments, the file broker's messages, collected assets
logs/                  web.log worker.log access.log
demo.lock              held while a demo runs; says where
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import shutil
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
SECRETS = "secrets.env"
# Exactly what a demo writes. `--fresh` deletes these names and nothing else: --data may name any folder.
# A pattern takes the companions along: -wal and -shm of the database, .dat and .dir of beat's notes.
FILES = ["civaffairs.sqlite3", "civaffairs.sqlite3-*", "beat-schedule", "beat-schedule.*", "static.stamp"]
FOLDERS = ["files", "broker", "static", "logs"]


class Told(Exception):
    """Ends the command with one plain sentence for the user."""


def open_data(folder: str | None) -> Path:
    """The data folder, made if it is not there, with its path exported as CIVAFFAIRS_DATA."""
    data = Path(folder or os.environ.get("CIVAFFAIRS_DATA") or ROOT / "var").expanduser().resolve()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data / ".write-test"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Told(f"数据目录 {data} 不能写入：{error.strerror}。请换一个目录：--data 目录") from None
    os.environ["CIVAFFAIRS_DATA"] = str(data)
    return data


def load_secrets(data: Path) -> None:
    """Put the folder's keys into the environment, making them on the first start.

    A key that is already in the environment wins. Losing the file means losing every encrypted column, so it is
    never rewritten.
    """
    path = data / SECRETS

    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    if not path.exists():
        values = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "FIELD_KEYS": f"k1:{key()}",
            "INDEX_KEY": key(),
            "AUDIT_KEY": key(),
            "SEAL_KEY": key(),
        }
        text = "".join(f"{name}={value}\n" for name, value in values.items())
        # Written beside and renamed: a start that is cut off must not leave half a key behind.
        half = path.with_suffix(".half")
        half.unlink(missing_ok=True)
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        if value:
            os.environ.setdefault(name, value)


class Lock:
    """One demo per data folder. The kernel frees the lock when the process ends, however it ends."""

    def __init__(self, data: Path) -> None:
        self.path = data / "demo.lock"
        self.file: IO[str] | None = None

    def take(self, address: str) -> None:
        """Hold the folder for this process; raises Told naming the address when another demo holds it."""
        file = self.path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise Running(file.read()) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "address": address}))
        file.flush()
        self.file = file


class Running(Told):
    """Another demo holds this data folder."""

    def __init__(self, note: str) -> None:
        try:
            self.address = json.loads(note)["address"]
        except (ValueError, KeyError):
            self.address = ""
        where = f"：{self.address}" if self.address else ""
        super().__init__(f"这份数据的演示系统已经在运行{where}（停止：在它的窗口按 Ctrl-C）。")


def empty(data: Path) -> None:
    """Delete the database and files of the demo. The keys stay: they belong to the folder, not to the county."""
    if os.environ.get("DATABASE_URL"):
        raise Told("设置了 DATABASE_URL，--fresh 不会去清空那台数据库。请先取消 DATABASE_URL，或自行清空。")
    for pattern in FILES:
        for path in data.glob(pattern):
            path.unlink()
    for name in FOLDERS:
        if (data / name).is_dir():
            shutil.rmtree(data / name)
