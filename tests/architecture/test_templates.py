"""Pages escape what they show, and every form that changes something carries its token."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CODE = [
    p for app in ("civaffairs", "assistance", "eldercare", "reporting") for p in (ROOT / app).rglob("*.py")
]


def places(paths: list[Path], pattern: str) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if found.search(line)
    ]


def test_no_template_shows_text_unescaped() -> None:
    assert len(TEMPLATES) > 50
    assert places(TEMPLATES, r"\|\s*safe(seq)?\b|autoescape\s+off") == []


def test_text_is_declared_safe_only_where_the_frame_puts_its_own_parts_together() -> None:
    allowed = {"civaffairs/shell/templatetags/shell.py", "reporting/renderers/markup.py"}
    used = {place.rsplit(":", 1)[0] for place in places(CODE, r"\bmark_safe\(|\bSafeString\(|\bSafeText\(")}
    assert used <= allowed


def test_every_form_that_posts_carries_its_token() -> None:
    without = []
    for path in TEMPLATES:
        for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.DOTALL):
            if re.search(r'method="post"', form) and "{% csrf_token %}" not in form:
                without.append(f"{path.relative_to(ROOT)}: {form[:80]}")
    assert without == []


def test_a_poll_does_not_keep_a_session_alive() -> None:
    polls = [
        element
        for path in TEMPLATES
        for element in re.findall(r"<[^>]*hx-trigger=\"[^\"]*every[^\"]*\"[^>]*>", path.read_text())
    ]
    assert polls
    assert [poll for poll in polls if "X-Background" not in poll] == []
