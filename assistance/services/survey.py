"""What the township and the county find out: checks against registers, home visits, deliberations."""

from collections.abc import Iterable
from datetime import date

from assistance.models import Deliberation, InformationCheck, Visit
from assistance.services import readiness
from assistance.services.acting import Case, act, between, put
from assistance.services.deadlines import survey_started
from assistance.services.notice import onward
from assistance.workflow import Act, Status, act_label
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady


@act(Act.REQUEST_CHECK)
def request_check(case: Case) -> None:
    """Ask the county to check the family against the registers; it has survey_days to begin."""
    if readiness.open_check(case.application) is not None:
        raise NotAllowed("已经提请核对，正在等县级登记结果。")
    put(
        InformationCheck(
            application=case.application,
            requested_on=case.on,
            requested_by=case.by,
            due_on=case.clock.calendar.add(case.on, case.clock.days("survey_days")).day,
        )
    )
    _next_step(case)


@act(Act.RECORD_CHECK)
def record_check(
    case: Case,
    *,
    reported_on: date | None = None,
    report_number: str = "",
    result: str = "",
    findings: str = "",
    told_family_on: date | None = None,
    family_reply: str = "",
    conclusion: str = "",
) -> None:
    """The county enters what the registers say. The report decides nothing by itself: a mismatch is told to
    the family, which may object, and the township looks again (follow_check)."""
    check = readiness.open_check(case.application)
    if check is None:
        raise NotAllowed("没有等待结果的核对，请先由乡镇提请信息核对。")
    check.reported_on = between(reported_on, check.requested_on, case.on, "报告日期", "reported_on")
    check.report_number, check.result, check.findings = report_number, result, findings
    for name, label in (("report_number", "报告编号"), ("result", "核对结果")):
        if not getattr(check, name).strip():
            raise BadInput(f"请填写{label}", name)
    if result == InformationCheck.Result.INCONSISTENT and not findings.strip():
        raise BadInput("与申报不一致的，请写明哪些情况不一致", "findings")
    check.recorded_by = case.by
    _tell(case, check, told_family_on, family_reply, conclusion)
    put(check)
    case.details |= {"result": check.result, "report": check.report_number}


@act(Act.FOLLOW_CHECK)
def follow_check(
    case: Case, *, told_family_on: date | None = None, family_reply: str = "", conclusion: str = ""
) -> None:
    """The township told the family of a mismatch, heard it, and looked again."""
    check = readiness.latest_check(case.application)
    if check is None or check.result != InformationCheck.Result.INCONSISTENT:
        raise NotAllowed("没有与申报不一致的核对结果，不需要登记告知和复查。")
    if told_family_on is None:
        raise BadInput("请填写告知申请人的日期", "told_family_on")
    if not conclusion.strip():
        raise BadInput("请填写复查结论", "conclusion")
    _tell(case, check, told_family_on, family_reply, conclusion)
    put(check)


def _tell(case: Case, check: InformationCheck, told_on: date | None, reply: str, conclusion: str) -> None:
    if told_on is not None:
        check.told_family_on = between(told_on, check.reported_on, case.on, "告知日期", "told_family_on")
    check.family_reply, check.conclusion = reply, conclusion


@act(Act.RECORD_VISIT)
def record_visit(case: Case, **findings) -> None:
    """A home visit by at least two investigators, on or after the day of acceptance."""
    again = case.application.visits.exclude(kind=Visit.Kind.COUNTY).exists()
    _visit(case, Visit.Kind.AGAIN if again else Visit.Kind.FIRST, **findings)
    _next_step(case)


@act(Act.COUNTY_VISIT)
def county_visit(case: Case, **findings) -> None:
    """The county's own visit: a must for near relatives of staff and where somebody complained."""
    _visit(case, Visit.Kind.COUNTY, **findings)


def _visit(
    case: Case,
    kind: Visit.Kind,
    *,
    visited_on: date | None = None,
    investigators: Iterable[str] = (),
    present: str = "",
    result: str = "",
    living: str = "",
    differences: str = "",
    neighbours: str = "",
    by_remote: bool = False,
    remote_reason: str = "",
) -> None:
    names = list(dict.fromkeys(name.strip() for name in investigators if name.strip()))
    if len(names) < 2:
        raise BadInput("入户调查至少要有两名不同的调查人", "investigators", article="民发〔2021〕57号")
    if any(len(name) > 40 for name in names) or len(names) > 8:
        raise BadInput("调查人请填姓名，最多8人", "investigators")
    if result != Visit.Result.TRUE and not differences.strip():
        raise BadInput("与申报不完全一致的，请写明不符之处", "differences")
    if by_remote and not remote_reason.strip():
        raise BadInput("以电话、视频方式调查的，请写明原因", "remote_reason")
    put(
        Visit(
            application=case.application,
            kind=kind,
            visited_on=between(visited_on, case.application.accepted_on, case.on, "调查日期", "visited_on"),
            investigators=names,
            present=present,
            result=result,
            living=living,
            differences=differences,
            neighbours=neighbours,
            by_remote=by_remote,
            remote_reason=remote_reason,
            recorded_by=case.by,
        )
    )
    case.details |= {"visited_on": f"{visited_on}", "result": result, "kind": kind.value}


@act(Act.RECORD_DELIBERATION)
def record_deliberation(
    case: Case,
    *,
    held_on: date | None = None,
    place: str = "",
    chair: str = "",
    present: int = 0,
    agreed: int = 0,
    disagreed: int = 0,
) -> None:
    """A democratic appraisal in the village; the opinion of the act is the opinion of the meeting."""
    if not case.opinion:
        raise BadInput("请填写评议意见", "opinion")
    if present < 1 or agreed < 0 or disagreed < 0:
        raise BadInput("请填写参加评议的人数", "present")
    if present != agreed + disagreed:
        raise BadInput(
            f"参加{present}人，同意{agreed}人加不同意{disagreed}人应等于参加人数，请核对", "present"
        )
    put(
        Deliberation(
            application=case.application,
            held_on=between(held_on, case.application.accepted_on, case.on, "评议日期", "held_on"),
            place=place,
            chair=chair,
            present=present,
            agreed=agreed,
            disagreed=disagreed,
            opinion=case.opinion,
            recorded_by=case.by,
        )
    )
    case.details |= {"agreed": agreed, "disagreed": disagreed}


@act(Act.FINISH_INVESTIGATION)
def finish_investigation(case: Case) -> None:
    """Everything has been found out and reckoned: on to the reviewer."""
    missing = readiness.before_review(case.application, case.on, case.clock.rules)
    if missing:
        label = act_label(Act.FINISH_INVESTIGATION, case.application.spec)
        raise NotReady(f"还不能“{label}”：" + "；".join(missing) + "。", missing)
    came_back = case.application.status == Status.RETURNED
    case.clock.resume()
    if not case.application.spec.has("review"):
        # Small sums at once: who handled it hands it straight to who decides.
        onward(case, "review")
    elif came_back:
        case.clock.step("review_days")


def _next_step(case: Case) -> None:
    """Once visit and check have both begun, the limit for starting them gives way to the one for the
    opinion."""
    if case.application.status == Status.INVESTIGATING and survey_started(case.application):
        case.clock.restart()
