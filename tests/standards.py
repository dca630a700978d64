"""Raises brought to each state by acting, and rights that they reach."""

from datetime import date

from assistance.models import (
    Adjustment,
    Entitlement,
    EntitlementMember,
    PaymentLine,
    PaymentRun,
    RunKind,
    Scheme,
    Standard,
    StandardChange,
)
from assistance.policy.rules import rule_of
from assistance.services import payment, standard_change
from assistance.services import standard as standards
from civaffairs.jobs import runner
from tests import payments
from tests.cast import COUNTY, Cast
from tests.runs import SAID

OLD_AGE = "old-age"
JANUARY, MARCH, JULY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 7, 1)
TODAY = date(2026, 6, 10)
BANDS = {80: 5_000, 90: 10_000}


def ages(bands: dict[int, int]) -> list[dict[str, int]]:
    return [{"from_age": age, "amount_fen": fen} for age, fen in bands.items()]


def in_force(cast: Cast, scheme: str, from_month: date, office: str = COUNTY, **numbers) -> Standard:
    """A standard, entered by one person and confirmed by another."""
    rule = rule_of(scheme_spec(scheme).rule)
    params = rule.suggested(scheme_spec(scheme).category_names) | numbers
    proposed = standards.propose_standard(
        scheme_code=scheme,
        office_code=office,
        from_month=from_month,
        document_number=f"云民〔{from_month:%Y}〕{from_month.month}号",
        params=params,
        by=cast.county_qian,
    )
    return standards.confirm_standard(standard_id=proposed.pk, by=cast.county_meng)


def scheme_spec(code: str):
    return Scheme.objects.get(pk=code).spec


def elder(cast: Cast, standard: Standard, name: str = "何春兰", age: int = 80, **more) -> Entitlement:
    """An old person with the allowance of his band."""
    fen = next(band["amount_fen"] for band in standard.params["ages"] if band["from_age"] == age)
    fields = {"base_fen": fen, "category": str(age), "from_month": JANUARY} | more
    right = payments.entitlement(cast, name, scheme=standard.scheme_id, **fields)
    Entitlement.objects.filter(pk=right.pk).update(
        standard=standard, beneficiary_id=right.payee_id if "persons" not in more else None
    )
    right.refresh_from_db()
    return right


def previewed(cast: Cast, standard: Standard, on: date = TODAY, **more) -> StandardChange:
    change, job = standard_change.propose_change(standard_id=standard.pk, by=cast.county_qian, on=on, **more)
    runner.run(job.pk)
    change.refresh_from_db()
    return change


def applied(cast: Cast, standard: Standard, on: date = TODAY, **more) -> StandardChange:
    change = previewed(cast, standard, on, **more)
    _, job = standard_change.approve_change(
        change_id=change.pk, by=cast.county_zhao, on=on, version=change.version
    )
    runner.run(job.pk)
    change.refresh_from_db()
    return change


def undone(cast: Cast, change: StandardChange, on: date = TODAY) -> StandardChange:
    _, job = standard_change.undo_change(
        change_id=change.pk, reason="文件印错", by=cast.county_zhao, on=on, version=change.version
    )
    runner.run(job.pk)
    change.refresh_from_db()
    return change


def in_the_making(cast: Cast, month: date) -> PaymentRun:
    """The list of old people's allowance of a month, made and not yet looked at."""
    run, job = payment.create_run(
        scheme_code=OLD_AGE, month=month, kind=RunKind.REGULAR, by=cast.county_qian, on=TODAY
    )
    runner.run(job.pk)
    run.refresh_from_db()
    return run


def listed(cast: Cast, month: date) -> PaymentRun:
    """The same, approved: its month is closed."""
    run = in_the_making(cast, month)
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, conclusions=SAID)
    return payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)


def everything() -> dict[str, list[tuple]]:
    """All rows that a raise may touch, to be compared before and after."""
    return {
        model.__name__: sorted(model.objects.values_list(), key=lambda row: row[0])
        for model in (Entitlement, EntitlementMember, Adjustment, PaymentLine)
    }
