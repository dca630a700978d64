"""Every kind of change: what it asks, what it makes of the rows, and what closed months owe."""

from dataclasses import replace
from datetime import date

import pytest

from assistance.models import Adjustment, Entitlement, EntitlementMember, PaymentLine
from assistance.policy.facts import IncomeItem
from assistance.services.change_people import person_who_joins
from assistance.services.change_reckon import facts_on_record
from assistance.services.decision import first_month
from assistance.services.entitlement import confirm_change, mark_informed, refuse_change
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady
from civaffairs.registry.models import Household, Membership
from tests import payments, programmes, rights
from tests.cast import BAISHI_VILLAGE, LIUTANG
from tests.rights import changed, due_in, newest, proposed
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

K = ChangeKind
APRIL, MAY, JUNE, JULY = (date(2026, month, 1) for month in (4, 5, 6, 7))
TODAY = date(2026, 6, 18)


def earning(row: Entitlement, annual_fen: int):
    """The family as on record, with another income of the year."""
    facts = facts_on_record(row)
    owner = facts.household.members[0].key
    item = IncomeItem("business", annual_fen, "种植玉米", owner)
    return _with(facts, incomes=(item,))


def _with(facts, **changes):
    return replace(facts, household=replace(facts.household, **changes))


# --- the amount ------------------------------------------------------------------------------------------------


def test_more_income_from_a_month_already_paid_lowers_the_sum_and_asks_the_difference_back(cast):
    """6,000.00 a year for three: 166.66… a head; (700 − 166.66…) × 3 = 1,600.00, with 分类施保 1,790.00 instead of 2,090.00.
    May and June are closed: 2 × 300.00."""
    row = rights.family(cast)
    rights.listed(cast, "dibao-rural", APRIL, MAY, JUNE)
    row = changed(cast, row, K.CUT, "income_up", MAY, TODAY, facts=earning(row, 600_000))
    assert (row.base_fen, row.classified_fen, row.from_month, row.pays_from) == (160_000, 19_000, MAY, JULY)
    booked = Adjustment.objects.get()
    assert (booked.amount_fen, booked.entitlement) == (-60_000, row)
    assert due_in(row, APRIL) == 209_000
    (run,) = rights.listed(cast, "dibao-rural", JULY)
    line = run.lines.get()
    assert line.base_fen + line.classified_fen == 179_000
    assert PaymentLine.objects.filter(month__lt=JULY, amount_fen=209_000).count() == 3


def test_less_income_raises_the_sum_and_owes_the_difference(cast):
    """1,200.00 a year: 2,000.00 + 190.00; 100.00 more for each of two closed months."""
    row = rights.family(cast)
    rights.listed(cast, "dibao-rural", APRIL, MAY, JUNE)
    row = changed(cast, row, K.RAISE, "income_down", MAY, TODAY, facts=earning(row, 120_000))
    assert row.amount_fen == 219_000
    assert Adjustment.objects.get().amount_fen == 20_000


def test_two_changes_of_the_same_months_are_counted_once(cast):
    """First cut by 300.00, then found to be 100.00 too little: what stands is the sum of both."""
    row = rights.family(cast)
    rights.listed(cast, "dibao-rural", APRIL, MAY, JUNE)
    row = changed(cast, row, K.CUT, "income_up", MAY, TODAY, facts=earning(row, 600_000))
    row = changed(cast, row, K.RAISE, "error", MAY, TODAY, facts=earning(row, 480_000))
    standing = Adjustment.objects.filter(cancelled_on=None)
    assert sum(one.amount_fen for one in standing) == -2 * 20_000
    assert row.amount_fen == 189_000


def test_a_change_that_changes_nothing_or_goes_the_other_way_is_told(cast):
    row = rights.family(cast)
    with pytest.raises(NotAllowed, match="没有变化"):
        proposed(cast, row, K.CUT, "income_up", JULY, TODAY, facts=earning(row, 240_000))
    with pytest.raises(NotAllowed, match="请改办增发"):
        proposed(cast, row, K.CUT, "income_up", JULY, TODAY, facts=earning(row, 120_000))
    with pytest.raises(NotAllowed, match=r"不再符合条件.*请办理停发或渐退"):
        proposed(cast, row, K.CUT, "income_up", JULY, TODAY, facts=earning(row, 9_000_000))


def test_a_cut_needs_the_family_to_be_heard_and_a_rise_does_not(cast):
    row = rights.family(cast)
    silent = {"heard_on": None, "heard_how": ""}
    with pytest.raises(BadInput, match="听取") as refusal:
        proposed(cast, row, K.CUT, "income_up", JULY, TODAY, facts=earning(row, 600_000), **silent)
    assert (refusal.value.field, refusal.value.article) == ("heard_on", "《社会救助法》第48条")
    proposed(cast, row, K.RAISE, "income_down", JULY, TODAY, facts=earning(row, 120_000), **silent)


def test_a_right_without_facts_asks_for_them(cast):
    rights.standard(cast, "dibao-rural")
    row = payments.entitlement(cast, persons=2)
    with pytest.raises(NotReady, match="历史台账"):
        proposed(cast, row, K.CUT, "income_up", JULY, TODAY)


def test_what_was_confirmed_is_the_ground_of_the_next_change(cast):
    row = rights.family(cast)
    row = changed(cast, row, K.CUT, "income_up", JULY, TODAY, facts=earning(row, 600_000))
    assert facts_on_record(row).household.incomes[0].annual_fen == 600_000


# --- people ------------------------------------------------------------------------------------------------------


def test_a_newborn_joins_and_is_paid_for_from_the_month(cast):
    """Four people: (700 − 50) × 4 = 2,600.00; 分类施保 190.00 and 50.00 for the second child."""
    row = rights.family(cast)
    rights.listed(cast, "dibao-rural", APRIL, MAY, JUNE)
    child = person_who_joins(row, name="梁小苗", id_number="", sex="male", birth=date(2026, 5, 9), on=TODAY)
    more = {"relationship": "grandchild", "labour": "none"}
    row = changed(cast, row, K.JOIN, "born", JUNE, TODAY, person=child, details=more)
    assert (row.persons, row.base_fen, row.classified_fen) == (4, 260_000, 24_000)
    assert Adjustment.objects.get().amount_fen == 284_000 - 209_000
    assert Membership.objects.get(person=child).household == row.household


def test_who_is_protected_elsewhere_cannot_join(cast):
    row = rights.family(cast)
    other = payments.entitlement(cast, "另户")
    more = {"relationship": "other", "labour": "none"}
    change = proposed(cast, row, K.JOIN, "married_in", JULY, TODAY, person=other.payee, details=more)
    with pytest.raises(Conflict, match="同类待遇"):
        confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    assert newest(row).pk == row.pk


def test_one_leaves_the_others_go_on_and_the_head_needs_a_successor(cast):
    """Without the child: (700 − 100) × 2 = 1,200.00 and 140.00."""
    row = rights.family(cast)
    child = row.members.get(relationship="grandchild").person
    with pytest.raises(BadInput, match="请选择以后由谁领款"):
        proposed(cast, row, K.LEAVE, "moved_away", JULY, TODAY, person=row.payee)
    row = changed(cast, row, K.LEAVE, "moved_away", JULY, TODAY, person=child)
    assert (row.persons, row.amount_fen) == (2, 134_000)
    assert not EntitlementMember.objects.filter(person=child, until_month=None).exists()
    assert not Membership.objects.filter(person=child, until_day=None).exists()


def test_the_last_one_does_not_leave_but_the_right_ends(cast):
    row = payments.entitlement(cast)
    with pytest.raises(NotAllowed, match="请办理停发"):
        proposed(cast, row, K.LEAVE, "moved_away", JULY, TODAY, person=row.payee)


# --- hold and resume ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("backpay", "owed"), [(True, 2 * 209_000), (False, 0)])
def test_a_right_on_hold_is_not_listed_and_the_held_months_follow_as_decided(cast, backpay, owed):
    row = rights.family(cast)
    changed(cast, row, K.HOLD, "uncertified", APRIL, date(2026, 3, 30))
    payments.entitlement(cast, "另户")
    runs = rights.listed(cast, "dibao-rural", APRIL, MAY)
    assert not PaymentLine.objects.filter(run__in=runs, entitlement__number=row.number).exists()
    assert not Adjustment.objects.exists()
    row = changed(cast, row, K.RESUME, "certified", JUNE, date(2026, 6, 2), details={"backpay": backpay})
    assert sum(Adjustment.objects.values_list("amount_fen", flat=True)) == owed
    (run,) = rights.listed(cast, "dibao-rural", JUNE)
    assert run.lines.filter(entitlement=row).exists()
    assert row.held_since is None


def test_a_hold_in_a_closed_month_asks_it_back(cast):
    row = rights.family(cast)
    rights.listed(cast, "dibao-rural", APRIL, MAY)
    changed(cast, row, K.HOLD, "absent", MAY, date(2026, 5, 20))
    assert Adjustment.objects.get().amount_fen == -209_000
    with pytest.raises(NotAllowed, match="已从2026年5月起暂停"):
        proposed(cast, newest(row), K.HOLD, "absent", JUNE, date(2026, 5, 21))


def test_what_changes_during_a_hold_neither_ends_it_nor_is_paid_before_it_is_resumed(cast):
    """Held from May, whose list is closed; from June on 2,190.00 instead of 2,090.00. Nothing is due before the resumption;
    then May is owed as it was and June as it is now."""
    row = rights.family(cast)
    rights.listed(cast, "dibao-rural", APRIL)
    changed(cast, row, K.HOLD, "uncertified", MAY, date(2026, 4, 28))
    payments.entitlement(cast, "另户")
    rights.listed(cast, "dibao-rural", MAY, JUNE)
    row = changed(cast, row, K.RAISE, "income_down", JUNE, TODAY, facts=earning(row, 120_000))
    assert (row.amount_fen, row.held_since) == (219_000, JUNE)
    assert not Adjustment.objects.standing().exists()
    (run,) = rights.listed(cast, "dibao-rural", JULY)
    assert not run.lines.filter(entitlement__number=row.number).exists()
    on = date(2026, 7, 20)
    row = changed(cast, row, K.RESUME, "certified", date(2026, 8, 1), on, details={"backpay": True})
    assert row.held_since is None
    assert sum(one.amount_fen for one in Adjustment.objects.standing()) == 209_000 + 2 * 219_000


# --- 渐退 ---------------------------------------------------------------------------------------------------------


def test_a_taper_goes_on_for_its_months_and_ends_by_itself(cast):
    row = rights.family(cast)
    row = changed(cast, row, K.TAPER, "work", JULY, TODAY, details={"months": 6})
    assert (row.from_month, row.until_month, row.end_reason) == (JULY, date(2027, 1, 1), "tapered")
    assert row.amount_fen == 209_000
    assert due_in(row, date(2026, 12, 1)) == 209_000
    assert due_in(row, date(2027, 1, 1)) == 0
    assert set(row.members.values_list("until_month", flat=True)) == {date(2027, 1, 1)}


def test_a_taper_longer_than_allowed_names_the_article(cast):
    row = rights.family(cast)
    with pytest.raises(BadInput, match="渐退期最长 6 个月") as refusal:
        proposed(cast, row, K.TAPER, "work", JULY, TODAY, details={"months": 7})
    assert "第33条" in refusal.value.article
    single = rights.own(cast, row.payee, "old-age", 6_000)
    with pytest.raises(NotAllowed, match="渐退期"):
        proposed(cast, single, K.TAPER, "work", JULY, TODAY, details={"months": 3})


# --- head and place ------------------------------------------------------------------------------------------------


def test_a_new_head_draws_the_money_and_all_stand_to_him_as_said(cast):
    row = rights.family(cast)
    head, spouse = row.payee, row.members.get(relationship="spouse").person
    child = row.members.get(relationship="grandchild").person
    relations = {str(head.pk): "spouse", str(child.pk): "grandchild"}
    row = changed(
        cast, row, K.HEAD, "asked", JULY, TODAY, person=spouse, details={"relationships": relations}
    )
    assert (row.payee, row.amount_fen, row.from_month) == (spouse, 209_000, JULY)
    assert dict(row.members.values_list("person_id", "relationship")) == {
        spouse.pk: "head",
        head.pk: "spouse",
        child.pk: "grandchild",
    }
    assert Household.objects.get(pk=row.household_id).head == spouse
    assert Membership.objects.get(person=head, until_day=None).relationship == "spouse"


def test_a_move_takes_the_household_and_every_right_of_it_along(cast):
    row = rights.family(cast)
    old = rights.own(cast, row.payee, "old-age", 6_000)
    row = changed(cast, row, K.MOVE, "moved_inside", JULY, TODAY, details={"to_office": BAISHI_VILLAGE})
    assert (row.office_id, row.amount_fen) == (BAISHI_VILLAGE, 209_000)
    assert newest(old).office_id == BAISHI_VILLAGE
    assert row.household.office_id == BAISHI_VILLAGE
    row.payee.refresh_from_db()
    assert row.payee.office_id == BAISHI_VILLAGE
    assert set(row.payee.accounts.values_list("office_id", flat=True)) == {BAISHI_VILLAGE}
    assert not Adjustment.objects.exists()


def test_a_move_between_town_and_village_is_another_programme(cast):
    row = rights.family(cast)
    with pytest.raises(NotAllowed, match="转保"):
        proposed(cast, row, K.MOVE, "moved_inside", JULY, TODAY, details={"to_office": LIUTANG})


def test_who_leaves_the_county_ends_and_a_soldiers_family_is_paid_to_the_end_of_the_year(cast):
    row = rights.family(cast)
    survivor = rights.own(cast, row.payee, "vet-survivor", 200_000)
    with pytest.raises(BadInput, match="2027年1月起停发"):
        proposed(cast, survivor, K.MOVE, "moved", JULY, TODAY)
    changed(cast, row, K.MOVE, "moved", JULY, TODAY)
    row.refresh_from_db()
    assert (row.until_month, row.end_reason) == (JULY, "moved")


# --- telling the family ----------------------------------------------------------------------------------------------


def test_the_written_notice_is_recorded_once_after_the_confirmation(cast):
    row = rights.family(cast)
    change = proposed(cast, row, K.STOP, "income", JULY, TODAY)
    telling = {"change_id": change.pk, "informed_how": "当面送达", "by": cast.township_li, "on": TODAY}
    with pytest.raises(NotAllowed, match="县级确认以后"):
        mark_informed(informed_on=TODAY, **telling)
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    with pytest.raises(BadInput, match="告知日期"):
        mark_informed(informed_on=date(2026, 6, 1), **telling)
    for _ in range(2):
        assert mark_informed(informed_on=TODAY, **telling).informed_on == TODAY


def test_a_standard_raised_between_proposal_and_confirmation_is_noticed(cast):
    row = rights.family(cast)
    change = proposed(cast, row, K.CUT, "income_up", JULY, TODAY, facts=earning(row, 600_000))
    params = row.standard.params | {"standard_fen": 80_000}
    type(row.standard).objects.filter(pk=row.standard_id).update(params=params)
    with pytest.raises(NotAllowed, match="提出以后情况有了变化"):
        confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    refuse_change(change_id=change.pk, by=cast.county_zhao, on=TODAY, opinion="请按新标准重新提出")
    change.refresh_from_db()
    assert change.status == ChangeStatus.REFUSED


def test_a_change_reaches_back_over_a_raise_and_keeps_each_standard(cast):
    """The raise of June continued the row; a cut from May reckons May with the old standard, June on with the new."""
    row = rights.family(cast)
    rights.listed(cast, "dibao-rural", APRIL, MAY, JUNE)
    raised = type(row.standard).objects.create(
        scheme_id="dibao-rural",
        office_id=row.standard.office_id,
        from_month=JUNE,
        document_number="云民发〔2026〕20号",
        params=row.standard.params | {"standard_fen": 75_000},
    )
    row.until_month = JUNE
    row.save()
    members = list(row.members.all())
    row.members.update(until_month=JUNE)
    after = Entitlement.objects.get(pk=row.pk)
    after.pk, after.previous, after.standard, after.until_month = None, row, raised, None
    after.from_month, after.pays_from = JUNE, JULY
    after.base_fen, after.amount_fen = 205_000, 224_000
    after.save()
    for member in members:
        member.pk, member.entitlement, member.until_month = None, after, None
        member.save()
    changed(cast, after, K.CUT, "income_up", MAY, TODAY, facts=earning(after, 600_000))
    # 2,090.00 and 2,090.00 were listed; due is 1,790.00 in May, (750 − 166.66…) × 3 = 1,750.00 + 分类施保 in June.
    assert due_in(after, MAY) == 179_000
    assert due_in(after, JUNE) == 175_000 + newest(after).classified_fen
    months = Adjustment.objects.get().months
    assert [part["month"] for part in months] == ["2026-05", "2026-06"]
    assert [part["due"] for part in months] == [179_000, due_in(after, JUNE)]


# --- 转保 --------------------------------------------------------------------------------------------------------------


def _tekun_waiting_for(cast, person):
    """A 特困 case of somebody in 低保, agreed to by the township and waiting for the county."""
    tekun = next(one for one in programmes.CASES if one.code == "tekun-rural")
    programmes.standard(cast, tekun)
    typed = programmes.parts(tekun, date(2026, 4, 1), person.id_number)
    typed["member"][0]["name"] = typed["account"]["holder"] = person.name
    application = programmes.submitted(
        cast, tekun, date(2026, 4, 1), person.id_number, member=typed["member"], account=typed["account"]
    )
    programmes.looked_into(cast, application)
    application.refresh_from_db()
    return application


def test_one_goes_over_to_another_programme_with_no_month_unpaid_and_none_paid_twice(cast):
    """The grandfather of the family becomes 特困; wife and child go on in 低保 from the same month."""
    row = rights.family(cast)
    head, spouse = row.payee, row.members.get(relationship="spouse").person
    application = _tekun_waiting_for(cast, head)
    decided = date(2026, 4, 28)
    month = first_month(application, decided)
    rights.listed(cast, "dibao-rural", APRIL)
    change = proposed(
        cast,
        row,
        K.SWITCH,
        "to_other",
        month,
        decided,
        payee=spouse,
        details={"application": application.number},
    )
    assert change.details["persons"] == [head.pk]
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=decided)
    tekun = Entitlement.objects.get(scheme="tekun-rural")
    left = newest(row)
    assert (left.persons, left.payee, left.from_month) == (2, spouse, tekun.from_month)
    for month in (APRIL, MAY, JUNE, JULY):
        families = EntitlementMember.objects.filter(
            person=head, entitlement__in=Entitlement.objects.payable_in(month)
        ).values_list("family", flat=True)
        assert len(families) == 1, month
