"""The manual speaks of the screens that there are, and shows each of its pictures."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "manual"
PAGES = sorted(MANUAL.glob("*.md"))
MOST_BYTES = 120 * 1024


def screens() -> str:
    """All words that a user can read: templates, scripts, labels and refusals."""
    found = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/*.js")]
    for app in ("civaffairs", "assistance", "reporting"):
        found += ROOT.glob(f"{app}/**/*.py")
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


def test_every_word_that_the_manual_quotes_stands_on_a_screen() -> None:
    shown = screens()
    quoted = {
        (page.name, words) for page in PAGES for words in re.findall("“([^”]+)”", page.read_text("utf-8"))
    }
    assert len(quoted) > 100
    assert {each for each in quoted if each[1] not in shown} == set()


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8"))
    assert targets
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_picture_is_used_and_light() -> None:
    text = "".join(page.read_text("utf-8") for page in PAGES)
    pictures = list((MANUAL / "img").glob("*.png"))
    assert pictures
    assert [each.name for each in pictures if f"(img/{each.name})" not in text] == []
    assert [each.name for each in pictures if each.stat().st_size > MOST_BYTES] == []
