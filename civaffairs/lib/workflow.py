"""States and transitions as data.

Buttons, time limits, the diagram in the handbook and the tests all read the same table.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from civaffairs.lib.errors import NotAllowed

Kind = Literal["forward", "back", "record", "end"]
KINDS = ("forward", "back", "record", "end")


@dataclass(frozen=True)
class Transition:
    """One act that moves a case, or adds to it where it stands.

    `label` is the Chinese button. `target` None leaves the state as it is. `permission` is whatever the
    access gate understands. `not_same_person_as` names the fields of the case whose person may not do this
    act. `needs_reason` demands a written reason, `opinion_label` asks for an opinion under that heading.
    `kind`: forward takes the case on, back returns it for correction, record adds a fact, end closes it.
    `batch` allows the act on many selected cases with one opinion.
    """

    name: str
    label: str
    sources: frozenset[Hashable]
    target: Hashable | None
    permission: Hashable
    not_same_person_as: tuple[str, ...] = ()
    needs_reason: bool = False
    opinion_label: str = ""
    kind: Kind = "forward"
    batch: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", frozenset(self.sources))
        names = self.not_same_person_as
        object.__setattr__(self, "not_same_person_as", (names,) if isinstance(names, str) else tuple(names))
        if self.kind not in KINDS:
            raise ValueError(f"{self.name}: unknown kind {self.kind!r}")
        if not self.sources:
            raise ValueError(f"{self.name}: no state to start from")
        if not self.permission:
            raise ValueError(f"{self.name}: an act without a permission would be open to everybody")


class Workflow:
    """The transitions of one kind of case, in the order in which a page offers them."""

    def __init__(self, transitions: Iterable[Transition], labels: Mapping[Hashable, str] | None = None):
        """`labels` gives the Chinese name of a state; without it a state's own `label` is used."""
        self.transitions = tuple(transitions)
        self._labels = dict(labels or {})
        self._by_name = {transition.name: transition for transition in self.transitions}
        if len(self._by_name) != len(self.transitions):
            raise ValueError("two transitions share a name")

    def get(self, name: str) -> Transition:
        """Raises KeyError for a name that is not in the table."""
        return self._by_name[name]

    def allowed(self, status: Hashable) -> list[Transition]:
        """What may be done in this state, by whoever has the permission."""
        return [transition for transition in self.transitions if status in transition.sources]

    def check(self, name: str, status: Hashable, state: str = "", act: str = "") -> Transition:
        """The transition, if the state admits it; else NotAllowed with a sentence for the user. `state` and `act` are
        the words of that sentence, where those of the table do not fit the case."""
        transition = self._by_name.get(name)
        if transition is None:
            raise NotAllowed("没有这个操作，请返回重新进入")
        if status not in transition.sources:
            raise NotAllowed(
                f"现在是“{state or self.label(status)}”，不能{act or transition.label}。可能已有人办过，请刷新后再看"
            )
        return transition

    def states(self) -> list[Hashable]:
        """Every state the table mentions, in order of first mention."""
        seen: dict[Hashable, None] = {}
        for transition in self.transitions:
            seen.update(dict.fromkeys(sorted(transition.sources, key=str)))
            if transition.target is not None:
                seen.setdefault(transition.target)
        return list(seen)

    def label(self, status: Hashable) -> str:
        return str(self._labels.get(status) or getattr(status, "label", "") or status)

    def diagram(self) -> str:
        """The table as a Mermaid state diagram.

        States are numbered, because their stored values may not be valid names there.
        """
        states = self.states()
        index = {status: f"s{number}" for number, status in enumerate(states)}
        lines = ["stateDiagram-v2"]
        lines += [f'    state "{self.label(status)}" as {index[status]}' for status in states]
        reached = {transition.target for transition in self.transitions}
        left = {
            status for transition in self.transitions if transition.target for status in transition.sources
        }
        lines += [f"    [*] --> {index[status]}" for status in states if status not in reached]
        for transition in self.transitions:
            for source in sorted(transition.sources, key=states.index):
                target = source if transition.target is None else transition.target
                lines.append(f"    {index[source]} --> {index[target]}: {transition.label}")
        lines += [
            f"    {index[status]} --> [*]" for status in states if status in reached and status not in left
        ]
        return "\n".join(lines) + "\n"
