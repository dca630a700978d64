"""The Celery application. Celery carries job ids only; the jobs table is the truth about work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civaffairs.settings")

app = Celery("civaffairs")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
