"""Lists taken out of the house as Excel files."""

import json
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from assistance.services import payment
from assistance.services.fund import add_entry
from civaffairs.house.selectors.jobs import may_see_content
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.jobs.services import drop_old_results, make_job
from civaffairs.lib.errors import BadInput
from civaffairs.registry import clock
from civaffairs.registry.access import Forbidden
from civaffairs.registry.models import AuditEvent
from reporting.exports.export import ask_export
from reporting.exports.lists import KINDS
from tests import journeys, payments
from tests.cast import BAISHI_VILLAGE, LIUTANG, QINGXI

DAY = date(2026, 3, 10)


def exported(name: str, by, query: dict | None = None, **more) -> tuple[Job, list[list]]:
    """The job, and the rows of its file: the heads first, the totals last."""
    job, _ = ask_export(name=name, query=query or {}, by=by, on=DAY, **more)
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    with job.result_file.open("rb") as made:
        sheets = CalamineWorkbook.from_filelike(BytesIO(made.read()))
    return job, sheets.get_sheet_by_index(0).to_python(skip_empty_area=False)[2:]


def table(rows: list[list]) -> list[dict]:
    heads, *lines, _ = rows
    return [dict(zip(heads, line, strict=True)) for line in lines]


def test_the_worklist_comes_out_in_the_order_of_the_screen_and_of_the_own_area_only(
    cast, client, monkeypatch
):
    late, early = journeys.submitted(cast), journeys.submitted(cast, on=journeys.MONDAY - timedelta(days=3))
    next_door = journeys.submitted(cast)
    type(next_door).objects.filter(pk=next_door.pk).update(office_id=BAISHI_VILLAGE)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    client.force_login(cast.township_li.user)
    shown = [row.number for row in client.get(reverse("case_list"), {"tab": "todo"}).context["rows"]]
    job, rows = exported("cases", cast.township_li, {"tab": "todo"})
    assert [line["受理编号"] for line in table(rows)] == shown == [early.number, late.number]
    assert job.result_name == "案件清单（待办）青溪镇-20260310.xlsx"


def test_amounts_are_numbers_and_the_last_row_adds_them_up(cast):
    first = payments.entitlement(cast)
    payments.entitlement(cast, "孙玥", scheme="dibao-urban", office=LIUTANG)
    _, rows = exported("ledger", cast.county_qian, {"state": ""})
    amounts = [line["月保障金（元）"] for line in table(rows)]
    assert first.amount_fen / 100 in amounts
    assert rows[-1][0] == "合计"
    assert rows[-1][rows[0].index("月保障金（元）")] == pytest.approx(sum(amounts))


def test_the_ledger_opened_bare_is_who_is_in_force_and_all_is_a_choice(cast):
    payments.entitlement(cast, until_month=date(2026, 2, 1))
    payments.entitlement(cast, "孙玥", scheme="dibao-urban", office=LIUTANG)
    assert len(table(exported("ledger", cast.county_qian)[1])) == 1
    assert len(table(exported("ledger", cast.county_qian, {"state": ""})[1])) == 2


def test_id_numbers_leave_masked_unless_a_reason_is_given(cast):
    row = payments.entitlement(cast)
    number = row.payee.id_number
    _, masked = exported("ledger", cast.county_qian, {"state": ""})
    assert table(masked)[0]["身份证号"] != number
    assert table(masked)[0]["身份证号"][-4:] == number[-4:]
    with pytest.raises(BadInput):
        ask_export(name="ledger", query={}, by=cast.county_qian, on=DAY, full=True, reason=" \u200b")
    _, whole = exported("ledger", cast.county_qian, {"state": ""}, full=True, reason="省厅数据比对")
    assert table(whole)[0]["身份证号"] == number
    event = AuditEvent.objects.filter(action="list.export").latest("seq")
    assert (event.reason, event.details["rows"], event.details["full_numbers"]) == ("省厅数据比对", 1, True)
    assert number not in json.dumps(event.details)


def test_the_lines_of_a_run_come_out_filtered_with_accounts_masked(cast):
    first = payments.entitlement(cast, classified_fen=5_000)
    other = payments.entitlement(cast, "钱二妹", office=BAISHI_VILLAGE)
    run, job = payment.create_run(
        scheme_code="dibao-rural", month=payments.MAY, kind="regular", by=cast.county_qian, on=payments.TODAY
    )
    runner.run(job.pk)
    asked = {"run": str(run.pk)}
    _, rows = exported("lines", cast.county_qian, asked)
    assert {line["领款人"] for line in table(rows)} == {first.payee.name, other.payee.name}
    heads, total = rows[0], rows[-1]
    assert total[heads.index("金额（元）")] == pytest.approx((first.amount_fen + other.amount_fen) / 100)
    assert all(line["账号"].startswith("****") for line in table(rows))
    [line] = table(exported("lines", cast.county_qian, asked | {"area": BAISHI_VILLAGE})[1])
    assert line["领款人"] == other.payee.name
    # The neighbour sees its own lines of the county's run, whatever it asks for.
    [line] = table(exported("lines", cast.outsider_sun, asked | {"area": QINGXI})[1])
    assert line["领款人"] == other.payee.name


def test_who_may_not_see_a_list_may_not_take_it_out(cast):
    for name, by in [
        ("cases", cast.village_wang),
        ("cases", cast.cashier_zhou),
        ("ledger", cast.system_zheng),
        ("lines", cast.audit_chu),
    ]:
        with pytest.raises(Forbidden):
            ask_export(name=name, query={}, by=by, on=DAY)
    with pytest.raises(Forbidden):
        ask_export(name="ledger", query={}, by=cast.supervisor_wu, on=DAY, full=True, reason="核对")


def test_a_file_with_whole_numbers_is_not_for_those_who_see_them_masked(cast):
    payments.entitlement(cast)
    masked, _ = exported("ledger", cast.county_qian, {"state": ""})
    whole, _ = exported("ledger", cast.county_qian, {"state": ""}, full=True, reason="省厅数据比对")
    assert may_see_content(masked, cast.supervisor_wu)
    assert not may_see_content(whole, cast.supervisor_wu)
    assert may_see_content(whole, cast.county_zhao)


def test_what_was_searched_for_does_not_lie_readable_in_the_table_of_jobs(cast):
    number = payments.entitlement(cast).payee.id_number
    job, _ = ask_export(name="ledger", query={"q": number, "state": ""}, by=cast.county_qian, on=DAY)
    assert number not in json.dumps(job.params) + job.title + job.key
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.result == {"rows": 1}
    assert number not in str(list(AuditEvent.objects.values_list("details", flat=True)))


def test_a_double_click_is_one_export(cast, client):
    payments.entitlement(cast)
    client.force_login(cast.county_qian.user)
    addresses = {client.post(reverse("export_ledger"), {"query": "state="})["Location"] for _ in range(2)}
    assert len(addresses) == 1
    assert Job.objects.filter(kind="export_list").count() == 1


def test_more_rows_ask_the_database_no_more_often(cast, django_assert_max_num_queries):
    for name, kind in KINDS.items():
        if name not in (
            "cases",
            "ledger",
        ):  # rows of one run, batch, raise or account, not one for each person
            continue
        for _ in range(3):
            journeys.submitted(cast) if name == "cases" else payments.entitlement(cast)
        with CaptureQueriesContext(connection) as few:
            assert len(list(kind.read(cast.county_qian, DAY, {"tab": "all"}, True))) == 3
        for _ in range(4):
            journeys.submitted(cast) if name == "cases" else payments.entitlement(cast)
        with django_assert_max_num_queries(len(few)):
            assert len(list(kind.read(cast.county_qian, DAY, {"tab": "all"}, True))) == 7


def test_an_empty_list_says_so_and_makes_no_file(cast):
    job, _ = ask_export(name="ledger", query={}, by=cast.county_qian, on=DAY)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, bool(job.result_file)) == (Job.State.FAILED, False)
    assert "没有符合条件" in job.message


def test_the_buttons_stand_only_where_export_is_allowed(cast, client):
    payments.entitlement(cast)
    for person, offered in ((cast.county_qian, True), (cast.village_wang, False)):
        client.force_login(person.user)
        page = client.get(reverse("entitlement_list"), {"state": ""}).content.decode()
        assert ("导出 Excel" in page) is offered


# --- how long a file stays ----------------------------------------------------------------------------------


def finished(cast, days_ago: float) -> Job:
    job, _ = make_job(kind="test", title="清单", key=f"old-{days_ago}", by=cast.county_qian, params={})
    job.result_name = "清单.xlsx"
    job.result_file.save("old.xlsx", ContentFile(b"rows"), save=False)
    job.state, job.finished_at = Job.State.DONE, clock.now() - timedelta(days=days_ago)
    job.save()
    return job


def test_a_result_older_than_seven_days_is_deleted_with_a_trace_and_the_job_stays(cast, client):
    old, young = finished(cast, 7.1), finished(cast, 6.9)
    storage, path = old.result_file.storage, old.result_file.name
    assert drop_old_results() == 1
    assert not storage.exists(path)
    old.refresh_from_db()
    young.refresh_from_db()
    assert (bool(old.result_file), bool(young.result_file)) == (False, True)
    assert AuditEvent.objects.get(action="job.expire").object_id == str(old.pk)
    assert drop_old_results() == 0
    client.force_login(cast.county_qian.user)
    assert "已到期删除" in client.get(reverse("job_detail", args=[old.pk])).content.decode()
    assert client.get(reverse("job_file", args=[old.pk])).status_code == 404


def test_the_money_ledger_comes_out_by_programme_and_source(cast):
    add_entry(
        by=cast.cashier_zhou,
        on=DAY,
        year=2026,
        programme="城乡低保",
        source="city",
        kind="arrived",
        amount_fen=123_456,
        day=DAY,
        document_number="市财社〔2026〕17号",
    )
    _, rows = exported("funds", cast.cashier_zhou, {"year": "2026"})
    (line,) = table(rows)
    assert (line["资金项目"], line["来源"], line["到位（元）"], line["余额（元）"]) == (
        "城乡低保",
        "市",
        1234.56,
        1234.56,
    )
