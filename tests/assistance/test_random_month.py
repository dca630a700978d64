"""Months played at random in two programmes, against a plain ledger (tests/months.py).

RANDOM_MONTHS=500 plays so many games instead of a few, each of them with other moves.
"""

import os
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from assistance.models import RunKind, StandardChangeRow
from assistance.services.change_people import person_who_joins
from assistance.services.death import report_death
from assistance.services.entitlement import confirm_change
from assistance.services.fund import add_entry
from assistance.workflow import ChangeKind
from civaffairs.lib.errors import Refused
from tests import adjustments, rights, standards
from tests.assistance.test_changes import earning
from tests.months import FIRST, RandomMonths, Right, plus
from tests.payments import RURAL
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself
from tests.standards import BANDS, OLD_AGE

GAMES = int(os.environ.get("RANDOM_MONTHS", "0"))
APRIL = date(2026, 4, 1)
K = ChangeKind
pytestmark = pytest.mark.slow


class Elders(RandomMonths):
    """高龄津贴: each for himself, by age; new standards come, people come late, go and die."""

    scheme = OLD_AGE

    def begin(self) -> None:
        self.standard = standards.in_force(self.cast, OLD_AGE, date(2025, 1, 1), ages=standards.ages(BANDS))
        self.bands = dict(BANDS)
        self.grant(80, False, True)
        self.grant(90, False, True)
        self.grant(80, False, False)

    @rule(age=st.sampled_from([80, 90]), late=st.booleans(), with_account=st.booleans())
    def grant(self, age: int, late: bool, with_account: bool) -> None:
        start = self.month_at(-1 if late else 0)
        if start < self.standard.from_month or len(self.rights) > 6:
            return
        row = standards.elder(
            self.cast,
            self.standard,
            f"老人{len(self.rights)}",
            age,
            from_month=start,
            pays_from=start,
            with_account=with_account,
        )
        right = Right(row.number, row.payee_id, start, [(start, self.bands[age])], age)
        if start < self.month:
            right.waiting.add(start)
        self.rights[row.number] = right

    @rule(place=st.integers(0, 6), away=st.integers(-2, 1))
    def quits(self, place: int, away: int) -> None:
        right, month = self.chosen(place), self.month_at(away)
        if self.change(right, K.QUIT, "voluntary", month):
            right.end = min(right.end or month, month)
            right.changed_from(month)

    @rule(place=st.integers(0, 6), days=st.integers(0, 70))
    def dies(self, place: int, days: int) -> None:
        right, died = self.chosen(place), max(FIRST, self.on - timedelta(days=days))
        try:
            with transaction.atomic():
                change = report_death(
                    person_id=right.person,
                    died_on=died,
                    explanation="居民死亡医学证明",
                    by=self.cast.township_li,
                    on=self.on,
                )
                confirm_change(change_id=change.pk, by=self.cast.county_zhao, on=self.on, opinion="同意")
        except Refused:
            return
        month = plus(died.replace(day=1), 1)
        right.end = min(right.end or month, month)
        right.changed_from(month)
        self.played["death"] += 1

    @precondition(lambda self: self.open_run is None)
    @rule(away=st.integers(-2, 1), more=st.sampled_from([500, 1_000, 3_333]))
    def standard_rises(self, away: int, more: int) -> None:
        month = self.month_at(away)
        if month <= self.standard.from_month:
            return
        bands = {age: fen + more for age, fen in self.bands.items()}
        try:
            with transaction.atomic():
                standard = standards.in_force(self.cast, OLD_AGE, month, ages=standards.ages(bands))
                change = standards.applied(self.cast, standard, self.on)
        except Refused:
            return
        self.standard, self.bands = standard, bands
        if change.state != change.State.APPLIED:
            return
        self.played["standard"] += 1
        raised = change.rows.filter(outcome=StandardChangeRow.Outcome.RAISED)
        for number in set(raised.values_list("entitlement__number", flat=True)):
            right = self.rights[number]
            right.rates.append((month, bands[right.age]))
            right.changed_from(month)


@dataclass
class Household(Right):
    """700.00 a head less the income, and what 分类施保 adds: 190.00 for the three, 50.00 for a child that is born."""

    born_from: date | None = None

    def rate(self, month: date) -> int:
        born = self.born_from is not None and self.born_from <= month
        return super().rate(month) + (75_000 if born else 0)


class Families(RandomMonths):
    """农村低保: one household whose income goes up and down and into which a child is born."""

    scheme = RURAL
    first = APRIL

    def begin(self) -> None:
        row = self.family
        self.rights[row.number] = Household(row.number, row.payee_id, APRIL, [(APRIL, self.sum_of(240_000))])

    @staticmethod
    def sum_of(annual_fen: int) -> int:
        return 3 * 70_000 - annual_fen // 12 + 19_000

    @rule(annual=st.sampled_from([0, 120_000, 240_000, 600_000, 1_200_000]), away=st.integers(-2, 1))
    def income_changes(self, annual: int, away: int) -> None:
        (right,) = self.rights.values()
        month = self.month_at(away)
        if right.held is not None:  # such a change lifts the hold: docs/open.md
            return
        more = self.sum_of(annual) > right.rates[-1][1]
        kind, reason = (K.RAISE, "income_down") if more else (K.CUT, "income_up")
        if self.change(right, kind, reason, month, facts=earning(self.row(right), annual)):
            right.rates.append((month, self.sum_of(annual)))
            right.changed_from(month)

    @rule(away=st.integers(-2, 1))
    def child_is_born(self, away: int) -> None:
        (right,) = self.rights.values()
        month = self.month_at(away)
        if right.born_from is not None or right.held is not None:
            return
        child = person_who_joins(
            self.row(right), name="梁小苗", id_number="", sex="male", birth=month, on=self.on
        )
        more = {"relationship": "grandchild", "labour": "none"}
        if self.change(right, K.JOIN, "born", month, person=child, details=more):
            right.born_from = month
            right.changed_from(month)


def play(game: type[RandomMonths], **given) -> Counter:
    """Some games; what has happened in them."""
    played = Counter()
    run_state_machine_as_test(
        type("Game", (game,), {"played": played} | given),
        settings=settings(
            max_examples=GAMES or 5,
            stateful_step_count=40 if GAMES else 30,
            phases=(Phase.generate,),
            derandomize=not GAMES,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return played


def money(cast, programme: str, percent: int) -> None:
    """Enough for all, and how much of a month a list keeps back of a 追缴."""
    adjustments.offset(cast, percent)
    for year in range(2026, 2032):
        add_entry(
            by=cast.cashier_zhou,
            on=date(year, 1, 4),
            year=year,
            programme=programme,
            source="county",
            kind="arrived",
            amount_fen=1_000_000_000,
            day=date(year, 1, 1),
            document_number=f"云财社〔{year}〕1号",
        )


@pytest.mark.parametrize("percent", [0, 40])
def test_old_people_month_by_month(cast, percent):
    money(cast, "高龄津贴", percent)
    played = play(Elders, cast=cast)
    asked = {RunKind.REGULAR, K.HOLD, K.QUIT, "death", "standard", "aside", "returned"}
    assert asked <= {what for what, times in played.items() if times}, played


def test_a_household_month_by_month(cast):
    family = rights.family(cast)
    money(cast, "城乡低保", 40)
    played = play(Families, cast=cast, family=family)
    assert {RunKind.REGULAR, K.CUT, K.RAISE, K.JOIN} <= {what for what, times in played.items() if times}, (
        played
    )
