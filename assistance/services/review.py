"""The opinion of the township (初审), by somebody who did not handle the case."""

from assistance.models import AssessmentRecord
from assistance.services import readiness
from assistance.services.acting import Case, act
from assistance.services.notice import onward, to_county
from assistance.workflow import Act
from civaffairs.lib.errors import BadInput, NotReady


@act(Act.REVIEW)
def review_application(case: Case, *, agree: bool = True) -> None:
    """Agree, and the case is published; disagree, and it goes to the county with the negative opinion.

    A household found not eligible cannot be agreed to. After an objection was looked into, the new opinion
    goes straight to the county, because the law asks for no second notice (民发〔2021〕57号); the county may ask
    for one by the setting notice_again_after_objection. So does a case that the county returned after its
    notice.
    """
    application = case.application
    missing = readiness.assessment_missing(application)
    if missing:
        raise NotReady("还不能提出初审意见：" + "；".join(missing) + "。", missing)
    record = readiness.current_assessment(application)
    if agree and record.outcome != AssessmentRecord.Outcome.ELIGIBLE:
        raise NotReady(
            "测算结论为不符合，不能同意。请选“不同意”并写明理由，或退回经办补查。", ["测算结论为不符合"]
        )
    if not agree and not case.opinion:
        raise BadInput("不同意的，请写明理由", "opinion")
    application.reviewed_by = case.by
    case.opinion = case.opinion or "经初审，拟同意给予保障"
    case.details |= {"agree": agree, "amount_fen": record.amount_fen}
    posted = application.notice_rounds > 0
    if agree and not (posted and not case.rule("notice_again_after_objection")):
        onward(case, "review")
    elif agree and application.peer_agreed is None:
        onward(case, "notice")
    else:
        to_county(case)


@act(Act.RETURN_TO_INVESTIGATION)
def return_to_investigation(case: Case) -> None:
    """The reviewer is not content: back to the handler, who reckons anew before handing on."""
    case.clock.step("review_days")
