"""Days on which a right rests, as they are known now: the newest confirmed change that has facts says them, else the
decision. What came in with an opening ledger has neither, and so no day.

Every `right` is the way from the rows that are asked to their entitlement, with its "__"; empty when they are entitlements.
"""

from django.db.models import CharField, DateField, Exists, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, Greatest, NullIf

from assistance.models import DateEvent, EntitlementChange
from assistance.policy.disability import CERT_UNTIL
from assistance.policy.rules import RULES
from assistance.schemes import SCHEMES
from assistance.workflow import ChangeStatus

ASKING_RULES = tuple(key for key, rule in RULES.items() if CERT_UNTIL in rule.questions)
ASKING_SCHEMES = tuple(code for code, spec in SCHEMES.items() if spec.rule in ASKING_RULES)


def answered_day(name: str, right: str = "", *, else_earlier: bool = False) -> Coalesce:
    """The answer to a question for a day, as text of the form 2026-03-02; "" or NULL when it was left open.

    `else_earlier`: a change that left it open does not take back what the decision said.
    """
    newer = EntitlementChange.objects.filter(
        entitlement__scheme=OuterRef(f"{right}scheme"),
        entitlement__number=OuterRef(f"{right}number"),
        status=ChangeStatus.CONFIRMED,
    ).exclude(facts=None)
    day = _day(name, "facts")
    told = newer.annotate(day=day if else_earlier else Coalesce(day, Value("")))
    said = told.order_by("-id").values("day")
    return Coalesce(Subquery(said[:1]), _day(name, f"{right}decision__assessment__facts"))


def _day(name: str, facts: str) -> Cast:
    return Cast(KeyTextTransform(name, KeyTransform("answers", facts)), CharField())


def renewals(number: object, scheme: object) -> QuerySet:
    """The answered events of one right at which a newer certificate was entered."""
    return DateEvent.objects.filter(
        entitlement__number=number, entitlement__scheme=scheme, state=DateEvent.State.DONE
    ).exclude(renewed_until=None)


def certificate_end(right: str = "") -> Greatest:
    """The last day of the disability certificate: of the facts, or the later one that was entered at an event since.
    NULL for a certificate without an end."""
    told = Cast(NullIf(answered_day(CERT_UNTIL.name, right), Value("")), DateField())
    newer = renewals(OuterRef(f"{right}number"), OuterRef(f"{right}scheme")).order_by()
    last = newer.values("entitlement__scheme").annotate(last=Max("renewed_until")).values("last")
    return Greatest(told, Coalesce(Subquery(last[:1]), told))


def ended_unanswered(rows: QuerySet, right: str = "") -> QuerySet:
    """The rows with `card_end`, without those for whose end the event has been answered already. Whoever holds the rows
    against a day finds whom nobody has seen to."""
    answered = DateEvent.objects.filter(
        kind=DateEvent.Kind.CARD_END,
        entitlement__number=OuterRef(f"{right}number"),
        entitlement__scheme=OuterRef(f"{right}scheme"),
        due_on=OuterRef("card_end"),
    ).exclude(state=DateEvent.State.OPEN)
    return rows.annotate(card_end=certificate_end(right)).filter(~Exists(answered), card_end__isnull=False)
