"""How a list differs from the month before, kept when the list is made: two statements, whatever the number of people.

Only who is new, gone, or paid another sum gets a row, so that a page reads few; who is paid the same is what is left.
Whose a line is says the right: of a person or of a household (settlement.KEY), whichever row of the right paid it.
"""

from django.db import connection

from assistance.models import PaymentRun, RunDifference, RunKind, RunOpening
from assistance.services import settlement
from civaffairs.lib.months import Month
from civaffairs.registry.scope import code_range

# One row for each person or household. Without what is paid or kept back for closed months.
_MONTHS = """
WITH now AS (
    SELECT {whose} AS whose, MIN(line.office_id) AS office_id, MAX(line.entitlement_id) AS entitlement_id,
        CAST(SUM(line.amount_fen - line.arrears_fen) AS bigint) AS fen
    FROM assistance_paymentline line JOIN assistance_entitlement own ON own.id = line.entitlement_id
    WHERE line.run_id = %s AND line.status <> 'void' AND NOT line.is_arrears
    GROUP BY {whose}
), last AS (
    SELECT {whose} AS whose, MIN(line.office_id) AS office_id, MAX(line.entitlement_id) AS entitlement_id,
        CAST(SUM(line.amount_fen - line.arrears_fen) AS bigint) AS fen
    FROM assistance_paymentline line JOIN assistance_entitlement own ON own.id = line.entitlement_id
    WHERE line.scheme_id = %s AND line.month = %s AND line.office_id >= %s AND line.office_id < %s
        AND line.status <> 'void' AND line.original_id IS NULL AND NOT line.is_arrears
    GROUP BY {whose}
)
"""
# Nine digits are the township.
_DIFFERENCES = """
INSERT INTO assistance_rundifference
    (run_id, office_id, last_office_id, moved, kind, entitlement_id, fen, last_fen)
SELECT CAST(%s AS bigint), now.office_id, last.office_id,
    last.whose IS NOT NULL AND SUBSTR(now.office_id, 1, 9) <> SUBSTR(last.office_id, 1, 9),
    CASE WHEN last.whose IS NULL THEN 'new' WHEN now.fen > last.fen THEN 'up'
        WHEN now.fen < last.fen THEN 'down' ELSE 'moved' END,
    now.entitlement_id, now.fen, COALESCE(last.fen, 0)
FROM now LEFT JOIN last ON last.whose = now.whose
WHERE last.whose IS NULL OR now.fen <> last.fen
    OR SUBSTR(now.office_id, 1, 9) <> SUBSTR(last.office_id, 1, 9)
UNION ALL
SELECT CAST(%s AS bigint), last.office_id, last.office_id, FALSE, 'gone', last.entitlement_id, 0, last.fen
FROM last LEFT JOIN now ON now.whose = last.whose
WHERE now.whose IS NULL
"""
_OPENINGS = """
INSERT INTO assistance_runopening (run_id, office_id, count, total_fen)
SELECT CAST(%s AS bigint), SUBSTR(office_id, 1, 9) || '000', COUNT(*), CAST(SUM(fen) AS bigint)
FROM last GROUP BY SUBSTR(office_id, 1, 9)
"""


def note(run: PaymentRun) -> None:
    """Work the differences of a list out anew. Nothing where there is no month before to compare with: only regular
    lists of monthly programmes have one. Call inside the transaction that holds the run locked."""
    forget(run)
    if run.kind != RunKind.REGULAR or run.scheme.spec.cadence != "monthly":
        return
    low, high = code_range(run.office_id)
    before = Month.of(run.month).previous.first_day
    months, values = (
        _MONTHS.format(whose=settlement.KEY.format("own")),
        [run.pk, run.scheme_id, before, low, high],
    )
    with connection.cursor() as cursor:
        cursor.execute(months + _OPENINGS, [*values, run.pk])
        if RunOpening.objects.filter(run=run).exists():
            cursor.execute(months + _DIFFERENCES, [*values, run.pk, run.pk])


def forget(run: PaymentRun) -> None:
    """Before the lines are thrown away or changed."""
    RunDifference.objects.filter(run=run)._raw_delete(using=connection.alias)
    RunOpening.objects.filter(run=run)._raw_delete(using=connection.alias)
