"""One case as its page shows it. Each tab reads its own rows and no others."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Sum
from django.urls import reverse

from assistance.models import (
    Application,
    AssessmentRecord,
    Cause,
    Decision,
    EntitlementMember,
    MaterialKind,
    Notice,
    Objection,
)
from assistance.policy.facts import (
    ASSET_KINDS,
    DEDUCTION_KINDS,
    INCOME_CLASSES,
    INCOME_NATURES,
    NOT_COUNTED,
)
from assistance.policy.questions import asked, from_plain, shown
from assistance.policy.rules import rule_of
from assistance.selectors import acts, cases, overlap
from assistance.selectors.petty_cash import advance_of
from assistance.services import deadlines, readiness
from assistance.services.decision import first_month
from assistance.services.overlap import may_conclude
from assistance.workflow import APPLICATION, ENDED_STATUSES, Act, Status, act_label, inquiry, status_label
from civaffairs.lib.assessment import Step
from civaffairs.lib.money import yuan
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import DisabilityKind, Posting

TABS = (
    ("overview", "概况"),
    ("members", "家庭成员"),
    ("money", "收入财产"),
    ("survey", "调查核对"),
    ("reckoning", "测算"),
    ("notice", "公示异议"),
    ("materials", "材料"),
    ("events", "办理过程"),
)
RECENT_EVENTS = 6
# Folded away, so that they are not pressed for want of looking.
RARE = frozenset({Act.EXTEND, Act.WITHDRAW, Act.TERMINATE, Act.RECORD_COMPLAINT})
ASK_NOTHING = frozenset({Act.REQUEST_CHECK, Act.ASSESS, Act.FINISH_INVESTIGATION, Act.CLOSE_NOTICE})


def readable(posting: Posting, pk: int) -> Application:
    """The case, through the gate: 404 outside the area."""
    rows = Application.objects.select_related(
        "applicant",
        "office__parent",
        "scheme",
        "household__head",
        "submitted_by__user",
        "submitted_by__office",
        "handled_by__user",
        "handled_by__office",
        "reviewed_by__user",
        "reviewed_by__office",
    )
    return access.to_read(rows, posting, Permission.VIEW_CASES, pk=pk)


@dataclass
class Event:
    """One line of the timeline, as the component takes it."""

    title: str
    at: datetime
    who: str
    text: str
    tone: str


@dataclass
class CasePage:
    """The frame of the page: what every tab shows."""

    application: Application
    deadline: deadlines.Deadline | None
    total: deadlines.Deadline | None
    assessment: AssessmentRecord | None
    decision: Decision | None
    options: list[acts.ActOption]
    facts: list[tuple[str, str]]
    flags: list[tuple[str, str]]
    events: list[Event]
    next_pk: int | None
    may_reveal: bool
    may_handle: bool
    by_form: acts.ActOption | None
    overlaps: list[overlap.Met]
    may_conclude: bool
    tabs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def has_visit(self) -> bool:
        return self.application.spec.has("visit")

    @property
    def has_review(self) -> bool:
        return self.application.spec.has("review")

    @property
    def inquiry(self) -> str:
        return inquiry(self.application.spec)

    @property
    def overlaps_settled(self) -> bool:
        return all(met.is_settled for met in self.overlaps)

    @property
    def open_options(self) -> list[acts.ActOption]:
        return [option for option in self.options if option.enabled]

    @property
    def closed_options(self) -> list[acts.ActOption]:
        return [option for option in self.options if not option.enabled]

    @property
    def usual_options(self) -> list[acts.ActOption]:
        usual = [option for option in self.open_options if option.name not in RARE]
        return sorted(usual, key=lambda option: option.name != self.main_act)

    @property
    def rare_options(self) -> list[acts.ActOption]:
        return [option for option in self.open_options if option.name in RARE]

    @property
    def one_press(self) -> set[str]:
        """Acts that ask nothing: their button does them at once."""
        return {option.name for option in self.open_options if option.name in ASK_NOTHING}

    @property
    def main_act(self) -> str:
        """The act that takes the case on, offered as the first button."""
        ready = [option for option in self.open_options if option.transition.kind == "forward"]
        ready += [option for option in self.open_options if option.name == Act.APPROVE]
        return ready[0].name if ready else ""


def case_page(application: Application, posting: Posting, on: date, tab: str) -> CasePage:
    calendar = deadlines.load_calendar()
    assessment = application.assessments.filter(is_current=True).select_related("standard").first()
    decision = Decision.objects.filter(application=application).first()
    total = deadlines.total_of(application, on, calendar)
    objections = Objection.objects.filter(
        notice__application=application, notice__revoked_on=None, state=Objection.State.OPEN
    )
    waiting = objections.count()
    page = CasePage(
        application=application,
        deadline=deadlines.deadline_of(application, on, calendar),
        total=total,
        assessment=assessment,
        decision=decision,
        options=acts.options(application, posting, on),
        facts=_facts(application, assessment, decision, total),
        flags=_flags(application, waiting),
        events=events_of(application, RECENT_EVENTS),
        next_pk=cases.next_case(application, posting, on),
        may_reveal=access.may(posting, Permission.REVEAL_FULL),
        may_handle=access.may(posting, Permission.HANDLE_APPLICATION),
        by_form=acts.form_option(application, posting),
        overlaps=_overlaps(application, assessment, on),
        may_conclude=may_conclude(posting),
    )
    here = reverse("case_detail", args=[application.pk])
    page.tabs = [
        {
            "label": label,
            "url": here if key == "overview" else f"{here}?tab={key}",
            "active": key == tab,
            "count": waiting if key == "notice" and waiting else None,
        }
        for key, label in tabs_of(application)
    ]
    return page


def _overlaps(application: Application, assessment: AssessmentRecord | None, on: date) -> list[overlap.Met]:
    """What the people of an open case have that does not simply go together with it."""
    if application.status in ENDED_STATUSES:
        return []
    return overlap.case_meets(application, assessment, first_month(application, on), on)


def tabs_of(application: Application) -> list[tuple[str, str]]:
    """The tabs that this programme has something to show on."""
    spec = application.spec
    missing = set()
    if spec.form != "full":
        missing.add("money")
    if not (spec.has("check") or spec.has("visit") or spec.has("deliberate")):
        missing.add("survey")
    if not spec.has("notice"):
        missing.add("notice")
    words = {"survey": inquiry(spec)} | ({"members": "保障对象"} if spec.for_person else {})
    return [(key, words.get(key, label)) for key, label in TABS if key not in missing]


def _facts(application, assessment, decision, total) -> list[tuple[str, str]]:
    village = application.office
    place = f"{village.parent.name} {village.name}" if village.parent else village.name
    facts = [("受理编号", application.number), ("所在地", place)]
    if decision is not None and decision.outcome == Decision.Outcome.APPROVED:
        facts.append((application.spec.amount_word, f"{yuan(decision.amount_fen)} 元"))
        facts.append(
            ("发放月份" if application.spec.is_one_off else "起发", f"{decision.from_month:%Y年%-m月}")
        )
    elif assessment is None:
        facts.append((f"拟{application.spec.amount_word}", "还没有测算"))
    elif assessment.outcome == AssessmentRecord.Outcome.ELIGIBLE:
        spec = application.spec
        facts.append((f"拟{spec.amount_word}", f"{yuan(assessment.amount_fen)} {spec.per}"))
        if assessment.category:
            # A band by age has no name of its own: its key is the age from which it pays.
            band = f"{assessment.category}周岁档" if assessment.category.isdecimal() else assessment.category
            facts.append(("类别", spec.category_names.get(assessment.category, band)))
        if not spec.for_person:
            facts.append(("保障人数", f"{assessment.persons}人"))
    else:
        facts.append(("测算", assessment.get_outcome_display()))
    if total is not None and total.day is not None:
        facts.append(("总期限", f"{total.day:%Y-%m-%d}（{total.words}）"))
    return facts


def _flags(application: Application, waiting: int) -> list[tuple[str, str]]:
    """Short warnings beside the name, with their tone."""
    missing = papers_missing(application)
    found = [
        (application.near_relative, "近亲属备案", "warn"),
        (application.complained_of, "有投诉或异议成立", "bad"),
        (waiting > 0, f"{waiting}条异议待答复", "bad"),
        (application.needs_deliberation, "需民主评议", "plain"),
        (bool(missing), f"还没有上传：{'、'.join(missing)}", "warn"),
        (bool(application.extended_reason), "已延长期限", "plain"),
        (application.delegated, "委托乡镇确认", "plain"),
        (not application.due_certain, "期限不确定：跨到没有放假安排的年份", "warn"),
    ]
    return [(words, tone) for shown, words, tone in found if shown]


def papers_missing(application: Application) -> list[str]:
    """What every application of the programme is asked for and this one does not have, while it is under way."""
    if application.status in ENDED_STATUSES:
        return []
    have = set(application.materials.values_list("kind", flat=True))
    return [kind.label for kind in map(MaterialKind, application.spec.materials) if kind not in have]


def events_of(application: Application, limit: int | None = None) -> list[Event]:
    """Newest first."""
    rows, spec = application.events.all()[:limit], application.spec
    return [
        Event(
            title=act_label(row.act, spec)
            + (f"（{status_label(row.to_status, spec)}）" if row.from_status != row.to_status else ""),
            at=row.on,
            who=row.by_label,
            text=row.opinion,
            tone=_tone(row.act),
        )
        for row in rows
    ]


def _tone(act: str) -> str:
    if act in (Act.REFUSE, Act.TERMINATE):
        return "bad"
    if act in (Act.SUBMIT, Act.APPROVE):
        return "good"
    kind = APPLICATION.get(act).kind
    return {"forward": "todo", "back": "warn"}.get(kind, "plain")


# --- tabs ----------------------------------------------------------------------------------------------------


def tab_content(page: CasePage, tab: str, on: date) -> dict[str, Any]:
    """What the chosen tab shows."""
    return CONTENT[tab](page, on)


def _overview(page: CasePage, on: date) -> dict[str, Any]:
    application = page.application
    labels = dict(Cause.choices)
    spec = application.spec
    advance = advance_of(application)
    household = [
        ("户主", application.household.head.name),
        ("保障方式", "单人保" if application.single_person else "整户"),
        ("致贫原因", "、".join(labels.get(cause, cause) for cause in application.causes)),
    ]
    housing = application.housing or {}
    asked = [
        ("保障对象" if spec.for_person else "申请人", application.applicant.name),
        ("救助项目", application.scheme.name),
        ("申请日期", f"{application.applied_on:%Y-%m-%d}"),
        *(household if spec.form == "full" else []),
        *answers_in_words(application),
        ("家庭住址", application.household.address),
        *housing.items(),
        ("代办人", _agent(application)),
        ("申请说明" if spec.for_person else "申请理由", application.reason),
    ]
    people = [
        ("提交", application.submitted_by, application.submitted_on),
        ("经办", application.handled_by, application.accepted_on),
        ("初审", application.reviewed_by, application.county_received_on),
    ]
    return {
        # Neither has to be filled in.
        "asked": [pair for pair in asked if pair[1] or pair[0] not in ("代办人", "申请说明")],
        "people": [(label, str(who), day) for label, who, day in people if who],
        "totals": members_in_words(application),
        "advance": advance,
    }


def answers_in_words(application: Application) -> list[tuple[str, str]]:
    """The answers to the programme's own questions, in the order of the form; what was not asked, or is told by a deed
    that the case shows itself, is left out."""
    questions = rule_of(application.spec.rule).questions
    answers = from_plain(questions, json.loads(application.answers or "{}"))
    names = application.spec.category_names
    return [
        (q.label, shown(q, answers[q.name], names)) for q in questions if asked(q, answers) and not q.by_deed
    ]


def _agent(application: Application) -> str:
    if not application.agent_name:
        return ""
    relation = f"（{application.agent_relation}）" if application.agent_relation else ""
    return f"{application.agent_name}{relation}"


def members_in_words(application: Application) -> str:
    if application.spec.for_person:
        return "按人申请，1人"
    rows = list(application.members.values_list("protected", "excluded_reason"))
    counted = [protected for protected, excluded in rows if not excluded]
    return f"家庭{len(counted)}人，保障对象{sum(counted)}人"


def _members(page: CasePage, on: date) -> dict[str, Any]:
    rows = list(page.application.members.select_related("person"))
    receiving = EntitlementMember.objects.filter(
        person__in=[row.person_id for row in rows], until_month=None
    ).select_related("entitlement__scheme")
    now = {row.person_id: row.entitlement for row in receiving}
    for row in rows:
        row.not_counted = NOT_COUNTED.get(row.excluded_reason, row.excluded_reason)
        row.receives = now.get(row.person_id)
        row.is_ours = row.person.office_id == page.application.office_id
        certified = row.disability_kind and row.disability_grade
        row.disability = (
            f"{DisabilityKind(row.disability_kind).label}{row.disability_grade}级" if certified else ""
        )
    return {"members": rows}


def _money(page: CasePage, on: date) -> dict[str, Any]:
    application = page.application
    incomes = list(application.incomes.select_related("member__person"))
    for row in incomes:
        row.kind_label = INCOME_CLASSES.get(row.kind, row.kind)
        row.nature_label = INCOME_NATURES.get(row.nature, row.nature) if row.nature else ""
    deductions = list(application.deductions.select_related("member__person"))
    for row in deductions:
        row.kind_label = DEDUCTION_KINDS.get(row.kind, row.kind)
    properties = list(application.properties.all())
    for row in properties:
        row.kind_label = ASSET_KINDS.get(row.kind, row.kind)
    return {
        "incomes": incomes,
        "income_total": sum(row.annual_fen or 0 for row in incomes),
        "income_unknown": sum(row.annual_fen is None for row in incomes),
        "deductions": deductions,
        "deduction_total": application.deductions.aggregate(total=Sum("annual_fen"))["total"] or 0,
        "properties": properties,
        "supporters": list(application.supporters.all()),
    }


def _survey(page: CasePage, on: date) -> dict[str, Any]:
    application = page.application
    spec = application.spec
    return {
        "has_check": spec.has("check"),
        "has_deliberation": spec.has("deliberate"),
        "checks": list(application.checks.select_related("requested_by__user", "recorded_by__user")),
        "visits": list(application.visits.select_related("recorded_by__user")),
        "deliberations": list(application.deliberations.all()),
        "county_visit_due": application.status == Status.DECIDING
        and readiness.county_visit_missing(application),
    }


def _reckoning(page: CasePage, on: date) -> dict[str, Any]:
    record = page.assessment
    earlier = page.application.assessments.filter(is_current=False).select_related("by__user")
    return {
        "record": record,
        "steps": [Step(**step) for step in record.steps] if record else [],
        "parts": record.parts if record else [],
        "out_of_date": (
            readiness.assessment_missing(page.application)
            if record and page.application.status not in ENDED_STATUSES
            else []
        ),
        "earlier": list(earlier),
    }


def _notice(page: CasePage, on: date) -> dict[str, Any]:
    notices = list(
        Notice.objects.filter(application=page.application)
        .select_related("photo", "office", "posted_by__user")
        .prefetch_related("objections__answered_by__user")
    )
    return {"notices": [with_state(notice, on) for notice in notices]}


def with_state(notice: Notice, on: date) -> Notice:
    """Give a notice its words and tone on a day."""
    if notice.revoked_on:
        notice.words, notice.tone = "已作废", "plain"
    elif notice.closed_on:
        notice.words, notice.tone = "已办结", "good"
    elif on > notice.until_day:
        notice.words, notice.tone = "期满待办结", "todo"
    else:
        days = (notice.until_day - on).days
        notice.words = "今天是最后一天" if days == 0 else f"公示中，还有{days}天"
        notice.tone = "wait"
    return notice


def _materials(page: CasePage, on: date) -> dict[str, Any]:
    rows = page.application.materials.select_related("attachment__uploaded_by__user")
    return {"materials": list(rows.order_by("kind", "id"))}


def _events(page: CasePage, on: date) -> dict[str, Any]:
    return {"all_events": events_of(page.application)}


CONTENT = {
    "overview": _overview,
    "members": _members,
    "money": _money,
    "survey": _survey,
    "reckoning": _reckoning,
    "notice": _notice,
    "materials": _materials,
    "events": _events,
}
