"""The end of a disability certificate (残联发〔2017〕34号第19条: good for ten years, then exchanged): found in its months, and
closed by whatever tells of a newer one.

Whether money stops at it is the county's (`cert_end` of the standard); nothing stops without a person.
"""

from dataclasses import replace
from datetime import date

from django.db.models import CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Value

from assistance.models import DateEvent, Entitlement, EntitlementChange, Standard
from assistance.policy.disability import CERT_UNTIL
from assistance.policy.rule import CaseFacts
from assistance.selectors.certificates import ASKING_SCHEMES, certificate_end, renewals
from assistance.services.set_based import insert_select
from civaffairs.lib.assessment import Unknown
from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import Month
from civaffairs.registry.models import Posting

E = DateEvent.Kind
P = DateEvent.Proposal
KINDS = (E.CARD_SOON, E.CARD_END)
AT_THE_END = {"hold": P.HOLD, "stop": P.STOP}


def fill(month: date) -> int:
    """Events for certificates that end in the month or ended before it, and for those that end so many months later.

    Two statements for each standard. Who is not paid at the time is not asked; each end is asked for once.
    """
    added, last = 0, Month.of(month).last_day
    for standard in Standard.objects.confirmed().filter(scheme__in=ASKING_SCHEMES):
        rows = (
            Entitlement.objects.filter(standard=standard, until_month=None, held_since=None)
            .annotate(card_end=certificate_end())
            .filter(card_end__gte=F("from_month"))
        )
        at_the_end = AT_THE_END.get(standard.params.get("cert_end", ""), P.RENEW)
        added += _put(E.CARD_END, at_the_end, rows.filter(card_end__lte=last), month)
        ahead = int(standard.params.get("cert_notice_months") or 0)
        if ahead:
            coming = rows.filter(card_end__gt=last, card_end__lte=Month.of(month).plus(ahead).last_day)
            added += _put(E.CARD_SOON, P.RENEW, coming, month)
    return added


def _put(kind: str, proposal: str, rows: QuerySet, month: date) -> int:
    known = DateEvent.objects.filter(
        kind=kind, entitlement__number=OuterRef("number"), entitlement__scheme=OuterRef("scheme")
    ).filter(Q(due_on=OuterRef("card_end")) | Q(month=month))
    columns = {
        "kind": Value(str(kind), output_field=CharField()),
        "month": Value(month, output_field=DateField()),
        "due_on": F("card_end"),
        "proposal": Value(str(proposal), output_field=CharField()),
        "state": Value(DateEvent.State.OPEN.value, output_field=CharField()),
        "reason": Value("", output_field=CharField()),
        # The payee may be another: the certificate is the beneficiary's.
        "person": F("beneficiary_id"),
        "entitlement": F("pk"),
        "scheme": F("scheme_id"),
        "household": F("household_id"),
        "office": F("office_id"),
    }
    return insert_select(DateEvent, rows.filter(~Exists(known)), columns)


def with_renewed(facts: CaseFacts, entitlement: Entitlement) -> CaseFacts:
    """The facts with the end of the certificate that was entered at an event since they were frozen."""
    until = facts.answer(CERT_UNTIL.name)
    if isinstance(until, Unknown):
        return facts
    newer = renewals(entitlement.number, entitlement.scheme_id).order_by("-renewed_until").first()
    if newer is None or newer.renewed_until is None or newer.renewed_until <= until:
        return facts
    return replace(facts, answers={**facts.answers, CERT_UNTIL.name: newer.renewed_until})


def renew(event: DateEvent, until: date, by: Posting, on: date) -> str:
    """Note the newer certificate at the event, and close the other events of the older one. Returns the sentence.

    Raises BadInput for a day that is not later than the end it takes the place of, or has passed already.
    """
    if event.kind not in KINDS:
        raise BadInput("只有残疾人证到期的事件才填新证有效期", field="renewed_until")
    if until <= event.due_on or until < on:
        raise BadInput(
            f"新证的有效期应晚于原证（{event.due_on:%Y-%m-%d}），也不能已经过期", field="renewed_until"
        )
    words = f"已换证，新证有效期至 {until:%Y-%m-%d}"
    event.renewed_until = until
    entitlement = event.entitlement
    if entitlement is not None:
        others = _open_of(entitlement).exclude(pk=event.pk)
        _close(others.filter(due_on__lt=until), words, by, on)
    return words


def follow(change: EntitlementChange, by: Posting, on: date) -> None:
    """A confirmed change that tells of a newer certificate, or of one without an end, answers what was open of the older.

    What was entered at events before the change was proposed is in its facts; they alone count from now on.
    """
    entitlement = change.entitlement
    if change.facts is None or entitlement.scheme_id not in ASKING_SCHEMES:
        return
    told = change.facts.get("answers", {}).get(CERT_UNTIL.name)
    open_ones = _open_of(entitlement)
    if told:
        until = date.fromisoformat(told)
        _close(
            open_ones.filter(due_on__lt=until),
            f"随{change.get_kind_display()}登记了新证，有效期至 {told}",
            by,
            on,
        )
    else:
        _close(open_ones, f"随{change.get_kind_display()}登记为长期有效", by, on)
    before = renewals(entitlement.number, entitlement.scheme_id).filter(decided_on__lt=change.proposed_on)
    before.update(renewed_until=None)


def _open_of(entitlement: Entitlement) -> QuerySet[DateEvent]:
    return DateEvent.objects.filter(
        kind__in=KINDS,
        state=DateEvent.State.OPEN,
        entitlement__number=entitlement.number,
        entitlement__scheme=entitlement.scheme_id,
    )


def _close(events: QuerySet[DateEvent], words: str, by: Posting, on: date) -> None:
    events.update(state=DateEvent.State.DONE, decided_by=by, decided_on=on, reason=words)
