"""Whatever is recorded can be read: every action of the audit trail has its words."""

import ast
import re
from importlib import import_module
from pathlib import Path

from civaffairs.registry import audit
from civaffairs.registry.models import AuditEvent
from tests.architecture.world import build

import_module("civaffairs.urls")  # a room of pages may name its own actions
import_module("assistance.tasks")

ROOT = Path(__file__).resolve().parents[2]
APPS = ("civaffairs", "assistance", "eldercare", "reporting")


def recorded() -> dict[str, str]:
    """Action (its changing parts as *) → where it is recorded, for every call whose first argument is spelt out."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and _name(node.func) in {"record", "Entry", "_record", "finish"}
                    and node.args
                ):
                    for action in _texts(node.args[0]):
                        found[action] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return {
        action: place for action, place in found.items() if re.fullmatch(r"[a-z_*]+(\.[a-z_*]+)?", action)
    }


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return ["".join(p.value if isinstance(p, ast.Constant) else "*" for p in node.values)]
    return []


def has_words(action: str) -> bool:
    pattern = re.compile(re.escape(action).replace(r"\*", "[a-z_]+"))
    return any(pattern.fullmatch(name) for name in audit.action_names())


def test_every_action_that_is_recorded_has_words() -> None:
    found = recorded()
    assert len(found) > 30
    assert {action: place for action, place in found.items() if not has_words(action)} == {}


def test_no_words_are_kept_for_an_action_that_nobody_records() -> None:
    patterns = [re.compile(re.escape(action).replace(r"\*", "[a-z_]+")) for action in recorded()]
    idle = [n for n in audit.action_names() if not any(p.fullmatch(n) for p in patterns)]
    assert idle == []


def test_a_county_at_work_records_nothing_without_words(cast) -> None:
    build(cast)
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert len(actions) > 15
    assert {action for action in actions if action not in audit.action_names()} == set()
