"""Somebody registered elsewhere is named on a form: nothing about him changes before the decision, all of it with it."""

from datetime import date

import pytest

from assistance.models import Entitlement
from assistance.services.application import DeclarationRefused
from civaffairs.lib.errors import Conflict
from civaffairs.registry.models import AuditEvent, BankAccount, Household, Person
from tests import declarations, journeys, payments
from tests.cast import BAISHI_VILLAGE, PASSWORD, QINGXI_VILLAGE

# Born in the year before the head of the journeys' family, so that nobody else of them has his number.
HEAD_ID = journeys.id_number(date(1954, 8, 1), "male", 400)
WIFE_ID = journeys.id_number(date(1956, 8, 1), "female", 401)
PHONE, NEW_PHONE = "13900000001", "13900000099"


def people(**changes) -> list[dict]:
    head = declarations.member(
        key="m0", name="石来福", relationship="head", id_number=HEAD_ID, income_state="none", labour="lost"
    )
    wife = declarations.member(
        key="m1", name="石何氏", relationship="spouse", id_number=WIFE_ID, income_state="none", labour="none"
    )
    return [head | changes, wife | {key: changes[key] for key in changes if key == "moved_out"}]


def of_baishi(cast) -> Household:
    """A couple known in 白石村, from an application that came to nothing there, with an account in force."""
    application = declarations.submitted(
        cast,
        office=BAISHI_VILLAGE,
        by=cast.outsider_sun,
        member=people(),
        income=[],
        account={"holder": "石来福"},
        basics={"phone": PHONE},
    )
    journeys.do("withdraw", application, cast.outsider_sun, 0, reason="搬走了")
    account = BankAccount(
        person=application.applicant,
        office_id=BAISHI_VILLAGE,
        holder="石来福",
        bank="云岭农商银行",
        state=BankAccount.State.ACTIVE,
        from_day=application.submitted_on,
    )
    account.set_number("6217000099990000001")
    account.save()
    return application.household


def now_in_qingxi(cast):
    """The same couple on a form of 青溪村, with another telephone and a disability."""
    changed = {"moved_out": True, "ethnicity": "苗族", "disability_number": f"{HEAD_ID}42"}
    return declarations.submitted(
        cast,
        office=QINGXI_VILLAGE,
        by=cast.village_wang,
        member=people(**changed),
        income=[],
        account={"holder": "石来福", "number": "6217000099990000001"},
        basics={"phone": NEW_PHONE},
    )


@pytest.fixture
def arriving(cast, monkeypatch):
    """`arriving(journey)` takes the couple's application of 青溪村 as far as that journey goes."""
    of_baishi(cast)
    monkeypatch.setattr(journeys, "submitted", lambda cast, **changes: now_in_qingxi(cast))
    return lambda journey: journey(cast)


def known(name: str = "石来福") -> Person:
    return Person.objects.get(name=name)


def test_a_form_changes_nothing_about_somebody_registered_elsewhere(cast, arriving):
    before = list(Person.objects.order_by("pk").values())
    application = arriving(journeys.deciding)
    assert list(Person.objects.order_by("pk").values()) == before
    head = known()
    assert (head.office_id, head.phone, head.disability_kind) == (BAISHI_VILLAGE, PHONE, None)
    assert head.memberships.get().household.office_id == BAISHI_VILLAGE
    assert head.accounts.get().office_id == BAISHI_VILLAGE
    assert application.household.office_id == QINGXI_VILLAGE
    assert not AuditEvent.objects.filter(action="person.move").exists()
    row = application.members.get(person=head)
    assert (application.phone, row.ethnicity, row.disability_number) == (NEW_PHONE, "苗族", f"{HEAD_ID}42")
    told = application.events.order_by("version").first().details["oddities"]
    assert "石来福登记在外村，确认保障后才转入本户" in told


def test_a_refusal_leaves_him_where_he_was(cast, arriving):
    arriving(journeys.refused)
    assert known().office_id == BAISHI_VILLAGE
    assert known().memberships.get().until_day is None


def test_the_decision_brings_people_household_telephone_and_account_over(cast, arriving):
    application = arriving(journeys.approved)
    head, wife = known(), known("石何氏")
    assert (head.office_id, wife.office_id) == (QINGXI_VILLAGE, QINGXI_VILLAGE)
    assert (head.phone, head.ethnicity) == (NEW_PHONE, "苗族")
    assert (head.disability_number, head.disability_kind, head.disability_grade) == (f"{HEAD_ID}42", 4, 2)
    for person in (head, wife):
        assert person.memberships.get(until_day=None).household == application.household
        assert person.memberships.get(household__office=BAISHI_VILLAGE).until_day == application.decided_on
    assert {account.office_id for account in head.accounts.all()} == {QINGXI_VILLAGE}
    moves = AuditEvent.objects.filter(action="person.move")
    # The trace stands with the office that loses sight of them.
    assert {(e.object_label, e.office_code, e.user_id) for e in moves} == {
        (name, BAISHI_VILLAGE, cast.county_zhao.user_id) for name in ("石来福", "石何氏")
    }


def test_a_household_of_another_village_is_left_only_when_said_so(cast):
    household = of_baishi(cast)
    with pytest.raises(DeclarationRefused) as caught:
        declarations.submitted(
            cast,
            office=QINGXI_VILLAGE,
            by=cast.village_wang,
            member=people(),
            income=[],
            account={"holder": "石来福"},
        )
    assert all(row.errors["moved_out"] for row in caught.value.declaration.members)
    household.refresh_from_db()
    assert household.office_id == BAISHI_VILLAGE


def test_who_began_to_draw_money_elsewhere_meanwhile_is_not_taken_from_there(cast, arriving):
    application = arriving(journeys.deciding)
    other = payments.entitlement(cast, "宋知秋")
    other.members.all().delete()
    Entitlement.objects.filter(pk=other.pk).update(payee=known(), office_id=BAISHI_VILLAGE)
    with pytest.raises(Conflict, match="石来福正在白石镇代领农村低保"):
        journeys.do("approve", application, cast.county_zhao, 22, opinion="同意给予保障")
    assert known().office_id == BAISHI_VILLAGE
    application.refresh_from_db()
    assert application.decided_on is None


def test_the_case_page_shows_him_and_his_number_but_not_the_page_of_the_other_village(cast, client, arriving):
    application = arriving(journeys.accepted)
    client.login(username="township_li", password=PASSWORD)
    page = client.get(f"/cases/{application.pk}/?tab=members")
    assert page.status_code == 200
    assert "石来福" in page.content.decode()
    assert f'href="/people/{known().pk}/"' not in page.content.decode()
    assert client.get(f"/people/{known().pk}/").status_code == 404
    number = client.post(f"/reveal/id-number/{known().pk}/", {"reason": "核对身份证"})
    assert HEAD_ID in number.content.decode()
    phone = client.post(f"/reveal/phone/{known().pk}/", {"reason": "核对电话"})
    assert phone.status_code == 404
