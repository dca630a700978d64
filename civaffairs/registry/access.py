"""The one gate: what each role may do, and which rows it sees.

Not visible is 404, visible without the right is 403. Lists, details, counts, exports, drop-downs and files all
filter by `visible_to`, so that a neighbour's row cannot leak through a number. A view without a declared
permission does not start (checks.py).
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from civaffairs.lib.errors import NotAllowed
from civaffairs.registry.models import ADMIN_ROLES, Posting, Role
from civaffairs.registry.scope import covers


class Permission(StrEnum):
    """Everything a posting can be allowed to do. A view, a transition and a menu entry each name one."""

    # cases
    VIEW_CASES = "view_cases"
    DRAFT_APPLICATION = "draft_application"
    HANDLE_APPLICATION = "handle_application"
    RECORD_CHECK = "record_check"
    REVIEW_APPLICATION = "review_application"
    COUNTY_VISIT = "county_visit"
    RETURN_APPLICATION = "return_application"
    DECIDE_APPLICATION = "decide_application"
    # people and ledgers
    VIEW_PEOPLE = "view_people"
    REVEAL_FULL = "reveal_full"
    EXPORT = "export"
    CHANGE_ACCOUNT = "change_account"
    CONFIRM_ACCOUNT = "confirm_account"
    VIEW_LEDGER = "view_ledger"
    PROPOSE_CHANGE = "propose_change"
    CONFIRM_CHANGE = "confirm_change"
    # money
    VIEW_PAYMENTS = "view_payments"
    PREPARE_RUN = "prepare_run"
    CHECK_RUN = "check_run"
    APPROVE_RUN = "approve_run"
    ISSUE_RUN = "issue_run"
    LOAD_RETURN = "load_return"
    SET_BANK_FORMAT = "set_bank_format"
    CONFIRM_BANK_FORMAT = "confirm_bank_format"
    VIEW_FUNDS = "view_funds"
    MANAGE_FUNDS = "manage_funds"
    # reports
    VIEW_REPORTS = "view_reports"
    WRITE_REPORT = "write_report"
    ISSUE_REPORT = "issue_report"
    SET_TARGETS = "set_targets"
    # rules
    VIEW_STANDARDS = "view_standards"
    ENTER_STANDARD = "enter_standard"
    CONFIRM_STANDARD = "confirm_standard"
    # the house itself
    VIEW_HOME = "view_home"
    VIEW_JOBS = "view_jobs"
    VIEW_USERS = "view_users"
    MANAGE_OFFICES = "manage_offices"
    MANAGE_USERS = "manage_users"
    MANAGE_POSTINGS = "manage_postings"
    VIEW_AUDIT = "view_audit"


P = Permission
_EVERYONE = {P.VIEW_HOME, P.VIEW_JOBS}
_READ_BUSINESS = {P.VIEW_CASES, P.VIEW_PEOPLE, P.VIEW_LEDGER, P.VIEW_STANDARDS}

GRANTS: dict[str, frozenset[Permission]] = {
    role: frozenset(_EVERYONE | extra)
    for role, extra in {
        Role.VILLAGE_ASSISTANT: {P.VIEW_CASES, P.VIEW_PEOPLE, P.VIEW_LEDGER, P.DRAFT_APPLICATION},
        Role.TOWNSHIP_CLERK: _READ_BUSINESS
        | {P.DRAFT_APPLICATION, P.HANDLE_APPLICATION, P.REVEAL_FULL, P.EXPORT, P.CHANGE_ACCOUNT}
        | {P.PROPOSE_CHANGE, P.VIEW_PAYMENTS, P.VIEW_REPORTS},
        Role.TOWNSHIP_REVIEWER: _READ_BUSINESS
        # DECIDE_APPLICATION reaches only cases whose decision the county has delegated (workflow guard).
        | {P.REVIEW_APPLICATION, P.DECIDE_APPLICATION, P.REVEAL_FULL, P.EXPORT, P.CONFIRM_ACCOUNT}
        | {P.VIEW_PAYMENTS, P.VIEW_REPORTS},
        Role.COUNTY_CLERK: _READ_BUSINESS
        | {P.RECORD_CHECK, P.COUNTY_VISIT, P.RETURN_APPLICATION, P.REVEAL_FULL, P.EXPORT}
        | {P.VIEW_PAYMENTS, P.PREPARE_RUN, P.VIEW_FUNDS, P.VIEW_REPORTS, P.WRITE_REPORT, P.SET_TARGETS}
        | {P.ENTER_STANDARD},
        Role.COUNTY_APPROVER: _READ_BUSINESS
        | {P.DECIDE_APPLICATION, P.RETURN_APPLICATION, P.CONFIRM_CHANGE, P.REVEAL_FULL, P.EXPORT}
        | {P.VIEW_PAYMENTS, P.APPROVE_RUN, P.VIEW_FUNDS, P.VIEW_REPORTS, P.CONFIRM_STANDARD}
        # A format says where a digit of an amount stands: whoever agrees it with the bank does not put it in use.
        | {P.CONFIRM_BANK_FORMAT},
        Role.COUNTY_CASHIER: {P.VIEW_PEOPLE, P.VIEW_LEDGER, P.REVEAL_FULL, P.EXPORT, P.CONFIRM_ACCOUNT}
        | {P.VIEW_PAYMENTS, P.CHECK_RUN, P.ISSUE_RUN, P.LOAD_RETURN, P.VIEW_FUNDS, P.MANAGE_FUNDS}
        | {P.SET_BANK_FORMAT}
        | {P.VIEW_REPORTS, P.VIEW_STANDARDS},
        Role.SUPERVISOR: _READ_BUSINESS
        | {P.VIEW_PAYMENTS, P.VIEW_FUNDS, P.VIEW_REPORTS, P.WRITE_REPORT, P.ISSUE_REPORT, P.SET_TARGETS}
        | {P.EXPORT},
        Role.SYSTEM_ADMIN: {P.VIEW_USERS, P.MANAGE_OFFICES, P.MANAGE_USERS},
        Role.SECURITY_ADMIN: {P.VIEW_USERS, P.MANAGE_POSTINGS},
        Role.AUDIT_ADMIN: {P.VIEW_USERS, P.VIEW_AUDIT},
    }.items()
}


class NotVisible(Http404):
    """The row does not exist for this posting. Says nothing about whether it exists for others."""


class Forbidden(PermissionDenied):
    """Visible, but this act is not open to this posting."""


def may(posting: Posting | None, permission: Permission) -> bool:
    return posting is not None and permission in GRANTS[posting.role]


def demand(posting: Posting, permission: Permission) -> None:
    if not may(posting, permission):
        raise Forbidden("您的岗位没有这项权限。")


def may_together(roles: set[str]) -> bool:
    """Whether one user may hold these roles at once: an administrator's role stands alone."""
    return len(roles) <= 1 or not roles & ADMIN_ROLES


def to_read(queryset: QuerySet, posting: Posting, permission: Permission, **lookup: Any) -> Model:
    """One row, if this posting sees it (else 404) and holds the permission (else 403)."""
    row = queryset.visible_to(posting).filter(**lookup).first()
    if row is None:
        raise NotVisible("没有找到，或不在您的辖区内。")
    demand(posting, permission)
    return row


def to_change(queryset: QuerySet, posting: Posting, permission: Permission, **lookup: Any) -> Model:
    """Like to_read, with the row locked until the transaction ends. Call inside transaction.atomic."""
    return to_read(queryset.select_for_update(of=("self",)), posting, permission, **lookup)


def covers_office(posting: Posting, code: str) -> bool:
    return covers(posting.office_id, code)


def demand_office(posting: Posting, code: str) -> None:
    """An act that names an office must stay inside the posting's area."""
    if not covers_office(posting, code):
        raise NotVisible("没有找到，或不在您的辖区内。")


def refuse_same_person(by: Posting, earlier: dict[str, Posting | None], act: str) -> None:
    """Four eyes: whoever did one of the `earlier` acts (label → posting) may not do this one.

    Compared by user, not by posting, because one clerk may hold several posts.
    """
    for label, posting in earlier.items():
        if posting is not None and posting.user_id == by.user_id:
            raise NotAllowed(f"您是这件的{label}，不能再由您{act}，请换一位同事办理。")


# --- declaring a view's permission -----------------------------------------------------------------


def permitted(permission: Permission) -> Callable:
    """Declare which permission a view needs. Log-in, a current posting and the permission are checked here."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.posting is None:
                raise Forbidden("您还没有任职岗位，请联系安全管理员授权。")
            demand(request.posting, permission)
            return view(request, *args, **kwargs)

        gate.permission = permission
        return gate

    return decorate


def open_to_all(view: Callable) -> Callable:
    """Declare that a view is for everybody, logged in or not (log-in page, public notices, health)."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    gate.permission = "public"
    return gate


def signed_in(view: Callable) -> Callable:
    """Declare that a view needs a log-in but no posting (own password, choice of posting)."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    gate.permission = "signed_in"
    return gate
