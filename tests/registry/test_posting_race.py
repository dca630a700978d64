"""Two grants at the same moment see each other: nobody becomes administrator and clerk by a race."""

import threading
from datetime import date

import pytest
from django.db import connection

from civaffairs.lib.errors import Conflict
from civaffairs.registry.models import Posting, Role
from civaffairs.registry.services import postings, users
from tests.cast import COUNTY, make_cast

TODAY = date(2026, 3, 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_grants_at_once_do_not_make_an_administrator_a_clerk_too():
    cast = make_cast()
    for attempt in range(5):
        user, _ = users.create_user(username=f"xinren{attempt}", name="新人", by=cast.system_zheng)
        start, refused = threading.Barrier(2), []

        def give(role, user=user, start=start, refused=refused):
            try:
                start.wait()
                postings.grant_posting(
                    user_id=user.pk,
                    role=role,
                    office_code=COUNTY,
                    from_day=TODAY,
                    by=cast.security_feng,
                    on=TODAY,
                )
            except Conflict as refusal:
                refused.append(refusal)
            finally:
                connection.close()

        threads = [threading.Thread(target=give, args=(r,)) for r in (Role.AUDIT_ADMIN, Role.COUNTY_CLERK)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert len(refused) == 1
        assert Posting.objects.filter(user=user).count() == 1
