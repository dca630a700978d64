"""Double clicks, stale pages, batches, and the trace each act leaves."""

from itertools import pairwise

import pytest
from django.http import Http404

from assistance.models import Application, CaseEvent, Decision, Entitlement, Visit
from assistance.services import case
from assistance.workflow import Status
from civaffairs.lib.errors import BadInput, NotAllowed, Stale
from civaffairs.registry import audit
from civaffairs.registry.models import AuditEvent
from tests import journeys
from tests.journeys import VISIT, after, do


def again(act, application, by, days, version, **fields):
    """The same click from a page of that version."""
    return case.perform(
        act, application_id=application.pk, by=by, on=after(application, days), version=version, **fields
    )


def test_a_double_click_confirms_once_and_looks_like_success(cast):
    application = journeys.deciding(cast)
    version = application.version
    for _ in range(2):
        found = again("approve", application, cast.county_zhao, 22, version, opinion="同意")
        assert found.status == Status.APPROVED
    assert Decision.objects.count() == Entitlement.objects.count() == 1
    assert CaseEvent.objects.filter(act="approve").count() == 1


def test_a_double_click_records_one_visit(cast):
    application = journeys.accepted(cast)
    version = application.version
    fields = VISIT | {"visited_on": after(application, 3)}
    for _ in range(2):
        again("record_visit", application, cast.township_li, 3, version, **fields)
    assert Visit.objects.count() == 1


def test_the_same_form_filled_in_differently_is_not_a_double_click(cast):
    application = journeys.accepted(cast)
    version = application.version
    fields = VISIT | {"visited_on": after(application, 3)}
    again("record_visit", application, cast.township_li, 3, version, **fields)
    with pytest.raises(Stale):
        again("record_visit", application, cast.township_li, 3, version, **fields | {"living": "土坯房一间"})
    assert Visit.objects.get().living == VISIT["living"]


def test_the_same_act_by_somebody_else_is_not_a_double_click(cast):
    application = journeys.deciding(cast)
    version = application.version
    again("approve", application, cast.county_zhao, 22, version, opinion="同意")
    with pytest.raises(Stale) as refusal:
        again("approve", application, cast.county_meng, 22, version, opinion="同意")
    assert "赵明理" in refusal.value.changes[0]
    assert "确认，同意" in refusal.value.changes[0]


def test_a_stale_page_is_told_what_has_happened_since(cast):
    application = journeys.surveyed(cast)
    version = application.version
    do("record_visit", application, cast.township_he, 5, visited_on=after(application, 5), **VISIT)
    do("assess", application, cast.township_he, 5)
    with pytest.raises(Stale) as refusal:
        again("finish_investigation", application, cast.township_li, 6, version)
    assert [change.split("：")[1].split("，")[0] for change in refusal.value.changes] == [
        "登记入户调查",
        "测算",
    ]
    application.refresh_from_db()
    assert application.status == Status.INVESTIGATING


def test_a_version_that_does_not_exist_yet_is_stale_too(cast):
    application = journeys.accepted(cast)
    with pytest.raises(Stale):
        again("request_check", application, cast.township_li, 2, application.version + 5)


def test_without_a_version_a_repeated_step_is_harmless_and_a_wrong_one_refused(cast):
    application = journeys.submitted(cast)
    for _ in range(2):
        again("accept", application, cast.township_li, 1, None)
    assert CaseEvent.objects.filter(act="accept").count() == 1
    with pytest.raises(NotAllowed):
        again("accept", application, cast.township_he, 1, None)


def test_an_opinion_is_not_a_novel(cast):
    with pytest.raises(BadInput) as refusal:
        do("accept", journeys.submitted(cast), cast.township_li, 1, opinion="好" * 1001)
    assert "最多1000个字" in refusal.value.message


def test_every_act_leaves_its_line_in_the_timeline_and_in_the_audit_trail(cast):
    application = journeys.approved(cast)
    events = list(application.events.order_by("version"))
    assert [event.version for event in events] == list(range(1, len(events) + 1))
    assert [event.act for event in events] == [
        "submit",
        "accept",
        "request_check",
        "record_visit",
        "record_check",
        "assess",
        "finish_investigation",
        "review",
        "post_notice",
        "attach_photo",
        "close_notice",
        "approve",
    ]
    for before, event in pairwise(events):
        assert event.from_status == before.to_status
    traced = set(AuditEvent.objects.values_list("action", flat=True))
    assert {f"application.{event.act}" for event in events[1:]} <= traced
    assert list(audit.faults()) == []


def test_no_full_number_is_written_into_timeline_or_audit(cast):
    application = journeys.approved(cast)
    secrets = [member.person.id_number for member in application.members.select_related("person")]
    secrets.append(application.account_number)
    written = "".join(f"{event.opinion}{event.details}" for event in application.events.all()) + "".join(
        f"{event.details}{event.reason}{event.object_label}" for event in AuditEvent.objects.all()
    )
    assert not [secret for secret in secrets if secret in written]


# --- batch -------------------------------------------------------------------------------------------------


def test_a_batch_does_what_it_can_and_says_why_not_for_the_rest(cast):
    good, also_good = journeys.deciding(cast), journeys.deciding(cast)
    early = journeys.reviewed(cast)
    filed = journeys.deciding(cast, acceptance={"near_relative": True, "near_relative_note": "李望春之叔"})
    ids = [good.pk, early.pk, filed.pk, also_good.pk, good.pk, 999_999]
    done, refused = case.perform_many("approve", ids, cast.county_zhao, after(good, 22), "同意")
    assert done == [good.pk, also_good.pk]
    assert set(refused) == {early.pk, filed.pk, 999_999}
    assert "县级必须入户" in refused[filed.pk]
    assert "待公示" in refused[early.pk]
    opinions = set(Decision.objects.values_list("reason", flat=True))
    assert opinions == {"同意"}


def test_a_batch_stays_inside_the_area(cast):
    application = journeys.deciding(cast)
    done, refused = case.perform_many(
        "accept", [application.pk], cast.outsider_sun, after(application, 22), ""
    )
    assert (done, refused) == ([], {application.pk: "没有找到，或不在您的辖区内。"})


def test_a_batch_of_somebody_without_the_right_changes_nothing(cast):
    application = journeys.submitted(cast)
    done, refused = case.perform_many(
        "accept", [application.pk], cast.supervisor_wu, after(application, 1), ""
    )
    assert (done, refused) == ([], {application.pk: "您的岗位没有这项权限。"})


@pytest.mark.parametrize("act", ["refuse", "withdraw", "record_visit", "fly"])
def test_what_needs_a_look_at_each_case_is_not_done_in_a_batch(cast, act):
    with pytest.raises(NotAllowed):
        case.perform_many(act, [1], cast.county_zhao, journeys.MONDAY, "")


def test_the_neighbours_do_not_learn_that_a_case_exists(cast):
    application = journeys.submitted(cast)
    for act in ("accept", "approve", "review"):
        with pytest.raises(Http404):
            do(act, application, cast.outsider_sun, 1)
    assert Application.objects.get(pk=application.pk).version == 1


def test_the_audit_trail_has_words_for_every_act(cast):
    journeys.approved(cast)
    journeys.reinvestigated(cast)
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"notice.revoke", "account.confirm", "application.approve"} <= actions
    assert [action for action in actions if audit.action_name(action) == action] == []
