"""Things a reader trips over and no linter measures the way we mean it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN = ["*.py", "*.html", "*.css", "*.js", "run", ".ci/run", "*.toml"]
FORBIDDEN_STEMS = {"utils", "helpers", "common", "signals", "misc"}


def own_files(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=True,
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and "vendor/" not in name and (ROOT / name).is_file()]


def test_no_line_of_code_is_longer_than_a_screen() -> None:
    """The formatter holds code at 110 columns; it wraps no sentence, so prose has some way to go."""
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in own_files("*.py", "run", ".ci/run")
        if "/migrations/" not in str(path)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 140
    ]
    assert not long


def test_no_module_is_a_drawer_for_anything() -> None:
    assert not [path for path in own_files("*.py") if path.stem in FORBIDDEN_STEMS]


def test_no_module_has_grown_past_what_one_reader_holds() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in own_files("*.py")
        if "/migrations/" not in str(path) and (count := len(path.read_text().splitlines())) > 520
    }
    assert not long


@pytest.mark.parametrize("word", ["敬请期待", "开发中", "即将上线", "coming soon", "lorem ipsum"])
def test_no_page_promises_something_that_is_not_there(word: str) -> None:
    here = Path(__file__)
    assert not [path for path in own_files(*OWN) if path != here and word in path.read_text().lower()]


def test_no_template_carries_style_script_or_another_host() -> None:
    faults = []
    for path in own_files("templates/*.html"):
        text = path.read_text()
        faults += [f"{path.relative_to(ROOT)}: style" for _ in re.finditer(r"\sstyle=", text)]
        faults += [f"{path.relative_to(ROOT)}: on…=" for _ in re.finditer(r"<[^>%]*\son[a-z]+=", text)]
        faults += [
            f"{path.relative_to(ROOT)}: inline script"
            for attributes in re.findall(r"<script([^>]*)>", text)
            if "src=" not in attributes and "application/json" not in attributes
        ]
        faults += [
            f"{path.relative_to(ROOT)}: other host"
            for _ in re.finditer(r"(?:src|href)=[\"'](?:https?:)?//", text)
        ]
    assert not faults


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    here = Path(__file__)
    mark = re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail|importorskip)")
    assert not [path for path in own_files("tests/*.py") if path != here and mark.search(path.read_text())]
