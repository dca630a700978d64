"""Confirming, refusing, returning, telling; and what a decision opens."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from assistance.models import Application, Decision, Entitlement, EntitlementMember, LabourAbility
from assistance.services.grant import review_due_on
from assistance.workflow import Status
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady
from civaffairs.registry.models import AuditEvent, BankAccount, Posting, Role
from tests import journeys
from tests.assistance.test_case_clock import county_rule
from tests.journeys import VISIT, after, do


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


def approve(application, by, days=22, **more):
    return do("approve", application, by, days, opinion="同意", **more)


# --- what a decision opens -----------------------------------------------------------------------------------


def test_a_confirmation_pays_from_the_month_after_it(cast):
    application = journeys.approved(cast)  # 24 March
    entitlement = Entitlement.objects.get()
    record = application.assessments.get(is_current=True)
    assert entitlement.from_month == date(2026, 4, 1)
    assert entitlement.until_month is None
    assert (entitlement.base_fen, entitlement.classified_fen, entitlement.amount_fen) == (
        record.base_fen,
        record.classified_fen,
        record.amount_fen,
    )
    assert entitlement.standard == record.standard
    assert entitlement.payee == application.applicant
    assert entitlement.persons == 3
    assert entitlement.causes == application.causes


def test_the_amount_is_the_rules_own(cast):
    """(700.00 − 2,400.00 ÷ 12 ÷ 3) × 3 = 1,900.00, and 70 for each elder, 50 for the child."""
    journeys.approved(cast)
    entitlement = Entitlement.objects.get()
    assert entitlement.base_fen == 190_000
    assert entitlement.classified_fen == 19_000
    extras = sorted(EntitlementMember.objects.values_list("classified_kind", "classified_fen"))
    assert extras == [("未成年人", 5_000), ("老年人", 7_000), ("老年人", 7_000)]


def test_the_written_answer_has_its_number_and_the_book_another(cast):
    first, second = journeys.approved(cast), journeys.approved(cast)
    assert first.decision.number == "农村低保确字〔2026〕1号"
    assert second.decision.number == "农村低保确字〔2026〕2号"
    numbers = list(Entitlement.objects.order_by("id").values_list("number", flat=True))
    assert numbers == ["ND519901101202600001", "ND519901101202600002"]
    assert journeys.refused(cast).decision.number == "农村低保不予字〔2026〕1号"


def test_the_account_of_the_form_comes_into_force_confirmed_by_the_decider(cast):
    application = journeys.approved(cast)
    account = BankAccount.objects.get(state=BankAccount.State.ACTIVE)
    assert account.person == application.applicant
    assert account.number == application.account_number
    assert (account.entered_by, account.confirmed_by) == (cast.village_wang, cast.county_zhao)
    assert account.from_day == after(application, 22)
    assert AuditEvent.objects.filter(action="account.confirm").count() == 1


def test_an_older_account_is_closed_and_kept(cast):
    application = journeys.deciding(cast)
    old = BankAccount(
        person=application.applicant,
        office_id=application.office_id,
        holder="旧户名",
        bank="云岭农商银行",
        state=BankAccount.State.ACTIVE,
        from_day=date(2024, 1, 1),
    )
    old.set_number("6217000000000099")
    old.save()
    approve(application, cast.county_zhao)
    old.refresh_from_db()
    assert (old.state, old.until_day) == (BankAccount.State.REPLACED, after(application, 22))
    assert BankAccount.objects.count() == 2


def test_the_same_account_is_not_entered_twice(cast):
    application = journeys.deciding(cast)
    known = BankAccount(
        person=application.applicant,
        office_id=application.office_id,
        holder=application.account_holder,
        bank=application.account_bank,
        state=BankAccount.State.ACTIVE,
        from_day=date(2024, 1, 1),
    )
    known.set_number(application.account_number)
    known.save()
    approve(application, cast.county_zhao)
    assert BankAccount.objects.get() == known


@pytest.mark.parametrize(
    ("labour", "employer", "school", "due"),
    [
        (LabourAbility.LOST, "", "", date(2027, 3, 24)),
        (LabourAbility.FULL, "", "", date(2026, 9, 24)),
        (LabourAbility.PARTIAL, "", "", date(2026, 9, 24)),
        (LabourAbility.FULL, "云岭水泥厂", "", date(2027, 3, 24)),
        (LabourAbility.FULL, "", "云岭一中", date(2027, 3, 24)),
    ],
)
def test_who_can_work_without_a_steady_wage_is_looked_at_every_half_year(cast, labour, employer, school, due):
    application = journeys.submitted(cast)
    application.members.filter(order=0).update(labour=labour, employer=employer, school=school)
    application.members.exclude(order=0).update(labour=LabourAbility.NONE, employer="", school="")
    assert review_due_on(application, date(2026, 3, 24)) == due


def test_a_review_on_a_day_the_month_does_not_have_is_on_its_last(cast):
    application = journeys.submitted(cast)
    application.members.update(labour=LabourAbility.FULL, employer="", school="")
    assert review_due_on(application, date(2026, 8, 31)) == date(2027, 2, 28)


# --- four eyes -------------------------------------------------------------------------------------------


def also_decides(user) -> Posting:
    return Posting.objects.create(
        user=user, role=Role.COUNTY_APPROVER, office_id=journeys.COUNTY, from_day=date(2025, 1, 1)
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("village_wang", "您是这件的提交人"),
        ("township_li", "您是这件的经办人"),
        ("reviewer_chen", "您是这件的初审人"),
    ],
)
@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_whoever_handed_in_handled_or_reviewed_cannot_decide(cast, name, words, act):
    application = journeys.deciding(cast)
    with pytest.raises(NotAllowed) as refusal:
        do(act, application, also_decides(getattr(cast, name).user), 22, opinion="同意")
    assert words in refusal.value.message
    assert not Decision.objects.exists()


def test_an_earlier_handler_stays_barred_after_somebody_else_took_over(cast):
    application = journeys.returned(cast)
    do("record_visit", application, cast.township_he, 20, visited_on=after(application, 20), **VISIT)
    do("assess", application, cast.township_he, 20)
    do("finish_investigation", application, cast.township_he, 21)
    do("review", application, cast.reviewer_chen, 22, agree=True)
    for user in (cast.township_he.user, cast.township_li.user):
        with pytest.raises(NotAllowed):
            approve(application, also_decides(user), 23)


# --- preconditions ------------------------------------------------------------------------------------------


def test_a_near_relatives_case_is_visited_by_the_county_first(cast):
    application = journeys.deciding(
        cast, acceptance={"near_relative": True, "near_relative_note": "李望春之叔"}
    )
    with pytest.raises(NotReady) as refusal:
        approve(application, cast.county_zhao)
    assert refusal.value.missing == ["近亲属备案件，县级必须入户，还没有登记县级入户"]
    do("county_visit", application, cast.county_qian, 20, visited_on=after(application, 19), **VISIT)
    assert approve(application, cast.county_zhao).status == Status.APPROVED


def test_a_complaint_at_the_county_asks_for_a_visit_after_it(cast):
    application = journeys.deciding(cast)
    do("county_visit", application, cast.county_qian, 18, visited_on=after(application, 18), **VISIT)
    do("record_complaint", application, cast.county_qian, 19, opinion="来电反映其子有车")
    with pytest.raises(NotReady) as refusal:
        approve(application, cast.county_zhao)
    assert refusal.value.missing == ["有投诉举报的件，县级必须入户，还没有登记县级入户"]
    do("county_visit", application, cast.county_qian, 20, visited_on=after(application, 20), **VISIT)
    assert approve(application, cast.county_zhao).status == Status.APPROVED


def test_a_case_objected_to_with_reason_is_visited_by_the_county(cast):
    application = journeys.reinvestigated(cast)
    do("record_visit", application, cast.township_he, 14, visited_on=after(application, 14), **VISIT)
    do("assess", application, cast.township_li, 14)
    do("finish_investigation", application, cast.township_li, 15)
    do("review", application, cast.reviewer_chen, 16, agree=True)
    with pytest.raises(NotReady):
        approve(application, cast.county_zhao)
    do("county_visit", application, cast.county_qian, 20, visited_on=after(application, 20), **VISIT)
    assert approve(application, cast.county_zhao).status == Status.APPROVED


def test_what_the_county_found_untrue_cannot_be_confirmed(cast):
    application = journeys.deciding(cast)
    found = VISIT | {"result": "false", "differences": "人已外出务工两年"}
    do("county_visit", application, cast.county_qian, 20, visited_on=after(application, 20), **found)
    with pytest.raises(NotReady) as refusal:
        approve(application, cast.county_zhao)
    assert refusal.value.missing == ["县级入户结果为不属实，请退回乡镇或不予确认"]


def test_without_a_notice_nothing_is_confirmed(cast):
    application = journeys.to_review(cast)
    do("review", application, cast.reviewer_chen, 8, agree=False, opinion="邻里反映不实")
    with pytest.raises(NotReady) as refusal:
        approve(application, cast.county_zhao)
    assert refusal.value.missing == ["还没有公示过；不同意乡镇意见的，请退回乡镇"]


def test_a_household_over_the_standard_cannot_be_confirmed(cast):
    application = journeys.to_review(cast, income_fen=9_000_000)
    do("review", application, cast.reviewer_chen, 8, agree=False, opinion="收入超过标准")
    with pytest.raises(NotReady) as refusal:
        approve(application, cast.county_zhao)
    assert "测算结论为不符合" in refusal.value.missing


def test_somebody_protected_elsewhere_is_named_and_nothing_is_changed(cast):
    journeys.approved(cast)
    taken = EntitlementMember.objects.select_related("person").first()
    application = journeys.deciding(cast)
    application.members.filter(order=1).update(person=taken.person)
    with pytest.raises(Conflict) as refusal:
        approve(application, cast.county_zhao)
    assert taken.person.name in refusal.value.message
    assert refusal.value.ids == (taken.pk,)
    assert fresh(application).status == Status.DECIDING
    assert Entitlement.objects.count() == 1


def test_one_whose_benefit_has_ended_before_may_be_confirmed(cast):
    journeys.approved(cast)
    taken = EntitlementMember.objects.select_related("person").first()
    EntitlementMember.objects.update(until_month=date(2026, 4, 1))
    application = journeys.deciding(cast)
    application.members.filter(order=1).update(person=taken.person)
    assert approve(application, cast.county_zhao).status == Status.APPROVED


def test_one_who_is_paid_for_another_month_still_may_not(cast):
    journeys.approved(cast)
    taken = EntitlementMember.objects.select_related("person").first()
    EntitlementMember.objects.update(until_month=date(2026, 6, 1))
    application = journeys.deciding(cast)
    application.members.filter(order=1).update(person=taken.person)
    with pytest.raises(Conflict):
        approve(application, cast.county_zhao)


def test_the_dead_are_not_confirmed(cast):
    application = journeys.deciding(cast)
    person = application.members.first().person
    person.died_on = date(2026, 3, 15)
    person.save()
    with pytest.raises(Conflict) as refusal:
        approve(application, cast.county_zhao)
    assert person.name in refusal.value.message


# --- delegated --------------------------------------------------------------------------------------------


def test_the_township_decides_only_what_is_delegated(cast):
    second = Posting.objects.create(
        user=cast.township_he.user,
        role=Role.TOWNSHIP_REVIEWER,
        office_id=cast.reviewer_chen.office_id,
        from_day=date(2025, 1, 1),
    )
    with pytest.raises(NotAllowed) as refusal:
        approve(journeys.deciding(cast), second)
    assert refusal.value.message == "这件没有委托乡镇确认，由县级审批。"
    county_rule(cast, "delegated", True)
    application = journeys.deciding(cast)
    with pytest.raises(NotAllowed):
        approve(application, cast.reviewer_chen)
    assert approve(application, second).status == Status.APPROVED


def test_a_case_accepted_before_the_delegation_stays_with_the_county(cast):
    application = journeys.deciding(cast)
    county_rule(cast, "delegated", True)
    assert not fresh(application).delegated
    with pytest.raises(NotAllowed):
        approve(application, cast.reviewer_chen)


# --- refusing, telling, returning ------------------------------------------------------------------------------


def test_a_refusal_needs_its_reasons_and_reaches_the_family_in_three_working_days(cast):
    application = journeys.deciding(cast)
    with pytest.raises(BadInput):
        do("refuse", application, cast.county_zhao, 22)
    application = do(
        "refuse", application, cast.county_zhao, 22, opinion="家庭收入超过标准"
    )  # Tuesday 24 March
    decision = Decision.objects.get()
    assert decision.reason == "家庭收入超过标准"
    assert decision.inform_due_on == date(2026, 3, 27)
    assert (decision.amount_fen, decision.from_month) == (0, None)
    assert not Entitlement.objects.exists()


def test_telling_the_family_is_recorded_once(cast):
    application = journeys.refused(cast)
    do("inform", application, cast.township_li, 24, informed_on=after(application, 23))
    assert Decision.objects.get().informed_on == after(application, 23)
    with pytest.raises(NotAllowed):
        do("inform", application, cast.township_li, 25)


def test_nobody_was_told_before_the_decision(cast):
    application = journeys.refused(cast)
    with pytest.raises(BadInput) as refusal:
        do("inform", application, cast.township_li, 24, informed_on=after(application, 21))
    assert refusal.value.field == "informed_on"


def test_a_returned_case_comes_back_and_can_be_confirmed(cast):
    application = journeys.returned(cast)
    do("record_visit", application, cast.township_li, 20, visited_on=after(application, 20), **VISIT)
    do("assess", application, cast.township_li, 20)
    do("finish_investigation", application, cast.township_li, 21)
    application = do("review", application, cast.reviewer_chen, 22, agree=True)
    assert application.status == Status.DECIDING  # the notice has hung already
    assert approve(application, cast.county_zhao, 23).status == Status.APPROVED


def test_the_money_side_of_the_county_has_no_say_in_a_case(cast):
    application = journeys.deciding(cast)
    for posting in (cast.cashier_zhou, cast.supervisor_wu):
        with pytest.raises(PermissionDenied):
            approve(application, posting)
