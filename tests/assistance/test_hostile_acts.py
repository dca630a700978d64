"""People who may do one half of an act and try the other: from a second post, with a copied link, twice over."""

import pytest

from assistance.services import batch as batches_of
from civaffairs.lib.errors import NotAllowed
from civaffairs.registry.models import Posting, Role
from tests import batches, payments
from tests.cast import COUNTY, START, Cast
from tests.payments import TODAY
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself
from tests.assistance.test_batch import festival_rates


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
