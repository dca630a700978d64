"""Bank formats: entered by the cashier, put in use by the approver, never edited afterwards.

A wrong format pays a hundred times the sum where 元 is read as 分, so two people look at it. What was sent keeps its own
copy of the format; a change is the next version, which takes the place of the one before when it is confirmed.
"""

import hashlib
import json
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from assistance.bankfiles.sample import sample_head, sample_lines
from assistance.bankfiles.spec import BadSpec, FileSpec, read_spec
from assistance.bankfiles.writer import Unwritable, unwritable, write
from assistance.models import BankFormat
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, Stale
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.models import Level, Posting

MOST_NAME = 60
WAITS = "这个名称已有一份等待确认，请先确认、修改或作废它"


def fingerprint(format: BankFormat) -> str:
    """What tells one content of a format from another, for a page that was opened before it was changed."""
    told = json.dumps([format.name, format.spec], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@transaction.atomic
def propose_format(
    *, name: str, spec: dict[str, Any], by: Posting, on: date, replaces_id: int | None = None
) -> BankFormat:
    """Enter a format, or the next version of one in use. Raises BadInput with the field, Conflict where the name is
    taken or waits already."""
    _demand_county(by, Permission.SET_BANK_FORMAT)
    name = _name(name)
    _checked(spec)
    old = None
    if replaces_id is not None:
        old = BankFormat.objects.select_for_update().filter(pk=replaces_id, is_active=True).first()
        if old is None:
            raise NotAllowed("这份格式已经不在用了，请从现在在用的那一版改。")
        name = old.name
        if old.spec == spec:
            raise BadInput("和现在在用的一样，没有要改的")
    same = BankFormat.objects.filter(name=name)
    if old is None and same.in_use().exists():
        raise Conflict("已有同名的格式在用，请换一个名称，或从那一份“改成新版”", field="name")
    if same.pending().exists():
        raise Conflict(WAITS, field="name")
    try:
        with transaction.atomic():
            made = BankFormat.objects.create(
                name=name,
                spec=spec,
                is_active=False,
                version=(same.aggregate(last=Max("version"))["last"] or 0) + 1,
                replaces=old,
                proposed_by=by,
                proposed_on=on,
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict(WAITS, field="name") from None
    _record("bank_format.propose", made, by, on)
    return made


@transaction.atomic
def amend_format(
    *, format_id: int, name: str, spec: dict[str, Any], seen: str, by: Posting, on: date
) -> BankFormat:
    """Change what nobody has confirmed. `seen` is the fingerprint of what the page showed."""
    _demand_county(by, Permission.SET_BANK_FORMAT)
    format = _pending(format_id, "改")
    if fingerprint(format) != seen:
        if format.spec == spec:
            return format
        raise Stale("您打开这页以后，这份格式被改过，请看过再改。")
    _checked(spec)
    if format.replaces_id is None:
        format.name = _name(name)
        if BankFormat.objects.filter(name=format.name).exclude(pk=format.pk).exists():
            raise Conflict("已有同名的格式，请换一个名称", field="name")
    format.spec, format.proposed_by, format.proposed_on = spec, by, on
    format.save(update_fields=["name", "spec", "proposed_by", "proposed_on"])
    _record("bank_format.amend", format, by, on)
    return format


@transaction.atomic
def confirm_format(*, format_id: int, seen: str, by: Posting, on: date) -> BankFormat:
    """Put a format in use, by another person; the version before it ends. Pressed twice it changes nothing."""
    _demand_county(by, Permission.CONFIRM_BANK_FORMAT)
    format = _locked(format_id)
    if format.confirmed_on is not None:
        if format.confirmed_by is not None and format.confirmed_by.user_id == by.user_id:
            return format
        raise NotAllowed("这份格式已经确认过了。")
    format = _pending(format_id, "确认")
    access.refuse_same_person(by, {"录入人": format.proposed_by}, "确认")
    if fingerprint(format) != seen:
        raise Stale("您打开这页以后，这份格式被改过，请看过再确认。")
    _checked(format.spec)
    BankFormat.objects.filter(name=format.name, is_active=True).update(
        is_active=False, retired_by=by, retired_on=on
    )
    format.is_active, format.confirmed_by, format.confirmed_on = True, by, on
    format.save(update_fields=["is_active", "confirmed_by", "confirmed_on"])
    _record("bank_format.confirm", format, by, on)
    return format


@transaction.atomic
def discard_format(*, format_id: int, by: Posting, on: date) -> None:
    """Throw away what nobody has confirmed."""
    _demand_county(by, Permission.SET_BANK_FORMAT)
    format = _pending(format_id, "作废")
    _record("bank_format.discard", format, by, on)
    format.delete()


@transaction.atomic
def retire_format(*, format_id: int, by: Posting, on: date) -> BankFormat:
    """Take a format out of use. What was sent in it stays and can be answered. Pressed twice it changes nothing."""
    _demand_county(by, Permission.SET_BANK_FORMAT)
    format = _locked(format_id)
    if format.retired_on is not None:
        return format
    if not format.is_active:
        raise NotAllowed("这份格式还没有在用，不要了请作废。")
    if not BankFormat.objects.in_use().exclude(pk=format.pk).exists():
        raise NotAllowed("只剩这一份在用，停用后发不了钱。请先录入并确认另一份。")
    format.is_active, format.retired_by, format.retired_on = False, by, on
    format.save(update_fields=["is_active", "retired_by", "retired_on"])
    _record("bank_format.retire", format, by, on)
    return format


def _demand_county(by: Posting, permission: Permission) -> None:
    access.demand(by, permission)
    if by.office.level != Level.COUNTY:
        raise NotAllowed("银行格式由县级设定。")


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise BadInput("请填写名称，例如：云岭农商银行代发", field="name")
    if len(name) > MOST_NAME:
        raise BadInput(f"名称最多 {MOST_NAME} 个字", field="name")
    return name


def _checked(spec: dict[str, Any]) -> FileSpec:
    try:
        read = read_spec(spec)
    except BadSpec as problem:
        raise BadInput(problem.message, field=problem.field) from problem
    faults = list(unwritable(sample_lines(), sample_head(), read))
    if len(faults) == len(sample_lines()):
        raise BadInput(f"按这份格式一行也写不出来：{faults[0].message}", field="columns")
    # What stands outside the lines has to fit as well: heads and row of totals.
    try:
        b"".join(write([], sample_head(), read))
    except Unwritable as problem:
        raise BadInput(f"表头或合计行写不出来：{problem}", field="total") from problem
    return read


def _locked(format_id: int) -> BankFormat:
    rows = BankFormat.objects.select_for_update(of=("self",)).select_related("proposed_by", "confirmed_by")
    format = rows.filter(pk=format_id).first()
    if format is None:
        raise access.NotVisible("没有找到这份银行格式。")
    return format


def _pending(format_id: int, act: str) -> BankFormat:
    format = _locked(format_id)
    if not format.is_pending:
        raise NotAllowed(f"已经确认过的格式不能{act}，请“改成新版”。")
    return format


def _record(action: str, format: BankFormat, by: Posting, on: date) -> None:
    audit.record(
        action,
        by=by,
        subject=format,
        office_code=by.office_id,
        details={"number": str(format), "version": format.version, "on": on.isoformat()},
    )
