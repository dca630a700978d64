"""提标 as its pages show it: the sums by result and by township, and the rows that a posting sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from assistance.models import Standard, StandardChange, StandardChangeRow
from assistance.policy.rules import rule_of
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Office, Posting

Outcome, State = StandardChangeRow.Outcome, StandardChange.State
TONES = {
    Outcome.RAISED: "good",
    Outcome.SAME: "plain",
    Outcome.LOWER: "warn",
    Outcome.OUT: "bad",
    Outcome.UNDECIDED: "warn",
    Outcome.REVIEW: "warn",
}
# What becomes of those of each result.
FATES = {
    Outcome.RAISED: "审批后自动执行",
    Outcome.SAME: "审批后换成新标准，金额不动",
    Outcome.LOWER: "不自动执行：减发要先听取意见，逐户办减发（《社会救助法》第48条）",
    Outcome.OUT: "不自动执行：停发要先听取意见，逐户办停发（《社会救助法》第48条）",
    Outcome.UNDECIDED: "不自动执行：补齐情况后重新测算",
    Outcome.REVIEW: "不自动执行：按所列原因处理后，可再测算一次",
}
MOST_REASONS = 8


@dataclass
class Sums:
    """Rights, persons, fen a month more, the smallest and the largest of it, and 补发: how many and how much."""

    rights: int = 0
    people: int = 0
    more: int = 0
    least: int | None = None
    most: int | None = None
    arrears: int = 0
    arrears_rights: int = 0

    def add(self, row: Mapping[str, Any]) -> None:
        for name in ("rights", "people", "more", "arrears", "arrears_rights"):
            setattr(self, name, getattr(self, name) + (row[name] or 0))
        if row["least"] is not None:
            self.least = row["least"] if self.least is None else min(self.least, row["least"])
            self.most = row["most"] if self.most is None else max(self.most, row["most"])


@dataclass
class OutcomeSums:
    key: str
    label: str
    tone: str
    fate: str
    sums: Sums = field(default_factory=Sums)
    words: str = ""

    def __post_init__(self) -> None:
        self.words = self.label


@dataclass
class TownshipSums:
    code: str
    name: str
    done: Sums = field(default_factory=Sums)  # what the approval carries out
    left: int = 0


@dataclass
class Figures:
    """All sums of a raise in the posting's area."""

    outcomes: list[OutcomeSums]
    townships: list[TownshipSums]
    done: Sums
    left: int

    @property
    def rights(self) -> int:
        return self.done.rights + self.left


def figures_of(change: StandardChange, posting: Posting) -> Figures:
    seen = {
        code: found
        for code, found in change.figures.items()
        # A township reads its own line; whatever the county itself holds is the county's.
        if access.covers_office(posting, code)
    }
    names = Office.objects.in_bulk(list(seen))
    by_outcome = {key: OutcomeSums(key.value, key.label, TONES[key], FATES[key]) for key in Outcome}
    townships, done, left = [], Sums(), 0
    for code in sorted(seen):
        township = TownshipSums(code, names[code].name if code in names else code)
        for outcome, row in seen[code].items():
            by_outcome[Outcome(outcome)].sums.add(row)
            if outcome in StandardChangeRow.APPLIED:
                township.done.add(row)
                done.add(row)
            else:
                township.left += row["rights"]
                left += row["rights"]
        townships.append(township)
    return Figures([row for row in by_outcome.values() if row.sums.rights], townships, done, left)


def rows_of(
    change: StandardChange, posting: Posting, query: Mapping[str, str]
) -> QuerySet[StandardChangeRow]:
    rows = StandardChangeRow.objects.visible_to(posting).filter(change=change)
    if query.get("outcome"):
        rows = rows.filter(outcome=query["outcome"])
    if query.get("area"):
        rows = rows.in_area(query["area"])
    if query.get("arrears") == "yes":
        rows = rows.filter(arrears_fen__gt=0)
    elif query.get("arrears") == "no":
        rows = rows.filter(arrears_fen=0)
    return rows.select_related("entitlement__payee", "entitlement__beneficiary", "office__parent")


def mark(rows: list[StandardChangeRow], change: StandardChange) -> None:
    """Give each row its words: the category by name and the badge of its result."""
    names = change.scheme.spec.category_names
    # Bands by age have no names: the category is the age from which the band pays.
    by_age = any(parameter.kind == "ages" for parameter in rule_of(change.scheme.spec.rule).parameters)
    for row in rows:
        words = f"{row.category}周岁档" if by_age and row.category else row.category
        row.category_words = names.get(row.category, words)
        row.words, row.tone = row.get_outcome_display(), TONES[Outcome(row.outcome)]
        row.who = row.entitlement.beneficiary or row.entitlement.payee


def reasons_of(change: StandardChange, posting: Posting) -> list[dict[str, Any]]:
    """Why rights are left to a person, the commonest first: {"reason", "outcome", "count"}."""
    rows = (
        StandardChangeRow.objects.visible_to(posting)
        .filter(change=change)
        .exclude(outcome__in=StandardChangeRow.APPLIED)
        .exclude(reason="")
        .values("reason", "outcome")
        .annotate(count=Count("pk"))
        .order_by("-count", "reason")
    )
    return [row | {"label": Outcome(row["outcome"]).label} for row in rows[:MOST_REASONS]]


def changes_of(standard: Standard) -> list[StandardChange]:
    return list(standard.changes.select_related("scheme", "proposed_by__user").order_by("-pk"))


def asks_to_round(standard: Standard) -> bool:
    return standard.scheme.spec.rule == "dibao" and standard.params.get("method") == "topup"


def may_raise(standard: Standard, posting: Posting) -> bool:
    """Whether the page of a standard offers to have a raise reckoned."""
    return (
        standard.confirmed_at is not None
        and access.may(posting, Permission.ENTER_STANDARD)
        and access.covers_office(posting, standard.office_id)
        and not standard.changes.filter(state__in=StandardChange.OPEN).exists()
    )


@dataclass(frozen=True)
class Options:
    """Which acts the posting finds open. `four_eyes` says why the approval is not this person's."""

    again: bool
    discard: bool
    approve: bool
    undo: bool
    four_eyes: str = ""


def options_of(change: StandardChange, posting: Posting, figures: Figures) -> Options:
    inside = access.covers_office(posting, change.office_id)
    enters = inside and access.may(posting, Permission.ENTER_STANDARD)
    confirms = inside and access.may(posting, Permission.CONFIRM_STANDARD)
    waiting = change.state == State.PREVIEWED
    earlier = (change.proposed_by, change.standard.entered_by)
    own = any(each is not None and each.user_id == posting.user_id for each in earlier)
    idle = change.state == State.PREVIEWING and (change.job is None or not change.job.is_live)
    return Options(
        again=enters and (waiting or idle),
        discard=enters and (waiting or change.state == State.PREVIEWING),
        approve=confirms and waiting and not own and figures.done.rights > 0,
        undo=confirms and change.state == State.APPLIED,
        four_eyes="您是测算人或标准录入人，要由另一位审批。" if confirms and waiting and own else "",
    )
