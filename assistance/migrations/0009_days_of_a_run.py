"""A run says on which working day it was made and checked, not at which moment of the clock on the wall."""

from django.db import migrations, models
from django.db.models.functions import TruncDate


def days_from_moments(apps, schema_editor):
    apps.get_model("assistance", "PaymentRun").objects.update(
        prepared_on=TruncDate("prepared_at"), checked_on=TruncDate("checked_at")
    )


class Migration(migrations.Migration):
    dependencies = [("assistance", "0008_amend")]

    operations = [
        # Added and dropped, not altered: altering would make SQLite build the table anew, under its triggers.
        migrations.AddField("paymentrun", "prepared_on", models.DateField("生成日期", null=True)),
        migrations.AddField("paymentrun", "checked_on", models.DateField("核对日期", null=True)),
        migrations.RunPython(days_from_moments, migrations.RunPython.noop),
        migrations.RemoveField("paymentrun", "prepared_at"),
        migrations.RemoveField("paymentrun", "checked_at"),
    ]
