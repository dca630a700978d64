"""What the screens of intake show."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from assistance.models import ApplicationMaterial, Draft, DraftAttachment, MaterialKind, Scheme
from assistance.policy.rules import RULES
from civaffairs.registry.models import Attachment, Office, Posting


def drafts(posting: Posting) -> QuerySet[Draft]:
    """Forms of one's area that wait to be finished. The encrypted content stays in the database."""
    rows = Draft.objects.visible_to(posting).filter(submitted_at=None)
    return rows.defer("content").select_related("scheme", "office", "application", "created_by__user")


def schemes_to_apply_for() -> list[Scheme]:
    """Those that are worked case by case and whose rule is there."""
    rows = Scheme.objects.filter(is_active=True)
    return [s for s in rows if s.spec.rule in RULES and s.spec.cadence != "batch"]


def villages(posting: Posting) -> QuerySet[Office]:
    return Office.objects.visible_to(posting).villages().filter(is_active=True)


@dataclass(frozen=True)
class Paper:
    """One file of a form. What an earlier version already carried can be looked at, not taken away."""

    attachment: Attachment
    kind: str
    removable: bool

    @property
    def kind_label(self) -> str:
        return str(MaterialKind(self.kind).label)


def papers(draft: Draft) -> list[Paper]:
    """Files handed in before, then those of this form."""
    rows: list[tuple[Any, bool]] = []
    if draft.application_id and not draft.submitted_at:
        earlier = ApplicationMaterial.objects.filter(application_id=draft.application_id)
        rows += [(row, False) for row in earlier.select_related("attachment")]
    own = DraftAttachment.objects.filter(draft=draft).select_related("attachment").order_by("pk")
    rows += [(row, True) for row in own]
    return [Paper(row.attachment, row.kind, removable) for row, removable in rows]
