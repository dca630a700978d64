"""PostgreSQL: a table of payment lines is not emptied at one stroke either; TRUNCATE passes the row triggers by.

SQLite has no TRUNCATE: its DELETE without a condition meets the row triggers.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION payment_lines_are_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'payment lines are kept' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER payment_lines_are_not_emptied BEFORE TRUNCATE ON assistance_paymentline
    FOR EACH STATEMENT EXECUTE FUNCTION payment_lines_are_not_emptied();
"""
DROP = "DROP FUNCTION IF EXISTS payment_lines_are_not_emptied() CASCADE"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP, params=None)


class Migration(migrations.Migration):
    replaces = [("assistance", "0012_lines_are_not_emptied")]
    dependencies = [("assistance", "0003_approved_runs")]
    operations = [migrations.RunPython(create, drop)]
