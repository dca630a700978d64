"""优抚: who moved in or was discharged this year is granted at once and paid here from January on."""

from dataclasses import replace
from datetime import date

import pytest

from assistance.models import Entitlement
from reporting.document import Paragraph, plain
from reporting.prints.case import papers_of
from reporting.prints.decision import decision_notice
from tests import programmes, rights
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

JANUARY = date(2027, 1, 1)
MOVED = {"vet-disability": "discharged", "vet-survivor": "moved"}


def _granted(cast, code: str, arrived: date):
    one = programmes.BY_CODE[code]
    one = replace(one, answers={**one.answers, "arrival": MOVED[code], "arrived_on": arrived})
    programmes.standard(cast, one)
    return programmes.granted(cast, programmes.submitted(cast, one, date(2026, 6, 8)))


@pytest.mark.parametrize("code", list(MOVED))
def test_who_came_this_year_is_granted_with_the_january_after_as_first_month(cast, code):
    application = _granted(cast, code, date(2026, 3, 2))
    right = Entitlement.objects.get(decision=application.decision)
    assert (right.from_month, right.pays_from) == (JANUARY, JANUARY)
    assert application.decision.from_month == JANUARY
    steps = application.decision.assessment.steps
    assert ("本地开始发放", "2027年1月") in [(step["label"], step["result"]) for step in steps]
    paper = decision_notice(papers_of(application, date(2026, 6, 30), True))
    text = "".join(plain(block.runs) for block in paper.blocks if isinstance(block, Paragraph))
    assert "自2027年1月起按月发到" in text
    assert "2026年12月及以前的，由原发放机关发放" in text


def test_no_list_of_this_year_has_him_and_the_first_of_the_next_does(cast):
    application = _granted(cast, "vet-disability", date(2026, 3, 2))
    other = rights.own(cast, programmes_person(cast), "vet-disability", 93_000, category="g10-duty")
    right = Entitlement.objects.get(decision=application.decision)
    (december,) = rights.listed(cast, "vet-disability", date(2026, 12, 1))
    assert list(december.lines.values_list("entitlement", flat=True)) == [other.pk]
    (january,) = rights.listed(cast, "vet-disability", JANUARY)
    assert set(january.lines.values_list("entitlement", flat=True)) == {other.pk, right.pk}
    assert not right.adjustments.exists()


def programmes_person(cast):
    return rights.family(cast).payee


def test_who_came_in_an_earlier_year_is_paid_as_ever(cast):
    application = _granted(cast, "vet-survivor", date(2025, 11, 30))
    assert application.decision.from_month == date(2026, 6, 1)
    paper = decision_notice(papers_of(application, date(2026, 6, 30), True))
    text = "".join(plain(block.runs) for block in paper.blocks if isinstance(block, Paragraph))
    assert "原发放机关" not in text
