"""Two of a household may come of age in one month: an event is there once for each of them."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("assistance", "0020_petty_cash")]
    operations = [
        migrations.RemoveConstraint("dateevent", "one_event_per_entitlement_month"),
        migrations.AddConstraint(
            "dateevent",
            models.UniqueConstraint(
                fields=["kind", "month", "entitlement", "person"],
                condition=~Q(entitlement=None),
                name="one_event_per_entitlement_month",
            ),
        ),
    ]
