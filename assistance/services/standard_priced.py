"""The rights whose amount follows from their category, reckoned by one statement for each older standard."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, Greatest, Least

from assistance.models import Entitlement, StandardChange, StandardChangeRow
from assistance.policy.rule import Price
from assistance.services.set_based import insert_select

Outcome, Method = StandardChangeRow.Outcome, StandardChangeRow.Method


@dataclass(frozen=True)
class Priced:
    """Writes the rows of a change for rights at a price; `open_from` is the first month whose list is open, None where
    no list from the start on is closed."""

    change: StandardChange
    open_from: date | None

    def insert(self, rows: QuerySet[Entitlement], prices: dict[str, tuple[Price, Price]]) -> int:
        """Rows for those of `rows`, all of one older standard, whom a price explains; returns how many."""
        cases = [case for key, (now, then) in prices.items() for case in _cases(key, now, then)]
        paid = [case for case in cases if case.base is not None]
        written = self._insert_paid(rows, paid) if paid else 0
        for case in cases:
            if case.base is None:
                written += self._insert_out(rows.filter(case.when))
        return written

    def _insert_paid(self, rows: QuerySet[Entitlement], cases: list["_Case"]) -> int:
        base = Case(*(When(case.when, then=case.base) for case in cases), output_field=BigIntegerField())
        care = Case(*(When(case.when, then=case.care) for case in cases), output_field=BigIntegerField())
        rows = rows.filter(reduce(or_, (case.when for case in cases)))
        total = base + care
        raised, same = Q(new_fen__gt=F("amount_fen")), Q(new_fen=F("amount_fen"))
        months = self._months_in_sql()
        rows = rows.alias(new_fen=ExpressionWrapper(total, output_field=BigIntegerField()))
        return insert_select(
            StandardChangeRow,
            rows.order_by(),
            self._seen()
            | {
                "outcome": Case(
                    When(raised, then=Value(Outcome.RAISED.value)),
                    When(same, then=Value(Outcome.SAME.value)),
                    default=Value(Outcome.LOWER.value),
                    output_field=CharField(),
                ),
                "method": Value(Method.CATEGORY.value, output_field=CharField()),
                "base_fen": base,
                "classified_fen": Value(0),
                "care_fen": care,
                "amount_fen": F("new_fen"),
                "arrears_until": self._arrears_until_in_sql(),
                "arrears_months": Case(When(raised, then=months), default=Value(0)),
                "arrears_fen": Case(
                    When(
                        raised,
                        then=ExpressionWrapper(
                            months * (F("new_fen") - F("amount_fen")), output_field=BigIntegerField()
                        ),
                    ),
                    default=Value(0),
                    output_field=BigIntegerField(),
                ),
            },
        )

    def _insert_out(self, rows: QuerySet[Entitlement]) -> int:
        return insert_select(
            StandardChangeRow,
            rows.order_by(),
            self._seen("按新标准，这一类不发放")
            | {
                "outcome": Value(Outcome.OUT.value, output_field=CharField()),
                "method": Value(Method.CATEGORY.value, output_field=CharField()),
                "arrears_months": Value(0),
                "arrears_fen": Value(0),
            },
        )

    def _seen(self, reason: str = "") -> dict[str, Any]:
        """What a row keeps of a right as it was seen."""
        return {
            "change": Value(self.change.pk),
            "entitlement": F("pk"),
            "office": F("office_id"),
            "category": F("category"),
            "persons": F("persons"),
            "reason": Value(reason, output_field=CharField()),
            "is_over": self._over_in_sql(),
            "was_until": F("until_month"),
            "was_held": F("held_since"),
            "was_reason": F("end_reason"),
            "was_fen": F("amount_fen"),
            "close_month": Greatest(F("from_month"), _day(self.change.from_month)),
        }

    def _over_in_sql(self) -> Any:
        if self.open_from is None:
            return Value(False, output_field=BooleanField())
        return Case(
            When(until_month__lte=self.open_from, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )

    def _until_in_sql(self) -> Any:
        end = _day(self.open_from)
        return Least(end, Coalesce(F("until_month"), end), Coalesce(F("held_since"), end))

    def _arrears_until_in_sql(self) -> Any:
        if self.open_from is None:
            return Value(None, output_field=DateField())
        return Case(
            When(self._owed_in_sql(), then=self._until_in_sql()),
            default=Value(None),
            output_field=DateField(),
        )

    def _owed_in_sql(self) -> Q:
        """Some closed month lies between the start of the new amount and its end."""
        begins = Q(from_month__lt=self.open_from)
        lasts = Q(until_month=None) | Q(
            until_month__gt=Greatest(F("from_month"), _day(self.change.from_month))
        )
        free = Q(held_since=None) | Q(held_since__gt=Greatest(F("from_month"), _day(self.change.from_month)))
        return begins & lasts & free

    def _months_in_sql(self) -> Any:
        if self.open_from is None:
            return Value(0, output_field=IntegerField())
        start = Greatest(F("from_month"), _day(self.change.from_month), output_field=DateField())
        end = ExpressionWrapper(self._until_in_sql(), output_field=DateField())
        apart = (ExtractYear(end) - ExtractYear(start)) * 12 + ExtractMonth(end) - ExtractMonth(start)
        return Case(
            When(self._owed_in_sql(), then=ExpressionWrapper(apart, output_field=IntegerField())),
            default=Value(0),
            output_field=IntegerField(),
        )


@dataclass(frozen=True)
class _Case:
    """Rights of one category at its price: how to know them, and their new parts (None: paid no more)."""

    when: Q
    base: Any
    care: Any


def _cases(key: str, now: Price, then: Price) -> Iterator[_Case]:
    """The conditions of repricing.by_price, as conditions of a query."""
    here = Q(category=key, classified_fen=0)
    if now.times > 1:
        count = F("base_fen") / Value(now.base_fen)
        whole = Q(
            base_fen=count * Value(now.base_fen),
            base_fen__gte=now.base_fen,
            base_fen__lte=now.base_fen * now.times,
        )
        care = {"care_fen": count * Value(now.care_fen)}
        base_then, care_then = count * Value(then.base_fen), count * Value(then.care_fen)
    else:
        whole, care = Q(base_fen=now.base_fen), {"care_fen": now.care_fen}
        base_then, care_then = Value(then.base_fen), Value(then.care_fen)
    if not then.base_fen:
        yield _Case(here & whole, None, None)
        return
    if now.care_may_lack and now.care_fen:
        yield _Case(here & whole & Q(care_fen=0), base_then, Value(0))
    yield _Case(here & whole & Q(**care), base_then, care_then)


def _day(day: date) -> Value:
    return Value(day, output_field=DateField())
