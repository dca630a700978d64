"""Which acts a page offers on a case, and why one of them is greyed."""

from dataclasses import dataclass
from datetime import date

from assistance.models import Advance, Application, AssessmentRecord
from assistance.services import four_eyes, petty_cash, readiness
from assistance.services.deadlines import rules_of
from assistance.services.decision import may_decide
from assistance.workflow import APPLICATION, RULE_OF, STEP_OF, Act, act_label
from civaffairs.lib.workflow import Transition
from civaffairs.registry import access
from civaffairs.registry.models import Posting


@dataclass(frozen=True)
class ActOption:
    """One button. `why_not` is the sentence under a greyed one."""

    transition: Transition
    enabled: bool
    label: str
    why_not: str = ""

    @property
    def name(self) -> str:
        return self.transition.name


# Done by handing in the application form again, not by a panel on the case page.
BY_FORM = (Act.RESUBMIT, Act.AMEND)


def form_option(application: Application, posting: Posting) -> ActOption | None:
    """The act that opening the form again would be (url application_resubmit), if this posting may do it
    now."""
    for transition in APPLICATION.allowed(application.status):
        if transition.name in BY_FORM and access.may(posting, transition.permission):
            return ActOption(transition, True, transition.label)
    return None


def options(application: Application, posting: Posting, on: date) -> list[ActOption]:
    """The acts that this posting has the right to in the present state, in the order of the workflow.

    The case is one that the posting sees; the services check everything again.
    """
    found = []
    for transition in APPLICATION.allowed(application.status):
        if not has_step(application, transition.name):
            continue
        if transition.name in BY_FORM or not access.may(posting, transition.permission):
            continue
        if transition.name in (Act.APPROVE, Act.REFUSE) and not may_decide(application.delegated, posting):
            continue
        why_not = four_eyes.in_the_way(application, transition, posting) or _why_not(
            application, transition.name, on
        )
        label = act_label(transition.name, application.spec)
        found.append(ActOption(transition, not why_not, label, why_not))
    return found


def has_step(application: Application, act: str) -> bool:
    """Whether the programme of the case has the step that the act belongs to, and a rule that reckons with it."""
    spec, step = application.spec, STEP_OF.get(act)
    return (step is None or spec.has(step)) and RULE_OF.get(act, spec.rule) == spec.rule


def _why_not(application: Application, act: str, on: date) -> str:
    check = WHY_NOT.get(Act(act))
    return "；".join(check(application, on)) if check else ""


def _correction(application: Application, on: date) -> list[str]:
    return ["已经一次性告知过，不能再次要求补正"] if application.correction_asked else []


def _request_check(application: Application, on: date) -> list[str]:
    return ["已经提请核对，正在等县级登记结果"] if readiness.open_check(application) else []


def _record_check(application: Application, on: date) -> list[str]:
    return [] if readiness.open_check(application) else ["没有等待结果的核对，请先由乡镇提请"]


def _follow_check(application: Application, on: date) -> list[str]:
    check = readiness.latest_check(application)
    if check is not None and check.result == check.Result.INCONSISTENT:
        return []
    return ["没有与申报不一致的核对结果"]


def _advance(application: Application, on: date) -> list[str]:
    return ["已经先行救助过"] if Advance.objects.filter(application=application).exists() else []


def _finish(application: Application, on: date) -> list[str]:
    return readiness.before_review(application, on, rules_of(application, on))


def _review(application: Application, on: date) -> list[str]:
    return readiness.assessment_missing(application)


def _answer(application: Application, on: date) -> list[str]:
    notice = readiness.current_notice(application)
    waiting = notice is not None and notice.objections.filter(state="open").exists()
    return [] if waiting else ["没有待答复的异议"]


def _reinvestigate(application: Application, on: date) -> list[str]:
    return readiness.before_reinvestigating(application)


def _post(application: Application, on: date) -> list[str]:
    record = readiness.current_assessment(application)
    good = record is not None and record.outcome == AssessmentRecord.Outcome.ELIGIBLE
    return [] if good else ["没有符合条件的测算结果"]


def _extend(application: Application, on: date) -> list[str]:
    if application.extended_reason:
        return ["已经延长过一次"]
    late = application.paused_on is None and application.total_due_on and on > application.total_due_on
    return ["总期限已过，不能再延长"] if late else []


def _withdraw(application: Application, on: date) -> list[str]:
    return petty_cash.refuse_withdrawal(application)


def _inform(application: Application, on: date) -> list[str]:
    return ["已登记书面告知"] if application.decision.informed_on else []


WHY_NOT = {
    Act.REQUEST_CORRECTION: _correction,
    Act.REQUEST_CHECK: _request_check,
    Act.RECORD_CHECK: _record_check,
    Act.FOLLOW_CHECK: _follow_check,
    Act.GIVE_ADVANCE: _advance,
    Act.FINISH_INVESTIGATION: _finish,
    Act.REVIEW: _review,
    Act.POST_NOTICE: _post,
    Act.CLOSE_NOTICE: readiness.before_closing,
    Act.ANSWER_OBJECTION: _answer,
    Act.REINVESTIGATE: _reinvestigate,
    Act.APPROVE: readiness.before_approval,
    Act.EXTEND: _extend,
    Act.WITHDRAW: _withdraw,
    Act.INFORM: _inform,
}
