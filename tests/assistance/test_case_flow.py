import pytest

from assistance.workflow import Status
from tests import journeys


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.value)
def test_every_state_is_reached_by_acting(cast, status):
    application = journeys.REACH[status](cast)
    application.refresh_from_db()
    assert application.status == status
