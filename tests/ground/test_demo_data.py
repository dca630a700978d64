"""The folder a demo lives in: keys made once, one demo at a time, and --fresh that touches only its own files."""

import os
import stat
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Appended: bin/ holds scripts whose names (test, manage) must not hide other modules.
sys.path.append(str(ROOT / "bin"))

import demo_data  # noqa: E402

KEYS = ["SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "AUDIT_KEY", "SEAL_KEY"]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*KEYS, "DATABASE_URL", "CIVAFFAIRS_DATA"]:
        monkeypatch.setenv(name, "")  # so that monkeypatch puts the old value back afterwards
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("bare")
def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    demo_data.load_secrets(tmp_path)
    first = (tmp_path / "secrets.env").read_text()
    made = {name: os.environ[name] for name in KEYS}
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600
    assert len(set(made.values())) == len(KEYS)
    for name in KEYS:
        del os.environ[name]
    demo_data.load_secrets(tmp_path)
    assert (tmp_path / "secrets.env").read_text() == first
    assert {name: os.environ[name] for name in KEYS} == made


@pytest.mark.usefixtures("bare")
def test_a_key_from_the_environment_wins_over_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INDEX_KEY", "from-outside")
    demo_data.load_secrets(tmp_path)
    assert os.environ["INDEX_KEY"] == "from-outside"


@pytest.mark.usefixtures("bare")
def test_starting_over_deletes_the_county_and_nothing_else(tmp_path: Path) -> None:
    gone = [
        "civaffairs.sqlite3",
        "civaffairs.sqlite3-wal",
        "files/a/b.jpg",
        "broker/messages/x",
        "beat-schedule.dat",
        "logs/web.log",
    ]
    kept = ["secrets.env", "holiday.jpg", "documents/letter.txt", "other.sqlite3"]
    for name in gone + kept:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    demo_data.empty(tmp_path)
    assert not [name for name in gone if (tmp_path / name).exists()]
    assert not [name for name in kept if not (tmp_path / name).exists()]


@pytest.mark.usefixtures("bare")
def test_starting_over_never_empties_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "civaffairs.sqlite3").write_text("x")
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/real")
    with pytest.raises(demo_data.Told, match="DATABASE_URL"):
        demo_data.empty(tmp_path)
    assert (tmp_path / "civaffairs.sqlite3").exists()


def test_a_second_demo_on_the_same_folder_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    first = demo_data.Lock(tmp_path)
    first.take("http://127.0.0.1:8000/")
    with pytest.raises(demo_data.Running) as refused:
        demo_data.Lock(tmp_path).take("http://127.0.0.1:9000/")
    assert refused.value.address == "http://127.0.0.1:8000/"
    assert "已经在运行" in str(refused.value)
    first.file.close()
    demo_data.Lock(tmp_path).take("http://127.0.0.1:9000/")


@pytest.mark.usefixtures("bare")
def test_a_folder_that_cannot_be_written_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(demo_data.Told, match="不能写入"):
        demo_data.open_data(str(tmp_path / "file" / "below"))
