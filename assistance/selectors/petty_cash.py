"""What the pages of 备用金 show: the accounts of one's area, their entries, and the papers that are still to come."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from assistance.models import Advance, Application, PettyCash, PettyCashEntry
from assistance.workflow import ENDED_STATUSES
from civaffairs.registry.models import Posting

Kind = PettyCashEntry.Kind


@dataclass(frozen=True)
class Account:
    """One township's year: allotted less recalled, spent less what came back, left. Fen."""

    account: PettyCash
    allotted_fen: int
    spent_fen: int

    @property
    def left_fen(self) -> int:
        return self.account.balance_fen


def accounts(posting: Posting, year: int) -> list[Account]:
    rows = list(PettyCash.objects.visible_to(posting).filter(year=year).select_related("office"))
    sums = _sums(rows)
    return [_account(row, sums) for row in rows]


def account_sums(row: PettyCash) -> Account:
    return _account(row, _sums([row]))


def _sums(rows: list[PettyCash]) -> dict[tuple[int, str], int]:
    found = (
        PettyCashEntry.objects.filter(account__in=rows)
        .order_by()
        .values("account", "kind")
        .annotate(total=Sum("amount_fen"))
    )
    return {(row["account"], row["kind"]): row["total"] for row in found}


def _account(row: PettyCash, sums: dict[tuple[int, str], int]) -> Account:
    def of(*kinds: str) -> int:
        return sum(sums.get((row.pk, kind), 0) for kind in kinds)

    return Account(row, of(Kind.ALLOT, Kind.RECALL), -of(Kind.AID, Kind.ADVANCE, Kind.RETURNED))


def entries(account: PettyCash) -> QuerySet[PettyCashEntry]:
    return PettyCashEntry.objects.filter(account=account).select_related(
        "entered_by__user", "application__applicant", "entitlement"
    )


@dataclass(frozen=True)
class Open:
    """An advance whose case is not decided; `late` once its days have run out."""

    advance: Advance
    late: bool


def papers_to_come(posting: Posting, on: date) -> list[Open]:
    """The oldest hundred. Given in an emergency, a hundred that wait would be a scandal of their own."""
    rows = (
        Advance.objects.visible_to(posting)
        .exclude(application__status__in=ENDED_STATUSES)
        .select_related("application__applicant", "application__office__parent", "given_by__user")
        .order_by("papers_due_on", "pk")[:100]
    )
    return [Open(row, row.papers_due_on < on) for row in rows]


def claimed(posting: Posting, account: PettyCash | None = None) -> QuerySet[Advance]:
    """Advances got by fraud that have not come back yet; those of one account, or of the posting's area."""
    rows = Advance.objects.visible_to(posting).filter(outcome=Advance.Outcome.CLAIMED, returned=None)
    if account is not None:
        rows = rows.filter(entry__account=account)
    return rows.select_related("application__applicant", "application__office__parent", "entry").order_by(
        "pk"
    )


def advance_of(application: Application) -> Advance | None:
    return Advance.objects.filter(application=application).select_related("returned").first()
