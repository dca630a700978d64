"""幸福清单 as a paper: everything a person or household has received, for the family to keep."""

from datetime import date

from assistance.selectors.received import Sheet
from civaffairs.lib.money import in_words, yuan
from civaffairs.registry.models import Office
from reporting.document import Column, Document, Paragraph, Row, Table
from reporting.prints.case import demo

_COLUMNS = (
    Column("month", "所属月份", align="center", width=5),
    Column("scheme", "项目", width=6),
    Column("whom", "对象", align="center", width=5),
    Column("parts", "其中", width=12),
    Column("amount", "金额（元）", kind="yuan", width=6),
    Column("on", "日期", kind="day", width=6),
    Column("state", "状态", align="center", width=4),
)


def received_list(sheet: Sheet, county: Office, day: date) -> Document:
    """The lines of the sheet, with the sum of those that reached the family and the sums by programme."""
    rows = tuple(
        Row(
            {
                "month": f"{row.month:%Y-%m}",
                "scheme": row.scheme,
                "whom": row.whom,
                "parts": "，".join(f"{word}{yuan(fen)}" for word, fen in row.parts),
                "amount": row.amount_fen,
                "on": row.on,
                "state": row.state,
            }
        )
        for row in sheet.rows
    )
    sums = "；".join(f"{row.name}{row.count}笔{yuan(row.fen)}元" for row in sheet.by_scheme)
    whose = "、".join(one.name for one in sheet.people)
    return Document(
        title="幸福清单",
        kind="roster",
        office_name=county.full_name,
        subtitle=f"{sheet.person.name}{'全家' if sheet.scope == 'household' else ''}　{sheet.span_word}",
        day=day,
        demo=demo(),
        blocks=(
            Paragraph(f"人员：{whose}。{f'其中：{sums}。' if sums else '这段时间没有发放。'}", indent=0),
            Table(
                _COLUMNS,
                rows,
                totals=(Row({"month": "合计", "amount": sheet.total_fen}),),
                in_words=in_words(sheet.total_fen),
                notes=("合计为已报送银行和已发的金额，待发和银行退回的不计入。",),
            ),
        ),
    )
