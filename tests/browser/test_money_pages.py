"""The pages of money, at the desk and on a phone: the ledger, the month, the claims, what a family received."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.services import payment
from assistance.services.fund import add_entry
from tests import payments
from tests.adjustments import owed
from tests.browser.desk import OFFICE_SCREEN
from tests.browser.test_rights_pages import PHONE, shot
from tests.runs import SAID, answer, issued, job_kinds, load, prepared  # noqa: F401 acts by itself

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
DAY = date(2026, 6, 8)


def county(cast):
    """May is paid with one return and too little money; June waits for its approval; one claim of three months."""
    for source, fen in (("central", 40_000), ("county", 5_000)):
        for kind in ("planned", "arrived"):
            add_entry(
                by=cast.cashier_zhou,
                on=payments.TODAY,
                year=2026,
                programme="城乡低保",
                source=source,
                kind=kind,
                amount_fen=fen,
                day=payments.TODAY,
                document_number=f"云财社〔2026〕{len(source)}号",
            )
    row = payments.entitlement(cast, "赵玥", classified_fen=5_000, persons=2)
    bounced = payments.entitlement(cast, "孙玥", base_fen=10_000)
    claim = owed(row, -9_000, months=3, by=cast.county_meng)
    run = issued(cast)
    load(run, cast, answer(run, {bounced.pk: "冻结"}))
    june = prepared(cast, month=payments.JUNE, on=date(2026, 6, 3))
    june = payment.check_run(run_id=june.pk, by=cast.cashier_zhou, on=date(2026, 6, 3), conclusions=SAID)
    return row, claim, june


@pytest.mark.parametrize("screen", [OFFICE_SCREEN, PHONE], ids=["desk", "phone"])
def test_the_cashier_walks_from_the_ledger_to_the_month_and_the_claim(seat, house, screen):
    row, claim, june = county(house)
    cashier = seat("cashier_zhou", screen=screen)
    cashier.go("home")
    cashier.move_day(DAY)
    cashier.go("fund_list")
    cashier.sees("其中已发")
    shot(cashier, screen, "fund")
    cashier.page.goto(
        cashier.site + reverse("fund_movements") + "?year=2026&programme=城乡低保&source=central"
    )
    cashier.sees("分配到批次")
    shot(cashier, screen, "fund-rows")
    cashier.go("run_detail", june.pk)
    cashier.sees("资金不够")
    shot(cashier, screen, "run")
    cashier.go("month_list")
    shot(cashier, screen, "months")
    cashier.go("month_detail", "2026-05")
    cashier.press("办理2026年5月月结")
    cashier.sees("已月结")
    shot(cashier, screen, "month")
    cashier.go("month_detail", "2026-06")
    cashier.press("办理2026年6月月结")
    cashier.sees("还有没办完的")
    shot(cashier, screen, "month-refused")
    cashier.go("claim_write_off", claim.pk)
    cashier.page.locator("#id_document_number").fill("云政〔2026〕3号")
    cashier.page.locator("#id_reason").fill("本人去世，没有遗产")
    cashier.press("提出核销")
    cashier.sees("等县级审批批准")
    clerk = seat("township_li", screen=screen)
    clerk.go("claim_plan", claim.pk)
    clerk.page.locator("#id_paper").fill("承诺书1号")
    shot(clerk, screen, "plan")
    clerk.press("约定分期退回")
    shot(clerk, screen, "claim")
    clerk.go("claim_list")
    clerk.sees("核销待批准")
    shot(clerk, screen, "claims")
    clerk.page.goto(clerk.site + reverse("person_received", args=[row.payee_id]) + "?of=household")
    clerk.sees("基本 358.20")
    shot(clerk, screen, "received")
