"""A death: one act closes everything that the person has, in every programme, each by its own rule of stopping.

What is for the person alone ends; what is for a household goes on without him, reckoned anew; what he only drew for
others goes to another payee. Months paid too long come back as one 追缴 for each right.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from assistance.models import EndReason, Entitlement, EntitlementChange, EntitlementMember
from assistance.policy import veterans_life
from assistance.policy.rule import CaseFacts
from assistance.policy.rules import rule_of
from assistance.services.change_chain import Chain, chain_of
from assistance.services.change_plan import Plan, Wish, plan_of
from assistance.services.change_preview import Preview, preview
from assistance.services.entitlement import demand_hearing, write_change
from assistance.services.grant import first_listed_month
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput, Conflict, NotReady
from civaffairs.lib.months import Month
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Person, Posting


@dataclass(frozen=True)
class Touched:
    """One right that a death touches. `month` is the first that is paid otherwise or not at all."""

    entitlement: Entitlement
    month: date
    role: str  # alone, member or payee
    others: int = 0  # protected people who are left

    @property
    def asks_cause(self) -> bool:
        """How long it is paid after the death depends on what he died of."""
        return _by_cause(self.entitlement)

    @property
    def words(self) -> str:
        month = f"{self.month.year}年{self.month.month}月"
        if self.role == "payee":
            return f"{month}起换领款人"
        if self.role == "alone":
            return f"{month}起停发"
        return f"{month}起按其余 {self.others} 人重新测算"


def stop_month(row: Entitlement, died_on: date, cause: str = "") -> date:
    """The first month not paid any more by the rule of the programme.

    The months after the month of death are a term of the programme; for what is owed to soldiers they stand in the
    standard and may depend on the cause of death: BadInput when that is not known.
    """
    months = row.scheme.spec_on(died_on).months_after_death
    if _by_cause(row):
        try:
            months = veterans_life.months_after_death(
                row.category, row.standard.params, cause if cause in veterans_life.DEATHS else UNKNOWN
            )
        except NotReady as error:
            raise BadInput(
                "请选择死亡原因，抚恤金继续发几个月要看它", field="cause", article="《军人抚恤优待条例》"
            ) from error
    return Month.of(died_on).plus(1 + months).first_day


def _by_cause(row: Entitlement) -> bool:
    return row.scheme.klass == "veteran" and "after_death_months" in row.standard.params


def rights_of(person: Person, died_on: date, cause: str = "", on: date | None = None) -> list[Touched]:
    """Everything in force that the death touches, what is the person's own first."""
    mine = EntitlementMember.objects.filter(person=person).values("entitlement")
    rows = (
        Entitlement.objects.filter(
            Q(pk__in=mine) | Q(payee=person), Q(until_month=None) | Q(until_month__gt=died_on.replace(day=1))
        )
        .select_related("scheme", "standard", "payee", "household", "office")
        .order_by("scheme__order", "pk")
    )
    newest: dict[tuple[str, str], Entitlement] = {}
    for row in rows:
        newest[row.scheme_id, row.number] = row
    counts: dict[int, list[int]] = {}
    members = EntitlementMember.objects.filter(entitlement__in=[row.pk for row in newest.values()])
    for entitlement_id, person_id in members.values_list("entitlement_id", "person_id"):
        counts.setdefault(entitlement_id, []).append(person_id)
    found = []
    for row in newest.values():
        if row.scheme.spec.is_one_off:
            continue
        ids = counts.get(row.pk, [])
        if person.pk not in ids:
            if row.until_month is None:
                month = first_listed_month(row.scheme_id, row.office_id, Month.of(died_on).next.first_day)
                found.append(Touched(row, month, "payee"))
            continue
        month = stop_month(row, died_on, cause)
        if row.until_month is not None and row.until_month <= month:
            continue
        alone = row.beneficiary_id is not None or len(ids) == 1
        found.append(Touched(row, month, "alone" if alone else "member", len(ids) - 1))
    return found


@transaction.atomic
def report_death(
    *,
    person_id: int,
    died_on: date,
    explanation: str,
    by: Posting,
    on: date,
    cause: str = "",
    payee: Person | None = None,
    facts: CaseFacts | None = None,
    heard_on: date | None = None,
    heard_how: str = "",
) -> EntitlementChange:
    """Propose what the death makes of all rights of the person; the county confirms them as one.

    `facts` is how the household stands, for a right that has none on record. Nobody has to be heard, but the family when
    it loses everything by the new reckoning. Raises BadInput at the field, Conflict when another change waits.
    """
    person = access.to_change(Person.objects.all(), by, Permission.PROPOSE_CHANGE, pk=person_id)
    _demand_day(person, died_on, on)
    if not explanation.strip():
        raise BadInput("请填写死亡证明或户籍注销的情况", field="explanation")
    touched = _touched(person, died_on, cause, on)
    repeat = _waiting(touched, person, by)
    if repeat is not None:
        return repeat
    made: list[EntitlementChange] = []
    for chain, wish, plan in _plans(touched, person, died_on, cause, payee, facts, on):
        heard: tuple[date | None, str] = (None, "")
        if plan.heard_first:
            demand_hearing(heard_on, heard_how, on)
            heard = (heard_on, heard_how)
        made.append(write_change(chain, wish, plan, explanation, heard, by, made[0] if made else None))
    leading = made[0]
    audit.record(
        "change.propose",
        by=by,
        subject=leading,
        label=person.name,
        reason=f"死亡：{died_on:%Y-%m-%d}，{leading.explanation}",
        details={"rights": len(touched), "from_month": f"{leading.from_month:%Y-%m}"},
    )
    return leading


@transaction.atomic
def estimate_death(
    *,
    person_id: int,
    died_on: date,
    by: Posting,
    on: date,
    cause: str = "",
    payee: Person | None = None,
    facts: CaseFacts | None = None,
) -> Preview:
    """What reporting the death would do in money; nothing is written. Raises what the report would raise, but asks for no
    hearing: the family is heard on what comes of it."""
    person = access.to_change(Person.objects.all(), by, Permission.PROPOSE_CHANGE, pk=person_id)
    _demand_day(person, died_on, on)
    touched = _touched(person, died_on, cause, on)
    _waiting(touched, person, by)
    plans = _plans(touched, person, died_on, cause, payee, facts, on)
    return preview([(chain, plan, wish.month) for chain, wish, plan in plans], by, on)


def _touched(person: Person, died_on: date, cause: str, on: date) -> list[Touched]:
    touched = rights_of(person, died_on, cause, on)
    if not touched:
        raise BadInput(f"{person.name}没有正在享受的待遇，不用办理")
    return touched


def _plans(
    touched: list[Touched],
    person: Person,
    died_on: date,
    cause: str,
    payee: Person | None,
    facts: CaseFacts | None,
    on: date,
) -> list[tuple[Chain, Wish, Plan]]:
    found = []
    for one in touched:
        wish = _wish(one, person, died_on, cause, payee, facts, on)
        chain = chain_of(one.entitlement)
        found.append((chain, wish, plan_of(wish, chain)))
    return found


def _wish(
    one: Touched,
    person: Person,
    died_on: date,
    cause: str,
    payee: Person | None,
    facts: CaseFacts | None,
    on: date,
) -> Wish:
    """What the death asks of one right. Months that are paid after it go to the payee from the month after it on."""
    row, month = one.entitlement, one.month
    after = Month.of(died_on).next.first_day
    if one.role == "alone" and month > after:
        if payee is None and row.payee_id == person.pk:
            raise BadInput(
                f"{row.scheme.short_name}还要发到{Month.of(month).previous.label}，请选择以后由谁领款",
                field="payee",
            )
        if payee is not None:
            month = max(after, row.from_month)
    asked = facts if one.role == "member" and rule_of(row.scheme.spec.rule).pays else None
    return Wish(
        kind=ChangeKind.DEATH,
        month=month,
        on=on,
        reason_code=EndReason.DEATH.value,
        person=person,
        died_on=died_on,
        payee=payee,
        facts=asked,
        details={"cause": cause, "role": one.role, "stop": f"{one.month:%Y-%m-%d}"},
    )


def _demand_day(person: Person, died_on: date, on: date) -> None:
    if died_on > on:
        raise BadInput("死亡日期不能晚于今天", field="died_on")
    if died_on < person.birth:
        raise BadInput("死亡日期不能早于出生日期", field="died_on")
    if person.died_on is not None and person.died_on != died_on:
        raise BadInput(
            f"已登记{person.name}于{person.died_on:%Y-%m-%d}去世，与填写的不一致，请核对", field="died_on"
        )


def _waiting(touched: list[Touched], person: Person, by: Posting) -> EntitlementChange | None:
    rows = list(
        EntitlementChange.objects.filter(
            entitlement__in=[one.entitlement.pk for one in touched], status=ChangeStatus.PROPOSED
        ).select_related("entitlement__scheme", "proposed_by")
    )
    for row in rows:
        same = row.kind == ChangeKind.DEATH and row.person_id == person.pk
        if not same or row.proposed_by is None or row.proposed_by.user_id != by.user_id:
            raise Conflict(
                f"{row.entitlement.scheme.short_name}还有一件{row.get_kind_display()}在等县级确认，请先请县里办结。",
                [row.pk],
            )
    return next((row for row in rows if row.leading_id is None), rows[0] if rows else None)
