"""That a paper was printed, by whom and of which case or run."""

from django.db import transaction

from assistance.models import Adjustment, Application, EntitlementChange, PaymentRun
from civaffairs.registry import audit
from civaffairs.registry.models import Office, Person, Posting

audit.name_actions({"paper.print": "打印文书"})


@transaction.atomic
def record_print(
    *,
    paper: str,
    subject: Adjustment | Application | EntitlementChange | Office | PaymentRun | Person,
    by: Posting,
    details: dict[str, object],
) -> None:
    """`paper` is the title on the sheet; details never hold a number of a person."""
    audit.record("paper.print", by=by, subject=subject, reason=paper, details=details)
