import warnings
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civaffairs.lib.workdays import WorkCalendar, seed_from_library


def seeded() -> WorkCalendar:
    rows = list(seed_from_library())
    return WorkCalendar(
        {day: note for day, kind, note in rows if kind == "holiday"},
        {day: note for day, kind, note in rows if kind == "workday"},
        frozenset(day.year for day, _, _ in rows),
    )


CALENDAR = seeded()


def test_the_seed_runs_from_2004_to_2026_in_order_and_says_which_feast():
    rows = list(seed_from_library())
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert {row[0].year for row in rows} == set(range(2004, 2027))
    assert (date(2026, 2, 14), "workday", "春节调休上班") in rows
    assert (date(2026, 10, 1), "holiday", "国庆节放假") in rows


@pytest.mark.parametrize("year", range(2012, 2027))
def test_the_seed_agrees_with_a_second_independent_calendar(year):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = holidays.country_holidays("CN", years=year)
        day, differing = date(year, 1, 1), []
        while day.year == year:
            if CALENDAR.is_workday(day) != other.is_working_day(day):
                differing.append(day)
            day += timedelta(1)
    assert differing == []


def test_the_day_of_the_event_does_not_count():
    # 2026-06-05 is a Friday; the three working days are Monday to Wednesday.
    assert CALENDAR.add(date(2026, 6, 5), 3).day == date(2026, 6, 10)


def test_make_up_days_count_and_holidays_do_not():
    # After Thursday 12 February 2026: Fri 13, make-up Sat 14, then the feast, Tue 24, Wed 25, Thu 26.
    deadline = CALENDAR.add(date(2026, 2, 12), 5)
    assert deadline.day == date(2026, 2, 26)
    assert deadline.certain


def test_a_limit_of_no_days_is_the_day_itself_even_on_a_holiday():
    assert CALENDAR.add(date(2026, 10, 1), 0).day == date(2026, 10, 1)
    assert CALENDAR.add(date(2026, 10, 1), 0).certain


def test_a_limit_that_runs_into_a_year_without_data_says_so():
    assert CALENDAR.add(date(2026, 12, 28), 3).certain
    uncertain = CALENDAR.add(date(2026, 12, 30), 3)
    assert uncertain.day == date(2027, 1, 4)
    assert not uncertain.certain
    assert CALENDAR.missing_years(date(2026, 12, 30), uncertain.day) == (2027,)
    assert CALENDAR.missing_years(date(2026, 1, 1), date(2026, 12, 31)) == ()


def test_a_negative_limit_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(date(2026, 1, 1), -1)


def test_a_day_cannot_be_both_holiday_and_working_day():
    day = date(2026, 1, 1)
    with pytest.raises(ValueError, match="both"):
        WorkCalendar({day: "元旦"}, {day: "元旦"}, frozenset({2026}))


@given(st.dates(date(2004, 1, 1), date(2026, 6, 30)), st.integers(1, 60))
def test_counting_back_the_days_of_a_limit_gives_the_limit(start, days):
    deadline = CALENDAR.add(start, days)
    assert CALENDAR.is_workday(deadline.day)
    assert CALENDAR.between(start, deadline.day) == days
    assert CALENDAR.between(deadline.day, start) == -days
    assert CALENDAR.between(start, deadline.day - timedelta(1)) == days - 1
