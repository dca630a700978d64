"""PostgreSQL: issued reports are not thrown away at one stroke either; TRUNCATE passes the row triggers by.

SQLite has no TRUNCATE: its DELETE without a condition meets the row triggers.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION issued_reports_are_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'issued reports are kept' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER issued_reports_are_not_emptied BEFORE TRUNCATE ON reporting_issuedreport
    FOR EACH STATEMENT EXECUTE FUNCTION issued_reports_are_not_emptied();
"""
DROP = "DROP FUNCTION IF EXISTS issued_reports_are_not_emptied() CASCADE"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP, params=None)


class Migration(migrations.Migration):
    replaces = [("reporting", "0003_issued_reports_are_not_emptied")]
    dependencies = [("reporting", "0002_issued_are_fixed")]
    operations = [migrations.RunPython(create, drop)]
