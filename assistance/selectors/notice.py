"""What hangs where: for the township, and for everybody."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from assistance.models import Application, EntitlementChange, Notice, Objection
from assistance.selectors.cases import DUE_ORDER
from assistance.workflow import ChangeKind, ChangeStatus, Status
from civaffairs.registry import county
from civaffairs.registry.calendar import work_calendar
from civaffairs.registry.models import AuditEvent, Office, Posting

WAITING, HANGING, OVER, PAST = "waiting", "hanging", "over", "past"
TABS = ((WAITING, "待张贴"), (HANGING, "公示中"), (OVER, "期满待办结"), (PAST, "已结束"))
COUNT_CAP = 1000

# One address may not flood one household's notice, nor the whole county; and many addresses together may not bury a
# case under objections that each have to be answered. The telephone stays open.
PER_NOTICE_AND_DAY = 3
PER_ADDRESS_AND_HOUR = 10
PER_NOTICE_FROM_ALL = 20
# What an objection leaves in the audit trail: to a case, to an end.
OBJECTED = ("application.record_objection", "change.notice_object")


def waiting(posting: Posting, area: str = "", name: str = "") -> QuerySet[Application]:
    """Cases with a favourable opinion that are to be posted."""
    rows = Application.objects.visible_to(posting).filter(status=Status.TO_POST)
    if area:
        rows = rows.in_area(area)
    if name:
        rows = rows.filter(applicant__name__startswith=name)
    return rows.annotate(due=DUE_ORDER).only("id", "office_id")


def notices(posting: Posting, on: date, tab: str, area: str = "", name: str = "") -> QuerySet[Notice]:
    rows = Notice.objects.visible_to(posting)
    if area:
        rows = rows.in_area(area)
    if name:
        of_a_case = Q(application__applicant__name__startswith=name)
        rows = rows.filter(of_a_case | Q(change__entitlement__payee__name__startswith=name))
    match tab:
        case "hanging":
            rows = rows.current(on).filter(until_day__gte=on)
        case "over":
            rows = rows.current(on).filter(until_day__lt=on)
        case _:
            rows = rows.exclude(closed_on=None, revoked_on=None)
    open_ones = Objection.objects.filter(notice=OuterRef("pk"), state=Objection.State.OPEN)
    return rows.select_related(
        "application__applicant",
        "application__scheme",
        "change__entitlement__payee",
        "change__entitlement__scheme",
        "office__parent",
    ).annotate(objected=Exists(open_ones))


def ends(
    posting: Posting, on: date, step: str, area: str = "", name: str = ""
) -> QuerySet[EntitlementChange]:
    """Proposed ends of 特困 by how far their notice is: to be posted (step "post") or over and not closed ("close")."""
    rows = EntitlementChange.objects.visible_to(posting).filter(
        status=ChangeStatus.PROPOSED,
        leading=None,
        kind__in=(ChangeKind.STOP, ChangeKind.SWITCH),
        entitlement__scheme__family="tekun",
    )
    if area:
        rows = rows.in_area(area)
    if name:
        rows = rows.filter(entitlement__payee__name__startswith=name)
    up = Notice.objects.filter(change=OuterRef("pk"), revoked_on=None)
    if step == "close":
        return rows.filter(Exists(up.filter(closed_on=None, until_day__lt=on)))
    return rows.filter(~Exists(up))


def ends_to_post(posting: Posting, on: date, area: str = "", name: str = "") -> list[EntitlementChange]:
    """For the list 待张贴, oldest first; few, because ends of 特困 are."""
    rows = ends(posting, on, "post", area, name).select_related(
        "entitlement__payee", "entitlement__scheme", "office__parent"
    )
    found = list(rows.order_by("proposed_on", "id")[:COUNT_CAP])
    if found:
        calendar, days = work_calendar(found[0].proposed_on), int(county.value("post_days", on))
        for change in found:
            change.due_on = calendar.add(change.proposed_on, days).day
            change.is_late = change.due_on < on
    return found


def counts(posting: Posting, on: date, area: str = "", name: str = "") -> dict[str, str]:
    found = {}
    for tab, _ in TABS:
        rows = waiting(posting, area, name) if tab == WAITING else notices(posting, on, tab, area, name)
        count = rows.order_by()[: COUNT_CAP + 1].count()
        if tab == WAITING:
            count += ends(posting, on, "post", area, name).order_by()[: COUNT_CAP + 1].count()
        found[tab] = f"{COUNT_CAP}+" if count > COUNT_CAP else str(count)
    return found


def villages_with_notices(posting: Posting, on: date, area: str = "") -> QuerySet[Office]:
    """Villages where something hangs, with how many: for their poster and their page."""
    here = Office.objects.visible_to(posting).villages()
    if area:
        here = here.filter(pk__in=Notice.objects.in_area(area).current(on).values("office"))
    current = Notice.objects.current(on).filter(until_day__gte=on).values("office").order_by()
    counted = dict(
        current.filter(office__in=here.values("pk"))
        .annotate(found=Count("pk"))
        .values_list("office", "found")
    )
    found = here.filter(pk__in=counted).select_related("parent").order_by("code")
    for office in found:
        office.hanging = counted[office.pk]
    return found


# --- for everybody ---------------------------------------------------------------------------------------


def village_of(token: str) -> Office | None:
    return (
        Office.objects.villages().select_related("parent").filter(notice_token=token, is_active=True).first()
    )


def shown_to_all(village: Office, on: date) -> list[Notice]:
    """What anybody may read today: posted, in its days, not taken down. Nothing of the case behind it is read."""
    rows = Notice.objects.current(on).filter(office=village, until_day__gte=on)
    return list(rows.order_by("posted_on", "id"))


def too_many(ip: str, notice: Notice, now: datetime, on: date) -> bool:
    """Whether this address, or all of them together today, has objected often enough. Counted in the audit trail, so
    that it holds for all server processes and outlives a restart. Ask it with the case locked, or requests at the
    same moment do not see each other."""
    today = Objection.objects.filter(notice=notice, received_on=on, channel=Objection.Channel.PAGE)
    if today.count() >= PER_NOTICE_FROM_ALL:
        return True
    mine = AuditEvent.objects.filter(action__in=OBJECTED, user=None, ip=ip)
    of_a_case = notice.application_id is not None
    subject = notice.application_id if of_a_case else notice.change_id
    same = Q(
        action=OBJECTED[0] if of_a_case else OBJECTED[1],
        object_id=str(subject),
        at__gte=now - timedelta(days=1),
    )
    lately = Q(at__gte=now - timedelta(hours=1))
    found = mine.aggregate(same=Count("pk", filter=same), lately=Count("pk", filter=lately))
    return found["same"] >= PER_NOTICE_AND_DAY or found["lately"] >= PER_ADDRESS_AND_HOUR


def receipt_of(village: Office, receipt: str) -> Objection | None:
    return Objection.objects.filter(receipt=receipt, notice__office=village).first()
