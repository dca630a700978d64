"""The shape of every rule: what it asks, which local numbers it needs, and the function that answers.

A rule is plain Python on frozen facts and a dated standard: no database, no clock. The same shape serves a household
in 低保 and one elder in 高龄津贴, so that the pages around it are written once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.parameters import Parameter, ParameterErrors, check, read_ages, read_shares
from assistance.policy.questions import Answers, Question, from_plain, to_plain
from civaffairs.lib.assessment import UNKNOWN, Assessment, Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import Month


@dataclass(frozen=True)
class Receipt:
    """What a person of the case receives already in the month in question.

    `amount_fen` is this person's share a month: of a household's sum the part per protected person.
    """

    person: str  # the member's key
    scheme: str  # code of the programme
    family: str
    amount_fen: int
    category: str = ""


@dataclass(frozen=True)
class PriorAid:
    """A one-off grant that the household has had before: why, when, and how much in fen."""

    cause: str  # the answer to the rule's question `cause`, as text: what must not be granted twice
    granted_on: date
    amount_fen: int


@dataclass(frozen=True)
class CaseFacts:
    """All that a rule sees of a case.

    A programme for one person has that person as the only member. `dibao_fen` is the 低保 standard a month of the place
    (urban or rural as the place is), UNKNOWN when none is in force. `prior_aid` are earlier one-off grants of the same
    kind of aid, looked up by whoever prepares the case and not asked on the form. `categories` are the names of the
    programme's categories on that day, because a county may name them itself.
    """

    household: HouseholdFacts
    answers: Answers = field(default_factory=dict)
    receipts: tuple[Receipt, ...] = ()
    applied_on: date | None = None
    dibao_fen: int | Unknown = UNKNOWN
    prior_aid: tuple[PriorAid, ...] = ()
    categories: Mapping[str, str] = field(default_factory=dict)

    def answer(self, name: str) -> Any:
        """The answer, or UNKNOWN."""
        return self.answers.get(name, UNKNOWN)

    @property
    def person(self) -> MemberFacts:
        """The one person of a programme for persons. Raises BadInput when there is not exactly one."""
        protected = [member for member in self.household.members if member.protected]
        if len(protected) != 1:
            raise BadInput("这个项目按人申请，保障对象只能有一人", "members")
        return protected[0]

    def receives(self, *families: str, person: str | None = None) -> tuple[Receipt, ...]:
        """What is received from these families of programmes, by one member or by any."""
        return tuple(row for row in self.receipts if row.family in families and person in (None, row.person))

    def to_dict(self) -> dict[str, Any]:
        """For a JSON column; from_dict gives the same facts back."""
        return {
            "household": self.household.to_dict(),
            "answers": to_plain(self.answers),
            "receipts": [vars(row).copy() for row in self.receipts],
            "applied_on": self.applied_on.isoformat() if self.applied_on else None,
            "dibao_fen": None if isinstance(self.dibao_fen, Unknown) else self.dibao_fen,
            "prior_aid": [vars(row) | {"granted_on": row.granted_on.isoformat()} for row in self.prior_aid],
            "categories": dict(self.categories),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], questions: tuple[Question, ...] = ()) -> "CaseFacts":
        if "household" not in data:  # 低保 kept the household alone in its first months
            return cls(HouseholdFacts.from_dict(data))
        applied = data.get("applied_on")
        dibao = data.get("dibao_fen")
        return cls(
            HouseholdFacts.from_dict(data["household"]),
            from_plain(questions, data.get("answers", {})),
            tuple(Receipt(**row) for row in data.get("receipts", ())),
            date.fromisoformat(applied) if applied else None,
            UNKNOWN if dibao is None else dibao,
            tuple(
                PriorAid(row["cause"], date.fromisoformat(row["granted_on"]), row["amount_fen"])
                for row in data.get("prior_aid", ())
            ),
            dict(data.get("categories", {})),
        )


Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Price:
    """What a standard pays for a category alone, fen a month.

    `times` is how many whole times it may be paid to one right (years of service, persons of a household).
    `care_may_lack`: some of the category have the base without the care.
    """

    base_fen: int
    care_fen: int = 0
    times: int = 1
    care_may_lack: bool = False


@dataclass(frozen=True)
class Rule:
    """One kind of rule. `contradictions` finds numbers that do not go together: name → sentence.

    `assess` gets the facts, the checked numbers of the standard and the day. It raises BadInput only for facts that
    cannot be true; everything else is an Assessment.
    """

    key: str
    label: str
    assess: Callable[[CaseFacts, Numbers, date], Assessment]
    parameters: tuple[Parameter, ...]
    questions: tuple[Question, ...] = ()
    contradictions: Callable[[Numbers], dict[str, str]] = lambda numbers: {}
    # False for programmes that give a status and no money
    pays: bool = True
    # Where the category alone says how much: the price of each. Categories that need more than that are left out.
    by_category: Callable[[Numbers], Mapping[str, Price]] | None = None
    # The numbers that only price: a standard that differs in these alone asks nobody's conditions anew.
    prices: tuple[str, ...] = ()
    # The first month that may be granted at all, by the facts (who moved in is paid elsewhere until then); None: none.
    not_before: Callable[[CaseFacts], Month | None] | None = None

    def parameters_for(self, categories: Mapping[str, str]) -> tuple[Parameter, ...]:
        """The parameters, with those that have one number for each category of the programme spelt out."""
        names = tuple(categories.items())
        return tuple(
            replace(parameter, choices=names)
            if parameter.kind in ("rates", "shares") and not parameter.choices
            else parameter
            for parameter in self.parameters
        )

    def read(self, params: Mapping[str, Any], categories: Mapping[str, str] | None = None) -> Numbers:
        """The numbers of a standard, checked; every one must be there.

        Raises ParameterErrors with a sentence for each fault.
        """
        parameters = self.parameters_for(categories or {})
        shapes: dict[str, Callable[[Any], tuple[Any, str]]] = {"ages": read_ages}
        clean, errors = check(parameters, params, shapes, per_category=read_shares)
        if not errors:
            errors = self.contradictions(clean)
        if errors:
            raise ParameterErrors(errors)
        return clean

    def suggested(self, categories: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What an empty form starts with; nothing of it is in force before somebody confirms it."""
        values: dict[str, Any] = {}
        for parameter in self.parameters_for(categories or {}):
            if parameter.kind in ("rates", "shares"):
                given = parameter.suggested or {}
                values[parameter.name] = {key: given.get(key, 0) for key, _ in parameter.choices}
            else:
                values[parameter.name] = parameter.suggested
        return values
