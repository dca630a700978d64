"""资金拨付审批表: what one run takes from the fund, for which townships, approved by whom; the sheet that goes to the
finance office with the roster. It carries the seal of the run and the digest of each bank file."""

from dataclasses import replace
from datetime import date

from django.db.models import Sum

from assistance.models import FundDraw, FundEntry, PaymentRun
from assistance.selectors import run_signing
from assistance.selectors.payment import by_township
from assistance.selectors.run_signing import Signing
from assistance.workflow import RunStatus
from civaffairs.lib import money
from civaffairs.lib.months import Month
from civaffairs.registry.models import Office, Posting
from reporting.document import (
    Cell,
    Column,
    Document,
    KeyValueGrid,
    Paragraph,
    Row,
    SignatureBox,
    SignatureRow,
    Table,
)
from reporting.prints.case import day, demo, label

WIDTHS = (16, 34, 16, 34)
COLUMNS = (
    Column("township", "乡镇（街道）", width=10),
    Column("lines", "户数", kind="count", width=5),
    Column("persons", "人数", kind="count", width=5),
    Column("amount", "拨付金额", kind="yuan", width=8),
)

CONCLUSIONS = (
    Column("title", "核对提醒", width=9),
    Column("lines", "笔数", kind="count", width=4),
    Column("amount", "金额", kind="yuan", width=7),
    Column("text", "核对结论", width=14),
)


def disbursement(run: PaymentRun, office: Office, posting: Posting, on: date) -> Document:
    """The form for the whole run, of the county alone. `on` says how many must sign a list that is not checked yet."""
    approved = run.status in (RunStatus.APPROVED, RunStatus.ISSUED, RunStatus.CLOSED)
    signed = run_signing.signing(run, on)
    return Document(
        title="资金拨付审批表",
        subtitle=f"（{run.scheme.name}　{Month.of(run.month).label}　{run.get_kind_display()}　第{run.sequence}批）",
        kind="form",
        office_name=office.full_name,
        number=run.document_number or "",
        day=run.issued_on or run.approved_on,
        footer_note=f"封签 {run.seal[:32]}" if run.seal else "未审批",
        watermark="" if approved else "核对稿",
        demo=demo(),
        blocks=(
            KeyValueGrid(WIDTHS, tuple(_facts(run, signed))),
            _townships(run, posting),
            *_conclusions(run),
            *_proof(run),
            SignatureRow(
                boxes=(
                    SignatureBox("业务科室\n意见", people=("制表", "负责人"), height_mm=20),
                    SignatureBox("财务\n核对意见", people=("核对", "负责人"), height_mm=20),
                    *_approvals(signed),
                    SignatureBox("财政部门\n意见", people=("经办人", "负责人"), height_mm=22),
                ),
                label_percent=WIDTHS[0],
            ),
        ),
    )


def _facts(run: PaymentRun, signed: Signing) -> list[tuple[Cell, ...]]:
    def who(posting: Posting | None, on) -> str:
        return f"{posting.user.name}　{day(on)}" if posting is not None and on else ""

    return [
        (
            label("项目"),
            Cell(run.scheme.name),
            label("发文字号"),
            Cell(run.document_number or "（报送时填写）"),
        ),
        (label("所属月份"), Cell(Month.of(run.month).label), label("种类"), Cell(run.get_kind_display())),
        (
            label(f"{run.line_unit}数"),
            Cell(f"{run.line_count:,} {run.line_unit}"),
            label("人数"),
            Cell(f"{run.person_count:,} 人"),
        ),
        (
            label("拨付金额"),
            Cell(f"{money.yuan(run.total_fen)} 元"),
            label("大写"),
            Cell(f"人民币{money.in_words(run.total_fen)}"),
        ),
        (label("资金来源"), Cell(_sources(run) or "　", colspan=3)),
        (
            label("生成"),
            Cell(who(run.prepared_by, run.prepared_on) or f"系统按日历　{day(run.prepared_on)}"),
            label("核对"),
            Cell(who(run.checked_by, run.checked_on)),
        ),
        (
            label("审批"),
            Cell(
                "；".join(who(one.signed_by, one.signed_on) for one in signed.made)
                or who(run.approved_by, run.approved_on)
            ),
            label("报送银行"),
            Cell(who(run.issued_by, run.issued_on)),
        ),
    ]


def _sources(run: PaymentRun) -> str:
    """中央资金 1,000.00 元；县级资金 200.00 元, as approved; empty where nothing was drawn."""
    drawn = (
        FundDraw.objects.filter(run=run, kind=FundDraw.Kind.DRAW)
        .values("source")
        .annotate(fen=Sum("amount_fen"))
        .order_by()
    )
    taken = {row["source"]: row["fen"] for row in drawn}
    told = [
        f"{source.label} {money.yuan(taken[source])} 元" for source in FundEntry.Source if taken.get(source)
    ]
    rest = run.total_fen - sum(taken.values())
    if told and rest > 0:
        told.append(f"尚未落实 {money.yuan(rest)} 元")
    return "；".join(told)


def _townships(run: PaymentRun, posting: Posting) -> Table:
    rows = by_township(run, posting)
    columns = [
        replace(column, title=f"{run.line_unit}数") if column.key == "lines" else column
        for column in COLUMNS
        if column.key != "persons" or not run.scheme.spec.for_person
    ]
    keys = {column.key for column in columns}
    cells = [
        {"township": row.name, "lines": row.lines, "persons": row.persons, "amount": row.total_fen}
        for row in rows
    ]
    total = {
        "township": "合计",
        "lines": sum(row.lines for row in rows),
        "persons": sum(row.persons for row in rows),
        "amount": sum(row.total_fen for row in rows),
    }
    return Table(
        columns=tuple(columns),
        rows=tuple(Row({key: each[key] for key in keys}) for each in cells),
        unit="元",
        totals=(Row({key: total[key] for key in keys}),),
        in_words=f"合计（大写）：人民币{money.in_words(total['amount'])}",
    )


def _approvals(signed: Signing) -> tuple[SignatureBox, ...]:
    """One box for each approver that is wanted."""
    if not signed.several:
        return (SignatureBox("局领导\n审批意见", people=("负责人",), height_mm=22),)
    return tuple(
        SignatureBox(f"第{number}位\n审批意见", people=("负责人",), height_mm=20)
        for number, _ in signed.boxes
    )


def _conclusions(run: PaymentRun) -> tuple[Table, ...]:
    """What the checker concluded on each reminder."""
    rows = run_signing.newest(run).values()
    if not rows:
        return ()
    cells = (
        {"title": row.title, "lines": row.line_count, "amount": row.total_fen, "text": row.text}
        for row in rows
    )
    return (Table(columns=CONCLUSIONS, rows=tuple(Row(each) for each in cells), unit="元"),)


def _proof(run: PaymentRun) -> tuple[Paragraph, ...]:
    sent = getattr(run, "bank_file", None)
    if sent is None:
        return ()
    return tuple(
        Paragraph(
            f"代发文件“{part.name}”共 {part.line_count:,} 笔、{money.yuan(part.total_fen)} 元，"
            f"校验码（SHA-256）：{part.digest_in_groups}",
            indent=0,
            align="left",
        )
        for part in sent.parts.all()
    )
