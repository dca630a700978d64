"""The manual speaks of the screens that there are, and shows each of its pictures."""

import re
from pathlib import Path

import pytest

from assistance.policy.rules import rule_of
from assistance.schemes import SCHEMES, STARTS

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "manual"
PAGES = sorted(MANUAL.rglob("*.md"))
PROGRAMMES = sorted((MANUAL / "项目").glob("*.md"))
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
    text = "".join(page.read_text("utf-8").replace("../img/", "img/") for page in PAGES)
    pictures = list((MANUAL / "img").glob("*.png"))
    assert pictures
    assert [each.name for each in pictures if f"(img/{each.name})" not in text] == []
    assert [each.name for each in pictures if each.stat().st_size > MOST_BYTES] == []


def page_of(code: str) -> str:
    """The page that speaks of a programme: the one that names it before its first heading."""
    name = SCHEMES[code].name
    found = [page for page in PROGRAMMES if name in page.read_text("utf-8").split("## ")[0]]
    assert len(found) == 1, (code, found)
    return found[0].read_text("utf-8")


@pytest.mark.parametrize("code", SCHEMES)
def test_every_programme_has_its_page(code: str) -> None:
    """What the page says of steps, first month and end is what the programme does."""
    spec, text = SCHEMES[code], page_of(code)
    for heading in ("谁能享受", "要填什么", "谁办", "常见错误"):
        assert f"## {heading}" in text
    assert all(source in text for source in spec.sources)
    assert all(alias in text for alias in spec.aliases)
    if spec.cadence == "batch":
        return
    way = text.split("## 谁办、几天")[1].split("##")[0]
    names = {"check": "信息核对", "visit": "入户调查", "deliberate": "民主评议", "review": "初审（"}
    names |= {"notice": "公示", "peer": "会审（"}
    for step, name in names.items():
        assert (name in way) == spec.has(step), step
    for _, days in (limit for limit in spec.limits if not limit[0].endswith("delegated")):
        assert f" {days} 个工作日" in way
    months = text.split("## 从哪月起，到哪月止")[1].split("##")[0]
    if spec.cadence == "monthly" and rule_of(spec.rule).pays:
        assert f"从{STARTS[spec.starts]}起发" in months
        assert ("去世当月发完为止" in months) == (spec.months_after_death == 0)
        assert (f"去世后再发 {spec.months_after_death} 个月" in months) == (spec.months_after_death > 0)
        assert f"每 {spec.review_months} 个月复核一次" in months


def test_every_page_of_a_programme_is_in_the_index() -> None:
    index = (MANUAL / "README.md").read_text("utf-8")
    assert [page.name for page in PROGRAMMES if f"](项目/{page.name})" not in index] == []
