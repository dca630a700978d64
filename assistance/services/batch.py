"""A batch on its way: prepared, some taken out, approved by another; or discarded, or taken back before it is paid.

The amounts come from the dated standard of the batch's programme and are typed in by nobody. What was approved is paid by
the ordinary list of that programme.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction

from assistance.models import (
    Batch,
    BatchItem,
    BatchRate,
    BatchSource,
    PayeeInstitution,
    PaymentRun,
    Scheme,
)
from assistance.policy.batches import FESTIVALS
from assistance.services import batch_rows
from assistance.services.batch_rates import make_rates, standing_of
from assistance.services.closing import refuse_closed
from assistance.services.payment import OPEN
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady, Stale
from civaffairs.lib.months import Month
from civaffairs.registry import access, audit, county
from civaffairs.registry.access import Permission
from civaffairs.registry.calendar import work_calendar
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.models import AuditEvent, Level, Office, Posting

State, Outcome = Batch.State, BatchItem.Outcome
# Programmes whose people are chosen from: not one-off help, and not other batches.
NOT_A_SOURCE = ("one-off", "batch")
YEARS_AHEAD = 1
# What decides who is on a list.
LIST_ACTS = ("batch.prepare", "batch.renew", "batch.remove", "batch.restore")


@dataclass(frozen=True)
class Source:
    """A programme to take people from. No categories: all of them."""

    scheme: str
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a batch is to be, as it was entered. `occasion`: a key of FESTIVALS (festival); `of_month`: the month of the
    prices (price); `year`: of the insurance (premium-aid). Indexes in basis points; a missing one is None."""

    scheme: str
    month: date
    title: str
    document_number: str
    as_of: date
    sources: Sequence[Source]
    area: str = ""
    occasion: str = ""
    of_month: date | None = None
    year: int | None = None
    indexes: dict[str, int | None] = field(default_factory=dict)
    published_on: date | None = None
    paid_to: int | None = None
    note: str = ""


@transaction.atomic
def prepare_batch(*, plan: Plan, by: Posting, on: date) -> Batch:
    """Find everybody, once. The same plan entered again by the same person while it waits gives the same batch.

    Raises BadInput at the field, NotReady when a standard is missing, Conflict when the same cause waits already.
    """
    access.demand(by, Permission.PREPARE_RUN)
    if by.office.level != Level.COUNTY:
        raise NotAllowed("批量发放由县级生成。")
    # Whoever else prepares, approves or lists this programme waits here.
    scheme = Scheme.objects.select_for_update().filter(pk=plan.scheme, is_active=True).first()
    if scheme is None or scheme.spec.cadence != "batch":
        raise BadInput("请选择批量发放的项目", "scheme")
    batch = _read(plan, scheme, by, on)
    sources = _sources(plan, scheme)
    waiting = Batch.objects.filter(
        scheme=scheme, office=by.office, cause=batch.cause, state=State.PREPARED
    ).first()
    if waiting is not None:
        if waiting.prepared_by.user_id == by.user_id and _same(waiting, batch, sources):
            return waiting
        raise Conflict(f"同一事由已经有一批在等审批：{waiting}。请先办完或作废它。", [waiting.pk])
    try:
        with transaction.atomic():
            batch.save()
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("刚刚已有人生成了同一事由的一批，请刷新后再看。") from error
    BatchSource.objects.bulk_create(
        BatchSource(
            batch=batch,
            scheme=row,
            position=place,
            categories=list(source.categories),
            standing=standing_of(scheme.spec.rule, row),
        )
        for place, (row, source) in enumerate(sources, start=1)
    )
    _fill(batch)
    _record("batch.prepare", batch, by)
    return batch


def _read(plan: Plan, scheme: Scheme, by: Posting, on: date) -> Batch:
    """The unsaved batch, or a sentence at the field."""
    title, number = plan.title.strip(), "".join(plan.document_number.split())
    if not title:
        raise BadInput("请填写名称", "title")
    if not number:
        raise BadInput("请填写文号", "document_number")
    month = plan.month.replace(day=1)
    if Month.of(month) > Month.of(on).next or Month.of(month) < Month.of(on).plus(-12):
        raise BadInput("发放月份应在一年之内，最多提前到下个月", "month")
    refuse_closed(by.office_id, month)
    if plan.as_of > on:
        raise BadInput(f"在册日期不能晚于今天（{on:%Y-%m-%d}）", "as_of")
    area = Office.objects.filter(pk=plan.area or by.office_id).first()
    if area is None or not access.covers_office(by, area.code):
        raise BadInput("请选择范围", "area")
    batch = Batch(
        scheme=scheme,
        office=by.office,
        area=area,
        month=month,
        title=title[:60],
        document_number=number[:80],
        as_of=plan.as_of,
        note=plan.note.strip()[:300],
        prepared_by=by,
        prepared_on=on,
    )
    {"festival": _read_festival, "price": _read_price, "premium": _read_premium}[scheme.spec.rule](
        batch, plan, by, on
    )
    return batch


def _read_festival(batch: Batch, plan: Plan, by: Posting, on: date) -> None:
    if plan.occasion not in FESTIVALS:
        raise BadInput("请选择节日或事由", "occasion")
    named = f"-{batch.title}" if plan.occasion == "other" else ""
    batch.cause = f"{batch.month.year}-{plan.occasion}{named}"[:90]


def _read_price(batch: Batch, plan: Plan, by: Posting, on: date) -> None:
    if plan.of_month is None:
        raise BadInput("请填写是哪个月的价格", "of_month")
    if plan.published_on is None:
        raise BadInput("请填写指数发布日期", "published_on")
    if plan.published_on > on:
        raise BadInput("指数发布日期不能晚于今天", "published_on")
    if plan.published_on <= Month.of(plan.of_month).first_day:
        raise BadInput("指数发布日期应在这个月之后", "published_on")
    batch.indexes = {f"{key}_bp": value for key, value in plan.indexes.items() if value is not None}
    batch.published_on = plan.published_on
    batch.pay_by = (
        work_calendar(plan.published_on)
        .add(plan.published_on, county.value("price_pay_days", plan.published_on))
        .day
    )
    batch.cause = f"{plan.of_month:%Y-%m}"


def _read_premium(batch: Batch, plan: Plan, by: Posting, on: date) -> None:
    if plan.year is None or not on.year - 1 <= plan.year <= on.year + YEARS_AHEAD:
        raise BadInput("请填写参保年度", "year")
    payee = PayeeInstitution.objects.visible_to(by).usable().filter(pk=plan.paid_to).first()
    if payee is None:
        raise BadInput("请选择收款的医保经办机构，它的账户要先登记并由另一人确认", "paid_to")
    batch.paid_to, batch.cause = payee, f"{plan.year}"


def _sources(plan: Plan, scheme: Scheme) -> list[tuple[Scheme, Source]]:
    known = {row.pk: row for row in possible_sources()}
    found = []
    for source in plan.sources:
        row = known.get(source.scheme)
        if row is None:
            raise BadInput("选中的对象项目不能用于批量发放", "sources")
        strange = set(source.categories) - set(row.spec.category_names)
        if strange:
            raise BadInput(f"{row.short_name}没有这个类别", "sources")
        found.append((row, source))
    if not found:
        raise BadInput("请至少选择一类对象", "sources")
    if len({row.pk for row, _ in found}) != len(found):
        raise BadInput("同一个项目选了两次", "sources")
    return found


def possible_sources() -> list[Scheme]:
    """The programmes whose people a batch can take: those with people in force month by month."""
    return [row for row in Scheme.objects.filter(is_active=True) if row.spec.cadence not in NOT_A_SOURCE]


def _same(waiting: Batch, batch: Batch, sources: list[tuple[Scheme, Source]]) -> bool:
    names = ("month", "title", "document_number", "as_of", "area_id", "indexes", "paid_to_id", "published_on")
    if any(getattr(waiting, name) != getattr(batch, name) for name in names):
        return False
    earlier = [(row.scheme_id, tuple(row.categories)) for row in waiting.sources.all()]
    return earlier == [(row.pk, source.categories) for row, source in sources]


def _fill(batch: Batch) -> None:
    townships = Office.objects.townships().filter(pk__startswith=batch.area_id[:6])
    if batch.area.level != Level.COUNTY:
        townships = townships.filter(pk=f"{batch.area_id[:9]}000")
    BatchRate.objects.bulk_create(make_rates(batch, townships.values_list("pk", flat=True)))
    if not batch_rows.find_candidates(batch):
        raise NotReady(f"{batch.as_of:%Y-%m-%d}选中的项目里没有在册的人。", ["对象"])
    unknown = batch_rows.without_rate(batch)
    first = unknown.select_related("office__parent").first()
    if first is not None:
        kind = "城镇" if first.is_urban else "农村"
        raise NotReady(
            f"{first.office}等处{unknown.count()}人没有可用的标准（{kind}），请先录入并确认标准。",
            ["保障标准"],
        )
    batch_rows.choose(batch)
    batch_rows.recount(batch)
    batch.save(update_fields=["person_count", "total_fen"])


@transaction.atomic
def renew_batch(*, batch_id: int, by: Posting, on: date, version: int | None = None) -> Batch:
    """Find everybody anew, with what is known today. Whoever was taken out by hand stays out."""
    batch = _waiting(batch_id, by, Permission.PREPARE_RUN, version)
    removed = dict(batch.items.filter(outcome=Outcome.REMOVED).values_list("person_id", "reason"))
    batch.items.all().delete()
    batch.rates.all().delete()
    _fill(batch)
    for person_id, reason in removed.items():
        batch.items.filter(person_id=person_id, outcome=Outcome.LISTED).update(
            outcome=Outcome.REMOVED, reason=reason, removed_by=by
        )
    batch.prepared_by, batch.prepared_on = by, on
    _changed(batch)
    _record("batch.renew", batch, by)
    return batch


@transaction.atomic
def remove_item(*, item_id: int, by: Posting, on: date, reason: str) -> BatchItem:
    """Take one person out, with a reason. He does not come back by another of his programmes."""
    item, batch = _item(item_id, by)
    if item.outcome == Outcome.REMOVED:
        return item
    if item.outcome != Outcome.LISTED:
        raise NotAllowed("这个人本来就没有列入。")
    if not (reason := reason.strip()):
        raise BadInput("请填写移出原因", "reason")
    item.outcome, item.reason, item.removed_by = Outcome.REMOVED, reason[:200], by
    item.save(update_fields=["outcome", "reason", "removed_by"])
    _changed(batch)
    _record("batch.remove", batch, by, reason=reason[:200], person=item.person_id)
    return item


@transaction.atomic
def restore_item(*, item_id: int, by: Posting, on: date) -> BatchItem:
    """Put back somebody who was taken out."""
    item, batch = _item(item_id, by)
    if item.outcome == Outcome.LISTED:
        return item
    if item.outcome != Outcome.REMOVED:
        raise NotAllowed("只有人工移出的可以放回。")
    item.outcome, item.reason, item.removed_by = Outcome.LISTED, "", None
    item.save(update_fields=["outcome", "reason", "removed_by"])
    _changed(batch)
    _record("batch.restore", batch, by, person=item.person_id)
    return item


@transaction.atomic
def discard_batch(*, batch_id: int, by: Posting, on: date, reason: str, version: int | None = None) -> Batch:
    """Give a batch up before it is approved."""
    batch = _locked(batch_id, by, Permission.PREPARE_RUN)
    if batch.state == State.DISCARDED:
        return batch
    _demand_state(batch, State.PREPARED, version)
    batch.state = State.DISCARDED
    _close(batch, by, on, reason)
    _record("batch.discard", batch, by, reason=batch.note)
    return batch


@transaction.atomic
def approve_batch(*, batch_id: int, by: Posting, on: date, version: int | None = None) -> Batch:
    """Grant everybody listed one month of the programme. A second press finds it done."""
    batch = _locked(batch_id, by, Permission.APPROVE_RUN)
    if batch.state == State.APPROVED:
        return batch
    _demand_state(batch, State.PREPARED, version)
    access.refuse_same_person(by, {"生成人": batch.prepared_by}, "审批")
    _refuse_who_made_the_list(batch, by)
    if not batch.person_count:
        raise NotReady("名单是空的，没有可以发放的人。")
    refuse_closed(batch.office_id, batch.month)
    changed = batch_rows.changed_since(batch)
    if changed:
        raise Stale(
            f"名单生成后有{changed}人情况有变（死亡、停发、暂停，或换了领款人、迁了地方），"
            "请县级经办“重新生成”后再审批。"
        )
    if not batch.paid_to_is_usable:
        raise NotReady(f"{batch.paid_to}的账户已停用，请作废本批，换一个收款单位。")
    batch.state, batch.approved_by, batch.approved_on = State.APPROVED, by, on
    batch_rows.grant(batch)
    _changed(batch)
    _record("batch.approve", batch, by)
    return batch


def _refuse_who_made_the_list(batch: Batch, by: Posting) -> None:
    """Who put somebody on the list or took somebody off it, or had chosen it before another made it anew, does not approve
    it from another post. The trail knows: a row that was put back does not say by whom."""
    made = AuditEvent.objects.filter(
        object_type=Batch._meta.label, object_id=str(batch.pk), user=by.user_id, action__in=LIST_ACTS
    )
    if made.exists():
        raise NotAllowed("这一批的名单您生成或改动过，不能再由您审批，请换一位同事办理。")


@transaction.atomic
def undo_batch(*, batch_id: int, by: Posting, on: date, reason: str, version: int | None = None) -> Batch:
    """Take an approved batch back as long as no list holds any of it."""
    batch = _locked(batch_id, by, Permission.APPROVE_RUN)
    if batch.state == State.UNDONE:
        return batch
    _demand_state(batch, State.APPROVED, version)
    # A list in the making may hold it already without having said so.
    open_run = PaymentRun.objects.filter(scheme=batch.scheme_id, status__in=OPEN).first()
    if open_run is not None:
        raise NotAllowed(f"{open_run}还没有办完，请先作废那个批次，再撤销。")
    if batch_rows.on_a_list(batch):
        raise NotAllowed("已经列入发放名册，不能撤销。发错的请在“补发和追缴”里登记。")
    batch_rows.take_back(batch)
    batch.state = State.UNDONE
    _close(batch, by, on, reason)
    _record("batch.undo", batch, by, reason=batch.note)
    return batch


def _close(batch: Batch, by: Posting, on: date, reason: str) -> None:
    if not (reason := reason.strip()):
        raise BadInput("请填写原因", "reason")
    batch.closed_by, batch.closed_on, batch.note = by, on, reason[:300]
    batch.version += 1
    batch.save()


def _locked(batch_id: int, by: Posting, permission: Permission) -> Batch:
    """The batch, and with it the programme: prepare, approve, undo and a new list come one after the other."""
    seen = access.to_read(Batch.objects.all(), by, permission, pk=batch_id)
    access.demand_office(by, seen.office_id)
    Scheme.objects.select_for_update().get(pk=seen.scheme_id)
    return access.to_change(
        Batch.objects.select_related("scheme", "area", "prepared_by__user", "paid_to"),
        by,
        permission,
        pk=batch_id,
    )


def _waiting(batch_id: int, by: Posting, permission: Permission, version: int | None = None) -> Batch:
    batch = _locked(batch_id, by, permission)
    _demand_state(batch, State.PREPARED, version)
    return batch


def _demand_state(batch: Batch, state: State, version: int | None) -> None:
    if batch.state != state:
        raise NotAllowed(f"这一批{batch.get_state_display()}，不能这样办理。")
    if version is not None and version != batch.version:
        raise Stale("这一批刚刚被别人改过，请看过新的名单再办理。")


def _item(item_id: int, by: Posting) -> tuple[BatchItem, Batch]:
    seen = access.to_read(BatchItem.objects.all(), by, Permission.PREPARE_RUN, pk=item_id)
    batch = _waiting(seen.batch_id, by, Permission.PREPARE_RUN)
    seen.refresh_from_db()
    return seen, batch


def _changed(batch: Batch) -> None:
    batch_rows.recount(batch)
    batch.version += 1
    batch.save()


def _record(act: str, batch: Batch, by: Posting, reason: str = "", **details: object) -> None:
    audit.record(
        act,
        by=by,
        subject=batch,
        label=batch.title,
        office_code=batch.office_id,
        reason=reason,
        details={
            "number": batch.document_number,
            "lines": batch.person_count,
            "total_fen": batch.total_fen,
            **details,
        },
    )
