from datetime import date

import pytest

from assistance.policy.facts import (
    INCOME_KINDS,
    AssetItem,
    Deduction,
    HouseholdFacts,
    IncomeItem,
    MemberFacts,
)
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput

MEMBER = MemberFacts("a", "甲", date(1980, 1, 1))


@pytest.mark.parametrize("kind", sorted(INCOME_KINDS))
def test_a_kind_of_income_stored_in_one_column_comes_back(kind):
    item = IncomeItem.of_kind(kind, 100)
    assert item.kind == kind
    assert item.shown == INCOME_KINDS[kind]
    assert len(kind) <= 20


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: IncomeItem("wage", -1, "工资"), "“工资”不能是负数"),
        (lambda: Deduction("illness", -1), "不能是负数"),
        (lambda: AssetItem("deposit", -1), "不能是负数"),
        (lambda: IncomeItem("luck", 1), "收入类别"),
        (lambda: IncomeItem.of_kind("luck", 1), "收入类别"),
        (lambda: IncomeItem("wage", 1, nature="luck"), "收入性质"),
        (lambda: Deduction("luck", 1), "扣减类别"),
        (lambda: AssetItem("luck", 1), "财产类别"),
        (lambda: AssetItem("house", count=0), "至少是1"),
        (lambda: MemberFacts("a", "甲", disability_kind=4), "要么都填"),
        (lambda: MemberFacts("a", "甲", disability_kind=8, disability_grade=1), "1到7"),
        (lambda: MemberFacts("a", "甲", disability_kind=4, disability_grade=5), "1到4"),
        (lambda: MemberFacts("a", "甲", not_counted="away"), "原因"),
        (lambda: HouseholdFacts(()), "家庭成员还没有填写"),
        (lambda: HouseholdFacts((MEMBER, MEMBER)), "重复"),
        (lambda: HouseholdFacts((MEMBER,), (IncomeItem("wage", 1, owner="b"),)), "以外的人"),
        (lambda: HouseholdFacts((MEMBER,), single="b"), "单人保"),
    ],
)
def test_facts_that_cannot_be_are_refused_in_plain_words(make, word):
    with pytest.raises(BadInput, match=word):
        make()


def test_money_that_is_not_whole_fen_is_a_mistake_of_the_program():
    with pytest.raises(TypeError):
        IncomeItem("wage", 1.5)


def test_nothing_declared_and_nothing_asked_are_different_and_stay_so_in_json():
    asked = HouseholdFacts((MEMBER,), incomes=(), assets=())
    not_asked = HouseholdFacts((MEMBER,))
    assert not_asked.incomes is UNKNOWN
    assert HouseholdFacts.from_dict(not_asked.to_dict()) == not_asked
    assert HouseholdFacts.from_dict(asked.to_dict()) == asked
    assert asked != not_asked
