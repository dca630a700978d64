"""Tables of the registry, one file per stem."""

from civaffairs.registry.models.audit import AuditEvent, AuditHead
from civaffairs.registry.models.county import CountySetting, WorkdayRule, WorkdayYear
from civaffairs.registry.models.demo import DemoDay
from civaffairs.registry.models.files import Attachment
from civaffairs.registry.models.offices import ADMIN_ROLES, ROLE_LEVEL, Level, Office, Posting, Role, User
from civaffairs.registry.models.people import (
    BankAccount,
    DisabilityKind,
    Household,
    Membership,
    Person,
    Relationship,
    ScopedQuerySet,
    Sex,
)

__all__ = [
    "ADMIN_ROLES",
    "ROLE_LEVEL",
    "Attachment",
    "AuditEvent",
    "AuditHead",
    "BankAccount",
    "CountySetting",
    "DemoDay",
    "DisabilityKind",
    "Household",
    "Level",
    "Membership",
    "Office",
    "Person",
    "Posting",
    "Relationship",
    "Role",
    "ScopedQuerySet",
    "Sex",
    "User",
    "WorkdayRule",
    "WorkdayYear",
]
