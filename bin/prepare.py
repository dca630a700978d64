"""Bring the demo's database and assets up to date: one process for all steps, because each start costs a second.

    python bin/prepare.py --size small|county

Prints what it does in plain Chinese; anything unforeseen goes to the error stream, which serve.py keeps in
a log. Harmless to repeat: what is there already is left alone.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civaffairs.settings")

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402


def assets_state() -> str:
    """A digest that changes when any asset file, or the way of serving them, changes."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            facts = path.stat()
            digest.update(f"{path.relative_to(ROOT)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_assets() -> None:
    """Collect and compress the assets, unless they are as they were at the last start."""
    stamp = Path(settings.DATA_DIR) / "static.stamp"
    state = assets_state()
    if stamp.exists() and stamp.read_text() == state and Path(settings.STATIC_ROOT).is_dir():
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(state)


def migrate() -> None:
    """Apply what is missing. Asking first saves the second start the work Django does after every migrate."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("正在准备数据库……", flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", choices=["small", "county"], default="small")
    size = parser.parse_args().size
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    django.setup()
    migrate()
    collect_assets()
    call_command("demo_county", size=size)
    with (Path(settings.DATA_DIR) / "logs" / "accounts.txt").open("w") as accounts:
        call_command("demo_accounts", stdout=accounts)


if __name__ == "__main__":
    try:
        main()
    except CommandError as error:
        print(error, flush=True)
        sys.exit(1)
