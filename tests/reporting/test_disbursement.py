"""The 资金拨付审批表: one sheet for the fund, with number, words, townships, seal and digests."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from assistance.models import BankFormat
from assistance.services.bankfile import issue_bank_file
from civaffairs.registry.models import AuditEvent
from reporting.prints.disbursement import disbursement
from tests import payments
from tests.cast import BAISHI_VILLAGE
from tests.payments import TODAY
from tests.runs import approved, issued, job_kinds, prepared  # noqa: F401


def words_of(paper) -> str:
    return "".join(str(paper.to_dict()).split())


def test_the_sheet_says_how_much_for_whom_under_which_number(cast):
    payments.entitlement(cast, "赵玥", base_fen=35_820, persons=2)
    payments.entitlement(cast, "白石户", office=BAISHI_VILLAGE, base_fen=100)
    run = issued(cast)
    words = words_of(disbursement(run, run.office, cast.cashier_zhou, TODAY))
    for told in (
        "云民〔2026〕15号",
        "359.20元",
        "人民币叁佰伍拾玖元贰角整",
        "青溪镇",
        "白石镇",
        run.seal[:32],
    ):
        assert told in words, told
    assert run.bank_file.sha256 in words
    assert "赵玥" not in words


def test_a_list_that_is_not_approved_says_so(cast):
    payments.entitlement(cast)
    run = prepared(cast)
    assert disbursement(run, run.office, cast.county_qian, TODAY).watermark == "核对稿"


def test_each_file_stands_on_it_with_its_digest(cast):
    for name in ("甲", "乙", "丙"):
        payments.entitlement(cast, name)
    run = approved(cast)
    cut = BankFormat.objects.create(
        name="两笔一个",
        spec={"columns": [{"key": key, "title": key} for key in ("account", "amount")], "max_lines": 2},
    )
    issue_bank_file(
        run_id=run.pk, format_id=cut.pk, document_number="云民〔2026〕8号", by=cast.cashier_zhou, on=TODAY
    )
    run.refresh_from_db()
    words = words_of(disbursement(run, run.office, cast.cashier_zhou, TODAY))
    assert all(part.sha256 in words for part in run.bank_file.parts.all())


@pytest.mark.pdf
def test_it_is_printed_for_the_county_and_on_record(cast, client):
    payments.entitlement(cast)
    run = issued(cast)
    client.force_login(cast.cashier_zhou.user)
    assert "资金拨付审批表" in client.get(reverse("run_print", args=[run.pk])).content.decode()
    made = client.get(reverse("run_disbursement", args=[run.pk]))
    text = "".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(made.content)).pages)
    assert "资金拨付审批表" in text and "叁佰伍拾捌元贰角整" in "".join(text.split())
    assert AuditEvent.objects.filter(action="paper.print", reason="资金拨付审批表").count() == 1
    client.force_login(cast.township_li.user)
    assert "资金拨付审批表" not in client.get(reverse("run_print", args=[run.pk])).content.decode()
    assert client.get(reverse("run_disbursement", args=[run.pk])).status_code == 403
