"""Who is paid otherwise than the month before, as a list."""

from collections.abc import Iterator, Sequence
from datetime import date

from assistance.models import PaymentRun, RunDifference
from assistance.selectors import run_difference
from civaffairs.registry.models import Posting
from reporting.exports.listing import (
    Line,
    Listing,
    Query,
    area_of,
    columns_of,
    in_order,
    keys_of,
    place_of,
)

_COLUMNS = columns_of(
    ("name", "保障对象", "text", 6),
    ("number", "证号", "id", 12),
    ("township", "乡镇（街道）", "text", 7),
    ("village", "村（社区）", "text", 7),
    ("kind", "变化", "text", 6),
    ("last", "上月（元）", "yuan", 8),
    ("now", "本月（元）", "yuan", 8),
    ("by", "增减（元）", "yuan", 8),
    ("why", "依据", "text", 12),
)


def differences(posting: Posting, on: date, query: Query, full: bool) -> Listing:
    run = PaymentRun.objects.visible_to(posting).select_related("scheme").get(pk=query["run"])
    asked = {"kind": query.get("kind", ""), "area": area_of(query, posting), "q": query.get("q", "")}
    rows = run_difference.rows_of(run, posting, asked).order_by("office_id", "id")

    def lines(keys: Sequence[int]) -> Iterator[Line]:
        found: dict[int, RunDifference] = run_difference.rows_of(run, posting, {}).in_bulk(keys)
        for row in run_difference.explained(list(in_order(found, keys)), run, posting):
            yield place_of(row.office) | {
                "name": row.who.name,
                "number": row.entitlement.number,
                "kind": row.get_kind_display(),
                "last": row.last_fen,
                "now": row.fen,
                "by": row.by_fen,
                "why": row.why.words,
            }

    return Listing(
        f"与上月的差异（{run}第{run.sequence}批）", _COLUMNS, keys_of(rows), lines, ("last", "now", "by")
    )
