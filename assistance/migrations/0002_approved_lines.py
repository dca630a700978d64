# ruff: noqa: S608 (only our own words are put into the statements)
"""The database itself refuses to change, remove or add a line once its run is approved.

The services never try; this holds against a slip in a later service and against a hand at the database console.
The state of a line (sent, paid, returned) stays free: it is what the bank answers.

SQLite makes a table anew for most changes of it and loses its triggers then. A later migration that touches
assistance_paymentline or assistance_paymentrun must run DROP before and CREATE after.
"""

from django.db import migrations

FIXED = "('approved', 'issued', 'closed')"
MONEY = (
    "run_id, entitlement_id, scheme_id, office_id, month, payee_id, payee_name, persons, base_fen, classified_fen, care_fen, arrears_fen, "
    "is_arrears, amount_fen, holder, bank, account, account_index, account_tail, original_id"
)

CREATE = {
    "sqlite": [
        *(
            f"""CREATE TRIGGER payment_line_{name} BEFORE {event} ON assistance_paymentline
            WHEN (SELECT status FROM assistance_paymentrun WHERE id = {row}.run_id) IN {FIXED}
            BEGIN SELECT RAISE(ABORT, 'payment line belongs to an approved run'); END"""
            for name, event, row in (
                ("keeps_its_money", f"UPDATE OF {MONEY}", "OLD"),
                ("is_kept", "DELETE", "OLD"),
                ("comes_before_approval", "INSERT", "NEW"),
            )
        )
    ],
    "postgresql": [
        f"""CREATE FUNCTION payment_line_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (SELECT status FROM assistance_paymentrun WHERE id = OLD.run_id) IN {FIXED} THEN
                RAISE EXCEPTION 'payment line % belongs to an approved run', OLD.id
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN COALESCE(NEW, OLD);
        END $$""",
        f"""CREATE TRIGGER payment_line_keeps_its_money BEFORE UPDATE OF {MONEY} ON assistance_paymentline
        FOR EACH ROW EXECUTE FUNCTION payment_line_is_fixed()""",
        """CREATE TRIGGER payment_line_is_kept BEFORE DELETE ON assistance_paymentline
        FOR EACH ROW EXECUTE FUNCTION payment_line_is_fixed()""",
        # Once for each statement, not for each row: a month's list is one statement of many rows.
        f"""CREATE FUNCTION payment_lines_come_before_approval() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM assistance_paymentrun run WHERE run.status IN {FIXED}
                       AND run.id IN (SELECT run_id FROM added)) THEN
                RAISE EXCEPTION 'payment line added to an approved run'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NULL;
        END $$""",
        """CREATE TRIGGER payment_line_comes_before_approval AFTER INSERT ON assistance_paymentline
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payment_lines_come_before_approval()""",
    ],
}
DROP = {
    "sqlite": [
        f"DROP TRIGGER IF EXISTS payment_line_{name}"
        for name in ("keeps_its_money", "is_kept", "comes_before_approval")
    ],
    "postgresql": [
        "DROP FUNCTION IF EXISTS payment_line_is_fixed() CASCADE",
        "DROP FUNCTION IF EXISTS payment_lines_come_before_approval() CASCADE",
    ],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    replaces = [("assistance", "0007_approved_lines_are_fixed")]
    dependencies = [("assistance", "0001_tables")]
    operations = [migrations.RunPython(create, drop)]
