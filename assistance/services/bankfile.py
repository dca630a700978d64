"""The bank file: issued once by a POST, made again byte for byte whenever it is downloaded.

Its bytes are not kept. The lines are immutable, the format is frozen with the file, so the same bytes come out
again; the digest taken at issue proves it. No account number lies in a file on the disk.
"""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import islice

from django.db import IntegrityError, transaction

from assistance.bankfiles.spec import BadSpec, FileSpec, read_spec
from assistance.bankfiles.writer import FileHead, FileLine, Unwritable, unwritable, write
from assistance.models import BankFile, BankFormat, LineStatus, PaymentRun, RunKind
from assistance.services import run_acts, seal
from assistance.workflow import RunAct, RunStatus
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import Posting

# So many faulty lines are named at once; a format that fits nobody would fill the screen.
SHOWN_FAULTS = 30
from civaffairs.registry.duplicates import is_duplicate
PIECE = 64 * 1024


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
    """Make the file of an approved run, mark its lines as sent, and freeze format, digest, count and total.

    Raises NotReady when a line cannot be written in this format (all such lines named), NotAllowed when the lines
    are not those that were approved, BadInput for a document number that is missing or used already.
    """
    run, repeated = run_acts.to_act_on(run_id=run_id, act=RunAct.ISSUE, by=by, version=version)
    if repeated:
        return run.bank_file
    number = _document_number(document_number, run)
    chosen = BankFormat.objects.filter(pk=format_id, is_active=True).first()
    if chosen is None:
        raise BadInput("请选择银行格式", field="format")
    try:
        spec = read_spec(chosen.spec)
    except BadSpec as problem:
        raise BadInput(f"银行格式“{chosen.name}”设置有误：{problem}", field="format") from problem
    seal.demand_whole(run)
    digest, size = hashlib.sha256(), 0
    try:
        with closing(_file_lines(run)) as lines:
            for piece in write(lines, _head(run), spec):
                digest.update(piece)
                size += len(piece)
    except Unwritable:
        raise _all_faults(run, spec) from None
    made = BankFile.objects.create(
        run=run,
        spec=chosen.spec,
        name=f"{run.scheme.short_name}{run.month:%Y%m}第{run.sequence}批{spec.suffix}",
        sha256=digest.hexdigest(),
        size=size,
        line_count=run.line_count,
        total_fen=run.total_fen,
        created_by=by,
    )
    sent = run.lines.filter(status=LineStatus.LISTED).update(status=LineStatus.SENT)
    if sent != run.line_count:
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
        format=chosen.name,
    )
    return made


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
    with closing(_file_lines(run)) as lines:
        faults = list(islice(unwritable(lines, _head(run), spec), SHOWN_FAULTS + 1))
    told = [f"{fault.line.holder}：{fault.message}" if fault.line else fault.message for fault in faults]
    if len(faults) > SHOWN_FAULTS:
        told[SHOWN_FAULTS:] = ["……还有更多，先处理这些"]
    return NotReady("有的收款人写不进这种格式的银行文件，请更正或换一种格式。", told)


def _head(run: PaymentRun) -> FileHead:
    purpose = f"{run.scheme.short_name}{run.month:%Y年%-m月}"
    if run.kind == RunKind.REISSUE:
        purpose = f"{run.scheme.short_name}补发"
    return FileHead(count=run.line_count, total_fen=run.total_fen, month=f"{run.month:%Y%m}", purpose=purpose)


def _file_lines(run: PaymentRun) -> Iterator[FileLine]:
    """The lines as the writer wants them. Close it when it is left early: on PostgreSQL it reads through a cursor
    of the server, which must be gone before the transaction is rolled back."""
    # `run` is among the columns because the related manager reads it: left out, each line would cost a query.
    rows = seal.lines_in_order(run).only("run", "holder", "bank", "account", "account_index", "amount_fen")
    with closing(rows.iterator(chunk_size=2000)) as lines:
        for serial, line in enumerate(lines, start=1):
            # The seal covers the index of the account; this ties the number itself to it.
            if not seal.account_matches(line, blind_index(line.account, "bank-account")):
                raise NotAllowed(seal.BROKEN)
            yield FileLine(serial, line.pk, line.holder, line.account, line.bank, line.amount_fen)


@transaction.atomic
def download_bank_file(*, run_id: int, by: Posting, on: date) -> tuple[BankFile, list[bytes]]:
    """The file as issued, in pieces. It changes nothing but the audit trail.

    The whole file is made and compared before the first byte goes out: a file that is no longer the one that was
    issued is refused, not sent with a warning behind it.
    """
    run = access.to_read(
        PaymentRun.objects.select_related("scheme", "bank_file"), by, Permission.ISSUE_RUN, pk=run_id
    )
    access.demand_office(by, run.office_id)
    made = getattr(run, "bank_file", None)
    if made is None:
        raise NotAllowed("这个批次还没有生成代发文件。")
    seal.demand_whole(run)
    digest, pieces, held = hashlib.sha256(), [], bytearray()
    try:
        with closing(_file_lines(run)) as lines:
            for piece in write(lines, _head(run), read_spec(made.spec)):
                digest.update(piece)
                held += piece
                if len(held) >= PIECE:
                    pieces.append(bytes(held))
                    held.clear()
    except Unwritable as problem:
        raise NotAllowed("重新生成的文件与当时报送的不一致，已停止下载。请报告审计管理员。") from problem
    pieces.append(bytes(held))
    if digest.hexdigest() != made.sha256:
        raise NotAllowed("重新生成的文件与当时报送的不一致，已停止下载。请报告审计管理员。")
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
