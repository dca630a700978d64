"""The township takes a case in, asks once for what is missing, prolongs it, or ends it without a decision."""

from assistance.services import petty_cash
from assistance.services.acting import Case, act
from assistance.services.deadlines import survey_started
from assistance.services.notice import take_down
from assistance.workflow import Act
from civaffairs.lib.errors import BadInput, NotAllowed

METHOD = "《最低生活保障审核确认办法》（民发〔2021〕57号）"


@act(Act.ACCEPT)
def accept_application(
    case: Case,
    *,
    near_relative: bool = False,
    near_relative_note: str = "",
    needs_deliberation: bool = False,
) -> None:
    """Take the case in: from here the statutory 30 working days run.

    A near relative of staff or of the village committee is filed on its own, and the county then visits
    (民发〔2021〕57号). Whether the township decides is frozen here, so a later change of the county's setting does
    not change the limits of a case that is under way.
    """
    application = case.application
    note = near_relative_note.strip()
    if near_relative and not note:
        raise BadInput("请写明近亲属的姓名、单位和关系", "near_relative_note")
    if len(note) > 200:
        raise BadInput(f"近亲属说明最多200个字，现在{len(note)}个字", "near_relative_note")
    application.near_relative = near_relative or application.near_relative
    application.near_relative_note = note or application.near_relative_note
    application.handled_by = case.by
    application.accepted_on = case.on
    spec = application.spec
    always = bool(case.rule("deliberation_always"))
    application.needs_deliberation = spec.has("deliberate") and (needs_deliberation or always)
    by_setting = spec.decided_by == "setting" and bool(case.rule("delegated"))
    application.delegated = spec.decided_by == "township" or by_setting
    case.opinion = case.opinion or "符合受理条件，予以受理"
    case.clock.begin_total()
    # Where nothing has to be begun, the limit is the one for the opinion.
    case.clock.step("review_days" if survey_started(application) else "survey_days")
    case.details |= {
        "near_relative": application.near_relative,
        "needs_deliberation": application.needs_deliberation,
        "delegated": application.delegated,
    }


@act(Act.REQUEST_CORRECTION)
def request_correction(case: Case) -> None:
    """Send the form back for what is missing, once and completely (一次性告知). The clock stands still."""
    if case.application.correction_asked:
        raise NotAllowed(
            "已经一次性告知过，不能再次要求补正。材料仍不齐的，请受理后调查核实，或请申请人撤回。",
            article=METHOD,
        )
    case.application.correction_asked = True


@act(Act.EXTEND)
def extend_application(case: Case) -> None:
    """Lengthen the whole to 45 working days, once, with a written reason and before the limit has passed."""
    application = case.application
    if application.extended_reason:
        raise NotAllowed("已经延长过一次，不能再延长。", article=METHOD)
    if application.paused_on is None and application.total_due_on and case.on > application.total_due_on:
        raise NotAllowed(f"总期限 {application.total_due_on:%Y-%m-%d} 已过，不能再延长。", article=METHOD)
    if len(case.opinion) > 300:
        raise BadInput(f"延长原因最多300个字，现在{len(case.opinion)}个字", "opinion")
    application.extended_reason = case.opinion
    case.clock.extend()


@act(Act.WITHDRAW)
def withdraw_application(case: Case) -> None:
    """The family takes its request back. A notice that still hangs is taken down."""
    if reasons := petty_cash.refuse_withdrawal(case.application):
        raise NotAllowed(f"{reasons[0]}。", article=petty_cash.ARTICLE)
    take_down(case)


@act(Act.TERMINATE)
def terminate_application(case: Case, *, advance_outcome: str = "") -> None:
    """End the procedure where the family refuses to co-operate (民发〔2021〕57号 article 29)."""
    petty_cash.conclude(case, advance_outcome)
    take_down(case)
