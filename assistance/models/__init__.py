"""Tables of assistance, one file per stage of the flow."""

from assistance.models.application import (
    Application,
    ApplicationMaterial,
    ApplicationMember,
    CaseEvent,
    Cause,
    DeclarationVersion,
    DeductionItem,
    Draft,
    DraftAttachment,
    IncomeItem,
    LabourAbility,
    MaterialKind,
    PropertyItem,
    Supporter,
)
from assistance.models.entitlement import (
    Decision,
    EndReason,
    Entitlement,
    EntitlementChange,
    EntitlementMember,
)
from assistance.models.fund import FundEntry
from assistance.models.notice import Notice, Objection
from assistance.models.payment import (
    LIVE_LINES,
    BankFile,
    BankFormat,
    BankReturn,
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunKind,
)
from assistance.models.scheme import Scheme, Standard
from assistance.models.survey import AssessmentRecord, Deliberation, InformationCheck, Visit

__all__ = [
    "LIVE_LINES",
    "Application",
    "ApplicationMaterial",
    "ApplicationMember",
    "AssessmentRecord",
    "BankFile",
    "BankFormat",
    "BankReturn",
    "CaseEvent",
    "Cause",
    "Decision",
    "DeclarationVersion",
    "DeductionItem",
    "Deliberation",
    "Draft",
    "DraftAttachment",
    "EndReason",
    "Entitlement",
    "EntitlementChange",
    "EntitlementMember",
    "FundEntry",
    "IncomeItem",
    "InformationCheck",
    "LabourAbility",
    "LineStatus",
    "MaterialKind",
    "Notice",
    "Objection",
    "PaymentLine",
    "PaymentRun",
    "PropertyItem",
    "RunKind",
    "Scheme",
    "Standard",
    "Supporter",
    "Visit",
]
