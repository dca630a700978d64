# ruff: noqa: S608 (the statements are put together from constants of this file; every value is bound)
"""The lines of a payment run, written by one statement.

The database copies who, how much and where to from entitlement, person and account in a single INSERT … SELECT:
a month of a county takes a second, and no entitlement can be read in one state and paid in another. The account is
the payee's own, or that of the home which keeps him (PayeeInstitution), and in either case only a confirmed one.
"""

from datetime import date

from django.db import connection
from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from assistance.models import (
    AdjustmentSettlement,
    Entitlement,
    LineStatus,
    PayeeInstitution,
    PaymentLine,
    PaymentRun,
    RunKind,
)
from assistance.services import run_difference, settlement
from assistance.services.set_based import insert_select
from civaffairs.lib.months import Month
from civaffairs.registry.models import BankAccount

# Ours, the person's, the home's.
_ACCOUNT = (
    ("holder", "holder", "holder"),
    ("bank", "bank", "bank"),
    ("account", "number", "account"),
    ("account_index", "number_index", "account_index"),
    ("account_tail", "number_tail", "account_tail"),
)
_COPIED = ("scheme", "office", "payee", "persons", "base_fen", "classified_fen", "care_fen", "amount_fen")


def months_of(run: PaymentRun) -> list[date]:
    """The months that a regular list pays, oldest first: its own, or the three of its quarter."""
    if run.scheme.spec.cadence != "quarterly":
        return [run.month]
    last = Month.of(run.month)
    return [last.plus(-2).first_day, last.plus(-1).first_day, last.first_day]


def payable(run: PaymentRun, month: date | None = None) -> QuerySet[Entitlement]:
    """Entitlements of the run's scheme and area in force for a month (its own), whoever may be left out of the list.

    Help that is given once is payable from its month on until a list has paid it: the family does not lose it because
    that month's list was closed already.
    """
    rows = Entitlement.objects.in_area(run.office_id).filter(scheme_id=run.scheme_id)
    if run.pays_once:
        # What a township has paid out of its 备用金 is not paid by the bank again.
        rows = rows.filter(petty_cash=None)
        return rows.filter(Q(until_month=None) | Q(until_month__gt=F("from_month")), pays_from__lte=run.month)
    return rows.listed_in(month or run.month)


def not_held(month: date) -> Q:
    return Q(held_since=None) | Q(held_since__gt=month)


def payee_alive(month: date) -> Q:
    """A payee who died before the month cannot be paid; one who died in it was still entitled to it."""
    return Q(payee__died_on=None) | Q(payee__died_on__gte=month)


def not_yet_listed(run: PaymentRun, month: date | None = None) -> Q:
    """No line for the month but void ones (once-only help: for any month; yearly: of the year). A returned line counts:
    it is paid again by a reissue, not twice."""
    month = month or run.month
    earlier = PaymentLine.objects.filter(entitlement=OuterRef("pk"), is_arrears=False)
    cadence = run.scheme.spec.cadence
    if cadence == "yearly":
        # Whichever row of the right paid it: a change in the year closes one and opens another.
        of_year = PaymentLine.objects.filter(
            scheme_id=run.scheme_id,
            is_arrears=False,
            month__gte=date(month.year, 1, 1),
            month__lte=date(month.year, 12, 1),
        ).exclude(status=LineStatus.VOID)
        for_person = Q(
            beneficiary__in=of_year.exclude(entitlement__beneficiary=None).values("entitlement__beneficiary")
        )
        for_family = Q(
            beneficiary=None,
            household__in=of_year.filter(entitlement__beneficiary=None).values("entitlement__household"),
        )
        return ~(for_person | for_family)
    if not run.pays_once:
        earlier = earlier.filter(month=month)
    return ~Exists(earlier.exclude(status=LineStatus.VOID))


def returned_unpaid(run: PaymentRun) -> QuerySet[PaymentLine]:
    """Lines that came back and that no later line pays again."""
    return PaymentLine.objects.in_area(run.office_id).filter(
        scheme_id=run.scheme_id, status=LineStatus.RETURNED, reissue=None, month__lte=run.month
    )


def insert_lines(run: PaymentRun) -> int:
    """Write all lines of the run; returns how many. Call inside the transaction that holds the run locked."""
    if run.kind == RunKind.REISSUE:
        return insert_select(PaymentLine, *_reissues(run))
    *earlier, last = months_of(run)
    written = sum(insert_select(PaymentLine, *_entitlements(run, month)) for month in earlier)
    if not settlement.reserve(run, to_list(run, last)):
        return written + insert_select(PaymentLine, *_entitlements(run, last))
    written += insert_select(
        PaymentLine,
        *_entitlements(run, last),
        joined=(f"LEFT JOIN ({_TAKEN}) AS taken ON taken.entitlement_id = chosen.into_entitlement", [run.pk]),
        instead={
            "arrears_fen": "COALESCE(taken.fen, 0)",
            "amount_fen": "chosen.into_amount_fen + COALESCE(taken.fen, 0)",
        },
    )
    alone, params = _without_line(run)
    written += insert_select(
        PaymentLine,
        *_arrears_alone(run),
        joined=(alone, params),
        instead={"arrears_fen": "taken.fen", "amount_fen": "taken.fen"},
    )
    settlement.tell_lines(run)
    return written


_TAKEN = (
    "SELECT entitlement_id, CAST(SUM(amount_fen) AS bigint) AS fen "
    "FROM assistance_adjustmentsettlement WHERE run_id = %s GROUP BY entitlement_id"
)


def _without_line(run: PaymentRun) -> tuple[str, list]:
    """The join that leaves those who have no line of this run's month. Joined as sets: asked row by row, SQLite walks the
    whole run for each. Nothing is kept back from one who gets nothing else: such a 追缴 finds no line and is given
    back."""
    month, params = ("", []) if run.pays_once else ("AND month = %s", [run.month])
    return (
        f"JOIN ({_TAKEN} HAVING MIN(amount_fen) > 0) AS taken ON taken.entitlement_id = chosen.into_entitlement "
        "LEFT JOIN (SELECT DISTINCT entitlement_id FROM assistance_paymentline "
        f"WHERE run_id = %s {month}) AS own ON own.entitlement_id = chosen.into_entitlement "
        "WHERE own.entitlement_id IS NULL",
        [run.pk, run.pk, *params],
    )


def to_list(run: PaymentRun, month: date) -> QuerySet[Entitlement]:
    """The entitlements that a list of this month pays and has not paid."""
    return payable(run, month).filter(
        not_held(month), payee_alive(month), not_yet_listed(run, month), amount_fen__gt=0
    )


def _entitlements(run: PaymentRun, month: date) -> tuple[QuerySet, dict]:
    once = run.pays_once
    return _with_account(to_list(run, month)), {
        "run": Value(run.pk),
        "entitlement": F("pk"),
        # Help given once belongs to the month it was granted in, whichever list pays it.
        "month": F("from_month") if once else Value(month, output_field=DateField()),
        "payee_name": F("payee__name"),
        **{name: F(name) for name in _COPIED},
        "arrears_fen": Value(0),
        "is_arrears": Value(False),
        **_account_columns(),
        **_fresh(),
    }


def _arrears_alone(run: PaymentRun) -> tuple[QuerySet, dict]:
    """Who is owed 补发 and has no line of his own in this run's month."""
    taken = AdjustmentSettlement.objects.filter(run=run).values("entitlement")
    rows = Entitlement.objects.filter(pk__in=taken)
    return _with_account(rows), {
        "run": Value(run.pk),
        "entitlement": F("pk"),
        "month": Value(run.month, output_field=DateField()),
        "payee_name": F("payee__name"),
        "scheme": F("scheme"),
        "office": F("office"),
        "payee": F("payee"),
        # Nobody is maintained by this line in this month, so nobody is counted.
        **{name: Value(0) for name in ("persons", "base_fen", "classified_fen", "care_fen")},
        "amount_fen": Value(0),
        "arrears_fen": Value(0),
        "is_arrears": Value(True),
        **_account_columns(),
        **_fresh(),
    }


def _reissues(run: PaymentRun) -> tuple[QuerySet, dict]:
    # A new account waiting for its second person: the money waits for it instead of going back to the old one.
    waiting = BankAccount.objects.filter(person=OuterRef("payee"), state=BankAccount.State.PENDING)
    own = Q(entitlement__paid_to=None, active__isnull=False) & ~Exists(waiting)
    home = Exists(PayeeInstitution.objects.usable().filter(pk=OuterRef("entitlement__paid_to")))
    rows = _with_account(returned_unpaid(run)).filter(own | home)
    return rows, {
        "run": Value(run.pk),
        "entitlement": F("entitlement_id"),
        # The month that was owed, not the month of this run: otherwise a figure of that month would change.
        "month": F("month"),
        "payee_name": F("payee__name"),
        "original": F("pk"),
        **{name: F(name) for name in (*_COPIED, "arrears_fen", "is_arrears")},
        **_account_columns("entitlement__"),
        **_fresh(),
    }


def _with_account(rows: QuerySet) -> QuerySet:
    in_force = Q(payee__accounts__state=BankAccount.State.ACTIVE)
    return rows.alias(active=FilteredRelation("payee__accounts", condition=in_force))


def _account_columns(to_entitlement: str = "") -> dict:
    # The ciphertext is copied as it stands: the columns encrypt for the same purpose.
    home = f"{to_entitlement}paid_to"
    usable = Q(**{f"{home}__closed_on": None}) & ~Q(**{f"{home}__confirmed_on": None})
    return {
        ours: Case(
            When(**{f"{home}__isnull": True}, then=_or_nothing(f"active__{theirs}")),
            When(usable, then=F(f"{home}__{its}")),
            default=Value(""),
            output_field=TextField(),
        )
        for ours, theirs, its in _ACCOUNT
    }


def _or_nothing(column: str) -> Coalesce:
    return Coalesce(F(column), Value(""), output_field=TextField())


def _fresh() -> dict:
    return {
        "status": Value(LineStatus.LISTED.value, output_field=CharField()),
        "return_reason": Value("", output_field=CharField()),
    }


def delete_lines(run: PaymentRun) -> None:
    """Throw a run's lines away and give back what they settled. Not by the ORM, which would read every row first to see
    what points to it."""
    settlement.release(run)
    run_difference.forget(run)
    quote = connection.ops.quote_name
    table, column = PaymentLine._meta.db_table, PaymentLine._meta.get_field("run").column
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {quote(table)} WHERE {quote(column)} = %s", [run.pk])


def settle_references() -> None:
    """Let PostgreSQL check the foreign keys of the new lines now and not at the commit.

    The checks of a million lines take their time, and the audit chain, which everybody writes to, must not be
    locked meanwhile. SQLite checks as it goes.
    """
    if connection.vendor == "postgresql":
        connection.check_constraints()
