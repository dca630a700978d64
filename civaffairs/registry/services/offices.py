"""The tree of offices. A code never changes and no office is deleted, because every row of every table carries it."""

import hashlib
import secrets
from typing import Any

from django.db import transaction

from civaffairs.lib.errors import BadInput, Conflict, Stale
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Level, Office, Posting

# What may be changed afterwards, with the words for it.
EDITABLE = {
    "name": "名称",
    "full_name": "全称",
    "is_urban": "城镇",
    "hotline": "监督电话",
    "address": "地址",
    "is_active": "在用",
}


def fingerprint(office: Office) -> str:
    """Changes whenever somebody changes the office: a form carries it to notice that it has grown old."""
    text = "\0".join(str(getattr(office, name)) for name in EDITABLE)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def place_of(code: str) -> tuple[Level, str | None]:
    """(level, code of the parent) that a 12-digit region code stands for. Raises BadInput."""
    if len(code) != 12 or not code.isascii() or not code.isdecimal() or code.startswith("0"):
        raise BadInput("区划代码为12位数字", field="code")
    if code.endswith("000000"):
        return Level.COUNTY, None
    if code.endswith("000"):
        return Level.TOWNSHIP, f"{code[:6]}000000"
    return Level.VILLAGE, f"{code[:9]}000"


@transaction.atomic
def create_office(*, code: str, by: Posting, **values: Any) -> Office:
    """A township or a village under its parent. `values` are those of EDITABLE."""
    access.demand(by, Permission.MANAGE_OFFICES)
    level, parent_code = place_of(code)
    if level == Level.COUNTY or not access.covers_office(by, code):
        raise BadInput(f"区划代码要以本县的前6位（{by.office_id[:6]}）开头，且不能是县级代码", field="code")
    # The parent is locked, so that it cannot be closed while a child is being made.
    parent = Office.objects.select_for_update().filter(pk=parent_code, is_active=True).first()
    if parent is None:
        raise BadInput(f"请先建立上级单位（{parent_code}）", field="code")
    if taken := Office.objects.filter(pk=code).first():
        raise Conflict(f"区划代码已由{taken.name}使用", [code], field="code")
    office = Office.objects.create(
        code=code,
        level=level,
        parent=parent,
        notice_token=notice_token() if level == Level.VILLAGE else None,
        **{name: values[name] for name in EDITABLE if name in values},
    )
    audit.record("office.create", by=by, subject=office, office_code=code, details={"name": office.name})
    return office


@transaction.atomic
def change_office(*, code: str, by: Posting, seen: str, **values: Any) -> Office:
    """Change what may be changed. `seen` is the fingerprint the form was made from."""
    access.demand(by, Permission.MANAGE_OFFICES)
    office = _locked(code, by)
    wanted = {name: values[name] for name in EDITABLE if name in values}
    changed = {name: value for name, value in wanted.items() if getattr(office, name) != value}
    if not changed:
        return office
    if seen != fingerprint(office):
        now = [f"{label}：{_shown(getattr(office, name))}" for name, label in EDITABLE.items()]
        raise Stale("这个单位刚被别人改过，请看过现在的内容再改。", now)
    if changed.get("is_active") is False:
        _check_closable(office)
    before = {name: getattr(office, name) for name in changed}
    for name, value in changed.items():
        setattr(office, name, value)
    office.save(update_fields=list(changed))
    audit.record(
        "office.change", by=by, subject=office, office_code=code, details={"before": before, "after": changed}
    )
    return office


@transaction.atomic
def renew_notice_token(*, code: str, by: Posting) -> Office:
    """A new address for the village's public notice page; the old one stops at once."""
    access.demand(by, Permission.MANAGE_OFFICES)
    office = _locked(code, by)
    if office.level != Level.VILLAGE:
        raise BadInput("只有村（社区）有公示页。")
    office.notice_token = notice_token()
    office.save(update_fields=["notice_token"])
    audit.record("office.notice_token", by=by, subject=office, office_code=code)
    return office


def notice_token() -> str:
    return secrets.token_urlsafe(9)


def _locked(code: str, by: Posting) -> Office:
    office = Office.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=code).first()
    if office is None:
        raise access.NotVisible("没有这个单位。")
    return office


def _check_closable(office: Office) -> None:
    if office.level == Level.COUNTY:
        raise Conflict("县级单位不能停用", field="is_active")
    children = list(office.children.filter(is_active=True).values_list("name", flat=True)[:5])
    if children:
        raise Conflict(f"还有在用的下级单位：{'、'.join(children)}", field="is_active")
    postings = office.postings.filter(until_day=None).select_related("user")[:5]
    if postings:
        names = "、".join(posting.user.name for posting in postings)
        raise Conflict(f"还有人在这里任职：{names}，请安全管理员先收回岗位", field="is_active")


def _shown(value: Any) -> str:
    return {True: "是", False: "否", "": "未填"}.get(value, str(value))
