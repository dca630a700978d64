"""What is left of a family's 低保 while one of them refuses suitable work (民发〔2021〕57号 article 34).

The refusals are entered with the change that lowers the sum; its own numbers (times, way, share) are kept with it, so that
a later reckoning of the family says the same. It holds until a rise says that the person has taken up work.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from assistance.models import EntitlementChange
from assistance.policy import tapering
from assistance.policy.dibao_standard import INTERIM, METHOD
from assistance.services.change_chain import Chain
from assistance.services.change_reckon import Stretch
from assistance.services.grant import CAN_WORK
from assistance.workflow import ChangeStatus
from civaffairs.lib.assessment import Assessment, Part, Step
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.lib.money import round_fen
from civaffairs.registry import county
from civaffairs.registry.models import Person

REFUSED, ACCEPTED = "work_refused", "work_accepted"
ARTICLE = f"{METHOD}第34条，{INTERIM}第45条"
NUMBERS = ("refusal_times", "refusal_way", "refusal_percent")


@dataclass(frozen=True)
class Refusal:
    """Who refused on which days, from which month it lowers the sum, and the county's numbers of that day."""

    person_id: int
    days: tuple[date, ...]
    from_month: date
    numbers: Mapping[str, Any]


def numbers_on(day: date) -> dict[str, Any]:
    """How often, reduced or stopped, and by how many per cent, as the county has set it."""
    return {name: county.value(name, day) for name in NUMBERS}


def asked(details: Mapping[str, Any], person: Person | None, chain: Chain, month: date, on: date) -> Refusal:
    """What the form says. `details`: {"refused_on": ["2026-03-02", …], "refusal": numbers kept at the proposal}.

    Raises BadInput at the field, NotAllowed for too few refusals.
    """
    if chain.newest.scheme.spec.rule != "dibao":
        raise NotAllowed("只有最低生活保障因连续拒绝工作减发。", article=ARTICLE)
    members = {m.person_id: m for m in chain.members.get(chain.reaching(month)[-1].pk, [])}
    if person is None or person.pk not in members:
        raise BadInput("请选择是哪一位保障对象拒绝工作", field="person", article=ARTICLE)
    if members[person.pk].labour not in CAN_WORK:
        raise BadInput(
            f"{person.name}登记为没有劳动能力，不能因拒绝工作减发", field="person", article=ARTICLE
        )
    numbers = details.get("refusal") or numbers_on(on)
    days = tuple(date.fromisoformat(day) for day in details.get("refused_on", ()))
    times = int(numbers["refusal_times"])
    if len(days) < times:
        raise BadInput(
            f"连续{times}次拒绝的才能减发，现在只填了{len(days)}次的日期",
            field=f"refused_{len(days) + 1}",
            article=ARTICLE,
        )
    for place, day in enumerate(days, 1):
        if day > on:
            raise BadInput("拒绝的日期不能晚于今天", field=f"refused_{place}")
        if place > 1 and day <= days[place - 2]:
            raise BadInput("每次拒绝的日期要按先后填写，不能重复", field=f"refused_{place}")
    return Refusal(person.pk, days, month, numbers)


def standing(chain: Chain) -> Refusal | None:
    """The refusals that lower this right now: of its newest confirmed change of that reason that no rise has lifted."""
    change = (
        EntitlementChange.objects.filter(
            entitlement__in=chain.rows,
            status=ChangeStatus.CONFIRMED,
            reason_code__in=(REFUSED, ACCEPTED),
        )
        .order_by("-id")
        .first()
    )
    if change is None or change.reason_code == ACCEPTED or change.person_id is None:
        return None
    days = tuple(date.fromisoformat(day) for day in change.details.get("refused_on", ()))
    return Refusal(change.person_id, days, change.from_month, change.details["refusal"])


def apply(stretches: list[Stretch], refusal: Refusal | None) -> list[Stretch]:
    """The same months with the refuser's own money lowered or stopped, from the month of the refusal on."""
    if refusal is None:
        return stretches
    return [_lowered(one, refusal) if one.start >= refusal.from_month else one for one in stretches]


def _lowered(one: Stretch, refusal: Refusal) -> Stretch:
    members = one.terms.members if one.terms is not None else None
    if one.terms is None or members is None:
        return one
    protected = [str(member.person_id) for member in members]
    key, params = str(refusal.person_id), one.row.standard.params
    if key not in protected:
        return one  # he has left the household since
    found = tapering.after_refusals(
        one.answer.parts,
        protected,
        key,
        len(refusal.days),
        refusal.numbers,
        int(params.get("rounding_unit_fen", 1)),
        params.get("rounding_mode", "half_up"),
    )
    answer = _answer(one.answer, found, key, refusal)
    classified = sum(part.amount_fen for part in answer.parts if part.kind == "classified")
    own = sum(part.amount_fen for part in answer.parts if part.kind == "classified" and part.person == key)
    terms = replace(
        one.terms,
        base_fen=answer.amount_fen - classified - one.terms.care_fen,
        classified_fen=classified,
        members=tuple(
            replace(member, classified_fen=own) if member.person_id == refusal.person_id else member
            for member in members
        ),
    )
    return replace(one, answer=answer, terms=terms)


def _answer(before: Assessment, found: tapering.AfterRefusal, key: str, refusal: Refusal) -> Assessment:
    """The assessment with what is left in its parts: first his own extras go, the rest comes off the common part."""
    if not found.changed:
        return before
    percent = 100 if refusal.numbers["refusal_way"] == "stop" else int(refusal.numbers["refusal_percent"])
    left_over = before.amount_fen - found.amount_fen
    parts: list[Part] = []
    for part in before.parts:
        if part.person == key:
            cut = min(left_over, round_fen(Fraction(part.amount_fen * percent, 100)))
            left_over -= cut
            parts.append(replace(part, amount_fen=part.amount_fen - cut))
        else:
            parts.append(part)
    for place, part in enumerate(parts):
        if part.person is None or part.person == key:
            cut = min(left_over, part.amount_fen)
            left_over -= cut
            parts[place] = replace(part, amount_fen=part.amount_fen - cut)
    times = Step(
        "连续拒绝介绍的工作",
        "、".join(f"{day:%Y-%m-%d}" for day in refusal.days),
        len(refusal.days),
        "次",
        ARTICLE,
    )
    return Assessment.eligible(parts, (*before.steps, times, *found.steps), before.reasons, before.category)
