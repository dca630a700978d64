"""What many are granted at once, and money at hand, as Excel files: the rows of the page, no others."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civaffairs.jobs.models import Job
from reporting.exports.lists import KINDS
from tests import batches, payments
from tests.architecture import world
from tests.assistance.test_petty_cash import allotted
from tests.reporting.test_exports import DAY, exported, table


def test_the_rows_of_a_raise_come_out_with_old_and_new_sum(cast):
    change = world._standard_change(cast)
    _, rows = exported("raised", cast.county_qian, {"change": str(change.pk)})
    (line,) = table(rows)
    assert (line["现在（元/月）"], line["以后（元/月）"], line["每月增减（元）"]) == (100, 120, 20)
    assert line["类别"] == "100周岁档"


def test_a_batch_comes_out_with_who_is_left_out_and_why(cast, client):
    batches.standard(cast, "festival")
    payments.entitlement(cast)
    batch = batches.prepared(cast, "festival", "dibao-rural")
    _, rows = exported("batch", cast.county_qian, {"batch": str(batch.pk)})
    lines = table(rows)
    assert len(lines) == batch.items.count()
    assert {line["结果"] for line in lines} == {item.get_outcome_display() for item in batch.items.all()}
    assert all("*" in line["身份证号"] for line in lines if line["身份证号"])
    client.force_login(cast.county_qian.user)
    page = client.get(reverse("batch_items", args=[batch.pk]))
    assert reverse("export_batch", args=[batch.pk]) in page.text
    client.post(reverse("export_batch", args=[batch.pk]), {"query": ""})
    assert Job.objects.filter(kind="export_list", title="导出批量发放名单").exists()


def test_the_movements_of_money_at_hand_add_up_to_what_is_left(cast, client):
    entry = allotted(cast)
    allotted(cast, 100_000, recall=True, document_number="云民〔2026〕9号")
    _, rows = exported("cash", cast.cashier_zhou, {"account": str(entry.account_id)})
    assert [line["金额（元）"] for line in table(rows)] == [5000, -1000]
    assert rows[-1][rows[0].index("金额（元）")] == 4000
    client.force_login(cast.outsider_sun.user)
    assert client.post(reverse("export_cash", args=[entry.account_id])).status_code in (403, 404)


def test_more_people_in_a_batch_ask_the_database_no_more_often(cast):
    batches.standard(cast, "festival")
    counts = []
    for title in ("中秋慰问", "国庆慰问"):
        for _ in range(3):
            payments.entitlement(cast)
        batch = batches.prepared(cast, "festival", "dibao-rural", title=title, occasion="other")
        with CaptureQueriesContext(connection) as asked:
            rows = list(KINDS["batch"].read(cast.county_qian, DAY, {"batch": str(batch.pk)}, True))
        counts.append((len(rows), len(asked)))
    assert [rows for rows, _ in counts] == [3, 6]
    assert counts[1][1] <= counts[0][1]
