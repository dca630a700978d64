"""One household from the form to the entitlement, each act by the right person, the wrong one refused at
each, and the way back by foreign keys from the money to the form."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from assistance.models import Application, Entitlement, Notice
from assistance.services import case
from assistance.workflow import APPLICATION, Status
from civaffairs.lib.errors import NotAllowed
from civaffairs.registry import audit
from civaffairs.registry.models import AuditEvent
from tests import journeys
from tests.journeys import VISIT, after, do

# act, days after hand-in, who does it, who may not, fields
WAY = [
    ("accept", 1, "township_li", ["village_wang", "reviewer_chen", "county_zhao"], {}),
    ("request_check", 2, "township_li", ["reviewer_chen", "county_qian"], {}),
    ("record_visit", 3, "township_he", ["village_wang", "county_qian"], VISIT),
    ("record_check", 4, "county_qian", ["township_li", "county_zhao"], journeys.CHECK),
    ("assess", 4, "township_li", ["reviewer_chen", "county_zhao"], {}),
    ("finish_investigation", 7, "township_li", ["reviewer_chen", "village_wang"], {}),
    ("review", 8, "reviewer_chen", ["township_li", "county_zhao"], {"agree": True}),
    ("post_notice", 9, "township_li", ["reviewer_chen", "village_wang"], {"place": "青溪村公开栏"}),
    ("attach_photo", 10, "township_li", ["village_wang", "county_qian"], {}),
    ("close_notice", 17, "township_li", ["reviewer_chen", "county_qian"], {}),
    ("approve", 22, "county_zhao", ["county_qian", "township_li", "cashier_zhou"], {"opinion": "同意"}),
]


def test_one_household_walks_through_the_house_and_can_be_walked_back(cast):
    journeys.standard(cast)
    application = journeys.submitted(cast)
    for act, days, right, wrong, fields in WAY:
        fields = dict(fields)
        if act == "record_visit":
            fields["visited_on"] = after(application, days)
        if act == "record_check":
            fields["reported_on"] = after(application, days)
        if act == "attach_photo":
            fields["attachment_id"] = journeys.photo(cast, application).pk
        for name in wrong:
            with pytest.raises(PermissionDenied):
                do(act, application, getattr(cast, name), days, **fields)
        for stranger in (cast.outsider_sun, cast.outsider_reviewer, cast.outsider_village):
            with pytest.raises(Http404):
                do(act, application, stranger, days, **fields)
        application = do(act, application, getattr(cast, right), days, **fields)

    entitlement = Entitlement.objects.get()
    assert entitlement.from_month == date(2026, 4, 1)
    assert entitlement.decision.application == application
    assert entitlement.decision.assessment.application == application
    assert entitlement.decision.assessment.standard == entitlement.standard
    assert entitlement.decision.decided_by == cast.county_zhao
    assert application.declarations.get().submitted_by == cast.village_wang
    assert Notice.objects.get().content["amount_fen"] == entitlement.amount_fen
    assert [event.by.user.username for event in application.events.order_by("version")] == [
        "village_wang",
        *(right for _, _, right, _, _ in WAY),
    ]
    assert list(audit.faults()) == []


def test_two_cases_end_differently_and_only_one_is_paid(cast):
    approved, refused = journeys.approved(cast), journeys.refused(cast)
    assert Entitlement.objects.get().household == approved.household
    assert refused.decision.inform_due_on is not None
    do("inform", refused, cast.township_li, 23)
    assert AuditEvent.objects.filter(action="application.inform").count() == 1


def test_a_case_that_goes_round_twice_still_ends_with_other_eyes(cast):
    """Objected to, looked into again, returned by the county, and confirmed in the end."""
    application = journeys.reinvestigated(cast)
    do("record_visit", application, cast.township_he, 14, visited_on=after(application, 14), **VISIT)
    do("assess", application, cast.township_li, 14)
    do("finish_investigation", application, cast.township_li, 15)
    do("review", application, cast.reviewer_chen, 16, agree=True)
    do("return", application, cast.county_zhao, 17, opinion="请写明赡养情况")
    do("record_visit", application, cast.township_he, 18, visited_on=after(application, 18), **VISIT)
    do("assess", application, cast.township_li, 18)
    do("finish_investigation", application, cast.township_li, 18)
    do("review", application, cast.reviewer_chen, 21, agree=True)
    do("county_visit", application, cast.county_qian, 22, visited_on=after(application, 22), **VISIT)
    application = do("approve", application, cast.county_zhao, 23)
    assert application.status == Status.APPROVED
    with pytest.raises(NotAllowed):
        do("return", application, cast.county_zhao, 24, opinion="再看看")


def test_a_month_of_work_is_confirmed_in_one_go(cast):
    cases = [journeys.deciding(cast) for _ in range(5)]
    done, refused = case.perform_many(
        "approve", [row.pk for row in cases], cast.county_zhao, after(cases[0], 22), "经会议研究，同意"
    )
    assert (len(done), refused) == (5, {})
    assert set(Application.objects.values_list("status", flat=True)) == {Status.APPROVED}


def test_the_picture_in_the_handbook_is_the_table_of_the_code():
    page = Path(__file__).parents[2] / "docs" / "how" / "workflow.md"
    drawn = re.search(r"```mermaid\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
    assert drawn is not None
    assert drawn.group(1) == APPLICATION.diagram()
