"""The schemes of the catalogue as rows."""

from django.db import migrations

SCHEMES = [
    ("dibao-urban", "城市最低生活保障", "城市低保", "dibao", 1),
    ("dibao-rural", "农村最低生活保障", "农村低保", "dibao", 2),
]


def add_schemes(apps, schema_editor):
    scheme = apps.get_model("assistance", "Scheme")
    for code, name, short, family, order in SCHEMES:
        scheme.objects.update_or_create(
            code=code, defaults={"name": name, "short_name": short, "family": family, "order": order}
        )


class Migration(migrations.Migration):
    dependencies = [("assistance", "0001_initial")]
    operations = [migrations.RunPython(add_schemes, migrations.RunPython.noop)]
