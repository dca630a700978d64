"""The bank file: issued once by a POST, made again byte for byte whenever it is downloaded.

Its bytes are not kept. The lines are immutable, the format is frozen with the file, so the same bytes come out
again; the digest taken at issue proves it. No account number lies in a file on the disk. Where the bank takes only
so many lines, a run makes several files, each with a digest of its own.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import Q

from assistance.bankfiles.spec import BadSpec, FileSpec, read_spec
from assistance.bankfiles.writer import FileHead, FileLine, Unwritable, unwritable, write
from assistance.models import BankFile, BankFilePart, BankFormat, LineStatus, PaymentRun, RunKind
from assistance.services import run_acts, seal
from assistance.workflow import RunAct, RunStatus
from civaffairs.jobs.models import Job
from civaffairs.jobs.services import make_job
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import Posting

# So many faulty lines are named at once; a format that fits nobody would fill the screen.
SHOWN_FAULTS = 30
PIECE = 64 * 1024
# A file of so many lines is made in a second or two; longer ones are left to a worker, who tells how far he is.
AT_ONCE = 20_000
# So many lines are read in one go. In between the connection is free for a sign of progress: on SQLite nothing can be
# written while a reader of the same connection is open and somebody else has written.
WINDOW = 20_000
CHANGED = "重新生成的文件与当时报送的不一致，已停止下载。请报告审计管理员。"


@dataclass(frozen=True)
class Measured:
    """One file as it will be: its place among the lines, its size and digest."""

    lines_before: int
    line_count: int
    total_fen: int
    size: int
    sha256: str


def needs_worker(run: PaymentRun) -> bool:
    """Whether the bank file and the answer of this run are too long for a request."""
    return run.line_count > AT_ONCE


@transaction.atomic
def issue_bank_file(
    *,
    run_id: int,
    format_id: int,
    document_number: str,
    by: Posting,
    on: date,
    version: int | None = None,
) -> BankFile:
    """Make the files of an approved run, mark its lines as sent, and freeze format, digests, counts and totals.

    Raises NotReady when a line cannot be written in this format (all such lines named), NotAllowed when the lines
    are not those that were approved, BadInput for a document number that is missing or used already.
    """
    run, repeated = run_acts.to_act_on(run_id=run_id, act=RunAct.ISSUE, by=by, version=version)
    if repeated:
        return run.bank_file
    number, chosen, spec = _asked(run, document_number, format_id)
    seal.demand_whole(run)
    parts, whole = _measure(run, spec)
    return _issue(run, chosen, parts, whole, number, by=by, on=on)


@transaction.atomic
def ask_for_issue(
    *,
    run_id: int,
    format_id: int,
    document_number: str,
    by: Posting,
    on: date,
    version: int | None = None,
) -> Job | None:
    """The job that issues a long run; None when it has been issued from this page already. What can be refused without
    reading the lines is refused at once, with the errors of issue_bank_file. The caller enqueues the job."""
    run, repeated = run_acts.to_act_on(run_id=run_id, act=RunAct.ISSUE, by=by, version=version)
    if repeated:
        return None
    number, chosen, _ = _asked(run, document_number, format_id)
    job, _ = make_job(
        kind="issue_bank_file",
        title=f"生成代发文件：{run}（第{run.sequence}批）",
        key=f"issue-bank-file-{run.pk}",
        by=by,
        params={
            "run_id": run.pk,
            "format_id": chosen.pk,
            "document_number": number,
            "version": run.version,
            "on": on.isoformat(),
        },
    )
    run.job = job
    run.save(update_fields=["job"])
    return job


def issue_by_worker(
    *,
    run_id: int,
    format_id: int,
    document_number: str,
    by: Posting,
    on: date,
    version: int,
    still_mine: Callable[[], None],
    tell: Callable[[int], None],
) -> BankFile:
    """issue_bank_file for a worker: the lines are read before the transaction, because nobody can change an approved
    line, so that `tell` (lines done) can be seen. Run again after a crash it finds the file issued, or does it all."""
    run = access.to_read(PaymentRun.objects.select_related("scheme"), by, Permission.ISSUE_RUN, pk=run_id)
    _, _, spec = _asked(run, document_number, format_id)
    parts, whole = ([], "") if run.status != RunStatus.APPROVED else _measure(run, spec, tell)
    with transaction.atomic():
        run, repeated = run_acts.to_act_on(run_id=run_id, act=RunAct.ISSUE, by=by, version=version)
        if repeated:
            return run.bank_file
        number, chosen, _ = _asked(run, document_number, format_id)
        seal.demand_whole(run)
        made = _issue(run, chosen, parts, whole, number, by=by, on=on)
        still_mine()
    return made


def _asked(run: PaymentRun, document_number: str, format_id: int) -> tuple[str, BankFormat, FileSpec]:
    number = _document_number(document_number, run)
    chosen = BankFormat.objects.in_use().filter(pk=format_id).first()
    if chosen is None:
        raise BadInput("请选择银行格式", field="format")
    try:
        return number, chosen, read_spec(chosen.spec)
    except BadSpec as problem:
        raise BadInput(f"银行格式“{chosen.name}”设置有误：{problem}", field="format") from problem


def _measure(
    run: PaymentRun, spec: FileSpec, tell: Callable[[int], None] | None = None
) -> tuple[list[Measured], str]:
    """Each file as it will be, and the digest over all of them. Raises NotReady with the lines that do not fit."""
    places = spec.parts(run.line_count)
    totals = [run.total_fen] if len(places) == 1 else _totals(run, places)
    parts, whole = [], hashlib.sha256()
    try:
        with closing(_file_lines(run, spec, tell=tell)) as lines:
            for (before, count), total in zip(places, totals, strict=True):
                digest, size = hashlib.sha256(), 0
                for piece in write(islice(lines, count), _head(run, count, total), spec):
                    digest.update(piece)
                    whole.update(piece)
                    size += len(piece)
                parts.append(Measured(before, count, total, size, digest.hexdigest()))
    except Unwritable:
        raise _all_faults(run, spec) from None
    return parts, whole.hexdigest()


def _totals(run: PaymentRun, places: list[tuple[int, int]]) -> list[int]:
    """Fen of each file, read once from the lines in their order: a total row may stand before its lines."""
    with closing(seal.lines_in_order(run).values_list("amount_fen", flat=True).iterator(5000)) as amounts:
        return [sum(islice(amounts, count)) for _, count in places]


def _issue(
    run: PaymentRun,
    chosen: BankFormat,
    parts: list[Measured],
    whole: str,
    number: str,
    *,
    by: Posting,
    on: date,
) -> BankFile:
    names = _names(run, read_spec(chosen.spec), parts)
    made = BankFile.objects.create(
        run=run,
        format=chosen,
        spec=chosen.spec,
        name=names[0] if len(names) == 1 else f"{names[0]} 等{len(names)}个文件",
        sha256=whole,
        size=sum(part.size for part in parts),
        line_count=run.line_count,
        total_fen=run.total_fen,
        created_by=by,
    )
    BankFilePart.objects.bulk_create(
        BankFilePart(bank_file=made, number=at, name=name, **vars(part))
        for at, (name, part) in enumerate(zip(names, parts, strict=True), start=1)
    )
    sent = run.lines.filter(status=LineStatus.LISTED).update(status=LineStatus.SENT)
    if sent != run.line_count or sum(part.total_fen for part in parts) != run.total_fen:
        raise NotAllowed(seal.BROKEN)
    run.status, run.document_number = RunStatus.ISSUED, number
    run.issued_by, run.issued_on = by, on
    try:
        with transaction.atomic():
            run.save(update_fields=["document_number"])
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise BadInput(f"发文字号“{number}”已经用过，请换一个", field="document_number") from error
    run_acts.finish(
        run,
        RunAct.ISSUE,
        by,
        on=on,
        file=made.name,
        sha256=made.sha256,
        document_number=number,
        format=str(chosen),
        **({"files": [part.sha256 for part in parts]} if len(parts) > 1 else {}),
    )
    return made


def _names(run: PaymentRun, spec: FileSpec, parts: list[Measured]) -> list[str]:
    return [
        spec.name_of(
            scheme=run.scheme.short_name,
            month=f"{run.month:%Y%m}",
            sequence=run.sequence,
            part=at,
            parts=len(parts),
            count=part.line_count,
        )
        for at, part in enumerate(parts, start=1)
    ]


def _document_number(text: str, run: PaymentRun) -> str:
    number = "".join(text.split())
    if not number:
        raise BadInput("请填写发文字号，例如：云民〔2026〕15号", field="document_number")
    if len(number) > PaymentRun._meta.get_field("document_number").max_length:
        raise BadInput("发文字号太长，请核对", field="document_number")
    if PaymentRun.objects.filter(document_number=number).exclude(pk=run.pk).exists():
        raise BadInput(f"发文字号“{number}”已经用过，请换一个", field="document_number")
    return number


def _all_faults(run: PaymentRun, spec: FileSpec) -> NotReady:
    """Every line that the format cannot carry, so that all can be put right at once."""
    head = _head(run, run.line_count, run.total_fen)
    with closing(_file_lines(run, spec)) as lines:
        faults = list(islice(unwritable(lines, head, spec), SHOWN_FAULTS + 1))
    told = [f"{fault.line.holder}：{fault.message}" if fault.line else fault.message for fault in faults]
    if len(faults) > SHOWN_FAULTS:
        told[SHOWN_FAULTS:] = ["……还有更多，先处理这些"]
    return NotReady("有的收款人写不进这种格式的银行文件，请更正或换一种格式。", told)


def _head(run: PaymentRun, count: int, total_fen: int) -> FileHead:
    purpose = f"{run.scheme.short_name}{run.month:%Y年%-m月}"
    if run.kind == RunKind.REISSUE:
        purpose = f"{run.scheme.short_name}补发"
    return FileHead(count=count, total_fen=total_fen, month=f"{run.month:%Y%m}", purpose=purpose)


def _file_lines(
    run: PaymentRun,
    spec: FileSpec,
    before: int = 0,
    count: int | None = None,
    tell: Callable[[int], None] | None = None,
) -> Iterator[FileLine]:
    """The lines as the writer wants them, `count` of them after the first `before`. Close it when it is left early: on
    PostgreSQL it reads through a cursor of the server, which must be gone before the transaction is rolled back."""
    columns = ("office_id", "id", "holder", "bank", "account", "account_index", "amount_fen")
    rows = seal.lines_in_order(run).values_list(*columns)
    done, end = before, before + (run.line_count if count is None else count)
    window, size = rows[before : min(end, before + WINDOW)], spec.lines_of_a_file
    while done < end:
        last = None
        with closing(window.iterator(chunk_size=2000)) as found:
            for office, pk, holder, bank, account, index, fen in found:
                # The seal covers the index of the account; this ties the number itself to it.
                if not seal.account_matches(index, blind_index(account, "bank-account")):
                    raise NotAllowed(seal.BROKEN)
                serial = done % size + 1 if spec.serial_restarts else done + 1
                done, last = done + 1, (office, pk)
                yield FileLine(serial, pk, holder, account, bank, fen)
        if last is None:
            return  # fewer lines than the run says; what is written does not add up then, and is refused
        if tell is not None:
            tell(done)
        # The first condition is what an index can start from.
        onward = Q(office_id__gte=last[0]) & (Q(office_id__gt=last[0]) | Q(id__gt=last[1]))
        window = rows.filter(onward)[: min(WINDOW, end - done)]


@transaction.atomic
def download_bank_file(
    *, run_id: int, by: Posting, on: date, part: int = 1
) -> tuple[BankFilePart, list[bytes]]:
    """One file as issued, in pieces. It changes nothing but the audit trail.

    The whole file is made and compared before the first byte goes out: a file that is no longer the one that was
    issued is refused, not sent with a warning behind it.
    """
    run = access.to_read(
        PaymentRun.objects.select_related("scheme", "bank_file"), by, Permission.ISSUE_RUN, pk=run_id
    )
    access.demand_office(by, run.office_id)
    sent = getattr(run, "bank_file", None)
    if sent is None:
        raise NotAllowed("这个批次还没有生成代发文件。")
    made = sent.parts.filter(number=part).first()
    if made is None:
        raise access.NotVisible("这个批次没有这一份文件。")
    seal.demand_whole(run)
    spec, head = read_spec(sent.spec), _head(run, made.line_count, made.total_fen)
    digest, pieces, held = hashlib.sha256(), [], bytearray()
    try:
        with closing(_file_lines(run, spec, made.lines_before, made.line_count)) as lines:
            for piece in write(lines, head, spec):
                digest.update(piece)
                held += piece
                if len(held) >= PIECE:
                    pieces.append(bytes(held))
                    held.clear()
    except Unwritable as problem:
        raise NotAllowed(CHANGED) from problem
    pieces.append(bytes(held))
    if digest.hexdigest() != made.sha256:
        raise NotAllowed(CHANGED)
    audit.record(
        "run.download",
        by=by,
        subject=run,
        office_code=run.office_id,
        details={
            "file": made.name,
            "sha256": made.sha256,
            "lines": made.line_count,
            "on": on.isoformat(),
        },
    )
    return made, pieces
