"""Offices, users, the audit trail, county settings, working days and jobs, as they are seen and pressed."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from civaffairs.jobs import runner
from civaffairs.jobs.models import Job, JobError
from civaffairs.jobs.services import make_job
from civaffairs.registry import audit, clock
from civaffairs.registry.models import CountySetting, Office, Posting, User, WorkdayYear
from tests.cast import COUNTY, PASSWORD, QINGXI, QINGXI_VILLAGE


@pytest.fixture
def as_user(client):
    def enter(username: str):
        assert client.login(username=username, password=PASSWORD)
        return client

    return enter


def words(answer) -> str:
    return answer.content.decode()


# --- offices and users ----------------------------------------------------------------------------


def test_a_township_and_its_village_are_entered(cast, as_user):
    client = as_user("system_zheng")
    for code, name in (("519901103000", "黑水镇"), ("519901103201", "水村")):
        typed = {"code": f" {code} ", "name": name, "full_name": f"云岭县{name}", "is_active": "on"}
        assert client.post(reverse("office_new"), typed)["Location"] == reverse("office_list")
    page = client.get(reverse("office_list"), {"township": "519901103000"}).context["page"]
    assert [office.name for office in page] == ["黑水镇", "水村"]


def test_a_wrong_code_is_said_beside_the_field_and_the_rest_stays(cast, as_user):
    typed = {"code": "5199011030", "name": "黑水镇", "full_name": "云岭县黑水镇", "is_active": "on"}
    answer = as_user("system_zheng").post(reverse("office_new"), typed)
    assert answer.status_code == 422
    assert "区划代码为12位数字" in words(answer)
    assert "黑水镇" in words(answer)


def test_an_old_form_shows_what_somebody_else_saved(cast, as_user):
    client = as_user("system_zheng")
    url = reverse("office_edit", args=[QINGXI])
    form = client.get(url).context["form"]
    typed = {name: form[name].value() for name in ("name", "full_name", "seen")} | {"is_active": "on"}
    client.post(url, typed | {"hotline": "0999-2"})
    answer = client.post(url, typed | {"hotline": "0999-3"})
    assert answer.status_code == 422
    assert "刚被别人改过" in words(answer)
    assert "监督电话：0999-2" in words(answer)


def test_a_user_comes_in_with_the_password_shown_once_and_gets_a_post_from_the_other_administrator(
    cast, as_user, client
):
    answer = as_user("system_zheng").post(reverse("user_new"), {"name": "新人", "username": "xinren"})
    password = re.search(r"[A-Z][a-z]{3}-\d{4}-[a-z]{2}", words(answer))[0]
    assert "no-store" in answer["Cache-Control"]
    user = User.objects.get(username="xinren")
    page = client.get(reverse("user_detail", args=[user.pk]))
    assert password not in words(page)
    assert "授予岗位" not in words(page)
    typed = {"role": "township_clerk", "office": QINGXI, "from_day": clock.today().isoformat()}
    assert client.post(reverse("posting_grant", args=[user.pk]), typed).status_code == 403
    as_user("security_feng").post(reverse("posting_grant", args=[user.pk]), typed)
    assert client.login(username="xinren", password=password)


def test_a_post_that_excludes_another_is_refused_in_words(cast, as_user):
    typed = {"role": "audit_admin", "office": COUNTY, "from_day": clock.today().isoformat()}
    answer = as_user("security_feng").post(reverse("posting_grant", args=[cast.county_qian.user_id]), typed)
    assert answer.status_code == 422
    assert "不能兼任" in words(answer)


def test_users_are_found_by_name_post_office_and_state(cast, as_user):
    client = as_user("audit_chu")

    def found(**query) -> set[str]:
        return {user.username for user in client.get(reverse("user_list"), query).context["page"]}

    assert found(q="望春") == {"township_li"}
    assert found(role="county_approver") == {"county_zhao", "county_meng"}
    assert found(office=QINGXI_VILLAGE) == {"village_wang"}
    Posting.objects.filter(pk=cast.village_wang.pk).update(until_day=clock.today())
    assert found(state="none") == {"village_wang"}
    User.objects.filter(username="village_wang").update(is_active=False)
    assert found(state="inactive") == {"village_wang"}


def test_the_list_of_users_asks_no_more_for_more_of_them(cast, as_user, django_assert_max_num_queries):
    client = as_user("audit_chu")
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("user_list"))
    for number in range(40):
        user = User.objects.create_user(f"nutzer{number}", "某人", None)
        Posting.objects.create(user=user, role="township_clerk", office_id=QINGXI, from_day=date(2026, 1, 1))
    with django_assert_max_num_queries(len(few)):
        assert len(client.get(reverse("user_list")).context["page"]) == 50


# --- the audit trail ------------------------------------------------------------------------------


def test_the_trail_is_looked_through_by_person_action_day_object_and_outcome(cast, as_user):
    audit.record(
        "account.confirm", by=cast.cashier_zhou, object_type="registry.BankAccount", label="赵玥 尾号1234"
    )
    audit.record("login", user=cast.township_li.user, succeeded=False)
    client = as_user("audit_chu")

    def found(**query) -> list[str]:
        return [event.action for event in client.get(reverse("audit_list"), query).context["page"]]

    assert found(who="周算清") == ["account.confirm"]
    assert found(action="login") == ["login"]
    assert found(what="尾号1234") == ["account.confirm"]
    assert found(failed="on") == ["login"]
    today, yesterday = clock.today(), clock.today() - timedelta(days=1)
    assert len(found(since=today.isoformat(), until=today.isoformat())) == 2
    assert found(until=yesterday.isoformat()) == []
    html = words(client.get(reverse("audit_list")))
    assert "确认账户变更" in html
    assert "account.confirm<" not in html


def test_one_event_shows_its_content_and_whether_it_is_as_written(cast, as_user):
    event = audit.record("posting.grant", by=cast.security_feng, details={"role": "supervisor"})
    html = words(as_user("audit_chu").get(reverse("audit_detail", args=[event.seq])))
    assert "supervisor" in html
    assert "与封签一致" in html


def test_the_check_runs_as_a_job_and_its_outcome_stands_on_the_list(
    cast, as_user, settings, django_capture_on_commit_callbacks
):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    client = as_user("audit_chu")
    with django_capture_on_commit_callbacks(execute=False) as sent:
        answer = client.post(reverse("audit_verify"))
        client.post(reverse("audit_verify"))
    job = Job.objects.get()
    assert answer["Location"] == reverse("job_detail", args=[job.pk])
    assert len(sent) == 1
    runner.run(job.pk)
    assert "没有改动或缺失" in words(client.get(reverse("audit_list")))


def test_the_trail_asks_no_more_for_more_events(cast, as_user, django_assert_max_num_queries):
    client = as_user("audit_chu")
    audit.record("logout", by=cast.township_li, subject=cast.township_li.user)
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("audit_list"))
    audit.record_many([audit.Entry("logout", by=cast.township_li, subject=cast.county_qian.user)] * 60)
    with django_assert_max_num_queries(len(few)):
        assert len(client.get(reverse("audit_list")).context["page"]) == 50


# --- settings and working days --------------------------------------------------------------------


def test_a_setting_goes_through_two_hands_on_the_page(cast, as_user):
    month = clock.today().replace(day=1)
    typed = {"value": "10", "from_month": f"{month:%Y-%m}", "document_number": "云民〔2026〕9号"}
    client = as_user("county_qian")
    client.post(reverse("county_setting_propose", args=["notice_days"]), typed)
    row = CountySetting.objects.get()
    confirm = reverse("county_setting_confirm", args=[row.pk])
    assert confirm not in words(client.get(reverse("county_settings")))
    assert client.post(confirm).status_code == 403
    client = as_user("county_zhao")
    assert confirm in words(client.get(reverse("county_settings")))
    client.post(confirm)
    shown = {
        r.spec.key: (r.value, r.document) for r in client.get(reverse("county_settings")).context["rows"]
    }
    assert shown["notice_days"] == ("10 天", "云民〔2026〕9号")
    assert "云民〔2026〕9号" in words(client.get(reverse("county_setting", args=["notice_days"])))


@pytest.mark.parametrize(("value", "said"), [("6", "应在 7 到 30"), ("", "请填写"), ("七", "请填整数")])
def test_a_value_outside_the_rule_is_said_beside_the_field(cast, as_user, value, said):
    typed = {"value": value, "from_month": "2099-01", "document_number": "x"}
    answer = as_user("county_qian").post(reverse("county_setting_propose", args=["notice_days"]), typed)
    assert answer.status_code == 422
    assert said in words(answer)


def test_every_setting_has_a_page_and_a_form(cast, as_user):
    client = as_user("county_qian")
    rows = client.get(reverse("county_settings")).context["rows"]
    assert len(rows) > 10
    for row in rows:
        assert client.get(reverse("county_setting", args=[row.spec.key])).status_code == 200
        assert client.get(reverse("county_setting_propose", args=[row.spec.key])).status_code == 200


def test_a_year_is_pasted_and_shown_as_stretches(cast, as_user):
    lines = (
        "2027-01-01至2027-01-03 放假 元旦\n2027-05-01 放假 劳动节\n2027-10-01 放假 国庆节\n2027-02-13 班 春节"
    )
    client = as_user("county_qian")
    typed = {"year": "2027", "document_number": "国办发明电〔2026〕9号", "lines": lines}
    assert client.post(reverse("workday_enter"), typed)["Location"] == reverse("workday_year", args=[2027])
    assert WorkdayYear.objects.get(pk=2027).entered_by == cast.county_qian
    shown = client.get(reverse("workday_year", args=[2027])).context["stretches"]
    assert next((s.first, s.days) for s in shown) == (date(2027, 1, 1), 3)
    again = client.get(reverse("workday_enter"), {"year": "2027"}).context["form"]["lines"].value()
    assert "2027-01-01至2027-01-03 放假 元旦" in again
    answer = client.post(reverse("workday_enter"), typed | {"lines": "2027-13-01 放假"})
    assert answer.status_code == 422
    assert "第1行" in words(answer)


# --- jobs -----------------------------------------------------------------------------------------


def job_of(posting: Posting, key: str = "k", **values) -> Job:
    job, _ = make_job(kind="test", title="生成名册", key=key, by=posting, params={})
    Job.objects.filter(pk=job.pk).update(**values)
    return Job.objects.get(pk=job.pk)


def test_a_job_is_seen_in_its_area_and_not_next_door(cast, as_user):
    job = job_of(cast.township_li)
    for who, status in (
        ("township_li", 200),
        ("county_qian", 200),
        ("outsider_sun", 404),
        ("village_wang", 404),
    ):
        assert as_user(who).get(reverse("job_detail", args=[job.pk])).status_code == status


def test_a_running_job_asks_for_itself_without_keeping_the_session_and_a_finished_one_rests(cast, as_user):
    job = job_of(cast.township_li, state="running", done=2, total=5)
    client = as_user("township_li")
    url = reverse("job_progress", args=[job.pk])
    running = client.get(url, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in words(running)
    assert "X-Background" in words(running)
    assert "2 / 5" in words(running)
    assert "HX-Refresh" not in running
    Job.objects.filter(pk=job.pk).update(state="done")
    ended = client.get(url, headers={"HX-Request": "true"})
    assert "hx-trigger" not in words(ended)
    assert ended["HX-Refresh"] == "true"


def test_file_and_error_rows_are_for_those_who_may_see_peoples_data(cast, as_user):
    job = job_of(cast.county_qian, state="done", result_name="名册.csv")
    job.result_file.save("x.csv", ContentFile(b"a,b"))
    JobError.objects.create(job=job, row=1, value="赵玥", message="账号不对")
    page, file = reverse("job_detail", args=[job.pk]), reverse("job_file", args=[job.pk])
    client = as_user("county_qian")
    assert "赵玥" in words(client.get(page))
    answer = client.get(file)
    assert b"".join(answer.streaming_content) == b"a,b"
    client = as_user("system_zheng")
    assert "赵玥" not in words(client.get(page))
    assert client.get(file).status_code == 403


def test_a_job_without_a_file_has_no_file(cast, as_user):
    job = job_of(cast.county_qian, state="done")
    assert as_user("county_qian").get(reverse("job_file", args=[job.pk])).status_code == 404


def test_a_job_is_steered_by_its_owner_and_his_colleagues_only(cast, as_user):
    job = job_of(cast.township_li)
    cancel, retry = reverse("job_cancel", args=[job.pk]), reverse("job_retry", args=[job.pk])
    for who in ("system_zheng", "reviewer_chen", "county_zhao"):
        assert as_user(who).post(cancel).status_code == 403
    as_user("township_he").post(cancel)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    as_user("township_li").post(retry)
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    assert as_user("township_li").post(retry).status_code == 409


def test_the_list_of_jobs_asks_no_more_for_more_of_them(cast, as_user, django_assert_max_num_queries):
    client = as_user("county_qian")
    for number in range(5):
        job_of(cast.township_li, f"a{number}")
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("job_list"))
    for number in range(50):
        job_of(cast.township_he, f"b{number}", state="failed")
    with django_assert_max_num_queries(len(few)):
        assert len(client.get(reverse("job_list")).context["page"]) == 50
    assert len(client.get(reverse("job_list"), {"state": "live"}).context["page"]) == 5


def test_every_kind_of_level_is_in_the_tree(cast, as_user):
    page = as_user("system_zheng").get(reverse("office_list")).context["page"]
    assert {office.level for office in page} == {1, 2}
    assert Office.objects.filter(level=3).exists()
