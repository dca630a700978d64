"""Invented people for every programme beside 低保, with the answers that their forms would hold. No database here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from assistance.demo.people import Family, People
from assistance.demo.sizes import TODAY
from assistance.models import LabourAbility
from assistance.policy.tekun import ABILITIES
from assistance.policy.veterans_life import VET_DISABILITY

Answers = dict[str, Any]
GRADES_OF_ABILITY = (("self", 62), ("semi", 25), ("full", 13))
# category → (share, youngest, oldest)
LIVING = {
    "rural60": (55, 60, 82),
    "combat": (22, 62, 78),
    "ill": (9, 42, 79),
    "test": (3, 66, 80),
    "veteran": (3, 88, 97),
    "martyr_child": (8, 68, 86),
}
SURVIVORS = {"martyr": 30, "duty": 28, "illness": 42}
_BY_GRADE = (1, 1, 2, 3, 8, 12, 18, 24, 16, 15)
DISABLED_SOLDIERS = {
    category: _BY_GRADE[int(category[1:].partition("-")[0]) - 1] for category in VET_DISABILITY
}
FIXED = {
    "silicosis": {"stage1": 55, "stage2": 33, "stage3": 12},
    "retrenched": {"forty": 35, "fixed": 65},
    "kashin-beck": {"grade1": 50, "grade2": 36, "grade3": 14},
}
_FIXED_AGES = {"silicosis": (52, 78), "retrenched": (80, 95), "kashin-beck": (46, 79)}
SERVICE = {"alone": 46, "disabled": 20, "bereaved": 22, "honoured": 12}
_PARENTS = (
    ("dead", "prison"),
    ("dead", "lost"),
    ("disabled", "lost"),
    ("prison", "lost"),
    ("ill", "dead"),
    ("rehabilitation", "lost"),
)
_DISABLED = {"injury_care": False, "other_fen": 0, "is_local": True}


@dataclass
class Subject:
    """One family, and who of it asks, with the answers of the form. `place` is the person's among the members."""

    family: Family
    answers: Answers
    place: int = 0
    category: str = ""


class Subjects:
    """Draws the people of one programme after the other."""

    def __init__(self, people: People) -> None:
        self.people, self.draw = people, people.draw
        self._bills = self._cards = 0

    def invent(self, code: str, village: str, urban: bool, category: str = "") -> Subject:
        """Somebody who is entitled to the programme, without 低保."""
        maker: Callable[..., Subject] = getattr(self, "_" + code.replace("-", "_"))
        return maker(village, urban, category)

    def _aged(self, village: str, urban: bool, youngest: int, oldest: int, sex: str | None = None) -> Family:
        """Of that age already when the cases of this January were looked into."""
        age = self.draw.randrange(youngest, oldest + 1)
        birth = TODAY - timedelta(days=round(age * 365.25) + self.draw.randrange(215, 362))
        return self.people.alone(village, urban, birth, sex)

    def _from(self, shares: dict[str, int]) -> str:
        return self.draw.choices(list(shares), list(shares.values()))[0]

    # --- 特困 --------------------------------------------------------------------------------------------

    def tekun(self, village: str, urban: bool, mode: str = "", grade: str = "") -> Subject:
        kind = self.draw.choices(("elder", "disabled", "minor"), (88, 9, 3))[0]
        if kind == "minor":
            family = self._aged(village, urban, 7, 14)
        elif kind == "disabled":
            family = self._aged(village, urban, 30, 58)
            who = family.head
            who.disability_kind, who.disability_grade = self.draw.choice(((4, 1), (4, 2), (6, 2), (5, 3)))
            who.labour = LabourAbility.LOST
        else:
            family = self._aged(village, urban, 60, 93)
        family.head.marriage = "" if kind == "minor" else "未婚"
        grade = grade or self._from(dict(GRADES_OF_ABILITY))
        mode = mode or (
            "central" if self.draw.random() < (0.42 if grade == "full" else 0.15) else "scattered"
        )
        answers = self.answers_of_tekun(mode, grade)
        if kind == "minor":
            answers["school"] = "compulsory"
        return Subject(family, answers, category=f"{mode}-{grade}")

    def answers_of_tekun(self, mode: str, grade: str) -> Answers:
        lost = {"self": 0, "semi": 2, "full": 5}[grade]
        can = dict.fromkeys(ABILITIES, True)
        # Washing goes first, eating last.
        can |= dict.fromkeys(list(ABILITIES)[len(ABILITIES) - lost :], False)
        alone = self.draw.random() < 0.8
        payee = "institution" if mode == "central" else "person" if grade == "self" else "carer"
        return {
            "own_income_fen": self.draw.randrange(0, 21) * 1_000,
            "property_ok": True,
            "supporter": "none" if alone else "unable",
            **({} if alone else {"supporter_grounds": ["aged70"]}),
            **can,
            "mode": mode,
            **({"agreement": True} if mode == "scattered" else {}),
            "payee": payee,
        }

    def _tekun_urban(self, village: str, urban: bool, category: str) -> Subject:
        return self.tekun(village, urban, *category.partition("-")[::2])

    _tekun_rural = _tekun_urban

    # --- the disabled and the old -----------------------------------------------------------------------

    def _disability_care(self, village: str, urban: bool, category: str) -> Subject:
        family = self._aged(village, urban, 18, 88)
        who = family.head
        who.disability_kind = self.draw.choice((1, 2, 4, 4, 4, 5, 6))
        who.disability_grade = self.draw.choice((1, 2, 2))
        who.severe_illness, who.illness = False, ""
        return Subject(family, self.answers_of_care())

    def answers_of_care(self) -> Answers:
        return {"cert_until": self._card_until(), "long_care": True} | _DISABLED

    def answers_of_living(self) -> Answers:
        return {"cert_until": self._card_until()} | _DISABLED

    def _card_until(self) -> date:
        """The end of a disability certificate: ten years long, given out over the years one as often as the other. Not
        drawn, so that nobody else in the county becomes another by it."""
        self._cards += 1
        return TODAY + timedelta(days=20 + self._cards * 997 % 3_600)

    def _old_age(self, village: str, urban: bool, category: str) -> Subject:
        """More of 80 than of 90; one in five hundred has lived a hundred years."""
        oldest = self.draw.random() < 0.002
        years = 100 + self.draw.random() * 4 if oldest else 80 + min(self.draw.expovariate(1 / 4.6), 19.9)
        birth = TODAY - timedelta(days=int(years * 365.25) + 1)
        family = self.people.alone(village, urban, birth)
        return Subject(family, self.answers_of_age())

    def answers_of_age(self) -> Answers:
        seen = TODAY - timedelta(days=self.draw.randrange(200, 320))
        return {"is_local": True, "certified_on": seen}

    def _longevity(self, village: str, urban: bool, category: str) -> Subject:
        return Subject(self._aged(village, urban, 100, 103), self.answers_of_age())

    def _elder_service(self, village: str, urban: bool, category: str) -> Subject:
        category = category or self._from(SERVICE)
        youngest = 80 if category == "alone" else 64
        return Subject(
            self._aged(village, urban, youngest, 89), self.answers_of_service(category), category=category
        )

    def answers_of_service(self, category: str) -> Answers:
        found: Answers = {"category": category, "other_fen": 0, "is_local": True}
        if category == "disabled":
            found |= {"ability": self.draw.choice(("moderate", "severe")), "assessed_on": self._assessed()}
        return found

    def _elder_disabled(self, village: str, urban: bool, category: str) -> Subject:
        """Somebody whose 低保 ended before; the old ledger knows it, the registry does not."""
        answers = self.answers_of_ability() | {"standing": "dibao"}
        return Subject(self._aged(village, urban, 68, 88), answers)

    def answers_of_ability(self) -> Answers:
        ability = self.draw.choices(("moderate", "severe", "complete"), (50, 35, 15))[0]
        return {"ability": ability, "assessed_on": self._assessed(), "other_fen": 0, "is_local": True}

    def _assessed(self) -> date:
        return TODAY - timedelta(days=self.draw.randrange(200, 600))

    # --- children ---------------------------------------------------------------------------------------

    def _orphan(self, village: str, urban: bool, category: str) -> Subject:
        family = self.people.grandchild(village, urban, self.draw.randrange(4, 17))
        gone = self.draw.choice((("dead", "dead"), ("dead", "not_found"), ("not_found", "not_found")))
        place = category or "scattered"
        answers = {"father": gone[0], "mother": gone[1], "place": place, "is_local": True}
        return Subject(family, answers, 1, place)

    def _de_facto_orphan(self, village: str, urban: bool, category: str) -> Subject:
        family = self.people.grandchild(village, urban, self.draw.randrange(4, 17))
        return Subject(family, self.answers_of_parents(), 1)

    def answers_of_parents(self) -> Answers:
        father, mother = self.draw.choice(_PARENTS)
        found: Answers = {"father": father, "mother": mother, "place": "scattered", "is_local": True}
        for who, condition in (("father", father), ("mother", mother)):
            if condition in ("prison", "rehabilitation", "lost"):
                found[f"{who}_months"] = self.draw.randrange(12, 72)
        return found

    # --- those who served -------------------------------------------------------------------------------

    def _vet_disability(self, village: str, urban: bool, category: str) -> Subject:
        category = category or self._from(DISABLED_SOLDIERS)
        grade = int(category[1:].partition("-")[0])
        answers: Answers = {"category": category, "bar": "none", "arrival": "settled"}
        if grade <= 4:
            answers["in_home"] = False
        elif grade <= 6:
            answers["is_mental"] = False
        return Subject(self._aged(village, urban, 34, 79, "male"), answers, category=category)

    def _vet_survivor(self, village: str, urban: bool, category: str) -> Subject:
        category = category or self._from(SURVIVORS)
        relation = self.draw.choice(("parent", "spouse"))
        answers = {
            "category": category,
            "relation": relation,
            "is_needy": True,
            "bar": "none",
            "arrival": "settled",
        }
        return Subject(self._aged(village, urban, 66, 90), answers, category=category)

    def _vet_living(self, village: str, urban: bool, category: str) -> Subject:
        category = category or self._from({key: share for key, (share, *_) in LIVING.items()})
        _, youngest, oldest = LIVING[category]
        answers: Answers = {"category": category, "bar": "none"}
        if category == "rural60":
            answers |= {"service_years": self.draw.randrange(2, 6), "was_rural": True}
        elif category == "martyr_child":
            answers |= {"was_adult": True, "has_no_employer": True}
        sex = None if category == "martyr_child" else "male"
        return Subject(self._aged(village, urban, youngest, oldest, sex), answers, category=category)

    def _vet_service(self, village: str, urban: bool, category: str) -> Subject:
        area = self.draw.choices(("ordinary", "hardship"), (85, 15))[0]
        enlisted = self.draw.choice((date(2024, 9, 15), date(2025, 3, 15), date(2025, 9, 15)))
        answers = {
            "area": area,
            "enlisted_on": enlisted,
            "cause": 2 if enlisted.year == 2024 else 1,
            "left_badly": False,
        }
        return Subject(self._aged(village, urban, 42, 54), answers, category=area)

    # --- fixed sums -------------------------------------------------------------------------------------

    def _fixed(self, code: str, village: str, urban: bool, category: str) -> Subject:
        category = category or self._from(FIXED[code])
        family = self._aged(village, urban, *_FIXED_AGES[code], "male" if code == "silicosis" else None)
        return Subject(family, {"category": category}, category=category)

    def _silicosis(self, village: str, urban: bool, category: str) -> Subject:
        return self._fixed("silicosis", village, urban, category)

    def _retrenched(self, village: str, urban: bool, category: str) -> Subject:
        return self._fixed("retrenched", village, urban, category)

    def _kashin_beck(self, village: str, urban: bool, category: str) -> Subject:
        return self._fixed("kashin-beck", village, urban, category)

    # --- families ---------------------------------------------------------------------------------------

    def _poor_family(self, village: str, urban: bool, low: float, high: float) -> Family:
        size = self.draw.choices((1, 2, 3, 4), (35, 33, 22, 10))[0]
        family = self.people.family(size, village, urban)
        self.people.earn(family, int((60_000 if urban else 40_000) * self.draw.uniform(low, high)))
        return family

    def _dibao_edge(self, village: str, urban: bool, category: str) -> Subject:
        return Subject(self._poor_family(village, urban, 1.08, 1.42), {})

    def _rigid_burden(self, village: str, urban: bool, category: str) -> Subject:
        family = self._poor_family(village, urban, 1.6, 2.4)
        spent = family.annual_fen * self.draw.randrange(55, 90) // 100_000 * 1_000
        answers = {f"spent_{kind}_fen": 0 for kind in ("education", "disability", "other")}
        answers |= {"spent_living_fen": 600_000, "spent_medical_fen": spent}
        return Subject(family, answers)

    def _temp_quick(self, village: str, urban: bool, category: str) -> Subject:
        cause = self.draw.choice(("accident", "illness", "living", "disaster"))
        answers = {"cause": cause, "asked_fen": self.draw.choice((20_000, 30_000, 40_000))}
        return Subject(self._poor_family(village, urban, 1.0, 1.6), answers)

    def _temp_urgent(self, village: str, urban: bool, category: str) -> Subject:
        cause = self.draw.choice(("accident", "illness", "bereavement", "disaster"))
        answers = {"cause": cause, "months": self.draw.randrange(1, 4), "advance_given": False}
        return Subject(self._poor_family(village, urban, 1.0, 1.6), answers)

    def _temp_expense(self, village: str, urban: bool, category: str) -> Subject:
        medical = self.draw.randrange(50, 120) * 100_000
        answers = {
            "cause": "illness",
            "medical_fen": medical,
            "medical_borne_fen": medical * 6 // 10,
            "education_fen": 0,
            "education_borne_fen": 0,
            "living_fen": 300_000,
        }
        return Subject(self._poor_family(village, urban, 1.1, 1.5), answers)

    # --- for people of 低保 households ------------------------------------------------------------------

    def answers_of_medical(self, on: date) -> Answers:
        self._bills += 1
        total = self.draw.randrange(50, 320) * 10_000
        inside = total * 85 // 100
        return {
            "cause": f"{on.year}-ZY-{self._bills:05d}",
            "treatment": "inpatient",
            "settled_on": on - timedelta(days=self.draw.randrange(6, 60)),
            "total_fen": total,
            "in_policy_fen": inside,
            "basic_fen": inside * 60 // 100,
            "serious_fen": 0,
            "other_fen": 0,
            "used_fen": 0,
        }

    def answers_of_education(self, year: int) -> Answers:
        stage = self.draw.choice(("high", "vocational"))
        school = "云岭县第一中学" if stage == "high" else "云岭县职业技术学校"
        return {
            "stage": stage,
            "school": school,
            "cause": year,
            "is_new": False,
            "is_full_time": True,
            "cost_fen": self.draw.randrange(18, 40) * 10_000,
        }
