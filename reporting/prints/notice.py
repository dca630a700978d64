"""公示单: made from the frozen notices only. Nothing is typed anew, nothing of the case behind it is read."""

from collections.abc import Sequence
from dataclasses import replace

from assistance.models import Notice
from civaffairs.registry.models import Office
from reporting.document import Column, Document, Paragraph, Signature, Table
from reporting.prints.case import demo

DIBAO = "最低生活保障"
COLUMNS = (
    Column("no", "序号", kind="count", align="center", width=3),
    Column("name", "申请人", align="center", width=5),
    Column("adults", "家庭成年人", width=8),
    Column("members", "家庭人口", kind="count", align="center", width=3),
    Column("protected", "拟保障人数", kind="count", align="center", width=4),
    Column("amount", "每月金额（元）", kind="yuan", align="center", width=6),
    Column("until", "公示到", align="center", width=6),
)

END_COLUMNS = (
    Column("no", "序号", kind="count", align="center", width=3),
    Column("name", "姓名", align="center", width=6),
    Column("scheme", "拟终止的项目", align="center", width=10),
    Column("ends", "从哪个月起", align="center", width=7),
    Column("until", "公示到", align="center", width=6),
)


def notice_poster(notices: Sequence[Notice], village: Office, page_url: str = "") -> Document:
    """One poster for one or more notices of a village. `page_url` becomes a code to the page of the village."""
    township = village.parent or village
    granted = [notice for notice in notices if notice.change_id is None]
    ended = [notice for notice in notices if notice.change_id is not None]
    # A sheet is put up again when a family joins it; it cannot be dated before that family was posted.
    last = max(notice.posted_on for notice in notices)
    hotlines = "、".join(dict.fromkeys(notice.hotline for notice in notices))
    return Document(
        title=f"{_kind(granted)}审核公示" if granted else "拟终止特困人员救助供养公示",
        kind="poster",
        office_name=township.full_name,
        subtitle=f"{township.name}{village.name}",
        day=last,
        demo=demo(),
        signature=Signature(township.full_name, last),
        verify_url=page_url,
        verify_text="扫码可以看本村正在公示的名单，也可以在网上提出意见，不用登录。" if page_url else "",
        blocks=(
            *(_of_grants(granted) if granted else ()),
            *(_of_ends(ended) if ended else ()),
            Paragraph(
                "对名单有不同意见的，请在公示期内向我们反映，可以不留姓名。收到意见后，我们会调查核实。"
            ),
            Paragraph((f"监督电话：{hotlines}",)),
        ),
    )


def _of_grants(notices: Sequence[Notice]) -> tuple[Paragraph, Table]:
    schemes = "、".join(dict.fromkeys(notice.content["scheme"] for notice in notices))
    rows = tuple(_row(number, notice) for number, notice in enumerate(notices, start=1))
    return (
        Paragraph(
            f"下列家庭（个人）申请{schemes}，经调查核实和初审，拟给予保障，现予公示。"
            if _kind(notices) != DIBAO
            else f"下列家庭申请{schemes}，经入户调查、信息核对和初审，拟给予保障，现予公示。"
            f"公示自张贴次日起算，到表中所列日期为止。"
        ),
        Table(_columns(notices), rows),
    )


def _of_ends(notices: Sequence[Notice]) -> tuple[Paragraph, Table]:
    """Whose support is to end and from which month; no reason (《特困人员认定办法》第26条)."""
    schemes = "、".join(dict.fromkeys(notice.content["scheme"] for notice in notices))
    rows = tuple(
        {
            "no": number,
            "name": notice.content["head"],
            "scheme": notice.content["scheme"],
            "ends": notice.content["ends_from"],
            "until": f"{notice.until_day.month}月{notice.until_day.day}日",
        }
        for number, notice in enumerate(notices, start=1)
    )
    return (
        Paragraph(
            f"下列人员经复核拟终止{schemes}，现予公示。公示自张贴次日起算，到表中所列日期为止；"
            "没有异议或者异议不成立的，从所列月份起停止供养。"
        ),
        Table(END_COLUMNS, rows),
    )


def _kind(notices: Sequence[Notice]) -> str:
    """低保 where all is 低保, the programme's name where there is one, else what they have in common."""
    names = {notice.content["scheme"] for notice in notices}
    if all(name.endswith(DIBAO) for name in names):
        return DIBAO
    return next(iter(names)) if len(names) == 1 else "社会救助和福利补贴"


def _columns(notices: Sequence[Notice]) -> tuple[Column, ...]:
    """A sum at once is not called a sum a month."""
    if all(notice.content.get("per", "元/月") == "元/月" for notice in notices):
        return COLUMNS
    return tuple(
        replace(column, title="金额（元）") if column.key == "amount" else column for column in COLUMNS
    )


def _row(number: int, notice: Notice) -> dict[str, object]:
    content = notice.content
    return {
        "no": number,
        "name": content["head"],
        "adults": "、".join(content["adults"]) or "—",
        "members": content["members"],
        "protected": content["protected"],
        "amount": content["amount_fen"],
        "until": f"{notice.until_day.month}月{notice.until_day.day}日",
    }
