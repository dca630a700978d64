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
from assistance.models.batch import Batch, BatchItem, BatchRate, BatchSource
from assistance.models.change import REASONS, DateEvent, EndReason, EntitlementChange
from assistance.models.claim import ClaimNotice, ClaimPlan, Instalment, WriteOff
from assistance.models.closing import MonthClosing
from assistance.models.entitlement import (
    Adjustment,
    AdjustmentSettlement,
    Decision,
    Entitlement,
    EntitlementMember,
    PayeeInstitution,
    Repayment,
)
from assistance.models.fund import FundDraw, FundEntry
from assistance.models.notice import Notice, Objection
from assistance.models.overlap import EnrolmentLead, OutsideBenefit, OverlapFinding, OverlapSetting
from assistance.models.payment import (
    LIVE_LINES,
    BankFile,
    BankFilePart,
    BankFormat,
    BankReturn,
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunKind,
)
from assistance.models.petty_cash import Advance, PettyCash, PettyCashEntry
from assistance.models.run_signing import RunConclusion, RunDifference, RunOpening, RunSignature
from assistance.models.scheme import Scheme, SchemeTerms, Standard
from assistance.models.settled_care import MedicalSettlement, SettlementFile
from assistance.models.standard_change import (
    StandardChange,
    StandardChangeMember,
    StandardChangeRow,
)
from assistance.models.survey import AssessmentRecord, Deliberation, InformationCheck, Visit

__all__ = [
    "LIVE_LINES",
    "REASONS",
    "Adjustment",
    "AdjustmentSettlement",
    "Advance",
    "Application",
    "ApplicationMaterial",
    "ApplicationMember",
    "AssessmentRecord",
    "BankFile",
    "BankFilePart",
    "BankFormat",
    "BankReturn",
    "Batch",
    "BatchItem",
    "BatchRate",
    "BatchSource",
    "CaseEvent",
    "Cause",
    "ClaimNotice",
    "ClaimPlan",
    "DateEvent",
    "Decision",
    "DeclarationVersion",
    "DeductionItem",
    "Deliberation",
    "Draft",
    "DraftAttachment",
    "EndReason",
    "EnrolmentLead",
    "Entitlement",
    "EntitlementChange",
    "EntitlementMember",
    "FundDraw",
    "FundEntry",
    "IncomeItem",
    "InformationCheck",
    "Instalment",
    "LabourAbility",
    "LineStatus",
    "MaterialKind",
    "MedicalSettlement",
    "MonthClosing",
    "Notice",
    "Objection",
    "OutsideBenefit",
    "OverlapFinding",
    "OverlapSetting",
    "PayeeInstitution",
    "PaymentLine",
    "PaymentRun",
    "PettyCash",
    "PettyCashEntry",
    "PropertyItem",
    "Repayment",
    "RunConclusion",
    "RunDifference",
    "RunKind",
    "RunOpening",
    "RunSignature",
    "Scheme",
    "SchemeTerms",
    "SettlementFile",
    "Standard",
    "StandardChange",
    "StandardChangeMember",
    "StandardChangeRow",
    "Supporter",
    "Visit",
    "WriteOff",
]
