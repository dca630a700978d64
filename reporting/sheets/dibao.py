"""城乡低保统计表: townships down, the columns of the province's monthly table across."""

from assistance.models import Cause, LabourAbility
from civaffairs.registry.models import Level, Office
from reporting.document import Column, Row, Table
from reporting.figures import Period, Source, compute, find
from reporting.figures.dibao import SCOPES

COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("households", "户数", "在保"),
    ("persons", "人数", "在保"),
    ("women", "女性", "人员分类"),
    ("elder", "老年人", "人员分类"),
    ("minor", "未成年人", "人员分类"),
    ("disabled", "残疾人", "人员分类"),
    *((f"labour_{value}", label.partition("（")[0], "劳动能力") for value, label in LabourAbility.choices),
    *((f"cause_{value}", label, "致贫原因（可多选）") for value, label in Cause.choices),
    ("new_households", "户", "当月新增"),
    ("new_persons", "人", "当月新增"),
    ("left_households", "户", "当月退出"),
    ("left_persons", "人", "当月退出"),
    ("fund.total", "累计（元）", "低保金支出"),
    ("fund", "当月（元）", "低保金支出"),
    ("per_head", "当月人均（元）", "低保金支出"),
)
MONEY = ("fund.total", "fund", "per_head")


def monthly_sheets(area: Office, period: Period) -> tuple[list[str], list[Table]]:
    """(sheet names, tables) for urban and rural; one read of the rows serves all townships."""
    digits = 9 if area.level == Level.COUNTY else 12
    split = Source(area.pk, period.first, period.month, digits)
    whole = Source(area.pk, period.first, period.month)
    children = list(Office.objects.filter(parent=area).order_by("code"))
    names, tables = [], []
    for scope in ("urban", "rural"):
        label = SCOPES[scope][0]
        rows = tuple(
            Row({"name": child.name} | _cells(scope, split, child.code[:digits])) for child in children
        )
        total = Row({"name": f"{area.name}合计"} | _cells(scope, whole, ""))
        tables.append(
            Table(
                (
                    Column("name", "地区", width=6),
                    *(
                        Column(key, title, kind="yuan" if key in MONEY else "count", group=group)
                        for key, title, group in COLUMNS
                    ),
                ),
                rows,
                caption=f"{label}统计表（{period.month.year}年{period.month.month}月）",
                unit="单位：户、人、元",
                totals=(total,),
                checks=(
                    "勾稽关系：人数＝四类劳动能力之和；户数≤各致贫原因之和（可多选）；当月人均＝当月支出÷当月发放人数；"
                    "本月户（人）数－上月户（人）数＝当月新增－当月退出。",
                ),
            )
        )
        names.append(label)
    return names, tables


def _cells(scope: str, source: Source, child: str) -> dict[str, int | None]:
    return {
        key: compute(found, source, child)
        for key, _title, _group in COLUMNS
        if (found := find(f"dibao.{scope}.{key}"))
    }
