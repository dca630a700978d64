"""The register of 追缴 as a list."""

from collections.abc import Iterator, Sequence
from datetime import date

from assistance.selectors import claims
from civaffairs.registry.models import Posting
from reporting.exports.listing import (
    Line,
    Listing,
    Query,
    area_of,
    columns_of,
    in_order,
    keys_of,
    month_of,
    place_of,
    scheme_of,
)

_CLAIM_COLUMNS = columns_of(
    ("name", "姓名", "text", 6),
    ("township", "乡镇（街道）", "text", 7),
    ("village", "村（社区）", "text", 7),
    ("scheme", "项目", "text", 6),
    ("cause", "原因", "text", 7),
    ("from_month", "起始月份", "text", 6),
    ("until_month", "截止月份", "text", 6),
    ("owed", "应追缴（元）", "yuan", 8),
    ("back", "已收回（元）", "yuan", 8),
    ("written", "已核销（元）", "yuan", 8),
    ("left", "还没收回（元）", "yuan", 8),
    ("overdue", "逾期（元）", "yuan", 8),
    ("booked", "登记日期", "day", 7),
    ("due", "通知退回期限", "day", 7),
    ("stage", "进展", "text", 8),
)


def claim_register(posting: Posting, on: date, query: Query, full: bool) -> Listing:
    stage, age = query.get("stage", ""), query.get("age", "")
    asked = {
        "stage": stage if stage == "open" or stage in dict(claims.STAGES) else "",
        "age": age if age in dict(claims.AGES) else "",
        "scheme": scheme_of(query),
        "area": area_of(query, posting),
        "q": query.get("q", ""),
    }
    rows = claims.narrowed(claims.claims(posting, on), asked, on).order_by("-id")

    def lines(keys: Sequence[int]) -> Iterator[Line]:
        found = claims.claims(posting, on).filter(pk__in=keys).in_bulk()
        for row in claims.dressed(list(in_order(found, keys)), on):
            yield place_of(row.office) | {
                "name": row.of_whom,
                "scheme": row.scheme.short_name,
                "cause": row.get_cause_display(),
                "from_month": month_of(row.from_month),
                "until_month": month_of(row.last_month),
                "owed": row.owed,
                "back": row.back_fen,
                "written": row.written,
                "left": row.left_fen,
                "overdue": row.overdue_fen,
                "booked": row.booked_on,
                "due": row.notice_due,
                "stage": row.stage_word,
            }

    sums = tuple(column.key for column in _CLAIM_COLUMNS if column.kind == "yuan")
    return Listing("追缴台账", _CLAIM_COLUMNS, keys_of(rows), lines, sums)
