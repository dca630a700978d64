"""Money of other offices that people draw, entered by a township clerk from a paper; ended, never changed."""

from datetime import date

from django.db import IntegrityError, transaction

from assistance.models import OutsideBenefit
from assistance.policy.overlaps import ELSEWHERE
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.models import Person, Posting

MOST_FEN = 10_000_000


@transaction.atomic
def record_outside(
    *,
    person_id: int,
    kind: str,
    amount_fen: int,
    from_month: date,
    source: str,
    by: Posting,
    on: date,
) -> OutsideBenefit:
    """Enter what a person of one's own area draws elsewhere. The same again gives the row that is there; another sum
    wants the old one ended first. Raises BadInput with the field, Conflict."""
    person = access.to_change(Person.objects, by, Permission.HANDLE_APPLICATION, pk=person_id)
    from_month = from_month.replace(day=1)
    if kind not in ELSEWHERE:
        raise BadInput("请选择是哪一种待遇", "kind")
    if not 0 <= amount_fen <= MOST_FEN:
        raise BadInput("每月金额不对，请核对", "amount")
    if from_month > on:
        raise BadInput("起领月份不能晚于本月", "from_month")
    if person.died_on is not None:
        raise BadInput(f"{person.name}已登记于 {person.died_on:%Y-%m-%d} 死亡", "kind")
    if not (source := source.strip()):
        raise BadInput("请写明依据，例如社保局待遇核定表", "source")
    if len(source) > 120:
        raise BadInput(f"依据最多120个字，现在{len(source)}个字", "source")
    there = OutsideBenefit.objects.filter(person=person, kind=kind, until_month=None).first()
    if there is not None:
        if (there.amount_fen, there.from_month) == (amount_fen, from_month):
            return there
        raise Conflict(f"{person.name}的{there.get_kind_display()}已经登记，有变化的先登记停领", field="kind")
    try:
        with transaction.atomic():
            row = OutsideBenefit.objects.create(
                office_id=person.office_id,
                person=person,
                kind=kind,
                amount_fen=amount_fen,
                from_month=from_month,
                source=source,
                entered_by=by,
                entered_on=on,
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("刚刚有人登记了同一项，请刷新后再看。", field="kind") from error
    _record("outside.record", row, by, on)
    return row


@transaction.atomic
def end_outside(*, outside_id: int, until_month: date, by: Posting, on: date) -> OutsideBenefit:
    """`until_month` is the first month without it. Pressed twice it changes nothing."""
    row = access.to_change(
        OutsideBenefit.objects.select_related("person"), by, Permission.HANDLE_APPLICATION, pk=outside_id
    )
    until_month = until_month.replace(day=1)
    if row.until_month is not None:
        if row.until_month == until_month:
            return row
        raise NotAllowed(f"已登记从{row.until_month:%Y年%-m月}起停领。")
    if until_month < row.from_month:
        raise BadInput("停领月份不能早于起领月份", "until_month")
    row.until_month, row.ended_by, row.ended_on = until_month, by, on
    row.save(update_fields=["until_month", "ended_by", "ended_on"])
    _record("outside.end", row, by, on)
    return row


def _record(action: str, row: OutsideBenefit, by: Posting, on: date) -> None:
    audit.record(
        action,
        by=by,
        subject=row,
        label=f"{row.person.name} {row.get_kind_display()}",
        reason=row.source,
        details={"on": on.isoformat(), "amount_fen": row.amount_fen},
    )
