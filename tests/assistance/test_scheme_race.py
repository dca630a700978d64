"""Two clerks with the same document at the same moment: one programme comes of it, and one proposal for another."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from assistance.models import Scheme, SchemeTerms
from assistance.services import scheme as service
from civaffairs.lib.errors import Conflict
from tests.assistance.test_scheme import IDENTITY, new_scheme, propose
from tests.cast import make_cast

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def at_once(*acts: Callable[[], object]) -> list[Conflict]:
    """Both at the same moment, each on a connection of its own; gives the refusals."""
    start, refused, broken = threading.Barrier(len(acts)), [], []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait()
            act()
        except Conflict as refusal:
            refused.append(refusal)
        except Exception as fault:
            broken.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert broken == []
    return refused


def test_one_name_gives_one_programme() -> None:
    cast = make_cast()
    for attempt in range(4):
        named = IDENTITY | {"name": f"项目{attempt}", "short_name": f"项目{attempt}"}
        refused = at_once(
            *(
                lambda letters=letters, named=named: new_scheme(
                    cast, identity=named | {"number_prefix": letters}
                )
                for letters in (f"X{chr(65 + attempt)}", f"Y{chr(65 + attempt)}")
            )
        )
        assert len(refused) == 1
        assert Scheme.objects.filter(name=f"项目{attempt}").count() == 1


def test_a_programme_has_one_proposal_and_a_proposal_one_confirmation() -> None:
    cast = make_cast()
    refused = at_once(
        lambda: propose(cast, terms={"review_months": 6}),
        lambda: propose(cast, terms={"review_months": 3}),
    )
    assert len(refused) == 1
    row = SchemeTerms.objects.get()
    confirm = {"terms_id": row.pk, "by": cast.county_zhao, "on": date(2026, 3, 2)}
    assert at_once(lambda: service.confirm_terms(**confirm), lambda: service.confirm_terms(**confirm)) == []
    assert len(Scheme.objects.get(pk="old-age").terms) == 1
