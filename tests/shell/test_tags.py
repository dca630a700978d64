"""Filters and tags: what a clerk reads."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from civaffairs.jobs.models import Job
from civaffairs.lib.months import Month
from civaffairs.shell.fields import DayField


@dataclass(frozen=True)
class Left:
    left: int
    day: date | None = date(2026, 5, 28)
    paused: bool = False
    certain: bool = True
    unit: str = "个工作日"


def render(template: str, query: str = "", **context) -> str:
    request = RequestFactory().get(f"/cases/{query}")
    return Template(template).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    ("template", "value", "shown"),
    [
        ("{{ v|yuan }}", 123450, "1,234.50"),
        ("{{ v|yuan }}", 0, "0.00"),
        ("{{ v|yuan }}", None, "—"),
        ("{{ v|wan }}", 34_564_999, "34.56"),
        ("{{ v|wan:4 }}", 34_564_999, "34.5650"),
        ("{{ v|number }}", 26873, "26,873"),
        ("{{ v|in_words }}", 123450, "壹仟贰佰叁拾肆元伍角整"),
        ("{{ v|month }}", date(2024, 5, 1), "2024年5月"),
        ("{{ v|month }}", Month(2024, 5), "2024年5月"),
        ("{{ v|day }}", date(2024, 1, 5), "2024-01-05"),
        ("{{ v|day }}", None, "—"),
        ("{{ v|cn_day }}", date(2024, 1, 5), "2024年1月5日"),
        ("{{ v|moment }}", datetime(2024, 1, 5, 17, 3, tzinfo=UTC), "2024-01-06 01:03"),
        ("{{ v|day }}", datetime(2024, 1, 5, 17, 3, tzinfo=UTC), "2024-01-06"),
        ("{{ v|masked_id }}", "519901195901050029", "519901********0029"),
        ("{{ v|masked_phone }}", "13800138000", "138****8000"),
        ("{{ v|blank }}", "", '<span class="unfilled">未填</span>'),
        ("{{ v|blank }}", 0, "0"),
    ],
)
def test_values_are_shown_as_clerks_write_them(template: str, value, shown: str) -> None:
    assert render(template, v=value) == shown


@pytest.mark.parametrize(
    ("deadline", "words", "tone"),
    [
        (Left(5), "剩5个工作日", "ample"),
        (Left(3), "剩3个工作日", "ample"),
        (Left(2), "剩2个工作日", "soon"),
        (Left(0), "今天到期", "today"),
        (Left(-2), "已超2个工作日", "over"),
        (Left(-2, paused=True), "已暂停计时", "paused"),
        (Left(4, unit="天"), "剩4天", "ample"),
        (None, "不计时", "unfilled"),
    ],
)
def test_time_left_is_a_colour_and_words(deadline, words: str, tone: str) -> None:
    html = render("{% deadline_badge d %}", d=deadline)
    assert words in html
    assert tone in html


def test_a_deadline_over_an_unknown_year_says_that_it_is_reckoned() -> None:
    html = render("{% deadline_badge d %}", d=Left(5, certain=False))
    assert "剩5个工作日?" in html
    assert "放假安排尚未录入" in html


def test_a_state_always_has_its_word() -> None:
    assert render('{% status_badge "已发放" "good" %}') == '<span class="sign sign-good">已发放</span>'
    assert "进行中" in render("{% status_badge job %}", job=Job(state=Job.State.RUNNING))
    with pytest.raises(TemplateSyntaxError):
        render('{% status_badge "已发放" "green" %}')


def test_a_name_in_a_badge_cannot_become_markup() -> None:
    assert "<b>" not in render("{% status_badge word %}", word="<b>x</b>")


def test_changing_one_filter_keeps_the_others_and_goes_back_to_the_first_page() -> None:
    html = render('{% query_replace status="done" %}', query="?name=王&status=todo&after=k")
    assert html.replace("&amp;", "&") == "?name=%E7%8E%8B&status=done"
    assert render('{% query_replace status="" %}', query="?status=todo") == "?"


def test_a_column_is_sorted_up_then_down() -> None:
    assert "sort=name" in render('{% sort_head "name" "姓名" %}')
    html = render('{% sort_head "name" "姓名" %}', query="?sort=name")
    assert "sort=-name" in html
    assert 'aria-sort="ascending"' in html


class Filters(forms.Form):
    village = forms.ChoiceField(label="村", required=False, choices=[("", "全部"), ("1", "青溪村")])
    since = DayField(label="申请日期起", required=False)


def test_each_filter_in_force_is_a_chip_that_takes_it_away() -> None:
    query = RequestFactory().get("/cases/?village=1&since=20260501").GET
    html = render("{% filter_chips form %}", query="?village=1&since=20260501", form=Filters(query))
    assert "村：青溪村" in html
    assert "申请日期起：20260501" in html
    assert 'href="?since=20260501"' in html
    assert render("{% filter_chips form %}", form=Filters({})).strip() == ""


def test_an_icon_is_decoration_for_the_eye_alone() -> None:
    html = render('{% icon "search" %}')
    assert 'aria-hidden="true"' in html
    assert "sprite.svg#search" in html
