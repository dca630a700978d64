"""Two presses and two desks at the same moment, on a server that really runs them side by side."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from assistance.models import Application, Scheme
from assistance.schemes import SCHEMES
from assistance.services import application as intake
from civaffairs.lib.errors import Refused
from civaffairs.registry.models import Household, Membership, Person
from tests.cast import make_cast
from tests.declarations import HANDED_IN, drafted, family
from tests.journeys import id_number

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

DESKS = 6


@pytest.fixture
def cast(db):
    """The county, rebuilt for each test, because these tests commit."""
    for order, spec in enumerate(SCHEMES.values()):
        Scheme.objects.get_or_create(
            pk=spec.code,
            defaults={
                "name": spec.name,
                "short_name": spec.short_name,
                "family": spec.family,
                "order": order,
            },
        )
    return make_cast()


def at_once(acts: list) -> list:
    """Run all acts at the same moment, each on its own connection; results or refusals in order."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=20)
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_double_click_makes_one_application(cast):
    draft = drafted(cast)

    def press():
        return intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=HANDED_IN)

    results = at_once([press] * DESKS)
    assert {result.pk for result in results} == {Application.objects.get().pk}
    assert Application.objects.get().events.count() == 1
    assert Household.objects.count() == 1


def test_the_same_family_at_two_desks_is_entered_once(cast):
    drafts = [drafted(cast) for _ in range(DESKS)]
    results = at_once(
        [
            lambda draft=draft: intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=HANDED_IN)
            for draft in drafts
        ]
    )
    entered = [result for result in results if isinstance(result, Application)]
    refused = [result for result in results if isinstance(result, Refused)]
    assert len(entered) == 1
    assert len(refused) == DESKS - 1
    assert Person.objects.count() == Membership.objects.count() == 3


def test_different_families_at_once_get_different_numbers(cast):
    drafts = []
    for n in range(DESKS):
        head = family()["member"][0] | {
            "name": f"甲{n}",
            "income_state": "none",
            "id_number": id_number(HANDED_IN.replace(year=1960 + n), "male", n),
        }
        drafts.append(drafted(cast, member=[head], income=[], account={"holder": f"甲{n}"}))
    results = at_once(
        [
            lambda draft=draft: intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=HANDED_IN)
            for draft in drafts
        ]
    )
    assert sorted(result.number for result in results) == [f"ND202610100{n:03}" for n in range(1, DESKS + 1)]


def test_two_windows_save_at_once_and_one_is_told(cast):
    draft = drafted(cast)
    content = intake.content_of_draft(draft)

    def save(words):
        return intake.save_draft(
            draft_id=draft.pk,
            by=cast.township_li,
            content=content | {"basics-reason": [words]},
            version=draft.version,
        )

    results = at_once([lambda n=n: save(f"窗口{n}") for n in range(2)])
    assert sum(isinstance(result, Refused) for result in results) == 1
