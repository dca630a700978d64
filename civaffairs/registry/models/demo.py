"""The day at which the demo's calendar stands."""

from django.db import models


class DemoDay(models.Model):
    """One row (pk 1), only in a demo database."""

    day = models.DateField("演示日期")

    class Meta:
        db_table = "registry_demo_day"
