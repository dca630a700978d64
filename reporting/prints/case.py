"""What the papers of one case are made of, read once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from assistance.models import (
    Application,
    ApplicationMember,
    AssessmentRecord,
    CaseEvent,
    Decision,
    Deliberation,
    IncomeItem,
    InformationCheck,
    Notice,
    Visit,
)
from assistance.workflow import Act
from civaffairs.lib.identity import mask_id_card, mask_phone
from civaffairs.lib.money import yuan
from civaffairs.registry.models import Office, Person
from reporting.document import Cell


@dataclass(frozen=True)
class CasePapers:
    """One case with all that its papers name. `full` prints whole ID numbers, for those who may see them."""

    application: Application
    members: tuple[ApplicationMember, ...]
    incomes: tuple[IncomeItem, ...]
    assessment: AssessmentRecord | None
    visit: Visit | None
    check: InformationCheck | None
    deliberation: Deliberation | None
    reviewed: CaseEvent | None
    notice: Notice | None
    decision: Decision | None
    village: Office
    township: Office
    county: Office
    on: date
    full: bool

    @property
    def counted(self) -> list[ApplicationMember]:
        return [member for member in self.members if not member.excluded_reason]

    @property
    def protected(self) -> int:
        return sum(member.protected for member in self.counted)

    @property
    def decider(self) -> Office:
        """Whose seal stands under the answer."""
        by_township = self.application.delegated and (
            self.decision is None or self.decision.decided_by.office_id == self.township.code
        )
        return self.township if by_township else self.county

    @property
    def organ(self) -> str:
        """The name under the answer: the bureau, or the office to which the programme belongs (优抚: 退役军人事务局)."""
        organ = self.application.spec.organ
        return (
            f"{self.county.name}{organ}" if organ and self.decider == self.county else self.decider.full_name
        )

    def id_of(self, member: ApplicationMember) -> str:
        person = member.person
        if not person.id_number:
            return person.substitute_number or ""
        return person.id_number if self.full else mask_id_card(person.id_number)

    def phone(self) -> str:
        phone = self.application.phone
        return phone if self.full or not phone else mask_phone(phone)

    def income_of(self, member: ApplicationMember) -> str:
        """A member's yearly income as it is printed; what is not verified is said to be so."""
        rows = [row for row in self.incomes if row.member_id == member.pk]
        if any(row.annual_fen is None for row in rows):
            return "未核定"
        return yuan(sum(row.annual_fen for row in rows)) if rows else "无"


def papers_of(application: Application, on: date, full: bool) -> CasePapers:
    """Read a case that the caller has fetched through the gate."""
    village = application.office
    township = village.parent or village
    return CasePapers(
        application=application,
        members=tuple(application.members.select_related("person").order_by("order", "id")),
        incomes=tuple(application.incomes.all()),
        assessment=application.assessments.filter(is_current=True).select_related("standard").first(),
        visit=application.visits.exclude(kind=Visit.Kind.COUNTY).first(),
        check=application.checks.exclude(reported_on=None).first(),
        deliberation=application.deliberations.first(),
        reviewed=application.events.filter(act=Act.REVIEW).first(),
        notice=application.notices.filter(revoked_on=None).order_by("-round").first(),
        decision=Decision.objects.filter(application=application).select_related("decided_by").first(),
        village=village,
        township=township,
        county=township.parent or township,
        on=on,
        full=full,
    )


def label(text: str, **more: Any) -> Cell:
    return Cell(text, "label", **more)


def middle(text: str, **more: Any) -> Cell:
    return Cell(text, align="center", **more)


def day(value: date | None) -> str:
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def joined(parts: Iterable[str], between: str = "、") -> str:
    return between.join(part for part in parts if part)


def addressee(person: Person) -> str:
    """To whom a letter goes: the person, or the family of somebody who died."""
    return person.name if person.died_on is None else f"{person.name}家属"


def demo() -> bool:
    return bool(settings.DEMO)
