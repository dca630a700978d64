from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import Month, age_on, months_between, parse_day

MONTHS = st.builds(Month, st.integers(1900, 2199), st.integers(1, 12))
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    "typed",
    ["202405", "2024-05", "2024-5", "2024年5月", "2024.5", "2024/05", "２０２４．５", " 2024 年 5 月 "],
)
def test_a_month_is_read_as_people_type_it(typed):
    assert Month.parse(typed) == Month(2024, 5)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("2024", "2024-05"),
        ("2024-13", "13 月"),
        ("2024-0", "0 月"),
        ("0024-05", "年份"),
        ("五月", "2024-05"),
        ("", "2024-05"),
        ("20245", "2024-05"),
    ],
)
def test_what_is_not_a_month_is_refused(typed, word):
    with pytest.raises(BadInput, match=word):
        Month.parse(typed)


def test_a_month_knows_its_days_and_neighbours():
    february = Month(2024, 2)
    assert (february.first_day, february.last_day) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (Month(2024, 12).next, Month(2024, 1).previous) == (Month(2025, 1), Month(2023, 12))
    assert (str(february), february.label) == ("2024-02", "2024年2月")
    assert Month.of(date(2024, 2, 29)) == february
    with pytest.raises(ValueError, match="no such month"):
        Month(2024, 13)


def test_a_range_does_not_hold_its_end():
    assert list(Month(2024, 11).until(Month(2025, 2))) == [Month(2024, 11), Month(2024, 12), Month(2025, 1)]
    assert list(Month(2024, 5).until(Month(2024, 5))) == []
    assert list(Month(2024, 5).until(Month(2024, 1))) == []


@given(MONTHS, st.integers(-500, 500))
def test_adding_months_and_counting_them_agree(month, count):
    later = month.plus(count)
    assert months_between(month, later) == count
    assert later.plus(-count) == month
    assert len(list(month.until(later))) == max(count, 0)
    assert (later > month) == (count > 0)


@given(MONTHS)
def test_a_month_reads_back_from_what_it_shows(month):
    assert Month.parse(str(month)) == month
    assert Month.parse(month.label) == month


@pytest.mark.parametrize(
    "typed",
    ["20240105", "2024-1-5", "2024.01.05", "2024/1/5", "2024年1月5日", "２０２４－１－５", "2024。1。5"],
)
def test_a_day_is_read_as_people_type_it(typed):
    assert parse_day(typed) == date(2024, 1, 5)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("2024-02-30", "2024年2月没有 30 日"),
        ("2023-02-29", "2023年2月没有 29 日"),
        ("2024-13-01", "没有 13 月"),
        ("18240105", "年份 1824"),
        ("240105", "20240105"),
        ("昨天", "20240105"),
        ("2024-1/5x", "20240105"),
    ],
)
def test_what_is_not_a_day_is_refused_and_says_why(typed, word):
    with pytest.raises(BadInput, match=word):
        parse_day(typed)


@given(DAYS)
def test_every_written_form_of_a_day_is_the_same_day(day):
    for form in ("%Y%m%d", "%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日"):
        assert parse_day(day.strftime(form)) == day


def test_a_year_of_age_is_reached_on_the_birthday():
    birth = date(1964, 5, 20)
    assert age_on(birth, date(2024, 5, 19)) == 59
    assert age_on(birth, date(2024, 5, 20)) == 60
    assert age_on(birth, birth) == 0


def test_one_born_on_29_february_turns_a_year_older_at_the_end_of_february():
    birth = date(2008, 2, 29)
    assert age_on(birth, date(2026, 2, 27)) == 17
    assert age_on(birth, date(2026, 2, 28)) == 18
    assert age_on(birth, date(2028, 2, 28)) == 19
    assert age_on(birth, date(2028, 2, 29)) == 20


def test_nobody_has_an_age_before_birth():
    with pytest.raises(BadInput, match="出生日期"):
        age_on(date(2024, 1, 2), date(2024, 1, 1))


@given(DAYS, st.integers(0, 40_000))
def test_age_grows_by_at_most_one_a_day_and_never_falls(birth, days):
    day = birth + timedelta(days)
    if day.year > 2199:
        return
    assert 0 <= age_on(birth, day + timedelta(1)) - age_on(birth, day) <= 1
