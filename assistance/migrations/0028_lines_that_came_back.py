"""An index for the few lines whose money the bank returned: what is out of a run is its total less these."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assistance", "0027_advances_concluded")]

    operations = [
        migrations.AddIndex(
            model_name="paymentline",
            index=models.Index(
                condition=models.Q(("returned_on__isnull", False)), fields=["run"], name="line_came_back"
            ),
        ),
    ]
