"""Tables and charts of a report, made from its figures. Every cell that is a figure names it, so that the page can
link it to its rows."""

from collections.abc import Iterable
from datetime import date

from reporting import charts
from reporting.cells import text_of
from reporting.checks import Check
from reporting.document import Chart, Column, Figure, Row, Table
from reporting.figures import Book, find
from reporting.figures.dibao import SCOPES

UNIT_OF_MONTHLY = "单位：户、人、万元、元"


def at_month(key: str, month: date) -> str:
    """How a cell names a figure of one month: key@2026-03."""
    return f"{key}@{month:%Y-%m}"


def cell(book: Book, key: str, month: date | None = None) -> Figure:
    found, value = find(key), book.value(key, month)
    return Figure(found.text(value), at_month(key, month) if month else key, value)


def monthly_table(book: Book) -> list[Table]:
    """Month by month, urban and rural: stock, moves, money; the last row is the period."""
    columns = (
        Column("month", "月份", align="center", width=5),
        Column("households", "户数", kind="count", group="在保", width=3.4),
        Column("persons", "人数", kind="count", group="在保", width=3.4),
        Column("new_households", "户", kind="count", group="新增", width=2.6),
        Column("new_persons", "人", kind="count", group="新增", width=2.6),
        Column("left_households", "户", kind="count", group="退出", width=2.6),
        Column("left_persons", "人", kind="count", group="退出", width=2.6),
        Column("fund", "发放资金", kind="wan", width=4.2),
        Column("per_head", "人均月保障金", kind="yuan", width=6.2),
    )
    made, stems = [], [column.key for column in columns[1:]]
    for number, scope in enumerate(("urban", "rural"), start=1):
        rows = [
            {"month": f"{month.month}月"}
            | {stem: cell(book, f"dibao.{scope}.{stem}", month) for stem in stems}
            for month in book.period.months
        ]
        total: dict = {"month": "期末／累计"}
        for stem in stems:
            ends = stem in ("households", "persons")
            total[stem] = cell(book, f"dibao.{scope}.{stem}" + ("" if ends else ".total"))
        made.append(
            Table(
                columns,
                tuple(rows),
                caption=f"表{number}  {SCOPES[scope][0]}分月情况",
                unit=UNIT_OF_MONTHLY,
                totals=(Row(total),),
                notes=(
                    "注：发放资金为已报送银行且未退回的低保金；末行人均月保障金＝累计发放资金÷各月保障人次之和。",
                ),
            )
        )
    return made


def monthly_chart(book: Book) -> list[Chart]:
    months = book.period.months
    names = [f"{month.month}月" for month in months]
    both = [
        (SCOPES[scope][0], [book.value(f"dibao.{scope}.fund", month) for month in months])
        for scope in ("urban", "rural")
    ]
    people = [
        (SCOPES[scope][0], [book.value(f"dibao.{scope}.persons", month) for month in months])
        for scope in ("urban", "rural")
    ]
    return [
        Chart(
            charts.bar(names, both, kind="wan", unit="万元"),
            caption="图1  各月发放低保金",
            height_mm=66,
            alt=_alt("各月发放低保金（万元）", names, both, "wan"),
        ),
        Chart(
            charts.bar(names, people, kind="count", unit="人"),
            caption="图2  各月在保人数",
            height_mm=66,
            alt=_alt("各月在保人数", names, people, "count"),
        ),
    ]


def _alt(title: str, names: list[str], series: Iterable, kind: str) -> str:
    parts = [
        f"{label}{name}{text_of(kind, value)}"
        for label, values in series
        for name, value in zip(names, values, strict=True)
    ]
    return f"{title}：{'，'.join(parts)}。"


def fund_table(book: Book) -> list[Table]:
    if book.value("fund.planned") is None:
        return []
    keys = {
        "全部项目": ("fund.planned", "fund.arrived", "fund.arrival_rate", None),
        "其中：城乡低保": ("fund.dibao.planned", "fund.dibao.arrived", None, "dibao.both.fund.total"),
    }
    rows = [
        {
            "name": name,
            "planned": cell(book, planned),
            "arrived": cell(book, arrived),
            "rate": cell(book, rate) if rate else None,
            "paid": cell(book, paid) if paid else None,
        }
        for name, (planned, arrived, rate, paid) in keys.items()
    ]
    columns = (
        Column("name", "项目", width=7),
        Column("planned", "计划下达", kind="wan", width=5),
        Column("arrived", "到位", kind="wan", width=5),
        Column("rate", "到位率", kind="percent", width=4),
        Column("paid", "已发放", kind="wan", width=5),
    )
    return [Table(columns, tuple(rows), caption="表3  民生资金落实情况", unit="单位：万元")]


def target_table(book: Book) -> list[Table]:
    """Nothing where no target has been set for the year."""
    rows = []
    for key, target in sorted(book.targets.items(), key=lambda item: find(item[0]).name):
        found = find(key)
        rows.append(
            {
                "name": found.name,
                "unit": found.unit,
                "target": found.text(target.value),
                "done": cell(book, key),
                "rate": book.completion(key),
                "document": target.document_number,
            }
        )
    if not rows:
        return []
    columns = (
        Column("name", "任务指标", width=8),
        Column("unit", "单位", align="center", width=2.5),
        Column("target", "年度目标", align="right", width=4.5),
        Column("done", "已完成", align="right", width=4.5),
        Column("rate", "完成率", kind="percent", width=3.5),
        Column("document", "依据文号", width=7),
    )
    return [Table(columns, tuple(rows), caption="表4  年度目标任务完成情况")]


EXHIBITS = {
    "monthly_table": monthly_table,
    "monthly_chart": monthly_chart,
    "fund_table": fund_table,
    "target_table": target_table,
}


def check_table(checks: Iterable[Check], reason: str = "") -> Table:
    columns = (
        Column("title", "勾稽关系", width=13),
        Column("left", "一方", width=8),
        Column("right", "另一方", width=8),
        Column("result", "结果", align="center", width=3),
    )
    rows = tuple(
        {
            "title": check.title,
            "left": f"{check.left_words} {check.left}",
            "right": f"{check.right_words} {check.right}",
            "result": check.words,
        }
        for check in checks
    )
    notes = (f"带差异签发的理由：{reason}",) if reason else ()
    return Table(columns, rows, notes=notes)


def definition_table(keys: Iterable[str]) -> Table:
    """Each definition once: urban, rural and both share one line."""
    columns = (
        Column("name", "指标", width=8),
        Column("period", "时期", align="center", width=3),
        Column("definition", "口径和来源", width=21),
    )
    shared: dict[tuple[str, str], list[str]] = {}
    for key in dict.fromkeys(keys):
        if figure := find(key):
            shared.setdefault((figure.definition, figure.period_words), []).append(figure.name)
    rows = tuple(
        {"name": _common_name(names), "period": period, "definition": definition}
        for (definition, period), names in shared.items()
    )
    return Table(columns, rows)


def _common_name(names: list[str]) -> str:
    """低保户数（城市、农村、城乡） for three names that differ in their scope only."""
    labels = {SCOPES[scope][0]: SCOPES[scope][0].removesuffix("低保") for scope in SCOPES}
    for label in labels:
        if len(names) > 1 and names[0].startswith(label):
            rest = names[0].removeprefix(label)
            found = [short for long, short in labels.items() if f"{long}{rest}" in names]
            return f"低保{rest}（{'、'.join(found)}）"
    return "、".join(names)


def change_table(changes: Iterable[tuple[str, str, str]]) -> Table:
    """(what, earlier, now) for each thing that differs from the edition before."""
    columns = (
        Column("what", "内容", width=8),
        Column("was", "原版", width=12),
        Column("now", "本版", width=12),
    )
    return Table(columns, tuple({"what": what, "was": was, "now": now} for what, was, now in changes))
