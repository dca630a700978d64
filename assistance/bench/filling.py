# ruff: noqa: S608 (table names are our own; every value is bound)
"""Rows by the hundred thousand for a benchmark, each made from its number by one statement of the database."""

from datetime import date

from django.db import connection

from civaffairs.registry.keys import cipher
from civaffairs.registry.models import (
    BankAccount,
    Household,
    Level,
    Office,
    Person,
    Posting,
    Role,
    User,
)

COUNTY = "519901000000"
TOWNSHIPS, VILLAGES = 16, 14

# Both databases know this form of a counter; generate_series is PostgreSQL's alone.
NUMBERS = "WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < %s)"
VILLAGE_OF_I = (
    f"'519901' || CAST(100 + 1 + i %% {TOWNSHIPS} AS VARCHAR(3)) "
    f"|| CAST(200 + 1 + (i / {TOWNSHIPS}) %% {VILLAGES} AS VARCHAR(3))"
)


def moment() -> str:
    return "2026-01-01 00:00:00+00:00" if connection.vendor == "postgresql" else "2026-01-01 00:00:00"


def people(cursor, lines: int) -> None:
    """So many persons, each the head of a household and with an account."""
    # One ciphertext for all: the copy costs the same, and a million encryptions are not what is measured.
    account = cipher().encrypt("6229009900000000011", "bank-account")
    number = cipher().encrypt("519901196003080028", Person._meta.get_field("id_number").purpose)
    fill(
        cursor,
        Person,
        lines,
        {
            "id": "i",
            "name": "'测试' || CAST(i AS VARCHAR(10))",
            "name_key": "'ceshi' || CAST(i AS VARCHAR(10))",
            "name_initials": "'cs'",
            "sex": "'female'",
            "birth": ("%s", date(1960, 3, 8)),
            "id_number": ("%s", number),
            "id_index": "'person-of-the-benchmark' || CAST(100000000 + i AS VARCHAR(9))",
            "id_tail4_index": "'0123456789abcdef01234567' || CAST(10000000 + i %% 10000 AS VARCHAR(8))",
            "id_tail6_index": "'0123456789abcdef01234567' || CAST(10000000 + i %% 1000000 AS VARCHAR(8))",
            "ethnicity": "'汉族'",
            "office_id": VILLAGE_OF_I,
            "created_at": ("%s", moment()),
        },
    )
    fill(
        cursor,
        Household,
        lines,
        {
            "id": "i",
            "number": "'H' || CAST(i AS VARCHAR(10))",
            "head_id": "i",
            "office_id": VILLAGE_OF_I,
            "created_at": ("%s", moment()),
        },
    )
    fill(
        cursor,
        BankAccount,
        lines,
        {
            "id": "i",
            "person_id": "i",
            "office_id": VILLAGE_OF_I,
            "holder": "'测试' || CAST(i AS VARCHAR(10))",
            "bank": "'云岭农商银行'",
            "number": ("%s", account),
            "number_index": "'account-of-the-benchmark' || CAST(10000000 + i AS VARCHAR(8))",
            "number_tail": "CAST(1000 + i %% 9000 AS VARCHAR(4))",
            "state": "'active'",
            "entered_at": ("%s", moment()),
        },
    )


def trust(cursor) -> None:
    """Let PostgreSQL skip the foreign keys of the rows that are built, where the user may; they are right by
    construction, and checking millions of them takes longer than the measurement."""
    if connection.vendor == "postgresql":
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")


def fill(cursor, model, lines: int, columns: dict) -> None:
    """INSERT one row for each number. Columns that are not named take what the model would give them."""
    given, params = {}, []
    for column in model._meta.concrete_fields:
        name = column.column
        expression = columns.get(name)
        if expression is None:
            if column.null:
                continue
            default = column.get_db_prep_save(column.get_default(), connection)
            expression = ("%s", "" if default is None else default)
        if isinstance(expression, tuple):
            expression, value = expression
            params.append(value)
        given[name] = expression
    into, select = ", ".join(f'"{name}"' for name in given), ", ".join(given.values())
    cursor.execute(
        f'INSERT INTO "{model._meta.db_table}" ({into}) {NUMBERS} SELECT {select} FROM numbers',
        [lines, *params],
    )


def staff() -> Posting:
    county = Office.objects.create(code=COUNTY, name="测试县", full_name="测试县民政局", level=Level.COUNTY)
    offices = []
    for township in range(1, TOWNSHIPS + 1):
        code = f"519901{100 + township}"
        offices.append(
            Office(
                code=f"{code}000", name=f"第{township}镇", full_name=f"第{township}镇", level=2, parent=county
            )
        )
        offices += [
            Office(
                code=f"{code}{200 + village}",
                name=f"第{village}村",
                full_name=f"第{village}村",
                level=3,
                parent_id=f"{code}000",
            )
            for village in range(1, VILLAGES + 1)
        ]
    Office.objects.bulk_create(offices)
    user = User.objects.create_user("bench", "性能测试")
    return Posting.objects.create(user=user, role=Role.COUNTY_CLERK, office=county, from_day=date(2025, 1, 1))


def settle() -> None:
    """Both readers start from the same place: statistics made, and on PostgreSQL rows marked as committed."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
