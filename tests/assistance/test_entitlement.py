"""The ledger and how a grant ends: heard, proposed by the township, confirmed by the county."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import Adjustment, EndReason, Entitlement, EntitlementChange, PaymentLine
from assistance.selectors.entitlement import ENDED, HELD, IN_FORCE, filtered, ledger
from assistance.services import payment
from assistance.services.entitlement import (
    confirm_change,
    latest_change,
    propose_change,
    refuse_change,
)
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, Stale
from civaffairs.registry import access
from tests import payments
from tests.cast import BAISHI_VILLAGE
from tests.payments import JUNE, MAY, TODAY
from tests.runs import approved, checked, job_kinds  # noqa: F401 the fixture acts by itself

HEARD = {"heard_on": date(2026, 5, 4), "heard_how": "电话听取户主意见，户主没有异议"}


def proposed(cast, row, **changes) -> EntitlementChange:
    fields = {
        "kind": ChangeKind.STOP,
        "reason_code": EndReason.INCOME,
        "explanation": "长子就业，人均收入超过标准",
        "from_month": JUNE,
        "by": cast.township_li,
        "on": TODAY,
    } | HEARD
    return propose_change(entitlement_id=row.pk, **(fields | changes))


def test_a_confirmed_end_closes_the_grant_and_its_members_from_that_month(cast):
    row = payments.entitlement(cast, persons=3)
    change = proposed(cast, row)
    row.refresh_from_db()
    assert row.until_month is None
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY, opinion="同意")
    row.refresh_from_db()
    assert (row.until_month, row.end_reason) == (JUNE, EndReason.INCOME)
    assert set(row.members.values_list("until_month", flat=True)) == {JUNE}
    assert payments.entitlement(cast, "新户").until_month is None


def test_the_family_is_heard_before(cast):
    row = payments.entitlement(cast)
    for missing in ({"heard_on": None}, {"heard_how": " "}, {"heard_on": date(2026, 5, 7)}):
        with pytest.raises(BadInput):
            proposed(cast, row, **missing)


def test_the_end_of_a_month_already_paid_is_asked_back_and_no_line_is_touched(cast):
    """May is on an approved list; the end in May is confirmed in May: 358.20 come back."""
    row = payments.entitlement(cast)
    approved(cast)
    line = PaymentLine.objects.get()
    change = proposed(cast, row, from_month=MAY)
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    booked = Adjustment.objects.get()
    assert (booked.amount_fen, booked.cause) == (-35_820, Adjustment.Cause.CHANGE)
    assert booked.months == [{"month": "2026-05", "due": 0, "paid": 35_820}]
    assert (booked.entitlement, booked.change) == (row, change)
    line.refresh_from_db()
    assert (line.amount_fen, line.status) == (35_820, "listed")


def test_months_without_a_list_of_the_system_were_paid_as_they_were_due(cast):
    """January to April were paid before the system came; only May has a list. An end in March asks all three back."""
    row = payments.entitlement(cast)
    approved(cast)
    change = proposed(cast, row, from_month=date(2026, 3, 1))
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    booked = Adjustment.objects.get()
    assert booked.amount_fen == -3 * 35_820
    assert [part["month"] for part in booked.months] == ["2026-03", "2026-04", "2026-05"]


def test_an_approval_between_proposal_and_confirmation_is_put_right_by_itself(cast):
    row = payments.entitlement(cast)
    change = proposed(cast, row, from_month=MAY)
    approved(cast)
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    assert Adjustment.objects.get().amount_fen == -35_820


def test_money_that_came_back_is_not_asked_back(cast):
    row = payments.entitlement(cast)
    approved(cast)
    PaymentLine.objects.update(status="returned")
    change = proposed(cast, row, from_month=MAY)
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    assert not Adjustment.objects.exists()
    assert PaymentLine.objects.get().status == "void"  # so that no reissue pays a month that is not owed


def test_a_list_that_is_not_yet_approved_must_be_made_anew_after_an_end(cast):
    row = payments.entitlement(cast)
    payments.entitlement(cast, "另一户")
    run = checked(cast)
    change = proposed(cast, row, from_month=MAY)
    confirm_change(change_id=change.pk, by=cast.county_meng, on=TODAY)
    with pytest.raises(Exception, match="还有问题没有处理"):
        payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)


@pytest.mark.parametrize(
    ("from_month", "words"),
    [(date(2025, 12, 1), "不能早于起发月份"), (date(2026, 10, 1), "太远")],
)
def test_a_wrong_month_is_refused(cast, from_month, words):
    row = payments.entitlement(cast)
    with pytest.raises(BadInput, match=words):
        proposed(cast, row, from_month=from_month)


def test_a_second_proposal_waits_for_the_first_and_a_double_click_is_one(cast):
    row = payments.entitlement(cast)
    first = proposed(cast, row)
    assert proposed(cast, row).pk == first.pk
    with pytest.raises(Conflict):
        proposed(cast, row, by=cast.township_he)


def test_the_second_clerk_at_a_household_sees_what_the_first_did(cast):
    row = payments.entitlement(cast)
    seen = latest_change(row)
    refuse_change(change_id=proposed(cast, row).pk, by=cast.county_zhao, on=TODAY, opinion="就业收入没有核实")
    with pytest.raises(Stale) as refusal:
        proposed(cast, row, by=cast.township_he, seen=seen)
    assert "李望春 2026-05-06 提出农村低保停发" in refusal.value.changes[0]
    assert proposed(cast, row, by=cast.township_he, seen=latest_change(row)).status == ChangeStatus.PROPOSED


def test_a_refused_proposal_leaves_the_grant_and_says_why(cast):
    row = payments.entitlement(cast)
    change = proposed(cast, row)
    with pytest.raises(BadInput):
        refuse_change(change_id=change.pk, by=cast.county_zhao, on=TODAY, opinion="")
    refuse_change(change_id=change.pk, by=cast.county_zhao, on=TODAY, opinion="就业收入没有核实")
    row.refresh_from_db()
    change.refresh_from_db()
    assert (row.until_month, change.status) == (None, ChangeStatus.REFUSED)
    assert proposed(cast, row).pk != change.pk


def test_who_may_and_who_may_not(cast):
    row = payments.entitlement(cast)
    for wrong in (cast.village_wang, cast.reviewer_chen, cast.county_zhao, cast.cashier_zhou):
        with pytest.raises(access.Forbidden):
            proposed(cast, row, by=wrong)
    with pytest.raises(access.NotVisible):
        proposed(cast, row, by=cast.outsider_sun)
    change = proposed(cast, row)
    for wrong in (cast.township_li, cast.county_qian, cast.cashier_zhou):
        with pytest.raises(access.Forbidden):
            confirm_change(change_id=change.pk, by=wrong, on=TODAY)
    also = cast.county_zhao
    also.user = cast.township_li.user
    also.save()
    with pytest.raises(NotAllowed, match="提出人"):
        confirm_change(change_id=change.pk, by=also, on=TODAY)


def test_a_stale_confirmation_is_refused_and_a_second_click_is_not(cast):
    row = payments.entitlement(cast)
    change = proposed(cast, row)
    with pytest.raises(Stale):
        confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY, version=change.version + 1)
    for _ in range(2):
        done = confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY, version=change.version)
    assert done.status == ChangeStatus.CONFIRMED
    with pytest.raises(NotAllowed):
        refuse_change(change_id=change.pk, by=cast.county_meng, on=TODAY, opinion="不对")


def test_the_ledger_is_found_by_name_initials_number_and_ID_tail(cast):
    row = payments.entitlement(cast, "曾喆堃", persons=2)
    payments.entitlement(cast, "赵玥")
    member = row.members.order_by("-id").first().person
    seen = ledger(cast.township_li)
    for text in ("曾喆", "zzk", row.payee.id_number, row.payee.id_number.lower(), member.name, row.number):
        assert list(filtered(seen, TODAY, text=text)) == [row], text
    assert row in filtered(seen, TODAY, text=row.payee.id_number[-4:])
    for text in ("李四", "519901196003080000", "%", "_"):
        assert not filtered(seen, TODAY, text=text), text


def test_the_ledger_is_narrowed_by_state_scheme_and_area(cast):
    here = payments.entitlement(cast, "在保")
    ended = payments.entitlement(cast, "已停", until_month=MAY)
    held = payments.entitlement(cast, "暂停", held_since=date(2026, 4, 1))
    next_door = payments.entitlement(cast, "邻镇", office=BAISHI_VILLAGE)
    rows = ledger(cast.county_qian)
    assert set(filtered(rows, TODAY, state=IN_FORCE)) == {here, held, next_door}
    assert set(filtered(rows, TODAY, state=ENDED)) == {ended}
    assert set(filtered(rows, TODAY, state=HELD)) == {held}
    assert set(filtered(rows, TODAY, area="519901102000")) == {next_door}
    assert set(ledger(cast.outsider_sun)) == {next_door}
    assert not filtered(rows, TODAY, scheme="dibao-urban")


@pytest.mark.parametrize(
    "name", ["entitlement_list", "run_list", "returned_lines", "change_list", "fund_list"]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(cast, client, name, django_assert_max_num_queries):
    client.force_login(cast.county_zhao.user)
    client.get(reverse(name))  # the first page of a session writes the session
    counts = []
    for more in (5, 45):
        for n in range(more):
            row = payments.entitlement(cast, f"户{n}")
            if name == "change_list":
                proposed(cast, row)
        with django_assert_max_num_queries(40) as found:
            assert client.get(reverse(name)).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_pages_open_for_those_who_may_and_say_the_same_to_all_others(cast, client):
    row = payments.entitlement(cast, "曾喆堃")
    change = proposed(cast, row)
    client.force_login(cast.outsider_sun.user)
    assert client.get(reverse("entitlement_detail", args=[row.pk])).status_code == 404
    assert client.get(reverse("change_propose", args=[row.pk, "stop"])).status_code == 404
    client.force_login(cast.cashier_zhou.user)
    assert client.get(reverse("entitlement_detail", args=[row.pk])).status_code == 200
    assert client.get(reverse("change_detail", args=[change.pk])).status_code == 200
    assert client.post(reverse("change_confirm", args=[change.pk])).status_code == 403
    page = client.get(reverse("entitlement_detail", args=[row.pk])).content.decode()
    assert row.payee.id_number not in page
    client.force_login(cast.county_zhao.user)
    answer = client.post(
        reverse("change_confirm", args=[change.pk]), {"version": change.version, "outcome": "confirm"}
    )
    assert answer.status_code == 302
    assert Entitlement.objects.get(pk=row.pk).until_month == JUNE


def test_the_filter_takes_no_whole_number_into_the_address_and_shows_where_to_ask(cast, client):
    row = payments.entitlement(cast, "曾喆堃")
    client.force_login(cast.township_li.user)
    for typed in (row.payee.id_number, "139 0000 0001"):
        page = client.get(reverse("entitlement_list"), {"q": typed}).content.decode()
        assert "请在页面上方的查人框里查" in page
    for typed in (row.payee.id_number[-4:], row.number):
        assert client.get(reverse("entitlement_list"), {"q": typed}).context["page"].rows == [row]
