"""幸福清单: everything that one person, or all of one household, has received: every programme, every part, every line with
its state, beside what a township paid out of its 备用金 and what was settled at the hospital's counter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from assistance.models import LineStatus, MedicalSettlement, PaymentLine, PettyCashEntry
from assistance.workflow import RunStatus
from civaffairs.lib.months import Month
from civaffairs.registry import access
from civaffairs.registry.models import Membership, Person, Posting

MONTHS = 12
SCOPES = (("person", "本人"), ("household", "全家"))
TONES = {
    LineStatus.LISTED: "wait",
    LineStatus.SENT: "wait",
    LineStatus.PAID: "good",
    LineStatus.RETURNED: "bad",
}


@dataclass(frozen=True)
class Received:
    """One sum. `counted_fen` is what has reached the family or is on its way to it: nothing of a line not yet sent, or one
    that came back. `parts` are words with fen; `on` is the day it went to the bank or was paid."""

    month: date
    scheme: str
    whom: str
    parts: tuple[tuple[str, int], ...]
    amount_fen: int
    state: str
    tone: str
    counted_fen: int
    on: date | None = None
    document: str = ""
    run_id: int | None = None


@dataclass(frozen=True)
class Sum:
    """What was received of one programme, or in one year."""

    name: str
    count: int
    fen: int


@dataclass(frozen=True)
class Sheet:
    """The whole list for one person or household and some months, newest first."""

    person: Person
    scope: str
    people: tuple[Person, ...]
    first: date
    last: date
    rows: tuple[Received, ...]
    years: tuple[int, ...]
    year: int | None

    @property
    def total_fen(self) -> int:
        return sum(row.counted_fen for row in self.rows)

    @property
    def by_scheme(self) -> list[Sum]:
        return _sums((row.scheme, row.counted_fen) for row in self.rows if row.counted_fen)

    @property
    def by_year(self) -> list[Sum]:
        return _sums((f"{row.month.year}年", row.counted_fen) for row in self.rows if row.counted_fen)

    @property
    def scope_word(self) -> str:
        return dict(SCOPES)[self.scope]

    @property
    def span_word(self) -> str:
        return f"{self.year}年" if self.year else f"{Month.of(self.first).label}至{Month.of(self.last).label}"


def _sums(pairs: Iterable[tuple[str, int]]) -> list[Sum]:
    found: dict[str, list[int]] = {}
    for name, fen in pairs:
        found.setdefault(name, []).append(fen)
    return [Sum(name, len(each), sum(each)) for name, each in found.items()]


def asked_for(query: Mapping[str, str]) -> tuple[str, int | None]:
    """(scope, calendar year or None) of an address; what is neither is as if nothing were said."""
    scope, year = query.get("of", ""), query.get("year", "")
    said = len(year) == 4 and year.isascii() and year.isdecimal() and 2000 <= int(year) <= 2100
    return (scope if scope in dict(SCOPES) else "person"), (int(year) if said else None)


def sheet(
    person: Person, posting: Posting, on: date, scope: str = "person", year: int | None = None
) -> Sheet:
    """What the posting sees of it. The last twelve months, or a calendar year. The number of queries is fixed."""
    people, household = _people(person, posting, on, scope)
    mine = _lines_of([one.pk for one in people], household).visible_to(posting)
    years = tuple(day.year for day in mine.order_by("-month").dates("month", "year", order="DESC"))
    last = Month.of(on)
    first = last.plus(1 - MONTHS)
    if year:
        first, last = Month(year, 1), Month(year, 12)
    low, high = first.first_day, last.last_day
    lines = (
        mine.filter(month__gte=low, month__lte=high)
        .select_related("scheme", "run", "entitlement__beneficiary")
        .order_by("-month", "-pk")
    )
    rows = [
        *(_of_line(line) for line in lines),
        *_of_petty_cash(people, posting, low, high),
        *_of_settlements(people, posting, low, high),
    ]
    rows.sort(key=lambda row: row.month, reverse=True)
    return Sheet(person, scope, tuple(people), low, last.first_day, tuple(rows), years, year)


def _people(person: Person, posting: Posting, on: date, scope: str) -> tuple[list[Person], int | None]:
    """Whose money it is, the person first, and the household that they are in now; of its members those of the
    posting's area."""
    if scope == "person":
        return [person], None
    household = Membership.objects.on(on).filter(person=person).values_list("household_id", flat=True).first()
    if household is None:
        return [person], None
    members = Membership.objects.on(on).filter(household=household).exclude(person=person)
    people = [row.person for row in members.select_related("person").order_by("pk")]
    return [person, *(one for one in people if access.covers_office(posting, one.office_id))], household


def _lines_of(people: list[int], household: int | None) -> QuerySet[PaymentLine]:
    """Lines for these people: their own right's, or paid to them; and those of the household's rights. What somebody only
    receives for another's right (as its payee) is that other's."""
    own = Q(entitlement__beneficiary__in=people)
    paid = Q(payee__in=people, entitlement__beneficiary=None)
    whose = own | paid
    if household is not None:
        whose |= Q(entitlement__household=household, entitlement__beneficiary=None)
    rows = PaymentLine.objects.filter(whose).exclude(status=LineStatus.VOID)
    return rows.exclude(run__status=RunStatus.CANCELLED)


def _of_line(line: PaymentLine) -> Received:
    words = (
        ("基本", line.base_fen),
        ("分类施保", line.classified_fen),
        ("照料护理", line.care_fen),
        ("补发" if line.arrears_fen > 0 else "抵扣", line.arrears_fen),
    )
    moved = line.status in (LineStatus.SENT, LineStatus.PAID)
    return Received(
        month=line.month,
        scheme=line.scheme.short_name,
        whom=line.entitlement.beneficiary.name if line.entitlement.beneficiary else f"{line.payee_name}户",
        parts=tuple((word, fen) for word, fen in words if fen),
        amount_fen=line.amount_fen,
        state=line.get_status_display(),
        tone=TONES.get(line.status, "plain"),
        counted_fen=line.amount_fen if moved else 0,
        on=line.run.issued_on,
        document=line.run.document_number or "",
        run_id=line.run_id,
    )


def _of_petty_cash(people: list[Person], posting: Posting, low: date, high: date) -> list[Received]:
    kinds = PettyCashEntry.Kind
    entries = (
        PettyCashEntry.objects.visible_to(posting)
        .filter(application__applicant__in=people, on__gte=low, on__lte=high)
        .filter(kind__in=(kinds.AID, kinds.ADVANCE, kinds.RETURNED))
        .select_related("application__scheme", "application__applicant")
    )
    return [
        Received(
            month=entry.on.replace(day=1),
            scheme=entry.application.scheme.short_name,
            whom=entry.application.applicant.name,
            parts=((f"备用金{entry.get_kind_display()}", -entry.amount_fen),),
            amount_fen=-entry.amount_fen,
            state="已退回" if entry.kind == kinds.RETURNED else "已付",
            tone="good",
            counted_fen=-entry.amount_fen,
            on=entry.on,
            document=entry.document_number,
        )
        for entry in entries
    ]


def _of_settlements(people: list[Person], posting: Posting, low: date, high: date) -> list[Received]:
    settled = (
        MedicalSettlement.objects.visible_to(posting)
        .filter(person__in=people, settled_on__gte=low, settled_on__lte=high, aid_fen__gt=0)
        .select_related("person")
    )
    return [
        Received(
            month=row.settled_on.replace(day=1),
            scheme="医疗救助",
            whom=row.person.name,
            parts=(("一站式结算，付给医院", row.aid_fen),),
            amount_fen=row.aid_fen,
            state="已结算",
            tone="good",
            counted_fen=row.aid_fen,
            on=row.settled_on,
        )
        for row in settled
    ]
