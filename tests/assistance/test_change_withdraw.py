"""A township takes its own proposal back while nobody has answered it."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from assistance.models import Adjustment, DateEvent, Entitlement, EntitlementChange
from assistance.services.change_withdraw import withdraw_change
from assistance.services.date_events import fill
from assistance.services.death import report_death
from assistance.services.entitlement import confirm_change, latest_change, refuse_change
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.errors import BadInput, NotAllowed, Refused, Stale
from civaffairs.registry import access
from civaffairs.registry.models import AuditEvent
from tests import overlaps, payments, rights
from tests.cast import BAISHI_VILLAGE, Cast, make_cast
from tests.rights import proposed
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

K = ChangeKind
JUNE, TODAY = date(2026, 6, 1), date(2026, 5, 6)
WHY = "金额核错，重新核实后再报"


def end(cast: Cast, row) -> EntitlementChange:
    return proposed(cast, row, K.STOP, "income", JUNE, TODAY)


def withdrawn(cast: Cast, change: EntitlementChange, **more) -> EntitlementChange:
    fields = {"change_id": change.pk, "reason": WHY, "by": cast.township_li, "on": TODAY}
    return withdraw_change(**(fields | more))


def test_the_right_goes_on_and_another_proposal_is_free(cast):
    row = payments.entitlement(cast)
    change = withdrawn(cast, end(cast, row))
    assert (change.status, change.withdraw_reason, change.withdrawn_on) == (
        ChangeStatus.WITHDRAWN,
        WHY,
        TODAY,
    )
    row.refresh_from_db()
    assert row.until_month is None
    assert not Adjustment.objects.exists()
    trace = AuditEvent.objects.filter(action="change.withdraw").get()
    assert trace.reason == WHY
    again = proposed(cast, row, K.STOP, "income", JUNE, TODAY, seen=latest_change(row))
    assert again.pk != change.pk


def test_a_second_press_finds_it_done_and_a_colleague_is_told(cast):
    change = end(cast, payments.entitlement(cast))
    for _ in range(2):
        assert withdrawn(cast, change).status == ChangeStatus.WITHDRAWN
    assert AuditEvent.objects.filter(action="change.withdraw").count() == 1
    with pytest.raises(NotAllowed, match="已撤回，不能再撤回"):
        withdrawn(cast, change, by=cast.township_he)


def test_a_colleague_of_the_office_may_and_nobody_else(cast):
    row = payments.entitlement(cast)
    assert withdrawn(cast, end(cast, row), by=cast.township_he).withdrawn_by == cast.township_he
    change = end(cast, row)
    with pytest.raises(access.NotVisible):
        withdrawn(cast, change, by=cast.outsider_sun)
    with pytest.raises(access.Forbidden):
        withdrawn(cast, change, by=cast.reviewer_chen)
    with pytest.raises(access.Forbidden):
        withdrawn(cast, change, by=cast.county_zhao)


def test_what_another_office_proposed_is_not_ours_to_take_back(cast):
    """The household has moved to the neighbour since: he sees the change, but did not propose it."""
    change = end(cast, payments.entitlement(cast))
    EntitlementChange.objects.update(office_id=cast.outsider_sun.office_id)
    with pytest.raises(NotAllowed, match="只能由青溪镇撤回"):
        withdrawn(cast, change, by=cast.outsider_sun)


@pytest.mark.parametrize("answer", [confirm_change, refuse_change])
def test_what_the_county_has_answered_stays(cast, answer):
    change = end(cast, payments.entitlement(cast))
    answer(change_id=change.pk, by=cast.county_zhao, on=TODAY, opinion="办理")
    with pytest.raises(NotAllowed, match="不能再撤回"):
        withdrawn(cast, change)


def test_the_county_cannot_answer_what_is_taken_back(cast):
    change = withdrawn(cast, end(cast, payments.entitlement(cast)))
    with pytest.raises(NotAllowed, match="已撤回，不能再办理"):
        confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)


def test_an_old_page_and_a_missing_reason_are_told(cast):
    change = end(cast, payments.entitlement(cast))
    with pytest.raises(Stale):
        withdrawn(cast, change, version=change.version + 1)
    for empty in ("", " 。"):
        with pytest.raises(BadInput, match="撤回原因") as refusal:
            withdrawn(cast, change, reason=empty)
        assert refusal.value.field == "reason"


def test_a_death_goes_back_with_all_that_hangs_on_it(cast):
    row = rights.family(cast)
    head, spouse = row.payee, row.members.get(relationship="spouse").person
    rights.own(cast, head, "old-age", 6_000)
    died = {"died_on": date(2026, 5, 2), "explanation": "死亡证明", "by": cast.township_li, "on": TODAY}
    change = report_death(person_id=head.pk, payee=spouse, **died)
    withdrawn(cast, change.group()[-1])
    assert set(EntitlementChange.objects.values_list("status", flat=True)) == {ChangeStatus.WITHDRAWN}
    head.refresh_from_db()
    assert head.died_on is None


def refused(cast: Cast, change: EntitlementChange) -> EntitlementChange:
    return refuse_change(change_id=change.pk, by=cast.county_zhao, on=TODAY, opinion="生日核对有误")


@pytest.mark.parametrize("undo", [withdrawn, refused])
def test_what_the_calendar_asked_for_is_asked_again(cast, undo):
    row = rights.family(cast)
    head = row.payee
    head.birth = date(1936, 5, 20)
    head.save()
    rights.own(cast, head, "old-age", 5_000, category="80")
    fill(month=date(2026, 5, 1), on=TODAY)
    event = DateEvent.objects.get(kind=DateEvent.Kind.AGE_90)
    DateEvent.objects.filter(pk=event.pk).update(
        state=DateEvent.State.DONE, change=end(cast, row), decided_by=cast.township_li, decided_on=TODAY
    )
    undo(cast, EntitlementChange.objects.get())
    event.refresh_from_db()
    assert (event.state, event.change, event.decided_by) == (DateEvent.State.OPEN, None, None)


def test_the_page_has_the_button_for_the_proposer_and_shows_what_was_done(cast, client):
    row = payments.entitlement(cast)
    change = end(cast, row)
    url = reverse("change_detail", args=[change.pk])
    client.force_login(cast.county_zhao.user)
    assert "撤回停发" not in client.get(url).content.decode()
    client.force_login(cast.township_li.user)
    assert "撤回停发" in client.get(url).content.decode()
    withdraw = reverse("change_withdraw", args=[change.pk])
    empty = client.post(withdraw, {"version": change.version, "reason": ""})
    assert empty.status_code == 422
    for _ in range(2):
        answer = client.post(withdraw, {"version": change.version, "reason": WHY})
        assert answer.status_code == 302, answer.content.decode()
    page = client.get(url).content.decode()
    assert "已撤回" in page
    assert WHY in page
    right = client.get(reverse("entitlement_detail", args=[row.pk])).content.decode()
    assert "撤回停发" in right
    listed = client.get(reverse("change_list"), {"status": "withdrawn"}).content.decode()
    assert WHY in listed
    client.force_login(cast.outsider_sun.user)
    assert client.post(withdraw, {"version": 1, "reason": WHY}).status_code == 404


# --- a death whose rights lie elsewhere ------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(cast):
    """The dead lived in 青溪 and has his only right in 白石."""
    who = overlaps.someone("金远行")
    row = rights.own(cast, who, "old-age", 6_000, category="80")
    Entitlement.objects.filter(pk=row.pk).update(office_id=BAISHI_VILLAGE)
    died = {"died_on": date(2026, 5, 2), "explanation": "死亡证明", "by": cast.township_li, "on": TODAY}
    return report_death(person_id=who.pk, **died)


def test_the_office_that_reported_a_death_sees_it_and_takes_it_back(cast, client, elsewhere):
    assert elsewhere.office_id == BAISHI_VILLAGE
    url = reverse("change_detail", args=[elsewhere.pk])
    right = reverse("entitlement_detail", args=[elsewhere.entitlement_id])
    client.force_login(cast.township_li.user)
    assert elsewhere.entitlement.number in client.get(url).text
    assert right not in client.get(url).text
    assert client.get(right).status_code == 404
    assert "金远行" in client.get(reverse("change_list")).text
    client.force_login(cast.outsider_sun.user)
    assert right in client.get(url).text
    with pytest.raises(NotAllowed, match="只能由青溪镇撤回"):
        withdrawn(cast, elsewhere, by=cast.outsider_sun)
    assert withdrawn(cast, elsewhere).status == ChangeStatus.WITHDRAWN


def test_who_neither_reported_nor_pays_sees_nothing_of_a_death(cast, client, elsewhere):
    """The village below the reporting township, and the reporting township itself for what is no death."""
    url = reverse("change_detail", args=[elsewhere.pk])
    client.force_login(cast.village_wang.user)
    assert client.get(url).status_code == 404
    assert "金远行" not in client.get(reverse("change_list")).text
    client.force_login(cast.township_li.user)
    EntitlementChange.objects.update(kind=K.STOP)
    assert client.get(url).status_code == 404
    EntitlementChange.objects.update(kind=K.DEATH, proposed_by=cast.outsider_sun)
    assert client.get(url).status_code == 404
    with pytest.raises(access.NotVisible):
        withdrawn(cast, elsewhere)


# --- at the same moment ------------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Each on a connection of its own, beginning together; what each returned or raised."""
    start, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        start.wait(10)
        try:
            answers[place] = act()
        except Exception as problem:
            answers[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_taken_back_and_confirmed_at_the_same_moment_is_one_of_the_two():
    cast = make_cast()
    for attempt in range(6):
        row = payments.entitlement(cast, f"户{attempt}")
        change = end(cast, row)
        answers = at_once(
            lambda change=change: withdrawn(cast, change),
            lambda change=change: confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY),
        )
        refused = [answer for answer in answers if isinstance(answer, Refused)]
        assert len(refused) == 1, answers
        assert isinstance(refused[0], NotAllowed)
        change.refresh_from_db()
        row.refresh_from_db()
        ended = change.status == ChangeStatus.CONFIRMED
        assert (row.until_month == JUNE) is ended
        assert (change.withdrawn_by is None) is ended


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_one_clerk_who_confirms_twice_at_once_is_told_nothing():
    cast = make_cast()
    change = end(cast, payments.entitlement(cast))
    confirm = {"change_id": change.pk, "by": cast.county_zhao, "on": TODAY}
    answers = at_once(*[lambda: confirm_change(**confirm)] * 2)
    assert all(isinstance(answer, EntitlementChange) for answer in answers), answers
    assert AuditEvent.objects.filter(action="change.confirm").count() == 1
