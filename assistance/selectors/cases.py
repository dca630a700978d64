"""The worklist: which cases wait for whom, and how a list of cases is narrowed.

A step is a kind of waiting ("待初审") with the permission of those who can end it. 待办 of a posting is the union of
its steps, so that the cards of the home page, the tab of the list and the number in the menu cannot differ.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from assistance.models import (
    Application,
    ApplicationMember,
    AssessmentRecord,
    CaseEvent,
    InformationCheck,
    Notice,
    Objection,
    Scheme,
    Visit,
)
from assistance.selectors.people import read_search
from assistance.services import deadlines
from assistance.workflow import OPEN_STATUSES, PAUSED_STATUSES, SURVEY_STATUSES, Status
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Level, Person, Posting

TODO, DONE, BACK, ALL = "todo", "done", "back", "all"
TABS = ((TODO, "待办"), (DONE, "已办"), (BACK, "退回补正"), (ALL, "全部"))
DUE = (("red", "已超期"), ("amber", "快到期"), ("green", "时间充足"), ("paused", "暂停计时"))
COUNT_CAP = 1000
# 已办 looks back over so many acts of this post: years of a clerk, and a bound for the database.
LATEST_ACTS = 5000
# What is paused waits for somebody else and comes last; a refusal that is to be handed over has a limit of its own.
DUE_ORDER = Case(
    When(paused_on__isnull=False, then=Value(date.max)),
    default=Coalesce("step_due_on", F("decision__inform_due_on"), "submitted_on"),
    output_field=DateField(),
)


@dataclass(frozen=True)
class Step:
    """One kind of waiting. `statuses` is where a case then stands; `due` the column that says until when."""

    key: str
    label: str
    permission: Permission
    statuses: frozenset[Status]
    due: str = "step_due_on"


STEPS = (
    Step("accept", "待受理", Permission.HANDLE_APPLICATION, frozenset({Status.SUBMITTED})),
    Step("correct", "待补正", Permission.DRAFT_APPLICATION, frozenset({Status.CORRECTION})),
    Step("investigate", "调查核对中", Permission.HANDLE_APPLICATION, frozenset({Status.INVESTIGATING})),
    Step("returned", "退回补查", Permission.HANDLE_APPLICATION, frozenset({Status.RETURNED})),
    Step("check", "待登记核对结果", Permission.RECORD_CHECK, SURVEY_STATUSES),
    Step("review", "待初审", Permission.REVIEW_APPLICATION, frozenset({Status.REVIEWING})),
    Step("post", "待张贴公示", Permission.HANDLE_APPLICATION, frozenset({Status.TO_POST})),
    Step("photo", "待传公示照片", Permission.HANDLE_APPLICATION, frozenset({Status.ON_NOTICE})),
    Step("objection", "异议待处理", Permission.HANDLE_APPLICATION, frozenset({Status.ON_NOTICE})),
    Step("close", "公示期满待上报", Permission.HANDLE_APPLICATION, frozenset({Status.ON_NOTICE})),
    Step("peer", "待登记会审意见", Permission.RECORD_CHECK, frozenset({Status.PEER})),
    Step("county_visit", "待县级入户", Permission.COUNTY_VISIT, frozenset({Status.DECIDING})),
    Step("decide", "待审核确认", Permission.DECIDE_APPLICATION, frozenset({Status.DECIDING})),
    Step(
        "inform",
        "待书面告知",
        Permission.HANDLE_APPLICATION,
        frozenset({Status.REFUSED}),
        "decision__inform_due_on",
    ),
)
BY_KEY = {step.key: step for step in STEPS}


def condition(step: str, posting: Posting, on: date) -> Q:
    """The cases that stand at a step."""
    hanging = Notice.objects.filter(application=OuterRef("pk"), closed_on=None, revoked_on=None)
    objected = Objection.objects.filter(notice__application=OuterRef("pk"), notice__closed_on=None)
    waiting = objected.filter(
        notice__revoked_on=None, state__in=(Objection.State.OPEN, Objection.State.UPHELD)
    )
    match step:
        case "accept":
            return Q(status=Status.SUBMITTED)
        case "correct":
            return Q(status=Status.CORRECTION)
        case "investigate":
            return Q(status=Status.INVESTIGATING)
        case "returned":
            return Q(status=Status.RETURNED)
        case "check":
            asked = InformationCheck.objects.filter(application=OuterRef("pk"), reported_on=None)
            return Q(status__in=SURVEY_STATUSES) & Q(Exists(asked))
        case "review":
            return Q(status=Status.REVIEWING)
        case "post":
            return Q(status=Status.TO_POST)
        case "photo":
            return Q(status=Status.ON_NOTICE) & Q(Exists(hanging.filter(photo=None)))
        case "objection":
            return Q(status=Status.ON_NOTICE) & Q(Exists(waiting))
        case "close":
            over = hanging.filter(until_day__lt=on).exclude(photo=None)
            return Q(status=Status.ON_NOTICE) & Q(Exists(over)) & ~Q(Exists(waiting))
        case "peer":
            return Q(status=Status.PEER)
        case "county_visit":
            seen = Visit.objects.filter(application=OuterRef("pk"), kind=Visit.Kind.COUNTY)
            due = Q(near_relative=True) | Q(complained_of=True)
            visiting = [scheme.pk for scheme in Scheme.objects.all() if scheme.spec_on(on).has("visit")]
            return Q(status=Status.DECIDING, scheme_id__in=visiting) & due & ~Q(Exists(seen))
        case "decide":
            # The county may decide all; its own worklist shows what nobody else will decide.
            delegated = posting.office.level != Level.COUNTY
            return Q(status=Status.DECIDING, delegated=delegated)
        case "inform":
            return Q(status=Status.REFUSED, decision__informed_on=None)
    raise ValueError(step)


def steps_of(posting: Posting) -> list[Step]:
    return [step for step in STEPS if access.may(posting, step.permission)]


def todo_condition(posting: Posting, on: date) -> Q | None:
    """Everything that waits for this posting; None for a posting that only reads."""
    steps = steps_of(posting)
    if not steps:
        return None
    # The statuses are said once more, because an index serves them and does not serve an OR of subqueries. The OR stands
    # in a CASE: bare, PostgreSQL holds each of its parts against each status of the partial unique index, and the plan
    # takes 80 ms where the count takes one.
    statuses = frozenset[Status]().union(*(step.statuses for step in steps))
    parts = [condition(step.key, posting, on) for step in steps]
    stands = Case(
        When(reduce(or_, parts), then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    return Q(status__in=sorted(statuses)) & Q(stands)


def todo_count(posting: Posting, on: date) -> int:
    """The number in the menu, up to 1000."""
    if not access.may(posting, Permission.VIEW_CASES):
        return 0
    return _tab(posting, on, TODO).order_by()[:COUNT_CAP].count()


# --- the list --------------------------------------------------------------------------------------------


def _tab(posting: Posting, on: date, tab: str) -> QuerySet[Application]:
    cases = Application.objects.visible_to(posting)
    if tab == TODO:
        mine = todo_condition(posting, on)
        return cases.filter(mine) if mine is not None else cases.none()
    if tab == DONE:
        touched = CaseEvent.objects.filter(by=posting).order_by("-id").values("application")[:LATEST_ACTS]
        mine = todo_condition(posting, on)
        cases = cases.filter(pk__in=touched)
        return cases.exclude(mine) if mine is not None else cases
    if tab == BACK:
        return cases.filter(status__in=PAUSED_STATUSES)
    return cases


def default_tab(posting: Posting) -> str:
    return TODO if steps_of(posting) else ALL


def tab_counts(posting: Posting, on: date, query: Mapping[str, Any]) -> dict[str, str]:
    """How many cases each tab holds under the present filters: "1000+" beyond that."""
    found = {}
    for tab, _ in TABS:
        count = narrowed(_tab(posting, on, tab), posting, on, query).order_by()[: COUNT_CAP + 1].count()
        found[tab] = f"{COUNT_CAP}+" if count > COUNT_CAP else str(count)
    return found


def cases_of(posting: Posting, on: date, tab: str, query: Mapping[str, Any]) -> QuerySet[Application]:
    """The rows of the list in nothing but the columns that order them; `filled` brings the rest of one page.

    What a row shows is reckoned by subqueries, and a database reckons them for every row before it sorts.
    """
    return narrowed(_tab(posting, on, tab), posting, on, query).annotate(due=DUE_ORDER).only("id")


def filled(rows: Iterable[Application], on: date) -> list[Application]:
    """The rows of one page with all that they show, in their order."""
    keys = [row.pk for row in rows]
    found = {row.pk: row for row in with_columns(Application.objects.filter(pk__in=keys))}
    return dress([found[key] for key in keys if key in found], on)


def order_of(tab: str) -> tuple[str, ...]:
    """Most urgent first where something is to be done, newest first where one looks things up."""
    return ("due", "id") if tab in (TODO, BACK) else ("-id",)


def narrowed(
    cases: QuerySet[Application], posting: Posting, on: date, query: Mapping[str, Any]
) -> QuerySet[Application]:
    """Apply the filters of the form; an empty one narrows nothing."""
    if area := query.get("area"):
        cases = cases.in_area(area)
    if scheme := query.get("scheme"):
        cases = cases.filter(scheme=scheme)
    if status := query.get("status"):
        cases = cases.filter(status=status)
    if (step := query.get("step")) in BY_KEY:
        cases = cases.filter(condition(step, posting, on))
    if due := query.get("due"):
        cases = cases.filter(due_condition(due, on, query.get("soon") or soon(on)))
    if query.get("near_relative"):
        cases = cases.filter(near_relative=True)
    if query.get("objected"):
        cases = cases.filter(Exists(Objection.objects.filter(notice__application=OuterRef("pk"))))
    if text := (query.get("q") or "").strip():
        cases = cases.filter(_named(text, on))
    return cases


def soon(on: date) -> date:
    """The last day that is called 快到期. Reads the calendar: ask once and hand it on."""
    return deadlines.amber_until(on, deadlines.load_calendar())


def due_condition(state: str, on: date, soon: date, column: str = "step_due_on") -> Q:
    """The same bounds as services.deadlines.deadline_of."""
    if state == "paused":
        return Q(status__in=OPEN_STATUSES) & ~Q(paused_on=None)
    running = Q(paused_on=None)
    if column == "step_due_on":
        running &= Q(status__in=OPEN_STATUSES)
    match state:
        case "red":
            return running & Q(**{f"{column}__lt": on})
        case "amber":
            return running & Q(**{f"{column}__gte": on, f"{column}__lte": soon})
        case _:
            return running & Q(**{f"{column}__gt": soon})


def _named(text: str, on: date) -> Q:
    """A number of a case, or anybody of the family by the rules of the search box."""
    if re.fullmatch(r"[A-Za-z]{2}\d{4,}", text):
        return Q(number__startswith=text.upper())
    search = read_search(text, on)
    if search.condition is None:
        return Q(pk=None)
    people = Person.objects.filter(search.condition).values("pk")
    member = ApplicationMember.objects.filter(application=OuterRef("pk"), person__in=people)
    return Q(applicant__in=people) | Q(Exists(member))


def with_columns(cases: QuerySet[Application]) -> QuerySet[Application]:
    """What a row of the list needs, in one query."""
    current = AssessmentRecord.objects.filter(
        application=OuterRef("pk"), is_current=True, outcome=AssessmentRecord.Outcome.ELIGIBLE
    )
    people = (
        ApplicationMember.objects.filter(application=OuterRef("pk"), excluded_reason="")
        .order_by()
        .values("application")
        .annotate(found=Count("pk"))
    )
    objected = Objection.objects.filter(notice__application=OuterRef("pk"), state=Objection.State.OPEN)
    return cases.select_related(
        "applicant", "office__parent", "scheme", "handled_by__user", "submitted_by__user", "decision"
    ).annotate(
        due=DUE_ORDER,
        amount_fen=Subquery(current.values("amount_fen")[:1]),
        people=Subquery(people.values("found")[:1]),
        objected=Exists(objected),
        assessed=Exists(AssessmentRecord.objects.filter(application=OuterRef("pk"), is_current=True)),
    )


def dress(rows: list[Application], on: date) -> list[Application]:
    """Give each row its deadline; one look at the calendar for all."""
    calendar = deadlines.load_calendar()
    for row in rows:
        row.deadline = deadlines.deadline_of(row, on, calendar)
        row.handler = row.handled_by or row.submitted_by
    return rows


def next_case(application: Application, posting: Posting, on: date) -> int | None:
    """The case that a clerk takes up after this one: the most urgent other one of the to-do list."""
    waiting = _tab(posting, on, TODO).exclude(pk=application.pk)
    return waiting.order_by(DUE_ORDER, "id").values_list("pk", flat=True).first()


def chosen(
    posting: Posting, on: date, *, ids: Iterable[int], tab: str = "", query: Mapping[str, Any] | None = None
) -> QuerySet[Application]:
    """The rows ticked, or with a query everything that the list showed, most urgent first."""
    if query is not None:
        rows = cases_of(posting, on, tab or default_tab(posting), query)
    else:
        rows = (
            Application.objects.visible_to(posting)
            .filter(pk__in=list(ids))
            .annotate(due=DUE_ORDER)
            .only("id")
        )
    return rows.order_by("due", "id")
