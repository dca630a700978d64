"""The working days that are known: 2004 to the last year of the calendar library."""

from django.db import migrations

from civaffairs.lib.workdays import seed_from_library


def add_days(apps, schema_editor):
    year_model = apps.get_model("registry", "WorkdayYear")
    rule_model = apps.get_model("registry", "WorkdayRule")
    days = list(seed_from_library())
    year_model.objects.bulk_create(
        [year_model(year=year) for year in sorted({day.year for day, _, _ in days})], ignore_conflicts=True
    )
    rule_model.objects.bulk_create(
        [rule_model(day=day, year_id=day.year, kind=kind, note=note) for day, kind, note in days],
        batch_size=500,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    replaces = [("registry", "0002_workdays")]
    dependencies = [("registry", "0001_tables")]
    operations = [migrations.RunPython(add_days, migrations.RunPython.noop)]
