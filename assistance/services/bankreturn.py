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
from assistance.services import run_acts
from assistance.workflow import RunAct, RunStatus
from civaffairs.lib.errors import BadInput
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import Posting

SHOWN_EXCEPTIONS = 1000
MAX_BYTES = 60 * 1024 * 1024
CHUNK = 1000

# The lines of the run that went out, in the order of the file; our serial is the place in it.
_LISTED = """
    SELECT id, account_index, amount_fen, row_number() OVER (ORDER BY office_id, id) AS place
    FROM assistance_paymentline WHERE run_id = %s AND status <> 'void'
"""


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
        _make_stage(cursor)
        try:
            staged = _fill_stage(cursor, _read(upload, name, run), exceptions)
            _match(cursor, run)
            exceptions += _unmatched(cursor)
            paid, returned = _apply(cursor, run, on)
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("DROP TABLE IF EXISTS bank_answer_rows")
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
    if run.status == RunStatus.ISSUED and not run.lines.filter(status=LineStatus.SENT).exists():
        run.status = RunStatus.CLOSED
    run_acts.finish(
        run,
        RunAct.LOAD_RETURN,
        by,
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


# --- the temporary table ------------------------------------------------------------------------------


def _make_stage(cursor) -> None:
    ending = " ON COMMIT DROP" if connection.vendor == "postgresql" else ""
    cursor.execute("DROP TABLE IF EXISTS bank_answer_rows")
    cursor.execute(
        "CREATE TEMPORARY TABLE bank_answer_rows (row_no integer PRIMARY KEY, serial bigint, line bigint, "
        "account_index varchar(32) NOT NULL, account_tail varchar(4) NOT NULL, amount_fen bigint, "
        f"paid integer NOT NULL, reason varchar(100) NOT NULL, line_id bigint, fault varchar(60) NOT NULL){ending}"
    )


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


def _match(cursor, run: PaymentRun) -> None:
    """Give each staged row its line, and a fault to each that must not be taken."""
    cursor.execute(
        "UPDATE bank_answer_rows SET line_id = found.id FROM (" + _LISTED + ") AS found "
        "WHERE bank_answer_rows.line = found.id",
        [run.pk],
    )
    cursor.execute(
        "UPDATE bank_answer_rows SET line_id = found.id FROM (" + _LISTED + ") AS found "
        "WHERE bank_answer_rows.line IS NULL AND bank_answer_rows.serial = found.place",
        [run.pk],
    )
    # By account and amount only where both sides have it exactly once: two equal payments are not told apart.
    cursor.execute(
        "UPDATE bank_answer_rows SET line_id = found.id FROM "
        "(SELECT min(id) AS id, account_index, amount_fen FROM (" + _LISTED + ") AS listed "
        "WHERE account_index <> '' GROUP BY account_index, amount_fen HAVING count(*) = 1) AS found, "
        "(SELECT min(row_no) AS row_no, account_index, amount_fen FROM bank_answer_rows "
        "GROUP BY account_index, amount_fen HAVING count(*) = 1) AS single "
        "WHERE bank_answer_rows.line IS NULL AND bank_answer_rows.serial IS NULL "
        "AND bank_answer_rows.row_no = single.row_no "
        "AND single.account_index = found.account_index AND single.amount_fen = found.amount_fen",
        [run.pk],
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
        "account_index <> '' AND EXISTS (SELECT 1 FROM assistance_paymentline AS l "
        "WHERE l.id = line_id AND l.account_index <> bank_answer_rows.account_index)",
    ),
    (
        "金额与报送的不一致",
        "amount_fen IS NOT NULL AND EXISTS (SELECT 1 FROM assistance_paymentline AS l "
        "WHERE l.id = line_id AND l.amount_fen <> bank_answer_rows.amount_fen)",
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


def _apply(cursor, run: PaymentRun, on: date) -> tuple[int, int]:
    """Write the answers into the lines; (paid, returned). A line that is paid already may still bounce."""
    cursor.execute(
        "UPDATE assistance_paymentline SET status = 'paid' FROM bank_answer_rows AS answer "
        "WHERE assistance_paymentline.id = answer.line_id AND assistance_paymentline.status = 'sent' "
        "AND answer.paid = 1 AND answer.fault = ''"
    )
    paid = cursor.rowcount
    cursor.execute(
        "UPDATE assistance_paymentline SET status = 'returned', return_reason = answer.reason, returned_on = %s "
        "FROM bank_answer_rows AS answer WHERE assistance_paymentline.id = answer.line_id "
        "AND assistance_paymentline.status IN ('sent', 'paid') AND answer.paid = 0 AND answer.fault = ''",
        [on],
    )
    return paid, cursor.rowcount
