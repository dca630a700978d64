"""Where a person in 特困 is kept: the one door through which a running right goes between 分散 and 集中.

For whoever learns of an admission or a discharge: the township's form, and the app of the institutions. It proposes; the
county confirms as for every change (services/entitlement.py), and nothing is paid otherwise before. Closed months become
an adjustment.
"""

from datetime import date

from assistance.models import Entitlement, EntitlementChange
from assistance.services.entitlement import propose_change
from assistance.workflow import ChangeKind
from civaffairs.registry.models import Posting


def running_right(person_id: int) -> Entitlement | None:
    """The open right of 特困 of a person, None when there is none."""
    rows = Entitlement.objects.filter(
        beneficiary=person_id, until_month=None, members__family="tekun", members__person=person_id
    )
    return rows.select_related("scheme", "payee", "paid_to").order_by("-id").first()


def propose_keeping(
    *,
    entitlement_id: int,
    mode: str,
    from_month: date,
    reason_code: str,
    explanation: str,
    by: Posting,
    on: date,
    institution_id: int | None = None,
    payee: str = "person",
    agreement: bool | None = None,
    heard_on: date | None = None,
    heard_how: str = "",
    seen: int | None = None,
) -> EntitlementChange:
    """Propose that from a month on the person is kept otherwise.

    `mode`: "central" with `institution_id`, the confirmed account of a home that is paid; or "scattered" with `agreement`
    (whether an agreement on care is signed) and `payee`, to whom the care part goes by it: "person", "carer" or
    "institution". `reason_code`: a key of REASONS[KEEP]. Where the sum falls the person is heard before: `heard_on`,
    `heard_how`. The same proposal by the same person twice is one. Raises BadInput with the field, NotAllowed, NotReady,
    Conflict when another change waits, Stale by `seen`.
    """
    if mode == "central":
        details: dict[str, object] = {"mode": mode, "institution": institution_id}
    else:
        details = {"mode": mode, "payee": payee, "agreement": agreement}
    return propose_change(
        entitlement_id=entitlement_id,
        kind=ChangeKind.KEEP,
        reason_code=reason_code,
        explanation=explanation,
        from_month=from_month,
        heard_on=heard_on,
        heard_how=heard_how,
        details=details,
        seen=seen,
        by=by,
        on=on,
    )
