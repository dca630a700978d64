"""No page of a case names a step that its programme does not have: thirty programmes share one page."""

import re
from datetime import date

import pytest
from django.urls import reverse

from assistance.models import Application
from assistance.schemes import CATALOGUE
from assistance.selectors.acts import options
from assistance.selectors.case import tabs_of
from assistance.selectors.cases import cases_of
from assistance.services import case as case_services
from assistance.workflow import Act, Status, act_label, inquiry, status_label
from civaffairs.registry import clock
from tests import journeys, programmes

# What would name each step, wherever it stood.
WORDS = {
    "check": ("信息核对", "核对结果", "提请核对", "核对结束", "核对中", "调查核对"),
    "visit": ("入户", "调查"),
    "deliberate": ("民主评议",),
    "notice": ("公示",),
    "review": ("初审",),
    "peer": ("会审",),
    "account": ("收款账户",),
}
DAY = date(2026, 3, 2)


def lacking(spec) -> list[str]:
    """The words that no page of the programme may hold."""
    return [word for step, words in WORDS.items() if not spec.has(step) for word in words]


def kinds() -> list[str]:
    """One programme for each set of steps; the words of a page depend on nothing else."""
    seen = {}
    for case in programmes.CASES:
        spec = next((spec for spec in CATALOGUE if spec.code == case.code), None)
        if spec is not None:
            seen.setdefault(spec.steps, case.code)
    return list(seen.values())


@pytest.mark.parametrize("spec", CATALOGUE, ids=lambda spec: spec.code)
def test_the_words_of_states_and_acts_fit_every_programme(spec):
    said = [inquiry(spec), status_label(Status.INVESTIGATING, spec)]
    said += [act_label(Act.FINISH_INVESTIGATION, spec)]
    if spec.has("notice"):
        said += [act_label(Act.REINVESTIGATE, spec)]
    assert not [(word, words) for word in lacking(spec) for words in said if word in words]


def test_the_words_of_the_full_way_are_those_of_the_rules():
    dibao = CATALOGUE[0]
    assert all(act_label(act, dibao) == act.label for act in Act)
    assert all(status_label(status, dibao) == status.label for status in Status)


def main_of(page) -> str:
    """The text between the frame's menu and its foot, without tags and scripts."""
    found = re.search(r"<main.*?</main>", page.text, re.DOTALL)
    assert found, page.text[:200]
    return re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", " ", found[0], flags=re.DOTALL))


@pytest.mark.parametrize("code", kinds())
def test_no_page_of_a_case_names_a_step_its_programme_lacks(cast, client, monkeypatch, code):
    people = (cast.township_li, cast.reviewer_chen, cast.county_qian, cast.county_zhao)
    perform, spec = case_services.perform, next(spec for spec in CATALOGUE if spec.code == code)
    found, forms = [], set()

    def look(address: str) -> None:
        text = main_of(client.get(address))
        found.extend((address, word) for word in lacking(spec) if word in text)

    def look_at(application_id: int, on: date) -> None:
        monkeypatch.setattr(clock, "today", lambda: on)
        application = Application.objects.select_related("scheme").get(pk=application_id)
        here = reverse("case_detail", args=[application_id])
        for who in people:
            offered = options(application, who, on)
            if not offered:
                continue
            client.force_login(who.user)
            look(here)
            # The form of an act is the same whenever it is opened.
            for name in {option.name for option in offered} - forms:
                look(reverse("case_act", args=[application_id, name]))
                forms.add(name)
        client.force_login(cast.township_li.user)
        if application.version == 2 or application.status == Status.APPROVED:
            for tab, _ in tabs_of(application):
                look(f"{here}?tab={tab}")

    def seen(act, **fields):
        done = perform(act, **fields)
        look_at(fields["application_id"], fields["on"])
        return done

    programmes.standard(cast, programmes.BY_CODE[code])
    application = programmes.submitted(cast, programmes.BY_CODE[code], DAY)
    look_at(application.pk, DAY)
    monkeypatch.setattr(case_services, "perform", seen)
    step = programmes.looked_into(cast, application)
    decider = cast.reviewer_chen if spec.decided_by == "township" else cast.county_zhao
    kept = {"institution_id": programmes.home(cast).pk} if application.kept_by_institution else {}
    step.do("approve", decider, **kept)
    assert found == []


def test_a_paper_of_a_step_that_a_programme_lacks_is_neither_offered_nor_printed(cast, client):
    programmes.standard(cast, programmes.BY_CODE["old-age"])
    elder = programmes.submitted(cast, programmes.BY_CODE["old-age"], DAY)
    client.force_login(cast.township_li.user)
    assert "入户调查表" not in main_of(client.get(reverse("case_detail", args=[elder.pk])))
    assert "入户调查表" not in main_of(client.get(reverse("print_centre")))
    refused = client.get(reverse("print_case", args=[elder.pk, "visit"]))
    assert refused.status_code == 409
    assert "不需要入户调查" in refused.text
    family = journeys.accepted(cast)
    assert "入户调查表" in main_of(client.get(reverse("case_detail", args=[family.pk])))


def test_the_county_visits_only_where_a_programme_visits(cast):
    """The rule that near relatives are visited (民发〔2021〕57号) is about programmes that look at a home."""
    programmes.standard(cast, programmes.BY_CODE["old-age"])
    elder = programmes.submitted(cast, programmes.BY_CODE["old-age"], DAY)
    Application.objects.filter(pk=elder.pk).update(
        near_relative=True, near_relative_note="李某，镇政府，父亲"
    )
    step = programmes.looked_into(cast, elder)
    elder.refresh_from_db()
    assert Act.COUNTY_VISIT not in {option.name for option in options(elder, cast.county_qian, DAY)}
    assert elder.pk not in set(cases_of(cast.county_qian, DAY, "todo", {}).values_list("pk", flat=True))
    step.do("approve", cast.county_zhao)


def test_a_programme_for_one_person_shows_no_reason_that_its_form_does_not_ask_for(cast, client):
    programmes.standard(cast, programmes.BY_CODE["old-age"])
    elder = programmes.submitted(cast, programmes.BY_CODE["old-age"], DAY)
    Application.objects.filter(pk=elder.pk).update(reason="")
    client.force_login(cast.township_li.user)
    text = main_of(client.get(reverse("case_detail", args=[elder.pk])))
    assert "申请理由" not in text
    assert "申请说明" not in text
    Application.objects.filter(pk=elder.pk).update(reason="腿脚不便，请女儿代办")
    assert "申请说明" in main_of(client.get(reverse("case_detail", args=[elder.pk])))
