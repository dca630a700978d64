"""A row that is there twice is told from every other refusal of the database, on both of them."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from civaffairs.jobs import services as jobs
from civaffairs.jobs.models import Job
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.models import Office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def table():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE seats (id integer PRIMARY KEY, number text UNIQUE, row_of text NOT NULL, width integer CHECK (width > 0))"
        )
        cursor.execute("INSERT INTO seats VALUES (1, 'a', 'front', 5)")
    yield


def refusal(sql: str) -> IntegrityError:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return caught.value


@pytest.mark.parametrize("values", ["(2, 'a', 'front', 5)", "(1, 'b', 'front', 5)"])
def test_a_second_row_of_the_same_number_or_key_is_a_duplicate(values):
    assert is_duplicate(refusal(f"INSERT INTO seats VALUES {values}"))


@pytest.mark.parametrize("values", ["(2, 'b', NULL, 5)", "(2, 'b', 'front', 0)"])
def test_a_missing_value_or_a_broken_condition_is_none(values):
    assert not is_duplicate(refusal(f"INSERT INTO seats VALUES {values}"))


def test_a_key_that_leads_nowhere_is_none():
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Office.objects.create(code="519999", name="无处", level=4, parent_id="519998")
        connection.check_constraints()
    assert not is_duplicate(caught.value)


def test_an_error_without_a_word_of_the_driver_is_none():
    assert not is_duplicate(IntegrityError("数据不完整"))


# --- whoever catches a refusal asks ------------------------------------------------------------------------------


def unasked(tree: ast.AST) -> list[int]:
    """Lines at which a refusal of the database is caught and taken for a duplicate without a look."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler) or node.type is None:
            continue
        caught = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)}
        asks = any(isinstance(name, ast.Name) and name.id == "is_duplicate" for name in ast.walk(node))
        if "IntegrityError" in caught and not asks:
            found.append(node.lineno)
    return found


def test_no_service_takes_every_refusal_for_a_second_row():
    root = Path(settings.BASE_DIR)
    wrong = [
        f"{path.relative_to(root)}:{line}"
        for room in ("assistance", "civaffairs", "eldercare", "reporting")
        for path in sorted((root / room).rglob("*.py"))
        for line in unasked(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not wrong, wrong


def test_the_look_finds_what_it_is_for():
    assert unasked(ast.parse("try:\n    save()\nexcept IntegrityError:\n    raise Conflict('x')")) == [3]
    assert not unasked(ast.parse("try:\n    pass\nexcept IntegrityError as e:\n    is_duplicate(e)"))


def test_a_fault_of_ours_in_a_job_is_seen_and_not_told_as_another_job(monkeypatch):
    def broken(**columns):
        raise IntegrityError("NOT NULL constraint failed: jobs_job.kind")

    monkeypatch.setattr(Job.objects, "create", broken)
    with pytest.raises(IntegrityError):
        jobs.make_job(kind="x", title="x", key="x", by=None, params={})
