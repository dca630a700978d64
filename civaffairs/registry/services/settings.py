"""Local rules of procedure: proposed by one person with a document, put in force by another."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry import access, audit, clock, county
from civaffairs.registry.access import Permission
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.models import CountySetting, Posting


def check_value(spec: county.SettingSpec, value: Any) -> Any:
    """The value as it is stored. Raises BadInput."""
    if spec.kind == "bool" and isinstance(value, bool):
        return value
    if spec.kind == "int" and isinstance(value, int) and not isinstance(value, bool):
        low = 0 if spec.minimum is None else spec.minimum
        high = 1000 if spec.maximum is None else spec.maximum
        if low <= value <= high:
            return value
        raise BadInput(f"{spec.label}应在{low}到{high}{spec.unit}之间", field="value")
    if spec.kind == "choice" and value in dict(spec.choices):
        return value
    if spec.kind == "text" and isinstance(value, str) and value.strip():
        return value.strip()
    raise BadInput(f"请填写{spec.label}", field="value")


@transaction.atomic
def propose_setting(
    *, key: str, value: Any, from_month: date, document_number: str, by: Posting, on: date, note: str = ""
) -> CountySetting:
    """Enter a new value. It cannot begin in a past month: limits that have run would change afterwards."""
    access.demand(by, Permission.ENTER_STANDARD)
    spec = _spec(key)
    value = check_value(spec, value)
    if from_month < on.replace(day=1):
        raise BadInput("起始月份不能早于本月", field="from_month")
    if CountySetting.objects.filter(key=key, confirmed_at=None).exists():
        raise Conflict(f"“{spec.label}”已有一个新值等待确认，请先确认或作废", field="value")
    row = CountySetting.objects.create(
        key=key,
        value=value,
        from_month=from_month,
        document_number=document_number.strip(),
        note=note.strip(),
        entered_by=by,
    )
    audit.record("setting.propose", by=by, subject=row, label=spec.label, details=_facts(row))
    return row


@transaction.atomic
def confirm_setting(*, setting_id: int, by: Posting, on: date) -> CountySetting:
    """Put a proposed value in force. The same person pressing twice changes nothing."""
    access.demand(by, Permission.CONFIRM_STANDARD)
    row = _locked(setting_id)
    if row.confirmed_at is not None:
        if row.confirmed_by is not None and row.confirmed_by.user_id == by.user_id:
            return row
        raise NotAllowed("这个参数已经确认过了。")
    access.refuse_same_person(by, {"录入人": row.entered_by}, "确认")
    if row.from_month < on.replace(day=1):
        raise NotAllowed("起始月份已经过去，请作废后重新录入。")
    row.confirmed_by, row.confirmed_at = by, clock.now()
    try:
        with transaction.atomic():
            row.save(update_fields=["confirmed_by", "confirmed_at"])
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict(f"{row.from_month:%Y年%-m月}已有生效的取值，请换一个起始月份") from error
    audit.record("setting.confirm", by=by, subject=row, label=_spec(row.key).label, details=_facts(row))
    return row


@transaction.atomic
def discard_setting(*, setting_id: int, by: Posting) -> None:
    """Throw away a proposed value. What was once in force stays for ever."""
    access.demand(by, Permission.ENTER_STANDARD)
    row = CountySetting.objects.select_for_update().filter(pk=setting_id).first()
    if row is None:
        return
    if row.confirmed_at is not None:
        raise NotAllowed("已生效的参数不能作废，请录入新值。")
    audit.record("setting.discard", by=by, subject=row, label=_spec(row.key).label, details=_facts(row))
    row.delete()


def _locked(setting_id: int) -> CountySetting:
    # Locked without its companions: who waits for the lock would be shown the companion of before (none yet) and refuse
    # the second press of the person who has just confirmed.
    row = CountySetting.objects.select_for_update(of=("self",)).filter(pk=setting_id).first()
    if row is None:
        raise access.NotVisible("没有这个参数，可能已作废。")
    return row


def _spec(key: str) -> county.SettingSpec:
    try:
        return county.spec(key)
    except KeyError:
        raise access.NotVisible("没有这个参数。") from None


def _facts(row: CountySetting) -> dict[str, Any]:
    return {
        "key": row.key,
        "value": row.value,
        "from_month": row.from_month.isoformat(),
        "document": row.document_number,
    }
