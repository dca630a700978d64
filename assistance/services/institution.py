"""Where a home's money goes: entered by one person, confirmed by another, never edited.

A new account of the same home is a second row that takes the place of the first when it is confirmed; until then the
first one is paid. Rights that are paid to the home follow by themselves; lines that were made stay as they are.
"""

from datetime import date

from django.db import IntegrityError, transaction

from assistance.models import Entitlement, PayeeInstitution
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import Posting

# A township enters its homes, the county the offices that it pays for many (medical insurance).
MAY_ENTER = (Permission.CHANGE_ACCOUNT, Permission.PREPARE_RUN)


def may_enter(posting: Posting) -> bool:
    return any(access.may(posting, permission) for permission in MAY_ENTER)


@transaction.atomic
def propose_institution(
    *,
    name: str,
    holder: str,
    bank: str,
    number: str,
    reason: str,
    by: Posting,
    on: date,
    replaces_id: int | None = None,
) -> PayeeInstitution:
    """Enter a home in the posting's own office, or with `replaces_id` the new account of one that is there.

    `number` is checked digits. The same entry by the same person twice is one. Raises BadInput, Conflict.
    """
    if not may_enter(by):
        access.demand(by, Permission.CHANGE_ACCOUNT)
    old = None
    if replaces_id is not None:
        old = _locked(replaces_id, by)
        if old.closed_on or old.confirmed_on is None:
            raise NotAllowed("只能变更在用的账户。")
        if (old.holder, old.bank, old.account) == (holder.strip(), bank.strip(), number):
            raise BadInput("和现在的账户完全相同，不需要变更", field="number")
    name = old.name if old else "".join(name.split())
    office_id = old.office_id if old else by.office_id
    if not name:
        raise BadInput("请填写机构名称", field="name")
    if not reason.strip():
        raise BadInput("请填写登记或变更的依据", field="reason")
    same = PayeeInstitution.objects.filter(office_id=office_id, name=name, closed_on=None)
    index = blind_index(number, "bank-account")
    waiting = same.filter(confirmed_on=None).select_related("entered_by").first()
    if waiting is not None:
        mine = waiting.entered_by is not None and waiting.entered_by.user_id == by.user_id
        if mine and waiting.account_index == index:
            return waiting
        raise Conflict(f"“{name}”已有一个账户等待确认，请先处理它。", [waiting.pk])
    if old is None and same.exists():
        raise BadInput(f"“{name}”已经登记过；要换账户请在它的页面上办“变更账户”", field="name")
    try:
        with transaction.atomic():
            made = PayeeInstitution.objects.create(
                office_id=office_id,
                name=name[:60],
                holder=holder.strip(),
                bank=bank.strip(),
                account=number,
                account_index=index,
                account_tail=number[-4:],
                replaces=old,
                reason=reason.strip()[:200],
                entered_by=by,
                entered_on=on,
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict(f"刚刚已有人登记了“{name}”，请刷新后再看。") from error
    _record("institution.propose", made, by, made.reason)
    return made


@transaction.atomic
def confirm_institution(*, institution_id: int, by: Posting, on: date) -> PayeeInstitution:
    """Put an account in use; the one it replaces ends today and its people are paid to the new one."""
    made = _locked(institution_id, by, Permission.CONFIRM_ACCOUNT)
    if made.confirmed_on:
        return made
    if made.closed_on:
        raise NotAllowed("这一条已经退回，请重新登记。")
    access.refuse_same_person(by, {"登记人": made.entered_by}, "确认")
    if made.replaces_id:
        old = PayeeInstitution.objects.select_for_update().get(pk=made.replaces_id)
        if old.closed_on is None:
            old.closed_on, old.closed_by, old.closing_reason = on, by, "已换新账户"
            old.save(update_fields=["closed_on", "closed_by", "closing_reason"])
    made.confirmed_by, made.confirmed_on = by, on
    made.save(update_fields=["confirmed_by", "confirmed_on"])
    moved = 0
    if made.replaces_id:
        moved = Entitlement.objects.filter(paid_to=made.replaces_id).update(paid_to=made)
    _record("institution.confirm", made, by, moved=moved)
    return made


@transaction.atomic
def close_institution(*, institution_id: int, reason: str, by: Posting, on: date) -> PayeeInstitution:
    """Send back an account that waits, or stop one that is in use. From then on no list pays to it: lines of its
    people block a list until they are paid otherwise."""
    made = _locked(institution_id, by, Permission.CONFIRM_ACCOUNT)
    if made.closed_on:
        return made
    if not any(sign.isalnum() for sign in reason):
        raise BadInput("请填写停用或退回的原因", field="reason")
    made.closed_on, made.closed_by, made.closing_reason = on, by, reason.strip()[:200]
    made.save(update_fields=["closed_on", "closed_by", "closing_reason"])
    _record("institution.close", made, by, made.closing_reason)
    return made


def _locked(
    institution_id: int, by: Posting, permission: Permission = Permission.VIEW_PAYMENTS
) -> PayeeInstitution:
    rows = PayeeInstitution.objects.select_related("entered_by")
    return access.to_change(rows, by, permission, pk=institution_id)


def _record(action: str, made: PayeeInstitution, by: Posting, reason: str = "", **details: object) -> None:
    audit.record(
        action,
        by=by,
        subject=made,
        office_code=made.office_id,
        label=f"{made.name} 尾号{made.account_tail}",
        reason=reason,
        details=details,
    )
