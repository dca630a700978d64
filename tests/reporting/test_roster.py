"""The printed 发放花名册: villages, subtotals, totals in words, the seal on the sheet, nobody's whole number."""

import io
import zipfile

import pytest
from django.urls import reverse
from pypdf import PdfReader

from civaffairs.jobs.models import Job
from civaffairs.jobs.tasks import run_job
from reporting.document import Table
from reporting.prints.roster import lines_to_print, roster, summary
from tests import payments
from tests.cast import BAISHI_VILLAGE, COUNTY, QINGXI
from tests.runs import answer, approved, issued, job_kinds, load, prepared  # noqa: F401


def sheet(run, posting, office):
    return roster(run, office, list(lines_to_print(run, posting, office.code)))


def table_of(paper) -> Table:
    return next(block for block in paper.blocks if isinstance(block, Table))


def test_subtotals_add_up_to_the_total_in_figures_and_words(cast):
    payments.entitlement(cast, "赵玥", base_fen=35_820, classified_fen=12_000, persons=2)
    payments.entitlement(cast, "钱喆堃", base_fen=100)
    payments.entitlement(cast, "柳塘户", office="519901101001", base_fen=50_000)
    payments.entitlement(cast, "白石户", office=BAISHI_VILLAGE, base_fen=1)
    run = issued(cast)
    table = table_of(sheet(run, cast.county_qian, cast.township_li.office))
    kinds = [row.kind for row in table.rows]
    assert kinds == ["section", "data", "subtotal", "section", "data", "data", "subtotal"]
    assert sum(row.cells["amount"] for row in table.rows if row.kind == "subtotal") == 97_920
    assert table.totals[0].cells["amount"] == 97_920
    assert table.in_words == "合计（大写）：人民币玖佰柒拾玖元贰角整"
    whole = table_of(summary(run, cast.county_qian.office, cast.county_qian))
    assert [row.cells["amount"] for row in whole.rows] == [97_920, 1]
    assert whole.totals[0].cells["amount"] == run.total_fen == 97_921


def test_the_sheet_carries_seal_and_digest_and_no_whole_number(cast):
    row = payments.entitlement(cast, "赵玥")
    run = issued(cast)
    paper = sheet(run, cast.county_qian, cast.township_li.office)
    words = str(paper.to_dict())
    digest = "".join(words.split())
    assert run.seal[:32] in words and run.bank_file.sha256 in digest
    assert row.payee.id_number not in words and row.payee.accounts.get().number not in words


def test_a_list_that_is_not_approved_says_so_on_every_sheet(cast):
    payments.entitlement(cast)
    run = prepared(cast)
    assert sheet(run, cast.county_qian, cast.township_li.office).watermark == "核对稿"


@pytest.mark.pdf
def test_a_township_prints_its_own_lines_and_it_is_on_record(cast, client):
    payments.entitlement(cast, "青溪户")
    payments.entitlement(cast, "白石户", office=BAISHI_VILLAGE)
    run = approved(cast)
    client.force_login(cast.township_li.user)
    page = client.get(reverse("run_print", args=[run.pk])).content.decode()
    assert "青溪镇" in page and "白石镇" not in page
    made = client.get(reverse("run_print_file", args=[run.pk, QINGXI]))
    text = "".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(made.content)).pages)
    assert "青溪户" in text and "白石户" not in text
    for other in ("519901102000", COUNTY):
        assert client.get(reverse("run_print_file", args=[run.pk, other])).status_code == 404
    client.force_login(cast.county_zhao.user)
    assert "打印花名册" in client.get(reverse("run_detail", args=[run.pk])).content.decode()


@pytest.mark.pdf
def test_all_townships_are_packed_into_one_file_by_the_worker(
    cast, client, monkeypatch, django_capture_on_commit_callbacks
):
    payments.entitlement(cast, "青溪户")
    payments.entitlement(cast, "白石户", office=BAISHI_VILLAGE)
    run = approved(cast)
    monkeypatch.setattr(run_job, "delay", lambda job_id: run_job.run(job_id))
    client.force_login(cast.county_zhao.user)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("run_print_job", args=[run.pk]))
    job = Job.objects.get(kind="print_roster")
    assert (job.state, job.done, job.total) == (Job.State.DONE, 2, 2), job.message
    with zipfile.ZipFile(job.result_file.open("rb")) as packed:
        assert packed.namelist() == ["00 汇总表.pdf", "01 青溪镇.pdf", "02 白石镇.pdf"]
    client.force_login(cast.township_li.user)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("run_print_job", args=[run.pk]))
    mine = Job.objects.filter(kind="print_roster").latest("created_at")
    with zipfile.ZipFile(mine.result_file.open("rb")) as packed:
        assert packed.namelist() == ["01 青溪镇.pdf"]
