# ruff: noqa: S608 (only our own words are put into the statements)
"""What a list takes off a 补发 or 追缴 is a row of its own, because a claim is kept back in parts; the account of a home is
changed by a second row that takes the place of the first.

As with the lines of a list (0002), the database refuses to touch what an approved list has settled.
"""

from django.db import migrations

FIXED = "('approved', 'issued', 'closed')"
COLUMNS = "adjustment_id, run_id, entitlement_id, line_id, amount_fen"
CREATE = {
    "sqlite": [
        f"""CREATE TRIGGER settlement_{name} BEFORE {event} ON assistance_adjustmentsettlement
        WHEN (SELECT status FROM assistance_paymentrun WHERE id = {row}.run_id) IN {FIXED}
        BEGIN SELECT RAISE(ABORT, 'settlement belongs to an approved run'); END"""
        for name, event, row in (
            ("keeps_its_money", f"UPDATE OF {COLUMNS}", "OLD"),
            ("is_kept", "DELETE", "OLD"),
            ("comes_before_approval", "INSERT", "NEW"),
        )
    ],
    "postgresql": [
        f"""CREATE FUNCTION settlement_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (SELECT status FROM assistance_paymentrun WHERE id = OLD.run_id) IN {FIXED} THEN
                RAISE EXCEPTION 'settlement % belongs to an approved run', OLD.id
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN COALESCE(NEW, OLD);
        END $$""",
        f"""CREATE TRIGGER settlement_keeps_its_money BEFORE UPDATE OF {COLUMNS}
        ON assistance_adjustmentsettlement FOR EACH ROW EXECUTE FUNCTION settlement_is_fixed()""",
        """CREATE TRIGGER settlement_is_kept BEFORE DELETE ON assistance_adjustmentsettlement
        FOR EACH ROW EXECUTE FUNCTION settlement_is_fixed()""",
        f"""CREATE FUNCTION settlements_come_before_approval() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM assistance_paymentrun run WHERE run.status IN {FIXED}
                       AND run.id IN (SELECT run_id FROM added)) THEN
                RAISE EXCEPTION 'settlement added to an approved run'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NULL;
        END $$""",
        """CREATE TRIGGER settlement_comes_before_approval AFTER INSERT ON assistance_adjustmentsettlement
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settlements_come_before_approval()""",
    ],
}
DROP = {
    "sqlite": [
        f"DROP TRIGGER IF EXISTS settlement_{name}"
        for name in ("keeps_its_money", "is_kept", "comes_before_approval")
    ],
    "postgresql": [
        "DROP FUNCTION IF EXISTS settlement_is_fixed() CASCADE",
        "DROP FUNCTION IF EXISTS settlements_come_before_approval() CASCADE",
    ],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    replaces = [("assistance", "0015_adjustments_are_settled")]
    dependencies = [("assistance", "0004_lines_are_kept")]
    operations = [migrations.RunPython(create, drop)]
