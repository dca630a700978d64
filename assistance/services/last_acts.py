"""When each act on a case was last done, counted in its versions."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistance.models import Application
from assistance.workflow import Act

SENT_BACK = (Act.RETURN, Act.RETURN_TO_INVESTIGATION, Act.REINVESTIGATE)
# What the reckoning rests on: an assessment older than the last of these is out of date.
FACTS = (
    Act.SUBMIT,
    Act.RESUBMIT,
    Act.AMEND,
    Act.RECORD_VISIT,
    Act.GIVE_ADVANCE,
    Act.RECORD_CHECK,
    Act.FOLLOW_CHECK,
    *SENT_BACK,
)


@dataclass(frozen=True)
class LastActs:
    """The version at which each act was last done; 0 for never."""

    versions: Mapping[str, int]

    @classmethod
    def of(cls, application: Application) -> "LastActs":
        events = application.events.order_by("version").values_list("act", "version")
        return cls(dict(events))

    def last(self, *acts: Act) -> int:
        return max((self.versions.get(act.value, 0) for act in acts), default=0)


def is_out_of_date(application: Application, acts: LastActs | None = None) -> bool:
    """Whether something that a reckoning rests on came after the last one."""
    acts = acts or LastActs.of(application)
    return acts.last(Act.ASSESS) < acts.last(*FACTS)
