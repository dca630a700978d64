# ruff: noqa: S608 (names are our own; every value is bound)
"""Reckoning a raise in advance: one row for every right that the new standard reaches, and nothing else changes.

First the rights whose amount follows from their category, by one statement for each old standard; then, a thousand at a
time, those that have to be reckoned from what was known at the decision; at last what stands against closing and opening
a right, whatever it is worth. See docs/how/standards-change.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, Greatest, Least, Substr

from assistance.models import (
    Entitlement,
    EntitlementChange,
    EntitlementMember,
    PaymentRun,
    RunKind,
    Standard,
    StandardChange,
    StandardChangeMember,
    StandardChangeRow,
)
from assistance.models.payment import offices_above
from assistance.policy.dibao_standard import DibaoStandard
from assistance.policy.parameters import ParameterErrors
from assistance.policy.repricing import Parts, Repriced, from_facts, price_changes, shifted
from assistance.policy.rule import CaseFacts, Numbers, Price
from assistance.policy.rules import rule_of
from assistance.services.set_based import insert_select, joined_as_sets
from assistance.workflow import ChangeStatus, RunStatus
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import Month, months_between
from civaffairs.registry.scope import code_range

CHUNK = 1000
CLOSED = (RunStatus.APPROVED, RunStatus.ISSUED, RunStatus.CLOSED)
# How many rows of a right are looked back over for the facts it was last reckoned from.
MOST_ROWS_BACK = 24

Outcome, Method = StandardChangeRow.Outcome, StandardChangeRow.Method


# --- what is reached ------------------------------------------------------------------------------------


def reached(standard: Standard, from_month: date) -> QuerySet[Entitlement]:
    """Rights in force in any month from `from_month` on that still follow another standard.

    A township with a standard of its own keeps to it. A right that is over and has had its difference is not reached a
    second time.
    """
    rows = (
        Entitlement.objects.in_area(standard.office_id)
        .filter(Q(until_month=None) | Q(until_month__gt=from_month), scheme_id=standard.scheme_id)
        .filter(Q(until_month=None) | Q(until_month__gt=F("from_month")))
        .exclude(standard=standard)
    )
    own = (
        Standard.objects.confirmed()
        .in_area(standard.office_id)
        .filter(scheme_id=standard.scheme_id)
        .exclude(office_id=standard.office_id)
    )
    for code in own.values_list("office_id", flat=True).distinct():
        low, high = code_range(code)
        rows = rows.exclude(office_id__gte=low, office_id__lt=high)
    if standard.changes.filter(state=StandardChange.State.APPLIED).exists():
        had = StandardChangeRow.objects.filter(
            entitlement=OuterRef("pk"),
            change__standard=standard,
            change__state=StandardChange.State.APPLIED,
            outcome__in=StandardChangeRow.APPLIED,
        )
        rows = rows.filter(~Exists(had))
    return rows


def closed_months(standard: Standard, from_month: date) -> list[date]:
    """The months from `from_month` on whose regular list is closed, oldest first; none where a year is paid at once."""
    cadence = standard.scheme.spec.cadence
    if cadence == "yearly":
        return []
    runs = PaymentRun.objects.filter(
        scheme_id=standard.scheme_id,
        kind=RunKind.REGULAR,
        status__in=CLOSED,
        office_id__in=(standard.office_id, *offices_above(standard.office_id)),
    ).values_list("month", flat=True)
    back = 2 if cadence == "quarterly" else 0
    found = {Month.of(month).plus(-n).first_day for month in runs for n in range(back + 1)}
    return sorted(month for month in found if month >= from_month)


def first_open(closed: list[date]) -> date | None:
    """The first month whose list is open, where any from the start on is closed."""
    return Month.of(closed[-1]).next.first_day if closed else None


# --- the preview ----------------------------------------------------------------------------------------


def preview(
    change: StandardChange,
    still_mine: Callable[[], None],
    tell: Callable[[int, int], None],
) -> None:
    """Fill the rows of a change anew. `tell` hears how many of how many are done, outside every transaction.

    Each part commits by itself: rows of a preview mean nothing until the change says that it is there.
    """
    _Preview(change, still_mine, tell).run()


@dataclass
class _Preview:
    change: StandardChange
    still_mine: Callable[[], None]
    tell: Callable[[int, int], None]

    def __post_init__(self) -> None:
        self.standard: Standard = self.change.standard
        self.spec = self.standard.scheme.spec
        self.rule = rule_of(self.spec.rule)
        self.closed = closed_months(self.standard, self.change.from_month)
        self.open_from = first_open(self.closed)
        self._old: dict[int, Numbers | None] = {}

    @cached_property
    def new(self) -> Numbers:
        return self.rule.read(self.standard.params, self.spec.category_names)

    def run(self) -> None:
        rows = reached(self.standard, self.change.from_month)
        total = rows.count()
        self.tell(0, total)
        with transaction.atomic():
            delete_rows(self.change)
            done = self._by_category(rows)
            self.still_mine()
        self.tell(done, total)
        for chunk in self._left(rows):
            with transaction.atomic():
                self._one_by_one(chunk)
                self.still_mine()
            done += len(chunk)
            self.tell(done, total)
        with transaction.atomic():
            self._against()
            self.change.open_from = self.open_from
            self.change.figures = figures_of(self.change)
            self.still_mine()

    def numbers(self, standard_id: int) -> Numbers | None:
        """An older standard's, None where it lacks what the rule asks today."""
        if standard_id not in self._old:
            params = Standard.objects.values_list("params", flat=True).get(pk=standard_id)
            try:
                self._old[standard_id] = self.rule.read(params, self.spec.category_names)
            except ParameterErrors:
                self._old[standard_id] = None
        return self._old[standard_id]

    # --- by category

    def _by_category(self, rows: QuerySet[Entitlement]) -> int:
        written = 0
        for standard_id in rows.order_by().values_list("standard_id", flat=True).distinct():
            old = self.numbers(standard_id)
            prices = price_changes(self.rule, old, self.new) if old is not None else {}
            cases = [case for key, (now, then) in prices.items() for case in _cases(key, now, then)]
            paid = [case for case in cases if case.base is not None]
            of_it = rows.filter(standard_id=standard_id)
            if paid:
                written += self._insert_paid(of_it, paid)
            for case in cases:
                if case.base is None:
                    written += self._insert_out(of_it.filter(case.when))
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

    # --- one by one

    def _left(self, rows: QuerySet[Entitlement]) -> Iterator[list[Entitlement]]:
        """Those without a row yet, by key."""
        done = StandardChangeRow.objects.filter(change=self.change, entitlement=OuterRef("pk"))
        rows = rows.filter(~Exists(done)).order_by("pk")
        last = 0
        while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
            yield chunk
            last = chunk[-1].pk

    def _one_by_one(self, chunk: list[Entitlement]) -> None:
        facts = facts_of(chunk)
        found = [(right, *self._reprice(right, facts.get(right.pk))) for right in chunk]
        rows = StandardChangeRow.objects.bulk_create(
            [self._row(right, answer, method) for right, answer, method in found]
        )
        self._write_extras(found, rows)

    def _reprice(self, right: Entitlement, known: tuple[dict, date] | None) -> tuple[Repriced, str]:
        was = Parts(right.base_fen, right.classified_fen, right.care_fen)
        old = self.numbers(right.standard_id)
        if old is None:
            return Repriced("review", reason="原来的标准不全，要重新测算"), Method.NONE
        if known is not None:
            data, on = known
            try:
                facts = CaseFacts.from_dict(data, self.rule.questions)
            except (BadInput, KeyError, TypeError, ValueError):
                return Repriced("review", reason="当时的测算底稿读不出来，要重新测算"), Method.NONE
            return from_facts(self.rule, facts, was, old, self.new, on), Method.FACTS
        if self.rule.key == "dibao":
            answer = shifted(
                was,
                right.persons,
                DibaoStandard.from_params(old),
                DibaoStandard.from_params(self.new),
                round_up=self.change.round_up,
            )
            return answer, Method.DIFFERENCE
        return Repriced(
            "review", reason="没有测算底稿，现在的金额也不是这一类的标准，要重新测算"
        ), Method.NONE

    def _row(self, right: Entitlement, answer: Repriced, method: str) -> StandardChangeRow:
        close = max(right.from_month, self.change.from_month)
        row = StandardChangeRow(
            change=self.change,
            entitlement=right,
            office_id=right.office_id,
            category=right.category,
            persons=right.persons,
            outcome=answer.outcome,
            method=method if answer.parts else Method.NONE,
            reason=answer.reason[:300],
            is_over=bool(self.open_from and right.until_month and right.until_month <= self.open_from),
            was_until=right.until_month,
            was_held=right.held_since,
            was_reason=right.end_reason,
            was_fen=right.amount_fen,
            close_month=close,
        )
        if answer.parts is None:
            return row
        row.base_fen, row.classified_fen = answer.parts.base_fen, answer.parts.classified_fen
        row.care_fen, row.amount_fen = answer.parts.care_fen, answer.parts.total_fen
        more = row.amount_fen - row.was_fen
        row.outcome = Outcome.RAISED if more > 0 else Outcome.LOWER if more else Outcome.SAME
        if self.open_from is not None:
            until = min(day for day in (self.open_from, right.until_month, right.held_since) if day)
            if until > close:
                row.arrears_until = until
                if more > 0:
                    row.arrears_months = months_between(Month.of(close), Month.of(until))
                    row.arrears_fen = more * row.arrears_months
        return row

    def _write_extras(self, found: list, rows: list[StandardChangeRow]) -> None:
        """分类施保 of each person, where it is not what it was."""
        changed = {
            row.entitlement_id: (row, answer, method)
            for (_, answer, method), row in zip(found, rows, strict=True)
            if row.outcome in StandardChangeRow.APPLIED
        }
        members = []
        for member in EntitlementMember.objects.filter(entitlement_id__in=changed).order_by("pk"):
            row, answer, method = changed[member.entitlement_id]
            fen = (
                answer.extras.get(str(member.person_id), 0)
                if method == Method.FACTS
                else self._grown(member, row)
            )
            if fen != member.classified_fen:
                members.append(StandardChangeMember(row=row, member=member, classified_fen=fen))
        StandardChangeMember.objects.bulk_create(members)

    def _grown(self, member: EntitlementMember, row: StandardChangeRow) -> int:
        """In percent of the standard, as `shifted` has made sure, or not changed at all."""
        right = row.entitlement
        if not member.classified_fen or row.classified_fen == right.classified_fen:
            return member.classified_fen
        return int(Fraction(member.classified_fen * row.classified_fen, right.classified_fen))

    # --- what stands against it

    def _against(self) -> None:
        """Whatever a right is worth, these cannot be closed and opened by a machine."""
        for sentence, sql, params in (
            ("有正在办理的变更，办结后再测算", *self._changing()),
            ("后面已有从以后月份起的变更，要人工处理", *self._continued()),
            ("保障人员里有人另有停发月份，要人工处理", *self._members_apart()),
            *([("有月份的名册里没有这一户，请先用“当月补充”发放", *self._unpaid())] if self.closed else []),
        ):
            with joined_as_sets(), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE assistance_standardchangerow SET outcome = 'review', reason = %s, method = '', "
                    "base_fen = NULL, classified_fen = NULL, care_fen = NULL, amount_fen = NULL, "
                    "arrears_until = NULL, arrears_months = 0, arrears_fen = 0 "
                    f"WHERE change_id = %s AND outcome IN ('raised', 'same') AND id IN ({sql})",
                    [sentence, self.change.pk, *params],
                )
        with connection.cursor() as cursor:
            # Over and nothing to make up for: the new standard does not concern it.
            cursor.execute(
                "DELETE FROM assistance_standardchangerow WHERE change_id = %s AND is_over "
                "AND outcome IN ('raised', 'same', 'lower', 'out') AND arrears_fen = 0 "
                "AND NOT EXISTS (SELECT 1 FROM assistance_standardchangemember m "
                "WHERE m.row_id = assistance_standardchangerow.id)",
                [self.change.pk],
            )

    def _changing(self) -> tuple[str, list]:
        table = EntitlementChange._meta.db_table
        return (
            f"SELECT r.id FROM assistance_standardchangerow r JOIN {table} c ON c.entitlement_id = r.entitlement_id "
            "WHERE r.change_id = %s AND c.status = %s",
            [self.change.pk, ChangeStatus.PROPOSED.value],
        )

    def _continued(self) -> tuple[str, list]:
        return (
            "SELECT r.id FROM assistance_standardchangerow r "
            "JOIN assistance_entitlement n ON n.previous_id = r.entitlement_id "
            "WHERE r.change_id = %s AND NOT r.is_over",
            [self.change.pk],
        )

    def _members_apart(self) -> tuple[str, list]:
        return (
            "SELECT r.id FROM assistance_standardchangerow r "
            "JOIN assistance_entitlementmember m ON m.entitlement_id = r.entitlement_id "
            "WHERE r.change_id = %s AND NOT r.is_over AND m.until_month >= r.close_month "
            "AND (r.was_until IS NULL OR m.until_month <> r.was_until)",
            [self.change.pk],
        )

    def _unpaid(self) -> tuple[str, list]:
        """Fewer lines than closed lists that should have held the right."""
        due = " + ".join(
            "CASE WHEN r.close_month <= %s AND e.pays_from <= %s AND r.arrears_until > %s THEN 1 ELSE 0 END"
            for _ in self.closed
        )
        return (
            "SELECT r.id FROM assistance_standardchangerow r "
            "JOIN assistance_entitlement e ON e.id = r.entitlement_id "
            "LEFT JOIN (SELECT l.entitlement_id, COUNT(*) AS paid FROM assistance_paymentline l "
            "WHERE l.scheme_id = %s AND l.month >= %s AND l.month < %s AND l.status <> 'void' AND NOT l.is_arrears "
            "GROUP BY l.entitlement_id) AS lines ON lines.entitlement_id = e.id "
            f"WHERE r.change_id = %s AND e.amount_fen > 0 AND COALESCE(lines.paid, 0) < {due}",
            [
                *(self.standard.scheme_id, self.change.from_month, self.open_from, self.change.pk),
                *(month for month in self.closed for _ in range(3)),
            ],
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


def facts_of(rights: list[Entitlement]) -> dict[int, tuple[dict, date]]:
    """What each right was last reckoned from, and on which day: of the change that opened it, else of its decision.

    A right opened by an earlier raise has the facts of the row before it, however often it was raised.
    """
    found: dict[int, tuple[dict, date]] = {}
    asked = {right.pk: right.pk for right in rights}  # row looked at → right it is for
    for _ in range(MOST_ROWS_BACK):
        if not asked:
            break
        for row, data, month in EntitlementChange.objects.filter(
            opened_id__in=asked, status=ChangeStatus.CONFIRMED
        ).values_list("opened_id", "facts", "from_month"):
            # A change without facts leaves nothing to reckon from: the earlier ones are out of date.
            if right := asked.pop(row, None):
                if data:
                    found[right] = (data, month)
        raised, further = {}, {}
        for row, before, data, on in Entitlement.objects.filter(pk__in=asked).values_list(
            "pk", "previous_id", "decision__assessment__facts", "decision__assessment__on"
        ):
            raised[row] = (before, data, on)
        standing = set(
            StandardChangeRow.objects.filter(
                entitlement_id__in=[before for before, _, _ in raised.values() if before],
                change__state=StandardChange.State.APPLIED,
                outcome__in=StandardChangeRow.APPLIED,
                is_over=False,
            ).values_list("entitlement_id", flat=True)
        )
        for row, (before, data, on) in raised.items():
            if before is None:
                if data:
                    found[asked[row]] = (data, on)
            elif before in standing:
                further[before] = asked[row]
        asked = further
    return found


# --- rows and figures -------------------------------------------------------------------------------------


def delete_rows(change: StandardChange) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM assistance_standardchangemember WHERE row_id IN "
            "(SELECT id FROM assistance_standardchangerow WHERE change_id = %s)",
            [change.pk],
        )
        cursor.execute("DELETE FROM assistance_standardchangerow WHERE change_id = %s", [change.pk])


def figures_of(change: StandardChange) -> dict[str, dict[str, dict[str, int | None]]]:
    """township code → outcome → its sums. A right that is over counts for its 补发 and not for the month."""
    more = Case(
        When(is_over=True, then=Value(None)),
        default=F("amount_fen") - F("was_fen"),
        output_field=BigIntegerField(),
    )
    rows = (
        StandardChangeRow.objects.filter(change=change)
        .annotate(area=Substr("office_id", 1, 9))
        .values("area", "outcome")
        .annotate(
            rights=Count("pk"),
            people=Sum("persons"),
            more=Sum(more),
            least=Min(more),
            most=Max(more),
            arrears=Sum("arrears_fen"),
            arrears_rights=Count("pk", filter=Q(arrears_fen__gt=0)),
        )
        .order_by("area", "outcome")
    )
    figures: dict[str, dict[str, dict[str, int | None]]] = {}
    for row in rows:
        area, outcome = f"{row.pop('area')}000", row.pop("outcome")
        figures.setdefault(area, {})[outcome] = row
    return figures
