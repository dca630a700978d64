"""States and transitions of an application, an entitlement change and a payment run.

The arrows are data: buttons, the diagram in docs/how/workflow.md, the batch bar and the tests all read them.
"""

from typing import Protocol

from django.db import models

from civaffairs.lib.workflow import Transition, Workflow
from civaffairs.registry.access import Permission


class Status(models.TextChoices):
    """Where an application stands."""

    SUBMITTED = "submitted", "待受理"
    CORRECTION = "correction", "待补正"
    INVESTIGATING = "investigating", "调查核对中"
    REVIEWING = "reviewing", "待初审"
    TO_POST = "to_post", "待公示"
    ON_NOTICE = "on_notice", "公示中"
    PEER = "peer", "待会审"
    DECIDING = "deciding", "待审核确认"
    RETURNED = "returned", "退回补查"
    APPROVED = "approved", "已确认"
    REFUSED = "refused", "不予确认"
    WITHDRAWN = "withdrawn", "已撤回"
    TERMINATED = "terminated", "已终止"


OPEN_STATUSES = frozenset(
    {
        Status.SUBMITTED,
        Status.CORRECTION,
        Status.INVESTIGATING,
        Status.REVIEWING,
        Status.TO_POST,
        Status.ON_NOTICE,
        Status.PEER,
        Status.DECIDING,
        Status.RETURNED,
    }
)
ENDED_STATUSES = frozenset(Status) - OPEN_STATUSES
# The clock of the statutory limits stands still while the family or the township owes something.
PAUSED_STATUSES = frozenset({Status.CORRECTION, Status.RETURNED})
SURVEY_STATUSES = frozenset({Status.INVESTIGATING, Status.RETURNED})

P = Permission
S = Status


class Act(models.TextChoices):
    """Every act on an application; the value is the service's verb, the URL and the button."""

    SUBMIT = "submit", "提交申请"
    ACCEPT = "accept", "受理"
    REQUEST_CORRECTION = "request_correction", "一次性告知补正"
    RESUBMIT = "resubmit", "补正后重新提交"
    REQUEST_CHECK = "request_check", "提请信息核对"
    RECORD_CHECK = "record_check", "登记核对结果"
    FOLLOW_CHECK = "follow_check", "登记告知和复查"
    RECORD_VISIT = "record_visit", "登记入户调查"
    RECORD_DELIBERATION = "record_deliberation", "登记民主评议"
    AMEND = "amend", "更正核定申报内容"
    ASSESS = "assess", "测算"
    FINISH_INVESTIGATION = "finish_investigation", "调查结束，送初审"
    REVIEW = "review", "提出初审意见"
    RETURN_TO_INVESTIGATION = "return_to_investigation", "退回经办补查"
    POST_NOTICE = "post_notice", "张贴公示"
    ATTACH_PHOTO = "attach_photo", "上传公示照片"
    CLOSE_NOTICE = "close_notice", "公示期满，报县级确认"
    RECORD_OBJECTION = "record_objection", "登记异议"
    ANSWER_OBJECTION = "answer_objection", "答复异议"
    REINVESTIGATE = "reinvestigate", "异议成立，重新调查"
    RECORD_PEER = "record_peer", "登记会审意见"
    COUNTY_VISIT = "county_visit", "登记县级入户"
    RECORD_COMPLAINT = "record_complaint", "登记投诉举报"
    RETURN = "return", "退回乡镇"
    EXTEND = "extend", "延长办理期限"
    APPROVE = "approve", "确认"
    REFUSE = "refuse", "不予确认"
    GIVE_ADVANCE = "give_advance", "先行救助"
    WITHDRAW = "withdraw", "撤回申请"
    TERMINATE = "terminate", "终止程序"
    INFORM = "inform", "登记书面告知"


A = Act


def _t(act: Act, sources: set, target: Status | None, permission: Permission, **more) -> Transition:
    return Transition(act.value, act.label, frozenset(sources), target, permission=permission, **more)


APPLICATION = Workflow(
    [
        _t(A.ACCEPT, {S.SUBMITTED}, S.INVESTIGATING, P.HANDLE_APPLICATION, kind="forward", batch=True),
        _t(
            A.REQUEST_CORRECTION,
            {S.SUBMITTED},
            S.CORRECTION,
            P.HANDLE_APPLICATION,
            needs_reason=True,
            opinion_label="需要补正的材料和内容（一次列全）",
            kind="back",
        ),
        _t(A.RESUBMIT, {S.CORRECTION}, S.SUBMITTED, P.DRAFT_APPLICATION, kind="forward"),
        _t(A.REQUEST_CHECK, SURVEY_STATUSES, None, P.HANDLE_APPLICATION, kind="record", batch=True),
        _t(A.RECORD_CHECK, SURVEY_STATUSES, None, P.RECORD_CHECK, kind="record"),
        # Telling the family of a mismatch and looking again is the township's (民发〔2021〕57号 article 18).
        _t(A.FOLLOW_CHECK, SURVEY_STATUSES, None, P.HANDLE_APPLICATION, kind="record"),
        _t(A.RECORD_VISIT, SURVEY_STATUSES, None, P.HANDLE_APPLICATION, kind="record"),
        _t(A.RECORD_DELIBERATION, SURVEY_STATUSES, None, P.HANDLE_APPLICATION, kind="record"),
        # What was found out replaces what was declared: the form is opened again and handed in anew.
        _t(A.AMEND, SURVEY_STATUSES, None, P.HANDLE_APPLICATION, kind="record"),
        _t(A.ASSESS, SURVEY_STATUSES | {S.REVIEWING}, None, P.HANDLE_APPLICATION, kind="record"),
        _t(A.FINISH_INVESTIGATION, SURVEY_STATUSES, S.REVIEWING, P.HANDLE_APPLICATION, kind="forward"),
        _t(
            A.REVIEW,
            {S.REVIEWING},
            # or DECIDING, see services/review.py: a negative opinion or a second round skips the notice
            S.TO_POST,
            P.REVIEW_APPLICATION,
            not_same_person_as=("handled_by",),
            opinion_label="初审意见",
            kind="forward",
            batch=True,
        ),
        _t(
            A.RETURN_TO_INVESTIGATION,
            {S.REVIEWING},
            S.INVESTIGATING,
            P.REVIEW_APPLICATION,
            needs_reason=True,
            opinion_label="退回原因",
            kind="back",
        ),
        _t(A.POST_NOTICE, {S.TO_POST}, S.ON_NOTICE, P.HANDLE_APPLICATION, kind="forward", batch=True),
        _t(A.ATTACH_PHOTO, {S.ON_NOTICE}, None, P.HANDLE_APPLICATION, kind="record"),
        _t(A.RECORD_OBJECTION, {S.ON_NOTICE}, None, P.HANDLE_APPLICATION, kind="record"),
        _t(A.ANSWER_OBJECTION, {S.ON_NOTICE}, None, P.HANDLE_APPLICATION, kind="record"),
        _t(
            A.REINVESTIGATE,
            {S.ON_NOTICE},
            S.INVESTIGATING,
            P.HANDLE_APPLICATION,
            needs_reason=True,
            opinion_label="异议情况和重新调查的理由",
            kind="back",
        ),
        _t(A.CLOSE_NOTICE, {S.ON_NOTICE}, S.DECIDING, P.HANDLE_APPLICATION, kind="forward", batch=True),
        # Another body gives its opinion in writing; a county clerk enters it (残疾人两项补贴: 县残联审核).
        _t(
            A.RECORD_PEER,
            {S.PEER},
            S.DECIDING,
            P.RECORD_CHECK,
            opinion_label="会审意见",
            kind="forward",
            batch=True,
        ),
        _t(A.COUNTY_VISIT, {S.DECIDING}, None, P.COUNTY_VISIT, kind="record"),
        # A case complained of while the county has it must be visited by the county (民发〔2021〕57号).
        _t(
            A.RECORD_COMPLAINT,
            {S.DECIDING},
            None,
            P.RETURN_APPLICATION,
            needs_reason=True,
            opinion_label="投诉举报的内容和来源",
            kind="record",
        ),
        _t(
            A.RETURN,
            {S.DECIDING, S.PEER},
            S.RETURNED,
            P.RETURN_APPLICATION,
            needs_reason=True,
            opinion_label="退回原因和补查要求",
            kind="back",
        ),
        _t(
            A.APPROVE,
            {S.DECIDING},
            S.APPROVED,
            P.DECIDE_APPLICATION,
            not_same_person_as=("submitted_by", "handled_by", "reviewed_by"),
            opinion_label="确认意见",
            kind="end",
            batch=True,
        ),
        _t(
            A.REFUSE,
            {S.DECIDING},
            S.REFUSED,
            P.DECIDE_APPLICATION,
            not_same_person_as=("submitted_by", "handled_by", "reviewed_by"),
            needs_reason=True,
            opinion_label="不予确认的理由（将书面告知申请人）",
            kind="end",
        ),
        _t(
            A.EXTEND,
            OPEN_STATUSES - {S.SUBMITTED, S.CORRECTION},
            None,
            P.HANDLE_APPLICATION,
            needs_reason=True,
            opinion_label="延长原因",
            kind="record",
        ),
        # An emergency is helped first, its papers come after (《社会救助法》第50条).
        _t(
            A.GIVE_ADVANCE,
            SURVEY_STATUSES | {S.SUBMITTED},
            None,
            P.REVIEW_APPLICATION,
            not_same_person_as=("submitted_by",),
            needs_reason=True,
            opinion_label="紧急情况",
            kind="record",
        ),
        _t(
            A.WITHDRAW,
            OPEN_STATUSES,
            S.WITHDRAWN,
            P.DRAFT_APPLICATION,
            needs_reason=True,
            opinion_label="申请人撤回的原因",
            kind="end",
        ),
        _t(
            A.TERMINATE,
            OPEN_STATUSES - {S.SUBMITTED},
            S.TERMINATED,
            P.HANDLE_APPLICATION,
            needs_reason=True,
            opinion_label="终止原因（如拒不配合核实）",
            kind="end",
        ),
        _t(A.INFORM, {S.APPROVED, S.REFUSED}, None, P.HANDLE_APPLICATION, kind="record"),
    ],
    labels=dict(Status.choices),
)


# Acts that belong to a step which not every programme has (schemes.STEPS).
STEP_OF: dict[str, str] = {
    A.REQUEST_CHECK: "check",
    A.RECORD_CHECK: "check",
    A.FOLLOW_CHECK: "check",
    A.RECORD_VISIT: "visit",
    A.RECORD_DELIBERATION: "deliberate",
    A.RECORD_PEER: "peer",
    # A programme that visits nobody has no visit of the county's either: 57号 speaks of cases that are visited.
    A.COUNTY_VISIT: "visit",
}
# Acts that only one kind of rule knows what to do with.
RULE_OF: dict[str, str] = {A.GIVE_ADVANCE: "temporary_urgent"}


class Programme(Protocol):
    """What the words below ask of a programme (schemes.SchemeSpec)."""

    def has(self, step: str) -> bool: ...


def inquiry(programme: Programme) -> str:
    """How a programme looks into its cases: 调查核对, 调查, 核对, or nothing where it goes by the papers."""
    visits = programme.has("visit") or programme.has("deliberate")
    return ("调查" if visits else "") + ("核对" if programme.has("check") else "")


def status_label(status: str, programme: Programme) -> str:
    """Where a case stands, in words that name no step its programme lacks."""
    if status != Status.INVESTIGATING:
        return str(Status(status).label)
    looked = inquiry(programme)
    return f"{looked}中" if looked else "待测算"


def act_label(act: str, programme: Programme) -> str:
    """The button of an act, in words that name no step the programme lacks."""
    looked = inquiry(programme)
    if act == Act.FINISH_INVESTIGATION:
        done = {"": "材料齐全", "核对": "核对结束"}.get(looked, "调查结束")
        return f"{done}，{'送初审' if programme.has('review') else '报审核确认'}"
    if act == Act.REINVESTIGATE and not looked.startswith("调查"):
        return "异议成立，重新核实"
    return str(Act(act).label)


class RunStatus(models.TextChoices):
    """Where a payment run stands."""

    PREPARING = "preparing", "生成中"
    PREPARED = "prepared", "待核对"
    CHECKED = "checked", "待审批"
    APPROVED = "approved", "待发放"
    ISSUED = "issued", "已报送银行"
    CLOSED = "closed", "已办结"
    CANCELLED = "cancelled", "已作废"


class RunAct(models.TextChoices):
    PREPARE = "prepare", "生成名册"
    REGENERATE = "regenerate", "重新生成"
    SET_ASIDE = "set_aside", "移出没有账户的户"
    CHECK = "check", "核对无误"
    APPROVE = "approve", "审批"
    ISSUE = "issue", "生成代发文件"
    LOAD_RETURN = "load_return", "导入银行回盘"
    SEND_BACK = "send_back", "退回"
    CANCEL = "cancel", "作废"


R = RunStatus
RA = RunAct


def _r(act: RunAct, sources: set, target: RunStatus | None, permission: Permission, **more) -> Transition:
    return Transition(act.value, act.label, frozenset(sources), target, permission=permission, **more)


PAYMENT_RUN = Workflow(
    [
        _r(
            RA.REGENERATE,
            {R.PREPARING, R.PREPARED},
            R.PREPARING,
            P.PREPARE_RUN,
            kind="record",
        ),
        _r(RA.SET_ASIDE, {R.PREPARED}, None, P.PREPARE_RUN, kind="record"),
        _r(
            RA.CHECK,
            {R.PREPARED},
            R.CHECKED,
            P.CHECK_RUN,
            not_same_person_as=("prepared_by",),
            kind="forward",
        ),
        _r(
            RA.APPROVE,
            {R.CHECKED},
            R.APPROVED,
            P.APPROVE_RUN,
            not_same_person_as=("prepared_by", "checked_by"),
            kind="forward",
        ),
        _r(RA.ISSUE, {R.APPROVED}, R.ISSUED, P.ISSUE_RUN, kind="forward"),
        # A closed run takes further answers: money that the bank had paid in may bounce days later.
        _r(RA.LOAD_RETURN, {R.ISSUED, R.CLOSED}, None, P.LOAD_RETURN, kind="record"),
        _r(
            RA.SEND_BACK,
            {R.CHECKED},
            R.PREPARED,
            P.APPROVE_RUN,
            needs_reason=True,
            opinion_label="退回原因",
            kind="back",
        ),
        _r(
            RA.CANCEL,
            {R.PREPARING, R.PREPARED, R.CHECKED},
            R.CANCELLED,
            P.PREPARE_RUN,
            needs_reason=True,
            opinion_label="作废原因",
            kind="end",
        ),
    ],
    labels=dict(RunStatus.choices),
)


class ChangeStatus(models.TextChoices):
    """Where a proposed change of an entitlement stands."""

    PROPOSED = "proposed", "待县级确认"
    CONFIRMED = "confirmed", "已生效"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"


class ChangeKind(models.TextChoices):
    """What can happen to an entitlement while it lives, in the clerk's words."""

    RAISE = "raise", "增发"
    CUT = "cut", "减发"
    JOIN = "join", "增员"
    LEAVE = "leave", "减员"
    STOP = "stop", "停发"
    HOLD = "hold", "暂停"
    RESUME = "resume", "恢复"
    TAPER = "taper", "渐退"
    MOVE = "move", "迁移"
    HEAD = "head", "户主变更"
    DEATH = "death", "死亡"
    QUIT = "quit", "自愿退出"
    SWITCH = "switch", "转保"
    KEEP = "keep", "供养方式变更"


K = ChangeKind
# After these nothing is paid any more to the people concerned: the family is heard before (《社会救助法》第48条).
ENDING_KINDS = frozenset({K.STOP, K.QUIT, K.TAPER, K.SWITCH})
# The rule reckons anew with what has changed.
RECKONED_KINDS = frozenset({K.RAISE, K.CUT, K.JOIN, K.LEAVE})
# Only who is paid or where changes, so that no month whose list is closed is touched.
FUTURE_KINDS = frozenset({K.MOVE, K.HEAD})
