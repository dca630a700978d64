"""Reckoning a raise in advance: one row for every right that the new standard reaches, and nothing else changes.

First the rights whose amount follows from their category, by one statement for each old standard; then, a thousand at a
time, those that have to be reckoned from what was known at the decision; at last what stands against closing and opening
a right, whatever it is worth. See docs/how/standards-change.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Substr

from assistance.models import (
    Entitlement,
    EntitlementMember,
    Standard,
    StandardChange,
    StandardChangeMember,
    StandardChangeRow,
)
from assistance.policy.dibao_standard import DibaoStandard
from assistance.policy.parameters import ParameterErrors
from assistance.policy.repricing import Parts, Repriced, from_facts, price_changes, shifted
from assistance.policy.rule import CaseFacts, Numbers
from assistance.policy.rules import rule_of
from assistance.services.standard_against import set_aside
from assistance.services.standard_priced import Method, Outcome, Priced
from assistance.services.standard_scope import closed_months, facts_of, first_open, reached
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import Month, months_between

CHUNK = 1000


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
        return self.rule.read(self.standard.params, self.standard.category_names)

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
            set_aside(self.change, self.closed)
            self.change.open_from = self.open_from
            self.change.figures = figures_of(self.change)
            self.still_mine()

    def numbers(self, standard_id: int) -> Numbers | None:
        """An older standard's, None where it lacks what the rule asks today."""
        if standard_id not in self._old:
            old = Standard.objects.select_related("scheme").get(pk=standard_id)
            try:
                self._old[standard_id] = self.rule.read(old.params, old.category_names)
            except ParameterErrors:
                self._old[standard_id] = None
        return self._old[standard_id]

    # --- by category

    def _by_category(self, rows: QuerySet[Entitlement]) -> int:
        written, priced = 0, Priced(self.change, self.open_from)
        for standard_id in rows.order_by().values_list("standard_id", flat=True).distinct():
            old = self.numbers(standard_id)
            if old is not None and (prices := price_changes(self.rule, old, self.new)):
                written += priced.insert(rows.filter(standard_id=standard_id), prices)
        return written

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
