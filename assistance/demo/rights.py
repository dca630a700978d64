"""Rights of the programmes beside 低保, in bulk: what each comes to by its rule, rows, members, accounts."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from assistance.demo.ledger import CHUNK, Ledger, facts_of
from assistance.demo.people import BANKS
from assistance.demo.programme_papers import ProgrammePapers
from assistance.demo.sizes import FIRST_MONTH, MONTHS, TODAY
from assistance.demo.who import Right, Who
from assistance.models import Entitlement, EntitlementMember, Scheme, Standard
from assistance.policy.facts import HouseholdFacts
from assistance.policy.old_age import turns_in
from assistance.policy.questions import from_plain, to_plain
from assistance.policy.rule import CaseFacts
from assistance.policy.rules import rule_of
from assistance.schemes import DIBAO_RURAL, DIBAO_URBAN, SCHEMES
from assistance.services.grant import entitlement_number
from civaffairs.lib.assessment import Assessment
from civaffairs.lib.months import Month
from civaffairs.registry.models import BankAccount, Relationship

_BY_AGE = ("old-age", "longevity", "elder-poor")


class Rights:
    """Writes rights chunk by chunk. Whoever is like another for the rule is reckoned once."""

    def __init__(
        self, ledger: Ledger, standards: dict[str, Standard], papers: ProgrammePapers, people
    ) -> None:
        self.ledger, self.standards, self.papers, self.people = ledger, standards, papers, people
        self.draw = people.draw
        self.specs = {code: SCHEMES[code] for code in standards}
        self.numbers = {
            code: rule_of(spec.rule).read(standards[code].params, spec.category_names)
            for code, spec in self.specs.items()
        }
        self.dibao_fen = {
            urban: max(
                (row for row in ledger.rules.values() if row.scheme_id == spec.code),
                key=lambda row: row.from_month,
            ).params["standard_fen"]
            for urban, spec in ((True, DIBAO_URBAN), (False, DIBAO_RURAL))
        }
        self._answers: dict[Any, Assessment] = {}
        self._serials: Counter[str] = Counter()

    # --- how much ---------------------------------------------------------------------------------------

    def facts(self, right: Right, on: date, *, keys: bool = True) -> CaseFacts:
        """What the rule sees. Without `keys` people have no names of their own, so that like cases are alike."""
        spec = self.specs[right.code]
        who = right.payee
        if spec.form == "full":
            household = facts_of(who.row.family, who.row.people)
        else:
            members = tuple(
                person.facts(str(person.person_id) if keys else str(place))
                for place, person in enumerate(right.people)
            )
            household = HouseholdFacts(members=members)
        key = str(who.person_id) if keys else "0"
        return CaseFacts(
            household=household,
            answers=from_plain(rule_of(spec.rule).questions, to_plain(right.answers)),
            receipts=tuple(r for r in who.receipts(key) if r.scheme != right.code) if spec.for_person else (),
            applied_on=on,
            dibao_fen=self.dibao_fen[who.urban],
            categories=spec.category_names,
        )

    def reckon(self, right: Right, on: date) -> Assessment:
        spec, who = self.specs[right.code], right.payee
        if spec.form == "full":
            return self.answer(right.code, self.facts(right, on), on)
        # The day of birth matters by its month only, and where no rule counts in months by the year.
        born = who.birth.replace(day=1) if right.code in _BY_AGE else date(who.birth.year, 1, 1)
        alike = (
            right.code,
            tuple(sorted((name, str(value)) for name, value in right.answers.items())),
            born,
            (who.kind, who.grade, who.urban, len(right.people)),
            who.receipts("") if spec.for_person else (),
            Month.of(on),
        )
        if alike not in self._answers:
            self._answers[alike] = self.answer(right.code, self.facts(right, on, keys=False), on)
        return self._answers[alike]

    def answer(self, code: str, facts: CaseFacts, on: date) -> Assessment:
        found = rule_of(self.specs[code].rule).assess(facts, self.numbers[code], on)
        if found.outcome != "eligible":
            raise ValueError(f"an invented person is not entitled to {code}: {found.reasons}")
        return found

    # --- writing ----------------------------------------------------------------------------------------

    def write(self, rights: Iterable[Right]) -> None:
        rights = list(rights)
        self._open_accounts(rights)
        decisions = self.papers.write([right for right in rights if right.has_papers], self)
        rows: list[tuple[Entitlement, Right]] = []
        for right in rights:
            rows += [(row, right) for row in self._entitlements(right)]
        for row, right in rows:
            if row.previous is None:
                row.decision = decisions.get(id(right))
        first = [row for row, _ in rows if row.previous is None]
        later = [row for row, _ in rows if row.previous is not None]
        for part in (first, later):
            for row in part:
                row.previous = row.previous  # its key is known now that the row before has been written
            Entitlement.objects.bulk_create(part, batch_size=500)
        EntitlementMember.objects.bulk_create(
            [
                EntitlementMember(
                    entitlement=row,
                    person_id=who.person_id,
                    family=self.specs[right.code].family,
                    relationship=who.relationship if row.beneficiary_id is None else Relationship.HEAD,
                    labour=who.labour,
                    severe_illness=who.ill,
                    disability_grade=who.grade,
                    until_month=row.until_month,
                )
                for row, right in rows
                for who in right.people
            ],
            batch_size=1000,
        )

    def _entitlements(self, right: Right) -> list[Entitlement]:
        """One row; two where a birthday of this year has brought a higher band."""
        standard = self.standards[right.code]
        begins = max(right.from_month, standard.from_month)
        spec, who = self.specs[right.code], right.payee
        head = entitlement_number(Scheme(code=right.code), who.office_id, right.from_month.year, 0)[:-5]
        self._serials[head] += 1
        number = f"{head}{self._serials[head]:05d}"
        review = self._review_day(spec.review_months)
        rows: list[Entitlement] = []
        for first, until in self._spans(right, begins):
            last = MONTHS[-1] if until is None else min(Month.of(until).previous.first_day, MONTHS[-1])
            answer = self.reckon(right, max(first, last))
            care = sum(part.amount_fen for part in answer.parts if part.kind == "care")
            row = Entitlement(
                scheme_id=right.code,
                office_id=who.office_id,
                household_id=who.household_id,
                standard=standard,
                number=number,
                beneficiary_id=who.person_id if spec.for_person else None,
                category=answer.category,
                payee_id=who.person_id,
                persons=len(right.people),
                base_fen=answer.amount_fen - care,
                care_fen=care,
                amount_fen=answer.amount_fen,
                paid_to=right.home,
                from_month=first,
                pays_from=first,
                until_month=until,
                review_due_on=review,
                previous=rows[-1] if rows else None,
            )
            rows.append(row)
        return rows

    def _spans(self, right: Right, begins: date) -> list[tuple[date, date | None]]:
        """Months of one amount: until the birthday of a band that lies in the months paid so far."""
        if right.code not in _BY_AGE:
            return [(begins, right.until_month)]
        turns = [
            turns_in(right.payee.birth, band["from_age"], self.numbers[right.code]).first_day
            for band in self.numbers[right.code]["ages"]
        ]
        now = [turn for turn in turns if begins < turn <= MONTHS[-1]]
        if now and now[-1] >= FIRST_MONTH:
            return [(max([begins, *now[:-1]]), now[-1]), (now[-1], None)]
        return [(max([begins, *now]), None)]

    def _review_day(self, months: int) -> date | None:
        return TODAY + timedelta(days=self.draw.randrange(3, months * 30)) if months else None

    def _open_accounts(self, rights: list[Right]) -> None:
        """Everybody who is paid has an account; the head of a household has one already."""
        rows, seen = [], set()
        for right in rights:
            who = right.payee
            if who.has_account or who.person_id in seen:
                continue
            seen.add(who.person_id)
            who.has_account = True
            rows.append(self._account(who))
        BankAccount.objects.bulk_create(rows, batch_size=500)

    def _account(self, who: Who) -> BankAccount:
        place = self.papers.offices[who.office_id].name.removesuffix("村").removesuffix("社区")
        account = BankAccount(
            person_id=who.person_id,
            office_id=who.office_id,
            holder=who.name,
            bank=f"{self.draw.choice(BANKS)}{place}网点",
            state=BankAccount.State.ACTIVE,
            reason="历史台账导入",
            from_day=FIRST_MONTH,
        )
        account.set_number(self.people.card())
        return account


def in_chunks(rights: list[Right]) -> Iterable[list[Right]]:
    for start in range(0, len(rights), CHUNK * 2):
        yield rights[start : start + CHUNK * 2]
