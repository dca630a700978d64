"""Vendored files are what their lists say: a page or a PDF must need no other host and hide no hand edit."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
FONTS = ROOT / "reporting" / "fonts"


def listed(path: Path) -> list[dict[str, str]]:
    head, *rows = [line.split("\t") for line in path.read_text().splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("folder", "index"), [(VENDOR, "VENDOR.txt"), (FONTS, "FONTS.txt")])
def test_every_vendored_file_has_the_hash_and_licence_it_is_listed_with(folder: Path, index: str) -> None:
    rows = listed(folder / index)
    assert rows
    for row in rows:
        assert row["licence"]
        assert hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest() == row["sha256"], row["file"]


def test_nothing_is_vendored_that_is_not_listed() -> None:
    names = {row["file"] for row in listed(VENDOR / "VENDOR.txt")} | {"VENDOR.txt"}
    assert {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()} == names
    fonts = {row["file"] for row in listed(FONTS / "FONTS.txt")}
    assert {path.name for path in FONTS.iterdir() if path.suffix in {".otf", ".ttf"}} == fonts


@pytest.mark.parametrize("path", sorted((ROOT / "static").rglob("*.css")), ids=lambda path: path.name)
def test_no_style_sheet_loads_from_another_host(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"url\(\s*[\"']?(?:https?:)?//", text)
    assert "@import" not in text


@pytest.mark.parametrize("path", sorted(VENDOR.rglob("*.min.*")), ids=lambda path: path.name)
def test_no_vendored_file_names_a_source_map(path: Path) -> None:
    assert "sourceMappingURL" not in path.read_text()


def test_htmx_stays_at_the_second_major_version() -> None:
    versions = {row["name"]: row["version"] for row in listed(VENDOR / "VENDOR.txt")}
    assert versions["htmx.org"].startswith("2.")
    assert f'version:"{versions["htmx.org"]}"' in (VENDOR / "htmx" / "htmx.min.js").read_text()


def test_every_icon_a_template_asks_for_is_in_the_sprite() -> None:
    sprite = set(
        re.findall(r'<symbol id="([a-z0-9-]+)"', (VENDOR / "tabler-icons" / "sprite.svg").read_text())
    )
    asked = set()
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        asked |= set(re.findall(r'{%\s*icon "([a-z0-9-]+)"', text))
        asked |= set(re.findall(r"sprite\.svg[^\"']*#([a-z0-9-]+)", text))
    for path in ROOT.glob("civaffairs/shell/*.py"):
        asked |= set(re.findall(r'icon="([a-z0-9-]+)"', path.read_text()))
    assert asked
    assert asked <= sprite


def test_the_locks_name_no_host_and_hash_every_package() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        packages = re.findall(r"(?m)^[A-Za-z0-9][^ \n]*==\S+", text)
        assert len(packages) > 30
        blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
        assert all("--hash=sha256:" in block for block in blocks if "==" in block)


def test_the_test_environment_holds_the_very_versions_of_the_product() -> None:
    def versions(name: str) -> set[str]:
        return set(re.findall(r"(?m)^[A-Za-z0-9][^ \n]*==[^ \n]+", (ROOT / name).read_text()))

    assert versions("requirements.txt") <= versions("requirements-dev.txt")
