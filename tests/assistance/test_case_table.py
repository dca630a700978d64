"""Who may do what in which state: every state × every act × everybody, against a table written by hand."""

from copy import deepcopy

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from assistance.models import Application
from assistance.selectors.acts import options
from assistance.services import case
from assistance.services.acting import SERVICES
from assistance.workflow import APPLICATION, Act, Status
from civaffairs.lib.errors import NotAllowed, Refused
from civaffairs.registry.models import Role
from tests import journeys
from tests.cast import Cast, make_cast
from tests.kept import kept

SURVEY = {
    "request_check",
    "follow_check",
    "record_visit",
    "record_deliberation",
    "assess",
    "finish_investigation",
}
END = {"extend", "terminate", "withdraw"}

# state → role → acts. A role that is not named may do nothing there.
TABLE: dict[str, dict[str, set[str]]] = {
    "submitted": {
        Role.VILLAGE_ASSISTANT: {"withdraw"},
        Role.TOWNSHIP_CLERK: {"accept", "request_correction", "withdraw"},
        Role.TOWNSHIP_REVIEWER: {"give_advance"},  # and then refused: not for 低保
    },
    "correction": {
        Role.VILLAGE_ASSISTANT: {"withdraw"},
        Role.TOWNSHIP_CLERK: {"terminate", "withdraw"},
    },
    "investigating": {
        Role.VILLAGE_ASSISTANT: {"withdraw"},
        Role.TOWNSHIP_CLERK: SURVEY | END,
        Role.TOWNSHIP_REVIEWER: {"give_advance"},
        Role.COUNTY_CLERK: {"record_check"},
    },
    "reviewing": {
        Role.VILLAGE_ASSISTANT: {"withdraw"},
        Role.TOWNSHIP_CLERK: {"assess"} | END,
        Role.TOWNSHIP_REVIEWER: {"review", "return_to_investigation"},
    },
    "to_post": {
        Role.VILLAGE_ASSISTANT: {"withdraw"},
        Role.TOWNSHIP_CLERK: {"post_notice"} | END,
    },
    "on_notice": {
        Role.VILLAGE_ASSISTANT: {"withdraw"},
        Role.TOWNSHIP_CLERK: {
            "attach_photo",
            "record_objection",
            "answer_objection",
            "reinvestigate",
            "close_notice",
        }
        | END,
    },
    "peer": {
        Role.VILLAGE_ASSISTANT: {"withdraw"},
        Role.TOWNSHIP_CLERK: END,
        Role.COUNTY_CLERK: {"record_peer", "return"},
        Role.COUNTY_APPROVER: {"return"},
    },
    "deciding": {
        Role.VILLAGE_ASSISTANT: {"withdraw"},
        Role.TOWNSHIP_CLERK: END,
        Role.TOWNSHIP_REVIEWER: {"approve", "refuse"},  # and then refused: not delegated
        Role.COUNTY_CLERK: {"county_visit", "record_complaint", "return"},
        Role.COUNTY_APPROVER: {"approve", "refuse", "record_complaint", "return"},
    },
    "returned": {
        Role.VILLAGE_ASSISTANT: {"withdraw"},
        Role.TOWNSHIP_CLERK: SURVEY | END,
        Role.TOWNSHIP_REVIEWER: {"give_advance"},
        Role.COUNTY_CLERK: {"record_check"},
    },
    "approved": {Role.TOWNSHIP_CLERK: {"inform"}},
    "refused": {Role.TOWNSHIP_CLERK: {"inform"}},
    "withdrawn": {},
    "terminated": {},
}

# By their right the role could do these somewhere; where it may not, the answer is the state's, not the
# gate's.
RIGHTS = {
    role: set().union(*(by_role.get(role, set()) for by_role in TABLE.values())) for role in Role.values
}

FIELDS = {
    "record_visit": {"investigators": ["甲", "乙"]},
    "county_visit": {"investigators": ["甲", "乙"]},
}


def in_every_state() -> tuple[Cast, dict[Status, Application]]:
    cast = make_cast()
    return cast, journeys.in_every_state(cast)


states_kept = kept(in_every_state, scope="module")


@pytest.fixture
def cast(states_kept, db) -> Cast:
    return deepcopy(states_kept[0])


@pytest.fixture
def application(states_kept, status, db) -> Application:
    return deepcopy(states_kept[1][status])


def attempt(application, act: str, by, on) -> str:
    """What becomes of it; whatever happened is undone."""
    sid = transaction.savepoint()
    try:
        case.perform(
            act,
            application_id=application.pk,
            by=by,
            on=on,
            opinion="试一试",
            **FIELDS.get(act, {}),
        )
    except Http404:
        return "unseen"
    except PermissionDenied:
        return "forbidden"
    except NotAllowed as refusal:
        return "state" if refusal.message.startswith("现在是") else "open"
    except Refused:
        return "open"
    finally:
        transaction.savepoint_rollback(sid)
    return "open"


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.value)
def test_in_each_state_each_person_may_do_exactly_what_the_table_says(cast, application, status):
    on = journeys.after(application, 30)
    wrong = []
    for name, posting in cast.everybody().items():
        for act in SERVICES:
            if name.startswith("outsider"):
                expected = "unseen"
            elif act in TABLE[status.value].get(posting.role, set()):
                expected = "open"
            elif act in RIGHTS[posting.role]:
                expected = "state"
            else:
                expected = "forbidden"
            found = attempt(application, act, posting, on)
            if found != expected:
                wrong.append(f"{name} {act}: {found}, should be {expected}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.value)
def test_the_buttons_of_a_page_are_the_acts_of_the_table(cast, application, status):
    on = journeys.after(application, 30)
    for posting in cast.everybody().values():
        offered = {option.name for option in options(application, posting, on)}
        expected = set(TABLE[status.value].get(posting.role, set()))
        if posting.role == Role.TOWNSHIP_REVIEWER:
            # This county has delegated nothing, and 先行救助 is not for 低保.
            expected -= {"approve", "refuse", "give_advance"}
        assert offered == expected, posting


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.value)
def test_a_greyed_button_is_an_act_that_would_be_refused_for_that_reason(cast, application, status):
    on = journeys.after(application, 30)
    for posting in cast.everybody().values():
        if posting.office_id.startswith("519901102"):
            continue  # the neighbours do not see the page
        for option in options(application, posting, on):
            if option.enabled:
                continue
            with pytest.raises(Refused) as refusal:
                case.perform(
                    option.name,
                    application_id=application.pk,
                    by=posting,
                    on=on,
                    opinion="试一试",
                    **FIELDS.get(option.name, {}),
                )
            assert refusal.value.message


def test_every_act_of_the_workflow_has_its_service():
    intake = {Act.SUBMIT, Act.RESUBMIT, Act.AMEND}  # services/application.py
    assert set(SERVICES) == {act.value for act in Act if act not in intake}
    assert set(SERVICES) <= {transition.name for transition in APPLICATION.transitions}


def test_an_act_nobody_has_written_is_refused_in_words(cast):
    with pytest.raises(NotAllowed):
        case.perform("fly", application_id=1, by=cast.township_li, on=journeys.MONDAY)


@pytest.mark.parametrize("status", [Status.INVESTIGATING, Status.ON_NOTICE, Status.DECIDING])
def test_the_buttons_of_a_page_cost_few_queries(cast, application, status, django_assert_max_num_queries):
    for posting in (cast.township_li, cast.county_qian, cast.county_zhao):
        # The one who decides also asks what excludes what: four reads, whatever the number of people.
        with django_assert_max_num_queries(14):
            options(application, posting, journeys.after(application, 30))
