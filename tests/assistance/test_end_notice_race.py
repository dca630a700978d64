"""Two at one notice of an end in the same moment, on the database that lets them be there at once."""

from datetime import date, timedelta

import pytest

from assistance.models import Entitlement, Notice, Objection
from assistance.services import end_notice
from assistance.workflow import ChangeKind
from civaffairs.lib.errors import NotAllowed, NotReady, Refused
from tests import ends, programmes, rights
from tests.assistance.test_change_withdraw import at_once
from tests.cast import make_cast

ON, JULY = date(2026, 6, 3), date(2026, 7, 1)

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def _proposed(cast):
    one = programmes.BY_CODE["tekun-rural"]
    programmes.standard(cast, one)
    application = programmes.granted(cast, programmes.submitted(cast, one, date(2026, 4, 8)))
    right = Entitlement.objects.get(decision=application.decision)
    return rights.proposed(cast, right, ChangeKind.STOP, "supported", JULY, ON)


def test_two_who_post_at_once_hang_one():
    cast = make_cast()
    change = _proposed(cast)
    answers = at_once(
        lambda: end_notice.post_end(change_id=change.pk, by=cast.township_li, on=ON),
        lambda: end_notice.post_end(change_id=change.pk, by=cast.township_he, on=ON),
    )
    assert Notice.objects.filter(change=change).count() == 1
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]


def test_an_objection_in_the_moment_of_closing_is_either_answered_or_too_late():
    cast = make_cast()
    change = _proposed(cast)
    notice = ends.hung(cast, change, ON)
    after = notice.until_day + timedelta(days=1)
    words = {"channel": "phone", "content": "他的儿子没有管他"}
    answers = at_once(
        lambda: end_notice.close_end(change_id=change.pk, by=cast.township_li, on=after),
        lambda: end_notice.object_to_end(change_id=change.pk, by=cast.township_he, on=after, **words),
    )
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 1, answers
    assert isinstance(refused[0], NotAllowed | NotReady)
    notice.refresh_from_db()
    assert (notice.closed_on is None) is Objection.objects.filter(notice=notice).exists()
