"""Showing one hidden number to somebody who may see it and says why."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from assistance.models import Application, ApplicationMember, PayeeInstitution, PaymentLine, Supporter
from civaffairs.lib.errors import BadInput
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import BankAccount, Person, Posting
from civaffairs.registry.scope import code_range


@dataclass(frozen=True)
class Hidden:
    """A number that pages show masked: where it stands and whose it is."""

    label: str
    rows: Callable[[Posting], QuerySet]
    column: str
    owner: Callable[[Model], str] = str


def _supporters(posting: Posting) -> QuerySet:
    return Supporter.objects.filter(application__in=Application.objects.visible_to(posting))


def _persons_and_members(posting: Posting) -> QuerySet:
    """Also who is registered elsewhere and stands in an application of one's own, whose form gave the number."""
    members = ApplicationMember.objects.filter(application__in=Application.objects.visible_to(posting))
    low, high = code_range(posting.office_id)
    return Person.objects.filter(
        Q(office_id__gte=low, office_id__lt=high) | Exists(members.filter(person=OuterRef("pk")))
    )


# The first part of the address /reveal/<what>/<id>/.
HIDDEN: dict[str, Hidden] = {
    "id-number": Hidden("身份证号", _persons_and_members, "id_number"),
    "phone": Hidden("联系电话", Person.objects.visible_to, "phone"),
    "disability-number": Hidden("残疾人证号", Person.objects.visible_to, "disability_number"),
    "account": Hidden(
        "账号",
        lambda p: BankAccount.objects.visible_to(p).select_related("person"),
        "number",
        lambda account: account.person.name,
    ),
    "application-account": Hidden(
        "申请登记的账号",
        lambda p: Application.objects.visible_to(p).select_related("applicant"),
        "account_number",
    ),
    "application-phone": Hidden(
        "申请登记的电话", lambda p: Application.objects.visible_to(p).select_related("applicant"), "phone"
    ),
    "supporter-id": Hidden(
        "赡（抚）养人身份证号", _supporters, "id_number", lambda supporter: supporter.name
    ),
    "institution-account": Hidden("机构收款账号", PayeeInstitution.objects.visible_to, "account"),
    "line-account": Hidden(
        "发放账号", PaymentLine.objects.visible_to, "account", lambda line: line.payee_name
    ),
}


@transaction.atomic
def reveal_value(*, what: str, pk: int, by: Posting, reason: str) -> str:
    """The whole number. The look is recorded with its reason, the number itself is not."""
    hidden = HIDDEN.get(what)
    row = hidden.rows(by).filter(pk=pk).first() if hidden else None
    if hidden is None or row is None:
        raise access.NotVisible("没有找到，或不在您的辖区内。")
    access.demand(by, Permission.REVEAL_FULL)
    # A blank without width is no reason.
    if not any(sign.isalnum() for sign in reason):
        raise BadInput("请写明查看事由", field="reason")
    audit.record(
        "person.reveal",
        by=by,
        subject=row,
        label=f"{hidden.owner(row)}的{hidden.label}",
        reason=reason.strip(),
        details={"what": what},
    )
    return getattr(row, hidden.column)
