"""The ledger of who is granted what."""

import re
from datetime import date

from django.db.models import Q, QuerySet

from assistance.models import Entitlement, EntitlementMember, PaymentLine
from assistance.schemes import TEKUN_CATEGORIES
from civaffairs.lib.errors import BadInput
from civaffairs.lib.identity import compact, parse_id_card, parse_phone
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import BankAccount, Person, Posting

IN_FORCE, ENDED, HELD = "in_force", "ended", "held"
STATES = ((IN_FORCE, "在保"), (HELD, "暂停"), (ENDED, "已停"))


def people_called(text: str, on: date) -> QuerySet[Person]:
    """People by name, initials, ID number or its last four or six, or telephone. Nothing for what fits nothing."""
    typed = compact(text)
    people = Person.objects.all()
    if re.fullmatch(r"\d{17}[\dX]|\d{15}", typed):
        try:
            return people.filter(id_index=blind_index(parse_id_card(typed, on).number, "id-number"))
        except BadInput:
            return people.none()
    if re.fullmatch(r"\d{3}[\dX]|\d{5}[\dX]", typed):
        column = "id_tail4_index" if len(typed) == 4 else "id_tail6_index"
        return people.filter(**{column: blind_index(typed, "id-tail")})
    if re.fullmatch(r"\d{7,12}", typed):
        try:
            return people.filter(phone_index=blind_index(parse_phone(typed), "phone"))
        except BadInput:
            return people.none()
    if re.fullmatch(r"[A-Z]+", typed):
        start = typed.lower()
        return people.filter(Q(name_initials__startswith=start) | Q(name_initials__contains=f" {start}"))
    name = " ".join(text.split())
    return people.filter(name__startswith=name) if name else people.none()


def ledger(posting: Posting) -> QuerySet[Entitlement]:
    return Entitlement.objects.visible_to(posting).select_related(
        "scheme", "office__parent", "payee", "beneficiary"
    )


def filtered(
    rows: QuerySet[Entitlement],
    on: date,
    *,
    scheme: str = "",
    area: str = "",
    state: str = "",
    text: str = "",
    category: str = "",
) -> QuerySet[Entitlement]:
    """The ledger narrowed to what was asked; `state` is one of STATES, for the month of `on`, `category` a key of
    categories_of()."""
    month = on.replace(day=1)
    if scheme:
        rows = rows.filter(scheme=scheme)
    if category:
        rows = rows.filter(_of_category(category))
    if area:
        rows = rows.in_area(area)
    if state == ENDED:
        rows = rows.filter(until_month__lte=month)
    elif state == HELD:
        rows = rows.filter(Q(until_month=None) | Q(until_month__gt=month), held_since__isnull=False)
    elif state == IN_FORCE:
        rows = rows.filter(Q(until_month=None) | Q(until_month__gt=month))
    text = text.strip()
    if text:
        people = people_called(text, on).values("pk")
        members = EntitlementMember.objects.filter(person__in=people).values("entitlement")
        rows = rows.filter(Q(payee__in=people) | Q(pk__in=members) | Q(number=compact(text)))
    return rows


# 特困 is asked for by how people are kept before by how much care they need; both programmes have the same categories.
_KEPT = (("scattered", "分散供养"), ("central", "集中供养"))


def categories_of() -> list[tuple[str, str]]:
    """What the ledger can be narrowed to: the ways of 特困 and their grades (供养方式、自理能力)."""
    found: list[tuple[str, str]] = []
    for mode, words in _KEPT:
        found.append((f"{mode}-", f"特困 {words}"))
        found += [(key, f"特困 {name}") for key, name in TEKUN_CATEGORIES if key.startswith(f"{mode}-")]
    return found


def _of_category(category: str) -> Q:
    tekun = Q(scheme__family="tekun")
    if category.endswith("-"):
        return tekun & Q(category__startswith=category)
    return tekun & Q(category=category)


def category_words(entitlement: Entitlement) -> str:
    """The category by its newest name; a band by age has none and stands as it is."""
    key = entitlement.category
    if key.isdecimal():
        return f"{key}周岁档"
    return entitlement.scheme.category_names_ever.get(key, key)


def state_words(entitlement: Entitlement, on: date) -> tuple[str, str]:
    """(words, tone) of an entitlement on a day."""
    month = on.replace(day=1)
    if entitlement.until_month and entitlement.until_month <= month:
        return "已停", "plain"
    if entitlement.held_since and entitlement.held_since <= month:
        return "暂停", "warn"
    if entitlement.from_month > month:
        return "未起发", "wait"
    return "在保", "good"


def payment_history(entitlement: Entitlement) -> list[PaymentLine]:
    """The lines of an entitlement, newest month first; two years fill the page."""
    return list(entitlement.lines.select_related("run").order_by("-month", "-id")[:36])


def account_of(person: Person) -> BankAccount | None:
    return person.accounts.filter(state=BankAccount.State.ACTIVE).first()
