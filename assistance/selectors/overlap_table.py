"""The table of overlaps in words, each row with what the county has set for it."""

from dataclasses import dataclass, field
from datetime import date

from assistance.models import OverlapSetting
from assistance.policy.overlaps import (
    CERTAINTIES,
    EFFECTS,
    LEVELS,
    NAMES,
    OVERLAPS,
    Overlap,
)
from assistance.schemes import SCHEMES
from assistance.selectors.overlap import table_on


@dataclass
class Row:
    """One pair: `now` as it holds on the day, `base` as the table has it, and every paper of the county, newest first."""

    now: Overlap
    base: Overlap
    a: str
    b: str
    who: str
    since: OverlapSetting | None = None
    papers: list[OverlapSetting] = field(default_factory=list)

    @property
    def effect(self) -> str:
        return EFFECTS[self.now.effect]

    @property
    def level(self) -> str:
        return "" if self.now.effect == "allow" else LEVELS[self.now.level]

    @property
    def blocks(self) -> bool:
        return self.now.level == "block"

    @property
    def yields(self) -> str:
        return yields_in_words(self.now.yields, self.a, self.b)

    @property
    def certainty(self) -> str:
        return CERTAINTIES[self.base.certainty]

    @property
    def is_local(self) -> bool:
        return self.base.certainty == "local"

    @property
    def pending(self) -> OverlapSetting | None:
        return next((paper for paper in self.papers if paper.confirmed_at is None), None)

    @property
    def coming(self) -> list[OverlapSetting]:
        """Confirmed and not yet in force."""
        known = self.since.pk if self.since else None
        first = self.since.from_day if self.since else date.min
        return [p for p in self.papers if p.confirmed_at and p.pk != known and p.from_day > first]


@dataclass
class Group:
    title: str
    note: str
    rows: list[Row]


NOTES = {
    "forbid": "两项不能都领，让位的一项停发",
    "choose": "由本人选定一项",
    "higher": "同一类补贴只发金额高的",
    "topup": "前一项只发高出后一项的部分",
    "allow": "各发各的，不提示",
}


def name_of(key: str) -> str:
    return "其他各项" if key == "*" else NAMES.get(key, key)


def yields_in_words(yields: str, a: str, b: str) -> str:
    return {"a": f"{a}让位", "b": f"{b}让位"}.get(yields, "")


def conditions(row: Overlap) -> str:
    """Where the two meet, and in which cases the row holds."""
    words = ["同一户" if row.scope == "household" else "同一人"]
    if row.single:
        words.append("低保为单人保的")
    if row.claimed:
        words.append(f"申请{name_of(row.a if row.claimed == 'a' else row.b)}时")
    for name, categories in ((row.a, row.a_categories), (row.b, row.b_categories)):
        if categories:
            names = SCHEMES[name].category_names
            few = [names.get(key, key) for key in categories[:2]]
            more = f"等{len(categories)}类" if len(categories) > len(few) else ""
            words.append("、".join(few) + more)
    return "；".join(words)


def row_of(key: str, on: date) -> Row | None:
    base = next((row for row in OVERLAPS if row.key == key), None)
    return None if base is None else _rows([base], on)[0]


def groups_on(on: date, words: str = "") -> list[Group]:
    """All pairs by what is done about them, what excludes first; narrowed to those that name a programme. Two queries."""
    rows = _rows(OVERLAPS, on)
    if words := words.strip():
        rows = [row for row in rows if words in row.a or words in row.b]
    groups = [
        Group(label, NOTES[effect], [row for row in rows if row.now.effect == effect])
        for effect, label in EFFECTS.items()
    ]
    return [group for group in groups if group.rows]


def _rows(bases, on: date) -> list[Row]:
    papers: dict[str, list[OverlapSetting]] = {}
    for paper in OverlapSetting.objects.select_related("proposed_by__user", "confirmed_by__user"):
        papers.setdefault(paper.key, []).append(paper)
    now = {row.key: row for row in table_on(on)}
    return [_row(base, now[base.key], papers.get(base.key, []), on) for base in bases]


def _row(base: Overlap, now: Overlap, papers: list[OverlapSetting], on: date) -> Row:
    a, b = name_of(base.a), name_of(base.b)
    for paper in papers:
        paper.words = "，".join(_setting_in_words(paper, a, b))
        paper.state = _state(paper, on)
    since = next((paper for paper in papers if paper.confirmed_at and paper.from_day <= on), None)
    return Row(now, base, a, b, conditions(base), since, papers)


def _setting_in_words(paper: OverlapSetting, a: str, b: str) -> list[str]:
    words = [EFFECTS[paper.effect]]
    if paper.effect != "allow":
        words.append(LEVELS[paper.level])
    if said := yields_in_words(paper.yields, a, b):
        words.append(said)
    return words


def _state(paper: OverlapSetting, on: date) -> tuple[str, str]:
    if paper.confirmed_at is None:
        return "待确认", "todo"
    return ("待生效", "wait") if paper.from_day > on else ("已生效", "good")
