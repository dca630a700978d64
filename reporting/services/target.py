"""Targets of a year. A later document replaces a target by a new row; nothing is edited."""

from django.db import transaction

from civaffairs.lib.errors import BadInput
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting
from reporting.figures import find
from reporting.models import Target

CAN_BE_TARGET = ("户", "人", "件", "万元")


@transaction.atomic
def set_target(*, by: Posting, year: int, figure: str, value: int, document_number: str) -> Target:
    """Set what a year is to bring. `value` is in the stored unit of the figure (fen for 万元). The same again is one row.

    Raises BadInput for a rate or an average, which cannot be added up towards a target.
    """
    access.demand(by, Permission.SET_TARGETS)
    found = find(figure)
    if found is None or found.unit not in CAN_BE_TARGET:
        raise BadInput("请选择能累加的指标", field="figure")
    if value <= 0:
        raise BadInput("目标值要大于 0", field="value")
    number = "".join(document_number.split())
    if not number:
        raise BadInput("请填写下达目标的文号", field="document_number")
    # Lock all targets of the year in one order, so that two people do not both replace the same one.
    rows = Target.objects.select_for_update().filter(office_id=by.office_id, year=year).order_by("pk")
    current = next((row for row in rows if row.figure == figure and row.replaced_by_id is None), None)
    if current and (current.value, current.document_number) == (value, number):
        return current
    target = Target(
        office_id=by.office_id, year=year, figure=figure, value=value, document_number=number, set_by=by
    )
    _put_in_force(target, current)
    audit.record(
        "target.set",
        by=by,
        subject=target,
        label=f"{year}年 {found.name}",
        reason=number,
        details={
            "figure": found.name,
            "target": found.text(value),
            "before": found.text(current.value) if current else "",
        },
    )
    return target


def _put_in_force(target: Target, current: Target | None) -> None:
    """The database allows one row without successor, so the new one points back until the old one points forward."""
    target.replaced_by = current
    target.save()
    if current is not None:
        current.replaced_by = target
        current.save(update_fields=["replaced_by"])
        target.replaced_by = None
        target.save(update_fields=["replaced_by"])
