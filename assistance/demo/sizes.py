"""How big the invented county is. The size `county` has the counts of a real monthly report of January to May."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

# The day at which the demo's calendar stands: the report of January to May is due.
TODAY = date(2026, 6, 2)
FIRST_MONTH = date(2026, 1, 1)
MONTHS = tuple(date(2026, month, 1) for month in range(1, 6))


@dataclass(frozen=True)
class Flow:
    """Households and people of one scheme: in force in May, new and gone from January to May."""

    households: int
    people: int
    new_households: int
    new_people: int
    gone_households: int
    gone_people: int

    def scaled(self, share: Fraction) -> "Flow":
        def part(whole: int) -> int:
            return max(1, round(whole * share))

        return Flow(*(part(getattr(self, name)) for name in self.__dataclass_fields__))

    @property
    def staying(self) -> tuple[int, int]:
        """In force before January and still in May."""
        return self.households - self.new_households, self.people - self.new_people


@dataclass(frozen=True)
class Size:
    """One size of the county. `cases` counts applications under way; funds are in fen."""

    name: str
    townships: int
    villages: int
    urban: Flow
    rural: Flow
    cases: int
    share: Fraction


# Rights beside 低保 at the size of the county; of one-off help those of January to May.
PROGRAMMES = {
    "tekun-rural": 1_240,
    "tekun-urban": 260,
    "dibao-edge": 620,
    "rigid-burden": 90,
    "temp-quick": 450,
    "temp-urgent": 225,
    "temp-expense": 125,
    "disability-living": 8_000,
    "disability-care": 7_000,
    "old-age": 12_000,
    "elder-poor": 900,
    "elder-disabled": 240,
    "elder-service": 320,
    "orphan": 70,
    "de-facto-orphan": 260,
    "vet-disability": 420,
    "vet-survivor": 110,
    "vet-living": 2_470,
    "vet-service": 160,
    "medical": 350,
    "education": 120,
    "silicosis": 140,
    "retrenched": 65,
    "kashin-beck": 210,
}
URBAN = Flow(7_978, 15_132, 599, 629, 376, 391)
RURAL = Flow(26_873, 36_905, 1_517, 1_821, 739, 1_098)
COUNTY = Size("county", 16, 14, URBAN, RURAL, 300, Fraction(1))


def _part(name: str, share: Fraction, townships: int, villages: int, cases: int) -> Size:
    return replace(
        COUNTY,
        name=name,
        share=share,
        townships=townships,
        villages=villages,
        urban=URBAN.scaled(share),
        rural=RURAL.scaled(share),
        cases=cases,
    )


SIZES = {
    "county": COUNTY,
    "small": _part("small", Fraction(1, 20), 4, 9, 72),
    "tiny": _part("tiny", Fraction(1, 100), 2, 5, 44),
}
