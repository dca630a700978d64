"""The database itself refuses to change or delete a row of the audit trail."""

from django.db import migrations

POSTGRES = """
CREATE FUNCTION registry_audit_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'audit events are append-only';
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON registry_auditevent
    FOR EACH ROW EXECUTE FUNCTION registry_audit_append_only();
"""
POSTGRES_BACK = """
DROP TRIGGER audit_event_append_only ON registry_auditevent;
DROP FUNCTION registry_audit_append_only();
"""
SQLITE = """
CREATE TRIGGER audit_event_no_{what} BEFORE {what} ON registry_auditevent
BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END
"""


def add_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES)
    else:
        for what in ("update", "delete"):
            schema_editor.execute(SQLITE.format(what=what))


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES_BACK)
    else:
        for what in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER audit_event_no_{what}")


class Migration(migrations.Migration):
    replaces = [("registry", "0003_audit_append_only")]
    dependencies = [("registry", "0002_working_days")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
