"""A death entered three months late: one act, every programme by its own rule, right to the fen."""

from copy import deepcopy
from datetime import date

import pytest

from assistance.models import Adjustment, Entitlement, EntitlementChange
from assistance.schemes import SCHEMES
from assistance.services.death import report_death, rights_of, stop_month
from assistance.services.entitlement import confirm_change, refuse_change
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry import access
from civaffairs.registry.models import Household, Office
from reporting.document import plain
from reporting.prints.change import change_notice
from tests import overlaps, payments, rights
from tests.cast import COUNTY, make_cast
from tests.kept import kept
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

APRIL, MAY, JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (4, 5, 6, 7, 8))
DIED = date(2026, 5, 20)
LATE = date(2026, 8, 18)
SURVIVOR = next(iter(SCHEMES["vet-survivor"].category_names))


def reported(cast, person, **more) -> EntitlementChange:
    fields = {
        "died_on": DIED,
        "explanation": "居民死亡医学证明，户籍已注销",
        "by": cast.township_li,
        "on": LATE,
    }
    return report_death(person_id=person.pk, **(fields | more))


def three_rights() -> dict:
    """低保 for three, 高龄津贴 and 残疾护理补贴 of the head; all lists closed to August. Died in May, entered in August."""
    cast = make_cast()
    row = rights.family(cast)
    head = row.payee
    old = rights.own(cast, head, "old-age", 6_000, category="80")
    care = rights.own(cast, head, "disability-care", 10_000, category="grade1")
    spouse = row.members.get(relationship="spouse").person
    payments.account(spouse)
    rights.listed(cast, "dibao-rural", APRIL, MAY, JUNE, JULY, AUGUST)
    rights.listed(cast, "old-age", APRIL, MAY, JUNE, JULY, AUGUST)
    rights.listed(cast, "disability-care", APRIL, MAY, JUNE, JULY, AUGUST)
    return {"cast": cast, "dibao": row, "old": old, "care": care, "head": head, "spouse": spouse}


three_kept = kept(three_rights)


class TestWhoHadThreeRights:
    @pytest.fixture
    def three(self, three_kept, db):
        return deepcopy(three_kept)

    @pytest.fixture
    def cast(self, three):
        return three["cast"]

    def test_the_letter_goes_to_somebody_who_can_read_it(self, cast, three):
        county = Office.objects.get(pk=COUNTY)
        alone = rights.own(cast, overlaps.someone("申守义"), "old-age", 6_000, category="80")
        for person, payee, name in (
            (three["head"], three["spouse"], three["spouse"].name),
            (alone.payee, None, "申守义家属"),
        ):
            change = reported(cast, person, payee=payee)
            confirm_change(change_id=change.pk, by=cast.county_zhao, on=LATE, opinion="同意")
            paper = change_notice(EntitlementChange.objects.get(pk=change.pk).group(), county)
            assert plain(paper.blocks[0].runs) == f"{name}："

    def test_three_months_late_is_right_to_the_fen(self, cast, three):
        """The head's income of 2,400.00 a year goes with him. From June: 700.00 × 2 = 1,400.00, 分类施保 70.00 for the wife
        and 50.00 for the child, 1,520.00; paid were 2,090.00 a month. 3 × 570.00 come back, and of 高龄津贴 3 × 60.00, of 护理补贴
        3 × 100.00."""
        change = reported(cast, three["head"], payee=three["spouse"])
        assert change.kind == ChangeKind.DEATH
        assert len(change.group()) == 3
        confirm_change(change_id=change.pk, by=cast.county_zhao, on=LATE, opinion="同意")

        booked = {row.scheme_id: row for row in Adjustment.objects.all()}
        assert {code: row.amount_fen for code, row in booked.items()} == {
            "dibao-rural": -3 * 57_000,
            "old-age": -3 * 6_000,
            "disability-care": -3 * 10_000,
        }
        assert {row.cause for row in booked.values()} == {Adjustment.Cause.DEATH}
        assert booked["dibao-rural"].months == [
            {"month": f"2026-0{month}", "due": 152_000, "paid": 209_000} for month in (6, 7, 8)
        ]

        household = rights.newest(three["dibao"])
        assert (household.base_fen, household.classified_fen, household.persons) == (140_000, 12_000, 2)
        assert (household.from_month, household.payee) == (JUNE, three["spouse"])
        assert household.pays_from == date(2026, 9, 1)
        assert not household.members.filter(person=three["head"]).exists()
        assert household.members.count() == 2
        for code in ("old", "care"):
            ended = Entitlement.objects.get(pk=three[code].pk)
            assert (ended.until_month, ended.end_reason) == (JUNE, "death")
        three["head"].refresh_from_db()
        assert three["head"].died_on == DIED
        assert Household.objects.get(pk=household.household_id).head == three["spouse"]

    def test_the_next_list_pays_those_who_are_left(self, cast, three):
        change = reported(cast, three["head"], payee=three["spouse"])
        confirm_change(change_id=change.pk, by=cast.county_zhao, on=LATE)
        (run,) = rights.listed(cast, "dibao-rural", date(2026, 9, 1))
        line = run.lines.get()
        assert (line.payee, line.base_fen + line.classified_fen) == (three["spouse"], 152_000)

    def test_nothing_happens_before_the_county_confirms_and_a_refusal_leaves_all(self, cast, three):
        change = reported(cast, three["head"], payee=three["spouse"])
        assert not Adjustment.objects.exists()
        three["head"].refresh_from_db()
        assert three["head"].died_on is None
        refuse_change(change_id=change.pk, by=cast.county_zhao, on=LATE, opinion="请附死亡证明")
        assert set(EntitlementChange.objects.values_list("status", flat=True)) == {ChangeStatus.REFUSED}
        assert rights.newest(three["dibao"]).until_month is None

    def test_any_of_the_group_confirms_the_whole_and_a_second_click_is_one(self, cast, three):
        change = reported(cast, three["head"], payee=three["spouse"])
        last = change.group()[-1]
        for _ in range(2):
            confirm_change(change_id=last.pk, by=cast.county_zhao, on=LATE)
        assert Adjustment.objects.count() == 3
        assert set(EntitlementChange.objects.values_list("status", flat=True)) == {ChangeStatus.CONFIRMED}

    def test_a_second_report_of_the_same_clerk_is_the_first_and_of_another_is_told(self, cast, three):
        change = reported(cast, three["head"], payee=three["spouse"])
        assert reported(cast, three["head"], payee=three["spouse"]).pk == change.pk
        with pytest.raises(Conflict, match="在等县级确认"):
            reported(cast, three["head"], by=cast.township_he)

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"died_on": date(2026, 8, 19)}, "不能晚于今天"),
            ({"died_on": date(1900, 1, 1)}, "不能早于出生"),
            ({"explanation": " "}, "死亡证明"),
            ({}, "是领款人，请选择以后由谁领款"),
        ],
    )
    def test_what_cannot_be_true_is_said_at_its_field(self, cast, three, more, words):
        with pytest.raises(BadInput, match=words):
            reported(cast, three["head"], **more)

    def test_the_day_on_record_is_not_written_over(self, cast, three):
        three["head"].died_on = date(2026, 5, 21)
        three["head"].save()
        with pytest.raises(BadInput, match="2026-05-21"):
            reported(cast, three["head"], payee=three["spouse"])

    def test_the_proposer_does_not_confirm_and_a_neighbour_sees_nobody(self, cast, three):
        with pytest.raises(access.NotVisible):
            reported(cast, three["head"], by=cast.outsider_sun)
        change = reported(cast, three["head"], payee=three["spouse"])
        also = cast.county_zhao
        also.user = cast.township_li.user
        also.save()
        with pytest.raises(NotAllowed, match="提出人"):
            confirm_change(change_id=change.pk, by=also, on=LATE)


def test_the_month_of_death_and_what_is_paid_after_it_follow_the_programme(cast):
    """高龄津贴 as set; 三属 six months, a disabled soldier twelve after an illness and none otherwise."""
    head = rights.family(cast).payee
    old = rights.own(cast, head, "old-age", 6_000)
    assert stop_month(old, DIED) == JUNE
    old.scheme.terms = [{"from_day": "2026-01-01", "document": "试", "terms": {"months_after_death": -1}}]
    assert stop_month(old, DIED) == MAY
    survivor = rights.own(cast, head, "vet-survivor", 200_000, category=SURVIVOR)
    assert stop_month(survivor, DIED) == date(2026, 12, 1)
    soldier = rights.own(cast, head, "vet-disability", 300_000, category="g1-war")
    assert stop_month(soldier, DIED, "illness") == date(2027, 6, 1)
    assert stop_month(soldier, DIED, "other") == JUNE
    with pytest.raises(BadInput, match="死亡原因"):
        stop_month(soldier, DIED)


def test_what_is_paid_after_the_death_goes_to_whoever_is_named(cast):
    row = rights.family(cast)
    head, spouse = row.payee, row.members.get(relationship="spouse").person
    survivor = rights.own(cast, head, "vet-survivor", 200_000, category=SURVIVOR)
    with pytest.raises(BadInput, match="请选择以后由谁领款"):
        reported(cast, head, on=date(2026, 5, 25))
    change = reported(cast, head, on=date(2026, 5, 25), payee=spouse)
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=date(2026, 5, 26))
    last = rights.newest(survivor)
    assert (last.from_month, last.until_month, last.payee) == (JUNE, date(2026, 12, 1), spouse)
    assert (last.amount_fen, last.end_reason) == (200_000, "death")


def test_whoever_only_drew_the_money_of_others_is_replaced(cast):
    row = rights.family(cast)
    head = row.payee
    spouse = row.members.get(relationship="spouse").person
    child = row.members.get(relationship="grandchild").person
    orphan = rights.own(cast, child, "orphan", 110_000, payee=head)
    assert {(one.entitlement.pk, one.role) for one in rights_of(head, DIED)} == {
        (row.pk, "member"),
        (orphan.pk, "payee"),
    }
    change = reported(cast, head, payee=spouse)
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=LATE)
    assert rights.newest(orphan).payee == spouse
    assert rights.newest(orphan).amount_fen == 110_000


def test_a_household_of_one_ends(cast):
    row = payments.entitlement(cast, "孤老")
    change = reported(cast, row.payee)
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=LATE)
    row.refresh_from_db()
    assert (row.until_month, row.end_reason) == (JUNE, "death")
