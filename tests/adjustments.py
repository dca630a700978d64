"""What the stage before the list leaves behind for closed months: 补发 and 追缴. All invented."""

from datetime import date

from assistance.models import Adjustment, Entitlement
from civaffairs.lib.months import Month
from civaffairs.registry.models import CountySetting, Posting
from tests.cast import Cast
from tests.payments import TODAY


def owed(
    right: Entitlement,
    fen: int,
    *,
    month: date = date(2026, 3, 1),
    months: int = 1,
    by: Posting | None = None,
    cause: str = Adjustment.Cause.CHANGE,
) -> Adjustment:
    """`fen` above zero: 补发; below: 追缴. Spread over `months` from `month` on."""
    first = Month.of(month)
    rows = [
        {
            "month": str(first.plus(at)),
            "due": right.amount_fen,
            "paid": right.amount_fen - (fen // months + (fen % months if at == 0 else 0)),
        }
        for at in range(months)
    ]
    return Adjustment.objects.create(
        entitlement=right,
        scheme_id=right.scheme_id,
        office_id=right.office_id,
        cause=cause,
        reason="测试登记",
        from_month=month,
        until_month=first.plus(months).first_day,
        amount_fen=fen,
        months=rows,
        booked_on=TODAY,
        booked_by=by,
    )


def continued(right: Entitlement, from_month: date, fen: int, **more) -> Entitlement:
    """Close a right and open the next row of it, as a change does."""
    Entitlement.objects.filter(pk=right.pk).update(until_month=from_month)
    kept = (
        "scheme_id",
        "office_id",
        "household_id",
        "beneficiary_id",
        "standard_id",
        "number",
        "payee_id",
        "paid_to_id",
        "persons",
    )
    return Entitlement.objects.create(
        previous_id=right.pk,
        base_fen=fen,
        amount_fen=fen,
        from_month=from_month,
        pays_from=from_month,
        **{name: getattr(right, name) for name in kept} | more,
    )


def offset(cast: Cast, percent: int) -> None:
    """The county's own rule on keeping claims back from later months."""
    CountySetting.objects.create(
        key="offset_percent",
        value=percent,
        from_month=date(2026, 1, 1),
        document_number="云民〔2026〕9号",
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
        confirmed_at="2026-01-01T08:00:00+08:00",
    )
