"""The pages of changes: every form opens, a cut goes through them, the notice says why and how to object."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import Entitlement, EntitlementChange
from assistance.services.entitlement import confirm_change
from assistance.workflow import ChangeKind
from civaffairs.lib.errors import NotReady
from civaffairs.registry.models import Office
from reporting.document import Paragraph, plain
from reporting.prints.change import change_notice
from tests import rights
from tests.cast import COUNTY
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

JULY, TODAY = date(2026, 7, 1), date(2026, 6, 18)


def test_every_form_opens_and_a_greyed_one_says_why(cast, client):
    row = rights.family(cast)
    client.force_login(cast.township_li.user)
    for kind in ChangeKind.values:
        answer = client.get(reverse("change_propose", args=[row.pk, kind]))
        assert answer.status_code == (302 if kind == "death" else 200), kind
    assert client.get(reverse("change_propose", args=[row.pk, "nothing"])).status_code == 404
    assert client.get(reverse("death_report", args=[row.payee_id])).status_code == 200
    rights.proposed(cast, row, ChangeKind.STOP, "income", JULY, TODAY)
    page = client.get(reverse("entitlement_detail", args=[row.pk])).content.decode()
    assert "停发正在等县级确认" in page
    assert "提出停发" in page


def test_a_cut_goes_through_the_form_with_what_was_on_record(cast, client):
    row = rights.family(cast)
    client.force_login(cast.township_li.user)
    url = reverse("change_propose", args=[row.pk, "cut"])
    shown = client.get(url).context["facts"]
    key = shown.before.household.members[0].key
    data = {
        "seen": "0",
        "reason_code": "income_up",
        "from_month": "2026-07",
        "explanation": "长子务工收入增加",
        "heard_on": "2026-03-01",
        "heard_how": "上门听取",
        "income-TOTAL_FORMS": "1",
        "income-INITIAL_FORMS": "0",
        "income-0-member": key,
        "income-0-kind": "business",
        "income-0-label": "种植玉米",
        "income-0-annual": "6000",
        "deduction-TOTAL_FORMS": "0",
        "deduction-INITIAL_FORMS": "0",
    }
    client.session.save()
    missing = client.post(url, data | {"heard_on": ""})
    assert missing.status_code == 422
    assert "《社会救助法》第48条" in missing.content.decode()
    answer = client.post(url, data | {"from_month": Entitlement.objects.get().from_month.strftime("%Y-%m")})
    assert answer.status_code == 302, answer.content.decode()
    change = EntitlementChange.objects.get()
    assert (change.kind, change.after_fen) == ("cut", 179_000)
    assert "1,790.00" in client.get(answer["Location"]).content.decode()


def test_the_notice_gives_reasons_sums_and_remedies(cast):
    row = rights.family(cast)
    rights.listed(cast, "dibao-rural", date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1))
    change = rights.proposed(cast, row, ChangeKind.STOP, "income", date(2026, 6, 1), TODAY)
    county = Office.objects.get(pk=COUNTY)
    with pytest.raises(NotReady):
        change_notice(change.group(), county)
    change = confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    paper = change_notice(change.group(), county)
    text = "".join(plain(block.runs) for block in paper.blocks if isinstance(block, Paragraph))
    for words in (
        "收入超过标准",
        "自2026年6月起停止发放",
        "多发2,090.00元",
        "听取意见",
        "60日内向云岭县人民政府申请行政复议",
        "6个月内依法向人民法院提起行政诉讼",
    ):
        assert words in text, words
    assert paper.number == change.number
