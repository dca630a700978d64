"""What the pages of payment show. A township sees its own lines and sums of a county's run, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Replace, Substr

from assistance.bankfiles.reasons import LABELS, REASONS
from assistance.models import Entitlement, LineStatus, PaymentLine, PaymentRun, RunKind
from assistance.selectors import run_calendar
from assistance.selectors.run_signing import Signing
from assistance.workflow import PAYMENT_RUN, RunAct, RunStatus
from civaffairs.lib.workflow import Transition
from civaffairs.registry import access
from civaffairs.registry.models import BankAccount, Office, Person, Posting

COUNT_CAP = 100

STATUS_TONES = {
    RunStatus.PREPARING: "wait",
    RunStatus.PREPARED: "todo",
    RunStatus.CHECKED: "todo",
    RunStatus.APPROVED: "todo",
    RunStatus.ISSUED: "wait",
    RunStatus.CLOSED: "good",
    RunStatus.CANCELLED: "plain",
}
LINE_TONES = {
    LineStatus.LISTED: "wait",
    LineStatus.SENT: "wait",
    LineStatus.PAID: "good",
    LineStatus.RETURNED: "bad",
    LineStatus.VOID: "plain",
}


@dataclass(frozen=True)
class Sums:
    """Households, persons and fen of some lines."""

    lines: int = 0
    persons: int = 0
    total_fen: int = 0


def runs(posting: Posting) -> QuerySet[PaymentRun]:
    return PaymentRun.objects.visible_to(posting).select_related("scheme", "office")


def lines_of(run: PaymentRun, posting: Posting) -> QuerySet[PaymentLine]:
    """The lines of a run that this posting sees."""
    return PaymentLine.objects.visible_to(posting).filter(run=run)


def sums_of(listed: Iterable[PaymentRun], posting: Posting) -> dict[int, Sums]:
    """Sums by run, of the posting's own area only, in one query for all runs of a page."""
    rows = (
        PaymentLine.objects.visible_to(posting)
        .filter(run__in=[run.pk for run in listed])
        .exclude(status=LineStatus.VOID)
        .values("run")
        .annotate(lines=Count("pk"), people=Sum("persons"), total=Sum("amount_fen"))
    )
    return {row["run"]: Sums(row["lines"], row["people"], row["total"]) for row in rows}


def with_sums(listed: list[PaymentRun], posting: Posting) -> list[PaymentRun]:
    """Each run with `.seen` (Sums) and `.status_tone`."""
    whole = [run for run in listed if access.covers_office(posting, run.office_id)]
    partly = [run for run in listed if run not in whole]
    found = sums_of(partly, posting) if partly else {}
    for run in listed:
        run.status_tone = STATUS_TONES[run.status]
        run.seen = found.get(run.pk, Sums())
    for run in whole:
        run.seen = Sums(run.line_count, run.person_count, run.total_fen)
    return listed


@dataclass(frozen=True)
class TownshipSums:
    """One row of the summary by township; the states add up to the lines."""

    code: str
    name: str
    lines: int
    persons: int
    total_fen: int
    paid: int
    returned: int


def answered(rows: list[TownshipSums]) -> dict[str, int]:
    """Lines of all townships that the bank paid and that came back, for the last row of the summary."""
    return {"paid": sum(row.paid for row in rows), "returned": sum(row.returned for row in rows)}


def by_township(run: PaymentRun, posting: Posting) -> list[TownshipSums]:
    """Sums of the seen lines by township, in code order. Lines held by the county itself come under its name."""
    rows = (
        lines_of(run, posting)
        .exclude(status=LineStatus.VOID)
        .annotate(area=Substr("office_id", 1, 9))
        .values("area")
        .annotate(
            lines=Count("pk"),
            people=Sum("persons"),
            total=Sum("amount_fen"),
            paid=Count("pk", filter=Q(status=LineStatus.PAID)),
            returned=Count("pk", filter=Q(status=LineStatus.RETURNED)),
        )
        .order_by("area")
    )
    found = list(rows)
    names = Office.objects.in_bulk([f"{row['area']}000" for row in found])
    return [
        TownshipSums(
            code=f"{row['area']}000",
            name=names[code].name if (code := f"{row['area']}000") in names else row["area"],
            lines=row["lines"],
            persons=row["people"],
            total_fen=row["total"],
            paid=row["paid"],
            returned=row["returned"],
        )
        for row in found
    ]


def by_status(run: PaymentRun, posting: Posting) -> list[tuple[str, int, int]]:
    """(state in words, lines, fen) of the seen lines, in the order of the states."""
    rows = {
        row["status"]: row
        for row in lines_of(run, posting)
        .values("status")
        .annotate(lines=Count("pk"), total=Sum("amount_fen"))
        .order_by()
    }
    return [
        (label, rows[status]["lines"], rows[status]["total"])
        for status, label in LineStatus.choices
        if status in rows
    ]


# --- which acts a page offers --------------------------------------------------------------------------


@dataclass(frozen=True)
class RunOption:
    """One button: enabled, or greyed with the reason."""

    transition: Transition
    why_not: str = ""

    @property
    def enabled(self) -> bool:
        return not self.why_not

    @property
    def name(self) -> str:
        return self.transition.name

    @property
    def label(self) -> str:
        return self.transition.label


class RunOptions:
    """The acts that this posting may do on a run now. `blocking` and `without_account` are counted lazily."""

    def __init__(
        self, run: PaymentRun, posting: Posting, blocked: bool, without_account: int, signing: Signing
    ) -> None:
        self._run, self._posting, self._signing = run, posting, signing
        self._blocked, self._without_account = blocked, without_account

    @cached_property
    def options(self) -> list[RunOption]:
        found = []
        for transition in PAYMENT_RUN.allowed(self._run.status):
            if not access.may(self._posting, transition.permission):
                continue
            if not access.covers_office(self._posting, self._run.office_id):
                continue
            if transition.name == RunAct.SET_ASIDE and not self._without_account:
                continue
            found.append(RunOption(transition, self._why_not(transition)))
        return found

    def _why_not(self, transition: Transition) -> str:
        labels = {"prepared_by": "生成的", "checked_by": "核对的"}
        for name in transition.not_same_person_as:
            earlier = getattr(self._run, name)
            if earlier is not None and earlier.user_id == self._posting.user_id:
                return f"名册是您{labels[name]}，要由另一位同事{transition.label}"
        if transition.name == RunAct.APPROVE and self._signing.has_signed(self._posting.user_id):
            return f"您已经签过字，还差 {self._signing.missing} 人"
        if transition.name in (RunAct.CHECK, RunAct.APPROVE):
            if not self._run.line_count:
                return "名册是空的"
            if self._blocked:
                return "还有拦截问题没有处理"
        job = self._run.job
        if transition.name == RunAct.REGENERATE and job is not None and job.is_live:
            return "名册正在生成"
        return ""


# --- returned lines --------------------------------------------------------------------------------------


def returned_lines(posting: Posting) -> QuerySet[PaymentLine]:
    """Money that came back and is not on its way again: work to do, oldest first."""
    active = BankAccount.objects.filter(person=OuterRef("payee"), state=BankAccount.State.ACTIVE)
    pending = BankAccount.objects.filter(person=OuterRef("payee"), state=BankAccount.State.PENDING)
    return (
        PaymentLine.objects.visible_to(posting)
        .filter(status=LineStatus.RETURNED, reissue=None)
        .annotate(
            account_changed=Exists(active.exclude(number_index=OuterRef("account_index"))),
            account_pending=Exists(pending),
        )
        .select_related("scheme", "office__parent", "payee", "run")
    )


def returned_for(lines: QuerySet, key: str) -> QuerySet:
    """Lines that came back for one of our reasons (bankfiles/reasons.py), asked in its order as reason_of does."""
    seen = Q(pk__in=[])
    text = Replace("return_reason", Value("帐"), Value("账"))
    lines = lines.annotate(told=text)
    labels = {reason.key: Q(told__startswith=reason.label) for reason in LABELS.values()}
    any_label = Q(pk__in=[])
    for label in labels.values():
        any_label |= label
    for reason in REASONS:
        words = Q(pk__in=[])
        for word in reason.words:
            words |= Q(told__contains=word)
        if reason.key == key:
            return lines.filter(labels[key] | (words & ~any_label & ~seen))
        seen |= words
    return lines.filter(labels["other"] | (~any_label & ~seen))


def returned_count(posting: Posting, on: date) -> int:
    """The badge in the menu; 0 for those who have nothing to do with it."""
    if not access.may(posting, access.Permission.VIEW_PAYMENTS):
        return 0
    waiting = PaymentLine.objects.visible_to(posting).filter(status=LineStatus.RETURNED, reissue=None)
    return waiting.order_by()[:COUNT_CAP].count()


def ready_to_reissue(posting: Posting) -> list[dict]:
    """By scheme: how many returned lines have an account to go to now, how much, and how many would go where
    they came back from. Who has a new account waiting for its second person waits too.
    """
    active = BankAccount.objects.filter(person=OuterRef("payee"), state=BankAccount.State.ACTIVE)
    rows = (
        returned_lines(posting)
        .filter(Exists(active), account_pending=False)
        .order_by()
        .values("scheme", "scheme__short_name")
        .annotate(
            lines=Count("pk"), total=Sum("amount_fen"), unchanged=Count("pk", filter=Q(account_changed=False))
        )
        .order_by("scheme")
    )
    return [
        {
            "scheme": row["scheme"],
            "name": row["scheme__short_name"],
            "lines": row["lines"],
            "total_fen": row["total"],
            "unchanged": row["unchanged"],
        }
        for row in rows
    ]


def narrowed(lines: QuerySet, text: str) -> QuerySet:
    """Lines whose payee is called so, or whose account ends so."""
    text = "".join(text.split())
    if not text:
        return lines
    if text.isdecimal() and len(text) == 4:
        return lines.filter(account_tail=text)
    if text.isascii():
        people = Person.objects.filter(name_initials__startswith=text.lower()).values("pk")
        return lines.filter(payee__in=people)
    return lines.filter(payee_name__startswith=text)


def lines_in_order(lines: QuerySet) -> QuerySet:
    return lines.select_related("office__parent").annotate(
        original_month=F("original__month"), home=F("entitlement__paid_to")
    )


@dataclass(frozen=True)
class LineColumns:
    """Which columns the lines of a run need, and how the month's own sum is called."""

    base: str
    month: bool
    classified: bool
    care: bool
    arrears: bool


def columns_of(run: PaymentRun, posting: Posting) -> LineColumns:
    """A column that is empty in every line is left out."""
    used = lines_of(run, posting).aggregate(
        classified=Count("pk", filter=Q(classified_fen__gt=0)),
        care=Count("pk", filter=Q(care_fen__gt=0)),
        arrears=Count("pk", filter=~Q(arrears_fen=0)),
        other_months=Count("pk", filter=~Q(month=run.month)),
    )
    spec = run.scheme.spec
    parts = used["classified"] or used["care"]
    return LineColumns(
        base="基本保障金" if spec.rule == "dibao" else "基本部分" if parts else spec.amount_word,
        month=run.kind == RunKind.REISSUE or bool(used["other_months"]),
        classified=bool(used["classified"]),
        care=bool(used["care"]),
        arrears=bool(used["arrears"]),
    )


def regular_runs_missing(posting: Posting, on: date) -> list[str]:
    """Names of the schemes that have somebody to pay this month and no regular run for it yet."""
    rows = Entitlement.objects.visible_to(posting)
    return [scheme.short_name for scheme in run_calendar.missing(rows, on)]
