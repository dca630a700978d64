# ruff: noqa: S608 (names are our own; every value is bound)
"""What stands against closing and opening a right by a machine, whatever it is worth."""

from datetime import date

from django.db import connection

from assistance.models import EntitlementChange, StandardChange
from assistance.services.set_based import joined_as_sets
from assistance.services.standard_scope import first_open
from assistance.workflow import ChangeStatus


def set_aside(change: StandardChange, closed: list[date]) -> None:
    """Whatever a right is worth, these cannot be closed and opened by a machine."""
    for sentence, sql, params in (
        ("有正在办理的变更，办结后再测算", *_changing(change)),
        ("后面已有从以后月份起的变更，要人工处理", *_continued(change)),
        ("保障人员里有人另有停发月份，要人工处理", *_members_apart(change)),
        *([("有月份的名册里没有这一户，请先用“当月补充”发放", *_unpaid(change, closed))] if closed else []),
    ):
        with joined_as_sets(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE assistance_standardchangerow SET outcome = 'review', reason = %s, method = '', "
                "base_fen = NULL, classified_fen = NULL, care_fen = NULL, amount_fen = NULL, "
                "arrears_until = NULL, arrears_months = 0, arrears_fen = 0 "
                f"WHERE change_id = %s AND outcome IN ('raised', 'same') AND id IN ({sql})",
                [sentence, change.pk, *params],
            )
    with connection.cursor() as cursor:
        # Over and nothing to make up for: the new standard does not concern it.
        cursor.execute(
            "DELETE FROM assistance_standardchangerow WHERE change_id = %s AND is_over "
            "AND outcome IN ('raised', 'same', 'lower', 'out') AND arrears_fen = 0 "
            "AND NOT EXISTS (SELECT 1 FROM assistance_standardchangemember m "
            "WHERE m.row_id = assistance_standardchangerow.id)",
            [change.pk],
        )


def _changing(change: StandardChange) -> tuple[str, list]:
    table = EntitlementChange._meta.db_table
    return (
        f"SELECT r.id FROM assistance_standardchangerow r JOIN {table} c ON c.entitlement_id = r.entitlement_id "
        "WHERE r.change_id = %s AND c.status = %s",
        [change.pk, ChangeStatus.PROPOSED.value],
    )


def _continued(change: StandardChange) -> tuple[str, list]:
    return (
        "SELECT r.id FROM assistance_standardchangerow r "
        "JOIN assistance_entitlement n ON n.previous_id = r.entitlement_id "
        "WHERE r.change_id = %s AND NOT r.is_over",
        [change.pk],
    )


def _members_apart(change: StandardChange) -> tuple[str, list]:
    return (
        "SELECT r.id FROM assistance_standardchangerow r "
        "JOIN assistance_entitlementmember m ON m.entitlement_id = r.entitlement_id "
        "WHERE r.change_id = %s AND NOT r.is_over AND m.until_month >= r.close_month "
        "AND (r.was_until IS NULL OR m.until_month <> r.was_until)",
        [change.pk],
    )


def _unpaid(change: StandardChange, closed: list[date]) -> tuple[str, list]:
    """Fewer lines than closed lists that should have held the right."""
    due = " + ".join(
        "CASE WHEN r.close_month <= %s AND e.pays_from <= %s AND r.arrears_until > %s THEN 1 ELSE 0 END"
        for _ in closed
    )
    return (
        "SELECT r.id FROM assistance_standardchangerow r "
        "JOIN assistance_entitlement e ON e.id = r.entitlement_id "
        "LEFT JOIN (SELECT l.entitlement_id, COUNT(*) AS paid FROM assistance_paymentline l "
        "WHERE l.scheme_id = %s AND l.month >= %s AND l.month < %s AND l.status <> 'void' AND NOT l.is_arrears "
        "GROUP BY l.entitlement_id) AS lines ON lines.entitlement_id = e.id "
        f"WHERE r.change_id = %s AND e.amount_fen > 0 AND COALESCE(lines.paid, 0) < {due}",
        [
            *(change.scheme_id, change.from_month, first_open(closed), change.pk),
            *(month for month in closed for _ in range(3)),
        ],
    )
