"""A row that is there twice is told from every other refusal of the database, on both of them."""

import pytest
from django.db import IntegrityError, connection, transaction

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
