"""Months, half-open ranges of them, typed days, and the age of a person on a day."""

import calendar
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from civaffairs.lib.errors import BadInput

FIRST_YEAR, LAST_YEAR = 1900, 2200

_MONTH = re.compile(r"(\d{4})(?:[-./年](\d{1,2})月?|(\d{2}))")
_DAY = re.compile(r"(\d{4})(?:[-./](\d{1,2})[-./](\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?|(\d{2})(\d{2}))")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month.

    Ranges are half open: an entitlement from 2024-05 until 2024-08 pays May, June and July.
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.year <= 9999):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """202405, 2024-05, 2024.5, 2024/5, 2024年5月, also with full-width digits. Raises BadInput."""
        match = _MONTH.fullmatch(_typed(text))
        if match is None:
            raise BadInput("月份请写成 2024-05 或 202405")
        year, month = int(match[1]), int(match[2] or match[3])
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadInput(f"年份 {year} 不对，请核对")
        if not 1 <= month <= 12:
            raise BadInput(f"没有 {month} 月，请核对")
        return cls(year, month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def next(self) -> "Month":
        return self.plus(1)

    @property
    def previous(self) -> "Month":
        return self.plus(-1)

    @property
    def label(self) -> str:
        return f"{self.year}年{self.month}月"

    def plus(self, months: int) -> "Month":
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def until(self, other: "Month") -> Iterator["Month"]:
        """This month and those after it, `other` not included; nothing when `other` is not later."""
        month = self
        while month < other:
            yield month
            month = month.next

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def months_between(start: Month, until: Month) -> int:
    """How many months lie in the half-open range; negative when `until` is earlier than `start`."""
    return (until.year - start.year) * 12 + until.month - start.month


def parse_day(text: str) -> date:
    """20240105, 2024-1-5, 2024.1.5, 2024/1/5, 2024年1月5日, also with full-width digits.

    Raises BadInput in plain words.
    """
    match = _DAY.fullmatch(_typed(text))
    if match is None:
        raise BadInput("日期请写成 20240105 或 2024-1-5")
    year, month, day = (int(part) for part in match.groups() if part is not None)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadInput(f"年份 {year} 不对，请核对")
    if not 1 <= month <= 12:
        raise BadInput(f"没有 {month} 月，请核对")
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise BadInput(f"{year}年{month}月没有 {day} 日，请核对")
    return date(year, month, day)


def age_on(birth: date, day: date) -> int:
    """Full years (周岁) on a day; a year of age is reached on the birthday itself.

    One born on 29 February reaches it on 28 February of a common year: where the day does not exist, the
    period ends with the month (《民法典》第202条). Raises BadInput when the day is before the birth.
    """
    if day < birth:
        raise BadInput("出生日期不能晚于计算年龄的日期")
    anniversary_day = min(birth.day, calendar.monthrange(day.year, birth.month)[1])
    return day.year - birth.year - ((day.month, day.day) < (birth.month, anniversary_day))


def _typed(text: str) -> str:
    """What was typed, without blanks and with half-width characters."""
    narrow = unicodedata.normalize("NFKC", str(text)).replace("。", ".").replace("−", "-").replace("—", "-")
    return re.sub(r"\s+", "", narrow)
