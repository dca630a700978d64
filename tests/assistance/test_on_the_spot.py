"""临时救助 where the hardship happens: nobody moves, the same cause is found wherever the family asks, home sees it."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import Entitlement
from assistance.services.assessment import prior_aid_of
from civaffairs.registry.models import BankAccount, Membership
from tests import payments, programmes
from tests.cast import BAISHI_VILLAGE, QINGXI_VILLAGE

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture
def travelled(cast):
    """A family of 白石村, in 低保 there, whose head meets with an accident in 青溪村."""
    programmes.standard(cast, programmes.BY_CODE["temp-quick"])
    return payments.entitlement(cast, "钱远客", office=BAISHI_VILLAGE)


def asked(cast, right: Entitlement, day: date = DAY):
    case = programmes.BY_CODE["temp-quick"]
    number = right.payee.id_number
    typed = programmes.parts(case, day, number)
    typed["member"][0]["name"] = typed["account"]["holder"] = right.payee.name
    return programmes.submitted(cast, case, day, number, member=typed["member"], account=typed["account"])


def test_nobody_moves_and_the_money_is_of_the_place_of_hardship(cast, travelled):
    person = travelled.payee
    before = list(Membership.objects.filter(person=person).values_list("household", "until_day"))
    application = programmes.granted(cast, asked(cast, travelled))
    person.refresh_from_db()
    travelled.household.refresh_from_db()
    assert (person.office_id, travelled.household.office_id) == (BAISHI_VILLAGE, BAISHI_VILLAGE)
    assert list(Membership.objects.filter(person=person).values_list("household", "until_day")) == before
    right = Entitlement.objects.get(decision__application=application)
    assert (application.office_id, right.office_id) == (QINGXI_VILLAGE, QINGXI_VILLAGE)
    assert right.household == travelled.household
    account = BankAccount.objects.get(person=person, state=BankAccount.State.ACTIVE)
    assert account.office_id == BAISHI_VILLAGE
    assert "登记不变" in str(application.events.get(act="submit").details)


def test_the_same_cause_is_found_again_in_another_township(cast, travelled):
    programmes.granted(cast, asked(cast, travelled))
    (earlier,) = prior_aid_of(asked(cast, travelled, date(2026, 3, 16)))
    assert (earlier.cause, earlier.amount_fen) == ("accident", 50_000)


def test_the_township_at_home_sees_that_its_people_were_helped(cast, client, travelled):
    application = programmes.granted(cast, asked(cast, travelled))
    client.force_login(cast.outsider_sun.user)
    page = client.get(reverse("person_detail", args=[travelled.payee_id])).content.decode()
    assert application.number in page
    assert client.get(reverse("case_detail", args=[application.pk])).status_code == 404
