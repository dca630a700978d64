"""What is owed for closed months reaches the money: once, whole, and given back with the list that took it."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from assistance.models import (
    Adjustment,
    AdjustmentSettlement,
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunKind,
    Scheme,
)
from assistance.services import payment
from civaffairs.registry.models import Person
from tests import adjustments, payments
from tests.adjustments import owed
from tests.payments import MAY, RURAL, TODAY
from tests.runs import answer, approved, issued, job_kinds, load, prepared  # noqa: F401 a fixture

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 1)


def line_of(run: PaymentRun, right) -> PaymentLine:
    return run.lines.get(entitlement=right)


def open_fen(adjustment: Adjustment) -> int:
    adjustment.refresh_from_db()
    return adjustment.open_fen


def test_what_is_owed_comes_with_the_line(cast):
    right = payments.entitlement(cast, base_fen=30_000)
    other = payments.entitlement(cast, base_fen=20_000)
    first, second = owed(right, 5_000), owed(right, 700, month=date(2026, 2, 1))
    run = prepared(cast)
    line = line_of(run, right)
    assert (line.base_fen, line.arrears_fen, line.amount_fen, line.is_arrears) == (
        30_000,
        5_700,
        35_700,
        False,
    )
    assert line_of(run, other).arrears_fen == 0
    assert (open_fen(first), open_fen(second)) == (0, 0)
    assert set(line.settlements.values_list("adjustment", "amount_fen")) == {
        (first.pk, 5_000),
        (second.pk, 700),
    }
    assert (run.line_count, run.total_fen) == (2, 55_700)


def test_a_later_row_of_the_right_carries_what_is_owed_under_an_earlier(cast):
    right = payments.entitlement(cast, base_fen=30_000)
    adjustment = owed(right, 5_000)
    later = adjustments.continued(right, MAY, 33_000)
    run = prepared(cast)
    assert [(line.entitlement_id, line.amount_fen) for line in run.lines.all()] == [(later.pk, 38_000)]
    assert open_fen(adjustment) == 0


def test_two_persons_of_one_household_are_not_mixed_up(cast):
    """A programme for single persons: the arrears of one do not come to the other under the same roof."""
    one = payments.entitlement(cast, "老甲", scheme="old-age", base_fen=10_000)
    other = payments.entitlement(cast, "老乙", scheme="old-age", base_fen=10_000)
    for right in (one, other):
        right.household_id, right.beneficiary_id = one.household_id, right.payee_id
        right.save()
    owed(other, 900)
    run, _ = payment.create_run(
        scheme_code="old-age", month=MAY, kind=RunKind.REGULAR, by=cast.county_qian, on=TODAY
    )
    payment.prepare_run(run_id=run.pk)
    assert dict(run.lines.values_list("entitlement", "arrears_fen")) == {one.pk: 0, other.pk: 900}


def test_who_is_no_longer_in_the_list_is_paid_alone(cast):
    gone = payments.entitlement(cast, "已停", base_fen=30_000, until_month=date(2026, 4, 1), persons=3)
    adjustment = owed(gone, 6_000)
    run = prepared(cast)
    line = line_of(run, gone)
    assert (line.is_arrears, line.amount_fen, line.base_fen, line.persons) == (True, 6_000, 0, 0)
    assert line.account_tail
    assert open_fen(adjustment) == 0


def test_it_waits_while_the_right_is_held_or_the_payee_is_dead(cast):
    held = payments.entitlement(cast, "暂停", held_since=MAY)
    dead = payments.entitlement(cast, "去世", until_month=date(2026, 4, 1))
    Person.objects.filter(pk=dead.payee_id).update(died_on=date(2026, 3, 20))
    waiting = [owed(held, 100), owed(dead, 200)]
    assert prepared(cast).lines.count() == 0
    assert [open_fen(each) for each in waiting] == [100, 200]


def test_a_supplement_does_not_pay_what_comes_with_the_next_month(cast):
    right = payments.entitlement(cast)
    issued(cast)
    adjustment = owed(right, 400)
    ended = payments.entitlement(cast, "漏发", until_month=date(2026, 5, 1))
    alone = owed(ended, 300)
    run = prepared(cast, kind=RunKind.SUPPLEMENT)
    assert [(line.entitlement_id, line.amount_fen) for line in run.lines.all()] == [(ended.pk, 300)]
    assert (open_fen(adjustment), open_fen(alone)) == (400, 0)


def test_making_the_list_anew_or_cancelling_it_gives_everything_back(cast):
    right = payments.entitlement(cast, base_fen=30_000)
    adjustment = owed(right, 5_000)
    run = prepared(cast)
    payment.regenerate_run(run_id=run.pk, by=cast.county_qian, on=TODAY)
    assert open_fen(adjustment) == 5_000
    payment.prepare_run(run_id=run.pk)
    assert open_fen(adjustment) == 0
    assert AdjustmentSettlement.objects.count() == 1
    assert line_of(run, right).amount_fen == 35_000
    payment.cancel_run(run_id=run.pk, by=cast.county_qian, on=TODAY, opinion="月份选错")
    assert open_fen(adjustment) == 5_000
    assert not AdjustmentSettlement.objects.exists()


def test_a_line_set_aside_gives_back_what_it_carried(cast):
    poor = payments.entitlement(cast, "没账户", with_account=False)
    payments.entitlement(cast)
    adjustment = owed(poor, 800)
    run = prepared(cast)
    assert open_fen(adjustment) == 0
    payment.set_aside(run_id=run.pk, by=cast.county_qian, on=TODAY)
    assert open_fen(adjustment) == 800


def test_a_returned_line_is_paid_again_with_its_arrears(cast):
    right = payments.entitlement(cast, base_fen=30_000)
    gone = payments.entitlement(cast, "已停", until_month=date(2026, 4, 1))
    adjustment = owed(right, 5_000)
    owed(gone, 600)
    run = issued(cast)
    load(run, cast, answer(run, failed={right.pk: "账户不存在", gone.pk: "账户不存在"}))
    again = prepared(cast, month=JUNE, kind=RunKind.REISSUE)
    lines = {line.entitlement_id: line for line in again.lines.all()}
    assert (lines[right.pk].amount_fen, lines[right.pk].arrears_fen) == (35_000, 5_000)
    assert (lines[gone.pk].amount_fen, lines[gone.pk].is_arrears) == (600, True)
    assert open_fen(adjustment) == 0
    assert AdjustmentSettlement.objects.count() == 2


# --- 追缴 ----------------------------------------------------------------------------------------------------


def test_nothing_is_kept_back_where_the_county_has_not_said_so(cast):
    right = payments.entitlement(cast, base_fen=30_000)
    claim = owed(right, -5_000)
    assert line_of(prepared(cast), right).amount_fen == 30_000
    assert open_fen(claim) == -5_000


def test_a_claim_is_kept_back_up_to_the_share_oldest_first_over_months(cast):
    adjustments.offset(cast, 20)
    right = payments.entitlement(cast, base_fen=30_001)
    old, new = owed(right, -5_000), owed(right, -4_000)
    run = issued(cast)
    line = line_of(run, right)
    assert (line.arrears_fen, line.amount_fen) == (-6_000, 24_001)
    assert (open_fen(old), open_fen(new)) == (0, -3_000)
    next_month = prepared(cast, month=JUNE)
    assert line_of(next_month, right).amount_fen == 27_001
    assert open_fen(new) == 0
    payment.cancel_run(run_id=next_month.pk, by=cast.county_qian, on=TODAY, opinion="重做")
    assert (open_fen(old), open_fen(new)) == (0, -3_000)


def test_what_is_owed_and_what_is_claimed_stand_side_by_side(cast):
    adjustments.offset(cast, 10)
    right = payments.entitlement(cast, base_fen=30_000)
    owed(right, 3_000)
    owed(right, -3_000)
    line = line_of(prepared(cast), right)
    assert (line.arrears_fen, line.amount_fen, line.settlements.count()) == (0, 30_000, 2)


def test_nothing_is_kept_back_from_a_supplement_or_from_arrears_alone(cast):
    adjustments.offset(cast, 50)
    payments.entitlement(cast)
    issued(cast)
    late = payments.entitlement(cast, "后来", base_fen=10_000)
    gone = payments.entitlement(cast, "已停", until_month=date(2026, 4, 1))
    owed(late, -1_000)
    owed(gone, -1_000)
    owed(gone, 600)
    run = prepared(cast, kind=RunKind.SUPPLEMENT)
    assert dict(run.lines.values_list("entitlement", "amount_fen")) == {late.pk: 10_000, gone.pk: 600}


# --- what the database holds -----------------------------------------------------------------------------------


def test_the_database_refuses_to_touch_what_an_approved_list_settled(cast):
    owed(payments.entitlement(cast), 500)
    run = approved(cast)
    taken = AdjustmentSettlement.objects.filter(run=run)
    other = owed(payments.entitlement(cast), 500)
    for act in (
        lambda: taken.update(amount_fen=1),
        lambda: taken.delete(),
        lambda: AdjustmentSettlement.objects.create(
            adjustment=other, run=run, entitlement=other.entitlement, amount_fen=500
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    with pytest.raises(DatabaseError), transaction.atomic():
        Adjustment.objects.filter(pk=other.pk).update(settled_fen=501)


@pytest.mark.parametrize("more", [0, 20])
def test_the_number_of_statements_does_not_grow(cast, django_assert_num_queries, more):
    for at in range(2 + more):
        owed(payments.entitlement(cast, f"户{at}"), 100 + at)
    run, _ = payment.create_run(
        scheme_code=RURAL, month=MAY, kind=RunKind.REGULAR, by=cast.county_qian, on=TODAY
    )
    with django_assert_num_queries(STATEMENTS, exact=False):
        payment.prepare_run(run_id=run.pk)
    assert run.lines.filter(status=LineStatus.LISTED, arrears_fen__gt=0).count() == 2 + more


STATEMENTS = 45


# --- other rhythms ---------------------------------------------------------------------------------------------


def one_off(cast, name: str, month: date, **more):
    return payments.entitlement(
        cast,
        name,
        scheme="temp-urgent",
        from_month=month,
        until_month=date(month.year, month.month + 1, 1),
        **more,
    )


def run_of(cast, scheme: str, month: date, kind: str = RunKind.REGULAR) -> PaymentRun:
    run, _ = payment.create_run(
        scheme_code=scheme, month=month, kind=kind, by=cast.county_qian, on=max(TODAY, month)
    )
    payment.prepare_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def finish(run: PaymentRun, cast) -> None:
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)


def test_help_given_once_is_paid_whenever_its_list_comes_and_once_only(cast):
    april, may = one_off(cast, "四月", date(2026, 4, 1)), one_off(cast, "五月", MAY)
    withdrawn = one_off(cast, "撤回", MAY)
    type(withdrawn).objects.filter(pk=withdrawn.pk).update(until_month=MAY)
    run = run_of(cast, "temp-urgent", MAY)
    assert dict(run.lines.values_list("entitlement", "month")) == {april.pk: date(2026, 4, 1), may.pk: MAY}
    finish(run, cast)
    for name in ("又一", "又二"):
        late = one_off(cast, name, MAY)
        more = run_of(cast, "temp-urgent", MAY, RunKind.SUPPLEMENT)
        assert [line.entitlement_id for line in more.lines.all()] == [late.pk]
        finish(more, cast)
    assert run_of(cast, "temp-urgent", JUNE).lines.count() == 0


def own_scheme(cast, cadence: str) -> None:
    Scheme.objects.filter(pk="silicosis").update(
        terms=[
            {
                "from_day": "2026-01-01",
                "document": "云民〔2026〕8号",
                "title": "",
                "terms": {"cadence": cadence},
            }
        ]
    )


def test_a_quarter_is_listed_month_by_month_in_its_last_month(cast):
    own_scheme(cast, "quarterly")
    whole = payments.entitlement(cast, "整季", scheme="silicosis", base_fen=1_000)
    begun = payments.entitlement(cast, "中途", scheme="silicosis", base_fen=1_000, from_month=MAY)
    ended = payments.entitlement(cast, "已停", scheme="silicosis", base_fen=1_000, until_month=MAY)
    adjustment, alone = owed(whole, 50), owed(ended, 70)
    with pytest.raises(Exception, match="每季的最后一个月"):
        run_of(cast, "silicosis", MAY)
    run = run_of(cast, "silicosis", JUNE)
    of = {
        right.pk: sorted((line.month.month, line.amount_fen) for line in run.lines.filter(entitlement=right))
        for right in (whole, begun, ended)
    }
    assert of == {
        whole.pk: [(4, 1_000), (5, 1_000), (6, 1_050)],
        begun.pk: [(5, 1_000), (6, 1_000)],
        ended.pk: [(4, 1_000), (6, 70)],
    }
    assert (open_fen(adjustment), open_fen(alone)) == (0, 0)
    assert run.line_unit == "笔"


def test_a_year_is_paid_once_a_year_whichever_row_paid_it(cast):
    own_scheme(cast, "yearly")
    right = payments.entitlement(cast, scheme="silicosis", base_fen=50_000)
    finish(run_of(cast, "silicosis", MAY), cast)
    adjustments.continued(right, JUNE, 60_000)
    assert run_of(cast, "silicosis", JUNE).lines.count() == 0
