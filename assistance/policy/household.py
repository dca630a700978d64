"""What every rule for a household does first and last: who its members are, and an income shown beside a line."""

from datetime import date
from fractions import Fraction

from assistance.policy.dibao_standard import METHOD
from assistance.policy.facts import NOT_COUNTED, HouseholdFacts
from assistance.policy.reckoning import Reckoning, money
from civaffairs.lib.assessment import Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import round_fen


def write_people(household: HouseholdFacts, work: Reckoning, on: date) -> None:
    """The steps about the members. Raises BadInput for a birth still to come."""
    for member in household.members:
        if not isinstance(member.birth, Unknown) and member.birth > on:
            raise BadInput(f"{member.name}的出生日期晚于核算日期", "birth")
    for member in household.members:
        if member.not_counted:
            work.step(
                "不计入家庭成员",
                f"{member.name}：{NOT_COUNTED[member.not_counted]}",
                None,
                "",
                f"{METHOD}第7条",
            )
    names = "、".join(member.name for member in household.counted)
    work.step("共同生活的家庭成员", names, len(household.counted), "人", f"{METHOD}第7条")


def beside(per_head: Fraction, line: Fraction | int) -> str:
    """An income to be read beside a line: 704.997 is shown as 704.99, because 705.00 would not look below
    705.00.
    """
    rounded = round_fen(per_head)
    if (rounded < line) != (per_head < line):
        rounded = round_fen(per_head, mode="down")
    return money(rounded)
