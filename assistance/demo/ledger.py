"""The households in force, in bulk: people, households, accounts and entitlements as if imported from an older system.

The amounts are not invented: each household's facts go through the rule with the dated standard, as for a real case.
"""

import calendar
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from assistance.demo import standards
from assistance.demo.papers import Papers
from assistance.demo.people import Family, People, sizes
from assistance.demo.places import Place
from assistance.demo.sizes import FIRST_MONTH, MONTHS, TODAY, Flow
from assistance.demo.staff import BAISHI, QINGXI, Staff
from assistance.models import (
    EndReason,
    Entitlement,
    EntitlementChange,
    EntitlementMember,
    LabourAbility,
    Scheme,
    Standard,
)
from assistance.policy import dibao
from assistance.policy.dibao import DibaoStandard
from assistance.policy.facts import HouseholdFacts, IncomeItem, MemberFacts
from assistance.schemes import SCHEMES
from assistance.services.grant import entitlement_number
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.assessment import Assessment
from civaffairs.lib.months import Month
from civaffairs.lib.names import search_initials, sort_key
from civaffairs.registry.models import BankAccount, Household, Membership, Person

CHUNK = 400
# The mean share of the standard by which the income of a household falls short, so that a month's 人均保障金 comes
# near the 215.8 (urban) and 110.8 yuan (rural) of the real report.
SHORTFALL = {standards.URBAN: 0.26, standards.RURAL: 0.165}
# Townships whose older amounts were imported too, so that a raise can be seen in the ledger.
WITH_HISTORY = (QINGXI, BAISHI)
_GONE = (
    (EndReason.DEATH, 42, "户主因病去世，家庭无其他保障对象"),
    (EndReason.INCOME, 30, "子女就业，家庭人均收入超过低保标准"),
    (EndReason.TEKUN, 12, "无法定赡养人，转为特困供养"),
    (EndReason.MOVED, 6, "户籍迁往外县"),
    (EndReason.VOLUNTARY, 6, "家庭条件好转，主动申请退出"),
    (EndReason.PROPERTY, 4, "复核发现名下有机动车"),
)
_KIND_OF = {EndReason.DEATH: ChangeKind.DEATH, EndReason.VOLUNTARY: ChangeKind.QUIT}


@dataclass
class Granted:
    """One household of the ledger, before it is written. `people` are its rows, head first."""

    family: Family
    office_id: str
    scheme: str
    from_month: date
    until_month: date | None = None
    is_new: bool = False
    end_reason: str = ""
    end_words: str = ""
    people: list[Person] = field(default_factory=list)
    household: Household | None = None
    facts: HouseholdFacts | None = None
    answer: Assessment | None = None


class Ledger:
    """Writes households chunk by chunk and keeps the running numbers."""

    def __init__(
        self, people: People, staff: Staff, rules: dict[tuple[str, date], Standard], papers: Papers
    ) -> None:
        self.people, self.staff, self.rules, self.papers = people, staff, rules, papers
        self.draw = people.draw
        self._read = {key: DibaoStandard.from_params(row.params) for key, row in rules.items()}
        self._serials: Counter[str] = Counter()

    # --- who ---------------------------------------------------------------------------------------

    def invent(self, scheme: str, flow: Flow, villages: list[Place]) -> Iterable[Granted]:
        """Every household of a scheme: those who stay, those who came and those who went from January to May."""
        urban = SCHEMES[scheme].is_urban
        weights = [self.draw.uniform(0.6, 1.6) for _ in villages]
        for group, (households, persons) in zip(("stay", "new", "gone"), sizes_of(flow), strict=True):
            for size in sizes(households, persons, self.draw):
                village = self.draw.choices(villages, weights)[0]
                family = self.people.family(size, village.name, urban)
                row = Granted(family, village.code, scheme, self._since())
                if group == "new":
                    row.from_month, row.is_new = self.draw.choice(MONTHS), True
                elif group == "gone":
                    self._end(row)
                yield row

    def _since(self) -> date:
        """Granted between 2019 and the end of last year."""
        month = Month(2019, 1).plus(int(self.draw.triangular(0, 83, 66)))
        return month.first_day

    def _end(self, row: Granted) -> None:
        row.until_month = self.draw.choice(MONTHS)
        row.from_month = min(row.from_month, date(2025, 10, 1))
        choices = _GONE if len(row.family.members) == 1 else _GONE[1:]
        reason = self.draw.choices(choices, [share for _, share, _ in choices])[0]
        row.end_reason, row.end_words = str(reason[0]), reason[2]

    # --- how much -----------------------------------------------------------------------------------

    def _reckon(self, row: Granted) -> None:
        """Give the family an income and put it through the rule that was in force when it was last reckoned."""
        rule = self._read[row.scheme, standards.RAISE]
        mean = SHORTFALL[row.scheme]
        short = 1.0 if self.draw.random() < 0.03 else self.draw.betavariate(5 * mean, 5 * (1 - mean))
        short_fen = max(int(rule.standard_fen * short), 1_500)
        self.people.earn(row.family, max(rule.standard_fen - short_fen, 0))
        row.facts = facts_of(row.family, row.people)
        row.answer = dibao.assess(row.facts, rule, max(row.from_month, standards.RAISE))
        if row.answer.outcome != "eligible":
            raise ValueError(f"an invented family is not eligible: {row.answer.reasons}")

    # --- writing ------------------------------------------------------------------------------------

    def write(self, rows: list[Granted]) -> None:
        """People first, because the rule names them by the keys of their rows; the rest in one insert per table."""
        self.write_people(rows)
        for row in rows:
            self._reckon(row)
        new = [row for row in rows if row.is_new]
        decisions = self.papers.write(new)
        entitlements, members = [], []
        for row in rows:
            for entitlement in self._entitlements(row):
                entitlements.append(entitlement)
                members.append(row)
        decided = {row.household.pk: decision for row, decision in zip(new, decisions, strict=True)}
        for entitlement in entitlements:
            entitlement.decision = decided.get(entitlement.household_id)
        self._link(Entitlement.objects.bulk_create(entitlements, batch_size=500))
        EntitlementMember.objects.bulk_create(
            [
                member
                for entitlement, row in zip(entitlements, members, strict=True)
                for member in _members(entitlement, row)
            ],
            batch_size=1000,
        )
        self._write_changes([(e, r) for e, r in zip(entitlements, members, strict=True) if r.end_reason])

    def write_people(self, rows: list[Granted]) -> None:
        """The people of these households, their books, and the account of each head."""
        people = []
        for row in rows:
            row.people = [person_of(someone, row.office_id) for someone in row.family.members]
            row.people[0].set_phone(row.family.phone)
            if row.end_reason == EndReason.DEATH and row.until_month:
                # The month of death is still paid; the first month without payment is the one after.
                row.people[0].died_on = row.until_month - timedelta(days=self.draw.randrange(1, 28))
            people += row.people
        Person.objects.bulk_create(people, batch_size=500)
        for row in rows:
            row.household = Household(
                number=self.number(f"H{row.office_id[:9]}", 6),
                head=row.people[0],
                office_id=row.office_id,
                is_urban=row.family.urban,
                address=row.family.address,
            )
        Household.objects.bulk_create([row.household for row in rows], batch_size=500)
        Membership.objects.bulk_create(
            [
                Membership(
                    household=row.household,
                    person=person,
                    relationship=someone.relationship,
                    from_day=max(row.from_month, someone.birth),
                )
                for row in rows
                for person, someone in zip(row.people, row.family.members, strict=True)
            ],
            batch_size=1000,
        )
        BankAccount.objects.bulk_create([account_of(row) for row in rows], batch_size=500)

    def _entitlements(self, row: Granted) -> Iterable[Entitlement]:
        """One row since the raise, and for the townships with history the smaller amount before it."""
        since, year = row.from_month, row.from_month.year
        prefix = entitlement_number(Scheme(code=row.scheme), row.office_id, year, 0)[:-5]
        number = self.number(prefix, 5)
        if since < standards.RAISE and f"{row.office_id[:9]}000" in WITH_HISTORY:
            earlier = self._earlier(row, number, max(since, standards.BEFORE))
            if earlier is not None:
                yield earlier
        yield self._entitlement(
            row,
            number,
            row.answer,
            self.rules[row.scheme, standards.RAISE],
            max(since, standards.RAISE),
            row.until_month,
        )

    def _earlier(self, row: Granted, number: str, from_month: date) -> Entitlement | None:
        answer = dibao.assess(row.facts, self._read[row.scheme, standards.BEFORE], from_month)
        if answer.outcome != "eligible":
            return None
        rule = self.rules[row.scheme, standards.BEFORE]
        return self._entitlement(row, number, answer, rule, from_month, standards.RAISE)

    def _entitlement(
        self,
        row: Granted,
        number: str,
        answer: Assessment,
        rule: Standard,
        from_month: date,
        until_month: date | None,
    ) -> Entitlement:
        extra = sum(part.amount_fen for part in answer.parts if part.kind == "classified")
        found = Entitlement(
            scheme_id=row.scheme,
            office_id=row.office_id,
            household=row.household,
            standard=rule,
            number=number,
            payee=row.people[0],
            persons=len(row.people),
            base_fen=answer.amount_fen - extra,
            classified_fen=extra,
            amount_fen=answer.amount_fen,
            from_month=from_month,
            pays_from=from_month,
            until_month=until_month,
            end_reason=row.end_reason if until_month == row.until_month else "",
            causes=row.family.causes,
            review_due_on=self._review_due(row, from_month),
        )
        found.answer = answer
        return found

    def _review_due(self, row: Granted, from_month: date) -> date:
        """Half a year or a year after the last review; a few households are late for it."""
        can_work = any(m.labour in (LabourAbility.FULL, LabourAbility.PARTIAL) for m in row.family.members)
        months = 6 if can_work else 12
        if self.draw.random() < 0.004:
            return TODAY - timedelta(days=self.draw.randrange(1, 40))
        month = Month.of(TODAY).plus(self.draw.randrange(0, months))
        day = self.draw.randrange(1, calendar.monthrange(month.year, month.month)[1] + 1)
        return max(date(month.year, month.month, day), TODAY + timedelta(days=3))

    def _link(self, entitlements: list[Entitlement]) -> None:
        """A raise continues the row before it, so that it counts neither as new nor as gone."""
        last: dict[int, Entitlement] = {}
        linked = []
        for entitlement in entitlements:
            before = last.get(entitlement.household_id)
            if before is not None:
                entitlement.previous = before
                linked.append(entitlement)
            last[entitlement.household_id] = entitlement
        Entitlement.objects.bulk_update(linked, ["previous"], batch_size=200)

    def _write_changes(self, ended: list[tuple[Entitlement, Granted]]) -> None:
        """The papers of those who left: heard, proposed by the township, confirmed by the county."""
        rows = []
        for entitlement, row in ended:
            if entitlement.until_month != row.until_month or entitlement.end_reason != row.end_reason:
                continue
            proposed = self.papers.workday(row.until_month - timedelta(days=self.draw.randrange(8, 18)))
            dead = row.end_reason == EndReason.DEATH
            if dead:
                proposed = max(proposed, self.papers.workday(row.people[0].died_on))
            desk = self.staff.desk_of(row.office_id)
            rows.append(
                EntitlementChange(
                    entitlement=entitlement,
                    office_id=row.office_id,
                    kind=_KIND_OF.get(row.end_reason, ChangeKind.STOP),
                    reason_code=row.end_reason,
                    before_fen=entitlement.amount_fen,
                    after_fen=0,
                    explanation=row.end_words,
                    from_month=row.until_month,
                    person=row.people[0] if dead else None,
                    died_on=row.people[0].died_on if dead else None,
                    heard_on=None if dead else proposed - timedelta(days=1),
                    heard_how="" if dead else "上门听取意见，家庭表示理解，没有异议",
                    status=ChangeStatus.CONFIRMED,
                    version=2,
                    proposed_by=desk.clerk,
                    proposed_on=proposed,
                    confirmed_by=self.staff.county_zhao,
                    confirmed_on=self.papers.workday(proposed + timedelta(days=2)),
                    opinion="同意停发",
                )
            )
        for change in EntitlementChange.objects.bulk_create(rows, batch_size=500):
            change.number = f"停{change.confirmed_on:%Y}{change.pk:06d}"
        EntitlementChange.objects.bulk_update(rows, ["number"], batch_size=200)

    def number(self, head: str, width: int) -> str:
        """The next number that begins so."""
        self._serials[head] += 1
        return f"{head}{self._serials[head]:0{width}}"


def sizes_of(flow: Flow) -> tuple[tuple[int, int], ...]:
    """(households, people) of those who stay, who came and who went."""
    return (
        flow.staying,
        (flow.new_households, flow.new_people),
        (flow.gone_households, flow.gone_people),
    )


def chunks(rows: Iterable[Granted], seen: Callable[[int], None]) -> Iterable[list[Granted]]:
    """Handfuls of households; `seen` hears how many have gone by."""
    held: list[Granted] = []
    count = 0
    for row in rows:
        held.append(row)
        if len(held) == CHUNK:
            count += len(held)
            yield held
            seen(count)
            held = []
    if held:
        yield held
        seen(count + len(held))


def facts_of(family: Family, people: list[Person]) -> HouseholdFacts:
    """The family as the rule reads it; a person's key is the id of the row, as in services/assessment.py."""
    return HouseholdFacts(
        members=tuple(
            MemberFacts(
                key=str(person.pk),
                name=person.name,
                birth=person.birth,
                disability_kind=someone.disability_kind,
                disability_grade=someone.disability_grade,
                serious_illness=someone.severe_illness,
            )
            for person, someone in zip(people, family.members, strict=True)
        ),
        incomes=tuple(
            IncomeItem(kind, fen, label, str(people[place].pk)) for place, kind, label, fen in family.incomes
        ),
        assets=(),
    )


@lru_cache(maxsize=20_000)
def _name_keys(name: str) -> tuple[str, str]:
    return sort_key(name), search_initials(name)


def person_of(someone, office_id: str) -> Person:
    person = Person(name=someone.name, sex=someone.sex, birth=someone.birth, office_id=office_id)
    # Names repeat, and reading them takes time.
    person.name_key, person.name_initials = _name_keys(someone.name)
    person.set_id_number(someone.id_number)
    if someone.disability_number:
        person.set_disability_number(someone.disability_number)
        person.disability_kind, person.disability_grade = someone.disability_kind, someone.disability_grade
    return person


def account_of(row: Granted) -> BankAccount:
    account = BankAccount(
        person=row.people[0],
        office_id=row.office_id,
        holder=row.people[0].name,
        bank=row.family.bank,
        state=BankAccount.State.ACTIVE,
        reason="随申请登记" if row.is_new else "历史台账导入",
        from_day=min(row.from_month, FIRST_MONTH),
    )
    account.set_number(row.family.account)
    return account


def _members(entitlement: Entitlement, row: Granted) -> Iterable[EntitlementMember]:
    extras: dict[str, list] = {}
    for part in entitlement.answer.parts:
        if part.kind == "classified":
            extras.setdefault(part.person, []).append(part)
    for person, someone in zip(row.people, row.family.members, strict=True):
        own = extras.get(str(person.pk), [])
        yield EntitlementMember(
            entitlement=entitlement,
            person=person,
            family=SCHEMES[row.scheme].family,
            relationship=someone.relationship,
            labour=someone.labour,
            severe_illness=someone.severe_illness,
            disability_grade=someone.disability_grade,
            classified_kind="、".join(part.label.removeprefix("分类施保：") for part in own)[:20],
            classified_fen=sum(part.amount_fen for part in own),
            until_month=entitlement.until_month,
        )
