"""The database itself refuses to take a run back once it is approved: it is issued, then closed, and nothing else.

Back in an open state its lines would be free to change again, past the triggers that hold them.

SQLite makes a table anew for most changes of it and loses its triggers then. A later migration that touches
assistance_paymentrun must run DROP before and CREATE after.
"""

from django.db import migrations

GOES_BACK = """OLD.status IN ('approved', 'issued', 'closed') AND NEW.status <> OLD.status
    AND NOT (OLD.status = 'approved' AND NEW.status = 'issued')
    AND NOT (OLD.status = 'issued' AND NEW.status = 'closed')"""

CREATE = {
    "sqlite": [
        f"""CREATE TRIGGER payment_run_goes_on_only BEFORE UPDATE OF status ON assistance_paymentrun
        WHEN {GOES_BACK}
        BEGIN SELECT RAISE(ABORT, 'an approved run does not go back'); END"""
    ],
    "postgresql": [
        """CREATE FUNCTION payment_run_goes_on_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'approved run % does not go back', OLD.id
                USING ERRCODE = 'integrity_constraint_violation';
        END $$""",
        f"""CREATE TRIGGER payment_run_goes_on_only BEFORE UPDATE OF status ON assistance_paymentrun
        FOR EACH ROW WHEN ({GOES_BACK}) EXECUTE FUNCTION payment_run_goes_on_only()""",
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER IF EXISTS payment_run_goes_on_only"],
    "postgresql": ["DROP FUNCTION IF EXISTS payment_run_goes_on_only() CASCADE"],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    replaces = [("assistance", "0011_approved_runs_go_on_only")]
    dependencies = [("assistance", "0002_approved_lines")]
    operations = [migrations.RunPython(create, drop)]
