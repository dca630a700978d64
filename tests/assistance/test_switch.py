"""转保: 低保 to 特困 and back, from the case that is chosen, with no month unpaid and none paid twice."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from assistance.models import Entitlement, EntitlementMember, PaymentLine
from assistance.services.application import DeclarationRefused
from assistance.services.decision import first_month
from assistance.services.entitlement import confirm_change
from assistance.workflow import ChangeKind, Status
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from tests import ends, payments, programmes, rights
from tests.rights import newest, proposed
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

K = ChangeKind
APRIL, MAY, JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (4, 5, 6, 7, 8))


def _waiting(cast, code: str, person, on: date, **answers):
    """A case of somebody who is protected otherwise, agreed to by the township and waiting for the county."""
    one = programmes.BY_CODE[code]
    one = replace(one, answers={**one.answers, **answers})
    programmes.standard(cast, one)
    typed = programmes.parts(one, on, person.id_number)
    typed["member"][0]["name"] = typed["account"]["holder"] = person.name
    application = programmes.submitted(
        cast, one, on, person.id_number, member=typed["member"], account=typed["account"]
    )
    step = programmes.looked_into(cast, application)
    application.refresh_from_db()
    return application, step.day


def _tekun(cast):
    """Somebody in 特困 at home from May."""
    one = programmes.BY_CODE["tekun-rural"]
    programmes.standard(cast, one)
    application = programmes.granted(cast, programmes.submitted(cast, one, date(2026, 4, 8)))
    return Entitlement.objects.get(decision=application.decision)


def _families(person, month):
    """Of which families of programmes somebody is protected in a month, by the rows."""
    rows = EntitlementMember.objects.filter(
        person=person, entitlement__in=Entitlement.objects.payable_in(month)
    )
    return sorted(rows.values_list("family", flat=True))


def test_from_dibao_into_a_home_which_is_paid_from_the_first_month(cast):
    row = rights.family(cast)
    head, spouse = row.payee, row.members.get(relationship="spouse").person
    application, day = _waiting(
        cast, "tekun-rural", head, date(2026, 4, 1), mode="central", payee="institution"
    )
    decided = max(day, date(2026, 4, 28))
    month = first_month(application, decided)
    rights.listed(cast, "dibao-rural", APRIL)
    asked = {"application": application.number}
    with pytest.raises(BadInput, match="请选择由哪家供养机构收款") as refusal:
        proposed(cast, row, K.SWITCH, "to_other", month, decided, payee=spouse, details=asked)
    assert refusal.value.field == "institution"
    payments.account(spouse)
    home = programmes.home(cast)
    asked["institution"] = home.pk
    change = proposed(cast, row, K.SWITCH, "to_other", month, decided, payee=spouse, details=asked)
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=decided)
    tekun = Entitlement.objects.get(scheme="tekun-rural")
    assert (tekun.from_month, tekun.paid_to) == (month, home)
    application.refresh_from_db()
    assert application.status == Status.APPROVED
    assert [_families(head, one) for one in (APRIL, MAY, JUNE)] == [["dibao"], ["tekun"], ["tekun"]]
    (may,) = rights.listed(cast, "tekun-rural", MAY)
    assert may.lines.get().holder == home.holder
    rights.listed(cast, "dibao-rural", MAY)
    paid = PaymentLine.objects.filter(entitlement__members__person=head).values_list("month", "scheme")
    assert sorted(paid) == [(APRIL, "dibao-rural"), (MAY, "tekun-rural")]


def test_from_tekun_back_to_dibao_after_the_end_was_posted(cast):
    right = _tekun(cast)
    person = right.beneficiary
    rights.listed(cast, "tekun-rural", MAY, JUNE)
    with pytest.raises(DeclarationRefused) as refused:
        _waiting(cast, "dibao-rural", person, date(2026, 6, 2))
    assert "请先在他的特困供养上提出转保" in "".join(refused.value.missing)
    on = date(2026, 6, 3)
    change = proposed(cast, right, K.SWITCH, "to_other", JULY, on)
    _waiting(cast, "dibao-rural", person, date(2026, 6, 4))
    with pytest.raises(NotReady, match="还没有张贴"):
        confirm_change(change_id=change.pk, by=cast.county_zhao, on=on)
    decided = max(ends.posted(cast, change, on), date(2026, 6, 22))
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=decided)
    dibao = Entitlement.objects.get(scheme="dibao-rural")
    assert dibao.from_month == JULY
    assert (newest(right).until_month, newest(right).end_reason) == (JULY, "switched")
    expected = [["tekun"], ["tekun"], ["dibao"], ["dibao"]]
    assert [_families(person, one) for one in (MAY, JUNE, JULY, AUGUST)] == expected
    rights.listed(cast, "dibao-rural", JULY)
    paid = PaymentLine.objects.filter(entitlement__members__person=person).values_list("month", "scheme")
    assert sorted(paid) == [(MAY, "tekun-rural"), (JUNE, "tekun-rural"), (JULY, "dibao-rural")]
    assert not right.adjustments.exists()


@pytest.mark.parametrize("month", [JUNE, AUGUST])
def test_a_month_that_would_be_unpaid_or_paid_twice_is_not_confirmed(cast, month):
    right = _tekun(cast)
    on = date(2026, 6, 3)
    change = proposed(cast, right, K.SWITCH, "to_other", month, on)
    ends.posted(cast, change, on)
    with pytest.raises(NotAllowed, match="还没有到县级待审核确认"):
        confirm_change(change_id=change.pk, by=cast.county_zhao, on=date(2026, 6, 15))
    _waiting(cast, "dibao-rural", right.beneficiary, date(2026, 6, 4))
    with pytest.raises(NotAllowed, match="与转出月份不一致"):
        confirm_change(change_id=change.pk, by=cast.county_zhao, on=date(2026, 6, 22))
    assert newest(right).until_month is None
    assert not Entitlement.objects.filter(scheme="dibao-rural").exists()


def test_the_form_offers_the_cases_of_these_people_and_the_homes(cast, client):
    row = rights.family(cast)
    head = row.payee
    application, _ = _waiting(
        cast, "tekun-rural", head, date(2026, 4, 1), mode="central", payee="institution"
    )
    other = programmes.submitted(cast, programmes.BY_CODE["tekun-rural"], date(2026, 4, 2))
    home = programmes.home(cast)
    client.force_login(cast.township_li.user)
    url = reverse("change_propose", args=[row.pk, "switch"])
    form = client.get(url).context["form"]
    numbers = [value for value, _ in form.fields["application"].choices]
    assert numbers == ["", application.number], "only those of somebody in this right"
    assert other.number not in numbers
    assert (home.pk, home.name) in form.fields["institution"].choices


def test_where_there_is_no_case_the_form_says_what_to_do(cast, client):
    row = rights.family(cast)
    client.force_login(cast.township_li.user)
    page = client.get(reverse("change_propose", args=[row.pk, "switch"]))
    assert "先在“受理申请”里登记转入项目的申请" in page.content.decode()
    assert "institution" not in page.context["form"].fields
