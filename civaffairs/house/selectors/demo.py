"""The accounts that the log-in page of a demo offers."""

from datetime import date

from django.conf import settings

from civaffairs.registry.models import Posting, Role


def demo_accounts(on: date) -> list[dict[str, str]]:
    """One account for each role, the first of each, in the order of the roles."""
    found: dict[str, Posting] = {}
    postings = Posting.objects.in_force(on).filter(user__is_active=True)
    for posting in postings.select_related("user", "office").order_by("id"):
        found.setdefault(posting.role, posting)
    return [
        {
            "posting": posting.label,
            "name": posting.user.name,
            "username": posting.user.username,
            "password": settings.DEMO_PASSWORD,
        }
        for role in Role.values
        if (posting := found.get(role))
    ]
