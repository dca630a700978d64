# ruff: noqa: S608 (the statements are put together from constants of this file; every value is bound)
"""How a list settles what is owed for closed months: 补发 is paid with it, 追缴 is kept back from it.

What a list takes is reserved first, as rows of AdjustmentSettlement; then the lines are written with the sums of these
rows; then each row is told its line. Between the first and the last statement others may book and cancel as they like:
only what was reserved counts, and the database keeps every adjustment between zero and its amount.

One person or household is known by `who` (see KEY), not by the row of the right: a right that was closed and opened
again carries on with what is owed under its earlier rows.
"""

from django.db import connection
from django.db.models import BigIntegerField, F, QuerySet
from django.db.models.functions import Coalesce

from assistance.models import Adjustment, Entitlement, PaymentRun, RunKind
from assistance.services.set_based import compiled, joined_as_sets
from civaffairs.registry import county
from civaffairs.registry.scope import code_range

# Numbers of persons and of households are both above zero, so one column holds either.
KEY = "COALESCE({0}.beneficiary_id, -{0}.household_id)"


def who() -> Coalesce:
    """KEY for a query on entitlements."""
    return Coalesce(F("beneficiary_id"), -F("household_id"), output_field=BigIntegerField())


def offset_percent(run: PaymentRun) -> int:
    """How much of a month's own sum a list may keep back, in percent; nothing where the county has not said so."""
    return county.value("offset_percent", run.month) if run.kind == RunKind.REGULAR else 0


def reserve(run: PaymentRun, listed: QuerySet[Entitlement]) -> int:
    """Take what is open for this run; returns how many adjustments. `listed` are the rights its lines will be of.

    Open 补发 goes to the line of the same person or household; where the month has none, because the right has ended
    or begins later, it is paid alone. It waits while the right is held or the payee is dead, and where an earlier list
    of the month holds a line: then it comes with the next month. 追缴 is kept back from a regular line only, oldest first.
    """
    if not _lock_open(run):
        return 0
    source = compiled(listed.order_by(), {"id": F("pk"), "who": who(), "own": F("amount_fen")})
    with joined_as_sets(), connection.cursor() as cursor:
        cursor.execute(*_owed(run, *source))
        taken = cursor.rowcount
        if percent := offset_percent(run):
            cursor.execute(*_claims(run, percent, *source))
            taken += cursor.rowcount
        cursor.execute(
            "UPDATE assistance_adjustment SET settled_fen = settled_fen + s.amount_fen "
            "FROM assistance_adjustmentsettlement AS s "
            "WHERE s.run_id = %s AND s.adjustment_id = assistance_adjustment.id",
            [run.pk],
        )
    return taken


def _lock_open(run: PaymentRun) -> int:
    """How many are open. They stay as they are until this transaction ends, so that neither another list nor a receipt
    takes from them meanwhile."""
    rows = Adjustment.objects.open().filter(scheme_id=run.scheme_id).order_by("pk")
    if not rows.exists():
        return 0
    sql, params = compiled(rows.select_for_update(no_key=True), {"id": F("pk")})
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS locked", params)
        return cursor.fetchone()[0]


def _owed(run: PaymentRun, listed: str, listed_params: tuple) -> tuple[str, list]:
    low, high = code_range(run.office_id)
    sql = f"""
        INSERT INTO assistance_adjustmentsettlement (adjustment_id, run_id, entitlement_id, amount_fen)
        WITH owed AS (
            SELECT a.id, a.amount_fen - a.settled_fen AS fen, {KEY.format("e")} AS who
            FROM assistance_adjustment AS a JOIN assistance_entitlement AS e ON e.id = a.entitlement_id
            WHERE a.scheme_id = %s AND a.cancelled_on IS NULL AND a.settled_fen < a.amount_fen AND a.from_month <= %s
        ), listed AS (
            SELECT into_who AS who, MAX(into_id) AS id FROM ({listed}) AS chosen GROUP BY into_who
        ), latest AS (
            SELECT {KEY.format("e")} AS who, MAX(e.id) AS id FROM assistance_entitlement AS e
            WHERE e.scheme_id = %s AND e.office_id >= %s AND e.office_id < %s
                AND {KEY.format("e")} IN (SELECT who FROM owed)
            GROUP BY {KEY.format("e")}
        ), month_lines AS (
            SELECT DISTINCT {KEY.format("e")} AS who
            FROM assistance_paymentline AS l JOIN assistance_entitlement AS e ON e.id = l.entitlement_id
            WHERE l.scheme_id = %s AND l.month = %s AND l.status <> 'void' AND NOT l.is_arrears
        ), no_line AS (
            SELECT who FROM latest EXCEPT SELECT who FROM listed EXCEPT SELECT who FROM month_lines
        ), carriers AS (
            SELECT who, id FROM listed
            UNION ALL
            SELECT latest.who, latest.id FROM latest
            JOIN assistance_entitlement AS e ON e.id = latest.id
            JOIN registry_person AS p ON p.id = e.payee_id
            WHERE latest.who IN (SELECT who FROM no_line)
                AND (p.died_on IS NULL OR p.died_on >= %s)
                AND (e.held_since IS NULL OR e.held_since > %s OR e.until_month <= %s)
        )
        SELECT owed.id, %s, carriers.id, owed.fen FROM owed JOIN carriers ON carriers.who = owed.who
    """
    scheme, month = run.scheme_id, run.month
    return sql, [
        *(scheme, month, *listed_params, scheme, low, high, scheme, month),
        *(month, month, month, run.pk),
    ]


def _claims(run: PaymentRun, percent: int, listed: str, listed_params: tuple) -> tuple[str, list]:
    sql = f"""
        INSERT INTO assistance_adjustmentsettlement (adjustment_id, run_id, entitlement_id, amount_fen)
        WITH claims AS (
            SELECT a.id, a.settled_fen - a.amount_fen AS fen, {KEY.format("e")} AS who
            FROM assistance_adjustment AS a JOIN assistance_entitlement AS e ON e.id = a.entitlement_id
            WHERE a.scheme_id = %s AND a.cancelled_on IS NULL AND a.settled_fen > a.amount_fen
        ), listed AS (
            SELECT into_who AS who, into_id AS id, into_own * %s / 100 AS most,
                ROW_NUMBER() OVER (PARTITION BY into_who ORDER BY into_id DESC) AS place
            FROM ({listed}) AS chosen
        ), queue AS (
            SELECT claims.id, claims.fen, listed.id AS entitlement, listed.most,
                SUM(claims.fen) OVER (PARTITION BY claims.who ORDER BY claims.id) - claims.fen AS before
            FROM claims JOIN listed ON listed.who = claims.who AND listed.place = 1
        )
        SELECT id, %s, entitlement, -CAST(CASE WHEN fen < most - before THEN fen ELSE most - before END AS bigint)
        FROM queue WHERE before < most
    """
    return sql, [run.scheme_id, percent, *listed_params, run.pk]


def tell_lines(run: PaymentRun) -> None:
    """Name in each settlement the line that carries it. What found no line is given back: its right was closed between
    two statements, and the next list takes it."""
    # A list of a quarter has three lines for one right, and the last month's carries; help that is given once has one
    # line, of the month it was granted in.
    carrying = "" if run.pays_once else "AND (l.is_arrears OR l.month = %s)"
    params = [run.pk, run.pk] if run.pays_once else [run.pk, run.pk, run.month]
    # The sign keeps SQLite from the index of the run, by which it would walk all lines for each settlement.
    by_right = "+" if connection.vendor == "sqlite" else ""
    with joined_as_sets(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assistance_adjustmentsettlement SET line_id = l.id FROM assistance_paymentline AS l "
            f"WHERE assistance_adjustmentsettlement.run_id = %s AND {by_right}l.run_id = %s "
            f"AND l.entitlement_id = assistance_adjustmentsettlement.entitlement_id {carrying}",
            params,
        )
        _give_back(cursor, "s.run_id = %s AND s.line_id IS NULL", [run.pk])


def release(run: PaymentRun) -> None:
    """Give back all that a run has taken, before its lines go."""
    with connection.cursor() as cursor:
        _give_back(cursor, "s.run_id = %s", [run.pk])


def release_void(run: PaymentRun) -> None:
    """Give back what the lines have taken that were moved out of the run."""
    void = "(SELECT l.id FROM assistance_paymentline AS l WHERE l.run_id = %s AND l.status = 'void')"
    with connection.cursor() as cursor:
        _give_back(cursor, f"s.run_id = %s AND s.line_id IN {void}", [run.pk, run.pk])


def _give_back(cursor, which: str, params: list) -> None:
    cursor.execute(
        "UPDATE assistance_adjustment SET settled_fen = settled_fen - s.amount_fen "
        f"FROM assistance_adjustmentsettlement AS s WHERE s.adjustment_id = assistance_adjustment.id AND {which}",
        params,
    )
    cursor.execute(f"DELETE FROM assistance_adjustmentsettlement AS s WHERE {which}", params)
