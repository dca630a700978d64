"""月结: a month is closed when its lists are finished, in the order of the months, and then takes no list any more.

Who was in force and could not be listed for want of an account is owed that month as 补发, so that closing loses nobody a
fen. Another person opens the newest closed month again, as long as no later list is approved.
"""

from datetime import date

from django.db import transaction
from django.db.models import F, QuerySet, Sum, Value
from django.db.models.fields import BigIntegerField, CharField, DateField
from django.db.models.fields.json import JSONField

from assistance.models import Adjustment, Entitlement, MonthClosing, PaymentRun, RunKind, Scheme
from assistance.selectors import fund_lines, month_books
from assistance.services.payment_lines import to_list
from assistance.services.set_based import insert_select
from assistance.workflow import RunStatus
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.lib.months import Month
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import BankAccount, Level, Posting

# Programmes whose every month has a list of its own.
MONTHLY = ("monthly",)


def refuse_closed(office_code: str, month: date, field: str = "month") -> None:
    """Raises BadInput where the month is closed for that place. What lies before a closed month is closed with it."""
    last = month_books.last_closed(office_code)
    if last is not None and month.replace(day=1) <= last:
        raise BadInput(
            f"{Month.of(month).label}已经月结，不能再办。漏发、错发的在以后月份补发或追缴。", field=field
        )


@transaction.atomic
def close_month(*, month: date, by: Posting, on: date) -> MonthClosing:
    """Close a month. A second press finds it closed.

    Raises BadInput for a month to come or out of order, NotReady with everything that is not finished.
    """
    access.demand(by, Permission.MANAGE_FUNDS)
    if by.office.level != Level.COUNTY:
        raise NotAllowed("月结由县级财务办理。")
    month = month.replace(day=1)
    # Whoever makes a list locks its programme first, so that none is made while the month is being closed.
    schemes = list(Scheme.objects.select_for_update().order_by("pk"))
    earlier = month_books.closing_of(by.office_id, month)
    if earlier is not None:
        return earlier
    _refuse_order(by, month, on)
    missing = [f"{run}：{run.why}" for run in month_books.unfinished(by.office_id, month)]
    owing: list[QuerySet[Entitlement]] = []
    for run in _lists_to_come(schemes, by, month):
        rows = to_list(run, month)
        without = rows.filter(pk__in=_without_account(rows))
        count = rows.count() - without.count()
        if count:
            missing.append(
                f"{run.scheme.short_name}：{count} {run.scheme.spec.unit_word}在保、有账户，没有列入名册（请生成名册或用“当月补充”）"
            )
        owing.append(without)
    if missing:
        raise NotReady(f"{Month.of(month).label}还有没办完的，不能月结。", missing)
    owed = [_owe(rows, month, by, on) for rows in owing]
    made = _closing(by, month, on, sum(count for count, _ in owed), sum(fen for _, fen in owed))
    audit.record(
        "month.close",
        by=by,
        subject=made,
        office_code=by.office_id,
        label=Month.of(month).label,
        details={"on": on.isoformat(), "lines": made.line_count, "total_fen": made.total_fen}
        | _booked(made.owed_count, made.owed_fen),
    )
    return made


def _booked(count: int, fen: int) -> dict[str, int]:
    """What stands in the trail of 补发 that a closing books or an opening takes back; nothing where there was none."""
    return {"arrears": count, "amount_fen": fen} if count else {}


def _refuse_order(by: Posting, month: date, on: date) -> None:
    if Month.of(month) > Month.of(on):
        raise BadInput(f"{Month.of(month).label}还没到，不能月结", field="month")
    due = month_books.next_to_close(by.office_id)
    if due is None:
        raise BadInput(f"{Month.of(month).label}没有发放批次，请从第一个有批次的月份开始月结", field="month")
    if Month.of(month) != due:
        raise BadInput(f"请按月份顺序办理，下一个要月结的是{due.label}", field="month")


def _lists_to_come(schemes: list[Scheme], by: Posting, month: date) -> list[PaymentRun]:
    """Unsaved lists of the month, one for each monthly programme that this system pays by then; what was paid elsewhere
    before its first list is not owed."""
    lists = PaymentRun.objects.filter(
        office=by.office_id, kind=RunKind.REGULAR, status__in=fund_lines.APPROVED, month__lte=month
    )
    paid_here = set(lists.order_by().values_list("scheme", flat=True).distinct())
    return [
        PaymentRun(scheme=scheme, office=by.office, month=month, kind=RunKind.SUPPLEMENT)
        for scheme in schemes
        if scheme.pk in paid_here and scheme.spec.cadence in MONTHLY
    ]


def _without_account(rows: QuerySet[Entitlement]) -> list[int]:
    """The few who cannot be paid yet: no usable account of their own, or of the home that keeps them."""
    active = BankAccount.objects.filter(state=BankAccount.State.ACTIVE)
    own = rows.filter(paid_to=None).exclude(payee__in=active.values("person"))
    home = rows.exclude(paid_to=None).exclude(paid_to__closed_on=None, paid_to__confirmed_on__isnull=False)
    return [*own.values_list("pk", flat=True), *home.values_list("pk", flat=True)]


def because_closed(month: date) -> str:
    """The words of what a closing owes; also how it is found again when the month is opened."""
    return f"{Month.of(month).label}月结时没有账户，未列入名册"


def _owe(rows: QuerySet[Entitlement], month: date, by: Posting, on: date) -> tuple[int, int]:
    """(rows, fen) booked as 补发, by one statement."""
    fen = rows.aggregate(total=Sum("amount_fen", default=0))["total"]
    if not fen:
        return 0, 0
    count = insert_select(
        Adjustment,
        rows,
        {
            "entitlement": F("pk"),
            "scheme": F("scheme"),
            "office": F("office"),
            "cause": Value(Adjustment.Cause.CORRECTION.value, output_field=CharField()),
            "reason": Value(because_closed(month), output_field=CharField()),
            "from_month": Value(month, output_field=DateField()),
            "until_month": Value(Month.of(month).next.first_day, output_field=DateField()),
            "amount_fen": F("amount_fen"),
            "settled_fen": Value(0, output_field=BigIntegerField()),
            "months": Value([], output_field=JSONField()),
            "booked_on": Value(on, output_field=DateField()),
            "booked_by": Value(by.pk),
            "cancel_reason": Value("", output_field=CharField()),
        },
    )
    return count, fen


def _closing(by: Posting, month: date, on: date, owed_count: int, owed_fen: int) -> MonthClosing:
    books = month_books.books(by, month)
    return MonthClosing.objects.create(
        office=by.office,
        month=month,
        run_count=len(books.rows),
        line_count=books.line_count,
        total_fen=books.list_fen,
        back_fen=books.back_fen,
        drawn_fen=books.drawn_fen,
        owed_count=owed_count,
        owed_fen=owed_fen,
        closed_by=by,
        closed_on=on,
    )


@transaction.atomic
def reopen_month(*, month: date, reason: str, by: Posting, on: date) -> MonthClosing:
    """Open the newest closed month again, by somebody else than who closed it, with a reason. A second press finds it
    open."""
    access.demand(by, Permission.APPROVE_RUN)
    month = month.replace(day=1)
    list(Scheme.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    rows = MonthClosing.objects.visible_to(by).filter(month=month, office=by.office_id)
    closing = rows.standing().select_for_update(of=("self",)).select_related("closed_by").first()
    if closing is None:
        earlier = rows.order_by("-pk").first()
        if earlier is None:
            raise access.NotVisible("没有找到，或不在您的辖区内。")
        return earlier
    access.refuse_same_person(by, {"月结人": closing.closed_by}, "反月结")
    if not any(sign.isalnum() for sign in reason):
        raise BadInput("请填写反月结原因", field="reason")
    if month_books.last_closed(by.office_id) != month:
        raise NotAllowed("后面的月份也已月结，请先从最后一个月开始反月结。")
    later = month_books.runs_of(by.office_id).filter(month__gt=month, status__in=fund_lines.APPROVED).first()
    if later is not None:
        raise NotAllowed(f"以后月份的名册已经审批（{later}），不能反月结。漏发、错发的用补发或追缴处理。")
    taken_back = _take_back_owed(month, by, on)
    closing.reopened_by, closing.reopened_on, closing.reopen_reason = by, on, reason.strip()[:200]
    closing.save(update_fields=["reopened_by", "reopened_on", "reopen_reason"])
    audit.record(
        "month.reopen",
        by=by,
        subject=closing,
        office_code=by.office_id,
        label=Month.of(month).label,
        reason=closing.reopen_reason,
        details={"on": on.isoformat()} | _booked(*taken_back),
    )
    return closing


def _take_back_owed(month: date, by: Posting, on: date) -> tuple[int, int]:
    """What the closing owed is paid by a supplement of the month again. (rows, fen below zero) taken back."""
    rows = Adjustment.objects.in_area(by.office_id).standing()
    rows = rows.filter(
        cause=Adjustment.Cause.CORRECTION, from_month=month, reason=because_closed(month), change=None
    )
    held = rows.select_for_update(of=("self",)).order_by("pk").values_list("amount_fen", flat=True)
    sums = list(held)
    if rows.exclude(settled_fen=0).exists():
        open_run = PaymentRun.objects.filter(
            office=by.office_id,
            status__in=(RunStatus.PREPARING, RunStatus.PREPARED, RunStatus.CHECKED),
            month__gt=month,
        ).first()
        raise NotAllowed(
            f"月结时转作补发的已经列入名册（{open_run or '已发放'}），请先作废那个批次，再反月结。"
        )
    rows.update(cancelled_on=on, cancelled_by=by, cancel_reason="反月结，由当月补充发放")
    return len(sums), -sum(sums)
