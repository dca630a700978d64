"""Rights brought through months: granted, listed, changed, each by the person responsible. All people are invented."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from assistance.models import (
    Entitlement,
    EntitlementChange,
    EntitlementMember,
    LabourAbility,
    PaymentRun,
    RunKind,
    Scheme,
    Standard,
)
from assistance.policy.rules import rule_of
from assistance.services import payment
from assistance.services.entitlement import confirm_change, propose_change
from civaffairs.jobs import runner
from civaffairs.registry import clock
from civaffairs.registry.models import Person, Relationship
from tests import journeys, payments
from tests.cast import COUNTY, Cast
from tests.runs import SAID

_serial = count(1)
HEARD = "上门听取意见，家庭没有异议"


def family(cast: Cast) -> Entitlement:
    """A rural couple with a grandchild: 1,900.00 and 190.00 of 分类施保 a month from April 2026, with its facts."""
    application = journeys.approved(cast)
    return Entitlement.objects.get(decision__application=application)


def standard(cast: Cast, scheme: str, **params: Any) -> Standard:
    """What the programme's form suggests, with what should differ, confirmed for 2026."""
    spec = Scheme.objects.get(pk=scheme).spec
    return Standard.objects.create(
        scheme_id=scheme,
        office_id=COUNTY,
        from_month=date(2026, 1, 1),
        document_number=f"云民〔2026〕{next(_serial)}号",
        params=rule_of(spec.rule).suggested(spec.category_names) | params,
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
        confirmed_at=clock.now(),
    )


def own(
    cast: Cast, person: Person, scheme: str, fen: int, *, category: str = "", payee: Person | None = None
) -> Entitlement:
    """A right of one person from January 2026, as a decision leaves it behind."""
    row = Entitlement.objects.create(
        scheme_id=scheme,
        office_id=person.office_id,
        household=person.memberships.get(until_day=None).household,
        standard=Standard.objects.filter(scheme=scheme).first() or standard(cast, scheme),
        number=f"T{next(_serial):08d}",
        beneficiary=person,
        payee=payee or person,
        persons=1,
        category=category,
        base_fen=fen,
        amount_fen=fen,
        from_month=date(2026, 1, 1),
        pays_from=date(2026, 1, 1),
    )
    EntitlementMember.objects.create(
        entitlement=row,
        person=person,
        family=row.scheme.family,
        relationship=Relationship.HEAD,
        labour=LabourAbility.NONE,
    )
    if payee is None and not person.accounts.exists():
        payments.account(person)
    return row


def listed(cast: Cast, scheme: str, *months: date) -> list[PaymentRun]:
    """The lists of these months, approved."""
    runs = []
    for month in months:
        run, job = payment.create_run(
            scheme_code=scheme, month=month, kind=RunKind.REGULAR, by=cast.county_qian, on=month
        )
        runner.run(job.pk)
        payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=month, conclusions=SAID)
        runs.append(payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=month))
    return runs


def proposed(
    cast: Cast, row: Entitlement, kind: str, reason: str, month: date, on: date, **more: Any
) -> EntitlementChange:
    fields = {
        "explanation": "村里核实",
        "heard_on": on - timedelta(days=1),
        "heard_how": HEARD,
        "by": cast.township_li,
    }
    return propose_change(
        entitlement_id=row.pk,
        kind=kind,
        reason_code=reason,
        from_month=month,
        on=on,
        **(fields | more),
    )


def changed(
    cast: Cast, row: Entitlement, kind: str, reason: str, month: date, on: date, **more: Any
) -> Entitlement:
    """Proposed and confirmed on one day; returns the newest row of the right."""
    change = proposed(cast, row, kind, reason, month, on, **more)
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=on, opinion="同意")
    return newest(row)


def newest(row: Entitlement) -> Entitlement:
    return Entitlement.objects.filter(number=row.number, scheme=row.scheme_id).order_by("id").last()


def due_in(row: Entitlement, month: date) -> int:
    """What the rows of a right owe for a month."""
    rows = Entitlement.objects.filter(number=row.number, scheme=row.scheme_id).payable_in(month)
    return sum(one.amount_fen for one in rows if one.held_since is None or one.held_since > month)
