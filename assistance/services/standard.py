"""The numbers of a programme: entered from a document by one person, put in force by another, never edited."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from assistance.models import Scheme, Standard
from assistance.policy.rules import rule_of
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry import access, audit, clock
from civaffairs.registry.access import Permission
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.models import Level, Office, Posting


@transaction.atomic
def propose_standard(
    *,
    scheme_code: str,
    office_code: str,
    from_month: date,
    document_number: str,
    params: Mapping[str, Any],
    by: Posting,
    document_title: str = "",
) -> Standard:
    """Enter a standard. It decides over nobody's money until another person has confirmed it.

    A month in the past is allowed, because documents come late; months that were paid stay as they were paid.
    Raises ParameterErrors with a sentence for each wrong number.
    """
    access.demand(by, Permission.ENTER_STANDARD)
    access.demand_office(by, office_code)
    scheme = Scheme.objects.filter(pk=scheme_code, is_active=True).first()
    office = Office.objects.filter(pk=office_code, is_active=True).exclude(level=Level.VILLAGE).first()
    if scheme is None:
        raise BadInput("没有这个救助项目", field="scheme")
    if office is None:
        raise BadInput("标准按县或乡镇制定", field="office")
    if from_month.day != 1:
        raise BadInput("起始月份不对", field="from_month")
    spec = scheme.spec
    clean = _plain(rule_of(spec.rule).read(params, spec.category_names))
    _refuse_second(scheme, office, from_month)
    standard = Standard.objects.create(
        scheme=scheme,
        office=office,
        from_month=from_month,
        document_number=document_number.strip(),
        document_title=document_title.strip(),
        params=clean,
        entered_by=by,
    )
    _record("standard.propose", standard, by)
    return standard


def _plain(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """For the JSON column: tuples as lists."""
    return {
        name: [dict(row) for row in value] if isinstance(value, tuple) else value
        for name, value in numbers.items()
    }


def _refuse_second(scheme: Scheme, office: Office, from_month: date) -> None:
    same = Standard.objects.filter(scheme=scheme, office=office, from_month=from_month)
    if found := same.first():
        state = "已生效" if found.confirmed_at else "待确认"
        raise Conflict(
            f"{office.name}{scheme.short_name}{from_month:%Y年%-m月}起的标准已经录入（{state}）",
            [found.pk],
            field="from_month",
        )


@transaction.atomic
def confirm_standard(*, standard_id: int, by: Posting) -> Standard:
    """Put a standard in force. The same person pressing twice changes nothing."""
    standard = _locked(standard_id, by, Permission.CONFIRM_STANDARD)
    if standard.confirmed_at is not None:
        if standard.confirmed_by is not None and standard.confirmed_by.user_id == by.user_id:
            return standard
        raise NotAllowed("这个标准已经确认过了。")
    access.refuse_same_person(by, {"录入人": standard.entered_by}, "确认")
    # The rule may have learnt to refuse something since the numbers were typed.
    spec = standard.scheme.spec
    rule_of(spec.rule).read(standard.params, spec.category_names)
    standard.confirmed_by, standard.confirmed_at = by, clock.now()
    try:
        with transaction.atomic():
            standard.save(update_fields=["confirmed_by", "confirmed_at"])
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("这个月已有生效的标准，请作废后换一个起始月份重新录入") from error
    _record("standard.confirm", standard, by)
    return standard


@transaction.atomic
def discard_standard(*, standard_id: int, by: Posting) -> None:
    """Throw away a standard nobody has confirmed. One in force stays for ever: a later month replaces it."""
    standard = _locked(standard_id, by, Permission.ENTER_STANDARD)
    if standard.confirmed_at is not None:
        raise NotAllowed("已生效的标准不能作废或修改，请录入新的起始月份。")
    _record("standard.discard", standard, by)
    standard.delete()


def _locked(standard_id: int, by: Posting, permission: Permission) -> Standard:
    # Not who confirmed: whoever waited for the lock would get the join of before.
    standards = Standard.objects.select_related("scheme", "office", "entered_by__user")
    return access.to_change(standards, by, permission, pk=standard_id)


def _record(action: str, standard: Standard, by: Posting) -> None:
    audit.record(
        action,
        by=by,
        subject=standard,
        details={
            "scheme": standard.scheme_id,
            "from_month": standard.from_month.isoformat(),
            "document": standard.document_number,
            "params": standard.params,
        },
    )
