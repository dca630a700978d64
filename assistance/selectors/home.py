"""The home page: what waits for this posting, in a number of queries that does not depend on the county's size."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from assistance.models import (
    Application,
    Batch,
    DateEvent,
    Draft,
    EntitlementChange,
    PaymentRun,
)
from assistance.selectors import cases, date_events, run_calendar
from assistance.selectors.notice import ends
from assistance.selectors.payment import regular_runs_missing, returned_count
from assistance.selectors.people import accounts_waiting
from assistance.workflow import ChangeStatus, RunStatus, Status
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting

# What the payment runs wait for, and whose it is.
RUN_STEPS = (
    (RunStatus.PREPARED, Permission.CHECK_RUN, "名册待核对"),
    (RunStatus.CHECKED, Permission.APPROVE_RUN, "名册待审批"),
    (RunStatus.APPROVED, Permission.ISSUE_RUN, "待生成代发文件"),
    (RunStatus.ISSUED, Permission.LOAD_RETURN, "待导入银行回盘"),
)
URGENT_ROWS = 8
LATE_RUNS = "批已过发放日"


@dataclass(frozen=True)
class Card:
    """A number that is a link to exactly the rows it counts. `url_name` is opened with `query`."""

    label: str
    count: int
    url_name: str
    query: str = ""
    red: int = 0
    amber: int = 0
    late_words: str = "件已超期"

    @property
    def tone(self) -> str:
        return "bad" if self.red else "warn" if self.amber else ""

    @property
    def words(self) -> str:
        parts = [
            f"{self.red}{self.late_words}" if self.red else "",
            f"{self.amber}件快到期" if self.amber else "",
        ]
        return "，".join(part for part in parts if part)


def case_cards(posting: Posting, on: date) -> list[Card]:
    """One card a step of this posting, all counted by one query."""
    steps = cases.steps_of(posting) if access.may(posting, Permission.VIEW_CASES) else []
    if not steps:
        return []
    counts = {}
    soon = cases.soon(on)
    for step in steps:
        here = cases.condition(step.key, posting, on)
        counts[step.key] = Count("pk", filter=here)
        for state in ("red", "amber"):
            late = cases.due_condition(state, on, soon, step.due)
            counts[f"{step.key}_{state}"] = Count("pk", filter=here & late)
    # Ended cases are read for one thing only: a refusal that has not reached the family.
    waiting = Q(status__in=cases.OPEN_STATUSES) | Q(status=Status.REFUSED, decision__informed_on=None)
    found = Application.objects.visible_to(posting).filter(waiting).aggregate(**counts)
    return [
        Card(
            step.label,
            found[step.key],
            "case_list",
            f"tab={cases.TODO}&step={step.key}",
            found[f"{step.key}_red"],
            found[f"{step.key}_amber"],
        )
        for step in steps
    ]


def other_cards(posting: Posting, on: date) -> list[Card]:
    """Drafts, accounts, changes, what the calendar brings, batches, runs and returned money that wait for this posting."""
    cards = []
    if access.may(posting, Permission.DRAFT_APPLICATION):
        own = Draft.objects.visible_to(posting).filter(submitted_at=None, created_by__user_id=posting.user_id)
        cards.append(Card("我的未提交申请", own.count(), "draft_list"))
    if access.may(posting, Permission.CONFIRM_ACCOUNT):
        cards.append(Card("账户变更待复核", accounts_waiting(posting, on), "account_changes"))
    if access.may(posting, Permission.CONFIRM_CHANGE):
        proposed = EntitlementChange.objects.visible_to(posting).filter(
            status=ChangeStatus.PROPOSED, leading=None
        )
        cards.append(
            Card("待遇变更待确认", proposed.count(), "change_list", f"status={ChangeStatus.PROPOSED.value}")
        )
    if access.may(posting, Permission.PROPOSE_CHANGE):
        found = date_events.events(posting, DateEvent.State.OPEN).order_by()
        counts = found.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)))
        cards.append(Card("到期事件", counts["all"], "event_list", red=counts["late"]))
    if access.may(posting, Permission.APPROVE_RUN):
        batches = Batch.objects.visible_to(posting).filter(state=Batch.State.PREPARED)
        cards.append(Card("批量发放待审批", batches.count(), "batch_list", f"state={Batch.State.PREPARED}"))
    if access.may(posting, Permission.PROPOSE_CHANGE):
        for step, label in (("post", "拟终止特困待公示"), ("close", "拟终止公示期满")):
            # Rare: a card only where there is something to do.
            if count := ends(posting, on, step).count():
                cards.append(Card(label, count, "change_list", f"notice={step}"))
    cards += run_cards(posting, on)
    if access.may(posting, Permission.CHANGE_ACCOUNT) or access.may(posting, Permission.LOAD_RETURN):
        cards.append(Card("银行退回待处理", returned_count(posting, on), "returned_lines"))
    return cards


def run_cards(posting: Posting, on: date) -> list[Card]:
    """Lists that wait for this posting; red are the regular ones whose pay-by day is over."""
    steps = [step for step in RUN_STEPS if access.may(posting, step[1])]
    runs = PaymentRun.objects.visible_to(posting).filter(status__in=[status for status, _, _ in steps])
    late = run_calendar.late(on) if steps else Q()
    counts = {
        row["status"]: (row["found"], row["late"])
        for row in (
            runs.order_by().values("status").annotate(found=Count("pk"), late=Count("pk", filter=late))
            if steps
            else ()
        )
    }
    cards = []
    if access.may(posting, Permission.PREPARE_RUN):
        due = len(regular_runs_missing(posting, on))
        over = run_calendar.calendar_of(on.replace(day=1)).is_late(on)
        cards.append(Card("本月名册待生成", due, "run_list", red=due if over else 0, late_words=LATE_RUNS))
    for status, _, label in steps:
        found, red = counts.get(status, (0, 0))
        cards.append(Card(label, found, "run_list", f"status={status.value}", red=red, late_words=LATE_RUNS))
    return cards


def urgent(posting: Posting, on: date) -> list[Application]:
    """The first rows of the to-do list."""
    if not access.may(posting, Permission.VIEW_CASES) or not cases.steps_of(posting):
        return []
    rows = cases.cases_of(posting, on, cases.TODO, {}).order_by(*cases.order_of(cases.TODO))
    return cases.filled(rows[:URGENT_ROWS], on)
