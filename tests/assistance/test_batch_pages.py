"""The pages of batches: what each role sees of them, what is typed, what is said when it is wrong."""

import pytest
from django.urls import reverse

from assistance.models import Batch, BatchItem
from tests import batches, payments
from tests.cast import BAISHI_VILLAGE
from tests.payments import TODAY

pytestmark = pytest.mark.django_db
RATES = {"tekun": 50_000, "child": 0, "veteran": 40_000, "dibao": 30_000, "status": 0, "old": 0}
RATES |= {"disabled": 0, "fixed": 0}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("civaffairs.registry.clock.today", lambda: TODAY)


def enter(client, posting) -> None:
    client.force_login(posting.user)


def typed(**changes) -> dict:
    return {
        "title": "2026年端午节慰问",
        "occasion": "other",
        "document_number": "云民〔2026〕30号",
        "month": "202605",
        "as_of": "20260505",
        "area": "519901000000",
        "note": "",
        "take_dibao-rural": "on",
        "order_dibao-rural": "1",
    } | changes


def test_from_the_form_to_the_approval(cast, client):
    batches.standard(cast, "festival", rates=RATES)
    payments.entitlement(cast, "赵玥", persons=2)
    enter(client, cast.county_qian)
    page = client.get(reverse("batch_new", args=["festival"])).content.decode()
    assert "农村最低生活保障" in page
    assert "城市最低生活保障" not in page  # nobody is in force there
    answer = client.post(reverse("batch_new", args=["festival"]), typed())
    batch = Batch.objects.get()
    assert answer.url == reverse("batch_detail", args=[batch.pk])
    page = client.get(answer.url).content.decode()
    assert "600.00" in page
    assert "陆佰元整" in page
    assert "审批：" not in page  # not this one's act
    enter(client, cast.county_zhao)
    client.post(reverse("batch_act", args=[batch.pk, "approve"]), {"version": batch.version})
    batch.refresh_from_db()
    assert batch.state == "approved"
    enter(client, cast.county_qian)
    assert "去生成发放名册" in client.get(reverse("batch_detail", args=[batch.pk])).content.decode()


def test_what_is_wrong_keeps_what_was_typed_and_says_where(cast, client):
    batches.standard(cast, "price")
    batches.standard(cast, "dibao-rural")
    payments.entitlement(cast, "赵玥")
    enter(client, cast.county_qian)
    fields = typed(of_month="202604", published_on="20260504", cpi="3.49", food="5.99", scpi="-0.5")
    fields.pop("occasion")
    answer = client.post(reverse("batch_new", args=["price"]), fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有达到启动条件" in page
    assert 'value="3.49"' in page
    assert "CPI涨幅达到3.5%或者食品价格涨幅达到6%就启动" in page
    answer = client.post(reverse("batch_new", args=["price"]), fields | {"cpi": "三点五"})
    assert "请填百分数" in answer.content.decode()
    assert not Batch.objects.exists()


def test_one_is_taken_out_and_put_back(cast, client):
    batches.standard(cast, "festival", rates=RATES)
    payments.entitlement(cast, "赵玥")
    batch = batches.prepared(cast, "festival", "dibao-rural")
    item = batch.items.get()
    enter(client, cast.county_qian)
    answer = client.post(reverse("batch_item_remove", args=[item.pk]), {"reason": ""})
    assert answer.status_code == 422
    client.post(reverse("batch_item_remove", args=[item.pk]), {"reason": "本人放弃"})
    page = client.get(reverse("batch_items", args=[batch.pk]) + "?outcome=removed").content.decode()
    assert "本人放弃" in page
    assert "钱若溪" in page
    client.post(reverse("batch_item_restore", args=[item.pk]))
    item.refresh_from_db()
    assert item.outcome == BatchItem.Outcome.LISTED


def test_a_township_sees_its_own_people_and_sums_only(cast, client):
    batches.standard(cast, "festival", rates=RATES)
    payments.entitlement(cast, "赵玥")
    payments.entitlement(cast, "孙邻", office=BAISHI_VILLAGE)
    batch = batches.prepared(cast, "festival", "dibao-rural")
    enter(client, cast.township_li)
    page = client.get(reverse("batch_items", args=[batch.pk])).content.decode()
    assert "赵玥" in page
    assert "孙邻" not in page
    detail = client.get(reverse("batch_detail", args=[batch.pk])).content.decode()
    assert "600.00" not in detail
    assert "本页只显示您辖区内的人" in detail
    assert "现在可以办" not in detail
    listing = client.get(reverse("batch_list")).content.decode()
    assert "300.00" in listing


def test_the_pages_ask_as_often_for_many_as_for_one(cast, client, django_assert_max_num_queries):
    batches.standard(cast, "festival", rates=RATES)
    for at in range(12):
        payments.entitlement(cast, f"赵{'甲乙丙丁戊己庚辛壬癸子丑'[at]}", persons=2)
    batch = batches.approved(cast, "festival", "dibao-rural")
    enter(client, cast.county_qian)
    for name in ("batch_detail", "batch_items"):
        with django_assert_max_num_queries(35):
            assert client.get(reverse(name, args=[batch.pk])).status_code == 200
