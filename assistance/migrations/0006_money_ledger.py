"""Rows of the money ledger are only added.

A migration that rebuilds one of the two tables on SQLite must make the triggers again.
"""

from django.db import migrations

TABLES = ("assistance_funddraw", "assistance_fundentry")
POSTGRES = """
CREATE FUNCTION fund_rows_are_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of the money ledger are only added' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def create(apps, schema_editor):
    """One trigger for each table; SQLite wants one for each kind of statement."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES, params=None)
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER fund_rows_are_only_added BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION fund_rows_are_only_added()",
                params=None,
            )
        return
    for table in TABLES:
        for what in ("update", "delete"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{what} BEFORE {what} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'rows of the money ledger are only added'); END",
                params=None,
            )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS fund_rows_are_only_added() CASCADE", params=None)
        return
    for table in TABLES:
        for what in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{what}", params=None)


class Migration(migrations.Migration):
    replaces = [("assistance", "0024_fund_draws")]
    dependencies = [("assistance", "0005_settled_is_fixed")]
    operations = [migrations.RunPython(create, drop)]
