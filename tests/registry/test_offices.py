"""The tree of offices follows the region code."""

from datetime import date

import pytest

from civaffairs.lib.errors import BadInput, Conflict, Stale
from civaffairs.registry.access import Forbidden, NotVisible
from civaffairs.registry.models import Level, Office
from civaffairs.registry.services import offices, postings
from tests.cast import COUNTY, LIUTANG, QINGXI

NEW_TOWN, NEW_VILLAGE = "519901103000", "519901103201"
WORDS = {"name": "黑水镇", "full_name": "云岭县黑水镇人民政府", "hotline": "0999-1", "address": "街上"}


def test_level_and_parent_come_from_the_code(cast):
    town = offices.create_office(code=NEW_TOWN, by=cast.system_zheng, **WORDS)
    village = offices.create_office(
        code=NEW_VILLAGE, by=cast.system_zheng, name="水村", full_name="水村村委会"
    )
    assert (town.level, town.parent_id, town.notice_token) == (Level.TOWNSHIP, COUNTY, None)
    assert (village.level, village.parent_id) == (Level.VILLAGE, NEW_TOWN)
    assert len(village.notice_token) >= 12


@pytest.mark.parametrize(
    "code",
    [
        "51990110300",
        "5199011030000",
        "51990110300x",
        "519902103000",
        "519901000000",
        "１１９９０１１０３０００",
    ],
)
def test_a_code_of_another_shape_or_county_is_refused(cast, code):
    with pytest.raises(BadInput) as refusal:
        offices.create_office(code=code, by=cast.system_zheng, **WORDS)
    assert refusal.value.field == "code"


def test_a_village_needs_its_township_first(cast):
    with pytest.raises(BadInput):
        offices.create_office(code=NEW_VILLAGE, by=cast.system_zheng, name="水村", full_name="水村村委会")


def test_a_code_is_used_once(cast):
    with pytest.raises(Conflict):
        offices.create_office(code=QINGXI, by=cast.system_zheng, **WORDS)


def test_only_the_system_administrator_changes_offices(cast):
    with pytest.raises(Forbidden):
        offices.create_office(code=NEW_TOWN, by=cast.county_zhao, **WORDS)
    with pytest.raises(NotVisible):
        offices.change_office(code="519902101000", by=cast.system_zheng, seen="", name="邻县")


def change(cast, seen: str, **values):
    return offices.change_office(code=QINGXI, by=cast.system_zheng, seen=seen, **values)


def test_a_form_that_has_grown_old_shows_what_is_there_now(cast):
    seen = offices.fingerprint(Office.objects.get(pk=QINGXI))
    change(cast, seen, hotline="0999-2")
    with pytest.raises(Stale) as stale:
        change(cast, seen, hotline="0999-3")
    assert "监督电话：0999-2" in stale.value.changes


def test_the_same_change_sent_twice_is_harmless(cast):
    seen = offices.fingerprint(Office.objects.get(pk=QINGXI))
    change(cast, seen, hotline="0999-2")
    assert change(cast, seen, hotline="0999-2").hotline == "0999-2"


def test_an_office_with_villages_or_staff_cannot_be_closed(cast):
    for code in (QINGXI, COUNTY):
        office = Office.objects.get(pk=code)
        with pytest.raises(Conflict):
            offices.change_office(
                code=code, by=cast.system_zheng, seen=offices.fingerprint(office), is_active=False
            )


def test_an_empty_village_can_be_closed_and_gets_no_posts(cast):
    office = Office.objects.get(pk=LIUTANG)
    offices.change_office(
        code=LIUTANG, by=cast.system_zheng, seen=offices.fingerprint(office), is_active=False
    )
    with pytest.raises(BadInput):
        postings.grant_posting(
            user_id=cast.township_li.user_id,
            role="village_assistant",
            office_code=LIUTANG,
            from_day=date(2026, 3, 2),
            by=cast.security_feng,
            on=date(2026, 3, 2),
        )


def test_a_renewed_notice_address_replaces_the_old_one(cast):
    before = Office.objects.get(pk=LIUTANG).notice_token
    assert offices.renew_notice_token(code=LIUTANG, by=cast.system_zheng).notice_token != before
    with pytest.raises(BadInput):
        offices.renew_notice_token(code=QINGXI, by=cast.system_zheng)
