"""The ledger says how and how much somebody of 特困 is cared for, and can be asked for it."""

from django.urls import reverse

from assistance.models import Entitlement
from tests import payments
from tests.reporting.test_exports import exported, table


def kept(cast, name: str, category: str) -> Entitlement:
    row = payments.entitlement(cast, name, scheme="tekun-rural")
    Entitlement.objects.filter(pk=row.pk).update(category=category)
    return row


def test_the_ledger_shows_the_category_and_narrows_to_it(cast, client):
    kept(cast, "林月华", "scattered-self")
    kept(cast, "林月明", "scattered-full")
    kept(cast, "林月清", "central-full")
    payments.entitlement(cast, "林月低")
    client.force_login(cast.county_qian.user)
    address = reverse("entitlement_list")

    def named(category: str) -> set[str]:
        page = client.get(address, {"state": "", "category": category})
        return {row.payee.name for row in page.context["page"].rows}

    assert "分散供养·全自理" in client.get(address).text
    assert named("scattered-") == {"林月华", "林月明"}
    assert named("central-full") == {"林月清"}
    assert len(named("")) == len(named("no-such-category")) == 4
    _, rows = exported("ledger", cast.county_qian, {"state": "", "category": "scattered-"})
    assert {line["类别"] for line in table(rows)} == {"分散供养·全自理", "分散供养·全护理"}
