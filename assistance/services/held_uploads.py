"""A file from the bank that waits for a worker: encrypted, under its digest, gone when the worker is done with it.

Bank files hold accounts by the thousand and never lie on the disk in the clear (docs/decisions/0002). What a worker
never came for is thrown away with the next file that is held.
"""

import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from civaffairs.lib.errors import NotAllowed
from civaffairs.registry import clock
from civaffairs.registry.keys import cipher

FOLDER = "bank-returns"
PURPOSE = "bank-return-file"
PIECE = 1 << 20
NO_ROOM = "服务器的磁盘写不进去（可能已满），文件没有收下，一行也没有导入。请系统管理员清理磁盘后再导入。"


def hold(sha256: str, upload: IO[bytes]) -> None:
    """Keep a file until it is dropped. Held twice it is held once.

    Raises NotAllowed when the disk does not take it; then nothing of it is kept.
    """
    _drop_forgotten()
    # What lies there may be half a file, of a process that was killed while it wrote.
    drop(sha256)
    try:
        _write(sha256, upload)
    except OSError as problem:
        drop(sha256)
        raise NotAllowed(NO_ROOM) from problem


def _write(sha256: str, upload: IO[bytes]) -> None:
    with tempfile.TemporaryFile() as sealed:
        upload.seek(0)
        while piece := upload.read(PIECE):
            sealed.write(cipher().encrypt(base64.b64encode(piece).decode(), PURPOSE).encode() + b"\n")
        upload.seek(0)
        sealed.seek(0)
        default_storage.save(_path(sha256), _Readable(sealed))


class _Readable(ContentFile):
    """An open file as the storage takes it, without its content in the memory."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__(b"")
        self.file = source


@contextmanager
def opened(sha256: str) -> Iterator[IO[bytes]]:
    """The file in the clear, in the memory and, where it is large, in a nameless file that only this process sees."""
    if not default_storage.exists(_path(sha256)):
        raise NotAllowed("上传的回盘文件已经不在了，请重新导入。")
    with tempfile.SpooledTemporaryFile(max_size=64 * PIECE) as plain:
        with default_storage.open(_path(sha256)) as sealed:
            for token in sealed:
                plain.write(base64.b64decode(cipher().decrypt(token.decode().strip(), PURPOSE)))
        plain.seek(0)
        yield plain


def drop(sha256: str) -> None:
    default_storage.delete(_path(sha256))


def _drop_forgotten() -> None:
    if not default_storage.exists(FOLDER):
        return
    before = clock.now() - timedelta(days=settings.JOB_RESULT_DAYS)
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < before:
            default_storage.delete(path)


def _path(sha256: str) -> str:
    return f"{FOLDER}/{sha256}.sealed"
