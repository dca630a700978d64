# ruff: noqa: S608 (the statements are put together from constants of this file; every value is bound)
"""Where an answer of the bank meets the lines that went out: temporary tables, matched set by set.

The rows come in with the transaction of the load or, for a worker, before it, so that he can tell how far he is; a
temporary table belongs to one connection and is seen by nobody else.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice

from django.db import connection

from assistance.bankfiles.reader import Answer, BadRow
from assistance.bankfiles.spec import FileSpec
from assistance.models import PaymentRun
from civaffairs.registry.keys import blind_index

CHUNK = 5000

_TABLES = {
    "bank_answer_lines": "id bigint PRIMARY KEY, place bigint NOT NULL, account_index varchar(32) NOT NULL, "
    "amount_fen bigint NOT NULL",
    "bank_answer_rows": "row_no integer PRIMARY KEY, serial bigint, line bigint, account_index varchar(32) NOT NULL, "
    "account_tail varchar(4) NOT NULL, amount_fen bigint, paid integer NOT NULL, reason varchar(100) NOT NULL, "
    "line_id bigint, fault varchar(60) NOT NULL",
}
_COLUMNS = "row_no, serial, line, account_index, account_tail, amount_fen, paid, reason, line_id, fault"


@contextmanager
def stage(run: PaymentRun, spec: FileSpec) -> Iterator["Stage"]:
    """The tables, with the lines of the run in the order of the file. They are gone when the block is left."""
    with connection.cursor() as cursor:
        inside = connection.in_atomic_block
        # In a transaction that failed PostgreSQL takes no further statement; then it drops them by itself.
        ending = " ON COMMIT DROP" if connection.vendor == "postgresql" and inside else ""
        _drop(cursor)
        for name, columns in _TABLES.items():
            cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns}){ending}")
        try:
            yield Stage(cursor, run, spec)
        finally:
            if not ending:
                _drop(cursor)


def _drop(cursor) -> None:
    for name in _TABLES:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")


class Stage:
    """One answer on its way to the lines. `staged` rows came in; `unread` are those that cannot be read."""

    def __init__(self, cursor, run: PaymentRun, spec: FileSpec) -> None:
        self._cursor, self._spec = cursor, spec
        # Several files that each begin at 1 share their serials: such a row needs its account as well.
        self._shared = spec.serial_restarts and len(spec.parts(run.line_count)) > 1
        self.staged = 0
        self.unread: list[dict] = []
        place = "row_number() OVER (ORDER BY office_id, id)"
        if self._shared:
            place = f"({place} - 1) %% {int(spec.lines_of_a_file)} + 1"
        cursor.execute(
            f"INSERT INTO bank_answer_lines (id, place, account_index, amount_fen) "
            f"SELECT id, {place}, account_index, amount_fen "
            "FROM assistance_paymentline WHERE run_id = %s AND status <> 'void'",
            [run.pk],
        )

    def fill(self, rows: Iterable[Answer | BadRow], tell: Callable[[int], None] | None = None) -> None:
        """Bring the rows in, chunk by chunk; `tell` hears how many after each."""
        rows = iter(rows)
        while chunk := list(islice(rows, CHUNK)):
            self.staged += len(chunk)
            self._write([_values(row) for row in chunk if isinstance(row, Answer)])
            self.unread += [
                {"row": row.row, "message": row.message, "column": row.column}
                for row in chunk
                if isinstance(row, BadRow)
            ]
            if tell is not None:
                tell(self.staged)

    def _write(self, values: list[tuple]) -> None:
        if connection.vendor == "postgresql":
            # Ten times as fast as one INSERT for each row.
            with self._cursor.copy(f"COPY bank_answer_rows ({_COLUMNS}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * 10)
        self._cursor.executemany(f"INSERT INTO bank_answer_rows ({_COLUMNS}) VALUES ({marks})", values)

    def match(self) -> None:
        """Give each staged row its line, and a fault to each that must not be taken."""
        execute = self._cursor.execute
        self._analyze()
        # Rows come in with our own number as their line; what is none of this run is taken away again.
        execute(
            "UPDATE bank_answer_rows SET line_id = NULL WHERE line IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM bank_answer_lines AS sent WHERE sent.id = bank_answer_rows.line)"
        )
        # An index is made where rows ask for it: most banks repeat our number, and a million lines have a price.
        if self._any("line IS NULL AND serial IS NOT NULL"):
            execute("CREATE INDEX bank_answer_line_by_place ON bank_answer_lines (place, id)")
            same_account = " AND sent.account_index = bank_answer_rows.account_index" if self._shared else ""
            execute(
                "UPDATE bank_answer_rows SET line_id = (SELECT min(sent.id) FROM bank_answer_lines AS sent "
                f"WHERE sent.place = bank_answer_rows.serial{same_account} HAVING count(*) = 1) "
                "WHERE line IS NULL AND serial IS NOT NULL"
            )
        # By account and amount only where both sides have it exactly once: two equal payments are not told apart.
        if self._any("line IS NULL AND serial IS NULL AND account_index <> ''"):
            columns = "(account_index, amount_fen)"
            execute(f"CREATE INDEX bank_answer_line_by_account ON bank_answer_lines {columns}")
            execute(
                "UPDATE bank_answer_rows SET line_id = (SELECT min(sent.id) FROM bank_answer_lines AS sent "
                "WHERE sent.account_index = bank_answer_rows.account_index "
                "AND sent.amount_fen = bank_answer_rows.amount_fen HAVING count(*) = 1) "
                "WHERE line IS NULL AND serial IS NULL AND account_index <> '' AND row_no IN "
                "(SELECT min(row_no) FROM bank_answer_rows GROUP BY account_index, amount_fen HAVING count(*) = 1)"
            )
        execute("CREATE INDEX bank_answer_row_by_line ON bank_answer_rows (line_id)")
        self._analyze()
        for words, condition, _ in FAULTS:
            execute(
                "UPDATE bank_answer_rows SET fault = %s WHERE fault = '' AND " + condition,
                [words],
            )

    def _analyze(self) -> None:
        if connection.vendor == "postgresql":
            # Without statistics it takes the fresh tables for small ones.
            self._cursor.execute("ANALYZE bank_answer_lines, bank_answer_rows")

    def _any(self, condition: str) -> bool:
        self._cursor.execute(f"SELECT 1 FROM bank_answer_rows WHERE {condition} LIMIT 1")
        return self._cursor.fetchone() is not None

    def faults(self) -> list[dict]:
        """Rows that must not be taken, each with row, message, column, last digits of the account and fen."""
        columns = {words: column for words, _, column in FAULTS}
        self._cursor.execute(
            "SELECT row_no, fault, account_tail, amount_fen FROM bank_answer_rows WHERE fault <> '' ORDER BY row_no"
        )
        found = [
            {"row": row, "message": fault, "column": columns[fault], "tail": tail, "amount_fen": fen}
            for row, fault, tail, fen in self._cursor.fetchall()
        ]
        return sorted(self.unread + found, key=lambda fault: fault["row"])

    def other_run(self) -> int | None:
        """The run that our own line numbers in this answer belong to, where none of them is of this one."""
        self._cursor.execute(
            "SELECT line.run_id FROM bank_answer_rows AS answer JOIN assistance_paymentline AS line "
            "ON line.id = answer.line WHERE answer.line_id IS NULL LIMIT 1"
        )
        found = self._cursor.fetchone()
        return found[0] if found else None

    def sums(self) -> tuple[int, int, int | None, int, int]:
        """(rows paid, rows failed, fen of all or None where one has no amount, fen paid, fen failed), as the file says."""
        self._cursor.execute(
            "SELECT COALESCE(SUM(paid), 0), COUNT(*) - COALESCE(SUM(paid), 0), "
            "CASE WHEN COUNT(amount_fen) = COUNT(*) THEN COALESCE(SUM(amount_fen), 0) END, "
            "COALESCE(SUM(CASE WHEN paid = 1 THEN amount_fen END), 0), "
            "COALESCE(SUM(CASE WHEN paid = 0 THEN amount_fen END), 0) FROM bank_answer_rows"
        )
        paid, failed, total, of_paid, of_failed = self._cursor.fetchone()
        return (
            int(paid),
            int(failed),
            None if total is None or self.unread else int(total),
            int(of_paid),
            int(of_failed),
        )

    def apply(self, on: date) -> tuple[int, int]:
        """Write the answers into the lines; (paid, returned). A line that is paid already may still bounce."""
        self._cursor.execute(
            "UPDATE assistance_paymentline SET status = 'paid' WHERE status = 'sent' "
            "AND id IN (SELECT line_id FROM bank_answer_rows WHERE paid = 1 AND fault = '')"
        )
        paid = self._cursor.rowcount
        self._cursor.execute(
            "UPDATE assistance_paymentline SET status = 'returned', returned_on = %s, return_reason = "
            "(SELECT reason FROM bank_answer_rows AS answer WHERE answer.line_id = assistance_paymentline.id) "
            "WHERE status IN ('sent', 'paid') "
            "AND id IN (SELECT line_id FROM bank_answer_rows WHERE paid = 0 AND fault = '')",
            [on],
        )
        return paid, self._cursor.rowcount


def _values(row: Answer) -> tuple:
    index = blind_index(row.account, "bank-account") if row.account else ""
    return (
        row.row,
        row.serial,
        row.line,
        index,
        row.account[-4:],
        row.amount_fen,
        int(row.paid),
        row.reason,
        row.line,
        "",
    )


# What is said, when, and which column it is about.
FAULTS = (
    ("本批次里没有这一笔", "line_id IS NULL", "流水号、序号或账号"),
    (
        "账号与报送的不一致",
        "account_index <> '' AND EXISTS (SELECT 1 FROM bank_answer_lines AS sent "
        "WHERE sent.id = line_id AND sent.account_index <> bank_answer_rows.account_index)",
        "账号",
    ),
    (
        "金额与报送的不一致",
        "amount_fen IS NOT NULL AND EXISTS (SELECT 1 FROM bank_answer_lines AS sent "
        "WHERE sent.id = line_id AND sent.amount_fen <> bank_answer_rows.amount_fen)",
        "金额",
    ),
    (
        "同一笔在文件里出现两次",
        "line_id IN (SELECT line_id FROM bank_answer_rows WHERE line_id IS NOT NULL "
        "GROUP BY line_id HAVING count(*) > 1)",
        "流水号、序号或账号",
    ),
    (
        "以前的回盘已登记为退回，未改动",
        "paid = 1 AND EXISTS (SELECT 1 FROM assistance_paymentline AS l "
        "WHERE l.id = line_id AND l.status = 'returned')",
        "处理结果",
    ),
)
