"""What may be done with a right, by whom, and what has happened to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from assistance.models import (
    Adjustment,
    Application,
    ApplicationMember,
    Entitlement,
    EntitlementChange,
    EntitlementMember,
    Notice,
    Objection,
    PayeeInstitution,
    Standard,
)
from assistance.policy.rules import rule_of
from assistance.policy.tekun_standard import MODES, PAYEES
from assistance.policy.veterans_life import DEATHS
from assistance.workflow import OPEN_STATUSES, ChangeKind, ChangeStatus, Status
from civaffairs.lib.assessment import Step
from civaffairs.lib.money import yuan
from civaffairs.lib.months import Month
from civaffairs.registry import access, county
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Membership, Office, Person, Posting, Relationship

K = ChangeKind
TONES = {
    ChangeStatus.PROPOSED: "todo",
    ChangeStatus.CONFIRMED: "good",
    ChangeStatus.REFUSED: "plain",
    ChangeStatus.WITHDRAWN: "plain",
}
# Greyed buttons with their reason; the rest is in the order in which clerks look for it.
USUAL = (K.RAISE, K.CUT, K.JOIN, K.LEAVE, K.STOP)
RARE = (K.HOLD, K.RESUME, K.TAPER, K.KEEP, K.SWITCH, K.QUIT, K.HEAD, K.MOVE)


@dataclass(frozen=True)
class ChangeOption:
    """One button. `why_not` is the sentence under a greyed one."""

    kind: ChangeKind
    why_not: str = ""

    @property
    def label(self) -> str:
        return self.kind.label


def options(row: Entitlement, posting: Posting, members: list[EntitlementMember]) -> list[ChangeOption]:
    """The changes that this posting may propose for a right, those that cannot be now with the reason."""
    if not access.may(posting, Permission.PROPOSE_CHANGE):
        return []
    waiting = row.changes.filter(status=ChangeStatus.PROPOSED).first()
    blocked = ""
    if waiting is not None:
        blocked = f"{waiting.get_kind_display()}正在等县级确认"
    elif row.until_month is not None and hasattr(row, "next"):
        blocked = "已由后面的待遇接续"
    elif row.scheme.spec.is_one_off:
        blocked = "一次性救助，没有以后的月份"
    found = []
    for kind in (*USUAL, *RARE):
        why_not = blocked or _why_not(kind, row, members)
        if why_not is None:
            continue
        found.append(ChangeOption(kind, why_not))
    return found


def _why_not(kind: ChangeKind, row: Entitlement, members: list[EntitlementMember]) -> str | None:
    """A sentence, "" when it is open, None when the programme has no such thing."""
    by_person = row.beneficiary_id is not None
    spec = row.scheme.spec
    if kind in (K.JOIN, K.LEAVE, K.HEAD) and by_person:
        return None
    if kind in (K.RAISE, K.CUT, K.HOLD, K.RESUME) and not rule_of(spec.rule).pays:
        return None
    if kind == K.TAPER and spec.rule != "dibao":
        return None
    if kind == K.KEEP and spec.rule != "tekun":
        return None
    if kind == K.SWITCH and spec.family not in ("dibao", "tekun"):
        return None
    if row.until_month is not None and kind not in (K.STOP, K.QUIT):
        return f"{Month.of(row.until_month).label}起已定停发"
    if kind == K.LEAVE and len(members) < 2:
        return "只有一位保障对象，请办停发"
    if kind == K.RESUME:
        return "" if row.held_since else None
    if kind == K.HOLD and row.held_since:
        return None
    return ""


def people_of(row: Entitlement) -> tuple[list[Person], list[Person]]:
    """(protected people alive, others of the household alive), in the order of the books."""
    members = [
        member.person
        for member in row.members.select_related("person").order_by("id")
        if member.person.died_on is None
    ]
    ids = {person.pk for person in members}
    open_rows = Membership.objects.filter(household=row.household_id, until_day=None)
    others = [
        membership.person
        for membership in open_rows.select_related("person").order_by("id")
        if membership.person_id not in ids and membership.person.died_on is None
    ]
    return members, others


def family_of(person: Person) -> list[Person]:
    """Who lives with somebody in the books and is alive, without himself."""
    houses = Membership.objects.filter(person=person, until_day=None).values("household")
    rows = Membership.objects.filter(household__in=houses, until_day=None).exclude(person=person)
    return [row.person for row in rows.select_related("person").order_by("id") if row.person.died_on is None]


def changes(
    posting: Posting, status: str, *, kind: str = "", scheme: str = ""
) -> QuerySet[EntitlementChange]:
    """Proposed and decided changes; one that hangs on another is shown with it."""
    rows = (
        EntitlementChange.objects.visible_to(posting)
        .filter(status=status or ChangeStatus.PROPOSED, leading=None)
        .named()
    )
    if kind:
        rows = rows.filter(kind=kind)
    if scheme:
        rows = rows.filter(entitlement__scheme=scheme)
    return rows


def booked_by(group: Iterable[EntitlementChange]) -> dict[int, list[Adjustment]]:
    """What stands of what each change has booked, with `size_fen`, the sum without its sign. One query."""
    found: dict[int, list[Adjustment]] = {one.pk: [] for one in group}
    for row in Adjustment.objects.standing().filter(change__in=list(found)).order_by("pk"):
        row.size_fen = abs(row.amount_fen)
        found[row.change_id].append(row)
    return found


def timeline(row: Entitlement) -> list[dict[str, Any]]:
    """What happened to the right since it was granted, newest first, in three queries whatever its age."""
    chain = list(
        Entitlement.objects.filter(number=row.number, scheme=row.scheme_id)
        .select_related("decision", "standard")
        .order_by("id")
    )
    found = list(EntitlementChange.objects.filter(entitlement__in=chain).named().order_by("id"))
    events: list[tuple[date, int, dict[str, Any]]] = []
    for change in found:
        events += _events_of(change)
    if row.scheme.family == "tekun":
        notices = Notice.objects.filter(change__in=found).select_related("posted_by__user")
        for notice in notices.prefetch_related("objections__answered_by__user").order_by("id"):
            events += _events_of_notice(notice)
    opened = {change.opened_id for change in found}
    for at, one in enumerate(chain):
        if at == 0:
            events.append(_granted(one))
        elif one.pk not in opened and one.standard_id != chain[at - 1].standard_id:
            events.append(_raised(one, chain[at - 1]))
    return [event for _, _, event in sorted(events, key=lambda item: item[:2], reverse=True)]


def _granted(row: Entitlement) -> tuple[date, int, dict[str, Any]]:
    day = row.decision.decided_on if row.decision else row.from_month
    title = "确认给予保障" if row.decision else "历史台账转入"
    return (
        day,
        0,
        {
            "title": title,
            "at": day,
            "text": f"{Month.of(row.from_month).label}起，{yuan(row.amount_fen)} {row.scheme.spec.per}",
            "tone": "good",
        },
    )


def _raised(row: Entitlement, before: Entitlement) -> tuple[date, int, dict[str, Any]]:
    standard: Standard = row.standard
    return (
        row.from_month,
        1,
        {
            "title": "标准调整",
            "at": row.from_month,
            "text": f"{yuan(before.amount_fen)} → {yuan(row.amount_fen)}，{standard.document_number}",
            "tone": "plain",
        },
    )


def _events_of(change: EntitlementChange) -> list[tuple[date, int, dict[str, Any]]]:
    label, month = change.get_kind_display(), Month.of(change.from_month).label
    who = change.proposed_by.user.name if change.proposed_by else ""
    name = f"（{change.person.name}）" if change.person else ""
    url = reverse("change_detail", args=[change.pk])
    events = [
        (
            change.proposed_on,
            10 * change.pk,
            {
                "title": f"提出{label}{name}",
                "at": change.proposed_on,
                "who": who,
                "text": f"{change.get_reason_code_display()}，{month}起。{change.explanation}",
                "tone": "todo" if change.status == ChangeStatus.PROPOSED else "plain",
                "url": url,
            },
        )
    ]
    if change.confirmed_on is not None:
        decider = change.confirmed_by.user.name if change.confirmed_by else ""
        if change.status == ChangeStatus.CONFIRMED:
            title, tone = f"{label}生效", "good"
            text = f"{month}起，{yuan(change.before_fen)} → {yuan(change.after_fen)} 元"
        else:
            title, tone, text = f"不同意{label}", "bad", change.opinion
        events.append(
            (
                change.confirmed_on,
                10 * change.pk + 1,
                {"title": title, "at": change.confirmed_on, "who": decider, "text": text, "tone": tone},
            )
        )
    if change.withdrawn_on is not None:
        events.append(
            (
                change.withdrawn_on,
                10 * change.pk + 1,
                {
                    "title": f"撤回{label}",
                    "at": change.withdrawn_on,
                    "who": change.withdrawn_by.user.name if change.withdrawn_by else "",
                    "text": change.withdraw_reason,
                    "tone": "plain",
                },
            )
        )
    if change.informed_on is not None:
        events.append(
            (
                change.informed_on,
                10 * change.pk + 2,
                {"title": "书面告知", "at": change.informed_on, "text": change.informed_how, "tone": "plain"},
            )
        )
    return events


def _events_of_notice(notice: Notice) -> list[tuple[date, int, dict[str, Any]]]:
    """What happened on the board: hung, objected, answered, taken down."""
    url, place = reverse("change_detail", args=[notice.change_id]), 10 * (notice.change_id or 0) + 1
    days = f"{notice.posted_on:%Y-%m-%d} 至 {notice.until_day:%Y-%m-%d}，{notice.place}"
    rows = [("张贴拟终止公示", notice.posted_on, notice.posted_by.user.name, days, "plain")]
    for one in notice.objections.all():
        rows.append(("收到异议", one.received_on, "", f"{one.get_channel_display()}，{one.receipt}", "todo"))
        if one.answered_on is not None:
            who = one.answered_by.user.name if one.answered_by else ""
            rows.append((f"异议{one.get_state_display()}", one.answered_on, who, one.answer, "plain"))
    if notice.closed_on is not None:
        rows.append(("拟终止公示期满", notice.closed_on, "", "没有成立的异议", "good"))
    if notice.revoked_on is not None:
        rows.append(("撤下拟终止公示", notice.revoked_on, "", "", "bad"))
    return [
        (at, place, {"title": title, "at": at, "who": who, "text": text, "tone": tone, "url": url})
        for title, at, who, text, tone in rows
    ]


def switch_cases(row: Entitlement, posting: Posting) -> list[Application]:
    """The cases of the other programme (低保, 特困) that ask protection for somebody of this right: open ones, and those
    granted whose right goes on. Newest first."""
    people = row.members.filter(person__died_on=None).values("person_id")
    other = "dibao" if row.scheme.family == "tekun" else "tekun"
    asked = ApplicationMember.objects.filter(
        application=OuterRef("pk"), protected=True, excluded_reason="", person__in=people
    )
    granted = Q(status=Status.APPROVED, decision__entitlements__until_month=None) & ~Q(
        decision__entitlements=None
    )
    return list(
        Application.objects.visible_to(posting)
        .filter(Q(status__in=OPEN_STATUSES) | granted, Exists(asked), scheme__family=other)
        .select_related("scheme", "applicant")
        .order_by("-id")[:20]
    )


def notices_of(change: EntitlementChange) -> QuerySet[Notice]:
    """The notices of an intended end with their photos and objections, newest first."""
    rows = change.notices.select_related("photo", "office", "posted_by__user")
    return rows.prefetch_related("objections__answered_by__user").order_by("-round")


def open_objections(change: EntitlementChange) -> list[Objection]:
    """What has been objected and not answered, oldest first."""
    rows = Objection.objects.filter(notice__change=change, state=Objection.State.OPEN)
    return list(rows.order_by("received_on", "id"))


def refusal_times(on: date) -> int:
    """After how many refusals of work in a row the sum is lowered."""
    return int(county.value("refusal_times", on))


def steps_of(change: EntitlementChange) -> list[Step]:
    """How the sum came about, as it was when the change was proposed or confirmed."""
    return [Step(**step) for step in change.reckoning.get("steps", [])]


def details_in_words(change: EntitlementChange) -> list[tuple[str, str]]:
    """What a kind has besides, as (label, words)."""
    details, found = change.details, []
    if "months" in details:
        found.append(("渐退期", f"{details['months']}个月"))
    if "backpay" in details:
        found.append(("暂停的月份", "补发" if details["backpay"] else "不补发"))
    if details.get("renewed_until"):
        found.append(("新残疾人证有效期至", details["renewed_until"]))
    if details.get("to_office"):
        office = Office.objects.select_related("parent").filter(pk=details["to_office"]).first()
        if office is not None:
            found.append(("迁往", f"{office.parent.name if office.parent else ''}{office.name}"))
    if details.get("relationship"):
        found.append(("与户主关系", Relationship(details["relationship"]).label))
    if details.get("application"):
        found.append(("转入的申请", str(details["application"])))
    if details.get("mode"):
        found.append(("供养方式", MODES.get(details["mode"], "")))
    if details.get("institution"):
        home = PayeeInstitution.objects.filter(pk=details["institution"]).first()
        if home is not None:
            found.append(("收款机构", f"{home.name}（尾号{home.account_tail}）"))
    if details.get("mode") == "scattered":
        found.append(("照料护理费付给", PAYEES.get(details.get("payee", ""), "")))
        found.append(("照料服务协议", "已签" if details.get("agreement") else "没有签"))
    if details.get("refused_on"):
        found.append(("拒绝工作的日期", "、".join(details["refused_on"])))
    if details.get("cause"):
        found.append(("死亡原因", DEATHS.get(details["cause"], "")))
    return found
