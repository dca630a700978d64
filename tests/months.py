"""A game of months played at random, for tests/assistance/test_random_month.py.

What is owed is kept in a plain ledger beside the product, and both must agree to the fen. After each step, for every
right: what lists paid, less what was paid back, and what is booked and still open, is what was due for the closed
months, by a reckoning that knows nothing of rows, adjustments and settlements.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, F, Sum
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from assistance.models import (
    Adjustment,
    AdjustmentSettlement,
    BankFormat,
    BankReturn,
    Entitlement,
    FundDraw,
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunKind,
)
from assistance.services import payment
from assistance.services.adjustment import record_repayment
from assistance.services.bankfile import issue_bank_file
from assistance.workflow import ChangeKind, RunStatus
from civaffairs.jobs import runner
from civaffairs.lib.errors import Refused
from civaffairs.lib.months import Month
from civaffairs.registry import audit
from civaffairs.registry.models import Person
from civaffairs.registry.services import accounts
from tests import rights, runs
from tests.cast import Cast
from tests.ends import picture
from tests.runs import SAID

FIRST = date(2026, 1, 1)
APPROVED = (RunStatus.APPROVED, RunStatus.ISSUED, RunStatus.CLOSED)


def plus(month: date, months: int) -> date:
    return Month.of(month).plus(months).first_day


@dataclass
class Right:
    """What the county owes one person, as somebody with a pencil would keep it."""

    number: str
    person: int
    start: date
    # (from month, fen a month); a later entry goes before an earlier one
    rates: list[tuple[date, int]]
    age: int = 0
    end: date | None = None
    held: date | None = None
    gaps: set[date] = field(default_factory=set)
    # Closed months that no list has paid and a supplement still can
    waiting: set[date] = field(default_factory=set)
    repaid: int = 0

    def due(self, month: date) -> int:
        if month < self.start or (self.end and month >= self.end) or month in self.gaps:
            return 0
        if self.held and month >= self.held:
            return 0
        return self.rate(month)

    def rate(self, month: date) -> int:
        return next((fen for start, fen in reversed(self.rates) if start <= month), 0)

    def changed_from(self, month: date) -> None:
        """A change books what its closed months are short of, so no supplement pays them any more."""
        self.waiting = {one for one in self.waiting if one < month}

    @property
    def closed_fen(self) -> int:
        return sum(self.due(month) for month in self.waiting)


class RandomMonths(RuleBasedStateMachine):
    """One game: a programme of one county, month by month. What is special to a programme stands in its own game."""

    cast: Cast
    scheme: str
    first = FIRST
    # What has happened in all games, so that nobody takes a game in which all was refused for a proof
    played: Counter

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.rights: dict[str, Right] = {}
        self.month = self.first  # the next one to be listed
        self.papers = 0
        self.open_run: int | None = None
        self.begin()
        self.a_month_passes(5)
        self.a_month_passes(0)

    def begin(self) -> None:
        """The rights that the game begins with."""
        raise NotImplementedError

    def teardown(self) -> None:
        try:
            assert list(audit.faults()) == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    # --- helps ----------------------------------------------------------------------------------------------------

    @property
    def on(self) -> date:
        return self.month + timedelta(days=9)

    def chosen(self, place: int) -> Right:
        return list(self.rights.values())[place % len(self.rights)]

    def row(self, right: Right) -> Entitlement:
        return Entitlement.objects.filter(scheme=self.scheme, number=right.number).order_by("pk").last()

    def paper(self) -> str:
        self.papers += 1
        return f"云民〔2026〕{1000 + self.papers}号"

    def month_at(self, away: int) -> date:
        return max(self.first, plus(self.month, away))

    # --- people and their rights ----------------------------------------------------------------------------------

    @rule(place=st.integers(0, 6), away=st.integers(-2, 1))
    def is_held(self, place: int, away: int) -> None:
        right, month = self.chosen(place), self.month_at(away)
        if self.change(right, ChangeKind.HOLD, "uncertified", month):
            right.held = month

    @rule(place=st.integers(0, 6), away=st.integers(-1, 1), backpay=st.booleans())
    def is_resumed(self, place: int, away: int, backpay: bool) -> None:
        right, month = self.chosen(place), self.month_at(away)
        if self.change(right, ChangeKind.RESUME, "certified", month, details={"backpay": backpay}):
            held, right.held = right.held, None
            if not backpay:
                right.gaps |= {one.first_day for one in Month.of(held).until(Month.of(month))}
            right.changed_from(held if backpay else month)

    def change(self, right: Right, kind: str, reason: str, month: date, **more) -> bool:
        try:
            with transaction.atomic():
                rights.changed(self.cast, self.row(right), kind, reason, month, self.on, **more)
        except Refused:
            return False
        self.played[kind] += 1
        return True

    @rule(place=st.integers(0, 6))
    def account_is_put_right(self, place: int) -> None:
        person = Person.objects.get(pk=self.chosen(place).person)
        try:
            account = accounts.propose_account_with_proof(
                person_id=person.pk,
                by=self.cast.township_li,
                on=self.on,
                upload=picture(),
                holder=person.name,
                bank="云岭农商银行",
                number=f"62290098{self.paper()[8:-1]:0>11}",
                reason="原账户已销户",
            )
            accounts.confirm_account(account_id=account.pk, by=self.cast.reviewer_chen, on=self.on)
        except Refused:
            assert person.died_on

    # --- lists ----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.open_run is None)
    @rule(kind=st.sampled_from([RunKind.REGULAR, RunKind.REGULAR, RunKind.SUPPLEMENT, RunKind.REISSUE]))
    def prepare(self, kind: str) -> None:
        month = self.month if kind == RunKind.REGULAR else plus(self.month, -1)
        try:
            run, job = payment.create_run(
                scheme_code=self.scheme, month=month, kind=kind, by=self.cast.county_qian, on=self.on
            )
        except Refused:
            assert kind != RunKind.REGULAR
            return
        runner.run(job.pk)
        self.open_run = run.pk

    @precondition(lambda self: self.open_run is None)
    @rule(failing=st.integers(0, 7))
    def a_month_passes(self, failing: int) -> None:
        """The list of the month from first to last, so that no game stands still."""
        self.prepare(RunKind.REGULAR)
        self.approve(True)
        self.bank_answers(1, failing, False)

    @precondition(lambda self: self.open_run is None)
    @rule(failing=st.integers(0, 3))
    def what_came_back_goes_out_again(self, failing: int) -> None:
        for kind in (RunKind.SUPPLEMENT, RunKind.REISSUE):
            self.prepare(kind)
            if self.open_run is not None:
                self.approve(True)
        self.bank_answers(1, failing, False)

    @precondition(lambda self: self.open_run is not None)
    @rule()
    def cancel(self) -> None:
        payment.cancel_run(run_id=self.open_run, by=self.cast.county_qian, on=self.on, opinion="重新来过")
        self.open_run = None

    @precondition(lambda self: self.open_run is not None)
    @rule(issue=st.booleans())
    def approve(self, issue: bool) -> None:
        run = PaymentRun.objects.get(pk=self.open_run)
        run = self.made_anew(run)
        if not run.line_count:
            return self.cancel()
        payment.check_run(run_id=run.pk, by=self.cast.cashier_zhou, on=self.on, conclusions=SAID)
        payment.approve_run(run_id=run.pk, by=self.cast.county_zhao, on=self.on)
        self.open_run = None
        self.played[run.kind] += 1
        self.closed(run)
        if issue:
            self.issue(run)
        return None

    def made_anew(self, run: PaymentRun) -> PaymentRun:
        """As the page says: what changed since then is listed anew, who has no account is left for a supplement."""
        _, job = payment.regenerate_run(run_id=run.pk, by=self.cast.county_qian, on=self.on)
        runner.run(job.pk)
        if run.lines.filter(status=LineStatus.LISTED, account_index="").exists():
            payment.set_aside(run_id=run.pk, by=self.cast.county_qian, on=self.on)
        run.refresh_from_db()
        return run

    def closed(self, run: PaymentRun) -> None:
        """What the list holds must be what the ledger says for its month."""
        live = run.lines.exclude(status=LineStatus.VOID)
        own = Counter()
        for line in live.filter(is_arrears=False).select_related("entitlement"):
            own[line.entitlement.number] += line.base_fen + line.classified_fen + line.care_fen
        if run.kind == RunKind.REISSUE:
            assert all(
                line.original.amount_fen == line.amount_fen for line in live.select_related("original")
            )
            return
        aside = set(
            run.lines.filter(status=LineStatus.VOID, is_arrears=False).values_list(
                "entitlement__number", flat=True
            )
        )
        asked = {
            number: right.due(run.month)
            for number, right in self.rights.items()
            if run.kind == RunKind.REGULAR or run.month in right.waiting
        }
        self.played["aside"] += len(aside)
        assert own == Counter({n: fen for n, fen in asked.items() if fen and n not in aside})
        for number in aside:
            self.rights[number].waiting.add(run.month)
        for number in own:
            self.rights[number].waiting.discard(run.month)
        if run.kind == RunKind.REGULAR:
            self.month = plus(self.month, 1)
            for number, right in self.rights.items():
                # On hold when the list was made: a supplement pays it should the hold turn out to be an error.
                if number not in own and right.start <= run.month and not right.gaps & {run.month}:
                    right.waiting.add(run.month)

    def issue(self, run: PaymentRun) -> None:
        issue_bank_file(
            run_id=run.pk,
            format_id=BankFormat.objects.get(name="通用CSV（UTF-8）").pk,
            document_number=self.paper(),
            by=self.cast.cashier_zhou,
            on=self.on,
        )

    @rule()
    def issue_what_waits(self) -> None:
        for run in PaymentRun.objects.filter(status=RunStatus.APPROVED):
            self.issue(run)

    @rule(part=st.sampled_from([1, 2, 3]), failing=st.integers(0, 7), twice=st.booleans())
    def bank_answers(self, part: int, failing: int, twice: bool) -> None:
        """Of the oldest run that waits: every line, every second or every third; some of them came back."""
        run = PaymentRun.objects.filter(status=RunStatus.ISSUED).order_by("pk").first()
        if run is None:
            return
        waiting = list(run.lines.filter(status=LineStatus.SENT).order_by("pk"))[::part]
        rows = ["业务流水号,收款账号,收款户名,金额,处理结果,失败原因"]
        for line in waiting:
            bad = line.pk % 8 <= failing - 4
            amount = f"{line.amount_fen // 100}.{line.amount_fen % 100:02d}"
            rows.append(
                f"{line.pk},{line.account},{line.holder},{amount},{'失败,账户已销户' if bad else '成功,'}"
            )
        before = BankReturn.objects.count()
        for _ in range(2 if twice and len(waiting) < run.lines.filter(status=LineStatus.SENT).count() else 1):
            runs.load(run, self.cast, runs.BytesIO("\r\n".join(rows).encode()), self.on)
        assert BankReturn.objects.count() == before + 1
        self.played["returned"] += sum("失败" in row for row in rows[1:])
        self.played["settled"] += run.lines.exclude(arrears_fen=0).count()

    @rule(part=st.integers(1, 3))
    def somebody_pays_back(self, part: int) -> None:
        claim = (
            Adjustment.objects.open()
            .filter(amount_fen__lt=0)
            .select_related("entitlement")
            .order_by("pk")
            .first()
        )
        if claim is None:
            return
        fen = max(1, -claim.open_fen // part)
        record_repayment(
            adjustment_id=claim.pk,
            amount_fen=fen,
            paid_on=self.on,
            receipt=self.paper(),
            by=self.cast.cashier_zhou,
            on=self.on,
        )
        self.rights[claim.entitlement.number].repaid += fen
        self.played["repaid"] += 1

    # --- what must be true after each step ------------------------------------------------------------------------

    @invariant()
    def nobody_is_owed_another_sum_than_the_ledger_says(self) -> None:
        lists = PaymentLine.objects.filter(original=None, run__status__in=APPROVED).exclude(
            status=LineStatus.VOID
        )
        paid = Counter(dict(lists.values_list("entitlement__number").annotate(fen=Sum("amount_fen"))))
        standing = Adjustment.objects.filter(cancelled_on=None)
        still = Counter(
            dict(
                standing.values_list("entitlement__number").annotate(
                    fen=Sum(F("amount_fen") - F("settled_fen"))
                )
            )
        )
        for number, fen in (
            AdjustmentSettlement.objects.exclude(run__status__in=APPROVED)
            .values_list("adjustment__entitlement__number")
            .annotate(fen=Sum("amount_fen"))
        ):
            still[number] += fen
        for number, right in self.rights.items():
            months = Month.of(self.first).until(Month.of(self.month))
            due = sum(right.due(month.first_day) for month in months) - right.closed_fen
            found = paid[number] - right.repaid + still[number]
            assert found == due, (number, right, paid[number], still[number])

    @invariant()
    def no_month_is_paid_twice(self) -> None:
        first = PaymentLine.objects.filter(original=None, is_arrears=False).exclude(status=LineStatus.VOID)
        doubled = first.values("entitlement__number", "month").annotate(n=Count("pk")).filter(n__gt=1)
        assert not doubled.exists(), list(doubled)
        again = PaymentLine.objects.exclude(original=None).exclude(status=LineStatus.VOID)
        assert not again.exclude(original__status=LineStatus.RETURNED).exists()

    @invariant()
    def lists_parts_files_and_funds_tie(self) -> None:
        for run in PaymentRun.objects.exclude(status=RunStatus.CANCELLED).select_related("bank_file"):
            live = list(run.lines.exclude(status=LineStatus.VOID))
            if run.status not in APPROVED:
                assert run.total_fen == sum(line.amount_fen for line in live)
            for line in live:
                parts = line.base_fen + line.classified_fen + line.care_fen + line.arrears_fen
                assert line.amount_fen == parts > 0
                settled = line.settlements.aggregate(fen=Sum("amount_fen"))["fen"] or 0
                assert line.original_id or line.arrears_fen == settled
            if hasattr(run, "bank_file"):
                assert run.bank_file.total_fen == run.total_fen
            drawn = FundDraw.objects.filter(run=run).aggregate(fen=Sum("amount_fen"))["fen"] or 0
            out = sum(line.amount_fen for line in live if line.status != LineStatus.RETURNED)
            assert drawn == (out if run.status in APPROVED else 0)
