"""发放花名册: who gets how much of one run, by village, with totals in figures and in capital words.

The printed sheets carry the seal of the run and the digest of the bank file, so that paper, list and file can be
held against each other. Identity and account numbers stand on it in part only: a roster lies on many desks.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from assistance.models import LineStatus, PaymentLine, PaymentRun
from assistance.selectors.payment import by_township
from assistance.workflow import RunStatus
from civaffairs.lib import money
from civaffairs.lib.identity import mask_id_card
from civaffairs.lib.months import Month
from civaffairs.registry.models import Office, Posting
from reporting.document import Column, Document, Paragraph, Row, SignatureRow, Table
from reporting.prints.case import demo

COLUMNS = (
    Column("no", "序号", kind="count", align="center", width=3),
    Column("name", "领款人", width=5),
    Column("id_card", "公民身份号码", kind="id", width=9),
    Column("persons", "保障人数", kind="count", width=3),
    Column("base", "基本保障金", kind="yuan", width=5),
    Column("classified", "分类施保", kind="yuan", width=4),
    Column("care", "照料护理", kind="yuan", width=4),
    Column("arrears", "补发或抵扣", kind="yuan", width=4),
    Column("amount", "发放金额", kind="yuan", width=5),
    Column("account", "账号后四位", kind="id", width=4),
    Column("note", "备注", width=5),
)
# Columns that a roster without such money leaves out.
SELDOM = {"classified": "classified_fen", "care": "care_fen", "arrears": "arrears_fen"}
SUMMARY_COLUMNS = (
    Column("no", "序号", kind="count", align="center", width=3),
    Column("township", "乡镇（街道）", width=9),
    Column("lines", "户数", kind="count", width=5),
    Column("persons", "保障人数", kind="count", width=5),
    Column("amount", "发放金额", kind="yuan", width=8),
    Column("note", "备注", width=6),
)
SIGNED_BY = ("制表", "核对", "财务", "负责人")


def lines_to_print(run: PaymentRun, posting: Posting, code: str):
    """The lines of an area that this posting sees, in the order of the list and the bank file."""
    return (
        PaymentLine.objects.visible_to(posting)
        .in_area(code)
        .filter(run=run)
        .exclude(status=LineStatus.VOID)
        .select_related("payee", "office")
        .order_by("office_id", "id")
    )


def roster(run: PaymentRun, office: Office, lines: list[PaymentLine]) -> Document:
    """The roster of one township (or village): a section and a subtotal for each village."""
    columns = _columns(run, lines)
    keys = {column.key for column in columns}
    rows = tuple(_rows(run, lines, keys))
    total = sum(line.amount_fen for line in lines)
    table = Table(
        columns=columns,
        rows=rows,
        unit="元",
        totals=(_kept(_sums(f"合计 {len(lines)}{run.line_unit}", lines), keys),),
        in_words=f"合计（大写）：人民币{money.in_words(total)}",
    )
    return _paper(run, office.full_name, (table,))


def _columns(run: PaymentRun, lines: list[PaymentLine]) -> tuple[Column, ...]:
    """What this roster has money in, in the words of its programme."""
    spec = run.scheme.spec
    empty = {key for key, name in SELDOM.items() if not any(getattr(line, name) for line in lines)}
    if spec.rule == "dibao":
        empty.discard("classified")
    if spec.for_person:
        empty.add("persons")
    if {"classified", "care", "arrears"} <= empty:
        empty.add("base")
    words = {} if spec.klass == "basic" else {"base": "应发金额"}
    return tuple(replace(c, title=words.get(c.key, c.title)) for c in COLUMNS if c.key not in empty)


def _seldom(lines: list[PaymentLine]) -> dict[str, int]:
    return {key: sum(getattr(line, name) for line in lines) for key, name in SELDOM.items()}


def _sums(name: str, lines: list[PaymentLine]) -> dict[str, object]:
    return {
        "name": name,
        "persons": sum(line.persons for line in lines),
        "base": sum(line.base_fen for line in lines),
        **_seldom(lines),
        "amount": sum(line.amount_fen for line in lines),
    }


def _kept(cells: dict[str, object], keys: set[str]) -> dict[str, object]:
    return {key: value for key, value in cells.items() if key in keys}


def _rows(run: PaymentRun, lines: list[PaymentLine], keys: set[str]) -> Iterator[Row]:
    number = 0
    for village, group in groupby(lines, key=lambda line: line.office):
        of_village = list(group)
        yield Row({}, "section", label=village.name)
        for line in of_village:
            number += 1
            yield Row(_kept(_cells(run, line, number), keys))
        yield Row(
            _kept(_sums(f"小计 {len(of_village)}{run.line_unit}", of_village), keys),
            "subtotal",
        )


def _cells(run: PaymentRun, line: PaymentLine, number: int) -> dict[str, object]:
    notes = []
    if line.month != run.month:
        notes.append(Month.of(line.month).label)
    if line.holder != line.payee_name and line.holder:
        notes.append(f"户名{line.holder}")
    if line.status == LineStatus.RETURNED:
        notes.append("银行退回")
    return {
        "no": number,
        "name": line.payee_name,
        "id_card": mask_id_card(line.payee.id_number)
        if line.payee.id_number
        else line.payee.substitute_number,
        "persons": line.persons,
        "base": line.base_fen,
        **_seldom([line]),
        "amount": line.amount_fen,
        "account": line.account_tail or "无账户",
        "note": "、".join(notes),
    }


def summary(run: PaymentRun, office: Office, posting: Posting) -> Document:
    """One sheet for the whole run: townships, totals, the total in capital words."""
    townships = by_township(run, posting)
    total = sum(row.total_fen for row in townships)
    keys = {c.key for c in SUMMARY_COLUMNS if c.key != "persons" or not run.scheme.spec.for_person}
    table = Table(
        columns=tuple(
            replace(column, title=f"{run.line_unit}数") if column.key == "lines" else column
            for column in SUMMARY_COLUMNS
            if column.key in keys
        ),
        rows=tuple(
            _kept(
                {
                    "no": number,
                    "township": row.name,
                    "lines": row.lines,
                    "persons": row.persons,
                    "amount": row.total_fen,
                    "note": "",
                },
                keys,
            )
            for number, row in enumerate(townships, start=1)
        ),
        unit="元",
        totals=(
            _kept(
                {
                    "township": "合计",
                    "lines": sum(row.lines for row in townships),
                    "persons": sum(row.persons for row in townships),
                    "amount": total,
                },
                keys,
            ),
        ),
        in_words=f"合计（大写）：人民币{money.in_words(total)}",
    )
    return _paper(run, office.full_name, (table,), "汇总表")


def _paper(run: PaymentRun, office_name: str, blocks: tuple, kind: str = "花名册") -> Document:
    approved = run.status in (RunStatus.APPROVED, RunStatus.ISSUED, RunStatus.CLOSED)
    return Document(
        title=f"{run.scheme.name}金发放{kind}",
        subtitle=f"（{Month.of(run.month).label}　{run.get_kind_display()}　第{run.sequence}批）",
        kind="roster",
        office_name=office_name,
        number=run.document_number or "",
        day=run.issued_on or run.approved_on,
        footer_note=f"封签 {run.seal[:32]}" if run.seal else "未审批",
        watermark="" if approved else "核对稿",
        demo=demo(),
        blocks=(*_proof(run), *blocks, SignatureRow(labels=SIGNED_BY, day=True)),
    )


def _proof(run: PaymentRun) -> tuple[Paragraph, ...]:
    """Each file that went to the bank, with its own digest."""
    sent = getattr(run, "bank_file", None)
    if sent is None:
        return ()
    return tuple(
        Paragraph(
            f"代发文件“{part.name}”共 {part.line_count:,} 笔、{money.yuan(part.total_fen)} 元，校验码（SHA-256）：{part.digest_in_groups}",
            indent=0,
            align="left",
        )
        for part in sent.parts.all()
    )
