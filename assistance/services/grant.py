"""From decision to entitlement: the one place where a stage calls the next instead of handing on a row."""

import calendar
from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max

from assistance.models import (
    Adjustment,
    Application,
    AssessmentRecord,
    Decision,
    Entitlement,
    EntitlementMember,
    LabourAbility,
    MonthClosing,
    PayeeInstitution,
    PaymentRun,
    RunKind,
    Scheme,
)
from assistance.models.payment import offices_above
from assistance.policy.rule import CaseFacts
from assistance.policy.rules import rule_of
from assistance.schemes import SchemeSpec
from assistance.services import booking
from assistance.services.arrival import take_in_members
from assistance.workflow import RunStatus
from civaffairs.lib.errors import Conflict
from civaffairs.lib.months import Month
from civaffairs.registry import audit, clock
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import BankAccount, Person, Posting

CAN_WORK = (LabourAbility.FULL, LabourAbility.PARTIAL)


def grant_entitlement(
    *, decision: Decision, by: Posting, on: date, paid_to: PayeeInstitution | None = None
) -> Entitlement:
    """Open what an approval grants: amount in parts, protected people, account, month, and the day of review.

    The caller holds the transaction and the locks of application and scheme. Raises Conflict when the
    database finds that somebody is protected already (two cases decided at once).
    """
    application, record = decision.application, decision.assessment
    until_month = last_month_of(application, record, decision.from_month)
    pays_from = decision.from_month
    if until_month is None:
        pays_from = first_listed_month(application.scheme_id, application.office_id, decision.from_month)
    try:
        with transaction.atomic():
            entitlement = Entitlement.objects.create(
                scheme=application.scheme,
                office_id=application.office_id,
                household_id=application.household_id,
                decision=decision,
                standard_id=record.standard_id,
                number=_next_number(application.scheme, application.office_id, on.year),
                paid_to=paid_to,
                beneficiary_id=application.beneficiary_id,
                category=record.category,
                payee_id=application.applicant_id,
                persons=record.persons,
                base_fen=record.base_fen,
                classified_fen=record.classified_fen,
                care_fen=record.care_fen,
                amount_fen=record.amount_fen,
                from_month=decision.from_month,
                until_month=until_month,
                pays_from=pays_from,
                causes=application.causes,
                review_due_on=review_due_on(application, on),
            )
            EntitlementMember.objects.bulk_create(_members(application, entitlement, record.parts))
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("这户或其中有人刚刚在另一件里获得了同类待遇，不能重复保障。请刷新后核实。") from error
    if pays_from > decision.from_month and record.amount_fen:
        book_arrears(entitlement=entitlement, by=by, on=on)
    if not application.spec.is_on_the_spot:
        take_in_members(application=application, by=by, on=on)
    _bring_account_into_force(application, by, on)
    return entitlement


def _members(
    application: Application, entitlement: Entitlement, parts: list[dict]
) -> list[EntitlementMember]:
    rows = []
    for member in application.members.filter(protected=True, excluded_reason=""):
        own = [p for p in parts if p["kind"] == "classified" and p["person"] == str(member.person_id)]
        rows.append(
            EntitlementMember(
                entitlement=entitlement,
                person_id=member.person_id,
                family=application.scheme.family,
                until_month=entitlement.until_month,
                relationship=member.relationship,
                labour=member.labour,
                severe_illness=member.severe_illness,
                disability_grade=member.disability_grade,
                classified_kind="、".join(p["label"].removeprefix("分类施保：") for p in own)[:20],
                classified_fen=sum(p["amount_fen"] for p in own),
            )
        )
    return rows


def first_month(application: Application, on: date) -> date:
    """From which month a decision of that day pays; later where the facts of the case say so."""
    first = first_month_of(application.spec, application.applied_on, on)
    rule = rule_of(application.spec.rule)
    if rule.not_before is None:
        return first
    seen = application.assessments.filter(is_current=True).values_list("facts", flat=True).first()
    earliest = rule.not_before(CaseFacts.from_dict(seen, rule.questions)) if seen else None
    return max(first, earliest.first_day) if earliest else first


def first_month_of(spec: SchemeSpec, applied_on: date, on: date) -> date:
    """From which month it pays: of the application, of the decision, or the one after it (低保: 民发〔2021〕57号第23条;
    残疾人两项补贴: from the month of application). `on` is the day of the decision."""
    if spec.starts == "applied":
        return Month.of(applied_on).first_day
    return (Month.of(on) if spec.starts == "decided" else Month.of(on).next).first_day


def last_month_of(application: Application, record: AssessmentRecord, from_month: date) -> date | None:
    """The first month that is not paid, where a grant has its end from the beginning: one-off help is of one month, a
    status lasts as long as its standard says."""
    if application.spec.is_one_off:
        return Month.of(from_month).next.first_day
    valid = record.standard.params.get("valid_months") if not rule_of(application.spec.rule).pays else None
    return Month.of(from_month).plus(int(valid)).first_day if valid else None


def first_listed_month(scheme_id: str, office_id: str, from_month: date) -> date:
    """The first month from `from_month` on whose list is not closed yet for that place."""
    last = closed_up_to([(scheme_id, office_id)]).get((scheme_id, office_id))
    return max(from_month, Month.of(last).next.first_day) if last else from_month


def closed_up_to(places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], date]:
    """The newest month with a closed list for each (programme, office) that has one. One query for all."""
    above = {place: {place[1], *offices_above(place[1])} for place in places}
    rows = (
        PaymentRun.objects.filter(
            scheme_id__in={scheme for scheme, _ in above},
            kind=RunKind.REGULAR,
            status__in=(RunStatus.APPROVED, RunStatus.ISSUED, RunStatus.CLOSED),
            office_id__in=set().union(*above.values()),
        )
        .order_by()
        .values_list("scheme_id", "office_id")
        .annotate(last=Max("month"))
    )
    newest: dict[tuple[str, str], date] = {}
    for scheme, office, last in rows:
        for place, offices in above.items():
            if place[0] == scheme and office in offices:
                newest[place] = max(last, newest.get(place, last))
    return _with_closings(newest, above)


def _with_closings(newest: dict[tuple[str, str], date], places: Iterable[tuple[str, str]]) -> dict:
    """A month that the county has closed takes no list either (月结). Only where each month has one: the list of a quarter
    or of a year is made in a month of its own and pays those before it."""
    closed: dict[str, date] = {}
    rows = MonthClosing.objects.standing().order_by().values_list("office").annotate(last=Max("month"))
    for office, last in rows:
        closed[office[:6]] = last
    if not closed:
        return newest
    monthly = {
        scheme.pk
        for scheme in Scheme.objects.filter(pk__in={scheme for scheme, _ in places})
        if scheme.spec.cadence == "monthly"
    }
    for place in places:
        last = closed.get(place[1][:6])
        if last and place[0] in monthly:
            newest[place] = max(last, newest.get(place, last))
    return newest


def book_arrears(*, entitlement: Entitlement, by: Posting, on: date) -> Adjustment:
    """Owe the family the months of a new right whose lists are closed. Paid with the next list."""
    closed = Month.of(entitlement.from_month).until(Month.of(entitlement.pays_from))
    months = [{"month": f"{month}", "due": entitlement.amount_fen, "paid": 0} for month in closed]
    return booking.book(
        entitlement=entitlement,
        cause=Adjustment.Cause.GRANT,
        reason=booking.because_granted(entitlement.from_month, len(months)),
        months=months,
        by=by,
        on=on,
    )


def review_due_on(application: Application, on: date) -> date | None:
    """As often as the programme says; every half-year where a family in 低保 has somebody who can work and no steady
    income (民发〔2021〕57号第31条).

    Not steady: somebody can work, has no employer on the form and is not at school.
    """
    months = application.spec.review_months
    if not months:
        return None
    unsteady = application.members.filter(labour__in=CAN_WORK, employer="", school="", excluded_reason="")
    if application.spec.rule == "dibao" and unsteady.exists():
        months = min(months, 6)
    month = Month.of(on).plus(months)
    return date(month.year, month.month, min(on.day, calendar.monthrange(month.year, month.month)[1]))


def entitlement_number(scheme: Scheme, office_id: str, year: int, serial: int) -> str:
    """ND519901101202600012: scheme, township, year, serial."""
    return f"{_number_head(scheme, office_id, year)}{serial:05}"


def _number_head(scheme: Scheme, office_id: str, year: int) -> str:
    return f"{scheme.spec.number_prefix}{office_id[:9]}{year}"


def _next_number(scheme: Scheme, office_id: str, year: int) -> str:
    # Between this year's first number and the next year's: an index range under every collation.
    head, beyond = _number_head(scheme, office_id, year), _number_head(scheme, office_id, year + 1)
    last = (
        Entitlement.objects.filter(number__gt=head, number__lt=beyond)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return entitlement_number(scheme, office_id, year, int(last[len(head) :]) + 1 if last else 1)


def _bring_account_into_force(application: Application, by: Posting, on: date) -> None:
    """The account of the form pays from now on: entered by whoever handed the form in, confirmed by the
    decider.

    The same account stays as it is. An older one is closed, never overwritten. A form without an account
    keeps the account in force.
    """
    if not application.account_number:
        return
    person_id = application.applicant_id
    index = blind_index(application.account_number, "bank-account")
    accounts = BankAccount.objects.select_for_update().filter(person_id=person_id)
    active = accounts.filter(state=BankAccount.State.ACTIVE).first()
    if active is not None:
        if active.number_index == index:
            return
        active.state, active.until_day = BankAccount.State.REPLACED, on
        active.save(update_fields=["state", "until_day"])
    account = accounts.filter(state=BankAccount.State.PENDING, number_index=index).first() or BankAccount(
        person_id=person_id, entered_by=application.submitted_by, reason="随申请登记"
    )
    # With its holder, who may be registered in another township.
    account.office_id = Person.objects.values_list("office_id", flat=True).get(pk=person_id)
    account.holder, account.bank = application.account_holder, application.account_bank
    account.holder_reason = application.account_holder_reason
    account.set_number(application.account_number)
    account.state, account.from_day = BankAccount.State.ACTIVE, on
    account.confirmed_by, account.confirmed_at = by, clock.now()
    account.save()
    audit.record("account.confirm", by=by, subject=account, label=f"{account}", reason=account.reason)
