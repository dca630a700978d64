"""People who may do one half of an act and try the other: from a second post, with a copied link, twice over."""

from datetime import date

import pytest

from assistance.models import Entitlement, EntitlementChange
from assistance.services import batch as batches_of
from assistance.services.entitlement import confirm_change
from civaffairs.lib.errors import Conflict, NotAllowed
from civaffairs.registry.models import AuditEvent, Person, Posting, Role
from tests import batches, payments, rights
from tests.assistance.test_batch import festival_rates
from tests.cast import BAISHI_VILLAGE, COUNTY, QINGXI_VILLAGE, START, Cast
from tests.payments import TODAY
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

JULY = date(2026, 7, 1)


def second_post(posting: Posting, role: str) -> Posting:
    """Another post of the same user in the county."""
    return Posting.objects.create(user=posting.user, role=role, office_id=COUNTY, from_day=START)


# --- batches ------------------------------------------------------------------------------------------------


@pytest.fixture
def festival(cast: Cast):
    batches.standard(cast, "festival", rates=festival_rates())
    for name in ("赵玥", "钱玥"):
        payments.entitlement(cast, name)
    return batches.prepared(cast, "festival", "dibao-rural")


def test_who_changed_a_batchs_list_does_not_approve_it_from_another_post(cast, festival):
    clerk = second_post(cast.county_zhao, Role.COUNTY_CLERK)
    item = festival.items.first()
    batches_of.remove_item(item_id=item.pk, by=clerk, on=TODAY, reason="试")
    with pytest.raises(NotAllowed, match="改动过"):
        batches_of.approve_batch(batch_id=festival.pk, by=cast.county_zhao, on=TODAY)
    batches_of.restore_item(item_id=item.pk, by=clerk, on=TODAY)
    with pytest.raises(NotAllowed, match="改动过"):
        batches_of.approve_batch(batch_id=festival.pk, by=cast.county_zhao, on=TODAY)
    assert batches_of.approve_batch(batch_id=festival.pk, by=cast.county_meng, on=TODAY).state == "approved"


def test_who_planned_a_batch_does_not_approve_it_after_another_made_it_anew(cast, festival):
    batches_of.renew_batch(
        batch_id=festival.pk, by=second_post(cast.county_meng, Role.COUNTY_CLERK), on=TODAY
    )
    approver = second_post(cast.county_qian, Role.COUNTY_APPROVER)
    with pytest.raises(NotAllowed, match="生成或改动过"):
        batches_of.approve_batch(batch_id=festival.pk, by=approver, on=TODAY)


# --- changes ------------------------------------------------------------------------------------------------


def joined(cast: Cast, row: Entitlement, person: Person) -> EntitlementChange:
    """青溪村 asks for somebody of 白石村 to be counted with one of its own families, and the county agrees."""
    facts = {"relationship": "spouse", "labour": "none"}
    change = rights.proposed(cast, row, "join", "married_in", JULY, TODAY, person=person, details=facts)
    return confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)


def test_who_is_taken_out_of_a_neighbours_books_is_named_in_the_neighbours_trail(cast):
    row, bride = rights.family(cast), payments.person("石小妹", BAISHI_VILLAGE)
    payments.account(bride)
    joined(cast, row, bride)
    bride.refresh_from_db()
    assert bride.office_id == QINGXI_VILLAGE
    assert bride.accounts.get().office_id == QINGXI_VILLAGE
    trace = AuditEvent.objects.get(action="person.move")
    assert (trace.office_code, trace.user) == (BAISHI_VILLAGE, cast.county_zhao.user)


def test_who_draws_the_money_of_a_neighbours_family_is_not_taken_away_from_it(cast):
    row, drawer = rights.family(cast), payments.person("石大姐", BAISHI_VILLAGE)
    other = payments.entitlement(cast, "石老汉", office=BAISHI_VILLAGE)
    Entitlement.objects.filter(pk=other.pk).update(payee=drawer)
    with pytest.raises(Conflict, match="请先由那里变更领款人"):
        joined(cast, row, drawer)
