"""The pages of payment: walked by the people who do the work, from the new run to the money that came back."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assistance.models import BankFormat, PaymentRun
from assistance.services import payment, seal
from assistance.workflow import RunStatus
from civaffairs.jobs.tasks import run_job
from civaffairs.registry import clock
from tests import payments
from tests.cast import BAISHI_VILLAGE
from tests.payments import RURAL
from tests.runs import answer, approved, issued, job_kinds, load, prepared  # noqa: F401


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The pages ask the clock; the tests' month is May 2026."""
    monkeypatch.setattr("civaffairs.registry.clock.today", lambda: payments.TODAY)


@pytest.fixture(autouse=True)
def worker_at_once(settings, monkeypatch):
    """The job runs where it is sent from, as soon as the request has committed."""
    monkeypatch.setattr(run_job, "delay", lambda job_id: run_job.run(job_id))


def post(client, user, url: str, data: dict | None = None):
    client.force_login(user)
    return client.post(url, data or {})


def act(client, posting, run: PaymentRun, name: str, **data):
    run.refresh_from_db()
    url = reverse("run_act", args=[run.pk, name])
    return post(client, posting.user, url, {"version": run.version} | data)


def test_a_run_walks_from_the_form_to_paid_money_by_four_people(
    cast, client, django_capture_on_commit_callbacks
):
    bad = payments.entitlement(cast, "赵玥")
    payments.entitlement(cast, "钱喆堃", base_fen=100_000)
    with django_capture_on_commit_callbacks(execute=True):
        made = post(
            client,
            cast.county_qian.user,
            reverse("run_new"),
            {"scheme": RURAL, "month": "202605", "kind": "regular"},
        )
    run = PaymentRun.objects.get()
    assert made.url == reverse("run_detail", args=[run.pk])
    page = client.get(made.url).content.decode()
    assert "没有发现问题" in page and "1,358.20" in page
    assert "壹仟叁佰伍拾捌元贰角整" in page
    assert act(client, cast.county_qian, run, "check").status_code == 403
    assert act(client, cast.cashier_zhou, run, "check").status_code == 302
    assert act(client, cast.cashier_zhou, run, "approve").status_code == 403
    assert act(client, cast.county_zhao, run, "approve").status_code == 302
    assert "自审批后未改动" in client.get(reverse("run_seal", args=[run.pk])).content.decode()
    run.refresh_from_db()
    issue = {
        "version": run.version,
        "format": BankFormat.objects.first().pk,
        "document_number": "云民〔2026〕15号",
    }
    assert (
        post(client, cast.cashier_zhou.user, reverse("bank_file_issue", args=[run.pk]), issue).status_code
        == 302
    )
    download = client.get(reverse("bank_file_download", args=[run.pk]))
    assert download["Content-Disposition"].startswith("attachment")
    assert "赵玥" in b"".join(download.streaming_content).decode("utf-8-sig")
    run.refresh_from_db()
    upload = SimpleUploadedFile("回盘.csv", answer(run, {bad.pk: "户名不符"}).getvalue())
    loaded = post(client, cast.cashier_zhou.user, reverse("return_load", args=[run.pk]), {"file": upload})
    assert "全部对上" in client.get(loaded.url).content.decode()
    client.force_login(cast.township_li.user)
    worklist = client.get(reverse("returned_lines")).content.decode()
    assert "户名不符" in worklist and "358.20" in worklist and "变更账户" in worklist
    with django_capture_on_commit_callbacks(execute=True):
        again = post(client, cast.county_qian.user, reverse("reissue"), {"scheme": RURAL})
    assert again.status_code == 302
    reissue = PaymentRun.objects.latest("pk")
    assert (reissue.kind, reissue.status, reissue.total_fen) == ("reissue", RunStatus.PREPARED, 35_820)


def test_looking_changes_nothing(cast, client):
    payments.entitlement(cast)
    run = issued(cast)
    before = list(PaymentRun.objects.values()), list(run.lines.values())
    client.force_login(cast.cashier_zhou.user)
    for name in ("run_detail", "run_lines", "run_seal", "run_progress", "bank_file_download", "return_load"):
        assert client.get(reverse(name, args=[run.pk])).status_code == 200, name
    for name in ("check", "approve", "cancel", "no-such-act"):
        client.get(reverse("run_act", args=[run.pk, name]))
    assert (list(PaymentRun.objects.values()), list(run.lines.values())) == before


def test_a_township_sees_its_own_lines_and_sums_only(cast, client):
    payments.entitlement(cast, "青溪户", base_fen=11_100)
    payments.entitlement(cast, "白石户", office=BAISHI_VILLAGE, base_fen=22_200)
    run = prepared(cast)
    client.force_login(cast.outsider_sun.user)
    for name, args in (("run_list", []), ("run_detail", [run.pk]), ("run_lines", [run.pk])):
        page = client.get(reverse(name, args=args)).content.decode()
        assert "222.00" in page and "111.00" not in page and "333.00" not in page and "青溪户" not in page, (
            name
        )
    assert client.get(reverse("run_act", args=[run.pk, "cancel"])).status_code == 403


def test_lines_are_narrowed_by_area_state_finding_and_name(cast, client):
    payments.entitlement(cast, "赵玥")
    payments.entitlement(cast, "曾喆堃", office=BAISHI_VILLAGE, with_account=False)
    run = prepared(cast)
    client.force_login(cast.county_qian.user)
    url = reverse("run_lines", args=[run.pk])
    for query in ("area=519901102000", "problem=no-account", "q=zzk", "q=曾"):
        page = client.get(f"{url}?{query}").content.decode()
        assert "曾喆堃" in page and "赵玥" not in page, query
    assert "没有符合条件的明细" in client.get(f"{url}?status=paid").content.decode()
    assert client.get(f"{url}?area=x&problem=y&status=z&after=tampered").status_code == 200


def test_the_pages_of_a_long_run_ask_as_much_as_those_of_a_short_one(
    cast, client, django_assert_max_num_queries
):
    client.force_login(cast.county_zhao.user)
    client.get(reverse("run_list"))  # the first page of a session writes the session
    counts = []
    for more in (5, 45):
        for n in range(more):
            payments.entitlement(cast, f"户{n}")
        run = prepared(cast)
        found = []
        for name in ("run_detail", "run_lines"):
            with django_assert_max_num_queries(70) as queries:
                assert client.get(reverse(name, args=[run.pk])).status_code == 200
            found.append(len(queries))
        counts.append(found)
        payment.cancel_run(run_id=run.pk, by=cast.county_qian, on=payments.TODAY, opinion="下一批")
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"scheme": RURAL, "month": "202613", "kind": "regular"}, "没有 13 月"),
        ({"scheme": RURAL, "month": "203001", "kind": "regular"}, "还没到"),
        ({"scheme": "", "month": "", "kind": "regular"}, "请选择救助项目"),
        ({"scheme": RURAL, "month": "202604", "kind": "supplement"}, "还没有当月发放批次"),
    ],
)
def test_a_wrong_month_is_told_beside_the_field_and_what_was_typed_stays(cast, client, data, words):
    page = post(client, cast.county_qian.user, reverse("run_new"), data)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not PaymentRun.objects.exists()


def test_a_file_of_the_wrong_kind_is_told_in_plain_words(cast, client):
    payments.entitlement(cast)
    run = issued(cast)
    url = reverse("return_load", args=[run.pk])
    for content, words in (
        (b"%PDF-1.4", "不是回盘文件"),
        (b"", "空"),
        ("序号,结果\n".encode(), "没有一行回盘结果"),
    ):
        page = post(client, cast.cashier_zhou.user, url, {"file": SimpleUploadedFile("x.csv", content)})
        assert page.status_code == 422 and words in page.content.decode(), words


def test_a_file_that_is_too_big_is_called_so_and_not_empty(cast, client, settings):
    settings.ATTACHMENT_MAX_MB = 1
    payments.entitlement(cast)
    url = reverse("return_load", args=[issued(cast).pk])
    upload = SimpleUploadedFile("x.csv", b"1,2\n" * (1 << 19))
    page = post(client, cast.cashier_zhou.user, url, {"file": upload}).content.decode()
    assert "有 2 MB，超过 1 MB" in page
    assert "空" not in page.split("有 2 MB")[0].rsplit("<", 1)[-1]


def test_a_broken_seal_is_shown_and_stops_the_file(cast, client, settings):
    payments.entitlement(cast)
    run = approved(cast)
    settings.SEAL_KEY = "another key"
    client.force_login(cast.cashier_zhou.user)
    assert "立即停止发放" in client.get(reverse("run_seal", args=[run.pk])).content.decode()
    issue = {
        "version": run.version,
        "format": BankFormat.objects.first().pk,
        "document_number": "云民〔2026〕15号",
    }
    page = client.post(reverse("bank_file_issue", args=[run.pk]), issue)
    assert page.status_code == 422 and "封签对不上" in page.content.decode()
    assert not seal.is_whole(run)


def test_rows_of_an_answer_that_fitted_nothing_are_shown(cast, client):
    payments.entitlement(cast)
    run = issued(cast)
    loaded, _ = load(run, cast, BytesIO("序号,金额,结果\n1,358.20,成功\n9,1.00,成功\n".encode()))
    client.force_login(cast.cashier_zhou.user)
    page = client.get(reverse("return_detail", args=[loaded.pk])).content.decode()
    assert "本批次里没有这一笔" in page


def test_the_run_tells_the_days_of_its_acts_and_not_the_clock_of_the_machine(cast, client):
    payments.entitlement(cast)
    run = issued(cast)
    load(run, cast, BytesIO("序号,金额,结果\n1,358.20,成功\n".encode()))
    assert (run.prepared_on, run.checked_on) == (payments.TODAY, payments.TODAY)
    client.force_login(cast.county_qian.user)
    answer = client.get(reverse("run_detail", args=[run.pk]))
    events = answer.context["events"]
    assert len(events) == 6
    assert {event["at"] for event in events} == {payments.TODAY}
    assert f"{clock.now():%Y-%m-%d}" not in answer.content.decode()


def test_a_blocked_list_offers_no_button_that_would_only_be_refused(cast, client):
    payments.entitlement(cast, with_account=False)
    run = prepared(cast)
    client.force_login(cast.cashier_zhou.user)
    page = client.get(reverse("run_act", args=[run.pk, "check"])).content.decode()
    assert "没有可用账户" in page
    assert "data-save" not in page and "返回，不办理" in page
