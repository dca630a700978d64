"""What the calendar brings: found each month by a few statements over all rights, answered by a person.

Filling again adds nothing: an event is there once for each right, person and month. Confirming one does not change a
right by itself; it reckons the right anew and proposes what comes of it, which the county then confirms like any other
change.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.db.models import CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Value

from assistance.models import (
    DateEvent,
    EndReason,
    Entitlement,
    EntitlementChange,
    EntitlementMember,
    Standard,
)
from assistance.policy import old_age
from assistance.policy.person import IS_LOCAL
from assistance.policy.rules import RULES, rule_of
from assistance.schemes import SCHEMES
from assistance.selectors.certificates import answered_day
from assistance.services import certificates
from assistance.services.change_chain import chain_of
from assistance.services.change_reckon import bare_facts, facts_on_record, reckon
from assistance.services.entitlement import propose_change
from assistance.services.set_based import insert_select
from assistance.workflow import ChangeKind
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady, Refused
from civaffairs.lib.months import Month
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Membership, Person, Posting

E = DateEvent.Kind
P = DateEvent.Proposal
AGES = {E.AGE_18: 18, E.AGE_60: 60, E.AGE_80: 80, E.AGE_90: 90, E.AGE_100: 100}
# Families of programmes in which reaching an age can change what is due, and how that is answered.
TURNS = {
    E.AGE_18: (("child", "tekun"), P.REASSESS),
    E.AGE_60: (("dibao",), P.REASSESS),
    E.AGE_80: (("old-age", "longevity"), P.REBAND),
    E.AGE_90: (("old-age", "longevity"), P.REBAND),
    E.AGE_100: (("old-age", "longevity"), P.REBAND),
}
# Who has no right of these families at that age is told that he may apply.
INVITES = {E.AGE_80: ("old-age",), E.AGE_100: ("longevity",)}
STATUS_RULES = tuple(key for key, rule in RULES.items() if not rule.pays)
STATUS_SCHEMES = tuple(code for code, spec in SCHEMES.items() if spec.rule in STATUS_RULES)


# --- finding -------------------------------------------------------------------------------------------------


@transaction.atomic
def fill(*, month: date, on: date) -> int:
    """Write the events of a month that are not there yet; returns how many. The number of statements does not depend on
    the number of rights."""
    month = month.replace(day=1)
    added = 0
    for kind, years in AGES.items():
        added += _ages(kind, years, month)
    added += (
        _ends(month) + _reviews(month) + _schools(month) + _certificates(month) + certificates.fill(month)
    )
    return added


def _last_day(month: date) -> date:
    return Month.of(month).last_day


def _known(kind: str, month: date, **outer: str) -> Exists:
    return Exists(
        DateEvent.objects.filter(
            kind=kind, month=month, **{name: OuterRef(path) for name, path in outer.items()}
        )
    )


def _fixed(kind: str, month: date, proposal: str) -> dict:
    return {
        "kind": Value(str(kind), output_field=CharField()),
        "month": Value(month, output_field=DateField()),
        "due_on": Value(_last_day(month), output_field=DateField()),
        "proposal": Value(str(proposal), output_field=CharField()),
        "state": Value(DateEvent.State.OPEN.value, output_field=CharField()),
        "reason": Value("", output_field=CharField()),
    }


def _born(month: date, years: int) -> tuple[date, date]:
    """The days of birth of those who reach that age in the month, half open."""
    first = Month(month.year - years, month.month)
    return first.first_day, first.next.first_day


def _ages(kind: str, years: int, month: date) -> int:
    low, high = _born(month, years)
    families, proposal = TURNS[E(kind)]
    members = EntitlementMember.objects.filter(
        person__birth__gte=low,
        person__birth__lt=high,
        person__died_on=None,
        family__in=families,
        until_month=None,
        entitlement__until_month=None,
    ).filter(~_known(kind, month, entitlement="entitlement", person="person"))
    columns = _fixed(kind, month, proposal) | {
        "person": F("person_id"),
        "entitlement": F("entitlement_id"),
        "scheme": F("entitlement__scheme_id"),
        "household": F("entitlement__household_id"),
        "office": F("entitlement__office_id"),
    }
    added = insert_select(DateEvent, members, columns)
    invited = INVITES.get(E(kind))
    if invited:
        has = EntitlementMember.objects.filter(
            person=OuterRef("pk"), family__in=invited, entitlement__until_month=None
        )
        asked = DateEvent.objects.filter(kind=kind, entitlement=None, person=OuterRef("pk"))
        people = Person.objects.filter(birth__gte=low, birth__lt=high, died_on=None).filter(
            ~Exists(has), ~Exists(asked)
        )
        columns = _fixed(kind, month, P.INVITE) | {"person": F("pk"), "office": F("office_id")}
        added += insert_select(DateEvent, people, columns)
    if kind == E.AGE_60:
        added += _alone_at_sixty(month, low, high)
    return added


def _alone_at_sixty(month: date, low: date, high: date) -> int:
    """Alone and in 低保: may be entitled to 特困 from sixty on (特困人员认定办法第5条)."""
    alone = EntitlementMember.objects.filter(
        person=OuterRef("pk"), family="dibao", until_month=None, entitlement__persons=1
    )
    others = Membership.objects.filter(household=OuterRef("memberships__household"), until_day=None).exclude(
        person=OuterRef("pk")
    )
    asked = DateEvent.objects.filter(kind=E.AGE_60, entitlement=None, person=OuterRef("pk"))
    people = (
        Person.objects.filter(birth__gte=low, birth__lt=high, died_on=None, memberships__until_day=None)
        .filter(Exists(alone), ~Exists(others), ~Exists(asked))
        .distinct()
    )
    columns = _fixed(E.AGE_60, month, P.INVITE) | {"person": F("pk"), "office": F("office_id")}
    return insert_select(DateEvent, people, columns)


def _of_entitlement() -> dict:
    return {
        "person": F("payee_id"),
        "entitlement": F("pk"),
        "scheme": F("scheme_id"),
        "household": F("household_id"),
        "office": F("office_id"),
    }


def _ends(month: date) -> int:
    """What pays for the last time in this month, or is acknowledged for the last time."""
    after = Month.of(month).next.first_day
    ending = Entitlement.objects.filter(until_month=after, next=None)
    tapered = ending.filter(end_reason=EndReason.TAPERED).filter(
        ~_known(E.TAPER_END, month, entitlement="pk")
    )
    status = ending.filter(scheme__in=STATUS_SCHEMES, end_reason="").filter(
        ~_known(E.STATUS_END, month, entitlement="pk")
    )
    return insert_select(
        DateEvent, tapered, _fixed(E.TAPER_END, month, P.TELL) | _of_entitlement()
    ) + insert_select(DateEvent, status, _fixed(E.STATUS_END, month, P.TELL) | _of_entitlement())


def _reviews(month: date) -> int:
    """Due by the end of the month; one that still waits from an earlier month is not put a second time."""
    rows = Entitlement.objects.filter(until_month=None, review_due_on__lte=_last_day(month))
    added = 0
    for kind, due in (
        (E.REVIEW, rows.exclude(scheme__klass="veteran")),
        (E.YEARLY, rows.filter(scheme__klass="veteran")),
    ):
        waiting = DateEvent.objects.filter(kind=kind, entitlement=OuterRef("pk")).filter(
            Q(state=DateEvent.State.OPEN) | Q(month=month)
        )
        columns = _fixed(kind, month, P.REVIEWED) | _of_entitlement() | {"due_on": F("review_due_on")}
        added += insert_select(DateEvent, due.filter(~Exists(waiting)), columns)
    return added


def _answered(name: str, low: date, high: date, *, else_earlier: bool = False) -> QuerySet:
    """Open rights that rest on an answer that is a day between the two, both included: of the decision or a change since."""
    return (
        Entitlement.objects.filter(until_month=None)
        .alias(answer=answered_day(name, else_earlier=else_earlier))
        .filter(answer__gte=low.isoformat(), answer__lte=high.isoformat())
    )


def _schools(month: date) -> int:
    rows = _answered("school_until", month, _last_day(month))
    rows = rows.filter(~_known(E.SCHOOL_END, month, entitlement="pk"))
    return insert_select(DateEvent, rows, _fixed(E.SCHOOL_END, month, P.REASSESS) | _of_entitlement())


def _certificates(month: date) -> int:
    """生存认证 that runs out in the month: as long as each standard says. One statement for each standard."""
    added = 0
    codes = [code for code, spec in SCHEMES.items() if spec.rule == "old_age"]
    for standard in Standard.objects.confirmed().filter(scheme__in=codes):
        months = standard.params.get("certified_months") or 0
        if not months:
            continue
        certified = Month.of(month).plus(-int(months))
        rows = _answered("certified_on", certified.first_day, certified.last_day, else_earlier=True).filter(
            ~_known(E.CERTIFICATE, month, entitlement="pk"), standard=standard
        )
        columns = _fixed(E.CERTIFICATE, month, P.TELL) | _of_entitlement()
        added += insert_select(DateEvent, rows, columns)
    return added


# --- answering -----------------------------------------------------------------------------------------------


def answer_many(
    ids: Iterable[int],
    *,
    by: Posting,
    on: date,
    note: str = "",
    heard_on: date | None = None,
    heard_how: str = "",
    renewed_until: date | None = None,
) -> tuple[int, list[str]]:
    """Confirm each event in a transaction of its own: how many, and a sentence for each that could not be.

    `renewed_until` is the end of one person's new certificate; Raises BadInput when the events are of several."""
    ids = list(ids)
    if renewed_until is not None:
        whose = DateEvent.objects.visible_to(by).filter(pk__in=ids).values("person").distinct()
        if whose.count() > 1:
            raise BadInput("新证有效期一次只能填一个人的，请只勾选这一个人", field="renewed_until")
    done, refused = 0, []
    for pk in ids:
        try:
            answer_event(
                event_id=pk,
                by=by,
                on=on,
                note=note,
                heard_on=heard_on,
                heard_how=heard_how,
                renewed_until=renewed_until,
            )
            done += 1
        except Refused as refusal:
            event = DateEvent.objects.select_related("person").get(pk=pk)
            name = event.person.name if event.person else ""
            refused.append(f"{name}{event.get_kind_display()}：{refusal.message}")
    return done, refused


@transaction.atomic
def answer_event(
    *,
    event_id: int,
    by: Posting,
    on: date,
    note: str = "",
    heard_on: date | None = None,
    heard_how: str = "",
    renewed_until: date | None = None,
) -> DateEvent:
    """Do what the event proposes. A change of money is proposed to the county; a review is recorded; who has to be told is
    marked as told; `renewed_until` of a new certificate leaves the right as it is. Refused with a sentence when facts are
    missing; the event stays open then."""
    event = _open_event(event_id, by)
    if event.state == DateEvent.State.DONE:
        return event
    change = None
    if renewed_until is not None:
        note = f"{certificates.renew(event, renewed_until, by, on)}　{note}".strip()
    elif event.proposal in (P.HOLD, P.STOP):
        change, note = _without_certificate(event, by, on, heard_on, heard_how)
    elif event.proposal in (P.REBAND, P.REASSESS):
        change, note = _reassess(event, by, on, heard_on, heard_how)
    elif event.proposal == P.REVIEWED:
        note = _reviewed(event, on) or note
    event.change, event.reason = change, note[:200]
    _close(event, DateEvent.State.DONE, by, on)
    return event


@transaction.atomic
def drop_event(*, event_id: int, reason: str, by: Posting, on: date) -> DateEvent:
    """Leave the right as it is, with the reason."""
    if not reason.strip():
        raise BadInput("请写明不办的原因", field="reason")
    event = _open_event(event_id, by)
    if event.state == DateEvent.State.DROPPED:
        return event
    event.reason = reason.strip()[:200]
    _close(event, DateEvent.State.DROPPED, by, on)
    return event


def _open_event(event_id: int, by: Posting) -> DateEvent:
    rows = DateEvent.objects.select_related("person", "entitlement__scheme", "decided_by")
    event = access.to_change(rows, by, Permission.PROPOSE_CHANGE, pk=event_id)
    mine = event.decided_by is not None and event.decided_by.user_id == by.user_id
    if event.state != DateEvent.State.OPEN and not mine:
        raise NotAllowed(f"这件已经{event.get_state_display()}。")
    return event


def _close(event: DateEvent, state: str, by: Posting, on: date) -> None:
    event.state, event.decided_by, event.decided_on = state, by, on
    event.save(update_fields=["state", "decided_by", "decided_on", "reason", "change", "renewed_until"])
    audit.record(
        "event.answer" if state == DateEvent.State.DONE else "event.drop",
        by=by,
        subject=event,
        label=f"{event.person.name if event.person else ''} {event.get_kind_display()}",
        reason=event.reason,
    )


def _reassess(
    event: DateEvent, by: Posting, on: date, heard_on: date | None, heard_how: str
) -> tuple[EntitlementChange | None, str]:
    """The change that comes of it, or none and why none."""
    entitlement = event.entitlement
    if entitlement is None:
        raise NotAllowed("这件没有对应的待遇。")
    row = _newest(entitlement)
    if row is None or row.until_month is not None:
        return None, "待遇已经停发，不用再办"
    facts = facts_on_record(row)
    if facts is None and event.proposal == P.REBAND:
        # From an opening ledger: that the right is in force says that its holder is registered here.
        facts = replace(bare_facts(row), answers={IS_LOCAL.name: True})
    if facts is None:
        raise NotReady("没有测算依据，请在保障对象页面办理增发、减发或停发。", ["测算依据"])
    month = _month_of(event, row)
    stretches = reckon(chain_of(row), facts, month)
    last = stretches[-1].answer
    if last.outcome == "cannot_decide":
        raise NotReady(
            f"还不能测算：{'；'.join(last.reasons)}。请在保障对象页面补齐情况后办理。", last.reasons
        )
    if last.outcome == "eligible" and (last.amount_fen, last.category) == (row.amount_fen, row.category):
        return None, "重新测算，仍符合条件，金额不变"
    if last.outcome == "eligible":
        kind = ChangeKind.RAISE if last.amount_fen >= row.amount_fen else ChangeKind.CUT
        reason = "reclassified"
    else:
        kind = ChangeKind.STOP
        reason = EndReason.GROWN if event.kind in (E.AGE_18, E.SCHOOL_END) else EndReason.CATEGORY
    name = event.person.name if event.person else ""
    change = propose_change(
        entitlement_id=row.pk,
        kind=kind,
        reason_code=str(reason),
        explanation=f"{name}{event.get_kind_display()}，{Month.of(event.month).label}",
        from_month=month,
        facts=facts if kind != ChangeKind.STOP else None,
        heard_on=heard_on,
        heard_how=heard_how,
        by=by,
        on=on,
    )
    return change, f"已提出{change.get_kind_display()}，等县级确认"


def _newest(entitlement: Entitlement) -> Entitlement | None:
    return (
        Entitlement.objects.filter(number=entitlement.number, scheme=entitlement.scheme_id)
        .select_related("scheme", "standard", "household", "decision__assessment")
        .order_by("-pk")
        .first()
    )


def _without_certificate(
    event: DateEvent, by: Posting, on: date, heard_on: date | None, heard_how: str
) -> tuple[EntitlementChange | None, str]:
    """暂停 or 停发 from the month after the certificate ended. Refused before it has: there is time to renew it."""
    if event.entitlement is None:
        raise NotAllowed("这件没有对应的待遇。")
    row = _newest(event.entitlement)
    if row is None or row.until_month is not None:
        return None, "待遇已经停发，不用再办"
    if row.held_since is not None:
        return None, "待遇已经暂停，不用再办"
    if on <= event.due_on:
        raise NotReady(
            f"残疾人证 {event.due_on:%Y-%m-%d} 才到期，到期以后没有换证的再办；已经换证的，填“新证有效期至”。",
            ["新证有效期至"],
        )
    change = propose_change(
        entitlement_id=row.pk,
        kind=ChangeKind.HOLD if event.proposal == P.HOLD else ChangeKind.STOP,
        reason_code=str(EndReason.UNRENEWED),
        explanation=f"残疾人证有效期到 {event.due_on:%Y-%m-%d}，没有换证",
        from_month=max(Month.of(event.due_on).next.first_day, row.from_month),
        heard_on=heard_on,
        heard_how=heard_how,
        by=by,
        on=on,
    )
    return change, f"已提出{change.get_kind_display()}，等县级确认"


def _month_of(event: DateEvent, row: Entitlement) -> date:
    """From when it counts: the month in which the standard pays the next band, else the month after the day."""
    if event.proposal != P.REBAND or event.person is None:
        return Month.of(event.month).next.first_day
    rule = rule_of(row.scheme.spec.rule)
    numbers = rule.read(row.standard.params, row.standard.category_names)
    turn = old_age.next_change(event.person.birth, Month.of(event.month).previous, numbers)
    return turn[0].first_day if turn else event.month


def _reviewed(event: DateEvent, on: date) -> str:
    entitlement = event.entitlement
    if entitlement is None:
        return ""
    months = entitlement.scheme.spec_on(on).review_months or 12
    last = Month.of(on).plus(months)
    due = date(last.year, last.month, min(on.day, last.last_day.day))
    Entitlement.objects.filter(pk=entitlement.pk).update(review_due_on=due)
    return f"已复核，情况没有变化，下次最迟{due:%Y-%m-%d}（含当天）"
