"""The bank's answer: each row finds its line, paid lines are paid, the others come back as tasks.

What fits is taken, what does not is listed as an exception for a person to look at; nothing is guessed. A file that is
not whole, or not of this run, changes nothing at all. The same file twice changes nothing.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import IO

from django.db import transaction

from assistance.bankfiles.reader import Answer, BadRow, Unreadable, read, rows_again
from assistance.bankfiles.sheet import Number, sheet
from assistance.bankfiles.spec import FileSpec, read_spec
from assistance.bankfiles.totals import TotalRow
from assistance.models import BankReturn, LineStatus, PaymentLine, PaymentRun
from assistance.services import fund_draws, held_uploads, run_acts
from assistance.services.bankreturn_stage import Stage, stage
from assistance.workflow import RunAct, RunStatus
from civaffairs.jobs.models import Job
from civaffairs.jobs.services import make_job
from civaffairs.lib.errors import BadInput, NotAllowed, Refused
from civaffairs.lib.money import yuan
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting

# So many rows that were not taken are kept; a file with more of them is not an answer to be mended by hand.
SHOWN_EXCEPTIONS = 1000
MAX_BYTES = 150 * 1024 * 1024
SHOWN_FAULTS = 20
NOT_OURS = "文件里没有一行能和这个批次对上，请确认是不是这个批次的回盘。"
ROW_HEADS = ("原文件第几行", "没有对上的原因", "哪一栏")


class NotTaken(BadInput):
    """The file as a whole; `missing` says what is wrong with it, one place each."""

    def __init__(self, message: str, missing: list[str]):
        super().__init__(message, field="file")
        self.missing = missing


@transaction.atomic
def record_bank_return(
    *, run_id: int, upload: IO[bytes], name: str, by: Posting, on: date
) -> tuple[BankReturn, bool]:
    """(the return, whether it is new). Takes every row that fits; the others are its exceptions.

    A row fits by our own line number or its serial in the file, with account and amount agreeing where the bank
    repeats them, or by account and amount alone where these name exactly one line. Raises BadInput when the file
    as a whole is not an answer, or not a whole one.
    """
    run, sha256, earlier = _asked(run_id, upload, by)
    if earlier is not None:
        return earlier, False
    spec = read_spec(run.bank_file.spec)
    totals: list[TotalRow] = []
    with stage(run, spec) as staged:
        staged.fill(_read(upload, name, spec, totals))
        return _take(run, staged, totals, upload, name=name, sha256=sha256, by=by, on=on), True


@transaction.atomic
def ask_for_return(
    *, run_id: int, upload: IO[bytes], name: str, by: Posting, on: date
) -> tuple[Job | None, BankReturn | None]:
    """(the job that takes the answer to a long run, None), or (None, the return) where this file was loaded before.

    The file is held encrypted until the worker is done with it. Raises BadInput for what can be seen at once. The
    caller enqueues the job.
    """
    run, sha256, earlier = _asked(run_id, upload, by)
    if earlier is not None:
        return None, earlier
    job, made = make_job(
        kind="load_bank_return",
        title=f"导入银行回盘：{run}（第{run.sequence}批）",
        # One answer at a time: the next one is read when this one has found its lines.
        key=f"load-bank-return-{run.pk}",
        by=by,
        params={"run_id": run.pk, "name": name[:120], "sha256": sha256, "on": on.isoformat()},
    )
    if not made and job.params.get("sha256") != sha256:
        raise NotAllowed("这个批次的另一份回盘正在导入，完成后再导入这一份。")
    if made:
        held_uploads.hold(sha256, upload)
        run.job = job
        run.save(update_fields=["job"])
    return job, None


def load_by_worker(
    *,
    run_id: int,
    name: str,
    sha256: str,
    by: Posting,
    on: date,
    still_mine: Callable[[], None],
    tell: Callable[[int], None],
) -> BankReturn:
    """record_bank_return for a worker, on the file that is held: its rows are read before the transaction, so that
    `tell` (rows read) can be seen, and take effect within it. Run again after a crash it finds the return, or does it
    all."""
    run = access.to_read(
        PaymentRun.objects.select_related("scheme", "bank_file"), by, Permission.LOAD_RETURN, pk=run_id
    )
    earlier = BankReturn.objects.filter(bank_file=run.bank_file, sha256=sha256).first()
    if earlier is not None:
        held_uploads.drop(sha256)
        return earlier
    spec = read_spec(run.bank_file.spec)
    totals: list[TotalRow] = []
    try:
        with held_uploads.opened(sha256) as upload, stage(run, spec) as staged:
            staged.fill(_read(upload, name, spec, totals), tell)
            with transaction.atomic():
                run, _, earlier = _asked(run_id, upload, by)
                made = earlier or _take(run, staged, totals, upload, name=name, sha256=sha256, by=by, on=on)
                still_mine()
    except Refused:
        # What is refused now is refused again; only what was interrupted is tried once more with the same file.
        held_uploads.drop(sha256)
        raise
    held_uploads.drop(sha256)
    return made


def _asked(run_id: int, upload: IO[bytes], by: Posting) -> tuple[PaymentRun, str, BankReturn | None]:
    """(the locked run, the file's digest, the return it has been already). Raises BadInput where the file was the
    answer to another run."""
    run, _ = run_acts.to_act_on(run_id=run_id, act=RunAct.LOAD_RETURN, by=by, version=None)
    sha256 = _digest(upload)
    loaded = BankReturn.objects.filter(sha256=sha256).select_related("bank_file__run__scheme")
    for earlier in loaded:
        if earlier.bank_file_id == run.bank_file.pk:
            return run, sha256, earlier
    for earlier in loaded:
        other = earlier.bank_file.run
        raise BadInput(
            f"这份文件已经作为“{other}（第{other.sequence}批）”的回盘导入过，不是这个批次的回盘", field="file"
        )
    return run, sha256, None


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


def _read(upload: IO[bytes], name: str, spec: FileSpec, totals: list[TotalRow]) -> Iterator[Answer | BadRow]:
    try:
        yield from read(upload, name, spec, totals)
    except Unreadable as problem:
        raise BadInput(problem.message, field="file") from problem


def _take(
    run: PaymentRun,
    staged: Stage,
    totals: list[TotalRow],
    upload: IO[bytes],
    *,
    name: str,
    sha256: str,
    by: Posting,
    on: date,
) -> BankReturn:
    if not staged.staged:
        raise BadInput("文件里没有一行回盘结果，请确认选对了文件", field="file")
    _refuse_wrong_totals(run, staged, totals)
    staged.match()
    exceptions = staged.faults()
    if len(exceptions) >= staged.staged:
        raise _not_ours(staged, exceptions)
    paid, returned = staged.apply(on)
    kept = exceptions[:SHOWN_EXCEPTIONS]
    loaded = BankReturn.objects.create(
        bank_file=run.bank_file,
        sha256=sha256,
        name=name[:120],
        loaded_by=by,
        loaded_on=on,
        paid_count=paid,
        returned_count=returned,
        exceptions=kept,
        exception_count=len(exceptions),
        refused_rows=_as_written(upload, name, read_spec(run.bank_file.spec), kept),
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
    return loaded


# --- files that are not taken -----------------------------------------------------------------------------


def _not_ours(staged: Stage, exceptions: list[dict]) -> NotTaken:
    other = staged.other_run()
    whose = ""
    if other is not None:
        run = PaymentRun.objects.select_related("scheme").get(pk=other)
        whose = f"文件里的业务流水号是“{run}（第{run.sequence}批）”的。"
    told = [_in_words(fault) for fault in exceptions[:SHOWN_FAULTS]]
    return NotTaken(f"{NOT_OURS}{whose}{told[0]}", told[1:])


def _in_words(fault: dict) -> str:
    column = f"“{fault['column']}”" if fault["column"] else ""
    return f"第{fault['row']}行{column}：{fault['message']}"


def _refuse_wrong_totals(run: PaymentRun, staged: Stage, totals: list[TotalRow]) -> None:
    """A row of totals has to agree with the rows of the file, or with what was sent where all of it is answered: a
    file that lost its end, or was put together by hand, is not taken in part."""
    if not totals:
        return
    paid, failed, total, of_paid, of_failed = staged.sums()
    rows = staged.staged
    counts, sums = {rows, paid, failed}, {total, of_paid, of_failed}
    for part in (*run.bank_file.parts.all(), run.bank_file):
        if rows >= part.line_count:
            counts.add(part.line_count)
            sums.add(part.total_fen)
    wrong = []
    # Subtotals by page or village are no totals of the file: one row that agrees is enough, for counts and for sums.
    counted = [row for row in totals if row.counts]
    if not any(counts & set(row.counts) for row in counted):
        wrong += [
            f"第{row.row}行合计写的是 {'、'.join(map(str, row.counts))} 笔，"
            f"文件里有 {rows} 行（成功 {paid}，失败 {failed}），报送的是 {run.line_count} 笔"
            for row in counted
        ]
    summed = [row for row in totals if row.sums] if total is not None else []
    if not any(sums & set(row.sums) for row in summed):
        wrong += [
            f"第{row.row}行合计写的是 {'、'.join(map(yuan, row.sums))} 元，"
            f"文件里各行加起来是 {yuan(total)} 元，报送的是 {yuan(run.total_fen)} 元"
            for row in summed
        ]
    if wrong:
        raise NotTaken(
            "合计行和文件里的各行对不上，文件可能没有传完整，一行也没有导入。请向银行重新要一份。", wrong
        )


# --- rows that are not taken ----------------------------------------------------------------------------------


def _as_written(upload: IO[bytes], name: str, spec: FileSpec, faults: list[dict]) -> str:
    """The rows behind these faults as the bank wrote them, with the heads, as JSON."""
    if not faults:
        return ""
    heads, rows = rows_again(upload, name, spec, {fault["row"] for fault in faults})
    told = [
        [fault["row"], fault["message"], fault.get("column", ""), rows.get(fault["row"], [])]
        for fault in faults
    ]
    return json.dumps({"heads": heads, "rows": told}, ensure_ascii=False)


@transaction.atomic
def refused_rows_file(*, return_id: int, by: Posting, on: date) -> tuple[str, list[bytes]]:
    """(name, pieces) of a workbook with the rows that were not taken, as the bank wrote them, each with its row in the
    file and the reason: to be mended and sent again. It changes nothing but the audit trail."""
    access.demand(by, Permission.LOAD_RETURN)
    runs = PaymentRun.objects.visible_to(by)
    loaded = (
        BankReturn.objects.filter(pk=return_id, bank_file__run__in=runs)
        .select_related("bank_file__run")
        .first()
    )
    if loaded is None:
        raise access.NotVisible("没有找到，或不在您的辖区内。")
    run = loaded.bank_file.run
    access.demand_office(by, run.office_id)
    if not loaded.refused_rows:
        raise NotAllowed("这份回盘没有留下需要更正的行。")
    kept = json.loads(loaded.refused_rows)
    rows = [[*kept["heads"], *ROW_HEADS]]
    for number, message, column, cells in kept["rows"]:
        padded = [*cells, *[""] * (len(kept["heads"]) - len(cells))]
        rows.append([*padded, Number(number), message, column])
    audit.record(
        "run.refused_rows",
        by=by,
        subject=run,
        office_code=run.office_id,
        details={"file": loaded.name, "lines": len(kept["rows"]), "on": on.isoformat()},
    )
    stem = loaded.name.rsplit(".", 1)[0][:80]
    return f"{stem}-待更正.xlsx", list(sheet(rows, [22] * len(rows[0])))


def unanswered(run: PaymentRun) -> int:
    """Lines of a run that the bank has not answered yet."""
    return PaymentLine.objects.filter(run=run, status=LineStatus.SENT).count()
