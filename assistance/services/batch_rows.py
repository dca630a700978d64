# ruff: noqa: S608 (names come from the models' own descriptions; every value is bound)
"""The rows of a batch, each step one statement: a county's hundred thousand people take seconds."""

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    JSONField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from assistance.models import Batch, BatchItem, BatchRate, Entitlement, EntitlementMember, PaymentLine
from assistance.services.batch_rates import rank_of
from assistance.services.set_based import insert_select
from civaffairs.lib.months import Month
from civaffairs.registry import clock

Outcome = BatchItem.Outcome
_NOTHING = Value("", output_field=CharField())


def find_candidates(batch: Batch) -> int:
    """Everybody whom the chosen programmes protect on the day, each with his rate; returns how many rows."""
    rule = batch.scheme.spec.rule
    sources = list(batch.sources.select_related("scheme"))
    month = Month.of(batch.as_of).first_day
    chosen = Q(pk__in=[])
    for source in sources:
        wanted = Q(entitlement__scheme=source.scheme_id)
        chosen |= wanted & Q(entitlement__category__in=source.categories) if source.categories else wanted
    rows = EntitlementMember.objects.filter(
        chosen,
        Q(until_month=None) | Q(until_month__gt=month),
        Q(entitlement__until_month=None) | Q(entitlement__until_month__gt=month),
        entitlement__from_month__lte=month,
        entitlement__in=Entitlement.objects.in_area(batch.area_id),
    )
    had_it = BatchItem.objects.filter(
        batch__scheme=batch.scheme_id,
        batch__cause=batch.cause,
        batch__state=Batch.State.APPROVED,
        outcome=Outcome.LISTED,
    )
    # To the insurance office the money goes for the insured person himself; otherwise it goes the way of the programme
    # under which he is counted.
    own = batch.paid_to_id is not None
    columns = {
        "batch": Value(batch.pk),
        "member": F("pk"),
        "source": F("entitlement_id"),
        "scheme": F("entitlement__scheme_id"),
        "person": F("person_id"),
        "household": F("entitlement__household_id"),
        "payee": F("person_id") if own else F("entitlement__payee_id"),
        "paid_to": Value(batch.paid_to_id, output_field=IntegerField())
        if own
        else F("entitlement__paid_to_id"),
        "office": F("entitlement__office_id"),
        "category": F("entitlement__category"),
        "standing": _by_scheme({s.scheme_id: s.standing for s in sources}, CharField()),
        "is_urban": Case(
            *(
                When(entitlement__scheme=s.scheme_id, then=Value(s.scheme.spec.is_urban))
                for s in sources
                if s.scheme.spec.is_urban is not None
            ),
            default=F("entitlement__household__is_urban"),
            output_field=BooleanField(),
        ),
        "rank": _by_scheme({s.scheme_id: rank_of(rule, s.standing) for s in sources}, IntegerField()),
        "position": _by_scheme({s.scheme_id: s.position for s in sources}, IntegerField()),
        "rate": Value(None, output_field=IntegerField()),
        "amount_fen": Value(0),
        "outcome": Case(
            When(person__died_on__lte=batch.as_of, then=Value(Outcome.DEAD.value)),
            When(entitlement__held_since__lte=batch.as_of, then=Value(Outcome.HELD.value)),
            When(person__in=had_it.values("person"), then=Value(Outcome.HAD_IT.value)),
            default=Value(Outcome.CANDIDATE.value),
            output_field=CharField(),
        ),
        "reason": _NOTHING,
        "number": _NOTHING,
    }
    rate = BatchRate._meta.db_table
    return insert_select(
        BatchItem,
        rows,
        columns,
        joined=(
            f"LEFT JOIN {rate} AS rate ON rate.batch_id = %s "
            "AND rate.township_id = substr(chosen.into_office, 1, 9) || '000' "
            "AND rate.standing = chosen.into_standing AND rate.is_urban = chosen.into_is_urban",
            [batch.pk],
        ),
        instead={"rate": "rate.id", "amount_fen": "COALESCE(rate.amount_fen, 0)"},
    )


def _by_scheme(values: dict[str, Any], field: Any) -> Case:
    return Case(
        *(When(entitlement__scheme=code, then=Value(value)) for code, value in values.items()),
        output_field=field,
    )


def without_rate(batch: Batch) -> QuerySet[BatchItem]:
    """Candidates for whom nobody knows how much it is."""
    return BatchItem.objects.filter(batch=batch, outcome=Outcome.CANDIDATE, rate=None)


def choose(batch: Batch) -> None:
    """Each person once: by rank, then the higher sum, then the county's order. The others are kept with the reason."""
    candidates = BatchItem.objects.filter(batch=batch, outcome=Outcome.CANDIDATE)
    if batch.scheme.spec.rule != "premium":
        # By the insurance rule a person is helped as the first of his identities or not at all.
        candidates.filter(amount_fen=0).update(outcome=Outcome.NO_RATE)
    place = Window(
        RowNumber(), partition_by="person", order_by=["rank", F("amount_fen").desc(), "position", "pk"]
    )
    later = candidates.annotate(place=place).filter(place__gt=1).values("pk")
    BatchItem.objects.filter(pk__in=later).update(outcome=Outcome.DUPLICATE)
    candidates.filter(amount_fen=0).update(outcome=Outcome.NO_RATE)
    candidates.update(outcome=Outcome.LISTED)


def recount(batch: Batch) -> None:
    listed = batch.items.filter(outcome=Outcome.LISTED).aggregate(
        count=Count("pk"), total=Sum("amount_fen", default=0)
    )
    batch.person_count, batch.total_fen = listed["count"], listed["total"]


def changed_since(batch: Batch) -> int:
    """How many listed people are no longer what they were when the list was made: dead, stopped or held since, or paid
    in another way. Whose right only goes on with another sum is not among them: what a batch pays does not hang on it."""
    month = Month.of(batch.as_of).first_day
    gone = (
        Q(person__died_on__lte=batch.as_of)
        | Q(source__held_since__lte=batch.as_of)
        | (Q(member__until_month__lte=month) | Q(source__until_month__lte=month)) & ~Exists(_goes_on(month))
    )
    return batch.items.filter(gone, outcome=Outcome.LISTED).count()


def _goes_on(month: date) -> QuerySet:
    """The person in the row of the month that continues the listed right: same place, class, payee and account."""
    same = {
        f"entitlement__{name}": OuterRef(f"source__{name}")
        for name in ("scheme", "number", "office", "category", "payee")
    }
    return (
        EntitlementMember.objects.filter(
            person=OuterRef("person"), entitlement__from_month__lte=month, **same
        )
        .filter(_from(month, "until_month"), _from(month, "entitlement__until_month"))
        .filter(_from(month, "entitlement__held_since"))
        .annotate(home=Coalesce("entitlement__paid_to", 0, output_field=IntegerField()))
        .filter(home=Coalesce(OuterRef("source__paid_to"), 0, output_field=IntegerField()))
    )


def _from(month: date, name: str) -> Q:
    """Not before the next month, or never."""
    return Q(**{name: None}) | Q(**{f"{name}__gt": month})


def grant(batch: Batch) -> int:
    """A right of one month for everybody listed, with himself as its member; returns how many."""
    month = Month.of(batch.month)
    _number(batch)
    listed = BatchItem.objects.filter(batch=batch, outcome=Outcome.LISTED)
    made = insert_select(
        Entitlement,
        listed,
        _complete(
            Entitlement,
            {
                "scheme": Value(batch.scheme_id),
                "office": F("office_id"),
                "household": F("household_id"),
                "standard": F("rate__standard_id"),
                "number": F("number"),
                "beneficiary": F("person_id"),
                "category": F("standing"),
                "payee": F("payee_id"),
                "paid_to": F("paid_to_id"),
                "persons": Value(1),
                "base_fen": F("amount_fen"),
                "amount_fen": F("amount_fen"),
                "from_month": Value(month.first_day, output_field=DateField()),
                "pays_from": Value(month.first_day, output_field=DateField()),
                "until_month": Value(month.next.first_day, output_field=DateField()),
                "causes": Value([], output_field=JSONField()),
                "created_at": Value(clock.now(), output_field=DateTimeField()),
            },
        ),
    )
    _tell_items(batch)
    insert_select(
        EntitlementMember,
        listed,
        _complete(
            EntitlementMember,
            {
                "entitlement": F("granted_id"),
                "person": F("person_id"),
                "family": Value(batch.scheme.family),
                "until_month": Value(month.next.first_day, output_field=DateField()),
                **{
                    name: F(f"member__{name}")
                    for name in ("relationship", "labour", "severe_illness", "disability_grade")
                },
            },
        ),
    )
    return made


def _complete(model: type[Model], columns: dict[str, Any]) -> dict[str, Any]:
    """With the model's own defaults for whatever may not be empty: the database knows none of them."""
    return columns | {
        field.name: Value(field.get_default(), output_field=field.__class__())
        for field in model._meta.concrete_fields
        if field.name not in columns and not field.null and not field.primary_key
    }


def _number(batch: Batch) -> None:
    """JR2026050001200000007: programme, month, batch, place in it by office. Unique by the batch, so that no other case
    has to wait for the last number."""
    head = f"{batch.scheme.spec.number_prefix}{batch.month:%Y%m}{batch.pk:05}"
    table = BatchItem._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET number = %s || substr(CAST(10000000 + placed.place AS text), 2) FROM ("
            f"SELECT id, ROW_NUMBER() OVER (ORDER BY office_id, id) AS place FROM {table} "
            "WHERE batch_id = %s AND outcome = %s) AS placed "
            f"WHERE placed.id = {table}.id",
            [head, batch.pk, Outcome.LISTED.value],
        )


def _tell_items(batch: Batch) -> None:
    table, rights = BatchItem._meta.db_table, Entitlement._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET granted_id = made.id FROM {rights} AS made "
            f"WHERE {table}.batch_id = %s AND {table}.outcome = %s "
            f"AND made.number = {table}.number AND made.scheme_id = %s",
            [batch.pk, Outcome.LISTED.value, batch.scheme_id],
        )


def on_a_list(batch: Batch) -> bool:
    """Whether any list has taken the batch up (void lines do not count)."""
    lines = PaymentLine.objects.filter(entitlement=OuterRef("granted"), scheme=batch.scheme_id).exclude(
        status="void"
    )
    return batch.items.filter(Exists(lines), outcome=Outcome.LISTED).exists()


def take_back(batch: Batch) -> None:
    """Close the rights of the batch in their first month: no list pays what ended when it began."""
    rights = Entitlement.objects.filter(batch_item__batch=batch)
    EntitlementMember.objects.filter(entitlement__in=rights).update(until_month=batch.month)
    Entitlement.objects.filter(pk__in=rights.values("pk")).update(until_month=batch.month, end_reason="other")
