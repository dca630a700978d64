"""提标: seen before it is done, done as it was seen, taken back as if it had not been."""

from datetime import date

import pytest

from assistance.models import (
    Adjustment,
    Entitlement,
    EntitlementChange,
    Standard,
    StandardChange,
    StandardChangeRow,
)
from assistance.services import payment, standard_change
from assistance.workflow import ChangeKind
from civaffairs.jobs import runner
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady, Stale
from civaffairs.registry.access import Forbidden
from tests import journeys, payments, standards
from tests.cast import BAISHI_VILLAGE, QINGXI
from tests.payments import JUNE, MAY, RURAL
from tests.standards import JANUARY, JULY, MARCH, OLD_AGE, TODAY

APRIL = date(2026, 4, 1)
State, Outcome = StandardChange.State, StandardChangeRow.Outcome
pytestmark = pytest.mark.usefixtures("job_kinds")


@pytest.fixture
def job_kinds():
    __import__("assistance.tasks")


@pytest.fixture
def old(cast):
    return standards.in_force(cast, OLD_AGE, date(2025, 1, 1), ages=standards.ages({80: 5_000, 90: 10_000}))


def raised(cast, from_month=JULY, bands=None, **numbers):
    return standards.in_force(
        cast, OLD_AGE, from_month, ages=standards.ages(bands or {80: 6_000, 90: 13_000}), **numbers
    )


def row_of(change, right) -> StandardChangeRow:
    return change.rows.get(entitlement=right)


# --- the preview ------------------------------------------------------------------------------------------


def test_a_preview_tells_what_each_gets_and_changes_nothing(cast, old):
    younger, elder = standards.elder(cast, old), standards.elder(cast, old, "温玉芬", 90)
    new, before = raised(cast), standards.everything()
    change = standards.previewed(cast, new)
    assert change.state == State.PREVIEWED
    assert standards.everything() == before
    assert [(row.was_fen, row.amount_fen, row.outcome) for row in change.rows.order_by("was_fen")] == [
        (5_000, 6_000, Outcome.RAISED),
        (10_000, 13_000, Outcome.RAISED),
    ]
    assert {row.entitlement_id for row in change.rows.all()} == {younger.pk, elder.pk}
    assert change.figures[QINGXI][Outcome.RAISED] == {
        "rights": 2,
        "people": 2,
        "more": 4_000,
        "least": 1_000,
        "most": 3_000,
        "arrears": 0,
        "arrears_rights": 0,
    }


def test_a_right_that_ended_or_follows_the_townships_own_standard_is_not_reached(cast, old):
    standards.elder(cast, old, until_month=JULY)
    standards.elder(cast, old, "沈桂香", office=BAISHI_VILLAGE)
    right = standards.elder(cast, old, "温玉芬")
    new = raised(cast)
    standards.in_force(cast, OLD_AGE, JANUARY, office="519901102000", ages=standards.ages({80: 5_500}))
    assert [row.entitlement_id for row in standards.previewed(cast, new).rows.all()] == [right.pk]


def test_what_cannot_be_told_is_listed_with_its_reason(cast, old):
    paid_less = standards.elder(cast, old, base_fen=4_000)
    new = raised(cast)
    change = standards.previewed(cast, new)
    row = row_of(change, paid_less)
    assert (row.outcome, row.amount_fen) == (Outcome.REVIEW, None)
    assert "没有测算底稿" in row.reason
    with pytest.raises(NotReady):
        standard_change.approve_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)


def test_less_money_is_listed_and_not_carried_out(cast, old):
    less, more = standards.elder(cast, old), standards.elder(cast, old, "温玉芬", 90)
    change = standards.applied(cast, raised(cast, bands={80: 4_000, 90: 13_000}))
    assert row_of(change, less).outcome == Outcome.LOWER
    less.refresh_from_db()
    assert (less.until_month, less.amount_fen) == (None, 5_000)
    assert more.next.amount_fen == 13_000


def test_a_category_that_is_paid_no_more_drops_out(cast, old):
    right = standards.elder(cast, old)
    change = standards.previewed(cast, raised(cast, bands={80: 0, 90: 13_000}))
    assert (row_of(change, right).outcome, row_of(change, right).amount_fen) == (Outcome.OUT, None)


def test_a_right_whose_change_is_under_way_waits_for_it(cast, old):
    right = standards.elder(cast, old)
    hold_up(cast, right)
    change = standards.previewed(cast, raised(cast))
    assert "变更" in row_of(change, right).reason


def hold_up(cast, right):
    """A change of the right that nobody has decided yet."""
    return EntitlementChange.objects.create(
        entitlement=right,
        office_id=right.office_id,
        kind=ChangeKind.QUIT,
        reason_code="voluntary",
        explanation="主动退出",
        from_month=JULY,
        before_fen=right.amount_fen,
        after_fen=0,
        proposed_by=cast.township_li,
        proposed_on=TODAY,
    )


# --- carrying out -----------------------------------------------------------------------------------------


def test_a_raise_closes_and_opens_with_number_members_and_category(cast, old):
    right = standards.elder(cast, old)
    new = raised(cast)
    change = standards.applied(cast, new)
    assert change.state == State.APPLIED
    right.refresh_from_db()
    later = right.next
    assert (right.until_month, later.from_month, later.until_month) == (JULY, JULY, None)
    assert (later.amount_fen, later.standard, later.pays_from) == (6_000, new, JULY)
    for name in (
        "number",
        "category",
        "payee_id",
        "beneficiary_id",
        "household_id",
        "persons",
        "causes",
        "paid_to_id",
    ):
        assert getattr(later, name) == getattr(right, name), name
    assert later.members.get(until_month=None).person_id == right.payee_id
    assert right.members.get().until_month == JULY
    assert not Adjustment.objects.exists()


def test_a_raise_is_neither_a_leaver_nor_a_newcomer(cast, old):
    standards.elder(cast, old)
    standards.applied(cast, raised(cast))
    assert not Entitlement.objects.begun_in(JULY).exists()
    assert not Entitlement.objects.ended_in(JULY).exists()
    assert Entitlement.objects.payable_in(JULY).get().amount_fen == 6_000
    assert Entitlement.objects.payable_in(date(2026, 6, 1)).get().amount_fen == 5_000


def test_a_right_with_an_end_keeps_it(cast, old):
    right = standards.elder(cast, old, until_month=date(2026, 10, 1), end_reason="moved")
    standards.applied(cast, raised(cast))
    right.refresh_from_db()
    assert (right.until_month, right.end_reason) == (JULY, "")
    assert (right.next.until_month, right.next.end_reason) == (date(2026, 10, 1), "moved")
    assert right.next.members.get().until_month == date(2026, 10, 1)


def test_a_right_that_begins_later_begins_with_the_new_sum(cast, old):
    right = standards.elder(cast, old, from_month=date(2026, 9, 1))
    standards.applied(cast, raised(cast))
    right.refresh_from_db()
    assert (right.until_month, right.next.from_month) == (date(2026, 9, 1), date(2026, 9, 1))


def test_a_held_right_is_raised_and_stays_held(cast, old):
    right = standards.elder(cast, old, held_since=date(2026, 5, 1))
    standards.applied(cast, raised(cast))
    assert (right.next.held_since, right.next.amount_fen) == (date(2026, 5, 1), 6_000)


def test_what_was_left_over_is_raised_by_another_round(cast, old):
    first, stuck = standards.elder(cast, old), standards.elder(cast, old, "温玉芬")
    proposed = hold_up(cast, stuck)
    new = raised(cast)
    standards.applied(cast, new)
    proposed.delete()
    change = standards.applied(cast, new)
    assert [row.entitlement_id for row in change.rows.all()] == [stuck.pk]
    assert {right.next.amount_fen for right in (first, stuck)} == {6_000}
    with pytest.raises(NotReady):
        standards.previewed(cast, new)


def test_raised_twice_each_row_continues_the_one_before(cast, old):
    right = standards.elder(cast, old)
    standards.applied(cast, raised(cast))
    standards.applied(cast, raised(cast, date(2026, 9, 1), {80: 7_000, 90: 14_000}))
    assert [right.amount_fen, right.next.amount_fen, right.next.next.amount_fen] == [5_000, 6_000, 7_000]


# --- who, and when ----------------------------------------------------------------------------------------


def test_whoever_had_it_reckoned_or_entered_the_standard_does_not_approve_it(cast, old):
    standards.elder(cast, old)
    change = standards.previewed(cast, raised(cast))
    with pytest.raises(Forbidden):
        standard_change.approve_change(change_id=change.pk, by=cast.county_qian, on=TODAY)
    cast.county_zhao.user_id = cast.county_qian.user_id
    cast.county_zhao.save()
    with pytest.raises(NotAllowed):
        standard_change.approve_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)


def test_an_approval_from_an_old_page_is_refused(cast, old):
    standards.elder(cast, old)
    change = standards.previewed(cast, raised(cast))
    _, job = standard_change.preview_again(change_id=change.pk, by=cast.county_qian, on=TODAY)
    runner.run(job.pk)
    with pytest.raises(Stale):
        standard_change.approve_change(
            change_id=change.pk, by=cast.county_zhao, on=TODAY, version=change.version
        )


def test_what_changed_since_the_preview_stops_the_whole(cast, old):
    right, other = standards.elder(cast, old), standards.elder(cast, old, "温玉芬")
    change = standards.previewed(cast, raised(cast))
    Entitlement.objects.filter(pk=right.pk).update(until_month=date(2026, 8, 1))
    _, job = standard_change.approve_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, "1 户" in job.message) == ("failed", True)
    assert not Entitlement.objects.exclude(previous=None).exists()
    other.refresh_from_db()
    assert other.until_month is None
    # Reckoned anew it goes through.
    _, job = standard_change.preview_again(change_id=change.pk, by=cast.county_qian, on=TODAY)
    runner.run(job.pk)
    _, job = standard_change.approve_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    runner.run(job.pk)
    assert other.next.amount_fen == right.next.amount_fen == 6_000


def test_pressing_twice_is_one_raise(cast, old):
    standards.elder(cast, old)
    new = raised(cast)
    change, job = standard_change.propose_change(standard_id=new.pk, by=cast.county_qian, on=TODAY)
    again, none = standard_change.propose_change(standard_id=new.pk, by=cast.county_qian, on=TODAY)
    assert (again, none) == (change, None)
    runner.run(job.pk)
    for _ in range(2):
        _, job = standard_change.approve_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
        if job:
            runner.run(job.pk)
            runner.run(job.pk)
    assert Entitlement.objects.count() == 2


def test_one_raise_of_a_programme_at_a_time(cast, old):
    standards.elder(cast, old)
    change = standards.previewed(cast, raised(cast))
    later = raised(cast, date(2026, 9, 1))
    with pytest.raises(Conflict):
        standards.previewed(cast, later)
    standard_change.discard_change(change_id=change.pk, by=cast.county_qian)
    assert not change.rows.exists()
    assert standards.previewed(cast, later).state == State.PREVIEWED


def test_the_older_of_two_standards_is_refused(cast, old):
    standards.elder(cast, old)
    new = raised(cast)
    raised(cast, date(2026, 9, 1))
    with pytest.raises(NotReady, match="2026年9月"):
        standards.previewed(cast, new)


# --- taking back ------------------------------------------------------------------------------------------


def test_an_undo_restores_exactly(cast, old):
    standards.elder(cast, old)
    standards.elder(cast, old, "温玉芬", 90, until_month=date(2026, 10, 1), end_reason="moved")
    standards.elder(cast, old, "甘秀云", from_month=date(2026, 9, 1), held_since=date(2026, 9, 1))
    before = standards.everything()
    change = standards.undone(cast, standards.applied(cast, raised(cast)))
    assert change.state == State.UNDONE
    assert standards.everything() == before


def test_after_an_undo_the_raise_can_be_reckoned_again(cast, old):
    right = standards.elder(cast, old)
    new = raised(cast)
    standards.undone(cast, standards.applied(cast, new))
    standards.applied(cast, new)
    assert right.next.amount_fen == 6_000


def test_the_second_raise_is_taken_back_and_then_the_first(cast, old):
    standards.elder(cast, old)
    before = standards.everything()
    first = standards.applied(cast, raised(cast))
    between = standards.everything()
    second = standards.applied(cast, raised(cast, date(2026, 9, 1), {80: 7_000, 90: 14_000}))
    with pytest.raises(NotAllowed):
        standards.undone(cast, first)
    standards.undone(cast, second)
    assert standards.everything() == between
    standards.undone(cast, first)
    assert standards.everything() == before


def test_an_undo_says_why_and_is_refused_once_a_right_was_changed(cast, old):
    right = standards.elder(cast, old)
    change = standards.applied(cast, raised(cast))
    with pytest.raises(BadInput, match="原因"):
        standard_change.undo_change(change_id=change.pk, reason=" ", by=cast.county_zhao, on=TODAY)
    hold_up(cast, right.next)
    with pytest.raises(NotAllowed, match="1 户"):
        standards.undone(cast, change)


# --- months whose lists are closed ------------------------------------------------------------------------


@pytest.fixture
def paid(cast, old):
    """Two elders paid for April and May; the standard to come begins in March, before the first list."""
    rights = standards.elder(cast, old), standards.elder(cast, old, "温玉芬", 90, from_month=date(2026, 5, 1))
    for month in (APRIL, MAY):
        standards.listed(cast, month)
    return rights


def test_closed_months_are_made_up_for_and_the_next_list_pays_the_new_sum(cast, paid):
    younger, elder = paid
    change = standards.applied(cast, raised(cast, MARCH))
    # March came before the first list of this system: the ledger says it was paid, so only the difference is owed.
    assert [(row.arrears_months, row.arrears_fen) for row in change.rows.order_by("was_fen")] == [
        (3, 3_000),
        (1, 3_000),
    ]
    found = {row.entitlement.previous_id: row for row in Adjustment.objects.select_related("entitlement")}
    assert (found[younger.pk].from_month, found[younger.pk].until_month) == (MARCH, JUNE)
    assert (found[elder.pk].from_month, found[elder.pk].until_month) == (MAY, JUNE)
    assert {(row.cause, row.amount_fen, row.standard_change) for row in found.values()} == {
        ("standard", 3_000, change)
    }
    assert (younger.next.from_month, younger.next.pays_from) == (MARCH, JUNE)
    june = standards.in_the_making(cast, JUNE)
    assert sorted(june.lines.values_list("base_fen", "arrears_fen")) == [(6_000, 3_000), (13_000, 3_000)]


def test_a_held_month_is_not_made_up_for(cast, paid):
    younger, _ = paid
    Entitlement.objects.filter(pk=younger.pk).update(held_since=JUNE)
    standards.listed(cast, JUNE)
    change = standards.previewed(cast, raised(cast, MARCH))
    assert (row_of(change, younger).arrears_months, row_of(change, younger).arrears_fen) == (3, 3_000)


def test_who_is_gone_still_gets_what_the_months_fell_short_by(cast, paid):
    younger, _ = paid
    Entitlement.objects.filter(pk=younger.pk).update(until_month=JUNE, end_reason="death")
    younger.members.update(until_month=JUNE)
    before = standards.everything()
    change = standards.applied(cast, raised(cast, MARCH))
    assert row_of(change, younger).is_over
    younger.refresh_from_db()
    assert younger.until_month == JUNE
    assert Adjustment.objects.get(entitlement=younger).amount_fen == 3_000
    # Once is enough: another round does not reach it again.
    with pytest.raises(NotReady):
        standards.previewed(cast, change.standard)
    standards.undone(cast, change)
    assert standards.everything() == before


def test_a_month_that_no_list_holds_is_paid_first(cast, old, paid):
    late = standards.elder(cast, old, "甘秀云", from_month=APRIL)
    change = standards.previewed(cast, raised(cast, MARCH))
    row = row_of(change, late)
    assert (row.outcome, row.amount_fen, row.arrears_fen) == (Outcome.REVIEW, None, 0)
    assert "当月补充" in row.reason


def test_no_raise_while_a_list_is_in_the_making(cast, paid):
    change = standards.previewed(cast, raised(cast, MARCH))
    standards.in_the_making(cast, JUNE)
    with pytest.raises(Conflict, match="2026年6月"):
        standard_change.approve_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)


def test_a_list_closed_since_the_preview_asks_for_another(cast, paid):
    change = standards.previewed(cast, raised(cast, MARCH))
    standards.listed(cast, JUNE)
    _, job = standard_change.approve_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, "重新测算" in job.message) == ("failed", True)
    assert not Adjustment.objects.exists()


def test_it_is_taken_back_until_a_list_has_used_it(cast, paid):
    before = standards.everything()
    change = standards.applied(cast, raised(cast, MARCH))
    standards.undone(cast, change)
    assert standards.everything() == before
    _, job = standard_change.propose_change(standard_id=change.standard_id, by=cast.county_qian, on=TODAY)
    runner.run(job.pk)
    again = StandardChange.objects.get(state=State.PREVIEWED)
    _, job = standard_change.approve_change(change_id=again.pk, by=cast.county_zhao, on=TODAY)
    runner.run(job.pk)
    again.refresh_from_db()
    june = standards.in_the_making(cast, JUNE)
    with pytest.raises(Conflict):
        standards.undone(cast, again)
    # A list that was thrown away has used nothing; its void lines stay, on the rights as they were.
    payment.cancel_run(run_id=june.pk, by=cast.county_qian, on=TODAY, opinion="名册有误")
    standards.undone(cast, again)
    assert {line.entitlement_id for line in june.lines.all()} == {right.pk for right in paid}
    assert not Adjustment.objects.exists()


def test_once_a_list_is_approved_there_is_no_way_back(cast, paid):
    change = standards.applied(cast, raised(cast, MARCH))
    standards.listed(cast, JUNE)
    with pytest.raises(NotAllowed, match="发放名册"):
        standards.undone(cast, change)


# --- 低保: from the facts of the decision -------------------------------------------------------------------


def test_a_household_is_reckoned_again_from_what_was_decided(cast):
    case = journeys.approved(cast)
    right = Entitlement.objects.get(decision__application=case)
    facts = right.decision.assessment
    new = standards.in_force(
        cast, RURAL, JULY, **(facts.standard.params | {"standard_fen": journeys.STANDARD_FEN + 5_000})
    )
    change = standards.applied(cast, new)
    row = row_of(change, right)
    assert row.method == StandardChangeRow.Method.FACTS
    # Three people, and a tenth of the standard more for each of the two old ones.
    assert row.more_fen == 3 * 5_000 + 2 * 500
    later = right.next
    assert later.amount_fen == right.amount_fen + row.more_fen
    old_extras = dict(right.members.values_list("person", "classified_fen"))
    new_extras = dict(later.members.values_list("person", "classified_fen"))
    assert {person: fen - old_extras[person] for person, fen in new_extras.items()} == {
        person: 500 if old_extras[person] == 7_000 else 0 for person in old_extras
    }
    # Raised again, the facts are those of the same decision.
    third = standards.in_force(cast, RURAL, date(2026, 9, 1), **(new.params | {"standard_fen": 80_000}))
    again = standards.applied(cast, third)
    assert row_of(again, later).method == StandardChangeRow.Method.FACTS
    assert later.next.amount_fen == right.amount_fen + 3 * 10_000 + 2 * 1_000


def test_a_household_of_the_old_ledger_is_raised_by_the_difference(cast):
    old = journeys.standard(cast)
    right = payments.entitlement(cast, persons=3, base_fen=45_200)
    Entitlement.objects.filter(pk=right.pk).update(standard=old)
    standard = Standard.objects.get(scheme=RURAL)
    new = standards.in_force(cast, RURAL, JULY, **(standard.params | {"standard_fen": 73_500}))
    row = row_of(standards.previewed(cast, new), right)
    assert (row.method, row.more_fen) == (StandardChangeRow.Method.DIFFERENCE, 3 * 3_500)
