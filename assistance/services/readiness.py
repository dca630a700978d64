"""What has to be there before a case may go on. The services refuse by these lists, and the page greys its
buttons by the same ones, so that a clerk never finds out by trying."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from assistance.models import (
    Advance,
    Application,
    AssessmentRecord,
    EntitlementMember,
    InformationCheck,
    Notice,
    Objection,
    Visit,
)
from assistance.policy.rules import rule_of
from assistance.selectors import overlap
from assistance.services.assessment import quick_cap_fen
from assistance.services.grant import first_month
from assistance.services.last_acts import LastActs, is_out_of_date
from assistance.workflow import Act
from civaffairs.lib.money import yuan
from civaffairs.registry.models import BankAccount


def latest_check(application: Application) -> InformationCheck | None:
    return application.checks.order_by("-id").first()


def open_check(application: Application) -> InformationCheck | None:
    """The check that was asked for and not yet answered."""
    check = latest_check(application)
    return check if check is not None and check.reported_on is None else None


def current_assessment(application: Application) -> AssessmentRecord | None:
    return application.assessments.filter(is_current=True).first()


def current_notice(application: Application) -> Notice | None:
    """The notice that hangs now."""
    return application.notices.filter(closed_on=None, revoked_on=None).order_by("-round").first()


# --- before the opinion of the township --------------------------------------------------------------------


def before_review(application: Application, on: date, rules: Mapping[str, Any]) -> list[str]:
    """What is missing before the investigation may end."""
    acts = LastActs.of(application)
    spec = application.spec
    missing = []
    if spec.has("visit") and not acts.last(Act.RECORD_VISIT):
        missing.append("还没有登记入户调查")
    if spec.has("check"):
        missing += _check_missing(latest_check(application), on, int(rules["check_valid_days"]))
    if application.needs_deliberation and not acts.last(Act.RECORD_DELIBERATION):
        missing.append("这件要民主评议，还没有登记评议结果")
    again = acts.last(Act.REINVESTIGATE) if spec.has("visit") or spec.has("deliberate") else 0
    if again and acts.last(Act.RECORD_VISIT, Act.RECORD_DELIBERATION) < again:
        missing.append("异议成立后还没有重新入户或民主评议")
    missing += assessment_missing(application, acts)
    if spec.has("account") and not has_account(application):
        missing.append("还没有登记收款账户")
    return missing


def _check_missing(check: InformationCheck | None, on: date, valid_days: int) -> list[str]:
    if check is None:
        return ["还没有提请信息核对"]
    if check.reported_on is None:
        return ["信息核对还没有结果"]
    if check.reported_on + timedelta(days=valid_days) < on:
        return [f"核对报告已超过{valid_days}天，请重新提请核对"]
    missing = []
    if check.result == InformationCheck.Result.INCONSISTENT:
        if check.told_family_on is None:
            missing.append("核对结果与申报不一致，还没有告知申请人")
        if not check.conclusion:
            missing.append("核对结果与申报不一致，还没有登记复查结论")
    return missing


def assessment_missing(application: Application, acts: LastActs | None = None) -> list[str]:
    """Why there is no reckoning to rest an opinion on; empty when there is one of today's facts."""
    record = current_assessment(application)
    if record is None:
        return ["还没有测算"]
    if is_out_of_date(application, acts):
        return ["测算以后情况有变化，请重新测算"]
    if record.outcome == AssessmentRecord.Outcome.CANNOT_DECIDE:
        return ["测算得不出结论：" + "、".join(record.reasons)]
    return []


# --- notice ----------------------------------------------------------------------------------------------


def before_closing(application: Application, on: date) -> list[str]:
    """What keeps a notice on the board: days, photo, objections."""
    notice = current_notice(application)
    if notice is None:
        return ["没有正在张贴的公示"]
    missing = []
    if on <= notice.until_day:
        missing.append(
            f"公示到{notice.until_day:%Y-%m-%d}为止，最早{notice.until_day + timedelta(days=1):%Y-%m-%d}办"
        )
    if notice.photo_id is None:
        missing.append("还没有上传注明地点的公示照片")
    states = set(notice.objections.values_list("state", flat=True))
    if Objection.State.OPEN in states:
        missing.append("还有异议没有答复")
    if Objection.State.UPHELD in states:
        missing.append("有异议成立，应重新调查")
    return missing


def before_reinvestigating(application: Application) -> list[str]:
    notice = current_notice(application)
    states = set(notice.objections.values_list("state", flat=True)) if notice else set()
    missing = []
    if Objection.State.UPHELD not in states:
        missing.append("没有成立的异议")
    if Objection.State.OPEN in states:
        missing.append("还有异议没有答复")
    return missing


# --- before the decision ---------------------------------------------------------------------------------


def county_visit_missing(application: Application, acts: LastActs | None = None) -> list[str]:
    """民发〔2021〕57号: filed near relatives, and cases complained of, are visited by the county, without
    exception; a programme that visits nobody knows no such visit."""
    if not (application.near_relative or application.complained_of) or not application.spec.has("visit"):
        return []
    acts = acts or LastActs.of(application)
    seen = acts.last(Act.COUNTY_VISIT)
    if not seen or seen < acts.last(Act.RECORD_COMPLAINT, Act.REINVESTIGATE):
        why = "近亲属备案件" if application.near_relative else "有投诉举报的件"
        return [f"{why}，县级必须入户，还没有登记县级入户"]
    return []


def before_approval(application: Application, on: date) -> list[str]:
    """What is missing before the county may confirm."""
    acts = LastActs.of(application)
    missing = county_visit_missing(application, acts)
    visit = application.visits.filter(kind=Visit.Kind.COUNTY).order_by("-id").first()
    if visit is not None and visit.result == Visit.Result.FALSE:
        missing.append("县级入户结果为不属实，请退回乡镇或不予确认")
    spec = application.spec
    if spec.has("notice") and not application.notice_rounds:
        missing.append("还没有公示过；不同意乡镇意见的，请退回乡镇")
    record = current_assessment(application)
    if record is None:
        missing.append("还没有测算")
    elif record.outcome != AssessmentRecord.Outcome.ELIGIBLE:
        missing.append(f"测算结论为{record.get_outcome_display()}")
    elif record.amount_fen <= 0 and rule_of(spec.rule).pays and not _was_advanced(application):
        missing.append(f"测算的{spec.amount_word}为零")
    most = quick_cap_fen(application, on)
    if record is not None and most is not None and record.amount_fen > most:
        missing.append(f"金额超过现在的最高金额 {yuan(most)} 元，请退回重新测算")
    if spec.has("peer") and not application.peer_agreed:
        said = "还没有登记" if application.peer_agreed is None else "没有同意，不能确认："
        missing.append(f"{said}{spec.peer}的会审意见")
    if spec.has("account") and not has_account(application):
        missing.append("还没有登记收款账户")
    return missing + overlap.before_approval(application, record, first_month(application, on), on)


def _was_advanced(application: Application) -> bool:
    """Whether 先行救助 has been given: then it may be that nothing is left to pay."""
    return Advance.objects.filter(application=application).exists()


def has_account(application: Application) -> bool:
    """Whether money could reach the family: an account on the form, or one in force for the applicant."""
    return bool(application.account_number or application.kept_by_institution) or (
        BankAccount.objects.filter(
            person_id=application.applicant_id, state=BankAccount.State.ACTIVE
        ).exists()
    )


def already_receiving(application: Application, from_month: date) -> list[EntitlementMember]:
    """Protected people of this case who are protected elsewhere in the same family of schemes from that month
    on. Help for a single event can be asked for again; its rule looks at the cause."""
    if application.spec.is_one_off:
        return []
    protected = application.members.filter(protected=True, excluded_reason="").values("person_id")
    open_ones = EntitlementMember.objects.filter(
        person__in=protected, family=application.scheme.family
    ).exclude(until_month__lte=from_month)
    return list(open_ones.select_related("person", "entitlement__scheme").order_by("person__name_key", "id"))
