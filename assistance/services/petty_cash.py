"""A township's 备用金: allotted by the county with a document, spent on 小额快救 and 先行救助, never below nothing."""

from datetime import date

from django.db import transaction

from assistance.models import Advance, Application, Entitlement, PettyCash, PettyCashEntry
from assistance.services.acting import Case, act
from assistance.workflow import Act
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.lib.money import yuan
from civaffairs.registry import access, audit, county
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Level, Office, Posting

Kind = PettyCashEntry.Kind
ARTICLE = "《社会救助法》第50条"
FRAUD = "《社会救助法》第73条"
QUICK, URGENT = "temporary_quick", "temporary_urgent"


@transaction.atomic
def allot(
    *,
    office_code: str,
    year: int,
    amount_fen: int,
    document_number: str,
    day: date,
    by: Posting,
    on: date,
    recall: bool = False,
    note: str = "",
) -> PettyCashEntry:
    """Give a township money for a year, or take some back (`recall`: the year is over, or it was too much).

    The same document, day and sum entered again is the same entry. Raises BadInput at the field.
    """
    access.demand(by, Permission.MANAGE_FUNDS)
    office = Office.objects.filter(pk=office_code, level=Level.TOWNSHIP, is_active=True).first()
    if office is None or not access.covers_office(by, office_code):
        raise BadInput("请选择乡镇", "office")
    if amount_fen <= 0:
        raise BadInput("金额要大于 0", "amount")
    if day > on:
        raise BadInput("日期不能晚于今天", "day")
    if not day.year - 1 <= year <= day.year + 1:
        raise BadInput("年度和日期相差太远，请核对", "year")
    number = "".join(document_number.split())
    if not number:
        raise BadInput("请填写文号", "document_number")
    account = _account(office_code, year, by, make=not recall)
    if account is None:
        raise BadInput(f"{office}{year}年还没有备用金", "office")
    kind = Kind.RECALL if recall else Kind.ALLOT
    signed = -amount_fen if recall else amount_fen
    same = account.entries.filter(kind=kind, amount_fen=signed, on=day, document_number=number).first()
    if same is not None:
        return same
    if recall and account.balance_fen < amount_fen:
        raise BadInput(f"余额只有 {yuan(account.balance_fen)} 元，不能收回这么多", "amount")
    return _enter(account, kind, signed, by=by, on=day, document_number=number[:80], note=note.strip()[:200])


def pay_granted(*, application: Application, entitlement: Entitlement, by: Posting, on: date) -> None:
    """小额快救 out of the 备用金, where the county has set so; else it goes to the bank's list like all others.

    Called by the decision, in its transaction. Raises NotReady with the balance when that is not enough.
    """
    if application.spec.rule != QUICK or not county.value("quick_from_petty_cash", on):
        return
    if entitlement.amount_fen:
        _spend(
            application,
            Kind.AID,
            entitlement.amount_fen,
            by=by,
            on=on,
            document_number=entitlement.number,
            entitlement=entitlement,
        )


@act(Act.GIVE_ADVANCE)
def give_advance(case: Case, *, amount_fen: int | None = None, receipt: str = "") -> None:
    """先行救助: money at once, the papers within the days that the county has set. What is granted in the end is less by
    it (policy/temporary.py)."""
    application = case.application
    if Advance.objects.filter(application=application).exists():
        raise NotAllowed("这件已经先行救助过，不能再给。")
    if not amount_fen or amount_fen <= 0:
        raise BadInput("请填写先行救助金额", "amount_fen", article=ARTICLE)
    most = county.value("advance_most_yuan", case.on) * 100
    if amount_fen > most:
        raise BadInput(f"先行救助每件最多 {yuan(most)} 元（县级参数）", "amount_fen", article=ARTICLE)
    receipt = "".join(receipt.split())
    if not receipt:
        raise BadInput("请填写收据号或领款单号", "receipt")
    entry = _spend(
        application, Kind.ADVANCE, amount_fen, by=case.by, on=case.on, document_number=receipt[:80]
    )
    due = case.clock.calendar.add(case.on, county.value("advance_papers_days", case.on)).day
    Advance.objects.create(
        application=application,
        office_id=application.office_id,
        entry=entry,
        amount_fen=amount_fen,
        given_on=case.on,
        given_by=case.by,
        papers_due_on=due,
    )
    case.details |= {"amount_fen": amount_fen, "receipt": receipt, "papers_due_on": f"{due}"}


def conclude(case: Case, outcome: str) -> None:
    """What becomes of 先行救助 where its case ends without help. Called by the act that ends it.

    The law knows one ground to ask for it back, help got by fraud; what was given to somebody in need stays given.
    Raises BadInput when there is an advance and nothing is said about it.
    """
    advance = Advance.objects.filter(application=case.application).first()
    if advance is None:
        return
    if outcome not in Advance.Outcome.values:
        raise BadInput(
            f"已经先行救助 {yuan(advance.amount_fen)} 元，请选择这笔钱是否退回",
            "advance_outcome",
            article=FRAUD,
        )
    advance.outcome = outcome
    advance.save(update_fields=["outcome"])
    case.details |= {"advance_fen": advance.amount_fen, "advance_outcome": outcome}


def refuse_withdrawal(application: Application) -> list[str]:
    """Why a case cannot simply be taken back: money has been given on it, and somebody has to answer for that."""
    if Advance.objects.filter(application=application).exists():
        return ["已经先行救助，不能撤回；请补齐手续，由审批人作出决定"]
    return []


@transaction.atomic
def take_back(
    *, account_id: int, advance_id: int, receipt: str, day: date, by: Posting, on: date
) -> PettyCashEntry:
    """Enter claimed money that has come back, whole. The same again is the same entry. Raises BadInput at the field."""
    account = access.to_change(PettyCash.objects, by, Permission.MANAGE_FUNDS, pk=account_id)
    advance = (
        Advance.objects.select_related("application", "returned")
        .filter(pk=advance_id, entry__account=account, outcome=Advance.Outcome.CLAIMED)
        .first()
    )
    if advance is None:
        raise BadInput("请选择责令退回的先行救助款", "advance")
    number = "".join(receipt.split())
    if not number:
        raise BadInput("请填写票据号", "receipt")
    if advance.returned is not None:
        if advance.returned.document_number == number[:80] and advance.returned.on == day:
            return advance.returned
        raise BadInput(f"这笔已在 {advance.returned.on:%Y-%m-%d} 登记退回", "advance")
    if not advance.given_on <= day <= on:
        raise BadInput(f"日期应在{advance.given_on:%Y-%m-%d}到今天之间", "day")
    entry = _enter(
        account,
        Kind.RETURNED,
        advance.amount_fen,
        by=by,
        on=day,
        document_number=number[:80],
        application=advance.application,
    )
    advance.returned = entry
    advance.save(update_fields=["returned"])
    return entry


def _spend(
    application: Application,
    kind: str,
    amount_fen: int,
    *,
    by: Posting,
    on: date,
    document_number: str,
    entitlement: Entitlement | None = None,
) -> PettyCashEntry:
    """Take money out of the account of the township where the case is."""
    township = f"{application.office_id[:9]}000"
    account = _account(township, on.year, by, make=False)
    there = 0 if account is None else account.balance_fen
    if account is None or there < amount_fen:
        name = Office.objects.values_list("name", flat=True).get(pk=township)
        raise NotReady(
            f"{name}{on.year}年备用金余额 {yuan(there)} 元，不够支付 {yuan(amount_fen)} 元。请县级下拨后再办。",
            [f"备用金还差 {yuan(amount_fen - there)} 元"],
            field="amount_fen",
        )
    return _enter(
        account,
        kind,
        -amount_fen,
        by=by,
        on=on,
        document_number=document_number,
        application=application,
        entitlement=entitlement,
    )


def _account(office_code: str, year: int, by: Posting, *, make: bool) -> PettyCash | None:
    """The locked account: two who spend from it at once go one after the other."""
    rows = PettyCash.objects.select_for_update()
    found = rows.filter(office=office_code, year=year).first()
    if found is None and make:
        PettyCash.objects.get_or_create(office_id=office_code, year=year)
        found = rows.get(office=office_code, year=year)
    return found


def _enter(
    account: PettyCash, kind: str, signed_fen: int, *, by: Posting, on: date, **more
) -> PettyCashEntry:
    account.balance_fen += signed_fen
    account.save(update_fields=["balance_fen"])
    entry = PettyCashEntry.objects.create(
        account=account,
        office_id=account.office_id,
        kind=kind,
        amount_fen=signed_fen,
        balance_fen=account.balance_fen,
        on=on,
        entered_by=by,
        **more,
    )
    audit.record(
        "petty_cash.enter",
        by=by,
        subject=entry,
        label=f"{account}：{entry.get_kind_display()}",
        office_code=account.office_id,
        details={"kind": entry.get_kind_display(), "amount_fen": signed_fen, "number": entry.document_number},
    )
    return entry
