"""Who may not do an act because of what they did before on the same case.

Compared by user, not by posting, because one clerk may hold several posts. The named columns hold the latest
handler and reviewer; the timeline also remembers those before them, after a case went round twice.
"""

from assistance.models import Application, CaseEvent
from assistance.workflow import Act
from civaffairs.lib.errors import NotAllowed
from civaffairs.lib.workflow import Transition
from civaffairs.registry.models import Posting

LABELS = {"submitted_by": "提交人", "handled_by": "经办人", "reviewed_by": "初审人"}

# What counts as having been the one in that column, at any time.
ACTS = {
    "submitted_by": {Act.SUBMIT, Act.RESUBMIT},
    "handled_by": {
        Act.ACCEPT,
        Act.RECORD_VISIT,
        Act.RECORD_DELIBERATION,
        Act.AMEND,
        Act.ASSESS,
        Act.FINISH_INVESTIGATION,
    },
    "reviewed_by": {Act.REVIEW},
}


def in_the_way(application: Application, transition: Transition, by: Posting) -> str:
    """Why this user may not do this act on this case, in plain words; empty when nothing stands against
    it."""
    if not transition.not_same_person_as:
        return ""
    done = set(
        CaseEvent.objects.filter(application=application, by__user_id=by.user_id).values_list(
            "act", flat=True
        )
    )
    for name in transition.not_same_person_as:
        holder = getattr(application, name)
        if (holder is not None and holder.user_id == by.user_id) or done & ACTS[name]:
            return f"您是这件的{LABELS[name]}，不能再由您{transition.label}，请换一位同事办理"
    return ""


def demand(application: Application, transition: Transition, by: Posting) -> None:
    """Raises NotAllowed."""
    reason = in_the_way(application, transition, by)
    if reason:
        raise NotAllowed(f"{reason}。")
