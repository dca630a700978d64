# ruff: noqa: S608 (the statements are put together from constants of this file; every value is bound)
"""The bank's answer: each row finds its line, paid lines are paid, the others come back as tasks.

Rows go into a temporary table and meet the lines there, set by set. What fits is taken, what does not is listed as
an exception for a person to look at; nothing is guessed. The same file twice changes nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import IO

from django.db import connection, transaction

from assistance.bankfiles.reader import Answer, BadRow, Unreadable, read
from assistance.bankfiles.spec import read_spec
from assistance.models import BankReturn, LineStatus, PaymentRun
from assistance.services import fund_draws, run_acts
from assistance.workflow import RunAct, RunStatus
from civaffairs.lib.errors import BadInput
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import Posting

SHOWN_EXCEPTIONS = 1000
MAX_BYTES = 60 * 1024 * 1024
CHUNK = 1000


@transaction.atomic
def record_bank_return(
    *, run_id: int, upload: IO[bytes], name: str, by: Posting, on: date
) -> tuple[BankReturn, bool]:
    """(the return, whether it is new). Takes every row that fits; the others are its exceptions.

    A row fits by our own line number or its serial in the file, with account and amount agreeing where the bank
    repeats them, or by account and amount alone where these name exactly one line. Raises BadInput when the file
    as a whole is not an answer.
    """
    run, _ = run_acts.to_act_on(run_id=run_id, act=RunAct.LOAD_RETURN, by=by, version=None)
    sha256 = _digest(upload)
    earlier = BankReturn.objects.filter(bank_file=run.bank_file, sha256=sha256).first()
    if earlier is not None:
        return earlier, False
    exceptions: list[dict] = []
    with connection.cursor() as cursor:
        _make_stage(cursor, run)
        try:
            staged = _fill_stage(cursor, _read(upload, name, run), exceptions)
            if connection.vendor == "postgresql":
                # Without statistics it takes the fresh tables for small ones.
                cursor.execute("ANALYZE bank_answer_lines, bank_answer_rows")
            _match(cursor)
            exceptions += _unmatched(cursor)
            paid, returned = _apply(cursor, on)
        finally:
            if connection.vendor == "sqlite":
                _drop_stage(cursor)
    if not staged:
        raise BadInput("文件里没有一行回盘结果，请确认选对了文件", field="file")
    if not paid and not returned and len(exceptions) >= staged:
        raise BadInput(
            "文件里没有一行能和这个批次对上，请确认是不是这个批次的回盘。"
            f"第{exceptions[0]['row']}行：{exceptions[0]['message']}",
            field="file",
        )
    exceptions.sort(key=lambda row: row["row"])
    loaded = BankReturn.objects.create(
        bank_file=run.bank_file,
        sha256=sha256,
        name=name[:120],
        loaded_by=by,
        loaded_on=on,
        paid_count=paid,
        returned_count=returned,
        exceptions=exceptions[:SHOWN_EXCEPTIONS],
    )
    if returned:
        fund_draws.give_back(run, loaded, by, on)
    if run.status == RunStatus.ISSUED and not run.lines.filter(status=LineStatus.SENT).exists():
        run.status = RunStatus.CLOSED
    run_acts.finish(
        run,
        RunAct.LOAD_RETURN,
        by,
        on=on,
        file=name[:120],
        sha256=sha256,
        paid=paid,
        returned=returned,
        exceptions=len(exceptions),
    )
    return loaded, True


def _digest(upload: IO[bytes]) -> str:
    digest, size = hashlib.sha256(), 0
    upload.seek(0)
    while piece := upload.read(1 << 20):
        digest.update(piece)
        size += len(piece)
        if size > MAX_BYTES:
            raise BadInput(f"文件超过 {MAX_BYTES >> 20} MB，请分成几个文件再导入", field="file")
    upload.seek(0)
    if not size:
        raise BadInput("文件是空的", field="file")
    return digest.hexdigest()


def _read(upload: IO[bytes], name: str, run: PaymentRun) -> Iterator[Answer | BadRow]:
    try:
        yield from read(upload, name, read_spec(run.bank_file.spec))
    except Unreadable as problem:
        raise BadInput(problem.message, field="file") from problem


# --- the temporary tables -----------------------------------------------------------------------------

# A UNIQUE over a column and the key is an index on it; both databases make it with the table.
_TABLES = {
    "bank_answer_lines": "id bigint PRIMARY KEY, place bigint NOT NULL UNIQUE, account_index varchar(32) NOT NULL, "
    "amount_fen bigint NOT NULL, UNIQUE (account_index, amount_fen, id)",
    "bank_answer_rows": "row_no integer PRIMARY KEY, serial bigint, line bigint, account_index varchar(32) NOT NULL, "
    "account_tail varchar(4) NOT NULL, amount_fen bigint, paid integer NOT NULL, reason varchar(100) NOT NULL, "
    "line_id bigint, fault varchar(60) NOT NULL, UNIQUE (account_index, amount_fen, row_no), UNIQUE (line_id, row_no)",
}


def _make_stage(cursor, run: PaymentRun) -> None:
    """The rows to come, and the lines that went out in the order of the file: our serial is the place in it."""
    ending = " ON COMMIT DROP" if connection.vendor == "postgresql" else ""
    _drop_stage(cursor)
    for name, columns in _TABLES.items():
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns}){ending}")
    cursor.execute(
        "INSERT INTO bank_answer_lines (id, place, account_index, amount_fen) "
        "SELECT id, row_number() OVER (ORDER BY office_id, id), account_index, amount_fen "
        "FROM assistance_paymentline WHERE run_id = %s AND status <> 'void'",
        [run.pk],
    )


def _drop_stage(cursor) -> None:
    for name in _TABLES:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")


def _fill_stage(cursor, rows: Iterable[Answer | BadRow], exceptions: list[dict]) -> int:
    """How many rows there were. Rows that cannot be read go to the exceptions."""
    count = 0
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        count += len(chunk)
        values = []
        for row in chunk:
            if isinstance(row, BadRow):
                exceptions.append({"row": row.row, "message": row.message})
                continue
            index = blind_index(row.account, "bank-account") if row.account else ""
            values.append(
                (
                    row.row,
                    row.serial,
                    row.line,
                    index,
                    row.account[-4:],
                    row.amount_fen,
                    int(row.paid),
                    row.reason,
                )
            )
        cursor.executemany(
            "INSERT INTO bank_answer_rows (row_no, serial, line, account_index, account_tail, amount_fen, paid, reason, "
            "fault) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '')",
            values,
        )
    return count


def _match(cursor) -> None:
    """Give each staged row its line, and a fault to each that must not be taken."""
    cursor.execute(
        "UPDATE bank_answer_rows SET line_id = (SELECT sent.id FROM bank_answer_lines AS sent "
        "WHERE sent.id = bank_answer_rows.line) WHERE line IS NOT NULL"
    )
    cursor.execute(
        "UPDATE bank_answer_rows SET line_id = (SELECT sent.id FROM bank_answer_lines AS sent "
        "WHERE sent.place = bank_answer_rows.serial) WHERE line IS NULL AND serial IS NOT NULL"
    )
    # By account and amount only where both sides have it exactly once: two equal payments are not told apart.
    cursor.execute(
        "UPDATE bank_answer_rows SET line_id = (SELECT min(sent.id) FROM bank_answer_lines AS sent "
        "WHERE sent.account_index = bank_answer_rows.account_index "
        "AND sent.amount_fen = bank_answer_rows.amount_fen HAVING count(*) = 1) "
        "WHERE line IS NULL AND serial IS NULL AND account_index <> '' AND row_no IN "
        "(SELECT min(row_no) FROM bank_answer_rows GROUP BY account_index, amount_fen HAVING count(*) = 1)"
    )
    for words, condition in FAULTS:
        cursor.execute(
            "UPDATE bank_answer_rows SET fault = %s WHERE fault = '' AND " + condition,
            [words],
        )


FAULTS = (
    ("本批次里没有这一笔", "line_id IS NULL"),
    (
        "账号与报送的不一致",
        "account_index <> '' AND EXISTS (SELECT 1 FROM bank_answer_lines AS sent "
        "WHERE sent.id = line_id AND sent.account_index <> bank_answer_rows.account_index)",
    ),
    (
        "金额与报送的不一致",
        "amount_fen IS NOT NULL AND EXISTS (SELECT 1 FROM bank_answer_lines AS sent "
        "WHERE sent.id = line_id AND sent.amount_fen <> bank_answer_rows.amount_fen)",
    ),
    (
        "同一笔在文件里出现两次",
        "line_id IN (SELECT line_id FROM bank_answer_rows WHERE line_id IS NOT NULL "
        "GROUP BY line_id HAVING count(*) > 1)",
    ),
    (
        "以前的回盘已登记为退回，未改动",
        "paid = 1 AND EXISTS (SELECT 1 FROM assistance_paymentline AS l "
        "WHERE l.id = line_id AND l.status = 'returned')",
    ),
)


def _unmatched(cursor) -> list[dict]:
    cursor.execute(
        "SELECT row_no, fault, account_tail, amount_fen FROM bank_answer_rows WHERE fault <> '' ORDER BY row_no"
    )
    return [
        {"row": row, "message": fault, "tail": tail, "amount_fen": fen}
        for row, fault, tail, fen in cursor.fetchall()
    ]


def _apply(cursor, on: date) -> tuple[int, int]:
    """Write the answers into the lines; (paid, returned). A line that is paid already may still bounce."""
    cursor.execute(
        "UPDATE assistance_paymentline SET status = 'paid' WHERE status = 'sent' "
        "AND id IN (SELECT line_id FROM bank_answer_rows WHERE paid = 1 AND fault = '')"
    )
    paid = cursor.rowcount
    cursor.execute(
        "UPDATE assistance_paymentline SET status = 'returned', returned_on = %s, return_reason = "
        "(SELECT reason FROM bank_answer_rows AS answer WHERE answer.line_id = assistance_paymentline.id) "
        "WHERE status IN ('sent', 'paid') "
        "AND id IN (SELECT line_id FROM bank_answer_rows WHERE paid = 0 AND fault = '')",
        [on],
    )
    return paid, cursor.rowcount
