"""What has been concluded and signed on a list, and what is still wanted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assistance.models import PaymentRun, RunConclusion, RunSignature
from assistance.selectors.run_checks import Problem
from assistance.workflow import RunStatus
from civaffairs.registry import county

# 万元 to fen.
WAN = 10_000 * 100


@dataclass(frozen=True)
class Reminder:
    """One reminder as it is now, and the newest conclusion on it, which may be about an earlier finding."""

    problem: Problem
    conclusion: RunConclusion | None

    @property
    def settled(self) -> bool:
        """Concluded for exactly this finding: asked again once count or sum are others."""
        said = self.conclusion
        return said is not None and (said.line_count, said.total_fen) == (
            self.problem.count,
            self.problem.total_fen,
        )

    @property
    def covered(self) -> bool:
        """Concluded for this finding or for more than is left of it: what went away by itself, as an account that is no
        longer new, is no reason to stop the approval."""
        said = self.conclusion
        return (
            said is not None
            and said.line_count >= self.problem.count
            and said.total_fen >= self.problem.total_fen
        )


def newest(run: PaymentRun) -> dict[str, RunConclusion]:
    """The newest conclusion by check. One query."""
    rows = run.conclusions.select_related("concluded_by__user", "concluded_by__office").order_by("id")
    return {row.check_key: row for row in rows}


def reminders(run: PaymentRun, found: Iterable[Problem]) -> list[Reminder]:
    """The reminders among what was found, each with its conclusion."""
    said = newest(run)
    return [Reminder(problem, said.get(problem.key)) for problem in found if not problem.blocks]


def open_titles(asked: Iterable[Reminder], *, approving: bool = False) -> list[str]:
    """What is still without a conclusion, in words."""
    return [
        f"{one.problem.title}：{one.problem.count} 笔"
        for one in asked
        if not (one.covered if approving else one.settled)
    ]


def signatures(run: PaymentRun) -> list[RunSignature]:
    """Those that stand, first to last."""
    rows = run.signatures.standing().select_related("signed_by__user", "signed_by__office")
    return list(rows.order_by("number"))


def approvers_needed(run: PaymentRun, on: date) -> int:
    """How many must sign the list. The settings of the day of the check hold, so that a new one does not change a list
    half signed; `on` where it is not checked yet."""
    day = run.checked_on or on
    above = county.value("sign_more_above", day)
    if not above or run.total_fen < above * WAN:
        return 1
    return county.value("sign_more_count", day)


@dataclass(frozen=True)
class Signing:
    """Who has signed and how many are missing. `needed` of an approved list is what it was signed by."""

    made: tuple[RunSignature, ...]
    needed: int

    @property
    def missing(self) -> int:
        return max(self.needed - len(self.made), 0)

    @property
    def several(self) -> bool:
        return self.needed > 1 or len(self.made) > 1

    @property
    def boxes(self) -> list[tuple[int, RunSignature | None]]:
        """(number, signature or None), one for each approver that is wanted."""
        places = max(self.needed, len(self.made))
        return [(n + 1, self.made[n] if n < len(self.made) else None) for n in range(places)]

    def has_signed(self, user_id: int) -> bool:
        return any(one.signed_by.user_id == user_id for one in self.made)


def signing(run: PaymentRun, on: date) -> Signing:
    made = tuple(signatures(run))
    approved = run.status in (RunStatus.APPROVED, RunStatus.ISSUED, RunStatus.CLOSED)
    return Signing(made, max(len(made), 1) if approved else approvers_needed(run, on))
