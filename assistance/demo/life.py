"""What happens to rights while they live: each kind of change, proposed, agreed to, sent back, and told to the family.

Everything goes through the services, by the people who may. What is agreed to for a household counts from June on, so
that the months that are reported stand as they were; an old person's death that was told too late shows the 追缴.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from assistance.demo.money import Payer
from assistance.demo.programme_cases import ProgrammeCases
from assistance.demo.sizes import TODAY
from assistance.demo.staff import BAISHI, QINGXI
from assistance.models import (
    Adjustment,
    DateEvent,
    Entitlement,
    EntitlementChange,
    EntitlementMember,
    PayeeInstitution,
    Scheme,
)
from assistance.policy.facts import HouseholdFacts, IncomeItem
from assistance.policy.rule import CaseFacts
from assistance.services import adjustment, change_people, date_events, death, keeping
from assistance.services.change_reckon import bare_facts
from assistance.services.entitlement import confirm_change, mark_informed, propose_change, refuse_change
from assistance.workflow import ChangeKind
from civaffairs.lib.months import Month, age_on
from civaffairs.registry.models import Office, Relationship

K = ChangeKind
R = Relationship
JUNE = Month.of(TODAY).first_day
JULY = Month.of(TODAY).next.first_day
GROWN_UP = 20
# Told three months late: this is the day of the death.
LONG_AGO, OF_LATE = date(2026, 2, 18), date(2026, 5, 27)
HEARD = "上门听取意见，家庭了解原因，没有异议"


class Life:
    """Takes rights of the two townships whose accounts the log-in page offers, each household once."""

    def __init__(self, payer: Payer, cases: ProgrammeCases) -> None:
        self.payer, self.cases = payer, cases
        self.staff, self.papers = payer.staff, payer.papers
        self._families: dict[str, list[Entitlement]] = {}
        self._taken: set[int] = set()

    def tell(self) -> None:
        for code in (QINGXI, BAISHI):
            for kind, state in _STORIES:
                made = getattr(self, f"_{kind}")(code)
                if made is not None:
                    self._go_on(made, state)
        self._switches()
        self._deaths()
        self._held()
        self._calendar()

    # --- who ------------------------------------------------------------------------------------------------

    def _rows(self, code: str, *families: str) -> list[Entitlement]:
        """Open rights of the old ledger in the township that nothing has happened to, with their people."""
        key = "+".join((code, *families))
        if key not in self._families:
            rows: QuerySet[Entitlement] = Entitlement.objects.in_area(code).filter(
                until_month=None,
                decision=None,
                held_since=None,
                scheme__family__in=families,
                payee__died_on=None,
                from_month__lt=date(2026, 1, 1),
            )
            rows = rows.exclude(household__entitlements__changes__status="proposed").exclude(
                changes__isnull=False
            )
            self._families[key] = list(
                rows.annotate(beside=Count("household__entitlements", distinct=True))
                .select_related("scheme", "standard", "payee", "household", "office")
                .prefetch_related("members__person")
                .order_by("pk")[:400]
            )
        return self._families[key]

    def _first(
        self, code: str, family: str, fits: Callable[[Entitlement, list[EntitlementMember]], bool]
    ) -> tuple[Entitlement, list[EntitlementMember]] | None:
        for row in self._rows(code, family):
            members = list(row.members.all())
            if row.household_id not in self._taken and fits(row, members):
                self._taken.add(row.household_id)
                return row, members
        return None

    def _dibao(
        self, code: str, least: int = 1, most: int = 1
    ) -> tuple[Entitlement, list[EntitlementMember]] | None:
        """A family with something to come and go: neither at nothing nor at the whole standard."""

        def fits(row: Entitlement, members: list[EntitlementMember]) -> bool:
            whole = row.standard.params["standard_fen"] * row.persons
            return least <= len(members) <= most and whole // 8 < row.base_fen < whole * 6 // 8

        return self._first(code, "dibao", fits)

    # --- proposing ------------------------------------------------------------------------------------------

    def _propose(
        self,
        row: Entitlement,
        kind: str,
        reason: str,
        words: str,
        month: date = JUNE,
        days: int = 4,
        **more: Any,
    ) -> EntitlementChange:
        on = self.papers.before(TODAY, days)
        return propose_change(
            entitlement_id=row.pk,
            kind=kind,
            reason_code=reason,
            explanation=words,
            from_month=month,
            by=self.staff.desk_of(row.office_id).clerk,
            on=on,
            **more,
        )

    def _hearing(self, days: int = 4) -> dict[str, Any]:
        return {"heard_on": self.papers.before(TODAY, days + 2), "heard_how": HEARD}

    def _go_on(self, change: EntitlementChange, state: str) -> None:
        if state == "refused":
            words = "请附医院诊断证明或单位收入证明后重新提出"
            refuse_change(change_id=change.pk, by=self.staff.county_meng, on=TODAY, opinion=words)
        elif state in ("confirmed", "told"):
            on = self.papers.before(TODAY, 2)
            confirm_change(change_id=change.pk, by=self.staff.county_zhao, on=on, opinion="同意")
            if state == "told":
                mark_informed(
                    change_id=change.pk,
                    informed_on=self.papers.before(TODAY, 1),
                    informed_how="当面送达",
                    by=self.staff.desk_of(change.office_id).clerk,
                    on=TODAY,
                )

    def _raise(self, code: str) -> EntitlementChange | None:
        found = self._dibao(code)
        if found is None:
            return None
        facts = facts_of_ledger(found[0], 0.6)
        return self._propose(
            found[0], K.RAISE, "income_down", "务工单位停产，收入减少，附停工证明", facts=facts
        )

    def _cut(self, code: str) -> EntitlementChange | None:
        found = self._dibao(code)
        if found is None:
            return None
        facts = facts_of_ledger(found[0], 1.08)
        words = "本人打零工，收入比上次核实时增加"
        return self._propose(found[0], K.CUT, "income_up", words, facts=facts, **self._hearing())

    def _join(self, code: str) -> EntitlementChange | None:
        found = self._dibao(code, 2, 4)
        if found is None:
            return None
        row, members = found
        child = change_people.person_who_joins(
            row,
            name=f"{row.payee.name[:1]}{'安宁' if code == QINGXI else '一诺'}",
            id_number="",
            sex="female",
            birth=date(2026, 5, 6),
            on=TODAY,
        )
        return self._propose(
            row,
            K.JOIN,
            "born",
            "5月出生，附出生医学证明",
            person=child,
            facts=facts_of_ledger(row),
            details={"relationship": R.GRANDCHILD if _elder(members) else R.DAUGHTER, "labour": "none"},
        )

    def _leave(self, code: str) -> EntitlementChange | None:
        def fits(row: Entitlement, members: list[EntitlementMember]) -> bool:
            return len(members) > 1 and _who_goes(members) is not None

        found = self._first(code, "dibao", fits)
        if found is None:
            return None
        row, members = found
        member = _who_goes(members) or members[-1]
        gone = member.person
        married = age_on(gone.birth, TODAY) >= GROWN_UP
        reason, words = (
            ("married_out", "结婚，户口已迁出") if married else ("moved_away", "随父亲落户，户口已迁出")
        )
        facts = facts_of_ledger(row)
        return self._propose(
            row, K.LEAVE, reason, f"{gone.name}{words}", person=gone, facts=facts, **self._hearing()
        )

    def _taper(self, code: str) -> EntitlementChange | None:
        found = self._dibao(code)
        if found is None:
            return None
        words = "本人到工业园就业，收入超过标准，给予三个月渐退期"
        return self._propose(found[0], K.TAPER, "work", words, details={"months": 3}, **self._hearing())

    def _move(self, code: str) -> EntitlementChange | None:
        found = self._dibao(code)
        if found is None:
            return None
        row = found[0]
        villages = Office.objects.filter(
            parent=BAISHI if code == QINGXI else QINGXI, is_urban=row.office.is_urban
        )
        to = villages.order_by("code").first()
        if to is None:
            return None
        words = f"随女儿迁往{to.name}居住，户口已迁"
        return self._propose(row, K.MOVE, "moved_inside", words, details={"to_office": to.pk})

    def _head(self, code: str) -> EntitlementChange | None:
        def fits(row: Entitlement, members: list[EntitlementMember]) -> bool:
            return len(members) == 2 and members[1].relationship == R.SPOUSE

        found = self._first(code, "dibao", fits)
        if found is None:
            return None
        row, (old, new) = found
        self.payer.new_card(
            new.person, f"云岭农商行{row.office.name}网点", row.office, self.papers.before(TODAY, 6)
        )
        return self._propose(
            row,
            K.HEAD,
            "head_unfit",
            f"{old.person.name}常年卧床，不便领款，改由{new.person.name}作户主",
            person=new.person,
            details={"relationships": {str(old.person_id): R.SPOUSE}},
        )

    def _hold(self, code: str) -> EntitlementChange | None:
        found = self._first(code, "old-age", lambda row, members: True)
        if found is None:
            return None
        words = "没有按时做生存认证，电话和上门都没有联系上"
        return self._propose(found[0], K.HOLD, "uncertified", words, **self._hearing())

    def _keep(self, code: str) -> EntitlementChange | None:
        """Somebody in 特困 who cannot look after himself any more goes into a home of the township."""
        home = PayeeInstitution.objects.usable().filter(office=code).first()
        found = self._first(code, "tekun", lambda row, members: row.category.startswith("scattered-"))
        if found is None or home is None:
            return None
        return keeping.propose_keeping(
            entitlement_id=found[0].pk,
            mode="central",
            institution_id=home.pk,
            from_month=JUNE,
            reason_code="admitted",
            explanation=f"本人自愿入住{home.name}，已签供养服务协议",
            by=self.staff.desk_of(code).clerk,
            on=self.papers.before(TODAY, 3),
        )

    # --- 转保, deaths, what is held, the calendar -----------------------------------------------------------------

    def _switches(self) -> None:
        """From 低保 to 特困: two cases wait for the county, for one of them the 转保 is proposed with it."""
        spec = Scheme.objects.get(pk="tekun-rural").spec_on(TODAY)
        for number, who in enumerate(self.cases.choice.reserved["switch"]):
            way = self.cases.one(spec, "closed", 3, who)
            if number:
                continue
            row = Entitlement.objects.get(
                household=who.known_household, scheme=who.dibao[0], until_month=None
            )
            self._propose(
                row,
                K.SWITCH,
                "to_other",
                "年满60周岁，无劳动能力、无生活来源、无法定赡养人，转为特困供养",
                JULY,
                1,
                details={"application": way.application.number},
                **self._hearing(1),
            )

    def _deaths(self) -> None:
        """Two told three months late, one of them agreed to and half paid back; one told at once."""
        for code, died_on, state in (
            (QINGXI, LONG_AGO, "told"),
            (QINGXI, LONG_AGO, "proposed"),
            (BAISHI, LONG_AGO, "confirmed"),
            (QINGXI, OF_LATE, "confirmed"),
        ):
            found = self._first(code, "old-age", _only_this)
            if found is None:
                continue
            row = found[0]
            change = death.report_death(
                person_id=row.beneficiary_id,
                died_on=died_on,
                explanation="附居民死亡医学证明，户口已注销",
                by=self.staff.desk_of(code).clerk,
                on=self.papers.before(TODAY, 3),
            )
            self._go_on(change, state)
        claim = Adjustment.objects.in_area(QINGXI).filter(cause=Adjustment.Cause.DEATH).order_by("pk").first()
        if claim is not None:
            adjustment.record_repayment(
                adjustment_id=claim.pk,
                amount_fen=-claim.amount_fen * 2 // 3,
                paid_on=TODAY,
                receipt="0061834",
                by=self.staff.cashier_zhou,
                on=TODAY,
            )

    def _held(self) -> None:
        """Held from June, and to go on from July with the month in between, once the proof of life is there."""
        change = self._hold(QINGXI)
        if change is None:
            return
        self._go_on(change, "told")
        words = "6月1日补做了生存认证"
        self._propose(change.entitlement, K.RESUME, "certified", words, JULY, 0, details={"backpay": True})

    def _calendar(self) -> None:
        """What falls due in June and July; a few of it is answered."""
        for month in (JUNE, JULY):
            date_events.fill(month=month, on=TODAY)
        clerk = self.staff.desk_of(QINGXI).clerk
        reviews = DateEvent.objects.in_area(QINGXI).filter(proposal=DateEvent.Proposal.REVIEWED)
        for number, event in enumerate(reviews.order_by("due_on", "pk")[:4]):
            if number:
                date_events.answer_event(event_id=event.pk, by=clerk, on=TODAY, note="入户看过，情况没有变化")
            else:
                date_events.drop_event(event_id=event.pk, reason="已提出停发，不再复核", by=clerk, on=TODAY)


# act → where it stands, in each of the two townships
_STORIES = (
    ("raise", "proposed"),
    ("raise", "told"),
    ("cut", "proposed"),
    ("cut", "refused"),
    ("cut", "confirmed"),
    ("join", "proposed"),
    ("leave", "proposed"),
    ("taper", "proposed"),
    ("taper", "confirmed"),
    ("move", "proposed"),
    ("head", "told"),
    ("head", "proposed"),
    ("hold", "proposed"),
    ("keep", "proposed"),
    ("keep", "told"),
)


def facts_of_ledger(row: Entitlement, more: float = 1.0) -> CaseFacts:
    """The family with the income from which its sum came, times `more`, in even shares: the ledger kept the sum alone."""
    facts = bare_facts(row)
    whole = row.standard.params["standard_fen"] * row.persons
    yearly = max(round((whole - row.base_fen) * 12 * more / row.persons), 0)
    members = facts.household.members
    incomes = tuple(IncomeItem("wage", yearly, "务工和种植收入", member.key) for member in members)
    household: HouseholdFacts = replace(facts.household, incomes=incomes, assets=())
    return replace(facts, household=household)


def _elder(members: list[EntitlementMember]) -> bool:
    return age_on(members[0].person.birth, TODAY) > 50


def _who_goes(members: list[EntitlementMember]) -> EntitlementMember | None:
    """A child of the house, the oldest first; else a grandchild."""
    children = [member for member in members if member.relationship in (R.SON, R.DAUGHTER, R.GRANDCHILD)]
    return min(children, key=lambda member: member.person.birth, default=None)


def _only_this(row: Entitlement, members: list[EntitlementMember]) -> bool:
    """Lives alone on the books and has nothing else: neither 低保 nor what others draw."""
    return row.household.head_id == row.beneficiary_id and row.beside == 1
