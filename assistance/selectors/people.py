"""Finding a person, and everything this posting may see of one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from assistance.models import ApplicationMember, EntitlementMember, PaymentLine
from civaffairs.lib.errors import BadInput
from civaffairs.lib.identity import compact, parse_id_card
from civaffairs.registry import access, county
from civaffairs.registry.access import Permission
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import BankAccount, Membership, Person, Posting

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_MOST_WAITING = 99


@dataclass(frozen=True)
class Search:
    """What was typed and how it was read: `words` tells the clerk, because six digits may be meant otherwise."""

    condition: Q | None
    words: str


def read_search(text: str, on: date) -> Search:
    """Turn what stands in the search box into a condition on people. Every branch uses an index of its own."""
    text = text.strip()
    if not text:
        return Search(None, "")
    if _HAN.search(text):
        return Search(Q(name__startswith=text), "按姓名查")
    plain = compact(text)
    if re.fullmatch(r"\d{17}[\dXx]|\d{15}", plain):
        return _by_id(plain, on)
    if re.fullmatch(r"1[3-9]\d{9}", plain):
        return Search(Q(phone_index=blind_index(plain, "phone")), "按手机号查")
    if re.fullmatch(r"0\d{9,11}", plain):
        # A landline is stored with its hyphen, and the area code has three or four digits.
        lines = {f"{plain[:n]}-{plain[n:]}" for n in (3, 4)}
        return Search(
            Q(phone_index__in=[blind_index(line, "phone") for line in sorted(lines)]), "按固定电话查"
        )
    if re.fullmatch(r"\d{3}[\dXx]", plain):
        return Search(Q(id_tail4_index=blind_index(plain.upper(), "id-tail")), "按身份证号后4位查")
    if re.fullmatch(r"\d{5}[\dXx]", plain):
        return Search(Q(id_tail6_index=blind_index(plain.upper(), "id-tail")), "按身份证号后6位查")
    if re.fullmatch(r"\d{17}[\dXx]\d{2}(B\d)?", plain, re.IGNORECASE):
        return Search(Q(disability_index=blind_index(plain.upper(), "disability-number")), "按残疾人证号查")
    if re.fullmatch(r"[A-Za-z][A-Za-z .]*", text):
        letters = re.sub(r"[^a-z]", "", text.lower())
        by_initials = Q(name_initials__startswith=letters) | Q(name_initials__contains=f" {letters}")
        return Search(by_initials | Q(name__istartswith=text), "按姓名拼音首字母查")
    if plain.isdecimal():
        words = f"号码是{len(plain)}位，认不出来。身份证号18位（或只输后4位、后6位），手机号11位。"
        return Search(None, words)
    return Search(Q(substitute_number=plain.upper()), "按无证编号查")


def _by_id(number: str, on: date) -> Search:
    try:
        card = parse_id_card(number, on)
    except BadInput as error:
        return Search(None, error.message)
    return Search(Q(id_index=blind_index(card.number, "id-number")), "按身份证号查")


def people_found(posting: Posting, condition: Q, on: date) -> QuerySet:
    """People of the posting's area that match, with the household they live in and what they receive now."""
    return (
        Person.objects.visible_to(posting)
        .filter(condition)
        .select_related("office")
        .prefetch_related(
            Prefetch(
                "memberships",
                Membership.objects.on(on).select_related("household__head"),
                to_attr="lives_in",
            ),
            Prefetch("entitlement_memberships", _receiving(on), to_attr="receives"),
        )
    )


def _receiving(on: date) -> QuerySet:
    month = on.replace(day=1)
    return EntitlementMember.objects.filter(
        Q(entitlement__until_month=None) | Q(entitlement__until_month__gt=month),
        Q(until_month=None) | Q(until_month__gt=month),
    ).select_related("entitlement__scheme")


@dataclass
class PersonPage:
    """One person's page: each list holds what this posting may see, and nothing where it lacks the right."""

    memberships: list[Membership] = field(default_factory=list)
    applications: list[ApplicationMember] = field(default_factory=list)
    # Cases of 临时救助 in other townships, where the hardship happened: to be known at home, not to be opened.
    elsewhere: list[ApplicationMember] = field(default_factory=list)
    entitlements: list[EntitlementMember] = field(default_factory=list)
    lines: list[PaymentLine] = field(default_factory=list)
    accounts: list[BankAccount] = field(default_factory=list)
    active: BankAccount | None = None
    pending: BankAccount | None = None
    sees_payments: bool = False
    may_change_account: bool = False
    may_report_death: bool = False


def person_page(person: Person, posting: Posting) -> PersonPage:
    """Everything about one person, in a handful of queries whatever his history."""
    page = PersonPage(
        memberships=list(
            person.memberships.select_related("household__head", "household__office").order_by(
                "-from_day", "-id"
            )
        )
    )
    page.memberships = [m for m in page.memberships if access.covers_office(posting, m.household.office_id)]
    if access.may(posting, Permission.VIEW_CASES):
        members = ApplicationMember.objects.filter(person=person).select_related(
            "application__scheme", "application__office__parent"
        )
        for member in members.order_by("-id")[:50]:
            if access.covers_office(posting, member.application.office_id):
                page.applications.append(member)
            elif member.application.scheme.spec.is_on_the_spot:
                page.elsewhere.append(member)
    if access.may(posting, Permission.VIEW_LEDGER):
        members = EntitlementMember.objects.filter(person=person).select_related("entitlement__scheme")
        page.entitlements = [
            m
            for m in members.order_by("-entitlement__from_month", "-id")[:50]
            if access.covers_office(posting, m.entitlement.office_id)
        ]
    if access.may(posting, Permission.VIEW_PAYMENTS):
        page.sees_payments = True
        lines = PaymentLine.objects.visible_to(posting).filter(payee=person).select_related("scheme", "run")
        page.lines = list(lines.order_by("-month", "-id")[:24])
        accounts = person.accounts.visible_to(posting).select_related(
            "entered_by__user", "confirmed_by__user"
        )
        page.accounts = list(accounts.order_by("-entered_at", "-id"))
        page.active = next((a for a in page.accounts if a.state == BankAccount.State.ACTIVE), None)
        page.pending = next((a for a in page.accounts if a.state == BankAccount.State.PENDING), None)
    page.may_change_account = (
        access.may(posting, Permission.CHANGE_ACCOUNT) and page.pending is None and person.died_on is None
    )
    page.may_report_death = access.may(posting, Permission.PROPOSE_CHANGE) and any(
        member.until_month is None for member in page.entitlements
    )
    return page


# --- accounts --------------------------------------------------------------------------------------


def account_changes(posting: Posting, query: Mapping[str, Any], on: date) -> QuerySet:
    """Changes of accounts, newest first: waiting ones, those put in use lately, or all."""
    accounts = BankAccount.objects.visible_to(posting).select_related(
        "person", "office", "entered_by__user", "confirmed_by__user"
    )
    match query.get("tab", ""):
        case "recent":
            return accounts.filter(state=BankAccount.State.ACTIVE, from_day__gt=on - watch(on))
        case "all":
            return accounts
        case _:
            return accounts.filter(state=BankAccount.State.PENDING)


def watch(on: date) -> timedelta:
    """How long a changed account is shown as new."""
    return timedelta(days=county.value("account_watch_days", on))


def accounts_waiting(posting: Posting, on: date) -> int:
    """How many changes wait for this posting's eyes; one's own wait for somebody else."""
    if not access.may(posting, Permission.CONFIRM_ACCOUNT):
        return 0
    waiting = BankAccount.objects.visible_to(posting).filter(state=BankAccount.State.PENDING)
    return waiting.exclude(entered_by__user_id=posting.user_id)[:_MOST_WAITING].count()


def same_account(account: BankAccount) -> int:
    """How many other people receive money on this number. Only the count: they may live in another township."""
    return (
        BankAccount.objects.filter(number_index=account.number_index, state=BankAccount.State.ACTIVE)
        .exclude(person_id=account.person_id)
        .count()
    )


def account_before(account: BankAccount) -> BankAccount | None:
    """The account in use that a waiting one would replace."""
    return (
        BankAccount.objects.filter(person_id=account.person_id, state=BankAccount.State.ACTIVE)
        .exclude(pk=account.pk)
        .first()
    )
