"""What the pages of payee institutions show."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from assistance.models import Entitlement, PayeeInstitution, Scheme
from assistance.services.institution import may_enter
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import BankAccount, Posting

STATES = (("open", "在用"), ("pending", "待确认"), ("closed", "已停用"))
_OF_STATE = {
    "open": Q(closed_on=None, confirmed_on__isnull=False),
    "pending": Q(closed_on=None, confirmed_on=None),
    "closed": Q(closed_on__isnull=False),
}


def institutions(posting: Posting, state: str = "") -> QuerySet[PayeeInstitution]:
    """Of the posting's area, with `people`: how many rights are paid to it now. Closed ones only where asked for."""
    in_force = Q(entitlements__until_month=None)
    return (
        PayeeInstitution.objects.visible_to(posting)
        .filter(_OF_STATE[state] if state else Q(closed_on=None))
        .select_related("office", "entered_by__user", "confirmed_by__user", "closed_by__user")
        .annotate(people=Count("entitlements", filter=in_force))
    )


def dressed(rows: list[PayeeInstitution]) -> list[PayeeInstitution]:
    """Each with `state_word` and `state_tone`."""
    for row in rows:
        row.state_word, row.state_tone = _state(row)
    return rows


def _state(row: PayeeInstitution) -> tuple[str, str]:
    if row.closed_on:
        return ("已停用" if row.confirmed_on else "已退回"), "plain"
    return ("在用", "good") if row.confirmed_on else ("待确认", "todo")


def people_of(institution: PayeeInstitution, posting: Posting) -> QuerySet[Entitlement]:
    """The rights paid to it, whose month has no end yet, of the posting's area."""
    return (
        Entitlement.objects.visible_to(posting)
        .filter(paid_to=institution, until_month=None)
        .select_related("scheme", "office__parent", "beneficiary", "payee")
    )


def sums_of(institution: PayeeInstitution, posting: Posting) -> dict[str, int]:
    """`count` and `total` (fen a month) of its people."""
    return people_of(institution, posting).aggregate(count=Count("pk"), total=Sum("amount_fen", default=0))


def also_of_persons(institution: PayeeInstitution) -> int:
    """How many people have the same account number in use as their own: a home's money on somebody's card."""
    same = BankAccount.objects.filter(number_index=institution.account_index, state=BankAccount.State.ACTIVE)
    return same.count()


def category_words(rights: list[Entitlement]) -> list[Entitlement]:
    """Each with `category_word`."""
    for right in rights:
        scheme: Scheme = right.scheme
        right.category_word = scheme.spec.category_names.get(right.category, right.category)
    return rights


@dataclass(frozen=True)
class InstitutionOptions:
    """What this posting may do on a home's page, and why not."""

    may_confirm: bool = False
    may_close: bool = False
    may_replace: bool = False
    why_not: str = ""


def options(institution: PayeeInstitution, posting: Posting) -> InstitutionOptions:
    if institution.closed_on:
        return InstitutionOptions()
    confirms = access.may(posting, Permission.CONFIRM_ACCOUNT)
    if institution.confirmed_on:
        waiting = PayeeInstitution.objects.filter(replaces=institution, closed_on=None).exists()
        return InstitutionOptions(
            may_close=confirms,
            may_replace=may_enter(posting) and not waiting,
            why_not="新账户已登记，等另一人确认" if waiting else "",
        )
    mine = institution.entered_by is not None and institution.entered_by.user_id == posting.user_id
    why_not = "是您登记的，要由另一位同事确认" if mine else "" if confirms else "等乡镇审核或县级财务确认"
    return InstitutionOptions(may_confirm=confirms and not mine, may_close=confirms, why_not=why_not)


def replaced_by(institution: PayeeInstitution) -> PayeeInstitution | None:
    """The account that took or is to take this one's place."""
    return PayeeInstitution.objects.filter(replaces=institution).order_by("-pk").first()
