"""一站式 settlements as they are looked through."""

from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from assistance.models import MedicalSettlement, SettlementFile
from assistance.selectors.entitlement import people_called
from civaffairs.registry.models import Posting


def settlements(posting: Posting) -> QuerySet[MedicalSettlement]:
    return MedicalSettlement.objects.visible_to(posting).select_related("person", "office__parent")


def tried_by(posting: Posting) -> SettlementFile | None:
    """The workbook that this person has tried and not loaded yet; a next one takes its place."""
    rows = SettlementFile.objects.visible_to(posting).filter(checked_by=posting, loaded_on=None)
    return rows.order_by("-pk").first()


def narrowed(
    rows: QuerySet[MedicalSettlement],
    on: date,
    *,
    area: str = "",
    identity: str = "",
    first: date | None = None,
    last: date | None = None,
    known: str = "",
    hospital: str = "",
    text: str = "",
) -> QuerySet[MedicalSettlement]:
    """`text` names a person as people_called reads it, or is a settlement's number; `known` is yes, no or empty."""
    if area:
        rows = rows.in_area(area)
    if identity:
        rows = rows.filter(identity=identity)
    if first:
        rows = rows.filter(settled_on__gte=first)
    if last:
        rows = rows.filter(settled_on__lte=last)
    if known:
        rows = rows.filter(person__isnull=known == "no")
    if hospital:
        rows = rows.filter(hospital__contains=hospital)
    if text:
        named = Q(person__in=people_called(text, on)) | Q(number=text)
        rows = rows.filter(named | Q(person=None, name__startswith=text))
    return rows


def sums(rows: QuerySet[MedicalSettlement]) -> dict[str, int]:
    """Settlements, people known by name in the registry, fen in all and by who paid."""
    return rows.order_by().aggregate(
        count=Count("pk"),
        people=Count("person", distinct=True),
        **{
            name: Sum(name, default=0)
            for name in ("total_fen", "in_policy_fen", "basic_fen", "serious_fen", "aid_fen")
        },
    )
