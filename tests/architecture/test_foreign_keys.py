"""Rows point the way the house runs: the import contracts cannot see a key that is named by a string."""

from django.apps import apps
from django.db.models import Field

# From the ground up; a row may point at its own floor and at those below.
FLOORS = [
    "contenttypes",
    "auth",
    "registry",
    "jobs",
    "shell",
    "house",
    "assistance",
    "eldercare",
    "reporting",
]
OURS = FLOORS[2:]


def keys() -> list[tuple[str, str, Field]]:
    return [
        (model._meta.app_label, field.related_model._meta.app_label, field)
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.get_fields()
        if isinstance(field, Field) and field.is_relation and field.related_model
    ]


def test_every_foreign_key_points_to_the_same_floor_or_down() -> None:
    assert len(keys()) > 20
    wrong = [str(field) for source, target, field in keys() if FLOORS.index(target) > FLOORS.index(source)]
    assert not wrong


def test_no_row_that_others_rest_on_is_deleted_with_them_silently() -> None:
    """Money and decisions stay: nothing of assistance or reporting goes away because a person or office does."""
    wrong = [
        str(field)
        for source, target, field in keys()
        if target == "registry"
        and source in {"assistance", "reporting"}
        and getattr(getattr(field.remote_field, "on_delete", None), "__name__", "") == "CASCADE"
    ]
    assert not wrong
