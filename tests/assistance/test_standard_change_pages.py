"""The pages of 提标: what each of the people sees and may press."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import Entitlement, Standard, StandardChange
from assistance.services.standard import propose_standard
from civaffairs.jobs import runner
from tests import standards
from tests.cast import BAISHI_VILLAGE, PASSWORD
from tests.standards import JULY, OLD_AGE


@pytest.fixture(autouse=True)
def rights(cast):
    """Two elders here and one next door, and a standard that pays more from July."""
    old = standards.in_force(cast, OLD_AGE, date(2025, 1, 1), ages=standards.ages({80: 5_000, 90: 10_000}))
    found = [
        standards.elder(cast, old),
        standards.elder(cast, old, "温玉芬", 90),
        standards.elder(cast, old, "沈桂香", office=BAISHI_VILLAGE),
        standards.elder(cast, old, "甘秀云", base_fen=4_000),
    ]
    standards.in_force(cast, OLD_AGE, JULY, ages=standards.ages({80: 6_000, 90: 13_000}))
    return found


@pytest.fixture
def new():
    return Standard.objects.get(from_month=JULY)


def as_user(client, username: str):
    assert client.login(username=username, password=PASSWORD)
    return client


def page(client, name: str, *args, **query) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def run_jobs() -> None:
    for change in StandardChange.objects.exclude(job=None):
        runner.run(change.job_id)


def test_from_the_standard_to_the_list_of_what_changes(cast, client, new):
    as_user(client, "county_qian")
    assert "测算提标" in page(client, "standard_detail", new.pk)
    assert "什么都不变" in page(client, "standard_change_new", new.pk)
    answer = client.post(reverse("standard_change_new", args=[new.pk]))
    change = StandardChange.objects.get()
    assert answer["Location"] == reverse("standard_change_detail", args=[change.pk])
    assert "正在测算" in page(client, "standard_change_detail", change.pk)
    run_jobs()
    seen = page(client, "standard_change_detail", change.pk)
    for words in ("3 人", "50.00 元", "人工处理", "白石镇", "没有测算底稿"):
        assert words in seen, words
    rows = page(client, "standard_change_rows", change.pk, outcome="raised")
    assert "温玉芬" in rows
    assert "甘秀云" not in rows
    # The one who had it reckoned does not find the button.
    assert "审批执行" not in seen


def test_a_second_person_presses_once_and_takes_it_back(cast, client, new, rights):
    change = standards.previewed(cast, new)
    as_user(client, "county_zhao")
    assert "审批执行" in page(client, "standard_change_detail", change.pk)
    confirm = page(client, "standard_change_approve", change.pk)
    assert "3 人" in confirm
    url = reverse("standard_change_approve", args=[change.pk])
    assert client.post(url, {"version": change.version}).status_code == 302
    run_jobs()
    assert rights[0].next.amount_fen == 6_000
    seen = page(client, "standard_change_detail", change.pk)
    assert "已执行" in seen
    change.refresh_from_db()
    url = reverse("standard_change_undo", args=[change.pk])
    assert "请填写" in client.post(url, {"version": change.version}).content.decode()
    assert client.post(url, {"version": change.version, "reason": "文件印错"}).status_code == 302
    run_jobs()
    assert not Entitlement.objects.exclude(previous=None).exists()
    assert "文件印错" in page(client, "standard_change_detail", change.pk)


def test_an_act_from_an_old_page_says_so_and_changes_nothing(cast, client, new):
    change = standards.previewed(cast, new)
    as_user(client, "county_zhao")
    answer = client.post(reverse("standard_change_approve", args=[change.pk]), {"version": 1})
    assert answer.status_code == 422
    assert "有了变化" in answer.content.decode()
    change.refresh_from_db()
    assert change.state == "previewed"


def test_a_township_sees_its_own_rows_and_sums(cast, client, new):
    change = standards.previewed(cast, new)
    as_user(client, "outsider_sun")
    seen = page(client, "standard_change_detail", change.pk)
    assert "白石镇" in seen
    assert "青溪镇" not in seen
    assert "没有测算底稿" not in seen
    rows = page(client, "standard_change_rows", change.pk)
    assert "沈桂香" in rows
    assert "温玉芬" not in rows
    assert "测算提标" not in page(client, "standard_detail", new.pk)


def test_a_raise_that_was_given_up_leaves_the_way_open(cast, client, new):
    change = standards.previewed(cast, new)
    as_user(client, "county_qian")
    assert "测算提标" not in page(client, "standard_detail", new.pk)
    client.post(reverse("standard_change_discard", args=[change.pk]), {"version": change.version})
    assert "测算提标" in page(client, "standard_detail", new.pk)
    assert "已放弃" in page(client, "standard_change_detail", change.pk)


def test_a_standard_of_the_past_says_who_makes_up_for_it(cast, client, new):
    proposed = propose_standard(
        scheme_code=OLD_AGE,
        office_code="519901000000",
        from_month=date(2026, 1, 1),
        document_number="云民〔2026〕1号",
        params=new.params | {"ages": standards.ages({80: 5_500})},
        by=cast.county_qian,
    )
    as_user(client, "county_zhao")
    seen = page(client, "standard_detail", proposed.pk)
    assert "不会自动补发" not in seen
    assert "审批后补发" in seen


def test_pages_ask_no_more_questions_for_more_rows(cast, client, new, django_assert_max_num_queries):
    change = standards.previewed(cast, new)
    as_user(client, "county_qian")
    page(client, "standard_change_rows", change.pk)
    with django_assert_max_num_queries(14):
        page(client, "standard_change_rows", change.pk)
    with django_assert_max_num_queries(14):
        page(client, "standard_change_detail", change.pk)
