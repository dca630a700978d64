"""供养方式变更: a running right of 特困 goes between the person's own account and a home, and back."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import Adjustment, Entitlement, EntitlementChange
from assistance.services import keeping
from assistance.services.change_reckon import facts_on_record
from assistance.services.entitlement import confirm_change
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.registry.models import Office
from reporting.document import Paragraph, plain
from reporting.prints.change import change_notice
from tests import payments, programmes, rights
from tests.cast import COUNTY
from tests.rights import due_in, newest
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

MAY, JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (5, 6, 7, 8))
TODAY = date(2026, 7, 8)
# One ability gone: 917.00 + 412.00 at home, 1,100.00 + 618.00 in a home, as the form of the standard suggests.
AT_HOME, IN_A_HOME = 132_900, 171_800


def _at_home(cast) -> Entitlement:
    """From May 2026, 分散供养."""
    case = programmes.BY_CODE["tekun-rural"]
    programmes.standard(cast, case)
    application = programmes.granted(cast, programmes.submitted(cast, case, date(2026, 4, 8)))
    right = Entitlement.objects.get(decision=application.decision)
    assert (right.from_month, right.amount_fen, right.paid_to) == (MAY, AT_HOME, None)
    return right


def _admitted(cast, right, month=JULY, **more):
    fields = {
        "mode": "central",
        "institution_id": programmes.home(cast).pk,
        "reason_code": "admitted",
        "explanation": "本人自愿入住青溪镇敬老院",
        "by": cast.township_li,
        "on": TODAY,
    }
    return keeping.propose_keeping(entitlement_id=right.pk, from_month=month, **(fields | more))


def _confirmed(cast, change):
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    return newest(change.entitlement)


def test_an_admission_raises_the_sum_and_pays_the_home_from_the_month_on(cast):
    right = _at_home(cast)
    rights.listed(cast, right.scheme_id, MAY, JUNE)
    change = _admitted(cast, right)
    assert newest(right) == right, "nothing is paid otherwise before the county has confirmed"
    assert _admitted(cast, right) == change, "the same proposal twice is one"
    row = _confirmed(cast, change)
    assert (row.amount_fen, row.care_fen, row.category) == (IN_A_HOME, 61_800, "central-semi")
    assert row.paid_to == programmes.home(cast)
    assert not Adjustment.objects.exists()
    (july,) = rights.listed(cast, right.scheme_id, JULY)
    line = july.lines.get()
    assert (line.amount_fen, line.holder) == (IN_A_HOME, "青溪镇敬老院")
    assert facts_on_record(row).answer("mode") == "central"


def test_a_discharge_lowers_it_after_the_person_was_heard_and_goes_back_to_his_account(cast):
    right = _at_home(cast)
    row = _confirmed(cast, _admitted(cast, right, JUNE))
    asked = {
        "mode": "scattered",
        "agreement": True,
        "reason_code": "discharged",
        "explanation": "本人要求回家",
    }
    with pytest.raises(BadInput, match="听取"):
        _admitted(cast, row, AUGUST, **asked)
    change = _admitted(cast, row, AUGUST, **asked, heard_on=date(2026, 7, 6), heard_how="本人自愿")
    row = _confirmed(cast, change)
    assert (row.amount_fen, row.paid_to, row.category) == (AT_HOME, None, "scattered-semi")
    assert [due_in(row, month) for month in (MAY, JUNE, JULY, AUGUST)] == [
        AT_HOME,
        IN_A_HOME,
        IN_A_HOME,
        AT_HOME,
    ]


def test_closed_months_are_an_adjustment_and_never_a_changed_line(cast):
    right = _at_home(cast)
    runs = rights.listed(cast, right.scheme_id, MAY, JUNE)
    row = _confirmed(cast, _admitted(cast, right, JUNE))
    assert Adjustment.objects.get().amount_fen == IN_A_HOME - AT_HOME
    assert [run.lines.get().amount_fen for run in runs] == [AT_HOME, AT_HOME]
    assert (row.from_month, row.pays_from) == (JUNE, JULY)


def test_from_one_home_to_another_and_not_to_the_same(cast):
    row = _confirmed(cast, _admitted(cast, _at_home(cast)))
    with pytest.raises(NotAllowed, match="没有变化"):
        _admitted(cast, row, AUGUST)
    other = programmes.home(cast)
    other.pk, other.name, other.account_index = None, "白石镇敬老院", "other"
    other.save()
    row = _confirmed(cast, _admitted(cast, row, AUGUST, institution_id=other.pk, reason_code="other_home"))
    assert (row.paid_to, row.amount_fen) == (other, IN_A_HOME)


def test_a_home_without_a_confirmed_account_and_a_carer_without_an_agreement_are_refused(cast):
    right = _at_home(cast)
    home = programmes.home(cast)
    home.confirmed_on = home.confirmed_by = None
    home.save()
    with pytest.raises(BadInput, match="请选择供养机构") as refusal:
        _admitted(cast, right)
    assert refusal.value.field == "institution"
    carer = {"mode": "scattered", "payee": "carer", "reason_code": "carer_changed"}
    with pytest.raises(BadInput, match="先签照料服务协议") as refusal:
        _admitted(cast, right, agreement=False, **carer)
    assert refusal.value.field == "agreement"
    dibao = payments.entitlement(cast, "低保户")
    with pytest.raises(NotAllowed, match="只有特困"):
        _admitted(cast, dibao)


def test_a_right_from_the_ledger_is_priced_by_its_grade(cast):
    right = _at_home(cast)
    Entitlement.objects.filter(pk=right.pk).update(decision=None)
    row = _confirmed(cast, _admitted(cast, right))
    assert (row.amount_fen, row.base_fen, row.category) == (IN_A_HOME, 110_000, "central-semi")
    Entitlement.objects.filter(pk=row.pk).update(category="")
    with pytest.raises(NotReady, match="自理能力"):
        other = {"mode": "scattered", "agreement": True, "heard_on": TODAY, "heard_how": "听取"}
        _admitted(cast, row, AUGUST, reason_code="discharged", **other)


def test_the_running_right_of_a_person_is_found(cast):
    right = _at_home(cast)
    assert keeping.running_right(right.beneficiary_id) == right
    assert keeping.running_right(payments.entitlement(cast, "低保户").payee_id) is None


def test_the_form_and_the_notice_say_where_and_to_whom(cast, client):
    right = _at_home(cast)
    home = programmes.home(cast)
    client.force_login(cast.township_li.user)
    url = reverse("change_propose", args=[right.pk, "keep"])
    assert home.name in client.get(url).content.decode()
    data = {
        "seen": "0",
        "reason_code": "admitted",
        "from_month": "2026-07",
        "explanation": "入住",
        "mode": "central",
    }
    missing = client.post(url, data)
    assert missing.status_code == 422
    assert "请选择供养机构" in missing.content.decode()
    answer = client.post(url, data | {"institution": str(home.pk)})
    assert answer.status_code == 302, answer.content.decode()
    shown = client.get(answer["Location"]).content.decode()
    assert "青溪镇敬老院（尾号8888）" in shown
    assert "月供养金额" in shown
    change = EntitlementChange.objects.get()
    change = confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    paper = change_notice(change.group(), Office.objects.get(pk=COUNTY))
    text = "".join(plain(block.runs) for block in paper.blocks if isinstance(block, Paragraph))
    assert paper.title.endswith("供养方式变更告知书")
    assert "由青溪镇敬老院集中供养，供养金发到该机构的账户" in text
