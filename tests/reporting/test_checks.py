"""勾稽: what holds is said to hold, and each break is found by the check that is made for it."""

from copy import deepcopy

import pytest

from assistance.models import BankFile, Entitlement, EntitlementMember, PaymentLine
from reporting.checks import failing, run
from reporting.figures import Book
from tests import payments
from tests.cast import COUNTY, Cast, make_cast
from tests.kept import kept
from tests.reporting import spring as world
from tests.reporting.spring import DECEMBER, JANUARY, MARCH, MAY


def checks() -> dict:
    return {check.key: check for check in run(Book.of(COUNTY, JANUARY, MAY))}


def broken() -> set[str]:
    return {check.key for check in failing(run(Book.of(COUNTY, JANUARY, MAY)))}


def with_spring() -> tuple[Cast, dict]:
    cast = make_cast()
    return cast, world.spring(cast)


spring_kept = kept(with_spring)


class TestASpringOfRowsThatBelongTogether:
    @pytest.fixture
    def cast(self, spring_kept, db):
        return deepcopy(spring_kept[0])

    @pytest.fixture
    def spring(self, spring_kept, db):
        return deepcopy(spring_kept[1])

    def test_a_spring_of_rows_that_belong_together_passes_all(self, spring):
        found = checks()
        assert broken() == set()
        assert found["balance.rural.heads"].left == "9"
        assert "2025年12月6＋5－2" in found["balance.rural.heads"].left_words
        assert found["roster.rural"].right == "8,100.00"
        assert len(found) > 20

    def test_persons_of_a_grant_that_are_not_its_members_are_found(self, spring):
        Entitlement.objects.filter(pk=spring["甲"].pk).update(persons=5)
        # 人数 says 5, the members are 2: classes of people no longer add up to the whole
        assert {"ages.rural", "labour.rural"} <= broken()

    def test_a_member_added_without_a_new_grant_breaks_the_parts(self, spring):
        EntitlementMember.objects.create(
            entitlement=spring["甲"],
            person=payments.person("多出的人"),
            family="dibao",
            relationship="other",
            labour="none",
        )
        assert {"ages.rural", "labour.rural"} <= broken()

    def test_a_grant_that_moved_its_beginning_breaks_the_months_it_moved_over(self, spring):
        """The stock of 丙 begins in March; its members know nothing of it."""
        EntitlementMember.objects.filter(entitlement=spring["丙"]).first().delete()
        found = checks()["balance.rural.heads"]
        assert not found.passed
        assert "4月不符" in found.title

    def test_money_that_left_the_lines_is_missed_at_the_roster_and_at_the_bank(self, spring):
        PaymentLine.objects.filter(entitlement=spring["己"], month=MARCH).update(status="listed")
        assert {"roster.urban", "file.urban"} <= broken()
        assert "roster.rural" not in broken()

    def test_a_bank_file_of_another_sum_is_found(self, spring):
        BankFile.objects.filter(run__scheme="dibao-rural", run__month=MAY).update(total_fen=1)
        assert broken() == {"file.rural"}

    def test_a_household_without_payment_is_a_note_and_asks_for_no_reason(self, spring, cast):
        payments.entitlement(cast, "漏发户", from_month=DECEMBER)
        found = checks()["paid_to_all.rural"]
        assert not found.passed
        assert not found.blocks
        assert broken() == set()


def test_nobody_in_force_breaks_nothing(cast):
    assert broken() == set()


def test_a_list_that_was_not_sent_names_its_month(cast):
    world.households(cast)
    for month in (JANUARY, MARCH):
        world.paid(cast, month)
    found = checks()["sent.rural"]
    assert not found.passed
    assert found.left == "2月、4月、5月"


def test_a_hole_in_a_sentence_is_named(cast):
    found = run(Book.of(COUNTY, JANUARY, MAY), ["dibao.rural.per_head.total", "dibao.rural.households"])
    hole = next(check for check in found if check.key == "known")
    assert hole.left == "农村低保人均月保障金"
    assert not hole.passed
