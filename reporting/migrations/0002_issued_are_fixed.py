"""The database itself refuses to change or remove a report once it is issued.

SQLite makes a table anew for most changes of it and loses its triggers then. A later migration that touches
reporting_issuedreport must run DROP before and CREATE after.
"""

from django.db import migrations

CREATE = {
    "sqlite": [
        f"""CREATE TRIGGER issued_report_{name} BEFORE {event} ON reporting_issuedreport
        BEGIN SELECT RAISE(ABORT, 'an issued report is fixed'); END"""
        for name, event in (("keeps_its_text", "UPDATE"), ("is_kept", "DELETE"))
    ],
    "postgresql": [
        """CREATE FUNCTION issued_report_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'issued report % is fixed', OLD.id USING ERRCODE = 'integrity_constraint_violation';
        END $$""",
        """CREATE TRIGGER issued_report_is_fixed BEFORE UPDATE OR DELETE ON reporting_issuedreport
        FOR EACH ROW EXECUTE FUNCTION issued_report_is_fixed()""",
    ],
}
DROP = {
    "sqlite": [f"DROP TRIGGER IF EXISTS issued_report_{name}" for name in ("keeps_its_text", "is_kept")],
    "postgresql": ["DROP FUNCTION IF EXISTS issued_report_is_fixed() CASCADE"],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    replaces = [("reporting", "0002_issued_reports_are_fixed")]
    dependencies = [("reporting", "0001_tables")]
    operations = [migrations.RunPython(create, drop)]
