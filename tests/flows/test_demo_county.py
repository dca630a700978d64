"""The invented county: its numbers tie, its cases obey the rules, and building it twice changes nothing."""

import io
import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q, Sum
from django.test import TestCase, override_settings

from assistance.demo.batches import INSURANCE_OFFICE
from assistance.demo.build import build
from assistance.demo.choice import HITS, REMINDERS
from assistance.demo.ledger import sizes_of
from assistance.demo.money import SCHEMES as PAID
from assistance.demo.overlaps import SCHEME as REMINDED
from assistance.demo.people import LARGEST, People, sizes
from assistance.demo.sizes import COUNTY, FIRST_MONTH, MONTHS, PROGRAMMES, SIZES, TODAY
from assistance.models import (
    Adjustment,
    Application,
    Batch,
    Decision,
    Draft,
    Entitlement,
    EntitlementChange,
    EntitlementMember,
    FundDraw,
    FundEntry,
    LineStatus,
    Objection,
    PaymentLine,
    PaymentRun,
    RunKind,
)
from assistance.policy.overlaps import Claim, Hit, hits
from assistance.policy.rule import CaseFacts, Receipt
from assistance.policy.rules import rule_of
from assistance.schemes import SCHEMES
from assistance.selectors import fund_lines, run_checks
from assistance.services import payment
from assistance.services.deadlines import deadline_of, load_calendar
from assistance.workflow import OPEN_STATUSES, ChangeStatus, RunStatus, Status
from civaffairs.jobs import runner
from civaffairs.lib.errors import NotAllowed
from civaffairs.lib.identity import parse_account, parse_id_card
from civaffairs.lib.months import age_on
from civaffairs.registry import audit
from civaffairs.registry.models import BankAccount, Office, Person, Posting, Role, User
from reporting import checks
from reporting.figures import Book
from reporting.models import Report, Target
from tests.demo_life import LifeOfRights


def excluded(month: date) -> list[Hit]:
    """Where two rights of one person or household in force for the month may not stand together."""
    members = EntitlementMember.objects.filter(
        Q(until_month=None) | Q(until_month__gt=month),
        entitlement__in=Entitlement.objects.payable_in(month),
    )
    by_household: dict[int, list[EntitlementMember]] = {}
    for member in members.select_related("entitlement__scheme"):
        by_household.setdefault(member.entitlement.household_id, []).append(member)
    found = []
    for rows in by_household.values():
        for entitlement in {row.entitlement for row in rows}:
            own = tuple(str(row.person_id) for row in rows if row.entitlement == entitlement)
            claim = Claim(
                entitlement.scheme_id,
                entitlement.scheme.family,
                entitlement.category,
                entitlement.amount_fen,
                own,
            )
            receipts = [
                Receipt(
                    str(row.person_id),
                    row.entitlement.scheme_id,
                    row.family,
                    row.entitlement.amount_fen,
                    row.entitlement.category,
                )
                for row in rows
                if row.entitlement != entitlement
            ]
            found += [hit for hit in hits(claim, receipts) if hit.effect != "topup"]
    return found


TINY = SIZES["tiny"]
MONTHLY = {
    code
    for code, spec in SCHEMES.items()
    if spec.cadence == "monthly" and rule_of(spec.rule).pays and spec.family != "dibao"
}
ONE_OFF = {code for code, spec in SCHEMES.items() if spec.cadence == "one-off"}
STATUSES = {code for code, spec in SCHEMES.items() if spec.family == "status"}
FLOWS = {"urban": TINY.urban, "rural": TINY.rural}


def whole_report() -> Book:
    return Book.of("519901000000", MONTHS[0], MONTHS[-1])


# --- the numbers -----------------------------------------------------------------------------------------


def test_the_full_size_has_the_counts_of_the_real_report() -> None:
    urban, rural = COUNTY.urban, COUNTY.rural
    assert (urban.households, urban.people, rural.households, rural.people) == (7_978, 15_132, 26_873, 36_905)
    assert (urban.new_households, urban.new_people) == (599, 629)
    assert (urban.gone_households, urban.gone_people) == (376, 391)
    assert (rural.new_households, rural.new_people) == (1_517, 1_821)
    assert (rural.gone_households, rural.gone_people) == (739, 1_098)


@pytest.mark.parametrize("flow", [COUNTY.urban, COUNTY.rural, SIZES["small"].urban, SIZES["small"].rural])
def test_households_are_drawn_to_the_exact_number_of_people(flow) -> None:
    draw = People(1, TODAY).draw
    for households, people in sizes_of(flow):
        drawn = sizes(households, people, draw)
        assert (len(drawn), sum(drawn)) == (households, people)
        assert min(drawn) >= 1 and max(drawn) <= LARGEST


@override_settings(DEMO=True, DEMO_PASSWORD="Yunling-2026")
class TestTheSmallestCounty(LifeOfRights, TestCase):
    """Built once by the command; what a test does to it is taken back. A class of Django's, because that is what
    keeps one transaction around several tests."""

    @classmethod
    def setUpTestData(cls) -> None:
        out = io.StringIO()
        call_command("demo_county", size="tiny", stdout=out)
        cls.told = out.getvalue()

    def test_the_figures_of_the_report_are_those_of_the_size(self) -> None:
        book = whole_report()
        stems = {
            "households": "households",
            "people": "persons",
            "new_households": "new_households.total",
            "new_people": "new_persons.total",
            "gone_households": "left_households.total",
            "gone_people": "left_persons.total",
        }
        for scope, flow in FLOWS.items():
            found = {name: book.value(f"dibao.{scope}.{stem}") for name, stem in stems.items()}
            assert found == vars(flow)

    def test_every_relation_between_the_figures_holds(self) -> None:
        failing = checks.failing(checks.run(whole_report()))
        assert [(check.title, check.left, check.right) for check in failing] == []

    def test_what_was_paid_is_what_the_banks_took(self) -> None:
        book = whole_report()
        paid = PaymentLine.objects.filter(
            run__month__in=MONTHS, status=LineStatus.PAID, scheme__family="dibao"
        )
        assert book.value("dibao.both.fund.total") == paid.aggregate(fen=Sum("amount_fen"))["fen"]

    def test_amounts_came_from_the_rule_and_add_up(self) -> None:
        assert not Entitlement.objects.filter(amount_fen=0).exclude(scheme__family="status").exists()
        for entitlement in Entitlement.objects.prefetch_related("members"):
            assert len(entitlement.members.all()) == entitlement.persons
            assert (
                sum(member.classified_fen for member in entitlement.members.all())
                == entitlement.classified_fen
            )

    def test_the_money_ledger_has_the_real_totals_in_proportion(self) -> None:
        for kind, wan in ((FundEntry.Kind.PLANNED, "11564.73"), (FundEntry.Kind.ARRIVED, "8382.53")):
            total = FundEntry.objects.filter(kind=kind).aggregate(fen=Sum("amount_fen"))["fen"]
            assert total == int(wan.replace(".", "")) * 10_000 * TINY.share

    def test_every_paying_programme_has_money_left_but_the_one_that_is_short_on_purpose(self) -> None:
        cashier = Posting.objects.get(user__username="cashier_zhou")
        blocks = fund_lines.blocks(cashier, MONTHS[0].year)
        assert [block.programme for block in blocks if block.uncovered_fen] == ["残疾人两项补贴"]
        for block in blocks:
            assert block.lines, block.programme
            assert all(line.balance_fen >= 0 for line in block.lines)
            assert block.total.balance_fen > 0 or block.uncovered_fen, block.programme
            assert block.total.planned_fen >= block.total.arrived_fen
        # Only the last list was short: what was missing did not push itself from month to month.
        assert {run.month for run in fund_lines.uncovered_runs(cashier, MONTHS[0].year)} == {MONTHS[-1]}

    def test_no_line_gives_money_before_it_has_arrived(self) -> None:
        moved: dict[date, dict[tuple[str, str], int]] = {}
        rows = [(row, row.amount_fen) for row in FundEntry.objects.exclude(kind=FundEntry.Kind.PLANNED)]
        for row, fen in [*rows, *((draw, -draw.amount_fen) for draw in FundDraw.objects.all())]:
            of_month = moved.setdefault(row.on.replace(day=1), {})
            line = (row.programme, row.source)
            of_month[line] = of_month.get(line, 0) + fen
        held: dict[tuple[str, str], int] = {}
        for month in sorted(moved):
            for line, fen in moved[month].items():
                held[line] = held.get(line, 0) + fen
                assert held[line] >= 0, (month, line)

    # --- every programme ---------------------------------------------------------------------------------------

    def test_every_programme_is_there_and_every_paying_one_was_paid(self) -> None:
        there = set(Entitlement.objects.payable_in(MONTHS[-1]).values_list("scheme_id", flat=True))
        assert there >= set(PAID) | MONTHLY | STATUSES
        assert set(Entitlement.objects.values_list("scheme_id", flat=True)) >= ONE_OFF
        paid = PaymentLine.objects.moved().values_list("scheme_id", "month").distinct()
        by_scheme: dict[str, set[date]] = {}
        for code, month in paid:
            by_scheme.setdefault(code, set()).add(month)
        assert all(by_scheme[code] == set(MONTHS) for code in MONTHLY | {"dibao-urban", "dibao-rural"})
        assert set(by_scheme) >= ONE_OFF
        assert not STATUSES & set(by_scheme)

    def test_numbers_follow_the_size_of_the_county(self) -> None:
        def count(*codes: str) -> int:
            return Entitlement.objects.payable_in(MONTHS[-1]).filter(scheme__in=codes).count()

        share = TINY.share
        assert count("tekun-urban", "tekun-rural") == 15
        dead = Adjustment.objects.filter(cause=Adjustment.Cause.DEATH, scheme="old-age").count()
        assert count("old-age") == round(12_000 * share) - dead
        assert count("disability-living", "disability-care") == round(15_000 * share)
        # One of each category at least, of which 优抚 has thirty-five.
        veterans = Entitlement.objects.filter(scheme__klass="veteran").exclude(scheme="vet-service")
        kinds = set(veterans.values_list("scheme_id", "category"))
        assert kinds == {
            (code, key)
            for code in ("vet-disability", "vet-survivor", "vet-living")
            for key in SCHEMES[code].category_names
        }
        assert sum(PROGRAMMES[code] for code in ("vet-disability", "vet-survivor", "vet-living")) == 3_000
        assert sum(PROGRAMMES[code] for code in ("tekun-urban", "tekun-rural")) == 1_500
        assert sum(PROGRAMMES[code] for code in ("disability-living", "disability-care")) == 15_000

    def test_lists_rights_and_banks_say_the_same_sums(self) -> None:
        # A death that was told months later: what was paid too much is booked, and the list stays as it was paid.
        booked: dict[tuple[str, str], list[int]] = {}
        for row in Adjustment.objects.filter(cause=Adjustment.Cause.DEATH):
            for month in row.months:
                assert month["due"] == 0
                booked.setdefault((row.scheme_id, month["month"]), []).append(month["paid"])
        assert len(booked) >= 3
        for run in PaymentRun.objects.filter(kind=RunKind.REGULAR, status=RunStatus.CLOSED).exclude(
            scheme__in=PAID
        ):
            due = Entitlement.objects.filter(scheme=run.scheme_id).listed_in(run.month)
            too_much = booked.get((run.scheme_id, f"{run.month:%Y-%m}"), [])
            assert run.total_fen == due.aggregate(fen=Sum("amount_fen"))["fen"] + sum(too_much)
            assert run.total_fen == run.lines.aggregate(fen=Sum("amount_fen"))["fen"]
            assert run.line_count == due.count() + len(too_much)
            assert run.bank_file.total_fen == run.total_fen
            answered = run.lines.exclude(status__in=(LineStatus.PAID, LineStatus.RETURNED))
            assert not answered.exists()

    def test_what_was_decided_comes_out_of_the_rule_again(self) -> None:
        decisions = Decision.objects.filter(outcome="approved").exclude(application__scheme__family="dibao")
        seen = set()
        for decision in decisions.select_related("assessment__standard", "application__scheme"):
            record, spec = decision.assessment, decision.application.scheme.spec
            rule = rule_of(spec.rule)
            numbers = rule.read(record.standard.params, spec.category_names)
            answer = rule.assess(CaseFacts.from_dict(record.facts, rule.questions), numbers, record.on)
            assert (answer.outcome, answer.amount_fen, answer.category) == (
                "eligible",
                record.amount_fen,
                record.category,
            )
            # A raise continues it in a further row.
            granted = decision.entitlements.get(previous=None)
            assert (granted.amount_fen, granted.category) == (record.amount_fen, record.category)
            seen.add(spec.code)
        assert seen >= ONE_OFF | {"old-age", "disability-care"}

    def test_ages_pay_by_the_day_of_birth(self) -> None:
        for row in Entitlement.objects.filter(scheme="old-age").select_related("beneficiary"):
            last = min(row.until_month or date(2026, 6, 1), date(2026, 6, 1)) - timedelta(days=1)
            age = age_on(row.beneficiary.birth, last)
            assert row.amount_fen == (5_000 if age < 90 else 10_000 if age < 100 else 30_000)
            assert row.category == str(min(age // 10 * 10, 100))

    def test_nobody_has_what_excludes_each_other(self) -> None:
        assert [hit.message for hit in excluded(MONTHS[-1])] == []
        # But for those whose 护理补贴 or 失能补贴 was not ended when 特困 began in June: the lists of June find them.
        found = excluded(date(2026, 6, 1))
        people = {
            key: {hit.receipt.person for hit in found if hit.overlap.key == key}
            for key in {hit.overlap.key for hit in found}
        }
        assert {key: len(some) for key, some in people.items()} == {
            "disability-care+tekun": HITS,
            "elder-care+tekun": REMINDERS,
        }

    def test_the_old_and_the_disabled_of_poor_families_have_what_is_theirs(self) -> None:
        poor = EntitlementMember.objects.filter(family="dibao", until_month=None, person__died_on=None)
        disabled = poor.filter(disability_grade__isnull=False)
        living = disabled.filter(person__entitlement_memberships__family="disability-living")
        assert living.count() * 2 > disabled.count()
        old = poor.filter(person__birth__lt=date(1946, 1, 1))
        assert old.filter(person__entitlement_memberships__family="old-age").count() * 2 > old.count()

    def test_homes_are_paid_for_whom_they_keep(self) -> None:
        kept = Entitlement.objects.filter(scheme__family="tekun", category__startswith="central")
        assert kept.exists() and not kept.filter(paid_to=None).exists()
        # What a batch gives to somebody who is kept goes to the home too; premiums go to the insurance office.
        others = Entitlement.objects.exclude(paid_to=None).exclude(pk__in=kept)
        by_home = others.exclude(scheme="premium-aid")
        assert not by_home.exclude(beneficiary__in=kept.values("beneficiary")).exists()
        premiums = others.filter(scheme="premium-aid").values_list("paid_to__name", flat=True)
        assert set(premiums) == {INSURANCE_OFFICE}

    def test_batches_are_paid_and_one_waits_for_the_approver(self) -> None:
        states = set(Batch.objects.values_list("scheme_id", "state"))
        assert states == {
            ("premium-aid", Batch.State.APPROVED),
            ("festival", Batch.State.APPROVED),
            ("price", Batch.State.PREPARED),
        }
        for batch in Batch.objects.filter(state=Batch.State.APPROVED):
            paid = PaymentLine.objects.filter(scheme=batch.scheme_id, month=batch.month).moved()
            assert paid.aggregate(fen=Sum("amount_fen"))["fen"] == batch.total_fen
        waiting = Batch.objects.get(state=Batch.State.PREPARED)
        assert waiting.person_count > 0 and waiting.total_fen > 0

    # --- people ----------------------------------------------------------------------------------------------

    def test_every_id_number_is_well_formed_and_of_no_real_county(self) -> None:
        # A child born last month has no number yet.
        people = list(Person.objects.exclude(without_id=True))
        assert Person.objects.filter(without_id=True).count() == 2
        for person in people:
            card = parse_id_card(person.id_number, TODAY)
            assert (card.birth, card.sex, card.region6, card.warnings) == (
                person.birth,
                person.sex,
                "519901",
                (),
            )
        assert len({person.id_number for person in people}) == len(people)

    def test_cards_pass_the_check_of_banks_and_belong_to_none(self) -> None:
        for account in BankAccount.objects.all():
            assert parse_account(account.number).warnings == ()
            assert account.number.startswith("62199990")

    def test_children_are_younger_than_their_parents(self) -> None:
        from_head = Entitlement.objects.filter(until_month=None).select_related("payee")
        for entitlement in from_head.prefetch_related("members__person"):
            for member in entitlement.members.all():
                gap = (member.person.birth - entitlement.payee.birth).days / 365.25
                if member.relationship in ("son", "daughter"):
                    assert gap > 14
                elif member.relationship == "mother":
                    assert gap < -14

    # --- cases -----------------------------------------------------------------------------------------------

    def test_cases_stand_at_every_step_on_time_and_late(self) -> None:
        found = set(Application.objects.values_list("status", flat=True))
        assert found == set(Status.values)
        family = Application.objects.filter(scheme__family="dibao")
        # Nobody is asked for an opinion in 低保.
        assert set(family.values_list("status", flat=True)) | {Status.PEER} == set(Status.values)
        work = load_calendar()
        states = {
            deadline.state
            for application in Application.objects.filter(status__in=OPEN_STATUSES)
            if (deadline := deadline_of(application, TODAY, work))
        }
        assert states == {"green", "amber", "red", "paused"}
        assert set(Objection.objects.values_list("state", flat=True)) == set(Objection.State.values)
        assert Application.objects.filter(near_relative=True, status=Status.DECIDING).exists()
        assert Draft.objects.filter(submitted_at=None).exists()

    def test_a_case_waits_at_every_step_of_every_programme(self) -> None:
        waiting: dict[str, set[str]] = {}
        for code, status in Application.objects.open().values_list("scheme_id", "status"):
            waiting.setdefault(code, set()).add(status)
        for code, spec in SCHEMES.items():
            if spec.cadence == "batch":
                continue
            steps = {Status.SUBMITTED, Status.INVESTIGATING, Status.DECIDING}
            steps |= {Status.REVIEWING} if spec.has("review") else set()
            steps |= {Status.TO_POST, Status.ON_NOTICE} if spec.has("notice") else set()
            steps |= {Status.PEER} if spec.has("peer") else set()
            assert waiting[code] >= steps, code
        reckoned = Application.objects.filter(status=Status.DECIDING).exclude(scheme__family="dibao")
        for application in reckoned:
            assert application.assessments.get(is_current=True).outcome == "eligible"

    def test_every_timeline_runs_forward_on_working_days(self) -> None:
        work = load_calendar()
        for application in Application.objects.prefetch_related("events"):
            events = sorted(application.events.all(), key=lambda event: event.version)
            days = [event.on for event in events]
            assert days == sorted(days)
            assert [event.version for event in events] == list(range(1, application.version + 1))
            assert all(work.is_workday(day) for day in days)
            assert days[-1] <= TODAY

    def test_nobody_decided_what_they_had_handled(self) -> None:
        decided = Application.objects.exclude(decided_by=None)
        assert decided.count() > 20
        for application in decided.select_related("decided_by", "handled_by", "reviewed_by", "submitted_by"):
            before = (application.handled_by, application.reviewed_by, application.submitted_by)
            assert application.decided_by.user_id not in {by.user_id for by in before if by}

    def test_who_began_from_january_to_may_has_a_decision_of_the_month_before(self) -> None:
        new = Entitlement.objects.filter(
            from_month__in=MONTHS, previous=None, scheme__family="dibao"
        ).select_related("decision__application")
        assert new.count() == TINY.urban.new_households + TINY.rural.new_households
        for entitlement in new:
            decided = entitlement.decision.decided_on
            assert (decided.year * 12 + decided.month + 1) == (
                entitlement.from_month.year * 12 + entitlement.from_month.month
            )
            assert entitlement.decision.amount_fen == entitlement.amount_fen

    # --- money and waiting work --------------------------------------------------------------------------------

    def test_five_months_are_paid_and_june_is_left_to_the_visitor(self) -> None:
        # One list of June stands, for what it reminds of; nothing of it is paid.
        june = PaymentRun.objects.filter(month=date(2026, 6, 1))
        assert list(june.values_list("scheme", "status")) == [(REMINDED, RunStatus.PREPARED)]
        paid = PaymentRun.objects.exclude(pk__in=june)
        assert set(paid.values_list("status", flat=True)) == {RunStatus.CLOSED}
        regular = set(paid.filter(kind=RunKind.REGULAR).values_list("scheme", "month"))
        assert {month for _, month in regular} == set(MONTHS)
        assert {(code, month) for code in (*PAID, *MONTHLY) for month in MONTHS} <= regular
        reissued = set(PaymentRun.objects.filter(kind=RunKind.REISSUE).values_list("scheme", flat=True))
        assert set(PAID) <= reissued
        returned = PaymentLine.objects.filter(status=LineStatus.RETURNED)
        assert returned.filter(reissue=None).exists() and returned.exclude(reissue=None).exists()

    def test_the_visitor_can_pay_june_at_once(self) -> None:
        clerk = Posting.objects.get(user__username="county_qian")
        for scheme in PAID:
            run, job = payment.create_run(
                scheme_code=scheme, month=date(2026, 6, 1), kind=RunKind.REGULAR, by=clerk, on=TODAY
            )
            runner.run(job.pk)
            run.refresh_from_db()
            assert run.line_count > 0
            assert run_checks.blocking(run, TODAY) == []

    def test_work_waits_for_other_people(self) -> None:
        assert EntitlementChange.objects.filter(status=ChangeStatus.PROPOSED).count() >= 2
        assert BankAccount.objects.filter(state=BankAccount.State.PENDING).count() >= 2
        assert Report.objects.filter(status=Report.Status.DRAFT, from_month=FIRST_MONTH).count() == 1
        assert Target.objects.filter(year=2026).exists()

    def test_the_audit_chain_of_the_county_is_whole(self) -> None:
        assert list(audit.faults()) == []

    # --- the commands ------------------------------------------------------------------------------------------

    def test_the_command_says_what_it_built(self) -> None:
        assert f"5月在保 {TINY.urban.households} 户 {TINY.urban.people} 人" in self.told
        assert "虚构" in self.told

    def test_a_second_build_keeps_everything(self) -> None:
        before = (Person.objects.count(), PaymentLine.objects.count(), Application.objects.count())
        out = io.StringIO()
        call_command("demo_county", size="tiny", stdout=out)
        assert out.getvalue() == ""
        call_command("demo_county", size="county", stdout=out)
        assert "已有一个 tiny 规模的演示县" in out.getvalue()
        assert (Person.objects.count(), PaymentLine.objects.count(), Application.objects.count()) == before

    def test_every_role_has_an_account_that_logs_in(self) -> None:
        out = io.StringIO()
        call_command("demo_accounts", stdout=out)
        table = out.getvalue()
        for role in Role:
            assert role.label in table
        for user in User.objects.filter(username__in=("village_wang", "county_zhao", "audit_chu")):
            assert user.check_password("Yunling-2026")
            assert not user.must_change_password

    def test_the_daily_pages_are_measured_beside_a_baseline(self) -> None:
        out = io.StringIO()
        call_command("bench", "pages", size="tiny", requests=20, stdout=out)
        measured = json.loads(out.getvalue().splitlines()[-1])
        assert measured["name"] == "pages"
        assert measured["rows"] == Entitlement.objects.count()
        assert measured["ratio"] == pytest.approx(measured["seconds"] / measured["baseline_seconds"], rel=0.5)
        assert {"待办（乡镇经办）", "案件页", "查找人员"} <= measured["pages"].keys()
        assert all(page["queries"] <= 30 for page in measured["pages"].values())


def test_a_real_house_is_never_filled_with_invented_people(cast, settings) -> None:
    offices = Office.objects.count()
    for demo, sentence in ((False, "不是演示环境"), (True, "已经有机构")):
        settings.DEMO = demo
        with pytest.raises(NotAllowed, match=sentence):
            build("tiny", lambda words, done, total: None)
    with pytest.raises(CommandError, match="已经有机构"):
        call_command("demo_county", size="tiny", stdout=io.StringIO())
    assert Office.objects.count() == offices
    settings.DEMO = False
    with pytest.raises(CommandError, match="没有演示账号"):
        call_command("demo_accounts", stdout=io.StringIO())
