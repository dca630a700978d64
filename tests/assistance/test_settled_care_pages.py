"""The pages of 一站式 settlements."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from assistance.models import MedicalSettlement
from assistance.services.settled_care import load_file
from tests import payments
from tests.cast import BAISHI_VILLAGE
from tests.settled_care import TODAY, row, tried, workbook

pytestmark = pytest.mark.django_db
LIST = "settled_care_list"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("civaffairs.registry.clock.today", lambda: TODAY)


def loaded(cast) -> None:
    here, there = payments.person("梅知雪"), payments.person("霍连山", office=BAISHI_VILLAGE)
    file = tried(
        cast,
        [
            {"name": here.name, "id_number": here.id_number, "number": "C1", "aid_fen": "100"},
            {
                "name": there.name,
                "id_number": there.id_number,
                "number": "C2",
                "aid_fen": "20",
                "identity": "特困",
            },
            {"number": "C3", "aid_fen": "3", "settled_on": "2026-03-01"},
        ],
    )
    load_file(file_id=file.pk, by=cast.county_qian, on=TODAY)


def test_a_sheet_is_tried_seen_and_loaded(cast, client):
    client.force_login(cast.county_qian.user)
    assert client.post(reverse("settled_care_upload")).status_code == 422
    sheet = workbook([row(), row(name="")]).getvalue()
    answer = client.post(reverse("settled_care_upload"), {"file": SimpleUploadedFile("四月.xlsx", sheet)})
    page = client.get(answer.url).content.decode()
    assert "试导结果" in page
    assert "姓名没有填" in page
    assert "没有登记" in page
    assert not MedicalSettlement.objects.exists()
    # Whoever leaves the page finds the way back to what waits.
    assert answer.url in client.get(reverse("settled_care_upload")).content.decode()
    page = client.post(answer.url, follow=True).content.decode()
    assert "已导入 1 条结算" in page
    assert "姓名没有填" in page
    page = client.post(answer.url, follow=True).content.decode()
    assert "没有重复导入" in page
    again = {"file": SimpleUploadedFile("四月.xlsx", sheet)}
    assert "已经导入过" in client.post(reverse("settled_care_upload"), again, follow=True).content.decode()
    assert answer.url not in client.get(reverse("settled_care_upload")).content.decode()
    assert MedicalSettlement.objects.count() == 1


def test_a_file_that_is_no_sheet_is_refused_on_the_page(cast, client):
    client.force_login(cast.county_qian.user)
    answer = client.post(reverse("settled_care_upload"), {"file": SimpleUploadedFile("四月.csv", b"a,b\n")})
    assert answer.status_code == 422
    assert "请选择 .xlsx 表格" in answer.content.decode()


def test_everybody_sees_his_own_area_with_its_sums(cast, client):
    loaded(cast)
    client.force_login(cast.county_qian.user)
    answer = client.get(reverse(LIST))
    assert {one.number for one in answer.context["page"]} == {"C1", "C2", "C3"}
    assert answer.context["sums"]["aid_fen"] == 12_300
    client.force_login(cast.township_li.user)
    answer = client.get(reverse(LIST))
    assert [one.number for one in answer.context["page"]] == ["C1"]
    assert answer.context["sums"]["aid_fen"] == 10_000
    assert "霍连山" not in answer.content.decode()
    assert "导入结算表" not in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"identity": "tekun"}, {"C2"}),
        ({"last": "2026-03-31"}, {"C3"}),
        ({"first": "2026-04-01"}, {"C1", "C2"}),
        ({"known": "no"}, {"C3"}),
        ({"known": "yes"}, {"C1", "C2"}),
        ({"area": BAISHI_VILLAGE}, {"C2"}),
        ({"q": "梅知雪"}, {"C1"}),
        ({"q": "虞晚"}, {"C3"}),
        ({"q": "C2"}, {"C2"}),
        ({"hospital": "人民"}, {"C1", "C2", "C3"}),
        ({"hospital": "中医院"}, set()),
    ],
)
def test_the_list_is_narrowed(cast, client, query, numbers):
    loaded(cast)
    client.force_login(cast.county_qian.user)
    answer = client.get(reverse(LIST), query)
    assert {one.number for one in answer.context["page"]} == numbers


def test_the_form_can_be_taken_and_has_the_columns(cast, client):
    client.force_login(cast.county_qian.user)
    answer = client.get(reverse("settled_care_form"))
    heads = [cell.value for cell in load_workbook(io.BytesIO(answer.content)).active[1]]
    assert heads[:2] == ["结算单号", "结算日期"]
    assert "医疗救助支付（元）" in heads
