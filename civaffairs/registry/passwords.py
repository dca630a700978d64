"""Password rules beyond length: what assessors of GB/T 22239 usually ask for, as a validator."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from civaffairs.registry import clock
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models.offices import User


class ThreeKindsValidator:
    """At least three of: capitals, small letters, digits, signs."""

    def validate(self, password: str, user: User | None = None) -> None:
        kinds = (
            any(c.isupper() for c in password)
            + any(c.islower() for c in password)
            + any(c.isdigit() for c in password)
            + any(not c.isalnum() for c in password)
        )
        if kinds < 3:
            raise ValidationError("密码要含大写字母、小写字母、数字、符号中的至少三种。", code="kinds")
        if user is not None and user.username and user.username.lower() in password.lower():
            raise ValidationError("密码里不能含登录名。", code="username")

    def get_help_text(self) -> str:
        return "至少三种：大写字母、小写字母、数字、符号；不能含登录名。"


def expired(user: User) -> bool:
    """Whether the password is older than PASSWORD_MAX_DAYS (0 switches the rule off)."""
    if not settings.PASSWORD_MAX_DAYS or user.password_changed_at is None:
        return False
    return clock.now() - user.password_changed_at > timedelta(days=settings.PASSWORD_MAX_DAYS)


def attempted_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Under which name axes counts a failed log-in. A name that nobody has may be a password typed into the wrong box:
    attempts at it are counted all the same, but it is not kept."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    name = str(typed).strip().lower()
    if (
        len(name) <= User._meta.get_field("username").max_length
        and User.objects.filter(username=name).exists()
    ):
        return name
    return "?" + blind_index(name, "login-name")
