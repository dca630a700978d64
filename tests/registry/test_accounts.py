"""A payee's account changes with a proof and two people, and what was stays."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry.access import Forbidden, NotVisible
from civaffairs.registry.files import store_attachment
from civaffairs.registry.models import Attachment, AuditEvent, BankAccount, Person
from civaffairs.registry.services import accounts
from tests import journeys
from tests.cast import QINGXI_VILLAGE

TODAY = date(2026, 3, 10)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
NUMBER = "6217000011112222333"


@pytest.fixture
def payee(cast) -> Person:
    return journeys.submitted(cast).applicant


def proof(cast, **changes) -> Attachment:
    upload = SimpleUploadedFile("存折.png", PNG, "image/png")
    fields = {"upload": upload, "office_id": QINGXI_VILLAGE, "by": cast.township_li, "on": TODAY} | changes
    return store_attachment(**fields)


def propose(cast, payee: Person, **changes) -> BankAccount:
    fields = {
        "person_id": payee.pk,
        "by": cast.township_li,
        "on": TODAY,
        "holder": payee.name,
        "bank": "云岭农商银行青溪支行",
        "number": NUMBER,
        "reason": "银行退回",
    } | changes
    fields.setdefault("proof_id", proof(cast).pk)
    return accounts.propose_account(**fields)


def confirm(cast, account: BankAccount, **changes) -> BankAccount:
    return accounts.confirm_account(
        **({"account_id": account.pk, "by": cast.reviewer_chen, "on": TODAY} | changes)
    )


def test_an_account_is_used_only_after_a_second_person_has_looked(cast, payee):
    account = propose(cast, payee)
    assert account.state == BankAccount.State.PENDING
    confirm(cast, account)
    account.refresh_from_db()
    assert (account.state, account.from_day) == (BankAccount.State.ACTIVE, TODAY)


def test_the_old_account_stays_on_record_with_the_day_it_ended(cast, payee):
    old = confirm(cast, propose(cast, payee))
    later = TODAY + timedelta(days=40)
    new = propose(cast, payee, number="6217000011112222999", on=later)
    confirm(cast, new, on=later)
    old.refresh_from_db()
    assert (old.state, old.until_day) == (BankAccount.State.REPLACED, later)
    assert payee.accounts.get(state=BankAccount.State.ACTIVE) == new
    assert old.number == NUMBER


def test_a_refused_account_leaves_the_old_one_in_use_and_says_why(cast, payee):
    old = confirm(cast, propose(cast, payee))
    new = propose(cast, payee, number="6217000011112222999")
    accounts.refuse_account(account_id=new.pk, by=cast.cashier_zhou, opinion="照片看不清")
    new.refresh_from_db()
    assert (new.state, new.opinion) == (BankAccount.State.REFUSED, "照片看不清")
    assert payee.accounts.get(state=BankAccount.State.ACTIVE) == old
    assert propose(cast, payee, number="6217000011112222999").state == BankAccount.State.PENDING


def test_a_refusal_needs_its_reason(cast, payee):
    with pytest.raises(BadInput):
        accounts.refuse_account(account_id=propose(cast, payee).pk, by=cast.cashier_zhou, opinion="  ")


def test_the_one_who_entered_it_cannot_confirm_it_in_another_post(cast, payee):
    account = propose(cast, payee)
    cast.reviewer_chen.user_id = cast.township_li.user_id
    cast.reviewer_chen.save()
    with pytest.raises(NotAllowed):
        confirm(cast, account)


def test_without_a_proof_there_is_no_change(cast, payee):
    with pytest.raises(BadInput) as refusal:
        propose(cast, payee, proof_id="00000000-0000-0000-0000-000000000000")
    assert refusal.value.field == "proof"


def test_a_proof_from_next_door_is_no_proof(cast, payee):
    foreign = proof(cast, office_id="519901102201", by=cast.outsider_sun)
    with pytest.raises(BadInput):
        propose(cast, payee, proof_id=foreign.pk)


def test_an_account_in_another_name_needs_its_reason(cast, payee):
    with pytest.raises(BadInput) as refusal:
        propose(cast, payee, holder="别人")
    assert refusal.value.field == "holder_reason"
    assert propose(cast, payee, holder="别人", holder_reason="监护人代领").holder == "别人"


def test_an_account_that_is_in_use_already_is_no_change(cast, payee):
    confirm(cast, propose(cast, payee))
    with pytest.raises(BadInput):
        propose(cast, payee)


def test_one_change_at_a_time_and_a_double_click_is_one(cast, payee):
    first = propose(cast, payee)
    assert propose(cast, payee) == first
    with pytest.raises(Conflict):
        propose(cast, payee, number="6217000011112222999")
    with pytest.raises(Conflict):
        propose(cast, payee, by=cast.township_he)


def test_confirming_twice_is_harmless_and_by_another_refused(cast, payee):
    account = propose(cast, payee)
    confirm(cast, account)
    confirm(cast, account)
    assert AuditEvent.objects.filter(action="account.confirm").count() == 1
    with pytest.raises(NotAllowed):
        confirm(cast, account, by=cast.cashier_zhou)


def test_rights_and_area_are_asked_for(cast, payee):
    account = propose(cast, payee)
    for who, error in (
        ("outsider_reviewer", NotVisible),
        ("township_he", Forbidden),
        ("county_zhao", Forbidden),
    ):
        with pytest.raises(error):
            confirm(cast, account, by=getattr(cast, who))
    with pytest.raises(NotVisible):
        propose(cast, payee, by=cast.outsider_sun)
    with pytest.raises(Forbidden):
        propose(cast, payee, by=cast.village_wang)


def test_nobody_pays_to_a_dead_mans_new_account(cast, payee):
    payee.died_on = TODAY
    payee.save()
    with pytest.raises(NotAllowed):
        propose(cast, payee)


def test_the_trail_holds_the_tail_and_never_the_number(cast, payee):
    confirm(cast, propose(cast, payee))
    events = AuditEvent.objects.filter(action__startswith="account.")
    assert {e.details["tail"] for e in events} == {"2333"}
    assert not [e for e in events if NUMBER in f"{e.details}{e.object_label}{e.reason}"]
