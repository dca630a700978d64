"""Who can log in: made, locked and unlocked by the system administrator, who grants no rights."""

import re
import secrets

from axes.utils import reset as unlock_log_in
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry import access, audit, clock
from civaffairs.registry.access import Permission
from civaffairs.registry.models import ADMIN_ROLES, Posting, User

_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{2,39}")
# Read aloud and written down by hand: nothing that is mistaken for something else.
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_DIGITS = "23456789"


def initial_password() -> str:
    """A password to be handed over once: Kfmh-3847-tw; it holds three kinds of characters and any set length."""
    parts = [
        secrets.choice(_LETTERS).upper() + "".join(secrets.choice(_LETTERS) for _ in range(3)),
        "".join(secrets.choice(_DIGITS) for _ in range(4)),
        "".join(secrets.choice(_LETTERS) for _ in range(max(2, settings.PASSWORD_MIN_LENGTH - 10))),
    ]
    return "-".join(parts)


@transaction.atomic
def create_user(*, username: str, name: str, by: Posting) -> tuple[User, str]:
    """(user, initial password). The password is shown once and has to be changed at the first log-in."""
    access.demand(by, Permission.MANAGE_USERS)
    username = check_username(username)
    password = initial_password()
    user = User.objects.create_user(
        username, name.strip(), password, must_change_password=True, password_changed_at=clock.now()
    )
    audit.record("user.create", by=by, subject=user, details={"username": username})
    return user, password


def check_username(username: str) -> str:
    """The username in its one written form. Raises BadInput, or Conflict when it is taken."""
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadInput("登录名用字母开头，只含字母、数字、点、横线和下划线，3至40个字符", field="username")
    if User.objects.filter(username__iexact=username).exists():
        raise Conflict(f"登录名“{username}”已有人使用，请换一个", field="username")
    return username


@transaction.atomic
def reset_password(*, user_id: int, by: Posting) -> tuple[User, str]:
    """A new initial password, and the lock after wrong attempts lifted.

    Not for the administrators: whoever could set the password of another administrator would hold that office
    too. Their passwords are reset at the server (manage.py reset_password).
    """
    access.demand(by, Permission.MANAGE_USERS)
    user = _locked(user_id)
    if user.pk == by.user_id:
        raise NotAllowed("自己的密码请在右上角“修改密码”里改。")
    if user.postings.in_force(clock.today()).filter(role__in=ADMIN_ROLES).exists():
        raise NotAllowed("三类管理员的密码不能互相重设，请由机房维护人员在服务器上重设。")
    password = set_initial_password(user)
    audit.record("user.reset_password", by=by, subject=user)
    return user, password


def set_initial_password(user: User) -> str:
    password = initial_password()
    user.set_password(password)
    user.must_change_password, user.password_changed_at = True, clock.now()
    user.save()
    unlock_log_in(username=user.username)
    return password


@transaction.atomic
def set_active(*, user_id: int, active: bool, by: Posting) -> User:
    """Let a user in or keep him out. Open sessions of a user who is kept out end with their next request."""
    access.demand(by, Permission.MANAGE_USERS)
    user = _locked(user_id)
    if user.pk == by.user_id:
        raise NotAllowed("不能停用自己的账号。")
    if user.is_active == active:
        return user
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record("user.activate" if active else "user.deactivate", by=by, subject=user)
    return user


def change_own_password(*, user: User, current: str, new: str) -> User:
    """Raises BadInput on the field that is wrong. A wrong present password is recorded, because it may be somebody
    at a screen that was left open."""
    if not user.check_password(current):
        audit.record("user.change_password", user=user, subject=user, succeeded=False)
        raise BadInput("现在的密码不对", field="current")
    if current == new:
        raise BadInput("新密码不能和现在的密码相同", field="new")
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise BadInput("；".join(words.rstrip("。") for words in error.messages), field="new") from error
    with transaction.atomic():
        user.set_password(new)
        user.must_change_password, user.password_changed_at = False, clock.now()
        user.save()
        audit.record("user.change_password", user=user, subject=user)
    return user


def _locked(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise access.NotVisible("没有这个用户。")
    return user
