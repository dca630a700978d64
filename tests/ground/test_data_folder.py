"""The folder with people's data is made for its owner alone."""

import os
import stat
import subprocess
import sys

from django.conf import settings


def load_settings(folder) -> None:
    subprocess.run(
        [sys.executable, "-c", "import civaffairs.settings"],
        env=os.environ | {"CIVAFFAIRS_DATA": str(folder), "CIVAFFAIRS_TESTING": "1"},
        cwd=settings.BASE_DIR,
        check=True,
        timeout=60,
        umask=0o022,
    )


def rights(folder) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def test_a_new_data_folder_opens_to_nobody_else(tmp_path):
    load_settings(tmp_path / "data")
    assert rights(tmp_path / "data") == 0o700


def test_a_folder_that_is_there_keeps_the_rights_its_administrator_gave_it(tmp_path):
    (tmp_path / "data").mkdir(mode=0o750)
    (tmp_path / "data").chmod(0o750)
    load_settings(tmp_path / "data")
    assert rights(tmp_path / "data") == 0o750
