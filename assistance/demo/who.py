"""The people of the invented county as the programmes beside 低保 meet them, and the rights they get."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F

from assistance.demo.ledger import Granted
from assistance.demo.subjects import Answers
from assistance.models import EntitlementMember, PayeeInstitution
from assistance.policy.facts import MemberFacts
from assistance.policy.rule import Receipt
from assistance.schemes import SCHEMES
from civaffairs.lib.months import age_on
from civaffairs.registry.models import Relationship


@dataclass(eq=False)
class Who:
    """One person. Those invented for a programme come from a household (`row`) that is written before their rights."""

    name: str
    birth: date
    office_id: str
    urban: bool
    relationship: str
    labour: str
    ill: bool = False
    kind: int | None = None
    grade: int | None = None
    known_id: int = 0
    known_household: int = 0
    # The 低保 that protects the person: programme, and his share a month in fen.
    dibao: tuple[str, int] | None = None
    since: date = date(2019, 1, 1)
    persons: int = 1
    has_account: bool = False
    row: Granted | None = None
    place: int = 0
    held: dict[str, str] = field(default_factory=dict)  # programme → category

    @property
    def person_id(self) -> int:
        return self.row.people[self.place].pk if self.row else self.known_id

    @property
    def household_id(self) -> int:
        return self.row.household.pk if self.row else self.known_household

    def age(self, on: date) -> int:
        return age_on(self.birth, on)

    def facts(self, key: str) -> MemberFacts:
        return MemberFacts(
            key=key,
            name=self.name,
            birth=self.birth,
            disability_kind=self.kind,
            disability_grade=self.grade,
            serious_illness=self.ill,
        )

    def receipts(self, key: str) -> tuple[Receipt, ...]:
        """What the rules of other programmes look for: 低保 with its share, and the rest by name."""
        found = [
            Receipt(key, code, SCHEMES[code].family, 0, category) for code, category in self.held.items()
        ]
        if self.dibao:
            found.append(Receipt(key, self.dibao[0], "dibao", self.dibao[1]))
        return tuple(found)


@dataclass(eq=False)
class Right:
    """What somebody, or a family, is to get: `people` are the protected ones, the payee first."""

    code: str
    people: list[Who]
    answers: Answers
    from_month: date
    until_month: date | None = None
    has_papers: bool = False
    home: PayeeInstitution | None = None

    @property
    def payee(self) -> Who:
        return self.people[0]


def of_household(row: Granted) -> list[Who]:
    """The people of an invented household, the head with an account."""
    return [
        Who(
            name=someone.name,
            birth=someone.birth,
            office_id=row.office_id,
            urban=row.family.urban,
            relationship=someone.relationship,
            labour=someone.labour,
            ill=someone.severe_illness,
            kind=someone.disability_kind,
            grade=someone.disability_grade,
            has_account=place == 0,
            row=row,
            place=place,
        )
        for place, someone in enumerate(row.family.members)
    ]


def in_dibao(month: date) -> list[Who]:
    """Everybody whom 低保 protects without an end in sight, by key."""
    rows = EntitlementMember.objects.filter(
        family="dibao",
        until_month=None,
        entitlement__until_month=None,
        entitlement__from_month__lte=month,
        person__died_on=None,
    ).order_by("pk")
    return [_known(*row) for row in rows.values_list(*_COLUMNS, F("entitlement__household__is_urban"))]


_COLUMNS = (
    "person_id",
    "person__name",
    "person__birth",
    "person__disability_kind",
    "person__disability_grade",
    "severe_illness",
    "labour",
    "relationship",
    "entitlement__office_id",
    "entitlement__household_id",
    "entitlement__scheme_id",
    "entitlement__amount_fen",
    "entitlement__persons",
    "entitlement__from_month",
    "entitlement__payee_id",
)


def _known(
    person: int,
    name: str,
    birth: date,
    kind: int | None,
    grade: int | None,
    ill: bool,
    labour: str,
    relationship: str,
    office: str,
    household: int,
    scheme: str,
    fen: int,
    persons: int,
    since: date,
    payee: int,
    urban: bool,
) -> Who:
    return Who(
        name=name,
        birth=birth,
        office_id=office,
        urban=urban,
        relationship=relationship,
        labour=labour,
        ill=ill,
        kind=kind,
        grade=grade,
        known_id=person,
        known_household=household,
        dibao=(scheme, round(fen / max(persons, 1))),
        since=since,
        persons=persons,
        has_account=person == payee,
    )


def heads(people: Iterable[Who]) -> list[Who]:
    return [who for who in people if who.relationship == Relationship.HEAD]
