"""The homes that may be paid for a person they keep."""

from django.db.models import QuerySet

from assistance.models import Application, PayeeInstitution
from civaffairs.registry.scope import code_range


def institutions_for(application: Application) -> QuerySet[PayeeInstitution]:
    """Those of the county of the case."""
    return institutions_of(application.office_id)


def institutions_of(office_id: str) -> QuerySet[PayeeInstitution]:
    """Confirmed and open ones of the whole county: a home takes people of other townships too."""
    low, high = code_range(f"{office_id[:6]}000000")
    return PayeeInstitution.objects.usable().filter(office_id__gte=low, office_id__lt=high).order_by("name")
