"""The pages of 备用金."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import PettyCash
from tests.assistance.test_petty_cash import DAY, advanced, allotted, urgent
from tests.cast import BAISHI, QINGXI

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("civaffairs.registry.clock.today", lambda: date(2026, 3, 20))


def test_the_county_allots_and_everybody_sees_his_own(cast, client):
    client.force_login(cast.cashier_zhou.user)
    fields = {
        "kind": "allot",
        "office": QINGXI,
        "year": "2026",
        "amount": "5000",
        "day": "20260108",
        "document_number": "云民〔2026〕6号",
        "note": "",
    }
    answer = client.post(reverse("petty_cash_allot"), fields | {"amount": ""})
    assert answer.status_code == 422
    answer = client.post(reverse("petty_cash_allot"), fields)
    account = PettyCash.objects.get()
    assert answer.url == reverse("petty_cash_detail", args=[account.pk])
    allotted(cast, 700_000, office_code=BAISHI)
    client.force_login(cast.township_li.user)
    page = client.get(reverse("petty_cash_list")).content.decode()
    assert "5,000.00" in page
    assert "7,000.00" not in page
    assert client.get(reverse("petty_cash_allot")).status_code == 403


def test_an_advance_is_given_on_the_page_of_the_case_and_waits_for_its_papers(cast, client):
    allotted(cast)
    application = urgent(cast)
    client.force_login(cast.reviewer_chen.user)
    page = client.get(reverse("case_detail", args=[application.pk])).content.decode()
    assert "先行救助" in page
    answer = client.post(
        reverse("case_act", args=[application.pk, "give_advance"]),
        {
            "version": application.version,
            "amount_fen": "1000",
            "receipt": "0001",
            "opinion": "房屋烧毁，当晚无处住宿",
        },
    )
    assert answer.status_code in (200, 204, 302)
    # The deed stands in a panel of its own; the form's question that it answers is not shown as open.
    case = client.get(reverse("case_detail", args=[application.pk])).content.decode()
    assert "补手续期限" in case and "是否已经先行救助" not in case
    page = client.get(reverse("petty_cash_list")).content.decode()
    assert application.applicant.name in page
    assert "2026-03-27" in page  # five working days after Friday, 20 March
    assert "已超期" not in page


def test_what_was_given_stands_in_the_ledger_with_its_case(cast, client):
    allotted(cast)
    application = advanced(cast, urgent(cast))
    client.force_login(cast.township_li.user)
    account = PettyCash.objects.get()
    page = client.get(reverse("petty_cash_detail", args=[account.pk])).content.decode()
    assert application.applicant.name in page
    assert "4,000.00" in page
    listing = client.get(reverse("petty_cash_list")).content.decode()
    assert "已超期" in listing
    assert f"{DAY:%Y-%m-%d}" in listing
