"""PostgreSQL: the trail is not emptied at one stroke either; TRUNCATE passes the row triggers by.

SQLite has no TRUNCATE: its DELETE without a condition meets the row triggers.
"""

from django.db import migrations

CREATE = """
CREATE TRIGGER audit_events_are_not_emptied BEFORE TRUNCATE ON registry_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION registry_audit_append_only();
"""
DROP = "DROP TRIGGER IF EXISTS audit_events_are_not_emptied ON registry_auditevent"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP, params=None)


class Migration(migrations.Migration):
    replaces = [("registry", "0005_audit_is_not_emptied")]
    dependencies = [("registry", "0003_audit_is_append_only")]
    operations = [migrations.RunPython(create, drop)]
