"""Who of the invented county gets which programme beside 低保.

The people are the same: the old of 低保 families get 高龄津贴, their disabled the two subsidies, their sick children's bills are
paid. What is still missing up to the size of the county are people of their own. Nobody gets two things that
policy/overlaps.py forbids together.
"""

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction

from assistance.demo.ledger import Granted
from assistance.demo.people import People
from assistance.demo.places import Place
from assistance.demo.sizes import MONTHS, PROGRAMMES, TODAY
from assistance.demo.staff import BAISHI, QINGXI
from assistance.demo.subjects import DISABLED_SOLDIERS, FIXED, LIVING, SERVICE, SURVIVORS, Subject, Subjects
from assistance.demo.who import Right, Who, in_dibao, of_household
from assistance.models import PayeeInstitution
from civaffairs.lib.months import Month
from civaffairs.registry.models import Relationship

MAY = MONTHS[-1]
# How many people of 低保 families wait beside each of these programmes for a case of their own.
WAITING = 8
# Old people of 低保 who ask for 特困 instead.
GOING_OVER = 2
# A few who could have a programme and have not asked for it: the worklist of those entitled and not enrolled.
NOT_ENROLLED = 0.03
NEW = 0.03
# People in whom the list of June finds two things that exclude each other, and those of whom it only reminds.
HITS = 2
REMINDERS = 3
_ONE_OFF_MONTHS = {"education": MONTHS[2:4], "vet-service": MONTHS[3:]}


class Choice:
    """Draws rights, programme by programme. `households` are the people invented on the way, in order."""

    def __init__(
        self, people: People, villages: list[Place], share: Fraction, homes: list[PayeeInstitution]
    ) -> None:
        self.people, self.draw, self.share, self.homes = people, people.draw, share, homes
        self.subjects = Subjects(people)
        self.urban = [v for v in villages if v.urban]
        self.rural = [v for v in villages if not v.urban]
        self.names = {v.code: v.name for v in villages}
        self.households: list[Granted] = []
        self.rights: list[Right] = []
        self.dibao = in_dibao(MAY)
        self.reserved: dict[str, list[Who]] = {}
        self._taken: set[int] = set()

    def count(self, code: str) -> int:
        return max(1, round(PROGRAMMES[code] * self.share))

    def choose(self) -> list[Right]:
        self._reserve()
        for code in ("tekun-rural", "tekun-urban"):
            self._tekun(code)
        self._by_category("vet-disability", DISABLED_SOLDIERS)
        self._by_category("vet-survivor", SURVIVORS)
        self._by_category("vet-living", {key: share for key, (share, *_) in LIVING.items()})
        for code, shares in FIXED.items():
            self._by_category(code, shares)
        self._by_category("orphan", {"scattered": 90, "institution": 10})
        self._children()
        self._disabled()
        self._poor_old()
        self._old()
        self._statuses()
        for code in ("temp-quick", "temp-urgent", "temp-expense", "vet-service"):
            self._one_off(code)
        self._bills()
        self._schools()
        self._doubled()
        return self.rights

    # --- drawing ----------------------------------------------------------------------------------------

    def place(self, urban: bool | None) -> Place:
        if urban is None:
            urban = self.draw.random() < 0.3
        return self.draw.choice(self.urban if urban else self.rural)

    def settle(self, subject: Subject, village: Place) -> list[Who]:
        """The subject's family is one more household of the village."""
        row = Granted(subject.family, village.code, "", date(2019, 1, 1))
        self.households.append(row)
        return of_household(row)

    def invented(self, code: str, urban: bool | None = None, category: str = "") -> tuple[Subject, list[Who]]:
        village = self.place(urban)
        subject = self.subjects.invent(code, village.name, village.urban, category)
        return subject, self.settle(subject, village)

    def since(self, earliest: date, latest: date = date(2025, 12, 1)) -> date:
        """A month of the years before this one."""
        low, high = Month.of(earliest), Month.of(latest)
        months = max(0, (high.year - low.year) * 12 + high.month - low.month)
        return low.plus(int(self.draw.triangular(0, months + 0.99, months * 0.8))).first_day

    def grant(self, code: str, who: Who, answers: dict, *, new: bool | None = None, **more) -> Right:
        """The person's right: most since years ago, some from this year on."""
        if new is None:
            new = self.draw.random() < NEW
        from_month = self.draw.choice(MONTHS) if new else self.since(max(who.since, date(2019, 1, 1)))
        right = Right(code, [who], answers, from_month, has_papers=new, **more)
        who.held[code] = ""
        self.rights.append(right)
        return right

    # --- people of their own ----------------------------------------------------------------------------

    def _tekun(self, code: str) -> None:
        for _ in range(self.count(code)):
            subject, people = self.invented(code, code.endswith("urban"))
            central = subject.category.startswith("central")
            who = people[0]
            home = self._home(who) if central else None
            self.grant(code, who, subject.answers, home=home)

    def _home(self, who: Who) -> PayeeInstitution:
        near = [home for home in self.homes if home.office_id[:9] == who.office_id[:9]]
        return near[0] if near else self.draw.choice(self.homes)

    def _by_category(self, code: str, shares: dict[str, int]) -> None:
        """So many of each category, one at least."""
        whole = sum(shares.values())
        for category, share in shares.items():
            for number in range(max(1, round(PROGRAMMES[code] * self.share * share / whole))):
                subject, people = self.invented(code, None, category)
                self.grant(code, people[subject.place], subject.answers, new=None if number else False)

    # --- people of 低保 families ------------------------------------------------------------------------

    def _reserve(self) -> None:
        """Some of the two townships that the demo's accounts look at stay free for cases under way."""
        own = [who for who in self.dibao if who.office_id[:9] in (QINGXI[:9], BAISHI[:9])]
        rest = [who for who in self.dibao if who.office_id[:9] not in (QINGXI[:9], BAISHI[:9])]
        taken: set[int] = set()
        for code, fits in _FOR_CASES.items():
            most = GOING_OVER if code == "switch" else WAITING
            found = [w for w in (*own, *rest) if fits(w) and w.known_id not in taken][:most]
            taken |= {who.known_id for who in found}
            self.reserved[code] = found
        self.dibao = [who for who in self.dibao if who.known_id not in taken]

    def _children(self) -> None:
        """Grandchildren of 低保 families get the difference, others the whole."""
        wanted = self.count("de-facto-orphan")
        fits = [
            who
            for who in self.dibao
            if who.relationship == Relationship.GRANDCHILD and who.age(MAY) < 17 and not who.grade
        ]
        for who in fits[: wanted * 6 // 10]:
            self.grant("de-facto-orphan", who, self.subjects.answers_of_parents())
            wanted -= 1
        for _ in range(wanted):
            subject, people = self.invented("de-facto-orphan")
            self.grant("de-facto-orphan", people[subject.place], subject.answers)

    def _disabled(self) -> None:
        wanted = self.count("disability-living") + self.count("disability-care")
        made = 0
        for who in self._sample(self.dibao, lambda who: bool(who.grade)):
            self.grant("disability-living", who, self.subjects.answers_of_living())
            made += 1
            if who.grade <= 2:
                self.grant("disability-care", who, self.subjects.answers_of_care())
                made += 1
        for _ in range(max(wanted - made, 1)):
            subject, people = self.invented("disability-care")
            self.grant("disability-care", people[0], subject.answers)

    def _sample(self, people: Iterable[Who], fits: Callable[[Who], bool]) -> list[Who]:
        return [who for who in people if fits(who) and self.draw.random() >= NOT_ENROLLED]

    def _poor_old(self) -> None:
        """Those without a disability certificate, because care and living subsidies of a kind are paid only once."""
        free = [w for w in self.dibao if not w.grade and not w.held and w.age(MAY) >= 65]
        self.draw.shuffle(free)
        old = [who for who in free if who.age(date(2025, 12, 31)) >= 80]
        for who in old[: self.count("elder-poor")]:
            self.grant("elder-poor", who, {"other_fen": 0, "is_local": True})
        rest = [who for who in free if not who.held]
        at = self.count("elder-disabled")
        for who in rest[:at]:
            self.grant("elder-disabled", who, self.subjects.answers_of_ability())
        wanted = self.count("elder-service")
        for who in rest[at : at + wanted * 4 // 10]:
            self.grant("elder-service", who, self.subjects.answers_of_service("dibao"))
        for number in range(max(len(SERVICE), wanted - wanted * 4 // 10)):
            category = list(SERVICE)[number] if number < len(SERVICE) else ""
            subject, people = self.invented("elder-service", None, category)
            self.grant("elder-service", people[0], subject.answers, new=None if number else False)

    def _old(self) -> None:
        """Everybody of eighty and above, and then others up to the number of the county."""
        known = {id(right.payee): right.payee for right in self.rights}
        known |= {id(who): who for who in self.dibao}
        old = self._sample(known.values(), lambda who: _reaches(who.birth, 80, MAY))
        wanted = self.count("old-age")
        for who in old[:wanted]:
            self._by_age(who, self.subjects.answers_of_age())
        # Two of a hundred years at least.
        for number in range(max(wanted - len(old), 2)):
            code = "longevity" if number < 2 else "old-age"
            subject, people = self.invented(code)
            self._by_age(people[0], subject.answers)

    def _by_age(self, who: Who, answers: dict) -> None:
        self._from_age("old-age", who, answers, 80)
        if _reaches(who.birth, 100, MAY):
            self._from_age("longevity", who, answers, 100)

    def _from_age(self, code: str, who: Who, answers: dict, age: int) -> None:
        """From the month of the birthday, or from when the office learnt of him."""
        turned = max(date(who.birth.year + age, who.birth.month, 1), who.since)
        new = turned >= MONTHS[0]
        from_month = turned if new or self.draw.random() < 0.8 else self.since(turned)
        who.held[code] = ""
        self.rights.append(Right(code, [who], answers, from_month, has_papers=new))

    def _doubled(self) -> None:
        """Some who get 护理补贴, or the subsidy of the disabled old, are taken into 特困 from June, and nobody has ended the
        other: the lists of June find them."""
        held = [right.payee for right in self.rights if right.code == "disability-care"]
        found = [who for who in held if not who.dibao and set(who.held) == {"disability-care"}]
        for who in [who for who in found if 60 <= who.age(MAY) < 80][:HITS]:
            code = "tekun-urban" if who.urban else "tekun-rural"
            answers = self.subjects.answers_of_tekun("scattered", "full")
            self.rights.append(Right(code, [who], answers, TODAY.replace(day=1), has_papers=True))
        for _ in range(REMINDERS):
            subject, people = self.invented("elder-disabled")
            who = people[0]
            self.grant("elder-disabled", who, subject.answers, new=False)
            answers = self.subjects.answers_of_tekun("scattered", "full")
            code = "tekun-urban" if who.urban else "tekun-rural"
            self.rights.append(Right(code, [who], answers, TODAY.replace(day=1), has_papers=True))

    # --- families ---------------------------------------------------------------------------------------

    def _statuses(self) -> None:
        for code in ("dibao-edge", "rigid-burden"):
            for number in range(self.count(code)):
                subject, people = self.invented(code)
                # A status lasts a year; the last twelve months are all there can be.
                from_month = Month.of(MAY).plus(-(number % 12)).first_day
                right = Right(code, people, subject.answers, from_month, has_papers=from_month >= MONTHS[0])
                right.until_month = Month.of(from_month).plus(12).first_day
                self.rights.append(right)

    def _one_off(self, code: str) -> None:
        months = _ONE_OFF_MONTHS.get(code, MONTHS)
        for number in range(max(len(months), self.count(code))):
            subject, people = self.invented(code)
            protected = people if code.startswith("temp") else people[:1]
            self._once(code, protected, subject.answers, months[number % len(months)])

    def _once(self, code: str, people: list[Who], answers: dict, month: date) -> None:
        until = Month.of(month).next.first_day
        self.rights.append(Right(code, people, answers, month, until, has_papers=True))

    def _bills(self) -> None:
        sick = [who for who in self.dibao if who.ill and who.since < MONTHS[0]]
        for number, who in enumerate(sick[: max(len(MONTHS), self.count("medical"))]):
            month = MONTHS[number % len(MONTHS)]
            day = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 3)
            self._once("medical", [who], self.subjects.answers_of_medical(day), month)

    def _schools(self) -> None:
        pupils = [who for who in self.dibao if 15 <= who.age(MAY) <= 17 and who.since < MONTHS[0]]
        months = _ONE_OFF_MONTHS["education"]
        for number, who in enumerate(pupils[: max(len(months), self.count("education"))]):
            self._once(
                "education", [who], self.subjects.answers_of_education(2025), months[number % len(months)]
            )


def _reaches(birth: date, age: int, month: date) -> bool:
    """Whether he is of that age by the end of the month."""
    return (birth.year + age, birth.month) <= (month.year, month.month)


_FOR_CASES: dict[str, Callable[[Who], bool]] = {
    "switch": lambda who: not who.urban and who.persons == 1 and not who.grade and who.age(MAY) >= 62,
    "disability-living": lambda who: bool(who.grade) and who.persons == 1,
    "disability-care": lambda who: bool(who.grade) and (who.grade or 9) <= 2,
    "elder-poor": lambda who: not who.grade and _reaches(who.birth, 80, date(2025, 12, 1)),
    "elder-disabled": lambda who: not who.grade and who.age(MAY) >= 65,
    "old-age": lambda who: _reaches(who.birth, 80, TODAY.replace(day=1)),
    "medical": lambda who: who.ill,
    "education": lambda who: 15 <= who.age(MAY) <= 17,
}
