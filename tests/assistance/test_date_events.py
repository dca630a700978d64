"""What the calendar brings: found once, answered by a person, proposed to the county."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.models import AssessmentRecord, DateEvent, Entitlement, EntitlementChange
from assistance.services.date_events import answer_event, answer_many, drop_event, fill
from assistance.services.entitlement import confirm_change
from assistance.tasks import find_date_events
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry import access
from tests import payments, rights
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
TODAY = date(2026, 5, 18)
E = DateEvent.Kind
BANDS = [{"from_age": 80, "amount_fen": 3_000}, {"from_age": 90, "amount_fen": 6_000}]


def elder(cast, born: date, fen: int, name: str = "余有福"):
    """Somebody in 高龄津贴 since January."""
    household = payments.entitlement(cast, name)
    person = household.payee
    person.birth = born
    person.save()
    rights.standard(
        cast, "old-age", ages=BANDS, certified_months=0, turns="birthday"
    ) if not Entitlement.objects.filter(scheme="old-age").exists() else None
    return rights.own(cast, person, "old-age", fen, category="80")


def test_reaching_ninety_is_found_proposed_and_changed_by_itself(cast):
    row = elder(cast, date(1936, 5, 9), 3_000)
    assert fill(month=MAY, on=TODAY) == 1
    event = DateEvent.objects.get()
    assert (event.kind, event.proposal, event.entitlement, event.month) == (E.AGE_90, "reband", row, MAY)
    answer_event(event_id=event.pk, by=cast.township_li, on=TODAY)
    change = EntitlementChange.objects.get()
    assert (change.kind, change.before_fen, change.after_fen, change.from_month) == (
        ChangeKind.RAISE,
        3_000,
        6_000,
        MAY,
    )
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    row = rights.newest(row)
    assert (row.amount_fen, row.category, row.from_month) == (6_000, "90", MAY)


def test_finding_twice_adds_nothing_and_two_of_a_month_are_two(cast):
    elder(cast, date(1936, 5, 9), 3_000)
    elder(cast, date(1936, 5, 10), 3_000, "余有寿")
    assert fill(month=MAY, on=TODAY) == 2
    assert fill(month=MAY, on=TODAY) == 0


def test_who_is_eighty_and_has_nothing_is_told_that_he_may_apply(cast):
    person = payments.person("田老伯", birth=date(1946, 5, 2))
    dead = payments.person("田老妈", birth=date(1946, 5, 3))
    dead.died_on = date(2026, 1, 1)
    dead.save()
    fill(month=MAY, on=TODAY)
    event = DateEvent.objects.get(kind=E.AGE_80)
    assert (event.person, event.entitlement, event.proposal) == (person, None, "invite")
    answer_event(event_id=event.pk, by=cast.township_li, on=TODAY, note="已电话告知")
    event.refresh_from_db()
    assert (event.state, event.reason) == ("done", "已电话告知")
    assert fill(month=MAY, on=TODAY) == 0


def test_alone_and_sixty_in_dibao_is_looked_at_for_tekun(cast):
    row = payments.entitlement(cast, "孤身")
    row.payee.birth = date(1966, 5, 20)
    row.payee.save()
    with_others = payments.entitlement(cast, "有家", persons=2)
    with_others.payee.birth = date(1966, 5, 20)
    with_others.payee.save()
    fill(month=MAY, on=TODAY)
    invited = DateEvent.objects.get(kind=E.AGE_60, entitlement=None)
    assert (invited.person, invited.proposal) == (row.payee, "invite")


def test_the_end_of_a_taper_and_of_a_review_are_listed(cast):
    row = rights.family(cast)
    rights.changed(cast, row, ChangeKind.TAPER, "work", MAY, date(2026, 4, 20), details={"months": 1})
    late = payments.entitlement(cast, "复核户")
    late.review_due_on = date(2026, 4, 2)
    late.save()
    fill(month=MAY, on=TODAY)
    assert {event.kind: event.entitlement for event in DateEvent.objects.all()} == {
        E.TAPER_END: rights.newest(row),
        E.REVIEW: late,
    }
    review = DateEvent.objects.get(kind=E.REVIEW)
    assert review.due_on == date(2026, 4, 2)
    assert fill(month=JUNE, on=TODAY) == 0, "one that waits is not put a second time"
    answer_event(event_id=review.pk, by=cast.township_li, on=TODAY)
    late.refresh_from_db()
    assert late.review_due_on == date(2027, 5, 18)


def test_a_childs_right_at_eighteen_ends_unless_he_is_at_school(cast):
    """The rule itself says so: the answer on record decides."""
    row = rights.family(cast)
    child = row.members.get(relationship="grandchild").person
    child.birth = date(2008, 5, 6)
    child.save()
    orphan = rights.own(cast, child, "orphan", 110_000, payee=row.payee)
    fill(month=MAY, on=TODAY)
    event = DateEvent.objects.get(entitlement=orphan)
    assert (event.kind, event.proposal) == (E.AGE_18, "reassess")
    done, refused = answer_many([event.pk], by=cast.township_li, on=TODAY)
    assert (done, len(refused)) == (0, 1)
    assert "没有测算依据" in refused[0]
    event.refresh_from_db()
    assert event.state == "open"


def test_a_school_paper_on_record_is_found_in_its_month(cast):
    row = rights.family(cast)
    record = AssessmentRecord.objects.get(pk=row.decision.assessment_id)
    record.facts["answers"] = {"school_until": "2026-06-30"}
    record.save()
    fill(month=MAY, on=TODAY)
    assert not DateEvent.objects.filter(kind=E.SCHOOL_END).exists()
    fill(month=JUNE, on=TODAY)
    assert DateEvent.objects.get(kind=E.SCHOOL_END).entitlement == row


@pytest.mark.parametrize(("said", "months"), [("2027-06-30", [date(2027, 6, 1)]), (None, [])])
def test_a_school_paper_of_a_later_change_takes_the_place_of_the_decisions(cast, said, months):
    row = rights.family(cast)
    record = AssessmentRecord.objects.get(pk=row.decision.assessment_id)
    record.facts["answers"] = {"school_until": "2026-06-30"}
    record.save()
    change = rights.proposed(cast, row, ChangeKind.HOLD, "checking", JUNE, TODAY)
    change.facts = record.facts | {"answers": {"school_until": said} if said else {}}
    change.status = ChangeStatus.CONFIRMED
    change.save()
    for month in (JUNE, date(2027, 6, 1)):
        fill(month=month, on=TODAY)
    assert [event.month for event in DateEvent.objects.filter(kind=E.SCHOOL_END)] == months


def test_an_event_is_dropped_with_a_reason_and_answered_once(cast):
    elder(cast, date(1936, 5, 9), 3_000)
    fill(month=MAY, on=TODAY)
    event = DateEvent.objects.get()
    with pytest.raises(BadInput):
        drop_event(event_id=event.pk, reason=" ", by=cast.township_li, on=TODAY)
    with pytest.raises(access.NotVisible):
        drop_event(event_id=event.pk, reason="不", by=cast.outsider_sun, on=TODAY)
    with pytest.raises(access.Forbidden):
        drop_event(event_id=event.pk, reason="不", by=cast.county_zhao, on=TODAY)
    for _ in range(2):
        drop_event(event_id=event.pk, reason="年龄登记有误", by=cast.township_li, on=TODAY)
    with pytest.raises(NotAllowed, match="已经不办"):
        answer_event(event_id=event.pk, by=cast.township_he, on=TODAY)


def test_the_statements_do_not_grow_with_the_rights(cast):
    counts = []
    for more in (1, 8):
        for n in range(more):
            elder(cast, date(1936, 5, 9), 3_000, f"余{more}{n}")
        with CaptureQueriesContext(
            connection,
        ) as found:
            fill(month=MAY, on=TODAY)
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_the_night_and_the_button_find_and_one_answer_goes_to_many(
    cast, client, django_assert_max_num_queries
):
    elder(cast, date(1936, 5, 9), 3_000)
    elder(cast, date(1936, 5, 10), 3_000, "余有寿")
    fill(month=MAY, on=TODAY)
    client.force_login(cast.township_li.user)
    with django_assert_max_num_queries(30):
        page = client.get(reverse("event_list"))
    assert page.status_code == 200
    ids = list(DateEvent.objects.values_list("pk", flat=True))
    # The first page counts what the list holds, and links to it.
    home = client.get(reverse("home")).content.decode()
    assert "到期事件" in home and reverse("event_list") in home
    answer = client.post(reverse("event_answer"), {"ids": ids, "outcome": "answer"})
    assert answer.status_code == 302
    changes = EntitlementChange.objects.filter(status=ChangeStatus.PROPOSED)
    assert changes.count() == 2
    client.force_login(cast.county_zhao.user)
    client.post(reverse("change_batch"), {"ids": [c.pk for c in changes], "opinion": "同意"})
    assert set(EntitlementChange.objects.values_list("status", flat=True)) == {"confirmed"}
    find_date_events()
    client.force_login(cast.township_li.user)
    assert client.post(reverse("event_fill")).status_code == 302
