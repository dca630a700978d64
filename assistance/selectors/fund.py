"""The entries of the money ledger: documents that plan money, arrivals, opening balances (fund_lines.py has the sums)."""

from django.db.models import Exists, OuterRef, QuerySet

from assistance.models import FundEntry
from civaffairs.registry.models import Posting


def entries(posting: Posting) -> QuerySet[FundEntry]:
    """The entries with who made them, and `is_reversed`."""
    reversals = FundEntry.objects.filter(reverses=OuterRef("pk"))
    return (
        FundEntry.objects.visible_to(posting)
        .select_related("entered_by__user")
        .annotate(is_reversed=Exists(reversals))
    )
