"""A database of its own for a benchmark: a fresh file on SQLite, a fresh schema on PostgreSQL, gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection


@contextmanager
def scratch_database() -> Iterator[None]:
    """Point the connection at an empty, migrated place; whatever the database held before is not touched."""
    settings = connection.settings_dict
    before = dict(settings), dict(settings["OPTIONS"])
    folder, schema = "", f"bench_{os.getpid()}"
    try:
        if connection.vendor == "sqlite":
            folder = tempfile.mkdtemp(prefix="civaffairs-bench-")
            connection.close()
            settings["NAME"] = f"{folder}/bench.sqlite3"
        else:
            with connection.cursor() as cursor:
                cursor.execute(f'CREATE SCHEMA "{schema}"')
            connection.close()
            # Every connection that is opened from now on, those of other threads too, lands in the schema.
            settings["OPTIONS"]["options"] = f"-c search_path={schema}"
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        settings.update(before[0])
        settings["OPTIONS"] = before[1]
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        elif connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
            connection.close()
