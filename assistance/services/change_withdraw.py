"""Taking a proposal back while nobody has answered it: the office that proposed it, with a reason."""

from datetime import date

from django.db import transaction

from assistance.models import EntitlementChange
from assistance.services.change_effects import ask_again
from assistance.services.end_notice import take_down
from assistance.services.entitlement import to_answer
from assistance.workflow import ChangeStatus
from civaffairs.lib.errors import BadInput, NotAllowed, Stale
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting


def may_withdraw(change: EntitlementChange, by: Posting) -> bool:
    """Whether this posting is of the office that proposed it and nobody has answered yet."""
    return (
        change.status == ChangeStatus.PROPOSED
        and change.proposed_by is not None
        and change.proposed_by.office_id == by.office_id
        and access.may(by, Permission.PROPOSE_CHANGE)
    )


@transaction.atomic
def withdraw_change(
    *, change_id: int, reason: str, by: Posting, on: date, version: int | None = None
) -> EntitlementChange:
    """Take a proposal back with all that hangs on it; the right goes on as it was. A second press finds it done.

    What the calendar asked for is asked again. Raises NotAllowed once it is answered or for another office, Stale for an
    old page, BadInput without a reason.
    """
    change = to_answer(change_id, by, Permission.PROPOSE_CHANGE)
    if change.status == ChangeStatus.WITHDRAWN and _mine(change, by):
        return change
    if change.status != ChangeStatus.PROPOSED:
        raise NotAllowed(f"这件变更{change.get_status_display()}，不能再撤回。")
    if version is not None and version != change.version:
        raise Stale("您打开这页以后，这件变更有了变化，请看过再办。")
    if not may_withdraw(change, by):
        office = change.proposed_by.office.name if change.proposed_by else "提出单位"
        raise NotAllowed(f"这件变更由{office}提出，只能由{office}撤回。")
    if not any(sign.isalnum() for sign in reason):
        raise BadInput("请填写撤回原因", field="reason")
    group = change.group()
    for one in group:
        one.status, one.withdrawn_by, one.withdrawn_on = ChangeStatus.WITHDRAWN, by, on
        one.withdraw_reason = reason.strip()[:200]
        one.version += 1
        one.save(update_fields=["status", "withdrawn_by", "withdrawn_on", "withdraw_reason", "version"])
        take_down(one, on)
    ask_again(group)
    entitlement = change.entitlement
    audit.record(
        "change.withdraw",
        by=by,
        subject=change,
        label=f"{entitlement.payee.name} {entitlement.number}",
        reason=change.withdraw_reason,
        details={"entitlement": entitlement.pk, "from_month": f"{change.from_month:%Y-%m}"},
    )
    return change


def _mine(change: EntitlementChange, by: Posting) -> bool:
    return change.withdrawn_by is not None and change.withdrawn_by.user_id == by.user_id
