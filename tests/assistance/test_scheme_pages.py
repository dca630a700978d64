"""The pages of the programmes: found by any of their names, read by everybody, set and confirmed by two people."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.models import Scheme, SchemeTerms
from assistance.policy.overlaps import NAMES, OVERLAPS
from assistance.schemes import CATALOGUE, SCHEMES
from assistance.selectors import scheme as selector
from assistance.selectors.application import USUAL_LABEL, programmes_to_choose
from assistance.selectors.scheme_words import WHAT
from assistance.services import scheme as service
from assistance.services.standard import confirm_standard
from tests import programmes
from tests.assistance.test_scheme import TODAY, confirmed, entered, new_scheme, propose
from tests.cast import PASSWORD, QINGXI_VILLAGE


def as_user(client, username: str):
    assert client.login(username=username, password=PASSWORD)
    return client


def names(page) -> list[str]:
    return [row.scheme.code for group in page.context["classes"] for row in group.rows]


def posted_back(client, url: str, **changes) -> dict:
    """What a browser sends of the form as it stands, with some fields typed over."""
    context = client.get(url).context
    form, rows = context["form"], context["categories"]
    data = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form[name].value())
        data[name] = (
            ""
            if value is None
            else {True: "yes", False: "no"}.get(value, value)
            if value in (True, False) and isinstance(value, bool)
            else value
        )
    if rows is not None:
        data |= {f"categories-{key}": value for key, value in rows.management_form.initial.items()}
        for number, row in enumerate(rows.forms):
            data |= {f"categories-{number}-{name}": row.initial.get(name, "") for name in ("key", "name")}
    return data | changes


# --- reading ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("五保", "tekun-rural"),
        ("高龄津贴", "old-age"),
        ("gljt", "old-age"),
        ("三无", "tekun-urban"),
        ("矽肺", "silicosis"),
    ],
)
def test_a_programme_is_found_by_its_name_its_old_name_and_its_initials(cast, client, words, code):
    assert code in names(as_user(client, "township_li").get(reverse("scheme_list"), {"q": words}))


def test_the_list_narrows_to_a_class_and_says_when_nothing_is_found(cast, client):
    page = as_user(client, "township_li").get(reverse("scheme_list"), {"class": "veteran"})
    assert set(names(page)) == {"vet-disability", "vet-survivor", "vet-living", "vet-service"}
    page = client.get(reverse("scheme_list"), {"q": "没有这样的项目"})
    assert "没有找到这个项目" in page.text


@pytest.mark.parametrize("spec", CATALOGUE, ids=lambda spec: spec.code)
def test_every_programme_of_the_catalogue_has_its_page(cast, client, spec):
    page = as_user(client, "township_li").get(reverse("scheme_detail", args=[spec.code]))
    assert spec.name in page.text
    assert selector.steps_in_words(spec.steps) in page.text
    assert "还没有执行中的县级标准" in page.text


def test_what_excludes_a_programme_stands_on_its_page_with_names_only(cast, client):
    rows = selector.overlaps_of(SCHEMES["tekun-rural"])
    assert any(row.other == NAMES["dibao"] and row.effect == "不能同时享受" for row in rows)
    for spec in CATALOGUE:
        assert all(not row.other.isascii() for row in selector.overlaps_of(spec))
    shown = sum(len(selector.overlaps_of(spec)) for spec in CATALOGUE)
    assert shown >= len(OVERLAPS)


def test_the_list_takes_as_many_queries_with_more_programmes(cast, client):
    as_user(client, "township_li")
    programmes.standard(cast, programmes.BY_CODE["silicosis"])

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("scheme_list")).status_code == 200
        return len(found)

    queries()
    before = queries()
    entered(cast)
    for code in ("retrenched", "kashin-beck"):
        programmes.standard(cast, programmes.BY_CODE[code])
    assert queries() == before


def test_each_local_term_names_the_paper_that_set_it(cast):
    scheme = confirmed(cast, terms={"starts": "next", "limits": [["decide_days", 5]]}, from_day=TODAY)
    spec = scheme.spec_on(TODAY)
    facts = {fact.label: fact for fact in selector.local_facts(scheme, spec, TODAY)}
    assert (facts["从哪个月起发"].value, facts["从哪个月起发"].document) == ("批准次月起", "云民〔2026〕20号")
    assert facts["由谁审批"].document == ""
    limits = {fact.label: (fact.value, fact.document) for fact in selector.limits_of(scheme, spec, TODAY)}
    assert limits["县级审核确认期限"] == ("5个工作日", "云民〔2026〕20号")
    assert limits["受理期限"][1] == "县级参数"
    assert "公示天数" not in limits


def test_a_programme_without_a_notice_shows_no_days_of_notice_and_one_with_it_does(cast):
    for code, there in (("old-age", False), ("dibao-rural", True)):
        scheme = Scheme.objects.get(pk=code)
        labels = [fact.label for fact in selector.limits_of(scheme, scheme.spec, TODAY)]
        assert ("公示天数" in labels) is there


def test_the_history_says_what_each_paper_changed(cast):
    confirmed(cast, terms={"review_months": 6})
    confirmed(cast, terms={"review_months": 3}, from_day=date(2026, 9, 1))
    propose(cast, terms={"starts": "next"}, from_day=date(2026, 10, 1))
    found = selector.history_of(Scheme.objects.get(pk="old-age"), date(2026, 8, 1))
    assert [each.words for each in found] == ["待确认", "待生效", "已生效"]
    assert [(c.value, c.was) for each in found for c in each.changes] == [
        ("批准次月起", "申请当月起"),
        ("每3个月一次", "每6个月一次"),
        ("每6个月一次", "每12个月一次"),
    ]


# --- entering and confirming --------------------------------------------------------------------------------


def test_only_the_change_is_typed(cast, client):
    url = reverse("scheme_terms_new", args=["disability-living"])
    data = posted_back(
        as_user(client, "county_qian"), url, document_number="云民〔2026〕9号", review_months="6"
    )
    answer = client.post(url, data)
    assert answer.status_code == 302, answer.context["form"].errors
    row = SchemeTerms.objects.get()
    assert row.terms == {"review_months": 6}
    same = client.post(url, data | {"document_number": "云民〔2026〕10号"})
    assert same.status_code == 422
    assert "等待确认" in same.text


def test_a_refusal_stands_at_its_field_with_the_article(cast, client):
    url = reverse("scheme_terms_new", args=["dibao-rural"])
    data = posted_back(as_user(client, "county_qian"), url, document_number="云民〔2026〕9号")
    answer = client.post(url, data | {"steps": ["check", "visit", "review", "account"]})
    assert answer.status_code == 422
    assert "57号" in answer.context["form"].errors["steps"][0]


def test_who_entered_is_not_offered_to_confirm_and_others_may(cast, client):
    row = propose(cast, from_day=date(2099, 1, 1))
    url = reverse("scheme_detail", args=["old-age"])
    offers = {
        who: ("准予执行" in (html := as_user(client, who).get(url).text), "作废</button>" in html)
        for who in ("county_qian", "county_zhao", "township_li")
    }
    assert offers == {
        "county_qian": (False, True),
        "county_zhao": (True, False),
        "township_li": (False, False),
    }
    as_user(client, "county_zhao").post(reverse("scheme_terms_confirm", args=[row.pk]))
    row.refresh_from_db()
    assert row.confirmed_by == cast.county_zhao


def test_a_category_that_is_taken_out_of_the_form_is_gone_and_a_new_one_gets_a_key(cast, client):
    url = reverse("scheme_terms_new", args=["silicosis"])
    changes = {
        "document_number": "云民〔2026〕9号",
        "categories-TOTAL_FORMS": "4",
        "categories-2-DELETE": "on",
        "categories-3-key": "",
        "categories-3-name": "观察对象",
    }
    answer = client.post(url, posted_back(as_user(client, "county_qian"), url, **changes))
    assert answer.status_code == 302, answer.context["form"].errors
    assert SchemeTerms.objects.get().terms == {
        "categories": [["stage1", "一期"], ["stage2", "二期"], ["c1", "观察对象"]]
    }


def test_a_programme_that_waits_is_shown_as_it_would_be_and_cannot_be_applied_for(cast, client):
    row = new_scheme(cast)
    page = as_user(client, "county_zhao").get(reverse("scheme_detail", args=[row.scheme_id]))
    assert "待确认的新项目" in page.text
    assert "二期" in page.text
    assert row.scheme_id in names(client.get(reverse("scheme_list")))
    offered = {each.code for _, group in programmes_to_choose(cast.township_li, TODAY) for each in group}
    assert row.scheme_id not in offered
    assert client.get(reverse("scheme_detail", args=["nothing-of-the-kind"])).status_code == 404


# --- choosing at the counter ------------------------------------------------------------------------------


def test_every_programme_that_is_applied_for_has_a_line_that_says_what_it_is(cast):
    offered = [each for _, group in programmes_to_choose(cast.township_li, TODAY) for each in group]
    assert {each.code for each in offered} == {s.code for s in CATALOGUE if s.cadence != "batch"} == set(WHAT)
    assert all(each.what for each in offered)
    own = entered(cast)
    shown = {e.code: e for _, group in programmes_to_choose(cast.township_li, TODAY) for e in group}
    assert "一期、二期" in shown[own.code].what


def test_what_the_area_applies_for_most_stands_first_and_in_its_class(cast):
    for _ in range(2):
        programmes.submitted(cast, programmes.BY_CODE["silicosis"], TODAY)
    programmes.submitted(cast, programmes.BY_CODE["old-age"], TODAY)
    (label, first), *rest = programmes_to_choose(cast.township_li, TODAY)
    assert (label, [each.code for each in first]) == (USUAL_LABEL, ["silicosis", "old-age"])
    # Who looks for a programme looks under its class: there it stands as well, and is marked only once.
    below = [each for _, group in rest for each in group]
    assert [each.code for each in below if each.repeated] == ["old-age", "silicosis"]
    assert len(below) == len({each.code for each in below})
    assert programmes_to_choose(cast.outsider_sun, TODAY)[0][0] != USUAL_LABEL


def test_the_choice_is_kept_when_the_village_was_forgotten(cast, client):
    answer = as_user(client, "township_li").post(reverse("draft_new"), {"scheme": "tekun-rural"})
    assert answer.status_code == 422
    assert 'value="tekun-rural" checked' in " ".join(answer.text.split())
    opened = client.post(reverse("draft_new"), {"scheme": "tekun-rural", "office": QINGXI_VILLAGE})
    assert opened.status_code == 302


# --- standards of any programme -----------------------------------------------------------------------------


def test_a_standard_by_category_stands_line_by_line_beside_the_one_before(cast, client):
    first = programmes.standard(cast, programmes.BY_CODE["silicosis"])
    url = reverse("standard_new", args=["silicosis"])
    as_user(client, "county_qian")
    form = client.get(url).context["form"]
    data = {name: form.fields[name].prepare_value(form[name].value()) for name in form.fields}
    data |= {"from_month": "2026-07", "document_number": "云民〔2026〕31号", "rates__stage3": "666"}
    answer = client.post(url, {key: "" if value is None else value for key, value in data.items()})
    assert answer.status_code == 302, answer.context["form"].errors
    groups = client.get(answer["Location"]).context["groups"]
    lines = {line.label: (line.value, line.was) for group in groups for line in group.lines if line.of}
    assert lines["三期"] == ("666.00 元", "600.00 元")
    assert lines["一期"] == ("300.00 元", "300.00 元")
    assert first.category_names == {"stage1": "一期", "stage2": "二期", "stage3": "三期"}


def test_the_list_of_standards_narrows_to_a_programme_and_to_what_waits(cast, client):
    programmes.standard(cast, programmes.BY_CODE["silicosis"])
    programmes.standard(cast, programmes.BY_CODE["kashin-beck"])
    page = as_user(client, "county_zhao").get(reverse("standard_list"), {"scheme": "silicosis"})
    (row,) = page.context["page"].rows
    assert (row.scheme_id, row.main) == ("silicosis", "300.00～600.00 元（3类）")
    assert client.get(reverse("standard_list"), {"state": "waiting"}).context["page"].rows == []
    again = client.get(reverse("standard_list"), {"scheme": "no-such"})
    assert again.status_code == 200


def test_a_standard_keeps_a_category_that_is_gone_since(cast):
    standard = programmes.standard(cast, programmes.BY_CODE["silicosis"])
    row = propose(cast, "silicosis", terms={"categories": [["stage1", "一期"]]})
    service.confirm_terms(terms_id=row.pk, by=cast.county_zhao, on=TODAY)
    standard.scheme.refresh_from_db()
    assert standard.category_names["stage3"] == "三期"
    assert confirm_standard(standard_id=standard.pk, by=cast.county_zhao) == standard
