"""The list of proposals says what confirming each would book; confirming many books that and nothing else."""

import re
from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.models import Adjustment, EntitlementChange
from assistance.services.change_preview import Sums, preview_of, sums_of
from assistance.services.death import report_death
from assistance.services.entitlement import confirm_change
from assistance.workflow import ChangeKind, ChangeStatus
from tests import overlaps, rights
from tests.rights import proposed
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

K = ChangeKind
APRIL, MAY, JUNE = (date(2026, month, 1) for month in (4, 5, 6))
TODAY = date(2026, 6, 18)
DIED = date(2026, 4, 20)


def waiting() -> list[EntitlementChange]:
    return list(EntitlementChange.objects.filter(status=ChangeStatus.PROPOSED, leading=None).named())


def fields(client) -> dict[str, str]:
    """What the form of the list would send, with every row chosen."""
    page = client.get(reverse("change_list")).text
    shown = dict(re.findall(r'name="(shown_\d+)" value="(-?\d+)"', page))
    return {"ids": re.findall(r'name="ids" value="(\d+)"', page), "opinion": "同意", **shown}


def three(cast) -> None:
    """An end, a death with two rights, and a rise that has become impossible; lists are closed to June."""
    one = rights.own(cast, overlaps.someone("金百顺"), "old-age", 6_000, category="80")
    dead = overlaps.someone("金千山")
    rights.own(cast, dead, "old-age", 6_000, category="80")
    rights.own(cast, dead, "disability-care", 10_000, category="grade1")
    rights.listed(cast, "old-age", APRIL, MAY, JUNE)
    rights.listed(cast, "disability-care", APRIL, MAY, JUNE)
    proposed(cast, one, K.STOP, "income", MAY, TODAY)
    report_death(person_id=dead.pk, died_on=DIED, explanation="死亡证明", by=cast.township_li, on=TODAY)


def test_the_list_says_what_the_page_of_each_says_and_many_at_once_book_it(cast, client, monkeypatch):
    three(cast)
    sums = sums_of(waiting(), TODAY)
    for change in waiting():
        assert sums[change.pk].amount_fen == preview_of(change.group(), cast.county_zhao, TODAY).amount_fen
    assert sorted(one.less_fen for one in sums.values()) == [12_000, 32_000]
    monkeypatch.setattr("civaffairs.registry.clock.today", lambda: TODAY)
    client.force_login(cast.county_zhao.user)
    page = client.get(reverse("change_list")).text
    assert "追缴 120.00" in page
    assert "追缴 320.00" in page
    client.post(reverse("change_batch"), fields(client))
    assert not waiting()
    assert sorted(Adjustment.objects.standing().values_list("amount_fen", flat=True)) == [
        -20_000,
        -12_000,
        -12_000,
    ]


def test_what_was_listed_otherwise_is_not_confirmed(cast, client, monkeypatch):
    three(cast)
    monkeypatch.setattr("civaffairs.registry.clock.today", lambda: TODAY)
    client.force_login(cast.county_zhao.user)
    sent = fields(client)
    first = waiting()[0]
    said = f"shown_{first.pk}"
    answer = client.post(reverse("change_batch"), {**sent, said: int(sent[said]) + 100}, follow=True)
    assert "补发或追缴的金额变了" in answer.text
    assert [change.pk for change in waiting()] == [first.pk]


def test_what_cannot_be_confirmed_any_more_says_so_in_its_row_alone(cast, client, monkeypatch):
    three(cast)
    stopped = next(change for change in waiting() if change.kind == K.STOP)
    EntitlementChange.objects.filter(pk=stopped.pk).update(before_fen=1)
    found = sums_of(waiting(), TODAY)
    assert "提出以后情况有了变化" in found.pop(stopped.pk).cannot
    assert [one.cannot for one in found.values()] == [""]
    monkeypatch.setattr("civaffairs.registry.clock.today", lambda: TODAY)
    client.force_login(cast.county_zhao.user)
    assert f"shown_{stopped.pk}" not in fields(client)
    client.force_login(cast.township_li.user)
    assert "追缴 320.00" not in client.get(reverse("change_list")).text


def test_an_empty_list_and_a_change_of_coming_months_book_nothing(cast):
    assert sums_of([], TODAY) == {}
    row = rights.own(cast, overlaps.someone("金百顺"), "old-age", 6_000, category="80")
    rights.listed(cast, "old-age", APRIL, MAY, JUNE)
    change = proposed(cast, row, K.STOP, "income", date(2026, 7, 1), TODAY)
    assert sums_of([change], TODAY) == {change.pk: Sums()}
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY, shown_fen=0)


def test_ends_and_deaths_are_asked_for_together(cast):
    """What needs no rule costs the same for a page of one and of many."""
    rows = []
    for place in range(4):
        person = overlaps.someone(f"金万{'一二三四'[place]}")
        rows.append(rights.own(cast, person, "old-age", 6_000, category="80"))
    rights.listed(cast, "old-age", APRIL, MAY, JUNE)
    changes = [proposed(cast, row, K.STOP, "income", MAY, TODAY) for row in rows]
    counts = []
    for some in (changes[:1], changes):
        listed = list(EntitlementChange.objects.filter(pk__in=[one.pk for one in some]).named())
        with CaptureQueriesContext(connection) as found:
            sums_of(listed, TODAY)
        counts.append(len(found))
    assert counts[0] == counts[1], [query["sql"][:150] for query in found]
