# ruff: noqa: S608 (names are our own; every value is bound)
"""Carrying out a raise and taking it back: a handful of statements over all rows, in one transaction each.

One transaction and not chunks with a state, because a right in between would be on no list or on two, and because a list,
a report or a death may look at any right at any moment. A worker that dies leaves nothing behind; the next one begins
anew. A million rights take minutes, in which decisions on this one programme wait (docs/how/standards-change.md).
"""

from collections.abc import Callable

from django.db import connection
from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Greatest

from assistance.models import (
    Adjustment,
    Entitlement,
    EntitlementMember,
    LineStatus,
    PaymentLine,
    Scheme,
    StandardChange,
    StandardChangeMember,
    StandardChangeRow,
)
from assistance.models.payment import PaymentRun, offices_above
from assistance.services import booking
from assistance.services.payment_lines import settle_references
from assistance.services.set_based import insert_select, joined_as_sets
from assistance.services.standard_scope import closed_months, first_open
from assistance.workflow import ChangeStatus, RunStatus
from civaffairs.lib.errors import Conflict, NotAllowed
from civaffairs.registry import clock

ROWS = StandardChangeRow._meta.db_table
RIGHTS = Entitlement._meta.db_table
MEMBERS = EntitlementMember._meta.db_table
APPLIED = "r.change_id = %s AND r.outcome IN ('raised', 'same')"
# A right is still as it was seen.
AS_SEEN = (
    "{e}.amount_fen = r.was_fen "
    "AND ({e}.until_month = r.was_until OR ({e}.until_month IS NULL AND r.was_until IS NULL)) "
    "AND ({e}.held_since = r.was_held OR ({e}.held_since IS NULL AND r.was_held IS NULL))"
)
RAISED_FROM = f"SELECT r.entitlement_id FROM {ROWS} r WHERE {APPLIED} AND NOT r.is_over"


def apply(change: StandardChange, still_mine: Callable[[], None]) -> dict[str, int]:
    """Close and open every right of the change, and book what closed months fall short by. Inside a transaction.

    Raises Conflict when anything is not as it was seen; then nothing is changed and the change is to be reckoned anew.
    """
    hold_lists(change)
    if first_open(closed_months(change.standard, change.from_month)) != change.open_from:
        raise Conflict("测算以后又有一个月的名册办结，补发金额变了，请重新测算。")
    _refuse_changed(change)
    _close_rights(change)
    counts = {"closed": _close_members(change), "opened": _open_rights(change)}
    counts["members"] = _open_members(change)
    counts["arrears"] = _book_arrears(change)
    settle_references()
    still_mine()
    return counts


def hold_lists(change: StandardChange) -> None:
    """No list of the programme comes into being while we are at work, and none is in the making."""
    Scheme.objects.select_for_update().get(pk=change.scheme_id)
    making = PaymentRun.objects.filter(
        scheme_id=change.scheme_id,
        status__in=(RunStatus.PREPARING, RunStatus.PREPARED, RunStatus.CHECKED),
        office_id__in=(change.office_id, *offices_above(change.office_id)),
    ).first()
    if making is not None:
        raise Conflict(
            f"{making}正在办理（{making.get_status_display()}），请先办完或作废这个批次。", [making.pk]
        )


def _count(sql: str, params: list) -> int:
    with joined_as_sets(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def _run(sql: str, params: list) -> int:
    with joined_as_sets(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def _refuse_changed(change: StandardChange) -> None:
    changed = _count(
        f"SELECT COUNT(*) FROM {ROWS} r JOIN {RIGHTS} e ON e.id = r.entitlement_id "
        f"WHERE {APPLIED} AND NOT ({AS_SEEN.format(e='e')})",
        [change.pk],
    )
    changed += _count(
        f"SELECT COUNT(*) FROM {ROWS} r JOIN assistance_entitlementchange c ON c.entitlement_id = r.entitlement_id "
        f"WHERE {APPLIED} AND c.status = %s",
        [change.pk, ChangeStatus.PROPOSED.value],
    )
    if changed:
        raise Conflict(f"测算以后有 {changed} 户（人）又有变更，请重新测算。")


# --- carrying out ----------------------------------------------------------------------------------------


def _close_rights(change: StandardChange) -> None:
    expected = _count(f"SELECT COUNT(*) FROM {ROWS} r WHERE {APPLIED} AND NOT r.is_over", [change.pk])
    # Asked again row by row, because another act may have held one of them until this moment.
    closed = _run(
        f"UPDATE {RIGHTS} SET until_month = r.close_month, end_reason = '' FROM {ROWS} AS r "
        f"WHERE r.entitlement_id = {RIGHTS}.id AND {APPLIED} AND NOT r.is_over AND {AS_SEEN.format(e=RIGHTS)}",
        [change.pk],
    )
    if closed != expected:
        raise Conflict(f"正在执行时有 {expected - closed} 户（人）又有变更，请重新测算。")


def _close_members(change: StandardChange) -> int:
    return _run(
        f"UPDATE {MEMBERS} SET until_month = r.close_month FROM {ROWS} AS r "
        f"WHERE r.entitlement_id = {MEMBERS}.entitlement_id AND {APPLIED} AND NOT r.is_over "
        f"AND ({MEMBERS}.until_month IS NULL OR {MEMBERS}.until_month > r.close_month)",
        [change.pk],
    )


def _applied(change: StandardChange):
    return StandardChangeRow.objects.filter(change=change, outcome__in=StandardChangeRow.APPLIED).order_by()


def _open_rights(change: StandardChange) -> int:
    """Everything of the old right but its amount, its standard and its months."""
    copied = {
        field.name: F(f"entitlement__{field.name}")
        for field in Entitlement._meta.concrete_fields
        if not field.primary_key
    }
    first = [F("close_month"), F("entitlement__pays_from")]
    if change.open_from is not None:
        first.append(Value(change.open_from, output_field=DateField()))
    return insert_select(
        Entitlement,
        _applied(change).filter(is_over=False),
        copied
        | {
            "standard": Value(change.standard_id),
            "previous": F("entitlement_id"),
            "base_fen": F("base_fen"),
            "classified_fen": F("classified_fen"),
            "care_fen": F("care_fen"),
            "amount_fen": F("amount_fen"),
            "from_month": F("close_month"),
            "pays_from": Greatest(*first, output_field=DateField()),
            "until_month": F("was_until"),
            "end_reason": F("was_reason"),
            "created_at": Value(clock.now()),
        },
    )


def _open_members(change: StandardChange) -> int:
    copied = {
        field.name: F(f"entitlement__members__{field.name}")
        for field in EntitlementMember._meta.concrete_fields
        if not field.primary_key
    }
    # Read from the rows on: a database that starts at the members looks through all of them for each row.
    written = insert_select(
        EntitlementMember,
        _applied(change).filter(is_over=False, entitlement__members__until_month=F("close_month")),
        copied | {"entitlement": F("entitlement__next__pk"), "until_month": F("was_until")},
    )
    if not StandardChangeMember.objects.filter(row__change=change).exists():
        return written
    _run(
        f"UPDATE {MEMBERS} SET classified_fen = x.classified_fen "
        f"FROM assistance_standardchangemember AS x JOIN {ROWS} AS r ON r.id = x.row_id "
        f"JOIN {MEMBERS} AS o ON o.id = x.member_id JOIN {RIGHTS} AS n ON n.previous_id = r.entitlement_id "
        f"WHERE {MEMBERS}.entitlement_id = n.id AND {MEMBERS}.person_id = o.person_id "
        f"AND {APPLIED} AND NOT r.is_over",
        [change.pk],
    )
    return written


def _book_arrears(change: StandardChange) -> int:
    owed = _applied(change).exclude(arrears_fen=0)
    columns = booking.columns(change) | {
        "office": F("office_id"),
        "from_month": F("close_month"),
        "until_month": F("arrears_until"),
        "amount_fen": F("arrears_fen"),
    }
    going_on = insert_select(
        Adjustment, owed.filter(is_over=False), columns | {"entitlement": F("entitlement__next__pk")}
    )
    return going_on + insert_select(
        Adjustment, owed.filter(is_over=True), columns | {"entitlement": F("entitlement_id")}
    )


# --- taking back -----------------------------------------------------------------------------------------


def undo(change: StandardChange, still_mine: Callable[[], None]) -> dict[str, int]:
    """Put everything back as it was. Inside a transaction. Raises NotAllowed once a list has used it, or once a right has
    been changed since."""
    hold_lists(change)
    refuse_used(change)
    _let_go_of_cancelled_lists(change)
    _run("DELETE FROM assistance_adjustment WHERE standard_change_id = %s", [change.pk])
    new = f"SELECT n.id FROM {RIGHTS} n WHERE n.previous_id IN ({RAISED_FROM})"
    _run(f"DELETE FROM {MEMBERS} WHERE entitlement_id IN ({new})", [change.pk])
    _forget_dropped_previews(change)
    counts = {"removed": _run(f"DELETE FROM {RIGHTS} WHERE previous_id IN ({RAISED_FROM})", [change.pk])}
    counts["reopened"] = _run(
        f"UPDATE {RIGHTS} SET until_month = r.was_until, end_reason = r.was_reason FROM {ROWS} AS r "
        f"WHERE r.entitlement_id = {RIGHTS}.id AND {APPLIED} AND NOT r.is_over",
        [change.pk],
    )
    _run(
        f"UPDATE {MEMBERS} SET until_month = r.was_until FROM {ROWS} AS r "
        f"WHERE r.entitlement_id = {MEMBERS}.entitlement_id AND {MEMBERS}.until_month = r.close_month "
        f"AND {APPLIED} AND NOT r.is_over",
        [change.pk],
    )
    settle_references()
    still_mine()
    return counts


def opened_by(change: StandardChange):
    """The rights that the change has opened."""
    return Entitlement.objects.filter(
        previous__in=_applied(change).filter(is_over=False).values("entitlement")
    )


def refuse_used(change: StandardChange) -> None:
    """Raise NotAllowed once a list has used the new amounts, or a right has been changed since."""
    opened = opened_by(change).values("pk")
    lines = PaymentLine.objects.filter(entitlement__in=opened).exclude(
        status=LineStatus.VOID, run__status=RunStatus.CANCELLED
    )
    if count := lines.count():
        raise NotAllowed(f"新金额已经列入发放名册（{count} 笔），不能再整批撤销。有错的请逐户办变更。")
    touched = change.adjustments.filter(~Q(settled_fen=0) | Q(settlements__isnull=False))
    if count := touched.count():
        raise NotAllowed(f"补发已经列入发放名册（{count} 笔），不能再整批撤销。有错的请逐户办变更。")
    # Whatever else points to a right, now or in tables to come, would be lost with it.
    own = (EntitlementMember, PaymentLine, Adjustment, StandardChangeRow)
    later = sum(
        relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": opened}).count()
        for relation in Entitlement._meta.related_objects
        if relation.related_model not in own
    )
    later += Adjustment.objects.filter(entitlement__in=opened).exclude(standard_change=change).count()
    later += _count(
        f"SELECT COUNT(*) FROM {ROWS} r JOIN {RIGHTS} n ON n.previous_id = r.entitlement_id "
        f"WHERE {APPLIED} AND NOT r.is_over AND NOT ({AS_SEEN.format(e='n').replace('r.was_fen', 'r.amount_fen')})",
        [change.pk],
    )
    if later:
        raise NotAllowed(f"提标以后有 {later} 户（人）又办过变更，不能再整批撤销。有错的请逐户办变更。")


def _let_go_of_cancelled_lists(change: StandardChange) -> None:
    """A list that was made with the new amounts and cancelled keeps its void lines, on the right as it was before."""
    _run(
        f"UPDATE assistance_paymentline SET entitlement_id = n.previous_id FROM {RIGHTS} AS n "
        f"WHERE assistance_paymentline.entitlement_id = n.id AND n.previous_id IN ({RAISED_FROM})",
        [change.pk],
    )


def _forget_dropped_previews(change: StandardChange) -> None:
    """What an undone raise on top of this one has left of rows."""
    gone = StandardChange.objects.filter(
        standard__scheme_id=change.scheme_id,
        state__in=(StandardChange.State.UNDONE, StandardChange.State.DISCARDED),
    ).exclude(pk=change.pk)
    rows = StandardChangeRow.objects.filter(change__in=gone, entitlement__in=opened_by(change).values("pk"))
    rows.delete()
