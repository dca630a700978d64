"""County settings and working days: a document, a month, two people."""

from datetime import date

import pytest

from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.lib.workdays import seed_from_library
from civaffairs.registry import county
from civaffairs.registry.access import Forbidden, NotVisible
from civaffairs.registry.calendar import work_calendar, year_to_enter
from civaffairs.registry.models import CountySetting, WorkdayRule, WorkdayYear
from civaffairs.registry.services import settings, workdays

TODAY = date(2026, 3, 10)
APRIL = date(2026, 4, 1)


def propose(cast, **changes) -> CountySetting:
    fields = {
        "key": "notice_days",
        "value": 10,
        "from_month": APRIL,
        "document_number": "云民〔2026〕9号",
        "by": cast.county_qian,
        "on": TODAY,
    } | changes
    return settings.propose_setting(**fields)


def confirm(cast, row: CountySetting, **changes) -> CountySetting:
    return settings.confirm_setting(**({"setting_id": row.pk, "by": cast.county_zhao, "on": TODAY} | changes))


def test_a_setting_holds_from_its_month_once_a_second_person_has_confirmed_it(cast):
    row = propose(cast)
    assert county.value("notice_days", APRIL) == 7
    confirm(cast, row)
    assert county.value("notice_days", date(2026, 3, 31)) == 7
    assert county.value("notice_days", APRIL) == 10
    assert county.values(APRIL)["notice_days"] == 10


def test_the_roles_of_entering_and_confirming_are_apart(cast):
    with pytest.raises(Forbidden):
        propose(cast, by=cast.county_zhao)
    with pytest.raises(Forbidden):
        confirm(cast, propose(cast), by=cast.county_qian)


def test_one_person_in_two_posts_still_cannot_confirm_his_own(cast):
    cast.county_zhao.user_id = cast.county_qian.user_id
    cast.county_zhao.save()
    with pytest.raises(NotAllowed):
        confirm(cast, propose(cast))


def test_confirming_twice_is_harmless_and_by_another_refused(cast):
    row = propose(cast)
    assert confirm(cast, row).confirmed_at == confirm(cast, row).confirmed_at
    with pytest.raises(NotAllowed):
        confirm(cast, row, by=cast.county_meng)


def test_a_setting_cannot_reach_back_into_a_past_month(cast):
    with pytest.raises(BadInput):
        propose(cast, from_month=date(2026, 2, 1))
    with pytest.raises(NotAllowed):
        confirm(cast, propose(cast), on=date(2026, 5, 2))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("notice_days", 6),
        ("notice_days", 31),
        ("notice_days", True),
        ("notice_days", "8"),
        ("delegated", 1),
    ],
)
def test_a_value_that_the_rule_does_not_allow_is_refused(cast, key, value):
    with pytest.raises(BadInput):
        propose(cast, key=key, value=value)


def test_an_unknown_setting_does_not_exist(cast):
    with pytest.raises(NotVisible):
        propose(cast, key="no_such_thing")


def test_one_proposal_at_a_time_and_a_wrong_one_is_thrown_away(cast):
    row = propose(cast)
    with pytest.raises(Conflict):
        propose(cast, value=9)
    settings.discard_setting(setting_id=row.pk, by=cast.county_qian)
    row = confirm(cast, propose(cast, value=9))
    with pytest.raises(NotAllowed):
        settings.discard_setting(setting_id=row.pk, by=cast.county_qian)


def test_a_second_value_for_the_same_month_is_refused(cast):
    confirm(cast, propose(cast))
    with pytest.raises(Conflict):
        confirm(cast, propose(cast, value=12))


# --- working days ---------------------------------------------------------------------------------

YEAR_2027 = """
2027-01-01至2027-01-03 放假 元旦
2027-02-06~2027-02-12，放假，春节
2027-02-20 上班 春节
20270501至20270505 放假 劳动节

2027-10-01至2027-10-07 放假 国庆节
"""


def enter(cast, text: str = YEAR_2027, **changes) -> WorkdayYear:
    lines = workdays.read_lines(text, 2027)
    fields = {
        "year": 2027,
        "document_number": "国办发明电〔2026〕9号",
        "lines": lines,
        "by": cast.county_qian,
    }
    return workdays.enter_year(**(fields | changes))


@pytest.mark.django_db
def test_the_known_years_are_there_from_the_start():
    known = list(seed_from_library())
    assert WorkdayRule.objects.count() == len(known)
    years = {day.year for day, _, _ in known}
    assert set(WorkdayYear.objects.values_list("year", flat=True)) == years
    assert min(years) == 2004
    assert max(years) >= 2026
    assert work_calendar().is_workday(date(2026, 2, 14))
    assert not work_calendar().is_workday(date(2026, 10, 1))


def test_a_year_counts_as_certain_once_it_is_entered(cast):
    before = work_calendar().add(date(2026, 12, 30), 3)
    assert not before.certain
    enter(cast)
    after = work_calendar().add(date(2026, 12, 30), 3)
    assert (after.day, after.certain) == (date(2027, 1, 5), True)
    assert work_calendar().is_workday(date(2027, 2, 20))


def test_a_corrected_notice_replaces_the_list(cast):
    enter(cast)
    enter(cast, YEAR_2027.replace("2027-02-20", "2027-02-21"))
    rules = WorkdayRule.objects.filter(year_id=2027, kind="workday")
    assert [rule.day for rule in rules] == [date(2027, 2, 21)]


def test_next_year_is_asked_for_from_november(cast):
    assert year_to_enter(date(2026, 10, 31)) is None
    assert year_to_enter(date(2026, 11, 1)) == 2027
    assert year_to_enter(date(2027, 1, 1)) == 2027
    enter(cast)
    assert year_to_enter(date(2026, 12, 1)) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2027-02-31 放假", "第1行"),
        ("2027-01-01", "请写"),
        ("2027-03-03 上班 春节", "星期三"),
        ("2026-05-01 放假", "不在2027年"),
        ("2027-01-05至2027-01-01 放假", "起止"),
        ("2027-01-01至2027-02-01 放假", "起止"),
        ("2027-01-01 休假", "请写"),
        ("2027-01-01 放假 元旦\n2027-01-01 放假 元旦", "重复"),
        ("2027-01-01 放假 元旦", "劳动节"),
        ("", "请填写"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line, words):
    with pytest.raises(BadInput, match=words):
        workdays.read_lines(line, 2027)


def test_only_the_county_clerk_enters_a_year(cast):
    with pytest.raises(Forbidden):
        enter(cast, by=cast.township_li)
