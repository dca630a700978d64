"""The key of the encrypted columns is changed under running work, and approved lines keep their seal."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from assistance.models import PaymentLine
from civaffairs.lib.cipher import build_cipher
from civaffairs.registry import keys, rotation
from civaffairs.registry.models import Person
from tests import journeys

NEW = "neu:bmV1ZXItc2NobHVlc3NlbC0zMi1ieXRlcy1sYW5nISE="
OLD = "dev:ZGV2ZWxvcG1lbnQtYW5kLXRlc3RzLW9ubHktMzJieXQ="
INDEX = OLD.split(":")[1]


@pytest.fixture
def new_key(monkeypatch):
    """Both keys are known, the new one is active."""
    box = build_cipher(f"{OLD},{NEW}", "neu", "aes-gcm", INDEX)
    # The functions were imported by name where columns are read and written.
    monkeypatch.setattr("civaffairs.registry.fields.cipher", lambda: box)
    monkeypatch.setattr(rotation, "cipher", lambda: box)
    return box


def tokens(table: str, column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {column} <> ''")
        return [row[0] for row in cursor.fetchall()]


def test_every_value_gets_the_new_key_and_reads_the_same(cast, new_key, monkeypatch):
    monkeypatch.setattr("civaffairs.registry.fields.cipher", keys.cipher)
    application = journeys.submitted(cast)
    before = {p.pk: p.id_number for p in Person.objects.all()}
    account = application.account_number
    monkeypatch.setattr("civaffairs.registry.fields.cipher", lambda: new_key)
    monkeypatch.setattr(rotation, "BATCH", 2)
    out = StringIO()
    call_command("reencrypt", stdout=out, stderr=StringIO())
    assert before == {p.pk: p.id_number for p in Person.objects.all()}
    assert type(application).objects.get(pk=application.pk).account_number == account
    for model, fields in rotation.encrypted_columns():
        for field in fields:
            assert all("$neu$" in token for token in tokens(model._meta.db_table, field.column)), field
    again = StringIO()
    call_command("reencrypt", stdout=again, stderr=StringIO())
    assert "共更换 0 个" in again.getvalue()


def test_an_approved_line_may_change_its_cover_and_nothing_else(cast):
    """The triggers stand aside inside the block and are back after it."""

    def triggers() -> list:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
            else:
                cursor.execute(
                    "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
                )
            return cursor.fetchall()

    table = PaymentLine._meta.db_table
    before = triggers()
    assert before
    with rotation.without_triggers(connection.ops.quote_name(table)):
        assert triggers() != before
    assert triggers() == before


def test_every_column_with_a_number_of_a_person_is_encrypted():
    """The whole list: a new column that holds such a number is added here, or it is stored in the clear."""
    found = {f"{m._meta.label}.{f.name}" for m, fields in rotation.encrypted_columns() for f in fields}
    assert found >= {
        "registry.Person.id_number",
        "registry.Person.phone",
        "registry.Person.disability_number",
        "registry.Household.address",
        "registry.BankAccount.number",
        "assistance.Draft.content",
        "assistance.Application.account_number",
        "assistance.Application.phone",
        "assistance.ApplicationMember.illness",
        "assistance.Supporter.id_number",
        "assistance.DeclarationVersion.content",
        "assistance.PaymentLine.account",
    }
