"""What somebody may do, from which day to which: granted and ended by the security administrator, who makes no users."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import ROLE_LEVEL, Level, Office, Posting, Role, User


@transaction.atomic
def grant_posting(
    *, user_id: int, role: str, office_code: str, from_day: date, by: Posting, on: date
) -> Posting:
    """Give a user a role at an office.

    The user's row is locked first, so that two grants at once see each other: an administrator's role stands alone.
    A role cannot begin in the past, because nobody could then tell who had been allowed to do what.
    """
    access.demand(by, Permission.MANAGE_POSTINGS)
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise access.NotVisible("没有这个用户。")
    if user.pk == by.user_id:
        raise NotAllowed("不能给自己授权。")
    if not user.is_active:
        raise NotAllowed(f"{user.name}的账号已停用，请系统管理员先启用。")
    access.demand_office(by, office_code)
    office = Office.objects.get(pk=office_code)
    _check_office(office, role)
    if from_day < on:
        raise BadInput("任职起始日不能早于今天", field="from_day")
    open_postings = list(user.postings.filter(Q(until_day=None) | Q(until_day__gt=from_day)))
    if any(p.role == role and p.office_id == office_code for p in open_postings):
        raise Conflict(f"{user.name}已有这个岗位", [p.pk for p in open_postings])
    if not access.may_together({p.role for p in open_postings} | {role}):
        held = "、".join(p.label for p in open_postings)
        raise Conflict(
            f"{user.name}已任{held}。系统、安全、审计管理员互相独立，也不能兼任业务岗位。",
            [p.pk for p in open_postings],
            field="role",
        )
    posting = Posting.objects.create(user=user, role=role, office=office, from_day=from_day, granted_by=by)
    audit.record(
        "posting.grant",
        by=by,
        subject=posting,
        office_code=office_code,
        details={"role": role, "from_day": from_day.isoformat()},
    )
    return posting


def _check_office(office: Office, role: str) -> None:
    if not office.is_active:
        raise BadInput(f"{office.name}已停用", field="office")
    level = ROLE_LEVEL.get(role, Level.COUNTY)
    if office.level != level:
        raise BadInput(f"{Role(role).label}要任在{Level(level).label}一级的单位", field="office")


@transaction.atomic
def end_posting(*, posting_id: int, by: Posting, on: date) -> Posting:
    """Take a role away from today on. Pressed twice it stays as it is.

    Nobody ends his own, so the last security administrator always remains.
    """
    access.demand(by, Permission.MANAGE_POSTINGS)
    posting = (
        Posting.objects.select_for_update(of=("self",))
        .select_related("user", "office")
        .filter(pk=posting_id)
        .first()
    )
    if posting is None or not access.covers_office(by, posting.office_id):
        raise access.NotVisible("没有这个岗位。")
    if posting.user_id == by.user_id:
        raise NotAllowed("不能收回自己的岗位，请另一名安全管理员办理。")
    if posting.until_day is not None and posting.until_day <= max(on, posting.from_day):
        return posting
    posting.until_day = max(on, posting.from_day)
    posting.save(update_fields=["until_day"])
    audit.record(
        "posting.end",
        by=by,
        subject=posting,
        office_code=posting.office_id,
        details={"role": posting.role, "until_day": posting.until_day.isoformat()},
    )
    return posting
