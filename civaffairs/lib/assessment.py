"""What a rule hands back: an outcome, an amount in parts, and every step on the way, so that it can be
printed for the family.

A rule never treats a missing fact as zero. The missing fact is UNKNOWN, and an assessment that meets it says
that it cannot decide.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, final

from civaffairs.lib.money import yuan

Outcome = Literal["eligible", "not_eligible", "cannot_decide"]


@final
class Unknown:
    """The type of UNKNOWN. It has no truth value, so that `if income:` cannot pass it off as nothing."""

    _only: "Unknown | None" = None

    def __new__(cls) -> "Unknown":
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __bool__(self) -> bool:
        raise TypeError("UNKNOWN is neither true nor false; compare with `is UNKNOWN`")

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __reduce__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Step:
    """One line of the reckoning. `source` is the article it rests on.

    `result` is fen when `unit` begins with 元 (元, 元/月, 元/年), a count for any other unit, a word, or
    None.
    """

    label: str
    formula: str
    result: int | str | None
    unit: str = ""
    source: str = ""

    @property
    def shown(self) -> str:
        """The result as it is printed: 1,234.50 元/月, 3 人, 符合."""
        if self.result is None:
            return ""
        if isinstance(self.result, int) and self.unit.startswith("元"):
            return f"{yuan(self.result)} {self.unit}"
        return f"{self.result} {self.unit}".strip()


@dataclass(frozen=True)
class Part:
    """A part of the monthly amount.

    `person` is the key of the member it is paid for, None when it is the household's.
    """

    kind: str
    label: str
    amount_fen: int
    person: str | None = None


@dataclass(frozen=True)
class Assessment:
    """The finished reckoning.

    `amount_fen` is the sum of the parts, 0 unless eligible; `reasons` are plain sentences for the notice.
    `category` is the key of the class in which the person or household is counted, "" where there is none.
    """

    outcome: Outcome
    amount_fen: int
    parts: tuple[Part, ...] = ()
    steps: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()
    category: str = ""

    def __post_init__(self) -> None:
        for name in ("parts", "steps", "reasons"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.outcome not in ("eligible", "not_eligible", "cannot_decide"):
            raise ValueError(f"unknown outcome {self.outcome!r}")
        if any(part.amount_fen < 0 for part in self.parts):
            raise ValueError("a part cannot be negative")
        if self.amount_fen != sum(part.amount_fen for part in self.parts):
            raise ValueError("the amount is not the sum of its parts")
        if self.outcome != "eligible" and self.amount_fen:
            raise ValueError("only an eligible household has an amount")
        if self.outcome != "eligible" and not self.reasons:
            raise ValueError("a refusal needs its reason")

    @classmethod
    def eligible(cls, parts: Any, steps: Any = (), reasons: Any = (), category: str = "") -> "Assessment":
        parts = tuple(parts)
        return cls("eligible", sum(part.amount_fen for part in parts), parts, steps, reasons, category)

    @classmethod
    def not_eligible(cls, *reasons: str, steps: Any = ()) -> "Assessment":
        return cls("not_eligible", 0, (), steps, reasons)

    @classmethod
    def cannot_decide(cls, *reasons: str, steps: Any = ()) -> "Assessment":
        """`reasons` name what is missing, one phrase each."""
        return cls("cannot_decide", 0, (), steps, reasons)

    def to_dict(self) -> dict[str, Any]:
        """Lists, strings and whole numbers only, for a JSON column."""
        return {
            "outcome": self.outcome,
            "amount_fen": self.amount_fen,
            "parts": [asdict(part) for part in self.parts],
            "steps": [asdict(step) for step in self.steps],
            "reasons": list(self.reasons),
            "category": self.category,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Assessment":
        return cls(
            data["outcome"],
            data["amount_fen"],
            tuple(Part(**part) for part in data["parts"]),
            tuple(Step(**step) for step in data["steps"]),
            tuple(data["reasons"]),
            data.get("category", ""),
        )
