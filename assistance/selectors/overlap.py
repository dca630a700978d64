"""The table of overlaps as a county has set it, and what an application or a case meets in it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from assistance.models import (
    Application,
    AssessmentRecord,
    EntitlementChange,
    EntitlementMember,
    LineStatus,
    OutsideBenefit,
    OverlapFinding,
    OverlapSetting,
    PaymentLine,
    PaymentRun,
)
from assistance.policy.overlaps import Claim, Hit, Overlap, hits, table
from assistance.policy.rule import Receipt
from assistance.schemes import SchemeSpec
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.money import round_fen
from civaffairs.registry.models import Posting

# Families whose own rules look at each other's payments and already pay the higher one, the difference or both, as the
# standard says.
OF_ONE_KIND = frozenset({"disability-living", "disability-care", "elder-poor", "elder-care", "elder-service"})
# What a standard says under `overlap` where its rule leaves nothing to be ended.
PAID_BESIDE = ("both", "difference")
# After these the person concerned has the right no longer.
ENDS_ALL = (ChangeKind.STOP, ChangeKind.QUIT, ChangeKind.SWITCH, ChangeKind.DEATH)

# The questions by which a form says what other offices pay.
INJURY_CARE, OTHER_FEN = "injury_care", "other_fen"
WELFARE = {"disability-living": "welfare-living", "disability-care": "welfare-care"}


# --- the table in force ----------------------------------------------------------------------------------


def overrides_on(on: date) -> dict[str, dict[str, str]]:
    """What the county has set otherwise, as policy.overlaps.table takes it. One query."""
    rows = OverlapSetting.objects.exclude(confirmed_at=None).filter(from_day__lte=on)
    return {
        row.key: {
            "effect": row.effect,
            "level": row.level,
            "yields": row.yields,
            "article": row.document_number,
        }
        for row in rows.order_by("from_day", "id")
    }


def table_on(on: date) -> tuple[Overlap, ...]:
    return table(overrides_on(on))


# --- what people have ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """What a person has already: a right of ours, money of another office, or what the form says of one.

    `is_ending`: it is in force, and its end before the month in question has been proposed.
    """

    receipt: Receipt
    name: str = ""
    member: EntitlementMember | None = None
    outside: OutsideBenefit | None = None
    single: bool = False
    is_ending: bool = False


def held_by(
    person_ids: Iterable[int], household_id: int | None, month: date, *, at_entry: bool = False
) -> list[Held]:
    """What these people and their household have in that month or later. Two queries, however many they are.

    `at_entry`: a 转保 that is proposed has its end from whatever month the case will be decided in, which nobody knows when
    the form is handed in; its confirmation takes one month for both.
    """
    ids = list(person_ids)
    in_time = Q(from_month__lte=month)
    ending = EntitlementChange.objects.filter(
        in_time | Q(kind=ChangeKind.SWITCH) if at_entry else in_time,
        entitlement=OuterRef("entitlement"),
        status=ChangeStatus.PROPOSED,
    ).filter(Q(kind__in=ENDS_ALL) | Q(kind=ChangeKind.LEAVE, person=OuterRef("person")))
    members = (
        EntitlementMember.objects.filter(
            Q(person__in=ids) | Q(entitlement__household=household_id, entitlement__beneficiary=None),
            Q(until_month=None) | Q(until_month__gt=month),
            Q(entitlement__until_month=None) | Q(entitlement__until_month__gt=month),
        )
        .select_related("person", "entitlement__scheme", "entitlement__decision__application")
        .annotate(is_ending=Exists(ending))
        .order_by("entitlement_id", "id")
    )
    found = [_held(row) for row in members]
    outside = OutsideBenefit.objects.filter(person__in=ids).drawn_in(month).select_related("person")
    found += [
        Held(
            Receipt(str(row.person_id), row.kind, row.kind, row.amount_fen),
            row.person.name,
            outside=row,
        )
        for row in outside.order_by("id")
    ]
    return found


def _held(row: EntitlementMember) -> Held:
    right = row.entitlement
    share = round_fen(Fraction(right.amount_fen, max(right.persons, 1)))
    decision = right.decision
    return Held(
        Receipt(str(row.person_id), right.scheme_id, row.family, share, right.category),
        row.person.name,
        member=row,
        single=bool(decision and decision.application.single_person),
        is_ending=row.is_ending,
    )


def said_on_the_form(spec: SchemeSpec, person: str, answers: Mapping[str, Any], name: str = "") -> list[Held]:
    """What the answers say of other offices' money."""
    found = []
    if answers.get(INJURY_CARE) is True:
        found.append(Held(Receipt(person, "work-injury-care", "work-injury-care", 0), name))
    kind, fen = WELFARE.get(spec.family), answers.get(OTHER_FEN)
    if kind and isinstance(fen, int) and fen > 0:
        found.append(Held(Receipt(person, kind, kind, fen), name))
    return found


# --- what meets --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Met:
    """A hit with what is behind it. `finding` is the newest row written about it."""

    hit: Hit
    held: Held
    finding: OverlapFinding | None = None

    @property
    def blocks(self) -> bool:
        return self.hit.level == "block"

    @property
    def is_arranged(self) -> bool:
        """The end of what is received is proposed for before both would be paid."""
        return self.held.is_ending

    @property
    def is_concluded(self) -> bool:
        return self.finding is not None and self.finding.concluded_on is not None

    @property
    def is_settled(self) -> bool:
        """Whether it no longer stands in the way of a decision: 拦截 by the end of the other, 提醒 by a conclusion."""
        return self.is_arranged if self.blocks else self.is_arranged or self.is_concluded

    @property
    def person_id(self) -> int:
        return int(self.held.receipt.person)

    @property
    def sentence(self) -> str:
        return f"{self.held.name}{self.hit.message}（{self.hit.article}）"

    @property
    def key(self) -> str:
        """By which a form names it."""
        return "|".join(str(part) for part in self.numbers)

    @property
    def numbers(self) -> tuple[str, str, int]:
        """By which a finding about it is known again."""
        right = self.held.member.entitlement.number if self.held.member else ""
        return self.hit.overlap.key, right, self.person_id


def meets(
    claim: Claim, held: Iterable[Held], on: date, overrides: Mapping[str, Mapping[str, Any]] | None = None
) -> list[Met]:
    """What a claim meets, 拦截 first. `overrides` default to those of the day."""
    if overrides is None:
        overrides = overrides_on(on)
    found = []
    for one in held:
        single = claim.single if claim.family == "dibao" else one.single
        for hit in hits(replace(claim, single=single), [one.receipt], overrides):
            found.append(Met(hit, one))
    return sorted(found, key=lambda met: not met.blocks)


# --- a case ------------------------------------------------------------------------------------------------


def case_meets(application: Application, record: AssessmentRecord | None, month: date, on: date) -> list[Met]:
    """What a case meets from the month on in which its right would begin, each with the finding written about it.

    What the rule of the programme has settled by itself is left out: a difference that it has worked out from the same
    sums, and the higher of two of a kind where the standard says what to do.
    """
    spec = application.spec
    members = list(application.members.filter(excluded_reason="").select_related("person"))
    protected = [row for row in members if row.protected]
    ids = {row.person_id for row in protected}
    held = held_by([row.person_id for row in members], application.household_id, month)
    if spec.for_person and protected:
        answers = json.loads(application.answers or "{}")
        held += said_on_the_form(spec, str(protected[0].person_id), answers, protected[0].person.name)
    claim = Claim(
        application.scheme_id,
        application.scheme.family,
        record.category if record else "",
        _share(record),
        tuple(str(row.person_id) for row in protected),
        application.single_person,
    )
    found = [met for met in meets(claim, held, on) if not _settled_by_rule(met, claim, record)]
    # A person who is in the same programme already is refused with the number of his right (services/decision.py).
    found = [met for met in found if not (met.hit.overlap.a == met.hit.overlap.b and met.person_id in ids)]
    return _with_findings(found, application)


def _share(record: AssessmentRecord | None) -> int | None:
    """A person's part of the sum; None before there is one."""
    if record is None or record.outcome != AssessmentRecord.Outcome.ELIGIBLE:
        return None
    return round_fen(Fraction(record.amount_fen, max(record.persons, 1)))


def _settled_by_rule(met: Met, claim: Claim, record: AssessmentRecord | None) -> bool:
    hit = met.hit
    if record is None or not _seen_by_rule(hit.receipt, record):
        return False
    if hit.effect == "topup":
        return hit.overlap.a in (claim.scheme, claim.family)
    beside = record.standard.params.get("overlap") in PAID_BESIDE
    return hit.effect == "higher" and beside and hit.receipt.family in OF_ONE_KIND


def _seen_by_rule(receipt: Receipt, record: AssessmentRecord) -> bool:
    """Whether the reckoning had this very sum before it."""
    same = ("person", "scheme", "amount_fen")
    return any(
        all(row.get(name) == getattr(receipt, name) for name in same)
        for row in record.facts.get("receipts", ())
    )


def _with_findings(found: list[Met], application: Application) -> list[Met]:
    if not found:
        return []
    rows = {}
    for row in (
        OverlapFinding.objects.filter(application=application)
        .select_related("concluded_by__user")
        .order_by("id")
    ):
        rows[(row.pair, row.other_number, row.person_id)] = row
    return [replace(met, finding=_same(rows.get(met.numbers), met)) for met in found]


def _same(row: OverlapFinding | None, met: Met) -> OverlapFinding | None:
    """The finding, as long as what it was about has not changed."""
    if row is None or (row.effect, row.level) != (met.hit.effect, met.hit.level):
        return None
    if row.concluded_on and met.hit.effect in ("higher", "topup"):
        return row if row.other_fen == met.hit.receipt.amount_fen else None
    return row


def before_approval(
    application: Application, record: AssessmentRecord | None, month: date, on: date
) -> list[str]:
    """What stands in the way of a decision, one sentence each."""
    missing = []
    for met in case_meets(application, record, month, on):
        if met.is_settled:
            continue
        if not met.blocks:
            missing.append(f"{met.sentence}，还没有登记处理结论")
        elif met.hit.ends == "claim":
            missing.append(met.sentence)
        else:
            missing.append(f"{met.sentence}，请先对原来的提出停发")
    return missing


def concluded_of(run: PaymentRun, posting: Posting) -> QuerySet[OverlapFinding]:
    """What has been concluded of pairs of this list so that both go on, now or in an earlier month, newest first."""
    here = PaymentLine.objects.filter(run=run, is_arrears=False, entitlement__number=OuterRef("own_number"))
    rows = OverlapFinding.objects.visible_to(posting).holding().filter(place=OverlapFinding.Place.MONTH)
    rows = rows.filter(Exists(here.exclude(status=LineStatus.VOID)))
    return rows.select_related("person", "other__scheme", "outside", "concluded_by__user").order_by(
        "-concluded_on", "-id"
    )
