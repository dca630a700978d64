"""A standard comes from a document, is confirmed by a second person and never edited."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import Standard
from assistance.policy.dibao_standard import DibaoStandard, suggested_params
from assistance.policy.parameters import ParameterErrors
from assistance.services import standard as service
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry.access import Forbidden, NotVisible
from tests.cast import COUNTY, PASSWORD, QINGXI, QINGXI_VILLAGE

JULY = date(2026, 7, 1)


def propose(cast, **changes) -> Standard:
    fields = {
        "scheme_code": "dibao-rural",
        "office_code": COUNTY,
        "from_month": JULY,
        "document_number": "云民〔2026〕8号",
        "params": suggested_params(),
        "by": cast.county_qian,
    } | changes
    return service.propose_standard(**fields)


def test_a_standard_holds_once_a_second_person_has_confirmed_it(cast):
    standard = propose(cast)
    assert standard not in Standard.objects.confirmed()
    service.confirm_standard(standard_id=standard.pk, by=cast.county_zhao)
    assert standard in Standard.objects.confirmed()


def test_a_confirmed_standard_is_neither_thrown_away_nor_confirmed_again(cast):
    standard = propose(cast)
    for _ in range(2):
        service.confirm_standard(standard_id=standard.pk, by=cast.county_zhao)
    with pytest.raises(NotAllowed):
        service.confirm_standard(standard_id=standard.pk, by=cast.county_meng)
    with pytest.raises(NotAllowed):
        service.discard_standard(standard_id=standard.pk, by=cast.county_qian)


def test_a_wrong_one_is_thrown_away_before_it_is_confirmed(cast):
    service.discard_standard(standard_id=propose(cast).pk, by=cast.county_qian)
    assert not Standard.objects.exists()


def test_whoever_entered_it_cannot_confirm_it_in_another_post(cast):
    standard = propose(cast)
    cast.county_zhao.user_id = cast.county_qian.user_id
    cast.county_zhao.save()
    with pytest.raises(NotAllowed):
        service.confirm_standard(standard_id=standard.pk, by=cast.county_zhao)


def test_a_month_has_one_standard(cast):
    propose(cast)
    with pytest.raises(Conflict):
        propose(cast)
    assert propose(cast, scheme_code="dibao-urban").pk
    assert propose(cast, office_code=QINGXI).pk


def test_wrong_numbers_are_named_each(cast):
    with pytest.raises(ParameterErrors) as refusal:
        propose(cast, params=suggested_params(standard_fen=0, min_topup_percent=101))
    assert set(refusal.value.errors) == {"standard_fen", "min_topup_percent"}


def test_rights_areas_and_levels_are_asked_for(cast):
    with pytest.raises(Forbidden):
        propose(cast, by=cast.county_zhao)
    with pytest.raises(Forbidden):
        propose(cast, by=cast.township_li)
    with pytest.raises(NotVisible):
        propose(cast, office_code="519902000000")
    with pytest.raises(BadInput):
        propose(cast, office_code=QINGXI_VILLAGE)
    with pytest.raises(BadInput):
        propose(cast, scheme_code="tekun")


def test_the_county_standard_is_seen_below_and_the_neighbours_own_is_not(cast):
    county, qingxi = propose(cast), propose(cast, office_code=QINGXI)
    assert set(Standard.objects.visible_to(cast.township_li)) == {county, qingxi}
    assert set(Standard.objects.visible_to(cast.village_wang)) == {county, qingxi}
    assert set(Standard.objects.visible_to(cast.outsider_sun)) == {county}


# --- the pages ------------------------------------------------------------------------------------


def as_user(client, username: str):
    assert client.login(username=username, password=PASSWORD)
    return client


def posted_back(client, url: str, **changes) -> dict:
    """What a browser would send of the form as it stands, with some fields typed over."""
    context = client.get(url).context
    form, formset = context["form"], context["formset"]
    data = {name: form[name].value() for name in form.fields}
    data = {
        name: {True: "yes", False: "no"}.get(value, "" if value is None else value)
        if isinstance(value, bool) or value is None
        else form.fields[name].prepare_value(value)
        for name, value in data.items()
    }
    data |= {f"bands-{key}": value for key, value in formset.management_form.initial.items()}
    return data | changes


def test_the_form_starts_from_the_last_standard_and_only_the_change_is_typed(cast, client):
    first = propose(
        cast,
        params=suggested_params(
            classified={"elder": {"percent": 10}, "minor": {"amount_fen": 5_000}}, houses_allowed=2
        ),
    )
    service.confirm_standard(standard_id=first.pk, by=cast.county_zhao)
    url = reverse("standard_new", args=["dibao-rural"])
    data = posted_back(
        as_user(client, "county_qian"),
        url,
        from_month="2027-01",
        document_number="云民〔2027〕1号",
        standard_fen="735.5",
    )
    answer = client.post(url, data)
    assert answer.status_code == 302, answer.context["form"].errors
    second = Standard.objects.exclude(pk=first.pk).get()
    assert second.params == first.params | {"standard_fen": 73_550}
    assert DibaoStandard.from_params(second.params).houses_allowed == 2
    groups = client.get(answer["Location"]).context["groups"]
    changed = [(line.value, line.was) for group in groups for line in group.lines if line.changed]
    assert changed == [("735.50 元", "705.00 元")]


def test_bands_are_entered_as_rows_and_checked_by_the_rule(cast, client):
    url = reverse("standard_new", args=["dibao-rural"])
    rows = {
        "bands-TOTAL_FORMS": "2",
        "bands-0-label": "一档",
        "bands-0-max_income_fen": "200",
        "bands-0-amount_fen": "600",
        "bands-1-label": "二档",
        "bands-1-max_income_fen": "500",
        "bands-1-amount_fen": "300",
    }
    data = posted_back(
        as_user(client, "county_qian"),
        url,
        from_month="2026-07",
        document_number="云民〔2026〕8号",
        method="bands",
        **rows,
    )
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "最后一档的收入上限低于低保标准" in answer.content.decode()
    answer = client.post(url, data | {"bands-1-max_income_fen": "705"})
    assert answer.status_code == 302
    assert [band["amount_fen"] for band in Standard.objects.get().params["bands"]] == [60_000, 30_000]


def test_an_extra_without_its_number_is_asked_for(cast, client):
    url = reverse("standard_new", args=["dibao-rural"])
    data = posted_back(
        as_user(client, "county_qian"),
        url,
        from_month="2026-07",
        document_number="云民〔2026〕8号",
        unit_elder="percent",
    )
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "请填写老年人增发多少" in answer.content.decode()


def test_confirming_and_discarding_on_the_page_are_offered_to_the_right_person(cast, client):
    standard = propose(cast)
    url = reverse("standard_detail", args=[standard.pk])
    offers = {
        who: ("准予生效" in (html := as_user(client, who).get(url).content.decode()), "作废</button>" in html)
        for who in ("county_qian", "county_zhao", "township_li")
    }
    assert offers == {
        "county_qian": (False, True),
        "county_zhao": (True, False),
        "township_li": (False, False),
    }
    as_user(client, "county_zhao").post(reverse("standard_confirm", args=[standard.pk]))
    standard.refresh_from_db()
    assert standard.confirmed_by == cast.county_zhao


def test_the_list_says_which_one_holds(cast, client):
    for month in (date(2025, 1, 1), date(2026, 1, 1), date(2099, 1, 1)):
        row = propose(cast, from_month=month)
        service.confirm_standard(standard_id=row.pk, by=cast.county_zhao)
    propose(cast, from_month=date(2099, 2, 1))
    page = as_user(client, "township_li").get(reverse("standard_list")).context["page"]
    assert [row.words for row in page] == ["待确认", "待生效", "执行中", "已被替代"]
