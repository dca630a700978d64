"""The answer to an application, by somebody who neither handed it in, handled nor reviewed it."""

from datetime import date

from assistance.models import Application, AssessmentRecord, Decision, PayeeInstitution, Scheme
from assistance.selectors.keepers import institutions_for
from assistance.services import petty_cash, readiness
from assistance.services.acting import Case, act, between
from assistance.services.grant import first_month, grant_entitlement
from assistance.workflow import Act
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady
from civaffairs.registry.models import Level, Posting


@act(Act.RECORD_COMPLAINT)
def record_complaint(case: Case) -> None:
    """Somebody complained while the county had the case: the county has to visit."""
    case.application.complained_of = True


@act(Act.RETURN)
def return_application(case: Case) -> None:
    """Back to the township for what is missing or wrong. The clock stands still until it comes back."""


@act(Act.APPROVE)
def approve_application(case: Case, *, institution_id: int | None = None) -> None:
    """Confirm, and open the entitlement from the month that the programme says."""
    application = case.application
    demand_power_to_decide(application.delegated, case.by)
    missing = readiness.before_approval(application, case.on)
    if missing:
        raise NotReady("还不能确认：" + "；".join(missing) + "。", missing)
    from_month = first_month(application, case.on)
    _refuse_double_benefit(case, from_month)
    record = readiness.current_assessment(application)
    case.opinion = case.opinion or "同意给予保障"
    decision = _decide(case, Decision.Outcome.APPROVED, record, from_month)
    entitlement = grant_entitlement(
        decision=decision, by=case.by, on=case.on, paid_to=_institution(application, institution_id)
    )
    petty_cash.pay_granted(application=application, entitlement=entitlement, by=case.by, on=case.on)
    case.details |= {
        "number": decision.number,
        "entitlement": entitlement.number,
        "amount_fen": decision.amount_fen,
        "from_month": f"{from_month:%Y-%m}",
    }


def _institution(application: Application, chosen: int | None) -> PayeeInstitution | None:
    """The home whose account is paid, where the person is kept in one."""
    if not application.kept_by_institution:
        return None
    if chosen is None:
        raise BadInput("由供养机构收款的，请逐件确认并选择收款机构", "institution_id")
    found = institutions_for(application).filter(pk=chosen).first()
    if found is None:
        raise BadInput("没有这个收款机构，或它的账户还没有确认", "institution_id")
    return found


@act(Act.RECORD_PEER)
def record_peer(case: Case, *, agree: bool | None = None, document: str = "") -> None:
    """The other body's written opinion, entered by a county clerk with its number. Either way the county decides."""
    if agree is None:
        raise BadInput("请选择会审意见", "agree")
    if not (document := document.strip()):
        raise BadInput("请填写会审意见的文号或回执编号", "document")
    if len(document) > 80:
        raise BadInput(f"文号最多80个字，现在{len(document)}个字", "document")
    if not agree and not case.opinion:
        raise BadInput("不同意的，请写明理由", "opinion")
    application = case.application
    application.peer_agreed, application.peer_document = agree, document
    application.county_received_on = case.on
    case.opinion = case.opinion or f"{application.spec.peer}审核同意"
    case.clock.step("decide_days")
    case.details |= {"agree": agree, "document": document}


@act(Act.REFUSE)
def refuse_application(case: Case, *, advance_outcome: str = "") -> None:
    """Refuse with written reasons; the family has to be told within 3 working days (民发〔2021〕57号). Where money was
    given before (先行救助), `advance_outcome` says what becomes of it."""
    demand_power_to_decide(case.application.delegated, case.by)
    petty_cash.conclude(case, advance_outcome)
    decision = _decide(case, Decision.Outcome.REFUSED, readiness.current_assessment(case.application), None)
    due = case.clock.calendar.add(case.on, case.clock.days("inform_days"))
    decision.inform_due_on = due.day
    decision.save(update_fields=["inform_due_on"])
    case.details |= {"number": decision.number, "inform_due_on": f"{due.day}"}


@act(Act.INFORM)
def mark_informed(case: Case, *, informed_on: date | None = None) -> None:
    """The written answer has reached the family."""
    decision = case.application.decision
    if decision.informed_on is not None:
        raise NotAllowed(f"已登记 {decision.informed_on:%Y-%m-%d} 书面告知。")
    decision.informed_on = between(
        informed_on or case.on, decision.decided_on, case.on, "告知日期", "informed_on"
    )
    decision.save(update_fields=["informed_on"])
    case.details |= {"informed_on": f"{decision.informed_on}"}


def demand_power_to_decide(delegated: bool, by: Posting) -> None:
    """A township decides only what the county has delegated to it (《社会救助法》第44条); the county may decide
    all."""
    if not may_decide(delegated, by):
        raise NotAllowed("这件没有委托乡镇确认，由县级审批。")


def may_decide(delegated: bool, by: Posting) -> bool:
    return delegated or by.office.level == Level.COUNTY


def _refuse_double_benefit(case: Case, from_month: date) -> None:
    found = readiness.already_receiving(case.application, from_month)
    if found:
        names = "、".join(
            dict.fromkeys(
                f"{m.person.name}（{m.entitlement.scheme.short_name} {m.entitlement.number}）" for m in found
            )
        )
        raise Conflict(
            f"{names}正在享受同类待遇，不能重复保障。请先核实并停发原待遇。", [m.pk for m in found]
        )
    dead = [
        member.person
        for member in case.application.members.filter(protected=True).select_related("person")
        if member.person.died_on is not None
    ]
    if dead:
        names = "、".join(f"{person.name}（{person.died_on:%Y-%m-%d}）" for person in dead)
        raise Conflict(f"{names}登记为已死亡，不能确认。请退回乡镇核实。", [person.pk for person in dead])


def _decide(
    case: Case, outcome: Decision.Outcome, record: AssessmentRecord | None, from_month: date | None
) -> Decision:
    application = case.application
    application.decided_by, application.decided_on = case.by, case.on
    return Decision.objects.create(
        application=application,
        outcome=outcome,
        assessment=record,
        number=_next_number(application.scheme, outcome, case.on.year),
        decided_on=case.on,
        decided_by=case.by,
        reason=case.opinion,
        amount_fen=record.amount_fen if record is not None and from_month is not None else 0,
        from_month=from_month,
    )


def decision_number(scheme: Scheme, outcome: str, year: int, serial: int) -> str:
    """城市低保确字〔2026〕12号, or 不予字 for a refusal."""
    return f"{_number_head(scheme, outcome, year)}{serial}号"


def _number_head(scheme: Scheme, outcome: str, year: int) -> str:
    word = "确" if outcome == Decision.Outcome.APPROVED else "不予"
    return f"{scheme.short_name}{word}字〔{year}〕"


def _next_number(scheme: Scheme, outcome: str, year: int) -> str:
    """Serial in scheme, kind and year. The locked row of the scheme keeps two deciders apart."""
    Scheme.objects.select_for_update(no_key=True).get(pk=scheme.pk)
    head = _number_head(scheme, outcome, year)
    last = (
        Decision.objects.filter(number__startswith=head)
        .order_by("-id")
        .values_list("number", flat=True)
        .first()
    )
    serial = int(last.removeprefix(head).removesuffix("号")) + 1 if last else 1
    return decision_number(scheme, outcome, year, serial)
