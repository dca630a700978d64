"""Closing rows of a right and opening the next ones, from a month on.

A right is a chain of rows: each continues the one before (`previous`), all under one number. A change from a month on
closes the row that holds this month and every later one, and opens for each a row with what is due now; so a change
that is entered late keeps the standards of the months in between. A row that is closed in its own first month pays
for no month and stands there as what was believed once.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from assistance.models import Entitlement, EntitlementMember, PaymentRun
from assistance.services.grant import first_listed_month
from assistance.workflow import RunStatus
from civaffairs.lib.errors import Conflict
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.models import Person

# A right goes under one number within its programme.
Key = tuple[str, str]
KEPT = 0  # no row has this key
UNDER_WAY = (RunStatus.PREPARING, RunStatus.PREPARED, RunStatus.CHECKED)


@dataclass(frozen=True)
class MemberTerms:
    """One protected person as the next row has him. Amounts are fen a month."""

    person_id: int
    relationship: str
    labour: str
    severe_illness: bool = False
    disability_grade: int | None = None
    classified_kind: str = ""
    classified_fen: int = 0


@dataclass(frozen=True)
class Terms:
    """What a row is to hold from now on. None as members keeps those of the row before."""

    base_fen: int
    classified_fen: int = 0
    care_fen: int = 0
    category: str = ""
    persons: int = 1
    members: tuple[MemberTerms, ...] | None = None
    payee_id: int | None = None
    office_id: str | None = None
    household_id: int | None = None
    until_month: date | None = None
    end_reason: str = ""
    # Whose account is paid: a home, None for the person's own, KEPT for the one that is paid now.
    paid_to_id: int | None = KEPT
    # A hold goes on until somebody resumes it, whatever else changes meanwhile.
    keeps_hold: bool = True

    @property
    def amount_fen(self) -> int:
        return self.base_fen + self.classified_fen + self.care_fen

    @classmethod
    def of(cls, row: Entitlement) -> "Terms":
        """As it is."""
        return cls(row.base_fen, row.classified_fen, row.care_fen, row.category, row.persons)


@dataclass
class Chain:
    """All rows of one right, oldest first, locked."""

    rows: list[Entitlement]
    members: dict[int, list[EntitlementMember]] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.rows[0].scheme_id, self.rows[0].number

    @property
    def first_month(self) -> date:
        return min(row.from_month for row in self.rows)

    @property
    def newest(self) -> Entitlement:
        return self.rows[-1]

    def reaching(self, month: date) -> list[Entitlement]:
        """The rows that pay for that month or a later one, in the order of their months."""
        found = [
            row
            for row in self.rows
            if (row.until_month is None or row.until_month > month)
            and (row.until_month is None or row.until_month > row.from_month)
        ]
        return sorted(found, key=lambda row: row.from_month)

    def due(self, month: date) -> int:
        """Fen that are due for a month by the rows as they stand; a month on hold is not due."""
        return sum(
            row.amount_fen
            for row in self.rows
            if row.from_month <= month
            and (row.until_month is None or month < row.until_month)
            and (row.held_since is None or month < row.held_since)
        )


def chain_of(entitlement: Entitlement) -> Chain:
    """The locked chain that a row belongs to. Call inside a transaction."""
    return next(iter(_chains([entitlement], locked=True).values()))


def chains_of(entitlements: Iterable[Entitlement]) -> dict[Key, Chain]:
    """The chains that these rows belong to, to be looked at: nothing is locked. Two queries for all of them."""
    return _chains(entitlements, locked=False)


def _chains(entitlements: Iterable[Entitlement], *, locked: bool) -> dict[Key, Chain]:
    keys = [(row.scheme_id, row.number) for row in entitlements]
    rows = Entitlement.objects.select_for_update(of=("self",)) if locked else Entitlement.objects.all()
    chains: dict[Key, Chain] = {key: Chain([]) for key in keys}
    owner: dict[int, Chain] = {}
    for row in (
        rows.filter(number__in={number for _, number in keys}, scheme_id__in={scheme for scheme, _ in keys})
        .select_related("scheme", "standard", "payee", "household", "decision__assessment")
        .order_by("id")
    ):
        chain = chains.get((row.scheme_id, row.number))
        if chain is not None:
            chain.rows.append(row)
            owner[row.pk] = chain
    members = EntitlementMember.objects.filter(entitlement__in=list(owner)).select_related("person")
    for member in members.order_by("id"):
        owner[member.entitlement_id].members.setdefault(member.entitlement_id, []).append(member)
    return chains


def hold_open_runs(scheme_id: str) -> None:
    """An approval that is under way right now holds its run; wait for it, so that it cannot slip in between."""
    runs = PaymentRun.objects.filter(scheme_id=scheme_id, status__in=UNDER_WAY)
    list(runs.select_for_update().order_by("pk").values_list("pk"))


def close(rows: Iterable[Entitlement], month: date, reason: str = "") -> None:
    """Let rows and their members end before that month."""
    for row in rows:
        row.until_month = max(month, row.from_month)
        row.end_reason = reason
        row.save(update_fields=["until_month", "end_reason"])
        EntitlementMember.objects.filter(entitlement=row).exclude(until_month__lte=row.until_month).update(
            until_month=row.until_month
        )


@dataclass(frozen=True)
class Opening:
    """A row that is to continue `row`, from `start` on. `until` is the first month it does not pay any more."""

    row: Entitlement
    terms: Terms
    start: date
    until: date | None

    def columns(self) -> dict[str, Any]:
        """All of the new row but which row it follows and from which list on it is paid."""
        row, terms = self.row, self.terms
        return {
            "scheme_id": row.scheme_id,
            "office_id": terms.office_id or row.office_id,
            "household_id": terms.household_id or row.household_id,
            "decision_id": row.decision_id,
            "standard_id": row.standard_id,
            "number": row.number,
            "beneficiary_id": row.beneficiary_id,
            "category": terms.category,
            "payee_id": terms.payee_id or row.payee_id,
            "persons": terms.persons,
            "base_fen": terms.base_fen,
            "classified_fen": terms.classified_fen,
            "care_fen": terms.care_fen,
            "amount_fen": terms.amount_fen,
            "paid_to_id": row.paid_to_id if terms.paid_to_id == KEPT else terms.paid_to_id,
            "from_month": self.start,
            "until_month": self.until,
            "end_reason": terms.end_reason,
            "held_since": self._held_since(),
            "causes": row.causes,
            "review_due_on": row.review_due_on,
        }

    def _held_since(self) -> date | None:
        held = self.row.held_since
        return max(held, self.start) if held and self.terms.keeps_hold else None


def openings(reached: Iterable[Entitlement], month: date, terms: Mapping[int, Terms | None]) -> list[Opening]:
    """What follows the rows reached, oldest first, by the terms of each (key: the row's own)."""
    found = []
    for row in reached:
        wanted = terms[row.pk]
        if wanted is None:
            continue
        start = max(month, row.from_month)
        until = wanted.until_month or row.until_month
        if until is None or until > start:
            found.append(Opening(row, wanted, start, until))
    return found


def rewrite(
    chain: Chain, month: date, terms_of: Callable[[Entitlement], Terms | None], reason: str = ""
) -> list[Entitlement]:
    """Close what pays from `month` on and open a row for each with its new terms; None opens nothing there.

    `reason` is why the right ends where nothing continues it. Returns the rows opened, oldest first. Raises Conflict
    when somebody of them is protected elsewhere by now.
    """
    reached = chain.reaching(month)
    terms = {row.pk: terms_of(row) for row in reached}
    following = openings(reached, month, terms)
    close(reached, month, "" if any(terms.values()) else reason)
    return [_open(chain, opening) for opening in following]


def foreseen(chain: Chain, month: date, terms_of: Callable[[Entitlement], Terms | None]) -> Chain:
    """The chain as `rewrite` would leave it, in memory alone: what is due by it can be asked, nothing is written."""
    reached = chain.reaching(month)
    following = openings(reached, month, {row.pk: terms_of(row) for row in reached})
    closed = {row.pk for row in reached}
    rows = [copy(row) for row in chain.rows]
    for row in rows:
        if row.pk in closed:
            row.until_month = max(month, row.from_month)
    return Chain([*rows, *(Entitlement(**opening.columns()) for opening in following)], chain.members)


def foreseen_held(chain: Chain, month: date) -> Chain:
    """The chain as a hold from that month on would leave it, in memory alone."""
    rows = [copy(row) for row in chain.rows]
    held = {row.pk: since for row, since in held_rows(chain, month)}
    for row in rows:
        row.held_since = held.get(row.pk, row.held_since)
    return Chain(rows, chain.members)


def held_rows(chain: Chain, month: date) -> list[tuple[Entitlement, date]]:
    """The rows that a hold from that month on reaches, each with the month since which it is held."""
    return [(row, max(month, row.from_month)) for row in chain.reaching(month)]


def _open(chain: Chain, opening: Opening) -> Entitlement:
    row = opening.row
    columns = opening.columns()
    listed = first_listed_month(row.scheme_id, columns["office_id"], opening.start)
    try:
        with transaction.atomic():
            opened = Entitlement.objects.create(
                **columns, previous=chain.newest, pays_from=max(listed, opening.start)
            )
            opened.scheme, opened.standard, opened.payee = row.scheme, row.standard, row.payee
            wanted = opening.terms.members
            members = wanted if wanted is not None else _as_they_were(chain, row)
            family = row.scheme.family
            made = EntitlementMember.objects.bulk_create(
                EntitlementMember(
                    entitlement=opened, family=family, until_month=opening.until, **vars(member)
                )
                for member in members
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("其中有人刚刚获得了同类待遇，不能重复保障。请刷新后核实。") from error
    chain.rows.append(opened)
    chain.members[opened.pk] = made
    return opened


def _as_they_were(chain: Chain, row: Entitlement) -> tuple[MemberTerms, ...]:
    return tuple(terms_of_member(member) for member in chain.members.get(row.pk, []))


def terms_of_member(member: EntitlementMember) -> MemberTerms:
    return MemberTerms(
        member.person_id,
        member.relationship,
        member.labour,
        member.severe_illness,
        member.disability_grade,
        member.classified_kind,
        member.classified_fen,
    )


def living(chain: Chain, row: Entitlement) -> list[Person]:
    """The protected people of a row who are alive, in its order."""
    return [m.person for m in chain.members.get(row.pk, []) if m.person.died_on is None]
