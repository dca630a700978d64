"""civaffairs: the work of a county civil-affairs bureau. Files here wire; the folders carry."""

from civaffairs.celery import app as celery_app

__all__ = ["celery_app"]
