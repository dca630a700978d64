"""What is said before an act on a case that cannot be taken back."""

from datetime import date

from assistance.models import AssessmentRecord
from assistance.selectors.case import CasePage, members_in_words
from assistance.selectors.petty_cash import advance_of
from assistance.services.decision import first_month
from assistance.workflow import Act
from civaffairs.lib.assessment import Step
from civaffairs.lib.money import yuan

HARD = {
    Act.APPROVE: "确认后按下面的起发月份发放，不能撤回；以后有变化要走待遇变更或重新申请。",
    Act.REFUSE: "不予确认后本次申请办结，3个工作日内要书面告知申请人理由。",
    Act.TERMINATE: "终止后本次申请办结，不能恢复，家庭可以重新申请。",
    Act.WITHDRAW: "撤回后本次申请办结，不能恢复，家庭可以重新申请。",
}


CAPS = ("最高金额", "最高限额")


def _caps(record: AssessmentRecord) -> list[Step]:
    """The steps of a reckoning that say how much may be given at the most."""
    return [Step(**step) for step in record.steps if step["label"] in CAPS]


def key_facts(page: CasePage, act: Act, on: date) -> list[tuple[str, str]]:
    """The facts that somebody should see once more before an act that cannot be taken back."""
    if act not in HARD:
        return []
    application, record = page.application, page.assessment
    facts = [
        ("申请人", application.applicant.name),
        ("救助项目", application.scheme.name),
        ("家庭", members_in_words(application)),
    ]
    if record is not None:
        facts.append(("测算结论", record.get_outcome_display()))
        facts.append((application.spec.amount_word, f"{yuan(record.amount_fen)} 元"))
        facts += [(step.label, f"{yuan(int(step.result))} 元（{step.formula}）") for step in _caps(record)]
        if record.standard:
            facts.append(("保障标准", record.standard.document_number))
    advance = advance_of(application)
    if advance is not None:
        facts.append(("已先行救助", f"{yuan(advance.amount_fen)} 元（{advance.given_on:%Y-%m-%d}）"))
    reviewed = application.events.filter(act=Act.REVIEW).first()
    if reviewed is not None:
        facts.append(("初审意见", f"{reviewed.opinion}　{reviewed.by_label}"))
    notice = application.notices.filter(revoked_on=None).first()
    if notice is not None:
        objections = notice.objections.count()
        words = f"，异议{objections}条" if objections else "，无异议"
        facts.append(("公示", f"{notice.posted_on:%Y-%m-%d} 至 {notice.until_day:%Y-%m-%d}{words}"))
    if application.peer_document:
        said = "同意" if application.peer_agreed else "不同意"
        facts.append((f"{application.spec.peer}意见", f"{said}（{application.peer_document}）"))
    if act is Act.APPROVE:
        following = first_month(application, on)
        facts.append(("起发月份", f"{following:%Y年%-m月}"))
    return facts
