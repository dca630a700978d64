"""Invented families: who lives together, how old they are, what they earn. No database here.

Every number says that it is invented: ID numbers of the county code 519901, which no county has, telephone numbers
of one block, bank cards of a prefix that no bank issues.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from assistance.demo.names import DOUBLE_SURNAMES, Names
from assistance.models import Cause, LabourAbility
from civaffairs.lib.identity import check_digit
from civaffairs.lib.months import age_on
from civaffairs.registry.models import Relationship as R

# (relationship, sex or None, youngest and oldest age) of the people of a household, by its size, with its share
_Slot = tuple[str, str | None, int, int]
_ELDER: _Slot = (R.HEAD, None, 60, 92)
SHAPES: dict[int, tuple[tuple[float, tuple[_Slot, ...]], ...]] = {
    1: ((0.58, (_ELDER,)), (0.42, ((R.HEAD, None, 24, 59),))),
    2: (
        (0.40, ((R.HEAD, "male", 60, 88), (R.SPOUSE, "female", 58, 86))),
        (0.28, ((R.HEAD, "female", 34, 48), (R.SON, "male", 6, 17))),
        (0.12, ((R.HEAD, "male", 36, 52), (R.DAUGHTER, "female", 5, 17))),
        (0.20, ((R.HEAD, "female", 60, 78), (R.GRANDCHILD, None, 5, 17))),
    ),
    3: (
        (0.50, ((R.HEAD, "male", 32, 52), (R.SPOUSE, "female", 30, 50), (R.SON, "male", 3, 17))),
        (0.30, ((R.HEAD, "female", 32, 46), (R.SON, "male", 8, 17), (R.DAUGHTER, "female", 3, 15))),
        (0.20, ((R.HEAD, "male", 60, 76), (R.SPOUSE, "female", 58, 75), (R.GRANDCHILD, None, 5, 16))),
    ),
    4: (
        (
            1.0,
            (
                (R.HEAD, "male", 34, 50),
                (R.SPOUSE, "female", 32, 48),
                (R.DAUGHTER, "female", 9, 17),
                (R.SON, "male", 3, 14),
            ),
        ),
    ),
    5: (
        (
            1.0,
            (
                (R.HEAD, "male", 34, 48),
                (R.SPOUSE, "female", 32, 46),
                (R.DAUGHTER, "female", 8, 16),
                (R.SON, "male", 3, 13),
                (R.MOTHER, "female", 66, 84),
            ),
        ),
    ),
}
LARGEST = max(SHAPES)
ILLNESSES = ("尿毒症", "恶性肿瘤", "脑梗死后遗症", "肝硬化失代偿期", "重型再生障碍性贫血")
BANKS = ("云岭农商行", "云岭县邮储银行", "云岭县农业银行")


@dataclass
class Someone:
    """One invented person."""

    name: str
    sex: str
    birth: date
    relationship: str
    id_number: str
    labour: str
    severe_illness: bool = False
    illness: str = ""
    disability_kind: int | None = None
    disability_grade: int | None = None
    marriage: str = ""
    education: str = ""
    employment: str = ""
    school: str = ""

    @property
    def health(self) -> str:
        if self.severe_illness:
            return "大病"
        return "残疾" if self.disability_grade else "一般" if self.labour == LabourAbility.PARTIAL else "健康"

    @property
    def disability_number(self) -> str:
        return (
            f"{self.id_number}{self.disability_kind}{self.disability_grade}" if self.disability_grade else ""
        )


@dataclass
class Family:
    """One invented household, head first. Incomes: (place of the member, class, label, fen a year)."""

    members: list[Someone]
    urban: bool
    address: str
    phone: str
    bank: str
    account: str
    causes: list[str]
    incomes: list[tuple[int, str, str, int]] = field(default_factory=list)
    # Who asks for the head, where the head of the form is a child.
    guardian: str = ""

    @property
    def head(self) -> Someone:
        return self.members[0]

    @property
    def annual_fen(self) -> int:
        return sum(income[3] for income in self.incomes)


def sizes(households: int, persons: int, draw: random.Random) -> list[int]:
    """So many households with exactly so many people in them, none larger than LARGEST."""
    if not households <= persons <= households * LARGEST:
        raise ValueError(f"{persons} people do not fit into {households} households")
    found = [1] * households
    for _ in range(persons - households):
        while found[place := draw.randrange(households)] >= LARGEST:
            pass
        found[place] += 1
    return found


class People:
    """Draws families. One seed gives one county."""

    def __init__(self, seed: int, on: date) -> None:
        self.draw = random.Random(seed)
        self.names = Names(self.draw)
        self.on = on
        self._serials: Counter[tuple[date, str]] = Counter()
        self._accounts = 0

    def beside(self, seed: int, first_account: int) -> "People":
        """Another generator for the same county: its draws leave these as they are, and no number comes twice."""
        other = People(seed, self.on)
        other._serials, other._accounts = self._serials, first_account
        return other

    def family(self, size: int, place: str, urban: bool) -> Family:
        """A household of that size in a village, without incomes yet."""
        shapes = SHAPES[size]
        shape = self.draw.choices([slots for _, slots in shapes], [share for share, _ in shapes])[0]
        members: list[Someone] = []
        for relationship, sex, youngest, oldest in shape:
            members.append(self._someone(relationship, sex, youngest, oldest, members, urban))
        if any(member.relationship == R.SPOUSE for member in members):
            members[0].marriage = "已婚"
        self._make_poor(members)
        return self.home_of(members, place, urban)

    def alone(self, place: str, urban: bool, birth: date, sex: str | None = None) -> Family:
        """Somebody who lives alone, born on a day."""
        return self.home_of([self._born(R.HEAD, sex, birth, [], urban)], place, urban)

    def grandchild(self, place: str, urban: bool, age: int) -> Family:
        """A child and the grandparent with whom it lives; both stay healthy."""
        elder = self._someone(R.HEAD, None, 60, 74, [], urban)
        return self.home_of(
            [elder, self._someone(R.GRANDCHILD, None, age, age, [elder], urban)], place, urban
        )

    def card(self) -> str:
        """The number of one more bank card."""
        self._accounts += 1
        return invented_card(self._accounts)

    def home_of(self, members: list[Someone], place: str, urban: bool) -> Family:
        """These people under one roof, with a telephone and the head's bank card."""
        return Family(
            members=members,
            urban=urban,
            address=self._address(place, urban),
            phone=f"1990000{self.draw.randrange(10_000):04d}",
            bank=f"{self.draw.choice(BANKS)}{place.removesuffix('村').removesuffix('社区')}网点",
            account=self.card(),
            causes=_causes(members),
        )

    def _someone(
        self,
        relationship: str,
        sex: str | None,
        youngest: int,
        oldest: int,
        before: list[Someone],
        urban: bool,
    ) -> Someone:
        sex = sex or self.draw.choice(("male", "female"))
        birth = self.on - timedelta(days=self.draw.randrange(youngest * 366, (oldest + 1) * 365))
        return self._born(relationship, sex, birth, before, urban)

    def _born(
        self, relationship: str, sex: str | None, birth: date, before: list[Someone], urban: bool
    ) -> Someone:
        sex = sex or self.draw.choice(("male", "female"))
        mother = next((m for m in before if m.relationship == R.SPOUSE or m.sex == "female"), None)
        if relationship in (R.SON, R.DAUGHTER) and mother:
            # A child is younger than its mother by twenty years at least.
            birth = max(birth, mother.birth + timedelta(days=20 * 366))
        if relationship == R.MOTHER:
            birth = min(birth, before[0].birth - timedelta(days=20 * 366))
        age = age_on(birth, self.on)
        same = before and relationship in (R.SON, R.DAUGHTER, R.GRANDCHILD) and before[0].sex == "male"
        return Someone(
            name=self.names.full(sex, birth.year, _surname(before[0].name) if same else None),
            sex=sex,
            birth=birth,
            relationship=str(relationship),
            id_number=self._id_number(birth, sex),
            labour=_labour(age),
            marriage="" if age < 18 else "已婚" if relationship == R.SPOUSE else self._single(age),
            education="" if age < 7 else self.draw.choice(("小学", "初中") if age > 16 else ("小学",)),
            employment="在读" if 6 <= age < 18 else "" if age < 6 else _work(age, urban),
            school=("初级中学" if age >= 12 else "中心小学") if 6 <= age < 18 else "",
        )

    def _single(self, age: int) -> str:
        return self.draw.choice(
            ("丧偶", "丧偶", "离异", "未婚") if age >= 60 else ("离异", "离异", "丧偶", "未婚")
        )

    def _make_poor(self, members: list[Someone]) -> None:
        """Illness, disability or the lack of hands: something makes a household poor."""
        for someone in members:
            age, chance = age_on(someone.birth, self.on), self.draw.random()
            alone = len(members) == 1 and age < 60
            if chance < (0.45 if alone else 0.09):
                someone.disability_kind = self.draw.choice((1, 2, 4, 4, 4, 5, 6))
                someone.disability_grade = self.draw.choice((1, 2, 2, 3, 3, 4))
                if 16 <= age < 60:
                    lost = someone.disability_grade <= 2
                    someone.labour = LabourAbility.LOST if lost else LabourAbility.PARTIAL
                    someone.employment = "无就业能力" if lost else someone.employment
            elif chance < (0.80 if alone else 0.15) and age >= 16:
                someone.severe_illness, someone.illness = True, self.draw.choice(ILLNESSES)
                if age < 60:
                    someone.labour = LabourAbility.PARTIAL

    def _id_number(self, birth: date, sex: str) -> str:
        """Serials under 900 count up for each day of birth and sex, so that no number comes twice; odd ones are men's.
        From 900 on they are left to people whom the visitors of the demo invent."""
        serial = self._serials[birth, sex]
        self._serials[birth, sex] += 1
        if serial >= 450:
            raise ValueError("more people of one day of birth than serial numbers")
        first = f"519901{birth:%Y%m%d}{serial * 2 + (sex == 'male'):03d}"
        return first + check_digit(first)

    def _address(self, place: str, urban: bool) -> str:
        if urban:
            building, unit, door = (self.draw.randrange(1, n) for n in (30, 4, 7))
            return f"{place}{building}栋{unit}单元{door}0{self.draw.randrange(1, 5)}室"
        return f"{place}{self.draw.randrange(1, 13)}组{self.draw.randrange(1, 90)}号"

    def earn(self, family: Family, per_head_fen: int) -> None:
        """Give the family the yearly income that makes so much a head and month, in whole tens of yuan."""
        annual = per_head_fen * 12 * len(family.members) // 1000 * 1000
        family.incomes.clear()
        earners = [
            place
            for place, someone in enumerate(family.members)
            if age_on(someone.birth, self.on) >= 18 and someone.labour != LabourAbility.LOST
        ] or [0]
        while annual > 0 and earners:
            place = earners.pop(0)
            part = annual if not earners else int(annual * self.draw.uniform(0.4, 0.7)) // 1000 * 1000
            annual -= part
            if part:
                kind, label = self._source(family.members[place], family.urban)
                family.incomes.append((place, kind, label, part))

    def _source(self, someone: Someone, urban: bool) -> tuple[str, str]:
        age = age_on(someone.birth, self.on)
        if age >= 60 or someone.labour in (LabourAbility.LOST, LabourAbility.NONE):
            return "transfer", self.draw.choice(("子女赡养费", "养老金个人账户部分"))
        if urban:
            return "wage", self.draw.choice(("小区保洁", "餐馆帮工", "公益性岗位", "打零工"))
        return self.draw.choice(
            (("business", "种植玉米、油菜"), ("business", "喂猪养鸡"), ("wage", "镇上打零工"))
        )


def _surname(name: str) -> str:
    return name[:2] if name[:2] in DOUBLE_SURNAMES else name[:1]


def _labour(age: int) -> str:
    return LabourAbility.FULL if 16 <= age < 60 else LabourAbility.NONE


def _work(age: int, urban: bool) -> str:
    if age >= 60:
        return "无就业能力" if age >= 75 else "务农" if not urban else "退休"
    return "灵活就业" if urban else "务农"


def _causes(members: list[Someone]) -> list[str]:
    found = []
    if any(m.severe_illness for m in members):
        found.append(Cause.ILLNESS)
    if any(m.disability_grade for m in members):
        found.append(Cause.DISABILITY)
    if any(m.school for m in members) and not found:
        found.append(Cause.SCHOOL)
    if not any(m.labour == LabourAbility.FULL for m in members):
        found.append(Cause.LABOUR)
    return [str(cause) for cause in found or [Cause.OTHER]]


def invented_card(serial: int) -> str:
    """A card number of 19 digits with a true check digit (Luhn) and a prefix that no bank issues."""
    first = f"62199990{serial:010d}"
    digits = [int(sign) for sign in reversed(first)]
    total = sum(sum(divmod(2 * digit, 10)) for digit in digits[0::2]) + sum(digits[1::2])
    return first + str(-total % 10)
