"""应享未享: people who may be entitled to a programme and are not in it, found among all that are registered.

The same questions as policy.overlaps.eligible_not_enrolled, asked of the tables: whoever has the programme, asks for it, was
said not to qualify, or receives something that excludes it is left out. What is unknown suggests nothing. How far a
programme reaches is read from the county's standard in force.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from assistance.models import (
    ApplicationMember,
    EnrolmentLead,
    EntitlementMember,
    OutsideBenefit,
    Scheme,
    Standard,
)
from assistance.policy.disability import MENTAL
from assistance.policy.overlaps import DISABILITY, ELSEWHERE, METHOD_43, Claim, Reach, hits
from assistance.policy.rule import Receipt
from assistance.schemes import SCHEMES
from assistance.selectors.overlap import overrides_on
from assistance.workflow import OPEN_STATUSES
from civaffairs.registry.models import Membership, Person, Posting


@dataclass(frozen=True)
class Kind:
    """One question. `family` is the programme that is suggested."""

    family: str
    label: str
    hint: str
    article: str
    scheme: str


KINDS = (
    Kind("disability-living", "困难残疾人生活补贴", "享受低保的残疾人", DISABILITY, "disability-living"),
    Kind("disability-care", "重度残疾人护理补贴", "一、二级残疾人", DISABILITY, "disability-care"),
    Kind("old-age", "高龄津贴", "到了高龄津贴起始年龄的老年人", "当地规定", "old-age"),
    Kind("tekun", "特困供养", "60周岁以上、独自生活的低保对象", f"{METHOD_43}第4、11条", "tekun-rural"),
)
BY_FAMILY = {kind.family: kind for kind in KINDS}
ORDER = ("office_id", "name_key", "id")


@dataclass(frozen=True)
class Extent:
    """How far the programmes reach by the county's standards in force; without one, as far as the national rule."""

    reach: Reach = field(default_factory=Reach)
    living_grades: tuple[int, ...] = (1, 2, 3, 4)
    living_statuses: tuple[str, ...] = ()
    care: Q = field(default_factory=lambda: Q(disability_grade__in=(1, 2)))
    missing: tuple[str, ...] = ()


def extent_on(office_code: str, on: date) -> Extent:
    """One query."""
    wanted = ("disability-living", "disability-care", "old-age")
    rows = (
        Standard.objects.confirmed()
        .filter(scheme__in=wanted, office_id=f"{office_code[:6]}000000", from_month__lte=on.replace(day=1))
        .order_by("from_month")
    )
    params = {row.scheme_id: row.params for row in rows}
    return Extent(
        Reach(old_age_from=_youngest(params.get("old-age"))),
        _paid_grades(params.get("disability-living")),
        _statuses(params.get("disability-living")),
        _care(params.get("disability-care")),
        tuple(SCHEMES[code].short_name for code in wanted if code not in params),
    )


def _youngest(params: Mapping[str, Any] | None) -> int:
    bands = [row["from_age"] for row in (params or {}).get("ages", ()) if row["amount_fen"]]
    return min(bands, default=Reach().old_age_from)


def _paid_grades(params: Mapping[str, Any] | None) -> tuple[int, ...]:
    rates = (params or {}).get("rates")
    return tuple(grade for grade in (1, 2, 3, 4) if rates is None or rates.get(f"grade{grade}"))


def _statuses(params: Mapping[str, Any] | None) -> tuple[str, ...]:
    params = params or {}
    reached = (("dibao-edge", "counts_edge"), ("rigid-burden", "counts_rigid"))
    return tuple(code for code, name in reached if params.get(name))


def _care(params: Mapping[str, Any] | None) -> Q:
    paid, params = _paid_grades(params), params or {}
    found = Q(disability_grade__in=[grade for grade in (1, 2) if grade in paid])
    if params.get("third_mental") and 3 in paid:
        found |= Q(disability_grade=3, disability_kind__in=MENTAL)
    if params.get("third_other") and 3 in paid:
        found |= Q(disability_grade=3) & ~Q(disability_kind__in=MENTAL)
    if params.get("fourth_mental") and 4 in paid:
        found |= Q(disability_grade=4, disability_kind__in=MENTAL)
    return found


# --- who ------------------------------------------------------------------------------------------------


def people(
    posting: Posting, family: str, on: date, *, area: str = "", extent: Extent | None = None
) -> QuerySet:
    """The people of the posting's area, or of a part of it, to whom a programme is suggested, in keyed order."""
    extent = extent or extent_on(posting.office_id, on)
    rows = Person.objects.visible_to(posting).filter(died_on=None)
    if area:
        rows = rows.in_area(area)
    rows = rows.filter(_asked(family, extent, on), ~Exists(_has(on, family=family)))
    asking = ApplicationMember.objects.filter(
        person=OuterRef("pk"),
        protected=True,
        application__scheme__family=family,
        application__status__in=OPEN_STATUSES,
    )
    dropped = EnrolmentLead.objects.dropped().filter(person=OuterRef("pk"), family=family)
    rows = rows.filter(~Exists(asking), ~Exists(dropped))
    for against in _against(family, on):
        rows = rows.filter(~Exists(against))
    return rows


def _asked(family: str, extent: Extent, on: date) -> Q:
    match family:
        case "disability-living":
            hard_up = Q(Exists(_has(on, family="dibao")))
            if extent.living_statuses:
                hard_up |= Q(Exists(_has(on, entitlement__scheme__in=extent.living_statuses)))
            return Q(disability_grade__in=extent.living_grades) & hard_up
        case "disability-care":
            return extent.care
        case "old-age":
            return Q(birth__lte=_years_before(on, extent.reach.old_age_from))
        case "tekun":
            old = Q(birth__lte=_years_before(on, extent.reach.tekun_from))
            return old & Q(Exists(_has(on, family="dibao"))) & Q(Exists(_alone(on)))
    raise LookupError(family)


def _has(on: date, **which: Any) -> QuerySet:
    """What the person has in the month of the day or later."""
    month = on.replace(day=1)
    return EntitlementMember.objects.filter(
        Q(until_month=None) | Q(until_month__gt=month),
        Q(entitlement__until_month=None) | Q(entitlement__until_month__gt=month),
        person=OuterRef("pk"),
        **which,
    )


def _alone(on: date) -> QuerySet:
    """The household of the person, if it is known and nobody else who lives is in it."""
    others = Membership.objects.on(on).filter(household=OuterRef("household"), person__died_on=None)
    own = Membership.objects.on(on).filter(person=OuterRef("pk"))
    return own.filter(~Exists(others.exclude(person=OuterRef("person"))))


def _years_before(on: date, years: int) -> date:
    """Who was born up to this day has that age; who was born on 29 February has it on 1 March."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return date(on.year - years, 2, 28)


def _against(family: str, on: date) -> list[QuerySet]:
    """What stands against a programme for who receives it: the same answer as the pure function, as conditions."""
    overrides, claim = overrides_on(on), Claim(family, family)
    full, narrowed = [], Q()
    for code, of in Scheme.objects.values_list("code", "family"):
        categories = ["", *SCHEMES[code].category_names] if code in SCHEMES else [""]
        closed = [c for c in categories if _closed(claim, Receipt("", code, of, 0, c), overrides)]
        if "" in closed:
            full.append(code)
        elif closed:
            narrowed |= Q(entitlement__scheme=code, entitlement__category__in=closed)
    kinds = [kind for kind in ELSEWHERE if _closed(claim, Receipt("", kind, kind, 0), overrides)]
    found = []
    if full or narrowed:
        found.append(_has(on).filter(Q(entitlement__scheme__in=full) | narrowed))
    if kinds:
        found.append(
            OutsideBenefit.objects.drawn_in(on.replace(day=1)).filter(person=OuterRef("pk"), kind__in=kinds)
        )
    return found


def _closed(claim: Claim, receipt: Receipt, overrides: Mapping) -> bool:
    if receipt.family == claim.family:
        return False  # whoever has it is left out already
    found = hits(claim, [receipt], overrides)
    return any(hit.effect in ("forbid", "choose") and hit.ends != "receipt" for hit in found)


# --- the page --------------------------------------------------------------------------------------------


def shown(rows: QuerySet, family: str, on: date) -> QuerySet:
    """With what the page shows of each: village, what they receive, and a form that was begun."""
    month = on.replace(day=1)
    receives = EntitlementMember.objects.filter(
        Q(until_month=None) | Q(until_month__gt=month),
        Q(entitlement__until_month=None) | Q(entitlement__until_month__gt=month),
    ).select_related("entitlement__scheme")
    leads = EnrolmentLead.objects.filter(family=family).select_related("by__user", "draft")
    return rows.select_related("office__parent").prefetch_related(
        Prefetch("entitlement_memberships", receives, to_attr="receives"),
        Prefetch("enrolment_leads", leads, to_attr="leads"),
    )


def dropped(posting: Posting) -> QuerySet:
    return (
        EnrolmentLead.objects.visible_to(posting)
        .dropped()
        .select_related("person", "office__parent", "by__user")
    )
