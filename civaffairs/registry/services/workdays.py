"""The days off and make-up days of a year, as the State Council's notice gives them."""

import re
from datetime import date, timedelta

from django.db import transaction

from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import parse_day
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting, WorkdayRule, WorkdayYear

Line = tuple[date, str, str]

_WORDS = {
    "放假": WorkdayRule.Kind.HOLIDAY,
    "休": WorkdayRule.Kind.HOLIDAY,
    "上班": WorkdayRule.Kind.WORKDAY,
    "班": WorkdayRule.Kind.WORKDAY,
    "调休上班": WorkdayRule.Kind.WORKDAY,
}
_WEEKDAYS = "一二三四五六日"
# Holidays that the law fixes to the day (《全国年节及纪念日放假办法》): a list without them is not a whole list.
_ALWAYS = ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"))
_LONGEST = 20


def read_lines(text: str, year: int) -> list[Line]:
    """The days of `2027-02-05至2027-02-11 放假 春节` and `2027-02-13 上班 春节`, one arrangement a line.

    Raises BadInput with the number of the line that cannot be read.
    """
    found: dict[date, Line] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip():
            continue
        for line in _read_line(raw, number, year):
            if line[0] in found:
                raise BadInput(f"第{number}行：{line[0]:%Y-%m-%d}重复了", field="lines")
            found[line[0]] = line
    _check_whole(found, year)
    return sorted(found.values())


def _read_line(raw: str, number: int, year: int) -> list[Line]:
    parts = re.split(r"[\s,，、]+", raw.strip(), maxsplit=2)
    if len(parts) < 2 or parts[1] not in _WORDS:
        raise BadInput(f"第{number}行：请写“日期 放假 节日”或“日期 上班 节日”", field="lines")
    kind, note = _WORDS[parts[1]], (parts[2] if len(parts) > 2 else "")[:40]
    ends = re.split(r"[至~～—]+", parts[0])
    try:
        first, last = parse_day(ends[0]), parse_day(ends[-1])
    except BadInput as error:
        raise BadInput(f"第{number}行：{error.message}", field="lines") from error
    if len(ends) > 2 or last < first or (last - first).days >= _LONGEST:
        raise BadInput(f"第{number}行：起止日期不对", field="lines")
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for day in days:
        # A notice may move a day of the December before.
        if day.year != year and not (day.year == year - 1 and day.month == 12):
            raise BadInput(f"第{number}行：{day:%Y-%m-%d}不在{year}年", field="lines")
        if kind == WorkdayRule.Kind.WORKDAY and day.weekday() < 5:
            raise BadInput(
                f"第{number}行：{day:%Y-%m-%d}是星期{_WEEKDAYS[day.weekday()]}，本来就上班", field="lines"
            )
    return [(day, kind.value, note) for day in days]


def _check_whole(found: dict[date, Line], year: int) -> None:
    if not found:
        raise BadInput("请填写放假和调休安排", field="lines")
    for month, day, name in _ALWAYS:
        line = found.get(date(year, month, day))
        if line is None or line[1] != WorkdayRule.Kind.HOLIDAY:
            raise BadInput(f"没有{name}（{year}-{month:02}-{day:02}）放假，请核对是否录全", field="lines")


@transaction.atomic
def enter_year(*, year: int, document_number: str, lines: list[Line], by: Posting) -> WorkdayYear:
    """Keep the days of one year. Entered again after a corrected notice, the new list replaces the old one; limits
    that were already worked out keep their day."""
    access.demand(by, Permission.ENTER_STANDARD)
    row, _ = WorkdayYear.objects.select_for_update().get_or_create(
        year=year, defaults={"document_number": document_number, "entered_by": by}
    )
    before = {day.isoformat(): kind for day, kind in row.rules.values_list("day", "kind")}
    after = {day.isoformat(): kind for day, kind, _ in lines}
    row.rules.all().delete()
    WorkdayRule.objects.filter(day__in=[day for day, _, _ in lines]).delete()
    WorkdayRule.objects.bulk_create(
        [WorkdayRule(day=day, year=row, kind=kind, note=note) for day, kind, note in lines]
    )
    row.document_number, row.entered_by = document_number, by
    row.save()
    changed = {
        day: [before.get(day, ""), after.get(day, "")]
        for day in sorted(before.keys() | after.keys())
        if before.get(day) != after.get(day)
    }
    audit.record(
        "workdays.enter",
        by=by,
        subject=row,
        label=f"{year}年放假安排",
        details={"document": document_number, "changed": changed},
    )
    return row
