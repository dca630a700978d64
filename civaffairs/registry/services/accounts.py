"""Where somebody's money goes: a change needs a proof and a second person, and the old account stays on record."""

from datetime import date
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry import access, audit, clock
from civaffairs.registry.access import Permission
from civaffairs.registry.files import store_attachment
from civaffairs.registry.models import Attachment, BankAccount, Person, Posting


@transaction.atomic
def propose_account(
    *,
    person_id: int,
    by: Posting,
    on: date,
    holder: str,
    bank: str,
    number: str,
    reason: str,
    proof_id: UUID,
    holder_reason: str = "",
) -> BankAccount:
    """Enter a new account for a payee; payments go on to the old one until somebody else has confirmed it.

    `number` is checked digits. An account in another name needs its reason (guardian, agent): money that goes to
    somebody else's card is what auditors look for first.
    """
    person = access.to_change(Person.objects, by, Permission.CHANGE_ACCOUNT, pk=person_id)
    holder, bank = holder.strip(), bank.strip()
    if holder != person.name and not holder_reason.strip():
        raise BadInput("户名与领款人不一致，请写明原因（如监护人代领）", field="holder_reason")
    if person.died_on is not None:
        raise NotAllowed(f"{person.name}已于{person.died_on:%Y-%m-%d}去世，不能再变更账户。")
    waiting = person.accounts.filter(state=BankAccount.State.PENDING).first()
    if waiting is not None:
        if waiting.number == number and waiting.entered_by and waiting.entered_by.user_id == by.user_id:
            return waiting
        raise Conflict(f"{person.name}已有一个账户变更等待复核", [waiting.pk])
    active = person.accounts.filter(state=BankAccount.State.ACTIVE).first()
    if active is not None and (active.number, active.holder, active.bank) == (number, holder, bank):
        raise BadInput("和现在的账户完全相同，不需要变更", field="number")
    proof = Attachment.objects.visible_to(by).filter(pk=proof_id).first()
    if proof is None:
        raise BadInput("请上传账户变更的凭证（存折、银行卡或说明的照片）", field="proof")
    account = BankAccount(
        person=person,
        office_id=person.office_id,
        holder=holder,
        bank=bank,
        reason=reason.strip(),
        holder_reason=holder_reason.strip() if holder != person.name else "",
        proof=proof,
        entered_by=by,
    )
    account.set_number(number)
    account.save()
    audit.record(
        "account.propose",
        by=by,
        subject=account,
        label=f"{person.name} {account}",
        reason=account.reason,
        details={
            "person": person.pk,
            "on": on.isoformat(),
            "tail": account.number_tail,
            "before_tail": active.number_tail if active else "",
        },
    )
    return account


@transaction.atomic
def propose_account_with_proof(
    *, person_id: int, by: Posting, on: date, upload: UploadedFile, **fields: str
) -> BankAccount:
    """propose_account with its proof as it was uploaded: both are kept, or neither."""
    person = access.to_read(Person.objects, by, Permission.CHANGE_ACCOUNT, pk=person_id)
    proof = store_attachment(upload=upload, office_id=person.office_id, by=by, on=on, note="账户变更凭证")
    return propose_account(person_id=person_id, by=by, on=on, proof_id=proof.pk, **fields)


@transaction.atomic
def confirm_account(*, account_id: int, by: Posting, on: date) -> BankAccount:
    """Put a proposed account in use; the one before it ends today. Pressed twice by the same person: no second effect."""
    account = _pending(account_id, by)
    if account.state == BankAccount.State.ACTIVE and _was(account, by):
        return account
    _demand_pending(account, by)
    BankAccount.objects.filter(person_id=account.person_id, state=BankAccount.State.ACTIVE).update(
        state=BankAccount.State.REPLACED, until_day=on
    )
    account.state, account.from_day = BankAccount.State.ACTIVE, on
    account.confirmed_by, account.confirmed_at = by, clock.now()
    account.save(update_fields=["state", "from_day", "confirmed_by", "confirmed_at"])
    _record("account.confirm", account, by)
    return account


@transaction.atomic
def refuse_account(*, account_id: int, by: Posting, opinion: str) -> BankAccount:
    """Send a proposed account back; the one in use stays. The opinion tells the clerk what is wrong."""
    account = _pending(account_id, by)
    if account.state == BankAccount.State.REFUSED and _was(account, by):
        return account
    _demand_pending(account, by)
    if not opinion.strip():
        raise BadInput("请写明不通过的原因", field="opinion")
    account.state, account.opinion = BankAccount.State.REFUSED, opinion.strip()
    account.confirmed_by, account.confirmed_at = by, clock.now()
    account.save(update_fields=["state", "opinion", "confirmed_by", "confirmed_at"])
    _record("account.refuse", account, by, reason=account.opinion)
    return account


def _pending(account_id: int, by: Posting) -> BankAccount:
    return access.to_change(
        BankAccount.objects.select_related("person", "entered_by__user", "confirmed_by"),
        by,
        Permission.CONFIRM_ACCOUNT,
        pk=account_id,
    )


def _was(account: BankAccount, by: Posting) -> bool:
    return account.confirmed_by is not None and account.confirmed_by.user_id == by.user_id


def _demand_pending(account: BankAccount, by: Posting) -> None:
    if account.state != BankAccount.State.PENDING:
        raise NotAllowed(f"这个账户变更{account.get_state_display()}，不能再复核。")
    access.refuse_same_person(by, {"录入人": account.entered_by}, "复核")


def _record(action: str, account: BankAccount, by: Posting, reason: str = "") -> None:
    audit.record(
        action,
        by=by,
        subject=account,
        label=f"{account.person.name} {account}",
        reason=reason,
        details={"person": account.person_id, "tail": account.number_tail},
    )
